//! One request out, one answer in: redirects, repeats, turns, and every refusal told apart.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, Request, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::client::{Call, Client};
use super::retry::{self, Endpoint};
use super::trust::Place;
use super::{echo, refusal};
use crate::error::{Cause, Error, Refusal, Result};

/// No answer of the API is nearly as large; what follows is not worth memory.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
pub(super) const MAX_REDIRECTS: usize = 5;
/// A call repeats itself only if it is soon; longer waits are for whoever asked, in sight.
const SOON: Duration = Duration::from_secs(10);
/// How often a call repeats itself at most.
const QUIETLY: u32 = 2;
/// Who asks whether the service is there wants to know soon.
const PING: Duration = Duration::from_secs(15);
/// How long a call waits for its turn without a word.
const TURN: Duration = Duration::from_mins(1);

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
    /// Sends a request that may be repeated without harm, and reads the whole answer. Lists, panels and deletions
    /// are repeated here up to twice, when that can help and is soon.
    pub(super) async fn send(&self, endpoint: Endpoint, request: RequestBuilder) -> Result<Answer> {
        let mut request = request.build().map_err(|source| self.offline(source))?;
        let quietly = matches!(endpoint, Endpoint::Read | Endpoint::Rename | Endpoint::Delete);
        let mut attempt = 1;
        loop {
            let again = request.try_clone().filter(|_| quietly);
            let (error, soon) = match self.send_now(endpoint, request).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let (Some(again), Some(wait)) = (again, self.soon(endpoint, &error, attempt).filter(|_| soon)) else {
                return Err(error);
            };
            tracing::debug!(kind = error.kind(), attempt, "asking again");
            tokio::time::sleep(wait).await;
            request = again;
            attempt += 1;
        }
    }

    /// How long a call waits before it repeats itself, if it does.
    pub(super) fn soon(&self, endpoint: Endpoint, error: &Error, attempt: u32) -> Option<Duration> {
        let wait = retry::wait(endpoint, error, attempt, jitter()).filter(|wait| *wait <= SOON)?;
        (attempt <= QUIETLY && error.is_passing()).then(|| wait.mul_f64(self.0.tuning.pace))
    }

    /// The second value says whether the same request may fare better in a moment: not where nobody listens, and not
    /// where a minute was waited already.
    async fn send_now(&self, endpoint: Endpoint, request: Request) -> Result<Answer, (Error, bool)> {
        let method = request.method().clone();
        self.turn(endpoint).await.map_err(|error| (error, false))?;
        let answer = self.exchange(request).await.map_err(|source| {
            let soon = !source.is_connect() && !source.is_timeout();
            (self.offline(source), soon)
        })?;
        self.accept(&method, answer).map_err(|error| (error, true))
    }

    /// Sends a request that must not be repeated. `what` completes "it is not known whether …".
    pub(super) async fn send_once(
        &self,
        endpoint: Endpoint,
        request: RequestBuilder,
        what: &str,
        advice: &str,
    ) -> Result<Answer> {
        let lost = |source: Cause| Error::Lost {
            service: self.service().to_owned(),
            what: what.to_owned(),
            advice: advice.to_owned(),
            source,
        };
        let request = request.build().map_err(|source| self.offline(source))?;
        let method = request.method().clone();
        self.turn(endpoint).await?;
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
        self.accept(&method, answer)
    }

    /// Waits until a request may go out without asking too much of the service.
    async fn turn(&self, endpoint: Endpoint) -> Result<()> {
        let Some(throttle) = &self.0.throttle else { return Ok(()) };
        match throttle.turn(endpoint, Instant::now(), TURN) {
            Ok(Duration::ZERO) => Ok(()),
            Ok(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            // Never sent, so without a status.
            Err(wait) => Err(Error::RateLimited(Arc::new(Refusal {
                service: self.service().to_owned(),
                message: format!("{} takes only so many requests of this kind in an hour", self.service()),
                retry_after: Some(wait),
                ..Refusal::default()
            }))),
        }
    }

    /// Sends to the API, follows redirects within its origin, and reads the answer to its end. Of a refusal the end
    /// may be missing: its status says enough.
    async fn exchange(&self, mut request: Request) -> reqwest::Result<Answer> {
        let mut hops = 0;
        loop {
            let again = request.try_clone();
            let response = self.to_service().execute(request).await?;
            match (self.followed(&response, again), hops < MAX_REDIRECTS) {
                (Some(next), true) => request = next,
                _ => return Ok(self.without_key(read(response).await?)),
            }
            hops += 1;
        }
    }

    /// What an answer says is shown and kept: a key it repeats is taken out first.
    fn without_key(&self, answer: Answer) -> Answer {
        let key = self.key();
        Answer { headers: echo::headers(key, answer.headers), body: echo::body(key, answer.body), ..answer }
    }

    /// The request a redirect leads to, if it is followed: within the origin, and never as another kind of request.
    /// What was a `POST` would come back as a `GET` after 301 to 303, its body lost on the way.
    fn followed(&self, response: &Response, request: Option<Request>) -> Option<Request> {
        let keeps = match response.status().as_u16() {
            301..=303 => request.as_ref()?.method() == Method::GET,
            307 | 308 => true,
            _ => false,
        };
        let url = target(response).filter(|url| keeps && url.origin() == self.base().origin())?;
        let mut request = request?;
        *request.url_mut() = url;
        Some(request)
    }

    /// Sends a file to where it shall lie. Never redirected: its body can be sent only once.
    pub(super) async fn send_file(&self, place: Place, request: RequestBuilder) -> Result<reqwest::Result<Answer>> {
        let request = request.build().map_err(|source| self.offline(source))?;
        let sent = self.http(place)?.execute(request).await;
        Ok(match sent {
            Ok(response) => read(response).await.map(|answer| self.without_key(answer)),
            Err(error) => Err(error),
        })
    }

    /// Asks for a file, wherever redirects lead that may be followed. Never with the key.
    pub(super) async fn get_from(&self, text: &str) -> Result<Response> {
        let (mut url, mut place) = self.storage_url(text)?;
        for _ in 0..=MAX_REDIRECTS {
            let send = self.http(place)?.get(url).send();
            let response = tokio::time::timeout(self.0.tuning.idle, send).await.map_err(|_| self.silent())?;
            let response = response.map_err(|source| self.offline(source))?;
            if !matches!(response.status().as_u16(), 301..=303 | 307 | 308) {
                return Ok(response);
            }
            let Some(next) = target(&response) else { return Ok(response) };
            place = self.place(&next)?;
            url = next;
        }
        Err(self.unreadable("it points from one address to the next without end"))
    }

    /// Whether the service answers at all, whatever it says. Needs no key and costs nothing; asks once.
    pub fn ping(&self) -> Call<()> {
        let client = self.clone();
        Box::pin(async move {
            let request = client.open_request(Method::GET, &["errors"]).timeout(PING);
            let request = request.build().map_err(|source| client.offline(source))?;
            let answer = client.exchange(request).await.map_err(|source| client.offline(source))?;
            // What a sign-in page or a gateway says is not the service's.
            if answer.status.is_redirection() {
                return Err(client.pointed_away(&Method::GET, &answer));
            }
            if refusal::is_from_between(&answer) {
                return Err(client.refused(&answer));
            }
            Ok(())
        })
    }

    pub(super) fn silent(&self) -> Error {
        let text = format!("no byte for {} seconds", self.0.tuning.idle.as_secs());
        let source = std::io::Error::new(std::io::ErrorKind::TimedOut, text);
        Error::Offline { service: self.service().to_owned(), source: Arc::new(source) }
    }

    pub(super) fn offline(&self, source: reqwest::Error) -> Error {
        if source.is_builder() {
            return Error::Crashed(source.without_url().to_string());
        }
        Error::Offline { service: self.service().to_owned(), source: Arc::new(source.without_url()) }
    }

    /// Lets a success through and turns everything else into its error.
    fn accept(&self, method: &Method, answer: Answer) -> Result<Answer> {
        tracing::debug!(status = answer.status.as_u16(), bytes = answer.body.len(), "answer");
        if answer.status.is_success() {
            return Ok(answer);
        }
        if answer.status.is_redirection() {
            return Err(self.pointed_away(method, &answer));
        }
        Err(self.refused(&answer))
    }

    /// The error an answer that is no success stands for.
    pub(super) fn refused(&self, answer: &Answer) -> Error {
        refusal::error(self.service(), answer, &self.0.catalogue)
    }

    /// What a redirect that was not followed means.
    fn pointed_away(&self, method: &Method, answer: &Answer) -> Error {
        let place = answer.header(LOCATION.as_str()).and_then(|place| self.base().join(place).ok());
        match place {
            Some(place) if place.origin() != self.base().origin() => self.unreadable(&format!(
                "it points to {}, and the key is not sent there",
                place.host_str().unwrap_or("another place")
            )),
            Some(_) if method != Method::GET && matches!(answer.status.as_u16(), 301..=303) => {
                self.unreadable("it points to another address, on the way to which the request would be lost")
            }
            Some(_) => self.unreadable("it points from one address to the next without end"),
            None => self.unreadable("it points to another address without naming it"),
        }
    }

    pub(super) fn unreadable(&self, detail: &str) -> Error {
        Error::Unreadable { service: self.service().to_owned(), detail: detail.to_owned() }
    }
}

/// Where a response points.
fn target(response: &Response) -> Option<Url> {
    response.url().join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

async fn read(mut response: Response) -> reqwest::Result<Answer> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_ANSWER => body.extend_from_slice(&chunk),
            Err(error) if status.is_success() => return Err(error),
            _ => break,
        }
    }
    Ok(Answer { status, headers, body: body.into() })
}

/// Between 0 and 1, to keep many clients from coming back in the same moment.
fn jitter() -> f64 {
    let [byte, ..] = *uuid::Uuid::new_v4().as_bytes();
    f64::from(byte) / 255.0
}
