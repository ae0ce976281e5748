//! Lines that are being spoken, and lines that were not: rows among the takes.

use egui::{Align, Layout, Ui};
use time::OffsetDateTime;

use super::{ScriptPanel, open_jobs};
use crate::error::Error;
use crate::jobs::{Job, Request, State, Step};
use crate::panels::Cx;
use crate::script;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Button, paint, space, text};

impl ScriptPanel {
    /// Rows of jobs without a take yet, of the flow's line or of others; how many there are.
    pub(super) fn waiting_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, of_line: bool) -> usize {
        let jobs: Vec<Job> = open_jobs(cx.store, cx.jobs.all(), &self.failures, of_line).into_iter().cloned().collect();
        for job in &jobs {
            ui.push_id(&job.id, |ui| match &job.state {
                State::Running(step) => self.running_ui(ui, cx, job, *step, of_line),
                State::Failed(error) => self.failed_ui(ui, cx, job, error, of_line),
                State::Stopped => self.stopped_ui(ui, cx, job, of_line),
                State::Done(_) => {}
            });
        }
        jobs.len()
    }

    fn running_ui(&self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, step: Step, of_line: bool) {
        let t = ui.tokens();
        let since = self.retried.get(&job.id).copied().unwrap_or(job.created_at);
        let secs = (OffsetDateTime::now_utc() - since).whole_seconds().max(0);
        ui.horizontal(|ui| {
            ui.set_min_height(36.0);
            ui.spacing_mut().item_spacing.x = space::M;
            paint::spinner_ui(ui, 18.0);
            let words = if step == Step::Download { "Saving the take" } else { "Speaking a take" };
            ui.label(text::body(words).color(t.accent.fill));
            ui.hint(format!("{secs} s"));
            if !of_line {
                ui.hint(excerpt(job));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let tip = "What the service has begun goes on there and may be counted";
                if Button::ghost("Stop waiting").tip(tip).show(ui).clicked() {
                    cx.jobs.stop(&job.id);
                }
            });
        });
    }

    fn failed_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, error: &Error, of_line: bool) {
        if !of_line {
            ui.hint(format!("Not spoken: {}", excerpt(job)));
        }
        match notice::error_ui(ui, error, &["Speak again", "Dismiss"]) {
            Some(ErrorPress::Action(0)) => self.retry(cx, &job.id),
            Some(ErrorPress::Action(_)) => self.failures.retain(|id| *id != job.id),
            _ => {}
        }
    }

    fn stopped_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, of_line: bool) {
        ui.horizontal(|ui| {
            ui.set_min_height(36.0);
            ui.support("Stopped waiting. It may have been spoken and counted all the same.");
            if !of_line {
                ui.hint(excerpt(job));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if Button::ghost("Dismiss").show(ui).clicked() {
                    self.failures.retain(|id| *id != job.id);
                }
                if Button::secondary("Speak again").small().show(ui).clicked() {
                    self.retry(cx, &job.id);
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
