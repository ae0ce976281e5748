//! What every handler shares: the memory, the folder it is kept in, the programs to run, and the sandbox's own
//! addresses.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::collect;
use super::plan::Plan;
use super::refusal::{Answer, Refusal};
use super::state::{self, State, Stored};
use super::tools::Tools;
use super::{Options, Pace};
use crate::error::{Error, Result};
use crate::paths::private_folder_of_files;
use crate::runtime;

/// What stays as it is in the last part of an address.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// Shared by all handlers.
pub(super) type Shared = Arc<World>;

/// See the module.
pub(super) struct World {
    data: PathBuf,
    state: Mutex<State>,
    /// One write at a time, in order.
    disk: tokio::sync::Mutex<()>,
    /// Held so that no second sandbox works in the same folder.
    lock: Arc<std::fs::File>,
    /// `http://127.0.0.1:4711`.
    pub origin: String,
    pub key: String,
    pub pace: Pace,
    pub tools: Tools,
    /// What the account may do.
    pub plan: Plan,
    /// The runs under way.
    ahead: Mutex<HashMap<String, Ahead>>,
    /// There is a run to make.
    pub work: Notify,
    /// There is a line to speak.
    pub speech_work: Notify,
    /// Something a client may be waiting for has changed.
    pub changed: Notify,
    pub stop: CancellationToken,
}

impl World {
    /// Reads what was remembered, and makes the folders.
    ///
    /// # Errors
    /// When the folder cannot be used, or another sandbox uses it.
    pub async fn open(options: Options, port: u16, stop: CancellationToken) -> Result<Self> {
        let lock = Arc::new(lock_patiently(&options.data_dir).await?);
        let folder = options.data_dir.clone();
        let state = runtime::blocking(move || load(&folder)).await?;
        Ok(Self {
            data: options.data_dir,
            state: Mutex::new(state),
            disk: tokio::sync::Mutex::default(),
            lock,
            origin: format!("http://127.0.0.1:{port}"),
            key: options.key.unwrap_or_else(|| format!("sandbox-{}", uuid::Uuid::new_v4().simple())),
            pace: options.pace,
            tools: options.tools,
            plan: Plan::default(),
            ahead: Mutex::default(),
            work: Notify::new(),
            speech_work: Notify::new(),
            changed: Notify::new(),
            stop,
        })
    }

