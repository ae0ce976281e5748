//! Trouble on demand, so that tests can see how the program bears it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, future, stream};
use serde_json::Value;

use super::door::Wire;
use super::refusal::Refusal;
use super::world::Shared;

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answers this instead of doing the work. `body` is sent as JSON.
    Status { status: u16, body: String, retry_after: Option<u64> },
    /// Waits before doing the work.
    Slow(Duration),
    /// Does the work, then waits before answering.
    SlowAnswer(Duration),
    /// Answers 200 with something that is not JSON, without doing the work.
    Garbage,
    /// Closes the connection without an answer and without doing the work.
    Drop,
    /// Does the work, then closes the connection without an answer.
    LoseAnswer,
    /// Does the work, then closes the connection after so many bytes of the answer's body.
    CutAnswer(u64),
    /// Closes the connection after so many bytes of the request's body have been read, for uploads.
    CutRequest(u64),
    /// The address of this call has expired: an upload's from now on, the links to finished videos all at once.
    Expire,
    /// Does the work of `POST /v2/generate`, then says that it is not known whether it was done; with the id of the
    /// run, or without.
    OutcomeUnknown { tells_id: bool },
}

/// The faults still to come. Clones share one list.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<(String, String, Fault)>>>);

impl Faults {
    /// Lets the next call of `method` ("*" for any) to a path that begins with `path` go wrong. Several faults for
    /// one path happen one call after the other.
    pub fn next(&self, method: &str, path: &str, fault: Fault) {
        self.list().push((method.to_ascii_uppercase(), path.to_owned(), fault));
    }

    /// The next matching call is refused with this status and envelope.
    pub fn next_refuses(&self, method: &str, path: &str, status: u16, code: &str, message: &str) {
        let body = serde_json::json!({ "message": message, "statusCode": status, "errorCode": code });
        self.next(method, path, Fault::Status { status, body: body.to_string(), retry_after: None });
    }

    /// How many faults have not happened yet.
    pub fn pending(&self) -> usize {
        self.list().len()
    }

    /// Forgets the faults that have not happened yet.
    pub fn clear(&self) {
        self.list().clear();
    }

    fn take(&self, method: &str, path: &str) -> Option<Fault> {
        let mut list = self.list();
        let at = list.iter().position(|(m, p, _)| (m == "*" || m == method) && path.starts_with(p.as_str()))?;
        Some(list.remove(at).2)
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<(String, String, Fault)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets a planned fault happen.
pub(super) async fn happen(
    State((faults, world)): State<(Faults, Shared)>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let Some(fault) = faults.take(request.method().as_str(), request.uri().path()) else {
        return next.run(request).await;
    };
    tracing::debug!(?fault, path = request.uri().path(), "a fault on demand");
    match fault {
        Fault::Status { status, body, retry_after } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
        Fault::Slow(wait) => {
            tokio::time::sleep(wait).await;
            next.run(request).await
        }
        Fault::SlowAnswer(wait) => {
            let response = next.run(request).await;
            tokio::time::sleep(wait).await;
            response
        }
        Fault::Garbage => (StatusCode::OK, "<html>not what you asked for").into_response(),
        Fault::Drop => {
            wire.cut();
            Response::new(Body::empty())
        }
        Fault::LoseAnswer => {
            let response = next.run(request).await;
            wire.cut();
            response
        }
        Fault::CutAnswer(after) => cut_answer(next.run(request).await, after, wire),
        Fault::CutRequest(after) => next.run(cut_request(request, after, wire)).await,
        Fault::Expire => {
            expire(&world, request.uri().path()).await;
            next.run(request).await
        }
        Fault::OutcomeUnknown { tells_id } => outcome_unknown(next.run(request).await, tells_id).await,
    }
}

/// The answer up to a point, with the length of the whole, then the end of the connection.
fn cut_answer(response: Response, after: u64, wire: Wire) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = axum::body::HttpBody::size_hint(&body).exact() {
        parts.headers.entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    let mut left = usize::try_from(after).unwrap_or(usize::MAX);
    let kept = body.into_data_stream().map(move |chunk| {
        chunk.map(|mut chunk| {
            let chunk = chunk.split_to(left.min(chunk.len()));
            left -= chunk.len();
            (chunk, left == 0)
        })
    });
    let kept = kept.scan(false, |done, chunk| {
        let ended = *done;
        *done |= chunk.as_ref().is_ok_and(|(_, last)| *last);
        future::ready((!ended).then_some(chunk.map(|(chunk, _)| chunk)))
    });
    let end = stream::once(async move {
        // What was said is sent before the connection goes.
        tokio::time::sleep(Duration::from_millis(20)).await;
        wire.cut();
        Err(axum::Error::new(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)))
    });
    Response::from_parts(parts, Body::from_stream(kept.chain(end)))
}

/// The request up to a point of its body, then the end of the connection.
fn cut_request(request: Request, after: u64, wire: Wire) -> Request {
    let (parts, body) = request.into_parts();
    let mut left = after;
    let body = body.into_data_stream().map(move |chunk| {
        let length = chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        if length >= left {
            wire.cut();
            return Err(axum::Error::new(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)));
        }
        left -= length;
        chunk
    });
    Request::from_parts(parts, Body::from_stream(body))
}

async fn expire(world: &Shared, path: &str) {
    let Some(secret) = path.strip_prefix("/uploads/") else {
        world.plan.expire_links();
        return;
    };
    let changed = world.change(|state| {
        for (own, until) in state.files.values_mut().filter_map(|stored| stored.upload.as_mut()) {
            if own == secret {
                *until = 0;
            }
        }
        Ok(())
    });
    changed.await.ok();
}

async fn outcome_unknown(response: Response, tells_id: bool) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap_or_default();
    let run = serde_json::from_slice::<Value>(&bytes).unwrap_or_default();
    let message = "It is not known whether this request was done.";
    let refusal = Refusal::new(StatusCode::CONFLICT, "IDEMPOTENCY_OUTCOME_UNKNOWN", message);
    let refusal = if tells_id { refusal.with("generationId", run["id"].clone()) } else { refusal };
    refusal.into_response()
}
