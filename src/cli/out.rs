//! What the verbs say: bars on a terminal, plain lines where the output is kept or read by a program, JSON on demand.
//! Results go to standard output, everything else to standard error.

use std::collections::HashMap;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{jobs, words};
use crate::error::Error;
use crate::jobs::{Job, State, Waiting};
use crate::progress::Progress;

/// Where the verbs say things.
pub struct Out {
    json: bool,
    /// What is made is practice: programs are told with the result.
    pub is_sandbox: bool,
    /// What is said is about something that was made, and is kept also where it is not heard of.
    pub makes: bool,
    /// Only on a terminal.
    bars: Option<MultiProgress>,
    shown: HashMap<String, Shown>,
}

/// What was last said of a job.
#[derive(Default)]
struct Shown {
    bar: Option<Bar>,
    words: String,
    /// How much of the step is done.
    twentieths: Option<u32>,
}

impl Out {
    /// `json`: for programs.
    pub fn new(json: bool) -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let is_watched = !json && std::io::stderr().is_terminal() && !is_dumb;
        let bars = is_watched.then(MultiProgress::new);
        Self { json, is_sandbox: false, makes: false, bars, shown: HashMap::new() }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// A result: a line for people, or the same as JSON. What can't be written is no reason to stop what is under way:
    /// it is told at the end, see [`unwritten`].
    pub fn result(&self, words: &str, value: &Value) {
        let line = match (self.json, std::io::stdout().is_terminal()) {
            (true, _) if value["event"] == "done" => {
                let mut value = value.clone();
                value["sandbox"] = self.is_sandbox.into();
                value.to_string()
            }
            (true, _) => value.to_string(),
            (false, true) => plain(words),
            // Names of files, for the next program.
            (false, false) => words.to_owned(),
        };
        if !line.is_empty() {
            self.aside(|| put(&line));
            if self.makes && unwritten().is_some() {
                KEPT.get_or_init(|| ());
            }
        }
    }

    /// Something to know that is no result.
    pub fn note(&self, words: &str) {
        if !self.json {
            self.aside(|| drop(writeln!(std::io::stderr(), "{}", plain(words))));
        }
    }

    /// Takes the bars off the terminal.
    pub fn clear(&self) {
        if let Some(bars) = &self.bars {
            // A terminal that is gone shows none.
            drop(bars.clear());
        }
    }

    /// The bars, for who takes them off when the program ends at once.
    pub fn bars(&self) -> Option<MultiProgress> {
        self.bars.clone()
    }

    /// Bars step aside while something is written.
    fn aside(&self, write: impl FnOnce()) {
        match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }

    /// How far a file has come that is not a job's, once a look. `key` tells it from others.
    pub fn follow_file(&mut self, key: &str, words: &str, progress: &Progress) {
        let Some(bars) = &self.bars else {
            if self.shown.insert(key.to_owned(), Shown::default()).is_none() {
                self.note(words);
            }
            return;
        };
        let bar = self.shown.entry(key.to_owned()).or_default().bar.get_or_insert_with(|| Bar::new(bars));
        bar.show(progress.fraction(), &plain(words));
    }

    /// It is here, or will not come.
    pub fn end_file(&mut self, key: &str) {
        if let Some(bar) = self.shown.remove(key).and_then(|shown| shown.bar) {
            bar.drawn.finish_and_clear();
        }
    }

    /// How a job stands, once a look.
    pub fn follow(&mut self, job: &Job, is_sandbox: bool) {
        let words = standing(job, is_sandbox);
        let part = job.progress.fraction();
        let shown = self.shown.entry(job.id.clone()).or_default();
        if let Some(bars) = &self.bars {
            // A long line before the plan's limit would fill the terminal.
            if shown.bar.is_none() && matches!(job.waiting, Some(Waiting::Turn)) {
                return;
            }
            let bar = shown.bar.get_or_insert_with(|| Bar::new(bars));
            bar.show(part, &plain(&format!("{}: {words}", job.request.title())));
            if !job.is_running() {
                bar.drawn.finish_and_clear();
            }
            return;
        }
        // For programs each twentieth is an event, for a log only each step a line.
        let twentieths = part.filter(|_| self.json).map(|part| thousandths(part) / 50);
        if !job.is_running() || (shown.words == words && shown.twentieths == twentieths) {
            return;
        }
        (shown.words, shown.twentieths) = (words.clone(), twentieths);
        if self.json {
            let (kind, title) = (jobs::kind(job), job.request.title());
            let part = part.map(|part| f64::from(thousandths(part)) / 1000.0);
            let event = json!({ "event": "progress", "job": job.id, "kind": kind, "title": title, "step": words, "part": part });
            self.result("", &event);
        } else {
            self.note(&format!("{}: {words}", job.request.title()));
        }
    }
}

/// Why standard output did not take what was put there, the first time. It is the program's, and so is this.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// What was made is among what it did not take.
static KEPT: OnceLock<()> = OnceLock::new();

/// Writes a line to standard output.
pub fn put(line: &str) {
    // A reader that has gone has seen enough.
    if let Err(error) = writeln!(std::io::stdout(), "{line}")
        && error.kind() != ErrorKind::BrokenPipe
    {
        UNWRITTEN.get_or_init(|| no_room(error).to_string());
    }
}

