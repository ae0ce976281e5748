//! A job that waits, on every page alike: why, until when, since when, and what can be done about it. Also how often
//! a page with running jobs has to be drawn.

use std::time::Duration;

use egui::{Align, Layout, Role, Ui};
use time::OffsetDateTime;

use super::{Cx, pace};
use crate::error::{Error, within};
use crate::jobs::{Job, State, Step, Waiting};
use crate::store::Store;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, format, icons, space, text, truncate};

/// While bars move.
const BAR: Duration = Duration::from_millis(100);
/// While only clocks tick.
const CLOCK: Duration = Duration::from_secs(1);
/// A row with everything in it is at least so wide, in points.
const ONE_ROW: f32 = 560.0;
/// The same for when it goes on and the buttons.
const TWO_ROWS: f32 = 380.0;

/// Asks for the next frame of a page that shows these jobs; for none when nothing of them changes by itself.
pub fn ask_frames<'a>(ui: &Ui, jobs: impl IntoIterator<Item = &'a Job>) {
    if let Some(pause) = jobs.into_iter().filter_map(refresh).min() {
        ui.ctx().request_repaint_after(pause);
    }
}

/// How soon a job looks different: its bar moves, or its clock ticks.
fn refresh(job: &Job) -> Option<Duration> {
    let moves = pace::is_transfer(job) && job.progress.total() > 0;
    job.is_running().then_some(if moves { BAR } else { CLOCK })
}

/// Time since this try of a job began: "0:06".
pub fn elapsed(job: &Job) -> String {
    format::took(OffsetDateTime::now_utc() - job.begun_at)
}

/// A waiting job in its place: what it is, when it goes on, why it waits, "Try now" and the way to end it. False when
/// the job does not wait and nothing was drawn.
pub fn wait_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, what: &str) -> bool {
    let Some(when) = when(job) else { return false };
    let t = ui.tokens();
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        head_ui(ui, cx, job, what, &when);
        if let Some((why, details)) = why(job, cx.store) {
            let response = ui.add(egui::Label::new(text::small(&why).color(t.text.support)).wrap());
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_role(Role::Status);
                node.set_label(why);
            });
            if !details.is_empty() {
                ui.label(text::mono(details).color(t.text.hint));
            }
        }
    });
    true
}

/// What waits, when it goes on and the buttons: in one row, or in two or three where there is no room for it.
fn head_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, what: &str, when: &str) {
    let t = ui.tokens();
    let width = ui.available_width();
    ui.spacing_mut().item_spacing.x = space::S;
    let buttons = |ui: &mut Ui, cx: &mut Cx<'_>| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            stop_ui(ui, cx, job);
            if Button::secondary("Try now").show(ui).clicked() {
                cx.jobs.try_now(&job.id);
            }
        });
    };
    if width < ONE_ROW {
        ui.horizontal(|ui| {
            icons::HOURGLASS_MEDIUM.show(ui, 18.0, t.text.support);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.hint(elapsed(job));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    truncate::name_ui(ui, what, Type::Body, t.text.main);
                });
            });
        });
        if width < TWO_ROWS {
            ui.support(when);
        }
    }
    ui.horizontal(|ui| {
        ui.set_min_height(36.0);
        if width >= ONE_ROW {
            icons::HOURGLASS_MEDIUM.show(ui, 18.0, t.text.support);
            ui.label(text::body(what));
        }
        if width >= TWO_ROWS {
            ui.support(when);
        }
        if width >= ONE_ROW {
            ui.hint(elapsed(job));
        }
        buttons(ui, cx);
    });
}

/// The button that ends a running job here.
pub fn stop_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job) {
    let (label, tip) = stop_words(job, &cx.store.service);
    let mut button = Button::ghost(label);
    if let Some(tip) = &tip {
        button = button.tip(tip);
    }
    if button.show(ui).clicked() {
        cx.jobs.stop(&job.id);
    }
}

/// When a waiting job goes on: "Starts again in 5 seconds".
pub fn when(job: &Job) -> Option<String> {
    let waiting = job.waiting.as_ref().filter(|_| job.is_running())?;
    Some(words(waiting, OffsetDateTime::now_utc()))
}

/// Why a job waits, as a sentence, and the code of the refusal that made it wait.
pub fn why(job: &Job, store: &Store) -> Option<(String, String)> {
    let at_a_time = store.spend.as_ref().and_then(|spend| spend.at_a_time);
    reason(job, &store.service, at_a_time)
}

