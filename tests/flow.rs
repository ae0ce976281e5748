//! The flow page on the real app: the chain grows from a spoken line to a saved video, and says at each step what is
//! next, what became older, and what failed.
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

mod common;

use std::path::Path;
use std::rc::Rc;

use common::{Bench, Setup, media};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::files::Shown;
use mouthpiece::jobs::{Outcome, Request, SpeakJob, State, stamp};
use mouthpiece::library::{JobRow, Library};
use mouthpiece::panels::Page;
use mouthpiece::sandbox::Fault;
use mouthpiece::store::{Flow, Lines, VoiceChoice};

const LINE: &str = "We ship on Thursday.";

/// What the card of a stage says of itself.
fn card(bench: &Bench, stage: &str) -> String {
    let begins = format!("{stage}, ");
    let is_card = |text: &String| text.starts_with(&begins);
    bench.texts().into_iter().find(is_card).unwrap_or_else(|| panic!("no card {stage}: {}", bench.screen()))
}

#[track_caller]
fn wait_card(bench: &mut Bench, begins: &str) {
    let what = format!("a card says “{begins}…”");
    bench.until(&what, |bench| bench.texts().iter().any(|text| text.starts_with(begins)));
}

/// A workspace left by an earlier session: a voice chosen, a line written, and being spoken when it was closed.
fn left_speaking() -> Rc<tempfile::TempDir> {
    let dir = Rc::new(tempfile::tempdir().unwrap());
    let library = Library::open(&dir.path().join("workspaces/sandbox")).unwrap().library;
    let voice = VoiceChoice { id: "sandbox-ada".into(), name: "Sandbox Ada".into() };
    let speak = Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: voice.id.clone(),
        voice_name: voice.name.clone(),
        script: LINE.into(),
        stability: 0.5,
        similarity: 0.75,
    });
    let now = stamp(time::OffsetDateTime::now_utc());
    let row = JobRow {
        id: "speak".into(),
        request: serde_json::to_string(&speak).unwrap(),
        checkpoint: "{}".into(),
        state: r#""Open""#.into(),
        created_at: now.clone(),
        finished_at: None,
    };
    library.put_job(&row).unwrap();
    let flow = Flow { voice: Some(voice), lines: Lines::of(LINE), ..Flow::default() };
    library.put_flow(&flow.id, &serde_json::to_string(&flow).unwrap(), &now).unwrap();
    dir
}

fn spoken(size: egui::Vec2, dialogs: &[&Path]) -> Bench {
    let setup = Setup { dir: Some(left_speaking()), size, ..Setup::default() };
    let mut bench = setup.dialogs(dialogs.iter().copied()).app();
    wait_card(&mut bench, "Line, take 1.");
    bench
}

/// Presses the page's own "Lip sync": a page and a heading have that name too.
#[track_caller]
fn press_lip_sync(bench: &mut Bench) {
    let role = egui::accesskit::Role::Button;
    bench.until("the page's own button is on", |bench| {
        let mut own = bench.harness.query_all_by_role_and_label(role, "Lip sync");
        own.any(|node| !node.accesskit_node().is_disabled())
    });
    bench.harness.get_by_role_and_label(role, "Lip sync").click();
    bench.frames(3);
}

const WIDE: egui::Vec2 = egui::vec2(1280.0, 800.0);

