//! How fast a transfer goes, and how long it will take.

use std::time::Duration;

use crate::ui::format;

/// Between two looks at a transfer, in seconds: shorter ones would make the speed jump about.
const LOOK: f64 = 0.5;
/// How much the newest look counts against those before.
const NEWEST: f64 = 0.3;

/// The pace of one transfer, measured while it is watched.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    at: f64,
    done: u64,
    total: u64,
    /// Bytes per second.
    speed: Option<f64>,
}

impl Pace {
    /// Begins to measure at a time in seconds.
    pub const fn new(at: f64, done: u64, total: u64) -> Self {
        Self { at, done, total, speed: None }
    }

    /// Takes a look. A transfer that began again is measured anew.
    #[expect(clippy::cast_precision_loss, reason = "a speed is shown with two digits")]
    pub fn look(&mut self, now: f64, done: u64, total: u64) {
        if done < self.done || total != self.total {
            *self = Self::new(now, done, total);
        }
        let secs = now - self.at;
        if secs < LOOK {
            return;
        }
        let newest = (done - self.done) as f64 / secs;
        let speed = self.speed.map_or(newest, |speed| speed + (newest - speed) * NEWEST);
        *self = Self { at: now, done, total, speed: Some(speed) };
    }

    /// "2.1 MB/s, 35 s left"; only the speed while it stands still, nothing before it is known.
    #[expect(clippy::cast_precision_loss, reason = "a rough time is shown")]
    pub fn words(&self) -> Option<String> {
        let speed = self.speed?;
        let left = self.total.saturating_sub(self.done) as f64 / speed.max(1.0);
        let words = format::speed(speed);
        let known = speed >= 1.0 && left < 360_000.0;
        Some(if known {
            format!("{words}, {} left", format::rough(Duration::from_secs_f64(left.max(1.0))))
        } else {
            words
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_is_that_of_the_last_seconds_and_says_what_is_left() {
        let mut pace = Pace::new(10.0, 0, 86_000_000);
        assert_eq!(pace.words(), None);
        pace.look(10.2, 400_000, 86_000_000);
        assert_eq!(pace.words(), None, "too soon");
        pace.look(11.0, 2_100_000, 86_000_000);
        assert_eq!(pace.words().unwrap(), "2.1 MB/s, 40 s left");
    }

    #[test]
    fn a_transfer_that_stands_still_or_begins_again_promises_nothing() {
        let mut pace = Pace::new(0.0, 0, 1000);
        pace.look(1.0, 0, 1000);
        assert_eq!(pace.words().unwrap(), "0 bytes/s");
        pace.look(2.0, 500, 1000);
        pace.look(2.1, 0, 1000);
        assert_eq!(pace.words(), None);
    }
}
