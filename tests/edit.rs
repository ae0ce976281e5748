//! Takes trimmed, joined, exported and brought to a loudness, with ffmpeg and ffprobe as witnesses.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "common/folder.rs"]
mod folder;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mouthpiece::error::Error;
use mouthpiece::media::edit::{Format, Piece, export, join, match_loudness, trim_silence};
use mouthpiece::media::loudness;

use folder::Bench;

/// Somebody speaking, for some seconds.
fn talk(bench: &Bench) -> PathBuf {
    bench.said(&["-v", "en-gb"], "This line was spoken once, and once is enough for everybody who hears it tonight.")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn probed(path: &Path, entry: &str) -> String {
    let asked = ["-v", "error", "-show_entries", entry, "-of", "csv=p=0"];
    let said = Command::new("ffprobe").args(asked).arg(path).output().unwrap().stdout;
    String::from_utf8_lossy(&said).trim().trim_end_matches(',').to_owned()
}

fn secs(path: &Path) -> f64 {
    probed(path, "format=duration").parse().unwrap()
}

/// Integrated loudness and true peak as ffmpeg measures them.
fn by_ffmpeg(path: &Path) -> (f64, f64) {
    let arguments = ["-hide_banner", "-nostats", "-i", text(path), "-af", "ebur128=peak=true", "-f", "null", "-"];
    let said = Command::new("ffmpeg").args(arguments).output().unwrap().stderr;
    let said = String::from_utf8_lossy(&said).into_owned();
    let summary = said.rsplit("Summary:").next().unwrap();
    let after = |word: &str| summary.split(word).nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    (after("I:"), after("Peak:"))
}

#[test]
fn loudness_is_what_ffmpeg_says() {
    let bench = Bench::new();
    let talk = talk(&bench);
    for (name, options) in [
        ("mono.wav", &["-ar", "48000"][..]),
        ("stereo.flac", &["-ar", "44100", "-af", "volume=-12dB,pan=stereo|c0=c0|c1=0.4*c0"][..]),
        ("loud.wav", &["-af", "volume=8dB"][..]),
        ("six.wav", &["-ac", "6", "-ar", "48000"][..]),
    ] {
        let file = bench.made(&[&["-i", text(&talk)][..], options].concat(), name);
        let (lufs, peak) = by_ffmpeg(&file);
        let mine = loudness::of(&file).unwrap();
        println!("{name}: {mine:?}, ffmpeg {lufs} LUFS, {peak} dBTP");
        assert!((mine.integrated_lufs.unwrap() - lufs).abs() < 0.15, "{name}: {mine:?} and {lufs}");
        assert!((mine.true_peak_db - peak).abs() < 0.3, "{name}: {mine:?} and {peak}");
    }
    let silent = bench.made(&["-f", "lavfi", "-i", "anullsrc=d=2"], "silent.wav");
    assert_eq!(loudness::of(&silent).unwrap().integrated_lufs, None);
}

#[test]
fn silence_goes_from_both_ends_but_for_a_breath() {
    let bench = Bench::new();
    let talk = talk(&bench);
    let bare = bench.made(
        &["-i", text(&talk), "-af", "silenceremove=1:0:-45dB,areverse,silenceremove=1:0:-45dB,areverse"],
        "bare.wav",
    );
    let padded = bench.made(&["-i", text(&bare), "-af", "adelay=1500,apad=pad_dur=2"], "padded.wav");
    let to = bench.path("trimmed.wav");
    let trimmed = trim_silence(&padded, &to).unwrap();
    println!("{trimmed:?} of {} with {}", secs(&padded), secs(&bare));
    assert!((trimmed.start_cut_secs - 1.4).abs() < 0.1 && (trimmed.end_cut_secs - 1.8).abs() < 0.1, "{trimmed:?}");
    assert!((secs(&to) - trimmed.secs).abs() < 0.001);
    let whole = trimmed.secs + trimmed.start_cut_secs + trimmed.end_cut_secs;
    assert!((whole - secs(&padded)).abs() < 0.001, "{whole}");
    assert!(trimmed.secs > secs(&bare) && trimmed.secs < secs(&bare) + 0.5);
    let again = trim_silence(&to, &bench.path("again.wav")).unwrap();
    assert!(again.start_cut_secs < 0.01 && again.end_cut_secs < 0.01, "what is trimmed has nothing to trim: {again:?}");
    let silent = bench.made(&["-f", "lavfi", "-i", "anullsrc=d=2"], "silent.wav");
    let error = trim_silence(&silent, &bench.path("nothing.wav")).unwrap_err().to_string();
    assert!(error.starts_with("silent.wav is all silence") && !bench.path("nothing.wav").exists(), "{error}");
}

#[test]
fn lines_are_joined_with_their_pauses_whatever_they_are() {
    let bench = Bench::new();
    let talk = talk(&bench);
    let other = bench.made(&["-i", text(&talk), "-ar", "44100", "-ac", "2"], "other.mp3");
    let tone = bench.made(&["-f", "lavfi", "-i", "sine=f=300:r=48000:d=1.5"], "tone.flac");
    let pieces = [(&talk, 0.75), (&other, 1.25), (&tone, 3.0)];
    let lengths: f64 = pieces.iter().map(|(path, _)| secs(path)).sum();
    let pieces = pieces.map(|(path, pause)| Piece { path: path.clone(), pause_after_secs: pause });
    let to = bench.path("track.wav");
    let made = join(&pieces, &to, &|_| true).unwrap();
    println!("{made} of {lengths}, ffprobe {}", secs(&to));
    assert!((secs(&to) - made).abs() < 0.001);
    // An MP3's own length is told with its padding.
    assert!((made - lengths - 2.0).abs() < 0.08, "{made} of {lengths}");
    assert_eq!(probed(&to, "stream=codec_name,sample_rate,channels"), "pcm_s16le,48000,1");
    // The pauses are silent.
    let arguments = ["-v", "error", "-i", text(&to), "-f", "f32le", "-"];
    let bytes = Command::new("ffmpeg").args(arguments).output().unwrap().stdout;
    let samples: Vec<f32> =
        bytes.chunks_exact(4).map(|four| f32::from_le_bytes(*four.first_chunk().unwrap())).collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of samples")]
    let pause = ((secs(&talk) + 0.01) * 48_000.0) as usize..((secs(&talk) + 0.74) * 48_000.0) as usize;
    assert!(samples[pause].iter().all(|sample| *sample == 0.0));
    let wild = [Piece { path: talk.clone(), pause_after_secs: f64::NAN }, Piece { path: talk, pause_after_secs: -5.0 }];
    assert!(join(&wild, &to, &|_| true).is_ok());
    assert!(join(&[], &to, &|_| true).unwrap_err().to_string().ends_with('.'));
    let stopped = join(&pieces, &bench.path("stopped.wav"), &|_| false);
    assert!(matches!(stopped, Err(Error::Cancelled)) && !bench.path("stopped.wav").exists());
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions())
}

