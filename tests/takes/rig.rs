//! The app with takes.

use egui::{Key, Modifiers};
use mouthpiece::library::Take;

use crate::common::{Bench, Setup};

pub const LINES: [&str; 3] =
    ["Good evening, and welcome.", "The second line is a little longer than the first one.", "And this is the end."];

/// The app on the script page, with these lines written below each other and spoken, the same one again as another take.
pub fn spoken(setup: Setup, lines: &[&str]) -> Bench {
    let mut bench = setup.app();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    let voice = bench.session().store.voices.value().unwrap()[0].label().to_owned();
    bench.click("Choose a voice");
    bench.click(&format!("{voice}. Built-in voice"));
    for (at, line) in lines.iter().enumerate() {
        // Each text is a line of its own.
        if at > 0 && lines[at - 1] != *line {
            bench.click("Add a line");
        }
        let place = bench.session().store.flow.lines.active_index() + 1;
        bench.fill(&format!("Line {place}"), line);
        bench.click("Speak");
        bench.until("it is spoken", |bench| bench.session().store.takes.len() == at + 1 && !bench.is_off("Speak"));
    }
    bench
}

/// A take by its number.
pub fn take(bench: &Bench, number: u32) -> Take {
    bench.session().store.takes.iter().find(|take| take.number == number).unwrap().clone()
}
