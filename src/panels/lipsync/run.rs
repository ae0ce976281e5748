//! Runs under way, stopped or failed, where they were begun: the flow's own and a trial.

use egui::Ui;

use super::current;
use super::dialogs::Dialogs;
use super::sizes::GAP;
use super::trial::Trial;
use crate::error::Error;
use crate::jobs::{Job, Jobs, Request, State};
use crate::panels::pace::{self, Paces};
use crate::panels::{Cx, wait};
use crate::store::Store;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::progress::Bar;
use crate::ui::progress_row::ProgressRow;
use crate::ui::theme::Look as _;
use crate::ui::{Button, icons, layout};

/// Height of the row of a run under way, in points.
const ROW: f32 = 68.0;

/// What was pressed.
enum Press {
    Retry,
    Forget,
    Elsewhere,
}

/// Whether the flow's own run or the trial is under way.
pub(super) fn is_running(cx: &Cx<'_>, trial: &Trial) -> bool {
    let is_tried = trial.job.as_deref().and_then(|id| cx.jobs.get(id)).is_some_and(Job::is_running);
    is_tried || current(cx.store, cx.jobs).is_some_and(Job::is_running)
}

/// What is under way, in cards of this height: as high as what they stand in for, so that nothing else moves.
pub(super) fn running_ui(ui: &mut Ui, cx: &mut Cx<'_>, paces: &mut Paces, trial: &Trial, high: f32) {
    let own = current(cx.store, cx.jobs).map(|job| job.id.clone());
    for id in trial.job.clone().into_iter().chain(own) {
        if let Some(job) = cx.jobs.get(&id).filter(|job| job.is_running()).cloned() {
            running_card_ui(ui, cx, &job, paces, high);
        }
    }
}

/// What there is to say about runs that ended without a result.
pub(super) fn ended_ui(ui: &mut Ui, cx: &mut Cx<'_>, trial: &mut Trial, dialogs: &mut Dialogs) {
    trial_ui(ui, cx, trial);
    let Some(job) = current(cx.store, cx.jobs) else { return };
    let pressed = match &job.state {
        State::Failed(error) if job.checkpoint.saving.unsaved => {
            let words = Error::Past {
                sentence: format!("The video is ready but was not saved. {error}"),
                code: None,
                details: String::new(),
            };
            match notice::error_ui(ui, &words, &["Save elsewhere", "Try again", "Back to setup"]) {
                Some(ErrorPress::Action(0)) => Some(Press::Elsewhere),
                Some(ErrorPress::Action(1)) => Some(Press::Retry),
                Some(ErrorPress::Action(_)) => Some(Press::Forget),
                _ => None,
            }
        }
        State::Failed(error) => match notice::error_ui(ui, error, &["Try again", "Back to setup"]) {
            Some(ErrorPress::Action(0)) => Some(Press::Retry),
            Some(ErrorPress::Action(_)) => Some(Press::Forget),
            _ => None,
        },
        State::Stopped => layout::card_ui(ui, |ui| stopped_ui(ui, job, &cx.store.service)),
        State::Running(_) | State::Done(_) => return,
    };
    ui.add_space(GAP);
    let id = job.id.clone();
    match pressed {
        Some(Press::Retry) => cx.jobs.retry(&id),
        Some(Press::Forget) => cx.store.flow.put_result_away(),
        Some(Press::Elsewhere) => {
            dialogs.elsewhere = Some((id, cx.files.pick_folder(cx.runtime, &cx.settings.output_folder())));
        }
        None => {}
    }
}

fn running_card_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, paces: &mut Paces, high: f32) {
    wait::ask_frames(ui, [job]);
    layout::card_ui(ui, |ui| {
        let least = high - 32.0;
        ui.set_min_height(least);
        if job.waiting.is_none() {
            ui.add_space(((least - ROW) / 2.0).max(0.0));
        }
        row_ui(ui, cx, job, paces);
    });
}

/// What there is to say about the trial; its result is offered where it was begun.
fn trial_ui(ui: &mut Ui, cx: &mut Cx<'_>, trial: &mut Trial) {
    if let Some(error) = trial.problem().cloned() {
        if notice::error_ui(ui, &error, &["Close"]) == Some(ErrorPress::Action(0)) {
            trial.forget_problem();
        }
        ui.add_space(GAP);
    }
    let Some(job) = trial.job.as_deref().and_then(|id| cx.jobs.get(id)) else { return };
    let State::Failed(error) = &job.state else { return };
    match notice::error_ui(ui, error, &["Try again", "Close"]) {
        Some(ErrorPress::Action(0)) => {
            let id = job.id.clone();
            cx.jobs.retry(&id);
        }
        Some(ErrorPress::Action(_)) => trial.job = None,
        _ => {}
    }
    ui.add_space(GAP);
}

fn row_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, paces: &mut Paces) {
    let title = title(job);
    if wait::wait_ui(ui, cx, job, &title) {
        return;
    }
    let pace = paces.words(job, ui.input(|input| input.time));
    let pace = pace.map_or_else(|| wait::elapsed(job), |pace| format!("{pace}, {}", wait::elapsed(job)));
    let stage = pace::step_words_in(job, cx.store.is_sandbox);
    let row =
        ProgressRow { title: &title, bar: Bar::from_fraction(job.progress.fraction()), stage: &stage, pace: &pace };
    let icon = |ui: &mut Ui| {
        let rect = ui.max_rect();
        icons::FILM_SLATE.paint(ui.painter(), rect.center(), 24.0, ui.tokens().text.support);
    };
    row.show(ui, icon, |ui| wait::stop_ui(ui, cx, job));
}

fn title(job: &Job) -> String {
    let is_trial = matches!(&job.request, Request::LipSync(made) if made.is_trial);
    if is_trial { "The first 5 seconds".to_owned() } else { job.request.title() }
}

fn stopped_ui(ui: &mut Ui, job: &Job, service: &str) -> Option<Press> {
    let remote = job.may_be_at_service();
    let (words, label) = if remote {
        (format!("Stopped watching. {service} goes on with it, and it may still be charged."), "Watch again")
    } else {
        ("Stopped before anything was run. What is uploaded stays uploaded.".to_owned(), "Go on")
    };
    let mut pressed = None;
    ui.horizontal(|ui| {
        icons::PROHIBIT.show(ui, 18.0, ui.tokens().text.hint);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if Button::secondary("Back to setup").show(ui).clicked() {
                pressed = Some(Press::Forget);
            }
            if Button::outline(label).icon(icons::ARROW_CLOCKWISE).show(ui).clicked() {
                pressed = Some(Press::Retry);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Label::new(crate::ui::text::body(words)).wrap());
            });
        });
    });
    pressed
}

/// A run that failed at the service is tried again as a new job: the flow follows it.
pub(super) fn follow_retry(store: &mut Store, jobs: &Jobs) {
    if let Some(again) = store.flow.result.as_deref().and_then(|id| tried_again(jobs, id)) {
        store.flow.result = Some(again);
    }
}

/// Id of the job that tries again what this one was to do.
pub(super) fn tried_again(jobs: &Jobs, id: &str) -> Option<String> {
    let again = jobs.get(jobs.get(id)?.checkpoint.run.superseded.as_deref()?)?;
    Some(again.id.clone())
}
