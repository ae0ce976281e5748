//! Run all on the real app: the sandbox's example becomes a finished video; a stop, a failure and a restart say where it
//! stopped and nothing is bought twice; limits and unknown prices are asked about first.
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

#[path = "../common/mod.rs"]
mod common;
mod money;

use std::path::PathBuf;
use std::time::Duration;

use common::{Bench, Setup, media};
use egui::{Key, Modifiers};
use mouthpiece::jobs::{Outcome, Request, State};
use mouthpiece::library::Relation;
use mouthpiece::panels::Page;
use mouthpiece::sandbox::Fault;

const TICK: &str = "I have permission to clone this voice";

/// The sandbox's example, opened by its button.
fn example() -> Bench {
    opened(common::app())
}

fn opened(mut bench: Bench) -> Bench {
    bench.click("Open the example");
    bench.until("it is there", |bench| bench.session().store.flow.target.is_some());
    bench.wait_part("New clone, sample of");
    bench
}

/// The same, with the permission ticked.
fn ticked() -> Bench {
    let mut bench = example();
    bench.click(TICK);
    bench.until("it is taken in", |bench| bench.session().store.chain.voice.permission.given_at.is_some());
    bench.frames(2);
    bench
}

fn requests(bench: &Bench) -> [usize; 3] {
    let count = |is: fn(&Request) -> bool| bench.session().jobs.all().iter().filter(|job| is(&job.request)).count();
    [
        count(|request| matches!(request, Request::Clone(_))),
        count(|request| matches!(request, Request::Speak(_))),
        count(|request| matches!(request, Request::LipSync(_))),
    ]
}

fn result(bench: &Bench) -> Option<PathBuf> {
    bench.session().jobs.all().iter().find_map(|job| match &job.state {
        State::Done(Outcome::Video { file, .. }) => Some(file.clone()),
        _ => None,
    })
}

fn ctrl_r(bench: &mut Bench) {
    bench.key(Modifiers::COMMAND, Key::R);
}

#[test]
fn the_example_becomes_a_finished_video_with_two_clicks_more() {
    let mut bench = example();
    assert!(bench.has("3 steps to run: clone, speak, lip sync"), "{}", bench.screen());
    assert!(bench.has("Estimated price: $0.00, sandbox") && bench.is_off("Run all"));
    ctrl_r(&mut bench);
    bench.wait_part("Tick the permission on the Voice card first");
    assert_eq!(requests(&bench), [0; 3], "nothing begins without the permission");

    bench.click(TICK);
    bench.wait("In writing, Lena, made for Mouthpiece");
    bench.click("Run all");
    bench.wait("Everything is done");
    assert_eq!(requests(&bench), [1; 3]);

    let (file, take) = (result(&bench).unwrap(), bench.session().store.takes[0].clone());
    assert_eq!(media::codecs(&file), ["h264", "aac"]);
    assert!((media::secs(&file) - media::secs(&take.file)).abs() <= 0.05);
    let clones = &bench.session().store.clones;
    bench_consent(&clones[0].consent);
    assert!(bench.is_off("Run all"), "there is nothing left to run");

    // Another folder is set since; the result stays where it is.
    let dir = bench.close();
    let other = dir.path().join("Elsewhere").display().to_string();
    std::fs::write(dir.path().join("settings.toml"), format!("output = {other:?}\n")).unwrap();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.wait("Everything is done");
    assert!(bench.has_part("/ Results.") && !bench.has_part("Elsewhere"), "{}", bench.screen());
}

fn bench_consent(consent: &mouthpiece::library::Consent) {
    assert_eq!((consent.relation, consent.speaker.as_str()), (Relation::InWriting, "Lena, made for Mouthpiece"));
    assert_eq!(consent.statement, mouthpiece::library::STATEMENT);
    assert!(consent.says_who() && consent.sample_hash.is_some());
}