/// See [`why`]: from the name of the service, and how many runs the plan allows at a time.
pub fn reason(job: &Job, service: &str, at_a_time: Option<usize>) -> Option<(String, String)> {
    let State::Running(step) = &job.state else { return None };
    Some(match (step, job.waiting.as_ref()?) {
        (Step::Generate, Waiting::Again { error: Error::Lost { .. }, .. }) => {
            let within = within(service);
            let text = format!(
                "The reply to this lip sync got lost. {service} is asked again with the same ticket, so {within} \
                 can't charge it twice."
            );
            (text, String::new())
        }
        (_, Waiting::Again { error: Error::Offline { service, .. }, .. }) => {
            let text = format!("Could not reach {}. This goes on by itself when it can be reached.", within(service));
            (text, String::new())
        }
        (_, Waiting::Again { error, .. }) => (error.to_string(), error.details()),
        (_, Waiting::Turn) => (turn_words(service, at_a_time), String::new()),
    })
}

/// When a job that waits goes on: the first line of its state.
pub fn words(waiting: &Waiting, now: OffsetDateTime) -> String {
    match waiting {
        Waiting::Turn => "Next in line".to_owned(),
        Waiting::Again { at, .. } => {
            let left = (*at - now).as_seconds_f64().ceil();
            match left {
                left if left <= 0.0 => "Starts again now".to_owned(),
                1.0 => "Starts again in 1 second".to_owned(),
                left if left < 100.0 => format!("Starts again in {left:.0} seconds"),
                left => format!("Starts again in {}", format::rough(Duration::from_secs_f64(left))),
            }
        }
    }
}

/// Why a job waits for its turn.
fn turn_words(service: &str, at_a_time: Option<usize>) -> String {
    match at_a_time {
        Some(limit) => {
            let jobs = format::count(limit.try_into().unwrap_or(u64::MAX), "job", "jobs");
            format!("Your plan runs {jobs} at a time, so this one starts by itself when there is room.")
        }
        None => {
            format!("{service} runs as many jobs as your plan allows. This one starts by itself when there is room.")
        }
    }
}

/// The button that ends a running job here, and what must be known before it is pressed.
pub fn stop_words(job: &Job, service: &str) -> (&'static str, Option<String>) {
    let State::Running(step) = job.state else { return ("Cancel", None) };
    // What waits to be sent has not been asked for yet.
    if !job.may_be_at_service() || !step.runs_remotely() {
        return ("Cancel", None);
    }
    let label = if step == Step::Watch || step == Step::Generate { "Stop watching" } else { "Stop waiting" };
    let tip = format!("{service} can't stop a running job. It may still be charged, and you can watch it again.");
    (label, Some(tip))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::panels::activity::tests::job;

    #[test]
    fn a_wait_counts_down_and_says_what_it_is_for() {
        let at = datetime!(2026-11-22 14:00:08 UTC);
        let waiting = Waiting::Again { error: Error::Cancelled, at, attempt: 2 };
        let words = |secs| words(&waiting, at - time::Duration::seconds_f64(secs));
        assert_eq!(words(7.4), "Starts again in 8 seconds");
        assert_eq!((words(1.0).as_str(), words(0.0).as_str()), ("Starts again in 1 second", "Starts again now"));
        assert_eq!(words(240.0), "Starts again in 4 min");
    }

    #[test]
    fn who_waits_for_a_turn_is_told_what_the_plan_allows() {
        assert!(turn_words("sync.so", Some(1)).starts_with("Your plan runs 1 job at a time"));
        assert!(turn_words("sync.so", None).starts_with("sync.so runs as many jobs"));
    }

    #[test]
    fn stopping_says_what_it_cannot_do_unless_nothing_went_out() {
        let at = |step| job("a", State::Running(step), 0);
        assert_eq!(stop_words(&at(Step::UploadPicture), "sync.so"), ("Cancel", None));
        let (label, tip) = stop_words(&at(Step::Watch), "The sandbox");
        assert_eq!(label, "Stop watching");
        assert!(tip.unwrap().starts_with("The sandbox can't stop a running job."));
        assert_eq!(stop_words(&at(Step::AskSpeech), "sync.so").0, "Stop waiting");
        let mut waits = at(Step::Speak);
        waits.waiting = Some(Waiting::Turn);
        assert_eq!(stop_words(&waits, "sync.so"), ("Cancel", None));
        waits.checkpoint.sending.sent = true;
        assert_eq!(stop_words(&waits, "sync.so").0, "Stop waiting");
    }

    #[test]
    fn only_what_moves_is_drawn_often_and_what_is_over_not_at_all() {
        let mut job = job("a", State::Running(Step::UploadPicture), 0);
        assert_eq!(refresh(&job), Some(CLOCK));
        job.progress.start(1000);
        assert_eq!(refresh(&job), Some(BAR));
        job.waiting = Some(Waiting::Turn);
        assert_eq!(refresh(&job), Some(CLOCK));
        job.state = State::Stopped;
        assert_eq!(refresh(&job), None);
    }
}
