//! The list of flows on the real app: recent ones below the chain, all of them over the page; renamed, copied, removed
//! and put back, gone on with. What was changed marks what follows from it.
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

#[path = "flows/chain.rs"]
mod chain;
mod common;
#[path = "flows/past.rs"]
mod past;
#[path = "flows/pictures.rs"]
mod pictures;
#[path = "flows/restart.rs"]
mod restart;
#[path = "flows/toasts.rs"]
mod toasts;

use std::rc::Rc;

use common::{Bench, Setup, media};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::files::Shown;
use mouthpiece::store::{Flow, Lines};
use past::{LINE, Open, Past, file};

const WIDE: egui::Vec2 = egui::vec2(1280.0, 800.0);
const SMALL: egui::Vec2 = egui::vec2(960.0, 640.0);

/// The app on a library; it is let go of first, as only one program has it open.
fn app(past: Past, size: egui::Vec2) -> (Bench, Rc<tempfile::TempDir>) {
    let Past { dir, media, library } = past;
    drop(library);
    let mut bench = Setup { dir: Some(dir), size, ..Setup::default() }.app();
    bench.wait("Rename this flow");
    (bench, media)
}

/// What the rows of flows say, from top to bottom.
fn rows(bench: &Bench) -> Vec<String> {
    let mut rows: Vec<(f64, String)> = Vec::new();
    for node in bench.harness.query_all_by_role(egui::accesskit::Role::ListItem) {
        let access = node.accesskit_node();
        let top = access.bounding_box().map_or(0.0, |place| place.y0);
        rows.push((top, access.label().unwrap_or_default()));
    }
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, name)| name).collect()
}

/// Waits until the rows were read.
fn wait_rows(bench: &mut Bench, count: usize) {
    bench.until(&format!("{count} rows are read"), |bench| {
        let rows = rows(bench);
        rows.len() == count && rows.iter().all(|row| row.contains('$'))
    });
}

/// Presses the button in the row of a flow.
fn press(bench: &mut Bench, flow: &str, button: &str) {
    let spot = |bench: &Bench, label: &str, part: bool| {
        let found = bench.harness.query_all_by_label_contains(label).find(|node| {
            let name = node.accesskit_node().label().unwrap_or_default();
            part || name == label
        });
        found.map(|node| node.rect())
    };
    let row = spot(bench, &format!("{flow}. "), true).unwrap();
    let nodes = bench.harness.query_all_by_label(button);
    let node = nodes.into_iter().find(|node| row.contains(node.rect().center())).unwrap();
    node.click();
    bench.frames(4);
}

#[test]
fn recent_flows_say_how_they_stand_and_are_gone_on_with() {
    let past = Past::new("dark");
    past.fill();
    past.open(Open::Ready);
    let (mut bench, _media) = app(past, WIDE);
    wait_rows(&mut bench, 4);
    let seen = rows(&bench);
    let first = "Keynote, German pickup lines. 3 lines, Mara, keynote. Lip sync failed: no face was found in the first 2 \
        seconds. 19 Nov 2025. $0.00. Enter to open.";
    assert_eq!(seen[0], first);
    assert!(
        seen[1].ends_with("1 line, Sena, studio. Finished and saved. 18 Nov 2025. $0.00. Enter to open."),
        "{seen:?}"
    );
    assert!(seen[3].starts_with("Course intro, lesson 7 retake. 2 lines, Lea, classroom. "), "{seen:?}");
    assert!(bench.has("Show all 12") && bench.has("Launch teaser pickup"), "{}", bench.screen());
    assert!(bench.has("Saved 20 Nov 2025, 14:06"), "{}", bench.screen());

    press(&mut bench, "Podcast trailer, episode 41", "Open");
    bench.until("it is open", |bench| bench.session().store.flow.name == "Podcast trailer, episode 41");
    bench.until("the one before is the first of the list", |bench| {
        rows(bench).first().is_some_and(|row| row.starts_with("Launch teaser pickup. 1 line, "))
            || rows(bench).iter().any(|row| row.starts_with("Keynote, German pickup lines"))
    });
    assert!(!rows(&bench).iter().any(|row| row.starts_with("Podcast trailer")), "what is open is not among them");

    // The whole row opens it, too, and the list of all has every one.
    bench.click("Show all 12");
    bench.wait("All flows");
    bench.fill("Search flows", "older flow 3");
    bench.until("one is found", |bench| rows(bench).iter().any(|row| row.starts_with("Older flow 3")));
    press(&mut bench, "Older flow 3", "Resume");
    bench.until("it is open", |bench| bench.session().store.flow.name == "Older flow 3");
    bench.until("the list is closed", |bench| !bench.has("All flows"));
}

