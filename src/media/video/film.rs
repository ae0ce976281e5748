//! What playing a video needs to know of it: where it is, how long it is and when its pictures change.

use std::path::{Path, PathBuf};

use crate::media::probe::Probe;

/// A video that can be watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Film {
    pub path: PathBuf,
    /// Seconds, when known.
    pub secs: Option<f64>,
    /// Pictures a second on average, above 0 and at most 240.
    pub fps: f64,
    pub has_sound: bool,
    /// As shown, in pixels.
    pub width: u32,
    /// As shown, in pixels.
    pub height: u32,
    /// Size of the file, which tells one written anew from the old one.
    pub bytes: u64,
}

/// More pictures a second than this are not played, only stepped through.
const MOST_PLAYED: f64 = 60.0;
/// Fewer than this are played several times each, so that a picture of odd length comes in time.
const FEWEST_PLAYED: f64 = 20.0;

impl Film {
    /// The video a probe is of; `None` when it has no picture.
    pub fn new(path: &Path, probe: &Probe) -> Option<Self> {
        let video = probe.video.as_ref()?;
        let fps = video.fps.filter(|fps| fps.is_finite() && *fps > 0.01).unwrap_or(25.0);
        Some(Self {
            path: path.to_owned(),
            secs: probe.duration_secs,
            fps: fps.min(240.0),
            has_sound: probe.audio.is_some(),
            width: video.width.max(1),
            height: video.height.max(1),
            bytes: probe.size_bytes,
        })
    }

    /// The number of the picture shown at a time, counted from 0.
    pub fn number(&self, secs: f64) -> u64 {
        number(secs, self.fps)
    }

    /// When a picture begins, in seconds.
    pub fn begins(&self, number: u64) -> f64 {
        begins(number, self.fps)
    }

    /// When the last picture begins, in seconds, when the length is known.
    pub fn last(&self) -> Option<f64> {
        let count = self.number(self.secs? + 0.5 / self.fps);
        Some(self.begins(count.saturating_sub(1)))
    }

    /// The same time, or that of the last picture for times behind it.
    pub fn within(&self, secs: f64) -> f64 {
        secs.clamp(0.0, self.last().unwrap_or(f64::MAX))
    }

    /// Whether it has more pictures than are played.
    pub fn is_fast(&self) -> bool {
        self.fps > MOST_PLAYED
    }

    /// Pictures a second it is decoded at to be stepped through: a multiple of its own, so that each is shown when it
    /// is due.
    pub(super) fn step_rate(&self) -> f64 {
        let times = if self.fps < FEWEST_PLAYED { (FEWEST_PLAYED / self.fps).ceil() } else { 1.0 };
        self.fps * times
    }

    /// The same to be played.
    pub(super) fn rate(&self) -> f64 {
        self.step_rate().min(MOST_PLAYED)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of pictures, not negative")]
pub(super) fn number(secs: f64, rate: f64) -> u64 {
    // A time that was counted from pictures may lie a hair before the one it names.
    (secs.max(0.0) * rate + 0.01).floor() as u64
}

#[expect(clippy::cast_precision_loss, reason = "a day of pictures is far below 2^52")]
pub(super) fn begins(number: u64, rate: f64) -> f64 {
    number as f64 / rate
}

#[cfg(test)]
mod tests {
    use super::*;

    fn film(secs: f64, fps: f64) -> Film {
        Film { path: "a.mp4".into(), secs: Some(secs), fps, has_sound: true, width: 16, height: 9, bytes: 1 }
    }

    #[test]
    fn pictures_are_counted_there_and_back() {
        for fps in [0.2, 12.5, 23.976, 25.0, 30_000.0 / 1001.0, 60.0, 240.0] {
            let film = film(600.0, fps);
            for number in [0, 1, 7, 31, 1_000, 100_001] {
                assert_eq!(film.number(film.begins(number)), number, "{fps}");
            }
            let rate = film.rate();
            assert!((20.0..=60.0).contains(&rate), "{fps} is played at {rate}");
        }
        assert_eq!(film(8.0, 25.0).number(f64::NAN), 0);
        assert!((film(8.0, 25.0).within(9.0) - 7.96).abs() < 1e-9);
        assert!(film(0.0, 25.0).within(1.0).abs() < 1e-9);
    }
}