#[test]
fn the_full_statement_says_who_gave_the_permission() {
    let mut bench = example();
    bench.click("Read the full statement");
    bench.wait("Who gave the permission?");
    assert!(bench.has(mouthpiece::library::STATEMENT) && bench.has("Not now"));
    bench.fill("Speaker", "Lena Example");
    bench.click("I have permission");
    bench.wait("In writing, Lena Example");
    assert!(bench.session().store.chain.voice.permission.given_at.is_some());
    // The clone page shows the same draft.
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.wait("Voice name");
    assert!(bench.texts().contains(&"Lena Example".to_owned()), "{}", bench.screen());
}

#[test]
fn it_stops_after_the_step_when_asked_and_carries_on_from_the_next() {
    let mut bench = ticked();
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::SlowAnswer(Duration::from_millis(400)));
    bench.click("Run all");
    bench.wait("Step 2 of 4: cloning the voice");
    bench.click("Stop after this step");
    assert!(bench.has("It stops after this step.") && bench.has("Keep going"));
    bench.wait("Stopped after the voice. Run all carries on from the line.");
    assert_eq!(requests(&bench), [1, 0, 0]);
    bench.frames(20);
    assert_eq!(requests(&bench), [1, 0, 0], "nothing goes on by itself");
    ctrl_r(&mut bench);
    bench.wait("Everything is done");
    assert_eq!(requests(&bench), [1; 3]);
}

#[test]
fn a_second_press_changes_nothing_and_another_page_may_be_looked_at() {
    let mut bench = ticked();
    ctrl_r(&mut bench);
    ctrl_r(&mut bench);
    bench.key(Modifiers::COMMAND, Key::Num4);
    assert_eq!(bench.harness.state().page(), Page::Script);
    ctrl_r(&mut bench);
    assert_eq!(bench.harness.state().page(), Page::Flow, "the key leads to the run");
    ctrl_r(&mut bench);
    bench.wait("Everything is done");
    ctrl_r(&mut bench);
    bench.frames(10);
    assert_eq!(requests(&bench), [1; 3]);
}

#[test]
fn a_failure_says_where_and_why_and_the_next_press_carries_on_there() {
    let mut bench = ticked();
    bench.sandbox().faults().next_refuses("POST", "/v2/tts", 422, "validation_error", "This text can't be spoken");
    bench.click("Run all");
    bench.wait_part("Stopped at line: this text can't be spoken");
    assert!(bench.has("Details") && requests(&bench) == [1, 1, 0], "{}", bench.screen());
    bench.click("Details");
    assert_eq!(bench.harness.state().page(), Page::Activity);
    bench.key(Modifiers::COMMAND, Key::Num1);
    bench.click("Run all");
    bench.wait("Everything is done");
    assert_eq!(requests(&bench), [1; 3], "the same job went on");
    assert_eq!(bench.session().store.takes.len(), 1);
}

#[test]
fn what_is_wrong_with_the_video_is_fixed_before_it_runs_again() {
    let mut bench = ticked();
    let body = r#"{"id":"g","status":"FAILED","errorCode":"generation_input_video_invalid","error":"The video could not be read."}"#;
    let fault = Fault::Status { status: 200, body: body.into(), retry_after: None };
    bench.sandbox().faults().next("GET", "/v2/generate/", fault);
    bench.click("Run all");
    bench.wait_part("Stopped at lip sync: the video could not be read");
    assert!(!bench.has("Run all") && bench.has("Fix"), "{}", bench.screen());
    assert_eq!(requests(&bench), [1; 3]);
    // The key runs it all the same: whoever presses it has decided.
    ctrl_r(&mut bench);
    bench.wait("Everything is done");
    assert_eq!(requests(&bench), [1, 1, 2], "a run that ended at the service is begun anew, and nothing else");
}

