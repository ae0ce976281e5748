//! Reads the segments of a run: parts of the film, each with a voice of its own.

use super::inputs;
use super::refusal::{Answer, Refusal};
use super::request::Fields;
use super::state::{Segment, Voice};
use crate::api::SyncMode;

/// The code of segments that do not fit.
pub(super) const INVALID: &str = "generation_input_segments_invalid";
/// The documentation names no limit; this is one of memory and patience.
const MOST: usize = 100;
/// Seconds.
const LONGEST: f64 = 86_400.0;

/// A voice with the name segments call it by.
pub(super) type Named = (Option<String>, Voice);

/// Whether there are segments at all; an empty list is none.
pub(super) fn are_asked(all: &Fields) -> bool {
    all.get("segments").is_some_and(|value| value.as_array().is_none_or(|rows| !rows.is_empty()))
}

/// The segments in the order of the film. `mode` is that of the run, for those without their own.
pub(super) fn read(all: &Fields, voices: &[Named], mode: SyncMode) -> Answer<Vec<Segment>> {
    let rows = || {
        let rows = all.objects("segments", MOST)?;
        rows.iter().map(|row| read_one(row, voices, mode)).collect::<Answer<Vec<Segment>>>()
    };
    let mut segments = rows().map_err(|refusal| refusal.recoded(INVALID))?;
    check_names(all, voices)?;
    segments.sort_by(|a, b| a.start.total_cmp(&b.start));
    // What the service does with these is not documented; two voices at once are hardly meant.
    if segments.windows(2).any(|two| two[1].start < two[0].end) {
        return Err(all.refuse("segments", "must not lie over one another").recoded(INVALID));
    }
    segments.retain(|segment| segment.end > segment.start);
    if segments.is_empty() {
        return Err(all.refuse("segments", "are all without length").recoded(INVALID));
    }
    Ok(segments)
}

fn check_names(all: &Fields, voices: &[Named]) -> Answer<()> {
    for (index, (name, _)) in voices.iter().enumerate() {
        let unique = name.is_some() && !voices[..index].iter().any(|(other, _)| other == name);
        if !unique {
            let message = "must give every audio and text a refId of its own when there are segments";
            return Err(all.refuse("input", message).recoded(INVALID));
        }
    }
    Ok(())
}

fn read_one(row: &Fields, voices: &[Named], mode: SyncMode) -> Answer<Segment> {
    let (start, end) = (time(row, "startTime")?, time(row, "endTime")?);
    let (Some(start), Some(end)) = (start, end) else {
        return Err(row.refuse(if start.is_none() { "startTime" } else { "endTime" }, "is required"));
    };
    if end < start {
        return Err(row.refuse("endTime", "must not be before startTime"));
    }
    let sound = row.object("audioInput")?.ok_or_else(|| row.refuse("audioInput", "is required"))?;
    let name = sound.required("refId", 1, 200)?;
    let voice = voices.iter().find(|(known, _)| known.as_deref() == Some(name.as_str()));
    let (_, voice) = voice.ok_or_else(|| sound.refuse("refId", "is not the refId of an audio or text"))?;
    let part = match (time(&sound, "startTime")?, time(&sound, "endTime")?) {
        (None, None) => None,
        (Some(from), Some(to)) if to > from => Some((from, to)),
        _ => return Err(sound.refuse("endTime", "and startTime come together, the earlier one first")),
    };
    let own = row.object("optionsOverride")?;
    let own = own.map(|own| inputs::read_mode(&own)).transpose()?.flatten();
    Ok(Segment { start, end, voice: voice.clone(), part, mode: own.unwrap_or(mode) })
}

fn time(fields: &Fields, name: &str) -> Answer<Option<f64>> {
    fields.number(name, 0.0, LONGEST)
}

/// The refusal of a segment that only shows not to fit once the film is seen.
pub(super) fn outside() -> Refusal {
    let message = "A segment begins after the end of the film.";
    Refusal::new(axum::http::StatusCode::BAD_REQUEST, INVALID, message)
}
