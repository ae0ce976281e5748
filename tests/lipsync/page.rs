//! The lip sync page on the real app, with the sandbox over HTTP: from a take and from an audio file, by mouse and by
//! keyboard, with failures, stops and restarts.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::common::{self, Bench, Setup, media};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::api::SyncMode;
use mouthpiece::files::Shown;
use mouthpiece::jobs::{Job, Outcome, State};
use mouthpiece::panels::Page;
use mouthpiece::sandbox::{Fault, Pace};

/// The page with a target of `secs` seconds and a speech file of its own, through the file dialogs.
pub fn with_audio(made: &Path, secs: f64) -> Bench {
    let target = media::silent_video(made, "teaser.mp4", secs);
    let voice = media::speech(made, "own voice.wav");
    filled(Setup::default().dialogs([&target, &voice]).app(), "320 × 240")
}

/// Both files of the dialogs, the target with a picture of this size.
pub fn filled(mut bench: Bench, size: &str) -> Bench {
    open(&mut bench);
    bench.click("Choose video");
    bench.wait_part(size);
    bench.click("Choose a take");
    bench.click("Use an audio file");
    bench.wait_part("own voice.wav");
    bench
}

pub fn open(bench: &mut Bench) {
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.until("the page is open", |bench| bench.harness.state().page() == Page::LipSync);
}

/// Presses the page's own "Lip sync": a page and a heading have that name too.
#[track_caller]
pub fn press_lip_sync(bench: &mut Bench) {
    let role = egui::accesskit::Role::Button;
    bench.until("the page's own button is on", |bench| {
        let mut own = bench.harness.query_all_by_role_and_label(role, "Lip sync");
        own.any(|node| !node.accesskit_node().is_disabled())
    });
    bench.harness.get_by_role_and_label(role, "Lip sync").click();
    bench.frames(3);
}

pub fn job(bench: &Bench) -> Option<&Job> {
    let session = bench.session();
    session.jobs.get(session.store.flow.result.as_deref()?)
}

pub fn saved(bench: &Bench) -> Option<PathBuf> {
    match &job(bench)?.state {
        State::Done(Outcome::Video { file, .. }) => Some(file.clone()),
        _ => None,
    }
}

#[test]
fn nothing_runs_before_both_inputs_are_there_and_the_button_says_why() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let mut bench = Setup::default().dialogs([&target]).app();
    open(&mut bench);
    assert!(bench.is_off("Lip sync"));
    bench.wait("Choose the video to put the line on");
    bench.key(Modifiers::COMMAND, Key::Enter);
    assert!(bench.session().jobs.all().is_empty());
    bench.click("Drop the video to put the line on");
    bench.wait("Choose a take or an audio file");
    bench.wait("Format and size are accepted");
}

#[test]
fn an_audio_file_of_ones_own_runs_to_a_saved_video() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    bench.wait("$0.00, sandbox");
    bench.fill("File name", "My: result/one");
    press_lip_sync(&mut bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    let file = saved(&bench).unwrap();
    assert_eq!(file.file_name().unwrap(), "My result one.mp4");
    assert!(file.starts_with(bench.dir.path().join("Results")), "{}", file.display());
    assert_eq!(media::codecs(&file), ["h264", "aac"]);
    let (result, voice) = (media::secs(&file), media::secs(&made.path().join("own voice.wav")));
    assert!((result - voice).abs() <= 0.045, "{result} s for {voice} s of voice");

    bench.wait("Lip sync finished");
    bench.wait_part("The link at the sandbox may expire");
    assert!(["Before", "After"].iter().all(|name| bench.has(name)));
    assert!(bench.has_part("My result one.mp4") && bench.has_part("own voice.wav") && bench.has("Bounce"));
    bench.click("Show in folder");
    bench.click("Open in your player");
    assert_eq!(bench.files.shown(), [Shown::Revealed(file.clone()), Shown::Opened(file)]);

    let tag = bench.harness.get_by_label("Saved").rect();
    assert!((tag.height() - 24.0).abs() < 0.5, "{tag:?}");

    // Both go together until they are unlinked; the one that is heard is the one that moves.
    bench.key(Modifiers::NONE, Key::K);
    bench.wait("Unlinked");
    bench.click("Unlinked");
    bench.wait("Linked");
    bench.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::O);
    assert_eq!(bench.files.shown().len(), 3);

    // An older result does not hide the setup, also for who comes back; it is shown when asked for.
    bench.click("Back to setup");
    bench.key(Modifiers::NONE, Key::Num2);
    for key in [Key::Num1, Key::Num5] {
        bench.key(Modifiers::COMMAND, key);
    }
    assert!(bench.has("Checks before you pay") && !bench.has("Lip sync finished"), "{}", bench.screen());
    bench.click("Show the result");
    bench.wait("Lip sync finished");
    for key in [Key::Num1, Key::Num5] {
        bench.key(Modifiers::COMMAND, key);
    }
    bench.key(Modifiers::NONE, Key::Num1);
    bench.wait("Show the result");

    // The setup again, with the result put aside; then for a run of its own.
    bench.click("Show the result");
    bench.key(Modifiers::COMMAND, Key::U);
    bench.wait("Checks before you pay");
    assert!(bench.session().store.flow.result.is_none() && bench.session().store.flow.audio.is_some());
}

