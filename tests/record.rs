//! A sample from the microphone, on the clone page of the real app, with a microphone fed by hand.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::path::PathBuf;
use std::time::Duration;

use common::{Bench, CONSENT, Setup, media};
use egui::{Key, Modifiers};
use mouthpiece::media::recorder::{Feed, Input};

const RATE: usize = 16_000;

/// The app with the card open and the microphone on.
fn listening() -> (Bench, Feed) {
    let feed = Feed::new(16_000, 1);
    let bench = opened(Input::Fed(feed.clone()));
    let mut bench = opened_card(bench);
    bench.wait("Microphone is on");
    (bench, feed)
}

fn opened(microphone: Input) -> Bench {
    let mut bench = Setup { microphone, ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num3);
    bench
}

fn opened_card(mut bench: Bench) -> Bench {
    bench.click("Record from the microphone");
    bench
}

/// Twelve seconds of speech.
fn speech() -> Vec<f32> {
    let dir = tempfile::tempdir().unwrap();
    let (path, long) = (media::speech(dir.path(), "speech.wav"), dir.path().join("long.wav"));
    let (from, to) = (path.to_str().unwrap(), long.to_str().unwrap());
    let arguments = ["-v", "error", "-stream_loop", "-1", "-i", from, "-t", "12", "-ar", "16000", "-ac", "1", to];
    media::run("ffmpeg", &arguments);
    let mut wav = hound::WavReader::open(long).unwrap();
    wav.samples::<i16>().map(|sample| f32::from(sample.unwrap()) / 32_768.0).collect()
}

fn tone(amplitude: f32, secs: usize) -> Vec<f32> {
    (0..secs * RATE).map(|i| if i % 40 < 20 { amplitude } else { -amplitude }).collect()
}

/// Says this, a second at a time.
#[track_caller]
fn say(bench: &mut Bench, feed: &Feed, samples: &[f32]) {
    for second in samples.chunks(RATE) {
        assert!(feed.push(second), "the microphone is off");
        bench.frames(2);
    }
}

/// The same into a recording that has just begun: no second before the one before it is written. More than the queue
/// holds would be lost otherwise where the disk is slow, as it would be with a real microphone.
#[track_caller]
fn record(bench: &mut Bench, feed: &Feed, samples: &[f32]) {
    for (before, second) in samples.chunks(RATE).enumerate() {
        say(bench, feed, second);
        let written = format!("0:{:02}.0", before + 1);
        bench.until("it is written", |bench| bench.has(&written));
    }
}

fn recordings(bench: &Bench) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(bench.dir.path().join("recordings"));
    let mut files: Vec<PathBuf> =
        folder.map(|found| found.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default();
    files.sort();
    files
}

fn secs(path: &PathBuf) -> f64 {
    f64::from(hound::WavReader::open(path).unwrap().duration()) / 16_000.0
}

#[test]
fn a_recording_becomes_the_sample_and_then_a_voice() {
    let (mut bench, feed) = listening();
    assert!(bench.has("Nothing heard Say something to see the level."), "{}", bench.screen());
    assert!(bench.has_part("The harbour wakes") && bench.has_part("Any words of your own will do"));
    bench.click("Record");
    bench.wait("Stop");
    record(&mut bench, &feed, &speech());
    bench.wait_part("Good level");
    bench.click("Stop");
    bench.wait("Use this recording");
    assert!(!bench.has_part("short for a sample"), "{}", bench.screen());
    let files = recordings(&bench);
    assert_eq!(files.len(), 1);
    let name = files[0].file_name().unwrap().to_str().unwrap().to_owned();
    let shape: String = name.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "Recording 0000-00-00 00.00.wav");
    assert!(bench.has(&name) && (secs(&files[0]) - 12.0).abs() < 0.1);
    bench.click("Use this recording");
    bench.wait("Clone voice");
    bench.until("the microphone is off", |_| !feed.is_on());
    let source = bench.session().store.flow.source.clone().unwrap();
    assert_eq!(source.path, files[0]);
    assert!(bench.is_off("Clone voice"), "recording oneself agrees to nothing");
    bench.click(CONSENT);
    bench.click("Clone voice");
    bench.until("the voice is chosen", |bench| bench.session().store.flow.voice.is_some());
    assert!(files[0].exists(), "the recording is kept");
}

#[test]
fn a_silent_recording_is_refused_and_kept() {
    let (mut bench, feed) = listening();
    bench.key(Modifiers::NONE, Key::R);
    bench.wait("Stop");
    record(&mut bench, &feed, &tone(0.0003, 4));
    bench.key(Modifiers::NONE, Key::R);
    bench.wait_part("Nothing was heard");
    assert!(bench.has_part("not muted, or choose another one"), "{}", bench.screen());
    assert!(!bench.has("Use this recording") && bench.has("Try again"));
    assert_eq!(recordings(&bench).len(), 1, "the file is kept");
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.frames(5);
    assert!(bench.session().store.flow.source.is_none());
    bench.click("Try again");
    bench.wait("Stop");
    assert!(!bench.has_part("Nothing was heard"));
}

