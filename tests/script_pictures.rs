//! Pictures of the script page with lines, takes, pauses and words, in both themes and at the smallest size. The takes
//! are made here, so that they are the same everywhere.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use common::{Bench, Setup};
use egui::{Key, Modifiers};
use egui_kittest::SnapshotResults;
use egui_kittest::kittest::Queryable as _;
use mouthpiece::library::{Care, Library, Line, Take};
use mouthpiece::store::{Flow, VoiceChoice};

const RATE: u32 = 16_000;
const LINES: [&str; 4] = [
    "Hi, I am Mara, and I run the edit team at Northlight.",
    "We built this for the people who finish the edit at two in the morning. [pause 0.6 s] Version three ships on \
     Thursday, and it is the quickest we have ever made.",
    "If you are on version two, your projects open as they are. Nothing to convert, nothing to lose.",
    "Try it free until the end of January.",
];

/// Something with the rhythm of speech.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a short sound"
)]
fn sound(path: &Path, secs: f32, seed: u32) -> PathBuf {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: RATE, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for at in 0..(secs * RATE as f32) as u32 {
        let time = at as f32 / RATE as f32;
        let words = (time * 2.1 + seed as f32).sin().abs() * (time * 7.3 * (1.0 + seed as f32 * 0.1)).sin().abs();
        let value = words * (time * 1400.0).sin() * 0.7;
        file.write_sample((value * 32_000.0) as i16).unwrap();
    }
    file.finalize().unwrap();
    path.to_owned()
}

fn take(library: &Library, line: &Line, voice: &VoiceChoice, secs: f32, kept: bool) -> Take {
    let number = u32::try_from(library.takes().unwrap().len()).unwrap() + 1;
    let file = sound(&library.folder().join(format!("take-{number}.wav")), secs, number);
    let said = line.text.contains("Northlight").then(|| line.text.replace("Northlight", "North light"));
    let take = Take {
        id: format!("take-{number}"),
        number: 0,
        voice_id: voice.id.clone(),
        voice_name: voice.name.clone(),
        script: line.text.clone(),
        stability: Some(if number == 3 { 0.7 } else { 0.5 }),
        similarity: Some(0.75),
        file,
        remote_id: None,
        url: "http://x/t.wav".into(),
        duration_secs: f64::from(secs),
        made_at: format!("2026-11-22T14:0{}:30Z", number + 2),
        care: Care { line_id: Some(line.id.clone()), said, ..Care::default() },
    };
    let take = library.add_take(take).unwrap();
    if kept {
        library.keep_take(&line.text, Some(&take.id)).unwrap();
    }
    take
}

/// A data directory with a script: the second line is worked on.
fn written() -> Rc<tempfile::TempDir> {
    let mut bench = common::app();
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    let voice = bench.session().store.voices.value().unwrap()[0].clone();
    let voice = VoiceChoice { name: voice.label().to_owned(), id: voice.id };
    let folder = bench.session().library.folder().to_owned();
    let dir = bench.close();
    let library = Library::open(&folder).unwrap().library;
    let mut flow = Flow { name: "Launch teaser, pickups".into(), voice: Some(voice.clone()), ..Flow::default() };
    *flow.text_mut() = LINES[0].into();
    for (at, text) in LINES.iter().enumerate().skip(1) {
        flow.lines.insert(at, Line { id: format!("line-{at}"), text: (*text).into(), ..Line::default() });
    }
    flow.lines.activate("line-1");
    let save = |flow: &Flow| {
        let document = serde_json::to_string(flow).unwrap();
        library.put_flow_and_lines(&flow.id, &flow.name, &document, "2026-11-22T14:06:00Z", flow.lines.all()).unwrap();
    };
    save(&flow);
    for (at, secs, kept) in [(0, 3.6, false), (1, 11.6, false), (1, 10.9, false), (1, 10.4, true)] {
        let made = take(&library, &flow.lines.all()[at].clone(), &voice, secs, kept);
        flow.lines.all_mut()[at].take_id = Some(made.id);
    }
    save(&flow);
    let words = [("Northlight", "North light"), ("v3", "version three")];
    library.put_words(&words.map(|(written, spoken)| (written.to_owned(), spoken.to_owned()))).unwrap();
    dir
}

fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let count = |entry: std::fs::DirEntry| if entry.path().is_dir() { files(&entry.path()) } else { 1 };
    entries.map(|entry| count(entry.unwrap())).sum()
}

