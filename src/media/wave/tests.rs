//! Tests of asking, sharing, keeping and stopping, with small files made on the spot.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, SystemTime};

use super::kept::{Content, Kept};
use super::*;
use crate::media::Growing;
use crate::runtime::Runtime;

/// A second at `loud`, then `secs - 1` at half of it.
fn tone(path: &Path, secs: u32, loud: i16) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for index in 0..secs * 8_000 {
        let loud = if index < 8_000 { loud } else { loud / 2 };
        file.write_sample(if index % 2 == 0 { loud } else { -loud }).unwrap();
    }
    file.finalize().unwrap();
}

/// As if it had been written an hour ago.
fn settle(path: &Path) {
    let past = SystemTime::now() - Duration::from_hours(1);
    fs::File::options().write(true).open(path).unwrap().set_modified(past).unwrap();
}

struct Rig {
    runtime: Runtime,
    wakes: Receiver<()>,
    folder: tempfile::TempDir,
}

impl Rig {
    fn new() -> Self {
        let (woken, wakes) = mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        Self { runtime, wakes, folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn cache(&self) -> PathBuf {
        self.path("cache")
    }

    fn ask(&self, path: &Path) -> Reading {
        read(&self.runtime.handle(), Source::File(path.to_owned()), Some(self.cache()))
    }

    fn until_done(&self, reading: &Reading) -> Result<Wave, Error> {
        loop {
            if let Some(error) = reading.error() {
                return Err(error);
            }
            if reading.wave().is_done() {
                return Ok(reading.wave());
            }
            self.wakes.recv_timeout(Duration::from_secs(30)).expect("the end wakes the window");
        }
    }

    fn read(&self, path: &Path) -> Wave {
        self.until_done(&self.ask(path)).unwrap()
    }

    /// Files of one kind in the folder, once there are `count`: they are written after the waveform is shown.
    fn kept(&self, ending: &str, count: usize) -> Vec<PathBuf> {
        loop {
            let entries = fs::read_dir(self.cache().join("waves")).into_iter().flatten().flatten();
            let of_kind =
                entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == ending));
            let found: Vec<_> = of_kind.collect();
            if found.len() == count {
                return found;
            }
            assert!(found.len() < count, "{found:?}");
            std::thread::yield_now();
        }
    }
}

/// A waveform no file of these tests has: whoever gets it has not decoded.
fn marked(secs: f64) -> Wave {
    let mut levels = Levels::default();
    (0..100).for_each(|_| levels.push(0.123));
    Wave::from(Inner { levels, read_secs: secs, is_done: true, ..Inner::default() })
}

fn is_marked(wave: &Wave) -> bool {
    (wave.whole(1)[0] - 0.123).abs() < 0.002
}

/// Puts the mark in the place of a file's own waveform.
fn mark(rig: &Rig, path: &Path) {
    Kept::new(&rig.cache()).keep(&mut Content::new(path), &marked(1.0), &|| true);
}

#[test]
fn a_waveform_is_what_the_file_holds() {
    let rig = Rig::new();
    let path = rig.path("tone.wav");
    tone(&path, 4, 16_384);
    let reading = rig.ask(&path);
    let wave = rig.until_done(&reading).unwrap();
    assert_eq!(wave.duration_secs(), Some(4.0));
    for (bar, expected) in wave.whole(4).into_iter().zip([0.5, 0.25, 0.25, 0.25]) {
        assert!((bar - expected).abs() < 0.003, "{bar} for {expected}");
    }
    assert_eq!(reading.progress(), Some(1.0));
    assert!(wave.is_same(&reading.wave()));
}

#[test]
fn what_was_read_once_is_not_read_again() {
    let rig = Rig::new();
    let (path, copy) = (rig.path("a.wav"), rig.path("copy.wav"));
    tone(&path, 1, 20_000);
    settle(&path);
    assert!(!is_marked(&rig.read(&path)));
    rig.kept("wave", 1);
    rig.kept("file", 1);
    mark(&rig, &path);
    assert!(is_marked(&rig.read(&path)), "by its stamp");
    fs::copy(&path, &copy).unwrap();
    assert!(is_marked(&rig.read(&copy)), "by its content");
}

