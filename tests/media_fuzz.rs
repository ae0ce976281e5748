//! Odd bytes thrown at everything that reads a file: no panic, no memory to speak of, always an end.
//!
//! The work is done in a child process that may not have more than a fixed amount of memory and finds no ffmpeg, so
//! that one greedy allocation ends it. `MOUTHPIECE_FUZZ_CASES` sets the number of cases (60 by default, for each kind
//! of file), `MOUTHPIECE_FUZZ_SEED` where they begin.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what fails here fails the test; counts are for the reader"
)]

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mouthpiece::media::frames_from;
use mouthpiece::media::player::Source;
use mouthpiece::media::probe::probe_without_tools;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::TempDir;

/// What the child may have beyond what it has at its start.
const ROOM: u64 = 192 << 20;
/// Samples that are decoded of a case at most.
const FRAMES: u64 = 100_000;

const SOUND: &[&str] = &["-f", "lavfi", "-i", "sine=440:r=44100:d=0.4"];
const PICTURE: &[&str] = &["-f", "lavfi", "-i", "testsrc=s=64x36:r=25:d=0.4"];
const FILM: &[&str] = &["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"];

/// A small real file of every container and of every codec that is decoded in process.
const SEEDS: &[(&str, &[&[&str]])] = &[
    ("film.mp4", &[PICTURE, SOUND, FILM]),
    ("fragments.mp4", &[PICTURE, SOUND, FILM, &["-g", "3", "-movflags", "frag_keyframe+empty_moov"]]),
    ("camera.mov", &[PICTURE, SOUND, &["-c:v", "mjpeg", "-c:a", "pcm_s24le"]]),
    ("mp3.mp4", &[SOUND, &["-c:a", "libmp3lame"]]),
    ("aac.m4a", &[SOUND, &["-c:a", "aac"]]),
    ("alac.m4a", &[SOUND, &["-c:a", "alac"]]),
    ("flac.mp4", &[SOUND, &["-c:a", "flac", "-strict", "-2"]]),
    ("plain.wav", &[SOUND, &["-metadata", "title=A title", "-metadata", "artist=Somebody"]]),
    ("adpcm.wav", &[SOUND, &["-c:a", "adpcm_ms"]]),
    ("ima.wav", &[SOUND, &["-c:a", "adpcm_ima_wav"]]),
    ("wide.wav", &[SOUND, &["-c:a", "pcm_s24le", "-ac", "6"]]),
    ("tagged.mp3", &[SOUND, &["-metadata", "title=A title", "-id3v2_version", "4"]]),
    ("bare.mp3", &[SOUND, &["-write_xing", "0", "-id3v2_version", "0"]]),
    ("stream.aac", &[SOUND, &["-c:a", "aac"]]),
    ("tagged.flac", &[SOUND, &["-metadata", "title=A title"]]),
    ("vorbis.ogg", &[SOUND, &["-c:a", "libvorbis", "-metadata", "title=A title"]]),
    ("opus.ogg", &[SOUND, &["-c:a", "libopus"]]),
    ("film.webm", &[PICTURE, SOUND, &["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"]]),
    ("film.avi", &[PICTURE, SOUND, &["-c:v", "mpeg4", "-c:a", "libmp3lame"]]),
    ("film.ts", &[PICTURE, SOUND, FILM]),
    ("sound.aiff", &[SOUND]),
];

/// One change to a file. Places are parts of its length.
#[derive(Debug, Clone)]
enum Change {
    Byte(u32, u8),
    /// A number of so many bytes, either end first.
    Number(u32, u64, u8, bool),
    Cut(u32),
    Remove(u32, u16),
    Repeat(u32, u16, u8),
    /// A piece of another file is put over this place.
    Splice(u32, prop::sample::Index, u32, u16),
}

fn numbers() -> impl Strategy<Value = u64> {
    let edges = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x00ff_ffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX >> 1, u64::MAX];
    prop_oneof![3 => prop::sample::select(edges.to_vec()), 1 => any::<u64>(), 1 => 0..4096_u64]
}

