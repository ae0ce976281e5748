//! What a recording is made of: where somebody speaks clearly, where there is music, silence or too much of
//! everything, and which part of it a voice is best made from. Measured on this computer, in one pass, in steps of
//! a tenth of a second.

mod best;
mod check;
mod classify;
mod frame;
mod hear;
#[cfg(test)]
mod material;
mod measure;
#[cfg(test)]
mod tests;
mod thin;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use check::{Check, Grade};
pub use measure::Measures;

use crate::error::{Error, Result};
use crate::media::Part;
use crate::media::decode::{Decoder, Source};
use frame::{Frame, Frames, STEP_SECS};

/// What a stretch sounds like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    /// One or more people speaking, with little else to be heard.
    Speech,
    /// Speech over music or noise, or noise alone.
    Mixed,
    Music,
    Silence,
    /// Clipped, or so loud that nothing else matters: applause close to the microphone.
    Loud,
}

/// A stretch of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    pub part: Part,
    pub sort: Sort,
}

/// What a whole file sounds like. Half a megabyte for an hour; can be written down and read again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Exact: counted while decoding.
    pub duration_secs: f64,
    /// In order, without gaps, from 0 to the end.
    pub stretches: Vec<Stretch>,
    frames: Frames,
    /// Kept, since pages ask for it in every frame and it takes milliseconds to find.
    best: Option<Part>,
}

/// Listens to a whole file. Blocks; reads it once, in constant memory but for a few bytes for each tenth of a
/// second. `progress` hears a share from 0 to 1 (0 while the file does not tell its length) and stops the work by
/// answering false.
///
/// # Errors
/// One sentence: the file has no sound, or can't be read. [`Error::Cancelled`] when stopped.
pub fn survey(path: &Path, progress: &dyn Fn(f32) -> bool) -> Result<Survey> {
    let mut decoder = Decoder::open(&Source::File(path.to_owned()), 0.0)?;
    let length = decoder.length_secs().filter(|secs| *secs > 0.0);
    let mut ear = frame::Ear::new(decoder.rate, decoder.channels);
    let mut told = 0;
    while let Some(samples) = decoder.next_chunk() {
        ear.hear(samples);
        let step = ear.frames() / 10;
        if step != told {
            told = step;
            if !progress(length.map_or(0.0, |length| share(ear.secs() / length))) {
                return Err(Error::Cancelled);
            }
        }
    }
    let (frames, duration_secs) = ear.finish();
    progress(1.0);
    Ok(Survey::of(frames, duration_secs))
}

impl Survey {
    fn of(frames: Frames, duration_secs: f64) -> Self {
        let stretches = classify::stretches(frames.all(), duration_secs);
        let mut survey = Self { duration_secs, stretches, frames, best: None };
        survey.best = best::best(&survey);
        survey
    }

    /// The part a voice is best made from: 30 to 120 seconds of clear speech where the file has them, with its ends
    /// in pauses. The whole file when that is shorter; `None` when there is no sound at all to choose from. The same
    /// file always gives the same part.
    pub fn best_part(&self) -> Option<Part> {
        self.best
    }

    /// What a part is like.
    pub fn measure(&self, part: Part) -> Measures {
        measure::measure(self, part)
    }

    /// The frames of a part, and where the first one is.
    fn frames(&self, part: Part) -> (usize, &[Frame]) {
        let all = self.frames.all();
        let from = steps(part.from_secs).min(all.len());
        let to = steps(part.to_secs + STEP_SECS / 2.0).clamp(from, all.len());
        (from, &all[from..to])
    }

    /// What a moment sounds like.
    fn sort_at(&self, secs: f64) -> Sort {
        let after = self.stretches.partition_point(|stretch| stretch.part.to_secs <= secs);
        self.stretches.get(after).map_or(Sort::Silence, |stretch| stretch.sort)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share from 0 to 1")]
fn share(share: f64) -> f32 {
    share.clamp(0.0, 1.0) as f32
}

/// How many whole steps fit into a time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a week of steps")]
fn steps(secs: f64) -> usize {
    (secs / STEP_SECS + 1e-6).clamp(0.0, 6e6) as usize
}

/// The time a step begins at.
#[expect(clippy::cast_precision_loss, reason = "a day has less than a million steps")]
fn secs(step: usize) -> f64 {
    step as f64 * STEP_SECS
}
