//! What Run all would do: the steps that are not done, and why it can't begin. Pure.

use crate::panels::flow::stages::{Facts, FileFact, LineFact, ResultFact, TrackFact, VoiceFact, Work};

/// A step that may cost something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Clone,
    Speak,
    LipSync,
}

impl Step {
    /// Its place among the four steps of the chain: the source is the first.
    pub const fn number(self) -> u8 {
        match self {
            Self::Clone => 2,
            Self::Speak => 3,
            Self::LipSync => 4,
        }
    }

    /// "3 steps to run: clone, speak, lip sync".
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Clone => "clone",
            Self::Speak => "speak",
            Self::LipSync => "lip sync",
        }
    }

    /// "Step 3 of 4: speaking the line".
    pub const fn doing(self) -> &'static str {
        match self {
            Self::Clone => "cloning the voice",
            Self::Speak => "speaking the line",
            Self::LipSync => "syncing the lips",
        }
    }

    /// "Stopped after the line. Run all carries on from lip sync."
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Clone => "the voice",
            Self::Speak => "the line",
            Self::LipSync => "lip sync",
        }
    }
}

/// What stands beside the facts of the chain.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The line has been spoken in this voice with these settings; its take is only not chosen.
    pub has_take: bool,
    /// The permission on the Voice card is ticked.
    pub is_ticked: bool,
    /// A clone under way, or one that failed and is shown: it has its permission.
    pub clone_goes_on: bool,
    /// Why the voice can't be cloned, the permission apart.
    pub missing: Option<&'a str>,
}

/// What is left to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order; empty when everything is done.
    pub steps: Vec<Step>,
    /// Why Run all can't begin.
    pub off: Option<String>,
}

/// Why Run all is off until the permission was given.
pub const TICK: &str = "Tick the permission on the Voice card first";

/// What is left to do, and why it can't begin.
pub fn plan(facts: &Facts, beside: Beside<'_>) -> Plan {
    let is_missing = !facts.track.stands() && !beside.has_take;
    let speaks = is_missing || is_respoken(facts);
    let clones = is_missing && facts.voice == VoiceFact::None;
    let syncs = !facts.track.stands() || speaks || facts.result != ResultFact::Current;
    let steps = [(Step::Clone, clones), (Step::Speak, speaks), (Step::LipSync, syncs)];
    let steps: Vec<Step> = steps.into_iter().filter(|(_, is_left)| *is_left).map(|(step, _)| step).collect();
    let off = off(facts, beside, &steps).map(str::to_owned);
    Plan { steps, off }
}

/// Whether somebody had the line spoken anew, in the words it has now: the take of before is not to be put on the video
/// while that one is on its way, or after it failed.
fn is_respoken(facts: &Facts) -> bool {
    let is_asked = matches!(facts.speaking, Work::Running | Work::Waiting | Work::Failed);
    facts.track == TrackFact::OtherWords && is_asked
}

