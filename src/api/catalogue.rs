//! The open list of error codes. Documentation: `GET /v2/errors`.

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::client::{Call, Client};
use super::read;

/// One row of `GET /v2/errors`, which needs no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEntry {
    #[serde(deserialize_with = "read::word")]
    pub code: String,
    #[serde(default, deserialize_with = "read::word")]
    pub message: String,
    #[serde(default, deserialize_with = "read::word")]
    pub suggestion: String,
}

impl Client {
    /// `GET /v2/errors`, without the key: every code the service knows, for the caller to keep.
    pub fn errors(&self) -> Call<Vec<ErrorEntry>> {
        let client = self.clone();
        Box::pin(async move {
            let answer = client.send(client.open_request(Method::GET, &["errors"])).await?;
            let rows = read::rows::<ErrorEntry>(answer.json());
            let rows = rows.ok_or_else(|| client.unreadable("no list of errors"))?;
            Ok(rows.into_iter().filter(|entry| !entry.code.is_empty()).collect())
        })
    }

    /// Whether the service answers at all. Needs no key and costs nothing.
    pub fn ping(&self) -> Call<()> {
        let client = self.clone();
        Box::pin(async move { client.send(client.open_request(Method::GET, &["errors"])).await.map(drop) })
    }
}
