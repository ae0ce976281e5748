//! Many lines on the script page: writing, moving, undoing, pausing, importing, speaking and exporting them.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/focus.rs"]
#[expect(dead_code, reason = "only where the focus is")]
mod focus;
#[path = "script/imports.rs"]
mod imports;
#[path = "script/left_over.rs"]
mod left_over;
#[path = "script/places.rs"]
mod places;

use std::time::Duration;

use common::{Bench, Setup, media};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::jobs::VoiceTrack;
use mouthpiece::sandbox::Fault;

const SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

/// The script page with a voice, the cursor in its only line.
fn ready_in(setup: Setup) -> Bench {
    let mut bench = setup.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    let voice = bench.session().store.voices.value().unwrap()[0].label().to_owned();
    bench.click("Choose a voice");
    bench.click(&format!("{voice}. Built-in voice"));
    bench.until("the cursor is in the line", |bench| focus::focused(bench).as_deref() == Some("Line 1"));
    bench
}

fn ready() -> Bench {
    ready_in(Setup::default())
}

fn texts(bench: &Bench) -> Vec<String> {
    bench.session().store.flow.lines.all().iter().map(|line| line.text.clone()).collect()
}

fn write(bench: &mut Bench, text: &str) {
    let name = format!("Line {}", bench.session().store.flow.lines.active_index() + 1);
    bench.harness.get_by_label(&name).type_text(text);
    bench.frames(3);
}

/// Writes lines as a person does: Enter begins the next one.
fn write_all(bench: &mut Bench, lines: &[&str]) {
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            bench.key(Modifiers::NONE, Key::Enter);
        }
        write(bench, line);
    }
}

/// What was bought, by the books.
fn bought(bench: &Bench) -> usize {
    let library = &bench.session().library;
    library.months().unwrap().iter().map(|month| library.charges(month).unwrap().len()).sum()
}

