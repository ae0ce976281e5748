//! A run under way, stopped or failed, where it was begun.

use egui::Ui;

use super::current;
use crate::jobs::{Job, State};
use crate::panels::pace::{self, Paces};
use crate::panels::{Cx, wait};
use crate::ui::notice::{self, ErrorPress};
use crate::ui::progress::Bar;
use crate::ui::progress_row::ProgressRow;
use crate::ui::theme::Look as _;
use crate::ui::{Button, icons, layout, space};

/// What was pressed.
enum Press {
    Retry,
    Forget,
}

/// The block above the setup, while there is something to say.
pub(super) fn block_ui(ui: &mut Ui, cx: &mut Cx<'_>, paces: &mut Paces) {
    let Some(job) = current(cx.store, cx.jobs) else { return };
    let pressed = match &job.state {
        State::Running(_) => {
            let job = job.clone();
            wait::ask_frames(ui, [&job]);
            layout::card_ui(ui, |ui| running_ui(ui, cx, &job, paces));
            ui.add_space(space::M);
            return;
        }
        State::Failed(error) => match notice::error_ui(ui, error, &["Try again", "Back to setup"]) {
            Some(ErrorPress::Action(0)) => Some(Press::Retry),
            Some(ErrorPress::Action(_)) => Some(Press::Forget),
            _ => None,
        },
        State::Stopped => layout::card_ui(ui, |ui| stopped_ui(ui, job, &cx.store.service)),
        State::Done(_) => return,
    };
    ui.add_space(space::M);
    let id = job.id.clone();
    match pressed {
        Some(Press::Retry) => cx.jobs.retry(&id),
        Some(Press::Forget) => cx.store.flow.result = None,
        None => {}
    }
}

fn running_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, paces: &mut Paces) {
    let title = job.request.title();
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
