//! Pictures of steps that pass quickly, of what was chosen in the wizard, and of files over the window.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{SnapshotResults, try_image_snapshot};
use mouthpiece::sandbox::Fault;

use crate::common::{Bench, CONSENT, Setup, media};
use crate::{SMALL, WIDE, covered, drawn, talk, themed, wizard};

#[test]
fn pictures_of_an_upload() {
    let made = tempfile::tempdir().unwrap();
    let file = talk(made.path());
    let mut results = SnapshotResults::new();
    for (name, theme, size) in
        [("uploading", "dark", WIDE), ("uploading-light", "light", WIDE), ("uploading-small", "dark", SMALL)]
    {
        let mut bench = wizard(&file, theme, size);
        bench.fill("Voice name", "Mara, keynote");
        bench.click(CONSENT);
        // No byte moves: the count is that of the test.
        bench.sandbox().faults().next("POST", "/v2/assets/upload", Fault::Slow(Duration::from_mins(10)));
        bench.click("Clone voice");
        bench.click("Clone it anyway");
        bench.wait("Copying the sample");
        bench.fill("First line", "We built this for the people who finish the edit at two in the morning.");
        drawn(&mut bench);
        let progress = bench.session().jobs.all()[0].progress.clone();
        progress.start(1_900_000);
        for _ in 0..20 {
            progress.add(58_900);
            bench.frames(1);
        }
        let ring = bench.harness.get_by_label("Copying into the sandbox").rect();
        let ring = egui::Rect::from_min_size(ring.min - egui::vec2(38.0, 4.0), egui::vec2(28.0, 28.0));
        let words = bench.harness.get_by_label("62%").rect();
        assert!(words.is_positive());
        let mut image = bench.harness.render().unwrap();
        crate::cover(&mut image, &[ring]);
        results.add(try_image_snapshot(&image, name));
    }
}

#[test]
fn pictures_of_a_voice_ready_to_be_cloned() {
    let made = tempfile::tempdir().unwrap();
    let file = humming(made.path());
    let mut results = SnapshotResults::new();
    for (name, theme, size) in
        [("wizard-ready", "dark", WIDE), ("wizard-ready-light", "light", WIDE), ("wizard-ready-small", "dark", SMALL)]
    {
        let mut bench = wizard(&file, theme, size);
        bench.wait("Filter out the hum");
        bench.click(CONSENT);
        bench.fill("Voice name", "Mara, keynote");
        bench.harness.remove_cursor();
        bench.until("the sample is cut", |bench| {
            use egui_kittest::kittest::NodeT as _;
            let part = bench.harness.query_by_label("Send only this part");
            let note = part.and_then(|part| part.accesskit_node().description()).unwrap_or_default();
            note.contains(" instead of ") && !note.starts_with("About ")
        });
        bench.frames(8);
        assert!(!bench.is_off("Clone voice"), "{}", bench.screen());
        results.add(bench.harness.try_snapshot(name));
    }
}

/// Speech over a hum of the mains.
fn humming(dir: &Path) -> PathBuf {
    let (speech, path) = (media::speech(dir, "speech.wav"), dir.join("keynote-cam-a.wav"));
    let (from, to) = (speech.to_str().unwrap(), path.to_str().unwrap());
    let hum = "sine=frequency=50:sample_rate=16000,volume=0.06";
    let mix = "[0:a]aresample=16000[a];[a][1:a]amix=inputs=2:duration=first:normalize=0";
    let arguments = ["-v", "error", "-y", "-stream_loop", "-1", "-i", from, "-f", "lavfi", "-i", hum];
    let rest = ["-filter_complex", mix, "-t", "150", "-ar", "16000", "-ac", "1", "-bitexact", to];
    media::run("ffmpeg", &[&arguments[..], &rest[..]].concat());
    path
}

