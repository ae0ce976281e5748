//! Speaking lines, as more than one page asks for it: pure rules.

use crate::jobs::{SpeakJob, SpokenPart};
use crate::library::Line;
use crate::script::{self, pauses, split, words};
use crate::store::{Store, VoiceChoice};
use crate::ui::format;

/// The job that speaks the line that is worked on. `None` without a voice.
pub(super) fn job(store: &Store) -> Option<SpeakJob> {
    job_of(store, store.flow.lines.active())
}

/// The job that speaks a line of the flow. `None` without a voice.
pub(super) fn job_of(store: &Store, line: &Line) -> Option<SpeakJob> {
    let voice = voice_of(store, line)?;
    Some(SpeakJob {
        line_id: Some(line.id.clone()),
        voice_id: voice.id,
        voice_name: voice.name,
        script: line.text.trim().to_owned(),
        stability: line.stability.unwrap_or(store.flow.stability),
        similarity: line.similarity.unwrap_or(store.flow.similarity),
        parts: parts(&line.text, &store.words),
    })
}

/// The voice that speaks a line: its own, else that of the flow.
pub(super) fn voice_of(store: &Store, line: &Line) -> Option<VoiceChoice> {
    let id = store.flow.voice_id_of(line)?;
    if let Some(voice) = store.flow.voice.as_ref().filter(|voice| voice.id == id) {
        return Some(VoiceChoice { name: store.voice_name(id, &voice.name).to_owned(), id: voice.id.clone() });
    }
    let name = store.name_of_voice(id).unwrap_or("A voice of yours").to_owned();
    Some(VoiceChoice { id: id.to_owned(), name })
}

/// What is sent of a line, where it is not the line as it is written.
fn parts(text: &str, list: &[(String, String)]) -> Vec<SpokenPart> {
    let parts: Vec<SpokenPart> = pauses::parts(text)
        .into_iter()
        .map(|part| SpokenPart { text: words::spoken(&part.text, list), pause_after_secs: part.pause_after_secs })
        .collect();
    match &parts[..] {
        [only] if only.text == text.trim() => Vec::new(),
        _ => parts,
    }
}

/// Why the service would not take what is sent of a line that fits as it is written: its words became too many.
pub(super) fn grown(store: &Store, text: &str) -> Option<String> {
    if store.words.is_empty() {
        return None;
    }
    let count = |part: &SpokenPart| part.text.chars().count();
    let most = parts(text, &store.words).iter().map(count).max()?;
    (most > script::MAX_CHARACTERS).then(|| {
        format!(
            "Said as “Say it differently” asks, this line has {} characters and the service takes 5,000. Split it, or \
             shorten it.",
            format::thousands(most as u64)
        )
    })
}

/// The sentence for a line above the limit.
pub(super) fn too_long(line: &str) -> String {
    let count = format::thousands(script::characters(line) as u64);
    let advice = if let Some(split) = split::place(line).filter(|split| split.whole) {
        format!("Split it after “{}”", split.after)
    } else {
        let over = script::characters(line).saturating_sub(script::MAX_CHARACTERS) as u64;
        format!("Shorten it by {}.", format::count(over, "character", "characters"))
    };
    format!("This line has {count} characters and the service takes 5,000. {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_the_line_itself_unless_it_pauses_or_is_said_differently() {
        let list = [("v3".to_owned(), "version three".to_owned())];
        assert_eq!(parts(" Good evening. ", &list), []);
        let part = |text: &str, pause_after_secs| SpokenPart { text: text.into(), pause_after_secs };
        assert_eq!(parts("It is V3.", &list), [part("It is Version three.", 0.0)]);
        assert_eq!(parts("So. [pause 0.6 s] v3!", &list), [part("So.", 0.6), part("version three!", 0.0)]);
        assert_eq!(parts("So. [pause 2 s]", &[]), [part("So.", 0.0)], "the pause itself is never sent");
    }

    #[test]
    fn a_voice_of_its_own_speaks_a_line_when_the_lines_differ() {
        let mut store = Store::new("x".into(), true);
        store.flow.voice = Some(VoiceChoice { id: "v".into(), name: "Mara".into() });
        store.flow.lines.active_mut().voice_id = Some("w".into());
        *store.flow.text_mut() = "Hi".into();
        assert_eq!(job(&store).unwrap().voice_id, "v");
        store.flow.same_for_all = false;
        let spoken = job(&store).unwrap();
        assert_eq!((spoken.voice_id.as_str(), spoken.voice_name.as_str()), ("w", "A voice of yours"));
    }
}