#[test]
fn a_file_edited_in_place_is_another_even_with_the_same_size_and_time() {
    let rig = Rig::new();
    let path = rig.path("a.wav");
    tone(&path, 1, 20_000);
    settle(&path);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    mark(&rig, &path);
    assert!(is_marked(&rig.read(&path)));
    tone(&path, 1, 10_000);
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    let wave = rig.read(&path);
    assert!((wave.whole(1)[0] - 0.305).abs() < 0.003, "{:?}", wave.whole(1));
    rig.kept("wave", 2);
}

#[test]
fn a_damaged_or_foreign_file_in_the_cache_is_ignored_and_written_anew() {
    let rig = Rig::new();
    let path = rig.path("a.wav");
    tone(&path, 1, 20_000);
    settle(&path);
    rig.read(&path);
    let kept = rig.kept("wave", 1).remove(0);
    let whole = fs::read(&kept).unwrap();
    let mut flipped = whole.clone();
    flipped[60] ^= 1;
    let mut older = whole.clone();
    older[7] = b'0';
    for bad in [&b"not ours"[..], &[], &whole[..whole.len() - 1], &flipped, &older, &vec![0; 20 << 20]] {
        fs::write(&kept, bad).unwrap();
        let wave = rig.read(&path);
        assert!((wave.whole(1)[0] - 0.61).abs() < 0.005);
        while fs::read(&kept).unwrap() != whole {
            std::thread::yield_now();
        }
    }
    // Another file's waveform under this name is not this one's either.
    let other = rig.path("b.wav");
    tone(&other, 1, 5_000);
    rig.read(&other);
    let both = rig.kept("wave", 2);
    let others = both.iter().find(|it| **it != kept).unwrap();
    fs::copy(others, &kept).unwrap();
    assert!((rig.read(&path).whole(1)[0] - 0.61).abs() < 0.005);
}

#[test]
fn the_folder_keeps_to_its_size_and_the_oldest_go_first() {
    let rig = Rig::new();
    let kept = Kept::bounded(&rig.cache(), 40 << 10);
    let hours = |age: u64| SystemTime::now() - Duration::from_hours(age);
    let abandoned = rig.cache().join("waves/half-written");
    let mut names = Vec::new();
    for index in 0..12 {
        let path = rig.path(&format!("{index}.wav"));
        tone(&path, 1, 1_000 + index);
        let before = rig.cache_files();
        kept.keep(&mut Content::new(&path), &marked(1.0), &|| true);
        // The first ones have been there longest; but the very first was used just now.
        for new in rig.cache_files().into_iter().filter(|it| !before.contains(it)) {
            let age = if index == 0 { 0 } else { 100 - u64::try_from(index).unwrap() };
            fs::File::options().write(true).open(&new).unwrap().set_modified(hours(age)).unwrap();
            names.push(new);
        }
        if index == 0 {
            fs::write(&abandoned, b"half").unwrap();
            fs::File::options().write(true).open(&abandoned).unwrap().set_modified(hours(2)).unwrap();
        }
    }
    let left = rig.cache_files();
    assert!(left.len() <= 10 && left.len() >= 6, "{} of 10 clusters", left.len());
    assert!(left.contains(&names[0]) && !left.contains(&names[1]) && left.contains(names.last().unwrap()));
    assert!(!abandoned.exists());
}

#[test]
fn both_kinds_of_files_count_as_used_when_they_are() {
    let rig = Rig::new();
    let path = rig.path("a.wav");
    tone(&path, 1, 1_000);
    settle(&path);
    let kept = Kept::new(&rig.cache());
    kept.keep(&mut Content::new(&path), &marked(1.0), &|| true);
    let files = rig.cache_files();
    assert_eq!(files.len(), 2, "a waveform and a stamp: {files:?}");
    for file in &files {
        settle(file);
    }
    assert!(kept.known(&path).is_some());
    for file in files {
        let age = fs::metadata(&file).unwrap().modified().unwrap().elapsed().unwrap_or_default();
        assert!(age < Duration::from_mins(30), "{}", file.display());
    }
}

impl Rig {
    fn cache_files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.cache().join("waves")).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }
}

#[test]
fn a_file_without_sound_says_so_and_is_not_kept() {
    let rig = Rig::new();
    let path = rig.path("notes.txt");
    fs::write(&path, "no sound here").unwrap();
    let error = rig.until_done(&rig.ask(&path)).unwrap_err();
    assert_eq!(error.to_string(), "notes.txt is not video or audio. Drop a video or audio file.");
    let gone = rig.until_done(&rig.ask(&rig.path("gone.wav"))).unwrap_err();
    assert!(gone.to_string().contains("gone.wav"), "{gone}");
    assert!(rig.cache_files().is_empty());
}

