//! Pictures of every widget in both themes, and what keyboard and screen readers get from them.

use egui::{Theme, Vec2};
use egui_kittest::{Harness, SnapshotResults};
use mouthpiece::ui::gallery::{self, Sheet};
use mouthpiece::ui::theme;

fn sheet(sheet: Sheet, look: Theme) -> Harness<'static> {
    let mut harness = Harness::builder()
        .with_size(Vec2::new(1280.0, 800.0))
        .with_theme(look)
        .with_context_setup(|ctx| {
            theme::install(ctx);
        })
        .build_ui(move |ui| gallery::gallery_ui(ui, sheet));
    harness.run();
    harness
}

#[test]
fn pictures_of_both_themes() {
    let mut results = SnapshotResults::new();
    for (look, end) in [(Theme::Dark, ""), (Theme::Light, "-light")] {
        let mut harness = sheet(Sheet::Controls, look);
        results.add(harness.try_snapshot(format!("gallery-controls{end}")));
    }
}
