//! The clone page on the real app: consent, progress, cancel, full slots, lost replies, files without sound.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/focus.rs"]
mod focus;
#[path = "clone/slots.rs"]
mod slots;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{Bench, CONSENT, Setup, media};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use focus::{focused, tab_to};
use mouthpiece::error::Result;
use mouthpiece::jobs::{State, Step};
use mouthpiece::library::Relation;
use mouthpiece::panels::Page;
use mouthpiece::sandbox::Fault;

/// The app on the clone page with a file chosen and read.
fn checking(make: impl FnOnce(&Path) -> PathBuf) -> (Bench, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let file = make(dir.path());
    let mut bench = Setup::default().dialogs([file]).app();
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.click("Choose file");
    bench.wait("Clone voice");
    (bench, dir)
}

fn talking(dir: &Path) -> PathBuf {
    media::talking_head(dir, "keynote.mp4", 14.0)
}

/// Something asked of the service from the test.
#[expect(clippy::disallowed_methods, reason = "a test has no frames to wait in")]
fn ask<T>(call: impl Future<Output = Result<T>>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(call).unwrap()
}

/// How many files lie at the service: each upload that was carried out is one.
fn uploads(bench: &Bench) -> usize {
    let sandbox = bench.sandbox();
    let list =
        reqwest::Client::new().get(format!("{}/v2/assets", sandbox.base_url())).header("x-api-key", sandbox.key());
    let list: serde_json::Value = ask(async { Ok(list.send().await.unwrap().json().await.unwrap()) });
    list["items"].as_array().unwrap().len()
}

fn names_at_the_service(bench: &Bench) -> Vec<String> {
    ask(bench.session().client.voices()).into_iter().map(|voice| voice.label().to_owned()).collect()
}

fn has_voice(bench: &Bench, name: &str) -> bool {
    bench.session().store.flow.voice.as_ref().is_some_and(|voice| voice.name == name)
}

fn shown_state(bench: &Bench) -> Option<&State> {
    bench.session().jobs.all().first().map(|job| &job.state)
}

#[test]
fn without_the_tick_there_is_no_clone_and_with_it_the_consent_is_kept() {
    let (mut bench, _dir) = checking(talking);
    assert!(bench.has("keynote.mp4") && bench.has_part("Nothing has been uploaded yet."));
    assert!(bench.is_off("Clone voice"));
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.frames(5);
    assert!(bench.session().jobs.all().is_empty());
    let why = bench.harness.get_by_label("Clone voice").accesskit_node().description();
    assert_eq!(why.as_deref(), Some("Tick the permission first"));

    bench.fill("Voice name", "Mara, keynote");
    bench.click(CONSENT);
    assert!(bench.is_off("Speaker") && !bench.is_off("Clone voice"), "one's own voice needs no other name");
    bench.click("Consent given");
    bench.click("By e-mail");
    let why = bench.harness.get_by_label("Clone voice").accesskit_node().description();
    assert_eq!(why.as_deref(), Some("Name the speaker first, or choose “It is my voice”"));
    bench.fill("Speaker", "Mara Lindqvist");
    bench.click("Clone voice");
    bench.until("the voice is chosen", |bench| has_voice(bench, "Mara, keynote"));
    bench.until("the script is open", |bench| bench.harness.state().page() == Page::Script);
    bench.wait_part("Mara, keynote is ready");
    bench.until("the clone is on record", |bench| !bench.session().store.clones.is_empty());
    let consent = &bench.session().store.clones[0].consent;
    assert_eq!((consent.statement.as_str(), consent.speaker.as_str()), (CONSENT, "Mara Lindqvist"));
    assert!(consent.relation == Relation::ByEmail && consent.is_given());

    // The same source again needs its permission again.
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.click("Go on with keynote.mp4");
    bench.wait("Clone voice");
    assert!(bench.is_off("Clone voice"));
}

