//! Beside a window that works on the library: what only reads works, and what would write says so.

use std::path::Path;

use mouthpiece::library::Library;
use mouthpiece::sandbox::{self, Tools};

use crate::home::{Home, KEY, account, shared, text};
use crate::media;

/// All files of a folder, with what is in them.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    // The index of the journal is written by who reads, too.
    let mut files: Vec<_> = files.filter(|path| path.is_file() && !text(path).ends_with("-shm")).collect();
    files.sort();
    files.iter().map(|path| (text(path).to_owned(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn reading_works_beside_a_window_and_writing_says_that_it_is_open() {
    let (source, target) = shared();
    let (runtime, data) = (tokio::runtime::Runtime::new().unwrap(), tempfile::tempdir().unwrap());
    let service = account(&runtime, data.path());
    let home = Home::with(&service);
    home.done(&["speak", "--voice", "Sandbox Ada", "--text", "One."]);
    let window = Library::open(&home.workspace()).unwrap().library;
    window.put_note("written by", "the window").unwrap();
    let before = contents(&home.workspace());
    assert!(home.done(&["voices"]).contains("Sandbox Ada"));
    assert!(home.done(&["jobs"]).contains("done in"));
    assert_eq!(home.json(&["jobs"])["jobs"][0]["state"], "done");
    assert!(home.done(&["spend"]).contains("Stop at: none"));
    assert!(media::secs(Path::new(&home.done(&["preview", "Sandbox Ada", "-o", "ada.wav"]))) > 0.5);
    assert_eq!(home.run(&["key", "test"]).code, Some(0));
    // There is no keychain here, which is another matter.
    assert_eq!(home.run_with(&["key", "set"], KEY.as_bytes()).code, Some(4));
    assert_eq!(home.run(&["key", "forget"]).code, Some(4));
    std::fs::write(home.path("t.csv"), format!("voice,text,target\nSandbox Ada,Hi,{}\n", text(target))).unwrap();
    let lines: [&[&str]; 8] = [
        &["speak", "--voice", "Sandbox Ada", "--text", "Two."],
        &["clone", text(source), "--name", "Mara", "--consent-by", "me"],
        &["delete", "Sandbox Ada", "--yes"],
        &["lipsync", "--video", text(target), "--voice", "Sandbox Ada", "--text", "Two.", "--yes"],
        &["batch", "t.csv"],
        &["resume"],
        &["jobs", "--watch"],
        &["spend", "--stop-at", "5"],
    ];
    // Each waits a moment for a window that is just closing, so they are asked side by side.
    std::thread::scope(|scope| {
        for line in lines {
            scope.spawn(|| home.refused(6, line, "Mouthpiece is open and works on this library"));
        }
    });
    assert_eq!(contents(&home.workspace()), before, "nothing was written");
    drop(window);
    assert_eq!(home.run(&["jobs", "--watch"]).code, Some(0));
}

#[test]
fn the_sandbox_of_a_window_is_asked_and_no_second_one_started() {
    let home = Home::new();
    home.done(&["speak", "--voice", "Sandbox Ada", "--text", "One.", "--sandbox"]);
    let window = Library::open(&home.workspace()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = sandbox::Options {
        port: 0,
        data_dir: home.path("data/sandbox"),
        key: Some(KEY.to_owned()),
        pace: sandbox::Pace::Instant,
        tools: Tools::default(),
    };
    #[expect(clippy::disallowed_methods, reason = "a test has no frames to wait in")]
    let sandbox = runtime.block_on(sandbox::start(options)).unwrap();
    assert!(home.done(&["voices", "--sandbox"]).contains("Sandbox Ada"));
    let preview = home.done(&["preview", "Sandbox Ada", "--sandbox"]);
    assert!(media::secs(Path::new(&preview)) > 0.5);
    drop((window, sandbox));
}

#[test]
fn a_library_of_a_newer_version_is_left_alone_and_named() {
    let home = Home::new();
    home.done(&["speak", "--voice", "Sandbox Ada", "--text", "One.", "--sandbox"]);
    let file = home.workspace().join("library.sqlite");
    let library = rusqlite::Connection::open(&file).unwrap();
    library.pragma_update(None, "user_version", 99).unwrap();
    drop(library);
    home.refused(1, &["jobs", "--sandbox"], "newer version of Mouthpiece");
    assert!(file.is_file());
}

#[test]
fn jobs_of_a_newer_version_keep_lip_syncs_from_being_bought_twice_and_nothing_else() {
    let home = Home::new();
    let speak = ["speak", "--voice", "Sandbox Ada", "--text", "One.", "--sandbox"];
    home.done(&speak);
    {
        let library = home.library();
        let mut row = library.jobs().unwrap().remove(0);
        (row.id, row.request) = ("0000".into(), "{\"Dub\":{}}".into());
        library.put_job(&row).unwrap();
    }
    let spoken = home.run(&speak);
    assert_eq!(spoken.code, Some(0), "{}", spoken.err);
    assert!(spoken.err.contains("can't be read by this version"), "{}", spoken.err);
    let video = text(&shared().1);
    let lip_sync = ["lipsync", "--video", video, "--voice", "Sandbox Ada", "--text", "One.", "--sandbox", "--yes"];
    home.refused(1, &lip_sync, "Nothing was done");
}

#[test]
fn where_nothing_was_done_yet_nothing_is_made() {
    let home = Home::new();
    let ended = home.run(&["jobs", "--sandbox"]);
    assert_eq!((ended.code, ended.err.trim()), (Some(0), "Nothing ran yet."));
    assert!(!home.path("data/workspaces").exists());
}
