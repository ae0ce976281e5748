//! Small media files made on the spot with espeak-ng and ffmpeg.

use std::path::{Path, PathBuf};
use std::process::Command;

const TALK: &str = "We built this for the people who finish the edit at two in the morning. Version three ships on \
                    Thursday, and it is the quickest we have ever made.";

/// Runs a program and fails with what it said.
#[track_caller]
pub fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|e| panic!("{program}: {e}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// About ten seconds of speech.
pub fn speech(dir: &Path, name: &str) -> PathBuf {
    let path = dir.join(name);
    run("espeak-ng", &["-v", "en-gb", "-p", "35", "-w", text(&path), TALK]);
    path
}

/// The first seconds of the same, in 16 kHz: enough for a voice to be heard, and quick to handle.
pub fn small_speech(dir: &Path, name: &str, secs: f64) -> PathBuf {
    let (whole, path) = (speech(dir, &format!("{name}.whole.wav")), dir.join(name));
    let length = secs.to_string();
    run("ffmpeg", &["-v", "error", "-y", "-i", text(&whole), "-t", &length, "-ar", "16000", text(&path)]);
    path
}

/// A second of a small moving picture, without sound.
pub fn small_video(dir: &Path, name: &str) -> PathBuf {
    let path = dir.join(name);
    let picture = "testsrc2=size=160x120:rate=25:duration=1";
    let arguments =
        ["-v", "error", "-y", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", text(&path)];
    run("ffmpeg", &arguments);
    path
}

/// A talking head: a moving picture of `secs` seconds with speech, 25 frames a second.
pub fn talking_head(dir: &Path, name: &str, secs: f64) -> PathBuf {
    let voice = speech(dir, &format!("{name}.speech.wav"));
    let path = dir.join(name);
    let picture = format!("testsrc2=size=320x240:rate=25:duration={secs}");
    let length = secs.to_string();
    let arguments = [
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        &picture,
        "-stream_loop",
        "-1",
        "-i",
        text(&voice),
        "-t",
        &length,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        text(&path),
    ];
    run("ffmpeg", &arguments);
    path
}

/// A video without sound.
pub fn silent_video(dir: &Path, name: &str, secs: f64) -> PathBuf {
    let path = dir.join(name);
    let picture = format!("testsrc2=size=320x240:rate=25:duration={secs}");
    let arguments =
        ["-v", "error", "-y", "-f", "lavfi", "-i", &picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", text(&path)];
    run("ffmpeg", &arguments);
    path
}

/// Seconds of a file, as ffprobe says.
pub fn secs(path: &Path) -> f64 {
    let asked = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", text(path)];
    run("ffprobe", &asked).parse().unwrap()
}

/// Codec names of a file's streams, as ffprobe says.
pub fn codecs(path: &Path) -> Vec<String> {
    let asked = ["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", text(path)];
    run("ffprobe", &asked).lines().map(|line| line.trim_matches(',').to_owned()).collect()
}
