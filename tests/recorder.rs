//! Recording from a microphone, through a sound server of the test's own.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]
#![expect(clippy::print_stdout, reason = "what was measured goes to the log")]

#[path = "common/pulse.rs"]
mod pulse;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mouthpiece::media::recorder::{Ended, Input, Place, Reason, Recorder, State};
use mouthpiece::runtime::Runtime;
use pulse::{Pulse, inside, until};

/// Runs a program and gives what it printed.
#[track_caller]
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|e| panic!("{program}: {e}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A tone that climbs for two seconds: nothing looks like it but itself at the right place.
fn chirp(dir: &Path) -> PathBuf {
    let path = dir.join("chirp.wav");
    let sound = "aevalsrc=0.5*sin(2*PI*(300*t+300*t*t)):d=2:s=48000";
    run("ffmpeg", &["-v", "error", "-y", "-f", "lavfi", "-i", sound, path.to_str().unwrap()]);
    path
}

fn read(path: &Path) -> Vec<f32> {
    let mut wav = hound::WavReader::open(path).unwrap();
    assert_eq!((wav.spec().channels, wav.spec().sample_rate, wav.spec().bits_per_sample), (1, 48_000, 16));
    wav.samples::<i16>().map(|sample| f32::from(sample.unwrap()) / 32_768.0).collect()
}

/// Where `known` begins in `heard`, how alike they are there (1 is the same), and how much louder it is heard.
fn find(known: &[f32], heard: &[f32]) -> (usize, f32, f32) {
    const STEP: usize = 12;
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let thin = |samples: &[f32]| samples.iter().copied().step_by(STEP).collect::<Vec<f32>>();
    let (coarse, thinned) = (thin(known), thin(heard));
    let lags = thinned.len().saturating_sub(coarse.len());
    let best = |lags: &mut dyn Iterator<Item = usize>, known: &[f32], heard: &[f32]| {
        lags.map(|lag| (lag, dot(known, &heard[lag..]))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_default().0
    };
    let about = best(&mut (0..=lags), &coarse, &thinned) * STEP;
    let last = heard.len() - known.len();
    let lag = best(&mut (about.saturating_sub(STEP)..=(about + STEP).min(last)), known, heard);
    let place = &heard[lag..lag + known.len()];
    let (product, own, theirs) = (dot(known, place), dot(known, known), dot(place, place));
    (lag, product / (own * theirs).sqrt(), (theirs / own).sqrt())
}

/// A recorder on this computer's own microphone, which is on.
fn on(runtime: &Runtime, device: Option<&str>) -> Recorder {
    let recorder = Recorder::open(&runtime.handle(), &Input::System, device);
    until("the microphone is asked for", || !matches!(recorder.state(), State::Opening));
    assert!(recorder.is_on(), "{:?}", recorder.state());
    recorder
}

fn ended(recorder: &Recorder) -> Ended {
    let mut ended = None;
    until("the recording ends", || {
        ended = recorder.take_ended();
        ended.is_some()
    });
    ended.unwrap()
}

/// Records the chirp while it is played: how alike it is, and how much louder.
fn take(runtime: &Runtime, device: Option<&str>, chirp: &Path) -> (f32, f32) {
    let recorder = on(runtime, device);
    recorder.record(place("Chirp"), 60.0);
    until("it records", || recorder.recorded_secs().is_some_and(|secs| secs > 0.3));
    run("paplay", &["--device=speakers", chirp.to_str().unwrap()]);
    // What was played last is still on its way.
    let played = recorder.recorded_secs().unwrap();
    until("all of it is heard", || recorder.recorded_secs().is_some_and(|secs| secs > played + 0.5));
    recorder.finish();
    let Ended { recording: Some(recording), reason: Reason::Finished } = ended(&recorder) else { panic!("failed") };
    let heard = read(&recording.path);
    let (at, alike, gain) = find(&read(chirp), &heard);
    println!("found at sample {at} of {}, alike {alike:.5}, gain {gain:.4}; {recording:?}", heard.len());
    assert!(recording.refusal().is_none() && !recording.clipped && recording.missing_secs == 0.0, "{recording:?}");
    assert!((recording.loudest_db + 9.0).abs() < 0.5, "{recording:?}");
    (alike, gain)
}

/// The folder of the rig, inside.
fn home() -> PathBuf {
    std::env::var_os("HOME").unwrap().into()
}

fn place(name: &str) -> Place {
    Place::New { folder: home().join("recordings"), stem: name.to_owned() }
}

#[test]
fn what_the_microphone_hears_is_what_is_in_the_file() {
    if !inside() {
        return Pulse::start().run_again("what_the_microphone_hears_is_what_is_in_the_file");
    }
    let runtime = Runtime::new(|| {}).unwrap();
    let unknown = Recorder::open(&runtime.handle(), &Input::System, Some("alsa:plughw:CARD=Gone,DEV=0"));
    until("it is looked for", || !matches!(unknown.state(), State::Opening));
    let State::Off(why) = unknown.state() else { panic!("{:?}", unknown.state()) };
    assert!(why.to_string().contains("not connected"), "{why}");

    let chirp = chirp(&home());
    for device in [None, Some("alsa:default")] {
        // The rig itself stutters on a machine that is busy with other things.
        let is_right = |(alike, gain): (f32, f32)| alike > 0.99 && (gain - 1.0).abs() < 0.02;
        assert!((0..3).any(|_| is_right(take(&runtime, device, &chirp))), "what is recorded is not what was played");
    }
}

#[test]
fn a_kill_leaves_a_file_that_plays() {
    const NAME: &str = "a_kill_leaves_a_file_that_plays";
    if inside() {
        let runtime = Runtime::new(|| {}).unwrap();
        let recorder = on(&runtime, None);
        recorder.record(place("Killed"), 600.0);
        until("this process is killed", || false);
    }
    let pulse = Pulse::start();
    let mut child = pulse.again(NAME).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let file = pulse.dir().join("recordings/Killed.wav");
    let bytes = |secs: f64| 44.0 + secs * 96_000.0;
    #[expect(clippy::cast_precision_loss, reason = "a small file")]
    let written = || std::fs::metadata(&file).map_or(0.0, |file| file.len() as f64);
    until("three seconds are written", || written() > bytes(3.2) || child.try_wait().unwrap().is_some());
    child.kill().unwrap();
    let status = child.wait().unwrap();
    #[cfg(unix)]
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{status}");
    let asked = ["-v", "error", "-show_entries", "stream=codec_name,channels,sample_rate,duration", "-of", "csv=p=0"];
    let facts = run("ffprobe", &[&asked[..], &[file.to_str().unwrap()]].concat());
    println!("killed: {facts}");
    let duration: f64 = facts.rsplit(',').next().unwrap().parse().unwrap();
    assert!(facts.starts_with("pcm_s16le,48000,1,") && duration >= 2.0, "{facts}");
}

#[test]
fn a_microphone_that_vanishes_is_a_sentence_and_no_storm() {
    const NAME: &str = "a_microphone_that_vanishes_is_a_sentence_and_no_storm";
    if inside() {
        let runtime = Runtime::new(|| {}).unwrap();
        let recorder = on(&runtime, None);
        recorder.record(place("Vanished"), 600.0);
        let Ended { recording: Some(recording), reason: Reason::Lost(why) } = ended(&recorder) else {
            panic!("it did not fail")
        };
        assert!(why.to_string().ends_with("What was recorded until then is kept."), "{why}");
        assert!(recording.secs > 1.0 && read(&recording.path).len() > 48_000, "{recording:?}");
        until("it is off", || matches!(recorder.state(), State::Off(_)));
        let again = Recorder::open(&runtime.handle(), &Input::System, None);
        until("it is looked for", || !matches!(again.state(), State::Opening));
        let State::Off(none) = again.state() else { panic!("{:?}", again.state()) };
        assert!(none.to_string().starts_with("No microphone was found."), "{none}");
        println!("{why} | {none}");
        return;
    }
    let mut pulse = Pulse::start();
    let output = std::fs::File::create(pulse.dir().join("output")).unwrap();
    let (out, err) = (Stdio::from(output.try_clone().unwrap()), Stdio::from(output));
    let mut child = pulse.again(NAME).stdout(out).stderr(err).spawn().unwrap();
    let file = pulse.dir().join("recordings/Vanished.wav");
    let written = || std::fs::metadata(&file).map_or(0, |file| file.len());
    until("some of it is written", || written() > 200_000 || child.try_wait().unwrap().is_some());
    pulse.unplug();
    let mut status = None;
    until("the test inside ends", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    let said = std::fs::read_to_string(pulse.dir().join("output")).unwrap();
    assert!(status.unwrap().success() && said.contains("1 passed"), "{said}");
    assert!(said.lines().count() < 60, "an error storm: {} lines", said.lines().count());
    println!("{said}");
}
