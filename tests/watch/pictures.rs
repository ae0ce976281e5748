//! Pictures as they come out of ffmpeg, without a window.

use std::path::Path;
use std::time::{Duration, Instant};

use mouthpiece::media::probe::probe;
use mouthpiece::media::video::{Film, Playback, Thumbs};
use mouthpiece::runtime::Runtime;

use crate::clips;
use crate::common::media::run;

const PATIENCE: Duration = Duration::from_secs(50);

pub fn film(path: &Path) -> Film {
    Film::new(path, &probe(path).unwrap()).unwrap()
}

/// Waits until the picture for a time is shown; its size and the number it carries.
fn shown_at(playback: &mut Playback, secs: f64) -> ((u32, u32), u64) {
    let since = Instant::now();
    let mut seen = None;
    let mut is_there = false;
    while !(seen.is_some() && is_there) {
        is_there = playback.holds(secs);
        playback.show(secs, |picture| {
            let number = clips::number(picture.width, picture.height, picture.rgba);
            seen = Some(((picture.width, picture.height), number));
        });
        assert!(playback.error().is_none(), "{:?}", playback.error());
        assert!(since.elapsed() < PATIENCE, "no picture for {secs}");
        std::thread::yield_now();
    }
    seen.unwrap()
}

#[test]
fn each_picture_is_the_one_of_its_time_whatever_the_rate_container_and_place() {
    let made = tempfile::tempdir().unwrap();
    let runtime = Runtime::new(|| {}).unwrap();
    for (rate, name) in
        [("24", "a.mp4"), ("25", "b.mov"), ("30000/1001", "c.mp4"), ("30", "d.mp4"), ("60", "e.mp4"), ("12", "f.mp4")]
    {
        let clip = clips::numbered(made.path(), name, rate, 4.0);
        // In Matroska the pictures of a clip with AAC begin a little after 0, so that one goes without.
        let (alone, clip) = (made.path().join("alone.mkv"), clip.to_str().unwrap());
        run("ffmpeg", &["-v", "error", "-y", "-i", clip, "-an", "-c", "copy", alone.to_str().unwrap()]);
        let film = film(if name == "d.mp4" { &alone } else { Path::new(clip) });
        for from in [0, 1, 37, 41] {
            let mut playback = Playback::start(&runtime.handle(), &film, film.begins(from), [320, 240], false);
            for number in from..from + 4 {
                let at = film.begins(number) + 0.3 / film.fps;
                assert_eq!(shown_at(&mut playback, at).1, number, "{name} from {from}");
            }
            // Of a slow one, decoded at twice its rate, each second picture may be passed here.
            assert!(rate == "12" || playback.counts().dropped == 0, "{name}");
        }
    }
}

/// The same film as a telephone held upright writes it: turned by a matrix in the header of its pictures.
fn turn(from: &Path, to: &Path) {
    let mut bytes = std::fs::read(from).unwrap();
    let header = bytes.windows(4).position(|four| four == b"tkhd").unwrap() + 4 + 40;
    let matrix = [0_i32, 0x1_0000, 0, -0x1_0000, 0, 0, 0, 0, 0x4000_0000];
    for (index, value) in matrix.iter().enumerate() {
        bytes[header + index * 4..][..4].copy_from_slice(&value.to_be_bytes());
    }
    std::fs::write(to, bytes).unwrap();
}

