//! What a file is, by its content: kind, length, picture, sound.

mod ffprobe;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::format;
use crate::media::mp4::{Broken, Movie};
use crate::media::sniff::{Container, Opened};
use crate::media::{decode, mp4, sniff, tools};

/// What a file is good for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Has moving pictures, with or without sound.
    Video,
    /// Sound only. A cover picture does not make it a video.
    #[default]
    Audio,
}

/// How a picture is brighter than an ordinary screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hdr {
    /// Hybrid log-gamma: phones, broadcast.
    Hlg,
    /// SMPTE ST 2084: HDR10, Dolby Vision.
    Pq,
}

/// The first real picture stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VideoStream {
    /// As shown, that is after `rotation`, in pixels.
    pub width: u32,
    /// As shown, that is after `rotation`, in pixels.
    pub height: u32,
    /// Frames per second on average, when known.
    pub fps: Option<f64>,
    /// Degrees the stored picture is turned clockwise to be shown: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Short name: "h264".
    pub codec: String,
    /// The time between frames changes, as in recordings of phones, screens and calls.
    #[serde(default)]
    pub is_variable_rate: bool,
    #[serde(default)]
    pub hdr: Option<Hdr>,
    /// Parts of the picture may be transparent.
    #[serde(default)]
    pub has_alpha: bool,
    /// Width of a pixel as shown over its height, unless it is square.
    #[serde(default)]
    pub pixel_aspect: Option<f64>,
    /// Bits per colour, when known.
    #[serde(default)]
    pub bit_depth: Option<u8>,
}

/// The first sound stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioStream {
    /// Short name: "aac".
    pub codec: String,
    pub channels: u16,
    /// In hertz.
    pub sample_rate: u32,
    /// HE-AAC: its upper half of the frequencies is described, not stored, and only ffmpeg brings it back. Without
    /// ffmpeg it is heard at half its rate, version 2 in mono.
    #[serde(default)]
    pub is_he_aac: bool,
}

/// The facts of a media file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    pub kind: Kind,
    /// `None` when neither the file nor a read through it tells.
    pub duration_secs: Option<f64>,
    pub size_bytes: u64,
    /// Short name: "mp4", "mov", "wav".
    pub container: String,
    /// MIME type to upload it with.
    pub content_type: String,
    pub video: Option<VideoStream>,
    pub audio: Option<AudioStream>,
    /// How many sound streams there are; only the first is used. 0 in what was kept before they were counted.
    #[serde(default)]
    pub audio_streams: u16,
    /// See [`Stamp`]; `None` in what was kept before it was noted.
    #[serde(default)]
    pub modified_ns: Option<u64>,
}

/// What tells a file from one written over it: an editor that saves over a WAV keeps name and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    pub bytes: u64,
    /// Nanoseconds from 1970 to the last write, where that is known.
    pub modified_ns: Option<u64>,
}

impl Stamp {
    /// Of a file as it lies there now. Blocks.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn of(path: &Path) -> std::io::Result<Self> {
        let meta = std::fs::metadata(path)?;
        Ok(Self { bytes: meta.len(), modified_ns: sniff::modified_ns(&meta) })
    }

    /// Whether both can be of the same content: what is not known of one is not held against the other.
    pub fn agrees(self, other: Self) -> bool {
        let times = self.modified_ns.zip(other.modified_ns);
        self.bytes == other.bytes && times.is_none_or(|(one, other)| one == other)
    }
}

/// Reads the facts of a file. Blocks.
///
/// # Errors
/// One sentence that names the file and says why it can't be used.
pub fn probe(path: &Path) -> Result<Probe> {
    facts(path, &sniff::name(path))
}

/// The same with what we can read ourselves, as on a computer without ffprobe. Blocks.
///
/// # Errors
/// As [`probe`]; containers that only ffprobe reads end in a sentence that says so.
pub fn probe_without_tools(path: &Path) -> Result<Probe> {
    let name = sniff::name(path);
    let mut opened = sniff::open(path)?;
    let movie = movie(&mut opened, &name)?;
    own_facts(path, &name, &opened, movie)
}

