//! What a file is, by its content: kind, length, picture, sound.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What a file is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Has moving pictures, with or without sound.
    Video,
    /// Sound only. A cover picture does not make it a video.
    Audio,
}

/// The first real picture stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}

/// The first sound stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioStream {
    /// Short name: "aac".
    pub codec: String,
    pub channels: u16,
    /// In hertz.
    pub sample_rate: u32,
}

/// The facts of a media file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}

/// Reads the facts of a file. Blocks.
///
/// # Errors
/// One sentence that names the file and says why it can't be used.
pub fn probe(path: &Path) -> Result<Probe> {
    Err(Error::Media(format!("{} can't be read yet.", path.display())))
}

impl Probe {
    /// One line for the screen: "0:08.0, 1920 × 1080, 25 fps, 86 MB" or "0:10.4, stereo 48 kHz, 1.9 MB".
    pub fn facts(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.duration_secs.map(length_text));
        match (self.kind, &self.video, &self.audio) {
            (Kind::Video, Some(video), _) => {
                parts.push(format!("{} × {}", video.width, video.height));
                parts.extend(video.fps.map(|fps| format!("{} fps", short(fps, 2))));
            }
            (Kind::Audio, _, Some(audio)) => {
                let layout = match audio.channels {
                    1 => "mono".to_owned(),
                    2 => "stereo".to_owned(),
                    many => format!("{many} channels"),
                };
                parts.push(format!("{layout} {} kHz", short(f64::from(audio.sample_rate) / 1000.0, 2)));
            }
            _ => {}
        }
        parts.push(size_text(self.size_bytes));
        parts.join(", ")
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

/// "812 bytes", "312 KB", "1.9 MB", "86 MB", "1.2 GB".
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
fn size_text(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} bytes"),
        1_000..999_500 => (1e3, "KB"),
        999_500..999_500_000 => (1e6, "MB"),
        _ => (1e9, "GB"),
    };
    let number = bytes as f64 / unit;
    if number < 9.95 && name != "KB" { format!("{number:.1} {name}") } else { format!("{number:.0} {name}") }
}
