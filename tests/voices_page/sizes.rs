//! The list in windows that are just wide enough for the details beside it.

use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;

use crate::common::{Bench, Setup};

/// `width`: of the window. The details beside the list are 348 wide.
fn buttons_lie_within_the_list(bench: &Bench, width: f32) {
    let end = width - 348.0;
    let buttons: Vec<_> = bench.harness.query_all_by_label_contains("Use Sandbox").collect();
    assert!(!buttons.is_empty(), "{}", bench.screen());
    for button in buttons {
        let rect = button.rect();
        assert!(rect.width() > 60.0 && rect.right() <= end, "{rect:?} in a list that ends at {end}");
    }
}

#[test]
fn the_rows_keep_their_buttons_when_the_window_gets_narrower() {
    let mut bench = Setup { size: vec2(1200.0, 800.0), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait("Use Sandbox Ada");
    bench.frames(3);
    buttons_lie_within_the_list(&bench, 1200.0);
    for width in [1500.0, 1180.0, 1000.0, 1200.0, 1270.0, 1190.0] {
        bench.harness.set_size(vec2(width, 800.0));
        bench.frames(4);
        if width >= 1180.0 {
            buttons_lie_within_the_list(&bench, width);
        }
    }
}
