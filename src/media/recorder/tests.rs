//! The recorder with a microphone fed by hand.

use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use super::*;
use crate::runtime::Runtime;

struct Bench {
    recorder: Recorder,
    feed: Feed,
    wakes: Receiver<()>,
    dir: tempfile::TempDir,
    // Last, so that the recorder goes first.
    runtime: Runtime,
}

impl Bench {
    fn new(feed: Feed) -> Self {
        let (woken, wakes) = mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        let recorder = Recorder::open(&runtime.handle(), &Input::Fed(feed.clone()), None);
        Self { recorder, feed, wakes, dir: tempfile::tempdir().unwrap(), runtime }
    }

    fn on() -> Self {
        let mut bench = Self::new(Feed::new(8_000, 1));
        bench.until("it is on", |bench| bench.recorder.is_on());
        bench
    }

    #[track_caller]
    fn until(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            assert!(start.elapsed() < Duration::from_mins(1), "never {what}: {:?}", self.recorder.state());
            self.wakes.recv_timeout(Duration::from_millis(5)).ok();
        }
    }

    #[track_caller]
    fn ended(&mut self) -> Ended {
        let mut ended = None;
        self.until("it ends", |bench| {
            ended = bench.recorder.take_ended();
            ended.is_some()
        });
        ended.unwrap()
    }

    #[track_caller]
    fn record(&mut self, longest_secs: f64) {
        let place = Place::New { folder: self.dir.path().join("recordings"), stem: "Take".to_owned() };
        self.recorder.record(place, longest_secs);
        self.until("it records", |bench| bench.recorder.recorded_secs().is_some());
    }

    /// Speaks, and waits until it is written.
    #[track_caller]
    fn say(&mut self, amplitude: f32, secs: usize) {
        let before = self.recorder.recorded_secs().unwrap_or_default();
        assert!(self.feed.push(&tone(amplitude, secs)), "the microphone is off");
        #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
        let wanted = before + secs as f64 - 0.1;
        self.until("it is written", |bench| bench.recorder.recorded_secs().is_none_or(|secs| secs >= wanted));
    }
}

fn tone(amplitude: f32, secs: usize) -> Vec<f32> {
    (0..secs * 8_000).map(|i| if i % 20 < 10 { amplitude } else { -amplitude }).collect()
}

fn read(path: &Path) -> Vec<i16> {
    hound::WavReader::open(path).unwrap().samples().map(Result::unwrap).collect()
}

#[test]
fn what_is_said_is_in_the_file() {
    let mut bench = Bench::on();
    bench.feed.push(&tone(0.9, 1));
    bench.until("it hears", |bench| bench.recorder.level().peak > 0.5);
    bench.record(60.0);
    bench.say(0.25, 2);
    bench.recorder.finish();
    let Ended { recording: Some(recording), reason: Reason::Finished } = bench.ended() else { panic!("not finished") };
    assert_eq!(recording.path, bench.dir.path().join("recordings/Take.wav"));
    assert!((recording.loudest_db + 12.04).abs() < 0.1, "{recording:?}");
    assert!(!recording.clipped && recording.refusal().is_none() && recording.missing_secs == 0.0);
    let samples = read(&recording.path);
    assert!((15_800..=16_000).contains(&samples.len()), "{}", samples.len());
    // A block begun before may still be under way.
    assert!(samples[256..].iter().all(|sample| sample.abs() == 8_192), "what was said before is not in it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&recording.path), mode(recording.path.parent().unwrap())), (0o600, 0o700));
    }

    bench.record(60.0);
    bench.say(0.25, 1);
    bench.recorder.finish();
    let second = bench.ended().recording.unwrap();
    assert_eq!(second.path.file_name().unwrap(), "Take (2).wav", "nothing is written over");
}

#[test]
fn it_ends_at_its_limit() {
    let mut bench = Bench::on();
    bench.record(2.0);
    bench.say(0.25, 3);
    let Ended { recording: Some(recording), reason: Reason::LimitReached } = bench.ended() else { panic!("no limit") };
    assert!((recording.secs - 2.0).abs() < 0.05, "{recording:?}");
    assert!(bench.recorder.is_on(), "it goes on listening");
}

