//! Keys in a real Secret Service: GNOME Keyring on a session bus of the test's own, with a home of its own.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what can't be set up fails the test")]

use std::path::Path;
use std::process::{Command, Stdio};

use mouthpiece::secrets::{Keychain as _, System, Trouble};
use secrecy::{ExposeSecret as _, SecretString};
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;

const NAME: &str = "0123456789ab";
const KEY: &str = "sk-keychain-test-0123456789-7F3A";
const INSTALL: &str = "packaging/setup.sh --tests installs what is missing";
/// Which of the steps below this process is to run, when a test started it.
const STEP: &str = "MOUTHPIECE_TEST_KEYCHAIN_STEP";

/// Starts the daemon, open or locked, and then this program again for one step. The daemon ends with its bus; without
/// one there is no bus either.
const OPEN: &str = "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$@\"";
const SHUT: &str = "gnome-keyring-daemon --start --components=secrets >/dev/null && exec \"$@\"";

fn run(home: &Path, daemon: Option<&str>, step: &str) {
    let this = std::env::current_exe().unwrap();
    let mut command = match daemon {
        Some(daemon) => {
            let mut command = Command::new("dbus-run-session");
            command.args(["--", "sh", "-c", daemon, "sh"]).arg(this);
            command
        }
        None => Command::new(this),
    };
    command.args(["--exact", "one_step", "--nocapture"]);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("LANG", "C.UTF-8");
    command.env("HOME", home).env("XDG_RUNTIME_DIR", home).env(STEP, step).stdin(Stdio::null());
    let output = command.output().unwrap_or_else(|e| panic!("dbus-run-session can't be started: {e}. {INSTALL}"));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the step “{step}” failed ({INSTALL}):\n{said}");
    assert!(said.contains("1 passed"), "{said}");
    assert!(!said.contains(KEY), "{said}");
}

/// Not a test by itself: what the tests below run in a process on another bus.
#[test]
fn one_step() {
    let Ok(step) = std::env::var(STEP) else { return };
    let key = SecretString::from(KEY.to_owned());
    let found = |name| System.read(name).map(|key| key.map(|key| key.expose_secret().to_owned()));
    match step.as_str() {
        "keep" => {
            assert_eq!(found(NAME), Ok(None));
            System.keep(NAME, &key).unwrap();
            assert_eq!(found(NAME), Ok(Some(KEY.to_owned())));
            assert_eq!(found("another"), Ok(None));
            System.keep(NAME, &"replaced-0123456789".to_owned().into()).unwrap();
            System.keep(NAME, &key).unwrap();
        }
        "read" => assert_eq!(found(NAME), Ok(Some(KEY.to_owned()))),
        "locked" => {
            lock();
            assert_eq!(found(NAME), Err(Trouble::Locked));
            assert_eq!(found("another"), Err(Trouble::Locked));
            assert_eq!(System.keep("another", &key), Err(Trouble::Locked));
            assert_eq!(System.remove(NAME), Err(Trouble::Locked));
        }
        "never unlocked" => {
            assert_eq!(found(NAME), Err(Trouble::Locked));
            assert_eq!(System.keep("another", &key), Err(Trouble::Locked));
        }
        "remove" => {
            System.remove(NAME).unwrap();
            assert_eq!(found(NAME), Ok(None));
            System.remove(NAME).unwrap();
        }
        "absent" => {
            assert_eq!(found(NAME), Err(Trouble::Absent));
            assert_eq!(System.keep(NAME, &key), Err(Trouble::Absent));
            assert_eq!(System.remove(NAME), Err(Trouble::Absent));
        }
        other => panic!("there is no step {other}"),
    }
}

fn lock() {
    let service = SecretService::connect(EncryptionType::Plain).unwrap();
    let collection = service.get_default_collection().unwrap();
    collection.lock().unwrap();
    assert!(collection.is_locked().unwrap());
}

#[test]
fn a_key_is_kept_read_after_a_restart_and_removed() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), Some(OPEN), "keep");
    run(home.path(), Some(OPEN), "read");
    for file in std::fs::read_dir(home.path().join(".local/share/keyrings")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()), "the keychain keeps it encrypted");
    }
    run(home.path(), Some(OPEN), "remove");
}

#[test]
fn a_locked_keychain_is_told_apart_from_an_empty_one() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), Some(OPEN), "keep");
    run(home.path(), Some(OPEN), "locked");
    run(home.path(), Some(SHUT), "never unlocked");
    run(home.path(), Some(OPEN), "read");
}

#[test]
fn without_a_keychain_it_is_absent() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), None, "absent");
}
