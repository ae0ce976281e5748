//! The script page on the real app: choosing a voice, speaking, takes, and what goes wrong.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/focus.rs"]
mod focus;

use std::time::Duration;

use common::{Bench, app};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::files::Shown;
use mouthpiece::panels::Page;
use mouthpiece::sandbox::Fault;

/// The app on the script page with the first built-in voice chosen by its row.
fn ready() -> Bench {
    let mut bench = app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    assert!(bench.is_off("Speak"));
    assert!(bench.has("No take yet. Choose a voice first."));
    let voice = bench.session().store.voices.value().unwrap()[0].label().to_owned();
    bench.click("Choose a voice");
    bench.fill("Search voices", &voice.to_uppercase());
    bench.click(&format!("{voice}. Built-in voice"));
    assert_eq!(bench.session().store.flow.voice.as_ref().map(|voice| voice.name.clone()), Some(voice));
    bench
}

fn why_off(bench: &Bench) -> Option<String> {
    bench.harness.get_by_label("Speak").accesskit_node().description()
}

fn takes(bench: &Bench) -> usize {
    bench.session().store.takes.len()
}

#[test]
fn speaking_twice_keeps_two_takes_and_chooses_the_newer() {
    let mut bench = ready();
    assert_eq!(why_off(&bench).as_deref(), Some("Write a line first"));
    bench.fill("Line 1", "We built this for the people who finish the edit.");
    assert!(bench.has("49 of 5,000 characters") && bench.has("About 0:03 spoken"), "{}", bench.screen());
    assert!(bench.has("No take yet. Speaking it uses 49 characters."));
    bench.click("Speak");
    bench.wait("Play take 1");
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait("Play take 2");
    assert!(bench.has("Play take 1"));
    let store = &bench.session().store;
    assert_eq!((store.takes.len(), store.takes_of_line().count()), (2, 2));
    assert_eq!(store.chosen_take().map(|take| take.number), Some(2));
    for take in &store.takes {
        assert!(take.file.is_file() && take.duration_secs > 1.0);
    }
}

#[test]
fn a_line_that_is_too_long_is_not_sent() {
    let mut bench = ready();
    bench.fill("Line 1", &"ab ".repeat(1_500));
    assert!(bench.has("4,499 of 5,000 characters") && !bench.is_off("Speak"), "{}", bench.screen());
    bench.fill("Line 1", &"a".repeat(5_001));
    assert!(bench.has("5,001 of 5,000 characters"));
    assert!(bench.is_off("Speak"));
    let sentence = "This line has 5,001 characters and the service takes 5,000. Shorten it by 1 character.";
    assert!(bench.has(sentence));
    assert_eq!(why_off(&bench).as_deref(), Some(sentence));
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.frames(5);
    assert!(bench.session().jobs.all().is_empty());
}

#[test]
fn a_line_that_was_not_spoken_says_why_and_is_spoken_again() {
    let mut bench = ready();
    bench.fill("Line 1", "Good evening.");
    bench.sandbox().faults().next_refuses("POST", "/v2/tts", 402, "elevenlabs_quota_exceeded", "It is resting");
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait("Speak again");
    assert!(bench.has_part("It is resting"), "{}", bench.screen());
    assert_eq!(takes(&bench), 0);
    bench.click("Speak again");
    bench.wait("Play take 1");
    assert!(!bench.has("Speak again"));
}

#[test]
fn waiting_can_be_stopped_and_taken_up_again() {
    let mut bench = ready();
    bench.fill("Line 1", "Good evening.");
    bench.sandbox().faults().next("POST", "/v2/tts", Fault::Slow(Duration::from_mins(10)));
    bench.click("Speak");
    bench.wait("Speaking a take");
    assert!(bench.is_off("Speak"), "the same line is not sent twice by accident");
    bench.until("it went out", |bench| bench.sandbox().faults().pending() == 0);
    bench.click("Stop waiting");
    bench.wait_part("Stopped waiting.");
    assert_eq!(takes(&bench), 0);
    bench.click("Dismiss");
    assert!(!bench.has_part("Stopped waiting."));
    bench.click("Speak");
    bench.wait("Play take 1");
}

