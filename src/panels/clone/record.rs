//! A sample from the microphone: the card on the first step of the clone page that listens, records and hands the
//! recording on like any other file. The microphone is on only while the card is seen.

mod card;
mod level;
mod reading;

use std::path::{Path, PathBuf};

use egui::{Context, Key, Modifiers};

use crate::error::Error;
use crate::media::player::{Source, Track};
use crate::media::recorder::{self, Ended, Input, KEPT_SECS, LONGEST_SECS, Microphone, Place, Reason};
use crate::media::recorder::{Recorder, Recording, State};
use crate::panels::{Command, Cx, Notice, has_keys, when};
use crate::remote::Remote;
use crate::store::{Role, file_name};

/// Less than this, in seconds, makes a poor clone.
const LEAST_SECS: f64 = 10.0;
/// How the test is called in the player.
const TEST: &str = "Microphone test";
/// How long it is, in seconds.
const TEST_SECS: f64 = 3.0;

/// What the recorder was asked to write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Doing {
    #[default]
    Listening,
    Testing,
    Recording,
}

/// What is said below the buttons.
enum Word {
    /// A recording that is of no use, or a microphone or disk that gave up.
    Problem(Error),
    /// Something to know, in two parts.
    Told(String, String),
}

/// The card.
#[derive(Default)]
pub(super) struct Record {
    input: Input,
    is_open: bool,
    /// The microphone, while it is on or being turned on.
    recorder: Option<Recorder>,
    /// Turned off, until it has said what became of its recording.
    leaving: Vec<Recorder>,
    microphones: Remote<Vec<Microphone>>,
    doing: Doing,
    /// The last recording, until it is used or there is another.
    done: Option<Recording>,
    word: Option<Word>,
    /// The card was drawn since the last frame's logic.
    drawn: bool,
}

