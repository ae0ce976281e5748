//! The state of the chain, as a pure function of a few facts.

use super::consent;
use crate::panels::Page;
use crate::store::Role;
pub use crate::ui::Stage as State;

/// A file of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileFact {
    #[default]
    None,
    /// On its way in.
    Reading,
    /// Turned down, and there is no other.
    Refused,
    There,
}

/// The voice of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VoiceFact {
    #[default]
    None,
    There,
    /// A clone of another file than the source.
    OtherSource,
}

/// The text of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineFact {
    #[default]
    None,
    Written,
    TooLong,
}

/// What the lips are to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrackFact {
    #[default]
    None,
    /// The take of this number says the text in the voice.
    Current(u32),
    /// The take says another text.
    OtherText,
    /// The take is in another voice.
    OtherVoice,
    /// A word of the text is said in another way since: nobody changed the line, so its take stays, and is spoken anew
    /// only where somebody asks for that.
    OtherWords,
    /// A sound file of one's own: no voice and no line is needed.
    OwnAudio,
}

impl TrackFact {
    /// Whether it goes on the video as it is.
    pub fn stands(self) -> bool {
        matches!(self, Self::Current(_) | Self::OtherWords | Self::OwnAudio)
    }

    fn is_older(self) -> bool {
        matches!(self, Self::OtherText | Self::OtherVoice)
    }
}

/// Long work for the inputs of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Work {
    #[default]
    None,
    Running,
    /// Under way, and not being worked on just now: it goes on by itself.
    Waiting,
    Failed,
    /// By the user; it can go on.
    Stopped,
}

/// The finished video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResultFact {
    #[default]
    None,
    Current,
    /// Made from another video, voice track or setting.
    Older,
}

/// Everything the states follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    pub source: FileFact,
    pub voice: VoiceFact,
    pub cloning: Work,
    pub line: LineFact,
    pub track: TrackFact,
    pub speaking: Work,
    pub target: FileFact,
    pub syncing: Work,
    /// The lip sync failed because of whose lips it should move.
    pub wants_face: bool,
    pub result: ResultFact,
    /// Which of the line's takes is chosen, counted from 1, and how many there are.
    pub takes: (u32, u32),
}

/// What a press on a stage's button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    Pick(Role),
    Go(Page),
    /// Waits no longer for the line that is being spoken.
    StopSpeaking,
    /// The Lip sync page, where a click into the picture says whose lips move.
    PickFace,
    /// Shows the result on its page and plays it there.
    Play,
}

/// One stage of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub state: State,
    /// The state in a word or two.
    pub words: String,
    /// What its one button says and does.
    pub label: &'static str,
    /// What must be known before it is pressed.
    pub tip: Option<String>,
    pub goal: Goal,
    /// Why the button is off.
    pub why_off: Option<&'static str>,
}

impl Stage {
    /// Whether the video is finished without it.
    pub fn is_unneeded(&self) -> bool {
        self.words == UNNEEDED
    }

    /// Whether it only says that the voice is of another file than the source, or that the line would be said in another
    /// way now: the rest goes on with what is there.
    pub fn is_advice(&self) -> bool {
        let is_of_voice = matches!(self.goal, Goal::Go(Page::Clone) | Goal::Pick(Role::Source));
        self.state == State::Changed && (is_of_voice || self.says_words_as_before())
    }

    /// Whether it only says that the line would be said in another way now.
    pub fn says_words_as_before(&self) -> bool {
        self.words == OTHER_WORDS
    }
}