/// The service asks to come again much later.
fn later() -> Fault {
    Fault::Status { status: 429, body: r#"{"message":"Too many requests"}"#.into(), retry_after: Some(600) }
}

#[test]
fn a_clone_that_waits_says_why_and_until_when_and_is_tried_at_once_when_asked() {
    let (mut bench, _dir) = checking(talking);
    bench.click(CONSENT);
    bench.sandbox().faults().next("POST", "/v2/voices", later());
    bench.click("Clone voice");
    bench.wait_part("Starts again in");
    assert!(bench.has("The clone waits") && bench.has_part("asked for a pause"), "{}", bench.screen());
    bench.until("nothing spins", |bench| {
        let pause = bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        pause > Duration::from_millis(300)
    });
    bench.click("Try now");
    bench.until("the voice is chosen", |bench| has_voice(bench, "keynote"));
}

#[test]
fn a_taken_name_is_refused_before_anything_is_sent() {
    let (mut bench, _dir) = checking(talking);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    let taken = bench.session().store.voices.value().unwrap()[0].label().to_uppercase();
    bench.click(CONSENT);
    bench.fill("Voice name", &taken);
    assert!(bench.has_part("Another voice has this name."));
    assert!(bench.is_off("Clone voice"));
    bench.fill("Voice name", &"ä".repeat(101));
    assert!(bench.is_off("Clone voice"));
    bench.fill("Voice name", "Somebody new");
    assert!(!bench.is_off("Clone voice"));
}

#[test]
fn cancelling_an_upload_leaves_nothing_behind() {
    let (mut bench, _dir) = checking(|dir| {
        // Larger than what the system takes in for a receiver that does not listen.
        let (speech, path) = (media::speech(dir, "speech.wav"), dir.join("long.wav"));
        let (from, to) = (speech.to_str().unwrap(), path.to_str().unwrap());
        let long = ["-v", "error", "-stream_loop", "-1", "-i", from, "-t", "160", "-ar", "48000", "-ac", "2", to];
        media::run("ffmpeg", &long);
        path
    });
    bench.click("Send the whole file");
    bench.click(CONSENT);
    bench.sandbox().faults().next("PUT", "/uploads", Fault::Slow(Duration::from_mins(10)));
    bench.click("Clone voice");
    bench.wait("Copying the sample");
    bench.until("bytes leave", |bench| {
        let progress = &bench.session().jobs.all()[0].progress;
        progress.done() > 0 && progress.fraction().is_some_and(|part| part < 1.0)
    });
    assert!(bench.has_part(" MB"), "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("the job is stopped", |bench| matches!(shown_state(bench), Some(State::Stopped)));
    bench.wait("Clone voice");
    assert_eq!(uploads(&bench), 0);
    assert!(!names_at_the_service(&bench).iter().any(|name| name == "long"));
    assert!(bench.session().library.clones().unwrap().is_empty());

    // What was filled in is still there, and a second try goes through.
    bench.sandbox().faults().clear();
    bench.click("Clone voice");
    bench.until("the voice is chosen", |bench| has_voice(bench, "long"));
    assert_eq!(uploads(&bench), 1);
}

#[test]
fn a_clone_under_way_is_left_only_after_a_question() {
    let (mut bench, _dir) = checking(talking);
    bench.click(CONSENT);
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::Slow(Duration::from_mins(10)));
    bench.click("Clone voice");
    bench.until("it is being cloned", |bench| matches!(shown_state(bench), Some(State::Running(Step::Clone))));
    bench.click("Cancel");
    bench.wait_part("If it succeeds it will show up in Voices.");
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(matches!(shown_state(&bench), Some(State::Running(_))));
    bench.click("Cancel");
    bench.click("Stop waiting");
    bench.until("the job is stopped", |bench| matches!(shown_state(bench), Some(State::Stopped)));
    bench.wait("Clone voice");
}

#[test]
fn another_file_takes_the_page_from_a_clone_that_failed_and_from_one_under_way() {
    let (mut bench, dir) = checking(talking);
    let other = media::talking_head(dir.path(), "other.mp4", 12.0);
    bench.click(CONSENT);
    bench.sandbox().faults().next_refuses("POST", "/v2/voices", 503, "elevenlabs_service_unavailable", "It is resting");
    bench.click("Clone voice");
    bench.wait("The voice was not cloned");
    bench.drop_file(&other);
    bench.click("Clone a voice");
    bench.wait("Clone voice");
    assert!(bench.has("other.mp4") && bench.is_off("Clone voice"), "{}", bench.screen());

    bench.click(CONSENT);
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::Slow(Duration::from_secs(3)));
    bench.click("Clone voice");
    bench.until("it is being cloned", |bench| matches!(shown_state(bench), Some(State::Running(Step::Clone))));
    bench.drop_file(&dir.path().join("keynote.mp4"));
    bench.click("Clone a voice");
    bench.wait("Clone voice");
    assert!(bench.has("keynote.mp4") && bench.has_part("other is still being cloned"), "{}", bench.screen());
    bench.wait_part("other is ready");
    assert!(bench.session().store.flow.voice.is_none(), "it was made of another source than the flow's");
}

#[test]
fn a_video_without_sound_is_refused_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let file = media::silent_video(dir.path(), "mute.mp4", 2.0);
    let mut bench = Setup::default().dialogs([file]).app();
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.click("Choose file");
    bench.wait_part("this video has no sound. Choose another file.");
    assert!(!bench.has("Clone voice"));
    assert!(bench.has("Choose another file"));
}

#[test]
fn a_lost_reply_finds_the_voice_that_was_made() {
    let (mut bench, _dir) = checking(talking);
    bench.click(CONSENT);
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::LoseAnswer);
    bench.click("Clone voice");
    bench.until("the voice is chosen", |bench| has_voice(bench, "keynote"));
    assert_eq!(names_at_the_service(&bench).iter().filter(|name| *name == "keynote").count(), 1);
}

