//! Voices: list, clone, delete. Documentation: `api-reference/api/voices-api`.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::{Call, Client, LONG};
use super::read;
use super::retry::Endpoint;
use crate::error::{Error, Result};

/// The only provider there is. Newer servers require it, older ones ignore it.
pub const PROVIDER: &str = "elevenlabs";

/// A voice that can speak: built in, or cloned by this account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Voice {
    /// What to send as `voiceId` wherever a voice is accepted.
    #[serde(default, deserialize_with = "read::word")]
    pub id: String,
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Always "elevenlabs" today.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// A short recording of the voice.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<String>,
    /// The service's internal id; on clones as far as seen.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub internal_voice_id: Option<String>,
    /// The provider's own id; never a substitute for `id` where that is present.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub voice_id: Option<String>,
    /// Present while the service withholds the voice; its shape is not documented.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub restriction: Option<Value>,
}

impl Voice {
    /// The name on screen.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// Whether the service does not let this voice speak now.
    pub fn is_withheld(&self) -> bool {
        self.restriction.as_ref().is_some_and(|restriction| *restriction != Value::Bool(false))
    }

    /// A guess for voices this computer did not clone itself: the service has no flag for clones, but gives them
    /// ids of the UUID form or an internal id.
    pub fn looks_cloned(&self) -> bool {
        self.internal_voice_id.is_some() || uuid::Uuid::parse_str(&self.id).is_ok()
    }

    /// Whether this is one of the voice's ids.
    pub fn is_called(&self, id: &str) -> bool {
        self.id == id || self.voice_id.as_deref() == Some(id) || self.internal_voice_id.as_deref() == Some(id)
    }

    /// The row with an id found for it, or nothing when it has none at all.
    fn identified(mut self) -> Option<Self> {
        if self.id.is_empty() {
            self.id = self.voice_id.clone().or_else(|| self.internal_voice_id.clone())?;
        }
        Some(self)
    }
}

/// Where the sample of a clone lies: exactly one place, both within the service's storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sample {
    /// An asset registered with `POST /v2/assets`.
    #[serde(rename = "assetId")]
    Asset(String),
    /// The address of a file in the service's own storage; other addresses are refused.
    #[serde(rename = "url")]
    Url(String),
}

/// The body of `POST /v2/voices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CloneRequest {
    /// 1 to 100 characters; taken names are refused.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<&'static str>,
    #[serde(flatten)]
    pub sample: Sample,
}

/// A freshly cloned voice with all the ids the service gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cloned {
    /// In newer answers: the id to use everywhere.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// In older answers: the id to use everywhere; in newer ones the provider's.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub voice_id: Option<String>,
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub internal_voice_id: Option<String>,
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Cloned {
    /// The id to use for this voice from now on.
    pub fn handle(&self) -> Option<&str> {
        self.id.as_deref().or(self.voice_id.as_deref()).or(self.internal_voice_id.as_deref())
    }
}

impl Client {
    /// `GET /v2/voices`: every voice of this account, built-in ones and clones.
    pub fn voices(&self) -> Call<Vec<Voice>> {
        let client = self.clone();
        Box::pin(async move {
            let answer = client.send(Endpoint::Read, client.request(Method::GET, &["voices"])).await?;
            let rows = read::rows::<Voice>(answer.json()).ok_or_else(|| client.unreadable("no list of voices"))?;
            Ok(rows.into_iter().filter_map(Voice::identified).collect())
        })
    }

