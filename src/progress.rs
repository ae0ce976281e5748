//! How far a piece of work has come: written by the task that does it, read by the panel that shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Units done out of a total (bytes for transfers, thousandths for jobs that report a percentage).
///
/// Clones share the same numbers. A total of zero means "not known yet". Each number is read on its own, so a
/// reader may see a fresh count beside an old total for one frame; [`Progress::fraction`] stays within 0 to 1.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Starts over with a new total.
    pub fn start(&self, total: u64) {
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// Adds units that are now done.
    pub fn add(&self, units: u64) {
        self.0.done.fetch_add(units, Ordering::Relaxed);
    }

    /// Sets the units done so far.
    pub fn set(&self, units: u64) {
        self.0.done.store(units, Ordering::Relaxed);
    }

    /// Units done so far.
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    /// All units, or zero while that is not known.
    pub fn total(&self) -> u64 {
        self.0.total.load(Ordering::Relaxed)
    }

    /// 0.0 to 1.0, or `None` while the total is not known.
    #[expect(clippy::cast_precision_loss, reason = "a progress bar needs three digits")]
    pub fn fraction(&self) -> Option<f32> {
        let total = self.total();
        (total > 0).then(|| (self.done() as f32 / total as f32).clamp(0.0, 1.0))
    }
}

/// Units a second over the time measured; `None` in the first second, and while nothing moves.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
pub fn speed(done: u64, elapsed: Duration) -> Option<f64> {
    (done > 0 && elapsed >= Duration::from_secs(1)).then(|| done as f64 / elapsed.as_secs_f64())
}

/// How long the rest takes at the speed so far; `None` while that cannot be told.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
pub fn time_left(done: u64, total: u64, elapsed: Duration) -> Option<Duration> {
    let speed = speed(done, elapsed).filter(|_| total > 0)?;
    // What would take longer than can be said cannot be told either.
    Duration::try_from_secs_f64(total.saturating_sub(done) as f64 / speed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_and_time_left_are_told_once_there_is_something_to_measure() {
        let secs = Duration::from_secs;
        assert_eq!((speed(5, Duration::from_millis(900)), speed(0, secs(5))), (None, None));
        assert_eq!(speed(4_000, secs(2)), Some(2_000.0));
        assert_eq!(time_left(4_000, 10_000, secs(2)), Some(secs(3)));
        assert_eq!(time_left(4_000, 0, secs(2)), None);
        assert_eq!(time_left(10_000, 9_000, secs(2)), Some(Duration::ZERO));
        assert!(time_left(1, u64::MAX, secs(u64::MAX)).is_none());
    }

    #[test]
    fn clones_share_the_count_and_the_fraction_stays_within_bounds() {
        let writer = Progress::default();
        let reader = writer.clone();
        assert_eq!(reader.fraction(), None);
        writer.start(4);
        writer.add(1);
        assert_eq!(reader.fraction(), Some(0.25));
        writer.add(9);
        assert_eq!(reader.fraction(), Some(1.0));
    }
}
