//! Lip sync runs ("generations"): create, watch, list, delete, download link.
//! Documentation: `api-reference/api/generate-api`.

use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalogue;
use super::client::{Call, Client};
use super::exchange::Answer;
use super::inputs::GenerationRequest;
use super::read;
use super::retry::Endpoint;
use crate::error::{Error, Result};

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

impl Status {
    /// Whether the run has ended, well or badly.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Rejected)
    }
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
        let (happened, fallback) = match self.status {
            Status::Failed => ("The lip sync failed", "Run it again; if it fails again, choose another clip."),
            Status::Rejected => {
                ("The lip sync was refused and never ran", "Change what the reason names, then run it again.")
            }
            _ => return None,
        };
        let reason = self.error.as_deref().unwrap_or("no reason was given");
        let advice = self.error_code.as_deref().and_then(catalogue::shipped).map_or(fallback, |(_, advice)| advice);
        let message = format!("{happened}: {}. {advice}", reason.trim_end_matches(['.', ' ']));
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
        let request = client
            .request(Method::POST, &["generate"])
            .header("Idempotency-Key", idempotency_key)
            .json(&request.body());
        Box::pin(async move {
            let advice = "Run it again: the same ticket is used, so it can't be charged twice.";
            let answer = client.send_once(Endpoint::Generate, request, "the lip sync was started", advice).await?;
            client.generation_of(&answer.body)
        })
    }

    /// `GET /v2/generate/{id}` with its progress.
    pub fn generation(&self, id: &str) -> Call<Generation> {
        let watched = self.generation_progress(id);
        Box::pin(async move { Ok(watched.await?.generation) })
    }

    /// The same, with what the service says about asking again.
    pub fn generation_progress(&self, id: &str) -> Call<Watched> {
        self.watched(id, vec![("include", "progress".to_owned())])
    }

    /// `GET /v2/generate/{id}` that answers when the run ends, at the latest after so many seconds (1 to 10). It
    /// can't tell the progress.
    pub fn generation_wait(&self, id: &str, secs: u8) -> Call<Watched> {
        let secs = secs.clamp(1, 10);
        self.watched(id, vec![("wait", "true".to_owned()), ("timeout", secs.to_string())])
    }

    fn watched(&self, id: &str, query: Vec<(&'static str, String)>) -> Call<Watched> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            let request = client.request(Method::GET, &["generate", id]).query(&query);
            let answer = match client.send(Endpoint::Generation, request).await {
                Err(unknown @ Error::NotFound(_)) => client.known_elsewhere(id, unknown).await?,
                answer => answer?,
            };
            let ask_after = super::refusal::retry_after(&answer);
            Ok(Watched { generation: client.generation_of(&answer.body)?, ask_after })
        })
    }

    /// A run that is not found is asked for under its other address, `GET /v2/generations/{id}`, before that is
    /// believed.
    async fn known_elsewhere(&self, id: &str, unknown: Error) -> Result<Answer> {
        match self.send(Endpoint::Generation, self.request(Method::GET, &["generations", id])).await {
            // There may be no such address either.
            Err(Error::NotFound(_)) => Err(unknown),
            answer => answer,
        }
    }

    /// `DELETE /v2/generations/{id}`: removes a run that has ended, with its video. One that is gone counts as
    /// deleted.
    pub fn delete_generation(&self, id: &str) -> Call<()> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            match client.send(Endpoint::Delete, client.request(Method::DELETE, &["generations", id])).await {
                Ok(_) | Err(Error::NotFound(_)) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }

    /// `GET /v2/generations`, newest first.
    pub fn generations(&self, page: &Page) -> Call<Vec<Generation>> {
        let client = self.clone();
        let mut query = vec![("limit", page.limit.clamp(1, 100).to_string())];
        query.extend(page.cursor.clone().map(|cursor| ("cursor", cursor)));
        Box::pin(async move {
            let answer =
                client.send(Endpoint::Read, client.request(Method::GET, &["generations"]).query(&query)).await?;
            read::rows(answer.json()).ok_or_else(|| client.unreadable("no list of runs"))
        })
    }

    /// `GET /v2/generations/{id}/download`: a fresh link to a finished run, valid seven days.
    pub fn download_link(&self, id: &str) -> Call<String> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let id = client.segment(&id)?;
            let answer = client
                .send(Endpoint::DownloadLink, client.request(Method::GET, &["generations", id, "download"]))
                .await?;
            let text = String::from_utf8_lossy(&answer.body);
            let link = text.trim().trim_matches('"');
            client.storage_url(link).map(|_| link.to_owned()).map_err(|_| client.unreadable("no download link"))
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
