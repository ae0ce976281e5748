//! The settings page on the real app: every change holds at once and is in the file.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

#[path = "settings/about.rs"]
mod about;
mod common;
#[path = "settings/pictures.rs"]
mod pictures;

use common::{Bench, Setup};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use mouthpiece::api::{AssetKind, Options};
use mouthpiece::jobs::{LipSyncJob, LocalFile, Request, VoiceTrack};
use mouthpiece::panels::Page;

fn settings(setup: Setup) -> Bench {
    let mut bench = setup.app();
    bench.key(Modifiers::COMMAND, Key::Comma);
    assert_eq!(bench.harness.state().page(), Page::Settings);
    bench
}

/// A small window may hold no larger layout; the key says so instead of doing nothing that is seen.
#[test]
fn a_larger_size_that_has_no_room_says_why() {
    let mut bench = Setup { size: egui::vec2(960.0, 640.0), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Plus);
    bench.wait_part("This window is too small for larger text");
    assert!(bench.has_part("It has room for 100%. Make it larger for 110%."), "{}", bench.screen());
}

/// The settings file as it is now.
fn file(bench: &Bench) -> toml::Table {
    let text = std::fs::read_to_string(bench.dir.path().join("settings.toml")).unwrap();
    text.parse().unwrap()
}

#[test]
fn the_theme_and_the_size_hold_at_once_and_are_saved() {
    let mut bench = settings(Setup::default());
    bench.click("Dark");
    assert_eq!(bench.harness.ctx.theme(), egui::Theme::Dark);
    bench.click("Light");
    assert_eq!(bench.harness.ctx.theme(), egui::Theme::Light);
    bench.until("the theme is saved", |bench| {
        file(bench).get("theme").is_some_and(|theme| theme.as_str() == Some("light"))
    });

    bench.harness.get_by_role_and_label(egui::accesskit::Role::Slider, "Size of text and controls").focus();
    bench.frames(2);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    bench
        .until("the size is saved", |bench| file(bench).get("scale").is_some_and(|scale| scale.as_float() > Some(1.0)));
    let zoom = f64::from(bench.harness.ctx.zoom_factor());
    assert!((zoom - file(&bench)["scale"].as_float().unwrap()).abs() < 0.001, "{zoom}");
}

#[test]
fn the_size_waits_until_the_slider_is_let_go() {
    let mut bench = settings(Setup::default());
    let slider = bench.harness.get_by_role_and_label(egui::accesskit::Role::Slider, "Size of text and controls");
    let rect = slider.rect();
    let pos = egui::pos2(rect.left() + rect.width() * 0.7, rect.center().y);
    let button = |pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    bench.harness.event(egui::Event::PointerMoved(pos));
    bench.frames(1);
    bench.harness.event(button(true));
    bench.frames(4);
    assert!((bench.harness.ctx.zoom_factor() - 1.0).abs() < 1e-6, "{}", bench.harness.ctx.zoom_factor());
    bench.harness.event(button(false));
    bench.until("the size is taken", |bench| bench.harness.ctx.zoom_factor() > 1.2);
    let taken = bench.harness.ctx.zoom_factor();
    bench.frames(4);
    assert!((bench.harness.ctx.zoom_factor() - taken).abs() < 1e-6, "it stays");
}

#[test]
fn results_go_to_the_chosen_folder() {
    let chosen = tempfile::tempdir().unwrap();
    let mut bench = settings(Setup::default().dialogs([chosen.path()]));
    bench.click("Choose");
    let shown = chosen.path().display().to_string();
    bench.wait(&shown);
    bench.until("the folder is saved", |bench| file(bench)["output"].as_str() == Some(&shown));
    bench.click("Use the usual folder");
    bench.until("the choice is gone", |bench| !file(bench).contains_key("output"));
}

#[test]
fn tools_are_looked_for_and_the_sandbox_says_what_it_is() {
    let mut bench = settings(Setup::default());
    for tool in ["ffmpeg", "ffprobe", "espeak-ng"] {
        bench.wait(tool);
        bench.until("its place is shown", |bench| bench.texts().iter().any(|text| text.ends_with(&format!("/{tool}"))));
    }
    bench.click("Look again");
    bench.wait("ffmpeg");
    assert!(bench.has("Sandbox in use") && bench.has_part("Nothing is uploaded, nothing is billed"));
}