#[test]
fn who_asks_for_a_file_that_is_being_read_shares_the_reading_and_the_last_to_leave_stops_it() {
    let rig = Rig::new();
    let path = rig.path("long.wav");
    tone(&path, 1_800, 9_000);
    let (first, second) = (rig.ask(&path), rig.ask(&path));
    assert!(Arc::ptr_eq(&first.shared, &second.shared));
    let shared = Arc::downgrade(&first.shared);
    drop(first);
    assert!(shared.strong_count() > 0);
    drop(second);
    // The reader holds it for moments only.
    while shared.strong_count() > 0 {
        std::thread::yield_now();
    }
    assert!(rig.cache_files().is_empty(), "what was stopped is not kept");
    // Nothing of it is in the way of the next.
    assert_eq!(rig.read(&path).duration_secs(), Some(1_800.0));
}

#[test]
fn what_arrives_slowly_is_shown_as_far_as_it_is_there() {
    let rig = Rig::new();
    let path = rig.path("slow.wav");
    tone(&path, 60, 16_384);
    let bytes = fs::read(&path).unwrap();
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    let (filling, growing) = Growing::new(Some(bytes.len() as u64));
    filling.add(first);
    let reading = read(&rig.runtime.handle(), Source::Stream(growing), None);
    while reading.wave().read_secs() <= 0.0 {
        rig.wakes.recv_timeout(Duration::from_secs(30)).expect("what is there wakes the window");
    }
    let wave = reading.wave();
    assert!(!wave.is_done() && (wave.duration_secs().unwrap() - 60.0).abs() < 0.01, "{wave:?}");
    assert!(reading.progress().unwrap() < 0.6);
    let bars = wave.whole(600);
    assert!((bars[0] - 0.5).abs() < 0.003 && bars[400..].iter().all(|bar| *bar <= 0.0));
    filling.add(rest);
    filling.finish();
    let wave = rig.until_done(&reading).unwrap();
    assert_eq!(wave.duration_secs(), Some(60.0));
    assert!((wave.whole(60)[59] - 0.25).abs() < 0.003);
}

#[test]
fn a_long_file_grows_under_the_eyes() {
    let rig = Rig::new();
    let path = rig.path("long.wav");
    tone(&path, 3_600, 9_000);
    let mut seen: Vec<f64> = Vec::new();
    let wave = scan(&Source::File(path), None, &mut |growth| {
        if seen.last().is_none_or(|last| growth.read_secs() > last + 600.0) {
            let wave = growth.wave();
            assert_eq!((wave.duration_secs(), wave.is_done()), (Some(3_600.0), false));
            let bars = wave.whole(36);
            let there = bars.iter().take_while(|bar| **bar > 0.0).count();
            assert!((growth.read_secs() / 100.0 - f64::from(u8::try_from(there).unwrap())).abs() <= 1.0);
            seen.push(growth.read_secs());
        }
        true
    });
    assert_eq!(seen.len(), 6, "{seen:?}");
    assert_eq!(wave.unwrap().duration_secs(), Some(3_600.0));
}

#[test]
fn many_files_are_read_two_at_a_time_and_all_of_them() {
    let rig = Rig::new();
    let paths: Vec<_> = (0..8).map(|index| rig.path(&format!("{index}.wav"))).collect();
    for (path, loud) in paths.iter().zip(1..) {
        tone(path, 30, loud * 1_000);
    }
    let readings: Vec<_> = paths.iter().map(|path| rig.ask(path)).collect();
    for (reading, loud) in readings.iter().zip([1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]) {
        let bar = rig.until_done(reading).unwrap().whole(1)[0];
        assert!((bar - loud * 1_000.0 / 32_768.0).abs() < 0.003, "{bar}");
    }
}

#[test]
fn silence_is_not_read() {
    let rig = Rig::new();
    let day = read(&rig.runtime.handle(), Source::Silence { secs: 86_400.0 }, None);
    let wave = rig.until_done(&day).unwrap();
    assert_eq!((wave.duration_secs(), wave.whole(3)), (Some(86_400.0), vec![0.0; 3]));
    assert_eq!(Wave::silent(f64::NAN).duration_secs(), Some(0.0));
}
