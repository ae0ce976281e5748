//! Speaking lines, as pages and verbs ask for it: pure rules.

use crate::api::Voice;
use crate::format;
use crate::jobs::{Job, SpeakJob, SpokenPart, said_of, unstamp};
use crate::library::{Line, Take};
use crate::script::words::Words;
use crate::script::{self, pauses, split};
use crate::store::{Store, VoiceChoice};

/// The job that speaks the line that is worked on. `None` without a voice.
pub fn job(store: &Store) -> Option<SpeakJob> {
    job_of(store, store.flow.lines.active())
}

/// The job that speaks a line of the flow. `None` without a voice.
pub fn job_of(store: &Store, line: &Line) -> Option<SpeakJob> {
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

/// The voice that speaks a line: its own, else that of the flow; under the id it has now.
pub fn voice_of(store: &Store, line: &Line) -> Option<VoiceChoice> {
    let id = store.voice_now(store.flow.voice_id_of(line)?);
    let of_flow = store.flow.voice.as_ref().filter(|voice| store.voice_now(&voice.id) == id);
    let name = match of_flow {
        Some(voice) => store.voice_name(id, &voice.name),
        None => store.name_of_voice(id).unwrap_or("A voice of yours"),
    };
    Some(VoiceChoice { id: id.to_owned(), name: name.to_owned() })
}

/// Why a voice can't speak now, where the service says so.
pub fn withheld(voice: &VoiceChoice, voices: &[Voice]) -> Option<String> {
    let is_it = |known: &Voice| known.is_called(&voice.id) && known.is_withheld();
    let is_withheld = voices.iter().any(is_it);
    is_withheld.then(|| format!("The service does not let {} speak right now. Choose another voice.", voice.name))
}

/// Whether a take was made after a job had begun: it settles what became of one whose answer got lost.
pub fn is_later(take: &Take, job: &Job) -> bool {
    unstamp(&take.made_at).is_some_and(|made| made > job.begun_at)
}

/// What is sent of a line, where it is not the line as it is written.
fn parts(text: &str, words: &Words) -> Vec<SpokenPart> {
    let parts: Vec<SpokenPart> = pauses::parts(text)
        .into_iter()
        .map(|part| SpokenPart { text: words.spoken(&part.text), pause_after_secs: part.pause_after_secs })
        .collect();
    match &parts[..] {
        [only] if only.text == text.trim() => Vec::new(),
        _ => parts,
    }
}

/// Whether a take says a text as it would be said now: in the same words, spoken in the same way. Of a take of an
/// earlier version it is not known how its words were spoken: it counts as spoken in those there are, so that nothing
/// that was paid for is bought again.
pub fn says(store: &Store, text: &str, take: &Take) -> bool {
    if take.script.trim() != text.trim() {
        return false;
    }
    match &take.care.said {
        None => true,
        Some(said) => match &parts(text, &store.words)[..] {
            [] => said == text.trim(),
            parts => *said == said_of(parts),
        },
    }
}

/// Whether a job speaks a line in the words in which it would be spoken now.
pub fn speaks(store: &Store, text: &str, job: &SpeakJob) -> bool {
    job.script.trim() == text.trim() && job.parts == parts(text, &store.words)
}

/// Why the service would not take what is sent of a line that fits as it is written: its words became too many.
pub fn grown(store: &Store, text: &str) -> Option<String> {
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
pub fn too_long(line: &str) -> String {
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
        let list = vec![("v3".to_owned(), "version three".to_owned())].into();
        assert_eq!(parts(" Good evening. ", &list), []);
        let part = |text: &str, pause_after_secs| SpokenPart { text: text.into(), pause_after_secs };
        assert_eq!(parts("It is V3.", &list), [part("It is Version three.", 0.0)]);
        assert_eq!(parts("So. [pause 0.6 s] v3!", &list), [part("So.", 0.6), part("version three!", 0.0)]);
        assert_eq!(parts("So. [pause 2 s]", &Words::default()), [part("So.", 0.0)], "the pause itself is never sent");
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

    #[test]
    fn a_take_says_its_line_only_in_the_words_it_was_spoken_in() {
        let mut store = Store::new("x".into(), true);
        let mut take: Take = serde_json::from_value(serde_json::json!({
            "id": "t", "number": 1, "voice_id": "v", "voice_name": "Mara", "script": "v3 ships.", "stability": null,
            "similarity": null, "file": "1.wav", "url": "", "duration_secs": 1.0, "made_at": ""
        }))
        .unwrap();
        assert!(says(&store, " v3 ships. ", &take) && !says(&store, "v4 ships.", &take));
        store.words.push(("v3".into(), "version three".into()));
        assert!(says(&store, "v3 ships.", &take), "of an earlier version: it is not bought again");
        take.care.said = Some("v3 ships.".into());
        assert!(!says(&store, "v3 ships.", &take), "it was spoken as it is written");
        let job = job_of(&store, &Line { text: "v3 ships.".into(), ..Line::default() });
        assert!(job.is_none(), "no voice yet");
        store.flow.voice = Some(VoiceChoice { id: "v".into(), name: "Mara".into() });
        let job = job_of(&store, &Line { text: "v3 ships.".into(), ..Line::default() }).unwrap();
        take.care.said = job.spoken();
        assert!(says(&store, "v3 ships.", &take) && speaks(&store, "v3 ships.", &job));
        store.words.remove(0);
        assert!(!says(&store, "v3 ships.", &take) && !speaks(&store, "v3 ships.", &job), "the word was taken out");
        take.script = "So. [pause 2 s] Hi.".into();
        take.care.said = None;
        assert!(says(&store, "So. [pause 2 s] Hi.", &take), "pauses are no other words");
    }
}