#[test]
fn a_running_job_does_not_keep_the_page_drawing() {
    use std::time::Duration;
    let speak = mouthpiece::jobs::Request::Speak(mouthpiece::jobs::SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: "sandbox-ada".into(),
        voice_name: "Sandbox Ada".into(),
        script: "This line takes its time.".into(),
        stability: 0.5,
        similarity: 0.75,
    });
    let first = common::app();
    let row = mouthpiece::library::JobRow {
        id: "a".into(),
        request: serde_json::to_string(&speak).unwrap(),
        checkpoint: serde_json::to_string(&mouthpiece::jobs::Checkpoint::default()).unwrap(),
        state: "\"Stopped\"".into(),
        created_at: "2026-11-20T09:21:00Z".into(),
        finished_at: Some("2026-11-20T09:21:09Z".into()),
    };
    first.session().library.put_job(&row).unwrap();
    let mut bench = settings(Setup { dir: Some(first.close()), ..Setup::default() });
    bench.sandbox().faults().next("POST", "/v2/tts", mouthpiece::sandbox::Fault::Slow(Duration::from_hours(1)));
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.click("Try again");
    bench.until("the line is under way", |bench| bench.session().jobs.remote() == 1);
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.wait("ffmpeg");
    bench.until("no frame is due within half a second", |bench| {
        let due = bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        due > Duration::from_millis(500)
    });
    assert_eq!(bench.session().jobs.remote(), 1, "while it goes on");
}

#[test]
fn a_search_leaves_the_cards_that_have_it() {
    let mut bench = settings(Setup::default());
    bench.key(Modifiers::COMMAND, Key::F);
    bench.fill("Search settings", "ffmpeg");
    assert!(bench.has("Tools on this computer") && !bench.has("Appearance") && !bench.has("Saved files"));
    bench.fill("Search settings", "motion");
    assert!(bench.has("Appearance") && !bench.has("Tools on this computer"));
    bench.fill("Search settings", "nothing like it");
    assert!(bench.has("No setting matches “nothing like it”"));
    bench.click("Clear search");
    assert!(bench.has("Appearance") && bench.has("Saved files"));
}

#[test]
fn names_are_made_of_parts_and_an_empty_one_is_refused() {
    let mut bench = settings(Setup::default());
    assert!(bench.has("Example: launch-teaser-v4_mara_t3.mp4"), "{}", bench.screen());
    bench.click("date");
    assert!(bench.has("Example: launch-teaser-v4_mara_t3_2026-11-22.mp4"), "{}", bench.screen());
    bench.until("it is saved", |bench| {
        file(bench).get("name").is_some_and(|name| name.as_str() == Some("{video}_{voice}_t{take}_{date}"))
    });
    bench.fill("File name", "{flow} final");
    assert!(bench.has("Example: Launch teaser final.mp4"), "{}", bench.screen());
    bench.fill("File name", " ");
    bench.wait_part("A name needs at least one part or letter");
    bench.click("Use the usual folder");
    bench.until("the last good one stays", |bench| {
        file(bench).get("name").is_some_and(|name| name.as_str() == Some("{flow} final"))
    });
    bench.click("Use the usual name");
    bench.until("it is forgotten", |bench| !file(bench).contains_key("name"));
}

#[test]
fn every_switch_holds_at_once_and_is_saved() {
    // All of the page is in sight, and nothing on it moves any more.
    let mut bench = settings(Setup { size: egui::vec2(1280.0, 1400.0), ..Setup::default() });
    bench.wait("ffmpeg");
    for (switch, key, on) in [
        ("Save the take as WAV beside the video", "save_take_wav", false),
        ("Only when the whole queue is empty", "notify_at_last", true),
        ("Play a short sound", "notify_sound", true),
        ("Tell me when a job ends", "notify", false),
        ("Reduce motion", "reduce_motion", true),
        ("Keep clone samples here", "keep_samples", false),
    ] {
        bench.click(switch);
        bench.until(switch, |bench| file(bench).get(key).and_then(toml::Value::as_bool) == Some(on));
    }
    assert!(bench.is_off("Play a short sound"), "there is no notice to play it with");
    assert!(mouthpiece::ui::motion::is_reduced(&bench.harness.ctx));
}

