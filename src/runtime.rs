//! All background work starts here. The UI thread hands a future to [`Runtime::spawn`], keeps the [`Task`] it gets
//! back, and asks it once per frame; it never waits.
//!
//! A `Task` is a `poll_promise::Promise` made safe for a window: a panic in the work becomes an [`Error`], an
//! answer always wakes the window, and dropping or replacing a task stops its work, so no stale answer can arrive.

mod child;

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use poll_promise::{Promise, Sender};
use tokio::task::AbortHandle;

pub use child::{child, clean};

use crate::error::{Error, Result};

type Wake = Arc<dyn Fn() + Send + Sync>;

/// How long closing waits for file writes that have begun, such as the last saved keystroke.
const LAST_WRITES: Duration = Duration::from_millis(500);

/// Owns the worker threads. One per program; dropping it stops all futures at once, and waits a moment for
/// functions that are writing.
pub struct Runtime {
    // `None` only while dropping: shutting down takes the runtime by value.
    tokio: Option<tokio::runtime::Runtime>,
    handle: Handle,
}

/// Starts work from inside other work, or from the UI thread. Cheap to clone.
///
/// Apart from [`Runtime`] because a runtime that is last dropped inside one of its own tasks panics.
#[derive(Clone)]
pub struct Handle {
    tokio: tokio::runtime::Handle,
    wake: Wake,
}

impl Runtime {
    /// Starts two workers. `wake` is called, from any thread, whenever an answer is ready to be picked up.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let tokio = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("mouthpiece-worker")
            .enable_all()
            .build()?;
        let handle = Handle { tokio: tokio.handle().clone(), wake: Arc::new(wake) };
        Ok(Self { tokio: Some(tokio), handle })
    }

    /// Runs `work` in the background.
    pub fn spawn<T, F>(&self, work: F) -> Task<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.handle.spawn(work)
    }

    /// Runs a function that blocks (files, decoding) on a thread made for that.
    pub fn blocking<T, F>(&self, work: F) -> Task<T>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T> + Send + 'static,
    {
        self.handle.blocking(work)
    }

    /// A handle for futures that must start more work.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if let Some(tokio) = self.tokio.take() {
            tokio.shutdown_timeout(LAST_WRITES);
        }
    }
}

impl Handle {
    /// See [`Runtime::spawn`].
    pub fn spawn<T, F>(&self, work: F) -> Task<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let (sender, promise) = Promise::new();
        let answer = Answer { sender: Some(sender), wake: self.wake.clone() };
        let abort = self.tokio.spawn(run(work, answer)).abort_handle();
        Task { promise: Some(promise), abort }
    }

    /// See [`Runtime::blocking`]. The work itself cannot be interrupted; dropping the task forgets its answer.
    pub fn blocking<T, F>(&self, work: F) -> Task<T>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T> + Send + 'static,
    {
        // Handed over at once: a task dropped before its first step would otherwise never do its work.
        let done = self.tokio.spawn_blocking(work);
        self.spawn(async move { joined(done.await) })
    }

    /// Wakes the window, for work that reports before it ends.
    pub fn wake(&self) {
        (self.wake)();
    }
}

/// Runs a function that blocks on a thread made for that, from inside a future.
///
/// # Errors
/// The function's own, or [`Error::Crashed`] when it panicked.
pub async fn blocking<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    joined(tokio::task::spawn_blocking(work).await)
}

fn joined<T>(ended: Result<Result<T>, tokio::task::JoinError>) -> Result<T> {
    match ended {
        Ok(result) => result,
        Err(error) if error.is_panic() => Err(crashed(error.into_panic().as_ref())),
        Err(_) => Err(Error::Cancelled),
    }
}

async fn run<T: Send + 'static>(work: impl Future<Output = Result<T>>, mut answer: Answer<T>) {
    let result = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(result) => result,
        Err(panic) => Err(crashed(panic.as_ref())),
    };
    answer.send(result);
    (answer.wake)();
}

fn crashed(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    Error::Crashed(text.unwrap_or_else(|| "no reason given".to_owned()))
}

/// Keeps the promise whatever happens: a promise whose sender is dropped unsent would panic on the UI thread.
struct Answer<T: Send + 'static> {
    sender: Option<Sender<Result<T>>>,
    wake: Wake,
}

impl<T: Send + 'static> Answer<T> {
    fn send(&mut self, result: Result<T>) {
        if let Some(sender) = self.sender.take() {
            sender.send(result);
        }
    }
}

impl<T: Send + 'static> Drop for Answer<T> {
    fn drop(&mut self) {
        self.send(Err(Error::Cancelled));
    }
}

/// Work under way. Dropping it stops the work.
#[must_use = "dropping a task stops its work"]
pub struct Task<T: Send + 'static> {
    promise: Option<Promise<Result<T>>>,
    abort: AbortHandle,
}

impl<T: Send + 'static> Task<T> {
    /// The answer, once, in the first call after it has arrived.
    pub fn take(&mut self) -> Option<Result<T>> {
        match self.promise.take()?.try_take() {
            Ok(result) => Some(result),
            Err(promise) => {
                self.promise = Some(promise);
                None
            }
        }
    }
}

impl<T: Send + 'static> Drop for Task<T> {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn runtime() -> (Runtime, mpsc::Receiver<()>) {
        let (woken, wakes) = mpsc::channel();
        (Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap(), wakes)
    }

    #[test]
    fn an_answer_wakes_the_window_and_is_given_once() {
        let (runtime, wakes) = runtime();
        let mut task = runtime.spawn(async { Ok(7) });
        wakes.recv_timeout(Duration::from_secs(5)).unwrap();
        assert_eq!(task.take().unwrap().unwrap(), 7);
        assert!(task.take().is_none());
    }

    #[test]
    fn a_panic_in_the_work_is_an_error_and_not_a_crash_of_the_window() {
        let (runtime, wakes) = runtime();
        let mut task = runtime.spawn::<(), _>(async { panic!("on purpose") });
        wakes.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(matches!(task.take(), Some(Err(Error::Crashed(text))) if text == "on purpose"));
        let mut task = runtime.blocking::<(), _>(|| panic!("on purpose"));
        wakes.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(matches!(task.take(), Some(Err(Error::Crashed(_)))));
    }

    #[test]
    fn dropping_a_task_stops_its_work() {
        let (runtime, _wakes) = runtime();
        let (alive, dropped) = mpsc::channel::<()>();
        let task = runtime.spawn::<(), _>(async move {
            let _alive = alive;
            std::future::pending().await
        });
        drop(task);
        assert_eq!(dropped.recv_timeout(Duration::from_secs(5)), Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[test]
    fn a_task_outliving_the_runtime_reads_as_cancelled() {
        let (runtime, wakes) = runtime();
        let mut task = runtime.spawn::<(), _>(std::future::pending());
        drop(runtime);
        assert!(matches!(task.take(), Some(Err(Error::Cancelled))));
        assert!(wakes.try_recv().is_err(), "nobody waits for work that was stopped");
    }
}
