//! The clone page: choose a sample, check it and agree to the permission, then watch the clone being made. The work
//! itself is a job; this page finds it again after a restart and hands the finished voice on.

mod chain;
mod check;
mod cloning;
mod cutting;
mod draft;
mod facts;
mod listening;
mod record;
mod sample;
mod sent;
mod slots;
mod starting;
mod stepper;
mod trim_card;
mod trimming;
mod typing;

use std::path::PathBuf;

use egui::{Frame, Margin, Ui};

use super::pace::Paces;
use super::{Command, Cx, Notice, Panel, Pictures, speech};
use crate::api::Voice;
use crate::jobs::cuts::Order;
use crate::jobs::{Job, Jobs, Outcome, Request, State};
use crate::media::recorder::Input;
use crate::script::{self, Fit};
use crate::store::{Store, VoiceChoice};
use crate::ui::layout;

use draft::Draft;
use record::Record;
use slots::Slots;
use trimming::Trimming;
use typing::Typing;

/// Where the user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Sample,
    Check,
    Cloning,
}

/// A question before something that can't be taken back.
#[derive(Debug, Clone, PartialEq)]
enum Question {
    /// Whether to stop waiting for a clone under way.
    Stop,
    /// Whether to send a poor sample.
    Doubt {
        question: String,
        advice: String,
        /// What it is about: the sample cut to this order, or the file as it is.
        order: Option<Box<Order>>,
    },
}

/// The clone page.
#[derive(Default)]
pub struct ClonePanel {
    draft: Draft,
    /// What the draft is for: the file, and how many were brought in until then.
    source: Option<(PathBuf, u64)>,
    /// The flow this page was last about.
    flow: String,
    /// The clone job that is shown. Its voice is for that flow.
    job: Option<String>,
    /// Jobs that were left for something else, until they have come to their end.
    left: Vec<String>,
    /// The voice that job made, until it is handed on.
    ready: Option<VoiceChoice>,
    slots: Slots,
    /// What is being asked.
    question: Option<Question>,
    trimming: Trimming,
    typing: Typing,
    paces: Paces,
    pictures: Pictures,
    record: Record,
    /// The page was drawn since the last frame's logic.
    seen: bool,
    /// A text field had the focus when the page was last drawn: Esc leaves the field before it cancels anything.
    in_field: bool,
}

impl Panel for ClonePanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        let visible = std::mem::take(&mut self.seen);
        cx.store.voices.ensure(|| cx.runtime.spawn(cx.client.voices()));
        self.record.logic(visible, cx);
        self.follow_flow(cx);
        self.follow_source(cx.store);
        self.take_from_card(cx);
        self.follow_sample(visible, cx);
        self.follow_job(cx.jobs);
        self.tell_card(cx);
        self.tell_of_others(cx);
        if cx.jobs.news().any(|job| matches!(&job.state, State::Failed(error) if cloning::is_full(error))) {
            // The slots may be filled by clones made elsewhere, which have to be listed.
            cx.commands.push(Command::ReloadVoices);
        }
        if self.job.is_some() {
            self.typing.follow(cx.store.flow.text(), cx.runtime);
        }
        self.hand_on(visible, cx);
        self.slots.poll(self.job.as_deref(), cx);
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.pictures.keep_in(cx.store.cache_dir());
        self.seen = true;
        let margin = Margin { left: 24, right: 24, top: 0, bottom: 24 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            let stage = self.stage(cx.store);
            layout::page_head_ui(ui, "Clone a voice", |_| {}, |ui| stepper::stepper_ui(ui, stage));
            match stage {
                Stage::Sample => self.sample_ui(ui, cx),
                Stage::Check => self.check_ui(ui, cx),
                Stage::Cloning => self.cloning_ui(ui, cx),
            }
        });
        self.in_field = ui.ctx().text_edit_focused();
    }

    fn away(&mut self) {
        self.record.turn_off();
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        match self.stage(cx.store) {
            Stage::Sample if self.record.is_open() => self.record.use_it(cx),
            Stage::Sample => cx.commands.push(Command::Pick(crate::store::Role::Source)),
            Stage::Check => self.clone_voice(cx),
            Stage::Cloning => {}
        }
    }
}

impl ClonePanel {
    /// The page, recording from there.
    pub fn listening_to(microphone: Input) -> Self {
        Self { record: Record::of(microphone), ..Self::default() }
    }

    fn stage(&self, store: &Store) -> Stage {
        if self.job.is_some() {
            Stage::Cloning
        } else if store.flow.source.is_none() || store.incoming.source.is_loading() || self.draft.set_aside {
            Stage::Sample
        } else {
            Stage::Check
        }
    }

    /// Another flow begins at the first step. A clone under way goes on, for the voices only: neither its voice nor
    /// its line belongs to the new flow.
    fn follow_flow(&mut self, cx: &mut Cx<'_>) {
        if self.flow == cx.store.flow.id {
            return;
        }
        self.flow.clone_from(&cx.store.flow.id);
        if let Some(choice) = self.ready.take() {
            tell_of_voice(choice, cx);
        }
        self.left.extend(self.job.take());
        if self.trimming.pressed.is_some() {
            let title = "The voice was not cloned yet".to_owned();
            let detail = "Another flow was opened before its sample was ready.".to_owned();
            cx.commands.push(Command::Notify(Notice { title, detail, action: None }));
        }
        self.draft = draft_of(cx.store);
        self.trimming.reset();
        self.back_to_check(cx.store);
    }

