//! The program as it is started from a terminal: help, mistakes in arguments and environment, no display, and the
//! sandbox served alone to a real curl.
#![expect(clippy::unwrap_used, reason = "what can't be run or read fails the test")]

#[path = "../packaging/pages.rs"]
mod pages;
#[path = "cli/papers.rs"]
mod papers;

use std::path::Path;
use std::process::{Command, Output};

/// The program with nothing of this environment but what it is given: no display, no key, a place of its own.
fn mouthpiece(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mouthpiece"));
    command.env_clear().env("HOME", home).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    // Windows programs find their libraries by this.
    command.envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)));
    command.env("MOUTHPIECE_DATA_DIR", home.join("data"));
    command
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs the program and expects it to end with code 2 and this sentence.
#[track_caller]
fn refuses(command: &mut Command, sentence: &str) -> String {
    let output = command.output().unwrap();
    let errors = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains(sentence), "{errors}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    errors
}

#[test]
fn help_names_every_flag_and_variable() {
    let home = tempfile::tempdir().unwrap();
    let output = mouthpiece(home.path()).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for word in ["[FILES]", "--sandbox", "--version", "SYNC_API_KEY", "SYNC_BASE_URL", "MOUTHPIECE_DATA_DIR"] {
        assert!(help.contains(word), "{word} is missing:\n{help}");
    }
    let output = mouthpiece(home.path()).args(["sandbox", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for word in ["--port", "--data", "--key", "--pace", "instant", "real"] {
        assert!(help.contains(word), "{word} is missing:\n{help}");
    }
    assert!(!home.path().join("data").exists(), "asking for help leaves nothing behind");
}

#[test]
fn version_is_that_of_the_package_and_names_the_commit() {
    let home = tempfile::tempdir().unwrap();
    let output = mouthpiece(home.path()).arg("--version").output().unwrap();
    assert!(output.status.success());
    let version = String::from_utf8(output.stdout).unwrap();
    let commit = version.trim().strip_prefix(concat!("mouthpiece ", env!("CARGO_PKG_VERSION"), " (")).unwrap();
    assert!(commit.len() > 8 && commit.ends_with(')'), "{version}");
}

#[test]
fn an_unknown_argument_is_refused() {
    let home = tempfile::tempdir().unwrap();
    refuses(mouthpiece(home.path()).arg("--colour"), "--colour");
    refuses(mouthpiece(home.path()).args(["sandbox", "--port", "70000"]), "70000");
}

#[test]
fn a_slip_of_the_finger_opens_no_window() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("sped"), "a file of this name").unwrap();
    let line = |words: &[&str]| {
        let mut command = mouthpiece(home.path());
        command.current_dir(home.path()).args(words);
        command
    };
    for (words, why) in [
        (&["flwo"][..], "There is no file “flwo” and no verb of that name. Did you mean flow?"),
        (&["voice", "--search", "x"], "Did you mean voices?"),
        (&["--sandbox", "lipsnyc", "--video", "a.mp4"], "Did you mean lipsync?"),
        (&["keynote"], "There is no file “keynote” here."),
        (&["sped", "voices"], "A verb stands before everything else"),
        (&["--sandbox", "key", "test"], "--sandbox means nothing here"),
    ] {
        let said = refuses(&mut line(words), why);
        assert!(!said.contains("display"), "{said}");
    }
    assert!(!home.path().join("data").exists(), "nothing was begun");
    // What is there is for the window, whatever it is called.
    #[cfg(target_os = "linux")]
    refuses(&mut line(&["sped"]), "needs a display");
    // What is no slip and is gone the window says, too: nobody reads what is said here after a double click.
    #[cfg(target_os = "linux")]
    refuses(&mut line(&["none/at all.mp4"]), "needs a display");
    let voices = line(&["--sandbox", "voices", "--search", "Sandbox Ada"]).output().unwrap();
    assert!(String::from_utf8_lossy(&voices.stdout).contains("Sandbox Ada"), "{}", errors(&voices));
}

#[test]
fn a_base_url_that_would_give_the_key_away_is_refused() {
    let home = tempfile::tempdir().unwrap();
    for bad in ["http://api.sync.so", "api.sync.so", "ftp://127.0.0.1"] {
        refuses(mouthpiece(home.path()).env("SYNC_BASE_URL", bad), "SYNC_BASE_URL can't be used");
    }
}

