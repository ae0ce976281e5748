//! The keyboard map on the real app: every key that is listed does something, and the list shows every one of them.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod common;
#[path = "keyboard/order.rs"]
mod order;

use std::collections::BTreeSet;
use std::path::Path;

use common::{Bench, Setup, app, media};
use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers, ViewportCommand, ViewportId};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::panels::Page;
use mouthpiece::panels::keys::{Line, MAP};

fn lines() -> impl Iterator<Item = &'static Line> {
    MAP.iter().flat_map(|group| group.lines)
}

/// What was tried of the map.
struct Tried {
    bench: Bench,
    keys: BTreeSet<&'static str>,
}

impl Tried {
    fn new(bench: Bench) -> Self {
        Self { bench, keys: BTreeSet::new() }
    }

    /// Presses the `index`th key of a line.
    fn press(&mut self, keys: &'static str, index: usize) {
        let line = lines().find(|line| line.keys == keys).unwrap_or_else(|| panic!("{keys} is not in the map"));
        let chord = line.chords[index];
        self.keys.insert(keys);
        self.bench.key(chord.modifiers, chord.key);
    }

    fn page(&self) -> Page {
        self.bench.harness.state().page()
    }

    /// Whatever has the focus has it no more: letters are keys again.
    fn let_go(&mut self) {
        self.bench.harness.ctx.memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
        self.bench.frames(2);
    }

    fn position(&self) -> f64 {
        self.bench.session().player.now().unwrap().position_secs
    }

    fn plays(&self) -> bool {
        self.bench.session().player.now().is_some_and(|now| now.is_playing)
    }
}

#[test]
fn every_listed_key_does_something() {
    let made = tempfile::tempdir().unwrap();
    let video = media::silent_video(made.path(), "teaser.mp4", 4.0);
    let mut tried = Tried::new(Setup::default().dialogs([&video]).app());
    window_keys(&mut tried);
    video_keys(&mut tried);
    script_keys(&mut tried);
    last_keys(&mut tried);
    drawer_key(&mut tried);
    // The keys of one page alone have tests beside it, too.
    let everywhere = MAP.iter().filter(|group| group.page.is_none()).flat_map(|group| group.lines);
    let missed: Vec<&str> = everywhere.map(|line| line.keys).filter(|keys| !tried.keys.contains(keys)).collect();
    assert!(missed.is_empty(), "every line of the map was tried: {missed:?}");
}

fn window_keys(tried: &mut Tried) {
    for (index, page) in Page::RAIL.into_iter().enumerate() {
        tried.press("Ctrl|1 to 6", index);
        assert_eq!(tried.page(), page);
    }
    tried.press("Ctrl|,", 0);
    assert_eq!(tried.page(), Page::Settings);
    tried.press("Ctrl|F", 0);
    let search = tried.bench.harness.get_by_role_and_label(Role::TextInput, "Search settings");
    assert!(search.accesskit_node().is_focused());
    for (index, scale) in [(0, 1.1), (2, 1.0), (1, 1.1), (3, 1.0)] {
        tried.press("Ctrl|+ − 0", index);
        tried.bench.until("the size is taken", |bench| (bench.harness.ctx.zoom_factor() - scale).abs() < 0.001);
    }
    tried.press("Ctrl|/", 0);
    tried.bench.wait("Keyboard");
    assert!(tried.bench.has("Ctrl Enter: The page's main action"));
    tried.press("Esc", 0);
    assert!(!tried.bench.has("Keyboard"));
    let flow = tried.bench.session().store.flow.id.clone();
    tried.press("Ctrl|R", 0);
    assert_eq!(tried.page(), Page::Flow);
    tried.press("Ctrl|N", 0);
    tried.bench.until("another flow is open", |bench| bench.session().store.flow.id != flow);
}

