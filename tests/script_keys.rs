//! The keys of the script page while its text has the focus, pressed as on a busy computer: a press is over, with what
//! was held, by the time the frame is drawn, and many keys come in one frame.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;
#[path = "common/focus.rs"]
#[expect(dead_code, reason = "only where the focus is")]
mod focus;

use common::{Bench, Setup};
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

const SHIFT: Modifiers = Modifiers { shift: true, ..CTRL };
/// As Linux and Windows report it.
const CTRL: Modifiers = Modifiers { ctrl: true, ..Modifiers::COMMAND };

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

/// Press and release of a key.
fn press(modifiers: Modifiers, key: Key) -> [Event; 2] {
    [true, false].map(|pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers })
}

/// Brings all of these in one frame, and lets the window come to rest.
fn at_once(bench: &mut Bench, events: impl IntoIterator<Item = Event>) {
    bench.harness.input_mut().events.extend(events);
    bench.frames(12);
}

/// A short press: nothing is held any more when the frame is drawn.
fn tap(bench: &mut Bench, modifiers: Modifiers, key: Key) {
    at_once(bench, press(modifiers, key));
}

/// What is typed in one go, Enter for each line break.
fn typed(text: &str) -> Vec<Event> {
    let letter = |c: char| {
        if c == '\n' { press(Modifiers::NONE, Key::Enter).to_vec() } else { vec![Event::Text(c.to_string())] }
    };
    text.chars().flat_map(letter).collect()
}

#[test]
fn what_is_typed_in_one_go_is_all_there_and_spoken_as_it_stands() {
    let mut bench = ready();
    let mut events = typed("Hi, I am Mara.\nAnd this is two.\n\nThree");
    events.extend(press(CTRL, Key::Enter));
    at_once(&mut bench, events);
    bench.frames(60);
    assert_eq!(texts(&bench), ["Hi, I am Mara.", "And this is two.", "Three"]);
    bench.wait("Play take 1");
    assert_eq!(bench.session().store.takes[0].script, "Three");
    assert_eq!(focus::focused(&bench).as_deref(), Some("Line 3"));
}

#[test]
fn ctrl_l_puts_the_take_of_the_line_that_is_written_on_a_video_whatever_is_heard() {
    let mut bench = ready();
    at_once(&mut bench, typed("One.\nTwo."));
    tap(&mut bench, CTRL, Key::Enter);
    bench.until("two is spoken", |bench| bench.session().store.takes.len() == 1);
    bench.click("Play take 1");
    bench.until("it is heard", |bench| bench.session().player.now().is_some());
    bench.click("Line 1: One. No take yet");
    tap(&mut bench, CTRL, Key::Enter);
    bench.until("one is spoken", |bench| bench.session().store.takes.len() == 2);
    tap(&mut bench, CTRL, Key::L);
    bench.until("the page of the video", |bench| bench.harness.state().page() == mouthpiece::panels::Page::LipSync);
    let session = bench.session();
    assert_eq!(session.store.chosen_take().unwrap().script, "One.");
    assert_eq!(session.store.flow.text(), "One.");
}