#[test]
fn what_is_changed_while_it_runs_is_not_bought() {
    let mut bench = ticked();
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::SlowAnswer(Duration::from_millis(400)));
    bench.click("Run all");
    bench.wait("Step 2 of 4: cloning the voice");
    bench.fill("Line to speak", "Another line than the one that was agreed to.");
    bench.wait("Stopped before the line: the flow was changed");
    bench.frames(10);
    assert_eq!(requests(&bench), [1, 0, 0]);
    bench.click("Run all");
    bench.wait("Everything is done");
    assert_eq!(requests(&bench), [1; 3]);
    assert_eq!(bench.session().store.takes[0].script, "Another line than the one that was agreed to.");
}

#[test]
fn a_restart_says_where_it_stopped_and_begins_nothing_by_itself() {
    let mut bench = ticked();
    let wait = Fault::Status { status: 429, body: r#"{"message":"Too many requests"}"#.into(), retry_after: Some(600) };
    bench.sandbox().faults().next("POST", "/v2/tts", wait);
    bench.click("Run all");
    bench.wait_part("Step 3 of 4: starts again in");
    assert!(bench.has("Try now"));
    let dir = bench.close();

    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    // The job under way goes on; the step behind it does not begin.
    bench.wait("Stopped when Mouthpiece was closed. Run all carries on from lip sync.");
    bench.frames(20);
    assert_eq!(requests(&bench), [1, 1, 0]);
    bench.click("Run all");
    bench.wait("Everything is done");
    assert_eq!(requests(&bench), [1; 3]);
}

#[test]
fn another_flow_ends_the_run_after_its_step() {
    let mut bench = ticked();
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::SlowAnswer(Duration::from_millis(400)));
    bench.click("Run all");
    bench.wait("Step 2 of 4: cloning the voice");
    bench.key(Modifiers::COMMAND, Key::N);
    bench.wait("Fill in the four steps, in any order");
    bench.until("the voice is there", |bench| !bench.session().store.clones.is_empty());
    bench.frames(20);
    assert_eq!(requests(&bench), [1, 0, 0]);
}

#[test]
fn a_line_that_was_spoken_before_is_not_bought_again() {
    let mut bench = ticked();
    bench.click("Run all");
    bench.wait("Everything is done");
    let line = bench.session().store.flow.text().to_owned();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", "Something else.");
    bench.key(Modifiers::COMMAND, Key::Num1);
    bench.wait("2 steps to run: speak, lip sync");
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", &line);
    bench.key(Modifiers::COMMAND, Key::Num1);
    bench.wait("Everything is done");
    assert_eq!(requests(&bench), [1; 3]);
}

/// The take of before would be put on a video that is older than its input as soon as the new one is there.
#[test]
fn a_line_that_is_spoken_anew_for_a_word_is_waited_for() {
    let mut bench = ticked();
    bench.click("Run all");
    bench.wait("Everything is done");
    let line = bench.session().store.flow.text().to_owned();
    let word = line.split(|letter: char| !letter.is_alphabetic()).find(|word| word.len() > 3).unwrap().to_owned();
    let library = bench.session().library.clone();
    library.put_words(&[(word, "something else".to_owned())]).unwrap();
    drop(library);
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.wait("Done, as the words were said before");
    let before = bench.session().store.flow.take().map(str::to_owned);
    bench.sandbox().faults().next("POST", "/v2/tts", Fault::Slow(Duration::from_secs(2)));
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", &line);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.until("it is spoken anew", |bench| requests(bench)[1] == 2);
    bench.key(Modifiers::COMMAND, Key::Num1);
    ctrl_r(&mut bench);
    bench.wait("Step 3 of 4: speaking the line");
    bench.frames(10);
    assert_eq!(requests(&bench), [1, 2, 1], "nothing is put on the video before");
    bench.wait("Everything is done");
    assert_eq!(requests(&bench), [1, 2, 2]);
    assert_ne!(bench.session().store.flow.take().map(str::to_owned), before, "the new take is on the video");
}
