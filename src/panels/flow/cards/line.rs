//! The Line card: the text, its take, and which of several lines and takes that is.

use super::run_words;
use super::{Card, Source, elapsed, of_file, run_bar, sound};
use crate::jobs::Job;
use crate::library::Line;
use crate::panels::Cx;
use crate::panels::flow::facts::Runs;
use crate::panels::flow::price;
use crate::panels::flow::run::Step;
use crate::panels::flow::stages::{Facts, TrackFact};
use crate::script;
use crate::store::{Flow, Store};
use crate::ui::format;

pub(super) fn line(cx: &Cx<'_>, from: &mut Source<'_>, facts: &Facts, runs: &Runs<'_>) -> Card {
    let store = &*cx.store;
    if let Some(audio) = &store.flow.audio {
        let card = of_file(cx, from, audio);
        let note = if card.is_sound { "Used instead of a take" } else { "Its sound, instead of a take" };
        return Card { note: note.to_owned(), ..card };
    }
    let count = script::characters(store.flow.text());
    let max = format::thousands(script::MAX_CHARACTERS as u64);
    let note = match (several(&store.flow), count) {
        (Some((line, of)), _) => format!("Line {line} of {of} goes on the video"),
        (None, 0) => "You can write before the voice".to_owned(),
        (None, _) => format!("{} of {max} characters", format::thousands(count as u64)),
    };
    let bar = runs.speaking.and_then(run_bar);
    let excerpt = || script::excerpt(&script::pauses::readable(store.flow.text()), 120);
    let Some(take) = store.chosen_take() else {
        let running = runs.speaking.filter(|job| job.is_running());
        let name = match (running, count) {
            // Its number is the library's to give.
            (Some(_), _) => "Speaking a take".to_owned(),
            (None, 0) => "No line yet".to_owned(),
            (None, _) => "No take yet".to_owned(),
        };
        let meta = match running {
            Some(job) => speaking(store, job),
            None if count == 0 => format!("Up to {max} characters"),
            None => format!("About {} spoken", format::time(script::spoken_secs(store.flow.text()))),
        };
        return Card { name, meta, note, bar, ..Card::default() };
    };
    let length = format::time_code(take.secs());
    let meta = match (runs.speaking.filter(|job| job.is_running()), facts.track) {
        (Some(job), _) => speaking(store, job),
        (None, TrackFact::OtherText) => "Older than the text".to_owned(),
        (None, TrackFact::OtherVoice) => format!("Spoken by {}", store.voice_of_take(take)),
        (None, _) => take.stability.map_or(length.clone(), |value| format!("{length}, stability {value:.2}")),
    };
    Card {
        name: format!("Take {}", take.in_line()),
        row: match several(&store.flow) {
            _ if runs.speaking.is_some_and(Job::is_running) => meta.clone(),
            Some((line, of)) => format!("Line {line} of {of}: {}", excerpt()),
            None => excerpt(),
        },
        meta,
        note,
        wave: Some(from.pictures.sound(from.ctx, cx.runtime, take.audio())),
        bar,
        sound: sound(cx, &format!("take:{}", take.id)),
        ..Card::default()
    }
}

/// "0:06, usually 4 to 12 s"; or when it goes on, while it waits.
fn speaking(store: &Store, job: &Job) -> String {
    let since = elapsed(job).unwrap_or_default();
    match price::usual(store, &[Step::Speak]).filter(|_| job.waiting.is_none()) {
        Some((from, to)) => format!("{since}, usually {}", format::range(from, to)),
        None => format!("{}, {since}", run_words(store, job)),
    }
}

/// Which of the flow's lines is spoken and put on the video, where there are several, and how many they are: numbered as
/// on the Script page, without the empty ones at the end.
pub(in super::super) fn several(flow: &Flow) -> Option<(usize, usize)> {
    let is_written = |line: &&Line| !line.text.trim().is_empty();
    let written = flow.lines.all().iter().filter(is_written).count();
    let last = flow.lines.all().iter().rposition(|line| is_written(&line))? + 1;
    (written > 1 && is_written(&flow.lines.active())).then_some((flow.lines.active_index() + 1, last))
}

/// Whether the line is written in its card: until there is a take, or a sound file instead of one.
pub(in super::super) fn writes_in_card(facts: &Facts) -> bool {
    facts.track == TrackFact::None
}
