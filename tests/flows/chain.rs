//! What the cards say and offer while a line is spoken, after a face was picked, after a word was added to the list, and
//! to a file that none of them is for.

use std::time::Duration;

use egui_kittest::kittest::Queryable as _;
use mouthpiece::sandbox::Fault;
use mouthpiece::store::{Face, Lines};

use super::common::{Bench, Setup, media};
use super::past::{Open, Past};
use super::{SMALL, WIDE, app, drag, rows, wait_rows};

/// Moves the pointer onto a button and waits for what it says.
fn hover(bench: &mut Bench, button: &str, said: &str) {
    let place = bench.harness.query_all_by_label(button).next().unwrap().rect();
    bench.harness.hover_at(place.center());
    bench.wait_part(said);
    bench.harness.remove_cursor();
}

#[test]
fn ending_the_wait_for_a_line_says_whether_it_may_still_be_charged() {
    let past = Past::new("dark");
    past.open(Open::ToSpeak);
    let (mut bench, _media) = app(past, WIDE);
    let later =
        Fault::Status { status: 429, body: r#"{"message":"Too many requests"}"#.into(), retry_after: Some(600) };
    bench.sandbox().faults().next("POST", "/v2/tts", later);
    bench.click("Run all");
    bench.wait_part("Step 3 of 4: starts again in");
    assert!(bench.has("Cancel") && !bench.has("Stop waiting"), "nothing of it is at the service: {}", bench.screen());
    bench.sandbox().faults().next("POST", "/v2/tts", Fault::Slow(Duration::from_mins(10)));
    bench.click("Try now");
    bench.until("it went out", |bench| bench.sandbox().faults().pending() == 0);
    bench.wait("Stop waiting");
    hover(&mut bench, "Stop waiting", "It may still be charged, and you can watch it again.");
    bench.click("Stop waiting");
    bench.wait_part("Stopped during the line.");
}

#[test]
fn once_the_face_was_picked_the_flow_is_run_again() {
    let past = Past::new("dark");
    let mut flow = past.open(Open::Failed);
    let path = flow.target.clone().unwrap().path;
    flow.lip_sync.face = Some(Face { path, frame: 3, at: [320, 180] });
    past.keep(&flow, "2025-11-21T10:00:00Z");
    let (mut bench, _media) = app(past, WIDE);
    bench.wait("1 step left: lip sync");
    assert!(!bench.has("Pick the face") && !bench.has_part("Stopped at lip sync"), "{}", bench.screen());
    assert!(!bench.is_off("Run all") && bench.has_part("Lip sync, ready."), "{}", bench.screen());
    let before = bench.session().jobs.all().len();
    bench.click("Run all");
    bench.until("another lip sync was begun", |bench| bench.session().jobs.all().len() == before + 1);
}

#[test]
fn a_word_of_the_list_makes_no_take_older_and_buys_none() {
    let past = Past::new("dark");
    past.fill();
    past.open(Open::Ready);
    past.library.put_words(&[("Thursday".to_owned(), "the fifth".to_owned())]).unwrap();
    let (mut bench, _media) = app(past, WIDE);
    bench.wait_part("Line, said differently now.");
    assert!(bench.has("Speak again") && !bench.has_part("Older than"), "{}", bench.screen());
    bench.wait("1 step left: lip sync");
    wait_rows(&mut bench, 4);
    bench.until("they stand as they were", |bench| rows(bench)[1].contains("Finished and saved."));
    assert!(!bench.is_off("Run all"));
}

#[test]
fn of_several_lines_the_card_says_which_one_goes_on_the_video() {
    let past = Past::new("dark");
    let mut flow = past.open(Open::ToClone);
    flow.lines.insert(1, Lines::line("And a second one."));
    flow.lines.insert(2, Lines::line(""));
    past.keep(&flow, "2025-11-21T10:00:00Z");
    let (mut bench, _media) = app(past, WIDE);
    bench.wait("Line 1 of 2 goes on the video");
    bench.click("I have permission to clone this voice");
    bench.wait("Speaks line 1 of 2. To put all of them on it, join them on the Script page.");
}

/// Lines are numbered as on the Script page, where an empty one between others has its number, too.
#[test]
fn a_spoken_line_of_several_is_told_from_the_others_in_both_layouts() {
    for size in [WIDE, SMALL] {
        let past = Past::new("dark");
        let mut flow = past.open(Open::Ready);
        for (at, text) in ["And a first one.", "", "And one more.", ""].into_iter().enumerate() {
            flow.lines.insert(if at == 0 { 0 } else { at + 1 }, Lines::line(text));
        }
        let spoken = flow.lines.all()[1].id.clone();
        flow.lines.activate(&spoken);
        past.keep(&flow, "2025-11-21T10:00:00Z");
        let (mut bench, _media) = app(past, size);
        bench.wait("Puts line 2 of 4 on the video. To put all of them on it, join them on the Script page.");
        let said = if size == WIDE { "Line 2 of 4 goes on the video" } else { "Line 2 of 4: We built this" };
        assert!(bench.has_part(said), "{}", bench.screen());
    }
}

#[test]
fn a_file_let_go_on_a_card_that_no_file_is_for_is_asked_about() {
    let made = tempfile::tempdir().unwrap();
    let video = media::silent_video(made.path(), "teaser.mp4", 1.0);
    for card in ["Result", "Voice"] {
        let mut bench = Setup::default().app();
        bench.wait_part("Lip sync, empty.");
        drag(&mut bench, &video, card);
        bench.harness.input_mut().hovered_files.clear();
        bench.drop_file(&video);
        bench.wait("Lip-sync target");
        assert!(!bench.has("Nothing was added"), "{card}");
    }
}
