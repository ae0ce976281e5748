//! A proxy between a client and a server that has every request and every answer whole in its hands, and lets a test
//! decide what becomes of each. It keeps a record of what the server really did.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// More of a head or of a body is no test of ours.
const LARGEST: usize = 64 << 20;

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    pub path: String,
    head: String,
    pub body: Vec<u8>,
}

impl Asked {
    /// Whether it is this call; the path is meant with its last part, or up to a final `/`.
    pub fn is(&self, method: &str, path: &str) -> bool {
        let same = if path.ends_with('/') { self.path.starts_with(path) } else { self.path == path };
        self.method == method && same
    }
}

/// What the server said.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Said {
    /// An answer of our own.
    pub fn new(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let mut head = format!("HTTP/1.1 {status} Status\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        Self { status, head, body: body.as_bytes().to_vec() }
    }

    /// As it goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}Content-Length: {}\r\n\r\n", self.head, self.body.len()).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// What becomes of a request that has arrived.
pub enum Way {
    /// On to the server.
    On,
    /// To the server, but only after a while.
    Later(Duration),
    /// These bytes come back, and the server never hears of it.
    Back(Vec<u8>),
}

/// What comes back of the server's answer; the connection ends behind anything but the whole.
pub enum Return {
    Whole,
    Part(Vec<u8>),
}

/// Decides. Every function may also do something else first, such as ending the client.
pub trait Weather: Send + Sync + 'static {
    /// The head of a request and half of its body are here. False hangs up.
    fn half_asked(&self, asked: &Asked) -> bool {
        _ = asked;
        true
    }

    /// The whole request is here.
    fn arrived(&self, asked: &Asked) -> Way {
        _ = asked;
        Way::On
    }

    /// The server has done the work; nothing of its answer is on its way yet.
    fn handled(&self, asked: &Asked, said: &Said) -> Return {
        _ = (asked, said);
        Return::Whole
    }

    /// Half of the answer is on its way.
    fn half_delivered(&self, asked: &Asked) {
        _ = asked;
    }

    /// The whole answer is on its way.
    fn delivered(&self, asked: &Asked) {
        _ = asked;
    }
}

/// What the server did.
#[derive(Default)]
struct Record {
    calls: Vec<Call>,
    /// Of each whole file that was given out.
    files: HashSet<u64>,
}

struct Call {
    asked: Asked,
    status: u16,
    /// Of what was made or found.
    id: Option<String>,
}

struct Inner {
    server: SocketAddr,
    own: SocketAddr,
    weather: Mutex<Arc<dyn Weather>>,
    record: Mutex<Record>,
    at_work: watch::Sender<usize>,
}

/// The proxy. It ends with the runtime it was started on, or with its last clone.
#[derive(Clone)]
pub struct Proxy(Arc<Inner>, Arc<tokio::task::JoinSet<()>>);

/// No trouble at all.
pub struct Fair;

impl Weather for Fair {}

