//! A take as the voice: what it is called changes, what it is does not.

use std::path::Path;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use mouthpiece::jobs::{Request, State};

use crate::common::{Bench, Setup, media};
use crate::page::open;

/// The page with a target of six seconds and a take of more than five.
fn with_take(made: &Path) -> Bench {
    let target = media::silent_video(made, "teaser.mp4", 6.0);
    let mut bench = Setup::default().dialogs([&target]).app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    bench.click("Choose a voice");
    bench.click("Sandbox Ada. Built-in voice");
    bench.fill("Line 1", &"We built this for the people who finish the edit at two in the morning. ".repeat(4));
    bench.click("Speak");
    bench.wait("Put take 1 on a video");
    bench.until("no toast is there", |bench| !bench.has("Dismiss"));
    bench.click("Put take 1 on a video");
    bench.click("Choose video");
    bench.wait_part("320 × 240");
    bench
}

/// It is paid for; a line that was added since is no reason to buy it again.
#[test]
fn a_trial_is_still_of_a_take_that_is_called_otherwise_now() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_take(made.path());
    bench.wait("Take 1, Sandbox Ada");
    bench.click("Try the first 5 seconds");
    bench.until("it is there", |bench| {
        bench
            .session()
            .jobs
            .all()
            .iter()
            .any(|job| matches!(&job.request, Request::LipSync(_)) && matches!(job.state, State::Done(_)))
    });
    bench.wait("Compare the trial");
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.click("Add a line");
    bench.fill("Line 2", "And another line.");
    open(&mut bench);
    bench.click("Choose a take");
    bench.harness.get_by_label_contains("Line 1, take 1, Sandbox Ada").click();
    bench.wait("Line 1, take 1, Sandbox Ada");
    assert!(bench.has("Compare the trial") && !bench.has("Try the first 5 seconds"), "{}", bench.screen());
}
