//! ffmpeg and ffprobe: where they are, and running them so that no file name or content can steer them.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

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
    /// How the tool ended, if it did so by itself.
    ended: Receiver<Option<ExitStatus>>,
    limit: Duration,
}

#[derive(Debug)]
enum Watch {
    Reading(Duration),
    Idle,
    /// All was read: it ends by itself within this time.
    Ending(Duration),
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
        let (hand_over, handed) = mpsc::channel();
        let (tell, ended) = mpsc::channel();
        let guard = move || handed.recv().into_iter().for_each(|child| _ = tell.send(guard(child, &watched)));
        if let Err(error) = watchdog.spawn(guard) {
            child.kill().ok();
            child.wait().ok();
            return Err(failed(&error));
        }
        hand_over.send(child).ok();
        Ok(Self { stdout, watch, ended, limit })
    }

    /// Whether the tool did all of its work. To be asked at the end of what it writes: one that is killed ends there too.
    pub(super) fn ended_well(self) -> bool {
        self.watch.send(Watch::Ending(self.limit)).ok();
        self.ended.recv().is_ok_and(|status| status.is_some_and(|status| status.success()))
    }
}

/// Waits for a read that takes too long or for the reader to be gone, then ends the process and reaps it. How it ended,
/// if that was by itself.
fn guard(mut child: Child, watched: &Receiver<Watch>) -> Option<ExitStatus> {
    let mut next = watched.recv().ok();
    while let Some(watch) = next {
        next = match watch {
            Watch::Reading(limit) => watched.recv_timeout(limit).ok(),
            Watch::Idle => watched.recv().ok(),
            Watch::Ending(limit) => {
                let begun = Instant::now();
                while begun.elapsed() < limit {
                    if let Ok(Some(status)) = child.try_wait() {
                        return Some(status);
                    }
                    // Nothing comes: the reader waits for us.
                    watched.recv_timeout(Duration::from_millis(5)).ok();
                }
                None
            }
        };
    }
    child.kill().ok();
    child.wait().ok();
    None
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
    fn a_tool_that_fails_behind_its_last_byte_is_not_whole() {
        for (script, is_whole) in [("echo all", true), ("echo half; exit 1", false), ("echo half; kill -9 $$", false)] {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            let mut running = Running::start(command, Duration::from_secs(20)).unwrap();
            assert!(io::copy(&mut running, &mut io::sink()).unwrap() > 0);
            assert_eq!(running.ended_well(), is_whole, "{script}");
        }
        let mut command = Command::new("sleep");
        command.arg("600");
        let mut running = Running::start(command, Duration::from_millis(50)).unwrap();
        assert_eq!((io::copy(&mut running, &mut io::sink()).unwrap(), running.ended_well()), (0, false));
    }

    #[cfg(unix)]
    #[test]
    fn only_as_much_is_taken_as_asked_for() {
        let mut command = Command::new("cat");
        command.arg("/dev/zero");
        assert_eq!(output(command, 100_000, Duration::from_secs(20)).unwrap().len(), 100_000);
    }
}
