//! The activity page on the real app: a job that fails, in full, and goes on; stopping; what finished jobs offer.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod common;
#[path = "activity/pictures.rs"]
mod pictures;
#[path = "activity/rows.rs"]
mod rows;

use std::path::Path;

use common::{Bench, Setup, app, media};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::files::Shown;
use mouthpiece::jobs::{Checkpoint, Outcome, Request, SpeakJob, State};
use mouthpiece::library::{Charge, ChargeState, JobRow, Limits};
use mouthpiece::panels::Page;
use mouthpiece::sandbox::{Fault, Pace};

const LINE: &str = "Nobody hears this line before it is tried again.";

/// A line to speak that the user had stopped in an earlier run of the app.
fn stopped(id: &str, script: &str) -> JobRow {
    let request = Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: "sandbox-ada".into(),
        voice_name: "Sandbox Ada".into(),
        script: script.into(),
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

fn done(id: &str, outcome: &Outcome) -> JobRow {
    let state = serde_json::json!({ "Done": outcome }).to_string();
    JobRow { state, ..stopped(id, "A line from yesterday.") }
}

/// The app with these jobs of an earlier run, on its activity page.
fn with_jobs(rows: &[JobRow], pace: Pace) -> Bench {
    let bench = app();
    for row in rows {
        bench.session().library.put_job(row).unwrap();
    }
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), pace, ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    assert_eq!(bench.harness.state().page(), Page::Activity);
    bench.until("the jobs are read", |bench| bench.session().jobs.all().len() == rows.len());
    bench.frames(2);
    bench
}

#[test]
fn with_no_jobs_the_page_says_where_they_come_from() {
    let bench = with_jobs(&[], Pace::Instant);
    assert!(bench.has("Nothing has run yet") && bench.has("Jobs from every page show up here."));
    assert!(bench.is_off("Clear finished"));
}

#[test]
fn a_failed_job_says_everything_and_goes_on_when_tried_again() {
    let mut bench = with_jobs(&[stopped("a", LINE)], Pace::Instant);
    assert!(bench.has("Stopped") && bench.has("0:09"));
    let body = r#"{ "message": "The voice is withheld", "suggestion": "Choose another voice", "statusCode": 403,
        "errorCode": "voice_withheld", "requestId": "req_b81f22d0" }"#;
    let refusal = Fault::Status { status: 403, body: body.into(), retry_after: None };
    bench.sandbox().faults().next("POST", "/v2/tts", refusal);
    bench.click("Try again");
    bench.wait("Failed: voice withheld");
    bench.wait_part("The voice is withheld.");
    bench.wait_part("Choose another voice.");
    bench.wait_part("Code voice_withheld, status 403, request req_b81f22d0");
    assert!(bench.has("Failed, 1") && bench.has("Running, 0"));

    let copied = copied(&mut bench, "Copy details");
    assert!(copied.starts_with("Take: “Nobody hears this line before it…”\n"), "{copied}");
    bench.wait_part("Copied");
    assert!(copied.contains("req_b81f22d0") && copied.contains("Job a, begun 2026-11-20T09:21:00Z"), "{copied}");

    bench.click("Try again");
    bench.wait("Saved as WAV");
    let take = bench.session().store.takes.first().unwrap().clone();
    assert_eq!((take.script.as_str(), take.voice_name.as_str()), (LINE, "Sandbox Ada"));
    assert!((media::secs(&take.file) - take.duration_secs).abs() < 0.1);

    bench.click("Open take");
    assert_eq!(bench.harness.state().page(), Page::Script);
    bench.until("the take plays", |bench| bench.session().player.is_playing("take:a"));
}

