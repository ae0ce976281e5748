//! One lip sync: what goes in, what it will be, how it runs, what came out.

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
mod picker;
mod price;
mod radio;
mod result;
mod rules;
mod run;
mod setup;
mod sizes;
mod trial;

use std::path::Path;

use egui::{CentralPanel, Frame, Margin, Panel as Side, ScrollArea, Ui, vec2};

use super::drops::Drops;
use super::pace::Paces;
use super::watch::Watch;
use super::{Command, Cx, KeyAction, Page, Panel, Pictures, limits, made};
use crate::jobs::{Job, Jobs, Outcome, Request, State};
use crate::store::Store;
use crate::ui::theme::Look as _;
use crate::ui::{Button, drawer, layout, space};

use dialogs::Dialogs;
use fit::Fit;
use level::Level;
use order::{job, lengths_of, missing, voice_as_sent};
use price::Asked;
use result::Facts;
use sizes::{GAP, Sizes};
use trial::Trial;

/// Room for a scroll bar, of the page's margin.
const BAR: i8 = 12;
/// Width of the right panel.
const INSPECTOR: f32 = 352.0;

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
    /// The setup: what goes in at the left, what can be chosen about it at the right or in a drawer.
    fn compose_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if layout::is_narrow(ui) {
            self.foot_ui(ui, cx);
            // The drawer ends where the foot begins.
            CentralPanel::default().frame(Frame::new()).show(ui, |ui| self.page_ui(ui, cx));
        } else {
            self.page_ui(ui, cx);
        }
    }

    fn page_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let was_open = self.open.details;
        let mut open = was_open;
        drawer::side_ui(ui, "Options of the lip sync", INSPECTOR, &mut open, |ui| {
            if !layout::is_narrow(ui) {
                self.price_ui(ui, cx);
            }
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| self.options_ui(ui, cx));
        });
        // Unless what is in it closed it.
        if self.open.details == was_open {
            self.open.details = open;
        }
        // A scroll bar lies in the margin.
        let margin = Margin { left: 24, right: 24 - BAR, top: 0, bottom: 8 };
        CentralPanel::default().frame(Frame::new().inner_margin(margin)).show(ui, |ui| {
            let width = ui.available_width() - f32::from(BAR);
            let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
            ui.allocate_ui(egui::vec2(width, 64.0), |ui| self.head_ui(ui, cx));
            ui.spacing_mut().item_spacing.y = gap;
            let room = ui.available_height();
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                ui.set_max_width(width);
                self.setup_ui(ui, cx, room);
            });
        });
    }

    /// In a wide window: price, month and the buttons, below the options.
    fn price_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let foot = Frame::new().inner_margin(Margin { left: 0, right: 0, top: 12, bottom: 0 });
        Side::bottom("lip sync start").resizable(false).frame(foot).show_separator_line(false).show(ui, |ui| {
            layout::rule(ui, ui.max_rect().top() - 12.0);
            let begun = current(cx.store, cx.jobs).is_some_and(Job::is_running);
            let why = self.why_not(cx);
            inspector::estimate_ui(ui, cx.store, &self.asked, begun, why.as_deref());
            ui.add_space(space::S);
            self.start_ui(ui, cx, true);
            self.trial_ui(ui, cx, true);
        });
    }

    /// In a narrow window: the price and the button, below everything.
    fn foot_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let frame = Frame::new().fill(ui.tokens().fill.surface).inner_margin(Margin::symmetric(24, 10));
        Side::bottom("lip sync start").resizable(false).frame(frame).show(ui, |ui| {
            ui.spacing_mut().interact_size.y = 40.0;
            // The words have what the buttons leave.
            let row = vec2(ui.available_width(), 40.0);
            ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
                self.start_ui(ui, cx, false);
                self.trial_ui(ui, cx, false);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    inspector::estimate_line_ui(ui, cx.store, &self.asked);
                });
            });
        });
    }

    fn head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let done = finished(cx.store, cx.jobs).is_some();
        layout::page_head_ui(
            ui,
            "Lip sync",
            |_| {},
            |ui| {
                drawer::button_ui(ui, &mut self.open.details);
                if done && Button::secondary("Show the result").show(ui).clicked() {
                    self.trial.is_shown = false;
                    self.choose(cx, true);
                }
                picker::picker_ui(ui, cx, &mut self.open.flow);
                ui.hint("From flow");
            },
        );
    }

    fn setup_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, room: f32) {
        let sizes = Sizes::of(ui.available_width(), room);
        ui.spacing_mut().item_spacing.y = 0.0;
        self.media_ui(ui, cx, sizes);
        ui.add_space(GAP);
        // Below the video, which stays where it is.
        run::ended_ui(ui, cx, &mut self.trial, &mut self.dialogs);
        if sizes.lanes_last {
            // What is chosen comes before what shows it.
            lengths::table_ui(ui, cx.store, sizes.row);
            ui.add_space(GAP);
            self.lanes_ui(ui, cx);
            return;
        }
        if run::is_running(cx, &self.trial) {
            run::running_ui(ui, cx, &mut self.paces, &self.trial, lanes::HEIGHT);
            ui.add_space(GAP);
        } else if self.lanes_ui(ui, cx) {
            ui.add_space(GAP);
        }
        lengths::table_ui(ui, cx.store, sizes.row);
    }

    /// Why no run can begin now; nothing while the button says that one is under way.
    fn why_not(&self, cx: &Cx<'_>) -> Option<String> {
        let running = current(cx.store, cx.jobs).is_some_and(|job| job.is_running() && job.waiting.is_none());
        let why = missing(cx.store, cx.jobs).or_else(|| self.level.why_not().map(str::to_owned));
        why.filter(|_| !running)
    }

    fn start_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, wide: bool) {
        let why = self.why_not(cx);
        let running = current(cx.store, cx.jobs).is_some_and(|job| job.is_running() && job.waiting.is_none());
        let over = why.is_none() && self.asked.is_over(cx.store);
        let mut button = limits::button(over, "Lip sync").key("Ctrl Enter").large().busy(running, "Syncing");
        if wide {
            button = button.fill_width();
        }
        if button.off_if(why.as_deref()).show(ui).clicked() {
            self.start(cx);
        }
        // Beside the button; in a wide window the estimate says it, so that the buttons keep their places.
        if let Some(why) = why.filter(|_| !wide) {
            ui.hint(why);
        }
    }

    /// Sends the job off, when nothing is missing.
    fn start(&mut self, cx: &mut Cx<'_>) {
        if missing(cx.store, cx.jobs).is_some() {
            return;
        }
        let Some(voice) = self.level.track(cx.store) else { return };
        // The job would be refused all the same; here the way out is one press away.
        let price = self.asked.usd(cx.store);
        if limits::holds_back(cx, price) {
            return;
        }
        let Some(job) = job(cx.store, voice, cx.settings.output_folder(), price) else { return };
        let id = cx.jobs.start_for(&cx.store.flow.id, Request::LipSync(job));
        cx.store.flow.result = Some(id);
        self.choice = None;
    }

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
