//! Sound as a stream of samples, wherever it comes from: symphonia in process, ffmpeg as a process for the rest.

mod inside;
mod live;
mod outside;

use std::io::{Cursor, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use symphonia::core::io::MediaSource;
use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::media::sniff::{self, Container};
use crate::media::tools::{self, Running};
use crate::media::{Growing, mp4, probe};
use crate::runtime::child;
use inside::{Sound, Symphonia, index, rewound};
pub(super) use inside::{count, headers};
use outside::Process;

/// Where sound is.
#[derive(Debug, Clone)]
pub enum Source {
    File(PathBuf),
    Bytes(Arc<[u8]>),
    /// Bytes that are still arriving.
    Stream(Arc<Growing>),
    /// The sound of a video that lasts so many seconds; the player goes on in silence when the sound is shorter.
    Film {
        path: PathBuf,
        secs: f64,
    },
    /// No sound for so many seconds: a clock for pictures that have none.
    Silence {
        secs: f64,
    },
}

/// Interleaved samples, a chunk at a time.
pub(super) struct Decoder {
    pub(super) rate: u32,
    pub(super) channels: u16,
    /// As the container has it; only decoding to the end tells for sure.
    pub(super) length_secs: Option<f64>,
    inner: Inner,
    /// Frames still to drop, after a seek that landed early.
    skip: u64,
    /// Frames that may still come, so that no file goes on for ever.
    left: u64,
}

enum Inner {
    InProcess(Box<Symphonia>),
    Process(Process),
    Silence,
}

/// A day: longer than any file we are for.
const MAX_SECS: u64 = 24 * 3600;
/// What ffmpeg is told to make.
const PROCESS_RATE: u32 = 48_000;
const PROCESS_CHANNELS: u16 = 2;
/// For each read from ffmpeg.
const PATIENCE: Duration = Duration::from_secs(30);

impl Decoder {
    /// Opens the sound of `source`, to be read from `at_secs` on.
    pub(super) fn open(source: &Source, at_secs: f64) -> Result<Self> {
        let at_secs = if at_secs.is_finite() { at_secs.clamp(0.0, 1e6) } else { 0.0 };
        match source {
            Source::File(path) | Source::Film { path, .. } => Self::open_file(path, at_secs),
            Source::Bytes(bytes) => Self::open_bytes(bytes, at_secs),
            Source::Stream(growing) => Self::open_stream(growing, at_secs),
            Source::Silence { secs } => Ok(Self::silence(*secs, at_secs)),
        }
    }

    fn open_file(path: &Path, at_secs: f64) -> Result<Self> {
        let name = sniff::name(path);
        let mut opened = sniff::open(path)?;
        let index = index(&mut opened.file, opened.size, opened.container, &name)?;
        let (file, size, container) = (opened.file, opened.size, opened.container);
        let sound = Sound { container, size, index, again: &|| rewound(&file) };
        if sound.is_read_here()
            && let Some(decoder) = Self::in_process(&sound, at_secs)
        {
            return Ok(decoder);
        }
        Self::process(path, container, &name, at_secs)
    }

    fn open_bytes(bytes: &Arc<[u8]>, at_secs: f64) -> Result<Self> {
        let name = "This sound";
        let container =
            sniff::container(&mut Cursor::new(bytes)).map_err(|e| Error::file("read", Path::new(name), e))?;
        let container = container.map_err(|other| Error::Media(other.sentence(name)))?;
        let size = bytes.len() as u64;
        let index = index(&mut Cursor::new(bytes), size, container, name)?;
        let again = || -> Option<Box<dyn MediaSource>> { Some(Box::new(Cursor::new(bytes.clone()))) };
        let sound = Sound { container, size, index, again: &again };
        if sound.is_read_here()
            && let Some(decoder) = Self::in_process(&sound, at_secs)
        {
            return Ok(decoder);
        }
        let copy = NamedTempFile::new().and_then(|mut file| file.write_all(bytes).map(|()| file));
        let copy = copy.map_err(|error| Error::file("write", Path::new("a temporary file"), error))?;
        let mut decoder = Self::process(copy.path(), container, name, at_secs)?;
        if let Inner::Process(process) = &mut decoder.inner {
            process.copy = Some(copy);
        }
        Ok(decoder)
    }

    /// `None` when symphonia can't, for whatever reason; ffmpeg is asked next.
    fn in_process(sound: &Sound<'_>, at_secs: f64) -> Option<Self> {
        let open = || {
            let mut reader = Symphonia::open(sound)?;
            let mut skip_secs = 0.0;
            // What an encoder put in front of the sound in an MP4 is only passed over by a seek.
            if at_secs > 0.0 || sound.index.is_some() {
                skip_secs = if let Some(early) = reader.seek(at_secs) {
                    early
                } else {
                    reader = Symphonia::open(sound)?;
                    at_secs
                };
            }
            // The samples tell their rate and channels; headers of AAC are known to be wrong.
            reader.decode()?;
            let (_, spec) = reader.chunk.as_ref()?;
            let spec = *spec;
            Some((reader, spec, skip_secs))
        };
        let (mut reader, spec, skip_secs) = catch_unwind(AssertUnwindSafe(open)).ok()??;
        let channels = u16::try_from(spec.channels.count()).ok().filter(|count| *count > 0)?;
        let rate = Some(spec.rate).filter(|rate| (1_000..=768_000).contains(rate))?;
        reader.is_fresh = true;
        let length_secs = reader.length_secs;
        // In MP4 and Ogg the length is exact, and what an encoder put behind the sound is no part of it.
        let end = length_secs.filter(|_| sound.index.is_some() || sound.container == Container::Ogg);
        let left = end.map_or(u64::MAX, |secs| frames((secs - at_secs).clamp(0.0, 1e6), rate));
        let inner = Inner::InProcess(Box::new(reader));
        let skip = frames(skip_secs, rate);
        Some(Self { rate, channels, length_secs, inner, skip, left: left.min(MAX_SECS * u64::from(rate)) })
    }

    fn process(path: &Path, container: Container, name: &str, at_secs: f64) -> Result<Self> {
        let ffmpeg = tools::ffmpeg().map_err(|_| {
            let advice = "Install ffmpeg, or use an MP4, WAV, MP3, FLAC or OGG file.";
            Error::Media(format!("{name} needs ffmpeg to be read, which is not on this computer. {advice}"))
        })?;
        let facts = probe::facts(path, name);
        // One channel made two would come out 3 dB quieter.
        let is_mono = facts.as_ref().is_ok_and(|facts| facts.audio.as_ref().is_some_and(|audio| audio.channels == 1));
        let channels = if is_mono { 1 } else { PROCESS_CHANNELS };
        let mut command = child(ffmpeg);
        command.args(["-v", "quiet", "-nostdin", "-ss", &format!("{at_secs:.6}")]).args(tools::input(path, container)?);
        command.args(["-map", "0:a:0", "-vn", "-sn", "-dn", "-t", &MAX_SECS.to_string()]);
        command.args(["-ar", &PROCESS_RATE.to_string(), "-ac", &channels.to_string(), "-f", "f32le", "pipe:1"]);
        let mut process = Process::new(Running::start(command, PATIENCE)?, channels);
        if process.read() == 0 {
            // Past the end there is nothing, which is no fault; at the start it is.
            match &facts {
                Ok(facts) if facts.audio.is_none() => return Err(Error::Media(live::no_sound(name))),
                Ok(facts) if facts.duration_secs.is_some_and(|secs| at_secs >= secs - 0.1) => {}
                Ok(_) => return Err(probe::broken(name, mp4::Broken::Damaged)),
                Err(error) => return Err(error.clone()),
            }
        }
        process.is_fresh = true;
        let length_secs = facts.ok().and_then(|facts| facts.duration_secs);
        let left = MAX_SECS * u64::from(PROCESS_RATE);
        Ok(Self { rate: PROCESS_RATE, channels, length_secs, inner: Inner::Process(process), skip: 0, left })
    }

    /// The next samples, all channels interleaved; `None` at the end. A file that breaks off ends there.
    pub(super) fn next_chunk(&mut self) -> Option<&[f32]> {
        let channels = usize::from(self.channels);
        loop {
            let count = match &mut self.inner {
                Inner::InProcess(reader) => reader.advance(self.rate, channels)?,
                Inner::Process(process) => process.advance()?,
                Inner::Silence => live::NOTHING.len(),
            };
            let frames = (count / channels) as u64;
            let drop = frames.min(self.skip);
            let take = (frames - drop).min(self.left);
            self.skip -= drop;
            if frames > drop {
                if take == 0 {
                    return None;
                }
                self.left -= take;
                let from = usize::try_from(drop).unwrap_or_default() * channels;
                let to = from + usize::try_from(take).unwrap_or_default() * channels;
                return match &self.inner {
                    Inner::InProcess(reader) => reader.chunk.as_ref()?.0.samples().get(from..to),
                    Inner::Process(process) => process.samples.get(from..to),
                    Inner::Silence => live::NOTHING.get(from..to),
                };
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds were clamped to 0 to a million")]
pub(super) fn frames(secs: f64, rate: u32) -> u64 {
    (secs * f64::from(rate)).round() as u64
}

/// How many frames of a sound come from a time in seconds on, at most `most`: the way to samples, for tests that
/// throw odd bytes at it.
///
/// # Errors
/// As for playing it.
#[doc(hidden)]
pub fn frames_from(source: &Source, at_secs: f64, most: u64) -> Result<u64> {
    let mut decoder = Decoder::open(source, at_secs)?;
    let channels = usize::from(decoder.channels).max(1);
    let mut frames = 0;
    while frames < most
        && let Some(chunk) = decoder.next_chunk()
    {
        frames += (chunk.len() / channels) as u64;
    }
    Ok(frames)
}
