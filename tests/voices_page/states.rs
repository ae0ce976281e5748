//! What stands there while the list is on its way, when it did not come, and when there is nothing to list.

use std::time::Duration;

use egui::{Key, Modifiers};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::Queryable as _;
use mouthpiece::sandbox::{Fault, Sandbox};
use serde_json::json;

use crate::common::{Bench, Setup, account, service};
use crate::filled;

const LIST: (&str, &str) = ("GET", "/v2/voices");

/// The app with an account whose service is told what to do beforehand; the service runs as long as it is kept.
fn with_account(theme: &str, before: impl FnOnce(&Sandbox)) -> (Bench, Sandbox, tokio::runtime::Runtime) {
    mouthpiece::panels::when::pin(time::macros::datetime!(2026-11-22 14:09 UTC));
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("settings.toml"), format!("theme = {theme:?}\nreduce_motion = true\n")).unwrap();
    let (sandbox, tokio) = service(0, &dir.path().join("service"));
    before(&sandbox);
    let dir = Some(std::rc::Rc::new(dir));
    let port = sandbox.base_url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
    let mut bench = Setup { dir, account: Some(account(port)), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    (bench, sandbox, tokio)
}

fn refused() -> Fault {
    let body = r#"{ "message": "The store of voices is closed", "statusCode": 500, "requestId": "req_5" }"#;
    Fault::Status { status: 500, body: body.into(), retry_after: None }
}

/// Covers the words of this part, which tell a time of their own.
fn covered(bench: &mut Bench, results: &mut SnapshotResults, name: &str, part: &str) {
    bench.harness.remove_cursor();
    bench.frames(8);
    let mut picture = bench.harness.render().unwrap();
    let place = bench.harness.get_by_label_contains(part).rect().expand(2.0);
    // Times of the day are not of one width.
    let place = place.with_max_x(place.left() + WIDEST);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a window")]
    let [left, right, top, bottom] = [place.left(), place.right(), place.top(), place.bottom()].map(|at| at as u32);
    for (x, y) in (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y))) {
        picture.put_pixel(x, y, image::Rgba([128, 128, 128, 255]));
    }
    results.add(egui_kittest::try_image_snapshot(&picture, name));
}

/// Room for the words that are covered, in points.
const WIDEST: f32 = 360.0;

fn picture(bench: &mut Bench, results: &mut SnapshotResults, name: &str) {
    bench.harness.remove_cursor();
    bench.frames(8);
    results.add(bench.harness.try_snapshot(name));
}

#[test]
fn rows_to_come_stand_in_for_the_list_until_it_is_there() {
    let mut results = SnapshotResults::new();
    for (name, theme) in [("voices-loading", "dark"), ("voices-loading-light", "light")] {
        let slow = |sandbox: &Sandbox| sandbox.faults().next(LIST.0, LIST.1, Fault::Slow(Duration::from_hours(1)));
        let (mut bench, _sandbox, _tokio) = with_account(theme, slow);
        bench.wait_part("Getting your voices from ");
        picture(&mut bench, &mut results, name);
    }
}

#[test]
fn a_list_that_did_not_come_is_asked_for_again() {
    let mut results = SnapshotResults::new();
    for (name, theme) in [("voices-failed", "dark"), ("voices-failed-light", "light")] {
        let mut bench = filled::app(theme, egui::vec2(1280.0, 800.0));
        for _ in 0..4 {
            bench.sandbox().faults().next(LIST.0, LIST.1, refused());
        }
        bench.key(Modifiers::NONE, Key::F5);
        bench.wait("Could not get the voice list");
        assert!(bench.has_part("Showing the 10 voices from ") && bench.has("Use Rachel"), "{}", bench.screen());
        covered(&mut bench, &mut results, name, "Showing the 10 voices");
        bench.sandbox().faults().clear();
        filled::list(&mut bench, &filled::listed());
        assert!(!bench.has("Could not get the voice list"));
    }
}

#[test]
fn a_service_that_is_away_is_said_with_the_way_on() {
    let (mut bench, sandbox, tokio) = with_account("dark", |_| {});
    bench.wait_part("Built-in, ");
    drop((sandbox, tokio));
    bench.key(Modifiers::NONE, Key::F5);
    bench.wait_part("Could not reach 127.0.0.1");
    bench.wait("Check again");
    assert!(bench.has_part("Showing the ") && bench.has_part("Use "), "{}", bench.screen());
    let mut results = SnapshotResults::new();
    covered(&mut bench, &mut results, "voices-offline", "Showing the ");
}

#[test]
fn lists_without_a_row_name_the_next_step() {
    let mut results = SnapshotResults::new();
    let mut bench = Setup::default().app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait_part("Built-in, ");
    bench.click("My clones, 0");
    bench.wait("You have no clones yet");
    assert!(bench.has("Clone your first voice"));
    picture(&mut bench, &mut results, "voices-no-clones");
    bench.click("Favourites, 0");
    bench.wait("No favourites yet");
    assert!(bench.has("Press S on a voice to keep it here."));
    picture(&mut bench, &mut results, "voices-no-favourites");
    bench.click("Show all voices");
    filled::list(&mut bench, &json!([]));
    bench.wait("There are no voices here");
}