#[test]
fn a_take_is_saved_as_wav_and_as_mp3() {
    let bench = Bench::new();
    let talk = talk(&bench);
    for (format, name, codec) in [(Format::Wav, "take.wav", "pcm_s16le"), (Format::Mp3, "take.mp3", "mp3")] {
        let to = bench.path(name);
        fs::write(&to, b"an older take").unwrap();
        export(&talk, &to, format).unwrap();
        assert_eq!(probed(&to, "stream=codec_name"), codec);
        #[cfg(unix)]
        assert_eq!(mode(&to), mode(&talk), "{name} may be read as any new file");
        assert!((secs(&to) - secs(&talk)).abs() < 0.12, "{name}: {} of {}", secs(&to), secs(&talk));
    }
    let files = fs::read_dir(bench.path("")).unwrap().count();
    let broken = bench.path("broken.wav");
    fs::write(&broken, b"nothing of the kind").unwrap();
    for format in [Format::Wav, Format::Mp3] {
        let error = export(&broken, &bench.path("new"), format).unwrap_err().to_string();
        assert!(error.contains("broken.wav") && error.ends_with('.'), "{error}");
    }
    assert_eq!(fs::read_dir(bench.path("")).unwrap().count(), files + 1, "half a file was left");
}

#[test]
fn a_take_comes_near_the_loudness_of_another_and_its_peaks_stay_whole() {
    let bench = Bench::new();
    let talk = talk(&bench);
    for target in [-30.0, -23.0, -18.0, -8.0] {
        let to = bench.path("matched.wav");
        let matched = match_loudness(&talk, target, &to).unwrap();
        let (lufs, peak) = by_ffmpeg(&to);
        println!("{target}: {matched:?}, ffmpeg {lufs} LUFS, {peak} dBTP");
        assert!(peak <= -0.9, "{target}: {peak} dBTP");
        assert!(if matched.limited { lufs < target } else { (lufs - target).abs() < 0.3 }, "{target}: {lufs}");
    }
    assert!(match_loudness(&talk, -8.0, &bench.path("matched.wav")).unwrap().limited);
    let silent = bench.made(&["-f", "lavfi", "-i", "anullsrc=d=2"], "silent.wav");
    assert!(match_loudness(&silent, -20.0, &bench.path("no.wav")).unwrap_err().to_string().contains("silent.wav"));
}
