//! Pictures of the first page: at rest, with a key that is checked, refused, or can't be checked.

use std::rc::Rc;
use std::time::Duration;

use egui_kittest::kittest::Queryable as _;
use egui_kittest::{SnapshotResults, try_image_snapshot};
use mouthpiece::sandbox::Fault;

use crate::common::{self, Bench, Setup};
use crate::{SMALL, WIDE, cover, still, themed};

fn first_page(theme: &str, size: egui::Vec2, base: &str) -> Bench {
    let setup = Setup { dir: Some(Rc::new(themed(theme))), unnamed: true, size, ..Setup::default() };
    let mut bench = Setup { base: base.to_owned(), ..setup }.app();
    still(&bench);
    bench.wait("Open the sandbox");
    bench.harness.remove_cursor();
    bench.frames(4);
    bench
}

#[test]
fn pictures_of_the_first_page() {
    let mut results = SnapshotResults::new();
    for (name, theme, size) in
        [("welcome", "dark", WIDE), ("welcome-light", "light", WIDE), ("welcome-small", "dark", SMALL)]
    {
        let mut bench = first_page(theme, size, "https://api.sync.so");
        results.add(bench.harness.try_snapshot(name));
    }
}

#[test]
fn pictures_of_a_key_that_is_checked_refused_or_cannot_be() {
    let mut results = SnapshotResults::new();
    let dir = tempfile::tempdir().unwrap();
    let (service, _tokio) = common::service(0, dir.path());
    let mut bench = first_page("dark", WIDE, service.base_url());
    service.faults().next("GET", "/v2/voices", Fault::Slow(Duration::from_mins(10)));
    bench.fill("Paste your sync.so key", "sk-not-the-key-0000");
    bench.click("Continue");
    bench.wait("Checking");
    bench.harness.remove_cursor();
    bench.frames(4);
    let mut image = bench.harness.render().unwrap();
    // What turns.
    let button = bench.harness.get_by_label("Checking").rect();
    cover(&mut image, &[egui::Rect::from_center_size(button.center() - egui::vec2(38.0, 0.0), egui::vec2(22.0, 22.0))]);
    results.add(try_image_snapshot(&image, "welcome-checking"));

    let mut bench = first_page("light", WIDE, service.base_url());
    bench.fill("Paste your sync.so key", "sk-not-the-key-0000");
    bench.click("Show the key");
    bench.click("Continue");
    bench.wait_part("refused this key");
    bench.harness.remove_cursor();
    bench.frames(4);
    results.add(bench.harness.try_snapshot("welcome-refused-light"));

    let mut bench = first_page("dark", SMALL, "http://127.0.0.1:9");
    bench.fill("Paste your sync.so key", "sk-not-the-key-0000");
    bench.click("Continue");
    bench.wait_part("explore the sandbox for now");
    bench.harness.remove_cursor();
    bench.frames(4);
    results.add(bench.harness.try_snapshot("welcome-offline-small"));
}
