//! What a job was asked to do. Stored as JSON in its row.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::names::first_words;
use crate::api::{AssetKind, Options, Upload};
use crate::library::Consent;
use crate::media::Part;
use crate::script::pauses;

/// A file on this computer, with what the service must be told about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalFile {
    #[serde(with = "crate::paths")]
    pub path: PathBuf,
    /// MIME type of its content.
    pub content_type: String,
    pub kind: AssetKind,
    /// Bytes it had when it was chosen, so that a file changed since then is noticed.
    #[serde(default)]
    pub size: Option<u64>,
}

impl LocalFile {
    /// The file's name.
    pub fn name(&self) -> String {
        self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    pub(super) fn upload(&self) -> Upload {
        Upload { path: self.path.clone(), content_type: self.content_type.clone(), kind: self.kind }
    }
}

/// The file a sample was cut from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(with = "crate::paths")]
    pub path: PathBuf,
    /// Which part of it; `None` when it was all of it.
    #[serde(default)]
    pub part: Option<Part>,
    /// Whether a hum was filtered out of it.
    #[serde(default)]
    pub hum_filtered: bool,
    /// Whether it was brought to a good level.
    #[serde(default)]
    pub leveled: bool,
}

impl Origin {
    /// A file as it is, with nothing done to it.
    pub fn all_of(path: PathBuf) -> Self {
        Self { path, part: None, hum_filtered: false, leveled: false }
    }
}

/// Clone a voice from a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloneJob {
    pub name: String,
    /// What is uploaded.
    pub sample: LocalFile,
    /// Where the sample was cut from; `None` when it is the user's file as it is.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// No clone without it: the type asks for it.
    pub consent: Consent,
}

impl CloneJob {
    /// The file the user chose.
    pub fn source(&self) -> &Path {
        self.origin.as_ref().map_or(&self.sample.path, |origin| &origin.path)
    }

    /// What the sample is, for people: "keynote.mov", or "keynote.mov, 4:12.0 to 5:48.0".
    pub fn sample_name(&self) -> String {
        let name = self.source().file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        match self.origin.as_ref().and_then(|origin| origin.part) {
            Some(part) => format!("{name}, {} to {}", clock(part.from_secs), clock(part.to_secs)),
            None => name,
        }
    }
}

/// `4:12.0`.
fn clock(secs: f64) -> String {
    // To tenths first: 59.96 seconds are a minute.
    let tenths = (secs.max(0.0) * 10.0).round();
    format!("{:.0}:{:04.1}", (tenths / 600.0).floor(), tenths % 600.0 / 10.0)
}

/// Speak a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpeakJob {
    /// Id of the line it is spoken for.
    #[serde(default)]
    pub line_id: Option<String>,
    pub voice_id: String,
    pub voice_name: String,
    pub script: String,
    /// 0 to 1.
    pub stability: f64,
    /// 0 to 1.
    pub similarity: f64,
    /// What is sent instead of the script: words are said differently, or the line is spoken in parts with silence
    /// between them. Empty for a line that is sent as it is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<SpokenPart>,
}

/// What is spoken in one go: a request of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpokenPart {
    pub text: String,
    /// Seconds of silence behind it, unless it is the last.
    pub pause_after_secs: f64,
}

/// What parts say, one below the other: what a take remembers of how it was spoken.
pub fn said_of(parts: &[SpokenPart]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n")
}

impl SpeakJob {
    /// What is spoken, where that is not the script as it is written.
    pub fn spoken(&self) -> Option<String> {
        (!self.parts.is_empty()).then(|| said_of(&self.parts))
    }

    /// Whether it takes several requests, whose sounds are joined into one take.
    pub fn is_in_parts(&self) -> bool {
        self.parts.len() > 1
    }

    /// What is sent for a part; the script itself for a line without parts.
    pub fn said(&self, part: usize) -> &str {
        self.parts.get(part).map_or(&self.script, |part| &part.text)
    }

    /// Whether what is being spoken is a part of the line, and not yet the whole take.
    pub(super) fn is_part(&self, done: &Checkpoint) -> bool {
        self.is_in_parts() && done.speaking.parts.len() < self.parts.len()
    }
}

/// The voice of a lip sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum VoiceTrack {
    /// A take, which lies at the service already.
    Take { id: String, label: String, url: String },
    /// A file of one's own, uploaded first; of a video its sound is taken out and sent.
    File(LocalFile),
    /// A file made on this computer from another track (silence trimmed, loudness matched), sent instead of it.
    Edited { file: LocalFile, of: Box<VoiceTrack> },
}

impl VoiceTrack {
    /// What it is called on screen.
    pub fn label(&self) -> String {
        match self {
            Self::Take { label, .. } => label.clone(),
            Self::File(file) => file.name(),
            Self::Edited { of, .. } => of.label(),
        }
    }