#[test]
fn an_empty_flow_starts_at_the_source_and_takes_a_line() {
    let made = tempfile::tempdir().unwrap();
    let source = media::talking_head(made.path(), "keynote.mp4", 4.0);
    let mut bench = Setup::default().dialogs([&source]).app();
    assert!(card(&bench, "Source").starts_with("Source, start here."));
    assert!(card(&bench, "Result").starts_with("Result, waiting."));
    assert!(bench.has("Fill in the four steps, in any order") && bench.has("Nothing to save yet"));
    assert!(bench.has("Estimated price: $0.00, sandbox") && bench.is_off("Play result"));

    bench.fill("Line to speak", LINE);
    wait_card(&mut bench, "Line, needs a voice.");
    assert!(bench.has_part("20 of 5,000 characters"));
    assert_eq!(bench.session().store.flow.text(), LINE);

    bench.click("Choose file");
    bench.until("the source is read", |bench| bench.session().store.flow.source.is_some());
    bench.key(Modifiers::COMMAND, Key::Num1);
    wait_card(&mut bench, "Source, done. keynote.mp4");
    wait_card(&mut bench, "Voice, ready to clone. keynote. New clone, ");
    bench.click("Clone this voice");
    assert_eq!(bench.harness.state().page(), Page::Clone);

    bench.key(Modifiers::COMMAND, Key::N);
    wait_card(&mut bench, "Source, start here.");
    assert_eq!(bench.session().store.flow.text(), "");
}

#[test]
fn the_chain_goes_on_from_a_take_to_the_saved_video() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 1.0);
    let mut bench = spoken(WIDE, &[&target]);
    assert!(card(&bench, "Source").starts_with("Source, not needed."));
    assert!(card(&bench, "Voice").starts_with("Voice, done. Sandbox Ada. Built-in voice"));
    assert!(card(&bench, "Lip sync").starts_with("Lip sync, choose a video."));
    assert!(bench.has("2 steps left: video, lip sync"));

    bench.click("Choose video");
    wait_card(&mut bench, "Lip sync, ready. teaser.mp4");
    assert_eq!(bench.harness.state().page(), Page::Flow, "a video chosen here stays here");
    assert!(bench.has_part("teaser_sandbox_t1"), "{}", bench.screen());
    press_lip_sync(&mut bench);
    assert_eq!(bench.harness.state().page(), Page::LipSync);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.key(Modifiers::COMMAND, Key::Num1);
    wait_card(&mut bench, "Result, saved.");
    assert!(bench.has("Everything is done"));
    let file = bench.session().jobs.all().iter().find_map(|job| match &job.state {
        State::Done(Outcome::Video { file, .. }) => Some(file.clone()),
        _ => None,
    });
    let file = file.unwrap();
    let take = bench.session().store.takes[0].clone();
    assert_eq!(media::codecs(&file), ["h264", "aac"]);
    assert!((media::secs(&file) - media::secs(&take.file)).abs() <= 0.045);

    bench.click("Show in folder");
    assert_eq!(bench.files.shown(), [Shown::Revealed(file.clone())]);
    bench.click("Play result");
    bench.wait("Lip sync finished");
    let key = format!("watch:{}", file.display());
    bench.until("the result plays on its own page", |bench| {
        bench.session().player.now().is_some_and(|now| now.key == key && (now.is_playing || now.is_loading))
    });
    assert_eq!(bench.harness.state().page(), Page::LipSync);
    assert_eq!(bench.files.shown().len(), 1, "no program of the desktop was asked");

    // All of it is found again.
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num1);
    wait_card(&mut bench, "Result, saved.");
    assert!(card(&bench, "Line").starts_with("Line, take 1."));
}

#[test]
fn a_failed_run_is_shown_on_its_card_and_fixed_on_its_page() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 1.0);
    let mut bench = spoken(WIDE, &[&target]);
    bench.click("Choose video");
    wait_card(&mut bench, "Lip sync, ready.");
    let body = r#"{"id":"g","status":"FAILED","errorCode":"generation_input_video_invalid","error":"The video could not be read."}"#;
    let fault = Fault::Status { status: 200, body: body.into(), retry_after: None };
    bench.sandbox().faults().next("GET", "/v2/generate/", fault);
    press_lip_sync(&mut bench);
    assert_eq!(bench.harness.state().page(), Page::LipSync);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.key(Modifiers::COMMAND, Key::Num1);
    wait_card(&mut bench, "Lip sync, failed.");
    assert!(bench.has("Stopped at lip sync: the video could not be read"));
    assert!(bench.has_part("The lip sync failed: The video could not be read"));
    bench.click("Fix");
    assert_eq!(bench.harness.state().page(), Page::LipSync);
    bench.click("Try again");
    bench.wait("Lip sync finished");
    bench.key(Modifiers::COMMAND, Key::Num1);
    wait_card(&mut bench, "Result, saved.");
}