#[test]
fn a_broken_key_is_refused_and_not_repeated() {
    let home = tempfile::tempdir().unwrap();
    let told = refuses(mouthpiece(home.path()).env("SYNC_API_KEY", "sk two words"), "SYNC_API_KEY can't be used");
    assert!(told.contains("mouthpiece --sandbox") && !told.contains("sk two words"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_it_says_so_and_how_to_go_on() {
    let home = tempfile::tempdir().unwrap();
    for display in [None, Some(""), Some(":54321")] {
        let mut command = mouthpiece(home.path());
        command.envs(display.map(|display| ("DISPLAY", display)));
        let told = refuses(&mut command, "needs a display");
        assert!(told.contains("xvfb-run mouthpiece") && told.contains("mouthpiece --help"), "{told}");
        assert!(!told.contains("made a mistake") && !told.contains(".rs:"), "{told}");
    }
    refuses(mouthpiece(home.path()).env("WAYLAND_DISPLAY", "wayland-nowhere"), "needs a display");
}

#[cfg(target_os = "linux")]
mod sandbox {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Stdio};

    use super::*;

    /// A sandbox being served, and what it said about itself.
    struct Served {
        child: Child,
        said: Vec<String>,
    }

    impl Served {
        fn start(home: &Path, arguments: &[&str]) -> Self {
            let mut command = mouthpiece(home);
            command.args(["sandbox", "--pace", "instant"]).args(arguments);
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let mut served = Self { child, said: Vec::new() };
            for line in lines {
                served.said.push(line.unwrap());
                if served.said.iter().any(|line| line.starts_with("Ctrl C")) {
                    return served;
                }
            }
            panic!("the sandbox ended before it was served: {:?}", served.said);
        }

        fn said(&self, start: &str) -> &str {
            let line = self.said.iter().find(|line| line.starts_with(start));
            line.unwrap_or_else(|| panic!("no line begins with {start}: {:?}", self.said)).as_str()
        }

        fn stop(mut self) -> Option<i32> {
            let pid = rustix::process::Pid::from_child(&self.child);
            rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
            self.child.wait().unwrap().code()
        }
    }

    impl Drop for Served {
        fn drop(&mut self) {
            // It has ended when the test went well.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    fn shell(line: &str) -> String {
        let output = Command::new("sh").args(["-c", line]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn the_line_it_prints_lists_voices_and_ctrl_c_ends_it() {
        let home = tempfile::tempdir().unwrap();
        let served = Served::start(home.path(), &[]);
        assert!(served.said[0].contains("Not sync.so"), "{:?}", served.said);
        let answer = shell(served.said("curl "));
        let voices: serde_json::Value = serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{e}: {answer}"));
        assert!(answer.contains("previewUrl"), "{voices}");
        assert_eq!(served.stop(), Some(0));
    }

    #[test]
    fn a_key_of_ones_own_is_taken_and_never_logged() {
        let home = tempfile::tempdir().unwrap();
        let key = "my-own-key-0123456789";
        let data = home.path().join("elsewhere");
        let served = Served::start(home.path(), &["--key", key, "--data", data.to_str().unwrap()]);
        assert!(served.said("API key").ends_with(key));
        let status = |key: &str| {
            let base = served.said("Base URL").split_whitespace().last().unwrap();
            shell(&format!("curl -s -o /dev/null -w '%{{http_code}}' -H 'x-api-key: {key}' {base}/v2/voices"))
        };
        assert_eq!((status(key), status("another")), ("200".to_owned(), "401".to_owned()));
        assert_eq!(served.stop(), Some(0));
        assert!(data.is_dir());
        for log in std::fs::read_dir(home.path().join("data/logs")).unwrap() {
            let log = std::fs::read_to_string(log.unwrap().path()).unwrap();
            assert!(!log.contains(key), "{log}");
        }
    }

    #[test]
    fn a_port_in_use_is_said_so() {
        let home = tempfile::tempdir().unwrap();
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        let output = mouthpiece(home.path()).args(["sandbox", "--port", &port]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(errors(&output).contains(&port), "{}", errors(&output));
    }
}

#[cfg(unix)]
#[test]
fn a_data_directory_that_others_could_read_is_made_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    let (data, logs) = (home.path().join("data"), home.path().join("data/logs"));
    std::fs::create_dir_all(&logs).unwrap();
    let (old, settings) = (logs.join("mouthpiece.2026-11-01.log"), data.join("settings.toml"));
    for file in [&old, &settings] {
        std::fs::write(file, "").unwrap();
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    for folder in [&data, &logs] {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    // It ends for want of a display.
    assert_eq!(mouthpiece(home.path()).arg("--sandbox").output().unwrap().status.code(), Some(2));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([&data, &logs, &old, &settings].map(|path| mode(path)), [0o700, 0o700, 0o600, 0o600]);
}
