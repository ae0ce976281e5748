//! The client itself: one request out, one answer in, every refusal told apart.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, StatusCode, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use crate::error::{Error, Refusal, Result};

/// A request not yet sent. Hand it to `Runtime::spawn`.
pub type Call<T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'static>>;

const CONNECT: Duration = Duration::from_secs(10);
/// For plain JSON calls.
pub(super) const SHORT: Duration = Duration::from_mins(1);
/// For calls that do their work before they answer: cloning and speaking.
pub(super) const LONG: Duration = Duration::from_mins(3);
/// A refusal is read up to this size; what follows is not worth memory.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// Which service to talk to, and as whom.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the service is called in sentences: "sync.so" or "The sandbox".
    pub service: String,
    /// Origin of the API, such as `https://api.sync.so`. Paths start at its root.
    pub base: Url,
    pub key: SecretString,
}

/// Talks to one service with one key. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    api: reqwest::Client,
    storage: reqwest::Client,
}

/// What came back on the wire, before it is read.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Client {
    /// Makes the client; nothing is sent yet.
    ///
    /// # Errors
    /// When the operating system's certificates cannot be used.
    pub fn new(config: Config) -> Result<Self> {
        let origin = config.base.origin();
        let same_origin = redirect::Policy::custom(move |attempt| {
            if attempt.url().origin() == origin && attempt.previous().len() < 5 {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let api = builder(&config.base).redirect(same_origin).build();
        let storage = builder(&config.base).redirect(redirect::Policy::limited(5)).build();
        let made = |result: reqwest::Result<reqwest::Client>| {
            result.map_err(|source| Error::Offline { service: config.service.clone(), source: Arc::new(source) })
        };
        Ok(Self(Arc::new(Inner { api: made(api)?, storage: made(storage)?, config })))
    }

    /// How the service is called in sentences.
    pub fn service(&self) -> &str {
        &self.0.config.service
    }

    /// The origin all calls go to.
    pub fn base(&self) -> &Url {
        &self.0.config.base
    }

    /// The address of an API path whose segments are given unescaped.
    pub(super) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.0.config.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().push("v2").extend(segments);
        }
        url
    }

    /// A request to the API, with the key.
    pub(super) fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        self.request_to(method, self.url(segments))
    }

    /// The same for an address the service gave us; the key stays home when it is of another origin.
    pub(super) fn request_to(&self, method: Method, url: Url) -> RequestBuilder {
        if url.origin() == self.0.config.base.origin() {
            let key = self.0.config.key.expose_secret();
            self.0.api.request(method, url).header("x-api-key", key).timeout(SHORT)
        } else {
            self.0.storage.request(method, url).timeout(SHORT)
        }
    }

    /// A request to storage (uploads, previews, outputs): never with the key.
    pub(super) fn storage(&self, method: Method, url: Url) -> RequestBuilder {
        self.0.storage.request(method, url)
    }

    /// Sends a request that may be repeated without harm, and reads the whole answer.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        self.accept(self.exchange(request).await.map_err(|source| self.offline(source))?)
    }

    /// Sends a request that must not be repeated. `what` completes "it is not known whether …".
    pub(super) async fn send_once(&self, request: RequestBuilder, what: &str, advice: &str) -> Result<Answer> {
        let answer = self.exchange(request).await.map_err(|source| {
            // Refused or unresolved: nothing left this computer, so nothing can have been done.
            if source.is_connect() || source.is_builder() {
                return self.offline(source);
            }
            Error::Lost {
                service: self.service().to_owned(),
                what: what.to_owned(),
                advice: advice.to_owned(),
                source: Arc::new(source.without_url()),
            }
        })?;
        self.accept(answer)
    }

    async fn exchange(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let mut response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_ANSWER {
                break;
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.into() })
    }

    pub(super) fn offline(&self, source: reqwest::Error) -> Error {
        Error::Offline { service: self.service().to_owned(), source: Arc::new(source.without_url()) }
    }

    /// Lets a success through and turns everything else into its error.
    fn accept(&self, answer: Answer) -> Result<Answer> {
        tracing::debug!(status = answer.status.as_u16(), bytes = answer.body.len(), "answer");
        if answer.status.is_success() {
            return Ok(answer);
        }
        if answer.status.is_redirection() {
            return Err(self.unreadable("it points to another address, and the key is not sent there"));
        }
        Err(classify(refusal(self.service(), &answer)))
    }

    pub(super) fn unreadable(&self, detail: &str) -> Error {
        Error::Unreadable { service: self.service().to_owned(), detail: detail.to_owned() }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.0.config.base.as_str()).finish_non_exhaustive()
    }
}

fn builder(base: &Url) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .user_agent(concat!("Mouthpiece/", env!("CARGO_PKG_VERSION")));
    // A proxy set for the outside world must not be asked for this computer's own sandbox.
    if is_loopback(base) { builder.no_proxy() } else { builder }
}

