//! A key is planted like a canary, the program works with it in a real window, and then the key is looked for: in every
//! file it left, in its log, and in what each program it started was given.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what can't be set up or read fails the test")]

#[path = "common/desktop.rs"]
mod desktop;
#[path = "common/echo.rs"]
mod echo;
#[path = "common/media.rs"]
#[expect(dead_code, reason = "one of its files is enough here")]
mod media;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use desktop::{Desktop, Program, until};
use echo::Echo;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mouthpiece");
const CANARY: &str = "sk-canary-9f8e7d6c5b4a3210-7F3A";
const NAME: &str = "mouthpiece";

/// Programs that write down what they were started with, and then run the real ones.
struct Tools {
    dir: tempfile::TempDir,
}

impl Tools {
    fn new() -> Self {
        let tools = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(tools.records()).unwrap();
        for tool in ["ffmpeg", "ffprobe", "espeak-ng", "xdg-open", "dbus-send"] {
            let script = format!(
                "#!/bin/sh\n{{ cat /proc/$$/environ; cat /proc/$$/cmdline; }} > '{}'/{tool}-$$\n\
                 PATH=${{PATH#*:}} exec {tool} \"$@\"\n",
                tools.records().display()
            );
            let file = tools.dir.path().join(tool);
            std::fs::write(&file, script).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        tools
    }

    fn records(&self) -> PathBuf {
        self.dir.path().join("records")
    }

    /// The search path with these programs first.
    fn path(&self) -> String {
        format!("{}:{}", self.dir.path().display(), std::env::var("PATH").unwrap())
    }

    /// Whether this program was started.
    fn ran(&self, tool: &str) -> bool {
        let start = format!("{tool}-");
        std::fs::read_dir(self.records())
            .unwrap()
            .any(|file| file.unwrap().file_name().to_string_lossy().starts_with(&start))
    }
}

/// Every file below a folder that holds the canary, and how many were looked at.
fn found_in(folder: &Path) -> (Vec<PathBuf>, usize) {
    let (mut found, mut looked, mut open) = (Vec::new(), 0, vec![folder.to_owned()]);
    while let Some(next) = open.pop() {
        let kind = std::fs::symlink_metadata(&next).unwrap().file_type();
        if kind.is_dir() {
            open.extend(std::fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()));
        } else if kind.is_file() {
            looked += 1;
            if holds(&std::fs::read(&next).unwrap()) {
                found.push(next);
            }
        }
    }
    (found, looked)
}

fn holds(bytes: &[u8]) -> bool {
    // Half a key is too much as well.
    let half = &CANARY.as_bytes()[..CANARY.len() / 2];
    bytes.windows(half.len()).any(|part| part == half)
}

/// The program's own environment and arguments, which every program of the same user can read.
fn looks_clean_from_outside(program: &Program) {
    for file in ["environ", "cmdline"] {
        let bytes = std::fs::read(format!("/proc/{}/{file}", program.id())).unwrap();
        assert!(!bytes.is_empty() && !holds(&bytes), "the key stands in /proc/…/{file}");
    }
}

#[track_caller]
fn press(desktop: &Desktop, program: &mut Program, name: &str) {
    until(&format!("“{name}” can be pressed"), || {
        assert_eq!(program.ended(), None, "the program ended early:\n{}", program.errors());
        desktop.press(NAME, name).then_some(())
    });
}

#[track_caller]
fn shows(desktop: &Desktop, program: &mut Program, part: &str) {
    until(&format!("“…{part}…” is shown"), || {
        assert_eq!(program.ended(), None, "the program ended early:\n{}", program.errors());
        desktop.names_in(NAME).iter().any(|name| name.contains(part)).then_some(())
    });
}

fn close(desktop: &Desktop, program: &mut Program) {
    desktop.close_window("Mouthpiece");
    let status = until("the program ends", || program.ended());
    assert!(status.success(), "{status}:\n{}", program.errors());
}

#[track_caller]
fn nothing_holds_it(desktop: &Desktop, tools: &Tools, program: &Program) {
    let (found, looked) = found_in(&desktop.data_dir());
    assert!(looked >= 3, "only {looked} files were left to look at");
    assert!(found.is_empty(), "the key lies in {found:?}");
    let (given, children) = found_in(&tools.records());
    assert!(children > 0 && given.is_empty(), "{children} programs were started, with the key: {given:?}");
    assert!(!holds(program.errors().as_bytes()), "{}", program.errors());
}

/// Starts the program with the canary in its environment, logging as much as can be asked for.
fn start(desktop: &Desktop, tools: &Tools, base: &str, argument: &str) -> Program {
    let path = tools.path();
    let more =
        [("PATH", path.as_str()), ("SYNC_API_KEY", CANARY), ("SYNC_BASE_URL", base), ("MOUTHPIECE_LOG", "trace")];
    desktop.run_with(PROGRAM, &[argument], &more)
}

#[test]
fn with_an_account_whose_service_repeats_the_key_in_everything_it_says() {
    let (desktop, tools, service) = (Desktop::start(), Tools::new(), Echo::start(CANARY));
    let video = media::talking_head(tools.dir.path(), "clip.mp4", 2.0);
    let mut program = start(&desktop, &tools, &service.base, video.to_str().unwrap());
    press(&desktop, &mut program, "Cancel");
    looks_clean_from_outside(&program);
    for page in ["Voices", "Clone", "Script", "Lip sync", "Activity", "Settings"] {
        press(&desktop, &mut program, page);
    }
    shows(&desktop, &mut program, "From SYNC_API_KEY");
    for (answer, words) in [
        (echo::Answer::Works, "Works. Found "),
        (echo::Answer::Unauthorized, "refused this key"),
        (echo::Answer::Malformed, "can't read"),
        (echo::Answer::Broken, "had a problem of its own"),
    ] {
        service.answer(answer);
        press(&desktop, &mut program, "Test");
        shows(&desktop, &mut program, words);
    }
    until("ffprobe or ffmpeg has looked at the video", || (tools.ran("ffprobe") || tools.ran("ffmpeg")).then_some(()));
    let shown = desktop.names_in(NAME);
    assert!(!shown.iter().any(|name| holds(name.as_bytes())), "the window shows the key: {shown:?}");
    press(&desktop, &mut program, "Open log");
    until("the folder was handed to the desktop", || tools.ran("xdg-open").then_some(()));
    close(&desktop, &mut program);
    assert!(service.saw_the_key(), "the key was used at all");
    nothing_holds_it(&desktop, &tools, &program);
}

#[test]
fn in_the_sandbox_with_a_key_in_the_environment() {
    let (desktop, tools) = (Desktop::start(), Tools::new());
    let mut program = start(&desktop, &tools, "https://api.sync.so", "--sandbox");
    press(&desktop, &mut program, "Voices");
    looks_clean_from_outside(&program);
    let voice =
        until("a voice is listed", || desktop.names_in(NAME).into_iter().find(|name| name.starts_with("Hear ")));
    press(&desktop, &mut program, &voice);
    until("espeak-ng has spoken", || tools.ran("espeak-ng").then_some(()));
    close(&desktop, &mut program);
    nothing_holds_it(&desktop, &tools, &program);
}
