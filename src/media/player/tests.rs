//! The player without any device: by its clock, and into a mixer the test listens to.

use std::io::Cursor;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use rodio::mixer::{MixerSource, mixer};

use super::*;
use crate::runtime::Runtime;

struct Bench {
    player: Player,
    wakes: Receiver<()>,
    heard: Option<MixerSource>,
    // Last, so that the player goes first.
    _runtime: Runtime,
}

impl Bench {
    fn new(output: Output, heard: Option<MixerSource>) -> Self {
        let (woken, wakes) = mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        Self { player: Player::with_output(runtime.handle(), output), wakes, heard, _runtime: runtime }
    }

    fn silent() -> Self {
        Self::new(Output::Silent, None)
    }

    fn listening() -> Self {
        let (mixer, heard) = mixer(NonZero::new(1).unwrap(), NonZero::new(8_000).unwrap());
        Self::new(Output::Mixer(mixer), Some(heard))
    }

    /// Polls, as frames do, until the condition holds.
    fn until(&mut self, what: &str, condition: impl Fn(&Now<'_>) -> bool) {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            self.player.poll();
            if self.player.now().is_some_and(|now| condition(&now)) {
                return;
            }
            self.listen(80);
            self.wakes.recv_timeout(Duration::from_millis(5)).ok();
        }
        panic!("never {what}: {:?}", self.player.now());
    }

    /// Takes samples as a device would; those that are not silence.
    fn listen(&mut self, count: usize) -> Vec<f32> {
        let Some(heard) = &mut self.heard else { return Vec::new() };
        (0..count).filter_map(|_| heard.next()).filter(|sample| *sample != 0.0).collect()
    }

    fn now(&self) -> Now<'_> {
        self.player.now().unwrap()
    }
}

/// A track of so many tenths of a second at 8 kHz: a ramp from 0 to 0.5, so that a sample tells its place.
fn track(key: &str, tenths: u16) -> Track {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    let count = u32::from(tenths) * 800;
    for index in 0..count {
        let sample = 0.5 * f64::from(index) / f64::from(count);
        #[expect(clippy::cast_possible_truncation, reason = "a sample between 0 and 0.5")]
        writer.write_sample(sample as f32).unwrap();
    }
    writer.finalize().unwrap();
    let source = Source::Bytes(Arc::from(bytes.into_inner()));
    Track { key: key.into(), title: "A take".into(), subtitle: "Mara".into(), source }
}

#[test]
fn without_a_device_the_position_moves_and_the_end_comes() {
    let mut bench = Bench::silent();
    assert!(bench.player.now().is_none());
    bench.player.play(track("take:1", 30));
    assert!(bench.player.is_loading("take:1") && !bench.player.is_playing("take:1"));
    bench.until("playing", |now| now.is_playing && now.peaks.is_some());
    assert!(bench.now().device_missing && bench.now().error.is_none());
    assert!((bench.now().length_secs - 3.0).abs() < 0.001);
    assert!(!bench.player.is_playing("take:2") && bench.player.progress("take:2").is_none());
    let before = bench.now().position_secs;
    bench.until("further on", |now| now.position_secs > before + 0.05);

    bench.player.seek(2.9);
    bench.until("at the end", |now| !now.is_playing);
    assert_eq!(bench.player.progress("take:1"), Some(1.0));
    bench.player.toggle();
    assert!(bench.now().is_playing && bench.now().position_secs < 0.5, "plays from the start");
}

#[test]
fn pause_holds_the_place_and_seeks_stay_within_the_track() {
    let mut bench = Bench::silent();
    bench.player.play(track("a", 600));
    bench.until("playing", |now| now.is_playing && now.peaks.is_some());
    bench.player.toggle();
    let held = bench.now().position_secs;
    bench.player.poll();
    assert!(!bench.now().is_playing);
    assert_eq!(bench.now().position_secs.to_bits(), held.to_bits());
    for (asked, place) in [(30.0, 30.0), (-5.0, 0.0), (f64::NAN, 0.0), (1e9, 60.0)] {
        bench.player.seek(asked);
        assert!((bench.now().position_secs - place).abs() < 0.001, "{asked}");
        assert!(!bench.now().is_playing, "a seek does not start it");
    }
    bench.player.set_volume(7.0);
    bench.player.set_muted(true);
    assert!(bench.now().muted && (bench.now().volume - 1.0).abs() < f32::EPSILON);
    bench.player.stop();
    assert!(bench.player.now().is_none());
}