#[test]
fn each_mode_shows_the_length_it_gives_and_keys_choose() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    let voice = bench.session().store.flow.audio.as_ref().unwrap().secs().unwrap();
    let target = bench.session().store.flow.target.as_ref().unwrap().secs().unwrap();
    let code = mouthpiece::ui::format::time_code;
    let expected = [
        format!("Bounce. Forward, then backward. Result {}", code(voice)),
        format!("Loop. Starts again from the top. Result {}", code(voice)),
        format!("Cut off. Loses {:.1} s of speech. Result {}", voice - target, code(target)),
        format!(
            "Remap. Slows the video to {:.0}%, too slow to look natural. Result {}",
            target / voice * 100.0,
            code(voice)
        ),
        "Silence. Not needed here: the voice is already longer.".to_owned(),
    ];
    for (row, mode) in expected.iter().zip(SyncMode::ALL).take(4) {
        bench.until("the row is there", |bench| bench.has(row));
        bench.harness.get_by_label(row).scroll_to_me();
        bench.frames(3);
        bench.click(row);
        assert_eq!(bench.session().store.flow.lip_sync.mode, mode);
    }
    for (key, mode) in [Key::Num1, Key::Num2, Key::Num3, Key::Num4].into_iter().zip(SyncMode::ALL) {
        bench.key(Modifiers::NONE, key);
        assert_eq!(bench.session().store.flow.lip_sync.mode, mode);
    }
    // What has nothing to do can't be chosen, neither by its key nor by an arrow.
    assert!(bench.is_off(&expected[4]), "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::Num5);
    assert_eq!(bench.session().store.flow.lip_sync.mode, SyncMode::Remap);
    // The row last chosen has the focus: arrows go on from there.
    bench.harness.get_by_label_contains("Remap.").focus();
    bench.frames(2);
    bench.key(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(bench.session().store.flow.lip_sync.mode, SyncMode::Remap);
    bench.key(Modifiers::NONE, Key::ArrowUp);
    assert_eq!(bench.session().store.flow.lip_sync.mode, SyncMode::CutOff);
    bench.key(Modifiers::NONE, Key::Num4);
    // A digit typed into the file name is text.
    bench.fill("File name", "2");
    assert_eq!(bench.session().store.flow.lip_sync.mode, SyncMode::Remap);
}

#[test]
fn models_come_from_the_service_and_expression_only_where_it_is_obeyed() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    bench.until("the models are there", |bench| bench.session().store.models.value().is_some());
    assert!(bench.has("Expression"));
    bench.click("sync-3. Strongest, up to 4K. $0.133 / s, 10 to 15 min");
    assert!(!bench.has("Expression"));
    assert_eq!(bench.session().store.flow.lip_sync.model, "sync-3");
    bench.click("Show 2 more models");
    assert!(bench.has_part("react-1"));
}