#[test]
fn work_that_waits_is_no_running_stage_and_can_be_tried_at_once() {
    let mut bench = spoken(WIDE, &[]);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", "Another line.");
    let body = r#"{"message":"Too many requests"}"#.into();
    bench.sandbox().faults().next("POST", "/v2/tts", Fault::Status { status: 429, body, retry_after: Some(600) });
    bench.click("Speak");
    bench.key(Modifiers::COMMAND, Key::Num1);
    wait_card(&mut bench, "Line, waits to go on.");
    bench.wait_part("starts again in");
    assert!(bench.has_part("asked for a pause") && bench.has("Try now"), "{}", bench.screen());
    bench.click("Try now");
    wait_card(&mut bench, "Line, take ");
}

#[test]
fn a_refused_target_says_why_on_its_card() {
    let made = tempfile::tempdir().unwrap();
    let broken = made.path().join("broken.mp4");
    std::fs::write(&broken, "this is no video").unwrap();
    let mut bench = spoken(WIDE, &[&broken]);
    bench.click("Choose video");
    wait_card(&mut bench, "Lip sync, not usable.");
    assert!(bench.has_part("broken.mp4") && bench.has("Choose another video"));
}

#[test]
fn the_take_is_heard_from_the_chain_and_the_keyboard_reaches_every_action() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 1.0);
    let mut bench = spoken(WIDE, &[&target]);
    bench.click("Play take 1");
    bench.until("it plays", |bench| bench.session().player.now().is_some_and(|now| now.key == "take:speak"));
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..40 {
        bench.key(Modifiers::NONE, Key::Tab);
        let focused = bench.harness.root().children_recursive().find(|node| node.accesskit_node().is_focused());
        reached.extend(focused.and_then(|node| node.accesskit_node().label()));
    }
    for name in ["New flow", "Choose file", "Change voice", "Edit line", "Choose video"] {
        assert!(reached.contains(name), "{name} is not among {reached:?}");
    }
    // The page's main action is what comes next.
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.until("a video is chosen", |bench| bench.session().store.flow.target.is_some());
}

#[test]
fn a_line_that_is_too_long_and_an_audio_file_that_is_refused_are_told_in_the_chain() {
    let made = tempfile::tempdir().unwrap();
    let broken = made.path().join("broken.wav");
    std::fs::write(&broken, "this is no sound").unwrap();
    let mut bench = Setup::default().dialogs([&broken]).app();
    bench.fill("Line to speak", &"a".repeat(5_214));
    wait_card(&mut bench, "Line, too long.");
    assert!(bench.has("Stopped at line: this line has 5,214 characters and the service takes 5,000"));
    for sentence in ["This line has 5,214 characters and the service takes 5,000", "Shorten it by 214 characters."] {
        assert!(bench.has(sentence), "{}", bench.screen());
    }

    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.click("Choose a take");
    bench.click("Use an audio file");
    bench.wait_part("broken.wav");
    bench.key(Modifiers::COMMAND, Key::Num1);
    wait_card(&mut bench, "Lip sync, ");
    assert!(bench.has_part("broken.wav"), "{}", bench.screen());
}

#[test]
fn five_rows_say_the_same_in_a_narrow_window() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 1.0);
    let mut bench = spoken(egui::vec2(960.0, 640.0), &[&target]);
    for name in ["Source", "Voice", "Line", "Lip sync", "Result"] {
        card(&bench, name);
    }
    bench.click("Choose video");
    wait_card(&mut bench, "Lip sync, ready.");
}
