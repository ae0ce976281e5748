//! How fast and with how much memory sound is read: `cargo bench --bench sound`, with ffmpeg as the measure.
//!
//! Whole processes in turns, ours and ffmpeg, from start to exit; what counts is the ratio of the medians. Of ten
//! minutes of 1080p H.264 with AAC: the waveform of the first two minutes and their cut as 16-bit mono WAV, against
//! ffmpeg writing the same WAV; the waveform of all of it, against ffmpeg decoding the sound into nothing. Then the
//! most memory our process ever had with two hours of sound.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

mod kit;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Instant;

use kit::{Row, median, time};
use mouthpiece::media::Part;
use mouthpiece::media::player::Source;
use mouthpiece::media::sample::{self, Polish};
use mouthpiece::media::wave::{self, Wave};
use mouthpiece::runtime::Runtime;

const ROUNDS: usize = 9;
/// As a part of the table.
const SHORT_ROUNDS: usize = 5;
/// What is cut, in seconds.
const CUT: f64 = 120.0;
const MIB: u64 = 1 << 20;
/// The most memory a file of two hours may take.
const MOST: u64 = 150 * MIB;
/// Something like speech: noise in syllables, with pauses.
const SPEECH: &str = "anoisesrc=r=48000:color=pink:amplitude=0.6:seed=7,tremolo=f=4:d=0.8,\
    volume='between(mod(t,5),0,4)':eval=frame,aformat=channel_layouts=stereo";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match &arguments[1..] {
        [word, file, to] if word == "cut" => cut(Path::new(file), Path::new(to)),
        [word, file] if word == "wave" => println!("{}", whole(Path::new(file)).duration_secs().unwrap()),
        _ => return compare(),
    }
    println!("{}", most_memory());
}

/// In a process of its own: the waveform of the first two minutes, and their cut.
fn cut(file: &Path, to: &Path) {
    let wave = wave::scan(&Source::File(file.to_owned()), Some(CUT), &mut |_| true).unwrap();
    println!("{}", wave.read_secs());
    let cut = sample::cut(file, Part::new(0.0, CUT), Polish::default(), to, &|_| true).unwrap();
    assert!((cut.secs - CUT).abs() < 1e-3);
}

/// In a process of its own: a waveform as a page gets it, growing.
fn whole(file: &Path) -> Wave {
    let (woken, wakes) = mpsc::channel();
    let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
    let reading = wave::read(&runtime.handle(), Source::File(file.to_owned()), None);
    loop {
        wakes.recv().unwrap();
        assert!(reading.error().is_none(), "{:?}", reading.error());
        assert!(reading.wave().whole(800).len() == 800);
        if reading.wave().is_done() {
            return reading.wave();
        }
    }
}

/// The most bytes this process ever had in memory; 0 where the system does not tell.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// Runs this program again: seconds until it was gone, what it said of the length, most bytes of memory.
fn ours(arguments: &[&Path]) -> (f64, f64, u64) {
    let began = Instant::now();
    let output = Command::new(std::env::current_exe().unwrap()).args(arguments).output().unwrap();
    let seconds = began.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let mut words = said.split_whitespace();
    (seconds, words.next().unwrap().parse().unwrap(), words.next().unwrap().parse().unwrap())
}

/// Seconds until ffmpeg was gone.
fn ffmpeg(arguments: &[&str]) -> f64 {
    let began = Instant::now();
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y"]).args(arguments).stdin(Stdio::null());
    assert!(command.status().expect("ffmpeg is installed").success());
    began.elapsed().as_secs_f64()
}

/// A file made of `times` times another.
fn repeated(folder: &Path, piece: &Path, times: usize, name: &str) -> PathBuf {
    let (list, to) = (folder.join("list"), folder.join(name));
    std::fs::write(&list, format!("file '{}'\n", piece.display()).repeat(times)).unwrap();
    let [list, file] = [&list, &to].map(|path| path.to_str().unwrap());
    ffmpeg(&["-f", "concat", "-safe", "0", "-i", list, "-c", "copy", file]);
    to
}