fn off<'a>(facts: &Facts, beside: Beside<'a>, steps: &[Step]) -> Option<&'a str> {
    let (clones, speaks) = (steps.contains(&Step::Clone), steps.contains(&Step::Speak));
    let reads = facts.target == FileFact::Reading || facts.source == FileFact::Reading && clones;
    if steps.is_empty() {
        Some("Everything is done")
    } else if *facts == Facts::default() {
        Some("Fill in the four steps first")
    } else if reads {
        Some("Wait until the file has been read")
    } else if clones && facts.source != FileFact::There {
        Some("Choose a source or a voice first")
    } else if clones && !beside.clone_goes_on && beside.missing.is_some() {
        beside.missing
    } else if speaks && facts.line == LineFact::None {
        Some("Write the line first")
    } else if speaks && facts.line == LineFact::TooLong {
        Some("Shorten the line first")
    } else if is_respoken(facts) && facts.speaking == Work::Failed {
        // Nothing is bought for a word unless it is asked for where the line is.
        Some("Speak the line again on its page first")
    } else if facts.target != FileFact::There {
        Some("Choose the video to put the line on first")
    } else if clones && !beside.clone_goes_on && !beside.is_ticked {
        Some(TICK)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn ready() -> Facts {
        let (source, target) = (FileFact::There, FileFact::There);
        Facts { source, target, line: LineFact::Written, ..Facts::default() }
    }

    fn ticked() -> Beside<'static> {
        Beside { is_ticked: true, ..Beside::default() }
    }

    #[test]
    fn only_what_is_not_done_is_left() {
        let steps = |facts: Facts| plan(&facts, ticked()).steps;
        assert_eq!(steps(ready()), [Step::Clone, Step::Speak, Step::LipSync]);
        let voiced = Facts { voice: VoiceFact::There, ..ready() };
        assert_eq!(steps(voiced), [Step::Speak, Step::LipSync]);
        assert_eq!(steps(Facts { voice: VoiceFact::OtherSource, ..ready() }), [Step::Speak, Step::LipSync]);
        let spoken = Facts { track: TrackFact::Current(1), ..voiced };
        assert_eq!(steps(spoken), [Step::LipSync]);
        assert_eq!(steps(Facts { track: TrackFact::OtherText, ..voiced }), [Step::Speak, Step::LipSync]);
        assert_eq!(
            steps(Facts { track: TrackFact::OtherWords, ..voiced }),
            [Step::LipSync],
            "nothing is bought for a word"
        );
        assert_eq!(steps(Facts { track: TrackFact::OwnAudio, ..ready() }), [Step::LipSync]);
        assert_eq!(steps(Facts { result: ResultFact::Older, ..spoken }), [Step::LipSync]);
        let done = Facts { result: ResultFact::Current, ..spoken };
        assert_eq!(plan(&done, ticked()), Plan { steps: vec![], off: Some("Everything is done".into()) });
    }

    #[test]
    fn a_line_that_is_spoken_anew_for_a_word_is_waited_for() {
        let said = |speaking| {
            let facts = Facts {
                voice: VoiceFact::There,
                track: TrackFact::OtherWords,
                speaking,
                result: ResultFact::Current,
                ..ready()
            };
            plan(&facts, ticked())
        };
        assert_eq!(said(Work::Running), Plan { steps: vec![Step::Speak, Step::LipSync], off: None });
        assert_eq!(said(Work::Waiting), Plan { steps: vec![Step::Speak, Step::LipSync], off: None });
        let failed = said(Work::Failed);
        assert_eq!(failed.off.as_deref(), Some("Speak the line again on its page first"));
        // Who stops it keeps the take that is there.
        assert_eq!(said(Work::Stopped).steps, []);
        let own = Facts { track: TrackFact::OwnAudio, speaking: Work::Running, ..ready() };
        assert_eq!(plan(&own, ticked()).steps, [Step::LipSync]);
    }

    #[test]
    fn a_take_that_is_there_is_not_bought_again() {
        let facts = Facts { voice: VoiceFact::There, track: TrackFact::OtherText, ..ready() };
        let beside = Beside { has_take: true, ..ticked() };
        assert_eq!(plan(&facts, beside), Plan { steps: vec![Step::LipSync], off: None });
    }

    #[test]
    fn it_is_off_until_everything_is_there_and_says_what_is_not() {
        let off = |facts: Facts, beside: Beside<'_>| plan(&facts, beside).off.unwrap_or_default();
        assert_eq!(off(ready(), ticked()), "");
        assert_eq!(off(ready(), Beside::default()), TICK);
        assert_eq!(off(ready(), Beside { clone_goes_on: true, ..Beside::default() }), "");
        let taken = Beside { missing: Some("Another voice has this name."), ..ticked() };
        assert_eq!(off(ready(), taken), "Another voice has this name.");
        assert_eq!(off(Facts { voice: VoiceFact::There, ..ready() }, Beside::default()), "", "it is a ready voice");
        assert_eq!(off(Facts::default(), ticked()), "Fill in the four steps first");
        assert_eq!(off(Facts { line: LineFact::None, ..ready() }, ticked()), "Write the line first");
        assert_eq!(off(Facts { line: LineFact::TooLong, ..ready() }, ticked()), "Shorten the line first");
        assert_eq!(off(Facts { source: FileFact::None, ..ready() }, ticked()), "Choose a source or a voice first");
        assert!(off(Facts { target: FileFact::Refused, ..ready() }, ticked()).starts_with("Choose the video"));
        assert!(off(Facts { target: FileFact::Reading, ..ready() }, ticked()).starts_with("Wait until"));
        assert_eq!(off(Facts { speaking: Work::Failed, ..ready() }, ticked()), "", "it is tried again");
    }
}
