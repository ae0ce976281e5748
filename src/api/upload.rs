//! Bytes to storage: presigned, streamed with their exact length, counted, never with the key, and registered once.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Body, Method, StatusCode};
use tokio::fs::File;

use super::assets::{Asset, AssetQuery, PresignRequest, Presigned, RegisterRequest, Upload};
use super::chunks::read_ahead;
use super::client::{Call, Client};
use super::exchange::Answer;
use super::read;
use super::retry::Endpoint;
use crate::error::{Error, Refusal, Result};
use crate::progress::Progress;

/// The service takes files up to this size, or less by plan.
const MAX_UPLOAD: u64 = 5 * 1024 * 1024 * 1024;
/// A permission this close to its end is not begun with.
const MARGIN: Duration = Duration::from_secs(30);
/// Files that lie in storage and are not registered yet; more are not worth remembering.
const REMEMBERED: usize = 32;

/// A file as it was when its upload began.
struct Opened {
    file: File,
    mark: Mark,
}

/// What tells whether a file is still the one it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    path: PathBuf,
    /// Bytes.
    size: u64,
    modified: Option<SystemTime>,
}

/// Where to send a file, and until when.
struct Permission {
    presigned: Presigned,
    until: Option<Instant>,
}

impl Permission {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// Files whose bytes arrived while registering them failed: the next upload of the same file goes on from there.
#[derive(Default)]
pub(super) struct Uploaded(Mutex<VecDeque<(Mark, String)>>);

impl Uploaded {
    fn put(&self, mark: Mark, url: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(other, _)| *other != mark);
        known.push_back((mark, url));
        if known.len() > REMEMBERED {
            known.pop_front();
        }
    }

    fn take(&self, mark: &Mark) -> Option<String> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = known.iter().position(|(other, _)| other == mark)?;
        known.remove(index).map(|(_, url)| url)
    }
}

/// Opens a regular file for reading.
async fn open(path: &Path) -> Result<Opened> {
    let failed = |source| Error::file("read", path, source);
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let meta = tokio::fs::metadata(path).await.map_err(failed)?;
    let refuse = |why: &str| Err(Error::Media(format!("{} {why}", path.display())));
    if !meta.is_file() {
        return refuse("is not a file. Choose a video or audio file.");
    }
    if meta.len() == 0 {
        return refuse("is empty. Choose another file.");
    }
    if meta.len() > MAX_UPLOAD {
        return refuse("is larger than 5 GiB, the most the service takes. Cut it shorter, or compress it.");
    }
    let file = File::open(path).await.map_err(failed)?;
    Ok(Opened { file, mark: Mark { path: path.to_owned(), size: meta.len(), modified: meta.modified().ok() } })
}