#[test]
fn pictures_stand_upright_with_square_pixels_and_fit() {
    let made = tempfile::tempdir().unwrap();
    let runtime = Runtime::new(|| {}).unwrap();
    let plain = clips::numbered(made.path(), "plain.mp4", "25", 1.0);
    let turned = made.path().join("turned.mp4");
    turn(&plain, &turned);
    let from = plain.to_str().unwrap();
    let wide = made.path().join("wide.mp4");
    run("ffmpeg", &["-v", "error", "-y", "-i", from, "-c", "copy", "-aspect", "8:3", wide.to_str().unwrap()]);
    for (path, fit, size) in [
        (&plain, [640, 640], (320, 240)),
        (&plain, [160, 160], (160, 120)),
        (&turned, [640, 640], (240, 320)),
        (&turned, [160, 160], (120, 160)),
        (&wide, [1280, 720], (640, 240)),
    ] {
        let film = film(path);
        let mut playback = Playback::start(&runtime.handle(), &film, 0.0, fit, false);
        assert_eq!(shown_at(&mut playback, 0.0).0, size, "{} in {fit:?}", path.display());
    }
}

#[test]
fn the_last_picture_stays_and_what_is_no_video_says_so() {
    let made = tempfile::tempdir().unwrap();
    let runtime = Runtime::new(|| {}).unwrap();
    let plain = clips::numbered(made.path(), "plain.mp4", "25", 2.0);
    let mut film = film(&plain);
    // Sound can go on after the last picture: what the header claims is no promise.
    film.secs = Some(9.0);
    let mut playback = Playback::start(&runtime.handle(), &film, 8.0, [320, 240], false);
    let (_, number) = shown_at(&mut playback, 8.5);
    assert!((0..50).contains(&number), "{number}");

    std::fs::write(&plain, "no video any more").unwrap();
    let mut playback = Playback::start(&runtime.handle(), &film, 0.0, [320, 240], false);
    let since = Instant::now();
    while playback.error().is_none() && since.elapsed() < PATIENCE {
        std::thread::yield_now();
    }
    assert!(playback.error().unwrap().to_string().contains("plain.mp4"));
    assert!(playback.is_ready(), "nobody waits for it");
}

#[test]
fn what_waits_is_bounded_and_what_is_passed_counts_as_dropped() {
    let made = tempfile::tempdir().unwrap();
    let runtime = Runtime::new(|| {}).unwrap();
    let film = film(&clips::numbered(made.path(), "plain.mp4", "25", 8.0));
    let mut playback = Playback::start(&runtime.handle(), &film, 0.0, [320, 240], false);
    shown_at(&mut playback, 0.0);
    let since = Instant::now();
    // The ring fills up and no further.
    while !playback.holds(0.8) {
        assert!(since.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
    assert!(playback.lag(1.2) > 0.0, "it does not run away from the clock");
    assert_eq!(shown_at(&mut playback, 0.4).1, 10);
    assert_eq!((playback.counts().shown, playback.counts().dropped), (2, 9));
    playback.skip_to(0.8);
    assert_eq!(shown_at(&mut playback, 0.8).1, 20);
    assert_eq!(playback.counts().dropped, 9, "a jump drops nothing");
    assert!(playback.is_past(0.4) > 0.3 && playback.is_past(0.8) <= 0.0);
}

#[test]
fn thumbnails_come_from_all_over_the_length() {
    let made = tempfile::tempdir().unwrap();
    let runtime = Runtime::new(|| {}).unwrap();
    let film = film(&clips::numbered(made.path(), "plain.mp4", "25", 8.0));
    // The second one poses as a film so large that it is not decoded whole.
    let large = Film { width: 40_000, height: 40_000, ..film.clone() };
    for (film, near) in [(film, 2), (large, 40)] {
        let mut thumbs = Thumbs::start(&runtime.handle(), &film, 8, [160, 160]);
        let (since, mut found) = (Instant::now(), Vec::new());
        while found.len() < thumbs.count() {
            found.extend(thumbs.take());
            assert!(since.elapsed() < PATIENCE, "{} thumbnails", found.len());
            std::thread::yield_now();
        }
        for (index, frame) in found {
            assert_eq!((frame.width, frame.height), (160, 120));
            let number = clips::number(frame.width, frame.height, &frame.rgba);
            let middle = u64::try_from(index).unwrap() * 25 + 12;
            assert!(number.abs_diff(middle) <= near, "{number} at {index}");
        }
    }
}
