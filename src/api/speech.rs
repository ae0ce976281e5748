//! Text to speech. The guide polls a job, newer documentation answers at once; both are read here.
//! Documentation: `developer-guides/text-to-speech`, `developer-guides/async-text-to-speech`.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::client::{Call, Client, LONG};
use super::exchange::Answer;
use super::generations::Status;
use super::read;
use super::retry::Endpoint;
use super::voices::{PROVIDER, dislikes_provider};
use crate::error::{Error, Result};

/// Characters.
const MAX_SCRIPT: usize = 5_000;

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

    /// Whether the line has a length the service takes. How it counts is not documented; characters as people write
    /// them down come close, and its own answer is the last word.
    fn check(&self) -> Result<()> {
        let long = self.script.chars().count();
        if self.script.trim().is_empty() {
            return Err(Error::Input("There is nothing to say. Write the line first.".to_owned()));
        }
        if long > MAX_SCRIPT {
            let over = long - MAX_SCRIPT;
            return Err(Error::Input(format!("A line may have 5,000 characters; this one has {over} more. Split it.")));
        }
        Ok(())
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
            request.check()?;
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
        self.send_once(Endpoint::Speak, request, "the line was spoken", advice).await
    }

    /// `POST /v2/tts/jobs`: has a line spoken as a job, for long lines. The ticket makes it safe to send again. Where
    /// the service does not offer it (404, 405, or 503 without a code) [`Client::speak`] is left, which has no ticket: to
    /// be used only when no earlier try under this one may have been taken on.
    pub fn start_speech(&self, request: SpeakRequest, idempotency_key: &str) -> Call<Spoken> {
        let client = self.clone();
        let key = idempotency_key.to_owned();
        Box::pin(async move {
            request.check()?;
            let post = client.request(Method::POST, &["tts", "jobs"]).header("Idempotency-Key", key).json(&request);
            let advice = "Try again: the same ticket is used, so it can't be charged twice.";
            let answer = client.send_once(Endpoint::StartSpeech, post, "the line was taken on", advice).await?;
            client.spoken(&answer, None)
        })
    }

    /// Asks once how a speech job stands.
    pub fn speech_job(&self, job: &SpeechJob) -> Call<Spoken> {
        let client = self.clone();
        let job = job.clone();
        Box::pin(async move {
            let url = match job.location.as_deref().and_then(|place| client.own(place)) {
                Some(url) => url,
                None => client.url(&["tts", "jobs", client.segment(&job.id)?]),
            };
            let answer = client.send(Endpoint::SpeechJob, client.request_to(Method::GET, url)).await?;
            client.spoken(&answer, Some(&job))
        })
    }

    /// An address the service named, if it is one of its own.
    fn own(&self, place: &str) -> Option<Url> {
        self.base().join(place).ok().filter(|url| url.origin() == self.base().origin())
    }

    fn spoken(&self, answer: &Answer, job: Option<&SpeechJob>) -> Result<Spoken> {
        let said: Said = read::object(&answer.body).unwrap_or_default();
        if matches!(said.status, Some(Status::Failed | Status::Rejected)) {
            return Err(said.failure());
        }
        let id = said.id.clone().or_else(|| said.job_id.clone()).or_else(|| job.map(|job| job.id.clone()));
        if let Some(url) = said.url() {
            return Ok(Spoken::Ready(Speech { id: id.unwrap_or_default(), url, duration: said.duration }));
        }
        let named = answer.header("location").filter(|place| self.own(place).is_some());
        let running = said.status.as_ref().is_some_and(|status| *status != Status::Completed);
        let waiting = running || (said.status.is_none() && (answer.status == StatusCode::ACCEPTED || named.is_some()));
        let location = named.map(str::to_owned).or_else(|| job.and_then(|job| job.location.clone()));
        if !waiting || (id.is_none() && location.is_none()) {
            return Err(self.unreadable("speech without an address"));
        }
        let ask_after = answer.header("retry-after").and_then(|secs| secs.trim().parse().ok()).unwrap_or(3);
        let ask_after = Duration::from_secs(u64::clamp(ask_after, 1, 60));
        Ok(Spoken::Pending(SpeechJob { id: id.unwrap_or_default(), location, ask_after }))
    }
}

/// Everything an answer about speech may hold, old and new.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Said {
    #[serde(deserialize_with = "read::opt")]
    id: Option<String>,
    #[serde(deserialize_with = "read::opt")]
    job_id: Option<String>,
    #[serde(deserialize_with = "read::opt")]
    status: Option<Status>,
    #[serde(deserialize_with = "read::opt")]
    url: Option<String>,
    #[serde(deserialize_with = "read::opt")]
    synthesized_audio_url: Option<String>,
    #[serde(deserialize_with = "read::opt")]
    audio_url: Option<String>,
    #[serde(deserialize_with = "read::opt")]
    duration: Option<f64>,
    #[serde(deserialize_with = "read::opt")]
    error: Option<Value>,
    #[serde(deserialize_with = "read::opt_sentence")]
    message: Option<String>,
    #[serde(deserialize_with = "read::opt")]
    error_code: Option<String>,
}

impl Said {
    fn url(&self) -> Option<String> {
        self.url.clone().or_else(|| self.synthesized_audio_url.clone()).or_else(|| self.audio_url.clone())
    }

    /// A failed job's reason; the inner shape of `error` is not documented.
    fn failure(self) -> Error {
        let inner = |name: &str| self.error.as_ref()?.get(name)?.as_str().map(read::clip);
        let code = ["errorCode", "error_code", "code"].iter().find_map(|name| inner(name));
        let reason = self.error.as_ref().and_then(read::sentence).or(self.message);
        let reason = reason.unwrap_or_else(|| "no reason was given".to_owned());
        let message =
            format!("The line was not spoken: {}. Try again, or choose another voice.", reason.trim_end_matches('.'));
        Error::Failed { message, code: code.or(self.error_code) }
    }
}