impl Record {
    /// A card that listens there.
    pub(super) fn of(input: Input) -> Self {
        Self { input, ..Self::default() }
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Opens the card and turns the microphone on.
    pub(super) fn open(&mut self, cx: &Cx<'_>) {
        (self.is_open, self.drawn, self.word) = (true, true, None);
        self.turn_on(cx);
    }

    fn turn_on(&mut self, cx: &Cx<'_>) {
        self.turn_off();
        let device = cx.settings.sound.microphone.as_deref();
        self.recorder = Some(Recorder::open(&cx.runtime.handle(), &self.input, device));
        self.look(cx);
    }

    /// Looks which microphones there are.
    fn look(&mut self, cx: &Cx<'_>) {
        let input = self.input.clone();
        self.microphones.load(cx.runtime.blocking(move || recorder::devices(&input)));
    }

    /// Turns the microphone off at once; a recording of some length is kept, and told of when its file is closed.
    pub(super) fn turn_off(&mut self) {
        if let Some(recorder) = self.recorder.take() {
            recorder.turn_off();
            if self.doing == Doing::Recording {
                self.leaving.push(recorder);
            }
        }
        self.doing = Doing::Listening;
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.turn_off();
        self.stop_playing(cx);
        (self.is_open, self.word) = (false, None);
        if let Some(recording) = self.done.take() {
            tell_of_kept(&recording, cx);
        }
    }

    /// Takes in what became of recordings; `page_seen` is whether the page was drawn.
    pub(super) fn logic(&mut self, page_seen: bool, cx: &mut Cx<'_>) {
        let drawn = std::mem::take(&mut self.drawn);
        if self.is_open && page_seen && !drawn {
            // Something else stands in the card's place, such as a file that was dropped.
            self.close(cx);
        }
        self.microphones.poll();
        self.leaving.retain(|recorder| match recorder.take_ended() {
            Some(ended) => {
                if let Some(recording) = &ended.recording {
                    tell_of_kept(recording, cx);
                }
                false
            }
            None => !matches!(recorder.state(), State::Off(_)),
        });
        if let Some(ended) = self.recorder.as_ref().and_then(Recorder::take_ended) {
            self.ended(ended, cx);
        }
        if self.off().is_some() {
            self.doing = Doing::Listening;
        }
    }

    fn ended(&mut self, ended: Ended, cx: &mut Cx<'_>) {
        let was = std::mem::take(&mut self.doing);
        let Ended { recording, reason } = ended;
        let refusal = recording.as_ref().and_then(Recording::refusal);
        if was == Doing::Testing {
            match (&recording, reason) {
                (_, Reason::Failed(error)) => self.word = Some(Word::Problem(error)),
                (Some(test), Reason::LimitReached) => match refusal {
                    Some(error) => self.word = Some(Word::Problem(error)),
                    None => hear(&test.path, TEST, cx),
                },
                _ => {}
            }
            return;
        }
        let words = recording.as_ref().map(about);
        self.word = match (reason, refusal) {
            (Reason::Cancelled, _) => recording.as_ref().map(|kept| {
                let place = kept.path.parent().map_or_else(String::new, |folder| folder.display().to_string());
                Word::Told("Cancelled. The recording is kept.".into(), format!("It is in {place}."))
            }),
            // Why is said in the meter's place.
            (Reason::Lost(_), _) => recording.as_ref().map(|kept| {
                let rest = format!("It is {}.", file_name(&kept.path));
                Word::Told("What was recorded until then is kept.".to_owned(), rest)
            }),
            (Reason::Failed(error), _) | (_, Some(error)) => Some(Word::Problem(error)),
            (Reason::LimitReached, None) => {
                let rest = "Ten minutes is the most; a clone uses two.".to_owned();
                Some(Word::Told("The recording ended by itself.".to_owned(), rest))
            }
            (Reason::Finished, None) => words.flatten(),
        };
        self.done = recording;
    }

    /// Why there is no microphone, when there is none.
    fn off(&self) -> Option<Error> {
        match self.recorder.as_ref()?.state() {
            State::Off(error) => Some(error),
            State::Opening | State::On => None,
        }
    }

    fn is_on(&self) -> bool {
        self.recorder.as_ref().is_some_and(Recorder::is_on)
    }

    /// Records, or stops recording.
    fn toggle(&mut self, cx: &mut Cx<'_>) {
        match (&self.recorder, self.doing) {
            (Some(recorder), Doing::Recording) => recorder.finish(),
            (Some(_), Doing::Listening) if self.is_on() => {
                let stem = name(when::now());
                self.begin(Doing::Recording, Place::New { folder: folder(cx), stem }, LONGEST_SECS, cx);
            }
            _ => {}
        }
    }

    /// Records three seconds, to be heard at once.
    fn test(&mut self, cx: &mut Cx<'_>) {
        if self.doing == Doing::Listening && self.is_on() {
            let cache = cx.store.cache_dir().unwrap_or_else(std::env::temp_dir);
            self.begin(Doing::Testing, Place::Over(cache.join("microphone test.wav")), TEST_SECS, cx);
        }
    }

    fn begin(&mut self, doing: Doing, place: Place, longest_secs: f64, cx: &mut Cx<'_>) {
        // What plays would be in the recording.
        if cx.player.now().is_some_and(|now| now.is_playing) {
            cx.player.toggle();
        }
        if let Some(recorder) = &self.recorder {
            recorder.record(place, longest_secs);
            (self.doing, self.word) = (doing, None);
        }
        if doing == Doing::Recording {
            self.done = None;
        }
    }

    /// Plays the last recording, or pauses it.
    fn play(&self, cx: &mut Cx<'_>) {
        if let Some(recording) = self.done.as_ref().filter(|_| self.doing == Doing::Listening) {
            let title = file_name(&recording.path);
            hear(&recording.path, &title, cx);
        }
    }

    fn stop_playing(&self, cx: &mut Cx<'_>) {
        let is_ours = |at: &str| self.done.as_ref().is_some_and(|recording| key(&recording.path) == at);
        if cx.player.now().is_some_and(|now| is_ours(now.key)) {
            cx.player.stop();
        }
    }

    /// The recording that can be a sample.
    fn usable(&self) -> Option<&Recording> {
        self.done.as_ref().filter(|recording| self.doing == Doing::Listening && recording.refusal().is_none())
    }

    /// Makes the last recording the source, as a dropped file would be.
    pub(super) fn use_it(&mut self, cx: &mut Cx<'_>) {
        if let Some(path) = self.usable().map(|recording| recording.path.clone()) {
            self.stop_playing(cx);
            self.done = None;
            self.close(cx);
            cx.commands.push(Command::Bring(path, Role::Source));
        }
    }

    /// Stops what is under way, else closes the card.
    fn cancel(&mut self, cx: &mut Cx<'_>) {
        match (&self.recorder, self.doing) {
            (Some(recorder), Doing::Recording | Doing::Testing) => recorder.cancel(),
            _ => self.close(cx),
        }
    }

    /// R, Space and Esc, outside of fields and menus.
    fn keys(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        if !has_keys(ctx) || ctx.text_edit_focused() || egui::Popup::is_any_open(ctx) {
            return;
        }
        let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::R) {
            self.toggle(cx);
        }
        // A button in hand takes Space for itself.
        let no_focus = ctx.memory(|memory| memory.focused().is_none());
        if no_focus && (self.done.is_some() || self.doing != Doing::Listening) && pressed(Key::Space) {
            self.play(cx);
        }
        if pressed(Key::Escape) {
            self.cancel(cx);
        }
    }
}

