//! Text to speech. The guide polls a job, newer documentation answers at once; both are read here.
//! Documentation: `developer-guides/text-to-speech`, `developer-guides/async-text-to-speech`.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{Answer, Call, Client, LONG};
use super::voices::{PROVIDER, dislikes_provider};
use crate::error::{Error, Result};

/// The body of `POST /v2/tts`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpeakRequest {
    pub voice_id: String,
    /// 1 to 5,000 characters.
    pub script: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// 0 (more varied) to 1 (steadier).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stability: Option<f64>,
    /// 0 (looser) to 1 (closer to the sample).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similarity_boost: Option<f64>,
}

impl SpeakRequest {
    /// A line in a voice, with the service's own settings.
    pub fn new(voice_id: impl Into<String>, script: impl Into<String>) -> Self {
        let provider = Some(PROVIDER.to_owned());
        Self { voice_id: voice_id.into(), script: script.into(), provider, stability: None, similarity_boost: None }
    }
}

/// Speech that is ready in the service's storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speech {
    pub id: String,
    /// Hosted audio, usable as an `audio` input of a lip sync.
    pub url: String,
    /// Seconds, when the service said so.
    pub duration: Option<f64>,
}

/// Speech still being made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeechJob {
    pub id: String,
    /// Where to ask, when the service named a place of its own.
    pub location: Option<String>,
    /// How long to wait before asking.
    pub ask_after: Duration,
}

/// What a request to speak, or a question about one, leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Spoken {
    Ready(Speech),
    Pending(SpeechJob),
}

impl Client {
    /// `POST /v2/tts`: speaks a line. Never sent twice, as each call may be billed: a lost answer is
    /// [`Error::Lost`].
    pub fn speak(&self, mut request: SpeakRequest) -> Call<Spoken> {
        let client = self.clone();
        Box::pin(async move {
            let mut result = client.speak_once(&request).await;
            if result.as_ref().is_err_and(dislikes_provider) {
                request.provider = None;
                result = client.speak_once(&request).await;
            }
            client.spoken(&result?, None)
        })
    }

    async fn speak_once(&self, body: &SpeakRequest) -> Result<Answer> {
        let request = self.request(Method::POST, &["tts"]).timeout(LONG).json(body);
        let advice = "Speaking it again may be billed again; do so only if you need it.";
        self.send_once(request, "the line was spoken", advice).await
    }

    /// Asks once how a speech job stands.
    pub fn speech_job(&self, job: &SpeechJob) -> Call<Spoken> {
        let client = self.clone();
        let job = job.clone();
        Box::pin(async move {
            let own = client.url(&["tts", "jobs", &job.id]);
            let named = job.location.as_deref().and_then(|place| client.base().join(place).ok());
            let url = named.filter(|url| url.origin() == client.base().origin()).unwrap_or(own);
            let answer = client.send(client.request_to(Method::GET, url)).await?;
            client.spoken(&answer, Some(&job))
        })
    }

    fn spoken(&self, answer: &Answer, job: Option<&SpeechJob>) -> Result<Spoken> {
        let json = answer.json();
        let text = |names: &[&str]| names.iter().find_map(|name| json.get(name)?.as_str().filter(|s| !s.is_empty()));
        let id = text(&["id", "jobId", "job_id"]).map(str::to_owned).or_else(|| job.map(|job| job.id.clone()));
        let status = text(&["status"]).unwrap_or_default().to_ascii_uppercase();
        if matches!(status.as_str(), "FAILED" | "REJECTED" | "CANCELED" | "CANCELLED" | "TIMED_OUT") {
            return Err(failed(&json));
        }
        if let Some(url) = text(&["url", "synthesizedAudioUrl", "synthesized_audio_url", "audioUrl", "audio_url"]) {
            let duration = json.get("duration").and_then(Value::as_f64);
            return Ok(Spoken::Ready(Speech { id: id.unwrap_or_default(), url: url.to_owned(), duration }));
        }
        let location = answer.header("location").map(str::to_owned).or_else(|| job.and_then(|j| j.location.clone()));
        let finished = matches!(status.as_str(), "SUCCESS" | "SUCCEEDED" | "COMPLETED");
        let waiting = answer.status == StatusCode::ACCEPTED || location.is_some() || !status.is_empty();
        if finished || !waiting || (id.is_none() && location.is_none()) {
            return Err(self.unreadable("speech without an address"));
        }
        let ask_after = answer.header("retry-after").and_then(|secs| secs.parse().ok()).unwrap_or(3);
        let ask_after = Duration::from_secs(u64::clamp(ask_after, 1, 60));
        Ok(Spoken::Pending(SpeechJob { id: id.unwrap_or_default(), location, ask_after }))
    }
}

/// A failed job's reason; the inner shape of `error` is not documented.
fn failed(json: &Value) -> Error {
    let inner = json.get("error").unwrap_or(&Value::Null);
    let text = |name: &str| inner.get(name).or_else(|| json.get(name)).and_then(Value::as_str).map(str::to_owned);
    let message = text("message").or_else(|| inner.as_str().map(str::to_owned));
    let message = message.unwrap_or_else(|| "no reason was given".to_owned());
    Error::Failed {
        message: format!(
            "The line was not spoken: {}. Try again, or choose another voice.",
            message.trim_end_matches('.')
        ),
        code: text("errorCode").or_else(|| text("code")),
    }
}
