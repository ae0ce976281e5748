//! The Source card: the file, and what of it the voice is made from.

use std::ops::Range;

use super::{Card, Source, of_file, refused};
use crate::panels::Cx;
use crate::panels::flow::facts;
use crate::ui::format;

pub(super) fn source(cx: &Cx<'_>, from: &mut Source<'_>) -> Card {
    let incoming = &cx.store.incoming.source;
    let Some(file) = &cx.store.flow.source else {
        let meta = if incoming.is_loading() { "Reading the file" } else { "Video or audio, up to 5 GB" };
        let note = "You choose which part to use".to_owned();
        return Card { name: "No source yet".to_owned(), meta: meta.to_owned(), note, ..Card::default() };
    };
    let mut card = of_file(cx, from, file);
    let voice = cx.store.flow.voice.as_ref();
    let clone = voice.and_then(|voice| cx.store.clones.iter().find(|clone| clone.id == voice.id));
    let chosen = || {
        let part = cx.store.flow.sample.part_of(file.secs()?)?;
        Some(format!("{} to {}", format::time_code(part.from_secs), format::time_code(part.to_secs)))
    };
    let (note, part) = match clone {
        Some(clone) => sent(&file.name(), &clone.sample_name),
        None => sample(chosen().as_deref()),
    };
    card.part = part.zip(file.secs()).and_then(|(part, secs)| share(part, secs));
    (card.row, card.note) = (note.clone(), note);
    refused(&mut card, incoming.error());
    card
}

/// What of the source the voice was made from, in words and in seconds.
fn sent(source: &str, sample_name: &str) -> (String, Option<Range<f64>>) {
    match facts::sample_part(sample_name, source) {
        Some("") => ("Sample: the whole file".to_owned(), None),
        Some(part) => sample(Some(part)),
        None => (format!("The voice is from {}", sample_name.split(", ").next().unwrap_or_default()), None),
    }
}

/// What of the source is used: "0:20.0 to 1:45.0".
fn sample(part: Option<&str>) -> (String, Option<Range<f64>>) {
    let Some(part) = part else { return ("Up to 2 minutes of it are used".to_owned(), None) };
    let range = part.split_once(" to ").and_then(|(from, to)| Some(secs(from)?..secs(to)?));
    (format!("Sample: {part}"), range)
}

/// "1:04.5" as seconds.
fn secs(code: &str) -> Option<f64> {
    let parts = code.split(':').map(|part| part.parse::<f64>().ok());
    parts.reduce(|sum, part| Some(sum? * 60.0 + part?)).flatten()
}

/// A part of a sound of this length, from 0 to 1.
#[expect(clippy::cast_possible_truncation, reason = "a share to draw")]
fn share(part: Range<f64>, secs: f64) -> Option<Range<f32>> {
    let at = |at: f64| (at / secs).clamp(0.0, 1.0) as f32;
    (secs > 0.0 && part.start < part.end).then(|| at(part.start)..at(part.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_says_which_part_of_it_was_sent() {
        let said = |sample| sent("talk.mp4", sample);
        assert_eq!(said("talk.mp4, 0:20.0 to 1:45.5"), ("Sample: 0:20.0 to 1:45.5".to_owned(), Some(20.0..105.5)));
        assert_eq!(said("talk.mp4"), ("Sample: the whole file".to_owned(), None));
        assert_eq!(said("talk.mp4.mov").0, "The voice is from talk.mp4.mov");
        assert_eq!(said("other.mp4, 0:00.0 to 1:00.0").0, "The voice is from other.mp4");
        assert_eq!(sample(None).0, "Up to 2 minutes of it are used");
        assert_eq!((secs("1:02:03.5"), secs("9.0"), secs("x:1")), (Some(3723.5), Some(9.0), None));
        assert_eq!(share(20.0..50.0, 100.0), Some(0.2..0.5));
        assert_eq!(share(20.0..50.0, 0.0), None);
    }
}
