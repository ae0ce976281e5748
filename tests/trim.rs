//! Step 2 of the clone wizard on the real app: a part is chosen, measured, cut, sent and kept.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/heard.rs"]
mod heard;
#[path = "trim/sent.rs"]
mod sent;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use common::{Bench, CONSENT, Setup, media};
use egui::accesskit::Role;
use egui::{Key, Modifiers, PointerButton, Pos2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use heard::{correlation, power, samples};
use mouthpiece::error::Result;
use mouthpiece::jobs::{State, Step};
use mouthpiece::media::Part;
use mouthpiece::sandbox::Fault;

const START: &str = "Start of the sample";
const END: &str = "End of the sample";

/// The app on the wizard's second step, with the sound read and measured.
fn trimming(file: &Path) -> Bench {
    let setup = Setup { open: vec![file.to_owned()], ..Setup::default() };
    let mut bench = setup.app();
    bench.click("Clone a voice");
    measured(&mut bench);
    bench
}

fn measured(bench: &mut Bench) {
    bench.wait("Clone voice");
    bench.until("the sound is measured", |bench| bench.has("Speech share"));
}

/// Two and a half minutes of speech, small and quick to read.
fn talk(dir: &Path) -> PathBuf {
    let (speech, path) = (media::speech(dir, "speech.wav"), dir.join("talk.wav"));
    let (from, to) = (speech.to_str().unwrap(), path.to_str().unwrap());
    let long = ["-v", "error", "-y", "-stream_loop", "-1", "-i", from, "-t", "150", "-ar", "16000", "-ac", "1", to];
    media::run("ffmpeg", &long);
    path
}

/// Seconds of one end of the sample, as assistive software reads it.
fn at(bench: &Bench, name: &str) -> f64 {
    bench.harness.get_by_role_and_label(Role::Slider, name).accesskit_node().numeric_value().unwrap()
}

#[track_caller]
fn close(bench: &Bench, start: f64, end: f64) {
    let found = (at(bench, START), at(bench, END));
    let is_close = (found.0 - start).abs() < 0.006 && (found.1 - end).abs() < 0.006;
    assert!(is_close, "{found:?} is not ({start}, {end})");
}

/// Types a time and leaves the field with Enter.
fn type_time(bench: &mut Bench, name: &str, text: &str) {
    bench.fill(name, text);
    bench.key(Modifiers::NONE, Key::Enter);
}

fn focus(bench: &mut Bench, name: &str) {
    bench.harness.get_by_role_and_label(Role::Slider, name).focus();
    bench.frames(2);
}

fn place(bench: &Bench, name: &str) -> egui::Rect {
    bench.harness.get_by_label(name).rect()
}

/// Presses, moves in steps and lets go, as a hand does.
fn drag(bench: &mut Bench, from: Pos2, to: Pos2) {
    bench.harness.hover_at(from);
    bench.harness.drag_at(from);
    bench.frames(1);
    for step in 1..=4_u8 {
        bench.harness.hover_at(from.lerp(to, f32::from(step) / 4.0));
        bench.frames(1);
    }
    bench.harness.drop_at(to);
    bench.frames(2);
}

fn click_at(bench: &mut Bench, at: Pos2) {
    for pressed in [true, false] {
        let button = PointerButton::Primary;
        bench.harness.event(egui::Event::PointerMoved(at));
        bench.harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
        bench.frames(1);
    }
    bench.frames(2);
}

#[test]
fn the_part_is_typed_nudged_and_set_at_the_playhead_within_its_limits() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = trimming(&talk(dir.path()));
    type_time(&mut bench, "Start time", "0:20");
    type_time(&mut bench, "End time", "1:05,5");
    close(&bench, 20.0, 65.5);
    assert!(bench.has("0:45.5 selected, 2:00 at most"), "{}", bench.screen());
    for (text, key) in [("abc", Key::Enter), ("1:75", Key::Enter), ("-5", Key::Tab)] {
        bench.fill("Start time", text);
        bench.key(Modifiers::NONE, key);
        assert!(bench.has_part(&format!("“{text}” is no time.")), "{}", bench.screen());
    }
    bench.fill("Start time", "0:40");
    bench.key(Modifiers::NONE, Key::Escape);
    close(&bench, 20.0, 65.5);

    focus(&mut bench, START);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    bench.key(Modifiers::SHIFT, Key::ArrowRight);
    bench.key(Modifiers::COMMAND, Key::ArrowLeft);
    close(&bench, 21.09, 65.5);
    bench.harness.get_by_role_and_label(Role::Slider, END).set_value_accesskit(500.0);
    bench.frames(2);
    close(&bench, 21.09, 141.09);
    bench.harness.get_by_role_and_label(Role::Slider, END).set_value_accesskit(0.0);
    bench.frames(2);
    close(&bench, 21.09, 31.09);
    // A typed time goes where it says; the other end keeps to the limits.
    type_time(&mut bench, "Start time", "2:29");
    close(&bench, 140.0, 150.0);
    type_time(&mut bench, "End time", "0:03");
    close(&bench, 0.0, 10.0);
    type_time(&mut bench, "End time", "9:00");
    bench.wait("The file ends at 2:30.0.");
    close(&bench, 0.0, 10.0);

    // The playhead goes where the waveform is pressed, and I and O put the ends there.
    bench.key(Modifiers::NONE, Key::Num0);
    bench.wait("2:30 in view");
    let wave = place(&bench, "Sound of the sample");
    let x = |secs: f32| Pos2::new(wave.left() + wave.width() * secs / 150.0, wave.center().y + 40.0);
    click_at(&mut bench, x(60.0));
    bench.key(Modifiers::NONE, Key::I);
    assert!((at(&bench, START) - 60.0).abs() < 0.2 && (at(&bench, END) - at(&bench, START) - 10.0).abs() < 0.01);
    click_at(&mut bench, x(100.0));
    bench.key(Modifiers::NONE, Key::O);
    assert!((at(&bench, END) - 100.0).abs() < 0.2 && (at(&bench, START) - 60.0).abs() < 0.2);
    let kept = bench.session().store.flow.sample.part.unwrap();
    assert!((kept.secs() - 40.0).abs() < 0.3, "{kept:?}");

    bench.key(Modifiers::NONE, Key::B);
    assert_eq!(bench.session().store.flow.sample.part, None, "the best part again");
    let best = (at(&bench, START), at(&bench, END));
    assert!(best.1 - best.0 >= 30.0 && best.1 - best.0 <= 120.01, "{best:?}");
}

