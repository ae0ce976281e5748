//! Recording from a microphone: through a sound server of the test's own, and on the page with sound fed by hand.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "common/pulse.rs"]
mod pulse;

use std::process::Command;

use pulse::Pulse;

#[test]
fn the_rig_hears_what_is_played() {
    let pulse = Pulse::start();
    let tone = pulse.dir().join("tone.wav");
    let made = ["-v", "error", "-f", "lavfi", "-i", "sine=440:d=1:sample_rate=48000"];
    assert!(Command::new("ffmpeg").args(made).arg(&tone).status().unwrap().success());
    let heard = pulse.listen(&pulse.dir().join("heard.raw"));
    pulse::until("it listens", || heard.recorded_secs() > 0.1);
    pulse.play(&tone).finish();
    let samples = heard.samples();
    let loud = samples.iter().filter(|sample| sample.abs() > 0.05).count();
    assert!(loud > 30_000, "only {loud} of {} samples are loud", samples.len());
}