#[test]
fn a_refused_clone_says_why_and_is_tried_again_without_a_second_upload() {
    let (mut bench, _dir) = checking(talking);
    bench.click(CONSENT);
    bench.sandbox().faults().next_refuses("POST", "/v2/voices", 503, "elevenlabs_service_unavailable", "It is resting");
    bench.click("Clone voice");
    bench.wait("The voice was not cloned");
    assert!(bench.has_part("It is resting"), "{}", bench.screen());
    bench.click("Try again");
    bench.until("the voice is chosen", |bench| has_voice(bench, "keynote"));
    assert_eq!(uploads(&bench), 1);
}

#[test]
fn a_clone_of_before_a_restart_is_on_the_page_again() {
    let (mut bench, _dir) = checking(talking);
    bench.click(CONSENT);
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::Slow(Duration::from_mins(10)));
    bench.click("Clone voice");
    bench.until("it is being cloned", |bench| matches!(shown_state(bench), Some(State::Running(Step::Clone))));
    bench.until("the request is out", |bench| bench.sandbox().faults().pending() == 0);
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.wait("Looking for the new voice");
    assert!(bench.has_part("got lost. Looking for the new voice in your list."), "{}", bench.screen());
    bench.wait("It is not there. Clone again?");
    assert!(bench.has_part("your sample is already uploaded"), "{}", bench.screen());
    bench.click("Clone again");
    bench.until("the voice is chosen", |bench| has_voice(bench, "keynote"));
    assert_eq!(uploads(&bench), 1);
}

#[test]
fn the_first_line_is_spoken_as_soon_as_the_voice_is_ready() {
    let (mut bench, _dir) = checking(talking);
    bench.click(CONSENT);
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::Slow(Duration::from_secs(3)));
    bench.click("Clone voice");
    // Without another click.
    bench.until("the cursor is in the first line", |bench| focused(bench).as_deref() == Some("First line"));
    bench.harness.event(egui::Event::Text("Good evening, and welcome.".to_owned()));
    bench.until("the line is spoken", |bench| !bench.session().store.takes.is_empty());
    let session = bench.session();
    let take = &session.store.takes[0];
    assert_eq!((take.script.as_str(), take.voice_name.as_str()), ("Good evening, and welcome.", "keynote"));
    assert_eq!(bench.harness.state().page(), Page::Script);
}

#[test]
fn a_clone_of_one_flow_is_not_put_into_another() {
    let (mut bench, _dir) = checking(talking);
    bench.click(CONSENT);
    bench.sandbox().faults().next("POST", "/v2/voices", Fault::Slow(Duration::from_secs(3)));
    bench.click("Clone voice");
    bench.until("the clone is under way", |bench| shown_state(bench).is_some());
    bench.key(Modifiers::COMMAND, Key::N);
    bench.fill("Line to speak", "This is not for that voice.");
    bench.wait_part("keynote is ready");
    let session = bench.session();
    assert!(session.store.flow.voice.is_none() && session.store.takes.is_empty());
    assert_eq!(session.jobs.all().len(), 1, "nothing is spoken");
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.wait("Drop a talking-head video or an audio file");
}

#[test]
fn a_voice_is_cloned_by_keyboard_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = talking(dir.path());
    let mut bench = Setup::default().dialogs([file]).app();
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.key(Modifiers::COMMAND, Key::O);
    bench.wait("Clone voice");
    tab_to(&mut bench, "Voice name");
    tab_to(&mut bench, CONSENT);
    bench.key(Modifiers::NONE, Key::Space);
    assert!(!bench.is_off("Clone voice"), "{}", bench.screen());
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.until("the voice is chosen", |bench| has_voice(bench, "keynote"));
    bench.until("the cursor is in the line", |bench| focused(bench).as_deref() == Some("Line 1"));
    bench.until("the clone is on record", |bench| !bench.session().store.clones.is_empty());
    let consent = &bench.session().store.clones[0].consent;
    assert_eq!((consent.relation, consent.speaker.as_str()), (Relation::Own, ""));
}

#[test]
fn a_clone_made_beside_a_spoken_script_becomes_its_voice_only_when_asked() {
    let (mut bench, _dir) = checking(talking);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.click("Choose a voice");
    bench.click("Sandbox Ada. Built-in voice");
    bench.fill("Line 1", "Good evening.");
    bench.click("Speak");
    bench.wait("Put take 1 on a video");
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.wait("keynote is ready");
    assert!(has_voice(&bench, "Sandbox Ada"), "the voice that spoke the script stays");
    assert!(bench.has("This script keeps the voice that spoke it."), "{}", bench.screen());
    bench.click("Use it here");
    bench.until("it is the script's", |bench| has_voice(bench, "keynote"));
    assert_eq!(bench.harness.state().page(), Page::Script);
}
