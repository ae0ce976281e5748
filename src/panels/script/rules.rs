//! What may be spoken and which takes belong to the line: pure rules.

use crate::api::Voice;
use crate::jobs::{Jobs, Request, SpeakJob};
use crate::library::Take;
use crate::panels::speech;
use crate::script::{self, Fit};
use crate::store::{Flow, Store};

/// Whether a job speaks the flow's line in the flow's voice.
pub fn is_line(flow: &Flow, job: &SpeakJob) -> bool {
    job.script == flow.text().trim() && flow.voice.as_ref().is_some_and(|voice| voice.id == job.voice_id)
}

/// Whether a take is the flow's line in the flow's voice.
pub fn is_of_flow(flow: &Flow, take: &Take) -> bool {
    take.script == flow.text().trim() && flow.voice.as_ref().is_some_and(|voice| voice.id == take.voice_id)
}

/// Whether a take that was just spoken becomes the chosen one: it is of the flow's line, and none is kept of that.
pub fn is_chosen(store: &Store, spoken: &Take) -> bool {
    let keeps = |take: &Take| take.care.kept && store.flow.take() == Some(take.id.as_str());
    is_of_flow(&store.flow, spoken) && !store.takes_of_line().any(keeps)
}

/// Why the line can't be spoken now.
pub fn why_not(store: &Store, jobs: &Jobs) -> Option<String> {
    let voices = store.voices.value().map_or(&[][..], Vec::as_slice);
    if let Some(why) = unfit(&store.flow, voices) {
        return Some(why);
    }
    let speaking = jobs.all().iter().any(|job| match &job.request {
        Request::Speak(request) => job.is_running() && is_line(&store.flow, request),
        _ => false,
    });
    speaking.then(|| "This line is being spoken. Wait for it, or change the line.".to_owned())
}

/// What voice and line lack.
fn unfit(flow: &Flow, voices: &[Voice]) -> Option<String> {
    let Some(voice) = &flow.voice else { return Some("Choose a voice first".to_owned()) };
    if voices.iter().any(|known| known.id == voice.id && known.is_withheld()) {
        return Some(format!("The service does not let {} speak right now. Choose another voice.", voice.name));
    }
    match script::fit(flow.text()) {
        Fit::Empty => Some("Write a line first".to_owned()),
        Fit::TooLong => Some(speech::too_long(flow.text())),
        Fit::Fits | Fit::Near => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Lines, VoiceChoice};

    fn flow(line: &str) -> Flow {
        let voice = VoiceChoice { id: "v".into(), name: "Rachel".into() };
        Flow { voice: Some(voice), lines: Lines::of(line), ..Flow::default() }
    }

    #[test]
    fn each_reason_for_not_speaking_says_what_to_do() {
        assert_eq!(unfit(&Flow::default(), &[]).unwrap(), "Choose a voice first");
        assert_eq!(unfit(&flow(" \n"), &[]).unwrap(), "Write a line first");
        assert_eq!(unfit(&flow("Hi"), &[]), None);
        let long = unfit(&flow(&"a".repeat(5_214)), &[]).unwrap();
        assert_eq!(long, "This line has 5,214 characters and the service takes 5,000. Shorten it by 214 characters.");
        let restriction = Some(serde_json::json!({"kind": "review"}));
        let withheld = Voice { id: "v".into(), restriction, ..Voice::default() };
        assert!(unfit(&flow("Hi"), &[withheld]).unwrap().contains("Choose another voice"));
    }

    #[test]
    fn a_take_belongs_to_the_line_and_voice_it_was_made_of() {
        let flow = flow("  Hi there \n");
        let mut store = Store::new("x".into(), true);
        store.flow = flow.clone();
        let mut job = speech::job(&store).unwrap();
        assert_eq!(job.script, "Hi there");
        assert!(is_line(&flow, &job));
        job.voice_id = "w".into();
        assert!(!is_line(&flow, &job));
    }
}