#[test]
fn handles_and_the_part_are_dragged_and_escape_puts_them_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = trimming(&talk(dir.path()));
    type_time(&mut bench, "Start time", "0:40");
    type_time(&mut bench, "End time", "1:10");
    bench.key(Modifiers::NONE, Key::Num0);
    bench.wait("2:30 in view");
    let wave = place(&bench, "Sound of the sample");
    let second = wave.width() / 150.0;
    let from = place(&bench, START).center();
    drag(&mut bench, from, from + vec2(-10.0 * second, 0.0));
    assert!((at(&bench, START) - 30.0).abs() < 0.2 && (at(&bench, END) - 70.0).abs() < 0.01, "{}", at(&bench, START));
    let from = place(&bench, END).center();
    drag(&mut bench, from, wave.left_center() + vec2(2.0, 0.0));
    assert!((at(&bench, END) - at(&bench, START) - 10.0).abs() < 0.01, "ten seconds stay");
    let middle = place(&bench, "Chosen part").center() + vec2(0.0, 40.0);
    drag(&mut bench, middle, middle + vec2(20.0 * second, 0.0));
    let start = at(&bench, START);
    assert!((start - 50.0).abs() < 0.3 && (at(&bench, END) - start - 10.0).abs() < 0.01, "{start}");

    let middle = place(&bench, "Chosen part").center() + vec2(0.0, 40.0);
    bench.harness.hover_at(middle);
    bench.harness.drag_at(middle);
    bench.frames(1);
    for step in [20.0, 40.0] {
        bench.harness.hover_at(middle + vec2(step * second, 0.0));
        bench.frames(1);
    }
    assert!(at(&bench, START) > start + 30.0);
    bench.key(Modifiers::NONE, Key::Escape);
    bench.harness.drop_at(middle);
    bench.frames(2);
    assert!((at(&bench, START) - start).abs() < 0.01);
}