/// The facts of a file that is called `name` in sentences.
pub(super) fn facts(path: &Path, name: &str) -> Result<Probe> {
    let mut opened = sniff::open(path)?;
    let movie = movie(&mut opened, name)?;
    let Ok(tool) = tools::ffprobe() else { return own_facts(path, name, &opened, movie) };
    let Some(answer) = ffprobe::ask(&tool, path, opened.container)? else { return Err(broken(name, Broken::Damaged)) };
    let mut video = answer.video();
    if let Some(video) = &mut video {
        // The table of an MP4 tells every frame's duration, where ffprobe compares two averages.
        let own = movie.and_then(|movie| movie.video).unwrap_or_default();
        video.is_variable_rate = own.is_variable_rate || ffprobe::is_uneven(&tool, path, opened.container)?;
        video.hdr = video.hdr.or(own.hdr);
    }
    let streams = Streams { video, audio: answer.audio(), sounds: answer.audio_streams() };
    finish(name, &opened, counted(path, opened.container).or_else(|| answer.duration()), streams)
}

/// The length of a file in seconds, without a look at its pictures.
pub(super) fn length(path: &Path, container: Container) -> Option<f64> {
    let Ok(tool) = tools::ffprobe() else { return probe(path).ok()?.duration_secs };
    let told = || ffprobe::ask(&tool, path, container).ok()??.duration();
    counted(path, container).or_else(told).filter(|secs| secs.is_finite() && *secs > 0.0)
}

/// The boxes of an MP4 are read in any case: they tell a file that was cut short from a whole one.
fn movie(opened: &mut Opened, name: &str) -> Result<Option<Movie>> {
    if !opened.container.is_iso() {
        return Ok(None);
    }
    mp4::read(&mut opened.file, opened.size).map(Some).map_err(|why| broken(name, why))
}

fn own_facts(path: &Path, name: &str, opened: &Opened, movie: Option<Movie>) -> Result<Probe> {
    let container = opened.container;
    if !container.is_read_in_process() {
        let ffprobe = "needs ffmpeg to be read, which is not on this computer";
        let advice = "Install ffmpeg, or drop an MP4, WAV, MP3, FLAC or OGG file.";
        return Err(Error::Media(format!("{name} {ffprobe}. {advice}")));
    }
    let heard = decode::headers(path);
    let (mut streams, mut duration_secs) = (Streams::default(), None);
    if let Some(movie) = movie {
        streams = Streams { video: movie.video, audio: movie.audio, sounds: movie.audio_streams };
        duration_secs = movie.duration_secs;
    }
    if let Some(heard) = heard {
        duration_secs = duration_secs.or(heard.length_secs);
        streams.sounds = streams.sounds.max(1);
        // What we hear of HE-AAC is half of what is there.
        if !streams.audio.as_ref().is_some_and(|audio| audio.is_he_aac) {
            let (codec, channels, sample_rate) = (heard.codec, heard.channels, heard.rate);
            streams.audio = Some(AudioStream { codec, channels, sample_rate, is_he_aac: false });
        }
    }
    finish(name, opened, counted(path, container).or(duration_secs), streams)
}

/// MP3 and AAC streams have no length of their own, only guesses; their packets are counted instead.
fn counted(path: &Path, container: Container) -> Option<f64> {
    matches!(container, Container::Mp3 | Container::Adts).then(|| decode::count(path)).flatten()
}

/// What is in a file.
#[derive(Debug, Default)]
struct Streams {
    video: Option<VideoStream>,
    audio: Option<AudioStream>,
    sounds: u16,
}

fn finish(name: &str, opened: &Opened, duration_secs: Option<f64>, streams: Streams) -> Result<Probe> {
    let Streams { video, audio, sounds } = streams;
    let kind = match (&video, &audio) {
        (Some(_), _) => Kind::Video,
        (None, Some(_)) => Kind::Audio,
        (None, None) => return Err(broken(name, Broken::Damaged)),
    };
    Ok(Probe {
        kind,
        duration_secs: duration_secs.filter(|secs| secs.is_finite() && *secs > 0.0),
        size_bytes: opened.size,
        container: opened.container.name().to_owned(),
        content_type: opened.container.content_type(kind == Kind::Video).to_owned(),
        video,
        audio,
        audio_streams: sounds,
        modified_ns: opened.modified_ns,
    })
}