/// Whether an address points at this computer.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Reads the error envelope, whatever of it is there.
fn refusal(service: &str, answer: &Answer) -> Refusal {
    let json = answer.json();
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned).filter(|s| !s.is_empty());
    let message = match json.get("message") {
        Some(Value::String(message)) => message.clone(),
        Some(Value::Array(messages)) => messages.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        _ => String::new(),
    };
    let message = if message.is_empty() { bare_message(answer) } else { message };
    let from_header = answer.headers.get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse::<u64>().ok());
    let from_body = json.get("retryAfterSeconds").and_then(Value::as_u64);
    Refusal {
        service: service.to_owned(),
        status: answer.status.as_u16(),
        code: text("errorCode").or_else(|| text("error_code")),
        message,
        suggestion: text("suggestion"),
        field: text("field"),
        request_id: text("requestId").or_else(|| answer.header("x-request-id").map(str::to_owned)),
        retry_after: from_header.or(from_body).map(|secs| Duration::from_secs(secs.min(3600))),
    }
}

/// A sentence for an answer without a message: proxies and storage send HTML, XML or nothing.
fn bare_message(answer: &Answer) -> String {
    let kind = answer.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(2048)]);
    let text = text.trim();
    if kind.starts_with("text/plain") && !text.is_empty() && text.len() < 300 {
        return text.to_owned();
    }
    let reason = answer.status.canonical_reason().unwrap_or("no reason given");
    format!("The answer was {} ({reason})", answer.status.as_u16())
}

/// Sorts a refusal by what a person can do about it: by its code first, then by its status.
fn classify(refusal: Refusal) -> Error {
    let refusal = Arc::new(refusal);
    match refusal.code.as_deref() {
        Some("voice_clone_limit_reached") => return Error::SlotsFull(refusal),
        Some("concurrency_limit_reached") => return Error::Busy(refusal),
        Some("rate_limit_exceeded") => return Error::RateLimited(refusal),
        Some("elevenlabs_service_unavailable") => return Error::Provider(refusal),
        Some(
            "free_tier_generations_exhausted"
            | "account_payment_required"
            | "account_on_hold"
            | "plan_feature_unavailable"
            | "elevenlabs_quota_exceeded",
        ) => return Error::Billing(refusal),
        _ => {}
    }
    match refusal.status {
        401 => Error::Unauthorized(refusal),
        402 => Error::Billing(refusal),
        404 => Error::NotFound(refusal),
        409 => Error::Conflict(refusal),
        429 => Error::RateLimited(refusal),
        500.. => Error::Server(refusal),
        _ => Error::Invalid(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, kind: &str, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.to_owned().into() }
    }

    fn error(status: u16, body: &str) -> Error {
        classify(refusal("sync.so", &answer(status, "application/json", body)))
    }

    #[test]
    fn the_code_decides_before_the_status() {
        assert!(matches!(error(402, r#"{"errorCode":"voice_clone_limit_reached"}"#), Error::SlotsFull(_)));
        assert!(matches!(error(429, r#"{"errorCode":"concurrency_limit_reached"}"#), Error::Busy(_)));
        assert!(matches!(error(429, r#"{"errorCode":"rate_limit_exceeded"}"#), Error::RateLimited(_)));
        assert!(matches!(error(400, r#"{"errorCode":"account_on_hold"}"#), Error::Billing(_)));
        assert!(matches!(error(503, r#"{"errorCode":"elevenlabs_service_unavailable"}"#), Error::Provider(_)));
        assert!(matches!(error(503, "{}"), Error::Server(_)));
    }

    #[test]
    fn both_shapes_of_401_and_lists_of_messages_are_read() {
        let missing = r#"{"message":"Either Cookie or x-api-key header must be provided","error":"Unauthorized","statusCode":401}"#;
        assert!(matches!(error(401, missing), Error::Unauthorized(_)));
        assert!(matches!(error(401, r#"{"message":"Unauthorized","statusCode":401}"#), Error::Unauthorized(_)));
        let many = error(400, r#"{"message":["name is missing","url is not a URL"],"statusCode":400}"#);
        assert_eq!(many.to_string(), "name is missing\nurl is not a URL.");
    }

    #[test]
    fn a_body_that_is_no_json_still_gives_a_sentence() {
        let proxy = classify(refusal("sync.so", &answer(502, "text/html", "<html>Bad gateway</html>")));
        assert!(proxy.to_string().contains("The answer was 502 (Bad Gateway)"), "{proxy}");
        let plain = classify(refusal("sync.so", &answer(400, "text/plain", "no such thing")));
        assert_eq!(plain.to_string(), "no such thing.");
    }

    #[test]
    fn the_wait_comes_from_the_header_before_the_body() {
        let mut both = answer(429, "application/json", r#"{"message":"slow","retryAfterSeconds":9}"#);
        assert_eq!(refusal("x", &both).retry_after, Some(Duration::from_secs(9)));
        both.headers.insert(RETRY_AFTER, "4".parse().unwrap());
        assert_eq!(refusal("x", &both).retry_after, Some(Duration::from_secs(4)));
    }
}
