//! Pictures of the Flow page, which say the same on each run.

use std::rc::Rc;
use std::time::Duration;

use egui_kittest::kittest::Queryable as _;
use egui_kittest::{SnapshotResults, try_image_snapshot};
use mouthpiece::sandbox::Fault;

use super::common::{Bench, media};
use super::past::{Open, Past};
use super::{SMALL, WIDE, app, wait_rows};

/// Nothing moves and nothing is on its way.
fn settle(bench: &mut Bench, rows: usize) {
    if rows > 0 {
        wait_rows(bench, rows);
    }
    let is_read = |bench: &Bench| !["Reading the ", "Preparing the "].iter().any(|part| bench.has_part(part));
    bench.until("the waveforms and pictures are there", is_read);
    bench.harness.remove_cursor();
    // Small pictures of the rows say nothing of being on their way. What is drawn tells as much as a picture of it,
    // and costs no rendering.
    let (mut last, mut same) = (bench.harness.output().shapes.clone(), 0);
    while same < STILL {
        bench.frames(1);
        media::run("true", &[]);
        let now = &bench.harness.output().shapes;
        same = if *now == last { same + 1 } else { 0 };
        last.clone_from(now);
    }
}

/// Frames in a row that draw the same: then nothing is on its way any more.
const STILL: usize = 40;

/// The look of a run under way: what counts seconds is as it was in its first one.
fn run(bench: &mut Bench) {
    let slow = Fault::Slow(Duration::from_mins(10));
    bench.sandbox().faults().next("POST", "/v2/tts", slow);
    bench.click("Run all");
    bench.wait("Step 3 of 4: speaking the line");
}

/// Covers what turns and runs while a line is spoken.
fn covered(bench: &mut Bench) -> image::RgbaImage {
    let place = |part: &str| bench.harness.query_all_by_label_contains(part).next().map(|node| node.rect());
    // A card's own name says the same as what stands on it.
    let is_small = |place: &egui::Rect| place.height() < 60.0;
    let small = |part: &str| bench.harness.query_all_by_label_contains(part).map(|node| node.rect()).find(is_small);
    let places: Vec<egui::Rect> =
        ["usually", "Line progress", "Time left", "Run all"].iter().filter_map(|part| small(part)).collect();
    let mut rings: Vec<egui::Rect> = Vec::new();
    if let Some(card) = place("Line, ") {
        rings.push(egui::Rect::from_center_size(card.min + egui::vec2(24.0, 20.0), egui::vec2(22.0, 22.0)));
    }
    if let Some(title) = place("Step 3 of 4") {
        rings.push(egui::Rect::from_center_size(title.left_center() + egui::vec2(-30.0, 9.0), egui::vec2(30.0, 30.0)));
    }
    let mut image = bench.harness.render().unwrap();
    let cover = *image.get_pixel(1, 1);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        #[expect(clippy::cast_precision_loss, reason = "pixels of a window")]
        let at = egui::pos2(x as f32, y as f32);
        if places.iter().chain(&rings).any(|place| place.expand(1.0).contains(at)) {
            *pixel = cover;
        }
    }
    image
}

#[test]
fn pictures_of_a_run_under_way() {
    let (mut results, media) = (SnapshotResults::new(), Rc::new(tempfile::tempdir().unwrap()));
    for (theme, name) in [("dark", "flow-running"), ("light", "flow-running-light")] {
        let past = Past::with(theme, &media);
        past.open(Open::ToSpeak);
        past.fill();
        let (mut bench, _media) = app(past, WIDE);
        settle(&mut bench, 4);
        run(&mut bench);
        bench.harness.remove_cursor();
        bench.frames(3);
        let image = covered(&mut bench);
        results.add(try_image_snapshot(&image, name));
    }
}

#[test]
fn pictures_of_the_page() {
    let (mut results, media) = (SnapshotResults::new(), Rc::new(tempfile::tempdir().unwrap()));
    for (name, open, size, rows) in [
        ("flow", Open::Ready, WIDE, 4),
        ("flow-failed", Open::Failed, WIDE, 4),
        ("flow-to-clone", Open::ToClone, WIDE, 4),
        ("flow-changed", Open::Changed, WIDE, 4),
        ("flow-empty", Open::Empty, WIDE, 0),
        ("flow-small", Open::Ready, SMALL, 1),
        ("flow-wide", Open::Ready, egui::vec2(1920.0, 1000.0), 7),
    ] {
        for (theme, end) in [("dark", ""), ("light", "-light")] {
            if name == "flow-wide" && theme == "light" {
                continue;
            }
            let past = Past::with(theme, &media);
            if open != Open::Empty {
                // Takes are numbered as they come.
                past.open(open);
                past.fill();
            }
            let (mut bench, _media) = app(past, size);
            settle(&mut bench, rows);
            results.add(bench.harness.try_snapshot(format!("{name}{end}")));
        }
    }
}
