//! Files let go above the places of the page.

use std::path::{Path, PathBuf};

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use mouthpiece::panels::Page;

use crate::common::{Bench, Setup, media};
use crate::page::{open, press_lip_sync, saved};

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Ok(Vec::new())
    }
}

fn hang(bench: &mut Bench, path: &Path) {
    let hovered = egui::HoveredFile { path: Some(path.to_owned()), ..Default::default() };
    bench.harness.input_mut().hovered_files = vec![hovered];
}

fn let_go(bench: &mut Bench, path: &Path) {
    let input = bench.harness.input_mut();
    input.hovered_files.clear();
    input.dropped_files.push(std::sync::Arc::new(Dropped(path.to_owned())));
}

/// Hangs a file above a place and lets it go there.
fn drop_at(bench: &mut Bench, path: &Path, at: egui::Pos2) {
    hang(bench, path);
    bench.harness.event(egui::Event::PointerMoved(at));
    bench.frames(3);
    assert!(!bench.has("Clone a voice"), "the page has places of its own");
    let_go(bench, path);
    bench.frames(3);
}

#[test]
fn a_file_let_go_on_the_zone_is_the_target_and_one_on_the_voice_the_voice() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let other = media::talking_head(made.path(), "other.mp4", 4.0);
    let sound = media::speech(made.path(), "own voice.wav");
    let mut bench = Setup::default().app();
    open(&mut bench);
    let zone = bench.harness.get_by_label("Drop the video to put the line on").rect();
    drop_at(&mut bench, &video, zone.left_top() + egui::vec2(30.0, 30.0));
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    let voice = bench.harness.get_by_label("A take you spoke, or an audio file of your own").rect().center();
    drop_at(&mut bench, &sound, voice);
    bench.until("it is the voice", |bench| bench.session().store.flow.audio.is_some());

    // What is no sound file is asked about: its sound may be meant. On the picture another video takes the place of the
    // first.
    drop_at(&mut bench, &other, voice);
    bench.wait("Audio track");
    bench.key(Modifiers::NONE, Key::Escape);
    drop_at(&mut bench, &other, zone.center());
    bench.until("it is the new target", |bench| {
        bench.session().store.flow.target.as_ref().is_some_and(|target| target.path == other)
    });
    let store = &bench.session().store;
    assert!(store.flow.source.is_none() && store.flow.audio.as_ref().is_some_and(|audio| audio.path == sound));
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}

/// As on X11, where the place of a drop is told right after it, and as on Wayland, where it may never be told.
#[test]
fn a_drop_whose_place_is_told_late_is_taken_by_the_zone_and_one_without_a_place_is_asked_about() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let mut bench = Setup::default().app();
    open(&mut bench);
    // In the zone, and where the overlay of other pages has "Clone a voice".
    let at = egui::pos2(300.0, 300.0);
    let zone = bench.harness.get_by_label("Drop the video to put the line on").rect();
    assert!(zone.contains(at));
    hang(&mut bench, &video);
    bench.frames(3);
    assert!(
        !bench.has("Clone a voice") && bench.has("Drop the video to put the line on"),
        "the page's own places show"
    );
    let_go(&mut bench, &video);
    bench.frames(1);
    assert!(!bench.has("Clone a voice"), "it is not asked before the place can be told");
    bench.harness.event(egui::Event::PointerMoved(at));
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert_eq!(bench.harness.state().page(), Page::LipSync);
    assert!(bench.session().store.flow.source.is_none() && !bench.has("Clone a voice"));

    hang(&mut bench, &video);
    bench.frames(3);
    let_go(&mut bench, &video);
    bench.wait("Clone a voice");
    assert!(bench.has("Lip-sync target"), "nobody said where: it is asked");
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}

#[test]
fn the_sound_of_a_video_is_the_voice_where_it_was_let_go_for_that() {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 3.0);
    let talk = media::talking_head(made.path(), "talk.mp4", 4.0);
    let mut bench = Setup::default().dialogs([&target]).app();
    bench.drop_file(&talk);
    bench.wait("Audio track");
    bench.key(Modifiers::NONE, Key::Num3);
    bench.until("it is the voice", |bench| bench.session().store.flow.audio.is_some());
    open(&mut bench);
    bench.click("Choose video");
    bench.wait("Only the sound of talk.mp4 is sent");
    press_lip_sync(&mut bench);
    bench.until("the video is saved", |bench| saved(bench).is_some());
    let file = saved(&bench).unwrap();
    assert_eq!(media::codecs(&file), ["h264", "aac"]);
    let secs = media::secs(&file);
    assert!((secs - 4.0).abs() < 0.1, "{secs} s");
}