/// Headers are at the start, and indexes sometimes at the end: most changes go there.
fn places() -> impl Strategy<Value = u32> {
    prop_oneof![2 => any::<u32>(), 2 => 0..u32::MAX / 16, 1 => u32::MAX / 16 * 13..u32::MAX]
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        4 => (places(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        4 => (places(), numbers(), prop::sample::select(vec![2_u8, 3, 4, 8]), any::<bool>())
            .prop_map(|(at, number, width, little)| Change::Number(at, number, width, little)),
        1 => places().prop_map(Change::Cut),
        1 => (places(), any::<u16>()).prop_map(|(at, len)| Change::Remove(at, len)),
        1 => (places(), 0..512_u16, any::<u8>()).prop_map(|(at, len, times)| Change::Repeat(at, len, times % 32)),
        1 => (places(), any::<prop::sample::Index>(), any::<u32>(), 0..2048_u16)
            .prop_map(|(at, file, from, len)| Change::Splice(at, file, from, len)),
    ];
    prop::collection::vec(change, 0..6)
}

fn place(part: u32, len: usize) -> usize {
    usize::try_from((u64::from(part) * len as u64) >> 32).unwrap()
}

fn changed(file: &[u8], changes: &[Change], all: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for change in changes {
        let len = bytes.len();
        match change {
            Change::Byte(at, byte) if len > 0 => bytes[place(*at, len)] = *byte,
            Change::Number(at, number, width, is_little) => {
                let number = number.to_be_bytes();
                let mut number = number[8 - usize::from(*width)..].to_vec();
                if *is_little {
                    number.reverse();
                }
                bytes.iter_mut().skip(place(*at, len)).zip(number).for_each(|(to, from)| *to = from);
            }
            Change::Cut(at) => bytes.truncate(place(*at, len)),
            Change::Remove(at, count) => {
                let from = place(*at, len);
                bytes.drain(from..(from + usize::from(*count)).min(len));
            }
            Change::Repeat(at, count, times) => {
                let from = place(*at, len);
                let piece = bytes[from..(from + usize::from(*count)).min(len)].repeat(usize::from(*times));
                bytes.splice(from..from, piece);
            }
            Change::Splice(at, other, from, count) => {
                let other = other.get(all);
                let piece = other.iter().skip(place(*from, other.len())).take(usize::from(*count));
                bytes.iter_mut().skip(place(*at, len)).zip(piece).for_each(|(to, from)| *to = *from);
            }
            Change::Byte(..) => {}
        }
    }
    bytes
}

/// Everything that reads a file, from its start and from within.
fn read(path: &Path) {
    let (file, bytes) = (Source::File(path.to_owned()), Source::Bytes(fs::read(path).unwrap().into()));
    let facts = probe_without_tools(path);
    if let Ok(facts) = &facts {
        assert!(facts.duration_secs.is_none_or(|secs| secs.is_finite() && secs > 0.0), "{facts:?}");
    }
    let sentences = [
        facts.err(),
        frames_from(&file, 0.0, FRAMES).err(),
        frames_from(&file, 0.25, FRAMES).err(),
        frames_from(&bytes, 0.1, FRAMES).err(),
    ];
    for error in sentences.into_iter().flatten() {
        let words = error.to_string();
        assert!(words.ends_with('.') && !words.contains(path.parent().unwrap().to_str().unwrap()), "{words}");
    }
}

fn cases() -> u32 {
    std::env::var("MOUTHPIECE_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60)
}

/// Runs the test `name` of this file in a process with little memory and without ffmpeg, on the real files.
#[track_caller]
fn in_child(name: &str) {
    let dir = TempDir::new().unwrap();
    for (name, args) in SEEDS {
        let path = dir.path().join(name);
        let made =
            Command::new("ffmpeg").args(["-v", "error", "-nostdin", "-y"]).args(args.concat()).arg(&path).output();
        let made = made.unwrap();
        assert!(made.status.success(), "{name}: {}", String::from_utf8_lossy(&made.stderr));
    }
    let sounds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sounds/he-aac.aac");
    fs::copy(sounds, dir.path().join("he.aac")).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", name, "--nocapture"]).env("PATH", "").env("MOUTHPIECE_FUZZ_DIR", dir.path());
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    assert!(output.status.success(), "{}: {said}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("cases,"), "the child did its work: {said}");
}

/// The folder of the real files, in the child.
fn folder() -> Option<PathBuf> {
    std::env::var_os("MOUTHPIECE_FUZZ_DIR").map(PathBuf::from)
}

/// In kilobytes, as the system counts it.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|found| found.strip_prefix(line)).unwrap();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
}

/// From here on more memory than this can't be had, and asking for it ends the process.
fn limit() {
    let most = memory("VmSize:") * 1024 + ROOM;
    setrlimit(Resource::As, Rlimit { current: Some(most), maximum: Some(most) }).unwrap();
    assert_eq!(getrlimit(Resource::As).current, Some(most));
}

/// Panics of decoders, which are caught where they are called.
static CAUGHT: AtomicU64 = AtomicU64::new(0);

#[test]
fn changed_files_are_read_or_refused() {
    let Some(dir) = folder() else { return in_child("changed_files_are_read_or_refused") };
    let mut names: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let files: Vec<_> = names.iter().map(|name| fs::read(name).unwrap()).collect();
    let path = dir.join("case");
    let start = memory("VmHWM:");
    limit();
    std::panic::set_hook(Box::new(|_| _ = CAUGHT.fetch_add(1, Ordering::Relaxed)));
    let (count, slowest) = (Cell::new(0_u64), Cell::new((Duration::ZERO, 0)));
    let seed = std::env::var("MOUTHPIECE_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1_u64);
    for (index, file) in files.iter().enumerate() {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8] = u8::try_from(index).unwrap();
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let config = Config { cases: cases(), failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
        let name = names[index].file_name().unwrap().display().to_string();
        let outcome = TestRunner::new_with_rng(config, rng).run(&changes(), |changes| {
            let bytes = changed(file, &changes, &files);
            fs::write(&path, &bytes).unwrap();
            let begun = Instant::now();
            read(&path);
            count.set(count.get() + 1);
            slowest.set(slowest.get().max((begun.elapsed(), index)));
            Ok(())
        });
        if let Err(TestError::Fail(why, changes)) = outcome {
            panic!("{name}: {why} after {changes:?}");
        }
    }
    let grown = (memory("VmHWM:") - start) / 1024;
    let (count, caught, (slow, index)) = (count.get(), CAUGHT.load(Ordering::Relaxed), slowest.get());
    let name = names[index].file_name().unwrap().display();
    println!("{count} cases, {caught} panics of decoders caught, {grown} MB more memory, slowest {slow:?} ({name})");
}

#[test]
fn random_bytes_behind_every_start_are_read_or_refused() {
    let Some(dir) = folder() else { return in_child("random_bytes_behind_every_start_are_read_or_refused") };
    let starts: Vec<Vec<u8>> = [
        &b""[..],
        b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\x40\0moov",
        b"\0\0\0\x14ftypM4A \0\0\0\0isom\0\0\0\x08mdat",
        b"fLaC\x80\0\0\x22",
        b"OggS\0\x02",
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x02\0\x80\xbb\0\0",
        b"ID3\x04\0\0\0\0\0\x10",
        b"\xff\xfb\x90\0",
        b"\xff\xf1\x50\x80",
        b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01webm",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    let path = dir.join("case");
    limit();
    std::panic::set_hook(Box::new(|_| _ = CAUGHT.fetch_add(1, Ordering::Relaxed)));
    let count = Cell::new(0_u64);
    let strategy = (prop::sample::select(starts), prop::collection::vec(any::<u8>(), 0..6000));
    let config = Config { cases: cases() * 4, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)).run(
        &strategy,
        |(start, rest)| {
            fs::write(&path, [start, rest].concat()).unwrap();
            read(&path);
            count.set(count.get() + 1);
            Ok(())
        },
    );
    outcome.unwrap();
    println!("{} cases, {} panics of decoders caught", count.get(), CAUGHT.load(Ordering::Relaxed));
}

/// A box of an MP4.
fn a_box(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], &kind, body].concat()
}

/// Replaces what follows the first `mark` by `bytes`.
fn patched(file: &[u8], mark: &[u8], skip: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let at = file.windows(mark.len()).position(|found| found == mark).unwrap() + mark.len() + skip;
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

/// Sounds whose tables promise packets that are not there: the work of days, were they believed.
fn endless(sound: &[u8]) -> Vec<(&'static str, Vec<u8>, bool)> {
    let most = [0xff; 4];
    let chunks = patched(sound, b"stsc", 12, &most);
    let (late, many) = (patched(&chunks, b"elst", 12, &[0x77; 4]), patched(&chunks, b"stts", 8, &most));
    let stacked = patched(&many, b"stsz", 4, &[0, 0, 0, 9]);
    vec![
        ("an MP4 that begins behind its durations", late, false),
        ("an MP4 with packets behind its sizes", many, true),
        ("an MP4 with more packets than it has bytes", stacked, false),
    ]
}

/// Lengths that symphonia would have asked that much memory for, each in a file that is whole otherwise.
fn bombs(dir: &Path) -> Vec<(&'static str, Vec<u8>, bool)> {
    let real = |name: &str| fs::read(dir.join(name)).unwrap();
    let (wav, mp3, flac, ogg, film) =
        (real("plain.wav"), real("bare.mp3"), real("tagged.flac"), real("vorbis.ogg"), real("film.mp4"));
    let frame = b"ID3\x04\0\0\x7f\x7f\x7f\x7fTIT2\xff\xff\xff\xff\0\0".to_vec();
    let short_tag = b"ID3\x03\0\0\0\0\0\x15TIT2\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    let vendor = flac.windows(4).position(|four| four == b"Lavf").unwrap() - 4;
    let mut comment = flac.clone();
    comment[vendor..vendor + 4].fill(0xff);
    let name = a_box(*b"\xa9nam", &[&b"\x7f\xff\xff\xffdata"[..], &[0; 20]].concat());
    let meta = a_box(*b"meta", &[&[0; 4][..], &a_box(*b"hdlr", &[0; 25]), &a_box(*b"ilst", &name)].concat());
    vec![
        ("a WAV that claims four gigabytes", patched(&wav, b"data", 0, &[0xff; 4]), true),
        ("a WAV with a title of four gigabytes", patched(&wav, b"INFO", 4, &[0xff; 4]), true),
        ("a WAV whose format is four gigabytes", patched(&wav, b"fmt ", 0, &[0xff; 4]), false),
        ("an ID3 tag that is longer than the file", [frame, mp3.clone()].concat(), false),
        ("an ID3 frame of four gigabytes", [short_tag, mp3].concat(), true),
        ("a FLAC with a comment of four gigabytes", comment, true),
        ("an Ogg with a comment of four gigabytes", patched(&ogg, b"\x03vorbis", 0, &[0xff; 4]), true),
        ("a Vorbis book of sixteen gigabytes", patched(&ogg, b"BCV", 0, &[0xff; 6]), false),
        ("an MP4 with four billion packets", patched(&film, b"stsz", 4, &[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), false),
        ("an MP4 with a packet of four gigabytes", patched(&film, b"stsz", 4, &[0xff; 4]), true),
        ("an MP4 with a title of two gigabytes", [film, meta].concat(), false),
    ]
}

#[test]
fn lengths_that_can_not_be_true_cost_nothing() {
    let Some(dir) = folder() else { return in_child("lengths_that_can_not_be_true_cost_nothing") };
    let bombs = [bombs(&dir), endless(&fs::read(dir.join("aac.m4a")).unwrap())].concat();
    limit();
    for (what, bytes, is_heard) in &bombs {
        let path = dir.join("case");
        fs::write(&path, bytes).unwrap();
        read(&path);
        let heard = frames_from(&Source::File(path), 0.0, FRAMES);
        assert_eq!(heard.as_ref().is_ok_and(|frames| *frames > 10_000), *is_heard, "{what}: {heard:?}");
        assert!(heard.is_ok_and(|frames| frames < 30_000) || !is_heard, "{what} is longer than it was");
    }
    println!("{} cases, none of which got its memory", bombs.len());
}
