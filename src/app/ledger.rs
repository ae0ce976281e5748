//! The books of this month, kept up to date for every page that shows a price, and the dialog that sets its limits.

use std::time::Duration;

use egui::{Context, Id, Ui};
use time::OffsetDateTime;

use super::session::Session;
use super::toasts::{self, Stack};
use crate::jobs::{Job, State, Step, stamp};
use crate::library::Limits;
use crate::runtime::{Runtime, Task};
use crate::store::Spend;
use crate::ui::notice::{self, Note};
use crate::ui::{Answer, Dialog, Field, format};

/// The largest limit that is taken, in US dollars: what is above is a slip of the finger.
const MOST: f64 = 1_000_000.0;

/// A job's price is set aside a little after its row or its step is seen here, so the books are read once more then.
const LATER: Duration = Duration::from_secs(1);

/// The books being read and written.
#[derive(Default)]
pub(super) struct Ledger {
    reading: Option<Task<Spend>>,
    /// The books are read once more after [`LATER`].
    again: bool,
    writing: Option<Task<()>>,
    seen: Option<Seen>,
    asking: Option<Draft>,
}

/// What the books depend on.
#[derive(PartialEq)]
struct Seen {
    month: String,
    jobs: usize,
    /// The step of each, and whether it waits: what a refusal said of the plan comes with a wait.
    running: Vec<(Step, bool)>,
}

/// What is typed into the dialog.
struct Draft {
    warn: String,
    stop: String,
    /// What the month has cost so far, in words.
    so_far: String,
    /// Frames drawn: the first field takes the focus once the dialog stands.
    frames: u8,
}

impl Session {
    /// Reads the books again when a job began, went a step on or ended. Once per frame.
    pub(super) fn keep_books(&mut self, runtime: &Runtime, toasts: &mut Stack) {
        let ledger = &mut self.ledger;
        if let Some(read) = ledger.reading.as_mut().and_then(Task::take) {
            ledger.reading = None;
            match read {
                Ok(spend) => self.store.spend = Some(spend),
                Err(error) => toasts::complain(toasts, "Could not read what was spent", &error),
            }
        }
        if let Some(written) = ledger.writing.as_mut().and_then(Task::take) {
            (ledger.writing, ledger.seen) = (None, None);
            if let Err(error) = written {
                toasts::complain(toasts, "Could not save the limit", &error);
            }
        }
        let buys = |job: &Job| matches!(job.state, State::Running(step) if step.is_bought()) && job.waiting.is_none();
        let running = |job: &Job| match job.state {
            State::Running(step) => Some((step, job.waiting.is_some())),
            _ => None,
        };
        let seen = Seen {
            // "2026-11": the month a charge counts in begins its date.
            month: stamp(OffsetDateTime::now_utc()).chars().take(7).collect(),
            jobs: self.jobs.all().len(),
            running: self.jobs.all().iter().filter_map(running).collect(),
        };
        if ledger.reading.is_none() && ledger.writing.is_none() && ledger.seen.as_ref() != Some(&seen) {
            let (library, month) = (self.library.clone(), seen.month.clone());
            ledger.reading = Some(runtime.blocking(move || Spend::read(&library, &month)));
            (ledger.seen, ledger.again) = (Some(seen), true);
        } else if ledger.reading.is_none() && std::mem::take(&mut ledger.again) {
            // While something is being bought its charge changes, and no step tells of it.
            ledger.again = self.jobs.all().iter().any(buys);
            let (library, month) = (self.library.clone(), seen.month);
            ledger.reading = Some(runtime.spawn(async move {
                tokio::time::sleep(LATER).await;
                crate::runtime::blocking(move || Spend::read(&library, &month)).await
            }));
        }
    }

    /// Opens the dialog.
    pub(super) fn ask_limits(&mut self) {
        let Some(spend) = &self.store.spend else { return };
        let text = |limit: Option<f64>| limit.map(plain).unwrap_or_default();
        self.ledger.asking = Some(Draft {
            warn: text(spend.limits.warn_usd),
            stop: text(spend.limits.stop_usd),
            so_far: format!("{} (UTC) so far: {}.", spend.month_name(), format::cost(spend.total())),
            frames: 0,
        });
    }

