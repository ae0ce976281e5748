//! Pictures of the clone page's steps, of the first page and of a drag, in both themes and at the smallest size. The
//! sound is made here, so that it is the same everywhere.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "wizard/first_page.rs"]
mod first_page;
#[path = "wizard/slots.rs"]
mod slots;
#[path = "wizard/states.rs"]
mod states;

use std::f32::consts::TAU;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use common::{Bench, CONSENT, Setup};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{SnapshotResults, try_image_snapshot};
use mouthpiece::sandbox::Fault;

const RATE: u32 = 16_000;
const SECS: u32 = 150;

/// Numbers that look random and are the same each time.
struct Dice(u32);

impl Dice {
    /// From 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "any number will do")]
    fn roll(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / 16_777_216.0
    }
}

/// Something that has the rhythm and the tones of speech: syllables of a voice, with pauses between phrases, a silence
/// near the start and a stretch that is far too loud near the end.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "samples of a short sound"
)]
fn talk(dir: &Path) -> PathBuf {
    let mut dice = Dice(7);
    let mut samples: Vec<i16> = Vec::new();
    let rate = RATE as f32;
    while samples.len() < (RATE * SECS) as usize {
        let at = samples.len() as f32 / rate;
        let (pitch, loud) = (105.0 + 40.0 * dice.roll(), 0.12 + 0.3 * dice.roll());
        let (length, tone) = (0.12 + 0.16 * dice.roll(), 400.0 + 1400.0 * dice.roll());
        let gain = match at {
            at if at < 18.0 => 0.0,
            at if at > 128.0 && at < 140.0 => 30.0,
            _ => 1.0,
        };
        let count = (length * rate) as usize;
        for index in 0..count {
            let time = index as f32 / rate;
            let envelope = (std::f32::consts::PI * index as f32 / count as f32).sin();
            let voice: f32 = (1..12)
                .map(|harmonic| {
                    let frequency = pitch * harmonic as f32;
                    let weight = 1.0 / (1.0 + ((frequency - tone) / 500.0).powi(2)) + 0.5 / harmonic as f32;
                    weight * (TAU * frequency * time).sin()
                })
                .sum();
            let noise = (dice.roll() - 0.5) * 0.0008;
            let value = (voice * 0.4 * loud * envelope * gain + noise).clamp(-1.0, 1.0);
            samples.push((value * 32_700.0) as i16);
        }
        let pause = if dice.roll() < 0.12 { 0.5 } else { 0.04 };
        samples.extend((0..(pause * rate) as usize).map(|_| ((dice.roll() - 0.5) * 26.0) as i16));
    }
    samples.truncate((RATE * SECS) as usize);
    write(&dir.join("keynote-cam-a.wav"), &samples)
}

fn write(path: &Path, samples: &[i16]) -> PathBuf {
    let bytes = u32::try_from(samples.len() * 2).unwrap();
    let mut file = Vec::from(b"RIFF".as_slice());
    file.extend((36 + bytes).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes().into_iter().chain((RATE * 2).to_le_bytes()));
    file.extend(b"\x02\0\x10\0data");
    file.extend(bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    std::fs::write(path, file).unwrap();
    path.to_owned()
}

/// A folder for a workspace in this theme.
fn themed(theme: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("settings.toml"), format!("theme = {theme:?}\n")).unwrap();
    dir
}

/// The wizard with the sound read and measured and the sample cut, nothing in motion.
fn wizard(file: &Path, theme: &str, size: egui::Vec2) -> Bench {
    wizard_in(themed(theme), file, size)
}

/// The same in a workspace that was filled before.
fn wizard_in(dir: tempfile::TempDir, file: &Path, size: egui::Vec2) -> Bench {
    let mut bench = Setup { dir: Some(Rc::new(dir)), open: vec![file.to_owned()], size, ..Setup::default() }.app();
    still(&bench);
    bench.click("Clone a voice");
    bench.until("all is known", |bench| {
        let part = bench.harness.query_by_label("Send only this part");
        let note = part.and_then(|part| part.accesskit_node().description()).unwrap_or_default();
        bench.has("Speech share") && note.contains(" instead of ") && !note.starts_with("About ")
    });
    bench.harness.remove_cursor();
    bench.frames(8);
    bench
}

