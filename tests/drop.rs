//! Files dropped on the window, or named on the command line: the question what they are for, by mouse and by keys.

mod common;
#[path = "drop/door.rs"]
mod door;
#[path = "drop/later.rs"]
mod later;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use common::{Bench, Setup, media};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use mouthpiece::panels::Page;

#[test]
fn a_sound_file_cannot_be_a_target_and_the_box_says_why() {
    let made = tempfile::tempdir().unwrap();
    let sound = media::speech(made.path(), "voice.wav");
    let mut bench = common::app();
    bench.drop_file(&sound);
    bench.wait_part("Sound only, 0:");
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
    bench.wait_part("Video without sound, 0:01");
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
    bench.wait_part("Video with sound, 0:06");
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
    bench.wait_part("2 files. The first is used, then you are asked about the others.");
    bench.click("Clone a voice");
    assert_eq!(bench.harness.state().page(), Page::Clone);
    bench.wait_part("File 2 of 2.");
    bench.key(Modifiers::NONE, Key::Escape);
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
    bench.fill("Line 1", "A line worth keeping.");
    bench.key(Modifiers::COMMAND, Key::N);
    assert!(bench.session().store.flow.text().is_empty());
    bench.click("Undo");
    bench.until("it is back", |bench| bench.session().store.flow.text() == "A line worth keeping.");
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

/// On a busy computer one frame brings both.
#[test]
fn a_key_behind_the_escape_that_closes_a_dialog_counts() {
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Slash);
    bench.wait("Keyboard");
    for (modifiers, key) in [(Modifiers::NONE, Key::Escape), (Modifiers::COMMAND, Key::Num4)] {
        let pressed = egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        bench.harness.input_mut().events.push(pressed);
    }
    bench.frames(4);
    assert!(!bench.has("Keyboard"), "{}", bench.screen());
    assert_eq!(bench.harness.state().page(), Page::Script);
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}

/// Files let go over the window at once, as the desktop does it.
fn drop_all(bench: &mut Bench, paths: &[&Path]) {
    let input = bench.harness.input_mut();
    input.hovered_files.clear();
    for path in paths {
        input.dropped_files.push(std::sync::Arc::new(Dropped((*path).to_owned())));
    }
    bench.frames(3);
}

/// A file hangs over the window, at a place when the desktop tells it.
fn hang(bench: &mut Bench, path: &Path, at: Option<egui::Pos2>) {
    hang_all(bench, &[path], at);
}

/// The same with several files.
fn hang_all(bench: &mut Bench, paths: &[&Path], at: Option<egui::Pos2>) {
    let hovered = |path: &&Path| egui::HoveredFile { path: Some((*path).to_owned()), ..Default::default() };
    bench.harness.input_mut().hovered_files = paths.iter().map(hovered).collect();
    bench.frames(2);
    if let Some(at) = at {
        bench.harness.event(egui::Event::PointerMoved(at));
        bench.frames(2);
    }
}

#[test]
fn several_files_are_used_one_after_the_other_and_the_first_decides_the_page() {
    let made = tempfile::tempdir().unwrap();
    let source = media::talking_head(made.path(), "source.mp4", 12.0);
    let target = media::talking_head(made.path(), "target.mp4", 6.0);
    let notes = made.path().join("notes.pages");
    std::fs::write(&notes, "Dear diary").unwrap();
    let mut bench = common::app();
    drop_all(&mut bench, &[&source, &notes, &target]);
    bench.wait_part("3 files. The first is used, then you are asked about the others.");
    bench.click("Clone a voice");
    bench.wait_part("notes.pages is not video or audio");
    bench.click("Leave this file out");
    bench.wait_part("File 3 of 3.");
    bench.wait_part("Video with sound, 0:06");
    bench.key(Modifiers::NONE, Key::Num2);
    bench.until("both are in their places", |bench| {
        let flow = &bench.session().store.flow;
        flow.source.as_ref().is_some_and(|file| file.path == source)
            && flow.target.as_ref().is_some_and(|file| file.path == target)
    });
    assert_eq!(bench.harness.state().page(), Page::Clone);
    assert!(!bench.has("Lip-sync target"), "nothing is asked any more");
}

