//! Sound really leaves the program: what the player plays is recorded at the speakers of a sound server of the test's
//! own, and compared with the files.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "common/pulse.rs"]
mod pulse;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mouthpiece::media::Part;
use mouthpiece::media::player::{Now, Player, Source, Track};
use mouthpiece::runtime::Runtime;
use pulse::{Pulse, inside, until};

const RATE: usize = 48_000;
const SECS: usize = 4;

/// Where, after the start of the recording, a stretch of a file was heard, and how.
#[derive(Debug)]
struct Heard {
    /// Seconds into the recording at which the file's start would have been.
    start: f64,
    /// 1 is the same.
    likeness: f32,
    /// How much louder.
    level: f32,
}

/// Noise, which is like nothing but itself at the right place.
fn noise(seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f32::from(i16::try_from(i64::from((state >> 48) as u16) - 32_768).unwrap()) / 32_768.0 * 0.4
    };
    (0..RATE * SECS).map(|_| next()).collect()
}

fn write(path: &Path, samples: &[f32]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in samples {
        writer.write_sample(*sample).unwrap();
    }
    writer.finalize().unwrap();
}

/// The stretch of a file in seconds.
fn stretch(file: &[f32], from: f64, to: f64) -> &[f32] {
    &file[place(from)..place(to)]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds of samples")]
fn place(secs: f64) -> usize {
    (secs.max(0.0) * 48_000.0) as usize
}

#[expect(clippy::cast_precision_loss, reason = "a few seconds of samples")]
fn secs(samples: usize) -> f64 {
    samples as f64 / 48_000.0
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// Finds a stretch of a file in what was heard.
fn find(file: &[f32], from: f64, to: f64, heard: &[f32]) -> Heard {
    let known = stretch(file, from, to);
    assert!(heard.len() > known.len(), "only {} s were recorded", secs(heard.len()));
    // A two-hundredth of a second of noise tells its place; all of it is compared there, where it is heard first.
    let short = &known[..known.len().min(240)];
    let own = dot(short, short);
    let lags = 0..heard.len() - known.len();
    let like = |lag: usize| dot(short, &heard[lag..]);
    let first = lags.clone().find(|lag| {
        let there = &heard[*lag..][..short.len()];
        like(*lag) > 0.95 * (own * dot(there, there)).sqrt().max(1e-6)
    });
    let lag = first.or_else(|| lags.max_by(|a, b| like(*a).total_cmp(&like(*b)))).unwrap_or_default();
    heard_at(file, from, to, heard, lag)
}

/// Compares a stretch of a file with what was heard at a place.
fn heard_at(file: &[f32], from: f64, to: f64, heard: &[f32], lag: usize) -> Heard {
    let known = stretch(file, from, to);
    let there = &heard[lag.min(heard.len() - known.len())..][..known.len()];
    let (own, theirs) = (dot(known, known), dot(there, there));
    let likeness = dot(known, there) / (own * theirs).sqrt().max(1e-9);
    Heard { start: secs(lag) - secs(place(from)), likeness, level: (theirs / own).sqrt() }
}

/// The longest silence of a recording between two of its seconds, in seconds.
fn longest_silence(heard: &[f32], from: f64, to: f64) -> f64 {
    let (mut longest, mut run) = (0, 0);
    for sample in &heard[place(from).min(heard.len())..place(to).min(heard.len())] {
        run = if sample.abs() < 0.001 { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    secs(longest)
}

/// The player on the computer's own device, in the process that has the test's sound server.
struct Inside {
    player: Player,
    _runtime: Runtime,
}

impl Inside {
    fn new() -> Self {
        let runtime = Runtime::new(|| {}).unwrap();
        Self { player: Player::new(runtime.handle()), _runtime: runtime }
    }

    /// Polls, as frames do, until a condition holds.
    #[track_caller]
    fn until(&mut self, what: &str, holds: impl Fn(&Now<'_>) -> bool) {
        until(what, || {
            self.player.poll();
            self.player.now().is_some_and(|now| holds(&now))
        });
    }

    /// Lets so much more be recorded.
    fn record(&mut self, more: f64) {
        let heard = || std::fs::metadata(home().join("heard.raw")).map_or(0, |file| file.len());
        let enough = heard() + 2 * place(more) as u64;
        until("more is recorded", || {
            self.player.poll();
            heard() >= enough
        });
    }
}

fn home() -> PathBuf {
    PathBuf::from(std::env::var_os("HOME").unwrap())
}

fn track(key: &str) -> Track {
    let source = Source::File(home().join(key).with_extension("wav"));
    Track { key: key.into(), title: key.into(), subtitle: String::new(), source }
}

/// Runs a test inside while the speakers are recorded, and judges two noises and what was heard. A computer that is
/// busy with other things may tear the sound on its way through two programs: then it is played once more, thrice at
/// most.
#[track_caller]
fn judged(test: &str, judge: impl Fn(&[f32], &[f32], &[f32]) -> Result<(), String>) {
    let mut reasons = Vec::new();
    for _ in 0..3 {
        let (one, other, heard) = recorded(test);
        match judge(&one, &other, &heard) {
            Ok(()) => return,
            Err(reason) => reasons.push(reason),
        }
    }
    panic!("{reasons:?}");
}

fn check(holds: bool, otherwise: impl std::fmt::Debug) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{otherwise:?}")) }
}

/// Two noises and what was heard.
fn recorded(test: &str) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
    let pulse = Pulse::start();
    let (one, other) = (noise(1), noise(2));
    write(&pulse.dir().join("a.wav"), &one);
    write(&pulse.dir().join("b.wav"), &other);
    let recording = pulse.listen(&pulse.dir().join("heard.raw"));
    until("the recording runs", || recording.recorded_secs() > 0.1);
    pulse.run_again(test);
    (one, other, recording.samples())
}

#[test]
fn start_pause_seek_and_end_are_heard() {
    if inside() {
        let mut inside = Inside::new();
        inside.player.play(track("a"));
        inside.until("a second was heard", |now| now.position_secs > 1.0);
        inside.player.toggle();
        inside.record(0.8);
        inside.player.toggle();
        inside.until("two seconds were heard", |now| now.position_secs > 2.0);
        inside.player.seek(3.0);
        inside.until("the end", |now| !now.is_playing && now.position_secs > 3.9);
        assert!(!inside.player.now().unwrap().device_missing);
        inside.record(0.4);
        return;
    }
    judged("start_pause_seek_and_end_are_heard", |file, _, heard| {
        let first = find(file, 0.1, 0.9, heard);
        let second = find(file, 1.3, 1.9, heard);
        let third = find(file, 3.1, 3.9, heard);
        println!("{first:?} {second:?} {third:?}");
        for part in [&first, &second, &third] {
            check(part.likeness > 0.98 && (0.97..1.03).contains(&part.level), part)?;
        }
        let silence = longest_silence(heard, first.start + 0.9, second.start + 1.3);
        let later = second.start - first.start;
        println!("the pause: {silence:.3} s of silence, the file went on {later:.3} s later");
        check(silence > 0.6 && (later - silence).abs() < 0.1, "a pause is silence, and loses nothing")?;
        check(find(file, 2.6, 2.9, heard).likeness < 0.3, "a seek leaves out what lies between")?;
        check(third.start < second.start, "and goes on at its place")?;
        check(longest_silence(heard, third.start + 4.0, f64::MAX) > 0.2, "silence after the end")
    });
}

#[test]
fn two_are_compared_in_step_and_at_their_loudness() {
    if inside() {
        let mut inside = Inside::new();
        inside.player.compare(track("a"), track("b"), [0.0, -6.0206]);
        for secs in [1.0, 2.0] {
            inside.until("it is time to switch", |now| now.position_secs > secs);
            inside.player.switch();
        }
        inside.until("the end", |now| !now.is_playing && now.position_secs > 3.9);
        inside.record(0.2);
        return;
    }
    judged("two_are_compared_in_step_and_at_their_loudness", |one, other, heard| {
        let first = find(one, 0.1, 0.9, heard);
        check(first.likeness > 0.98 && (0.97..1.03).contains(&first.level), &first)?;
        for (file, from, to, level) in [(other, 1.4, 1.9, 0.5), (one, 2.4, 2.9, 1.0), (one, 3.0, 3.9, 1.0)] {
            let part = find(file, from, to, heard);
            println!("{part:?}");
            check((part.start - first.start).abs() < 0.0005, ("one clock for both", &part, &first))?;
            check(part.likeness > 0.98 && (part.level - level).abs() < 0.02, &part)?;
        }
        let gap = longest_silence(heard, first.start + 0.1, first.start + 3.9);
        check(gap < 0.005, ("silence at a switch", gap))
    });
}

#[test]
fn a_loop_is_heard_without_a_gap() {
    if inside() {
        let mut inside = Inside::new();
        inside.player.play_part(track("a"), Part::new(1.0, 1.5), true);
        inside.until("it is heard", |now| now.is_playing && now.position_secs > 1.2);
        inside.record(2.5);
        return;
    }
    judged("a_loop_is_heard_without_a_gap", |file, _, heard| {
        let first = find(file, 1.05, 1.45, heard);
        for round in 0..4 {
            let lag = place(first.start + 1.05 + 0.000_01) + round * RATE / 2;
            let part = heard_at(file, 1.05, 1.45, heard, lag);
            println!("round {round}: {part:?}");
            check(part.likeness > 0.98, (round, part))?;
        }
        let gap = longest_silence(heard, first.start + 1.05, first.start + 2.9);
        check(gap < 0.005, ("silence at the joint", gap))?;
        check(find(file, 1.55, 1.9, heard).likeness < 0.3, "nothing from outside the part")
    });
}

#[test]
fn a_device_that_vanishes_leaves_the_strip_moving() {
    if inside() {
        let mut inside = Inside::new();
        inside.player.play(track("a"));
        inside.until("it is heard", |now| now.position_secs > 0.3 && !now.device_missing);
        std::fs::write(home().join("playing"), "").unwrap();
        inside.until("the device is missed", |now| now.device_missing);
        let at = inside.player.position("a").unwrap();
        inside.until("the strip moves", |now| now.is_playing && now.position_secs > at + 0.2);
        assert!(inside.player.take_loss() && !inside.player.take_loss(), "one notice");
        assert!(inside.player.now().unwrap().error.is_none());
        inside.player.play(track("b"));
        inside.until("it plays by the clock", |now| now.is_playing && now.device_missing && now.position_secs > 0.1);
        assert!(!inside.player.take_loss(), "nothing was lost that was not there");
        return;
    }
    let mut pulse = Pulse::start();
    write(&pulse.dir().join("a.wav"), &noise(1).repeat(5));
    write(&pulse.dir().join("b.wav"), &noise(2));
    let mut child = pulse.again("a_device_that_vanishes_leaves_the_strip_moving").spawn().unwrap();
    until("it plays", || pulse.dir().join("playing").exists());
    pulse.unplug();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_device_that_is_not_there_is_looked_for_again() {
    if inside() {
        let mut inside = Inside::new();
        inside.player.set_device(Some("alsa:nowhere".into()));
        inside.player.play(track("a"));
        inside.until("it plays by the clock", |now| now.is_playing && now.device_missing && now.position_secs > 0.1);
        inside.player.set_device(None);
        inside.until("it is heard", |now| now.is_playing && !now.device_missing);
        let at = inside.player.position("a").unwrap();
        inside.until("it goes on", |now| now.position_secs > at + 0.9);
        inside.record(0.2);
        return;
    }
    judged("a_device_that_is_not_there_is_looked_for_again", |file, _, heard| {
        check(longest_silence(heard, 0.0, f64::MAX) > 0.1, "silence at first")?;
        let steps = (1..8).map(|step| f64::from(step) * 0.2);
        let found = steps.map(|from| find(file, from, from + 0.3, heard).likeness).fold(0.0, f32::max);
        check(found > 0.98, ("the sound joins in when the device is chosen", found))
    });
}

/// How far the position is from what comes out of the speakers at that moment.
#[test]
fn the_position_is_what_is_heard() {
    if inside() {
        let mut inside = Inside::new();
        inside.player.play(track("a"));
        let mut lines = String::new();
        inside.until("it is heard", |now| now.position_secs > 0.5);
        while inside.player.position("a").unwrap() < 3.5 {
            inside.player.poll();
            let at = Instant::now();
            let bytes = std::fs::metadata(home().join("heard.raw")).unwrap().len();
            let position = inside.player.position("a").unwrap();
            writeln!(lines, "{bytes} {position}").unwrap();
            until("a moment has passed", || at.elapsed() > Duration::from_millis(5));
        }
        std::fs::write(home().join("positions"), lines).unwrap();
        return;
    }
    let pulse = Pulse::start();
    let file = noise(1);
    write(&pulse.dir().join("a.wav"), &file);
    let recording = pulse.listen(&pulse.dir().join("heard.raw"));
    until("the recording runs", || recording.recorded_secs() > 0.1);
    pulse.run_again("the_position_is_what_is_heard");
    let lines = std::fs::read_to_string(pulse.dir().join("positions")).unwrap();
    let heard = recording.samples();
    let start = find(&file, 0.6, 3.0, &heard).start;
    // What has been recorded by then came out of the speakers before then, by as long as recording takes.
    let apart = |line: &str| {
        let (bytes, position) = line.split_once(' ').unwrap();
        let recorded = secs(bytes.parse::<usize>().unwrap() / 2) - start;
        position.parse::<f64>().unwrap() - recorded
    };
    let mut apart: Vec<f64> = lines.lines().map(apart).collect();
    apart.sort_by(f64::total_cmp);
    let at = |share: usize| apart[(apart.len() - 1) * share / 100] * 1000.0;
    println!("position ahead of the recording, in ms: 5 % {:.1}, half {:.1}, 95 % {:.1}", at(5), at(50), at(95));
    assert!((-40.0..80.0).contains(&at(50)), "{} ms", at(50));
}