    /// Looks at what is remembered. Never held across an await.
    pub fn read(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is remembered and stores it before returning. A change that refuses must not have begun.
    pub async fn change<T>(&self, change: impl FnOnce(&mut State) -> Answer<T>) -> Answer<T> {
        let value = change(&mut self.read())?;
        self.store().await?;
        self.changed.notify_waiters();
        Ok(value)
    }

    async fn store(&self) -> Result<()> {
        let _turn = self.disk.lock().await;
        if self.stop.is_cancelled() {
            return Ok(());
        }
        let bytes = self.read().encode()?;
        let (data, lock) = (self.data.clone(), self.lock.clone());
        runtime::blocking(move || {
            let stored = State::store(&data, &bytes);
            drop(lock);
            stored
        })
        .await
    }

    /// Where a stored file lies on disk.
    pub fn path(&self, token: &str) -> PathBuf {
        state::media_folder(&self.data).join(token)
    }

    /// Notes the port for the next start. Without the note that one only takes another.
    pub async fn remember_port(&self, port: u16) {
        tokio::fs::write(state::port_file(&self.data), port.to_string()).await.ok();
    }

    /// A fresh folder for unfinished work; it vanishes with the value.
    pub fn workshop(&self) -> Result<tempfile::TempDir> {
        let folder = state::work_folder(&self.data);
        tempfile::tempdir_in(&folder).map_err(|error| Error::file("write", &folder, error))
    }

    /// The address of a stored file.
    pub fn address(&self, token: &str) -> String {
        let name = self.read().files.get(token).map(|file| file.name.clone()).unwrap_or_default();
        format!("{}/files/{token}/{}", self.origin, utf8_percent_encode(&name, NAME))
    }

    /// The token of a file of ours, whatever port the address was given out with. `None` for other addresses.
    pub fn token_of(&self, address: &str) -> Option<String> {
        let url = Url::parse(address).ok()?;
        let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let mut parts = url.path_segments()?;
        let token = (loopback && url.scheme() == "http" && parts.next() == Some("files")).then(|| parts.next())??;
        self.read().files.contains_key(token).then(|| token.to_owned())
    }

    /// Takes a finished file into storage and gives it an address.
    pub async fn keep(&self, from: &Path, name: &str, content_type: &str) -> Answer<String> {
        let token = token();
        let to = self.path(&token);
        let size = tokio::fs::metadata(from).await.map_err(|e| Error::file("read", from, e))?.len();
        tokio::fs::rename(from, &to).await.map_err(|e| Error::file("write", &to, e))?;
        let stored =
            Stored { name: name.to_owned(), content_type: content_type.to_owned(), size, ready: true, upload: None };
        self.change(|state| {
            state.files.insert(token.clone(), stored);
            Ok(token)
        })
        .await
    }

    /// Removes a file; that it is gone already does not matter.
    pub async fn discard(&self, token: &str) {
        tokio::fs::remove_file(self.path(token)).await.ok();
    }

    /// Sets or forgets how far a run has come.
    pub fn set_ahead(&self, run: &str, ahead: Option<Ahead>) {
        let mut list = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        match ahead {
            Some(ahead) => list.insert(run.to_owned(), ahead),
            None => list.remove(run),
        };
    }

    /// How far a run has come, in percent.
    pub fn progress(&self, run: &str) -> f64 {
        let list = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        list.get(run).map_or(0.0, Ahead::percent)
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead {
    /// Share of the work, 0 to 1.
    pub done: f64,
    pub began: Instant,
    /// The time it shall take at least.
    pub planned: Duration,
}

impl Ahead {
    fn percent(&self) -> f64 {
        let passed = self.began.elapsed().as_secs_f64() / self.planned.as_secs_f64().max(0.001);
        (self.done.min(passed) * 100.0).clamp(0.0, 99.0).round()
    }
}

/// A name nobody can guess.
pub(super) fn token() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// The id of something new.
pub(super) fn id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Seconds since 1970.
pub(super) fn seconds_now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// The time as the API writes it.
pub(super) fn now() -> String {
    let now = time::OffsetDateTime::now_utc();
    let now = now.replace_nanosecond(now.nanosecond() / 1_000_000 * 1_000_000).unwrap_or(now);
    now.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

/// A path that is not there.
pub(super) async fn no_such_path() -> Refusal {
    Refusal::uncoded(StatusCode::NOT_FOUND, "The sandbox has nothing at this path.")
}

/// A path that is there, asked in another way.
pub(super) async fn no_such_method() -> Refusal {
    Refusal::uncoded(StatusCode::METHOD_NOT_ALLOWED, "The sandbox does not answer this method here.")
}

/// An ended sandbox may still be writing its last words.
async fn lock_patiently(folder: &Path) -> Result<std::fs::File> {
    let mut tries = 0;
    loop {
        let folder = folder.to_owned();
        let locked = runtime::blocking(move || lock(&folder)).await;
        tries += 1;
        if locked.is_ok() || tries > 50 {
            return locked;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

fn lock(folder: &Path) -> Result<std::fs::File> {
    // It holds recordings of people's voices.
    if let Err(error) = private_folder_of_files(folder) {
        std::fs::create_dir_all(folder).map_err(|error| Error::file("create", folder, error))?;
        tracing::warn!(%error, "others may be able to read the folder of the sandbox");
    }
    let path = folder.join("sandbox.lock");
    let file = std::fs::File::options().create(true).append(true).open(&path);
    let file = file.map_err(|error| Error::file("write", &path, error))?;
    file.try_lock().map_err(|_| {
        Error::Media(format!(
            "Another sandbox is at work in {}. Close it first, or choose another data folder.",
            folder.display()
        ))
    })?;
    Ok(file)
}

fn load(folder: &Path) -> Result<State> {
    let work = state::work_folder(folder);
    // Left over from a sandbox that was stopped in its tracks.
    std::fs::remove_dir_all(&work).ok();
    for folder in [state::media_folder(folder), work] {
        std::fs::create_dir_all(&folder).map_err(|error| Error::file("create", &folder, error))?;
    }
    let mut state = State::load(folder)?;
    collect::at_start(folder, &mut state);
    Ok(state)
}
