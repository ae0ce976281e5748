//! A flow: the document a person works on.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Line, Lines, MediaFile, NEW_FLOW, Permission, Role, SampleChoice};
use crate::api::SyncMode;

/// A voice the user chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceChoice {
    pub id: String,
    pub name: String,
}

/// What is filled in for the voice that is to be cloned from a source. Kept, so that a tick once set still stands after
/// a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceDraft {
    /// The source: for another file the permission has to be given anew.
    #[serde(with = "crate::paths")]
    pub of: PathBuf,
    pub name: String,
    pub permission: Permission,
}

/// The document a person works on: one chain from a source to a result. Saved as it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flow {
    pub id: String,
    pub name: String,
    pub source: Option<MediaFile>,
    /// What of the source is cloned from.
    pub sample: SampleChoice,
    /// Of the voice that is to be cloned from it, when more is filled in than what is proposed.
    pub new_voice: Option<VoiceDraft>,
    pub voice: Option<VoiceChoice>,
    /// What is to be said, with the take chosen for each line.
    #[serde(flatten)]
    pub lines: Lines,
    /// Seconds of silence between two lines.
    pub pause_secs: f64,
    /// Whether voice, stability and similarity are those of every line.
    pub same_for_all: bool,
    /// 0 (more varied) to 1 (steadier).
    pub stability: f64,
    /// 0 (looser) to 1 (closer to the sample).
    pub similarity: f64,
    pub target: Option<MediaFile>,
    /// A sound file of one's own, used instead of the take of the active line.
    pub audio: Option<MediaFile>,
    pub lip_sync: LipSyncSettings,
    /// Id of the lip sync job that made the result.
    pub result: Option<String>,
    /// The one that was put away last, which is not to come back by itself. One of other inputs does not anyway.
    pub result_away: Option<String>,
}

/// How the lip sync of a flow is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LipSyncSettings {
    pub model: String,
    pub mode: SyncMode,
    /// Expression, 0 (calm) to 1 (lively), for models that take it.
    pub temperature: f64,
    /// Name of the result without extension; empty for the proposed one.
    pub file_name: String,
    /// Whether the voice is brought near the loudness of the video before it is sent.
    pub match_loudness: bool,
    /// Something covers the mouth at times, for models that can be told.
    pub is_covered: bool,
    /// Whose face moves; `None` leaves it to the service.
    pub face: Option<Face>,
}

/// A face, shown by a click into a frame of a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// The video it was picked in: in another one the place means nothing.
    #[serde(with = "crate::paths")]
    pub path: PathBuf,
    /// The frame, from 0.
    pub frame: u64,
    /// Pixels of the video from its left and upper edge.
    pub at: [u32; 2],
}

/// The model that is chosen until another one is.
pub const MODEL: &str = "lipsync-2";
/// How a line is spoken until it is set otherwise, each from 0 to 1.
pub const STABILITY: f64 = 0.5;
pub const SIMILARITY: f64 = 0.75;

impl Default for LipSyncSettings {
    fn default() -> Self {
        Self {
            model: MODEL.to_owned(),
            mode: SyncMode::Bounce,
            temperature: 0.5,
            file_name: String::new(),
            match_loudness: false,
            is_covered: false,
            face: None,
        }
    }
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            id: uuid::Uuid::new_v4().to_string(),
            name: NEW_FLOW.to_owned(),
            source: None,
            sample: SampleChoice::default(),
            new_voice: None,
            voice: None,
            lines: Lines::default(),
            pause_secs: 0.8,
            same_for_all: true,
            stability: STABILITY,
            similarity: SIMILARITY,
            target: None,
            audio: None,
            lip_sync: LipSyncSettings::default(),
            result: None,
            result_away: None,
        }
    }
}

impl Flow {
    /// Whether nothing has been put into it.
    pub fn is_empty(&self) -> bool {
        let Self { source, voice, lines, target, audio, result, .. } = self;
        let files = source.is_none() && target.is_none() && audio.is_none();
        files && voice.is_none() && lines.is_empty() && result.is_none()
    }

    /// Puts the result away: the setup is shown again, for another run.
    pub fn put_result_away(&mut self) {
        self.result_away = self.result.take().or_else(|| self.result_away.take());
    }

    /// The file in the place for this use.
    pub fn file(&self, role: Role) -> Option<&MediaFile> {
        match role {
            Role::Source => self.source.as_ref(),
            Role::Target => self.target.as_ref(),
            Role::Audio => self.audio.as_ref(),
        }
    }

    /// The text of the line that is worked on.
    pub fn text(&self) -> &str {
        &self.lines.active().text
    }

    /// The same, to be changed.
    pub fn text_mut(&mut self) -> &mut String {
        &mut self.lines.active_mut().text
    }

    /// Id of the voice that speaks a line: its own, unless one voice speaks all lines.
    pub fn voice_id_of<'a>(&'a self, line: &'a Line) -> Option<&'a str> {
        let own = line.voice_id.as_deref().filter(|_| !self.same_for_all);
        own.or_else(|| self.voice.as_ref().map(|voice| voice.id.as_str()))
    }

    /// Id of the take to put on the video, unless `audio` is set.
    pub fn take(&self) -> Option<&str> {
        self.lines.active().take_id.as_deref()
    }

    /// Chooses a take for the line that is worked on.
    pub fn set_take(&mut self, id: Option<String>) {
        self.lines.active_mut().take_id = id;
    }
}