    /// A new file begins a new draft: its permission has to be given anew, even if it is the same file once more.
    fn follow_source(&mut self, store: &Store) {
        let now = store.flow.source.as_ref().map(|file| (file.path.clone(), store.source_count));
        if self.source != now {
            self.source = now;
            self.draft = draft_of(store);
            self.trimming.reset();
            // It was about the file before.
            self.question.take_if(|question| matches!(question, Question::Doubt { .. }));
        }
    }

    /// Shows the clone that is being made, also one from before a restart or started elsewhere.
    fn follow_job(&mut self, jobs: &Jobs) {
        if self.job.as_ref().is_some_and(|id| jobs.get(id).is_none()) {
            self.job = None;
        }
        self.left.retain(|id| jobs.get(id).is_some_and(Job::is_running));
        if self.job.is_none() {
            let is_clone = |job: &Job| matches!(job.request, Request::Clone(_));
            let running = |job: &&Job| job.is_running() && is_clone(job) && !self.left.contains(&job.id);
            self.job = jobs.all().iter().find(running).map(|job| job.id.clone());
        }
        let shown = self.job.as_ref().and_then(|id| jobs.get(id));
        if let Some(State::Done(Outcome::Voice { id, name })) = shown.map(|job| &job.state) {
            self.ready = Some(VoiceChoice { id: id.clone(), name: name.clone() });
        }
    }

    /// A clone that was left, or begun elsewhere, is good news all the same.
    fn tell_of_others(&self, cx: &mut Cx<'_>) {
        let others = cx.jobs.news().filter(|job| self.job.as_ref() != Some(&job.id));
        let made = others.filter_map(|job| match &job.state {
            State::Done(Outcome::Voice { id, name }) => Some(VoiceChoice { id: id.clone(), name: name.clone() }),
            _ => None,
        });
        for choice in made.collect::<Vec<_>>() {
            tell_of_voice(choice, cx);
        }
    }

    /// Hands a finished voice to the script, once the first line is not being typed any more.
    fn hand_on(&mut self, visible: bool, cx: &mut Cx<'_>) {
        let typing = self.typing.is_on();
        let Some(choice) = self.ready.take_if(|_| !typing) else { return };
        cx.store.flow.voice = Some(choice.clone());
        if std::mem::take(&mut cx.store.speak_when_ready) {
            speak(cx);
        }
        let title = format!("{} is ready", choice.name);
        let (detail, action) = if visible {
            cx.commands.push(Command::UseVoice(choice));
            ("It is chosen for this script.".to_owned(), None)
        } else {
            let open = Box::new(Command::UseVoice(choice));
            ("It is chosen for your script.".to_owned(), Some(("Open script".to_owned(), open)))
        };
        cx.commands.push(Command::Notify(Notice { title, detail, action }));
        self.leave(cx.store);
    }

    /// Leaves the job that is shown for the first step; the source can be gone on with.
    fn leave(&mut self, store: &mut Store) {
        self.draft = Draft { set_aside: true, ..draft_of(store) };
        self.back_to_check(store);
    }

    /// Stops the job that is shown and leaves it.
    fn stop(&mut self, cx: &mut Cx<'_>) {
        if let Some(id) = self.job.take() {
            cx.jobs.stop(&id);
            self.left.push(id);
        }
        self.back_to_check(cx.store);
    }

    /// Leaves the job that is shown, and the wish to have its voice speak; what was filled in stays.
    fn back_to_check(&mut self, store: &mut Store) {
        (self.job, self.ready, self.question) = (None, None, None);
        self.trimming.pressed = None;
        store.speak_when_ready = false;
        self.typing = Typing::default();
        self.slots.leave();
    }
}

/// An empty draft for the flow's source.
fn draft_of(store: &Store) -> Draft {
    store.flow.source.as_ref().map(Draft::new).unwrap_or_default()
}

/// The voices known so far.
fn voices(store: &Store) -> &[Voice] {
    store.voices.value().map_or(&[], Vec::as_slice)
}

/// Says that a voice was made which is not for the open flow.
fn tell_of_voice(choice: VoiceChoice, cx: &mut Cx<'_>) {
    let (title, detail) = (format!("{} is ready", choice.name), "It is among your voices.".to_owned());
    let action = Some(("Use it here".to_owned(), Box::new(Command::UseVoice(choice))));
    cx.commands.push(Command::Notify(Notice { title, detail, action }));
}

/// Speaks the line that was written while waiting.
fn speak(cx: &mut Cx<'_>) {
    let fits = matches!(script::fit(cx.store.flow.text()), Fit::Fits | Fit::Near);
    if let Some(job) = speech::job(cx.store).filter(|_| fits) {
        cx.jobs.start(Request::Speak(job));
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::media::probe::Probe;
    use crate::store::MediaFile;

    #[test]
    fn the_same_file_brought_in_again_needs_its_own_permission() {
        let mut store = Store::new("The sandbox".into(), true);
        let probe = Probe { container: "wav".into(), size_bytes: 9, ..Probe::default() };
        store.flow.source = Some(MediaFile { path: "/a/keynote.wav".into(), probe });
        let mut panel = ClonePanel::default();
        panel.follow_source(&store);
        panel.draft.consent = Some(OffsetDateTime::now_utc());
        (panel.draft.name, panel.draft.speaker) = ("Mara, keynote".into(), "Mara".into());
        panel.follow_source(&store);
        assert!(panel.draft.consent.is_some(), "nothing new was brought in");
        panel.draft.set_aside = true;
        store.source_count += 1;
        panel.follow_source(&store);
        let draft = &panel.draft;
        assert_eq!((draft.name.as_str(), draft.speaker.as_str(), draft.consent), ("keynote", "", None));
        assert!(!panel.draft.set_aside, "a new file is shown, whatever was put aside");
    }
}
