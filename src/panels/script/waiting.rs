//! Lines that are being spoken, and lines that were not: rows among the takes.

use egui::{Align, Layout, Ui};

use super::{ScriptPanel, column, rules};
use crate::error::Error;
use crate::jobs::{Job, Request, SpeakJob, State, Step};
use crate::library::Line;
use crate::panels::{Cx, wait};
use crate::script;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, icons, paint, space, text};

/// Of a line that may have been paid for.
const LOST: &str = "The reply got lost. It may have been spoken and counted.";

impl ScriptPanel {
    /// The user has seen how a job ended.
    fn dismiss(&mut self, id: &str) {
        self.failures.retain(|failed| failed != id);
        self.dismissed.insert(id.to_owned());
    }

    /// Speak jobs without a take yet that have to be seen: under way, or ended badly in this run of the program.
    fn open_jobs(&self, cx: &Cx<'_>, is_wanted: impl Fn(&SpeakJob) -> bool) -> Vec<Job> {
        let seen = |job: &&Job| {
            let Request::Speak(request) = &job.request else { return false };
            (job.is_running() || self.failures.contains(&job.id)) && is_wanted(request)
        };
        cx.jobs.all().iter().filter(seen).cloned().collect()
    }

    /// Those of a line.
    /// Also those of earlier runs of the program that may have been paid for, until a take of the line has come.
    pub(super) fn jobs_of(&self, cx: &Cx<'_>, line: &Line) -> Vec<Job> {
        let mut jobs = self.open_jobs(cx, |request| rules::is_for(cx.store, line, request));
        // One that was lost and has been settled by a later take is no more to be offered.
        let lost: Vec<&Job> = rules::lost(cx.store, cx.jobs, line).collect();
        let is_lost = |job: &Job| lost.iter().any(|other| other.id == job.id);
        jobs.retain(|job| job.is_running() || !job.may_be_at_service() || is_lost(job));
        let is_new = |job: &&&Job| !self.dismissed.contains(&job.id) && !self.failures.contains(&job.id);
        jobs.extend(lost.iter().filter(is_new).map(|job| (**job).clone()));
        jobs
    }

    /// Those of lines that are gone from this script, and of no line at all. Those of other scripts are seen there.
    pub(super) fn other_jobs(&self, cx: &Cx<'_>) -> Vec<Job> {
        let lines = cx.store.flow.lines.all();
        self.open_jobs(cx, |request| {
            let was_here = request.line_id.as_ref().is_none_or(|id| self.edits.gone.has(cx.store, id));
            was_here && !lines.iter().any(|line| rules::is_for(cx.store, line, request))
        })
    }

    /// Rows of the jobs of the line that is worked on; how many there are.
    pub(super) fn waiting_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) -> usize {
        let jobs = self.jobs_of(cx, cx.store.flow.lines.active());
        self.jobs_ui(ui, cx, &jobs, true);
        jobs.len()
    }

    /// Rows of jobs of no line of this script.
    pub(super) fn other_jobs_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, jobs: &[Job]) {
        self.jobs_ui(ui, cx, jobs, false);
    }

    fn jobs_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, jobs: &[Job], of_line: bool) {
        wait::ask_frames(ui, jobs);
        for job in jobs {
            ui.push_id(&job.id, |ui| match &job.state {
                State::Running(step) => Self::running_ui(ui, cx, job, *step, of_line),
                State::Failed(error) => self.failed_ui(ui, cx, job, error, of_line),
                State::Stopped => self.stopped_ui(ui, cx, job, of_line),
                State::Done(_) => {}
            });
        }
    }

    /// A closed line that is being spoken, in one row.
    pub(super) fn running_line_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, step: Step) {
        let t = ui.tokens();
        wait::ask_frames(ui, [job]);
        if let Some(when) = wait::when(job) {
            icons::HOURGLASS_MEDIUM.show(ui, 18.0, t.text.support);
            ui.add_space(2.0);
            ui.support(when);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                wait::stop_ui(ui, cx, job);
                if Button::secondary("Try now").small().show(ui).clicked() {
                    cx.jobs.try_now(&job.id);
                }
            });
            return;
        }
        paint::spinner_ui(ui, 18.0);
        ui.add_space(2.0);
        ui.label(text::small(what(job, step)).color(t.accent.fill));
        column::hint_ui(ui, &pace(job, cx));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| wait::stop_ui(ui, cx, job));
    }

    /// A closed line that was not spoken, in one row.
    pub(super) fn failed_line_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, at: usize) {
        let t = ui.tokens();
        let words = match &job.state {
            State::Failed(_) if job.may_be_at_service() => LOST.to_owned(),
            State::Failed(error) => format!("Not spoken: {error}"),
            _ => "Stopped waiting. It may have been spoken all the same.".to_owned(),
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let dismiss = IconButton::new(icons::X, &format!("Dismiss, line {}", at + 1)).small().show(ui);
            let again = Button::secondary(again(job)).small().show(ui);
            if again.clicked() {
                cx.jobs.retry(&job.id);
            } else if dismiss.clicked() {
                self.dismiss(&job.id);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                icons::WARNING_CIRCLE_FILL.show(ui, 16.0, t.danger.ink);
                let shown = ui.add(egui::Label::new(text::small(&words).color(t.danger.ink)).truncate());
                shown.on_hover_text(words);
            });
        });
    }

    fn running_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, step: Step, of_line: bool) {
        let t = ui.tokens();
        let what = what(job, step);
        if job.waiting.is_some() {
            wait::wait_ui(ui, cx, job, &what);
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
            ui.hint(pace(job, cx));
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
            let what = if job.may_be_at_service() { "Reply lost" } else { "Not spoken" };
            ui.hint(format!("{what}: {}", excerpt(job)));
        }
        match notice::error_ui(ui, error, &[again(job), "Dismiss"]) {
            Some(ErrorPress::Action(0)) => cx.jobs.retry(&job.id),
            Some(ErrorPress::Action(_)) => self.dismiss(&job.id),
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
                    self.dismiss(&job.id);
                }
                if Button::secondary(again(job)).small().show(ui).clicked() {
                    cx.jobs.retry(&job.id);
                }
            });
        });
    }
}

/// What it is called to try it again: what may have been bought is bought once more.
fn again(job: &Job) -> &'static str {
    if job.may_be_at_service() { "Speak once more" } else { "Speak again" }
}

/// What is going on: for a line in parts, which of them it is.
fn what(job: &Job, step: Step) -> String {
    let Request::Speak(request) = &job.request else { return String::new() };
    match step {
        Step::Join => "Joining the parts".to_owned(),
        _ if request.is_in_parts() => {
            let part = (job.checkpoint.speaking.parts.len() + 1).min(request.parts.len());
            format!("Speaking a take, part {part} of {}", request.parts.len())
        }
        Step::Download | Step::Name => "Saving the take".to_owned(),
        _ => "Speaking a take".to_owned(),
    }
}

/// "6 s, usually 4 to 12 s".
fn pace(job: &Job, cx: &Cx<'_>) -> String {
    let secs = (time::OffsetDateTime::now_utc() - job.begun_at).whole_seconds().max(0);
    format!("{secs} s, usually {}", rules::usual(cx.jobs.all()))
}

fn excerpt(job: &Job) -> String {
    match &job.request {
        Request::Speak(request) => script::excerpt(&script::pauses::readable(&request.script), 48),
        _ => String::new(),
    }
}
