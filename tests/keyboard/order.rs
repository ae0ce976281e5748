//! Tab goes along each row from left to right, on every page and in every dialog, in both sizes.

use std::path::Path;

use egui::accesskit::{NodeId, Role};
use egui::{Key, Modifiers, Rect, Vec2, ViewportId, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::panels::Page;

use super::common::{Bench, CONSENT, Setup, media};

const SIZES: [Vec2; 2] = [vec2(1280.0, 800.0), vec2(960.0, 640.0)];
const PAGES: [(Page, Key); 7] = [
    (Page::Flow, Key::Num1),
    (Page::Voices, Key::Num2),
    (Page::Clone, Key::Num3),
    (Page::Script, Key::Num4),
    (Page::LipSync, Key::Num5),
    (Page::Activity, Key::Num6),
    (Page::Settings, Key::Comma),
];
/// More stops than any page has.
const MOST: usize = 150;

/// A stop: its node, its name and its place.
type Stop = (NodeId, String, Rect);

/// What has the focus.
fn focused(bench: &Bench) -> Option<Stop> {
    let node = bench.harness.root().children_recursive().find(|node| node.accesskit_node().is_focused())?;
    let access = node.accesskit_node();
    Some((access.locate().0, access.label().unwrap_or_default(), node.rect()))
}

/// Where a stop is now: what scrolls takes others along.
fn now_at(bench: &Bench, stop: &Stop) -> Option<Rect> {
    let mut nodes = bench.harness.root().children_recursive();
    nodes.find(|node| node.accesskit_node().locate().0 == stop.0).map(|node| node.rect())
}

/// Walks all stops from the first one and adds what goes to the left within a row, and what is reached out of sight.
fn walk(bench: &mut Bench, place: &str, faults: &mut Vec<String>) {
    bench.until(&format!("{place} stands still"), |bench| {
        let output = &bench.harness.output().viewport_output[&ViewportId::ROOT];
        output.repaint_delay >= std::time::Duration::from_millis(900)
    });
    let mut stops: Vec<Stop> = Vec::new();
    loop {
        bench.harness.key_press(Key::Tab);
        bench.frames(2);
        let Some(stop) = focused(bench) else { panic!("{place}: nothing has the focus after {stops:?}") };
        if stops.iter().any(|seen| seen.0 == stop.0) {
            return;
        }
        let to = stop.2;
        if !bench.harness.ctx.content_rect().contains(to.center()) {
            faults.push(format!("{place}: “{}” is out of sight at {to:?}", stop.1));
        }
        if let Some(before) = stops.last()
            && let Some(from) = now_at(bench, before)
        {
            let is_row = from.y_range().contains(to.center().y) && to.y_range().contains(from.center().y);
            if is_row && to.left() < from.left() - 0.5 {
                faults.push(format!("{place}: from “{}” at {from:?} to “{}” at {to:?}", before.1, stop.1));
            }
        }
        stops.push(stop);
        assert!(stops.len() < MOST, "{place}: Tab does not come around");
    }
}

fn walk_pages(bench: &mut Bench, state: &str, faults: &mut Vec<String>) {
    for size in SIZES {
        bench.harness.set_size(size);
        for (page, key) in PAGES {
            bench.key(Modifiers::COMMAND, key);
            bench.until("the page is there", |bench| bench.harness.state().page() == page);
            walk(bench, &format!("{state}, {page:?}, {}", size.x), faults);
        }
    }
}

/// The dialog that is open, in both sizes, and away with it.
fn walk_dialog(bench: &mut Bench, what: &str, faults: &mut Vec<String>) {
    bench.until(what, is_asked);
    for size in SIZES {
        bench.harness.set_size(size);
        bench.frames(4);
        walk(bench, &format!("{what}, {}", size.x), faults);
    }
    bench.harness.set_size(SIZES[0]);
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("it is away", |bench| !is_asked(bench));
}

fn is_asked(bench: &Bench) -> bool {
    let mut asked = bench.harness.query_all_by_role(Role::Dialog);
    asked.next().is_some()
}

/// A cloned voice, two takes, a lip sync set up.
fn filled(made: &Path) -> Bench {
    let source = media::talking_head(made, "keynote.mp4", 14.0);
    let target = media::silent_video(made, "teaser.mp4", 4.0);
    let mut bench = Setup::default().dialogs([&target]).app();
    bench.drop_file(&source);
    bench.click("Clone a voice");
    bench.wait_part("Pick the best part");
    bench.fill("Voice name", "Mara");
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.until("the script is open", |bench| bench.harness.state().page() == Page::Script);
    bench.fill("Line 1", "We built this for the people who finish the edit at two in the morning.");
    for takes in 1..=2 {
        bench.key(Modifiers::COMMAND, Key::Enter);
        bench.until("it is spoken", |bench| bench.session().store.takes.len() == takes);
    }
    bench.click("Put take 1 on a video");
    bench.click("Choose video");
    bench.wait_part("320 × 240");
    bench
}

#[test]
fn tab_never_goes_to_the_left_within_a_row() {
    let made = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    let mut bench = filled(made.path());
    walk_pages(&mut bench, "filled", &mut faults);
    bench.key(Modifiers::COMMAND, Key::Num5);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait("Lip sync finished");
    for size in SIZES {
        bench.harness.set_size(size);
        bench.frames(4);
        walk(&mut bench, &format!("the result, {}", size.x), &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn tab_never_goes_to_the_left_in_a_dialog_or_a_new_workspace() {
    let mut faults = Vec::new();
    let mut bench = Setup::default().app();
    walk_pages(&mut bench, "new", &mut faults);
    bench.harness.set_size(SIZES[0]);
    bench.key(Modifiers::COMMAND, Key::Slash);
    walk_dialog(&mut bench, "the list of keys", &mut faults);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", "One line.");
    bench.key(Modifiers::COMMAND, Key::J);
    walk_dialog(&mut bench, "a word is said differently", &mut faults);
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.click("Copy support report");
    walk_dialog(&mut bench, "the support report", &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Shift and Tab is the way back.
#[test]
fn shift_tab_goes_back_the_same_way() {
    let mut bench = Setup::default().app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait_part("Sandbox Hugo");
    let mut way = Vec::new();
    for _ in 0..14 {
        bench.key(Modifiers::NONE, Key::Tab);
        way.push(focused(&bench).unwrap().1);
    }
    for name in way.iter().rev().skip(1) {
        bench.key(Modifiers::SHIFT, Key::Tab);
        assert_eq!(focused(&bench).unwrap().1, *name);
    }
}

#[test]
fn without_a_focus_tab_begins_in_the_page_and_goes_back_before_it() {
    let mut bench = Setup::default().app();
    for (page, key) in PAGES {
        bench.key(Modifiers::COMMAND, key);
        bench.until("the page is there", |bench| bench.harness.state().page() == page);
        bench.harness.ctx.memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
        bench.harness.key_press(Key::Tab);
        bench.frames(2);
        let (_, name, at) = focused(&bench).expect("something has the focus");
        assert!(at.left() > 88.0 && at.top() > 36.0, "{page:?}: “{name}” at {at:?} stands around the page");
    }
}
