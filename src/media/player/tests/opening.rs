//! What is opened to be played is opened once.

use super::*;

/// A file with a track of ten seconds in it.
fn file(folder: &tempfile::TempDir) -> std::path::PathBuf {
    let Source::Bytes(bytes) = track("a", 100).source else { panic!("bytes") };
    let path = folder.path().join("a.wav");
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Waits until it is open, without any feed being started.
fn open(bench: &mut Bench) {
    let start = Instant::now();
    while bench.player.loaded.as_ref().unwrap().is_opening() {
        assert!(start.elapsed() < Duration::from_secs(30));
        bench.player.loaded.as_mut().unwrap().take_in();
        bench.wakes.recv_timeout(Duration::from_millis(5)).ok();
    }
}

#[test]
fn the_first_sound_comes_from_what_was_opened_for_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let mut bench = Bench::listening();
    let source = Source::File(path.clone());
    bench.player.play_part(Track { source, ..track("a", 1) }, Part::new(4.0, 8.0), false);
    open(&mut bench);
    // Opened again it would not be found.
    std::fs::remove_file(&path).unwrap();
    bench.until("playing", |now| now.error.is_some() || now.position_secs > 4.2);
    assert!(bench.now().error.is_none(), "{:?}", bench.now().error);
    let sample = f64::from(bench.listen(1)[0]);
    // A ramp over ten seconds.
    let place = bench.now().position_secs / 10.0 * 0.5;
    assert!((sample - place).abs() < 0.005, "{sample} at {place}");
}

#[test]
fn what_was_opened_is_let_go_when_it_is_not_heard() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::listening();
    let source = Source::File(file(&folder));
    bench.player.play(Track { source, ..track("a", 1) });
    open(&mut bench);
    assert!(bench.player.loaded.as_ref().unwrap().first.is_open());
    bench.player.toggle();
    assert!(!bench.player.loaded.as_ref().unwrap().first.is_open(), "paused");
    bench.player.toggle();
    bench.until("playing", |now| now.is_playing && now.position_secs > 0.01);
    bench.player.seek(5.0);
    bench.until("there", |now| now.position_secs > 5.01);
    assert!(bench.now().error.is_none());
}
