//! The storage: uploads come in at presigned addresses, files go out in whole or in part. No key on either way.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use axum::body::{Body, BodyDataStream};
use axum::extract::{Path as Route, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::links;
use super::refusal::{Answer, Refusal};
use super::state::Stored;
use super::world::{Shared, World};
use crate::api::chunks::read_ahead;
use crate::error::Error;
use crate::runtime;

/// `PUT` of a presigned upload. Errors are XML, as storage services write them, so that a client is seen to cope.
pub(super) async fn upload(
    State(world): State<Shared>,
    Route(secret): Route<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match receive(&world, &secret, &headers, body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err((status, code, message)) => links::storage_error(status, code, message),
    }
}

type Refused = (StatusCode, &'static str, &'static str);

async fn receive(world: &World, secret: &str, headers: &HeaderMap, body: Body) -> Result<(), Refused> {
    let is_it = |stored: &Stored| stored.upload.as_ref().is_some_and(|(own, _)| own == secret);
    let found = world.read().files.iter().find(|(_, stored)| is_it(stored)).map(|(t, s)| (t.clone(), s.clone()));
    let (token, stored) = found.ok_or((StatusCode::FORBIDDEN, "AccessDenied", "There is no such upload."))?;
    let until = stored.upload.as_ref().map_or(0, |(_, until)| *until);
    if time::OffsetDateTime::now_utc().unix_timestamp() > until {
        return Err((StatusCode::FORBIDDEN, "AccessDenied", "Request has expired."));
    }
    if headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(stored.content_type.as_bytes()) {
        let message = "The Content-Type is not the one the address was made for.";
        return Err((StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        None => return Err((StatusCode::LENGTH_REQUIRED, "MissingContentLength", "A Content-Length is required.")),
        Some(length) if length != stored.size => {
            let message = "The size is not the one the address was made for.";
            return Err((StatusCode::BAD_REQUEST, "EntitySizeMismatch", message));
        }
        Some(_) => {}
    }
    save(world, &token, stored.size, body).await?;
    let kept = world.change(|state| {
        if let Some(stored) = state.files.get_mut(&token) {
            stored.ready = true;
        }
        Ok(())
    });
    kept.await.map_err(|_| (StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "The file could not be stored."))
}

/// Streams a body to disk, under another name until it is whole.
async fn save(world: &World, token: &str, size: u64, body: Body) -> Result<(), Refused> {
    let broken = |error: Error| {
        tracing::warn!(%error, "an upload could not be stored");
        (StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "The file could not be stored.")
    };
    let folder = world.workshop().map_err(broken)?;
    let part = folder.path().join("upload");
    let received = write(&part, size, body.into_data_stream()).await.map_err(broken)?;
    if received != size {
        return Err((StatusCode::BAD_REQUEST, "IncompleteBody", "The body did not arrive whole."));
    }
    let to = world.path(token);
    tokio::fs::rename(&part, &to).await.map_err(|error| broken(Error::file("write", &to, error)))
}

/// Writes at most `size` bytes and says how many came. One thread writes all of it, while more arrives.
async fn write(path: &Path, size: u64, mut body: BodyDataStream) -> crate::error::Result<u64> {
    let (send, receive) = mpsc::channel(WAITING);
    let feed = async move {
        let mut received = 0_u64;
        while let Some(Ok(bytes)) = body.next().await {
            received += bytes.len() as u64;
            if received > size || send.send(bytes).await.is_err() {
                break;
            }
        }
        received
    };
    let path = path.to_owned();
    let work = runtime::blocking(move || write_all(&path, receive).map_err(|error| Error::file("write", &path, error)));
    let (received, written) = tokio::join!(feed, work);
    written.map(|()| received)
}

/// Pieces that may wait to be written; each is as large as what hyper reads at once, below half a MiB.
const WAITING: usize = 8;

/// Writes what comes. Pieces of nothing but zeros become holes where the disk knows them: what a test sends as a
/// sparse file takes no room here either.
fn write_all(path: &Path, mut pieces: mpsc::Receiver<Bytes>) -> std::io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    let (mut length, mut hole) = (0_u64, 0_i64);
    while let Some(piece) = pieces.blocking_recv() {
        length += piece.len() as u64;
        if is_zero(&piece) {
            hole += i64::try_from(piece.len()).unwrap_or_default();
            continue;
        }
        if hole > 0 {
            file.seek(SeekFrom::Current(std::mem::take(&mut hole)))?;
        }
        file.write_all(&piece)?;
    }
    file.set_len(length)
}

/// Whether all bytes are zero. Compared block by block, so that other data is told apart by its first few bytes.
fn is_zero(bytes: &[u8]) -> bool {
    const ZEROS: [u8; 4_096] = [0; 4_096];
    bytes.chunks(ZEROS.len()).all(|block| block == &ZEROS[..block.len()])
}

/// `GET` of a stored file, with ranges.
pub(super) async fn download(
    State(world): State<Shared>,
    Route((token, _name)): Route<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer<Response> {
    if !links::is_good(&world, &token, &uri) {
        return Ok(links::expired());
    }
    let stored = world.read().files.get(&token).filter(|stored| stored.ready).cloned();
    let stored = stored.ok_or_else(no_file)?;
    serve(&world.path(&token), &stored.content_type, &headers).await
}

/// Sends a file from disk: whole, or the range that was asked for.
pub(super) async fn serve(path: &Path, content_type: &str, headers: &HeaderMap) -> Answer<Response> {
    let from = path.to_owned();
    let opened = runtime::blocking(move || {
        let file = std::fs::File::open(&from).map_err(|error| Error::file("read", &from, error))?;
        let size = file.metadata().map_err(|error| Error::file("read", &from, error))?.len();
        Ok((file, size))
    });
    let (mut file, size) = opened.await.map_err(|_| no_file())?;
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let (status, start, length) = match asked.map_or(Asked::All, |range| parse_range(range, size)) {
        Asked::All => (StatusCode::OK, 0, size),
        Asked::Part { start, length } => (StatusCode::PARTIAL_CONTENT, start, length),
        Asked::Outside => {
            let range = format!("bytes */{size}");
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, range)]).into_response());
        }
    };
    // No more than a note on where to read from: this does not wait for the disk.
    file.seek(SeekFrom::Start(start)).map_err(|error| Error::file("read", path, error))?;
    let mut response = Response::new(Body::from_stream(read_ahead(file, length)));
    *response.status_mut() = status;
    let kind = HeaderValue::from_str(content_type);
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    set.insert(header::CONTENT_LENGTH, length.into());
    set.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // What was uploaded is media, whatever it claims: a browser shall not run it.
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(range) = HeaderValue::from_str(&format!("bytes {start}-{}/{size}", start + length - 1))
    {
        set.insert(header::CONTENT_RANGE, range);
    }
    Ok(response)
}