#[test]
fn a_drag_says_what_the_file_is_and_what_it_does_not_fit_before_it_is_let_go() {
    let made = tempfile::tempdir().unwrap();
    let sound = media::speech(made.path(), "voice.wav");
    let mut bench = common::app();
    // The page of the flow has places of its own for what is dragged.
    bench.key(Modifiers::COMMAND, Key::Num6);
    hang(&mut bench, &sound, None);
    bench.wait_part("Sound only");
    assert!(bench.has("voice.wav") && bench.is_off("Lip-sync target") && !bench.is_off("Clone a voice"));
    assert!(bench.has_part("Drop outside the boxes or press Esc to cancel."), "{}", bench.screen());
    // Over the box that does not take it: the question stays, with the reason.
    let target = bench.harness.get_by_label("Lip-sync target").rect().center();
    hang(&mut bench, &sound, Some(target));
    drop_all(&mut bench, &[&sound]);
    bench.wait_part("Choose a box");
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(bench.session().store.flow.source.is_none() && !bench.has("voice.wav"));
}

#[test]
fn a_file_let_go_over_a_box_is_used_for_it_and_one_beside_the_boxes_is_not_used() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    hang(&mut bench, &video, Some(egui::pos2(640.0, 780.0)));
    bench.wait_part("Video with sound");
    drop_all(&mut bench, &[&video]);
    bench.wait_part("The file was let go outside the boxes.");
    assert!(!bench.has("Lip-sync target"));
    hang(&mut bench, &video, Some(egui::pos2(640.0, 400.0)));
    drop_all(&mut bench, &[&video]);
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert_eq!(bench.harness.state().page(), Page::LipSync);
}

#[test]
fn a_place_that_is_told_right_after_the_drop_is_where_the_file_was_let_go() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    hang(&mut bench, &video, None);
    bench.wait_part("Video with sound");
    bench.harness.input_mut().hovered_files.clear();
    bench.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(video)));
    bench.frames(1);
    assert!(bench.has("Lip-sync target"), "the question stands until a place is told");
    bench.harness.event(egui::Event::PointerMoved(egui::pos2(640.0, 400.0)));
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert!(!bench.has("Audio track"), "nothing is asked");
}

#[test]
fn a_pointer_that_comes_later_answers_no_question() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let mut bench = common::app();
    drop_all(&mut bench, &[&video]);
    bench.wait_part("Video with sound");
    bench.harness.event(egui::Event::PointerMoved(egui::pos2(640.0, 400.0)));
    bench.frames(4);
    assert!(bench.has("Lip-sync target") && bench.session().store.flow.target.is_none());
}

#[test]
fn a_drag_is_answered_or_left_by_keys() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    hang(&mut bench, &video, None);
    bench.wait_part("Video with sound");
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(!bench.has("Lip-sync target"), "the drag is left");
    drop_all(&mut bench, &[&video]);
    assert!(!bench.has("Lip-sync target") && bench.session().store.flow.target.is_none());

    hang(&mut bench, &video, None);
    bench.wait_part("Video with sound");
    bench.key(Modifiers::NONE, Key::Num2);
    drop_all(&mut bench, &[&video]);
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert!(!bench.has("Clone a voice") || !bench.has("Audio track"), "nothing is asked");
}

#[test]
fn a_drag_above_a_page_with_places_of_its_own_is_answered_or_left_by_keys_too() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let mut bench = common::app();
    hang(&mut bench, &video, None);
    bench.frames(3);
    bench.key(Modifiers::NONE, Key::Escape);
    drop_all(&mut bench, &[&video]);
    bench.frames(30);
    assert!(!bench.has("Lip-sync target") && bench.session().store.flow.target.is_none(), "the drag was left");

    hang(&mut bench, &video, None);
    bench.frames(3);
    bench.key(Modifiers::NONE, Key::Num2);
    drop_all(&mut bench, &[&video]);
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    assert!(!bench.has("Audio track"), "nothing is asked");
}

