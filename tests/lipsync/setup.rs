//! What can be chosen before a run and is seen after it: the options a model obeys, a face, the modes rehearsed, a trial
//! of the first seconds, another flow, a result that was moved.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use mouthpiece::api::SyncMode;
use mouthpiece::jobs::{LipSyncJob, Outcome, Request, State};
use mouthpiece::panels::Page;
use mouthpiece::sandbox::{Fault, Pace};

use crate::common::{Bench, Setup, media};
use crate::page::{filled, press_lip_sync, saved, with_audio};

/// The number of the picture in the setup.
fn frame(bench: &Bench) -> Option<u64> {
    let video = bench.harness.query_all_by_role(Role::Video).next()?;
    video.value()?.strip_prefix("Frame ")?.parse().ok()
}

fn lip_sync(bench: &Bench) -> &LipSyncJob {
    let Request::LipSync(job) = &bench.session().jobs.all()[0].request else { panic!("another job") };
    job
}

#[test]
fn only_the_options_a_model_obeys_are_there_and_are_sent() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    bench.until("the models are there", |bench| bench.session().store.models.value().is_some());
    bench.click("Something covers the mouth");
    assert!(bench.has("Face to move") && bench.has("Automatic") && bench.has("Expression"));
    bench.click("Show 2 more models");
    bench.click("react-1. Expressive, short clips. $0.167 / s, 1 to 3 min");
    assert!(!bench.has("Something covers the mouth") && !bench.has("Face to move") && !bench.has("Expression"));
    bench.click("sync-3. Strongest, up to 4K. $0.133 / s, 10 to 15 min");
    assert!(!bench.has("Something covers the mouth") && bench.has("Face to move"));
    bench.click("lipsync-2. General purpose. $0.05 / s, 1 to 3 min");
    press_lip_sync(&mut bench);
    bench.until("it has begun", |bench| bench.session().jobs.all().len() == 1);
    assert_eq!(lip_sync(&bench).options.occlusion_detection_enabled, Some(true));
    assert_eq!(lip_sync(&bench).options.active_speaker_detection, None, "automatic is the service's own choice");
}

#[test]
fn a_click_into_a_frame_picks_the_face_and_its_place_is_sent() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    bench.until("a picture is there", |bench| frame(bench) == Some(0));
    bench.key(Modifiers::NONE, Key::ArrowRight);
    bench.until("the next second is there", |bench| frame(bench) == Some(25));
    bench.click("Pick");
    bench.wait("Stop on a frame that shows the face, and click it");
    bench.harness.get_by_role(Role::Video).click();
    bench.frames(3);
    // The middle of the picture, but for what was rounded on the way.
    bench.wait_part("Picked in frame 25, at 1");
    assert!(!bench.session().player.now().is_some_and(|now| now.is_playing), "the click was no play");
    press_lip_sync(&mut bench);
    bench.until("it has begun", |bench| bench.session().jobs.all().len() == 1);
    let speaker = lip_sync(&bench).options.active_speaker_detection.clone().unwrap();
    let [x, y] = speaker.coordinates.unwrap();
    assert_eq!((speaker.frame_number, x.abs_diff(160) <= 1, y.abs_diff(120) <= 1), (Some(25), true, true), "{x}, {y}");
    bench.until("the video is saved", |bench| saved(bench).is_some());
    bench.key(Modifiers::COMMAND, Key::U);
    bench.click("Automatic");
    assert!(bench.session().store.flow.lip_sync.face.is_none());
}

/// Before anything is paid: four seconds into the result, each mode has another frame of the video of three seconds.
#[test]
fn each_mode_is_rehearsed_with_its_own_picture_and_the_voice() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    let voice = bench.session().store.flow.audio.as_ref().unwrap().secs().unwrap();
    assert!(voice > 4.5, "{voice}");
    let remapped = 4.0 * 3.0 / voice * 25.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a frame of three seconds")]
    let expected = [(Key::Num1, 50), (Key::Num2, 25), (Key::Num4, (remapped + 0.01) as u64), (Key::Num3, 74)];
    for (mode, number) in expected {
        bench.key(Modifiers::NONE, mode);
        bench.key(Modifiers::NONE, Key::Home);
        for _ in 0..4 {
            bench.key(Modifiers::NONE, Key::ArrowRight);
        }
        bench.until(&format!("frame {number} of {mode:?}"), |bench| frame(bench) == Some(number));
    }
    let code = mouthpiece::ui::format::time_code;
    bench.wait(&code(3.0));
    bench.key(Modifiers::NONE, Key::Num1);
    bench.wait(&code(voice));
    // It plays, backward too, with the sound of the voice, to the end of the voice.
    bench.key(Modifiers::NONE, Key::Home);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    bench.key(Modifiers::NONE, Key::Space);
    bench.until("it is heard", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
    assert_eq!(bench.session().player.now().unwrap().subtitle, "Rehearsal");
    let mut seen = Vec::new();
    bench.until("it goes backward", |bench| {
        seen.extend(frame(bench).filter(|number| seen.last() != Some(number)));
        let back = seen.windows(2).filter(|pair| pair[1] < pair[0] && pair[0] - pair[1] < 25).count();
        back >= 2
    });
    assert!(bench.session().jobs.all().is_empty(), "nothing was sent");
}

