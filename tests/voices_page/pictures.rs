//! Pictures of the page in both themes and at the smallest size.

use egui_kittest::SnapshotResults;

use crate::filled;

#[test]
fn pictures_of_the_page() {
    let (wide, small) = (egui::vec2(1280.0, 800.0), egui::vec2(960.0, 640.0));
    let mut results = SnapshotResults::new();
    for (name, theme, size) in [
        ("voices", "dark", wide),
        ("voices-light", "light", wide),
        ("voices-small", "dark", small),
        ("voices-small-light", "light", small),
    ] {
        let mut bench = filled::app(theme, size);
        if size == wide {
            bench.wait_part("Opens the flow.");
        }
        bench.harness.remove_cursor();
        bench.frames(8);
        results.add(bench.harness.try_snapshot(name));
    }
}

#[test]
fn pictures_of_what_is_not_there() {
    let wide = egui::vec2(1280.0, 800.0);
    let mut results = SnapshotResults::new();
    let mut bench = filled::app("dark", wide);
    bench.fill("Search voices", "baritone");
    bench.harness.remove_cursor();
    bench.frames(8);
    results.add(bench.harness.try_snapshot("voices-none"));
}
