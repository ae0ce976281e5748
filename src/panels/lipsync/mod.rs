//! One lip sync: what goes in, what it will be, how it runs, what came out.
//!
//! This module holds what the page knows and decides whether the setup or a result is shown. The rest of it:
//!
//! | what | modules |
//! |---|---|
//! | the setup as a page, its parts and how they share the room | `page`, `setup`, `sizes`, `picker` |
//! | what is asked for: video, voice, lengths, options | `order`, `lanes`, `lengths`, `modes`, `inspector`, `face`, `radio` |
//! | what is known before paying: limits of the service, loudness, price | `rules`, `checks`, `level`, `price` |
//! | runs: their start, how they go, the first seconds, a trimmed video | `start`, `run`, `trial`, `fit`, `dialogs` |
//! | Run all of the Flow page, as far as it is about this page | `chain` |
//! | what came out | `result`, `moments` |

mod chain;
mod checks;
mod dialogs;
mod face;
mod fit;
mod inspector;
mod lanes;
mod lengths;
mod level;
mod modes;
mod moments;
mod order;
mod page;
mod picker;
mod price;
mod radio;
mod result;
mod rules;
mod run;
mod setup;
mod sizes;
mod start;
mod trial;

use std::path::Path;

use egui::Ui;

use super::drops::Drops;
use super::pace::Paces;
use super::watch::Watch;
use super::{Command, Cx, KeyAction, Page, Panel, Pictures, made};
use crate::jobs::{Job, Jobs, Outcome, Request, State};
use crate::store::Store;

use dialogs::Dialogs;
use fit::Fit;
use level::Level;
use order::{job, lengths_of, missing, voice_as_sent};
use price::Asked;
use result::Facts;
use trial::Trial;

/// The page.
#[derive(Default)]
pub struct LipSyncPanel {
    pictures: Pictures,
    /// The target in the setup.
    target: Watch,
    /// The target and the result of a finished run.
    pair: Watch,
    dialogs: Dialogs,
    /// Whether the finished run's result is shown or the setup.
    choice: Option<Choice>,
    /// The result was asked to play, which it does once it is read.
    plays: bool,
    /// The page was drawn since the last frame's logic.
    seen: bool,
    /// Of the target and the result of a finished run.
    facts: [Facts; 2],
    asked: Asked,
    paces: Paces,
    level: Level,
    trial: Trial,
    fit: Fit,
    open: Open,
    drops: Drops,
    /// What the player calls the voice track, while the page shows it with a button of its own and all is well with it.
    voice: Option<String>,
}

/// What was opened or begun on the page.
#[derive(Default)]
struct Open {
    all_models: bool,
    /// A click into the video picks the face to move.
    face: bool,
    /// Id of a flow that was chosen here, until it is open.
    flow: Option<String>,
    /// The drawer with the options, in a narrow window.
    details: bool,
    /// The file name as it is being written.
    name: Option<String>,
}

/// What is shown of a finished run. It stays while settings change, so that no key press turns the page over.
struct Choice {
    job: String,
    shows_result: bool,
}

