//! The socket at which a window takes visits, and the way to it. A letter is JSON, up to the end of what is written. A
//! line break says that it was read, which fails when the visitor has gone; then comes the answer.

use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream as Blocking;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Launch, Visit};
use crate::error::Result;
use crate::settings::{Settings, Workspace};
use crate::workspace::{self, Service};

/// In the folder of a library.
const NAME: &str = "window.sock";
/// Bytes of a letter: as many as a command line has room for.
const LONGEST: u64 = 2 * 1024 * 1024;
/// For reading a letter that is written already.
const READING: Duration = Duration::from_secs(2);
/// For the window's next frame, on a computer that is busy. Giving up earlier gains nothing: the library is locked.
const ANSWERING: Duration = Duration::from_secs(8);
/// Said once a letter is read.
const READ: &[u8] = b"\n";
const TAKEN: &[u8] = b"taken";

/// What another start asks of the open window.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Letter {
    files: Vec<File>,
    /// Where it would open a window: one that lies elsewhere would not be seen.
    screen: [String; 2],
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct File(#[serde(with = "crate::paths")] PathBuf);

/// The displays that a window of this process opens on.
fn screen() -> [String; 2] {
    ["WAYLAND_DISPLAY", "DISPLAY"].map(|name| std::env::var(name).unwrap_or_default())
}

/// Whether a window there is seen by who is here. With `DISPLAY` set it opens on X11, whatever else there is.
fn is_in_sight(theirs: &[String; 2], own: &[String; 2]) -> bool {
    theirs == own || theirs.iter().zip(own).any(|(theirs, own)| !own.is_empty() && theirs == own)
}

/// Where the windows that a start may mean have their libraries.
pub(super) fn folders(launch: &Launch) -> Vec<PathBuf> {
    let data_dir = &launch.data_dir;
    if let Some(service) = &launch.service {
        return service.folder(data_dir).into_iter().collect();
    }
    let last = Settings::load(data_dir).0.workspace.and_then(|workspace| match workspace {
        Workspace::Sandbox => Service::Sandbox.folder(data_dir).ok(),
        Workspace::Account(fingerprint) => workspace::of(data_dir, &fingerprint).ok(),
    });
    // What a file is for is asked in any case, in a window that says whose it is.
    let all = std::fs::read_dir(data_dir.join("workspaces")).ok().filter(|_| !launch.files.is_empty());
    let others =
        all.into_iter().flatten().flatten().map(|entry| entry.path()).filter(|path| Some(path) != last.as_ref());
    last.iter().cloned().chain(others).collect()
}

/// Gives files to the window that has the library in this folder open. `false` when none takes them. Blocks.
pub(in super::super) fn knock(folder: &Path, files: &[PathBuf]) -> bool {
    let place = folder.join(NAME);
    let letter = Letter { files: files.iter().cloned().map(File).collect(), screen: screen() };
    let is_ours = std::fs::symlink_metadata(&place).is_ok_and(|facts| is_our_user(facts.uid()));
    is_ours && ask(&place, &letter).unwrap_or(false)
}

fn ask(place: &Path, letter: &Letter) -> io::Result<bool> {
    let mut stream = Blocking::connect(place)?;
    stream.set_write_timeout(Some(READING))?;
    // Longer than the window takes: what it has taken must not be shown in a second one as well.
    stream.set_read_timeout(Some(READING + ANSWERING))?;
    stream.write_all(&serde_json::to_vec(letter)?)?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    stream.take(16).read_to_end(&mut answer)?;
    Ok(answer.strip_prefix(READ) == Some(TAKEN))
}

fn is_our_user(user: u32) -> bool {
    user == rustix::process::geteuid().as_raw()
}

/// Takes in visits, one after the other.
pub(super) async fn listen(folder: PathBuf, visits: mpsc::Sender<Visit>, wake: impl Fn()) -> Result<()> {
    let listener = match bind(&folder.join(NAME)) {
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
            Err(_) => tokio::time::sleep(READING).await,
        }
    }
}

/// What lies there is left from an earlier window: nobody else may work in a folder whose library is locked.
fn bind(place: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(place) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    UnixListener::bind(place)
}

