//! How a track ends, and that it does not when it should not.

use super::*;

#[test]
fn a_pause_at_the_very_end_is_the_end_and_no_lost_device() {
    let mut bench = Bench::listening();
    bench.player.play(track("a", 3));
    bench.until("playing", |now| now.is_playing && now.position_secs > 0.01);
    // A device that takes everything long before it is heard.
    let start = Instant::now();
    while bench.player.loaded.as_ref().unwrap().feed.as_ref().is_some_and(|feed| !feed.is_let_go()) {
        assert!(start.elapsed() < Duration::from_secs(30));
        let out = bench.heard.as_mut().unwrap();
        out.fill(&mut [0.0; 80], Duration::from_millis(300));
        std::thread::yield_now();
    }
    bench.player.toggle();
    let feed = bench.player.loaded.as_mut().unwrap().feed.as_mut().unwrap();
    assert!(!feed.is_stalled(Instant::now() + Duration::from_hours(1)), "it only has no more to ask for");
    while bench.player.loaded.as_ref().unwrap().feed.is_some() {
        assert!(start.elapsed() < Duration::from_secs(30), "the end is taken");
        bench.player.poll();
        bench.wakes.recv_timeout(Duration::from_millis(5)).ok();
    }
    assert!(!bench.now().is_playing && !bench.now().device_missing && !bench.player.take_loss());
    assert_eq!(bench.player.progress("a"), Some(1.0));
    bench.player.toggle();
    assert!(bench.now().is_playing && bench.now().position_secs < 0.1, "plays from the start");
}

#[test]
fn a_download_that_ends_early_is_known_as_cut_off() {
    let mut bench = Bench::silent();
    let (filling, growing) = crate::media::Growing::new(None);
    bench.player.play(Track { source: Source::Stream(growing), ..track("a", 1) });
    assert!(!bench.player.is_cut_off());
    drop(filling);
    assert!(bench.player.is_cut_off());
    bench.player.play(track("b", 1));
    assert!(!bench.player.is_cut_off());
}

#[test]
fn the_devices_thread_frees_nothing() {
    let (mixer, mut out) = mixer(Shape { rate: 8_000, channels: 1 });
    let pipe = Arc::new(pipe::Pipe::new(mixer.shape(), 1, 1.0, false));
    let held = Arc::downgrade(&pipe);
    pipe.write(&[0.5; 10]);
    pipe.finish();
    mixer.add(pipe.clone());
    // Who decoded it does not wait for the device.
    drop(pipe);
    out.fill(&mut [0.0; 80], Duration::ZERO);
    let pipe = held.upgrade().expect("kept for somebody else to free");
    assert!(pipe.left.load(std::sync::atomic::Ordering::Relaxed));
    drop(pipe);
    mixer.sweep();
    assert!(held.upgrade().is_none());
}

#[test]
fn a_loop_that_can_not_go_on_ends_what_the_device_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let Source::Bytes(bytes) = track("a", 20).source else { panic!("bytes") };
    std::fs::write(&path, bytes).unwrap();
    let mut bench = Bench::listening();
    let source = Source::File(path.clone());
    bench.player.play_part(Track { source, ..track("a", 1) }, Part::new(0.2, 1.8), true);
    bench.until("playing", |now| now.is_playing && now.position_secs > 0.3);
    std::fs::remove_file(&path).unwrap();
    bench.until("failed", |now| now.error.is_some());
    let start = Instant::now();
    while bench.heard.as_ref().unwrap().voices() > 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "it fades out for good");
        bench.listen(80);
    }
}