#[test]
fn a_running_job_can_be_stopped_and_says_what_that_cannot_do() {
    let mut bench = with_jobs(&[stopped("a", LINE)], Pace::Instant);
    let slow = Fault::Slow(std::time::Duration::from_hours(1));
    bench.sandbox().faults().next("POST", "/v2/tts", slow);
    tab_to(&mut bench, "Try again");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.wait("Speaking");
    assert!(bench.has("Running, 1") && bench.has("of 4 to 12 s") && bench.is_off("Clear finished"));
    tab_to(&mut bench, "Stop waiting");
    bench.key(Modifiers::NONE, Key::Space);
    bench.wait("Stopped");
    assert!(matches!(bench.session().jobs.get("a").unwrap().state, State::Stopped));
}

#[test]
fn rows_are_searched_filtered_and_cleared_and_files_stay() {
    let folder = tempfile::tempdir().unwrap();
    let video = video(folder.path());
    let made = Outcome::Video { file: video.clone(), secs: Some(1.0) };
    let voice = Outcome::Voice { id: "sandbox-hugo".into(), name: "Sandbox Hugo".into() };
    let rows = [stopped("a", "Grüße aus Łódź"), done("b", &made), done("c", &voice)];
    let mut bench = with_jobs(&rows, Pace::Instant);
    assert!(bench.has("All, 3") && bench.has("Done, 2") && bench.has("“Grüße aus Łódź”"));

    bench.click("Done, 2");
    assert!(!bench.has("Stopped") && bench.has("Voice is ready"));
    bench.click("All, 3");
    bench.key(Modifiers::COMMAND, Key::F);
    bench.fill("Search jobs", "lodz grusse");
    assert!(bench.has("Stopped") && !bench.has("Voice is ready"));
    bench.fill("Search jobs", "nothing like it");
    bench.click("Show all jobs");

    bench.click("Show in folder");
    assert_eq!(bench.files.shown(), [Shown::Revealed(video.clone())]);

    bench.click("Open voice");
    assert_eq!(bench.harness.state().page(), Page::Voices);
    bench.until("the voice is in the inspector", |bench| bench.has("Hear this voice") && bench.has("sandbox-hugo"));

    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.click("Clear finished");
    bench.wait("Nothing has run yet");
    assert!(video.is_file());
    bench.until("the rows are gone from the library", |bench| bench.session().library.jobs().unwrap().is_empty());
}

#[test]
fn a_job_is_forgotten_after_a_question_that_says_what_goes_on() {
    let mut bench = with_jobs(&[stopped("a", LINE)], Pace::Instant);
    let slow = Fault::Slow(std::time::Duration::from_hours(1));
    bench.sandbox().faults().next("POST", "/v2/tts", slow);
    bench.click("Try again");
    bench.wait("Speaking");
    bench.until("the service works on it", |bench| bench.session().jobs.remote() == 1);
    bench.click("More actions for this job");
    bench.click("Forget this job");
    bench.wait("Forget “Nobody hears this line before it is…”?");
    bench.wait_part("can't stop a running job: it may still be charged");
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(bench.session().jobs.get("a").is_some());
    bench.click("More actions for this job");
    bench.click("Forget this job");
    bench.click("Forget");
    bench.wait("Nothing has run yet");
    bench.until("its row is gone", |bench| bench.session().library.jobs().unwrap().is_empty());
}

/// A job that came so far in an earlier run and was stopped then.
fn reached(id: &str, checkpoint: &Checkpoint) -> JobRow {
    JobRow { checkpoint: serde_json::to_string(checkpoint).unwrap(), ..stopped(id, LINE) }
}

#[test]
fn what_may_be_at_the_service_is_not_cleared_and_removed_only_after_a_question() {
    let mut paid = Checkpoint::default();
    paid.sending.sent = true;
    let mut bench = with_jobs(&[reached("paid", &paid), stopped("idle", "Nothing of this went out.")], Pace::Instant);
    bench.click("Clear finished");
    bench.until("the other row is gone", |bench| bench.session().library.jobs().unwrap().len() == 1);
    bench.frames(3);
    assert!(bench.session().jobs.get("paid").is_some() && bench.is_off("Clear finished"));

    bench.click("More actions for this job");
    bench.click("Remove from the list");
    bench.wait_part("Something of it may be at the sandbox and charged.");
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(bench.session().jobs.get("paid").is_some());
    bench.click("More actions for this job");
    bench.click("Remove from the list");
    bench.click("Forget");
    bench.wait("Nothing has run yet");
}