#[test]
fn a_low_window_shows_one_recent_flow() {
    let past = Past::new("dark");
    past.fill();
    past.open(Open::Ready);
    let (mut bench, _media) = app(past, SMALL);
    wait_rows(&mut bench, 1);
    assert!(rows(&bench)[0].starts_with("Keynote, German pickup lines"));
}

#[test]
fn a_flow_is_renamed_in_its_place_and_in_the_list() {
    let past = Past::new("dark");
    past.fill();
    past.open(Open::Ready);
    let (mut bench, _media) = app(past, WIDE);
    bench.key(Modifiers::NONE, Key::F2);
    bench.fill("Name of this flow", "Launch, Dutch");
    bench.key(Modifiers::NONE, Key::Escape);
    assert_eq!(bench.session().store.flow.name, "Launch teaser pickup", "Esc leaves it as it was");
    bench.click("Rename this flow");
    bench.fill("Name of this flow", "  Launch,\tDutch ");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.until("it has the name", |bench| bench.session().store.flow.name == "Launch, Dutch");
    bench.wait_part("Saved ");

    wait_rows(&mut bench, 4);
    press(&mut bench, "Store opening, Dutch version", "More actions for this flow");
    bench.click("Rename");
    bench.fill("Name", "Store, Flemish");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.until("the row has the name", |bench| {
        rows(bench).iter().any(|row| row.starts_with("Store, Flemish. 4 lines"))
    });
    bench.until("all is written", |bench| {
        let flows = bench.session().library.flows().unwrap();
        ["Launch, Dutch", "Store, Flemish"].iter().all(|name| flows.iter().any(|flow| flow.name == *name))
    });
    let flows = bench.session().library.flows().unwrap();
    let store = flows.iter().find(|flow| flow.name == "Store, Flemish").unwrap();
    assert_eq!(store.saved_at, "2025-11-17T09:14:00Z", "a name is no work on it");
}

#[test]
fn a_flow_is_copied_removed_put_back_and_its_files_shown() {
    let past = Past::new("dark");
    past.fill();
    past.open(Open::Ready);
    let (mut bench, media) = app(past, WIDE);
    wait_rows(&mut bench, 4);
    press(&mut bench, "Keynote, German pickup lines", "More actions for this flow");
    bench.click("Duplicate");
    bench.until("the copy is there", |bench| {
        rows(bench).iter().any(|row| row.starts_with("Keynote, German pickup lines, copy"))
    });
    wait_rows(&mut bench, 4);
    press(&mut bench, "Keynote, German pickup lines, copy", "More actions for this flow");
    bench.click("Remove from list");
    bench.until("it is gone", |bench| !bench.has_part("lines, copy. 3 lines"));
    bench.click("Undo");
    bench.until("it is back", |bench| bench.has_part("lines, copy. 3 lines"));

    wait_rows(&mut bench, 4);
    press(&mut bench, "Podcast trailer, episode 41", "More actions for this flow");
    bench.click("Show files");
    bench.until("they are shown", |bench| !bench.files.shown().is_empty());
    assert_eq!(bench.files.shown(), [Shown::Revealed(media.path().join("clip.mp4"))]);

    press(&mut bench, "Podcast trailer, episode 41", "More actions for this flow");
    bench.click("Remove from list");
    bench.until("it is gone", |bench| !rows(bench).iter().any(|row| row.starts_with("Podcast")));
    let kept = bench.session().library.flows().unwrap();
    assert!(kept.iter().any(|flow| flow.name.starts_with("Podcast")), "it can still be put back");
}

#[test]
fn a_new_flow_keeps_the_one_before_under_a_name_and_leaves_nothing_empty_behind() {
    let mut bench = Setup::default().app();
    bench.wait("No flows yet. Try the example first?");
    bench.fill("Line to speak", LINE);
    bench.wait_part("Saved ");
    bench.key(Modifiers::COMMAND, Key::N);
    bench.until("it stands in the list", |bench| {
        rows(bench).first().is_some_and(|row| row.starts_with("We built this for the people who finish"))
    });
    assert!(bench.has("Nothing to save yet"));
    bench.key(Modifiers::COMMAND, Key::N);
    bench.click("Undo");
    bench.until("the first is back", |bench| bench.session().store.flow.text() == LINE);
    bench.until("nothing else was kept", |bench| bench.session().library.flows().unwrap().len() == 1);
}

