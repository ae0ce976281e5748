//! How soon a picture of a video is there and how smoothly one plays: `cargo bench --bench video`.
//!
//! The first picture is measured as whole processes (this program, run again) against one call of ffmpeg for the same
//! picture, in turns; what counts is the ratio of the medians. Playing is 20 seconds of 1080p at 30 pictures a second
//! in full size, through a copy as the window makes one, with the processor time of this process and of ffmpeg.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::disallowed_methods, reason = "there is no window here")]
#![allow(clippy::allow_attributes, clippy::cast_precision_loss, reason = "seconds to show")]

mod kit;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kit::{Row, median, time};
use mouthpiece::media::probe::probe;
use mouthpiece::media::video::{Film, Playback, frame};
use mouthpiece::runtime::Runtime;

const ROUNDS: usize = 11;
const WIDTH: u32 = 480;
const PLAYED_SECS: f64 = 20.0;
/// The first picture, beside ffmpeg.
const MOST: f64 = 1.20;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match &arguments[1..] {
        [word, path] if word == "picture" => picture(Path::new(path)),
        [word, path] if word == "play" => play(Path::new(path)),
        _ => compare(),
    }
}

/// In a process of its own: the picture that cards show.
fn picture(path: &Path) {
    let runtime = Runtime::new(|| {}).unwrap();
    let (sender, answer) = std::sync::mpsc::channel();
    let path = path.to_owned();
    let _task = runtime.spawn(async move {
        sender.send(frame(path, 0.5, WIDTH).await).unwrap_or_default();
        Ok(())
    });
    let frame = answer.recv().unwrap().unwrap();
    assert_eq!(frame.width, WIDTH);
}

/// Seconds of processor time in a line of `/proc`, and the process it is a child of.
fn processor(stat: &str) -> Option<(f64, u32)> {
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(((ticks(11)? + ticks(12)?) / 100.0, fields.get(1)?.parse().ok()?))
}

/// Of this process.
fn own() -> f64 {
    processor(&std::fs::read_to_string("/proc/self/stat").unwrap()).unwrap().0
}

/// Of the programs this process has started and that still run.
fn others() -> f64 {
    let stats = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path().join("stat"));
    let times = stats.filter_map(|stat| processor(&std::fs::read_to_string(stat).ok()?));
    times.filter(|(_, parent)| *parent == std::process::id()).map(|(secs, _)| secs).sum()
}

/// In a process of its own: plays by the clock of the wall, as a window does without sound.
fn play(path: &Path) {
    let runtime = Runtime::new(|| {}).unwrap();
    let film = Film::new(path, &probe(path).unwrap()).unwrap();
    let mut playback = Playback::start(&runtime.handle(), &film, 0.0, [1920, 1080], false);
    while !playback.is_ready() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let (mut image, mut latest) = (Vec::new(), 0.0_f64);
    let (began, before) = (Instant::now(), own());
    loop {
        let at = began.elapsed().as_secs_f64();
        if at >= PLAYED_SECS {
            break;
        }
        playback.show(at, |picture| {
            latest = latest.max(at - picture.secs);
            // What goes to the renderer is a copy of its own.
            image.resize(picture.rgba.len() / 4, [0_u8; 4]);
            for (pixel, four) in image.iter_mut().zip(picture.rgba.chunks_exact(4)) {
                pixel.copy_from_slice(four);
            }
        });
        let next = playback.next_secs().map_or(0.002, |next| (next - at).clamp(0.001, 0.05));
        std::thread::sleep(Duration::from_secs_f64(next));
    }
    let (own, others, counts) = (own() - before, others(), playback.counts());
    println!(
        "{} of {:.0}\tpictures, {} dropped, latest by {:.0} ms; own {:.0}% of a core, ffmpeg {:.0}%",
        counts.shown,
        PLAYED_SECS * film.fps,
        counts.dropped,
        latest * 1e3,
        own / PLAYED_SECS * 100.0,
        others / PLAYED_SECS * 100.0,
    );
}

fn again(word: &str, path: &Path) -> (f64, String) {
    let began = Instant::now();
    let output = Command::new(std::env::current_exe().unwrap()).args([word, path.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (began.elapsed().as_secs_f64(), String::from_utf8(output.stdout).unwrap())
}

fn ffmpeg(arguments: &[&str]) -> f64 {
    let began = Instant::now();
    let output = Command::new("ffmpeg").args(["-v", "error", "-nostdin", "-y"]).args(arguments).output();
    let output = output.expect("ffmpeg is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    began.elapsed().as_secs_f64()
}

fn film(folder: &Path) -> PathBuf {
    let path = folder.join("film.mp4");
    let picture = "testsrc2=size=1920x1080:rate=30:duration=25,noise=alls=6:allf=t";
    let encoder = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "8M", "-g", "60", "-pix_fmt", "yuv420p"];
    let sound = "sine=frequency=220:duration=25";
    let mut arguments = vec!["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-c:a", "aac"];
    arguments.extend(encoder);
    arguments.push(path.to_str().unwrap());
    ffmpeg(&arguments);
    path
}

fn compare() {
    println!("{}", Row::header());
    if !kit::has("ffmpeg", "-version") {
        return Row::new("first picture of a video", "").without("ffmpeg").tell();
    }
    let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
    let film = film(folder.path());
    let out = folder.path().join("out.ppm");
    let scale = format!("scale={WIDTH}:-2");
    let call = ["-ss", "0.5", "-i", film.to_str().unwrap(), "-frames:v", "1", "-vf", &scale, out.to_str().unwrap()];
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(again("picture", &film).0);
        theirs.push(ffmpeg(&call));
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    let (row, first) = (Row::new("first picture of a 1080p video", time(ours)), ours / theirs);
    row.against(format!("ffmpeg {}", time(theirs)), first).note(format!("at most {MOST:.2}")).tell();
    let said = again("play", &film).1;
    let (ours, note) = said.trim().split_once('\t').unwrap();
    Row::new("1080p30 played for 20 s", ours).note(note).tell();
    assert!(first <= MOST, "a picture takes {first:.2} times as long as ffmpeg");
}
