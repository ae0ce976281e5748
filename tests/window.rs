//! The program as it is shipped: its window opens on a display, assistive software finds it, and it closes cleanly.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

#[path = "common/desktop.rs"]
mod desktop;

use desktop::{Desktop, until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mouthpiece");
const NAVIGATION: [&str; 6] = ["Flow", "Voices", "Clone", "Script", "Lip sync", "Activity"];

#[test]
fn the_window_opens_is_found_by_assistive_software_and_closes_cleanly() {
    let desktop = Desktop::start();
    // Where a desktop offers both, it is X11 that takes files dropped on a window.
    let mut program = desktop.run_with(PROGRAM, &["--sandbox"], &[("WAYLAND_DISPLAY", "wayland-nowhere")]);

    let names = until("the window and its navigation are on the accessibility bus", || {
        assert_eq!(program.ended(), None, "the program ended early:\n{}", program.errors());
        let names = desktop.names_in("mouthpiece");
        NAVIGATION.iter().all(|item| names.iter().any(|name| name == item)).then_some(names)
    });
    assert!(names.iter().any(|name| name == "Mouthpiece"), "the window has no name: {names:?}");

    desktop.close_window("Mouthpiece");
    let status = until("the program ends", || program.ended());
    assert!(status.success(), "{status}:\n{}", program.errors());
    assert!(!program.errors().contains("made a mistake"), "{}", program.errors());
    until("it has left the accessibility bus", || desktop.names_in("mouthpiece").is_empty().then_some(()));

    let logs: Vec<_> = std::fs::read_dir(desktop.data_dir().join("logs")).unwrap().map(|e| e.unwrap().path()).collect();
    let [log] = logs.as_slice() else { panic!("one log file was expected: {logs:?}") };
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("opening the window"), "{log}");
    assert!(!log.contains(" ERROR "), "{log}");
}

#[test]
fn a_window_with_an_open_job_asks_before_it_closes_and_insisting_closes() {
    let desktop = Desktop::start();
    // A service that takes calls and never answers keeps a job open for as long as the test needs it.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap());
    open_job(&desktop, &base);
    let mut program = desktop.run_with(PROGRAM, &[], &[("SYNC_API_KEY", KEY), ("SYNC_BASE_URL", &base)]);

    desktop.close_window("1 running · Mouthpiece");
    until("it asks", || {
        assert_eq!(program.ended(), None, "it closed without a word:\n{}", program.errors());
        let names = desktop.names_in("mouthpiece");
        names.iter().any(|name| name == "Quit while jobs are open?").then_some(())
    });
    desktop.close_window("1 running · Mouthpiece");
    let status = until("the program ends", || program.ended());
    assert!(status.success(), "{status}:\n{}", program.errors());
}

/// "Open with" of a file manager, while a window is open.
#[test]
fn a_second_start_gives_its_file_to_the_window_and_ends() {
    let desktop = Desktop::start();
    let (file, other) = (desktop.data_dir().join("talk é.mp4"), desktop.data_dir().join("other.mp4"));
    std::fs::create_dir_all(desktop.data_dir()).unwrap();
    for file in [&file, &other] {
        std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/example/Lena.mp4"), file).unwrap();
    }
    let [file, other] = [&file, &other].map(|file| file.to_str().unwrap());
    let shows = |name: &str| desktop.names_in("mouthpiece").iter().any(|shown| shown == name).then_some(());
    let first = desktop.run(PROGRAM, &["--sandbox"]);
    let door = desktop.data_dir().join("workspaces/sandbox/window.sock");
    until("somebody is at the door", || door.exists().then_some(()));

    // As the desktop entry starts it.
    let mut second = desktop.run(PROGRAM, &[file]);
    let status = until("the second start ends", || second.ended());
    assert!(status.success(), "{}", second.errors());
    assert!(second.errors().contains("Mouthpiece is open already."), "{}", second.errors());
    until("the window asks what the file is for", || shows("talk é.mp4"));

    // Its place at the door is left behind.
    drop(first);
    until("it has left the accessibility bus", || desktop.names_in("mouthpiece").is_empty().then_some(()));
    let _third = desktop.run(PROGRAM, &["--sandbox", other]);
    until("the next start has a window of its own", || shows("other.mp4"));
}

const KEY: &str = "sk-test-0123456789";

/// Leaves an open job in the library of an account, as a program that was killed would.
fn open_job(desktop: &Desktop, base: &str) {
    use mouthpiece::jobs::{Checkpoint, Request, SpeakJob};
    use mouthpiece::secrets::{ApiKey, Source};
    let key = ApiKey::new(KEY, Source::Environment).unwrap();
    let workspace = format!("account {}", key.fingerprint(&url::Url::parse(base).unwrap()));
    let folder = desktop.data_dir().join("workspaces").join(workspace);
    let library = mouthpiece::library::Library::open(&folder).unwrap().library;
    let request = Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: "v".into(),
        voice_name: "Mara".into(),
        script: "Good morning.".into(),
        stability: 0.5,
        similarity: 0.75,
    });
    let row = mouthpiece::library::JobRow {
        id: "a".into(),
        request: serde_json::to_string(&request).unwrap(),
        checkpoint: serde_json::to_string(&Checkpoint::default()).unwrap(),
        state: "\"Open\"".into(),
        created_at: "2026-11-20T09:21:00Z".into(),
        finished_at: None,
    };
    library.put_job(&row).unwrap();
}
