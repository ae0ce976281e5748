//! Who may come in: callers from this computer, with the key where one is asked for, and without it where it would
//! be leaked.

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use super::world::Shared;

/// A web page can let its own name point to this computer; its requests then carry that name.
pub(super) async fn own_host(State(world): State<Shared>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = world.origin.rsplit(':').next().unwrap_or_default();
    let ours = host.rsplit_once(':').is_some_and(|(name, at)| {
        at == port && ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
    });
    if ours {
        next.run(request).await
    } else {
        Refusal::uncoded(StatusCode::FORBIDDEN, "The sandbox answers programs on this computer only.").into_response()
    }
}

/// Lets calls with our key through.
pub(super) async fn with_key(State(world): State<Shared>, request: Request, next: Next) -> Response {
    match request.headers().get("x-api-key") {
        None => Refusal::no_key().into_response(),
        Some(key) if same(key.as_bytes(), world.key.as_bytes()) => next.run(request).await,
        Some(_) => Refusal::wrong_key().into_response(),
    }
}

/// Holds calls to the rates of the plan, when it has any.
pub(super) async fn within_rates(State(world): State<Shared>, request: Request, next: Next) -> Response {
    match world.plan.admit(request.method().as_str(), request.uri().path()) {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            let message = "Rate limit exceeded. Please try again later.";
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", message);
            refusal.retry_after(seconds.max(1)).into_response()
        }
    }
}

/// Upload, preview and output addresses are given to other servers in real life: a key sent there is a key lost.
pub(super) async fn without_key(request: Request, next: Next) -> Response {
    let leaks = ["x-api-key", "authorization"].iter().find(|name| request.headers().contains_key(**name));
    match leaks {
        Some(name) => {
            let message = format!("{name} must not be sent to upload or file addresses: it would be given away.");
            Refusal::uncoded(StatusCode::BAD_REQUEST, message).field(*name).into_response()
        }
        None => next.run(request).await,
    }
}

/// Compares without stopping at the first difference.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