#[test]
fn a_thousand_flows_are_listed_without_reading_them_all() {
    let past = Past::new("dark");
    for number in 0..1_000 {
        let flow = Flow { name: format!("Flow {number:03}"), lines: Lines::of("A line."), ..Flow::default() };
        past.keep(&flow, &format!("2025-11-{:02}T10:{:02}:00Z", 1 + number / 60, number % 60));
    }
    past.open(Open::Ready);
    let (mut bench, _media) = app(past, WIDE);
    bench.click("Show all 1001");
    bench.wait("All flows");
    bench.until("rows are there", |bench| rows(bench).len() > 8);
    assert!(rows(&bench).len() < 30, "only what is in sight: {}", rows(&bench).len());
    bench.fill("Search flows", "Flow 99");
    bench.until("ten are found", |bench| {
        let found = rows(bench);
        found.len() > 5 && found.iter().all(|row| row.contains("99"))
    });
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("the list is closed", |bench| !bench.has("All flows"));
}

#[test]
fn what_was_changed_marks_what_follows() {
    let past = Past::new("dark");
    past.open(Open::Changed);
    let (mut bench, _media) = app(past, WIDE);
    bench.wait_part("Line, text changed.");
    assert!(bench.has_part("Older than the text") && bench.has("Speak again"), "{}", bench.screen());
    assert!(bench.has_part("Lip sync, next."), "{}", bench.screen());
}

#[test]
fn a_source_that_the_voice_is_not_from_is_not_done() {
    let past = Past::new("dark");
    let mut flow = past.open(Open::Ready);
    // Its name is the beginning of the other one's.
    let other = media::talking_head(past.media.path(), "keynote.mp4", 3.0);
    flow.source = Some(file(other));
    past.keep(&flow, "2025-11-21T10:00:00Z");
    let (mut bench, _media) = app(past, WIDE);
    bench.wait_part("Source, not cloned. keynote.mp4");
    assert!(bench.has_part("Voice, from another file."), "{}", bench.screen());
    assert!(bench.has("The voice is from keynote-cam-a.mp4"), "{}", bench.screen());
    assert!(!bench.has("Everything is done"));
}

/// The middle of a card.
fn middle(bench: &Bench, stage: &str) -> egui::Pos2 {
    let begins = format!("{stage}, ");
    let nodes = bench.harness.query_all_by_label_contains(&begins);
    let is_card =
        |node: &egui_kittest::Node<'_>| node.accesskit_node().label().unwrap_or_default().starts_with(&begins);
    nodes.into_iter().find(is_card).unwrap().rect().center()
}

/// Drags a file above the middle of a card, as a desktop that tells where the pointer is does it.
fn drag(bench: &mut Bench, path: &std::path::Path, stage: &str) {
    let at = middle(bench, stage);
    let hovered = egui::HoveredFile { path: Some(path.to_owned()), ..egui::HoveredFile::default() };
    for _ in 0..3 {
        let input = bench.harness.input_mut();
        input.hovered_files = vec![hovered.clone()];
        input.events.push(egui::Event::PointerMoved(at));
        bench.frames(1);
    }
}

#[test]
fn each_card_takes_a_drop_of_its_own_kind_and_refuses_others() {
    let made = tempfile::tempdir().unwrap();
    let video = media::silent_video(made.path(), "teaser.mp4", 1.0);
    let mut bench = Setup::default().app();
    bench.wait_part("Lip sync, empty.");
    let sound = media::speech(made.path(), "voice.wav");
    drag(&mut bench, &sound, "Lip sync");
    assert!(bench.has_part("Lip sync, not a video."), "{}", bench.screen());
    assert!(!bench.has("Lip-sync target"), "the cards are the places, not the boxes over the window");
    bench.harness.input_mut().hovered_files.clear();
    bench.drop_file(&sound);
    bench.wait("Nothing was added");

    // A video above the line may be meant for its sound, or for the window.
    drag(&mut bench, &video, "Line");
    bench.harness.input_mut().hovered_files.clear();
    bench.drop_file(&video);
    bench.wait("Lip-sync target");
    bench.key(egui::Modifiers::NONE, egui::Key::Escape);

    drag(&mut bench, &video, "Lip sync");
    assert!(bench.has_part("Lip sync, let go to add."), "{}", bench.screen());
    bench.harness.input_mut().hovered_files.clear();
    bench.drop_file(&video);
    bench.wait_part("teaser.mp4");
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert_eq!(bench.harness.state().page(), mouthpiece::panels::Page::Flow);
}