pub(super) fn broken(name: &str, why: Broken) -> Error {
    Error::Media(match why {
        Broken::CutShort => format!("{name} is incomplete: its end is missing. Export, copy or download it again."),
        Broken::Damaged => format!("{name} is damaged and can't be read. Export, copy or download it again."),
    })
}

impl Probe {
    /// The file as it was when it was read.
    pub fn stamp(&self) -> Stamp {
        Stamp { bytes: self.size_bytes, modified_ns: self.modified_ns }
    }

    /// One line for the screen: "0:08.0, 1920 × 1080, 25 fps, 86 MB" or "0:10.4, stereo 48 kHz, 1.9 MB".
    pub fn facts(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.duration_secs.map(length_text));
        match (self.kind, &self.video, &self.audio) {
            (Kind::Video, Some(video), _) => {
                parts.push(format!("{} × {}", video.width, video.height));
                parts.extend(video.fps.map(|fps| format!("{} fps", short(fps, 2))));
            }
            (Kind::Audio, _, Some(audio)) => parts.push(audio.text()),
            _ => {}
        }
        parts.push(format::size(self.size_bytes));
        parts.join(", ")
    }

    /// The same of a file that is only heard. Of a video the picture and the size say nothing then: "0:20.8, stereo
    /// 48 kHz, from a video".
    pub fn sound_facts(&self) -> String {
        let Some(audio) = self.audio.as_ref().filter(|_| self.kind == Kind::Video) else { return self.facts() };
        let length = self.duration_secs.map(length_text);
        length.into_iter().chain([audio.text(), "from a video".to_owned()]).collect::<Vec<_>>().join(", ")
    }
}

impl AudioStream {
    /// "stereo 48 kHz".
    fn text(&self) -> String {
        let layout = match self.channels {
            1 => "mono".to_owned(),
            2 => "stereo".to_owned(),
            many => format!("{many} channels"),
        };
        format!("{layout} {} kHz", short(f64::from(self.sample_rate) / 1000.0, 2))
    }
}

/// "0:08.0", "1:02:03.4".
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a hundred hours")]
fn length_text(secs: f64) -> String {
    let tenths = (secs.clamp(0.0, 360_000.0) * 10.0).round() as u64;
    let (hours, minutes, secs, tenth) = (tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}.{tenth}") } else { format!("{minutes}:{secs:02}.{tenth}") }
}

/// At most `digits` decimals, without zeros at the end: "29.97", "25".
fn short(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_one_short_line() {
        let mut probe = Probe {
            kind: Kind::Video,
            duration_secs: Some(8.0),
            size_bytes: 86_123_456,
            container: "mp4".into(),
            content_type: "video/mp4".into(),
            video: Some(VideoStream { width: 1920, height: 1080, fps: Some(25.0), ..VideoStream::default() }),
            audio: Some(AudioStream { channels: 2, sample_rate: 48_000, ..AudioStream::default() }),
            audio_streams: 1,
            modified_ns: None,
        };
        assert_eq!(probe.facts(), "0:08.0, 1920 × 1080, 25 fps, 86 MB");
        assert_eq!(probe.sound_facts(), "0:08.0, stereo 48 kHz, from a video");
        (probe.kind, probe.duration_secs, probe.size_bytes) = (Kind::Audio, Some(10.43), 1_940_000);
        assert_eq!(probe.facts(), "0:10.4, stereo 48 kHz, 1.9 MB");
        assert_eq!(probe.sound_facts(), probe.facts());
        (probe.duration_secs, probe.size_bytes) = (Some(3_725.96), 1_234_000_000);
        assert_eq!(probe.facts(), "1:02:06.0, stereo 48 kHz, 1.2 GB");
    }

    #[test]
    fn numbers_are_short_and_odd_ones_do_no_harm() {
        assert_eq!(short(30_000.0 / 1001.0, 2), "29.97");
        assert_eq!(length_text(59.96), "1:00.0");
    }
}