/// The sentence for a result that standard output did not take, if there is one.
pub fn unwritten() -> Option<String> {
    let why = UNWRITTEN.get()?;
    let kept = KEPT.get().map(|()| format!(" What was made is saved. To see it: mouthpiece jobs{}", words::again()));
    Some(format!("{why}{}", kept.unwrap_or_default()))
}

/// That standard output took nothing.
pub fn no_room(error: std::io::Error) -> Error {
    let path = PathBuf::from("standard output");
    Error::File { action: "write to", path, advice: "Send it to another place.", source: Arc::new(error) }
}

/// A line on the terminal: a bar where it is known how much is done, else something that moves.
struct Bar {
    drawn: ProgressBar,
    is_known: bool,
}

impl Bar {
    fn new(bars: &MultiProgress) -> Self {
        Self { drawn: bars.add(ProgressBar::new(1000)).with_style(style(false)), is_known: false }
    }

    /// It ticks with each look: a thread of its own for each would be many in a batch.
    fn show(&mut self, part: Option<f32>, words: &str) {
        self.drawn.set_message(words.to_owned());
        if part.is_some() != self.is_known {
            self.is_known = part.is_some();
            self.drawn.set_style(style(self.is_known));
        }
        self.drawn.set_position(thousandths(part.unwrap_or(0.0)).into());
        self.drawn.tick();
    }
}

/// Text from outside (names of voices, messages of the service) as it may stand on a terminal: nothing in it moves the
/// cursor, colours the rest or renames the window.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1")]
fn thousandths(part: f32) -> u32 {
    (part.clamp(0.0, 1.0) * 1000.0) as u32
}

fn style(is_known: bool) -> ProgressStyle {
    let template = template(is_known, console::Term::stderr().size().1 < 60);
    // A template that is refused would only cost the bar its looks.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    // The last is shown of what is over.
    style.tick_chars("-\\|/ ")
}

/// Narrow terminals have no room for a bar beside the words; what does not fit into the line is cut off.
fn template(is_known: bool, is_narrow: bool) -> &'static str {
    match (is_known, is_narrow) {
        (true, true) => "{percent:>3}% {wide_msg}",
        (true, false) => "{bar:20} {percent:>3}% {wide_msg} {elapsed}",
        (false, true) => "{spinner} {wide_msg}",
        (false, false) => "{spinner} {wide_msg} {elapsed}",
    }
}

/// What a job does: its step, or what it waits for. Without numbers that change all the time, so that a line is
/// written once for each.
fn standing(job: &Job, is_sandbox: bool) -> String {
    match (&job.waiting, &job.state) {
        (Some(Waiting::Turn), _) => "Waiting for its turn: the plan's jobs are all running".to_owned(),
        (Some(Waiting::Again { error, .. }), _) => format!("Trying again soon. {error}"),
        (None, State::Running(step)) => step.words_at(is_sandbox).to_owned(),
        (None, State::Done(_)) => "Done".to_owned(),
        (None, State::Failed(_)) => "Failed".to_owned(),
        (None, State::Stopped) => "Stopped".to_owned(),
    }
}

/// The sentence, with what helps support.
pub fn sentence(error: &Error) -> String {
    let words = words::of(error);
    match error.refusal().and_then(|refusal| refusal.request_id.as_deref()) {
        Some(request) => format!("{words} (Request {request})"),
        None => words,
    }
}

/// The same for programs.
pub fn failure(error: &Error) -> Value {
    let refusal = error.refusal();
    json!({
        "event": "error",
        "error": words::of(error),
        "code": error.code(),
        "suggestion": refusal.and_then(|refusal| refusal.suggestion.as_deref()),
        "requestId": refusal.and_then(|refusal| refusal.request_id.as_deref()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Refusal;

    #[test]
    fn text_from_outside_does_not_play_with_the_terminal() {
        assert_eq!(plain("Mara\x1b]0;owned\x07\x1b[2J\u{9b}1m\nJonas"), "Mara�]0;owned��[2J�1m\nJonas");
    }

    #[test]
    fn what_is_not_known_has_no_percentage() {
        for is_narrow in [true, false] {
            assert!(template(true, is_narrow).contains("percent") && !template(false, is_narrow).contains("percent"));
        }
        let mut bar = Bar::new(&MultiProgress::with_draw_target(indicatif::ProgressDrawTarget::hidden()));
        for part in [None, Some(0.25), None] {
            bar.show(part, "Speaking");
            assert_eq!((bar.is_known, bar.drawn.message().as_str()), (part.is_some(), "Speaking"));
        }
    }

    #[test]
    fn programs_get_what_support_asks_for() {
        let refusal = Refusal {
            service: "sync.so".into(),
            status: 400,
            code: Some("voice_exists".into()),
            message: "That name is taken".into(),
            suggestion: Some("Choose another one".into()),
            request_id: Some("req_1".into()),
            ..Refusal::default()
        };
        let error = Error::Conflict(Arc::new(refusal));
        let value = failure(&error);
        assert_eq!(value["error"], "That name is taken. Choose another one.");
        assert_eq!((&value["code"], &value["requestId"]), (&json!("voice_exists"), &json!("req_1")));
        assert!(sentence(&error).ends_with("(Request req_1)"));
    }
}
