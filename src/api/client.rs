//! The client itself: one request out, one answer in, every refusal told apart.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, RequestBuilder, StatusCode, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::{echo, refusal};
use crate::error::{Cause, Error, Result};

/// A request not yet sent. Hand it to `Runtime::spawn`.
pub type Call<T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'static>>;

const CONNECT: Duration = Duration::from_secs(10);
/// For plain JSON calls.
pub(super) const SHORT: Duration = Duration::from_mins(1);
/// For calls that do their work before they answer: cloning and speaking.
pub(super) const LONG: Duration = Duration::from_mins(3);
/// No answer of the API is nearly as large; what follows is not worth memory.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
const MAX_REDIRECTS: usize = 5;

/// Which service to talk to, and as whom.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the service is called in sentences: "sync.so" or "The sandbox".
    pub service: String,
    /// Where the API is, such as `https://api.sync.so`. A path of its own (a proxy's, say) goes before `/v2`.
    pub base: Url,
    pub key: SecretString,
}

/// Talks to one service with one key. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    /// `config.key` as a header; `None` when no header can hold it.
    key: Option<HeaderValue>,
    api: reqwest::Client,
    storage: reqwest::Client,
    uploads: reqwest::Client,
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
            if attempt.url().origin() == origin && attempt.previous().len() <= MAX_REDIRECTS {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let made = |redirects| {
            let built = builder(&config.base).redirect(redirects).build();
            built.map_err(|source| Error::Offline { service: config.service.clone(), source: Arc::new(source) })
        };
        // An upload is never redirected: its body can be sent only once.
        let (api, storage, uploads) =
            (made(same_origin)?, made(redirect::Policy::limited(MAX_REDIRECTS))?, made(redirect::Policy::none())?);
        let key = HeaderValue::from_str(config.key.expose_secret()).ok().map(|mut key| {
            // Keeps it out of what the layers below may log.
            key.set_sensitive(true);
            key
        });
        Ok(Self(Arc::new(Inner { config, key, api, storage, uploads })))
    }

    /// How the service is called in sentences.
    pub fn service(&self) -> &str {
        &self.0.config.service
    }

    /// Where all calls go.
    pub fn base(&self) -> &Url {
        &self.0.config.base
    }

    /// The address of an API path whose segments are given unescaped.
    pub(super) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.0.config.base.clone();
        let named = url.path().trim_end_matches('/').ends_with("/v2");
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend((!named).then_some("v2")).extend(segments);
        }
        url
    }

    /// An id from outside as one segment of a path. One that would lead to another path (`..`, nothing, a line end)
    /// is refused: deleting a voice without a name must never be deleting all of them.
    pub(super) fn segment<'a>(&self, id: &'a str) -> Result<&'a str> {
        if id.is_empty() || id == "." || id == ".." || id.chars().any(char::is_control) {
            return Err(self.unreadable("an id that is none"));
        }
        Ok(id)
    }

    /// An address the service gave for bytes: uploads, previews, outputs.
    pub(super) fn storage_url(&self, text: &str) -> Result<Url> {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        url.ok_or_else(|| self.unreadable("an address that is none"))
    }

    /// A request to the API, with the key.
    pub(super) fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        self.request_to(method, self.url(segments))
    }

    /// A request to the API that needs no key, and gets none.
    pub(super) fn open_request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        self.0.api.request(method, self.url(segments)).timeout(SHORT)
    }

    /// The same for an address the service gave us; the key stays home when it is of another origin.
    pub(super) fn request_to(&self, method: Method, url: Url) -> RequestBuilder {
        if url.origin() != self.0.config.base.origin() {
            return self.storage(method, url).timeout(SHORT);
        }
        let request = self.0.api.request(method, url).timeout(SHORT);
        // Without a key the service says what is missing.
        self.0.key.iter().fold(request, |request, key| request.header("x-api-key", key))
    }

    /// A request to storage for a preview or an output: never with the key.
    pub(super) fn storage(&self, method: Method, url: Url) -> RequestBuilder {
        self.0.storage.request(method, url)
    }

    /// A request that brings a file into storage: never with the key, never to any other address.
    pub(super) fn upload_to(&self, url: Url) -> RequestBuilder {
        self.0.uploads.put(url)
    }

    /// Sends a request that may be repeated without harm, and reads the whole answer.
    pub(super) async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        self.accept(self.exchange(request).await.map_err(|source| self.offline(source))?)
    }

    /// Sends a request that must not be repeated. `what` completes "it is not known whether …".
    pub(super) async fn send_once(&self, request: RequestBuilder, what: &str, advice: &str) -> Result<Answer> {
        let lost = |source: Cause| Error::Lost {
            service: self.service().to_owned(),
            what: what.to_owned(),
            advice: advice.to_owned(),
            source,
        };
        let answer = self.exchange(request).await.map_err(|source| {
            // Refused or unresolved: nothing left this computer, so nothing can have been done.
            if source.is_connect() || source.is_builder() {
                return self.offline(source);
            }
            lost(Arc::new(source.without_url()))
        })?;
        if refusal::is_from_between(&answer) {
            let text = format!("{} from something in between", answer.status);
            return Err(lost(Arc::new(std::io::Error::other(text))));
        }
        self.accept(answer)
    }

    /// Sends, and reads the answer to its end. Of a refusal the end may be missing: its status says enough.
    pub(super) async fn exchange(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let mut response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_ANSWER => body.extend_from_slice(&chunk),
                Err(error) if status.is_success() => return Err(error),
                _ => break,
            }
        }
        let key = self.0.config.key.expose_secret();
        Ok(Answer { status, headers: echo::headers(key, headers), body: echo::body(key, body.into()) })
    }

    pub(super) fn offline(&self, source: reqwest::Error) -> Error {
        if source.is_builder() {
            return Error::Crashed(source.without_url().to_string());
        }
        if source.is_redirect() {
            return self.unreadable("it points from one address to the next without end");
        }
        Error::Offline { service: self.service().to_owned(), source: Arc::new(source.without_url()) }
    }

    /// Lets a success through and turns everything else into its error.
    fn accept(&self, answer: Answer) -> Result<Answer> {
        tracing::debug!(status = answer.status.as_u16(), bytes = answer.body.len(), "answer");
        if answer.status.is_success() {
            return Ok(answer);
        }
        if answer.status.is_redirection() {
            return Err(self.pointed_away(&answer));
        }
        Err(refusal::error(self.service(), &answer))
    }

    /// What a redirect that was not followed means.
    pub(super) fn pointed_away(&self, answer: &Answer) -> Error {
        let place = answer.header(LOCATION.as_str()).and_then(|place| self.base().join(place).ok());
        match place {
            Some(place) if place.origin() != self.base().origin() => self.unreadable(&format!(
                "it points to {}, and the key is not sent there",
                place.host_str().unwrap_or("another place")
            )),
            Some(_) => self.unreadable("it points from one address to the next without end"),
            None => self.unreadable("it points to another address without naming it"),
        }
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
        // Addresses hold ids, and presigned ones a permission; neither is another host's business.
        .referer(false)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn client(base: &str) -> Client {
        let base = Url::parse(base).unwrap();
        Client::new(Config { service: "sync.so".into(), base, key: "sk-test".to_owned().into() }).unwrap()
    }

    #[test]
    fn addresses_stand_under_the_base_whatever_it_looks_like() {
        for (base, address) in [
            ("https://api.sync.so", "https://api.sync.so/v2/voices/a"),
            ("https://api.sync.so/", "https://api.sync.so/v2/voices/a"),
            ("https://api.sync.so/v2", "https://api.sync.so/v2/voices/a"),
            ("https://api.sync.so/v2/", "https://api.sync.so/v2/voices/a"),
            ("https://proxy.example/sync", "https://proxy.example/sync/v2/voices/a"),
            ("https://proxy.example/sync/", "https://proxy.example/sync/v2/voices/a"),
        ] {
            assert_eq!(client(base).url(&["voices", "a"]).as_str(), address, "{base}");
        }
    }

    #[test]
    fn an_id_is_one_segment_or_refused() {
        let client = client("https://api.sync.so");
        let id = client.segment("a/b c?#%2e").unwrap();
        assert_eq!(client.url(&["voices", id]).path(), "/v2/voices/a%2Fb%20c%3F%23%252e");
        for bad in ["", ".", "..", "a\nb"] {
            assert!(client.segment(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_key_is_not_shown_when_a_request_is_printed() {
        let request = client("https://api.sync.so").request(Method::GET, &["voices"]).build().unwrap();
        assert_eq!(request.headers()["x-api-key"], "sk-test");
        assert!(!format!("{request:?}").contains("sk-test"), "{request:?}");
    }
}