    /// The dialog, while it stands.
    pub(super) fn limits_ui(&mut self, ctx: &Context, runtime: &Runtime) {
        let Some(draft) = &mut self.ledger.asking else { return };
        let Some(answer) = draft.show(ctx) else { return };
        self.ledger.asking = None;
        if let Said::Keep(limits) = answer {
            let library = self.library.clone();
            self.ledger.writing = Some(runtime.blocking(move || library.set_limits(limits)));
        }
    }
}

/// How the dialog was left.
enum Said {
    AsItIs,
    Keep(Limits),
}

impl Draft {
    fn show(&mut self, ctx: &Context) -> Option<Said> {
        let (warn, stop) = (amount(&self.warn), amount(&self.stop));
        let limits = Limits { warn_usd: warn.ok().flatten(), stop_usd: stop.ok().flatten() };
        let order = limits.late_warning().map(|_| "The warning comes after the stop. Lower it.");
        let why = warn.err().or(stop.err()).or(order);
        let text = "For each calendar month (UTC), in US dollars. Leave a field empty for no limit. Above the stop nothing \
                    more is sent, from any page.";
        let mut enter = false;
        let frames = self.frames;
        let answer = Dialog::new("How much may a month cost?", "Cancel", "Save limit")
            .text(text)
            .off_if(why)
            .show_with(ctx, |ui| {
                enter |= field_ui(ui, "Warn above", &mut self.warn, warn.err().or(order));
                enter |= field_ui(ui, "Stop at", &mut self.stop, stop.err());
                notice::note_ui(ui, Note::Info, "", &self.so_far);
            });
        self.frames = frames.saturating_add(1);
        if frames == 1 {
            ctx.memory_mut(|memory| memory.request_focus(field_id("Warn above")));
        }
        match answer {
            Some(Answer::Act) => Some(Said::Keep(limits)),
            Some(Answer::Safe) => Some(Said::AsItIs),
            None if enter && why.is_none() => Some(Said::Keep(limits)),
            None => None,
        }
    }
}

/// True when Enter was pressed in it.
fn field_ui(ui: &mut Ui, label: &str, text: &mut String, error: Option<&str>) -> bool {
    let field = Field::new(label, text).placeholder("No limit").mono().error(error).id(field_id(label));
    let response = field.show(ui);
    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
}

fn field_id(label: &str) -> Id {
    Id::unique(("spending limit", label))
}

/// A limit as it is typed: "40" or "12.50", with or without a dollar sign; empty for none.
fn amount(text: &str) -> Result<Option<f64>, &'static str> {
    let text = text.trim();
    let digits = text.strip_prefix('$').unwrap_or(text).trim_start();
    if text.is_empty() {
        return Ok(None);
    }
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(cents) || cents.len() > 2 {
        return Err("Type dollars and cents with a point, such as 40 or 12.50.");
    }
    let amount = digits.parse::<f64>().ok().filter(|amount| *amount <= MOST);
    amount.map(Some).ok_or("The most is 1000000 dollars.")
}

/// A limit as it is shown for typing: "40", "12.50".
fn plain(usd: f64) -> String {
    let text = format!("{usd:.2}");
    text.strip_suffix(".00").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_dollars_with_or_without_cents_and_empty_is_none() {
        for (text, usd) in [("40", 40.0), (" $12.50 ", 12.5), ("0", 0.0), ("$ 7.5", 7.5), ("1000000", 1e6)] {
            assert_eq!(amount(text), Ok(Some(usd)), "{text}");
        }
        assert_eq!((amount(""), amount("  ")), (Ok(None), Ok(None)));
    }

    #[test]
    fn what_could_be_meant_otherwise_is_refused() {
        for text in ["1,000", "12,50", "-1", "1e3", "inf", "NaN", "$", ".", ".5", "12.345", "1000001", "4 0", "€5"] {
            assert!(amount(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_limit_is_shown_as_it_was_typed() {
        assert_eq!((plain(40.0), plain(12.5)), ("40".to_owned(), "12.50".to_owned()));
    }
}
