//! The card about the program, and its list of libraries.

use egui_kittest::kittest::NodeT as _;

use super::*;

const LIST: &str = "Licences of the libraries";

fn button(bench: &Bench) -> egui_kittest::Node<'_> {
    bench.harness.get_by_role_and_label(egui::accesskit::Role::Button, LIST)
}

/// The names of the libraries in sight.
fn shown(bench: &Bench) -> Vec<String> {
    let rows = bench.harness.get_all_by_role(egui::accesskit::Role::ListItem);
    rows.filter_map(|row| row.accesskit_node().label()).collect()
}

fn opened(setup: Setup) -> Bench {
    let mut bench = settings(setup);
    button(&bench).scroll_to_me();
    bench.frames(4);
    button(&bench).focus();
    bench.frames(2);
    bench.key(egui::Modifiers::NONE, Key::Enter);
    bench.wait("Libraries");
    bench
}

#[test]
fn libraries_are_listed_and_read_with_the_keyboard() {
    let mut bench = opened(Setup::default());
    let first = shown(&bench);
    let starts = |rows: &[String], part: &str| rows.iter().any(|row| row.starts_with(part));
    assert!(starts(&first, "accesskit 0."), "{first:?}");
    assert!(first.len() < 60, "{} rows are drawn", first.len());
    assert!(first.iter().all(|row| row.contains(": ")), "each has a licence: {first:?}");

    bench.key(Modifiers::NONE, Key::Tab);
    assert!(bench.harness.get_by_label("Libraries").accesskit_node().is_focused());
    bench.key(Modifiers::NONE, Key::PageDown);
    bench.frames(2);
    let second = shown(&bench);
    assert!(!starts(&second, "accesskit 0.") && second != first, "{second:?}");
    bench.key(Modifiers::NONE, Key::ArrowUp);
    bench.frames(2);
    assert_ne!(shown(&bench), second);
    bench.key(Modifiers::NONE, Key::End);
    bench.frames(2);
    assert!(starts(&shown(&bench), "zvariant_utils "), "{:?}", shown(&bench));
    bench.key(Modifiers::NONE, Key::Home);
    bench.frames(2);
    assert_eq!(shown(&bench), first);
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("it is closed", |bench| !bench.has("Libraries"));
    bench.frames(2);
    assert!(button(&bench).accesskit_node().is_focused(), "the focus is where it was");
}