/// The service's own price takes the place of the published one, and the user's limit is obeyed before anything is
/// sent: the button leads to the limit.
#[test]
fn over_the_limit_the_button_opens_the_limit_and_below_it_the_run_goes_on_the_books() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let voice = media::speech(made.path(), "own voice.wav");
    let (service, _threads) = common::service(0, &made.path().join("service"));
    let port = url::Url::parse(service.base_url()).unwrap().port().unwrap();
    let setup = Setup { account: Some(common::account(port)), ..Setup::default() };
    let mut bench = filled(setup.dialogs([target, voice]).app(), "320 × 240");
    bench.wait_part("says 127.0.0.1");
    bench.wait_part(", with this job");

    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.click("Change limit");
    bench.fill("Warn above", "0.02");
    bench.fill("Stop at", "0.01");
    bench.wait("The warning comes after the stop. Lower it.");
    assert!(bench.is_off("Save limit"));
    bench.fill("Stop at", "1,000");
    bench.wait_part("with a point, such as 40");
    empty(&mut bench, "Warn above");
    bench.fill("Stop at", "0.01");
    bench.click("Save limit");
    bench.wait("Stops at $0.01");
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.wait("Over your limit of $0.01");
    bench.click("Over your limit");
    bench.wait("How much may a month cost?");
    assert!(bench.session().jobs.all().is_empty(), "nothing was started");
    empty(&mut bench, "Stop at");
    bench.fill("Warn above", "0.01");
    bench.click("Save limit");
    bench.wait("Over your warning at $0.01");

    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.until("it has begun", |bench| bench.session().jobs.all().len() == 1);
    let job = bench.session().jobs.all()[0].clone();
    let mouthpiece::jobs::Request::LipSync(sync) = &job.request else { panic!("{job:?}") };
    assert!(sync.estimate_usd.is_some_and(|usd| usd > 0.01), "{:?}", sync.estimate_usd);
}

/// Empties a field.
fn empty(bench: &mut Bench, name: &str) {
    bench.fill(name, "-");
    bench.key(Modifiers::NONE, Key::Backspace);
}

/// A real account, as far as the app can tell: the sandbox behind an address and a key.
#[test]
fn without_an_answer_the_published_models_and_prices_stand_in() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let voice = media::speech(made.path(), "own voice.wav");
    let (service, _threads) = common::service(0, &made.path().join("service"));
    let refusal = Fault::Status { status: 400, body: r#"{"message":"No models today"}"#.into(), retry_after: None };
    service.faults().next("GET", "/v2/models", refusal);
    for _ in 0..4 {
        let (code, words) = ("cost_estimate_unavailable", "No price today");
        service.faults().next_refuses("POST", "/v2/generations/estimate", 422, code, words);
    }
    let port = url::Url::parse(service.base_url()).unwrap().port().unwrap();
    let setup = Setup { account: Some(common::account(port)), ..Setup::default() };
    let mut bench = filled(setup.dialogs([target, voice]).app(), "320 × 240");
    bench.wait_part("No models today");
    assert!(bench.has_part("These are the published models") && bench.has_part("lipsync-2-pro. Sharper teeth"));
    bench.wait_part("at $0.05 / s");
    assert!(bench.has_part("Up to $0."), "{}", bench.screen());
    assert!(!bench.has_part("sandbox"), "{}", bench.screen());
    bench.click("Try again");
    bench.until("the error is gone", |bench| !bench.has_part("These are the published models"));
    assert_eq!(bench.session().store.models.value().map(Vec::len), Some(5));
}

#[test]
fn an_unreadable_target_is_refused_with_the_reason_and_the_old_one_stays() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let broken = made.path().join("broken.mp4");
    std::fs::write(&broken, "this is no video").unwrap();
    let mut bench = Setup::default().dialogs([&broken, &target, &broken]).app();
    open(&mut bench);
    bench.click("Choose video");
    bench.wait_part("broken.mp4");
    assert!(bench.is_off("Lip sync") && bench.session().store.flow.target.is_none());
    bench.click("Choose video");
    bench.wait_part("320 × 240");
    bench.click("Replace");
    bench.wait_part("broken.mp4");
    bench.click("Keep the old file");
    bench.until("the error is gone", |bench| !bench.has_part("broken.mp4"));
    assert_eq!(bench.session().store.flow.target.as_ref().unwrap().name(), "teaser.mp4");
}

/// The service asks to come again much later.
fn later() -> Fault {
    Fault::Status { status: 429, body: r#"{"message":"Too many requests"}"#.into(), retry_after: Some(600) }
}

#[test]
fn a_run_that_waits_says_why_and_until_when_and_is_tried_at_once_when_asked() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 1.0);
    bench.sandbox().faults().next("POST", "/v2/generate", later());
    press_lip_sync(&mut bench);
    bench.wait_part("Starts again in");
    assert!(bench.has_part("asked for a pause") && bench.is_off("Lip sync"), "{}", bench.screen());
    bench.until("nothing spins", |bench| {
        let pause = bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        pause > std::time::Duration::from_millis(300)
    });
    bench.click("Try now");
    bench.until("the video is saved", |bench| saved(bench).is_some());
}