#[test]
fn a_picture_of_the_playhead_and_one_of_a_file_without_sound() {
    let made = tempfile::tempdir().unwrap();
    let mut results = SnapshotResults::new();
    let mut bench = wizard(&talk(made.path()), "dark", WIDE);
    let wave = bench.harness.get_by_label("Sound of the sample").rect();
    let pos = egui::pos2(wave.left() + wave.width() * 0.4, wave.center().y + 40.0);
    for pressed in [true, false] {
        let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::NONE);
        bench.harness.event(egui::Event::PointerMoved(pos));
        bench.harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers });
        bench.frames(1);
    }
    bench.harness.remove_cursor();
    bench.frames(8);
    results.add(bench.harness.try_snapshot("wizard-playhead"));

    let silent = media::silent_video(made.path(), "mute.mp4", 2.0);
    let mut bench = Setup { dir: Some(Rc::new(themed("dark"))), ..Setup::default() }.dialogs([silent]).app();
    bench.key(egui::Modifiers::COMMAND, egui::Key::Num3);
    bench.click("Choose file");
    bench.wait_part("this video has no sound. Choose another file.");
    bench.harness.remove_cursor();
    bench.frames(8);
    results.add(bench.harness.try_snapshot("wizard-no-sound"));
}

#[test]
fn pictures_of_a_drag() {
    let made = tempfile::tempdir().unwrap();
    let file = talk(made.path());
    let mut results = SnapshotResults::new();
    for (name, theme, size) in [("drop", "dark", WIDE), ("drop-light", "light", WIDE), ("drop-small", "dark", SMALL)] {
        let mut bench = Setup { dir: Some(Rc::new(themed(theme))), size, ..Setup::default() }.app();
        bench.key(egui::Modifiers::COMMAND, egui::Key::Num3);
        let hovered = egui::HoveredFile { path: Some(file.clone()), ..Default::default() };
        bench.harness.input_mut().hovered_files = vec![hovered];
        bench.wait_part("Sound only");
        let boxes = bench.harness.get_by_role_and_label(Role::Button, "Audio track").rect();
        bench.harness.event(egui::Event::PointerMoved(egui::pos2(size.x - boxes.center().x, boxes.center().y)));
        bench.frames(1);
        bench.harness.remove_cursor();
        bench.frames(4);
        results.add(bench.harness.try_snapshot(name));
    }
}

/// The app on the voices page with these files over it, nothing in motion.
fn dragging(theme: &str, files: &[&Path]) -> Bench {
    let mut bench = Setup { dir: Some(Rc::new(themed(theme))), size: WIDE, ..Setup::default() }.app();
    bench.key(egui::Modifiers::COMMAND, egui::Key::Num2);
    bench.wait_part("Built-in");
    let hovered = |path: &&Path| egui::HoveredFile { path: Some((*path).to_owned()), ..Default::default() };
    bench.harness.input_mut().hovered_files = files.iter().map(hovered).collect();
    bench
}

#[test]
fn pictures_of_other_files_over_the_window() {
    let made = tempfile::tempdir().unwrap();
    let (video, sound) = (media::talking_head(made.path(), "interview.mp4", 6.0), talk(made.path()));
    let notes = made.path().join("notes.pages");
    std::fs::write(&notes, "Dear diary").unwrap();
    let mut results = SnapshotResults::new();
    let mut bench = dragging("dark", &[&video]);
    bench.wait_part("Video with sound");
    bench.harness.event(egui::Event::PointerMoved(egui::pos2(308.0, 400.0)));
    bench.frames(1);
    bench.harness.remove_cursor();
    // The picture of the video comes by itself.
    let mut tries = 0;
    while is_plain(
        &covered(&mut bench, &[]),
        egui::Rect::from_min_size(egui::pos2(512.0, 164.0), egui::vec2(56.0, 32.0)),
    ) {
        tries += 1;
        assert!(tries < 2_000, "the picture does not come");
    }
    bench.frames(4);
    results.add(bench.harness.try_snapshot("drop-video"));

    let mut bench = dragging("dark", &[&notes]);
    bench.wait_part("notes.pages is not video or audio");
    bench.harness.remove_cursor();
    bench.frames(4);
    results.add(bench.harness.try_snapshot("drop-refused"));

    let mut bench = dragging("light", &[&sound, &video, &notes]);
    bench.wait_part("3 files.");
    bench.wait_part("Sound only");
    bench.harness.remove_cursor();
    bench.frames(4);
    results.add(bench.harness.try_snapshot("drop-several-light"));
}

/// Whether a place of the window has one colour all along its middle.
fn is_plain(image: &image::RgbaImage, place: egui::Rect) -> bool {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside of the window")]
    let (from, to, y) = (place.left() as u32, place.right() as u32, place.center().y as u32);
    let first = image.get_pixel(from, y);
    // An icon has one more colour and its soft edges; a picture has many.
    let colours: std::collections::HashSet<_> = (from..to).map(|x| image.get_pixel(x, y)).collect();
    colours.len() < 12 && first[3] == 255
}
