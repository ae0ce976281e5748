//! The part of a recording that a voice is cloned from, as the file that is sent.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::format;
use crate::media::decode::Source;
use crate::media::made::{HEADER, Made};
use crate::media::mono::{MAX_RATE, Mono, Rate, samples, secs};
use crate::media::{Part, polish, sniff};

/// What is done to the part. The recording itself is never touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Polish {
    /// The mains frequency whose hum is filtered out, in hertz.
    pub hum: Option<u16>,
    /// Speech is brought to a good level.
    pub level: bool,
}

/// The file that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    pub path: PathBuf,
    pub bytes: u64,
    /// Samples a second.
    pub rate: u32,
    /// What there was: less than was asked for where the recording ends before.
    pub secs: f64,
}

/// More is never sent, in seconds.
const LONGEST: f64 = 300.0;
/// Samples between two looks at whether to go on.
const ROW: usize = 1 << 16;

/// Writes a part of a recording to `to` as a WAV of 16 bits and one channel, at the recording's own rate up to 48 kHz,
/// at most five minutes of it. `goes_on` is told the part done and says whether to go on. Blocks.
///
/// # Errors
/// One sentence: there is no sound there, it can't be read, or the file can't be written; [`Error::Cancelled`].
pub fn cut(path: &Path, part: Part, polish: Polish, to: &Path, goes_on: &dyn Fn(f32) -> bool) -> Result<Cut> {
    let part = Part::new(part.from_secs, part.to_secs);
    let mut sound = Mono::open(&Source::File(path.to_owned()), part.from_secs, Rate::Own)?;
    let rate = sound.rate;
    let want = usize::try_from(samples(part.secs().min(LONGEST), rate)).unwrap_or_default();
    let mut row = Vec::with_capacity(want.min(1 << 23));
    while row.len() < want
        && let Some(chunk) = sound.next_chunk()
    {
        row.extend(chunk.iter().take(want - row.len()));
        #[expect(clippy::cast_precision_loss, reason = "a part to show")]
        let done = row.len() as f32 / want as f32;
        if !goes_on(done * 0.9) {
            return Err(Error::Cancelled);
        }
    }
    if row.is_empty() {
        let name = sniff::name(path);
        return Err(Error::Media(format!("{name} has no sound at this place. Choose another part.")));
    }
    if let Some(hz) = polish.hum {
        polish::filter_hum(&mut row, rate, hz);
    }
    if polish.level {
        polish::level(&mut row, rate);
    }
    let mut made = Made::begin(to, rate)?;
    for piece in row.chunks(ROW) {
        if !goes_on(0.95) {
            return Err(Error::Cancelled);
        }
        made.push(piece)?;
    }
    let length = secs(row.len() as u64, rate);
    Ok(Cut { path: to.to_owned(), bytes: made.finish()?, rate, secs: length })
}

/// Writes all the sound of a file to `to` as such a WAV, however long it is. `goes_on` is told the seconds done and says
/// whether to go on. Blocks.
///
/// # Errors
/// One sentence: there is no sound there, it can't be read or breaks off, or the file can't be written;
/// [`Error::Cancelled`].
pub fn whole(path: &Path, to: &Path, goes_on: &dyn Fn(f64) -> bool) -> Result<()> {
    let mut sound = Mono::open(&Source::File(path.to_owned()), 0.0, Rate::Own)?;
    let rate = sound.rate;
    let mut made = Made::begin(to, rate)?;
    while let Some(chunk) = sound.next_chunk() {
        made.push(chunk)?;
        if !goes_on(secs(made.samples(), rate)) {
            return Err(Error::Cancelled);
        }
    }
    let (name, came) = (sniff::name(path), secs(made.samples(), rate));
    if made.samples() == 0 {
        return Err(Error::Media(format!("{name} has no sound. Choose another file.")));
    }
    if !sound.came_whole(came) {
        let at = format::time_code(came);
        return Err(Error::Media(format!(
            "The sound of {name} breaks off at {at}. Export it again, or choose another file."
        )));
    }
    made.finish().map(drop)
}

/// The bytes of a part once it is cut from a recording of so many samples a second.
pub fn bytes(part: Part, rate: u32) -> u64 {
    HEADER + samples(part.secs().min(LONGEST), rate.min(MAX_RATE)) * 2
}
