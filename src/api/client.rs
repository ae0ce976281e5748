//! The client itself: which service, as whom, and how its addresses are made.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Method, RequestBuilder, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Origin, Url};

use super::catalogue::Catalogue;
use super::throttle::Throttle;
use super::trust::{Place, Trust};
use super::upload::Uploaded;
use crate::error::{Error, Result};

/// A request not yet sent. Hand it to `Runtime::spawn`.
pub type Call<T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'static>>;

const CONNECT: Duration = Duration::from_secs(10);
/// For plain JSON calls.
pub(super) const SHORT: Duration = Duration::from_mins(1);
/// For calls that do their work before they answer: cloning and speaking.
pub(super) const LONG: Duration = Duration::from_mins(3);

/// Which service to talk to, and as whom.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the service is called in sentences: "sync.so" or "The sandbox".
    pub service: String,
    /// Where the API is, such as `https://api.sync.so`. A path of its own (a proxy's, say) goes before `/v2`.
    pub base: Url,
    pub key: SecretString,
}

/// How patient a client is. Other values than the usual ones are for tests.
#[derive(Debug, Clone)]
pub struct Tuning {
    /// A transfer that moves no byte for this long has failed.
    pub idle: Duration,
    /// What the waits between repeats within a call are multiplied by.
    pub pace: f64,
    /// Whether to keep below the service's documented limits. Without a word: everywhere but on this computer, where
    /// there are none.
    pub throttled: Option<bool>,
    /// Origins that count as the service's own, as when a test stands between client and sandbox. Only on this
    /// computer, for a base on this computer.
    pub also_own: Vec<Url>,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { idle: Duration::from_mins(1), pace: 1.0, throttled: None, also_own: Vec::new() }
    }
}

/// Talks to one service with one key. Cheap to clone.
#[derive(Clone)]
pub struct Client(pub(super) Arc<Inner>);

pub(super) struct Inner {
    config: Config,
    /// `config.key` as a header; `None` when no header can hold it.
    key: Option<HeaderValue>,
    pub tuning: Tuning,
    pub trust: Trust,
    pub throttle: Option<Throttle>,
    pub catalogue: Catalogue,
    pub uploaded: Uploaded,
    /// For the service itself, wherever it is.
    own: reqwest::Client,
    /// For everywhere else; made when first needed.
    outside: OnceLock<reqwest::Client>,
}

impl Client {
    /// Makes the client; nothing is sent yet. Reads the system's certificates, so not for the UI thread.
    ///
    /// # Errors
    /// When the operating system's certificates cannot be used, or the base is neither https nor on this computer.
    pub fn new(config: Config) -> Result<Self> {
        Self::tuned(config, Tuning::default())
    }

    /// The same with another patience.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn tuned(config: Config, tuning: Tuning) -> Result<Self> {
        let here = is_loopback(&config.base);
        if config.base.scheme() != "https" && !(here && config.base.scheme() == "http") {
            return Err(Error::Input(format!(
                "{} is not an address the key may be sent to: it has to begin with https. Correct the address of the service.",
                config.base
            )));
        }
        let mut origins: Vec<Origin> = vec![config.base.origin()];
        origins.extend(tuning.also_own.iter().filter(|url| here && is_loopback(url)).map(Url::origin));
        let own = if here {
            // A proxy set for the outside world must not be asked for this computer's own sandbox.
            builder().no_proxy().build()
        } else {
            builder().build()
        };
        let own = own.map_err(|source| Error::Offline { service: config.service.clone(), source: Arc::new(source) })?;
        let key = HeaderValue::from_str(config.key.expose_secret()).ok().map(|mut key| {
            // Keeps it out of what the layers below may log.
            key.set_sensitive(true);
            key
        });
        Ok(Self(Arc::new(Inner {
            config,
            key,
            trust: Trust::new(origins),
            throttle: tuning.throttled.unwrap_or(!here).then(Throttle::default),
            tuning,
            catalogue: Catalogue::default(),
            uploaded: Uploaded::default(),
            own,
            outside: OnceLock::new(),
        })))
    }

    /// How the service is called in sentences.
    pub fn service(&self) -> &str {
        &self.0.config.service
    }

    /// The key itself, to be found where it must not be.
    pub(super) fn key(&self) -> &str {
        self.0.config.key.expose_secret()
    }

    /// Where all calls go.
    pub fn base(&self) -> &Url {
        &self.0.config.base
    }

    /// What sends requests to the service itself.
    pub(super) fn to_service(&self) -> &reqwest::Client {
        &self.0.own
    }

    /// What sends requests to such a place.
    pub(super) fn http(&self, place: Place) -> Result<reqwest::Client> {
        let outside = &self.0.outside;
        match (place, outside.get()) {
            (Place::Own, _) => Ok(self.0.own.clone()),
            (Place::Outside, Some(made)) => Ok(made.clone()),
            (Place::Outside, None) => {
                let made = builder().dns_resolver(Arc::new(self.0.trust.resolver())).build();
                let made = made.map_err(|source| self.offline(source))?;
                Ok(outside.get_or_init(|| made).clone())
            }
        }
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
    pub(super) fn storage_url(&self, text: &str) -> Result<(Url, Place)> {
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| self.unreadable("an address that is none"))?;
        let place = self.place(&url)?;
        Ok((url, place))
    }

    /// Where an address from an answer leads, if it may be visited.
    pub(super) fn place(&self, url: &Url) -> Result<Place> {
        self.0.trust.place(url).map_err(|why| self.unreadable(&format!("it points to {why}")))
    }

    /// A request to the API, with the key.
    pub(super) fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        self.request_to(method, self.url(segments))
    }

    /// A request to the API that needs no key, and gets none.
    pub(super) fn open_request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        self.0.own.request(method, self.url(segments)).timeout(SHORT)
    }

    /// The same for an address of the API the service gave us. Anywhere else the key stays home.
    pub(super) fn request_to(&self, method: Method, url: Url) -> RequestBuilder {
        let home = url.origin() == self.0.config.base.origin();
        let request = self.0.own.request(method, url).timeout(SHORT);
        // Without a key the service says what is missing.
        self.0.key.iter().filter(|_| home).fold(request, |request, key| request.header("x-api-key", key))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.0.config.base.as_str()).finish_non_exhaustive()
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        // Where a redirect may lead, and whether a request may be sent again for it, is decided here for each.
        .redirect(redirect::Policy::none())
        // Addresses hold ids, and presigned ones a permission; neither is another host's business.
        .referer(false)
        .user_agent(concat!("Mouthpiece/", env!("CARGO_PKG_VERSION")))
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
#[expect(clippy::disallowed_methods, reason = "tokio::test waits for the test it runs")]
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
    fn r22_7_the_base_is_https_or_this_computer() {
        let made = |base: &str| {
            let base = Url::parse(base).unwrap();
            Client::new(Config { service: "sync.so".into(), base, key: "sk-test".to_owned().into() })
        };
        for good in
            ["https://api.sync.so", "https://10.0.0.7", "http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"]
        {
            assert!(made(good).is_ok(), "{good}");
        }
        for bad in ["http://api.sync.so", "http://10.0.0.7", "ftp://localhost", "http://localhost.example"] {
            let error = made(bad).unwrap_err();
            assert!(error.to_string().contains("has to begin with https"), "{bad}: {error}");
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

    #[tokio::test]
    async fn r22_4_a_name_that_stands_for_this_computer_is_not_connected_to() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("https://localhost:{}/a", listener.local_addr().unwrap().port());
        let http = client("https://api.sync.so").http(Place::Outside).unwrap();
        let error = http.get(url).send().await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody came");
    }
}