fn film(folder: &Path) -> PathBuf {
    let minute = folder.join("minute.mp4");
    let picture = "testsrc2=size=1920x1080:rate=30";
    let sound = ["-c:a", "aac", "-b:a", "128k", minute.to_str().unwrap()];
    let inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", SPEECH, "-t", "60"];
    let codec = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
    ffmpeg(&[&inputs[..], &codec, &sound].concat());
    repeated(folder, &minute, 10, "film.mp4")
}

fn two_hours(folder: &Path, codec: &[&str], name: &str) -> PathBuf {
    let piece = folder.join(format!("ten-{name}"));
    let inputs = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=1", "-f", "lavfi", "-i", SPEECH, "-t", "600"];
    ffmpeg(&[&inputs[..], codec, &[piece.to_str().unwrap()]].concat());
    repeated(folder, &piece, 12, name)
}

fn compare() {
    println!("{}", Row::header());
    if !kit::has("ffmpeg", "-version") {
        return Row::new("waveform and cut", "").without("ffmpeg").tell();
    }
    // Beside the program: the folder for passing things may be memory.
    let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
    let folder = folder.path();
    let film = film(folder);
    // Whoever reads a file first waits for the disk.
    std::io::copy(&mut std::fs::File::open(&film).unwrap(), &mut std::io::sink()).unwrap();
    let (our_cut, their_cut) = (folder.join("ours.wav"), folder.join("theirs.wav"));
    let [name, wav] = [&film, &their_cut].map(|path| path.to_str().unwrap());
    turns(
        "waveform and cut of two minutes",
        || ours(&[Path::new("cut"), &film, &our_cut]),
        || ffmpeg(&["-i", name, "-vn", "-t", "120", "-ac", "1", "-c:a", "pcm_s16le", wav]),
    );
    alike(&our_cut, &their_cut);
    turns(
        "waveform of ten minutes",
        || ours(&[Path::new("wave"), &film]),
        || ffmpeg(&["-i", name, "-vn", "-f", "null", "-"]),
    );
    if kit::is_part() {
        return;
    }
    for (name, codec) in [
        ("aac.mp4", &["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"][..]),
        ("sound.mp3", &["-vn", "-c:a", "libmp3lame", "-q:a", "4"]),
    ] {
        let long = two_hours(folder, codec, name);
        let (seconds, length, most) = ours(&[Path::new("wave"), &long]);
        let row = Row::new(&format!("waveform of two hours of {name}"), time(seconds));
        row.note(format!("{length:.1} s of sound; memory {} MiB, at most {}", most / MIB, MOST / MIB)).tell();
        assert!((7_199.0..7_202.0).contains(&length) && most < MOST);
    }
}

fn turns(what: &str, mut ours: impl FnMut() -> (f64, f64, u64), mut theirs: impl FnMut() -> f64) {
    let (mut times, mut other_times, mut most) = (Vec::new(), Vec::new(), 0);
    for _ in 0..if kit::is_part() { SHORT_ROUNDS } else { ROUNDS } {
        let (seconds, _, memory) = ours();
        times.push(seconds);
        other_times.push(theirs());
        most = most.max(memory);
    }
    let (ours, theirs) = (median(&times), median(&other_times));
    let row = Row::new(what, time(ours)).against(format!("ffmpeg {}", time(theirs)), ours / theirs);
    row.note(format!("at most {} MiB of memory", most / MIB)).tell();
}

/// Both have cut the same, or the comparison would be of two different things.
fn alike(ours: &Path, theirs: &Path) {
    let [ours, theirs] = [ours, theirs].map(|path| hound::WavReader::open(path).unwrap());
    assert_eq!(ours.spec(), theirs.spec());
    // ffmpeg ends with a packet.
    assert!(ours.duration() == 120 * 48_000 && theirs.duration().abs_diff(ours.duration()) <= 2_048);
    let [ours, theirs] = [ours, theirs].map(|wav| wav.into_samples::<i16>().map(Result::unwrap));
    let apart = ours.zip(theirs).map(|(our, their)| our.abs_diff(their)).max().unwrap();
    assert!(apart < 64, "{apart}");
}
