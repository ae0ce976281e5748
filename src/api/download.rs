//! Bytes from storage: streamed, counted, never with the key, and under their name only once complete.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Response};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::assets::AssetKind;
use super::client::{Answer, Call, Client};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// A transfer that moves no byte for this long has failed.
pub(super) const IDLE: Duration = Duration::from_mins(1);

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

impl Client {
    /// A small file (a preview, say) into memory, up to `limit` bytes.
    pub fn fetch(&self, url: &str, limit: usize) -> Call<Bytes> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let mut response = client.get_file(&url).await?;
            let too_large = || client.unreadable("the file is far larger than such a file should be");
            if response.content_length().is_some_and(|length| length > limit as u64) {
                return Err(too_large());
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = client.next_chunk(&mut response).await? {
                if bytes.len() + chunk.len() > limit {
                    return Err(too_large());
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes.into())
        })
    }

    /// A file onto disk. It gets its name only once it is complete; a name in use gets a number behind it.
    /// `progress` counts bytes. Dropping the call leaves nothing behind.
    pub fn download(&self, url: &str, to: Destination, progress: Progress) -> Call<PathBuf> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let mut response = client.get_file(&url).await?;
            let length = response.content_length();
            progress.start(length.unwrap_or(0));
            tokio::fs::create_dir_all(&to.folder).await.map_err(|e| Error::file("create", &to.folder, e))?;
            let folder = to.folder.clone();
            let part = tokio::task::spawn_blocking(move || partial(&folder)).await;
            let part = part.map_err(|_| Error::Cancelled)?.map_err(|e| Error::file("write to", &to.folder, e))?;
            let received = client.receive(&mut response, part.path(), &to.folder, &progress).await?;
            if length.is_some_and(|length| length != received.bytes) || received.bytes == 0 {
                return Err(client.unreadable("the file arrived incomplete"));
            }
            let extension = extension(&response, &received.head);
            tokio::task::spawn_blocking(move || settle(part, &to, extension)).await.map_err(|_| Error::Cancelled)?
        })
    }

    async fn get_file(&self, url: &str) -> Result<Response> {
        let send = self.storage(Method::GET, self.storage_url(url)?).send();
        let response = tokio::time::timeout(IDLE, send).await;
        let response = response.map_err(|_| self.silent())?.map_err(|source| self.offline(source))?;
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
            return super::refusal::error(self.service(), &answer);
        }
        self.unreadable(&format!("the link gave {}", status.as_u16()))
    }

    async fn next_chunk(&self, response: &mut Response) -> Result<Option<Bytes>> {
        let chunk = tokio::time::timeout(IDLE, response.chunk()).await.map_err(|_| self.silent())?;
        chunk.map_err(|source| self.offline(source))
    }

    async fn receive(
        &self,
        response: &mut Response,
        part: &Path,
        folder: &Path,
        progress: &Progress,
    ) -> Result<Received> {
        let failed = |source| Error::file("write to", folder, source);
        let mut file = File::options().write(true).open(part).await.map_err(failed)?;
        let mut received = Received { bytes: 0, head: Vec::new() };
        while let Some(chunk) = self.next_chunk(response).await? {
            file.write_all(&chunk).await.map_err(failed)?;
            let missing = 16_usize.saturating_sub(received.head.len());
            received.head.extend(chunk.iter().take(missing));
            received.bytes += chunk.len() as u64;
            progress.add(chunk.len() as u64);
        }
        file.flush().await.map_err(failed)?;
        file.sync_all().await.map_err(failed)?;
        Ok(received)
    }

    fn silent(&self) -> Error {
        let source = std::io::Error::new(std::io::ErrorKind::TimedOut, "no byte for a minute");
        Error::Offline { service: self.service().to_owned(), source: Arc::new(source) }
    }
}

/// A file for what has arrived so far, removed when dropped. Others may read it as they may any new file.
fn partial(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".mouthpiece-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

fn content_type(response: &Response) -> String {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// By what the service calls it, else by the address, else by the first bytes, else MP4. Only extensions of media:
/// a file is opened by a double click, and the service does not choose which program that starts.
fn extension(response: &Response, head: &[u8]) -> &'static str {
    let by_kind = match content_type(response).as_str() {
        "video/mp4" => Some("mp4"),
        "video/quicktime" => Some("mov"),
        "video/webm" => Some("webm"),
        "video/x-msvideo" => Some("avi"),
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => Some("wav"),
        "audio/mpeg" | "audio/mp3" => Some("mp3"),
        "audio/mp4" | "audio/x-m4a" | "audio/m4a" => Some("m4a"),
        "audio/aac" => Some("aac"),
        "audio/flac" | "audio/x-flac" => Some("flac"),
        "audio/ogg" => Some("ogg"),
        _ => None,
    };
    by_kind.or_else(|| by_name(response.url().path())).or_else(|| by_head(head)).unwrap_or("mp4")
}

fn by_name(path: &str) -> Option<&'static str> {
    let (_, end) = path.rsplit('/').next()?.rsplit_once('.')?;
    let known = ["mp4", "mov", "webm", "avi", "mkv", "wav", "mp3", "m4a", "aac", "flac", "ogg"];
    known.into_iter().find(|known| end.eq_ignore_ascii_case(known))
}

fn by_head(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("wav"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'M', b'4', b'A', ..] => Some("m4a"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', ..] => Some("mov"),
        [b'I', b'D', b'3', ..] | [0xff, 0xfa | 0xfb | 0xf2 | 0xf3, ..] => Some("mp3"),
        [b'O', b'g', b'g', b'S', ..] => Some("ogg"),
        [b'f', b'L', b'a', b'C', ..] => Some("flac"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some("webm"),
        _ => None,
    }
}

/// Gives the finished file its name, the first free one: "name", "name 2", "name 3".
fn settle(mut part: tempfile::NamedTempFile, to: &Destination, extension: &str) -> Result<PathBuf> {
    let mut number = 1;
    loop {
        let numbered = if number == 1 { to.stem.clone() } else { format!("{} {number}", to.stem) };
        let path = to.folder.join(format!("{numbered}.{extension}"));
        match part.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(refused) if refused.error.kind() == std::io::ErrorKind::AlreadyExists && number < 10_000 => {
                part = refused.file;
                number += 1;
            }
            Err(refused) => return Err(Error::file("write", &path, refused.error)),
        }
    }
}
