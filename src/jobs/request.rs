//! What a job was asked to do. Stored as JSON in its row.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::api::{AssetKind, Options, Upload};
use crate::library::Consent;

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

/// Clone a voice from a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloneJob {
    pub name: String,
    pub sample: LocalFile,
    /// No clone without it: the type asks for it.
    pub consent: Consent,
}

/// Speak a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpeakJob {
    pub voice_id: String,
    pub voice_name: String,
    pub script: String,
    /// 0 to 1.
    pub stability: f64,
    /// 0 to 1.
    pub similarity: f64,
}

/// The voice of a lip sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum VoiceTrack {
    /// A take, which lies at the service already.
    Take { id: String, label: String, url: String },
    /// An audio file of one's own, uploaded first.
    File(LocalFile),
}

impl VoiceTrack {
    /// What it is called on screen.
    pub fn label(&self) -> String {
        match self {
            Self::Take { label, .. } => label.clone(),
            Self::File(file) => file.name(),
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
}

/// What a job does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    Clone(CloneJob),
    Speak(SpeakJob),
    LipSync(LipSyncJob),
}

impl Request {
    /// Whether both would make the same thing. What was thought to be the price makes no difference.
    pub(super) fn makes_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::LipSync(one), Self::LipSync(other)) => {
                *one == LipSyncJob { estimate_usd: one.estimate_usd, ..other.clone() }
            }
            _ => self == other,
        }
    }

    /// What the job is about, in a few words.
    pub fn title(&self) -> String {
        match self {
            Self::Clone(job) => job.name.clone(),
            Self::Speak(job) => format!("Line in the voice of {}", job.voice_name),
            Self::LipSync(job) => format!("{} with {}", job.target.name(), job.voice.label()),
        }
    }
}