/// A stage before it is known whether an earlier one comes first.
struct Draft {
    stage: Stage,
    /// What a ready stage is while another one comes first.
    later: (State, &'static str),
}

/// The state of a stage whose work goes on by itself later.
const WAITS: &str = "Waits to go on";

/// The state of a line that the list of words would have said in another way now.
const OTHER_WORDS: &str = "Said differently now";

/// The state of a stage that the rest does without.
const UNNEEDED: &str = "Not needed";

/// The names of the stages, in order.
pub const NAMES: [&str; 5] = ["Source", "Voice", "Line", "Lip sync", "Result"];

/// How each stage stands: source, voice, line, lip sync, result.
pub fn stages(facts: &Facts) -> [Stage; 5] {
    let mut attention = false;
    [source(facts), voice(facts), line(facts), lip_sync(facts), result(facts)].map(|draft| {
        let Draft { mut stage, later: (state, words) } = draft;
        if stage.state == State::Ready && attention {
            stage.state = state;
            words.clone_into(&mut stage.words);
        }
        // What can be used all the same does not hold up the rest.
        let advice_only = stage.is_advice();
        let asks = matches!(stage.state, State::Ready | State::Running | State::Changed | State::Failed);
        attention |= (asks && !advice_only) || stage.words == WAITS;
        stage
    })
}

fn draft(state: State, words: impl Into<String>, label: &'static str, goal: Goal) -> Draft {
    let words = words.into();
    Draft { stage: Stage { state, words, label, tip: None, goal, why_off: None }, later: (State::Empty, "Empty") }
}

fn source(facts: &Facts) -> Draft {
    let pick = Goal::Pick(Role::Source);
    let is_needed = facts.voice == VoiceFact::None && facts.track != TrackFact::OwnAudio;
    match facts.source {
        FileFact::Reading => draft(State::Running, "Reading", "Change source", pick),
        FileFact::Refused => draft(State::Failed, "Not usable", "Choose another file", pick),
        FileFact::There if facts.voice == VoiceFact::OtherSource && facts.track != TrackFact::OwnAudio => {
            draft(State::Changed, "Not cloned", "Change source", pick)
        }
        FileFact::There => draft(State::Done, "Done", "Change source", pick),
        FileFact::None if is_needed => draft(State::Ready, "Start here", "Choose file", pick),
        FileFact::None => draft(State::Empty, UNNEEDED, "Choose file", pick),
    }
}

fn voice(facts: &Facts) -> Draft {
    let (list, clone) = (Goal::Go(Page::Voices), Goal::Go(Page::Clone));
    // With another voice chosen, a clone that failed or was given up holds up nothing.
    let is_needed = facts.voice == VoiceFact::None && facts.track != TrackFact::OwnAudio;
    match (facts.cloning, facts.source, facts.voice) {
        (Work::Running, ..) => draft(State::Running, "Cloning", "Watch the cloning", clone),
        (Work::Waiting, ..) => draft(State::Waiting, WAITS, "Watch the cloning", clone),
        (Work::Failed, ..) if is_needed => draft(State::Failed, "Not cloned", "Fix", clone),
        (_, _, VoiceFact::There) => draft(State::Done, "Done", "Change voice", list),
        (_, _, VoiceFact::OtherSource) => draft(State::Changed, "From another file", "Clone this voice", clone),
        (_, _, VoiceFact::None) if facts.track == TrackFact::OwnAudio => {
            draft(State::Empty, UNNEEDED, "Pick a voice", list)
        }
        (Work::Stopped, ..) => draft(State::Ready, "Stopped", "Clone this voice", clone),
        (_, FileFact::There, _) if consent::is_all_there(facts) => {
            draft(State::Ready, "Will be cloned", "Clone only", clone)
        }
        (_, FileFact::There, _) => draft(State::Ready, "Ready to clone", "Clone this voice", clone),
        _ => draft(State::Empty, "Empty", "Pick a voice", list),
    }
}

fn line(facts: &Facts) -> Draft {
    let script = Goal::Go(Page::Script);
    let has_voice = facts.voice != VoiceFact::None;
    match (facts.speaking, facts.track, facts.line) {
        (Work::Running, ..) => draft(State::Running, "Speaking", "Stop waiting", Goal::StopSpeaking),
        (Work::Waiting, ..) => draft(State::Waiting, WAITS, "Stop waiting", Goal::StopSpeaking),
        (_, TrackFact::OwnAudio, _) => draft(State::Done, "Own audio", "Change the audio", Goal::Go(Page::LipSync)),
        (_, _, LineFact::TooLong) => draft(State::Failed, "Too long", "Edit line", script),
        (_, TrackFact::Current(number), _) => {
            // Deleted takes leave their numbers, so that these may be larger than a line has takes.
            let words = match facts.takes {
                (0, _) | (_, 0 | 1) => format!("Take {number}"),
                (place, of) if place == number => format!("Take {number} of {of}"),
                (place, of) => format!("Take {number}, {place} of {of}"),
            };
            draft(State::Done, words, "Edit line", script)
        }
        (Work::Failed, ..) => draft(State::Failed, "Not spoken", "Fix", script),
        (_, TrackFact::OtherText, _) => draft(State::Changed, "Text changed", "Speak again", script),
        (_, TrackFact::OtherVoice, _) => draft(State::Changed, "Voice changed", "Speak again", script),
        (_, TrackFact::OtherWords, _) => draft(State::Changed, OTHER_WORDS, "Speak again", script),
        (_, TrackFact::None, LineFact::Written) if has_voice => {
            Draft { later: (State::Waiting, "Next"), ..draft(State::Ready, "Ready to speak", "Speak the line", script) }
        }
        (_, TrackFact::None, LineFact::Written) if consent::is_all_there(facts) => {
            draft(State::Waiting, "Next", "Edit line", script)
        }
        (_, TrackFact::None, LineFact::Written) => draft(State::Waiting, "Needs a voice", "Edit line", script),
        (_, TrackFact::None, LineFact::None) if has_voice => draft(State::Ready, "Write it", "Write a line", script),
        (_, TrackFact::None, LineFact::None) => draft(State::Empty, "Empty", "Write a line", script),
    }
}

fn lip_sync(facts: &Facts) -> Draft {
    let (pick, go) = (Goal::Pick(Role::Target), Goal::Go(Page::LipSync));
    let has_track = facts.track != TrackFact::None;
    match (facts.syncing, facts.target) {
        (Work::Running, _) => draft(State::Running, "Syncing", "Watch the run", go),
        (Work::Waiting, _) => draft(State::Waiting, WAITS, "Watch the run", go),
        (_, FileFact::Reading) => draft(State::Running, "Reading", "Choose video", pick),
        (_, FileFact::Refused) => draft(State::Failed, "Not usable", "Choose another video", pick),
        (Work::Failed, _) if facts.wants_face => draft(State::Failed, "Failed", "Pick the face", Goal::PickFace),
        (Work::Failed, _) => draft(State::Failed, "Failed", "Fix", go),
        (_, FileFact::None) if facts.track.stands() => draft(State::Ready, "Choose a video", "Choose video", pick),
        (_, FileFact::None) => draft(State::Empty, "Empty", "Choose video", pick),
        (_, FileFact::There) => match effective(facts) {
            ResultFact::Current => draft(State::Done, "Done", "Open lip sync", go),
            ResultFact::Older => draft(State::Changed, "Older than its input", "Lip sync", go),
            ResultFact::None if facts.track.stands() => {
                let words = if facts.syncing == Work::Stopped { "Stopped" } else { "Ready" };
                Draft { later: (State::Waiting, "Next"), ..draft(State::Ready, words, "Lip sync", go) }
            }
            ResultFact::None if has_track => draft(State::Waiting, "Next", "Lip sync", go),
            // The line is spoken first, and this follows it.
            ResultFact::None if facts.voice != VoiceFact::None && facts.line == LineFact::Written => {
                draft(State::Waiting, "Next", "Change settings", go)
            }
            ResultFact::None if consent::is_all_there(facts) => draft(State::Waiting, "Then", "Change settings", go),
            ResultFact::None => draft(State::Waiting, "Needs a line", "Change video", pick),
        },
    }
}

fn result(facts: &Facts) -> Draft {
    match effective(facts) {
        ResultFact::Current => draft(State::Done, "Saved", "Play result", Goal::Play),
        ResultFact::Older => draft(State::Changed, "Older than its input", "Play result", Goal::Play),
        ResultFact::None => {
            let mut waiting = draft(State::Waiting, "Waiting", "Play result", Goal::Play);
            waiting.stage.why_off = Some("There is no result yet");
            waiting
        }
    }
}

/// A result of a take that is older than its text is older itself.
fn effective(facts: &Facts) -> ResultFact {
    if facts.result == ResultFact::Current && facts.track.is_older() { ResultFact::Older } else { facts.result }
}

/// The bar below the chain: what is left, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub title: String,
    pub detail: String,
}

