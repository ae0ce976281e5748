//! Pictures of the Flow page, which say the same on each run.

use std::rc::Rc;
use std::time::Duration;

use egui_kittest::kittest::Queryable as _;
use egui_kittest::{SnapshotResults, try_image_snapshot};
use mouthpiece::jobs::stamp;
use mouthpiece::library::{Charge, ChargeState, Limits};
use mouthpiece::sandbox::Fault;

use super::common::{self, Bench, Setup, media};
use super::past::{Open, Past};
use super::{SMALL, WIDE, app, wait_rows};

/// Nothing moves and nothing is on its way.
fn settle(bench: &mut Bench, rows: usize) {
    if rows > 0 {
        wait_rows(bench, rows);
        thumbs_drawn(bench);
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

/// Until the first row of the list has the picture of its video: that is on its way without a word.
fn thumbs_drawn(bench: &mut Bench) {
    let row = bench.harness.query_all_by_label_contains("Keynote, German pickup lines. ").next().unwrap().rect();
    let at = row.left_center() + egui::vec2(37.0, 0.0);
    for _ in 0..2_000 {
        let image = bench.harness.render().unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside of the window")]
        let [red, _, blue, _] = image.get_pixel(at.x as u32, at.y as u32).0;
        if blue > red.saturating_add(25) {
            return;
        }
        bench.frames(1);
        media::run("true", &[]);
    }
    panic!("the picture of the video never came");
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

/// Covers what turns, runs and counts while a line is spoken, in places whose size no words decide.
fn covered(bench: &mut Bench) -> image::RgbaImage {
    let place = |part: &str| bench.harness.query_all_by_label_contains(part).next().map(|node| node.rect());
    let (Some(card), Some(title), Some(stop)) =
        (place("Line, speaking."), place("Step 3 of 4"), place("Stop after this step"))
    else {
        panic!("{}", bench.screen())
    };
    let (is_row, y) = (card.width() > 400.0, stop.center().y);
    let at = |from: egui::Pos2, size: [f32; 2]| egui::Rect::from_min_size(from, size.into());
    let across = |left: f32, right: f32, top: f32, bottom: f32| egui::Rect::from_x_y_ranges(left..=right, top..=bottom);
    let mut places = vec![
        // The ring of the bar, what it says of price and time, and how far the whole run is.
        egui::Rect::from_center_size(title.left_center() + egui::vec2(-30.0, 9.0), egui::vec2(30.0, 30.0)),
        across(stop.left() - 400.0, stop.left() - 6.0, y - 20.0, y + 20.0),
        across(title.left() - 46.0, stop.right(), y + 21.0, y + 27.0),
    ];
    // The ring of the card, since when, and how far.
    if is_row {
        let middle = card.left_center();
        places.push(egui::Rect::from_center_size(middle + egui::vec2(26.0, 0.0), egui::vec2(22.0, 22.0)));
        places.push(at(middle + egui::vec2(142.0, 1.0), [390.0, 18.0]));
        places.push(at(middle + egui::vec2(540.0, -18.0), [166.0, 36.0]));
    } else {
        places.push(egui::Rect::from_center_size(card.min + egui::vec2(24.0, 20.0), egui::vec2(22.0, 22.0)));
        places.push(at(card.min + egui::vec2(12.0, 173.0), [186.0, 18.0]));
        places.push(at(card.min + egui::vec2(12.0, 214.0), [186.0, 16.0]));
    }
    let mut image = bench.harness.render().unwrap();
    let cover = *image.get_pixel(1, 1);
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        #[expect(clippy::cast_precision_loss, reason = "pixels of a window")]
        let at = egui::pos2(x as f32, y as f32);
        if places.iter().any(|place| place.contains(at)) {
            *pixel = cover;
        }
    }
    image
}

#[test]
fn pictures_of_a_run_under_way() {
    let (mut results, media) = (SnapshotResults::new(), Rc::new(tempfile::tempdir().unwrap()));
    for (theme, size, rows, name) in [
        ("dark", WIDE, 4, "flow-running"),
        ("light", WIDE, 4, "flow-running-light"),
        ("dark", SMALL, 1, "flow-running-small"),
    ] {
        let past = Past::with(theme, &media);
        past.open(Open::ToSpeak);
        past.fill();
        let (mut bench, _media) = app(past, size);
        settle(&mut bench, rows);
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
        ("flow-failed-small", Open::Failed, SMALL, 1),
        ("flow-wide", Open::Ready, egui::vec2(1920.0, 1000.0), 7),
    ] {
        for (theme, end) in [("dark", ""), ("light", "-light")] {
            if ["flow-wide", "flow-failed-small"].contains(&name) && theme == "light" {
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

/// Price, time and month of an account with a limit.
#[test]
fn a_picture_of_an_account_with_its_month() {
    let media = Rc::new(tempfile::tempdir().unwrap());
    let (service, _threads) = common::service(0, &media.path().join("service"));
    let port = url::Url::parse(service.base_url()).unwrap().port().unwrap();
    let past = Past::in_account("dark", &media, port);
    past.open(Open::Ready);
    past.fill();
    let charge = |job: &str, usd: f64| {
        let at = stamp(time::OffsetDateTime::now_utc());
        let (job, kind) = (job.to_owned(), "lip sync".to_owned());
        let state = ChargeState::Reserved;
        let charge =
            Charge { job, at, kind, voice: None, model: None, estimate_usd: Some(usd), actual_usd: None, state };
        past.library.reserve(&charge).unwrap();
        past.library.settle(&charge.job, Some(usd)).unwrap();
    };
    charge("one", 22.3);
    charge("another", 4.98);
    past.library.set_limits(Limits { warn_usd: Some(32.0), stop_usd: Some(40.0) }).unwrap();
    let Past { dir, library, .. } = past;
    drop(library);
    let mut bench = Setup { dir: Some(dir), account: Some(common::account(port)), ..Setup::default() }.app();
    bench.wait("This month: $27.28 of $40.00");
    bench.wait_part("Estimated price: ");
    bench.until("the price is known", |bench| !bench.has_part("Not known"));
    settle(&mut bench, 4);
    bench.harness.snapshot("flow-account");
}
