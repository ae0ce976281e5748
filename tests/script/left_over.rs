//! Speaking many lines that is cut short: the next start tells how far it came, and goes on without buying twice.

use egui::{Key, Modifiers};
use mouthpiece::sandbox::Fault;

use super::{Bench, SHIFT, Setup, bought, ready, write_all};

/// The service asks to come again much later.
fn later() -> Fault {
    Fault::Status { status: 429, body: r#"{"message":"Too many requests"}"#.into(), retry_after: Some(600) }
}

fn takes(bench: &Bench) -> usize {
    bench.session().store.takes.len()
}

/// What the library keeps of lines that are being spoken.
fn kept(bench: &Bench) -> Option<String> {
    let session = bench.session();
    session.library.note(&format!("speaking {}", session.store.flow.id)).unwrap()
}

/// Four lines of which two are on their way, and do not get further.
fn cut_short() -> Bench {
    let mut bench = ready();
    write_all(&mut bench, &["One.", "Two.", "Three.", "Four."]);
    for _ in 0..2 {
        bench.sandbox().faults().next("POST", "/v2/tts", later());
    }
    bench.key(SHIFT, Key::Enter);
    bench.click("Speak 4 lines");
    bench.wait("2 left to speak");
    bench.until("both wait", |bench| bench.sandbox().faults().pending() == 0);
    bench
}

#[test]
fn what_was_left_to_speak_when_the_program_ended_is_told_and_spoken() {
    let mut bench = cut_short();
    bench.until("it is written down", |bench| kept(bench).is_some());
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("2 of 4 lines were spoken before Mouthpiece closed.");
    assert_eq!((takes(&bench), bought(&bench)), (2, 2), "nothing goes on by itself");
    bench.click("Speak the rest");
    bench.wait("Speak 2 lines?");
    assert!(bench.has_part("This uses 11 characters"), "{}", bench.screen());
    bench.click("Speak 2 lines");
    bench.until("all are spoken", |bench| takes(bench) == 4);
    assert_eq!(bought(&bench), 4, "each line is bought once");
    assert!(!bench.has_part("before Mouthpiece closed"), "{}", bench.screen());
    bench.until("nothing is kept", |bench| kept(bench).is_none());
}

#[test]
fn the_note_about_what_is_left_can_be_put_away_for_good() {
    let mut bench = cut_short();
    bench.until("it is written down", |bench| kept(bench).is_some());
    let dir = bench.close();
    let mut bench = Setup { dir: Some(dir), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("2 of 4 lines were spoken before Mouthpiece closed.");
    bench.click("Put this note away");
    bench.until("nothing is kept", |bench| kept(bench).is_none());
    assert!(!bench.has_part("before Mouthpiece closed") && !bench.is_off("Speak the rest"));
}

#[test]
fn lines_that_wait_when_another_flow_is_opened_are_told_of_when_it_is_open_again() {
    let mut bench = cut_short();
    let first = bench.session().store.flow.id.clone();
    bench.key(Modifiers::COMMAND, Key::N);
    bench.until("another flow is open", |bench| bench.session().store.flow.id != first);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.frames(4);
    assert!(!bench.has_part("another flow was opened"), "{}", bench.screen());
    bench.key(Modifiers::COMMAND, Key::Num1);
    bench.click("Resume");
    bench.until("the first is open again", |bench| bench.session().store.flow.id == first);
    bench.frames(2);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait_part("None of 4 lines was spoken before another flow was opened. 2 are being spoken.");
}

#[test]
fn a_batch_that_ends_or_is_stopped_is_not_told_of() {
    let mut bench = cut_short();
    bench.until("it is written down", |bench| kept(bench).is_some());
    bench.click("Stop after this line");
    for left in [1, 0] {
        bench.click("Cancel");
        bench.until("one more is given up", |bench| {
            bench.session().jobs.all().iter().filter(|job| job.is_running()).count() == left
        });
    }
    bench.until("nothing is kept", |bench| kept(bench).is_none());
}

#[test]
fn a_line_whose_reply_got_lost_says_so_after_a_restart_and_no_batch_buys_it_again() {
    let mut bench = ready();
    write_all(&mut bench, &["One.", "Two.", "Three."]);
    for line in 1..=2 {
        bench.sandbox().faults().next("POST", "/v2/tts", Fault::LoseAnswer);
        bench.click(&format!("Speak line {line}"));
        bench.until("it failed", |bench| {
            bench.session().jobs.all().iter().filter(|job| !job.is_running()).count() == line
        });
    }
    let mut bench = Setup { dir: Some(bench.close()), ..Setup::default() }.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.wait("Dismiss, line 1");
    assert!(bench.has("Dismiss, line 2"), "each of them says so: {}", bench.screen());
    assert!(bench.has("The reply got lost. It may have been spoken and counted."), "{}", bench.screen());
    bench.key(SHIFT, Key::Enter);
    bench.wait("Speak 1 line?");
    let words = "2 lines may have been spoken already; speak them one by one.";
    assert!(bench.has_part(words), "{}", bench.screen());
    bench.click("Speak 1 line");
    bench.until("the third is spoken", |bench| takes(bench) == 1);
    bench.key(SHIFT, Key::Enter);
    bench.wait_part(words);
    assert_eq!(takes(&bench), 1);
    bench.key(Modifiers::NONE, Key::Escape);
    bench.click("Speak once more");
    bench.until("one of them is spoken", |bench| takes(bench) == 2);
    // A take that came later settles the matter of the other, whatever it was spoken by.
    bench.click("Show takes of line 1");
    let open = bench.session().store.flow.lines.active_index();
    assert_eq!(open, 0);
    let lost = |bench: &Bench| bench.has("Speak once more");
    assert!(lost(&bench), "{}", bench.screen());
    let row = "Line 2: Two. No take yet";
    bench.click(row);
    bench.click("Speak");
    bench.until("it is settled", |bench| takes(bench) == 3 && !lost(bench));
}