/// What is left to do. `failure` is the sentence of the stage that failed, `saved_in` the folder of the result.
pub fn summary(facts: &Facts, stages: &[Stage; 5], failure: Option<&str>, saved_in: &str) -> Summary {
    let say = |title: String, detail: &str| Summary { title, detail: detail.to_owned() };
    let named = || NAMES.iter().zip(stages);
    if let Some((name, _)) = named().find(|(_, stage)| stage.state == State::Failed) {
        return say(format!("Stopped at {}", name.to_lowercase()), failure.unwrap_or_default());
    }
    if let Some((_, stage)) = named().find(|(_, stage)| stage.state == State::Running) {
        let detail = "You can leave this page. The work carries on and is listed in Activity.";
        return say(running(&stage.words).to_owned(), detail);
    }
    if *facts == Facts::default() {
        let detail = "The total price and time show here before anything is sent.";
        return say("Fill in the four steps, in any order".to_owned(), detail);
    }
    let left = left(facts, stages);
    if left.is_empty() && facts.track == TrackFact::OtherWords {
        let detail = "A word of the line is said differently now: speak it again to hear that, or keep its take.";
        return say("Done, as the words were said before".to_owned(), detail);
    }
    if left.is_empty() && facts.voice == VoiceFact::OtherSource && facts.track != TrackFact::OwnAudio {
        let detail = "The source was not cloned: clone it for its own voice, or keep this one.";
        return say("Done, in a voice from another file".to_owned(), detail);
    }
    if left.is_empty() {
        return say("Everything is done".to_owned(), &format!("The result is saved in {saved_in}."));
    }
    if facts.track == TrackFact::OtherWords {
        let detail = "The take stays as it was spoken. Speak the line again for what is said differently now.";
        return say(steps_left(&left), detail);
    }
    say(steps_left(&left), &done_sentence(stages))
}

