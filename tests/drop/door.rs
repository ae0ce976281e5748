//! Files of a later start, while a window is open.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc;

use egui::{Key, Modifiers};
use mouthpiece::app::{self, Launch, Service};

use super::common::{self, Bench, Setup, media};

/// Another start on the same data directory, as the program begins it; whether it ends because a window took its files.
#[expect(clippy::disallowed_methods, reason = "it stands for another process")]
fn start(bench: &Bench, service: Option<Service>, files: Vec<PathBuf>) -> mpsc::Receiver<bool> {
    let data_dir = bench.dir.path().to_owned();
    let sandbox = mouthpiece::sandbox::Options {
        port: 0,
        data_dir: data_dir.join("sandbox"),
        key: None,
        pace: mouthpiece::sandbox::Pace::Instant,
        tools: mouthpiece::sandbox::Tools::default(),
    };
    let base = "https://api.sync.so".parse().unwrap();
    let (ended, ends) = mpsc::channel();
    std::thread::spawn(move || ended.send(app::hand_over(&Launch { service, base, sandbox, data_dir, files })));
    ends
}

/// Lets the window work until the other start has its answer.
fn is_taken(bench: &mut Bench, ends: &mpsc::Receiver<bool>) -> bool {
    let mut taken = None;
    bench.until("the other start has its answer", |_| {
        taken = taken.or(ends.try_recv().ok());
        taken.is_some()
    });
    taken.unwrap()
}

#[test]
fn they_are_asked_about_in_the_window_that_is_open() {
    let mut bench = common::app();
    let video = media::silent_video(bench.dir.path(), "talk.mp4", 1.0);
    let named = start(&bench, Some(Service::Sandbox), vec![video.clone()]);
    assert!(is_taken(&mut bench, &named));
    bench.wait_part("Video without sound, 0:01");
    bench.key(Modifiers::NONE, Key::Escape);
    // As a file manager starts it; the sandbox that is open was named by its start, and no settings tell of it.
    let plain = start(&bench, None, vec![video.clone(), video.clone()]);
    assert!(is_taken(&mut bench, &plain));
    bench.wait_part("2 files. The first is used");
    let plain = start(&bench, None, Vec::new());
    assert!(!is_taken(&mut bench, &plain), "it may open another workspace");

    let account = common::account(1);
    let other = start(&bench, Some(account), vec![video.clone()]);
    assert!(!is_taken(&mut bench, &other), "it has a window of its own");
    bench.key(Modifiers::NONE, Key::Escape);
    bench.key(Modifiers::COMMAND, Key::Q);
    let late = start(&bench, Some(Service::Sandbox), vec![video]);
    assert!(!is_taken(&mut bench, &late), "the window is closing");
}

#[test]
fn of_two_starts_at_once_the_one_that_is_late_gives_its_file_to_the_other() {
    let mut bench = common::app();
    let video = media::silent_video(bench.dir.path(), "talk.mp4", 1.0);
    // Nobody was at the door when it asked.
    std::fs::write(bench.dir.path().join("settings.toml"), "workspace = \"sandbox\"\n").unwrap();
    let (dir, open) = (Some(Rc::clone(&bench.dir)), vec![video]);
    let mut late = Setup { dir, open, unnamed: true, ..Setup::default() }.app();
    let (mut asks, mut closes) = (false, false);
    bench.until("the first window asks about the file, and the late one closes", |bench| {
        late.frames(1);
        let commands = &late.harness.output().viewport_output[&egui::ViewportId::ROOT].commands;
        closes |= commands.contains(&egui::ViewportCommand::Close);
        asks |= bench.has_part("Video without sound, 0:01");
        asks && closes
    });
    assert!(late.harness.state().session().is_none());
}