impl Panel for LipSyncPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        let (client, runtime) = (cx.client, cx.runtime);
        cx.store.models.ensure(|| runtime.spawn(client.models()));
        cx.store.models.poll();
        if !std::mem::take(&mut self.seen) {
            self.trial.is_shown = false;
            // Who comes back from another page comes for a run, unless the result is of what is set now.
            self.choice.take_if(|choice| choice.shows_result);
            self.plays = false;
            self.voice = None;
        }
        // Opening shows the flow; who chose it here wants to stay.
        if self.open.flow.take_if(|id| *id == cx.store.flow.id).is_some() {
            cx.commands.push(Command::Go(Page::LipSync));
        }
        self.dialogs.work(cx);
        run::follow_retry(cx.store, cx.jobs);
        keep_to_offered_models(cx.store);
        self.level.work(cx);
        self.asked.work(cx);
        self.trial.work(cx);
        self.fit.work(cx);
        cx.store.lip_sync_price = self.asked.said(cx.store);
        cx.store.chain.is_pricing = self.asked.is_asking();
        self.follow_chain(cx);
        if let Some((job, file)) = self.shown(cx.store, cx.jobs) {
            let files = [target_of(job).map(Path::to_owned), Some(file.to_owned())];
            for (facts, file) in self.facts.iter_mut().zip(files) {
                facts.read(file.unwrap_or_default(), cx);
            }
        }
        self.target.logic();
        self.pair.logic();
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.seen = true;
        if std::mem::take(&mut cx.store.play_result) {
            self.trial.is_shown = false;
            self.choose(cx, true);
            self.plays = self.choice.is_some();
        }
        let shows_result = self.shows_result(cx);
        if !self.trial.is_shown {
            self.choose(cx, shows_result);
        }
        if shows_result {
            self.voice = None;
            return self.result_ui(ui, cx);
        }
        self.voice = setup::heard_here(cx);
        self.target.let_by(self.voice.is_some());
        cx.store.page_drop = self.drops.follow(ui, cx.store.let_go.as_deref());
        self.watch_target(ui, cx);
        self.target.take_over(&self.pair, cx);
        self.compose_ui(ui, cx);
        self.target.full_ui(ui, cx);
    }

    fn away(&mut self) {
        self.drops = Drops::default();
    }

    fn controls(&self, key: &str) -> bool {
        self.target.controls(key) || self.pair.controls(key) || self.voice.as_deref() == Some(key)
    }

    fn key(&mut self, action: KeyAction, _cx: &mut Cx<'_>) -> bool {
        let is_mine = action == KeyAction::Details;
        self.open.details ^= is_mine;
        is_mine
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        if self.shows_result(cx) {
            if let Some((_, file)) = self.shown(cx.store, cx.jobs) {
                cx.commands.push(Command::Reveal(file.to_owned()));
            }
        } else {
            self.start(cx);
        }
    }
}

impl LipSyncPanel {
    /// The finished run whose result is shown, or would be: a trial, if it was asked for, else the flow's own.
    fn shown<'a>(&self, store: &Store, jobs: &'a Jobs) -> Option<(&'a Job, &'a Path)> {
        let trial = self.trial.job.as_deref().filter(|_| self.trial.is_shown);
        trial.and_then(|id| video_of(jobs.get(id)?)).or_else(|| finished(store, jobs))
    }

    fn shows_result(&self, cx: &Cx<'_>) -> bool {
        if self.trial.is_shown {
            return self.shown(cx.store, cx.jobs).is_some();
        }
        let Some((job, _)) = finished(cx.store, cx.jobs) else { return false };
        let choice = self.choice.as_ref().filter(|choice| choice.job == job.id);
        // An older result does not hide the setup of the next one.
        choice.map_or_else(|| is_current(cx.store, job), |choice| choice.shows_result)
    }

    fn choose(&mut self, cx: &Cx<'_>, shows_result: bool) {
        self.choice = finished(cx.store, cx.jobs).map(|(job, _)| Choice { job: job.id.clone(), shows_result });
    }
}

/// The job of the flow's result, running or over.
fn current<'a>(store: &Store, jobs: &'a Jobs) -> Option<&'a Job> {
    jobs.get(store.flow.result.as_deref()?)
}

/// The flow's finished job and the video it saved.
fn finished<'a>(store: &Store, jobs: &'a Jobs) -> Option<(&'a Job, &'a Path)> {
    video_of(current(store, jobs)?)
}

/// A job and the video it saved.
fn video_of(job: &Job) -> Option<(&Job, &Path)> {
    match &job.state {
        State::Done(Outcome::Video { file, .. }) => Some((job, file)),
        _ => None,
    }
}

/// The video a job put its line on.
fn target_of(job: &Job) -> Option<&Path> {
    match &job.request {
        Request::LipSync(made) => Some(&made.target.path),
        _ => None,
    }
}

/// Whether the result is of what is set now.
fn is_current(store: &Store, job: &Job) -> bool {
    matches!(&job.request, Request::LipSync(made) if made::is_current(store, made))
}

/// A model the service no longer offers gives way to one it does.
fn keep_to_offered_models(store: &mut Store) {
    let Some(listed) = store.models.value() else { return };
    let chosen = &store.flow.lip_sync.model;
    if listed.iter().any(|model| model.name == *chosen) {
        return;
    }
    if let Some(first) = rules::offers(Some(listed), None).into_iter().next() {
        store.flow.lip_sync.model = first.name;
    }
}