/// How soon the window is drawn again by itself.
fn pause(bench: &Bench) -> std::time::Duration {
    bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay
}

#[test]
fn a_page_is_drawn_again_only_for_what_moves_on_it() {
    let mut bench = with_jobs(&[stopped("a", LINE)], Pace::Instant);
    bench.until("nothing moves any more", |bench| pause(bench) > std::time::Duration::from_secs(5));
    let busy = Fault::Status { status: 429, body: r#"{"message":"Later"}"#.into(), retry_after: Some(600) };
    bench.sandbox().faults().next("POST", "/v2/tts", busy);
    bench.click("Try again");
    bench.wait_part("Starts again in");
    bench.until("only a clock ticks", |bench| pause(bench) > std::time::Duration::from_millis(500));
    assert!(pause(&bench) <= std::time::Duration::from_secs(1), "{:?}", pause(&bench));
}

#[test]
fn errors_headings_and_states_have_names() {
    use egui::accesskit::Role;
    let mut bench = with_jobs(&[stopped("a", LINE)], Pace::Instant);
    bench.sandbox().faults().next_refuses("POST", "/v2/tts", 403, "voice_withheld", "The voice is withheld");
    bench.click("Try again");
    bench.wait_part("The voice is withheld.");
    for key in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6] {
        bench.key(Modifiers::COMMAND, key);
        bench.frames(3);
        for node in bench.harness.root().children_recursive() {
            let node = node.accesskit_node();
            let spoken = matches!(node.role(), Role::Alert | Role::Heading | Role::Status);
            assert!(!spoken || node.label().is_some_and(|name| !name.trim().is_empty()), "{key:?}: {node:?}");
        }
    }
    let mut alerts = bench.harness.query_all_by_role(Role::Alert).map(|node| node.accesskit_node().label());
    assert!(alerts.any(|name| name.is_some_and(|name| name.starts_with("The voice is withheld."))));
}

#[test]
fn a_finished_job_is_removed_without_a_question() {
    let folder = tempfile::tempdir().unwrap();
    let file = video(folder.path());
    let mut bench = with_jobs(&[done("a", &Outcome::Video { file: file.clone(), secs: Some(1.0) })], Pace::Instant);
    bench.click("More actions for this job");
    bench.click("Open in your player");
    assert_eq!(bench.files.shown(), [Shown::Opened(file)]);
    bench.click("More actions for this job");
    bench.click("Remove from the list");
    bench.wait("Nothing has run yet");
}

#[test]
fn the_sandbox_says_that_nothing_is_billed() {
    let bench = with_jobs(&[], Pace::Instant);
    assert!(bench.has_part("Nothing is billed in the sandbox.") && !bench.has("Change limit"), "{}", bench.screen());
}

/// An account's month, in an account whose service need not be there.
fn with_books() -> Bench {
    let setup = || Setup { account: Some(common::account(9)), ..Setup::default() };
    let bench = setup().app();
    let library = bench.session().library.clone();
    let charge = |job: &str, at: &str, model: Option<&str>, usd: Option<f64>| Charge {
        job: job.into(),
        at: at.into(),
        kind: if model.is_some() { "lip sync" } else { "speech" }.into(),
        voice: Some("=Mara, keynote".into()),
        model: model.map(str::to_owned),
        estimate_usd: usd,
        actual_usd: None,
        state: ChargeState::Reserved,
    };
    let now = mouthpiece::jobs::stamp(time::OffsetDateTime::now_utc());
    for charge in [
        charge("a", &now, Some("lipsync-2"), Some(12.3)),
        charge("b", &now, Some("sync-3"), Some(1.14)),
        charge("c", &now, None, None),
        charge("d", "2024-02-10T10:00:00Z", Some("lipsync-2"), Some(3.0)),
    ] {
        library.reserve(&charge).unwrap();
        library.charge_sent(&charge.job).unwrap();
    }
    library.settle("a", Some(12.0)).unwrap();
    library.set_limits(Limits { warn_usd: Some(13.0), stop_usd: Some(40.0) }).unwrap();
    drop(library);
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..setup() }.dialogs([] as [&Path; 0]).app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench
}

