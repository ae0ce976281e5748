//! What of the source is cloned from, and how it is polished: the user's choice, kept with the flow.

use serde::{Deserialize, Serialize};

use crate::media::Part;

/// What of the source is sent.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SampleChoice {
    /// The part the user settled on; `None` while the one that is proposed is used.
    pub part: Option<Part>,
    /// The file is sent as it is, instead of the part.
    pub whole: bool,
    /// A hum, where there is one, is filtered out of the part.
    pub hum: bool,
    /// The part is brought to a good level.
    pub level: bool,
}

/// The shortest sample worth cloning from, in seconds.
pub const LEAST_SECS: f64 = 10.0;
/// Only this much of a sample is used, in seconds from its start.
pub const MOST_SECS: f64 = 120.0;

impl SampleChoice {
    /// The part that was settled on, kept within a file of this length and the limits of a sample. A kept choice may
    /// be of a file that was written anew since.
    pub fn part_of(&self, length_secs: f64) -> Option<Part> {
        let part = self.part.map(|part| Part::new(part.from_secs, part.to_secs))?;
        let length = if length_secs.is_finite() { length_secs.max(0.0) } else { 0.0 };
        let secs = part.secs().clamp(LEAST_SECS.min(length), MOST_SECS.min(length));
        let from = part.from_secs.clamp(0.0, (length - secs).max(0.0));
        Some(Part::new(from, from + secs))
    }
}

/// The part of a file that is used before anything better is known: its start.
pub fn first_part(length_secs: f64) -> Part {
    Part::new(0.0, length_secs.min(MOST_SECS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_part_is_brought_within_the_file_and_the_limits() {
        let choice =
            |from, to| SampleChoice { part: Some(Part { from_secs: from, to_secs: to }), ..Default::default() };
        assert_eq!(choice(252.0, 348.0).part_of(1104.0), Some(Part::new(252.0, 348.0)));
        assert_eq!(choice(252.0, 348.0).part_of(100.0), Some(Part::new(4.0, 100.0)));
        assert_eq!(choice(50.0, 51.0).part_of(100.0), Some(Part::new(50.0, 60.0)));
        assert_eq!(choice(0.0, 900.0).part_of(1000.0), Some(Part::new(0.0, 120.0)));
        assert_eq!(choice(3.0, 4.0).part_of(6.0), Some(Part::new(0.0, 6.0)));
        assert_eq!(choice(f64::NAN, -1.0).part_of(60.0), Some(Part::new(0.0, 10.0)));
        assert_eq!(choice(1.0, 2.0).part_of(f64::NAN), Some(Part::new(0.0, 0.0)));
        assert_eq!(SampleChoice::default().part_of(60.0), None);
        assert_eq!(first_part(f64::NAN), Part::new(0.0, 120.0), "the reading will tell");
    }
}
