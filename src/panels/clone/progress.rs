//! How fast bytes leave, measured over the upload so far.

use std::time::Instant;

/// The beginning of an upload as it was first seen.
#[derive(Debug, Default)]
pub struct Pace(Option<(Instant, u64)>);

impl Pace {
    /// Bytes a second and seconds left, once there is enough to tell.
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    pub fn measure(&mut self, now: Instant, done: u64, total: u64) -> Option<(f64, f64)> {
        let (since, from) = *self.0.get_or_insert((now, done));
        if done < from {
            // The upload began anew.
            self.0 = Some((now, done));
            return None;
        }
        let secs = now.duration_since(since).as_secs_f64();
        let speed = (done - from) as f64 / secs.max(f64::EPSILON);
        (secs >= 1.0 && speed > 0.0).then(|| (speed, total.saturating_sub(done) as f64 / speed))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn speed_is_told_after_a_second_and_from_the_start_of_this_upload() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        assert_eq!(pace.measure(start, 1_000, 9_000), None);
        assert_eq!(pace.measure(start + Duration::from_millis(500), 2_000, 9_000), None);
        let (speed, left) = pace.measure(start + Duration::from_secs(2), 5_000, 9_000).unwrap();
        assert!((speed - 2_000.0).abs() < 1.0 && (left - 2.0).abs() < 0.01);
        assert_eq!(pace.measure(start + Duration::from_secs(3), 10, 9_000), None);
    }
}