#[test]
fn the_first_seconds_are_a_file_of_their_own_and_not_the_result_of_the_flow() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 6.0);
    bench.click("Try the first 5 seconds");
    bench.until("it is there", |bench| {
        bench.session().jobs.all().first().is_some_and(|job| matches!(job.state, State::Done(_)))
    });
    let State::Done(Outcome::Video { file, .. }) = bench.session().jobs.all()[0].state.clone() else { panic!() };
    assert!((media::secs(&file) - 5.0).abs() < 0.06, "{}", media::secs(&file));
    assert!(lip_sync(&bench).is_trial && file.file_name().unwrap().to_str().unwrap().contains("first 5 s"));
    assert!(bench.session().store.flow.result.is_none(), "the flow has no result by it");
    bench.click("Compare the trial");
    bench.wait("First 5 seconds finished");
    let target = bench.session().store.flow.target.as_ref().unwrap().path.clone();
    bench.wait(&format!("Before {}", target.file_name().unwrap().to_str().unwrap()));
    bench.click("Back to setup");
    // Of other settings it is no trial; of these it is.
    bench.key(Modifiers::NONE, Key::Num4);
    bench.until("another one can be made", |bench| !bench.has("Compare the trial"));
    assert!(bench.has("Try the first 5 seconds"));
    bench.key(Modifiers::NONE, Key::Num1);
    bench.wait("Compare the trial");
    bench.click("Close the trial");
    bench.until("it is closed", |bench| !bench.has("Compare the trial"));
    assert!(bench.has("Checks before you pay"));
}

/// A trial that fails says why, and the new try is the one whose result is offered.
#[test]
fn a_trial_that_fails_is_tried_again() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 6.0);
    let body = r#"{"id":"g","status":"FAILED","errorCode":"generation_input_video_invalid","error":"The video could not be read."}"#;
    let fault = Fault::Status { status: 200, body: body.into(), retry_after: None };
    bench.sandbox().faults().next("GET", "/v2/generate/", fault);
    bench.click("Try the first 5 seconds");
    bench.wait_part("The video could not be read");
    bench.click("Try again");
    bench.wait("Compare the trial");
    assert!(!bench.has_part("could not be read"), "{}", bench.screen());
    assert!(bench.session().store.flow.result.is_none());
}

/// What was tried with other settings is not offered as the trial of these, also when that can't be cut.
#[test]
fn a_trial_that_can_not_be_cut_leaves_no_other_in_its_place() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 6.0);
    bench.click("Try the first 5 seconds");
    bench.wait("Compare the trial");
    bench.key(Modifiers::NONE, Key::Num4);
    bench.until("another one can be made", |bench| !bench.is_off("Try the first 5 seconds"));
    let cuts = mouthpiece::jobs::cuts::folder(&bench.session().library);
    std::fs::remove_dir_all(&cuts).unwrap();
    std::fs::write(&cuts, "no folder").unwrap();
    bench.click("Try the first 5 seconds");
    bench.wait_part(&cuts.display().to_string());
    assert!(bench.has("Try the first 5 seconds") && !bench.has("Compare the trial"), "{}", bench.screen());
    assert_eq!(bench.session().jobs.all().len(), 1);
}

/// Where the table of lengths stands.
fn table(bench: &Bench) -> egui::Rect {
    bench.harness.get_by_label_contains("Bounce. ").rect()
}