fn no_file() -> Refusal {
    Refusal::uncoded(StatusCode::NOT_FOUND, "There is no file at this address.")
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    All,
    Part { start: u64, length: u64 },
    Outside,
}

/// Reads a `Range` header. Several ranges, other units and nonsense mean the whole file, as the standard allows.
fn parse_range(range: &str, size: u64) -> Asked {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Asked::All;
    };
    let (first, last) = (first.trim(), last.trim());
    let bounds = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last),
        (Ok(first), Err(_)) if last.is_empty() => (first, u64::MAX),
        (Err(_), Ok(count)) if first.is_empty() && count > 0 => (size.saturating_sub(count), u64::MAX),
        (Err(_), Ok(0)) if first.is_empty() => return Asked::Outside,
        _ => return Asked::All,
    };
    if bounds.0 >= size {
        return Asked::Outside;
    }
    Asked::Part { start: bounds.0, length: bounds.1.min(size - 1) - bounds.0 + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let part = |start, length| Asked::Part { start, length };
        for (range, expected) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=2-5", part(2, 4)),
            ("bytes=7-", part(7, 3)),
            ("bytes=-4", part(6, 4)),
            ("bytes=-40", part(0, 10)),
            ("bytes=5-99", part(5, 5)),
            ("bytes=10-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=5-2", Asked::All),
            ("bytes=0-1,3-4", Asked::All),
            ("items=0-1", Asked::All),
            ("bytes=a-b", Asked::All),
            ("", Asked::All),
        ] {
            assert_eq!(parse_range(range, 10), expected, "{range}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Asked::Outside);
    }
}
