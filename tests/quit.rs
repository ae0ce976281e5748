//! Leaving the real app, and what it tells a person who looks elsewhere: the question before it closes on open jobs,
//! the title, notifications, the request for attention.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod common;

#[path = "common/focus.rs"]
mod focus;

use std::time::Duration;

use common::{Bench, Setup, app};
use egui::{Key, Modifiers, UserAttentionType, ViewportCommand, ViewportEvent, ViewportId};
use focus::{focused, tab_to};
use mouthpiece::jobs::{Checkpoint, Request, SpeakJob, State};
use mouthpiece::library::JobRow;
use mouthpiece::panels::Page;
use mouthpiece::sandbox::Fault;

const QUESTION: &str = "Quit while jobs are open?";

/// A line to speak that was stopped in an earlier run.
fn stopped(id: &str) -> JobRow {
    let request = Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: "sandbox-ada".into(),
        voice_name: "Sandbox Ada".into(),
        script: "This line takes its time.".into(),
        stability: 0.5,
        similarity: 0.75,
    });
    JobRow {
        id: id.into(),
        request: serde_json::to_string(&request).unwrap(),
        checkpoint: serde_json::to_string(&Checkpoint::default()).unwrap(),
        state: "\"Stopped\"".into(),
        created_at: "2026-11-20T09:21:00Z".into(),
        finished_at: Some("2026-11-20T09:21:09Z".into()),
    }
}

