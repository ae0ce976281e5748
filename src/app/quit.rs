//! Leaving: a window with open jobs, or with words that the disk does not take, asks once before it closes, and says
//! what goes on without it.

use egui::{Context, ViewportCommand};

use super::App;
use crate::error::within;
use crate::jobs::Jobs;
use crate::ui::format;
use crate::ui::{Answer, Dialog};

/// What stands to be lost.
const UNSAVED: &str = "Your last changes could not be written to the disk. They are tried once more while the window \
    closes, and are lost when that fails, too.";

/// How far leaving has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Quit {
    #[default]
    Working,
    /// The question stands.
    Asked,
    /// Decided: the next request to close is not held up.
    Leaving,
}

/// What a closing window would leave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Open {
    /// The last changes could not be saved.
    unsaved: bool,
    /// At work at the service.
    there: usize,
    /// Held by this window: being sent, saved, or waiting for their turn.
    here: usize,
}

impl Open {
    fn of(jobs: &Jobs, unsaved: bool) -> Self {
        let (open, there) = (jobs.open(), jobs.remote());
        Self { unsaved, there, here: open.saturating_sub(there) }
    }

    const fn is_empty(self) -> bool {
        !self.unsaved && self.there + self.here == 0
    }
}

impl App {
    /// Answers the window's close button. Runs before the frame is drawn, also while the window is out of sight.
    pub(super) fn quit_work(&mut self, ctx: &Context) {
        if !ctx.input(|input| input.viewport().close_requested()) {
            return;
        }
        if self.may_close(ctx) {
            self.quit = Quit::Leaving;
        } else {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        }
    }

    /// Ctrl Q: the same way out.
    pub(super) fn quit_key(&mut self, ctx: &Context) {
        if self.may_close(ctx) {
            self.leave(ctx);
        }
    }

    /// Whether nothing holds the window up; asks the question when something does. Asked again while the question
    /// stands, it closes: who insists is not held.
    fn may_close(&mut self, ctx: &Context) -> bool {
        let free = self.quit != Quit::Working || self.open_jobs().is_empty();
        if !free {
            tracing::info!("asked to close with open jobs or unsaved changes");
            self.quit = Quit::Asked;
            // Nobody could answer in a window that is out of sight.
            ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
            ctx.send_viewport_cmd(ViewportCommand::Focus);
            ctx.request_repaint();
        }
        free
    }

    pub(super) fn leave(&mut self, ctx: &Context) {
        self.quit = Quit::Leaving;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }

    fn open_jobs(&self) -> Open {
        let of = |session: &super::Session| Open::of(&session.jobs, session.store.flows.is_unsaved);
        self.session.as_ref().map_or_else(Open::default, of)
    }

    /// The question, above everything else.
    pub(super) fn quit_ui(&mut self, ctx: &Context) {
        if self.quit != Quit::Asked {
            return;
        }
        let sandbox = self.session.as_ref().is_some_and(|session| session.store.is_sandbox);
        let service = self.session.as_ref().map_or("", |session| session.store.service.as_str());
        let text = match &self.session {
            Some(_) => words(self.open_jobs(), service, sandbox),
            None => {
                "No workspace is open any more. What was under way in it goes on when it is opened again.".to_owned()
            }
        };
        let title = if self.open_jobs().unsaved { "Quit without saving?" } else { "Quit while jobs are open?" };
        match Dialog::new(title, "Keep working", "Quit").text(&text).show(ctx) {
            Some(Answer::Act) => self.leave(ctx),
            Some(Answer::Safe) => self.quit = Quit::Working,
            None => {}
        }
    }
}

/// What goes on without the window, and what waits for it.
fn words(Open { unsaved, there, here }: Open, service: &str, sandbox: bool) -> String {
    let service = within(service);
    if unsaved {
        let jobs = Open { unsaved: false, there, here };
        let of_jobs = if jobs.is_empty() { String::new() } else { format!(" {}", words(jobs, &service, sandbox)) };
        return format!("{UNSAVED}{of_jobs}");
    }
    let (all, later) = (jobs(there + here), "when you open Mouthpiece next time");
    match (there, here) {
        (0, 0) => "All jobs have ended meanwhile, and everything is saved.".to_owned(),
        _ if sandbox && there + here == 1 => {
            format!("{all} stops with this window and goes on {later}. Nothing is billed.")
        }
        _ if sandbox => format!("{all} stop with this window and go on {later}. Nothing is billed."),
        (0, 1) => format!("{all} waits here and goes on by itself {later}."),
        (0, _) => format!("{all} wait here and go on by themselves {later}."),
        (1, 0) => format!("{all} goes on at {service} and may be charged. Its result is fetched {later}."),
        (_, 0) => format!("{all} go on at {service} and may be charged. Their results are fetched {later}."),
        _ => {
            let (run, wait) = (if there == 1 { "runs" } else { "run" }, if here == 1 { "waits" } else { "wait" });
            let (there, here) = (jobs(there), jobs(here));
            format!(
                "{there} {run} at {service}, which may be charged, and {here} {wait} here. Results are fetched and \
                 the rest is sent {later}."
            )
        }
    }
}

fn jobs(count: usize) -> String {
    format::count(count.try_into().unwrap_or(u64::MAX), "job", "jobs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(there: usize, here: usize) -> String {
        words(Open { there, here, ..Open::default() }, "sync.so", false)
    }

    #[test]
    fn what_goes_on_there_and_what_waits_here_are_told_apart() {
        assert_eq!(
            said(1, 0),
            "1 job goes on at sync.so and may be charged. Its result is fetched when you open Mouthpiece next time."
        );
        assert_eq!(said(0, 2), "2 jobs wait here and go on by themselves when you open Mouthpiece next time.");
        let both = said(2, 1);
        assert!(both.starts_with("2 jobs run at sync.so, which may be charged, and 1 job waits here."), "{both}");
    }

    #[test]
    fn the_sandbox_ends_with_the_window_and_bills_nothing() {
        let text = words(Open { there: 1, ..Open::default() }, "The sandbox", true);
        assert_eq!(
            text,
            "1 job stops with this window and goes on when you open Mouthpiece next time. Nothing is billed."
        );
    }

    #[test]
    fn what_the_disk_did_not_take_is_said_first() {
        let unsaved = Open { unsaved: true, here: 1, ..Open::default() };
        assert!(!unsaved.is_empty() && !Open { here: 0, ..unsaved }.is_empty());
        assert_eq!(words(Open { here: 0, ..unsaved }, "sync.so", false), UNSAVED);
        let text = words(unsaved, "sync.so", false);
        assert!(text.starts_with(UNSAVED) && text.contains("too. 1 job waits here"), "{text}");
    }

    #[test]
    fn jobs_that_end_under_the_question_are_said_to_have_ended() {
        assert!(said(0, 0).starts_with("All jobs have ended"));
    }
}
