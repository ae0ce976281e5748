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
    length_secs: Option<f64>,
    inner: Inner,
    /// Frames of silence that come first: the sound begins later than the picture.
    pause: u64,
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
/// What ffmpeg is told to make. Sound that begins later than the film, or pauses, is filled up with silence. One channel
/// stays one: made two it would come out 3 dB quieter.
const PROCESS_RATE: u32 = 48_000;
const PROCESS_FILTER: &str = "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=mono|stereo";
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
        let lead = sound.lead_secs();
        let open = || {
            let mut reader = Symphonia::open(sound)?;
            let at_secs = (at_secs - lead).max(0.0);
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
        let (pause, skip) = (frames((lead - at_secs).max(0.0), rate), frames(skip_secs, rate));
        Some(Self { rate, channels, length_secs, inner, pause, skip, left: left.min(MAX_SECS * u64::from(rate)) })
    }

    fn process(path: &Path, container: Container, name: &str, at_secs: f64) -> Result<Self> {
        let ffmpeg = tools::ffmpeg().map_err(|_| outside::missing(name, container))?;
        let mut command = child(ffmpeg);
        command.args(["-v", "quiet", "-nostdin", "-ss", &format!("{at_secs:.6}")]).args(tools::input(path, container)?);
        command.args(["-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-t", &MAX_SECS.to_string()]);
        command.args(["-af", PROCESS_FILTER, "-c:a", "pcm_f32be", "-f", "au", "pipe:1"]);
        if container == Container::MpegTs {
            // In a stream, time begins with the tracks that are used: the picture goes nowhere, but it counts.
            command.args(["-map", "0:v:0?", "-map", "0:a:0", "-c", "copy", "-t", &MAX_SECS.to_string()]);
            command.args(["-f", "null", "-"]);
        }
        let mut process = Process::begin(Running::start(command, PATIENCE)?, path, container);
        if process.read() == 0 {
            // Past the end there is nothing, which is no fault; at the start it is.
            let facts = probe::facts(path, name)?;
            if facts.audio.is_none() {
                return Err(Error::Media(live::no_sound(name)));
            }
            if facts.duration_secs.is_none_or(|secs| at_secs < secs - 0.1) {
                return Err(probe::broken(name, mp4::Broken::Damaged));
            }
        }
        process.is_fresh = true;
        let (channels, left) = (process.channels, MAX_SECS * u64::from(PROCESS_RATE));
        let (inner, rate) = (Inner::Process(process), PROCESS_RATE);
        Ok(Self { rate, channels, length_secs: None, inner, pause: 0, skip: 0, left })
    }

    /// As the container has it; only decoding to the end tells for sure. Blocks: of a file that ffmpeg reads, ffprobe
    /// is asked.
    pub(super) fn length_secs(&self) -> Option<f64> {
        match &self.inner {
            Inner::Process(process) => process.length_secs(),
            _ => self.length_secs,
        }
    }

    /// Whether all of the sound came: to be asked at the end, after `secs` of it. A tool that was stopped ends there too,
    /// as does a file that breaks off.
    pub(super) fn came_whole(self, secs: f64) -> bool {
        match self.inner {
            Inner::Process(process) => process.running.ended_well(),
            // What the header says is seldom true to the second.
            Inner::InProcess(_) => self.length_secs.is_none_or(|length| secs >= length * 0.98 - 1.0),
            Inner::Silence => true,
        }
    }

    /// The next samples, all channels interleaved; `None` at the end. A file that breaks off ends there.
    pub(super) fn next_chunk(&mut self) -> Option<&[f32]> {
        let channels = usize::from(self.channels);
        if self.pause > 0 {
            let most = (live::NOTHING.len() / channels) as u64;
            let frames = self.pause.min(self.left).min(most);
            (self.pause, self.left) = (self.pause - frames, self.left - frames);
            let samples = usize::try_from(frames).unwrap_or_default() * channels;
            return live::NOTHING.get(..samples).filter(|samples| !samples.is_empty());
        }
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