const WIDE: egui::Vec2 = egui::vec2(1280.0, 800.0);
const SMALL: egui::Vec2 = egui::vec2(960.0, 640.0);

#[test]
fn pictures_of_the_wizard() {
    let made = tempfile::tempdir().unwrap();
    let file = talk(made.path());
    let mut results = SnapshotResults::new();
    for (name, theme, size) in [
        ("wizard", "dark", WIDE),
        ("wizard-light", "light", WIDE),
        ("wizard-small", "dark", SMALL),
        ("wizard-small-light", "light", SMALL),
    ] {
        let mut bench = wizard(&file, theme, size);
        results.add(bench.harness.try_snapshot(name));
    }
}

/// Cursors do not blink in pictures.
fn still(bench: &Bench) {
    bench.harness.ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = false);
}

/// What a picture covers: places whose content is another one each time, such as ids and times.
fn covered(bench: &mut Bench, places: &[egui::Rect]) -> image::RgbaImage {
    bench.harness.remove_cursor();
    bench.frames(3);
    let mut image = bench.harness.render().unwrap();
    cover(&mut image, places);
    image
}

/// Paints over places of a picture.
fn cover(image: &mut image::RgbaImage, places: &[egui::Rect]) {
    let ink = *image.get_pixel(1, 1);
    for place in places {
        for (x, y, pixel) in image.enumerate_pixels_mut() {
            #[expect(clippy::cast_precision_loss, reason = "pixels of a window")]
            let at = egui::pos2(x as f32, y as f32);
            if place.contains(at) {
                *pixel = ink;
            }
        }
    }
}

/// Where something is whose name contains this.
#[track_caller]
fn place(bench: &Bench, part: &str) -> egui::Rect {
    bench.harness.query_all_by_label_contains(part).next().unwrap_or_else(|| panic!("{}", bench.screen())).rect()
}

/// Waits until the end of the waveform is drawn.
fn drawn(bench: &mut Bench) {
    let wave = place(bench, "Sound of the sample");
    let end = egui::Rect::from_min_max(egui::pos2(wave.right() - 30.0, wave.center().y - 8.0), wave.max);
    let mut tries = 0;
    loop {
        let image = covered(bench, &[]);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside of the window")]
        let row: Vec<_> =
            (end.left() as u32..end.right() as u32).map(|x| *image.get_pixel(x, end.top() as u32)).collect();
        if row.iter().any(|pixel| *pixel != row[0]) {
            return;
        }
        tries += 1;
        assert!(tries < 2_000, "the waveform is not drawn");
    }
}

#[test]
fn pictures_of_a_clone_under_way() {
    let made = tempfile::tempdir().unwrap();
    let file = talk(made.path());
    let mut results = SnapshotResults::new();
    for (name, theme, size) in
        [("cloning", "dark", WIDE), ("cloning-light", "light", WIDE), ("cloning-small", "dark", SMALL)]
    {
        let mut bench = wizard(&file, theme, size);
        bench.fill("Voice name", "Mara, keynote");
        bench.click(CONSENT);
        bench.sandbox().faults().next("POST", "/v2/voices", Fault::Slow(Duration::from_mins(10)));
        bench.click("Clone voice");
        bench.wait("It is mostly music. Choose a part with speech alone.");
        bench.click("Clone it anyway");
        bench.wait_part("Cloning the voice");
        bench.fill("First line", "We built this for the people who finish the edit at two in the morning.");
        drawn(&mut bench);
        // What turns and runs.
        let bar = bench.harness.get_by_role_and_label(Role::ProgressIndicator, "Cloning").rect();
        let row = bench.harness.get_by_role_and_label(Role::Label, "Cloning").rect();
        let ring = egui::Rect::from_min_size(row.min - egui::vec2(38.0, 4.0), egui::vec2(28.0, 28.0));
        let image = covered(&mut bench, &[bar.expand(1.0), ring]);
        results.add(try_image_snapshot(&image, name));
    }
}