#[test]
fn a_limit_that_nothing_was_spent_of_is_used_by_none() {
    let setup = || Setup { account: Some(common::account(9)), ..Setup::default() };
    let bench = setup().app();
    bench.session().library.set_limits(Limits { warn_usd: None, stop_usd: Some(40.0) }).unwrap();
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..setup() }.app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.wait("of $40.00");
    assert!(bench.has("0% used") && bench.has("$0.00"), "{}", bench.screen());
}

#[test]
fn the_books_of_a_month_are_summed_by_model_and_voice_and_others_are_turned_to() {
    let mut bench = with_books();
    bench.wait("$13.14");
    assert!(bench.has("of $40.00") && bench.has("Warns at $13, stops at $40") && bench.has("33% used"));
    assert!(bench.has("$1.14 of it is estimated until the service says the price"), "{}", bench.screen());
    assert!(bench.has_part("The warning is passed."));
    assert!(bench.has("Lip sync, lipsync-2") && bench.has("$12.00") && bench.has("no price") && bench.has("3 jobs"));
    assert!(bench.is_off("Next month"));
    bench.click("Previous month");
    bench.wait("Spend in February 2024 (UTC)");
    bench.wait("$3.00");
    assert!(bench.is_off("Previous month"));
    bench.click("Next month");
    bench.wait("$13.14");
}

#[test]
fn the_books_are_saved_as_a_table_without_formulas() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spending.csv");
    let dir = with_books().close();
    let setup = Setup { dir: Some(dir), account: Some(common::account(9)), ..Setup::default() };
    let gone = folder.path().join("gone").join("spending.csv");
    let mut bench = setup.dialogs([&gone, &file]).app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.click("Export CSV");
    bench.wait_part("Could not save the table");
    bench.wait_part(&format!("Could not write {}: no such file or directory.", gone.display()));
    bench.click("Export CSV");
    bench.wait_part("Spending saved as a table");
    let table = std::fs::read_to_string(&file).unwrap();
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(table.contains("\"'=Mara, keynote\"") && table.contains("\"12.3000\",\"12.0000\",\"charged\""), "{table}");
}

#[test]
fn narrow_windows_show_the_books_over_the_list_on_demand() {
    let setup = Setup { size: egui::vec2(960.0, 640.0), ..Setup::default() };
    let mut bench = setup.app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    assert!(!bench.has_part("Nothing is billed in the sandbox."));
    bench.click("Details");
    bench.wait_part("Nothing is billed in the sandbox.");
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(!bench.has_part("Nothing is billed in the sandbox."));
    bench.key(Modifiers::COMMAND, Key::I);
    bench.wait_part("Nothing is billed in the sandbox.");
    bench.click("Close the details");
    assert!(!bench.has_part("Nothing is billed in the sandbox."));
}

/// Goes to a control with the Tab key alone.
fn tab_to(bench: &mut Bench, name: &str) {
    for _ in 0..60 {
        bench.key(Modifiers::NONE, Key::Tab);
        if bench.harness.query_all_by_label(name).any(|node| node.accesskit_node().is_focused()) {
            return;
        }
    }
    panic!("Tab does not lead to “{name}”; on the screen:\n{}", bench.screen());
}

/// Presses a button that copies, and gives what was copied.
fn copied(bench: &mut Bench, button: &str) -> String {
    bench.harness.get_by_label(button).click();
    let mut copied = None;
    bench.until("something was copied", |bench| {
        let commands = &bench.harness.output().platform_output.commands;
        copied = commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        copied.is_some()
    });
    copied.unwrap()
}

fn video(dir: &Path) -> std::path::PathBuf {
    media::silent_video(dir, "teaser.mp4", 1.0)
}