/// What is below the video stays where it is from the setup through the run, in both sizes, and the buttons keep
/// their places whatever the length is.
#[test]
fn nothing_moves_when_a_run_begins_or_a_result_is_short() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let voice = media::speech(made.path(), "own voice.wav");
    for size in [egui::vec2(1280.0, 800.0), egui::vec2(960.0, 640.0)] {
        let setup = Setup { size, pace: Pace::Real, ..Setup::default() }.dialogs([&target, &voice]);
        let mut bench = filled(setup.app(), "320 × 240");
        bench.until("a picture is there", |bench| frame(bench) == Some(0));
        let before = table(&bench);
        let last = bench.harness.get_by_label_contains("Silence. ").rect();
        assert!(last.bottom() <= bench.harness.get_by_role_and_label(Role::Button, "Lip sync").rect().bottom() + 64.0);
        let button = bench.harness.get_by_role_and_label(Role::Button, "Lip sync").rect();
        bench.key(Modifiers::NONE, Key::Num3);
        let short = bench.harness.get_by_role_and_label(Role::Button, "Lip sync").rect();
        assert_eq!(button, short, "the result of {} s is too short for a trial", 3);
        bench.key(Modifiers::NONE, Key::Num1);
        press_lip_sync(&mut bench);
        bench.wait("Stop watching");
        assert!((table(&bench).top() - before.top()).abs() < 0.1, "at {size:?}");
    }
}

/// The voice alone is heard by the card's own button: there is no second transport beside that of the video, and the
/// video can be played in its place at once.
#[test]
fn the_voice_alone_is_heard_without_a_second_transport() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    bench.until("a picture is there", |bench| frame(bench) == Some(0));
    bench.click("Play the audio");
    bench.until("it is heard", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
    assert!(!bench.has("Close the player"), "the card has the button for it");
    // Elsewhere it has one.
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait("Close the player");
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.until("the page stands in for it", |bench| !bench.has("Close the player"));
    bench.click("Pause the audio");
    bench.key(Modifiers::NONE, Key::Space);
    bench.until("the video plays", |bench| {
        bench.session().player.now().is_some_and(|now| now.is_playing && now.subtitle == "Rehearsal")
    });
    assert!(!bench.has("Close the player"));
}

/// The name in the field is the one the result will have, and it can be written over.
#[test]
fn the_field_has_the_name_that_will_be_used() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    let field = |bench: &Bench| {
        let field = bench.harness.get_by_role_and_label(Role::TextInput, "File name");
        field.value().unwrap_or_default()
    };
    let proposed = field(&bench);
    assert!(proposed.starts_with("teaser"), "{proposed}");
    assert!(bench.session().store.flow.lip_sync.file_name.is_empty(), "nothing was written");
    bench.fill("File name", "mine");
    assert_eq!(bench.session().store.flow.lip_sync.file_name, "mine");
    bench.fill("File name", "x");
    bench.key(Modifiers::NONE, Key::Backspace);
    bench.harness.get_by_role(Role::Video).focus();
    bench.frames(4);
    assert_eq!(field(&bench), proposed, "without a name of its own it has the proposed one again");
}

#[test]
fn a_speed_that_can_not_look_natural_is_said_before_it_is_paid() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 1.0);
    bench.wait_part("too slow to look natural");
    assert!(!bench.has_part("Remap plays the video"), "it is not chosen");
    bench.key(Modifiers::NONE, Key::Num4);
    bench.wait_part("Remap plays the video at");
    assert_eq!(bench.session().store.flow.lip_sync.mode, SyncMode::Remap);
}

#[test]
fn another_flow_is_chosen_without_leaving_the_page() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    let first = bench.session().store.flow.id.clone();
    bench.key(Modifiers::COMMAND, Key::N);
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.until("it is listed", |bench| bench.session().store.flows.others("").any(|flow| flow.id == first));
    let name = bench.session().store.flows.others("").find(|flow| flow.id == first).unwrap().name.clone();
    let now = bench.session().store.flow.name.clone();
    bench.click(&now);
    bench.click(&name);
    bench.until("it is open", |bench| bench.session().store.flow.id == first);
    bench.wait_part("320 × 240");
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}

#[test]
fn a_result_that_was_moved_is_found_or_downloaded_again() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    press_lip_sync(&mut bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    let file = saved(&bench).unwrap();
    let elsewhere = made.path().join("elsewhere.mp4");
    let dir = bench.close();
    std::fs::rename(&file, &elsewhere).unwrap();
    let setup = Setup { dir: Some(dir), ..Setup::default() };
    let mut bench = setup.dialogs([&elsewhere]).app();
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.wait_part("The file is no longer at this path");
    bench.click("Find it");
    bench.until("it is known", |bench| saved(bench).as_deref() == Some(elsewhere.as_path()));
    bench.until("it is watched", |bench| !bench.has_part("no longer at this path"));
    let dir = bench.close();
    std::fs::remove_file(&elsewhere).unwrap();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.click("Download again");
    bench.until("it is saved", |bench| saved(bench).is_some_and(|file| file.exists()));
    assert_eq!(bench.session().jobs.all().len(), 1, "nothing was run again");
}