#[test]
fn a_run_that_fails_says_why_and_a_new_try_is_followed() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    let body = r#"{"id":"g","status":"FAILED","errorCode":"generation_input_video_invalid","error":"The video could not be read."}"#;
    let fault = Fault::Status { status: 200, body: body.into(), retry_after: None };
    bench.sandbox().faults().next("GET", "/v2/generate/", fault);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait_part("The video could not be read");
    let failed = job(&bench).unwrap().id.clone();
    assert!(bench.has("Back to setup"));
    bench.click("Try again");
    bench.until("the video is saved", |bench| saved(bench).is_some());
    assert_ne!(job(&bench).unwrap().id, failed, "a run that ended badly stays ended; the flow follows the new one");
    bench.wait("Lip sync finished");
}

/// The same video and voice in another flow are a run of that flow.
#[test]
fn an_equal_run_of_another_flow_is_not_taken_for_the_new_try() {
    let made = tempfile::tempdir().unwrap();
    let files = [media::silent_video(made.path(), "teaser.mp4", 3.0), media::speech(made.path(), "own voice.wav")];
    let twice = files.iter().chain(&files);
    let mut bench = filled(Setup::default().dialogs(twice).app(), "320 × 240");
    let body = r#"{"id":"g","status":"FAILED","errorCode":"generation_input_video_invalid","error":"The video could not be read."}"#;
    let fault = Fault::Status { status: 200, body: body.into(), retry_after: None };
    bench.sandbox().faults().next("GET", "/v2/generate/", fault);
    press_lip_sync(&mut bench);
    bench.wait_part("The video could not be read");
    let failed = bench.session().store.flow.clone();
    bench.key(Modifiers::COMMAND, Key::N);
    bench.until("another flow is open", |bench| bench.session().store.flow.id != failed.id);
    let mut bench = filled(bench, "320 × 240");
    press_lip_sync(&mut bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    let jobs = bench.session().jobs.all();
    assert_eq!(jobs[0].request, jobs[1].request);
    bench.click("Back to setup");
    let name = bench.session().store.flow.name.clone();
    bench.click(&name);
    bench.click("teaser");
    bench.until("the first flow is open again", |bench| bench.session().store.flow.id == failed.id);
    bench.wait_part("The video could not be read");
    assert_eq!(bench.session().store.flow.result, failed.result);
}

#[test]
fn a_vanished_target_fails_and_the_setup_comes_back() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    std::fs::remove_file(made.path().join("teaser.mp4")).unwrap();
    press_lip_sync(&mut bench);
    bench.wait_part("Could not read");
    bench.click("Back to setup");
    bench.until("the error is gone", |bench| !bench.has("Back to setup"));
    assert!(bench.session().store.flow.result.is_none());
}

#[test]
fn watching_stops_and_goes_on_and_the_result_is_there_after_a_restart() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let voice = media::speech(made.path(), "own voice.wav");
    let setup = Setup { pace: Pace::Real, ..Setup::default() }.dialogs([&target, &voice]);
    let mut bench = filled(setup.app(), "320 × 240");
    press_lip_sync(&mut bench);
    bench.until("it runs at the service", |bench| job(bench).is_some_and(|job| job.checkpoint.generation.is_some()));
    bench.click("Stop watching");
    bench.wait_part("goes on with it");
    assert!(matches!(job(&bench).unwrap().state, State::Stopped));
    let dir = bench.close();

    // Another start of the program finds it stopped, goes on, and shows the result.
    let mut bench = reopened(dir);
    bench.click("Watch again");
    bench.until("the video is saved", |bench| saved(bench).is_some());
    bench.wait("Lip sync finished");
    let file = saved(&bench).unwrap();
    let dir = bench.close();

    let mut bench = reopened(dir);
    bench.wait("Lip sync finished");
    assert_eq!(saved(&bench), Some(file.clone()));
    bench.wait_part(file.file_name().unwrap().to_str().unwrap());
}

pub fn reopened(dir: Rc<tempfile::TempDir>) -> Bench {
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    open(&mut bench);
    bench
}
