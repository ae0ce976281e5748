//! Where the keyboard's focus is, and getting there by Tab.

use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT as _;

use super::common::Bench;

/// The name of what has the focus.
pub fn focused(bench: &Bench) -> Option<String> {
    let mut open = vec![bench.harness.root()];
    while let Some(node) = open.pop() {
        let access = node.accesskit_node();
        if access.is_focused()
            && let Some(name) = access.label()
        {
            return Some(name);
        }
        open.extend(node.children());
    }
    None
}

/// Presses Tab until the control of this name has the focus.
#[track_caller]
pub fn tab_to(bench: &mut Bench, name: &str) {
    for _ in 0..60 {
        if focused(bench).as_deref() == Some(name) {
            return;
        }
        bench.key(Modifiers::NONE, Key::Tab);
    }
    panic!("Tab does not lead to “{name}”; on the screen:\n{}", bench.screen());
}
