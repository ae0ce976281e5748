//! Assets: the three-step upload, list, delete. Documentation: `developer-guides/asset-uploads`.

use std::path::PathBuf;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::client::{Call, Client};
use super::read;
use crate::error::Result;
use crate::progress::Progress;

/// What an asset is to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssetKind {
    Audio,
    Video,
    Image,
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

impl Upload {
    /// The file's name as the service is told it.
    pub fn file_name(&self) -> String {
        self.path.file_name().map_or_else(|| "upload".to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

impl Client {
    /// Brings a file into storage: presign, `PUT`, register. `progress` counts bytes. Dropping the call stops the
    /// upload; what was sent by then is forgotten by the service.
    pub fn upload(&self, upload: Upload, progress: Progress) -> Call<Asset> {
        let client = self.clone();
        Box::pin(async move {
            let opened = super::upload::open(&upload.path).await?;
            progress.start(opened.size);
            let presigned = client.presign(&upload, opened.size).await?;
            client.put(&upload, opened, &presigned, &progress).await?;
            client.register(&upload, presigned.url).await
        })
    }

    async fn presign(&self, upload: &Upload, size: u64) -> Result<Presigned> {
        let content_type = upload.content_type.clone();
        let body = PresignRequest { file_name: upload.file_name(), content_type, size };
        let answer = self.send(self.request(Method::POST, &["assets", "upload"]).json(&body)).await?;
        let presigned: Option<Presigned> = read::object(&answer.body);
        let whole = presigned.filter(|p| !p.upload_url.is_empty() && !p.url.is_empty());
        whole.ok_or_else(|| self.unreadable("no upload address"))
    }

    async fn register(&self, upload: &Upload, url: String) -> Result<Asset> {
        let body = RegisterRequest { url: url.clone(), kind: upload.kind, name: Some(upload.file_name()) };
        let answer = self.send(self.request(Method::POST, &["assets"]).json(&body)).await?;
        let asset: Asset = read::object(&answer.body).ok_or_else(|| self.unreadable("no asset id"))?;
        if asset.id.is_empty() {
            return Err(self.unreadable("the asset has no id"));
        }
        Ok(Asset { url: asset.url.or(Some(url)), ..asset })
    }
}
