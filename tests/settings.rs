//! The settings page on the real app: every change holds at once and is in the file.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod common;

use common::{Bench, Setup};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use mouthpiece::panels::Page;

fn settings(setup: Setup) -> Bench {
    let mut bench = setup.app();
    bench.key(Modifiers::COMMAND, Key::Comma);
    assert_eq!(bench.harness.state().page(), Page::Settings);
    bench
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
