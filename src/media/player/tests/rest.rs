//! A player at rest, or one that only plays, leaves the window alone.

use super::*;

#[test]
fn playing_does_not_keep_waking_the_window() {
    let mut bench = Bench::silent();
    bench.player.play(track("a", 600));
    bench.until("playing", |now| now.is_playing && now.peaks.is_some());
    // The waveform wakes it while it grows and once at its end. After that there is nothing to tell.
    let is_quiet = |bench: &mut Bench| {
        while bench.wakes.recv_timeout(Duration::from_millis(50)).is_ok() {}
        for _ in 0..300 {
            bench.player.poll();
        }
        bench.wakes.recv_timeout(Duration::from_millis(50)) == Err(mpsc::RecvTimeoutError::Timeout)
    };
    assert!((0..20).any(|_| is_quiet(&mut bench)), "it wakes the window for ever");
}
