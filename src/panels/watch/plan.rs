//! A rehearsal: how a video and a voice would go together, played from both as they are, so that it costs nothing.

use std::path::PathBuf;

/// A stretch of the result, shown from a part of the video. All in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::panels) struct Stretch {
    pub from: f64,
    pub to: f64,
    /// Where in the video it begins.
    pub film_from: f64,
    /// Seconds of the video for each second shown; below zero it goes backward.
    pub pace: f64,
}

/// What is seen and heard, and for how long.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::panels) struct Plan {
    /// The sound file that is heard instead of the video's own sound. Behind its end there is silence.
    pub voice: PathBuf,
    /// Seconds of it.
    pub voice_secs: f64,
    /// Seconds of the whole.
    pub secs: f64,
    /// In order, from 0 on, without gaps.
    pub stretches: Vec<Stretch>,
}

impl Plan {
    fn stretch(&self, secs: f64) -> Option<&Stretch> {
        self.stretches.iter().find(|stretch| secs < stretch.to).or(self.stretches.last())
    }

    /// The place in the video that is shown at a time, and how fast it goes on from there.
    pub fn film_at(&self, secs: f64) -> (f64, f64) {
        self.stretch(secs).map_or((secs, 1.0), |stretch| {
            let into = (secs.min(stretch.to) - stretch.from).max(0.0);
            ((stretch.film_from + into * stretch.pace).max(0.0), stretch.pace)
        })
    }

    /// Where in the video a backward stretch begins that comes up within `ahead` seconds.
    pub fn turns_back_at(&self, secs: f64, ahead: f64) -> Option<f64> {
        let soon = |stretch: &&Stretch| stretch.pace < 0.0 && stretch.from > secs && stretch.from - secs < ahead;
        self.stretches.iter().find(soon).map(|stretch| stretch.film_from)
    }

    /// Whether the voice is heard only up to the end of the picture.
    pub fn is_cut(&self) -> bool {
        self.voice_secs > self.secs + 0.04
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(stretches: &[(f64, f64, f64, f64)]) -> Plan {
        let stretch = |&(from, to, film_from, pace): &_| Stretch { from, to, film_from, pace };
        let stretches: Vec<_> = stretches.iter().map(stretch).collect();
        let secs = stretches.last().map_or(0.0, |last| last.to);
        Plan { voice: PathBuf::from("v.wav"), voice_secs: secs, secs, stretches }
    }

    #[test]
    fn each_time_of_the_result_has_its_place_in_the_video() {
        let bounce = plan(&[(0.0, 4.0, 0.0, 1.0), (4.0, 8.0, 4.0, -1.0), (8.0, 10.0, 0.0, 1.0)]);
        let at = |secs| bounce.film_at(secs);
        assert_eq!(
            [at(0.0), at(3.5), at(4.0), at(7.0), at(9.5)],
            [(0.0, 1.0), (3.5, 1.0), (4.0, -1.0), (1.0, -1.0), (1.5, 1.0)]
        );
        assert_eq!(at(99.0), (2.0, 1.0), "behind the end it stands");
        assert_eq!((bounce.turns_back_at(3.2, 1.0), bounce.turns_back_at(2.0, 1.0)), (Some(4.0), None));
        let slowed = plan(&[(0.0, 8.0, 0.0, 0.5)]);
        assert_eq!(slowed.film_at(6.0), (3.0, 0.5));
    }

    #[test]
    fn a_voice_longer_than_the_whole_is_cut() {
        let mut cut = plan(&[(0.0, 4.0, 0.0, 1.0)]);
        assert!(!cut.is_cut());
        cut.voice_secs = 6.0;
        assert!(cut.is_cut());
    }
}