    /// The file that has to be uploaded. `None` for what lies at the service already.
    pub fn file(&self) -> Option<&LocalFile> {
        match self {
            Self::Take { .. } => None,
            Self::File(file) | Self::Edited { file, .. } => Some(file),
        }
    }

    /// Whether both are the same sound. What it is called, and where the service has it, makes no difference.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Take { id, .. }, Self::Take { id: other, .. }) => id == other,
            (Self::File(file), Self::File(other)) => file == other,
            (Self::Edited { file, of }, Self::Edited { file: other, of: of_other }) => {
                file == other && of.is_same(of_other)
            }
            _ => false,
        }
    }

    /// Id of the take it is, or was made from.
    pub fn take_id(&self) -> Option<&str> {
        match self {
            Self::Take { id, .. } => Some(id),
            Self::File(_) => None,
            Self::Edited { of, .. } => of.take_id(),
        }
    }
}

/// Put a voice on a video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LipSyncJob {
    pub target: LocalFile,
    pub voice: VoiceTrack,
    pub model: String,
    pub options: Options,
    /// Where the result is saved.
    #[serde(with = "crate::paths")]
    pub folder: PathBuf,
    /// Its name there, without extension.
    pub stem: String,
    /// US dollars it may cost at most, as it was shown when it was started.
    #[serde(default)]
    pub estimate_usd: Option<f64>,
    /// Whether the voice was to be brought near the loudness of the target. A target without sound has none.
    #[serde(default)]
    pub match_loudness: bool,
    /// Only the first seconds, to see how it will be: files cut here, and never the flow's result.
    #[serde(default)]
    pub is_trial: bool,
}

impl LipSyncJob {
    /// Whether both would make the same thing. What was thought to be the price, and what voice and result are called,
    /// makes no difference.
    pub fn makes_the_same(&self, other: &Self) -> bool {
        let other = Self {
            estimate_usd: self.estimate_usd,
            stem: self.stem.clone(),
            voice: if self.voice.is_same(&other.voice) { self.voice.clone() } else { other.voice.clone() },
            ..other.clone()
        };
        *self == other
    }
}

/// What a job does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    Clone(CloneJob),
    Speak(SpeakJob),
    LipSync(LipSyncJob),
}

impl Request {
    /// Whether both would make the same thing, under the same name: who asks for another file gets one.
    pub(super) fn makes_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::LipSync(one), Self::LipSync(other)) => one.stem == other.stem && one.makes_the_same(other),
            _ => self == other,
        }
    }

    /// What the job is about, in a few words.
    pub fn title(&self) -> String {
        match self {
            Self::Clone(job) => job.name.clone(),
            Self::Speak(job) => format!("“{}”", beginning(&job.script)),
            Self::LipSync(job) if job.is_trial => format!("First 5 seconds with {}", job.voice.label()),
            Self::LipSync(job) => format!("{} with {}", job.target.name(), job.voice.label()),
        }
    }
}

/// The first words of a line, as much of it as a sentence about it has room for.
fn beginning(script: &str) -> String {
    let words = first_words(script);
    let start: String = words.chars().take(60).collect();
    let is_all = start.len() == words.len() && pauses::words(script).split_whitespace().nth(6).is_none();
    if is_all { start } else { format!("{}…", start.trim_end()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_says_which_part_of_which_file_it_is() {
        let sample = LocalFile {
            path: "/data/cuts/0af3.wav".into(),
            content_type: "audio/wav".into(),
            kind: AssetKind::Audio,
            size: None,
        };
        let mut job = CloneJob { name: "Mara".into(), sample, origin: None, consent: Consent::default() };
        assert_eq!(job.sample_name(), "0af3.wav");
        job.origin = Some(Origin::all_of("/videos/keynote.mov".into()));
        assert_eq!((job.sample_name().as_str(), job.source()), ("keynote.mov", Path::new("/videos/keynote.mov")));
        let part = Some(Part::new(59.96, 348.0));
        job.origin = Some(Origin { part, ..Origin::all_of("/videos/keynote.mov".into()) });
        assert_eq!(job.sample_name(), "keynote.mov, 1:00.0 to 5:48.0");
        let row = serde_json::to_string(&job).unwrap();
        assert_eq!(serde_json::from_str::<CloneJob>(&row).unwrap(), job);
    }

    #[test]
    fn a_line_with_a_pause_is_called_by_its_words_and_whole_where_it_fits() {
        assert_eq!(beginning("Good evening. [pause 0.6 s] And welcome."), "Good evening. And welcome.");
        assert_eq!(beginning("One two three four five six seven"), "One two three four five six…");
    }
}