#[test]
fn the_view_is_zoomed_by_keys_buttons_and_the_wheel() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = trimming(&talk(dir.path()));
    bench.key(Modifiers::NONE, Key::Num0);
    bench.wait("2:30 in view");
    bench.key(Modifiers::NONE, Key::Plus);
    bench.wait("1:40 in view");
    bench.click("Zoom in");
    bench.wait("1:07 in view");
    bench.key(Modifiers::NONE, Key::Minus);
    bench.wait("1:40 in view");
    bench.click("Zoom out");
    bench.wait("2:30 in view");
    let wave = place(&bench, "Sound of the sample");
    bench.harness.hover_at(wave.center());
    bench.harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, 200.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::COMMAND,
    });
    bench.until("the wheel zooms", |bench| !bench.has("2:30 in view"));
    bench.click("Fit");
    bench.wait("2:30 in view");

    // A refused time is told of where the part is out of view, too.
    type_time(&mut bench, "End time", "0:30");
    type_time(&mut bench, "Start time", "0:10");
    bench.click("Fit");
    bench.wait("2:30 in view");
    click_at(&mut bench, wave.right_center() - vec2(8.0, 0.0));
    for _ in 0..4 {
        bench.key(Modifiers::NONE, Key::Plus);
    }
    bench.until("the part is out of view", |bench| !bench.has("Chosen part"));
    bench.fill("Start time", "abc");
    bench.key(Modifiers::NONE, Key::Enter);
    let alert =
        |bench: &Bench| bench.harness.query_all_by_role(Role::Alert).any(|it| it.accesskit_node().label().is_some());
    bench.until("it is told", |bench| bench.has_part("“abc” is no time.") && alert(bench));
}

/// Something asked of the service from the test.
#[expect(clippy::disallowed_methods, reason = "a test has no frames to wait in")]
fn ask<T>(call: impl Future<Output = Result<T>>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(call).unwrap()
}