fn steps_left(left: &[&str]) -> String {
    let steps = if left.len() == 1 { "1 step".to_owned() } else { format!("{} steps", left.len()) };
    format!("{steps} left: {}", left.join(", "))
}

fn running(words: &str) -> &'static str {
    match words {
        "Cloning" => "Cloning the voice",
        "Speaking" => "Speaking the line",
        "Syncing" => "Syncing the lips",
        _ => "Reading the file",
    }
}

fn left(facts: &Facts, stages: &[Stage; 5]) -> Vec<&'static str> {
    let [_, voice, line, lip_sync, _] = stages;
    let mut left = Vec::new();
    if facts.voice == VoiceFact::None && facts.track != TrackFact::OwnAudio {
        left.push(if voice.state == State::Ready { "clone" } else { "voice" });
    }
    if line.state != State::Done && !facts.track.stands() {
        left.push(if facts.line == LineFact::None { "line" } else { "speak" });
    }
    if lip_sync.state != State::Done {
        if facts.target != FileFact::There {
            left.push("video");
        }
        left.push("lip sync");
    }
    left
}

fn done_sentence(stages: &[Stage; 5]) -> String {
    let done = NAMES.iter().zip(stages).filter(|(_, stage)| stage.state == State::Done);
    let done: Vec<String> = done.map(|(name, _)| name.to_lowercase()).collect();
    let text = match done.as_slice() {
        [] => return "Nothing is sent before you press a button that says so.".to_owned(),
        [one] => format!("{one} is done and will not run again."),
        [first @ .., last] => format!("{} and {last} are done and will not run again.", first.join(", ")),
    };
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
