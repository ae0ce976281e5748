//! The list of flows on the real app: recent ones below the chain, all of them over the page; renamed, copied, removed
//! and put back, gone on with. What was changed marks what follows from it.
#![expect(clippy::unwrap_used, reason = "in helpers of tests a failure is the test's")]

mod common;
#[path = "flows/past.rs"]
mod past;

use common::{Bench, Setup, media};
use egui::{Key, Modifiers};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::files::Shown;
use mouthpiece::store::{Flow, Lines};
use past::{LINE, Open, Past, file};

const WIDE: egui::Vec2 = egui::vec2(1280.0, 800.0);
const SMALL: egui::Vec2 = egui::vec2(960.0, 640.0);

/// The app on a library; it is let go of first, as only one program has it open.
fn app(past: Past, size: egui::Vec2) -> (Bench, tempfile::TempDir) {
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
    let first = "Keynote, German pickup lines. 3 lines, Mara, keynote. Next: speak the line. 19 Nov 2025. $0.00. Enter to \
        open.";
    assert_eq!(seen[0], first);
    assert!(seen[3].starts_with("Course intro, lesson 7 retake. 2 lines, Lea, classroom. "), "{seen:?}");
    assert!(bench.has("Show all 12") && bench.has("Launch teaser pickup"), "{}", bench.screen());
    assert!(bench.has("Saved 20 Nov 2025, 14:06"), "{}", bench.screen());

    press(&mut bench, "Podcast trailer, episode 41", "Resume");
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

/// Drags a file above the middle of a card, as a desktop that tells where the pointer is does it.
fn drag(bench: &mut Bench, path: &std::path::Path, stage: &str) {
    let begins = format!("{stage}, ");
    let nodes = bench.harness.query_all_by_label_contains(&begins);
    let is_card =
        |node: &egui_kittest::Node<'_>| node.accesskit_node().label().unwrap_or_default().starts_with(&begins);
    let at = nodes.into_iter().find(is_card).unwrap().rect().center();
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
    drag(&mut bench, &video, "Line");
    assert!(bench.has_part("Line, not a sound file."), "{}", bench.screen());
    assert!(!bench.has("Lip-sync target"), "the cards are the places, not the boxes over the window");
    bench.harness.input_mut().hovered_files.clear();
    bench.drop_file(&video);
    bench.wait("Nothing was added");

    drag(&mut bench, &video, "Lip sync");
    assert!(bench.has_part("Lip sync, let go to add."), "{}", bench.screen());
    bench.harness.input_mut().hovered_files.clear();
    bench.drop_file(&video);
    bench.wait_part("teaser.mp4");
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert_eq!(bench.harness.state().page(), mouthpiece::panels::Page::Flow);
}

/// Nothing moves and nothing is on its way.
fn settle(bench: &mut Bench, rows: usize) {
    if rows > 0 {
        wait_rows(bench, rows);
    }
    let is_read = |bench: &Bench| !bench.has_part("Reading the file") && !bench.has_part("reading the sound");
    bench.until("the waveforms and pictures are there", is_read);
    bench.harness.remove_cursor();
    // Small pictures of the rows say nothing of being on their way.
    let (mut last, mut same) = (bench.harness.render().unwrap(), 0);
    while same < STILL {
        bench.frames(1);
        media::run("true", &[]);
        let picture = bench.harness.render().unwrap();
        same = if picture == last { same + 1 } else { 0 };
        last = picture;
    }
}

/// Pictures of the window in a row that are the same: then nothing is on its way any more.
const STILL: usize = 15;

#[test]
fn pictures_of_the_page() {
    let mut results = SnapshotResults::new();
    for (name, open, size, rows) in [
        ("flow", Open::Ready, WIDE, 4),
        ("flow-failed", Open::Failed, WIDE, 4),
        ("flow-to-clone", Open::ToClone, WIDE, 4),
        ("flow-changed", Open::Changed, WIDE, 4),
        ("flow-empty", Open::Empty, WIDE, 0),
        ("flow-small", Open::Ready, SMALL, 1),
    ] {
        for (theme, end) in [("dark", ""), ("light", "-light")] {
            let past = Past::new(theme);
            if open != Open::Empty {
                past.fill();
                past.open(open);
            }
            let (mut bench, _media) = app(past, size);
            settle(&mut bench, rows);
            results.add(bench.harness.try_snapshot(format!("{name}{end}")));
        }
    }
}
