//! ffmpeg and ffprobe: where they are, and running them so that no file name or content can steer them.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::media::sniff::{Container, name};

/// Where ffmpeg is.
///
/// # Errors
/// [`Error::Media`] naming the tool and how to install it on this system.
pub fn ffmpeg() -> Result<PathBuf> {
    find("ffmpeg")
}

/// Where ffprobe is.
///
/// # Errors
/// [`Error::Media`] naming the tool and how to install it on this system.
pub fn ffprobe() -> Result<PathBuf> {
    find("ffprobe")
}

fn find(tool: &str) -> Result<PathBuf> {
    let name = format!("{tool}{}", std::env::consts::EXE_SUFFIX);
    let places = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&places).map(|place| place.join(&name)).find(|file| file.is_file());
    found.ok_or_else(|| Error::Media(missing(tool, std::env::consts::OS)))
}

fn missing(tool: &str, system: &str) -> String {
    let how = match system {
        "macos" => "Install it with \"brew install ffmpeg\"",
        "windows" => "Install it with \"winget install ffmpeg\"",
        _ => "Install it with your package manager, for example \"sudo apt install ffmpeg\"",
    };
    format!("{tool} was not found on this computer. {how}, then try again.")
}

/// The largest picture ffmpeg may decode: a little above 8K, so that a header can't ask for all memory.
const MAX_PIXELS: &str = "70000000";

/// The options that name an input. The container is fixed, only local files are followed, and the path is absolute
/// behind `file:`, so a name like `-y`, `concat:a|b` or `http:x` is nothing but a name.
pub(super) fn input(path: &Path, container: Container) -> Result<Vec<OsString>> {
    let absolute = std::path::absolute(path).map_err(|source| Error::file("open", path, source))?;
    let mut url = OsString::from("file:");
    url.push(absolute);
    let plain = ["-protocol_whitelist", "file,pipe", "-max_pixels", MAX_PIXELS, "-f", container.demuxer(), "-i"];
    Ok(plain.into_iter().map(OsString::from).chain([url]).collect())
}

/// A tool that writes to us. Dropping it kills it, and so does a read that takes longer than the limit.
#[derive(Debug)]
pub(super) struct Running {
    stdout: ChildStdout,
    // Tells the watchdog that a read begins (with a limit) or has ended; closing it ends the tool.
    watch: Sender<Watch>,
    limit: Duration,
}

#[derive(Debug)]
enum Watch {
    Reading(Duration),
    Idle,
}

impl Running {
    /// Starts a tool whose every read must answer within `limit`.
    pub(super) fn start(mut command: Command, limit: Duration) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let tool = name(Path::new(command.get_program()));
        let failed = |error: &io::Error| {
            Error::Media(format!("{tool} could not be started: {error}. Install it again, then try again."))
        };
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let stdout = child.stdout.take().ok_or_else(|| failed(&io::ErrorKind::BrokenPipe.into()))?;
        let (watch, watched) = mpsc::channel();
        // Not a task of the runtime: it must outlive the one that reads, to reap the process.
        let watchdog = std::thread::Builder::new().name("mouthpiece-watchdog".into());
        watchdog.spawn(move || guard(child, &watched)).map_err(|error| failed(&error))?;
        Ok(Self { stdout, watch, limit })
    }
}

/// Waits for a read that takes too long or for the reader to be gone, then ends the process and reaps it.
fn guard(mut child: Child, watched: &Receiver<Watch>) {
    let mut next = watched.recv().ok();
    while let Some(watch) = next {
        next = match watch {
            Watch::Reading(limit) => watched.recv_timeout(limit).ok(),
            Watch::Idle => watched.recv().ok(),
        };
    }
    child.kill().ok();
    child.wait().ok();
}

impl Read for Running {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.watch.send(Watch::Reading(self.limit)).ok();
        let read = self.stdout.read(buffer);
        self.watch.send(Watch::Idle).ok();
        read
    }
}

/// Everything a tool writes, at most `max_bytes`, each read within `limit`.
pub(super) fn output(command: Command, max_bytes: u64, limit: Duration) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let running = Running::start(command, limit)?;
    let read = running.take(max_bytes).read_to_end(&mut bytes);
    read.map_err(|error| Error::Media(format!("The answer of a media tool was lost: {error}. Try again.")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_tool_is_named_with_the_way_to_install_it() {
        assert_eq!(
            missing("ffprobe", "linux"),
            "ffprobe was not found on this computer. Install it with your package manager, for example \"sudo apt \
             install ffmpeg\", then try again."
        );
        assert!(missing("ffmpeg", "macos").contains("brew install ffmpeg"));
    }

    #[test]
    fn a_name_can_not_pose_as_an_option_or_another_protocol() {
        let args = input(Path::new("concat:a|-y"), Container::Mp3).unwrap();
        let url = args.last().unwrap().to_str().unwrap();
        let here = std::env::current_dir().unwrap();
        assert_eq!(url, format!("file:{}", here.join("concat:a|-y").display()));
    }

    #[cfg(unix)]
    #[test]
    fn a_tool_that_never_answers_is_ended_and_its_reader_goes_on() {
        let mut command = Command::new("sleep");
        command.arg("600");
        assert_eq!(output(command, 10, Duration::from_millis(50)).unwrap(), b"");
    }

    #[cfg(unix)]
    #[test]
    fn only_as_much_is_taken_as_asked_for() {
        let mut command = Command::new("cat");
        command.arg("/dev/zero");
        assert_eq!(output(command, 100_000, Duration::from_secs(20)).unwrap().len(), 100_000);
    }
}