#[test]
fn lines_are_written_moved_deleted_and_brought_back_by_keys() {
    let mut bench = ready();
    let hint = bench.harness.get_by_label("Line 1").accesskit_node().placeholder().unwrap_or_default().to_owned();
    assert_eq!(hint, "Write the first line. Enter starts the next one.");
    write_all(&mut bench, &["One", "Two", "Three"]);
    assert_eq!(texts(&bench), ["One", "Two", "Three"]);
    bench.key(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(texts(&bench), ["One", "Three", "Two"]);
    bench.key(Modifiers::ALT, Key::ArrowUp);
    bench.key(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(texts(&bench), ["Three", "One", "Two"], "it stops at the top");
    bench.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(texts(&bench), ["One", "Three", "Two"]);

    // An empty line goes with Backspace, and comes back before the typing is undone.
    bench.key(Modifiers::NONE, Key::Enter);
    assert_eq!(texts(&bench), ["One", "Three", "", "Two"]);
    bench.key(Modifiers::NONE, Key::Enter);
    assert_eq!(texts(&bench).len(), 4, "an empty line starts no other");
    bench.key(Modifiers::NONE, Key::Backspace);
    assert_eq!(texts(&bench), ["One", "Three", "Two"]);
    bench.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(texts(&bench), ["One", "Three", "", "Two"]);

    // A closed line is opened by its row, and deleted with a way back.
    bench.click("Line 1: One. No take yet");
    bench.until("the cursor is there", |bench| focus::focused(bench).as_deref() == Some("Line 1"));
    assert_eq!(bench.session().store.flow.text(), "One");
    bench.click("More actions for this line");
    bench.click("Delete this line");
    assert_eq!(texts(&bench), ["Three", "", "Two"]);
    bench.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(texts(&bench), ["One", "Three", "", "Two"]);
    bench.until("all of it is written down", |bench| {
        let document = bench.session().library.latest_flow().unwrap().unwrap_or_default();
        document.contains("\"Three\"") && document.contains("\"One\"")
    });
    let dir = bench.close();
    let bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    assert_eq!(texts(&bench), ["One", "Three", "", "Two"]);
}

#[test]
fn a_line_is_moved_by_its_handle() {
    let mut bench = ready();
    write_all(&mut bench, &["One", "Two", "Three"]);
    let from = bench.harness.get_by_label("Move line 3").rect().center();
    let above = bench.harness.get_by_label("Move line 1").rect().center() - egui::vec2(0.0, 40.0);
    bench.harness.drag_at(from);
    bench.frames(2);
    bench.harness.hover_at(above);
    bench.frames(2);
    bench.harness.drop_at(above);
    bench.frames(3);
    assert_eq!(texts(&bench), ["Three", "One", "Two"]);
    bench.harness.get_by_label("Move line 1").focus();
    bench.frames(2);
    bench.key(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(texts(&bench), ["One", "Three", "Two"]);
}

#[test]
fn a_line_with_a_pause_is_two_requests_and_one_take() {
    let target = tempfile::tempdir().unwrap();
    let mut bench = ready();
    write(&mut bench, "Good evening.");
    bench.key(Modifiers::COMMAND, Key::P);
    write(&mut bench, "And welcome.");
    assert_eq!(texts(&bench), ["Good evening. [pause 0.6 s] And welcome."]);
    assert!(bench.has("25 of 5,000 characters"), "{}", bench.screen());
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait("Play take 1");
    assert_eq!(bought(&bench), 2);
    let take = bench.session().store.takes[0].clone();
    let parts = take.file.parent().unwrap().join("Parts");
    let spoken: f64 = std::fs::read_dir(parts).unwrap().map(|file| media::secs(&file.unwrap().path())).sum();
    let all = media::secs(&take.file);
    assert!((all - spoken - 0.6).abs() < 0.05, "{all} s of {spoken} s");
    assert!((take.duration_secs - all).abs() < 0.05 && take.url.is_empty());
    // The service has only the parts, so the take is sent as a file.
    let (track, _) = bench.session().store.voice_track().unwrap();
    assert!(matches!(&track, VoiceTrack::Edited { file, .. } if file.path == take.file));
    drop(target);

    // Backspace behind a pause takes all of it.
    bench.fill("Line 1", "So. [pause 1.2 s]");
    bench.key(Modifiers::NONE, Key::Backspace);
    assert_eq!(texts(&bench), ["So. "]);
}

#[test]
fn a_part_that_was_spoken_is_not_bought_again_after_a_restart() {
    let mut bench = ready();
    write(&mut bench, "Good evening. [pause 0.5 s] And welcome.");
    let busy = Fault::Status { status: 429, body: r#"{"message":"Too many requests"}"#.into(), retry_after: Some(600) };
    let slow = Fault::Slow(Duration::from_millis(300));
    bench.sandbox().faults().next("POST", "/v2/tts", slow);
    bench.sandbox().faults().next("POST", "/v2/tts", busy);
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait("Speaking a take, part 2 of 2");
    bench.wait_part("Starts again in");
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Play take 1");
    let parts = bench.session().store.takes[0].file.parent().unwrap().join("Parts");
    assert_eq!(std::fs::read_dir(parts).unwrap().count(), 2, "each part was spoken once");
    assert_eq!(bench.session().jobs.all().len(), 1);
}

#[test]
fn words_are_said_differently_and_written_as_they_are() {
    let mut bench = ready();
    write(&mut bench, "V3 ships at Northlight.");
    bench.click("Add word");
    bench.fill("Written", "v3");
    assert!(bench.is_off("Add"));
    bench.fill("Spoken", "version three");
    bench.click("Add");
    bench.key(Modifiers::COMMAND, Key::J);
    bench.fill("Written", "Northlight");
    bench.fill("Spoken", "North light");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.until("both are in the list", |bench| bench.session().store.words.len() == 2);
    bench.click("Speak");
    bench.wait("Play take 1");
    let job = bench.session().jobs.all()[0].clone();
    let mouthpiece::jobs::Request::Speak(job) = job.request else { panic!("a line") };
    assert_eq!(job.parts[0].text, "Version three ships at North light.");
    assert_eq!(bench.session().store.takes[0].script, "V3 ships at Northlight.");

    bench.click("Hear v3");
    bench.until("it is heard", |bench| bench.session().player.now().is_some_and(|now| now.key.starts_with("take:")));
    let count = bench.session().jobs.all().len();
    bench.click("Hear v3");
    bench.frames(5);
    assert_eq!(bench.session().jobs.all().len(), count, "heard again, it is not bought again");
    bench.click("Remove Northlight");
    bench.until("the list is written down", |bench| bench.session().library.words().unwrap().len() == 1);
}

#[test]
fn a_line_above_the_limit_is_split_behind_a_sentence() {
    let mut bench = ready();
    let long = format!("{}We finish at two in the morning. {}", "word ".repeat(900), "word ".repeat(100));
    bench.fill("Line 1", &long);
    bench.wait_part("takes 5,000. Split it after “…in the morning.”");
    bench.click("Split into 2 lines");
    let lines = texts(&bench);
    assert!(lines.len() == 2 && lines[0].ends_with("in the morning.") && lines[1].starts_with("word"));
    bench.key(Modifiers::COMMAND, Key::Z);
    assert_eq!(texts(&bench), [long]);
}

#[test]
fn a_text_is_imported_by_dialog_or_drop_and_taken_back_by_its_toast() {
    let made = tempfile::tempdir().unwrap();
    let (text, subtitles) = (made.path().join("talk.txt"), made.path().join("talk.srt"));
    std::fs::write(&text, "One.\n\nTwo.\n").unwrap();
    std::fs::write(&subtitles, "1\n00:00:01,000 --> 00:00:02,000\nThree,\nfour.\n").unwrap();
    let mut bench = ready_in(Setup::default().dialogs([text]));
    bench.click("Import text");
    bench.wait("2 lines imported");
    assert_eq!(texts(&bench), ["One.", "Two."]);
    bench.key(Modifiers::COMMAND, Key::Num1);
    bench.drop_file(&subtitles);
    bench.wait("1 line imported");
    assert_eq!(texts(&bench), ["One.", "Two.", "Three, four."]);
    assert_eq!(bench.harness.state().page(), mouthpiece::panels::Page::Script);
    // The older toast, whose button is of the older step.
    bench.click("Dismiss");
    bench.click("Undo");
    bench.until("they are gone", |bench| texts(bench) == ["One.", "Two."]);
    let broken = made.path().join("broken.docx");
    std::fs::write(&broken, b"PK\x03\x04 no more").unwrap();
    bench.drop_file(&broken);
    bench.wait_part("broken.docx can't be imported: it is damaged");
}

#[test]
fn the_rest_is_spoken_after_a_question_that_says_what_it_uses_and_all_takes_are_exported() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = ready_in(Setup::default().dialogs([made.path()]));
    write_all(&mut bench, &["Good evening.", "And welcome.", "Bye."]);
    bench.click("Speak line 1");
    bench.wait("Play line 1, take 1");
    bench.key(SHIFT, Key::Enter);
    bench.wait("Speak 2 lines?");
    assert!(bench.has_part("This uses 16 characters"), "{}", bench.screen());
    bench.click("Speak 2 lines");
    bench.until("all are there", |bench| bench.session().store.takes.len() == 3);
    assert!(bench.has("Play line 2, take 1") && bench.has("Play take 1"), "{}", bench.screen());
    assert!(bench.has("3 of 3") && bench.has("0 characters"), "{}", bench.screen());
    assert!(bench.is_off("Speak the rest"));
    let chosen = bench.session().store.flow.lines.all().iter().filter(|line| line.take_id.is_some()).count();
    assert_eq!((chosen, bought(&bench)), (3, 3));
    bench.key(SHIFT, Key::E);
    bench.wait("3 takes exported");
    let mut names: Vec<_> =
        std::fs::read_dir(made.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["01 Good evening.wav", "02 And welcome.wav", "03 Bye.wav"]);
}

#[test]
fn a_take_is_renamed_and_deleted_with_a_way_back() {
    let mut bench = ready();
    write(&mut bench, "Good evening.");
    bench.click("Speak");
    bench.click("More actions for take 1");
    bench.click("Rename");
    bench.fill("Name", "The calm one");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.wait("The calm one");
    bench.click("More actions for take 1");
    bench.click("Delete");
    bench.wait("The calm one deleted");
    assert!(bench.session().store.takes.is_empty());
    bench.click("Undo");
    bench.wait("Play take 1");
    bench.until("it is written down", |bench| {
        bench.session().library.takes().unwrap().iter().any(|take| take.care.name.as_deref() == Some("The calm one"))
    });
}

#[test]
fn two_deleted_takes_come_back_one_after_the_other_into_their_places() {
    let mut bench = ready();
    write(&mut bench, "Good evening.");
    bench.click("Speak");
    bench.wait("Play take 1");
    bench.key(Modifiers::COMMAND, Key::Enter);
    bench.wait("Play take 2");
    for number in [1, 2] {
        bench.click(&format!("More actions for take {number}"));
        bench.click("Delete");
        bench.wait(&format!("Take {number} deleted"));
    }
    assert!(bench.session().store.takes.is_empty());
    bench.click("Undo");
    assert_eq!(bench.session().store.takes.len(), 1, "{}", bench.screen());
    bench.until("the other can be had back, too", |bench| bench.harness.query_all_by_label("Undo").next().is_some());
    let toasts: Vec<_> = bench.harness.query_all_by_label("Undo").collect();
    for toast in toasts {
        toast.click();
    }
    bench.until("both are back", |bench| bench.session().store.takes.len() == 2);
    let numbers: Vec<u32> = bench.session().store.takes.iter().map(|take| take.number).collect();
    assert_eq!(numbers, [2, 1]);
    bench.until("it is written down", |bench| bench.session().library.takes().unwrap().len() == 2);
}

#[test]
fn a_take_spoken_before_a_word_was_said_differently_is_not_taken_for_what_the_line_says() {
    let mut bench = ready();
    write(&mut bench, "It is v3.");
    bench.click("Speak");
    bench.wait("Play take 1");
    bench.until("nothing is left to speak", |bench| bench.is_off("Speak the rest"));
    bench.click("Add word");
    bench.fill("Written", "v3");
    bench.fill("Spoken", "version three");
    bench.click("Add");
    bench.until("it is to be spoken anew", |bench| !bench.is_off("Speak the rest"));
    bench.click("Speak");
    bench.wait("Play take 2");
    bench.until("nothing is left to speak", |bench| bench.is_off("Speak the rest"));
    let take = bench.session().store.takes[0].clone();
    assert_eq!((take.script.as_str(), take.care.said.as_deref()), ("It is v3.", Some("It is version three.")));
    bench.click("Remove v3");
    bench.until("the first take is the one for it again", |bench| bench.is_off("Speak the rest"));
}

#[test]
fn a_line_has_its_own_voice_and_settings_when_they_are_not_those_of_every_line() {
    let mut bench = ready();
    write_all(&mut bench, &["One.", "Two."]);
    let voices: Vec<String> =
        bench.session().store.voices.value().unwrap().iter().map(|voice| voice.label().to_owned()).collect();
    bench.click("Same for all lines");
    bench.click("Only for this line");
    bench.click(&format!("Voice: {}. Choose another", voices[0]));
    bench.click(&format!("{}. Built-in voice", voices[1]));
    bench.click("Use these for every line");
    bench.harness.get_by_label("Stability").focus();
    bench.frames(2);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    bench.click("Speak");
    bench.wait("Play take 1");
    let take = bench.session().store.takes[0].clone();
    assert_eq!((take.voice_name.as_str(), take.stability), (voices[1].as_str(), Some(0.55)));
    bench.click("Speak line 1");
    bench.wait("Play line 1, take 1");
    let take = bench.session().store.takes[0].clone();
    assert_eq!((take.voice_name.as_str(), take.stability), (voices[0].as_str(), Some(0.5)));
}

#[test]
fn pauses_between_lines_are_those_of_the_script_or_of_a_line() {
    let mut bench = ready();
    write_all(&mut bench, &["One.", "Two."]);
    bench.click("Line 1: One. No take yet");
    bench.click("Pause after line 1, 0.8 seconds");
    bench.harness.get_by_label("Pause after this line").focus();
    bench.frames(2);
    bench.key(Modifiers::NONE, Key::ArrowRight);
    let pause = |bench: &Bench| bench.session().store.flow.lines.all()[0].pause_secs;
    assert_eq!(pause(&bench), Some(1.3));
    bench.click("Use it for every line");
    assert_eq!((pause(&bench), bench.session().store.flow.pause_secs), (None, 1.3));
}

#[test]
fn in_a_narrow_window_voice_and_settings_are_a_drawer() {
    let mut bench = ready_in(Setup::default());
    assert!(bench.has("Whole script"));
    bench.harness.set_size(egui::vec2(960.0, 640.0));
    bench.frames(4);
    assert!(!bench.has("Whole script"));
    bench.click("Details");
    bench.wait("Whole script");
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("it is closed", |bench| !bench.has("Whole script"));
    bench.key(Modifiers::COMMAND, Key::I);
    bench.wait("Whole script");
}
