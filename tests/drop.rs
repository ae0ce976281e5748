//! Files dropped on the window, or named on the command line: the question what they are for, by mouse and by keys.

mod common;

use std::rc::Rc;

use common::{Setup, media};
use egui::{Key, Modifiers};
use mouthpiece::panels::Page;

#[test]
fn a_sound_file_cannot_be_a_target_and_the_box_says_why() {
    let made = tempfile::tempdir().unwrap();
    let sound = media::speech(made.path(), "voice.wav");
    let mut bench = common::app();
    bench.drop_file(&sound);
    bench.wait_part("mono");
    assert!(bench.is_off("Lip-sync target"), "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::Num2);
    assert!(bench.has("Audio track"), "the question still stands");
    bench.key(Modifiers::NONE, Key::Num3);
    bench.until("it is the voice of the lip sync", |bench| bench.session().store.flow.audio.is_some());
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}

#[test]
fn a_silent_video_cannot_be_a_source() {
    let made = tempfile::tempdir().unwrap();
    let video = media::silent_video(made.path(), "quiet.mp4", 1.0);
    let mut bench = common::app();
    bench.drop_file(&video);
    bench.wait_part("320 × 240");
    assert!(bench.is_off("Clone a voice") && bench.is_off("Audio track"));
    bench.click("Lip-sync target");
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
}

#[test]
fn what_is_no_media_is_refused_with_its_name_and_a_way_out() {
    let made = tempfile::tempdir().unwrap();
    let notes = made.path().join("notes.pages");
    std::fs::write(&notes, "Dear diary").unwrap();
    let mut bench = common::app();
    bench.drop_file(&notes);
    bench.wait_part("notes.pages is not video or audio");
    assert!(bench.is_off("Clone a voice") && bench.is_off("Lip-sync target") && bench.is_off("Audio track"));
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(!bench.has_part("notes.pages"));
    let folder = made.path().to_owned();
    bench.drop_file(&folder);
    bench.until("a folder is refused too", |bench| bench.is_off("Clone a voice"));
    bench.click("Cancel");
    assert!(!bench.has("Lip-sync target"));
}

#[test]
fn the_keys_of_the_question_reach_nothing_behind_it() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num5);
    let before = bench.session().store.flow.lip_sync.clone();
    bench.drop_file(&video);
    bench.wait_part("320 × 240");
    let flow = bench.session().store.flow.id.clone();
    for key in [Key::Enter, Key::N, Key::O, Key::Num1] {
        bench.key(Modifiers::COMMAND, key);
    }
    assert_eq!((bench.harness.state().page(), &bench.session().store.flow.id), (Page::LipSync, &flow));
    bench.key(Modifiers::NONE, Key::Num2);
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert_eq!(bench.session().store.flow.lip_sync, before, "2 is also a key of the page behind");
}

#[test]
fn files_of_the_command_line_are_offered_like_dropped_ones_and_found_again_after_a_restart() {
    let dir = Rc::new(tempfile::tempdir().unwrap());
    let video = media::talking_head(dir.path(), "talk.mp4", 6.0);
    let other = media::speech(dir.path(), "other.wav");
    let open = vec![video.clone(), other];
    let mut bench = Setup { open, dir: Some(dir), ..Setup::default() }.app();
    bench.wait_part("2 files, the first is used");
    bench.click("Clone a voice");
    assert_eq!(bench.harness.state().page(), Page::Clone);
    bench.until("it is the source", |bench| bench.session().store.flow.source.is_some());
    bench.frames(20);
    let dir = bench.close();
    let bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    assert_eq!(bench.session().store.flow.source.as_ref().unwrap().path, video);
}

#[test]
fn a_new_flow_can_be_taken_back() {
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line", "A line worth keeping.");
    bench.key(Modifiers::COMMAND, Key::N);
    assert!(bench.session().store.flow.text().is_empty());
    bench.click("Undo");
    assert_eq!(bench.session().store.flow.text(), "A line worth keeping.");
}

#[test]
fn a_key_held_down_acts_once() {
    let mut bench = common::app();
    bench.harness.key_down_modifiers(Modifiers::COMMAND, Key::N);
    bench.frames(2);
    let flow = bench.session().store.flow.id.clone();
    // The keyboard repeats a key that is held, without a release in between.
    bench.harness.key_down_modifiers(Modifiers::COMMAND, Key::N);
    bench.frames(2);
    assert_eq!(bench.session().store.flow.id, flow, "a repeat is no new wish");
}