#[test]
fn a_line_whose_reply_got_lost_says_so_until_it_is_put_away() {
    let mut bench = ready();
    bench.fill("Line 1", "Good evening.");
    bench.sandbox().faults().next("POST", "/v2/tts", Fault::LoseAnswer);
    bench.click("Speak");
    bench.wait("Speak once more");
    bench.click("Dismiss");
    bench.frames(4);
    assert!(!bench.has("Speak once more") && !bench.has("Dismiss"), "{}", bench.screen());
}

/// The service asks to come again much later.
fn later() -> Fault {
    Fault::Status { status: 429, body: r#"{"message":"Too many requests"}"#.into(), retry_after: Some(600) }
}

#[test]
fn a_line_that_waits_says_why_and_until_when_and_is_tried_at_once_when_asked() {
    let mut bench = ready();
    bench.fill("Line 1", "Good evening.");
    bench.sandbox().faults().next("POST", "/v2/tts", later());
    bench.click("Speak");
    bench.wait_part("Starts again in");
    assert!(bench.has("Speaking a take") && bench.has_part("asked for a pause"), "{}", bench.screen());
    assert!(bench.has("Cancel") && !bench.has("Stop waiting"), "nothing of it is at the service");
    bench.until("nothing spins", |bench| {
        let pause = bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        pause > Duration::from_millis(300)
    });
    bench.click("Try now");
    bench.wait("Play take 1");
}

#[test]
fn over_the_limit_speaking_leads_to_the_limit_and_over_the_warning_a_line_says_so() {
    let setup = || common::Setup { account: Some(common::account(9)), ..common::Setup::default() };
    let limits = |warn_usd, stop_usd| mouthpiece::library::Limits { warn_usd, stop_usd };
    let charge = mouthpiece::library::Charge {
        job: "a".into(),
        at: mouthpiece::jobs::stamp(time::OffsetDateTime::now_utc()),
        kind: "speech".into(),
        voice: None,
        model: None,
        estimate_usd: Some(2.0),
        actual_usd: None,
        state: mouthpiece::library::ChargeState::Reserved,
    };
    let bench = setup().app();
    bench.session().library.reserve(&charge).unwrap();
    // What was only set aside for a job that is not there is given back at the next start.
    bench.session().library.charge_sent("a").unwrap();
    bench.session().library.set_limits(limits(Some(1.0), Some(3.0))).unwrap();
    let dir = bench.close();
    let mut bench = common::Setup { dir: Some(dir), ..setup() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Over your warning at $1.00");
    assert!(!bench.has("Over your limit"));
    bench.session().library.set_limits(limits(Some(1.0), Some(2.0))).unwrap();
    let dir = bench.close();
    let mut bench = common::Setup { dir: Some(dir), ..setup() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Over your limit of $2.00");
    bench.key(Modifiers::COMMAND, Key::Num1);
    bench.wait_part("$2.00 of $2.00");
}

#[test]
fn takes_of_other_lines_stay_at_hand() {
    let mut bench = ready();
    bench.fill("Line 1", "The first line.");
    bench.click("Speak");
    bench.wait("Play take 1");
    assert!(!bench.has("Other takes"));
    bench.fill("Line 1", "Another one.");
    bench.frames(3);
    assert!(bench.has("The first line."), "the take says what it says: {}", bench.screen());
    assert!(!bench.has("Other takes"), "it is this line's all the same");
    bench.click("Add a line");
    bench.fill("Line 2", "The second line.");
    bench.click("Show takes of line 1");
    bench.click("More actions for this line");
    bench.click("Delete this line");
    bench.wait("Other takes");
    assert!(bench.has("The first line."));
    bench.click("More actions for take 1 of “The first line.”");
    bench.click("Show in folder");
    bench.until("the file is shown", |bench| !bench.files.shown().is_empty());
    let file = bench.session().store.takes[0].file.clone();
    assert_eq!(bench.files.shown(), [Shown::Revealed(file)]);
    bench.click("Put take 1 of “The first line.” on a video");
    assert_eq!(bench.harness.state().page(), Page::LipSync);
    assert_eq!(bench.session().store.chosen_take().map(|take| take.number), Some(1));
}

#[test]
fn a_take_is_heard() {
    let mut bench = ready();
    bench.fill("Line 1", "Good evening.");
    bench.click("Speak");
    bench.click("Play take 1");
    let key = format!("take:{}", bench.session().store.takes[0].id);
    bench.until("it is loaded", |bench| bench.session().player.progress(&key).is_some());
}

#[test]
fn settings_go_with_the_line() {
    let mut bench = ready();
    bench.harness.get_by_label("Stability").focus();
    bench.frames(2);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    assert!((bench.session().store.flow.stability - 0.55).abs() < 1e-9);
    bench.fill("Line 1", "Good evening.");
    bench.click("Speak");
    bench.wait("Play take 1");
    assert_eq!(bench.session().store.takes[0].stability, Some(0.55));
}

#[test]
fn a_withheld_voice_cannot_be_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let sample = common::media::talking_head(dir.path(), "Sample.mp4", 14.0);
    let mut bench = common::Setup::default().dialogs([sample]).app();
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.click("Choose file");
    bench.wait("Clone voice");
    bench.click(common::CONSENT);
    // The list is asked for again once the voice is made; then it says that one voice is withheld.
    let body = serde_json::json!([{ "id": "v1", "name": "Vera", "restriction": { "status": "review" } }]).to_string();
    // Before that, the clone itself looks which voices are there already.
    for body in ["[]".to_owned(), body] {
        bench.sandbox().faults().next("GET", "/v2/voices", Fault::Status { status: 200, body, retry_after: None });
    }
    bench.click("Clone voice");
    bench.wait("Voice: Sample. Choose another");
    bench.until("the list came again", |bench| bench.sandbox().faults().pending() == 0);
    bench.click("Voice: Sample. Choose another");
    bench.wait("Vera. Withheld by the service");
    assert!(bench.is_off("Vera. Withheld by the service") && bench.is_off("Hear Vera"));
}

#[test]
fn the_line_outlives_a_restart() {
    let mut bench = ready();
    bench.fill("Line 1", "To be continued");
    bench.until("the line is saved", |bench| {
        bench.session().library.latest_flow().unwrap().is_some_and(|flow| flow.contains("To be continued"))
    });
    let dir = bench.close();
    let mut bench = common::Setup { dir: Some(dir), ..common::Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the line is back", |bench| bench.has("To be continued"));
}

#[test]
fn a_line_is_spoken_and_heard_by_keyboard_alone() {
    let mut bench = app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    let voice = bench.session().store.voices.value().unwrap()[1].label().to_owned();
    focus::tab_to(&mut bench, "Choose a voice");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.until("the search has the focus", |bench| focus::focused(bench).as_deref() == Some("Search voices"));
    bench.harness.get_by_label("Search voices").type_text(&voice);
    bench.frames(2);
    focus::tab_to(&mut bench, &format!("{voice}. Built-in voice"));
    bench.key(Modifiers::NONE, Key::Enter);
    bench.until("the cursor is in the line", |bench| focus::focused(bench).as_deref() == Some("Line 1"));
    bench.harness.get_by_label("Line 1").type_text("Good evening.");
    bench.frames(2);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait("Play take 1");
    focus::tab_to(&mut bench, "Play take 1");
    bench.key(Modifiers::NONE, Key::Enter);
    let key = format!("take:{}", bench.session().store.takes[0].id);
    bench.until("it is loaded", |bench| bench.session().player.progress(&key).is_some());
    assert_eq!(bench.session().store.flow.text(), "Good evening.");
}

#[test]
fn the_picker_takes_the_first_match_on_enter_and_a_long_line_keeps_speak_in_sight() {
    let mut bench = ready();
    let chosen = bench.session().store.flow.voice.as_ref().unwrap().name.clone();
    bench.click(&format!("Voice: {chosen}. Choose another"));
    bench.fill("Search voices", "hugo");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.until("Hugo is chosen", |bench| {
        bench.session().store.flow.voice.as_ref().is_some_and(|voice| voice.name == "Sandbox Hugo")
    });
    bench.fill("Line 1", &"A rather long line. ".repeat(240));
    let speak = bench.harness.get_by_label("Speak").rect();
    assert!(speak.bottom() < 800.0, "{speak:?}");
}
