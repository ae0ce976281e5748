//! Runs under way, stopped or failed, where they were begun: the flow's own and a trial.

use std::path::Path;

use egui::Ui;

use super::current;
use super::dialogs::Dialogs;
use super::lanes::HEIGHT;
use super::trial::Trial;
use crate::error::Error;
use crate::jobs::{Job, Outcome, Request, State};
use crate::panels::pace::{self, Paces};
use crate::panels::{Command, Cx, wait};
use crate::store::file_name;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::progress::Bar;
use crate::ui::progress_row::ProgressRow;
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, Type, icons, layout, space, truncate};

/// Height of the row of a run under way, in points.
const ROW: f32 = 68.0;

/// What was pressed.
enum Press {
    Retry,
    Forget,
    Elsewhere,
}

/// The runs under way and what there is to say about those that are over, below the video. True while the flow's own
/// run is there, which needs the room.
pub(super) fn block_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    paces: &mut Paces,
    trial: &mut Trial,
    dialogs: &mut Dialogs,
) -> bool {
    trial_ui(ui, cx, paces, trial);
    let Some(job) = current(cx.store, cx.jobs) else { return false };
    let pressed = match &job.state {
        State::Running(_) => {
            let job = job.clone();
            running_card_ui(ui, cx, &job, paces);
            return true;
        }
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
        State::Done(_) => return false,
    };
    ui.add_space(space::M);
    let id = job.id.clone();
    match pressed {
        Some(Press::Retry) => cx.jobs.retry(&id),
        Some(Press::Forget) => cx.store.flow.result = None,
        Some(Press::Elsewhere) => {
            dialogs.elsewhere = Some((id, cx.files.pick_folder(cx.runtime, &cx.settings.output_folder())));
        }
        None => {}
    }
    false
}

fn running_card_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, paces: &mut Paces) {
    wait::ask_frames(ui, [job]);
    layout::card_ui(ui, |ui| {
        // What is below stays where it is: the card is as high as the one whose place it takes.
        let least = HEIGHT - 32.0;
        ui.set_min_height(least);
        if job.waiting.is_none() {
            ui.add_space(((least - ROW) / 2.0).max(0.0));
        }
        running_ui(ui, cx, job, paces);
    });
    ui.add_space(space::M);
}

/// The trial: under way, over, or not begun.
fn trial_ui(ui: &mut Ui, cx: &mut Cx<'_>, paces: &mut Paces, trial: &mut Trial) {
    if let Some(error) = trial.problem().cloned() {
        if notice::error_ui(ui, &error, &["Close"]) == Some(ErrorPress::Action(0)) {
            trial.forget_problem();
        }
        ui.add_space(space::M);
    }
    let Some(job) = trial.job.as_deref().and_then(|id| cx.jobs.get(id)).cloned() else { return };
    match &job.state {
        State::Running(_) => running_card_ui(ui, cx, &job, paces),
        State::Done(Outcome::Video { file, .. }) => {
            layout::card_ui(ui, |ui| done_ui(ui, cx, trial, file));
            ui.add_space(space::M);
        }
        State::Failed(error) => {
            match notice::error_ui(ui, error, &["Try again", "Close"]) {
                Some(ErrorPress::Action(0)) => cx.jobs.retry(&job.id),
                Some(ErrorPress::Action(_)) => trial.job = None,
                _ => {}
            }
            ui.add_space(space::M);
        }
        State::Stopped | State::Done(_) => {}
    }
}

fn done_ui(ui: &mut Ui, cx: &mut Cx<'_>, trial: &mut Trial, file: &Path) {
    let t = ui.tokens();
    ui.horizontal(|ui| {
        icons::CHECK_CIRCLE_FILL.show(ui, 18.0, t.success.ink);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if IconButton::new(icons::X, "Close the trial").small().show(ui).clicked() {
                trial.job = None;
            }
            if Button::ghost("Show the trial in its folder").small().show(ui).clicked() {
                cx.commands.push(Command::Reveal(file.to_owned()));
            }
            if Button::outline("Compare the trial").small().show(ui).clicked() {
                trial.is_shown = true;
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let words = format!("The first 5 seconds are ready: {}", file_name(file));
                truncate::name_ui(ui, &words, Type::Body, t.text.main);
            });
        });
    });
}

fn running_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, paces: &mut Paces) {
    let title = title(job);
    if wait::wait_ui(ui, cx, job, &title) {
        return;
    }
    let pace = paces.words(job, ui.input(|input| input.time));
    let pace = pace.map_or_else(|| wait::elapsed(job), |pace| format!("{pace}, {}", wait::elapsed(job)));
    let stage = pace::step_words(job);
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