    /// `GET /v2/voices/{id}`: one voice. Older services may not know the call; the list always does.
    pub fn voice(&self, id: &str) -> Call<Voice> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let request = client.request(Method::GET, &["voices", client.segment(&id)?]);
            let voice: Option<Voice> = read::object(&client.send(Endpoint::Read, request).await?.body);
            voice.and_then(Voice::identified).ok_or_else(|| client.unreadable("no voice"))
        })
    }

    /// `POST /v2/voices`: clones a voice. Never sent twice: a lost answer is [`Error::Lost`], to be settled by
    /// listing the voices.
    pub fn clone_voice(&self, name: &str, sample: Sample) -> Call<Cloned> {
        let client = self.clone();
        let mut body = CloneRequest { name: name.trim().to_owned(), provider: Some(PROVIDER), sample };
        Box::pin(async move {
            if !(1..=100).contains(&body.name.chars().count()) {
                return Err(Error::Input("A voice's name has 1 to 100 characters. Choose another one.".to_owned()));
            }
            let mut result = client.clone_once(&body).await;
            if result.as_ref().is_err_and(dislikes_provider) {
                body.provider = None;
                result = client.clone_once(&body).await;
            }
            let cloned = result?;
            if cloned.handle().is_none() {
                return Err(client.unreadable("the new voice has no id"));
            }
            Ok(cloned)
        })
    }

    async fn clone_once(&self, body: &CloneRequest) -> Result<Cloned> {
        let request = self.request(Method::POST, &["voices"]).timeout(LONG).json(body);
        let advice = "Look for it among your voices before cloning again.";
        let answer = self.send_once(Endpoint::Clone, request, "the voice was cloned", advice).await.map_err(slots)?;
        read::object(&answer.body).ok_or_else(|| self.unreadable("the new voice"))
    }

    /// `DELETE /v2/voices/{id}`: removes a clone and frees its slot at once. A voice that is gone already counts
    /// as deleted; one listed under another of its ids is deleted under that.
    pub fn delete_voice(&self, id: &str) -> Call<()> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let refused = match client.delete_once(&id).await {
                Ok(true) => return Ok(()),
                Ok(false) => None,
                Err(error @ Error::NotFound(_)) => Some(error),
                Err(error) => return Err(error),
            };
            // Not known, or not done: the list tells which. Without it the 404 counts: repeated deletes end so.
            let rows = match (client.voices().await, &refused) {
                (Ok(rows), _) => rows,
                (Err(_), Some(_)) => return Ok(()),
                (Err(error), None) => return Err(error),
            };
            let Some(voice) = rows.into_iter().find(|voice| voice.is_called(&id)) else { return Ok(()) };
            if voice.id != id && client.delete_once(&voice.id).await? {
                return Ok(());
            }
            let message =
                format!("{} did not delete {} and gave no reason. Try again.", client.service(), voice.label());
            Err(refused.unwrap_or(Error::Failed { message, code: None }))
        })
    }

    /// Whether the service said it is done. Newer answers are `true` or `false`; any other body is no news.
    async fn delete_once(&self, id: &str) -> Result<bool> {
        let answer = self.send(Endpoint::Delete, self.request(Method::DELETE, &["voices", self.segment(id)?])).await?;
        Ok(answer.json() != Value::Bool(false))
    }
}

/// The guide's way of saying that all slots are used: a 403 without a code.
fn slots(error: Error) -> Error {
    match error {
        Error::Invalid(refusal) if refusal.status == 403 && refusal.code.is_none() => Error::SlotsFull(refusal),
        other => other,
    }
}

/// Whether a server from before `provider` existed refused it as unexpected, in whatever words.
pub(super) fn dislikes_provider(error: &Error) -> bool {
    const UNEXPECTED: [&str; 7] = [
        "should not exist",
        "unexpected",
        "unrecognized",
        "unknown",
        "not allowed",
        "not permitted",
        "additional propert",
    ];
    let Error::Invalid(refusal) = error else { return false };
    let message = refusal.message.to_ascii_lowercase();
    // The whole line must be about it: another field may be the unexpected one.
    let line = message.lines().find(|line| UNEXPECTED.iter().any(|word| line.contains(word)));
    let named = |line: &str| refusal.field.as_deref() == Some("provider") || line.contains("provider");
    matches!(refusal.status, 400 | 422) && line.is_some_and(named)
}
