//! Bytes from storage: streamed, counted, never with the key, and under their name only once complete.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::assets::AssetKind;
use super::client::{Call, Client};
use super::container::{self, HEAD};
use super::exchange::Answer;
use super::settle::{Arrived, settle};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// The longest clips at the highest rate stay far below this.
const MAX_FILE: u64 = 16 * 1024 * 1024 * 1024;

/// Where a download goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub folder: PathBuf,
    /// File name without extension; the extension follows what arrives.
    pub stem: String,
    /// What must arrive; a page, a program or a picture in its place is refused.
    pub kind: AssetKind,
}

/// What came, apart from the bytes in the file.
struct Received {
    bytes: u64,
    /// The first bytes, to tell the format by.
    head: Vec<u8>,
}

/// A small file on its way. Dropping it ends the transfer.
pub struct Incoming {
    client: Client,
    response: Response,
    length: Option<u64>,
    left: usize,
}

impl Incoming {
    /// Its length in bytes, when the store says.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// What came next; `None` when it is complete.
    ///
    /// # Errors
    /// When the connection breaks or more comes than such a file should have.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        let chunk = self.client.next_chunk(&mut self.response).await?;
        let length = chunk.as_ref().map_or(0, Bytes::len);
        self.left = self.left.checked_sub(length).ok_or_else(|| self.client.too_large())?;
        Ok(chunk)
    }
}

impl Client {
    /// A small file (a preview, say) into memory, up to `limit` bytes.
    pub fn fetch(&self, url: &str, limit: usize) -> Call<Bytes> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let mut incoming = client.open(&url, limit).await?;
            let mut bytes = Vec::new();
            while let Some(chunk) = incoming.next().await? {
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes.into())
        })
    }

    /// The beginning of a small file, for who makes use of it while the rest arrives; up to `limit` bytes.
    pub fn open(&self, url: &str, limit: usize) -> Call<Incoming> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let response = client.get_file(&url).await?;
            let length = response.content_length();
            if length.is_some_and(|length| length > limit as u64) {
                return Err(client.too_large());
            }
            Ok(Incoming { client, response, length, left: limit })
        })
    }

    /// A file onto disk. It gets its name only once it is complete; a name in use gets a number behind it.
    /// `progress` counts bytes. Dropping the call leaves nothing behind.
    pub fn download(&self, url: &str, to: Destination, progress: Progress) -> Call<PathBuf> {
        let part = to.folder.join(format!(".mouthpiece-{}.part", uuid::Uuid::new_v4()));
        let arriving = self.download_part(url, part, to.kind, progress);
        Box::pin(async move {
            let arrived = arriving.await?;
            let named = tokio::task::spawn_blocking(move || settle(&arrived, &to.stem)).await;
            named.map_err(|_| Error::Cancelled)?
        })
    }

    /// A file onto disk, whole and checked, but under a name of its own until [`Arrived::rename`]. What an earlier try
    /// left under that name is replaced. `progress` counts bytes. Dropping the call leaves nothing behind.
    pub fn download_part(&self, url: &str, part: PathBuf, kind: AssetKind, progress: Progress) -> Call<Arrived> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let mut response = client.get_file(&url).await?;
            let length = response.content_length();
            if length.is_some_and(|length| length > MAX_FILE) {
                return Err(client.too_large());
            }
            progress.start(length.unwrap_or(0));
            let (file, unfinished) = begin(part.clone()).await?;
            let received = client.receive(&mut response, file, &part, kind, &progress).await?;
            if length.is_some_and(|length| length != received.bytes) || received.bytes == 0 {
                return Err(client.unreadable("the file is not complete"));
            }
            let extension = client.extension(&response, &received.head, kind)?.to_owned();
            unfinished.keep().map_err(|refused| Error::file("write", &part, refused.error))?;
            Ok(Arrived { part, extension, bytes: received.bytes })
        })
    }

    fn too_large(&self) -> Error {
        self.unreadable("the file is far larger than such a file should be")
    }

    /// The extension for what came, which is refused when it is something else.
    fn extension(&self, response: &Response, head: &[u8], kind: AssetKind) -> Result<&'static str> {
        let found = container::extension(kind, head, &content_type(response), response.url().path());
        found.ok_or_else(|| {
            self.unreadable(match kind {
                AssetKind::Audio => "the link gave something that is no sound",
                AssetKind::Video => "the link gave something that is no video",
                AssetKind::Image => "the link gave something that is no picture",
            })
        })
    }

    async fn get_file(&self, url: &str) -> Result<Response> {
        let response = self.get_from(url).await?;
        if !response.status().is_success() {
            return Err(self.no_file(response).await);
        }
        // What a sign-in page of a network, or a failing store, puts in place of the file.
        if matches!(content_type(&response).as_str(), "text/html" | "application/json" | "application/xml") {
            return Err(self.unreadable("the link gave a page instead of the file"));
        }
        Ok(response)
    }

    /// Why a link gives no file: in the service's own words when it has some.
    async fn no_file(&self, mut response: Response) -> Error {
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = self.next_chunk(&mut response).await {
            body.extend_from_slice(&chunk);
            if body.len() > 64 * 1024 {
                break;
            }
        }
        let answer = Answer { status, headers, body: body.into() };
        // A link that is refused or gone is asked for afresh, so that stays "unreadable"; what the service cannot do
        // now, it says.
        if status.is_server_error() && answer.json().get("message").is_some() {
            return self.refused(&answer);
        }
        self.unreadable(&format!("the link gave {}", status.as_u16()))
    }

    async fn next_chunk(&self, response: &mut Response) -> Result<Option<Bytes>> {
        let chunk = tokio::time::timeout(self.0.tuning.idle, response.chunk()).await.map_err(|_| self.silent())?;
        chunk.map_err(|source| self.offline(source))
    }

    async fn receive(
        &self,
        response: &mut Response,
        mut file: File,
        part: &Path,
        kind: AssetKind,
        progress: &Progress,
    ) -> Result<Received> {
        let failed = |source| Error::file("write to", part.parent().unwrap_or(part), source);
        let mut received = Received { bytes: 0, head: Vec::new() };
        while let Some(chunk) = self.next_chunk(response).await? {
            let missing = HEAD.saturating_sub(received.head.len());
            received.head.extend(chunk.iter().take(missing));
            received.bytes += chunk.len() as u64;
            if received.bytes > MAX_FILE {
                return Err(self.too_large());
            }
            if received.head.len() == HEAD && missing > 0 {
                // Not a whole download later.
                self.extension(response, &received.head, kind)?;
            }
            file.write_all(&chunk).await.map_err(failed)?;
            progress.add(chunk.len() as u64);
        }
        file.flush().await.map_err(failed)?;
        file.sync_all().await.map_err(failed)?;
        Ok(received)
    }
}

/// A file for what arrives, removed when the guard is dropped. Others may read it as they may any new file.
async fn begin(part: PathBuf) -> Result<(File, TempPath)> {
    let folder = part.parent().unwrap_or(&part).to_owned();
    let made = tokio::task::spawn_blocking(move || -> io::Result<_> {
        std::fs::create_dir_all(part.parent().unwrap_or(&part))?;
        // Removed rather than emptied: under this name may lie a link to somewhere else.
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = std::fs::File::create_new(&part)?;
        Ok((File::from_std(file), TempPath::try_from_path(part)?))
    });
    let made = made.await.map_err(|_| Error::Cancelled)?;
    made.map_err(|error| Error::file("write to", &folder, error))
}

fn content_type(response: &Response) -> String {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
