//! Bytes to storage: streamed with their exact length, counted, and never with the key.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, StatusCode};
use tokio::fs::File;

use super::assets::{Presigned, Upload};
use super::chunks::read_ahead;
use super::client::{Answer, Client};
use super::download::IDLE;
use super::read;
use crate::error::{Error, Refusal, Result};
use crate::progress::Progress;

/// A file as it was when its upload began.
pub(super) struct Opened {
    file: File,
    /// Bytes.
    pub size: u64,
    modified: Option<SystemTime>,
}

/// Opens a regular file for reading.
pub(super) async fn open(path: &Path) -> Result<Opened> {
    let failed = |source| Error::file("read", path, source);
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let meta = tokio::fs::metadata(path).await.map_err(failed)?;
    if !meta.is_file() {
        return Err(Error::Media(format!("{} is not a file. Choose a video or audio file.", path.display())));
    }
    if meta.len() == 0 {
        return Err(Error::Media(format!("{} is empty. Choose another file.", path.display())));
    }
    let file = File::open(path).await.map_err(failed)?;
    Ok(Opened { file, size: meta.len(), modified: meta.modified().ok() })
}

impl Client {
    /// Sends exactly the bytes the file had when it was opened to its presigned address. A file that does not hold
    /// still is an error, also when storage took what was sent.
    pub(super) async fn put(
        &self,
        upload: &Upload,
        opened: Opened,
        presigned: &Presigned,
        progress: &Progress,
    ) -> Result<()> {
        let Opened { file, size, modified } = opened;
        let url = self.storage_url(&presigned.upload_url)?;
        let sent = Arc::new(AtomicU64::new(0));
        let (count, shown) = (sent.clone(), progress.clone());
        let stream = read_ahead(file.into_std().await, size).inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                count.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                shown.add(chunk.len() as u64);
            }
        });
        let request = self
            .upload_to(url)
            .header(CONTENT_TYPE, &upload.content_type)
            .header(CONTENT_LENGTH, size)
            .body(Body::wrap_stream(stream));
        let result = tokio::select! {
            result = self.exchange(request) => result,
            () = stalled(&sent) => return Err(self.stopped(upload, &sent, size)),
        };
        if changed(&upload.path, size, modified).await {
            return Err(Error::Media(format!(
                "{} changed while it was being uploaded. Wait until it is written, then start again.",
                upload.file_name()
            )));
        }
        match result {
            Ok(answer) if answer.status.is_success() => Ok(()),
            Ok(answer) => Err(self.not_taken(upload, &answer)),
            Err(error) if error.is_builder() => Err(self.offline(error)),
            Err(_) => Err(self.stopped(upload, &sent, size)),
        }
    }

    fn stopped(&self, upload: &Upload, sent: &AtomicU64, size: u64) -> Error {
        let text =
            format!("the upload of {} stopped at {} of {size} bytes", upload.file_name(), sent.load(Ordering::Relaxed));
        Error::Offline { service: self.service().to_owned(), source: Arc::new(std::io::Error::other(text)) }
    }

    /// Storage is not the API: it knows neither keys nor accounts, so its statuses mean less.
    fn not_taken(&self, upload: &Upload, answer: &Answer) -> Error {
        let status = answer.status;
        if status.is_redirection() {
            return self.unreadable("the upload address points to another one");
        }
        let name = upload.file_name();
        let reason = storage_reason(answer)
            .unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason was given").to_owned());
        let suggestion = if status == StatusCode::PAYLOAD_TOO_LARGE {
            "Choose a shorter or smaller file."
        } else {
            "Start the upload again; each gets a fresh permission."
        };
        let refusal = Arc::new(Refusal {
            service: self.service().to_owned(),
            status: status.as_u16(),
            message: format!("The storage of {} did not take {name}: {reason} ({})", self.service(), status.as_u16()),
            suggestion: Some(suggestion.to_owned()),
            request_id: answer.header("x-amz-request-id").map(read::clip),
            ..Refusal::default()
        });
        match status.as_u16() {
            429 => Error::RateLimited(refusal),
            500.. => Error::Server(refusal),
            _ => Error::Invalid(refusal),
        }
    }
}

/// What an XML answer of storage gives as its reason: `<Message>`, else `<Code>`.
fn storage_reason(answer: &Answer) -> Option<String> {
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(4096)]);
    let tag = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        let (inner, _) = rest.split_once(&format!("</{name}>"))?;
        let inner = inner.trim().trim_end_matches('.');
        (!inner.is_empty() && inner.len() < 300 && !inner.contains('<')).then(|| read::clip(inner))
    };
    tag("Message").or_else(|| tag("Code"))
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

/// Whether the file is no longer the one whose upload began: gone, longer, shorter or written anew.
async fn changed(path: &Path, size: u64, modified: Option<SystemTime>) -> bool {
    tokio::fs::metadata(path).await.map_or(true, |meta| meta.len() != size || meta.modified().ok() != modified)
}
