//! How a flow stands, in one sentence, for the list of flows. Pure.

use super::stages::{NAMES, Stage, State};

/// What the button of a flow in the list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// It failed somewhere.
    Fix,
    /// It is finished.
    Open,
    Resume,
}

impl Act {
    pub fn label(self) -> &'static str {
        match self {
            Self::Fix => "Fix",
            Self::Open => "Open",
            Self::Resume => "Resume",
        }
    }
}

/// A flow in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Status {
    pub states: [State; 5],
    pub words: String,
    pub act: Act,
}

/// How these stages stand. `failure`: the sentence of the stage that failed.
pub(super) fn status(stages: &[Stage; 5], failure: Option<&str>) -> Status {
    let first = |wanted: State| NAMES.iter().zip(stages).find(|(_, stage)| stage.state == wanted);
    let (words, act) = if let Some((name, stage)) = first(State::Failed) {
        let why = failure.map_or_else(|| stage.words.to_lowercase(), first_sentence);
        (format!("{name} failed: {why}"), Act::Fix)
    } else if let Some((name, stage)) = first(State::Running) {
        (format!("{name}: {}", stage.words.to_lowercase()), Act::Resume)
    } else if let Some((name, stage)) = last_changed(stages) {
        (format!("{name}: {}", stage.words.to_lowercase()), Act::Resume)
    } else if stages.last().is_some_and(|stage| stage.state == State::Done) {
        let words = match stages.iter().find(|stage| stage.says_words_as_before()) {
            Some(line) => format!("Finished, {}", line.words.to_lowercase()),
            None => "Finished and saved".to_owned(),
        };
        (words, Act::Open)
    } else if let Some((_, stage)) = first(State::Ready) {
        (format!("Next: {}", next(stage.label)), Act::Resume)
    } else {
        (
            stages.iter().find(|stage| stage.words.starts_with("Waits")).map_or("Empty", |_| "Waits to go on").into(),
            Act::Resume,
        )
    };
    Status { states: stages.each_ref().map(|stage| stage.state), words, act }
}

/// The first stage that is older than what it was made of.
fn last_changed(stages: &[Stage; 5]) -> Option<(&'static str, &Stage)> {
    let changed = |(_, stage): &(&&'static str, &Stage)| stage.state == State::Changed && !stage.is_advice();
    NAMES.iter().zip(stages).find(changed).map(|(name, stage)| (*name, stage))
}

/// What a stage's button asks for, within a sentence.
fn next(label: &str) -> String {
    match label {
        "Choose file" => "choose a source".to_owned(),
        "Choose video" => "choose a video".to_owned(),
        "Clone this voice" | "Clone only" => "clone the voice".to_owned(),
        other => other.to_lowercase(),
    }
}

/// The first sentence of an error, to go on another one.
fn first_sentence(text: &str) -> String {
    let sentence = text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.');
    let mut chars = sentence.chars();
    let Some(first) = chars.next() else { return String::new() };
    let rest = chars.as_str();
    // A word in capitals, such as HTTP, stays as it is.
    let is_word = rest.chars().next().is_some_and(|c| c.is_lowercase() || c == ' ');
    if is_word { first.to_lowercase().chain(rest.chars()).collect() } else { sentence.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::stages::{Facts, FileFact, LineFact, ResultFact, TrackFact, VoiceFact, Work, stages};
    use super::*;

    const FINISHED: Facts = Facts {
        source: FileFact::There,
        voice: VoiceFact::There,
        cloning: Work::None,
        line: LineFact::Written,
        track: TrackFact::Current(3),
        speaking: Work::None,
        target: FileFact::There,
        syncing: Work::None,
        wants_face: false,
        result: ResultFact::Current,
        takes: (1, 1),
    };

    fn said(facts: Facts, failure: Option<&str>) -> (String, Act) {
        let status = status(&stages(&facts), failure);
        (status.words, status.act)
    }

    #[test]
    fn each_flow_says_in_a_sentence_how_it_stands() {
        let not_made = Facts { result: ResultFact::None, ..FINISHED };
        let cases = [
            (FINISHED, "Finished and saved", Act::Open),
            (not_made, "Next: lip sync", Act::Resume),
            (Facts { target: FileFact::None, ..not_made }, "Next: choose a video", Act::Resume),
            (Facts { syncing: Work::Running, ..not_made }, "Lip sync: syncing", Act::Resume),
            (Facts { syncing: Work::Waiting, ..not_made }, "Waits to go on", Act::Resume),
            (Facts { track: TrackFact::OtherText, ..FINISHED }, "Line: text changed", Act::Resume),
            (Facts { track: TrackFact::OtherWords, ..FINISHED }, "Finished, said differently now", Act::Open),
            (Facts { track: TrackFact::OtherWords, ..not_made }, "Next: lip sync", Act::Resume),
            (Facts { voice: VoiceFact::OtherSource, ..FINISHED }, "Finished and saved", Act::Open),
            (Facts::default(), "Next: choose a source", Act::Resume),
            // Given up for a voice of another file.
            (
                Facts { cloning: Work::Failed, voice: VoiceFact::OtherSource, ..FINISHED },
                "Finished and saved",
                Act::Open,
            ),
        ];
        for (facts, words, act) in cases {
            assert_eq!(said(facts, None), (words.to_owned(), act), "{facts:?}");
        }
    }

    #[test]
    fn a_failure_is_told_in_its_first_sentence() {
        let failed = Facts { syncing: Work::Failed, result: ResultFact::None, ..FINISHED };
        let why = Some("No face was found. Pick the face, then try again.");
        assert_eq!(said(failed, why), ("Lip sync failed: no face was found".to_owned(), Act::Fix));
        assert_eq!(first_sentence("HTTP 500."), "HTTP 500");
        assert_eq!(first_sentence("sync.so refused it"), "sync.so refused it");
        assert_eq!(first_sentence(""), "");
    }
}