#[test]
fn the_level_has_words() {
    let (mut bench, feed) = listening();
    say(&mut bench, &feed, &tone(0.01, 1));
    bench.wait("Too quiet Come closer, or turn the microphone up.");
    say(&mut bench, &feed, &tone(0.2, 1));
    bench.wait("Good level");
    say(&mut bench, &feed, &tone(1.0, 1));
    bench.wait("Too loud Move back a little, or turn the microphone down.");
    bench.key(Modifiers::NONE, Key::R);
    bench.wait("Stop");
    record(&mut bench, &feed, &tone(1.0, 2));
    bench.key(Modifiers::NONE, Key::R);
    bench.wait_part("It was too loud at times.");
    assert!(bench.has("Use this recording"), "a warning, not a refusal");
}

#[test]
fn the_test_is_played_back_at_once() {
    let (mut bench, feed) = listening();
    bench.click("Three-second test");
    bench.wait_part("Speak now.");
    assert!(bench.is_off("Record"), "{}", bench.screen());
    say(&mut bench, &feed, &tone(0.2, 4));
    bench.wait("Microphone test");
    let now = bench.session().player.now().unwrap();
    assert!(now.key.ends_with("microphone test.wav") && now.is_playing || now.is_loading);
    assert!(recordings(&bench).is_empty() && !bench.has("Use this recording"), "a test is no recording");
    assert!(bench.dir.path().join("cache/microphone test.wav").exists());
}

#[test]
fn space_plays_the_recording_and_escape_ends_things_one_by_one() {
    let (mut bench, feed) = listening();
    bench.key(Modifiers::NONE, Key::R);
    bench.wait("Stop");
    record(&mut bench, &feed, &tone(0.2, 2));
    bench.key(Modifiers::NONE, Key::Escape);
    bench.wait("Record");
    bench.until("the file is gone", |bench| recordings(bench).is_empty());

    bench.key(Modifiers::NONE, Key::R);
    bench.wait("Stop");
    record(&mut bench, &feed, &tone(0.2, 5));
    bench.key(Modifiers::NONE, Key::Escape);
    bench.wait_part("Cancelled. The recording is kept.");
    assert!(bench.has_part("recordings") && recordings(&bench).len() == 1, "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::Space);
    bench.until("it plays", |bench| bench.session().player.now().is_some_and(|now| now.key.starts_with("recording:")));
    bench.key(Modifiers::NONE, Key::Escape);
    bench.wait("Drop a talking-head video or an audio file");
    bench.wait("The recording is kept");
    assert!(!feed.is_on() && bench.session().player.now().is_none());
}

#[test]
fn leaving_the_page_turns_the_microphone_off_and_keeps_the_recording() {
    let (mut bench, feed) = listening();
    bench.click("Record");
    bench.wait("Stop");
    record(&mut bench, &feed, &tone(0.2, 5));
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.frames(2);
    assert!(!feed.is_on(), "the microphone is on behind another page");
    bench.wait("The recording is kept");
    assert!((secs(&recordings(&bench)[0]) - 5.0).abs() < 0.1);
    bench.until("nothing moves", |bench| {
        bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay > Duration::from_millis(300)
    });

    bench.key(Modifiers::COMMAND, Key::Num3);
    bench.wait("Turn the microphone on");
    assert!(!feed.is_on() && bench.is_off("Record"), "nobody is listened to unasked");
    bench.click("Turn the microphone on");
    bench.wait("Microphone is on");

    // A dropped file takes the card's place.
    let dir = tempfile::tempdir().unwrap();
    bench.drop_file(&media::speech(dir.path(), "speech.wav"));
    bench.wait_part("Choose a box, or press Esc");
    bench.key(Modifiers::NONE, Key::Num1);
    bench.wait("Clone voice");
    bench.until("the microphone is off", |_| !feed.is_on());
}

#[test]
fn without_a_microphone_there_is_a_sentence_and_a_way_on() {
    let mut bench = opened_card(opened(Input::Absent));
    bench.wait_part("No microphone was found.");
    assert!(bench.is_off("Record") && bench.is_off("Three-second test") && !bench.has("Microphone is on"));
    bench.click("Look again");
    bench.wait_part("No microphone was found.");
    bench.until("nothing moves", |bench| {
        bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay > Duration::from_millis(300)
    });
    bench.click("Cancel");
    bench.wait("Choose file");
}

#[test]
fn a_microphone_that_vanishes_leaves_what_was_recorded() {
    let (mut bench, feed) = listening();
    bench.click("Record");
    bench.wait("Stop");
    record(&mut bench, &feed, &tone(0.2, 4));
    feed.unplug(true);
    bench.wait_part("The microphone is gone: it was unplugged or switched off.");
    bench.wait_part("What was recorded until then is kept.");
    assert!(bench.has("Use this recording") && bench.is_off("Try again"), "{}", bench.screen());
    feed.unplug(false);
    bench.click("Look again");
    bench.wait("Microphone is on");
    bench.click("Try again");
    bench.wait("Stop");
    record(&mut bench, &feed, &tone(0.2, 3));
    bench.click("Stop");
    bench.wait_part("This is short for a sample.");
}

#[test]
fn the_chosen_microphone_is_remembered() {
    let (mut bench, feed) = listening();
    bench.click("Microphone");
    bench.click("Fed microphone");
    bench.wait("Microphone is on");
    assert!(feed.is_on());
    let settings = bench.dir.path().join("settings.toml");
    bench.until("it is written down", |_| std::fs::read_to_string(&settings).unwrap().contains("microphone = \"fed\""));
}
