//! A place of its own for the program, and how it is run there.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use mouthpiece::library::Library;
use mouthpiece::sandbox::{self, Sandbox};
use serde_json::Value;

use crate::media;

pub const LINE: &str = "Here is a brand new line, spoken in my own voice.";
pub const KEY: &str = "sk-verbs-0123456789-7F3A";

/// A home of its own, with media that all tests share.
pub struct Home {
    dir: tempfile::TempDir,
    account: Option<String>,
}

pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A talking head to clone from, and a silent video to put a voice on.
pub fn shared() -> &'static (PathBuf, PathBuf) {
    static MADE: OnceLock<(tempfile::TempDir, (PathBuf, PathBuf))> = OnceLock::new();
    let (_, files) = MADE.get_or_init(|| {
        let made = tempfile::tempdir().unwrap();
        let source = media::talking_head(made.path(), "keynote.mp4", 14.0);
        let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
        (made, (source, target))
    });
    files
}

/// The whole way in one line, but for where its result goes.
pub fn whole_way() -> Vec<&'static str> {
    let (source, target) = shared();
    let consent = ["--consent-by", "Mara Lindqvist", "--consent-how", "by-email"];
    let line = ["flow", "--source", text(source), "--name", "Mara", "--text", LINE, "--target", text(target)];
    [&line[..], &consent].concat()
}

impl Home {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), account: None }
    }

    pub fn with(sandbox: &Sandbox) -> Self {
        Self::at(sandbox.base_url())
    }

    /// With an account at this address.
    pub fn at(base: &str) -> Self {
        Self { account: Some(base.to_owned()), ..Self::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mouthpiece"));
        command.env_clear().env("HOME", self.dir.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("MOUTHPIECE_DATA_DIR", self.path("data")).current_dir(self.dir.path());
        if let Some(account) = &self.account {
            command.env("SYNC_BASE_URL", account).env("SYNC_API_KEY", KEY);
        }
        command
            .env("TERM", "xterm")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, b"")
    }

    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ended {
        let mut child = self.command(arguments).spawn().unwrap();
        // What is refused before it is read closes the pipe.
        child.stdin.take().unwrap().write_all(input).ok();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// What is said when it works.
    #[track_caller]
    pub fn done(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(0), "{arguments:?}\n{}\n{}", ended.out, ended.err);
        ended.out.trim().to_owned()
    }

    /// The last object of what is said to a program.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let said = self.done(&[arguments, &["--json"]].concat());
        let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = lines.last().unwrap().clone();
        assert_eq!(last["event"], "done");
        last
    }

    #[track_caller]
    pub fn refused(&self, code: i32, arguments: &[&str], sentence: &str) {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(code), "{arguments:?}\n{}\n{}", ended.out, ended.err);
        assert!(ended.err.contains(sentence), "{}", ended.err);
        assert_eq!(ended.out, "");
    }

    pub fn library(&self) -> Library {
        Library::open(&self.workspace()).unwrap().library
    }

    /// The folder of the only account there is.
    pub fn workspace(&self) -> PathBuf {
        let mut folders = std::fs::read_dir(self.path("data/workspaces")).unwrap();
        folders.next().unwrap().unwrap().path()
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// An account to be charged by: the sandbox behind an address and a key.
pub fn account(runtime: &tokio::runtime::Runtime, data: &Path) -> Sandbox {
    account_with(runtime, data, sandbox::Tools::default())
}

/// The same with other tools than those of this computer.
#[expect(clippy::disallowed_methods, reason = "a test has no frames to wait in")]
pub fn account_with(runtime: &tokio::runtime::Runtime, data: &Path, tools: sandbox::Tools) -> Sandbox {
    let options = sandbox::Options {
        port: 0,
        data_dir: data.to_owned(),
        key: Some(KEY.to_owned()),
        pace: sandbox::Pace::Instant,
        tools,
    };
    runtime.block_on(sandbox::start(options)).unwrap()
}