#[test]
fn a_narrow_window_reaches_everything() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let voice = media::speech(made.path(), "own voice.wav");
    let setup = Setup { size: egui::vec2(960.0, 640.0), ..Setup::default() }.dialogs([&target, &voice]);
    let mut bench = filled(setup.app(), "320 × 240");
    assert!(!bench.has("File name") && !bench.has("Expression"), "the options are in a drawer");
    bench.click("Details");
    assert!(bench.has("File name") && bench.has("Expression") && bench.has("Choose…"), "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("the drawer is closed", |bench| !bench.has("File name"));
    bench.key(Modifiers::COMMAND, Key::I);
    bench.wait("File name");
    bench.key(Modifiers::COMMAND, Key::I);
    bench.until("the drawer is closed", |bench| !bench.has("File name"));
    press_lip_sync(&mut bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    bench.wait("Lip sync finished");
}

#[test]
fn the_folder_is_chosen_and_kept() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let voice = media::speech(made.path(), "own voice.wav");
    let folder = made.path().join("Elsewhere");
    std::fs::create_dir(&folder).unwrap();
    let mut bench = filled(Setup::default().dialogs([&target, &voice, &folder]).app(), "320 × 240");
    bench.harness.get_by_label("Choose…").scroll_to_me();
    bench.frames(3);
    bench.click("Choose…");
    bench.wait_part("Elsewhere");
    press_lip_sync(&mut bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    assert!(saved(&bench).unwrap().starts_with(&folder));
}

/// Of a video that is longer than the voice, no more is sent than is used, if that is wanted; a picked face stays picked.
#[test]
fn a_video_longer_than_the_voice_is_trimmed_to_fit() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 12.0);
    let whole = bench.session().store.flow.target.as_ref().unwrap().path.clone();
    let voice = bench.session().store.flow.audio.as_ref().unwrap().secs().unwrap();
    bench.until("a picture is there", |bench| frame(bench) == Some(0));
    bench.click("Pick");
    bench.harness.get_by_role(Role::Video).click();
    bench.wait_part("Picked in frame 0");
    let at = bench.session().store.flow.lip_sync.face.as_ref().unwrap().at;
    // What is slowed or waited for needs all of it.
    bench.key(Modifiers::NONE, Key::Num4);
    bench.until("all of it is used", |bench| !bench.has("Trim to fit"));
    bench.key(Modifiers::NONE, Key::Num5);
    assert!(!bench.has("Trim to fit"));
    bench.key(Modifiers::NONE, Key::Num1);
    bench.wait(&format!("{} of the video is used", mouthpiece::ui::format::time_code(voice)));
    bench.click("Trim to fit");
    bench.until("the part is the target", |bench| {
        bench.session().store.flow.target.as_ref().is_some_and(|target| target.path != whole)
    });
    bench.wait("Voice and video are the same length. Nothing to choose.");
    let target = bench.session().store.flow.target.clone().unwrap();
    assert!(target.path.starts_with(bench.dir.path().join("Results")), "{}", target.path.display());
    assert!((target.secs().unwrap() - voice).abs() < 0.06, "{:?} for {voice}", target.secs());
    assert!((media::secs(&whole) - 12.0).abs() < 0.06, "the whole video stays as it is");
    let face = bench.session().store.flow.lip_sync.face.clone().unwrap();
    assert_eq!((face.path, face.at), (target.path, at));
    assert!(bench.has_part("Picked in frame 0") && !bench.has("Trim to fit"), "{}", bench.screen());
}

/// While it is trimmed no run of the whole video begins, and who went elsewhere is left there.
#[test]
fn a_video_that_is_being_trimmed_holds_runs_back_and_pulls_nobody_to_its_page() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 12.0);
    let target = |bench: &Bench| bench.session().store.flow.target.clone().unwrap().path;
    let whole = target(&bench);
    bench.until("the run could begin", |bench| !bench.is_off("Lip sync"));
    bench.click("Trim to fit");
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.key(Modifiers::COMMAND, Key::Num4);
    let page = bench.harness.state().page();
    assert_ne!(page, Page::LipSync);
    bench.wait_part("Trimmed to");
    bench.until("the part is the target", |bench| target(bench) != whole);
    assert_eq!(bench.harness.state().page(), page);
    let sent: Vec<_> = bench.session().jobs.all().iter().map(|job| &job.request).collect();
    let of_whole = |request: &&Request| matches!(request, Request::LipSync(job) if job.target.path == whole);
    assert!(!sent.iter().any(of_whole), "the whole video was sent");
}
