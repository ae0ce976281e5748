//! A position that moves by itself: what the strip shows where no sound device counts the samples.

use std::time::Instant;

/// Runs or stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    secs: f64,
    since: Option<Instant>,
}

impl Clock {
    pub(super) fn position(&self, now: Instant) -> f64 {
        self.secs + self.since.map_or(0.0, |since| now.saturating_duration_since(since).as_secs_f64())
    }

    /// Goes on from a position, running or not.
    pub(super) fn set(&mut self, secs: f64, is_running: bool, now: Instant) {
        *self = Self { secs, since: is_running.then_some(now) };
    }

    /// Starts or stops where it is. Again is no change.
    pub(super) fn run(&mut self, is_running: bool, now: Instant) {
        if is_running != self.since.is_some() {
            self.set(self.position(now), is_running, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_runs_stands_and_jumps() {
        let start = Instant::now();
        let after = |secs| start + Duration::from_secs(secs);
        let mut clock = Clock::default();
        clock.run(true, start);
        clock.run(true, after(1));
        assert!((clock.position(after(2)) - 2.0).abs() < 1e-9);
        clock.run(false, after(3));
        assert!((clock.position(after(9)) - 3.0).abs() < 1e-9);
        clock.set(7.5, true, after(9));
        assert!((clock.position(after(10)) - 8.5).abs() < 1e-9);
    }
}
