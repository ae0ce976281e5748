//! The player without any device: by its clock, and into a mixer the test listens to.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use super::*;
use crate::runtime::Runtime;

mod ends;
mod opening;
mod rest;

struct Bench {
    player: Player,
    wakes: Receiver<()>,
    heard: Option<MixerOut>,
    // Last, so that the player goes first.
    _runtime: Runtime,
}

impl Bench {
    fn new(output: Output, heard: Option<MixerOut>) -> Self {
        let (woken, wakes) = mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        Self { player: Player::with_output(runtime.handle(), output), wakes, heard, _runtime: runtime }
    }

    fn silent() -> Self {
        Self::new(Output::Silent, None)
    }

    fn listening() -> Self {
        let (mixer, heard) = mixer(Shape { rate: 8_000, channels: 1 });
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
        let mut samples = vec![0.0; count];
        heard.fill(&mut samples, Duration::ZERO);
        samples.retain(|sample| *sample != 0.0);
        samples
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
    assert!(heard[1_000..7_960].is_sorted(), "in order, up to the last few milliseconds, where it is let down");
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

/// Every sample the device gets while `polls` frames pass, silence included.
fn record(bench: &mut Bench, samples: usize) -> Vec<f32> {
    let mut heard = Vec::new();
    let start = Instant::now();
    while heard.len() < samples && start.elapsed() < Duration::from_secs(30) {
        bench.player.poll();
        let mut chunk = [0.0; 80];
        let is_ready =
            bench.player.loaded.as_ref().is_some_and(|it| it.feed.as_ref().is_some_and(|f| !f.is_starving()));
        if is_ready && let Some(out) = &mut bench.heard {
            out.fill(&mut chunk, Duration::ZERO);
            heard.extend(chunk);
        } else {
            bench.wakes.recv_timeout(Duration::from_millis(2)).ok();
        }
    }
    heard
}

#[test]
fn a_part_goes_round_without_a_gap_or_a_click() {
    let mut bench = Bench::listening();
    // A ramp over ten seconds: 0.05 a second.
    bench.player.play_part(track("a", 100), Part::new(2.0, 2.5), true);
    let heard = record(&mut bench, 8_000 * 2);
    let first = heard.iter().position(|sample| *sample > 0.09).unwrap();
    // Each time round takes exactly half a second: the same sample comes every 4000.
    let place = first + 2_000;
    for round in 0..3 {
        let (one, other) = (heard[place], heard[place + round * 4_000]);
        assert!((one - other).abs() < 1e-5, "{round}: {one} {other}");
    }
    let loudest = |window: &[f32]| window.iter().copied().fold(0.0, f32::max);
    assert!(loudest(&heard) < 0.1251, "nothing from outside the part");
    let leap = heard[first + 100..].windows(2).map(|two| (two[0] - two[1]).abs()).fold(0.0, f32::max);
    assert!(leap < 0.01, "a step of {leap} would click");
    let now = bench.now();
    assert!(now.part == Some(Part::new(2.0, 2.5)) && now.repeat && (2.0..=2.5).contains(&now.position_secs));
}

#[test]
fn a_part_ends_at_its_end_and_its_handles_can_be_moved() {
    let mut bench = Bench::silent();
    bench.player.play_part(track("a", 100), Part::new(2.0, 2.2), false);
    bench.until("at the end of the part", |now| !now.is_playing && !now.is_loading);
    assert!((bench.now().position_secs - 2.2).abs() < 1e-6);
    bench.player.seek(9.0);
    assert!((bench.now().position_secs - 2.2).abs() < 1e-6, "a seek stays within the part");
    bench.player.set_part(Some(Part::new(5.0, 6.0)));
    assert!((bench.now().position_secs - 5.0).abs() < 1e-6);
    bench.player.set_part(None);
    bench.player.seek(9.0);
    bench.player.step(-1.0);
    assert!((bench.now().position_secs - 8.0).abs() < 1e-6);
    // A part that hangs over the end is played up to the end.
    bench.player.play_part(track("a", 3), Part::new(0.1, 7.0), false);
    bench.until("at the end of the track", |now| !now.is_playing && !now.is_loading && now.peaks.is_some());
    assert!((bench.now().position_secs - 0.3).abs() < 1e-3);
}

#[test]
fn a_loop_follows_its_handles_while_it_plays() {
    let mut bench = Bench::listening();
    bench.player.play_part(track("a", 600), Part::new(10.0, 11.0), true);
    bench.until("playing", |now| now.is_playing && now.position_secs > 10.1);
    bench.player.set_part(Some(Part::new(10.0, 30.0)));
    bench.until("beyond the old end", |now| now.position_secs > 11.2);
    bench.player.set_part(Some(Part::new(20.0, 21.0)));
    bench.until("in the new part", |now| now.is_playing && now.position_secs > 20.2);
    bench.player.set_part(Some(Part::new(20.0, 20.3)));
    bench.until("near the end", |now| now.position_secs > 20.25);
    bench.until("round again", |now| now.position_secs < 20.1);
    assert!(bench.player.is_playing("a"));
}

#[test]
fn two_are_heard_in_step_and_switched_without_a_gap() {
    let mut bench = Bench::listening();
    // The same ramp, the second at half the amplitude and half the length.
    bench.player.compare(track("a", 20), track("b", 20), [0.0, -6.0206]);
    assert_eq!(bench.now().compared.map(|other| other.second_heard), Some(false));
    let before = record(&mut bench, 4_000);
    bench.player.switch();
    let mut heard = before.clone();
    heard.extend(record(&mut bench, 8_000));
    assert_eq!(bench.now().key, "b");
    let [one, other] = ["a", "b"].map(|key| bench.player.position(key).unwrap());
    assert!((one - other).abs() < 0.05, "one clock for both");
    assert_eq!(bench.player.position("c"), None);
    let first = heard.iter().position(|sample| *sample != 0.0).unwrap();
    // The ramp is a sixteen-thousandth of 0.5 a sample: what sample stands where tells the place.
    let place = |index: usize| f64::from(heard[index]) / 0.5 * 16_000.0;
    let one = place(before.len() - 200);
    let other = place(before.len() + 1_000) * 2.0;
    let due = |index: usize| f64::from(u32::try_from(index - first).unwrap());
    assert!((one - due(before.len() - 200)).abs() < 3.0, "{one}");
    assert!((other - due(before.len() + 1_000)).abs() < 3.0, "the same place: {other}");
    let leap = heard[first + 100..].windows(2).map(|two| (two[0] - two[1]).abs()).fold(0.0, f32::max);
    assert!(leap < 0.01, "a step of {leap} would click");
}

#[test]
fn the_longer_of_two_tells_the_end() {
    let mut bench = Bench::silent();
    bench.player.compare(track("a", 2), Track { source: Source::Silence { secs: 4.0 }, ..track("b", 1) }, [0.0; 2]);
    bench.until("open", |now| now.is_playing && now.peaks.is_some());
    assert!((bench.now().length_secs - 4.0).abs() < 1e-6);
    bench.player.seek(3.9);
    bench.until("at the end", |now| !now.is_playing);
}

#[test]
fn silence_is_a_clock_that_opens_no_device() {
    let mut bench = Bench::listening();
    bench.player.play(Track { source: Source::Silence { secs: 60.0 }, ..track("video", 1) });
    bench.until("moving", |now| now.is_playing && now.position_secs > 0.05);
    assert!(bench.listen(800).is_empty());
    bench.player.seek(59.98);
    bench.until("at the end", |now| !now.is_playing);
    assert_eq!(bench.player.progress("video"), Some(1.0));
}

#[test]
fn what_is_heard_lags_behind_what_the_device_has_by_its_delay() {
    let (mixer, mut out) = mixer(Shape { rate: 8_000, channels: 1 });
    let pipe = Arc::new(pipe::Pipe::new(mixer.shape(), 1, 1.0, false));
    pipe.write(&[0.5; 3_000]);
    pipe.finish();
    mixer.add(pipe.clone());
    let (delay, ms) = (Duration::from_millis(300), Duration::from_millis);
    let start = Instant::now();
    out.fill(&mut [0.0; 800], delay);
    let slack = start.elapsed();
    let heard = |after| pipe.heard(start + after);
    assert!(heard(ms(290)) < 1e-9, "nothing is heard yet");
    // 50 ms after that 400 frames, less what the call itself took.
    let lag = slack.as_secs_f64() * 8_000.0 + 1.0;
    assert!((400.0 - lag..=401.0).contains(&heard(ms(350))), "{}", heard(ms(350)));
    assert!((heard(ms(9_000)) - 800.0).abs() < 1e-9, "never more than the device was given");
    // A pause holds the place, and going on begins there.
    pipe.playing.store(false, std::sync::atomic::Ordering::Relaxed);
    out.fill(&mut [0.0; 800], delay);
    let held = pipe.heard(start + ms(9_000));
    out.fill(&mut [0.0; 800], delay);
    assert!((pipe.heard(start + ms(9_000)) - held).abs() < 1e-9);
    pipe.playing.store(true, std::sync::atomic::Ordering::Relaxed);
    let again = Instant::now();
    out.fill(&mut [0.0; 80], delay);
    assert!((pipe.heard(again + ms(200)) - held).abs() < 1e-9, "not before it is heard");
    assert!(!pipe.has_ended(again + ms(9_000)));
    out.fill(&mut [0.0; 3_000], delay);
    assert!(!pipe.has_ended(Instant::now()) && pipe.has_ended(Instant::now() + ms(2_000)), "ends when it was heard");
}

#[test]
fn sound_that_is_arriving_plays_before_it_is_whole() {
    let mut bench = Bench::listening();
    let Source::Bytes(bytes) = track("a", 100).source else { panic!("bytes") };
    let (filling, growing) = crate::media::Growing::new(Some(bytes.len() as u64));
    bench.player.play(Track { source: Source::Stream(growing), ..track("a", 1) });
    filling.add(&bytes[..bytes.len() / 4]);
    bench.until("playing", |now| now.is_playing && now.position_secs > 0.5);
    assert!(bench.player.loaded.as_ref().is_some_and(|loaded| !loaded.is_opening()));
    bench.until("waiting for more", |now| now.is_loading && now.position_secs > 2.0);
    filling.add(&bytes[bytes.len() / 4..]);
    filling.finish();
    bench.until("going on", |now| now.is_playing && now.position_secs > 3.0 && now.peaks.is_some());
    assert!((bench.now().length_secs - 10.0).abs() < 1e-3);
}
