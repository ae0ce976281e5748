//! Background work that a verb waits for, and being left in the middle of it: Ctrl+C, or the request to end that a
//! system sends.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::api::hash_file;
use crate::error::{Error, Result};
use crate::media::probe::Stamp;
use crate::progress::Progress;
use crate::runtime::{Runtime, Task};

/// How long a look at the jobs lasts at most.
const LOOK: Duration = Duration::from_millis(200);

/// Rings when background work has something to tell.
#[derive(Default)]
struct Bell {
    rang: Mutex<bool>,
    heard: Condvar,
    /// Ctrl+C was pressed.
    left: AtomicBool,
}

impl Bell {
    fn ring(&self) {
        *self.rang.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.heard.notify_all();
    }

    fn wait(&self) {
        let rang = self.rang.lock().unwrap_or_else(PoisonError::into_inner);
        let quiet = |rang: &mut bool| !*rang;
        let waited = self.heard.wait_timeout_while(rang, LOOK, quiet).unwrap_or_else(PoisonError::into_inner);
        *{ waited }.0 = false;
    }
}

/// Background work that is waited for.
pub struct Background {
    runtime: Runtime,
    bell: Arc<Bell>,
    /// The BLAKE3 of files that were read: a long table asks for the same one again and again.
    hashes: RefCell<HashMap<(PathBuf, Stamp), String>>,
}

impl Background {
    pub fn new() -> Result<Self> {
        let bell = Arc::new(Bell::default());
        let woken = bell.clone();
        let runtime = Runtime::new(move || woken.ring());
        let runtime = runtime.map_err(|e| Error::Crashed(format!("this computer gives no threads: {e}")))?;
        Ok(Self { runtime, bell, hashes: RefCell::default() })
    }

    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Waits for an answer.
    ///
    /// # Errors
    /// The work's own, and [`Error::Cancelled`] after Ctrl+C.
    pub fn wait<T: Send + 'static>(&self, task: Task<T>) -> Result<T> {
        self.wait_showing(task, || {})
    }

    /// The same, showing at each look how it stands.
    ///
    /// # Errors
    /// See [`Background::wait`].
    pub fn wait_showing<T: Send + 'static>(&self, mut task: Task<T>, mut show: impl FnMut()) -> Result<T> {
        loop {
            show();
            if let Some(answer) = task.take() {
                return answer;
            }
            if self.is_left() {
                return Err(Error::Cancelled);
            }
            self.look();
        }
    }

    /// Waits for an answer also when Ctrl+C is pressed; a second one ends the program.
    ///
    /// # Errors
    /// The work's own.
    pub fn wait_on<T: Send + 'static>(&self, mut task: Task<T>) -> Result<T> {
        loop {
            if let Some(answer) = task.take() {
                return answer;
            }
            self.look();
        }
    }

    /// Runs what blocks, and waits for it.
    ///
    /// # Errors
    /// See [`Background::wait`].
    pub fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        self.wait(self.runtime.blocking(work))
    }

    /// The BLAKE3 of a file's content, in lowercase hex; `reading` is called when it has to be read for that.
    ///
    /// # Errors
    /// Those of the disk, and [`Error::Cancelled`] after Ctrl+C.
    pub fn hash(&self, path: &Path, reading: impl FnOnce()) -> Result<String> {
        let stamp = Stamp::of(path).map_err(|e| Error::file("read", path, e))?;
        let key = (path.to_owned(), stamp);
        if let Some(hash) = self.hashes.borrow().get(&key) {
            return Ok(hash.clone());
        }
        reading();
        let hash = self.wait(self.runtime.spawn(hash_file(path.to_owned(), Progress::default())))?;
        self.hashes.borrow_mut().insert(key, hash.clone());
        Ok(hash)
    }

    /// Waits until something has happened, or a moment.
    pub fn look(&self) {
        self.bell.wait();
    }

    /// Whether Ctrl+C was pressed.
    pub fn is_left(&self) -> bool {
        self.bell.left.load(Ordering::Relaxed)
    }

    /// Ends the program at the first Ctrl+C, after `before`: while somebody is asked on the terminal. It listens once
    /// this returns.
    pub fn listen_once(&self, before: impl Fn() + Send + Sync + 'static) -> Task<()> {
        let (ready, listens) = std::sync::mpsc::channel();
        let listening = self.runtime.spawn(async move {
            let end = End::new();
            ready.send(()).ok();
            end?.asked_for().await?;
            before();
            std::process::exit(super::LEFT.into());
        });
        // Nobody can listen where that fails.
        listens.recv().ok();
        listening
    }

    /// Listens for Ctrl+C. A second one ends the program at once, after `at_once`.
    pub fn listen(&self, at_once: impl Fn() + Send + Sync + 'static) -> Task<()> {
        let bell = self.bell.clone();
        self.runtime.spawn(async move {
            let mut end = End::new()?;
            loop {
                end.asked_for().await?;
                if bell.left.swap(true, Ordering::Relaxed) {
                    at_once();
                    std::process::exit(super::LEFT.into());
                }
                bell.ring();
            }
        })
    }
}

/// What asks the program to end: Ctrl+C, and the signal of a system that shuts down or a service that is stopped.
struct End {
    #[cfg(unix)]
    pressed: tokio::signal::unix::Signal,
    #[cfg(unix)]
    asked: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl End {
    fn new() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(deaf);
        Ok(Self { pressed: listen(SignalKind::interrupt())?, asked: listen(SignalKind::terminate())? })
    }

    async fn asked_for(&mut self) -> Result<()> {
        tokio::select! {
            _ = self.pressed.recv() => Ok(()),
            _ = self.asked.recv() => Ok(()),
        }
    }
}

#[cfg(not(unix))]
impl End {
    fn new() -> Result<Self> {
        Ok(Self {})
    }

    async fn asked_for(&mut self) -> Result<()> {
        tokio::signal::ctrl_c().await.map_err(deaf)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn deaf(error: std::io::Error) -> Error {
    Error::Crashed(format!("this computer does not tell about Ctrl+C: {error}"))
}