#[test]
fn silence_and_slips_are_refused_and_kept() {
    let mut bench = Bench::on();
    bench.record(60.0);
    bench.say(0.0005, 2);
    bench.recorder.finish();
    let silent = bench.ended().recording.unwrap();
    let words = silent.refusal().unwrap().to_string();
    assert!(words.starts_with("Nothing was heard") && words.contains("not muted"), "{words}");
    assert!(silent.path.exists());

    bench.record(60.0);
    bench.recorder.finish();
    let short = bench.ended().recording.unwrap();
    assert!(short.refusal().unwrap().to_string().contains("shorter than a second") && short.path.exists());

    bench.record(60.0);
    bench.say(1.0, 1);
    bench.recorder.finish();
    assert!(bench.ended().recording.unwrap().clipped);
}

#[test]
fn what_is_cancelled_early_is_gone_and_later_is_kept() {
    let mut bench = Bench::on();
    bench.record(60.0);
    bench.say(0.25, 1);
    bench.recorder.cancel();
    let Ended { recording: None, reason: Reason::Cancelled } = bench.ended() else { panic!("it is kept") };
    assert_eq!(std::fs::read_dir(bench.dir.path().join("recordings")).unwrap().count(), 0);
    bench.record(60.0);
    bench.say(0.25, 4);
    bench.recorder.turn_off();
    assert!(!bench.feed.is_on(), "off means off");
    let Ended { recording: Some(kept), reason: Reason::Cancelled } = bench.ended() else { panic!("it is lost") };
    assert!(kept.secs > 3.5 && kept.path.exists());
    bench.until("the device is closed", |bench| matches!(bench.recorder.state(), State::Off(_)));
}

#[test]
fn a_microphone_that_vanishes_leaves_a_sentence_and_the_recording() {
    let mut bench = Bench::on();
    bench.record(60.0);
    bench.say(0.25, 2);
    bench.feed.unplug(true);
    let Ended { recording: Some(recording), reason: Reason::Lost(error) } = bench.ended() else { panic!("no failure") };
    let words = error.to_string();
    assert!(words.contains("unplugged") && words.contains("is kept"), "{words}");
    assert!(recording.secs > 1.5 && read(&recording.path).len() > 12_000);
    bench.until("it is off", |bench| matches!(bench.recorder.state(), State::Off(_)));

    let again = Recorder::open(&bench.runtime.handle(), &Input::Fed(bench.feed.clone()), None);
    bench.recorder = again;
    bench.until("there is none", |bench| matches!(bench.recorder.state(), State::Off(_)));
    bench.feed.unplug(false);
    bench.recorder = Recorder::open(&bench.runtime.handle(), &Input::Fed(bench.feed.clone()), None);
    bench.until("it is back", |bench| bench.recorder.is_on());
}

#[test]
fn without_a_microphone_there_are_words_and_nothing_else() {
    let (woken, wakes) = mpsc::channel();
    let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
    assert_eq!(devices(&Input::Absent).unwrap(), []);
    let recorder = Recorder::open(&runtime.handle(), &Input::Absent, None);
    wakes.recv_timeout(Duration::from_secs(30)).unwrap();
    let State::Off(error) = recorder.state() else { panic!("{:?}", recorder.state()) };
    assert!(error.to_string().starts_with("No microphone was found. Plug one in"), "{error}");
    recorder.record(Place::Over("/nowhere/x.wav".into()), 3.0);
    recorder.finish();
    assert!(recorder.recorded_secs().is_none() && recorder.take_ended().is_none());
}

#[test]
fn a_file_that_cannot_be_made_is_told() {
    let mut bench = Bench::on();
    let blocked = bench.dir.path().join("blocked");
    std::fs::write(&blocked, "a file").unwrap();
    bench.recorder.record(Place::New { folder: blocked, stem: "Take".to_owned() }, 60.0);
    let Ended { recording: None, reason: Reason::Failed(error) } = bench.ended() else { panic!("it was made") };
    assert!(error.to_string().starts_with("Could not make"), "{error}");
    assert!(bench.recorder.is_on());
}

#[test]
fn letting_go_of_it_keeps_what_was_recorded() {
    let mut bench = Bench::on();
    bench.record(60.0);
    bench.say(0.25, 4);
    let file = bench.dir.path().join("recordings/Take.wav");
    bench.recorder = Recorder::open(&bench.runtime.handle(), &Input::Absent, None);
    bench.until("the header is right", |_| hound::WavReader::open(&file).is_ok_and(|wav| wav.len() > 31_000));
}
