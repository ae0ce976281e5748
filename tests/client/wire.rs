//! A server that answers byte by byte as a test wrote it down, and keeps everything it heard.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mouthpiece::api::{Client, Config, Tuning};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use url::Url;

/// Running into this is a failure; nothing here is timed.
const PATIENCE: Duration = Duration::from_mins(1);
/// More of a body is counted, not kept.
const KEPT: usize = 1024 * 1024;

pub const KEY: &str = "sk-the-key-0123456789";

/// A request as it came over the wire.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    pub method: String,
    /// Path and query, still encoded.
    pub target: String,
    pub headers: Vec<(String, String)>,
    /// Up to a MiB of it.
    pub body: Vec<u8>,
    /// All of it, in bytes.
    pub length: u64,
    /// Whether the whole body came.
    pub complete: bool,
}

impl Heard {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

/// What happens to one request.
#[derive(Debug, Clone)]
pub struct Reply {
    bytes: Vec<u8>,
    /// After this many bytes of the body, nothing more is read until [`Wire::go_on`].
    pause: Option<u64>,
    /// The connection stays open and silent after `bytes`, until the other side closes it.
    hold: bool,
}

impl Reply {
    /// These bytes, then the end of the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), pause: None, hold: false }
    }

    /// A whole answer with these header lines.
    pub fn with(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        Self::raw([head.as_bytes(), b"\r\n", body].concat())
    }

    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::with(status, &[("Content-Type", "application/json")], body.to_string())
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        Self::with(status, &[("Location", to)], "")
    }

    /// Reads the request and closes without a word.
    pub fn drop() -> Self {
        Self::raw("")
    }

    /// Says these bytes and then nothing, with the connection open.
    pub fn hold(bytes: impl Into<Vec<u8>>) -> Self {
        Self { hold: true, ..Self::raw(bytes) }
    }

    /// Stops reading after so many bytes of the body, until [`Wire::go_on`].
    pub fn pausing(self, after: u64) -> Self {
        Self { pause: Some(after), ..self }
    }
}

#[derive(Default)]
struct Inner {
    replies: Mutex<VecDeque<Reply>>,
    always: Mutex<Option<Reply>>,
    heard: Mutex<Vec<Heard>>,
    changed: Notify,
}

/// The server. It ends with the runtime of its test.
pub struct Wire {
    pub base: Url,
    inner: Arc<Inner>,
    paused: Arc<Semaphore>,
    gate: Arc<Semaphore>,
    closed: Arc<Semaphore>,
}

impl Wire {
    /// A server that gives these answers in order; beyond them, a 599 that no test expects.
    pub async fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let none = || Arc::new(Semaphore::new(0));
        let wire = Self { base, inner: Arc::default(), paused: none(), gate: none(), closed: none() };
        wire.inner.replies.lock().unwrap().extend(replies);
        let (inner, paused, gate, closed) =
            (wire.inner.clone(), wire.paused.clone(), wire.gate.clone(), wire.closed.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let line = Line { stream, inner: inner.clone(), paused: paused.clone(), gate: gate.clone() };
                let closed = closed.clone();
                tokio::spawn(async move {
                    line.serve().await;
                    closed.add_permits(1);
                });
            }
        });
        wire
    }

    pub fn then(&self, reply: Reply) {
        self.inner.replies.lock().unwrap().push_back(reply);
    }

    /// What is answered once everything else was.
    pub fn always(&self, reply: Reply) {
        *self.inner.always.lock().unwrap() = Some(reply);
    }

    /// Forgets what was heard.
    pub fn forget(&self) {
        self.inner.heard.lock().unwrap().clear();
    }

    /// An address on this server.
    pub fn url(&self, path: &str) -> String {
        self.base.join(path).unwrap().to_string()
    }

    /// A client whose API this is.
    pub fn client(&self) -> Client {
        client(self.base.clone())
    }

    /// Every request so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.inner.heard.lock().unwrap().clone()
    }

    /// The only request there was.
    pub fn only(&self) -> Heard {
        let mut heard = self.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        heard.remove(0)
    }

    /// Method and target of every request so far.
    pub fn lines(&self) -> Vec<String> {
        self.heard().iter().map(|heard| format!("{} {}", heard.method, heard.target)).collect()
    }

    /// Waits until a pausing reply has paused.
    pub async fn paused(&self) {
        within(self.paused.acquire()).await.unwrap().forget();
    }

    /// Lets a paused reply read on.
    pub fn go_on(&self) {
        self.gate.add_permits(1);
    }

    /// Waits until a connection has ended.
    pub async fn closed(&self) {
        within(self.closed.acquire()).await.unwrap().forget();
    }

    /// Waits until so many requests have been heard.
    pub async fn heard_all(&self, count: usize) {
        within(async {
            loop {
                let changed = self.inner.changed.notified();
                if self.heard().len() >= count {
                    return;
                }
                changed.await;
            }
        })
        .await;
    }
}

pub async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("it happens before patience ends")
}

/// A client that does not wait between repeats.
pub fn client(base: Url) -> Client {
    tuned(base, quick())
}

/// No waits between repeats; everything else as usual.
pub fn quick() -> Tuning {
    Tuning { pace: 0.0, ..Tuning::default() }
}

pub fn tuned(base: Url, tuning: Tuning) -> Client {
    Client::tuned(Config { service: "sync.so".into(), base, key: KEY.to_owned().into() }, tuning).unwrap()
}

/// One connection. It serves one request: every answer closes.
struct Line {
    stream: TcpStream,
    inner: Arc<Inner>,
    paused: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

impl Line {
    async fn serve(mut self) {
        let Some((mut heard, rest)) = self.head().await else { return };
        let reply = self.inner.replies.lock().unwrap().pop_front();
        let reply = reply.or_else(|| self.inner.always.lock().unwrap().clone());
        let reply = reply.unwrap_or_else(|| Reply::with(599, &[], "nothing more was expected"));
        heard.body = rest;
        heard.length = heard.body.len() as u64;
        self.body(&mut heard, &reply).await;
        self.inner.heard.lock().unwrap().push(heard);
        self.inner.changed.notify_waiters();
        self.stream.write_all(&reply.bytes).await.ok();
        self.stream.flush().await.ok();
        if reply.hold {
            // Ends when the other side closes.
            self.stream.read_u8().await.ok();
        }
    }

    async fn head(&mut self) -> Option<(Heard, Vec<u8>)> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if self.stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return None;
            }
        };
        let rest = bytes.split_off(end + 4);
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.lines();
        let mut first = lines.next()?.split(' ').map(str::to_owned);
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let (method, target) = (first.next()?, first.next()?);
        Some((Heard { method, target, headers, ..Heard::default() }, rest))
    }

    async fn body(&mut self, heard: &mut Heard, reply: &Reply) {
        let wanted = heard.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut pause = reply.pause;
        let mut buffer = vec![0; 256 * 1024];
        while heard.length < wanted {
            if pause.is_some_and(|after| heard.length >= after) {
                pause = None;
                self.paused.add_permits(1);
                self.gate.acquire().await.unwrap().forget();
            }
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => {
                    heard.length += read as u64;
                    let room = KEPT.saturating_sub(heard.body.len()).min(read);
                    heard.body.extend_from_slice(&buffer[..room]);
                }
            }
        }
        heard.complete = heard.length == wanted;
    }
}
