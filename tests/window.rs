//! The program as it is shipped: its window opens on a display, assistive software finds it, and it closes cleanly.
#![cfg(target_os = "linux")]

#[path = "common/desktop.rs"]
mod desktop;

use desktop::{Desktop, until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mouthpiece");
const NAVIGATION: [&str; 6] = ["Flow", "Voices", "Clone", "Script", "Lip sync", "Activity"];

#[test]
fn the_window_opens_is_found_by_assistive_software_and_closes_cleanly() {
    let desktop = Desktop::start();
    let mut program = desktop.run(PROGRAM, &[]);

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
