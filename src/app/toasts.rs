//! Messages that have no better place: good news that goes by itself, errors that stay until they are closed.

use std::time::{Duration, Instant};

use egui::Context;

use crate::error::Error;
use crate::panels::{Command, Notice};

/// How long good news stays.
const STAY: Duration = Duration::from_secs(6);
/// More than this at once is a wall; the oldest goes.
const MOST: usize = 3;

/// What kind of news it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Success,
    Warning,
    Danger,
}

/// One message.
#[derive(Debug, Clone)]
pub struct Toast {
    pub tone: Tone,
    pub title: String,
    pub detail: String,
    pub action: Option<(String, Command)>,
    /// `None`: stays until closed.
    gone_at: Option<Instant>,
}

/// The stack, oldest first.
#[derive(Debug, Default)]
pub struct Toasts(Vec<Toast>);

impl Toasts {
    /// Good news.
    pub fn notify(&mut self, notice: Notice) {
        let action = notice.action.map(|(label, command)| (label, *command));
        self.push(Tone::Success, notice.title, notice.detail, action);
    }

    /// Something to know, that stays.
    pub fn warn(&mut self, title: &str, detail: &str) {
        self.push(Tone::Warning, title.to_owned(), detail.to_owned(), None);
    }

    /// A failure, that stays.
    pub fn complain(&mut self, title: &str, error: &Error) {
        tracing::warn!(code = error.code(), "{title}");
        let details = error.details();
        let copy = format!("{title}\n{error}\n{details}");
        let action = (!details.is_empty()).then(|| ("Copy details".to_owned(), Command::Copy(copy)));
        self.push(Tone::Danger, title.to_owned(), error.to_string(), action);
    }

    fn push(&mut self, tone: Tone, title: String, detail: String, action: Option<(String, Command)>) {
        // One per subject: news about the same thing replaces what stood there.
        self.0.retain(|toast| toast.title != title);
        let gone_at = (tone == Tone::Success).then(|| Instant::now() + STAY);
        self.0.push(Toast { tone, title, detail, action, gone_at });
        if self.0.len() > MOST {
            self.0.remove(0);
        }
    }

    /// Those to draw now; asks for the frame in which the next one goes.
    pub fn current(&mut self, ctx: &Context) -> &[Toast] {
        let now = Instant::now();
        self.0.retain(|toast| toast.gone_at.is_none_or(|at| at > now));
        if let Some(next) = self.0.iter().filter_map(|toast| toast.gone_at).min() {
            ctx.request_repaint_after(next.saturating_duration_since(now));
        }
        &self.0
    }

    /// Takes one away.
    pub fn close(&mut self, index: usize) {
        if index < self.0.len() {
            self.0.remove(index);
        }
    }
}
