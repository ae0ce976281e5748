//! Files that come while another is asked about, and those that are not taken.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::common::media;
use super::{common, drop_all, hang_all, text_and_video};

#[test]
fn a_file_let_go_while_a_question_stands_waits_for_it() {
    let made = tempfile::tempdir().unwrap();
    let one = media::talking_head(made.path(), "one.mp4", 3.0);
    let two = media::silent_video(made.path(), "two.mp4", 1.0);
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    bench.drop_file(&one);
    bench.wait_part("Video with sound, 0:03");
    bench.drop_file(&two);
    bench.wait_part("2 files. The first is used, then you are asked about the others.");
    assert!(bench.has_part("Video with sound, 0:03"), "{}", bench.screen());
    bench.key(Modifiers::NONE, Key::Num1);
    bench.wait_part("Video without sound");
    bench.key(Modifiers::NONE, Key::Num2);
    bench.until("both have their places", |bench| {
        let flow = &bench.session().store.flow;
        flow.source.is_some() && flow.target.as_ref().is_some_and(|file| file.path == two)
    });
}

#[test]
fn of_lines_and_a_file_beside_the_boxes_the_file_is_named() {
    let made = tempfile::tempdir().unwrap();
    let [text, video] = text_and_video(made.path());
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    hang_all(&mut bench, &[&text, &video], Some(egui::pos2(640.0, 780.0)));
    bench.wait_part("Video without sound");
    drop_all(&mut bench, &[&text, &video]);
    bench.wait("teaser.mp4 was not added");
    assert!(!bench.has_part("Nothing was added"), "{}", bench.screen());
}

#[test]
fn the_box_names_the_file_that_another_takes_the_place_of() {
    let made = tempfile::tempdir().unwrap();
    let [one, two] = ["one.mp4", "two.mp4"].map(|name| media::silent_video(made.path(), name, 1.0));
    let mut bench = common::app();
    bench.key(Modifiers::COMMAND, Key::Num6);
    drop_all(&mut bench, &[&one, &two]);
    bench.wait_part("Video without sound");
    let leads = |bench: &common::Bench| {
        bench.harness.get_by_label("Lip-sync target").accesskit_node().data().description().unwrap().to_owned()
    };
    assert!(leads(&bench).ends_with("Opens the composer"), "{}", leads(&bench));
    bench.key(Modifiers::NONE, Key::Num2);
    bench.wait_part("File 2 of 2.");
    bench.until("the box says so", |bench| leads(bench).ends_with("In place of one.mp4"));
    bench.key(Modifiers::NONE, Key::Num2);
    bench.until("it took the place", |bench| {
        bench.session().store.flow.target.as_ref().is_some_and(|file| file.path == two)
    });
}
