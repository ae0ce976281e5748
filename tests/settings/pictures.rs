//! Pictures of the page in both themes, wide and at the smallest size.

use super::*;

#[test]
fn pictures_of_the_page() {
    let (wide, small) = (egui::vec2(1280.0, 800.0), egui::vec2(960.0, 640.0));
    let mut results = egui_kittest::SnapshotResults::new();
    for (name, theme, size) in [
        ("settings", "dark", wide),
        ("settings-light", "light", wide),
        ("settings-small", "dark", small),
        ("settings-small-light", "light", small),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let text = format!("theme = {theme:?}\nreduce_motion = true\noutput = '/videos/Mouthpiece'\n");
        std::fs::write(dir.path().join("settings.toml"), text).unwrap();
        let (dir, account) = (Some(std::rc::Rc::new(dir)), Some(common::account(9)));
        let mut bench = settings(Setup { size, dir, account, ..Setup::default() });
        bench.wait("ffmpeg");
        bench.wait_part("Could not reach 127.0.0.1");
        bench.wait_part("0 flows, 0 results");
        bench.harness.remove_cursor();
        bench.frames(8);
        let mut picture = bench.harness.render().unwrap();
        // Out of sight in a small window.
        if size == wide {
            cover(&bench, &mut picture);
        }
        results.add(egui_kittest::try_image_snapshot(&picture, name));
    }
}

/// Covers which tools are there, their versions and places, which differ from computer to computer.
fn cover(bench: &Bench, picture: &mut image::RgbaImage) {
    let top = bench.harness.get_by_label("ffmpeg").rect().top();
    let bottom = bench.harness.get_by_label("Video player").rect().bottom();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a window")]
    let rows = (top - 4.0) as u32..(bottom + 4.0) as u32;
    for y in rows {
        for x in 700..1240.min(picture.width()) {
            picture.put_pixel(x, y, image::Rgba([128, 128, 128, 255]));
        }
    }
}
