//! The page of a finished run: its keys, and where the focus is.

use egui::{Key, Modifiers};

use crate::common::Bench;
use crate::page::{press_lip_sync, saved, with_audio};

/// A finished run.
fn finished(bench: &mut Bench) {
    press_lip_sync(bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    bench.wait("Lip sync finished");
    bench.wait_part("Before teaser.mp4");
}

/// What was left in the strip is not what the page is about.
#[test]
fn space_plays_the_result_and_x_switches_it_while_another_sound_is_in_the_strip() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = with_audio(made.path(), 3.0);
    bench.click("Play the audio");
    bench.until("it is heard", |bench| bench.session().player.now().is_some_and(|now| now.is_playing));
    bench.click("Pause the audio");
    finished(&mut bench);
    assert!(bench.has("Close the player"), "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::X);
    bench.frames(2);
    let heard = |bench: &Bench| bench.session().player.now().and_then(|now| Some(now.compared?.second_heard));
    assert_eq!(heard(&bench), None, "nothing plays yet");
    bench.key(Modifiers::NONE, Key::Space);
    bench.until("the target is heard", |bench| heard(bench) == Some(false));
    assert!(!bench.has("Close the player"), "the page has the controls");
    bench.key(Modifiers::NONE, Key::X);
    bench.until("the result is heard", |bench| heard(bench) == Some(true));
}