/// What lies at the service, newest last, written into files.
fn received(bench: &Bench, dir: &Path) -> Vec<PathBuf> {
    let sandbox = bench.sandbox();
    let (base, key) = (sandbox.base_url().to_owned(), sandbox.key().to_owned());
    ask(async {
        let http = reqwest::Client::new();
        let list = http.get(format!("{base}/v2/assets")).header("x-api-key", &key).send().await.unwrap();
        let list: serde_json::Value = list.json().await.unwrap();
        let mut files = Vec::new();
        for (index, asset) in list["items"].as_array().unwrap().iter().enumerate() {
            let bytes = http.get(asset["url"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
            let path = dir.join(format!("received-{index}"));
            std::fs::write(&path, bytes).unwrap();
            files.push(path);
        }
        Ok(files)
    })
}

fn is_cloned(bench: &Bench) -> bool {
    !bench.session().store.clones.is_empty()
}

/// Also when the sample is a poor one, which is asked about first.
fn clone_it(bench: &mut Bench) {
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.until("it goes on", |bench| is_cloned(bench) || bench.has("Clone it anyway"));
    if bench.has("Clone it anyway") {
        bench.click("Clone it anyway");
    }
    bench.until("the clone is on record", is_cloned);
}

/// What is written below "Send only this part".
fn note(bench: &Bench) -> String {
    bench.harness.get_by_label("Send only this part").accesskit_node().description().unwrap_or_default()
}

/// What ffprobe says of the only stream: codec, rate, channels.
fn stream(path: &Path) -> String {
    let asked = ["-v", "error", "-show_entries", "stream=codec_name,sample_rate,channels", "-of", "csv=p=0"];
    let asked: Vec<&str> = asked.into_iter().chain([path.to_str().unwrap()]).collect();
    media::run("ffprobe", &asked)
}

#[test]
fn only_the_chosen_part_leaves_and_is_kept_with_the_voice() {
    let dir = tempfile::tempdir().unwrap();
    let (short, file) = (talk(dir.path()), dir.path().join("keynote.flac"));
    let (from, to) = (short.to_str().unwrap(), file.to_str().unwrap());
    // More than the service needs in every way.
    let convert = ["-v", "error", "-y", "-i", from, "-t", "50", "-ar", "96000", "-ac", "2", "-sample_fmt", "s32", to];
    media::run("ffmpeg", &convert);
    let mut bench = trimming(&file);
    type_time(&mut bench, "Start time", "0:20");
    type_time(&mut bench, "End time", "0:45");
    let whole = std::fs::metadata(&file).unwrap().len();
    bench.until("the sample is cut", |bench| !note(bench).starts_with("About "));
    assert!(note(&bench).starts_with("2.4 MB instead of"), "{}", note(&bench));
    clone_it(&mut bench);
    let files = received(&bench, dir.path());
    let [sent] = files.as_slice() else { panic!("one file is sent: {files:?}") };
    assert_eq!(stream(sent), "pcm_s16le,48000,1");
    assert!((media::secs(sent) - 25.0).abs() < 0.02, "{}", media::secs(sent));
    assert!(std::fs::metadata(sent).unwrap().len() < whole);
    let (heard, original) = (samples(dir.path(), sent, None), samples(dir.path(), &file, Some((20.0, 25.0))));
    let likeness = correlation(&heard, &original);
    assert!(likeness > 0.98, "what was sent is not the part: {likeness}");

    let clone = bench.session().store.clones[0].clone();
    assert_eq!(clone.sample_name, "keynote.flac, 0:20.0 to 0:45.0");
    assert!(clone.consent.is_given());
    assert_eq!(std::fs::read(clone.sample_file.unwrap()).unwrap(), std::fs::read(sent).unwrap());
}

#[test]
fn the_choice_is_there_again_after_a_restart_and_so_is_a_sample_on_its_way() {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = trimming(&talk(dir.path()));
    type_time(&mut bench, "Start time", "0:20");
    type_time(&mut bench, "End time", "1:50");
    bench.frames(5);
    let dir_of_app = bench.close();
    let mut bench = Setup { dir: Some(Rc::clone(&dir_of_app)), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num3);
    measured(&mut bench);
    close(&bench, 20.0, 110.0);
    assert_eq!(bench.session().store.flow.sample.part, Some(Part::new(20.0, 110.0)));

    // Closed while the sample leaves: the next start sends the same one.
    bench.click(CONSENT);
    bench.sandbox().faults().next("PUT", "/uploads", Fault::Slow(Duration::from_mins(10)));
    bench.click("Clone voice");
    let uploads = |bench: &Bench| {
        bench.session().jobs.all().first().is_some_and(|job| matches!(job.state, State::Running(Step::UploadPicture)))
    };
    bench.until("the sample leaves", |bench| uploads(bench) && bench.sandbox().faults().pending() == 0);
    drop(bench.close());
    let mut bench = Setup { dir: Some(dir_of_app), ..Setup::default() }.app();
    bench.until("the clone is on record", is_cloned);
    let files = received(&bench, dir.path());
    assert!((media::secs(&files[0]) - 90.0).abs() < 0.05);
    assert_eq!(bench.session().store.clones[0].sample_name, "talk.wav, 0:20.0 to 1:50.0");

    // Nothing needs the cut any more.
    let cuts = bench.session().library.folder().join("cuts");
    let dir_of_app = bench.close();
    let mut bench = Setup { dir: Some(dir_of_app), ..Setup::default() }.app();
    bench.until("it is removed", |_| std::fs::read_dir(&cuts).unwrap().next().is_none());
}

#[test]
fn a_hum_is_found_filtered_out_and_both_can_be_heard() {
    let dir = tempfile::tempdir().unwrap();
    let (speech, file) = (media::speech(dir.path(), "speech.wav"), dir.path().join("hum.wav"));
    let mix = "[0]apad,atrim=0:14[a];[1]volume=0.25[h];[a][h]amix=inputs=2:normalize=0";
    let from = speech.to_str().unwrap();
    let hum = "sine=frequency=50:sample_rate=22050:duration=14";
    let arguments =
        ["-v", "error", "-i", from, "-f", "lavfi", "-i", hum, "-filter_complex", mix, file.to_str().unwrap()];
    media::run("ffmpeg", &arguments);
    let mut bench = trimming(&file);
    assert!(bench.has_part("50 Hz"), "{}", bench.screen());
    bench.click("Hear it");
    bench.until("both can be heard", |bench| {
        let now = bench.session().player.now();
        now.is_some_and(|now| now.compared.is_some_and(|other| other.second_heard && other.title.contains("hum")))
    });
    bench.click("Filter out the hum");
    assert!(bench.session().store.flow.sample.hum);
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.until("a job is there", |bench| !bench.session().jobs.all().is_empty() || bench.has("Clone it anyway"));
    if bench.has("Clone it anyway") {
        bench.click("Clone it anyway");
    }
    bench.until("the clone is on record", is_cloned);
    let files = received(&bench, dir.path());
    let (sent, original) = (samples(dir.path(), &files[0], None), samples(dir.path(), &file, None));
    let (left, before) = (power(&sent, 50.0), power(&original, 50.0));
    assert!(left < before / 100.0, "{left} of {before} is left of the hum");
}