/// What is worth knowing about a good recording.
fn about(recording: &Recording) -> Option<Word> {
    if recording.missing_secs > 0.05 {
        let bold = format!("{:.1} seconds are missing.", recording.missing_secs);
        return Some(Word::Told(bold, "This computer was too busy to write them. Record again if you hear it.".into()));
    }
    if recording.clipped {
        let rest =
            "It distorts in the loudest places. Move back a little, or turn the microphone down, and record again.";
        return Some(Word::Told("It was too loud at times.".to_owned(), rest.to_owned()));
    }
    (recording.secs < LEAST_SECS).then(|| {
        let rest = "Ten seconds is the least; half a minute or more is best.".to_owned();
        Word::Told("This is short for a sample.".to_owned(), rest)
    })
}

fn tell_of_kept(recording: &Recording, cx: &mut Cx<'_>) {
    if recording.secs >= KEPT_SECS {
        let action = Some(("Show".to_owned(), Box::new(Command::Reveal(recording.path.clone()))));
        let (title, detail) = ("The recording is kept".to_owned(), file_name(&recording.path));
        cx.commands.push(Command::Notify(Notice { title, detail, action }));
    }
}

fn folder(cx: &Cx<'_>) -> PathBuf {
    cx.store.data_dir.join("recordings")
}

/// `Recording 2026-11-22 14.05`: a colon is not for file names.
fn name(at: time::OffsetDateTime) -> String {
    let (date, hour, minute) = (at.date(), at.hour(), at.minute());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("Recording {year}-{month:02}-{day:02} {hour:02}.{minute:02}")
}

fn key(path: &Path) -> String {
    format!("recording:{}", path.display())
}

/// Plays a file, or pauses it while it plays.
fn hear(path: &Path, title: &str, cx: &mut Cx<'_>) {
    let key = key(path);
    let is_test = title == TEST;
    if !is_test && cx.player.now().is_some_and(|now| now.key == key) {
        cx.player.toggle();
        return;
    }
    let (title, subtitle) = (title.to_owned(), "From the microphone".to_owned());
    cx.player.play(Track { key, title, subtitle, source: Source::File(path.to_owned()) });
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn recordings_are_named_by_their_time() {
        assert_eq!(name(datetime!(2026-03-02 4:05 UTC)), "Recording 2026-03-02 04.05");
    }
}