fn video_keys(tried: &mut Tried) {
    tried.bench.key(Modifiers::COMMAND, Key::Num5);
    tried.press("Ctrl|O", 0);
    tried.bench.until("the video is there", |bench| bench.session().store.flow.target.is_some());
    tried.bench.wait_part("320 × 240");
    tried.let_go();
    tried.press("Space", 0);
    tried.bench.until("it plays", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
    tried.press("Space", 0);
    assert!(!tried.plays());
    tried.press("Home", 0);
    assert!(tried.position() < 0.01);
    tried.press("Left|Right", 1);
    assert!((tried.position() - 1.0).abs() < 0.1, "{}", tried.position());
    tried.press(",|.", 1);
    let further = tried.position();
    assert!(further > 1.0);
    tried.press(",|.", 0);
    assert!(tried.position() < further);
    tried.press("Left|Right", 0);
    assert!(tried.position() < 0.5);
    let muted = tried.bench.session().player.now().unwrap().muted;
    tried.press("M", 0);
    assert_ne!(tried.bench.session().player.now().unwrap().muted, muted);
}

/// The voice in the list that is selected.
fn selected(bench: &Bench) -> Option<String> {
    let rows = bench.harness.query_all_by_label_contains("Enter to use").map(|row| row.accesskit_node());
    rows.filter(|row| row.toggled() == Some(Toggled::True)).find_map(|row| row.label())
}

fn script_keys(tried: &mut Tried) {
    tried.bench.key(Modifiers::COMMAND, Key::Num2);
    tried.bench.until("a voice is selected", |bench| selected(bench).is_some());
    tried.let_go();
    for keys in ["Up|Down", "PgUp|PgDn"] {
        for (index, back) in [(1, 0), (0, 1)] {
            let before = selected(&tried.bench);
            tried.press(keys, index);
            if selected(&tried.bench) == before {
                // At the end of the list: the other way moves.
                tried.press(keys, back);
            }
            assert_ne!(selected(&tried.bench), before, "{keys}");
        }
    }
    tried.press("Enter", 0);
    assert_eq!(tried.page(), Page::Script);
    tried.bench.fill("Line 1", "One line to be said.");
    for takes in 1..=2 {
        tried.press("Ctrl|Enter", 0);
        tried.bench.until("it is spoken", |bench| bench.session().store.takes.len() == takes);
    }
    tried.bench.click("Compare take 2 as A");
    tried.bench.click("Compare take 1 as B");
    let compared = |bench: &Bench| bench.session().player.now().is_some_and(|now| now.compared.is_some());
    tried.bench.until("both play", compared);
    tried.let_go();
    let heard = |bench: &Bench| bench.session().player.now().map(|now| now.key.to_owned());
    let before = heard(&tried.bench);
    tried.press("X", 0);
    tried.bench.until("the other is heard", |bench| heard(bench) != before);
    let kept = |bench: &Bench| bench.session().store.takes.iter().filter(|take| take.care.kept).count();
    let before = kept(&tried.bench);
    tried.press("S", 0);
    tried.bench.until("a take is kept", |bench| kept(bench) != before);
    take_keys(tried);
}

fn take_keys(tried: &mut Tried) {
    tried.press("F2", 0);
    assert!(tried.bench.harness.query_all_by_role(Role::Dialog).next().is_some(), "{}", tried.bench.screen());
    tried.bench.key(Modifiers::NONE, Key::Escape);
    let count = |bench: &Bench| bench.session().store.flow.lines.len();
    tried.bench.click("Add a line");
    assert_eq!(count(&tried.bench), 2);
    tried.let_go();
    tried.press("Ctrl|Z", 0);
    assert_eq!(count(&tried.bench), 1);
    tried.let_go();
    tried.press("Ctrl|Shift|Z", 0);
    assert_eq!(count(&tried.bench), 2);
    line_keys(tried);
}

/// Keys of the script page alone.
fn line_keys(tried: &mut Tried) {
    let texts = |bench: &Bench| -> Vec<String> {
        bench.session().store.flow.lines.all().iter().map(|line| line.text.clone()).collect()
    };
    tried.bench.fill("Line 2", "Two");
    tried.press("Alt|Up|Down", 0);
    assert_eq!(texts(&tried.bench), ["Two", "One line to be said."]);
    tried.press("Alt|Up|Down", 1);
    assert_eq!(texts(&tried.bench), ["One line to be said.", "Two"]);
    tried.press("Ctrl|P", 0);
    assert!(texts(&tried.bench)[1].contains("[pause"), "{:?}", texts(&tried.bench));
    tried.press("Ctrl|J", 0);
    tried.bench.wait("Say a word differently");
    tried.bench.key(Modifiers::NONE, Key::Escape);
    tried.bench.until("the dialog is gone", |bench| !bench.has("Say a word differently"));
    // Of the line that is worked on: the other one has no take.
    tried.bench.click("Show takes of line 1");
    tried.press("Ctrl|L", 0);
    tried.bench.until("the video is next", |bench| bench.harness.state().page() == Page::LipSync);
}

/// Rows have their own delete key: a job goes from the list after a question, or with Undo.
fn last_keys(tried: &mut Tried) {
    tried.bench.key(Modifiers::COMMAND, Key::Num6);
    tried.bench.until("the jobs are listed", |bench| bench.has("All, 2"));
    tried.let_go();
    tried.bench.key(Modifiers::NONE, Key::ArrowDown);
    tried.press("Del", 0);
    tried.bench.wait("1 row cleared");
    let mut closing = false;
    tried.press("Ctrl|Q", 0);
    let output = &tried.bench.harness.output().viewport_output[&ViewportId::ROOT].commands;
    closing |= output.contains(&ViewportCommand::Close);
    // The command may have gone out a frame earlier than the last one of the key press.
    assert!(closing || tried.bench.harness.state().session().is_some());
}

fn drawer_key(tried: &mut Tried) {
    let narrow = Setup { size: egui::vec2(960.0, 640.0), ..Setup::default() };
    let wide = std::mem::replace(&mut tried.bench, narrow.app());
    drop(wide);
    tried.bench.key(Modifiers::COMMAND, Key::Num6);
    tried.press("Ctrl|I", 0);
    tried.bench.wait("Close the details");
    let made = tempfile::tempdir().unwrap();
    let video = media::silent_video(made.path(), "dropped.mp4", 2.0);
    tried.bench.drop_file(&video);
    tried.bench.wait_part("Lip-sync target");
    tried.press("1 to 3", 1);
    tried.bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert_eq!(tried.page(), Page::LipSync);
}

#[test]
fn the_list_shows_every_line_and_gives_the_focus_back() {
    let mut bench = app();
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.harness.get_by_role_and_label(Role::Button, "Choose").focus();
    bench.frames(2);
    bench.key(Modifiers::COMMAND, Key::Slash);
    bench.wait("Keyboard");
    for line in lines() {
        assert!(bench.has_part(&format!(": {}", line.words)), "{}", line.words);
    }
    let close = bench.harness.get_by_role_and_label(Role::Button, "Close");
    assert!(close.accesskit_node().is_focused(), "its own button has the focus first");
    // Keys of the window wait behind it.
    bench.key(Modifiers::COMMAND, Key::Num2);
    assert_eq!(bench.harness.state().page(), Page::Settings);
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("the focus is back", |bench| {
        !bench.has("Keyboard")
            && bench.harness.get_by_role_and_label(Role::Button, "Choose").accesskit_node().is_focused()
    });
}

#[test]
fn pictures_of_the_list() {
    let mut results = SnapshotResults::new();
    for (name, theme) in [("keyboard", "dark"), ("keyboard-light", "light")] {
        let dir = tempfile::tempdir().unwrap();
        write_settings(dir.path(), theme);
        let mut bench = Setup { dir: Some(std::rc::Rc::new(dir)), ..Setup::default() }.app();
        bench.key(Modifiers::COMMAND, Key::Num6);
        bench.wait("Nothing has run yet");
        bench.key(Modifiers::COMMAND, Key::Slash);
        bench.wait("Keyboard");
        bench.harness.remove_cursor();
        bench.frames(8);
        results.add(bench.harness.try_snapshot(name));
    }
}

fn write_settings(dir: &Path, theme: &str) {
    std::fs::write(dir.join("settings.toml"), format!("theme = {theme:?}\nreduce_motion = true\n")).unwrap();
}

/// As a hand does it that lets go of Shift before the key: what was pressed as plus goes up as equals.
#[test]
fn plus_is_a_new_press_each_time_also_when_shift_goes_up_first() {
    let mut bench = app();
    for (key, pressed, modifiers) in
        [(Key::Plus, true, Modifiers::COMMAND | Modifiers::SHIFT), (Key::Equals, false, Modifiers::COMMAND)].repeat(2)
    {
        let physical_key = Some(Key::Equals);
        bench.harness.event(Event::Key { key, physical_key, pressed, repeat: false, modifiers });
        bench.frames(3);
    }
    let zoom = bench.harness.ctx.zoom_factor();
    assert!((zoom - 1.2).abs() < 0.001, "{zoom}");
}