#[test]
fn ctrl_o_is_the_same_way_in_and_says_what_else_there_is_where_no_dialog_exists() {
    let made = tempfile::tempdir().unwrap();
    let video = media::talking_head(made.path(), "talk.mp4", 6.0);
    let mut bench = Setup::default().dialogs([&video]).app();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.key(Modifiers::COMMAND, Key::O);
    bench.wait_part("Video with sound");
    bench.key(Modifiers::NONE, Key::Num2);
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());

    bench.files.lose_dialogs();
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.key(Modifiers::COMMAND, Key::O);
    bench.wait("Could not open the file dialog");
    assert!(bench.has_part("Or drop the file on the window"), "{}", bench.screen());
}

/// A text with lines, and a video.
#[expect(clippy::unwrap_used, reason = "a file that can't be written fails the test")]
fn text_and_video(made: &Path) -> [PathBuf; 2] {
    let text = made.join("lines.txt");
    std::fs::write(&text, "Good evening.\n").unwrap();
    [text, media::silent_video(made, "teaser.mp4", 1.0)]
}

#[test]
fn a_text_and_a_video_let_go_in_a_box_are_both_taken_and_nothing_is_asked() {
    let made = tempfile::tempdir().unwrap();
    let [text, video] = text_and_video(made.path());
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    hang_all(&mut bench, &[&text, &video], Some(egui::pos2(640.0, 400.0)));
    bench.wait_part("Video without sound");
    assert!(!bench.has_part("2 files."), "the text is asked nothing about: {}", bench.screen());
    drop_all(&mut bench, &[&text, &video]);
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    bench.until("the line is there", |bench| bench.session().store.flow.text() == "Good evening.");
    assert!(!bench.has("Audio track"), "{}", bench.screen());
}

#[test]
fn a_text_and_a_video_let_go_on_a_card_are_both_taken() {
    let made = tempfile::tempdir().unwrap();
    let [text, video] = text_and_video(made.path());
    let mut bench = common::app();
    bench.wait_part("Lip sync, empty.");
    let card = bench.harness.query_all_by_label_contains("Lip sync, empty.").next().unwrap().rect().center();
    hang_all(&mut bench, &[&text, &video], Some(card));
    assert!(bench.has_part("Lip sync, let go to add."), "{}", bench.screen());
    drop_all(&mut bench, &[&text, &video]);
    bench.until("it is the target", |bench| bench.session().store.flow.target.is_some());
    bench.until("the line is there", |bench| bench.session().store.flow.text() == "Good evening.");
}

#[test]
fn of_two_drops_right_after_each_other_neither_is_forgotten() {
    let made = tempfile::tempdir().unwrap();
    let one = media::talking_head(made.path(), "one.mp4", 3.0);
    let two = media::silent_video(made.path(), "two.mp4", 1.0);
    let mut bench = common::app();
    bench.wait_part("Lip sync, empty.");
    hang(&mut bench, &one, None);
    bench.harness.input_mut().hovered_files.clear();
    for path in [&one, &two] {
        bench.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.clone())));
        bench.frames(1);
    }
    bench.wait_part("2 files. The first is used, then you are asked about the others.");
    bench.wait_part("Video with sound, 0:03");
    bench.click("Clone a voice");
    bench.wait_part("File 2 of 2.");
    bench.wait_part("Video without sound");
    bench.key(Modifiers::NONE, Key::Num2);
    bench.until("both have their places", |bench| {
        let flow = &bench.session().store.flow;
        flow.source.is_some() && flow.target.as_ref().is_some_and(|file| file.path == two)
    });
}
