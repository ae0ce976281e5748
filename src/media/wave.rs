//! Waveforms: read once from start to end in the background, drawn while they grow, kept on disk by content.
//!
//! An hour of sound is 360 kB here and never lies in memory as samples.

mod desk;
mod kept;
mod levels;
mod reader;

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Error;
use crate::media::Part;
use crate::media::player::Source;
use crate::runtime::Handle;

use desk::Shared;
use levels::Levels;
pub use reader::{Growth, scan};

/// How finely a waveform is known: levels a second, of one byte each.
pub const LEVELS_PER_SEC: u32 = 100;

/// More bars than any screen has columns.
const MAX_BARS: usize = 16_384;

/// The loudness of a file over time. Cheap to clone; a snapshot, which does not change while it is drawn.
#[derive(Debug, Clone, Default)]
pub struct Wave {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    levels: Levels,
    /// By the header.
    claimed_secs: Option<f64>,
    read_secs: f64,
    is_done: bool,
}

impl From<Inner> for Wave {
    fn from(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }
}

impl Wave {
    /// No sound for so long.
    fn silent(secs: f64) -> Self {
        let read_secs = if secs.is_finite() { secs.max(0.0) } else { 0.0 };
        Self::from(Inner { read_secs, is_done: true, ..Inner::default() })
    }

    /// How long the file is: what its header claims while it is read, exact once done.
    pub fn duration_secs(&self) -> Option<f64> {
        if self.is_done() {
            return Some(self.inner.read_secs);
        }
        Some(self.inner.claimed_secs?.max(self.inner.read_secs))
    }

    /// How far the file has been read.
    pub fn read_secs(&self) -> f64 {
        self.inner.read_secs
    }

    /// Whether it is whole.
    pub fn is_done(&self) -> bool {
        self.inner.is_done
    }

    /// The loudest amplitude, 0 to 1, in each of `count` equal pieces of a stretch of time; 0 where nothing is or
    /// nothing has been read yet. A few microseconds whatever the length: still nothing for each frame, see
    /// [`Wave::is_same`].
    pub fn bars(&self, part: Part, count: usize) -> Vec<f32> {
        self.inner.levels.bars(part, count.min(MAX_BARS))
    }

    /// The same for all of it: for as much as there is said to be while it is read, so that it grows in its place.
    pub fn whole(&self, count: usize) -> Vec<f32> {
        self.bars(Part::new(0.0, self.secs()), count)
    }

    /// How many seconds there are, or as many as have been read.
    pub fn secs(&self) -> f64 {
        self.duration_secs().unwrap_or_else(|| self.read_secs())
    }

    /// Whether about as much came as the header said. Else the file breaks off, or reading it has failed half way.
    fn is_complete(&self) -> bool {
        self.is_done() && self.inner.claimed_secs.is_none_or(|secs| self.inner.read_secs >= secs * 0.9)
    }

    /// Whether both are the same snapshot, whose bars need not be asked for again.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

/// A file whose waveform somebody wants. Dropping the last one for a file stops the work.
#[must_use = "dropping a reading stops it"]
pub struct Reading {
    shared: Arc<Shared>,
}

/// Reads a waveform in the background, or takes it from the folder `cache`. The window is woken about five times a
/// second while it grows, and at the end. Who asks for a file that is being read gets the same reading.
///
/// At most two files are read at a time; what was asked for last comes first.
pub fn read(handle: &Handle, source: Source, cache: Option<PathBuf>) -> Reading {
    Reading { shared: desk::ask(handle, source, cache) }
}

impl Reading {
    /// What is known by now. Never blocks.
    pub fn wave(&self) -> Wave {
        self.shared.wave()
    }

    /// Why there is no waveform: the file has no sound, or can't be read.
    pub fn error(&self) -> Option<Error> {
        self.shared.error()
    }

    /// From 0 to 1; `None` before the length is known.
    #[expect(clippy::cast_possible_truncation, reason = "a fraction to draw")]
    pub fn progress(&self) -> Option<f32> {
        let wave = self.wave();
        let length = wave.duration_secs().filter(|secs| *secs > 0.0);
        length.map_or_else(
            || wave.is_done().then_some(1.0),
            |secs| Some((wave.read_secs() / secs).clamp(0.0, 1.0) as f32),
        )
    }
}

#[cfg(test)]
mod tests;
