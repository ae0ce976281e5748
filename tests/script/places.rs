//! Where lines, pauses and takes stand on the page, and what undoing says.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::{Bench, SHIFT, Setup, focus, ready, texts, write_all};

fn rect(bench: &Bench, name: &str) -> egui::Rect {
    bench.harness.get_by_label(name).rect()
}

#[test]
fn pauses_stand_between_all_lines_and_nothing_jumps_when_another_one_is_worked_on() {
    let mut bench = ready();
    write_all(&mut bench, &["One", "Two", "Three", "Four"]);
    let height = |bench: &Bench| rect(bench, "Add a line").top() - rect(bench, "Move line 1").top();
    let before = height(&bench);
    for line in 1..4 {
        assert!(bench.has(&format!("Pause after line {line}, 0.8 seconds")), "{}", bench.screen());
    }
    assert!(!bench.has_part("Pause after line 4"));
    bench.click("Line 2: Two. No take yet");
    bench.until("it is open", |bench| focus::focused(bench).as_deref() == Some("Line 2"));
    assert!((height(&bench) - before).abs() < 0.5, "{} and {before}", height(&bench));

    // Each can be changed where it stands.
    bench.click("Pause after line 3, 0.8 seconds");
    bench.harness.get_by_label("Pause after this line").focus();
    bench.frames(2);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(bench.session().store.flow.lines.all()[2].pause_secs, Some(1.3));
}

#[test]
fn a_line_that_is_dragged_scrolls_the_others_at_the_edge_and_esc_leaves_it() {
    let mut bench = ready();
    let lines: Vec<String> = (1..=14).map(|line| format!("Line number {line}")).collect();
    write_all(&mut bench, &lines.iter().map(String::as_str).collect::<Vec<_>>());
    // The line that is written is in sight, with what can be done with it.
    assert!(rect(&bench, "Speak").bottom() < 800.0, "{:?}", rect(&bench, "Speak"));
    let from = rect(&bench, "Move line 13").center();
    let edge = egui::pos2(from.x, 130.0);
    bench.harness.drag_at(from);
    bench.frames(2);
    bench.harness.hover_at(edge);
    bench.until("the first line is in sight", |bench| bench.has("Line 1: Line number 1. No take yet"));
    bench.key(Modifiers::NONE, Key::Escape);
    bench.harness.drop_at(edge);
    bench.frames(3);
    assert_eq!(texts(&bench), lines);

    let from = rect(&bench, "Move line 2").center();
    bench.harness.drag_at(from);
    bench.frames(2);
    let below = rect(&bench, "Move line 3").center() + egui::vec2(0.0, 30.0);
    bench.harness.hover_at(below);
    bench.frames(2);
    bench.harness.drop_at(below);
    bench.frames(3);
    assert_eq!(texts(&bench)[1..3], ["Line number 3", "Line number 2"]);
}

#[test]
fn a_line_moved_from_its_row_stays_in_hand() {
    let mut bench = ready();
    write_all(&mut bench, &["One", "Two", "Three"]);
    bench.harness.get_by_label("Line 1: One. No take yet").focus();
    bench.frames(2);
    bench.key(Modifiers::ALT, Key::ArrowDown);
    bench.key(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(texts(&bench), ["Two", "Three", "One"]);
    assert_eq!(focus::focused(&bench).as_deref(), Some("Line 3: One. No take yet"));
}

#[test]
fn what_undoing_takes_out_is_told_and_both_keys_bring_it_back() {
    let mut bench = ready();
    write_all(&mut bench, &["One", "Two"]);
    bench.click("More actions for this line");
    bench.click("Delete this line");
    assert_eq!(texts(&bench), ["One"]);
    bench.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(texts(&bench), ["One", "Two"]);
    for (held, key) in [(SHIFT, Key::Z), (Modifiers::COMMAND, Key::Y)] {
        bench.key(held, key);
        assert_eq!(texts(&bench), ["One"]);
        bench.wait("Line 2 is taken out");
        assert!(bench.has_part("“Two” Ctrl Z brings it back"), "{}", bench.screen());
        bench.key(Modifiers::COMMAND, Key::Z);
        assert_eq!(texts(&bench), ["One", "Two"]);
    }
}

#[test]
fn takes_of_a_line_that_is_gone_stay_with_their_flow_in_any_voice() {
    let mut bench = ready();
    write_all(&mut bench, &["One.", "Two."]);
    bench.click("Speak");
    bench.wait("Play take 1");
    let voices = bench.session().store.voices.value().unwrap();
    let [one, two] = [0, 1].map(|at| voices[at].label().to_owned());
    bench.click("More actions for this line");
    bench.click("Delete this line");
    bench.wait("Other takes");
    bench.click(&format!("Voice: {one}. Choose another"));
    bench.click(&format!("{two}. Built-in voice"));
    bench.wait("Other takes");
    assert!(bench.has("Play take 1 of “Two.”"), "{}", bench.screen());
    bench.until("it is written down", |bench| {
        let document = bench.session().library.latest_flow().unwrap().unwrap_or_default();
        document.contains("\"One.\"") && !document.contains("\"Two.\"")
    });
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Other takes");
    assert!(bench.has("Play take 1 of “Two.”"), "{}", bench.screen());

    // A flow of its own knows nothing of them.
    bench.key(Modifiers::COMMAND, Key::N);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Choose a voice");
    bench.click("Choose a voice");
    bench.click(&format!("{one}. Built-in voice"));
    bench.frames(5);
    assert!(!bench.has("Other takes") && !bench.has_part("Play take"), "{}", bench.screen());
}

#[test]
fn the_head_says_when_the_script_was_saved() {
    let mut bench = ready();
    write_all(&mut bench, &["One"]);
    bench.wait_part("Saved ");
    bench.harness.set_size(egui::vec2(960.0, 640.0));
    bench.frames(4);
    assert!(bench.has_part("Saved "), "{}", bench.screen());
}

#[test]
fn the_keys_walk_through_a_row_as_it_is_read() {
    let mut bench = ready();
    write_all(&mut bench, &["One", "Two"]);
    let mut walk = |from: &str, count: usize| {
        bench.harness.get_by_label(from).focus();
        bench.frames(2);
        let mut seen = Vec::new();
        for _ in 0..count {
            bench.key(Modifiers::NONE, Key::Tab);
            seen.extend(focus::focused(&bench));
        }
        seen
    };
    assert_eq!(walk("Rename this script", 2), ["Import text", "Speak the rest"]);
    assert_eq!(walk("Put in a pause", 3), ["Say it differently", "More actions for this line", "Speak"]);
}

#[test]
fn the_cursor_is_back_in_the_line_when_the_page_is() {
    let mut bench = ready();
    write_all(&mut bench, &["One"]);
    bench.key(Modifiers::COMMAND, Key::Num1);
    bench.until("another page is shown", |bench| !bench.has("Line 1"));
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the cursor is there", |bench| focus::focused(bench).as_deref() == Some("Line 1"));
}