impl Proxy {
    /// Stands before the server at this address (`http://127.0.0.1:4711`).
    pub async fn before(server: &str) -> Self {
        let server: SocketAddr = server.trim_start_matches("http://").parse().expect("an address of this computer");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let own = listener.local_addr().expect("the port just taken");
        let weather: Arc<dyn Weather> = Arc::new(Fair);
        let at_work = watch::Sender::new(0);
        let inner = Arc::new(Inner { server, own, weather: Mutex::new(weather), record: Mutex::default(), at_work });
        let (shared, mut task) = (inner.clone(), tokio::task::JoinSet::new());
        task.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).ok();
                let line = Line { inner: shared.clone(), stream, read: Vec::new() };
                tokio::spawn(line.serve());
            }
        });
        Self(inner, Arc::new(task))
    }

    /// What clients are to call.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.0.own)
    }

    /// Changes the weather.
    pub fn set(&self, weather: Arc<dyn Weather>) {
        *hold(&self.0.weather) = weather;
    }

    /// Waits until the server has answered everything that reached it.
    pub async fn quiet(&self) {
        self.0.at_work.subscribe().wait_for(|open| *open == 0).await.expect("the proxy is there");
    }

    /// The statuses the server gave to this call, in order.
    pub fn statuses(&self, method: &str, path: &str) -> Vec<u16> {
        let record = hold(&self.0.record);
        record.calls.iter().filter(|call| call.asked.is(method, path)).map(|call| call.status).collect()
    }

    /// The ids of what the server made for this call; the same ticket twice is one.
    pub fn made(&self, method: &str, path: &str) -> BTreeSet<String> {
        let record = hold(&self.0.record);
        let made = record.calls.iter().filter(|call| call.asked.is(method, path) && (200..300).contains(&call.status));
        made.filter_map(|call| call.id.clone()).collect()
    }

    /// Whether these are the bytes of a whole file that the server gave out.
    pub fn gave(&self, bytes: &[u8]) -> bool {
        hold(&self.0.record).files.contains(&fingerprint(bytes))
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// One connection of a client.
struct Line {
    inner: Arc<Inner>,
    stream: TcpStream,
    /// Read and not yet used.
    read: Vec<u8>,
}

impl Line {
    /// Until either side hangs up.
    async fn serve(mut self) {
        while let Some(asked) = self.ask().await {
            if self.answer(&asked).await.is_none() {
                return;
            }
        }
    }

    fn weather(&self) -> Arc<dyn Weather> {
        hold(&self.inner.weather).clone()
    }

    /// The next request.
    async fn ask(&mut self) -> Option<Asked> {
        let end = loop {
            if let Some(at) = find(&self.read, b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).ok()?;
        let mut words = head.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let path = target.split('?').next()?.to_owned();
        let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut asked = Asked { method, path, head, body: Vec::new() };
        self.body(length / 2).await?;
        if length > 0 && !self.weather().half_asked(&asked) {
            return None;
        }
        self.body(length).await?;
        asked.body = self.read.drain(..length).collect();
        Some(asked)
    }

    async fn body(&mut self, length: usize) -> Option<()> {
        while self.read.len() < length {
            self.more().await?;
        }
        Some(())
    }

    async fn more(&mut self) -> Option<()> {
        let count = self.stream.read_buf(&mut self.read).await.ok()?;
        if count == 0 {
            return None;
        }
        (self.read.len() < LARGEST).then_some(())
    }

    /// `None` when the connection is to end.
    async fn answer(&mut self, asked: &Asked) -> Option<()> {
        let weather = self.weather();
        match weather.arrived(asked) {
            Way::On => {}
            Way::Later(wait) => tokio::time::sleep(wait).await,
            Way::Back(bytes) => {
                self.stream.write_all(&bytes).await.ok()?;
                return None;
            }
        }
        let said = self.inner.clone().forward(asked).await?;
        let bytes = said.bytes();
        match weather.handled(asked, &said) {
            Return::Whole => {
                let (front, back) = bytes.split_at(bytes.len() - said.body.len() / 2);
                self.stream.write_all(front).await.ok()?;
                weather.half_delivered(asked);
                self.stream.write_all(back).await.ok()?;
                weather.delivered(asked);
                Some(())
            }
            Return::Part(bytes) => {
                self.stream.write_all(&bytes).await.ok()?;
                None
            }
        }
    }
}

impl Inner {
    /// Has the server do it, whatever becomes of the client meanwhile.
    async fn forward(self: Arc<Self>, asked: &Asked) -> Option<Said> {
        let asked = asked.clone();
        self.at_work.send_modify(|open| *open += 1);
        let work = tokio::spawn(async move {
            let said = self.exchange(&asked).await;
            if let Some(said) = &said {
                let mut record = hold(&self.record);
                if asked.is("GET", "/files/") && said.status == 200 {
                    record.files.insert(fingerprint(&said.body));
                }
                let id = serde_json::from_slice::<serde_json::Value>(&said.body).ok();
                let id = id.and_then(|json| Some(json.get("id")?.as_str()?.to_owned()));
                let asked = Asked { body: Vec::new(), ..asked };
                record.calls.push(Call { asked, status: said.status, id });
            }
            self.at_work.send_modify(|open| *open -= 1);
            said
        });
        work.await.ok()?
    }

    async fn exchange(&self, asked: &Asked) -> Option<Said> {
        let mut server = TcpStream::connect(self.server).await.ok()?;
        let lines = asked.head.lines().filter(|line| !is_header(line, &["host", "connection"]) && !line.is_empty());
        let head: Vec<&str> = lines.collect();
        let head = format!("{}\r\nHost: {}\r\nConnection: close\r\n\r\n", head.join("\r\n"), self.server);
        let sent = [head.as_bytes(), &asked.body].concat();
        // A server that refuses early may hang up before it has read all.
        server.write_all(&sent).await.ok();
        let mut all = Vec::new();
        server.read_to_end(&mut all).await.ok();
        let end = find(&all, b"\r\n\r\n")? + 2;
        let mut body = all.split_off(end + 2);
        all.truncate(end);
        let head = String::from_utf8(all).ok()?;
        let length: usize = header(&head, "content-length")?.parse().ok()?;
        if body.len() != length {
            return None;
        }
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let kind = header(&head, "content-type").unwrap_or_default();
        if kind.starts_with("application/json") || kind.starts_with("text/plain") {
            let text = String::from_utf8(body).ok()?;
            body = text.replace(&self.server.to_string(), &self.own.to_string()).into_bytes();
        }
        let lines = head.lines().filter(|line| !is_header(line, &["content-length", "connection"]));
        let head = lines.flat_map(|line| [line, "\r\n"]).collect();
        Some(Said { status, head, body })
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn is_header(line: &str, names: &[&str]) -> bool {
    line.split_once(':').is_some_and(|(name, _)| names.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .find(|line| is_header(line, &[name]))
        .and_then(|line| line.split_once(':'))
        .map(|(_, value)| value.trim())
}

/// Chance that can be repeated from its seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, after `SplitMix64`.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or_default()
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }
}
