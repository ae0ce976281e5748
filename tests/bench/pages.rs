//! What a frame of the long pages costs: `cargo bench --bench pages`.
//!
//! The real app without a window, with 10,000 voices and 2,000 takes of the 200 lines of a flow: the processor time of
//! this thread for each frame while a list is scrolled, and while a search or a line is typed letter by letter. What is
//! typed or turned arrives in one frame, as it does in a window. Drawing on the graphics card is not part of it; making
//! the triangles is. Ends with an error when the slowest hundredth of any of them is above 4 ms.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

#[path = "../common/mod.rs"]
mod common;
#[path = "kit/full.rs"]
mod full;
mod kit;

use std::rc::Rc;
use std::time::Duration;

use common::{Bench, Setup};
use egui::{Event, Key, Modifiers, MouseWheelUnit, TouchPhase};
use full::{LINES, TAKES, VOICES};
use kit::{Row, time};
use mouthpiece::panels::Page;

const FRAMES: usize = 600;
/// A place in the list of every page.
const MIDDLE: egui::Pos2 = egui::pos2(500.0, 500.0);
const MOST: Duration = Duration::from_millis(4);

fn main() {
    let mut bench = full();
    let mut worst = Duration::ZERO;
    println!("{VOICES} voices, {TAKES} takes of {LINES} lines with their jobs; {FRAMES} frames each at 1280 x 800.");
    println!("Processor time of one frame of the window's thread: logic, layout, what screen readers are told, and");
    println!("triangles, without the graphics card. \"Slowest\" is one frame of all.\n");
    println!("{}", Row::header());
    bench.key(Modifiers::COMMAND, Key::Num1);
    worst = worst.max(scrolled(&mut bench, "Flow, scrolling", MIDDLE));
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.wait_part("Use Voice ");
    worst = worst.max(scrolled(&mut bench, "Voices, scrolling", MIDDLE));
    worst = worst.max(searched(&mut bench, "Voices, typing a search", "Search voices"));
    bench.key(Modifiers::COMMAND, Key::Num4);
    assert_eq!(bench.harness.state().page(), Page::Script);
    worst = worst.max(scrolled(&mut bench, "Script, scrolling", MIDDLE));
    worst = worst.max(written(&mut bench, "Script, typing a line"));
    bench.key(Modifiers::COMMAND, Key::Num6);
    assert_eq!(bench.session().jobs.all().len(), TAKES);
    worst = worst.max(scrolled(&mut bench, "Activity, scrolling", MIDDLE));
    worst = worst.max(searched(&mut bench, "Activity, typing a search", "Search jobs"));
    assert!(worst <= MOST, "the slowest hundredth took {worst:?}, and may take {MOST:?}");
}

/// The app on a library this full.
fn full() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let voices = full::fill(dir.path());
    let bench = Setup { dir: Some(Rc::new(dir)), ..Setup::default() };
    let mut bench = bench.app();
    // The practice service lists its own few voices; here it shall list these.
    let body = serde_json::to_string(&voices).unwrap();
    let answer = mouthpiece::sandbox::Fault::Status { status: 200, body, retry_after: None };
    bench.until("the first list has come", |bench| !bench.session().store.voices.is_loading());
    bench.sandbox().faults().next("GET", "/v2/voices", answer);
    bench.key(Modifiers::COMMAND, Key::Num2);
    bench.key(Modifiers::NONE, Key::F5);
    bench.until("the list has come", |bench| {
        bench.session().store.voices.value().is_some_and(|all| all.len() == VOICES)
    });
    bench
}

/// Processor time of the calling thread so far, to the nanosecond.
fn processor() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap()
}

/// One frame, with the triangles it is drawn from.
fn frame(bench: &mut Bench) -> Duration {
    let before = processor();
    bench.harness.step();
    let output = bench.harness.output();
    let triangles = bench.harness.ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
    assert!(!triangles.is_empty());
    processor().saturating_sub(before)
}

fn scrolled(bench: &mut Bench, what: &str, at: egui::Pos2) -> Duration {
    bench.frames(20);
    bench.harness.event(Event::PointerMoved(at));
    let frames = (0..FRAMES).map(|number| {
        let by = if number < FRAMES / 2 { -180.0 } else { 180.0 };
        bench.harness.input_mut().events.push(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: egui::vec2(0.0, by),
            phase: TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
        frame(bench)
    });
    told(what, frames.collect())
}

fn searched(bench: &mut Bench, what: &str, field: &str) -> Duration {
    bench.fill(field, "x");
    bench.frames(4);
    let words = ["croatian 00", "unicode", "stability best", "05432", "baritone", "warm voice"];
    typed(bench, what, &words.join("\n"))
}

/// Into the line that is worked on.
fn written(bench: &mut Bench, what: &str) -> Duration {
    bench.fill("Line 4", "x");
    bench.frames(4);
    typed(bench, what, "Mara says v3 is ready.\nIt ships on Thursday. [pause 0.6 s] And it is good.")
}

/// Each letter in a frame of its own, and one frame between; a new line begins again.
fn typed(bench: &mut Bench, what: &str, text: &str) -> Duration {
    let letters: Vec<char> = text.chars().collect();
    let frames = (0..FRAMES).map(|number| {
        match letters[number / 2 % letters.len()] {
            _ if number % 2 == 1 => {}
            '\n' => {
                press(bench, Modifiers::COMMAND, Key::A);
                press(bench, Modifiers::NONE, Key::Backspace);
            }
            letter => bench.harness.input_mut().events.push(Event::Text(letter.to_string())),
        }
        frame(bench)
    });
    told(what, frames.collect())
}

/// A key in the next frame. The harness's own way would draw a frame for each event, and all of them would count as one.
fn press(bench: &mut Bench, modifiers: Modifiers, key: Key) {
    for pressed in [true, false] {
        let event = Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        bench.harness.input_mut().events.push(event);
    }
}

fn told(what: &str, mut frames: Vec<Duration>) -> Duration {
    frames.sort_unstable();
    let at = |part: usize| frames[(frames.len() - 1) * part / 100];
    let text = |frame: Duration| time(frame.as_secs_f64());
    let last = frames.last().copied().unwrap_or_default();
    let ours = format!("{} p99", text(at(99)));
    let note = format!("p50 {}, slowest {}; p99 at most {}", text(at(50)), text(last), text(MOST));
    Row::new(&format!("a frame of {what}"), ours).note(note).tell();
    at(99)
}