fn shown(dir: &Rc<tempfile::TempDir>, theme: &str, size: egui::Vec2) -> Bench {
    let results = dir.path().join("Results");
    let settings = format!("theme = {theme:?}\noutput = {:?}\n", results.display().to_string());
    std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
    mouthpiece::panels::when::pin(time::macros::datetime!(2026-11-22 14:07 UTC));
    let mut bench = Setup { dir: Some(dir.clone()), size, ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Play take 3");
    bench.until("the waveforms are read", |bench| files(&bench.dir.path().join("cache")) >= 4);
    bench.until("the voices are there", |bench| bench.session().store.voices.value().is_some());
    // Out of the line, whose cursor blinks.
    bench.key(Modifiers::NONE, Key::Escape);
    bench.harness.remove_cursor();
    bench.frames(20);
    bench
}

/// Two takes side by side, at their beginning.
fn compare(bench: &mut Bench) {
    bench.click("Compare take 3 as A");
    bench.click("Compare take 2 as B");
    bench.until("both play", |bench| bench.session().player.now().is_some_and(|now| now.compared.is_some()));
    bench.click("Pause");
    bench.click("To the start");
    bench.until("it stands at the start", |bench| {
        bench.session().player.now().is_some_and(|now| now.position_secs == 0.0)
    });
    bench.harness.get_by_label("Stability").focus();
    bench.harness.remove_cursor();
    bench.frames(20);
}

/// The window with the part of the strip covered that says whether this computer has a sound device.
fn without_device(bench: &mut Bench) -> image::RgbaImage {
    let mut image = bench.harness.render().unwrap();
    let cover = *image.get_pixel(1270, 748);
    for (x, y) in (362..1156).flat_map(|x| (746..800).map(move |y| (x, y))) {
        image.put_pixel(x, y, cover);
    }
    image
}

#[test]
fn pictures_of_the_script() {
    let dir = written();
    let (wide, small) = (egui::vec2(1280.0, 800.0), egui::vec2(960.0, 640.0));
    let mut results = SnapshotResults::new();
    for (name, theme, size) in [
        ("script", "dark", wide),
        ("script-light", "light", wide),
        ("script-small", "dark", small),
        ("script-small-light", "light", small),
    ] {
        let mut bench = shown(&dir, theme, size);
        results.add(bench.harness.try_snapshot(name));
        if name == "script-small" {
            bench.click("Details");
            bench.wait("Whole script");
            bench.harness.remove_cursor();
            bench.frames(20);
            results.add(bench.harness.try_snapshot("script-small-details"));
        }
        if size == wide {
            compare(&mut bench);
            let picture = without_device(&mut bench);
            results.add(egui_kittest::try_image_snapshot(&picture, name.replace("script", "script-compare")));
        }
        bench.close();
    }
}

#[test]
fn pictures_of_an_empty_script() {
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    // Out of the line, whose cursor blinks.
    bench.key(Modifiers::NONE, Key::Escape);
    bench.frames(8);
    let mut results = SnapshotResults::new();
    results.add(bench.harness.try_snapshot("script-empty"));
}

/// Covers a part of a picture that is another one each time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places within a picture")]
fn cover(image: &mut image::RgbaImage, place: egui::Rect) {
    let [left, top, right, bottom] = [place.left(), place.top(), place.right(), place.bottom()].map(|at| at as u32);
    for (x, y) in (left..right).flat_map(|x| (top..bottom).map(move |y| (x, y))) {
        image.put_pixel(x, y, image::Rgba([0, 0, 0, 255]));
    }
}

/// Plays the third take, and stands in it.
fn play(bench: &mut Bench) {
    bench.click("Play take 3");
    bench.until("it plays", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
    bench.click("Pause take 3");
    let wave = bench.harness.get_by_role_and_label(egui::accesskit::Role::Slider, "Sound of take 3").rect();
    let at = wave.left_center() + egui::vec2(120.5, 0.0);
    bench.harness.drag_at(at);
    bench.harness.drop_at(at);
    bench.frames(2);
    bench.harness.remove_cursor();
    bench.frames(20);
}

#[test]
fn pictures_of_a_take_that_is_heard_and_of_one_that_is_spoken() {
    let mut results = SnapshotResults::new();
    for (theme, end) in [("dark", ""), ("light", "-light")] {
        let mut bench = shown(&written(), theme, egui::vec2(1280.0, 800.0));
        play(&mut bench);
        let mut picture = without_device(&mut bench);
        // The device, and how far it is.
        cover(&mut picture, egui::Rect::from_min_max(egui::pos2(190.0, 772.0), egui::pos2(330.0, 790.0)));
        cover(&mut picture, egui::Rect::from_min_max(egui::pos2(330.0, 746.0), egui::pos2(400.0, 800.0)));
        results.add(egui_kittest::try_image_snapshot(&picture, format!("script-playing{end}")));
        bench.click("Close the player");
        let slow = mouthpiece::sandbox::Fault::Slow(std::time::Duration::from_mins(10));
        bench.sandbox().faults().next("POST", "/v2/tts", slow);
        bench.click("Line 4: Try it free until the end of January. No take yet");
        bench.click("Speak");
        bench.wait("Speaking a take");
        bench.until("it is at the service", |bench| {
            bench.sandbox().faults().pending() == 0 && bench.has("Stop waiting")
        });
        // Out of the line, whose cursor blinks.
        bench.key(Modifiers::NONE, Key::Escape);
        bench.harness.remove_cursor();
        bench.frames(20);
        let words = bench.harness.get_by_label("Speaking a take").rect();
        let saved = egui::Rect::from_min_max(egui::pos2(380.0, 56.0), egui::pos2(620.0, 80.0));
        let mut picture = bench.harness.render().unwrap();
        cover(&mut picture, saved);
        let left = words.left_center() - egui::vec2(31.0, 10.0);
        cover(&mut picture, egui::Rect::from_min_size(left, egui::vec2(20.0, 20.0)));
        let right = words.right_center() + egui::vec2(8.0, -10.0);
        cover(&mut picture, egui::Rect::from_min_size(right, egui::vec2(220.0, 20.0)));
        results.add(egui_kittest::try_image_snapshot(&picture, format!("script-speaking{end}")));
        bench.close();
    }
}
