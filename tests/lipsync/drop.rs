//! Files let go above the places of the page.

use std::path::{Path, PathBuf};

use egui_kittest::kittest::Queryable as _;
use mouthpiece::panels::Page;

use crate::common::{Bench, Setup, media};
use crate::page::open;

/// Hangs a file above a place and lets it go there.
fn drop_at(bench: &mut Bench, path: &Path, at: egui::Pos2) {
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
    let hovered = egui::HoveredFile { path: Some(path.to_owned()), ..Default::default() };
    bench.harness.input_mut().hovered_files = vec![hovered];
    bench.harness.event(egui::Event::PointerMoved(at));
    bench.frames(3);
    assert!(!bench.has("Clone a voice"), "the page has places of its own");
    let input = bench.harness.input_mut();
    input.hovered_files.clear();
    input.dropped_files.push(std::sync::Arc::new(Dropped(path.to_owned())));
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

    // What is no sound is refused there, in words; on the picture another video takes the place of the first.
    drop_at(&mut bench, &other, voice);
    bench.wait_part("Not a sound file.");
    drop_at(&mut bench, &other, zone.center());
    bench.until("it is the new target", |bench| {
        bench.session().store.flow.target.as_ref().is_some_and(|target| target.path == other)
    });
    let store = &bench.session().store;
    assert!(store.flow.source.is_none() && store.flow.audio.as_ref().is_some_and(|audio| audio.path == sound));
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}
