//! A stretch of time in a file.

use serde::{Deserialize, Serialize};

/// From one second to another, counted from the start of the file.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Part {
    pub from_secs: f64,
    pub to_secs: f64,
}

impl Part {
    /// The stretch between two times, whichever comes first; times that are no number count as 0.
    pub fn new(one_secs: f64, other_secs: f64) -> Self {
        let plain = |secs: f64| if secs.is_finite() { secs.max(0.0) } else { 0.0 };
        let (one, other) = (plain(one_secs), plain(other_secs));
        Self { from_secs: one.min(other), to_secs: one.max(other) }
    }

    /// Its length in seconds.
    pub fn secs(self) -> f64 {
        (self.to_secs - self.from_secs).max(0.0)
    }

    /// Whether a time lies in it. Its end does not.
    pub fn contains(self, secs: f64) -> bool {
        (self.from_secs..self.to_secs).contains(&secs)
    }

    /// What of it lies within another.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        let from = self.from_secs.clamp(other.from_secs, other.to_secs.max(other.from_secs));
        Self { from_secs: from, to_secs: self.to_secs.clamp(from, other.to_secs.max(from)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_in_order_whatever_it_is_made_of() {
        assert_eq!(Part::new(5.0, 2.0), Part { from_secs: 2.0, to_secs: 5.0 });
        assert_eq!(Part::new(f64::NAN, f64::NEG_INFINITY), Part::default());
        let part = Part::new(2.0, 5.0);
        assert!((part.secs() - 3.0).abs() < 1e-9 && part.contains(2.0) && !part.contains(5.0));
        assert_eq!(part.within(Part::new(0.0, 3.0)), Part::new(2.0, 3.0));
        assert_eq!(part.within(Part::new(7.0, 9.0)), Part::new(7.0, 7.0));
    }
}
