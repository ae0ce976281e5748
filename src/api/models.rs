//! The models of the service. Documentation: `GET /v2/models`.

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::client::{Call, Client};
use super::read;
use super::retry::Endpoint;

/// The documented models, for when the service can't be asked.
pub const MODELS: [&str; 5] = ["sync-3", "lipsync-2-pro", "lipsync-2", "lipsync-1.9.0-beta", "react-1"];

/// A lip sync model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    #[serde(default, deserialize_with = "read::word")]
    pub id: String,
    /// What to send as `model`, such as "lipsync-2".
    #[serde(default, deserialize_with = "read::word")]
    pub name: String,
    /// "lipsync" or "react".
    #[serde(default, rename = "type", deserialize_with = "read::opt")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "read::opt")]
    pub version: Option<String>,
    #[serde(default, deserialize_with = "read::opt")]
    pub description: Option<String>,
    /// ISO 8601; set on models about to go.
    #[serde(default, deserialize_with = "read::opt", skip_serializing_if = "Option::is_none")]
    pub deprecated_at: Option<String>,
}

impl Client {
    /// `GET /v2/models`: what this account can ask for, deprecated ones left out by the service.
    pub fn models(&self) -> Call<Vec<Model>> {
        let client = self.clone();
        Box::pin(async move {
            let answer = client.send(Endpoint::Read, client.request(Method::GET, &["models"])).await?;
            let rows = read::rows::<Model>(answer.json()).ok_or_else(|| client.unreadable("no list of models"))?;
            Ok(rows.into_iter().filter(|model| !model.name.is_empty()).collect())
        })
    }
}
