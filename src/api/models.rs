//! The models of the service. Documentation: `GET /v2/models`.

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::client::{Call, Client};
use super::read;

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
            let answer = client.send(client.request(Method::GET, &["models"])).await?;
            let rows = read::rows::<Model>(answer.json()).ok_or_else(|| client.unreadable("no list of models"))?;
            Ok(rows.into_iter().filter(|model| !model.name.is_empty()).collect())
        })
    }
}
