//! Assets: the three-step upload, list, delete. Documentation: `developer-guides/asset-uploads`.

use std::path::PathBuf;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::client::{Call, Client};
use super::read;
use super::retry::Endpoint;
use crate::error::{Error, Result};

/// What an asset is to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssetKind {
    Audio,
    Video,
    Image,
}

impl AssetKind {
    /// As the API writes it.
    fn word(self) -> &'static str {
        match self {
            Self::Audio => "AUDIO",
            Self::Video => "VIDEO",
            Self::Image => "IMAGE",
        }
    }
}

/// A file in the service's storage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    #[serde(deserialize_with = "read::word")]
    pub id: String,
    #[serde(default, deserialize_with = "read::opt")]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "read::opt")]
    pub name: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "read::opt")]
    pub kind: Option<AssetKind>,
    /// Bytes.
    #[serde(default, deserialize_with = "read::opt")]
    pub size: Option<u64>,
    /// Container, such as "mp4".
    #[serde(default, deserialize_with = "read::opt")]
    pub format: Option<String>,
    #[serde(default, deserialize_with = "read::opt")]
    pub duration_seconds: Option<f64>,
    /// Pixels.
    #[serde(default, deserialize_with = "read::opt")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default, deserialize_with = "read::opt")]
    pub height: Option<u32>,
    /// `USER` or `ORGANIZATION`.
    #[serde(default, deserialize_with = "read::opt")]
    pub visibility: Option<String>,
    /// ISO 8601.
    #[serde(default, deserialize_with = "read::opt")]
    pub created_at: Option<String>,
    /// ISO 8601.
    #[serde(default, deserialize_with = "read::opt")]
    pub updated_at: Option<String>,
}

/// One page of `GET /v2/assets`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssetPage {
    pub items: Vec<Asset>,
    #[serde(default, deserialize_with = "read::opt")]
    pub next_cursor: Option<String>,
}

/// Which assets to list. All of it is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetQuery {
    /// 1 to 100 rows.
    pub limit: Option<u8>,
    /// [`AssetPage::next_cursor`] of the page before.
    pub cursor: Option<String>,
    /// Part of a name.
    pub search: Option<String>,
    /// Only these kinds; none means all.
    pub kinds: Vec<AssetKind>,
}

/// The body of `POST /v2/assets/upload`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PresignRequest {
    pub file_name: String,
    /// MIME type; the `PUT` must carry exactly the same.
    pub content_type: String,
    /// Bytes, up to 5 GiB and the plan's own limit.
    pub size: u64,
}

/// Where to `PUT` a file, and where it will lie.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Presigned {
    pub upload_url: String,
    pub url: String,
    /// Seconds.
    #[serde(default, deserialize_with = "read::opt")]
    pub expires_in: Option<u64>,
}

/// The body of `POST /v2/assets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterRequest {
    pub url: String,
    #[serde(rename = "type")]
    pub kind: AssetKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A local file to bring into the service's storage.
#[derive(Debug, Clone)]
pub struct Upload {
    pub path: PathBuf,
    /// MIME type of its content.
    pub content_type: String,
    pub kind: AssetKind,
}

impl Client {
    /// `GET /v2/assets`, newest first.
    pub fn assets(&self, query: &AssetQuery) -> Call<AssetPage> {
        let client = self.clone();
        let mut pairs = vec![("limit", query.limit.unwrap_or(100).clamp(1, 100).to_string())];
        pairs.push(("sortBy", "dateDesc".to_owned()));
        pairs.extend(query.cursor.clone().map(|cursor| ("cursor", cursor)));
        pairs.extend(query.search.clone().map(|search| ("searchQuery", search)));
        if !query.kinds.is_empty() {
            let kinds: Vec<_> = query.kinds.iter().map(|kind| kind.word()).collect();
            pairs.push(("types", kinds.join(",")));
        }
        Box::pin(async move {
            let answer = client.send(Endpoint::Read, client.request(Method::GET, &["assets"]).query(&pairs)).await?;
            let json = answer.json();
            let next_cursor = json.get("nextCursor").or_else(|| json.get("next_cursor")).cloned().and_then(read::fit);
            let items = read::rows::<Asset>(json).ok_or_else(|| client.unreadable("no list of assets"))?;
            Ok(AssetPage { items: items.into_iter().filter(|asset| !asset.id.is_empty()).collect(), next_cursor })
        })
    }

    /// `GET /v2/assets/{id}`.
    pub fn asset(&self, id: &str) -> Call<Asset> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let request = client.request(Method::GET, &["assets", client.segment(&id)?]);
            client.asset_of(&client.send(Endpoint::Read, request).await?.body)
        })
    }

    /// `POST /v2/assets/batch`: the assets with these ids, in any order; those that are gone are left out. Asks for
    /// a hundred at a time.
    pub fn assets_by_id(&self, ids: &[String]) -> Call<Vec<Asset>> {
        let client = self.clone();
        let ids = ids.to_vec();
        Box::pin(async move {
            let mut found = Vec::new();
            for some in ids.chunks(100) {
                let request = client.request(Method::POST, &["assets", "batch"]);
                let answer = client.send(Endpoint::Read, request.json(&serde_json::json!({ "ids": some }))).await?;
                let rows = read::rows::<Asset>(answer.json());
                found.extend(rows.ok_or_else(|| client.unreadable("no list of assets"))?);
            }
            Ok(found.into_iter().filter(|asset| !asset.id.is_empty()).collect())
        })
    }

    /// `PATCH /v2/assets/{id}`: another name on screen; the file stays where it is.
    pub fn rename_asset(&self, id: &str, name: &str) -> Call<Asset> {
        let client = self.clone();
        let (id, body) = (id.to_owned(), serde_json::json!({ "name": name }));
        Box::pin(async move {
            let request = client.request(Method::PATCH, &["assets", client.segment(&id)?]).json(&body);
            client.asset_of(&client.send(Endpoint::Rename, request).await?.body)
        })
    }

    /// `DELETE /v2/assets/{id}`. One that is gone counts as deleted.
    pub fn delete_asset(&self, id: &str) -> Call<()> {
        let client = self.clone();
        let id = id.to_owned();
        Box::pin(async move {
            let request = client.request(Method::DELETE, &["assets", client.segment(&id)?]);
            match client.send(Endpoint::Delete, request).await {
                Ok(_) | Err(Error::NotFound(_)) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }

    pub(super) fn asset_of(&self, body: &[u8]) -> Result<Asset> {
        let asset: Option<Asset> = read::object(body);
        asset.filter(|asset| !asset.id.is_empty()).ok_or_else(|| self.unreadable("no asset"))
    }
}
