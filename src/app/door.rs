//! One window for one workspace: a start beside an open window gives it its files and ends, so that "Open with" reaches
//! the window that is there. The window listens on a socket in the data directory, to programs of its own user alone.
//! Where that can't be, on systems without such sockets too, the second start says that the first one is open.

use std::path::PathBuf;
use std::sync::mpsc;

use egui::{Context, ViewportCommand};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::quit::Quit;
use super::{App, Launch, Service};
use crate::runtime::Task;
use crate::settings::{Settings, Workspace};

#[cfg(unix)]
pub use unix::hand_over;

/// There are no such sockets here.
#[cfg(not(unix))]
pub fn hand_over(_launch: &Launch) -> bool {
    false
}

/// The name of the sandbox in a letter; accounts have their fingerprints.
const SANDBOX: &str = "sandbox";

/// What another start asks of the open window.
#[derive(Debug, Serialize, Deserialize)]
struct Letter {
    /// Which workspace it would open; `None` when it would ask.
    workspace: Option<String>,
    files: Vec<File>,
}

#[derive(Debug, Serialize, Deserialize)]
struct File(#[serde(with = "crate::paths")] PathBuf);

impl Letter {
    fn of(launch: &Launch) -> Self {
        let named = launch.service.as_ref().map(name);
        let left = || match Settings::load(&launch.data_dir).0.workspace? {
            Workspace::Sandbox => Some(SANDBOX.to_owned()),
            Workspace::Account(fingerprint) => Some(fingerprint),
        };
        Self { workspace: named.or_else(left), files: launch.files.iter().cloned().map(File).collect() }
    }
}

/// Another start that waits for its answer.
struct Visit {
    letter: Letter,
    /// Whether the window takes what is in it.
    answer: oneshot::Sender<bool>,
}

/// Where visits come in.
#[derive(Default)]
pub(super) struct Door(Option<(mpsc::Receiver<Visit>, Task<()>)>);

impl Door {
    /// Listens for as long as this is kept.
    #[cfg(unix)]
    pub fn open(ctx: &Context, runtime: &crate::runtime::Runtime, data_dir: &std::path::Path) -> Self {
        let (visits, received) = mpsc::channel();
        let (place, wake) = (unix::place(data_dir), ctx.clone());
        let listening = runtime.spawn(unix::listen(place, visits, move || wake.request_repaint()));
        Self(Some((received, listening)))
    }

    #[cfg(not(unix))]
    pub fn open(_: &Context, _: &crate::runtime::Runtime, _: &std::path::Path) -> Self {
        Self::default()
    }

    fn visit(&self) -> Option<Visit> {
        self.0.as_ref()?.0.try_recv().ok()
    }
}

impl App {
    /// Takes in what other starts brought, and shows the window to who opened it once more.
    pub(super) fn answer_the_door(&mut self, ctx: &Context) {
        while let Some(Visit { letter, answer }) = self.intake.door.visit() {
            let asked = letter.workspace.as_deref();
            let is_meant = asked.is_none() || asked == self.workspaces.name().as_deref();
            let takes = is_meant && self.quit != Quit::Leaving;
            // It may have lost its patience; then it opens a window of its own, which says the rest.
            if answer.send(takes).is_ok() && takes {
                let files: Vec<PathBuf> = letter.files.into_iter().map(|File(path)| path).collect();
                tracing::info!(files = files.len(), "another start was answered by this window");
                self.intake.offer(&files, &self.runtime);
                ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
                ctx.send_viewport_cmd(ViewportCommand::Focus);
            }
        }
    }
}

/// How a workspace is called in a letter.
pub(super) fn name(service: &Service) -> String {
    service.fingerprint().unwrap_or_else(|| SANDBOX.to_owned())
}

#[cfg(unix)]
mod unix {
    use std::io::{self, Read as _, Write as _};
    use std::net::Shutdown;
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    use std::os::unix::net::UnixStream as Blocking;
    use std::path::{Path, PathBuf};
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{UnixListener, UnixStream};
    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::{Launch, Letter, Visit};
    use crate::error::Result;

    /// Bytes of a letter: as many as a command line has room for.
    const LONGEST: u64 = 2 * 1024 * 1024;
    /// For reading a letter that is written already.
    const READING: Duration = Duration::from_millis(500);
    /// For the window's next frame.
    const ANSWERING: Duration = Duration::from_secs(2);
    const TAKEN: &[u8] = b"taken";

    pub(super) fn place(data_dir: &Path) -> PathBuf {
        data_dir.join("window.sock")
    }

    /// Gives what a start brings to the window that is open for the same workspace. `false` when there is none, or it does
    /// not answer in time. Blocks, for three seconds at most.
    pub fn hand_over(launch: &Launch) -> bool {
        let place = place(&launch.data_dir);
        let ours = || std::fs::symlink_metadata(&place).is_ok_and(|facts| is_ours(facts.uid()));
        // Settings are read only when somebody may be there.
        ours() && ask(&place, &Letter::of(launch)).unwrap_or(false)
    }

    fn ask(place: &Path, letter: &Letter) -> io::Result<bool> {
        let mut stream = Blocking::connect(place)?;
        stream.set_write_timeout(Some(READING))?;
        stream.set_read_timeout(Some(READING + ANSWERING))?;
        stream.write_all(&serde_json::to_vec(letter)?)?;
        stream.shutdown(Shutdown::Write)?;
        let mut answer = Vec::new();
        stream.take(TAKEN.len() as u64 + 1).read_to_end(&mut answer)?;
        Ok(answer == TAKEN)
    }

    fn is_ours(user: u32) -> bool {
        user == rustix::process::geteuid().as_raw()
    }

    /// Takes in visits, one after the other.
    pub(super) async fn listen(place: PathBuf, visits: mpsc::Sender<Visit>, wake: impl Fn()) -> Result<()> {
        let listener = match bind(&place).await {
            Ok(listener) => listener,
            Err(error) => {
                tracing::info!(%error, "other starts can't hand their files over");
                return Ok(());
            }
        };
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    if let Err(error) = receive(stream, &visits, &wake).await {
                        tracing::info!(%error, "a visit was not understood");
                    }
                }
                // No room for more open files, say.
                Err(_) => tokio::time::sleep(ANSWERING).await,
            }
        }
    }

    /// What a program that was killed left behind is taken away, and nothing else is.
    async fn bind(place: &Path) -> io::Result<UnixListener> {
        match UnixListener::bind(place) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                let is_socket = std::fs::symlink_metadata(place)?.file_type().is_socket();
                let left = UnixStream::connect(place).await;
                if !is_socket || left.map_err(|e| e.kind()).err() != Some(io::ErrorKind::ConnectionRefused) {
                    return Err(error);
                }
                std::fs::remove_file(place)?;
                UnixListener::bind(place)
            }
            bound => bound,
        }
    }

    async fn receive(mut stream: UnixStream, visits: &mpsc::Sender<Visit>, wake: &impl Fn()) -> io::Result<()> {
        if !is_ours(stream.peer_cred()?.uid()) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut written = Vec::new();
        timeout(READING, (&mut stream).take(LONGEST).read_to_end(&mut written)).await??;
        let letter: Letter = serde_json::from_slice(&written)?;
        let (answer, answered) = oneshot::channel();
        if visits.send(Visit { letter, answer }).is_err() {
            return Ok(());
        }
        wake();
        let taken = timeout(ANSWERING, answered).await.is_ok_and(|answer| answer.unwrap_or(false));
        stream.write_all(if taken { TAKEN } else { b"not meant" }).await
    }

    #[cfg(test)]
    mod tests {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;

        use super::super::{File, SANDBOX};
        use super::*;

        /// A window that takes what is meant for the sandbox; what it took.
        fn window(place: PathBuf) -> (tokio::task::JoinHandle<Result<()>>, mpsc::Receiver<Vec<PathBuf>>) {
            let (visits, received) = mpsc::channel::<Visit>();
            let (took, taken) = mpsc::channel();
            let answer = move || {
                let visit = received.try_recv().unwrap();
                let takes = visit.letter.workspace.as_deref() == Some(SANDBOX);
                took.send(visit.letter.files.into_iter().map(|File(path)| path).collect()).unwrap();
                visit.answer.send(takes).unwrap();
            };
            let answer = std::sync::Mutex::new(answer);
            (tokio::spawn(listen(place, visits, move || answer.lock().unwrap()())), taken)
        }

        async fn asked(place: &Path, workspace: &str, files: &[&Path]) -> bool {
            let files = files.iter().map(|path| File(path.to_path_buf())).collect();
            let (place, letter) = (place.to_owned(), Letter { workspace: Some(workspace.to_owned()), files });
            // A window that has just been opened is not at its door yet.
            while !place.exists() {
                tokio::task::yield_now().await;
            }
            tokio::task::spawn_blocking(move || ask(&place, &letter).unwrap_or(false)).await.unwrap()
        }

        #[tokio::test]
        async fn files_reach_the_window_whatever_their_names_and_others_are_sent_away() {
            let dir = tempfile::tempdir().unwrap();
            let place = place(dir.path());
            let (window, taken) = window(place.clone());
            let odd = Path::new(OsStr::from_bytes(b"/v/\xff\n\".mp4"));
            assert!(asked(&place, SANDBOX, &[Path::new("/v/a.mp4"), odd]).await);
            assert_eq!(taken.recv().unwrap(), [Path::new("/v/a.mp4"), odd]);
            assert!(asked(&place, SANDBOX, &[]).await);
            assert!(!asked(&place, "000000000001", &[]).await, "it works for somebody else");
            for nonsense in [&b"{"[..], b"", b"\xff\xfe", b"{\"workspace\":3,\"files\":[]}"] {
                let mut stream = UnixStream::connect(&place).await.unwrap();
                stream.write_all(nonsense).await.unwrap();
                stream.shutdown().await.unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).await.unwrap();
                assert_eq!(answer, "");
            }
            assert!(asked(&place, SANDBOX, &[]).await, "nonsense is forgotten");
            window.abort();
        }

        #[tokio::test]
        async fn one_that_was_killed_is_followed_and_what_is_no_socket_stays() {
            let dir = tempfile::tempdir().unwrap();
            let place = place(dir.path());
            assert!(!ask(&place, &Letter { workspace: None, files: Vec::new() }).unwrap_or(false));
            drop(std::os::unix::net::UnixListener::bind(&place).unwrap());
            let (next, _taken) = window(place.clone());
            while Blocking::connect(&place).is_err() {
                tokio::task::yield_now().await;
            }
            let (beside, _) = window(place.clone());
            beside.await.unwrap().unwrap();
            assert!(Blocking::connect(&place).is_ok(), "the first one stays at its door");
            next.abort();

            let file = dir.path().join("file");
            std::fs::write(&file, "mine").unwrap();
            assert!(bind(&file).await.is_err());
            assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
        }
    }
}
