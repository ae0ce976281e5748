//! Pictures of every widget in both themes, and what keyboard and screen readers get from them.

use egui::{Theme, UiBuilder, Vec2};
use egui_kittest::{Harness, SnapshotResults};
use mouthpiece::ui::gallery::{self, Sheet};
use mouthpiece::ui::theme;

fn sheet(sheet: Sheet, look: Theme) -> Harness<'static> {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(1280.0, 800.0))
        .with_theme(look)
        .with_context_setup(theme::install)
        .build_ui(move |ui| {
            // The harness keeps a margin around the `Ui` it gives; a sheet covers the whole window.
            let window = ui.ctx().content_rect();
            ui.scope_builder(UiBuilder::new().max_rect(window), |ui| {
                ui.set_clip_rect(window);
                gallery::gallery_ui(ui, sheet);
            });
        });
    harness.run();
    harness
}

#[test]
fn pictures_of_both_themes() {
    let mut results = SnapshotResults::new();
    for (look, end) in [(Theme::Dark, ""), (Theme::Light, "-light")] {
        for (which, name) in [(Sheet::Controls, "controls"), (Sheet::Patterns, "patterns"), (Sheet::Frame, "frame")] {
            let mut harness = sheet(which, look);
            results.add(harness.try_snapshot(format!("gallery-{name}{end}")));
        }
    }
}
