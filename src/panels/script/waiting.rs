//! Lines that are being spoken, and lines that were not: rows among the takes.

use egui::{Align, Layout, Ui};

use super::{ScriptPanel, open_jobs};
use crate::error::Error;
use crate::jobs::{Job, Request, State, Step};
use crate::panels::{Cx, wait};
use crate::script;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Button, paint, space, text};

impl ScriptPanel {
    /// Rows of jobs without a take yet, of the flow's line or of others; how many there are.
    pub(super) fn waiting_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, of_line: bool) -> usize {
        let jobs: Vec<Job> = open_jobs(cx.store, cx.jobs.all(), &self.failures, of_line).into_iter().cloned().collect();
        wait::ask_frames(ui, &jobs);
        for job in &jobs {
            ui.push_id(&job.id, |ui| match &job.state {
                State::Running(step) => Self::running_ui(ui, cx, job, *step, of_line),
                State::Failed(error) => self.failed_ui(ui, cx, job, error, of_line),
                State::Stopped => self.stopped_ui(ui, cx, job, of_line),
                State::Done(_) => {}
            });
        }
        jobs.len()
    }

    fn running_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, step: Step, of_line: bool) {
        let t = ui.tokens();
        let what = if step == Step::Download { "Saving the take" } else { "Speaking a take" };
        if job.waiting.is_some() {
            wait::wait_ui(ui, cx, job, what);
            if !of_line {
                ui.hint(excerpt(job));
            }
            return;
        }
        ui.horizontal(|ui| {
            ui.set_min_height(36.0);
            ui.spacing_mut().item_spacing.x = space::M;
            paint::spinner_ui(ui, 18.0);
            ui.label(text::body(what).color(t.accent.fill));
            ui.hint(wait::elapsed(job));
            if !of_line {
                ui.hint(excerpt(job));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                wait::stop_ui(ui, cx, job);
            });
        });
    }

    fn failed_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, error: &Error, of_line: bool) {
        if !of_line {
            ui.hint(format!("Not spoken: {}", excerpt(job)));
        }
        match notice::error_ui(ui, error, &["Speak again", "Dismiss"]) {
            Some(ErrorPress::Action(0)) => cx.jobs.retry(&job.id),
            Some(ErrorPress::Action(_)) => self.failures.retain(|id| *id != job.id),
            _ => {}
        }
    }

    fn stopped_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, of_line: bool) {
        ui.horizontal(|ui| {
            ui.set_min_height(36.0);
            ui.support(if job.may_be_at_service() {
                "Stopped waiting. It may have been spoken and counted all the same."
            } else {
                "Stopped before anything was sent."
            });
            if !of_line {
                ui.hint(excerpt(job));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if Button::ghost("Dismiss").show(ui).clicked() {
                    self.failures.retain(|id| *id != job.id);
                }
                if Button::secondary("Speak again").small().show(ui).clicked() {
                    cx.jobs.retry(&job.id);
                }
            });
        });
    }
}

fn excerpt(job: &Job) -> String {
    match &job.request {
        Request::Speak(request) => script::excerpt(&request.script, 48),
        _ => String::new(),
    }
}