#[test]
fn lines_move_by_alt_and_an_arrow_while_they_are_written() {
    let mut bench = ready();
    at_once(&mut bench, typed("One\nTwo\nThree"));
    tap(&mut bench, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(texts(&bench), ["One", "Three", "Two"]);
    assert_eq!(focus::focused(&bench).as_deref(), Some("Line 2"), "the cursor goes along");
    at_once(&mut bench, [press(Modifiers::ALT, Key::ArrowDown), press(Modifiers::ALT, Key::ArrowUp)].concat());
    tap(&mut bench, Modifiers::ALT, Key::ArrowUp);
    assert_eq!(texts(&bench), ["Three", "One", "Two"]);
    at_once(&mut bench, typed("!"));
    assert_eq!(texts(&bench), ["Three!", "One", "Two"], "the cursor has stayed where it was");
}

#[test]
fn pause_words_and_the_rest_have_keys_while_a_line_is_written() {
    let mut bench = ready();
    let typing = [typed("abc def"), press(CTRL, Key::P).to_vec(), typed("after")].concat();
    at_once(&mut bench, typing);
    assert_eq!(texts(&bench), ["abc def [pause 0.6 s] after"]);
    tap(&mut bench, CTRL, Key::J);
    bench.wait("Say a word differently");
    assert_eq!(focus::focused(&bench).as_deref(), Some("Written"), "a form begins in its first field");
    bench.key(Modifiers::NONE, Key::Escape);
    bench.until("the cursor is back", |bench| focus::focused(bench).as_deref() == Some("Line 1"));
    at_once(&mut bench, typed("\nBye."));
    assert!(bench.has("Line 1: abc def pause 0.6 s after. No take yet"), "{}", bench.screen());
    tap(&mut bench, SHIFT, Key::Enter);
    bench.wait("Speak 2 lines?");
    assert_eq!(focus::focused(&bench).as_deref(), Some("Cancel"), "a question begins with the safe answer");
}

#[test]
fn undo_takes_back_the_words_first_and_redo_brings_everything_again() {
    let mut bench = ready();
    at_once(&mut bench, typed("One\n"));
    at_once(&mut bench, typed("Two"));
    bench.frames(30);
    tap(&mut bench, CTRL, Key::Z);
    assert_eq!(texts(&bench), ["One", ""], "the words of the line, and not the line");
    tap(&mut bench, CTRL, Key::Z);
    assert_eq!(texts(&bench), ["One"]);
    tap(&mut bench, SHIFT, Key::Z);
    assert_eq!(texts(&bench), ["One", ""]);
    tap(&mut bench, SHIFT, Key::Z);
    assert_eq!(texts(&bench), ["One", "Two"]);
    // Out of the text the lines alone are undone: one with words stays.
    bench.harness.get_by_label("Move line 1").focus();
    bench.frames(2);
    tap(&mut bench, CTRL, Key::Z);
    assert_eq!(texts(&bench), ["One", "Two"]);
    bench.wait("Nothing was undone");
    tap(&mut bench, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(texts(&bench), ["Two", "One"]);
    tap(&mut bench, CTRL, Key::Z);
    assert_eq!(texts(&bench), ["One", "Two"]);
    tap(&mut bench, SHIFT, Key::Z);
    assert_eq!(texts(&bench), ["Two", "One"], "also when the cursor has come back into the text");
}

#[test]
fn a_spoken_line_never_goes_without_a_word() {
    let made = tempfile::tempdir().unwrap();
    let text = made.path().join("talk.txt");
    std::fs::write(&text, "One.\n\nTwo.\n").unwrap();
    let mut bench = ready_in(Setup::default().dialogs([text]));
    bench.click("Import text");
    bench.until("they are there", |bench| texts(bench) == ["One.", "Two."]);
    bench.click("Speak");
    bench.wait("Play take 1");
    bench.harness.get_by_label("Move line 1").focus();
    bench.frames(2);
    tap(&mut bench, CTRL, Key::Z);
    bench.wait("Nothing was undone");
    assert_eq!(texts(&bench), ["One.", "Two."]);
    bench.click("More actions for this line");
    bench.click("Delete this line");
    bench.wait("Line 2 deleted");
    bench.wait("Other takes");
    bench.harness.get_by_label("Move line 1").focus();
    bench.frames(2);
    tap(&mut bench, CTRL, Key::Z);
    assert_eq!(texts(&bench), ["One.", "Two."]);
    assert!(bench.session().store.flow.take().is_some() && !bench.has("Other takes"));
    // Another script has no use for takes in a voice it does not have.
    bench.click("More actions for this line");
    bench.click("Delete this line");
    bench.wait("Other takes");
    bench.key(Modifiers::COMMAND, Key::N);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Choose a voice");
    assert!(!bench.has("Other takes"), "{}", bench.screen());
    at_once(&mut bench, typed("Hello"));
    assert_eq!(texts(&bench), ["Hello"]);
    assert!(bench.is_off("Speak the rest"));
}

#[test]
fn files_are_imported_one_behind_the_other() {
    let made = tempfile::tempdir().unwrap();
    let mut bench = ready();
    for (name, text) in [("1.txt", "One.\n\nTwo.\n"), ("2.txt", "Three.\n\nFour.\n"), ("3.txt", "Five.\n")] {
        let file = made.path().join(name);
        std::fs::write(&file, text).unwrap();
        bench.drop_file(&file);
    }
    bench.until("all are there", |bench| texts(bench).len() == 5);
    assert_eq!(texts(&bench), ["One.", "Two.", "Three.", "Four.", "Five."]);
}