async fn receive(mut stream: UnixStream, visits: &mpsc::Sender<Visit>, wake: &impl Fn()) -> io::Result<()> {
    if !is_our_user(stream.peer_cred()?.uid()) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut written = Vec::new();
    timeout(READING, (&mut stream).take(LONGEST).read_to_end(&mut written)).await??;
    let letter: Letter = serde_json::from_slice(&written)?;
    stream.write_all(READ).await?;
    let (answer, answered) = oneshot::channel();
    let files = letter.files.into_iter().map(|File(path)| path).collect();
    if !is_in_sight(&letter.screen, &screen()) || visits.send(Visit { files, answer }).is_err() {
        return Ok(());
    }
    wake();
    let taken = timeout(ANSWERING, answered).await.is_ok_and(|answer| answer.unwrap_or(false));
    stream.write_all(if taken { TAKEN } else { b"closing" }).await
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has no window that could freeze")]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    /// A window that takes everything, and then one that is closing; what they were brought.
    fn window(folder: &Path, takes: bool) -> (tokio::task::JoinHandle<Result<()>>, mpsc::Receiver<Vec<PathBuf>>) {
        let (visits, received) = mpsc::channel::<Visit>();
        let (report, brought) = mpsc::channel();
        let received = std::sync::Mutex::new(received);
        let answer = move || {
            let visit = received.lock().unwrap().try_recv().unwrap();
            report.send(visit.files).unwrap();
            visit.answer.send(takes).unwrap();
        };
        (tokio::spawn(listen(folder.to_owned(), visits, answer)), brought)
    }

    /// Once somebody is at the door.
    async fn knocked(folder: &Path, files: &[&Path]) -> bool {
        let (folder, files) = (folder.to_owned(), files.iter().map(|path| path.to_path_buf()).collect::<Vec<_>>());
        let place = folder.join(NAME);
        let is_there = async {
            while Blocking::connect(&place).is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_mins(1), is_there).await.unwrap();
        tokio::task::spawn_blocking(move || knock(&folder, &files)).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn files_reach_the_window_whatever_their_names() {
        let dir = tempfile::tempdir().unwrap();
        // Left by a window that was killed.
        drop(std::os::unix::net::UnixListener::bind(dir.path().join(NAME)).unwrap());
        assert!(!knock(dir.path(), &[]));
        let (window, brought) = window(dir.path(), true);
        let odd = Path::new(OsStr::from_bytes(b"/v/\xff\n\".mp4"));
        assert!(knocked(dir.path(), &[Path::new("/v/a.mp4"), odd]).await);
        assert_eq!(brought.recv().unwrap(), [Path::new("/v/a.mp4"), odd]);
        for nonsense in [&b"{"[..], b"", b"\xff\xfe", b"{\"files\":3}"] {
            let mut stream = UnixStream::connect(dir.path().join(NAME)).await.unwrap();
            stream.write_all(nonsense).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert_eq!(answer, "");
        }
        assert!(knocked(dir.path(), &[]).await, "nonsense is forgotten");
        let elsewhere = Letter { files: Vec::new(), screen: ["", ":77"].map(str::to_owned) };
        let place = dir.path().join(NAME);
        assert!(!tokio::task::spawn_blocking(move || ask(&place, &elsewhere).unwrap()).await.unwrap());
        window.abort();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_window_that_is_closing_takes_nothing_and_who_has_gone_brings_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (window, brought) = window(dir.path(), false);
        assert!(!knocked(dir.path(), &[]).await);
        brought.recv().unwrap();
        let mut gone = Blocking::connect(dir.path().join(NAME)).unwrap();
        let letter = Letter { files: vec![File("/v/a.mp4".into())], screen: screen() };
        gone.write_all(&serde_json::to_vec(&letter).unwrap()).unwrap();
        drop(gone);
        assert!(!knocked(dir.path(), &[Path::new("/v/b.mp4")]).await);
        assert_eq!(brought.recv().unwrap(), [Path::new("/v/b.mp4")], "its own window shows it by now");
        window.abort();
    }

    #[test]
    fn one_display_in_common_is_enough() {
        let both = |wayland: &str, x11: &str| [wayland, x11].map(str::to_owned);
        for (theirs, own, is_seen) in [
            (both("", ""), both("", ""), true),
            (both("wayland-0", ""), both("wayland-0", ":0"), true),
            (both("", ":0"), both("wayland-0", ":0"), true),
            (both("", "localhost:10.0"), both("wayland-0", ":0"), false),
            (both("", ":1"), both("", ":0"), false),
            (both("", ""), both("", ":0"), false),
        ] {
            assert_eq!(is_in_sight(&theirs, &own), is_seen, "{theirs:?} {own:?}");
        }
    }

    #[test]
    fn a_start_means_the_workspace_it_names_and_files_any_that_is_open() {
        let dir = tempfile::tempdir().unwrap();
        let (sandbox, account) = (dir.path().join("workspaces/sandbox"), dir.path().join("workspaces/account 00"));
        for folder in [&sandbox, &account] {
            std::fs::create_dir_all(folder).unwrap();
        }
        let plain = Launch {
            service: None,
            base: url::Url::parse("https://api.sync.so").unwrap(),
            sandbox: crate::sandbox::Options {
                port: 0,
                data_dir: dir.path().to_owned(),
                key: None,
                pace: crate::sandbox::Pace::Instant,
                tools: crate::sandbox::Tools::default(),
            },
            data_dir: dir.path().to_owned(),
            files: Vec::new(),
        };
        let named = Launch { service: Some(Service::Sandbox), ..plain.clone() };
        assert_eq!(folders(&named), std::slice::from_ref(&sandbox));
        assert!(folders(&plain).is_empty(), "it opens with a question");
        let with_file = Launch { files: vec!["a.mp4".into()], ..plain.clone() };
        assert_eq!(folders(&with_file).len(), 2);
        std::fs::write(dir.path().join("settings.toml"), "workspace = \"sandbox\"\n").unwrap();
        assert_eq!(folders(&plain), std::slice::from_ref(&sandbox));
        assert_eq!(folders(&with_file), [sandbox, account]);
    }
}