/// As on X11, where the place of a drop is told right after it, and as on Wayland, where it may never be told.
#[test]
fn a_drop_whose_place_is_told_late_goes_to_the_card_and_one_without_a_place_is_asked_about() {
    let made = tempfile::tempdir().unwrap();
    let video = media::silent_video(made.path(), "teaser.mp4", 1.0);
    let mut bench = Setup::default().app();
    bench.wait_part("Lip sync, empty.");
    let at = middle(&bench, "Lip sync");
    let hovered = || egui::HoveredFile { path: Some(video.clone()), ..egui::HoveredFile::default() };
    bench.harness.input_mut().hovered_files = vec![hovered()];
    bench.frames(3);
    assert!(!bench.has("Lip-sync target"), "the cards are the places, not the boxes over the window");
    bench.harness.input_mut().hovered_files.clear();
    bench.drop_file(&video);
    bench.harness.event(egui::Event::PointerMoved(at));
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert!(!bench.has("Lip-sync target") && !bench.has("Nothing was added"), "{}", bench.screen());

    bench.harness.input_mut().hovered_files = vec![hovered()];
    bench.frames(3);
    bench.harness.input_mut().hovered_files.clear();
    bench.drop_file(&video);
    bench.wait("Lip-sync target");
    assert!(!bench.has("Nothing was added"), "nobody said where: it is asked");
}

#[test]
fn a_video_without_a_face_leads_to_picking_it() {
    let past = Past::new("dark");
    past.open(Open::Failed);
    let (mut bench, _media) = app(past, WIDE);
    bench.wait("Stopped at lip sync: no face was found in the first 2 seconds");
    assert!(
        bench.has("Line, take 3 of 3. Take 3. 0:06.0, stability 0.50. 146 of 5,000 characters"),
        "{}",
        bench.screen()
    );
    assert!(bench.has("req_b81f22d0") && !bench.has("Fix") && !bench.has("Run all"), "{}", bench.screen());
    bench.click("Pick the face");
    bench.wait("Stop on a frame that shows the face, and click it");
    assert_eq!(bench.harness.state().page(), mouthpiece::panels::Page::LipSync);
}

#[test]
fn why_run_all_is_off_stands_beside_it() {
    let past = Past::new("dark");
    past.open(Open::ToClone);
    let (mut bench, _media) = app(past, WIDE);
    bench.wait("Tick the permission on the Voice card first, then Run all.");
    assert!(bench.is_off("Run all") && bench.has("This is the only one so far"), "{}", bench.screen());
    bench.fill("Line to speak", " ");
    bench.wait("Write the line first.");
}

#[test]
fn a_permission_that_was_ticked_still_stands_after_a_restart() {
    let past = Past::new("dark");
    past.open(Open::ToClone);
    let (mut bench, _media) = app(past, WIDE);
    bench.click("I have permission to clone this voice");
    bench.wait("As my own voice");
    let given_at = bench.session().store.chain.voice.permission.given_at;
    bench.until("it is written down", |bench| {
        bench.session().library.latest_flow().unwrap().is_some_and(|flow| flow.contains("given_at\":\"20"))
    });
    let dir = bench.close();

    let mut bench = Setup { dir: Some(dir), size: WIDE, ..Setup::default() }.app();
    bench.wait("As my own voice");
    assert_eq!(bench.session().store.chain.voice.permission.given_at, given_at);
    bench.until("it can run", |bench| !bench.is_off("Run all"));
    // The same file once more is another sample.
    let source = bench.session().store.flow.source.clone().unwrap().path;
    bench.drop_file(&source);
    bench.key(Modifiers::NONE, Key::Num1);
    bench.until("it has to be given anew", |bench| bench.session().store.chain.voice.permission.given_at.is_none());
}

#[test]
fn a_wide_window_stretches_nothing() {
    for width in [1600.0, 2560.0] {
        let past = Past::new("dark");
        past.fill();
        past.open(Open::Ready);
        let (mut bench, _media) = app(past, egui::vec2(width, 1000.0));
        // A high window has room for more of them.
        wait_rows(&mut bench, 7);
        let place = |part: &str| bench.harness.query_all_by_label_contains(part).next().unwrap().rect();
        let cards = ["Source, ", "Voice, ", "Line, ", "Lip sync, ", "Result, "].map(place);
        let row = place("Keynote, German pickup lines. ");
        assert!(
            cards.iter().all(|card| card.width() <= 280.0 && (card.width() - cards[0].width()).abs() < 0.1),
            "{cards:?}"
        );
        let (left, right) = (cards[0].left(), cards[4].right());
        assert!((right - left) <= 1680.0 && (right - row.right()).abs() < 12.0, "{left} {right} {row:?}");
        let rail = 88.0;
        assert!(((left - rail) - (width - right)).abs() < 2.0, "in the middle of the page: {left} {right}");
    }
}