impl Upload {
    /// The file's name as the service is told it.
    pub fn file_name(&self) -> String {
        self.path.file_name().map_or_else(|| "upload".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    fn changed(&self) -> Error {
        Error::Media(format!(
            "{} changed while it was being uploaded. Wait until it is written, then start again.",
            self.file_name()
        ))
    }
}

impl Client {
    /// Brings a file into storage: presign, `PUT`, register. `progress` counts bytes. A transfer that breaks off is
    /// begun anew up to twice, under a fresh permission when the old one has ended. Dropping the call stops the
    /// upload; what was sent by then is forgotten by the service.
    ///
    /// Where the bytes arrived and only registering them failed, the next call for the same file registers them.
    pub fn upload(&self, upload: Upload, progress: Progress) -> Call<Asset> {
        let client = self.clone();
        Box::pin(async move {
            let opened = open(&upload.path).await?;
            let mark = opened.mark.clone();
            progress.start(mark.size);
            if let Some(url) = client.0.uploaded.take(&mark) {
                progress.set(mark.size);
                match client.settle(&upload, &mark, url, true).await {
                    // Storage kept it no longer: from the beginning.
                    Err(error) if error.code() == Some("uploaded_file_not_found") => {}
                    other => return other,
                }
            }
            let url = client.put(&upload, opened, &progress).await?;
            client.settle(&upload, &mark, url, false).await
        })
    }

    /// Registers what lies at `url`. It stays noted while that is open, also when the call is dropped.
    async fn settle(&self, upload: &Upload, mark: &Mark, url: String, perhaps_registered: bool) -> Result<Asset> {
        self.0.uploaded.put(mark.clone(), url.clone());
        let registered = self.register(upload, url, perhaps_registered).await;
        // A clear no would be the same next time.
        if !matches!(&registered, Err(error) if error.is_passing()) {
            self.0.uploaded.take(mark);
        }
        registered
    }

    /// Sends the whole file, again if need be, and tells where it lies.
    async fn put(&self, upload: &Upload, opened: Opened, progress: &Progress) -> Result<String> {
        let mark = opened.mark.clone();
        let mut opened = Some(opened);
        let mut permission = self.permission(upload, mark.size).await?;
        let mut attempt = 1;
        loop {
            let file = match opened.take() {
                Some(opened) => opened,
                None => open(&upload.path).await?,
            };
            if file.mark != mark {
                return Err(upload.changed());
            }
            progress.start(mark.size);
            let error = match self.put_once(upload, file, &permission.presigned, progress).await {
                Ok(()) => return Ok(permission.presigned.url),
                Err(error) => error,
            };
            let ended = permission.is_over() || is_over(&error);
            let wait = match self.soon(Endpoint::Put, &error, attempt) {
                Some(wait) => wait,
                // A permission that ended on the way: once more under a fresh one.
                None if ended && attempt == 1 => Duration::ZERO,
                None => return Err(error),
            };
            tracing::info!(kind = error.kind(), attempt, ended, "the upload begins anew");
            tokio::time::sleep(wait).await;
            if ended || permission.is_over() {
                permission = self.permission(upload, mark.size).await?;
            }
            attempt += 1;
        }
    }

    /// `POST /v2/assets/upload`. An answer that got lost is no harm: its permission just ends.
    async fn permission(&self, upload: &Upload, size: u64) -> Result<Permission> {
        let content_type = upload.content_type.clone();
        let body = PresignRequest { file_name: upload.file_name(), content_type, size };
        let mut attempt = 1;
        let answer = loop {
            let request = self.request(Method::POST, &["assets", "upload"]).json(&body);
            let error = match self.send(Endpoint::Presign, request).await {
                Ok(answer) => break answer,
                Err(error) => error,
            };
            let Some(wait) = self.soon(Endpoint::Presign, &error, attempt) else { return Err(error) };
            tokio::time::sleep(wait).await;
            attempt += 1;
        };
        let presigned: Option<Presigned> = read::object(&answer.body);
        let whole = presigned.filter(|p| !p.upload_url.is_empty() && !p.url.is_empty());
        let presigned = whole.ok_or_else(|| self.unreadable("no upload address"))?;
        let lasts = presigned.expires_in.map(|secs| Duration::from_secs(secs.min(30 * 24 * 3600)));
        let until = lasts.and_then(|lasts| Instant::now().checked_add(lasts.saturating_sub(MARGIN.min(lasts / 10))));
        Ok(Permission { presigned, until })
    }

    /// `POST /v2/assets`. Before it is sent a second time, the list tells whether the first did it.
    async fn register(&self, upload: &Upload, url: String, mut perhaps: bool) -> Result<Asset> {
        let body = RegisterRequest { url: url.clone(), kind: upload.kind, name: Some(upload.file_name()) };
        let mut attempt = 1;
        let asset = loop {
            let error = match self.register_once(&body, perhaps).await {
                Ok(asset) => break asset,
                Err(error) => error,
            };
            let Some(wait) = self.soon(Endpoint::Register, &error, attempt) else { return Err(error) };
            tokio::time::sleep(wait).await;
            (perhaps, attempt) = (true, attempt + 1);
        };
        Ok(Asset { url: asset.url.or(Some(url)), kind: asset.kind.or(Some(upload.kind)), ..asset })
    }

    async fn register_once(&self, body: &RegisterRequest, perhaps: bool) -> Result<Asset> {
        if perhaps {
            let newest = self.assets(&AssetQuery { kinds: vec![body.kind], ..AssetQuery::default() }).await?;
            let known = newest.items.into_iter().find(|asset| asset.url.as_deref() == Some(body.url.as_str()));
            if let Some(asset) = known {
                return Ok(asset);
            }
        }
        let request = self.request(Method::POST, &["assets"]).json(body);
        let answer = self.send(Endpoint::Register, request).await?;
        self.asset_of(&answer.body).map_err(|_| self.unreadable("the asset has no id"))
    }

    /// Sends exactly the bytes the file had when it was opened to its presigned address. A file that does not hold
    /// still is an error, also when storage took what was sent.
    async fn put_once(
        &self,
        upload: &Upload,
        opened: Opened,
        presigned: &Presigned,
        progress: &Progress,
    ) -> Result<()> {
        let Opened { file, mark } = opened;
        let size = mark.size;
        let (url, place) = self.storage_url(&presigned.upload_url)?;
        let sent = Arc::new(AtomicU64::new(0));
        let (count, shown) = (sent.clone(), progress.clone());
        let stream = read_ahead(file.into_std().await, size).inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                count.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                shown.add(chunk.len() as u64);
            }
        });
        let request = self
            .http(place)?
            .put(url)
            .header(CONTENT_TYPE, &upload.content_type)
            .header(CONTENT_LENGTH, size)
            .body(Body::wrap_stream(stream));
        let result = tokio::select! {
            result = self.send_file(place, request) => result?,
            () = stalled(&sent, self.0.tuning.idle) => return Err(self.stopped(upload, &sent, size)),
        };
        if has_changed(&mark).await {
            return Err(upload.changed());
        }
        match result {
            Ok(answer) if answer.status.is_success() => Ok(()),
            Ok(answer) => Err(self.not_taken(upload, &answer)),
            // Nobody there: no use to begin anew at once.
            Err(error) if error.is_connect() => Err(self.offline(error)),
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

/// Returns once the count has not moved for so long.
async fn stalled(count: &AtomicU64, idle: Duration) {
    let mut last = count.load(Ordering::Relaxed);
    loop {
        tokio::time::sleep(idle).await;
        let now = count.load(Ordering::Relaxed);
        if now == last {
            return;
        }
        last = now;
    }
}

/// Whether the file is no longer the one whose upload began: gone, longer, shorter or written anew.
async fn has_changed(mark: &Mark) -> bool {
    let now = tokio::fs::metadata(&mark.path).await;
    now.map_or(true, |meta| meta.len() != mark.size || meta.modified().ok() != mark.modified)
}

/// Whether storage said that the permission has ended, in its way.
fn is_over(error: &Error) -> bool {
    let Error::Invalid(refusal) = error else { return false };
    let message = refusal.message.to_ascii_lowercase();
    matches!(refusal.status, 400 | 401 | 403) && message.contains("expired")
}
