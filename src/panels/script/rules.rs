//! What may be spoken and which jobs and takes belong to a line: pure rules.

use std::time::Duration;

use crate::api::Voice;
use crate::jobs::{Job, Jobs, Request, SpeakJob, State};
use crate::library::{Line, Take};
use crate::panels::speech;
use crate::script::{self, Fit};
use crate::store::Store;
use crate::ui::format;

/// Whether a job was started for a line. Those of earlier versions know no line and belong to it by text and voice.
pub fn is_for(store: &Store, line: &Line, job: &SpeakJob) -> bool {
    match &job.line_id {
        Some(id) => *id == line.id,
        None => says(store, line, &job.script, &job.voice_id),
    }
}

/// Whether this text and voice are those of a line as it stands now.
fn says(store: &Store, line: &Line, script: &str, voice_id: &str) -> bool {
    script == line.text.trim() && is_voice(store, line, voice_id)
}

/// Whether a line is spoken in a voice, whatever id it had then.
fn is_voice(store: &Store, line: &Line, voice_id: &str) -> bool {
    speech::voice_of(store, line).is_some_and(|voice| store.is_same_voice(&voice.id, voice_id))
}

/// Whether a take says what its line says now, in its voice and in the words in which it would be spoken now.
pub fn is_current(store: &Store, line: &Line, take: &Take) -> bool {
    speech::says(store, &line.text, take) && is_voice(store, line, &take.voice_id)
}

/// The line a take that was just spoken is chosen for: it still says that, and keeps no other one.
pub fn chosen_for(store: &Store, spoken: &Take) -> Option<String> {
    let lines = store.flow.lines.all();
    let own = |line: &&Line| spoken.care.line_id.as_ref() == Some(&line.id);
    let says_it = |line: &&Line| is_current(store, line, spoken);
    let line = lines.iter().find(own).or_else(|| lines.iter().find(says_it)).filter(says_it)?;
    let kept = line
        .take_id
        .as_deref()
        .and_then(|id| store.take(id))
        .is_some_and(|take| take.care.kept && is_current(store, line, take));
    (!kept).then(|| line.id.clone())
}

/// Why the line that is worked on can't be spoken now.
pub fn why_not(store: &Store, jobs: &Jobs) -> Option<String> {
    why_not_line(store, jobs, store.flow.lines.active())
}

/// Why a line can't be spoken now.
pub fn why_not_line(store: &Store, jobs: &Jobs, line: &Line) -> Option<String> {
    let voices = store.voices.value().map_or(&[][..], Vec::as_slice);
    unfit(store, line, voices).or_else(|| is_spoken(store, &running(jobs), line))
}

/// Lines that are being spoken.
pub fn running(jobs: &Jobs) -> Vec<&SpeakJob> {
    let running = jobs.all().iter().filter(|job| job.is_running());
    running.filter_map(|job| if let Request::Speak(request) = &job.request { Some(request) } else { None }).collect()
}

/// Says so when a line is being spoken as it stands.
pub fn is_spoken(store: &Store, running: &[&SpeakJob], line: &Line) -> Option<String> {
    let is_it = |job: &&SpeakJob| {
        is_for(store, line, job) && speech::speaks(store, &line.text, job) && is_voice(store, line, &job.voice_id)
    };
    let spoken = running.iter().any(is_it);
    spoken.then(|| "This line is being spoken. Wait for it, or change the line.".to_owned())
}

/// The jobs of a line as it stands that may have been spoken and paid for, and no take came: their answer was lost, or
/// nobody waited for it. A take that came later settles the matter.
pub fn lost<'a>(store: &'a Store, jobs: &'a Jobs, line: &'a Line) -> impl Iterator<Item = &'a Job> {
    jobs.all().iter().filter(|job| {
        let Request::Speak(request) = &job.request else { return false };
        let is_open = matches!(job.state, State::Failed(_) | State::Stopped) && job.may_be_at_service();
        let is_it = || is_for(store, line, request) && says(store, line, &request.script, &request.voice_id);
        is_open && is_it() && !store.takes_of(line).any(|take| speech::is_later(take, job))
    })
}

/// What voice and line lack.
pub fn unfit(store: &Store, line: &Line, voices: &[Voice]) -> Option<String> {
    let Some(voice) = speech::voice_of(store, line) else { return Some("Choose a voice first".to_owned()) };
    if let Some(why) = speech::withheld(&voice, voices) {
        return Some(why);
    }
    match script::fit(&line.text) {
        Fit::Empty => Some("Write a line first".to_owned()),
        Fit::TooLong => Some(speech::too_long(&line.text)),
        Fit::Fits | Fit::Near => speech::grown(store, &line.text),
    }
}

/// How long speaking a line usually takes: the published time, or, once five of one's own were spoken, the middle half
/// of those.
pub fn usual(jobs: &[Job]) -> String {
    let spoken = |job: &&Job| matches!((&job.request, &job.state), (Request::Speak(_), State::Done(_)));
    let took = |job: &Job| Duration::try_from(job.finished_at? - job.begun_at).ok();
    let mut own: Vec<Duration> = jobs.iter().filter(spoken).filter_map(took).collect();
    if own.len() < 5 {
        return "4 to 12 s".to_owned();
    }
    own.sort_unstable();
    format::range(own[own.len() / 4], own[own.len() * 3 / 4])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Lines, VoiceChoice};

    fn store(line: &str) -> Store {
        let mut store = Store::new("x".into(), true);
        store.flow.voice = Some(VoiceChoice { id: "v".into(), name: "Rachel".into() });
        store.flow.lines = Lines::of(line);
        store
    }

    fn why(store: &Store, voices: &[Voice]) -> Option<String> {
        unfit(store, store.flow.lines.active(), voices)
    }

    #[test]
    fn each_reason_for_not_speaking_says_what_to_do() {
        assert_eq!(why(&Store::new("x".into(), true), &[]).unwrap(), "Choose a voice first");
        assert_eq!(why(&store(" \n"), &[]).unwrap(), "Write a line first");
        assert_eq!(why(&store("Hi"), &[]), None);
        let long = why(&store(&"a".repeat(5_214)), &[]).unwrap();
        assert_eq!(long, "This line has 5,214 characters and the service takes 5,000. Shorten it by 214 characters.");
        let long = why(&store(&format!("{}in the morning. And so on", "word ".repeat(996))), &[]).unwrap();
        assert!(long.ends_with("takes 5,000. Split it after “…in the morning.”"), "{long}");
        let restriction = Some(serde_json::json!({"kind": "review"}));
        let withheld = Voice { id: "v".into(), restriction, ..Voice::default() };
        assert!(why(&store("Hi"), &[withheld]).unwrap().contains("Choose another voice"));
        let mut grown = store(&"v3 ".repeat(1_000));
        grown.words.push(("v3".into(), "version three".into()));
        assert!(why(&grown, &[]).unwrap().contains("13,999 characters"));
    }

    #[test]
    fn a_job_belongs_to_the_line_it_was_started_for_and_an_older_one_to_its_text_and_voice() {
        let store = store("  Hi there \n");
        let line = store.flow.lines.active();
        let mut job = speech::job(&store).unwrap();
        assert_eq!((job.script.as_str(), is_for(&store, line, &job)), ("Hi there", true));
        job.line_id = Some("other".into());
        assert!(!is_for(&store, line, &job));
        job.line_id = None;
        assert!(is_for(&store, line, &job));
        job.voice_id = "w".into();
        assert!(!is_for(&store, line, &job));
    }
}
