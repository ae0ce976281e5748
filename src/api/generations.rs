//! Lip sync runs ("generations"): create, watch, list, download link, estimate.
//! Documentation: `api-reference/api/generate-api`, `developer-guides/sync-mode`.

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{Call, Client, SHORT};
use super::read;
use super::voices::PROVIDER;
use crate::error::{Error, Result};

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

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Status {
    Pending,
    Processing,
    Completed,
    Failed,
    /// Never ran: refused by moderation or plan.
    Rejected,
    /// A word this client does not know; treated as still running, and shown as it is.
    Other(String),
}

impl From<String> for Status {
    fn from(word: String) -> Self {
        match word.trim().to_ascii_uppercase().as_str() {
            "PENDING" => Self::Pending,
            "PROCESSING" => Self::Processing,
            "COMPLETED" | "SUCCESS" | "SUCCEEDED" => Self::Completed,
            "FAILED" | "CANCELED" | "CANCELLED" | "TIMED_OUT" => Self::Failed,
            "REJECTED" => Self::Rejected,
            "" => Self::default(),
            _ => Self::Other(word),
        }
    }
}

impl From<Status> for String {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => "PENDING".to_owned(),
            Status::Processing => "PROCESSING".to_owned(),
            Status::Completed => "COMPLETED".to_owned(),
            Status::Failed => "FAILED".to_owned(),
            Status::Rejected => "REJECTED".to_owned(),
            Status::Other(word) => word,
        }
    }
}

impl Default for Status {
    fn default() -> Self {
        Self::Other("UNKNOWN".to_owned())
    }
}

/// A lip sync run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Generation {
    #[serde(deserialize_with = "read::word")]
    pub id: String,
    #[serde(default, deserialize_with = "read::word")]
    pub status: Status,
    #[serde(default, deserialize_with = "read::opt")]
    pub model: Option<String>,
    /// As it was sent.
    #[serde(default, deserialize_with = "read::opt")]
    pub input: Option<Vec<Value>>,
    #[serde(default, deserialize_with = "read::opt")]
    pub options: Option<Value>,
    /// ISO 8601.
    #[serde(default, deserialize_with = "read::opt")]
    pub created_at: Option<String>,
    #[serde(default, deserialize_with = "read::opt_sentence")]
    pub error: Option<String>,
    #[serde(default, deserialize_with = "read::opt")]
    pub error_code: Option<String>,
    /// Set once completed; may expire.
    #[serde(default, deserialize_with = "read::opt")]
    pub output_url: Option<String>,
    /// What newer documentation calls the same address.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub output_media_url: Option<String>,
    /// Seconds.
    #[serde(default, deserialize_with = "read::opt")]
    pub output_duration: Option<f64>,
    /// For text inputs: the take that was spoken.
    #[serde(default, deserialize_with = "read::opt")]
    pub synthesized_audio_url: Option<String>,
    /// 0 to 100, when asked for with `include=progress`.
    #[serde(
        default,
        rename(serialize = "progress_percent", deserialize = "progressPercent"),
        deserialize_with = "read::opt",
        skip_serializing_if = "Option::is_none"
    )]
    pub progress_percent: Option<f64>,
}

impl Generation {
    /// Where the finished video lies; may expire.
    pub fn output(&self) -> Option<&str> {
        self.output_url.as_deref().or(self.output_media_url.as_deref())
    }

    /// Why a run that ended badly did so, as an error to show. `None` while it may still succeed.
    pub fn failure(&self) -> Option<Error> {
        let happened = match self.status {
            Status::Failed => "The lip sync failed",
            Status::Rejected => "The lip sync was refused and never ran",
            _ => return None,
        };
        let reason = self.error.as_deref().unwrap_or("no reason was given");
        let message = format!("{happened}: {}.", reason.trim_end_matches('.'));
        Some(Error::Failed { message, code: self.error_code.clone() })
    }
}

/// A run as it stands, and how long the service wants to be left in peace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watched {
    pub generation: Generation,
    /// From `Retry-After`; ask no earlier.
    pub ask_after: Option<Duration>,
}

/// What a run cost, as far as that is known. `GET /v2/generate/{id}/costs`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Costs {
    /// "complete", "pending", "partial" or "unavailable".
    #[serde(default, deserialize_with = "read::opt")]
    pub availability: Option<String>,
    /// "USD".
    #[serde(default, deserialize_with = "read::opt")]
    pub currency: Option<String>,
    /// US dollars, once everything is known.
    #[serde(default, deserialize_with = "read::opt")]
    pub total_cost_usd: Option<f64>,
    /// US dollars, of the parts known by now.
    #[serde(default, deserialize_with = "read::opt")]
    pub known_subtotal_usd: Option<f64>,
    /// Seconds until asking again may tell more.
    #[serde(default, deserialize_with = "read::opt")]
    pub retry_after_seconds: Option<u64>,
}

impl Costs {
    /// The final amount in US dollars; `None` while more may come.
    pub fn settled_usd(&self) -> Option<f64> {
        let partial = matches!(self.availability.as_deref(), Some("pending" | "partial" | "unavailable"));
        self.total_cost_usd.filter(|usd| !partial && usd.is_finite() && *usd >= 0.0)
    }
}

