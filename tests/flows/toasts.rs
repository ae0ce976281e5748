//! Toasts stand above what a page is for.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::common::Bench;
use super::past::{Open, Past};
use super::{SMALL, WIDE, app};

/// Where the button of the page is that has this name; the rail at the left has some of the same name.
fn button(bench: &Bench, name: &str) -> Option<Rect> {
    let is_it =
        |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == Role::Button && node.rect().left() > 88.0;
    bench.harness.query_all_by_label(name).find(is_it).map(|node| node.rect())
}

fn toasts(bench: &Bench) -> Vec<Rect> {
    bench.harness.query_all_by_label_contains("Settings. The setting ").map(|node| node.rect()).collect()
}

#[test]
fn no_toast_lies_on_the_main_action_of_a_page() {
    for size in [WIDE, SMALL] {
        let past = Past::new("dark");
        past.fill();
        past.open(Open::Ready);
        // What can't be read in the settings is told by a toast that stays.
        let settings = past.dir.path().join("settings.toml");
        std::fs::write(&settings, "theme = \"dusk\"\noutput = \"/Videos/Mouthpiece\"\n").unwrap();
        let (mut bench, _media) = app(past, size);
        let corner = size - egui::vec2(16.0, 16.0);
        for (page, name, opens) in [
            (Key::Num1, "Run all", false),
            (Key::Num2, "Write a line with this voice", true),
            (Key::Num3, "Clone voice", false),
            (Key::Num4, "Speak", false),
            (Key::Num4, "Join lines into one track", true),
            (Key::Num5, "Lip sync", false),
        ] {
            bench.key(Modifiers::COMMAND, page);
            // In a small window what stands beside the page is opened over it.
            if opens && size == SMALL {
                bench.key(Modifiers::COMMAND, Key::I);
            }
            bench.until(&format!("“{name}” is there"), |bench| button(bench, name).is_some());
            bench.frames(20);
            let (button, toasts) = (button(&bench, name).unwrap(), toasts(&bench));
            assert_eq!(toasts.len(), 1, "{}", bench.screen());
            let toast = toasts[0];
            assert!(!toast.intersects(button), "{name} at {size}: {toast:?} on {button:?}");
            assert!((toast.right() - corner.x).abs() < 1.0, "{name} at {size}: {toast:?}");
            assert!(toast.bottom() <= corner.y + 1.0 && toast.top() > 64.0, "{name} at {size}: {toast:?}");
        }
        bench.key(Modifiers::COMMAND, Key::Num6);
        bench.frames(20);
        assert!((toasts(&bench)[0].bottom() - corner.y).abs() < 1.0, "nothing is in the way there");
    }
}

/// It stood on every page until somebody took the mouse.
#[test]
fn esc_closes_a_toast_after_what_lies_over_it_and_the_field_that_is_typed_into() {
    let past = Past::new("dark");
    past.fill();
    past.open(Open::Ready);
    let settings = past.dir.path().join("settings.toml");
    std::fs::write(&settings, "theme = \"dusk\"\noutput = \"/Videos/Mouthpiece\"\n").unwrap();
    let (mut bench, _media) = app(past, WIDE);
    bench.until("it is told", |bench| toasts(bench).len() == 1);
    bench.key(Modifiers::COMMAND, Key::Slash);
    bench.wait("Close");
    bench.key(Modifiers::NONE, Key::Escape);
    bench.frames(3);
    assert!(!bench.has("Close") && toasts(&bench).len() == 1, "{}", bench.screen());
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Line 1");
    bench.fill("Line 1", "Good evening.");
    assert!(bench.harness.ctx.text_edit_focused());
    bench.key(Modifiers::NONE, Key::Escape);
    bench.frames(3);
    assert_eq!(toasts(&bench).len(), 1, "the field was left, and that is all");
    bench.key(Modifiers::NONE, Key::Escape);
    bench.frames(3);
    assert!(toasts(&bench).is_empty(), "{}", bench.screen());
}
