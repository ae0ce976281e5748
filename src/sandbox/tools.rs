//! Runs ffmpeg, ffprobe and espeak-ng as processes: bounded in time and output, and stopped when nobody waits for
//! them any more.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::Semaphore;

use crate::runtime::child;

/// The programs the sandbox runs: names to be found on `PATH`, or paths.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Decodes samples and makes pictures.
    pub ffmpeg: PathBuf,
    /// Looks into files.
    pub ffprobe: PathBuf,
    /// Speaks.
    pub espeak: PathBuf,
}

impl Default for Tools {
    fn default() -> Self {
        Self { ffmpeg: "ffmpeg".into(), ffprobe: "ffprobe".into(), espeak: "espeak-ng".into() }
    }
}

/// Which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Ffmpeg,
    Ffprobe,
    Espeak,
}

impl Tool {
    /// The name a person knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::Ffprobe => "ffprobe",
            Self::Espeak => "espeak-ng",
        }
    }

    /// How to get it, on each system.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Ffmpeg | Self::Ffprobe => {
                "Install ffmpeg (Debian and Ubuntu: sudo apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg), then try again."
            }
            Self::Espeak => {
                "Install espeak-ng (Debian and Ubuntu: sudo apt install espeak-ng; macOS: brew install espeak-ng; Windows: winget install espeak-ng), then try again."
            }
        }
    }

    fn program(self, tools: &Tools) -> &Path {
        match self {
            Self::Ffmpeg => &tools.ffmpeg,
            Self::Ffprobe => &tools.ffprobe,
            Self::Espeak => &tools.espeak,
        }
    }
}

/// Why a program gave no result. The text a program wrote is for the log, never for an answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Not installed, or not allowed to run.
    Missing(Tool),
    /// It ended with an error: what it was given is at fault more often than not.
    Failed { tool: Tool, log: String },
    /// It ran longer than it may.
    TimedOut(Tool),
    /// It said more than anyone asked for.
    TooMuch(Tool),
    /// The pipes to it broke.
    Io { tool: Tool, source: std::io::Error },
}

/// What a program may use up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub time: Duration,
    /// Bytes of output kept; more is an error.
    pub output: usize,
}

impl Limits {
    /// For a look into a file or a short piece of speech.
    pub const QUICK: Self = Self { time: Duration::from_mins(1), output: 4 << 20 };
    /// For decoding and rendering.
    pub const LONG: Self = Self { time: Duration::from_mins(30), output: 64 << 20 };
}

/// The end of what a program wrote to its error stream, for the log.
const LOG_TAIL: usize = 2_000;
/// More programs at once would only slow each other (and the window) down.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Runs `tool` with `arguments`, gives it `input`, and returns what it wrote.
///
/// # Errors
/// See [`Trouble`].
pub(super) async fn run<S: AsRef<std::ffi::OsStr>>(
    tools: &Tools,
    tool: Tool,
    arguments: impl IntoIterator<Item = S>,
    input: &[u8],
    limits: Limits,
) -> Result<Vec<u8>, Trouble> {
    let _turn = AT_ONCE.acquire().await;
    let mut child = start(tools, tool, arguments)?;
    let work = async {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let ((), output, log) = tokio::join!(feed(stdin, input), bounded(stdout, limits.output), tail(stderr));
        let status = child.wait().await;
        finish(tool, status, log)?;
        output.map_err(|source| Trouble::Io { tool, source })?.ok_or(Trouble::TooMuch(tool))
    };
    tokio::time::timeout(limits.time, work).await.unwrap_or(Err(Trouble::TimedOut(tool)))
}

/// Runs `tool` for what it writes to files, handing each line of its output to `on_line`.
///
/// # Errors
/// See [`Trouble`].
pub(super) async fn run_lines<S: AsRef<std::ffi::OsStr>>(
    tools: &Tools,
    tool: Tool,
    arguments: impl IntoIterator<Item = S>,
    limits: Limits,
    mut on_line: impl FnMut(&str),
) -> Result<(), Trouble> {
    let _turn = AT_ONCE.acquire().await;
    let mut child = start(tools, tool, arguments)?;
    drop(child.stdin.take());
    let work = async {
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let read = async {
            if let Some(stdout) = stdout {
                let mut lines = BufReader::new(stdout.take(limits.output as u64)).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    on_line(&line);
                }
            }
        };
        let ((), log) = tokio::join!(read, tail(stderr));
        let status = child.wait().await;
        finish(tool, status, log)
    };
    tokio::time::timeout(limits.time, work).await.unwrap_or(Err(Trouble::TimedOut(tool)))
}

fn start<S: AsRef<std::ffi::OsStr>>(
    tools: &Tools,
    tool: Tool,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Child, Trouble> {
    let mut command = Command::from(child(tool.program(tools)));
    command.args(arguments).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::PermissionDenied => Trouble::Missing(tool),
        _ => Trouble::Io { tool, source },
    })
}

fn finish(tool: Tool, status: std::io::Result<std::process::ExitStatus>, log: String) -> Result<(), Trouble> {
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Trouble::Failed { tool, log }),
        Err(source) => Err(Trouble::Io { tool, source }),
    }
}

/// A program that stops reading early says why by its exit status, so a broken pipe is not an error here.
async fn feed(pipe: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut pipe) = pipe
        && pipe.write_all(input).await.is_ok()
    {
        pipe.shutdown().await.ok();
    }
}

/// Everything from `pipe`, or `None` when it is more than `most` bytes. Reads on to the end either way, so that
/// the program is not stuck on a full pipe.
async fn bounded(pipe: Option<impl AsyncRead + Unpin>, most: usize) -> std::io::Result<Option<Vec<u8>>> {
    let Some(mut pipe) = pipe else { return Ok(Some(Vec::new())) };
    let mut kept = Vec::new();
    (&mut pipe).take(most as u64 + 1).read_to_end(&mut kept).await?;
    if kept.len() <= most {
        return Ok(Some(kept));
    }
    tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await?;
    Ok(None)
}

async fn tail(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut pipe) = pipe else { return String::new() };
    let (mut kept, mut buffer) = (Vec::new(), [0; 4_096]);
    while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..count]);
        let spare = kept.len().saturating_sub(LOG_TAIL);
        kept.drain(..spare);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tokio::test waits for the test it runs")]
mod tests {
    use super::*;

    fn tools(program: &str) -> Tools {
        Tools { espeak: program.into(), ..Tools::default() }
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let none: [&str; 0] = [];
        let result = run(&tools("/no/such/program"), Tool::Espeak, none, b"", Limits::QUICK).await;
        assert!(matches!(result, Err(Trouble::Missing(Tool::Espeak))));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn output_time_and_failure_are_bounded() {
        let cat = run(&tools("cat"), Tool::Espeak, ["-"], b"hello", Limits::QUICK).await;
        assert_eq!(cat.unwrap(), b"hello");
        let little = Limits { output: 3, ..Limits::QUICK };
        assert!(matches!(run(&tools("cat"), Tool::Espeak, ["-"], b"hello", little).await, Err(Trouble::TooMuch(_))));
        let short = Limits { time: Duration::from_millis(20), ..Limits::QUICK };
        assert!(matches!(run(&tools("sleep"), Tool::Espeak, ["60"], b"", short).await, Err(Trouble::TimedOut(_))));
        let failed = run(&tools("cat"), Tool::Espeak, ["/no/such/file"], b"", Limits::QUICK).await;
        assert!(matches!(failed, Err(Trouble::Failed { log, .. }) if !log.is_empty()));
    }
}