/// The app with two stopped lines, on its activity page.
fn ready() -> Bench {
    let bench = app();
    for id in ["a", "b"] {
        bench.session().library.put_job(&stopped(id)).unwrap();
    }
    let mut bench = Setup { dir: Some(bench.close()), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.until("the jobs are read", |bench| bench.session().jobs.all().len() == 2);
    bench
}

/// The same with a line under way that will not be spoken in this test.
fn busy() -> Bench {
    let mut bench = ready();
    bench.sandbox().faults().next("POST", "/v2/tts", Fault::Slow(Duration::from_hours(1)));
    bench.click("Try again");
    bench.until("the line is under way", |bench| bench.session().jobs.remote() == 1);
    bench
}

/// The window manager's close button. True when the window closes.
fn close(bench: &mut Bench) -> bool {
    let input = bench.harness.input_mut();
    input.viewports.entry(ViewportId::ROOT).or_default().events.push(ViewportEvent::Close);
    bench.harness.step();
    let closes = !commands(bench).contains(&ViewportCommand::CancelClose);
    bench.frames(2);
    closes
}

fn commands(bench: &Bench) -> Vec<ViewportCommand> {
    bench.harness.output().viewport_output[&ViewportId::ROOT].commands.clone()
}

#[test]
fn with_nothing_open_the_window_just_closes() {
    let mut bench = app();
    assert!(close(&mut bench) && !bench.has(QUESTION));
}

#[test]
fn with_open_jobs_it_asks_once_and_insisting_closes() {
    let mut bench = busy();
    assert!(!close(&mut bench));
    assert!(bench.has(QUESTION) && bench.has_part("1 job stops with this window and goes on"), "{}", bench.screen());
    assert_eq!(focused(&bench).as_deref(), Some("Keep working"));
    tab_to(&mut bench, "Quit");
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(!bench.has(QUESTION), "{}", bench.screen());

    assert!(!close(&mut bench), "it asks again the next time");
    assert!(close(&mut bench), "asked a second time while the question stands, it closes");
}

#[test]
fn quit_closes_and_the_job_goes_on_next_time() {
    let mut bench = busy();
    bench.key(Modifiers::COMMAND, Key::Q);
    assert!(bench.has(QUESTION), "{}", bench.screen());
    bench.key(Modifiers::COMMAND, Key::Num2);
    assert_eq!(bench.harness.state().page(), Page::Activity, "keys of the window wait behind the question");
    let mut closing = false;
    press(&mut bench, "Quit");
    bench.until("the window is asked to close", |bench| {
        closing |= commands(bench).contains(&ViewportCommand::Close);
        closing
    });
    assert!(close(&mut bench));
    let mut bench = Setup { dir: Some(bench.close()), ..Setup::default() }.app();
    bench.until("the jobs of before are there", |bench| bench.session().jobs.all().len() == 2);
    let still_stopped =
        |bench: &Bench| bench.session().jobs.all().iter().filter(|job| matches!(job.state, State::Stopped)).count();
    assert_eq!(still_stopped(&bench), 1, "the one that was open went on");
}

#[test]
fn the_title_counts_what_runs_and_keeps_a_failure_until_it_is_looked_at() {
    let mut bench = ready();
    let refusal = r#"{"message":"The voice is withheld","statusCode":403,"errorCode":"voice_withheld"}"#;
    let refusal = Fault::Status { status: 403, body: refusal.into(), retry_after: None };
    bench.sandbox().faults().next("POST", "/v2/tts", refusal);
    bench.harness.input_mut().focused = false;
    let titles = titles_until(&mut bench, "1 failed · Mouthpiece", |bench| press(bench, "Try again"));
    let (last, before) = titles.split_last().unwrap();
    assert_eq!(last, "1 failed · Mouthpiece");
    // It may have failed between two frames.
    assert!(before.is_empty() || before == ["1 running · Mouthpiece"], "{before:?}");

    let shown = bench.notifier.shown();
    let [news] = shown.as_slice() else { panic!("one notification was expected: {shown:?}") };
    assert_eq!(news.title, "Take failed");
    assert!(news.body.contains("The voice is withheld"), "{news:?}");

    // Looking at another page is not looking at the failure.
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.harness.input_mut().focused = true;
    bench.frames(2);
    bench.harness.input_mut().focused = false;
    bench.key(Modifiers::COMMAND, Key::Num6);
    let look = |bench: &mut Bench| bench.harness.input_mut().focused = true;
    assert_eq!(titles_until(&mut bench, "Mouthpiece", look), ["Mouthpiece"]);
}

#[test]
fn attention_is_asked_for_only_while_the_window_is_not_looked_at() {
    let attention = |kind| ViewportCommand::RequestUserAttention(kind);
    let mut bench = ready();
    press(&mut bench, "Try again");
    let mut all = Vec::new();
    bench.until("the line is spoken", |bench| {
        all.extend(commands(bench));
        bench.session().store.takes.len() == 1
    });
    assert!(!all.contains(&attention(UserAttentionType::Informational)) && bench.notifier.shown().is_empty());

    bench.harness.input_mut().focused = false;
    press(&mut bench, "Try again");
    bench.until("it calls", |bench| commands(bench).contains(&attention(UserAttentionType::Informational)));
    assert_eq!(bench.notifier.shown()[0].title, "Take saved");
    bench.harness.input_mut().focused = true;
    bench.until("it is quiet again", |bench| commands(bench).contains(&attention(UserAttentionType::Reset)));
}

#[test]
fn notifications_can_be_turned_off() {
    let mut bench = ready();
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.click("Tell me when a job ends");
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.harness.input_mut().focused = false;
    bench.click("Try again");
    bench.until("the line is spoken", |bench| bench.session().store.takes.len() == 1);
    assert!(bench.notifier.shown().is_empty());
    let settings = bench.dir.path().join("settings.toml");
    bench.until("it is kept", |_| std::fs::read_to_string(&settings).unwrap().contains("notify = false"));
}

/// Presses a control, without a frame after it.
fn press(bench: &mut Bench, name: &str) {
    use egui_kittest::kittest::Queryable as _;
    bench.harness.query_all_by_label(name).next().unwrap().click();
}

/// Every title that was set until this one is.
fn titles_until(bench: &mut Bench, last: &str, act: impl FnOnce(&mut Bench)) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    act(bench);
    bench.until(last, |bench| {
        titles.extend(commands(bench).into_iter().filter_map(|command| match command {
            ViewportCommand::Title(title) => Some(title),
            _ => None,
        }));
        titles.last().is_some_and(|title| title == last)
    });
    titles
}

#[test]
fn esc_in_a_menu_gives_the_focus_back_to_what_opened_it() {
    let mut bench = app();
    let name = bench.texts().into_iter().find(|text| text.starts_with("Workspace: ")).unwrap();
    // One stands in the banner, the other in the menu.
    let many = |bench: &Bench| bench.texts().iter().filter(|text| *text == "Connect an account").count();
    bench.click(&name);
    bench.until("the menu is open", |bench| many(bench) == 2);
    bench.key(Modifiers::NONE, Key::Escape);
    assert_eq!(many(&bench), 1, "{}", bench.screen());
    assert_eq!(focused(&bench), Some(name));
}