#[test]
fn a_window_too_small_for_the_size_says_so() {
    let mut bench = settings(Setup::default());
    bench.harness.get_by_role_and_label(egui::accesskit::Role::Slider, "Size of text and controls").focus();
    bench.frames(2);
    for _ in 0..12 {
        bench.key(Modifiers::NONE, Key::ArrowRight);
    }
    bench.wait_part("This window has room for 125%. Make it larger for");
}

/// What was copied in the frames since.
fn copied(bench: &mut Bench) -> String {
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

#[test]
fn the_report_is_seen_before_it_is_copied_and_tells_nothing_of_its_user() {
    let mut bench = settings(Setup { account: Some(common::account(9)), ..Setup::default() });
    bench.wait("ffmpeg");
    bench.click("Copy support report");
    bench.wait("Support report");
    bench.wait_part("Workspace: account");
    bench.harness.get_by_role_and_label(egui::accesskit::Role::Button, "Copy").click();
    let report = copied(&mut bench);
    assert!(report.contains(env!("CARGO_PKG_VERSION")) && report.contains("Jobs: none"), "{report}");
    let home = bench.dir.path().display().to_string();
    for secret in [common::KEY, &home, "6789", "127.0.0.1", "/usr", "/home"] {
        assert!(!report.contains(secret), "{secret} is in it:\n{report}");
    }
    bench.until("it is closed", |bench| !bench.has("Support report"));
}

#[test]
fn clone_slots_are_typed_where_the_service_does_not_say() {
    let mut bench = settings(Setup { account: Some(common::account(9)), ..Setup::default() });
    bench.fill("Clone slots of your plan", "5");
    bench.until("they are saved", |bench| file(bench).get("slots").and_then(toml::Value::as_integer) == Some(5));
    bench.fill("Clone slots of your plan", "many");
    bench.wait("1 to 1,000");
    assert_eq!(file(&bench)["slots"].as_integer(), Some(5));
}

#[test]
fn the_sandbox_is_emptied_after_a_question_that_counts() {
    let bench = common::app();
    let made = bench.dir.path().join("practice.mp4");
    std::fs::write(&made, "a video").unwrap();
    let outcome = mouthpiece::jobs::Outcome::Video { file: made.clone(), secs: Some(1.0) };
    let local = |name: &str, content_type: &str, kind| LocalFile {
        path: bench.dir.path().join(name),
        content_type: content_type.into(),
        kind,
        size: None,
    };
    let sync = Request::LipSync(LipSyncJob {
        target: local("talk.mp4", "video/mp4", AssetKind::Video),
        voice: VoiceTrack::File(local("line.wav", "audio/wav", AssetKind::Audio)),
        model: "lipsync-2".into(),
        options: Options::default(),
        folder: bench.dir.path().to_owned(),
        stem: "practice".into(),
        estimate_usd: None,
        match_loudness: false,
        is_trial: false,
    });
    let row = mouthpiece::library::JobRow {
        id: "a".into(),
        request: serde_json::to_string(&sync).unwrap(),
        checkpoint: serde_json::to_string(&mouthpiece::jobs::Checkpoint::default()).unwrap(),
        state: serde_json::json!({ "Done": outcome }).to_string(),
        created_at: "2026-11-20T09:21:00Z".into(),
        finished_at: Some("2026-11-20T09:21:09Z".into()),
    };
    bench.session().library.put_job(&row).unwrap();
    let take = serde_json::json!({
        "id": "b", "number": 1, "voice_id": "sandbox-ada", "voice_name": "Sandbox Ada", "script": "One line.",
        "stability": null, "similarity": null, "file": "/no/such.wav", "url": "", "duration_secs": 2.0, "made_at": "",
    });
    bench.session().library.add_take(serde_json::from_value(take).unwrap()).unwrap();
    let mut bench = settings(Setup { dir: Some(bench.close()), ..Setup::default() });
    bench.until("it is counted", |bench| bench.has_part("0 results,"));
    bench.click("Reset sandbox");
    bench.wait_part("and 1 take?");
    let kept = "Videos saved to folders of your own stay, and your account is not touched.";
    assert!(bench.has_part(kept) && !bench.has_part("result?"), "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(made.is_file());
    bench.click("Reset sandbox");
    let dialog = |bench: &Bench| bench.harness.query_all_by_label("Reset sandbox").count();
    bench.until("the question stands", |bench| dialog(bench) == 2);
    let acting = bench.harness.query_all_by_label("Reset sandbox").find(|node| node.rect().center().y < 560.0);
    acting.unwrap().click();
    bench.until("the sandbox begins anew", |bench| {
        bench.harness.state().session().is_some_and(|session| session.library.jobs().unwrap().is_empty())
    });
    bench.wait_part("The sandbox is empty");
    assert!(made.is_file(), "a file in a folder of the user's own was deleted");
}

#[test]
fn the_page_is_there_again_at_the_next_start() {
    let mut bench = settings(Setup::default());
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.until("it is noted", |bench| {
        file(bench).get("window").and_then(|window| window.get("page")).and_then(toml::Value::as_str) == Some("voices")
    });
    let bench = Setup { dir: Some(bench.close()), ..Setup::default() }.app();
    assert_eq!(bench.harness.state().page(), Page::Voices);
}

/// A line to speak that the user had stopped in an earlier run of the app.
fn stopped(id: &str) -> mouthpiece::library::JobRow {
    let speak = serde_json::json!({ "Speak": { "voice_id": "sandbox-ada", "voice_name": "Sandbox Ada",
        "script": "One line to be said.", "stability": 0.5, "similarity": 0.75 } });
    mouthpiece::library::JobRow {
        id: id.into(),
        request: speak.to_string(),
        checkpoint: serde_json::to_string(&mouthpiece::jobs::Checkpoint::default()).unwrap(),
        state: "\"Stopped\"".into(),
        created_at: "2026-11-20T09:21:00Z".into(),
        finished_at: Some("2026-11-20T09:21:09Z".into()),
    }
}

#[test]
fn one_notice_comes_at_the_end_of_all_jobs_with_a_sound_where_that_is_wanted() {
    let bench = common::app();
    for id in ["a", "b"] {
        bench.session().library.put_job(&stopped(id)).unwrap();
    }
    let dir = bench.close();
    std::fs::write(dir.path().join("settings.toml"), "notify_at_last = true\nnotify_sound = true\n").unwrap();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.until("the jobs are read", |bench| bench.session().jobs.all().len() == 2);
    let slow = mouthpiece::sandbox::Fault::Slow(std::time::Duration::from_secs(2));
    bench.sandbox().faults().next("POST", "/v2/tts", slow);
    bench.harness.input_mut().focused = false;
    for _ in 0..2 {
        bench.harness.query_all_by_label("Try again").next().unwrap().click();
        bench.frames(3);
    }
    bench.until("both are spoken", |bench| bench.session().store.takes.len() == 2);
    bench.frames(2);
    let shown: Vec<_> = bench.notifier.shown().into_iter().map(|news| (news.title, news.sound)).collect();
    assert_eq!(shown, [("2 jobs ended".to_owned(), true)], "one notice");
}

#[test]
fn the_take_lies_as_a_wav_beside_its_video_where_that_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let video = common::media::silent_video(folder.path(), "teaser.mp4", 2.0);
    let dir = tempfile::tempdir().unwrap();
    let results = dir.path().join("Results");
    let text =
        format!("output = {:?}\nsave_take_wav = true\nname = '{{voice}} {{take}}'\n", results.display().to_string());
    std::fs::write(dir.path().join("settings.toml"), text).unwrap();
    let setup = Setup { dir: Some(std::rc::Rc::new(dir)), ..Setup::default() };
    let mut bench = setup.dialogs([&video]).app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.click("Use Sandbox Hugo");
    bench.fill("Line 1", "One line to be said.");
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.until("it is spoken", |bench| bench.session().store.takes.len() == 1);
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.key(Modifiers::COMMAND, Key::O);
    bench.until("the video is there", |bench| bench.session().store.flow.target.is_some());
    bench.wait_part("320 × 240");
    let role = egui::accesskit::Role::Button;
    let on = |bench: &Bench| {
        let mut own = bench.harness.query_all_by_role_and_label(role, "Lip sync");
        own.any(|node| !egui_kittest::kittest::NodeT::accesskit_node(&node).is_disabled())
    };
    bench.until("it can run", on);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.until("video and take are there", |_| {
        results.join("sandbox 1.mp4").exists() && results.join("sandbox 1.wav").exists()
    });
    assert!(common::media::secs(&results.join("sandbox 1.wav")) > 0.3);
}
