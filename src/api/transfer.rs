//! Bytes to and from storage: streamed, counted, and never with the key.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Method, Response};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::io::ReaderStream;
use url::Url;

use super::assets::{Presigned, Upload};
use super::client::{Call, Client};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// A transfer that moves no byte for this long has failed.
const IDLE: Duration = Duration::from_mins(1);
const CHUNK: usize = 256 * 1024;

/// Where a download goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub folder: PathBuf,
    /// File name without extension; the extension follows what arrives.
    pub stem: String,
}

/// Opens a regular file for reading and tells its size in bytes.
pub(super) async fn open(path: &Path) -> Result<(File, u64)> {
    let failed = |source| Error::file("read", path, source);
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let meta = tokio::fs::metadata(path).await.map_err(failed)?;
    if !meta.is_file() {
        return Err(Error::Media(format!("{} is not a file. Choose a video or audio file.", path.display())));
    }
    let file = File::open(path).await.map_err(failed)?;
    Ok((file, meta.len()))
}

impl Client {
    /// Sends exactly `size` bytes of the file to its presigned address.
    pub(super) async fn put(
        &self,
        upload: &Upload,
        file: File,
        size: u64,
        presigned: &Presigned,
        progress: &Progress,
    ) -> Result<()> {
        let url = Url::parse(&presigned.upload_url).map_err(|_| self.unreadable("no upload address"))?;
        let sent = Arc::new(AtomicU64::new(0));
        let (count, shown) = (sent.clone(), progress.clone());
        let stream = ReaderStream::with_capacity(file.take(size), CHUNK).inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                count.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                shown.add(chunk.len() as u64);
            }
        });
        let request = self
            .storage(Method::PUT, url)
            .header(CONTENT_TYPE, &upload.content_type)
            .header(CONTENT_LENGTH, size)
            .body(Body::wrap_stream(stream));
        let result = tokio::select! {
            result = self.send(request) => result,
            () = stalled(&sent) => return Err(self.stopped(upload, &sent, size)),
        };
        match result {
            Ok(_) => Ok(()),
            Err(_) if changed(&upload.path, size).await => Err(Error::Media(format!(
                "{} changed while it was being uploaded. Wait until it is written, then start again.",
                upload.file_name()
            ))),
            Err(Error::Offline { .. }) => Err(self.stopped(upload, &sent, size)),
            Err(error) => Err(error),
        }
    }

    fn stopped(&self, upload: &Upload, sent: &AtomicU64, size: u64) -> Error {
        let text =
            format!("the upload of {} stopped at {} of {size} bytes", upload.file_name(), sent.load(Ordering::Relaxed));
        Error::Offline { service: self.service().to_owned(), source: Arc::new(std::io::Error::other(text)) }
    }

    /// A small file (a preview, say) into memory, up to `limit` bytes.
    pub fn fetch(&self, url: &str, limit: usize) -> Call<Bytes> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let mut response = client.get_file(&url).await?;
            let mut bytes = Vec::new();
            while let Some(chunk) = client.next_chunk(&mut response).await? {
                if bytes.len() + chunk.len() > limit {
                    return Err(client.unreadable("the file is far larger than such a file should be"));
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes.into())
        })
    }

    /// A file onto disk. It gets its name only once it is complete; a name in use gets a number behind it.
    /// `progress` counts bytes.
    pub fn download(&self, url: &str, to: Destination, progress: Progress) -> Call<PathBuf> {
        let client = self.clone();
        let url = url.to_owned();
        Box::pin(async move {
            let mut response = client.get_file(&url).await?;
            let length = response.content_length();
            progress.start(length.unwrap_or(0));
            tokio::fs::create_dir_all(&to.folder).await.map_err(|e| Error::file("create", &to.folder, e))?;
            let extension = extension(&response);
            let folder = to.folder.clone();
            let part = tokio::task::spawn_blocking(move || {
                tempfile::Builder::new().prefix(".mouthpiece-").suffix(".part").tempfile_in(folder)
            });
            let part = part.await.map_err(|_| Error::Cancelled)?.map_err(|e| Error::file("write to", &to.folder, e))?;
            let written = client.receive(&mut response, part.path(), &progress).await?;
            if length.is_some_and(|length| length != written) || written == 0 {
                return Err(client.unreadable("the file arrived incomplete"));
            }
            tokio::task::spawn_blocking(move || settle(part, &to, &extension)).await.map_err(|_| Error::Cancelled)?
        })
    }

    async fn get_file(&self, url: &str) -> Result<Response> {
        let url = Url::parse(url).map_err(|_| self.unreadable("an address that is none"))?;
        let send = self.storage(Method::GET, url).send();
        let response = tokio::time::timeout(IDLE, send).await;
        let response = response.map_err(|_| self.silent())?.map_err(|source| self.offline(source))?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(self.unreadable(&format!("the link gave {}", response.status().as_u16())))
    }

    async fn next_chunk(&self, response: &mut Response) -> Result<Option<Bytes>> {
        let chunk = tokio::time::timeout(IDLE, response.chunk()).await.map_err(|_| self.silent())?;
        chunk.map_err(|source| self.offline(source))
    }

    async fn receive(&self, response: &mut Response, path: &Path, progress: &Progress) -> Result<u64> {
        let failed = |source| Error::file("write", path, source);
        let mut file = File::options().write(true).open(path).await.map_err(failed)?;
        let mut written = 0;
        while let Some(chunk) = self.next_chunk(response).await? {
            file.write_all(&chunk).await.map_err(failed)?;
            written += chunk.len() as u64;
            progress.add(chunk.len() as u64);
        }
        file.flush().await.map_err(failed)?;
        file.sync_all().await.map_err(failed)?;
        Ok(written)
    }

    fn silent(&self) -> Error {
        let source = std::io::Error::new(std::io::ErrorKind::TimedOut, "no byte for a minute");
        Error::Offline { service: self.service().to_owned(), source: Arc::new(source) }
    }
}

/// Returns once the count has not moved for [`IDLE`].
async fn stalled(count: &AtomicU64) {
    let mut last = count.load(Ordering::Relaxed);
    loop {
        tokio::time::sleep(IDLE).await;
        let now = count.load(Ordering::Relaxed);
        if now == last {
            return;
        }
        last = now;
    }
}

async fn changed(path: &Path, size: u64) -> bool {
    tokio::fs::metadata(path).await.map_or(true, |meta| meta.len() != size)
}

/// By what arrives, else by the address, else MP4.
fn extension(response: &Response) -> String {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let known = match kind.split(';').next().unwrap_or_default().trim() {
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        "audio/wav" | "audio/x-wav" | "audio/wave" => "wav",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "audio/flac" => "flac",
        "audio/ogg" => "ogg",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let name = response.url().path().rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((_, end)) if (2..=4).contains(&end.len()) && end.chars().all(|c| c.is_ascii_alphanumeric()) => {
            end.to_ascii_lowercase()
        }
        _ => "mp4".to_owned(),
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