#[test]
fn a_track_replaces_the_one_before_and_repeats_when_told() {
    let mut bench = Bench::silent();
    bench.player.play(track("a", 600));
    bench.player.set_repeat(true);
    bench.player.play(track("b", 3));
    bench.until("the second", |now| now.key == "b" && now.is_playing && now.peaks.is_some());
    bench.until("near its end", |now| now.position_secs > 0.2);
    bench.until("at its start again", |now| now.position_secs < 0.1);
    assert!(bench.player.is_playing("b"));
}

#[test]
fn the_window_is_woken_when_the_track_has_ended() {
    let mut bench = Bench::silent();
    bench.player.play(track("a", 4));
    bench.until("playing", |now| now.is_playing && now.peaks.is_some());
    // Nothing but wakes drives it from here.
    while bench.player.is_playing("a") {
        bench.wakes.recv_timeout(Duration::from_secs(30)).expect("a wake");
        bench.player.poll();
    }
    assert_eq!(bench.player.progress("a"), Some(1.0));
}

#[test]
fn what_can_not_be_played_says_why_and_can_be_tried_again() {
    let mut bench = Bench::silent();
    let source = Source::Bytes(Arc::from(&b"hello"[..]));
    bench.player.play(Track { source, ..track("a", 1) });
    bench.until("failed", |now| now.error.is_some());
    assert_eq!(bench.now().error.unwrap().to_string(), "This sound is not video or audio. Drop a video or audio file.");
    assert!(!bench.now().is_playing && !bench.now().is_loading);
    bench.player.toggle();
    assert!(bench.now().is_loading && bench.now().error.is_none());
}

#[test]
fn every_sample_is_heard_once_and_in_order() {
    let mut bench = Bench::listening();
    bench.player.play(track("a", 10));
    bench.player.seek(0.0);
    let mut heard = Vec::new();
    let start = Instant::now();
    while (bench.player.is_loading("a") || bench.player.is_playing("a")) && start.elapsed() < Duration::from_secs(30) {
        bench.player.poll();
        heard.extend(bench.listen(80));
        bench.wakes.recv_timeout(Duration::from_millis(2)).ok();
    }
    assert!(!bench.now().is_playing && !bench.now().device_missing);
    assert!((7_990..=8_000).contains(&heard.len()), "{} samples", heard.len());
    // Past the fade-in it is the ramp itself.
    assert!(heard[1_000..].is_sorted(), "in order");
    assert!((heard[7_000] - 0.4375).abs() < 0.001, "{}", heard[7_000]);
}

#[test]
fn a_seek_is_heard_at_its_place_and_a_pause_is_silence() {
    let mut bench = Bench::listening();
    bench.player.play(track("a", 600));
    bench.until("playing", |now| now.is_playing && now.position_secs > 0.01);
    bench.player.seek(30.0);
    bench.until("there", |now| now.position_secs > 30.2);
    let sample = bench.listen(1)[0];
    let place = bench.now().position_secs / 60.0 * 0.5;
    assert!((f64::from(sample) - place).abs() < 0.005, "{sample} at {place}");

    bench.player.toggle();
    bench.listen(2_000);
    assert!(bench.listen(1_000).is_empty(), "silence");
    let held = bench.now().position_secs;
    bench.player.toggle();
    bench.until("going on", |now| now.position_secs > held);
    bench.player.set_muted(true);
    bench.listen(2_000);
    assert!(bench.listen(1_000).iter().all(|sample| sample.abs() < 0.001), "muted");
    bench.until("moving while muted", |now| now.position_secs > held + 0.1);
}

#[test]
fn a_device_that_falls_silent_is_replaced_by_the_clock() {
    let mut bench = Bench::listening();
    bench.player.play(track("a", 600));
    bench.until("playing", |now| now.is_playing && now.position_secs > 0.01);
    let at = bench.now().position_secs;
    // Kept, but asked for nothing from now on: the cable is out.
    let unplugged = bench.heard.take();
    bench.until("moving by the clock", |now| now.device_missing && now.position_secs > at + 0.05);
    assert!(bench.player.is_playing("a") && bench.now().error.is_none());
    drop(unplugged);
}

#[test]
fn playing_does_not_keep_waking_the_window() {
    let mut bench = Bench::silent();
    bench.player.play(track("a", 600));
    bench.until("playing", |now| now.is_playing && now.peaks.is_some());
    bench.player.poll();
    while bench.wakes.recv_timeout(Duration::from_millis(50)).is_ok() {}
    for _ in 0..300 {
        bench.player.poll();
    }
    assert_eq!(bench.wakes.recv_timeout(Duration::from_millis(50)), Err(mpsc::RecvTimeoutError::Timeout));
}
