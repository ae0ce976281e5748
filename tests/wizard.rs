//! Pictures of the clone wizard's second step with a real waveform, in both themes and at the smallest size. The sound
//! is made here, so that it is the same everywhere.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::f32::consts::TAU;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use common::{Bench, Setup};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

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

/// The wizard with the sound read and measured and the sample cut, nothing in motion.
fn wizard(file: &Path, theme: &str, size: egui::Vec2) -> Bench {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("settings.toml"), format!("theme = {theme:?}\n")).unwrap();
    let mut bench = Setup { dir: Some(Rc::new(dir)), open: vec![file.to_owned()], size, ..Setup::default() }.app();
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

#[test]
fn pictures_of_the_wizard() {
    let made = tempfile::tempdir().unwrap();
    let file = talk(made.path());
    let (wide, small) = (egui::vec2(1280.0, 800.0), egui::vec2(960.0, 640.0));
    let mut results = SnapshotResults::new();
    for (name, theme, size) in
        [("wizard", "dark", wide), ("wizard-light", "light", wide), ("wizard-small", "dark", small)]
    {
        let mut bench = wizard(&file, theme, size);
        results.add(bench.harness.try_snapshot(name));
    }
}
