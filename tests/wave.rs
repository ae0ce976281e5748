//! Waveforms of real files, made on the spot with ffmpeg: what is drawn is what was made, whatever it is wrapped in,
//! and it stands where it is heard.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use mouthpiece::error::Error;
use mouthpiece::media::Part;
use mouthpiece::media::player::Source;
use mouthpiece::media::wave::{Wave, read};
use mouthpiece::runtime::Runtime;
use tempfile::TempDir;

const PICTURE: [&str; 4] = ["-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=8"];
/// Loud, silent, half as loud and silent again, two seconds each.
const STEPS: &str =
    "aevalsrc='sin(440*2*PI*t)*(0.8*lt(t,2)+0.4*between(t,4,6))|0.1*sin(200*2*PI*t)*lt(t,2)':s=48000:d=8";

struct Bench {
    folder: TempDir,
    runtime: Runtime,
    wakes: mpsc::Receiver<()>,
}

impl Bench {
    fn new() -> Self {
        let (woken, wakes) = mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        Self { folder: TempDir::new().unwrap(), runtime, wakes }
    }

    fn make(&self, name: &str, with_picture: bool, codec: &[&str]) -> PathBuf {
        let path = self.folder.path().join(name);
        let picture = if with_picture { &PICTURE[..] } else { &[] };
        let sound = ["-f", "lavfi", "-i", STEPS];
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-nostdin", "-y"]).args(picture).args(sound).args(codec).arg(&path);
        assert!(ffmpeg.status().expect("these tests need ffmpeg").success(), "{name}");
        path
    }

    /// As a page gets it.
    fn read(&self, path: &Path) -> Result<Wave, Error> {
        let cache = self.folder.path().join("cache");
        let reading = read(&self.runtime.handle(), Source::File(path.to_owned()), Some(cache));
        loop {
            if let Some(error) = reading.error() {
                return Err(error);
            }
            if reading.wave().is_done() {
                return Ok(reading.wave());
            }
            self.wakes.recv_timeout(Duration::from_mins(1)).expect("the end wakes the window");
        }
    }
}

/// Each step is where it was made, to a hundredth of a second and some percent of loudness.
fn check(wave: &Wave, name: &str) {
    let length = wave.duration_secs().unwrap();
    assert!((length - 8.0).abs() < 0.06, "{name} lasts {length} s");
    for (from, expected) in [(0.0, 0.8), (2.0, 0.0), (4.0, 0.4), (6.0, 0.0)] {
        // Lossy codecs smear what begins and ends at once over a few hundredths.
        let bars = wave.bars(Part::new(from + 0.06, from + 1.94), 20);
        let mut sorted = bars.clone();
        sorted.sort_by(f32::total_cmp);
        // Lossy codecs swing above a tone here and there, but not above silence.
        let most = if expected > 0.0 { 1.01 } else { 0.06 };
        let fits = (sorted[10] - expected).abs() < 0.05 && sorted[0] > expected - 0.06 && sorted[19] < most;
        assert!(fits, "{name} from {from} s: {bars:?} instead of {expected}");
    }
    let edge = wave.bars(Part::new(1.0, 3.0), 200);
    let last = edge.iter().rposition(|bar| *bar > 0.3).unwrap();
    assert!((96..=104).contains(&last), "{name} falls silent at {last} of 200 instead of 100");
}

#[test]
fn a_waveform_is_what_was_made_whatever_it_is_wrapped_in() {
    let bench = Bench::new();
    let films: [(&str, &[&str]); 5] = [
        ("film.mp4", &["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "160k"]),
        ("film.mov", &["-c:v", "mpeg4", "-c:a", "pcm_s16le"]),
        ("film.mkv", &["-c:v", "mpeg4", "-c:a", "flac"]),
        ("alone.mkv", &["-af", "pan=mono|c0=c0", "-c:v", "mpeg4", "-c:a", "flac"]),
        ("film.webm", &["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", "-b:a", "128k"]),
    ];
    let sounds: [(&str, &[&str]); 7] = [
        ("sound.wav", &["-c:a", "pcm_f32le"]),
        ("sound.flac", &["-ar", "44100"]),
        ("sound.mp3", &["-c:a", "libmp3lame", "-b:a", "128k"]),
        ("sound.m4a", &["-af", "pan=mono|c0=c0", "-c:a", "aac"]),
        ("sound.ogg", &["-c:a", "libvorbis"]),
        ("phone.wav", &["-af", "pan=mono|c0=c0", "-ar", "8000", "-c:a", "pcm_mulaw"]),
        ("six.wav", &["-af", "pan=5.1|c2=c0", "-c:a", "pcm_s24le"]),
    ];
    let made = films.iter().map(|film| (film, true)).chain(sounds.iter().map(|sound| (sound, false)));
    for ((name, codec), with_picture) in made {
        let path = bench.make(name, with_picture, codec);
        check(&bench.read(&path).unwrap_or_else(|error| panic!("{name}: {error}")), name);
    }
}

#[test]
fn a_film_without_sound_and_one_that_is_gone_are_told_in_a_sentence() {
    let bench = Bench::new();
    let silent = bench.make("silent.mp4", true, &["-map", "0:v", "-c:v", "mpeg4"]);
    assert_eq!(bench.read(&silent).unwrap_err().to_string(), "silent.mp4 has no sound. Choose another file.");
    std::fs::remove_file(&silent).unwrap();
    assert!(bench.read(&silent).unwrap_err().to_string().contains("silent.mp4"));
}
