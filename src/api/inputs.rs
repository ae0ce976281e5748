//! What a lip sync run is asked for: its inputs, segments and options.
//! Documentation: `api-reference/api/generate-api/create`, `developer-guides/{segments,sync-mode}`.

use serde::{Deserialize, Serialize};

use super::models::MODELS;
use super::voices::PROVIDER;

/// What happens when picture and voice differ in length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncMode {
    Bounce,
    Loop,
    CutOff,
    Silence,
    Remap,
}

impl SyncMode {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 5] = [Self::Bounce, Self::Loop, Self::CutOff, Self::Remap, Self::Silence];
}

/// One input of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Input {
    Video {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asset_id: Option<String>,
    },
    /// A still picture; `sync-3` only.
    Image {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asset_id: Option<String>,
    },
    Audio {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asset_id: Option<String>,
        /// What segments call it by; needed with segments only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ref_id: Option<String>,
    },
    Text {
        provider: Provider,
        /// What segments call it by; needed with segments only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ref_id: Option<String>,
    },
}

impl Input {
    /// A target video that lies in storage.
    pub fn video_asset(id: impl Into<String>) -> Self {
        Self::Video { url: None, asset_id: Some(id.into()) }
    }

    /// A still picture that lies in storage.
    pub fn image_asset(id: impl Into<String>) -> Self {
        Self::Image { url: None, asset_id: Some(id.into()) }
    }

    /// An audio file that lies in storage.
    pub fn audio_asset(id: impl Into<String>) -> Self {
        Self::Audio { url: None, asset_id: Some(id.into()), ref_id: None }
    }

    /// Audio by its address, such as a take's.
    pub fn audio_url(url: impl Into<String>) -> Self {
        Self::Audio { url: Some(url.into()), asset_id: None, ref_id: None }
    }

    /// A line to be spoken by the run itself.
    pub fn text(provider: Provider) -> Self {
        Self::Text { provider, ref_id: None }
    }

    /// The same voice input under a name for segments; a picture has none.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        if let Self::Audio { ref_id, .. } | Self::Text { ref_id, .. } = &mut self {
            *ref_id = Some(name.into());
        }
        self
    }
}

/// Who speaks a text input, and what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provider {
    pub name: String,
    pub voice_id: String,
    /// Up to 5,000 characters.
    pub script: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similarity_boost: Option<f64>,
}

impl Provider {
    /// A line in a voice, with the service's own settings.
    pub fn new(voice_id: impl Into<String>, script: impl Into<String>) -> Self {
        Self {
            name: PROVIDER.to_owned(),
            voice_id: voice_id.into(),
            script: script.into(),
            stability: None,
            similarity_boost: None,
        }
    }
}

/// `options` of a run; those a model does not take are ignored by the service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Options {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_mode: Option<SyncMode>,
    /// 0 (least expressive) to 1; `lipsync-2` and `lipsync-2-pro` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occlusion_detection_enabled: Option<bool>,
    /// Whose face moves; the service's own choice without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_speaker_detection: Option<Speaker>,
}

/// A face, shown to the service by one point of it in one frame. Documentation: `developer-guides/speaker-selection`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// The frame, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_number: Option<u64>,
    /// Across and down from the upper left corner, in pixels of the video as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<[u32; 2]>,
}

/// A stretch of the picture and the voice that is heard in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Seconds of the picture.
    pub start_time: f64,
    /// Seconds of the picture.
    pub end_time: f64,
    pub audio_input: SegmentVoice,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options_override: Option<Options>,
}

/// Which voice input a segment plays, and which part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentVoice {
    pub ref_id: String,
    /// Seconds of the voice; both ends or neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<f64>,
}

/// The body of `POST /v2/generate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerationRequest {
    pub model: String,
    /// One picture and one voice; several voices only with segments.
    pub input: Vec<Input>,
    #[serde(default)]
    pub options: Options,
    /// Which voice is heard when; without any, the one voice all along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
    /// Letters, digits, `_` and `-`, at most 255; without extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_file_name: Option<String>,
}

impl GenerationRequest {
    /// What is sent: only options the model takes. The same request always gives the same body, as a ticket demands.
    pub(super) fn body(&self) -> Self {
        let mut body = self.clone();
        let takes = |family: &str| body.model.starts_with(family);
        // 1.9 has neither expressiveness to set nor a use for it; sync-3 has its own.
        let (temperature, occlusion, speaker) = (takes("lipsync-2"), takes("lipsync-"), !takes("react-"));
        // A name this client does not know may take anything.
        let known = MODELS.contains(&body.model.as_str());
        let overrides = body.segments.iter_mut().filter_map(|segment| segment.options_override.as_mut());
        for options in overrides.chain([&mut body.options]).filter(|_| known) {
            options.temperature = options.temperature.filter(|_| temperature);
            options.occlusion_detection_enabled = options.occlusion_detection_enabled.filter(|_| occlusion);
            options.active_speaker_detection = options.active_speaker_detection.take().filter(|_| speaker);
        }
        body
    }
}