/// The body of `POST /v2/generations/estimate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EstimateRequest {
    pub model: String,
    /// Seconds of output.
    pub duration: f64,
    /// Frames a second; the service assumes 30, and bills at 25.
    pub fps: f64,
}

/// What a run would cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    #[serde(default, deserialize_with = "read::opt")]
    pub estimated_frame_count: Option<f64>,
    /// US dollars.
    #[serde(default, deserialize_with = "read::opt")]
    pub estimated_generation_cost: Option<f64>,
}

/// Which part of a list to get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// 1 to 100 rows.
    pub limit: u8,
    /// The id of the last row of the page before.
    pub cursor: Option<String>,
}

impl Client {
    /// `POST /v2/generate`. The key makes it safe to send again: same key and same body lead to the same run.
    pub fn generate(&self, request: &GenerationRequest, idempotency_key: &str) -> Call<Generation> {
        let client = self.clone();
        let request =
            client.request(Method::POST, &["generate"]).header("Idempotency-Key", idempotency_key).json(request);
        Box::pin(async move {
            let advice = "Run it again: the same ticket is used, so it can't be charged twice.";
            let answer = client.send_once(request, "the lip sync was started", advice).await?;
            client.generation_of(&answer.body)
        })
    }

    /// `GET /v2/generate/{id}` with its progress.
    pub fn generation(&self, id: &str) -> Call<Generation> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            let request = client.request(Method::GET, &["generate", id]).query(&[("include", "progress")]);
            let answer = client.send(request).await?;
            client.generation_of(&answer.body)
        })
    }

    /// The same, with what the service says about asking again.
    pub fn generation_progress(&self, id: &str) -> Call<Watched> {
        self.watched(id, vec![("include", "progress".to_owned())], SHORT)
    }

    /// `GET /v2/generate/{id}` that answers when the run ends, at the latest after so many seconds (1 to 10). It
    /// can't tell the progress.
    pub fn generation_wait(&self, id: &str, secs: u8) -> Call<Watched> {
        let secs = secs.clamp(1, 10);
        self.watched(id, vec![("wait", "true".to_owned()), ("timeout", secs.to_string())], SHORT)
    }

    fn watched(&self, id: &str, query: Vec<(&'static str, String)>, timeout: Duration) -> Call<Watched> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            let request = client.request(Method::GET, &["generate", id]).query(&query).timeout(timeout);
            let answer = client.send(request).await?;
            let ask_after = super::refusal::retry_after(&answer);
            Ok(Watched { generation: client.generation_of(&answer.body)?, ask_after })
        })
    }

    /// `DELETE /v2/generations/{id}`: removes a run that has ended, with its video. One that is gone counts as
    /// deleted.
    pub fn delete_generation(&self, id: &str) -> Call<()> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            match client.send(client.request(Method::DELETE, &["generations", id])).await {
                Ok(_) | Err(Error::NotFound(_)) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }

    /// `GET /v2/generate/{id}/costs`.
    pub fn costs(&self, id: &str) -> Call<Costs> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            let answer = client.send(client.request(Method::GET, &["generate", id, "costs"])).await?;
            read::object(&answer.body).ok_or_else(|| client.unreadable("no costs"))
        })
    }

    /// `GET /v2/generations`, newest first.
    pub fn generations(&self, page: &Page) -> Call<Vec<Generation>> {
        let client = self.clone();
        let mut query = vec![("limit", page.limit.clamp(1, 100).to_string())];
        query.extend(page.cursor.clone().map(|cursor| ("cursor", cursor)));
        Box::pin(async move {
            let answer = client.send(client.request(Method::GET, &["generations"]).query(&query)).await?;
            read::rows(answer.json()).ok_or_else(|| client.unreadable("no list of runs"))
        })
    }

    /// `GET /v2/generations/{id}/download`: a fresh link to a finished run, valid seven days.
    pub fn download_link(&self, id: &str) -> Call<String> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            let answer = client.send(client.request(Method::GET, &["generations", id, "download"])).await?;
            let text = String::from_utf8_lossy(&answer.body);
            let link = text.trim().trim_matches('"');
            client.storage_url(link).map(|_| link.to_owned()).map_err(|_| client.unreadable("no download link"))
        })
    }

    /// `POST /v2/generations/estimate`: what a run of this length would cost. Where that is not known, its other
    /// name is tried.
    pub fn estimate(&self, request: &EstimateRequest) -> Call<Estimate> {
        let client = self.clone();
        let request = request.clone();
        Box::pin(async move {
            let ask = |path: &[&str]| client.request(Method::POST, path).json(&request);
            let answer = match client.send(ask(&["generations", "estimate"])).await {
                Err(error) if error.refusal().is_some_and(|refusal| matches!(refusal.status, 404 | 405)) => {
                    client.send(ask(&["generate", "estimate-cost"])).await?
                }
                other => other?,
            };
            // Older servers answer with a list of one.
            let first = match answer.json() {
                Value::Array(rows) => rows.into_iter().next().unwrap_or_default(),
                other => other,
            };
            read::value(first).ok_or_else(|| client.unreadable("no estimate"))
        })
    }

    fn generation_of(&self, body: &[u8]) -> Result<Generation> {
        let generation: Generation = read::object(body).ok_or_else(|| self.unreadable("no run"))?;
        if generation.id.is_empty() {
            return Err(self.unreadable("the run has no id"));
        }
        Ok(generation)
    }
}
