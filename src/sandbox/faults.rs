//! Trouble on demand, so that tests can see how the program bears it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::door::Wire;

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answers this instead of doing the work. `body` is sent as JSON.
    Status { status: u16, body: String, retry_after: Option<u64> },
    /// Waits before doing the work.
    Slow(Duration),
    /// Answers 200 with something that is not JSON, without doing the work.
    Garbage,
    /// Closes the connection without an answer and without doing the work.
    Drop,
    /// Does the work, then closes the connection without an answer.
    LoseAnswer,
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
    State(faults): State<Faults>,
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
    }
}
