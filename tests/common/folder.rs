//! A folder of its own in which a test makes real files with ffmpeg and espeak-ng.

#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of this")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use mouthpiece::media::Part;
use mouthpiece::media::sample::{self, Polish};
use tempfile::TempDir;

/// The folder; it goes with the test.
pub struct Bench(TempDir);

impl Bench {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// ffmpeg with these arguments and a file to make.
    #[track_caller]
    pub fn made(&self, arguments: &[&str], name: &str) -> PathBuf {
        let path = self.path(name);
        // Names with a colon are no protocols.
        let mut file = OsString::from("file:");
        file.push(&path);
        let done = Command::new("ffmpeg").args(["-v", "error", "-nostdin", "-y"]).args(arguments).arg(file).output();
        let done = done.unwrap();
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        path
    }

    /// The same with arguments in groups.
    #[track_caller]
    pub fn make(&self, name: &str, groups: &[&[&str]]) -> PathBuf {
        self.made(&groups.concat(), name)
    }

    /// Somebody saying these words, as `talk.wav`.
    #[track_caller]
    pub fn said(&self, options: &[&str], words: &str) -> PathBuf {
        let path = self.path("talk.wav");
        let said = Command::new("espeak-ng").args(options).arg("-w").arg(&path).arg(words).status();
        assert!(said.unwrap().success());
        path
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// Half a second from within a file, in one channel, and its samples a second.
pub fn heard(path: &Path) -> (u32, Vec<f32>) {
    let to = TempDir::new().unwrap();
    let cut = sample::cut(path, Part::new(0.25, 0.75), Polish::default(), &to.path().join("cut.wav"), &|_| true);
    let mut reader = hound::WavReader::open(cut.unwrap().path).unwrap();
    let samples = reader.samples::<i16>().map(|sample| f32::from(sample.unwrap()) / 32_768.0).collect();
    (reader.spec().sample_rate, samples)
}
