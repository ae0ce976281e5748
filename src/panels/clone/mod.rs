//! The clone page: choose a sample, check it and agree to the permission, then watch the clone being made. The work
//! itself is a job; this page finds it again after a restart and hands the finished voice on.

mod check;
mod cloning;
mod draft;
mod progress;
mod sample;
mod slots;
mod stepper;
mod typing;

use std::path::PathBuf;

use egui::{Frame, Margin, Ui};

use super::{Command, Cx, Notice, Panel, Pictures};
use crate::api::Voice;
use crate::jobs::{Job, Jobs, Outcome, Request, SpeakJob, State};
use crate::script::{self, Fit};
use crate::store::{Store, VoiceChoice};
use crate::ui::layout;

use draft::Draft;
use progress::Pace;
use slots::Slots;
use typing::Typing;

/// Where the user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Sample,
    Check,
    Cloning,
}

/// The clone page.
#[derive(Default)]
pub struct ClonePanel {
    draft: Draft,
    /// The source the user went back from, or that has been cloned already: the page is at its first step again.
    set_aside: Option<PathBuf>,
    /// The clone job that is shown.
    job: Option<String>,
    /// A job the user stopped here, until it has come to its end.
    left: Option<String>,
    /// The voice that job made, until it is handed on.
    ready: Option<VoiceChoice>,
    slots: Slots,
    /// "Stop waiting?" is being asked.
    asking_to_stop: bool,
    typing: Typing,
    pace: Pace,
    pictures: Pictures,
    /// The page was drawn since the last frame's logic.
    seen: bool,
    /// A text field had the focus when the page was last drawn: Esc leaves the field before it cancels anything.
    in_field: bool,
}

impl Panel for ClonePanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        let visible = std::mem::take(&mut self.seen);
        cx.store.voices.ensure(|| cx.runtime.spawn(cx.client.voices()));
        self.follow_source(cx.store);
        self.follow_job(cx.jobs);
        if cx.jobs.news().any(|job| matches!(&job.state, State::Failed(error) if cloning::is_full(error))) {
            // The slots may be filled by clones made elsewhere, which have to be listed.
            cx.commands.push(Command::ReloadVoices);
        }
        if self.job.is_some() {
            self.typing.follow(&cx.store.flow.line, cx.runtime);
        }
        self.hand_on(visible, cx);
        if let Some(id) = &self.job {
            self.slots.poll(id, cx);
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
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

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        match self.stage(cx.store) {
            Stage::Sample => cx.commands.push(Command::Pick(crate::store::Role::Source)),
            Stage::Check => self.clone_voice(cx),
            Stage::Cloning => {}
        }
    }
}

impl ClonePanel {
    fn stage(&self, store: &Store) -> Stage {
        let source = store.flow.source.as_ref().map(|file| &file.path);
        if self.job.is_some() {
            Stage::Cloning
        } else if source.is_none() || store.incoming.source.is_loading() || source == self.set_aside.as_ref() {
            Stage::Sample
        } else {
            Stage::Check
        }
    }

    /// A new file begins a new draft: its permission has to be given anew, even if it is the same file once more.
    fn follow_source(&mut self, store: &Store) {
        if store.incoming.source.is_loading() {
            self.draft = Draft::default();
            self.set_aside = None;
            return;
        }
        let Some(source) = &store.flow.source else { return };
        if self.draft.source.as_ref() != Some(&source.path) {
            self.draft = Draft::new(source);
        }
    }

    /// Shows the clone that is being made, also one from before a restart or started elsewhere.
    fn follow_job(&mut self, jobs: &Jobs) {
        if self.job.as_ref().is_some_and(|id| jobs.get(id).is_none()) {
            self.job = None;
        }
        self.left = self.left.take().filter(|id| jobs.get(id).is_some_and(Job::is_running));
        if self.job.is_none() {
            let is_clone = |job: &Job| matches!(job.request, Request::Clone(_));
            let running = |job: &&Job| job.is_running() && is_clone(job) && self.left.as_ref() != Some(&job.id);
            self.job = jobs.all().iter().find(running).map(|job| job.id.clone());
        }
        let shown = self.job.as_ref().and_then(|id| jobs.get(id));
        if let Some(State::Done(Outcome::Voice { id, name })) = shown.map(|job| &job.state) {
            self.ready = Some(VoiceChoice { id: id.clone(), name: name.clone() });
        }
    }

    /// Hands a finished voice to the script, once the first line is not being typed any more.
    fn hand_on(&mut self, visible: bool, cx: &mut Cx<'_>) {
        let typing = self.typing.is_on();
        let Some(choice) = self.ready.take_if(|_| !typing) else { return };
        cx.store.flow.voice = Some(choice.clone());
        if std::mem::take(&mut cx.store.speak_when_ready) {
            speak(cx, &choice);
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
    fn leave(&mut self, store: &Store) {
        self.set_aside = store.flow.source.as_ref().map(|file| file.path.clone());
        self.draft = Draft::default();
        self.back_to_check();
    }

    /// Stops the job that is shown and leaves it.
    fn stop(&mut self, jobs: &mut Jobs) {
        if let Some(id) = &self.job {
            jobs.stop(id);
        }
        self.left = self.job.take();
        self.back_to_check();
    }

    /// Leaves the job that is shown; what was filled in stays.
    fn back_to_check(&mut self) {
        (self.job, self.ready, self.asking_to_stop) = (None, None, false);
        self.typing = Typing::default();
        self.slots = Slots::default();
        self.pace = Pace::default();
    }

    fn clone_voice(&mut self, cx: &mut Cx<'_>) {
        let Some(file) = &cx.store.flow.source else { return };
        let Some(job) = self.draft.job(file, voices(cx.store)) else { return };
        // A line that is there already was not written for this voice: speaking it by itself has to be asked for.
        cx.store.speak_when_ready = script::fit(&cx.store.flow.line) == Fit::Empty;
        self.back_to_check();
        self.typing = Typing::new(&cx.store.flow.line);
        self.job = Some(cx.jobs.start(Request::Clone(job)));
    }
}

/// The voices known so far.
fn voices(store: &Store) -> &[Voice] {
    store.voices.value().map_or(&[], Vec::as_slice)
}

/// Speaks the line that was written while waiting.
fn speak(cx: &mut Cx<'_>, voice: &VoiceChoice) {
    let flow = &cx.store.flow;
    if !matches!(script::fit(&flow.line), Fit::Fits | Fit::Near) {
        return;
    }
    cx.jobs.start(Request::Speak(SpeakJob {
        voice_id: voice.id.clone(),
        voice_name: voice.name.clone(),
        script: flow.line.trim().to_owned(),
        stability: flow.stability,
        similarity: flow.similarity,
    }));
}
