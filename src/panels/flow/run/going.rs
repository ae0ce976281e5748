//! A run under way: follows the job of each step, then begins the next one.

use std::time::Duration;

use super::begin::Begun;
use super::{Ended, Inputs, Question, RunAll, Step, begin, plan_of};
use crate::jobs::{Job, Jobs, Outcome, State};
use crate::panels::flow::price::{self, Price};
use crate::panels::{Cx, speech};
use crate::store::{Asked, Store, VoiceChoice};
use crate::ui::format;

/// A run under way.
pub struct Going {
    /// Id of the flow it is of.
    pub flow: String,
    inputs: Inputs,
    /// What was shown to be the price.
    pub shown: Option<Price>,
    /// The step under way, and its job once there is one.
    pub step: Option<Step>,
    pub job: Option<String>,
    /// Steps that were begun, with their jobs: none is begun twice.
    begun: Vec<(Step, String)>,
    /// It ends after the step under way.
    pub stops: bool,
}

impl Going {
    pub(super) fn new(store: &Store, shown: Option<Price>) -> Self {
        Self {
            flow: store.flow.id.clone(),
            inputs: Inputs::of(store),
            shown,
            step: None,
            job: None,
            begun: Vec::new(),
            stops: false,
        }
    }

    /// What its jobs have cost so far, in US dollars, as far as is known.
    pub fn spent(&self, store: &Store) -> f64 {
        let charges = store.spend.iter().flat_map(|spend| &spend.charges);
        let own = charges.filter(|charge| self.begun.iter().any(|(_, job)| *job == charge.job));
        // From zero: the sum of nothing is written with a minus otherwise.
        own.fold(0.0, |sum, charge| sum + charge.counts_usd())
    }

    /// The job under way.
    pub fn job<'a>(&self, jobs: &'a Jobs) -> Option<&'a Job> {
        jobs.get(self.job.as_deref()?)
    }

    /// Whether the step under way is the last one.
    pub fn is_at_last(&self) -> bool {
        self.step == Some(Step::LipSync)
    }

    /// How long the rest usually takes; `None` when nobody knows.
    pub fn left(&self, store: &Store, jobs: &Jobs) -> Option<Duration> {
        let steps = plan_of(store, jobs).steps;
        let (from, to) = price::usual(store, &steps)?;
        let elapsed = self.job(jobs).map(|job| time::OffsetDateTime::now_utc() - job.begun_at);
        let elapsed = elapsed.and_then(|elapsed| Duration::try_from(elapsed).ok()).unwrap_or_default();
        Some(((from + to) / 2).saturating_sub(elapsed).max(Duration::from_secs(2)))
    }

    fn was_begun(&self, step: Step) -> bool {
        self.begun.iter().any(|(begun, _)| *begun == step)
    }
}

/// Takes back what was asked for and has not begun.
pub(super) fn let_go(store: &mut Store) {
    (store.chain.voice.asked, store.chain.lip_sync) = (Asked::No, Asked::No);
}

/// What follows from how things stand.
enum Next {
    Wait,
    End(Ended),
    /// All is done.
    Done,
    Begin(Step),
}

impl RunAll {
    /// Follows the run under way.
    pub(super) fn advance(&mut self, cx: &mut Cx<'_>) {
        let Some(going) = &mut self.going else { return };
        match going.next(cx) {
            Next::Wait => {}
            Next::Done => {
                let_go(cx.store);
                self.going = None;
            }
            Next::End(ended) => {
                self.asking = again(cx.store, &plan_of(cx.store, cx.jobs).steps, &ended);
                self.end(ended, cx);
            }
            Next::Begin(step) => {
                going.step = Some(step);
                going.take(step, begin::begin(step, cx));
            }
        }
    }
}

impl Going {
    /// Notes the job of a step that has one now.
    fn take(&mut self, step: Step, begun: Begun) {
        if let Begun::As(job) = begun {
            self.begun.push((step, job.clone()));
            self.job = Some(job);
        }
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Next {
        if self.flow != cx.store.flow.id {
            return Next::End(Ended::Left);
        }
        match (self.step, self.job.clone()) {
            (Some(step), Some(job)) => self.follow(step, &job, cx),
            // Asked for on another page.
            (Some(step), None) => self.await_begin(step, cx),
            (None, _) => self.look_further(cx),
        }
    }

    fn await_begin(&mut self, step: Step, cx: &mut Cx<'_>) -> Next {
        let asked = match step {
            Step::Clone => &mut cx.store.chain.voice.asked,
            _ => &mut cx.store.chain.lip_sync,
        };
        match asked {
            Asked::Please | Asked::Preparing => Next::Wait,
            Asked::Begun(job) => {
                let job = std::mem::take(job);
                *asked = Asked::No;
                self.take(step, Begun::As(job));
                Next::Wait
            }
            Asked::Refused(why) => Next::End(Ended::Refused(step, std::mem::take(why))),
            Asked::No => Next::End(Ended::Changed),
        }
    }

    fn follow(&mut self, step: Step, id: &str, cx: &mut Cx<'_>) -> Next {
        let Some(job) = cx.jobs.get(id) else { return Next::End(Ended::During(step)) };
        match &job.state {
            State::Running(_) => Next::Wait,
            // The stage says why.
            State::Failed(error) => Next::End(Ended::Refused(step, error.to_string())),
            State::Stopped => Next::End(Ended::During(step)),
            State::Done(outcome) => {
                let outcome = outcome.clone();
                self.take_in(&outcome, cx)
            }
        }
    }

    /// A step is done. The pages take in what it made in the same frame or, for a voice whose first line is just being
    /// typed, somewhat later.
    fn take_in(&mut self, outcome: &Outcome, cx: &mut Cx<'_>) -> Next {
        if let Outcome::Voice { id, name } = outcome {
            let is_held = cx.store.chain.voice.job == self.job;
            if cx.store.flow.voice.is_none() && is_held {
                return Next::Wait;
            }
            let made = VoiceChoice { id: id.clone(), name: name.clone() };
            if *cx.store.flow.voice.get_or_insert(made.clone()) != made {
                return Next::End(Ended::Changed);
            }
            // From here on it is an input like any other.
            let (voice, line) = (Some(made), speech::job(cx.store));
            self.inputs = Inputs { voice, line, ..self.inputs.clone() };
        }
        (self.job, self.step) = (None, None);
        Next::Wait
    }

    fn look_further(&mut self, cx: &mut Cx<'_>) -> Next {
        let plan = plan_of(cx.store, cx.jobs);
        let Some(step) = plan.steps.first().copied() else { return Next::Done };
        if self.stops
            && let Some((done, _)) = self.begun.last()
        {
            return Next::End(Ended::After(*done));
        }
        // What was made is not of the flow as it is now: another one would be bought on top.
        if self.was_begun(step) || self.inputs != Inputs::of(cx.store) {
            return Next::End(Ended::Changed);
        }
        if let Some(why) = plan.off {
            return Next::End(Ended::Refused(step, format!("{why}.")));
        }
        // What the very take costs is known before it is sent.
        if step == Step::LipSync && !cx.store.is_sandbox && (begin::choose_take(cx) || cx.store.chain.is_pricing) {
            return Next::Wait;
        }
        self.dearer(cx.store, &plan.steps).map_or(Next::Begin(step), Next::End)
    }

    /// A price above the one that was shown has to be seen first.
    fn dearer(&self, store: &Store, steps: &[Step]) -> Option<Ended> {
        above(price::total(store, steps), self.spent(store), self.shown)
    }
}

/// Why a run whose price was shown does not go on at the price that the rest has now, with what it has cost so far.
fn above(now: Option<Price>, spent: f64, shown: Option<Price>) -> Option<Ended> {
    let shown = shown.and_then(Price::usd)?;
    match now {
        Some(Price::UpTo(now) | Price::Said(now)) if spent + now > shown + 0.005 => {
            Some(Ended::Dearer(spent + now, shown))
        }
        Some(Price::Unknown) | None => Some(Ended::Unpriced(shown)),
        _ => None,
    }
}

/// What is asked when the rest costs more than what was agreed to.
fn again(store: &Store, steps: &[Step], ended: &Ended) -> Option<Question> {
    let run = format!("Run {}", format::count(steps.len() as u64, "step", "steps"));
    let price = price::total(store, steps).or(Some(Price::Unknown));
    let (title, text) = match (ended, price.and_then(Price::usd)) {
        (Ended::Dearer(_, then), Some(now)) => {
            let about = if matches!(price, Some(Price::Said(_))) { "about" } else { "up to" };
            let then = format::price(*then);
            let why = format!("The total passes the {then} shown when you started, as the line came out longer.");
            (format!("{run} for {about} {}?", format::price(now)), why)
        }
        (Ended::Dearer(_, then) | Ended::Unpriced(then), _) => {
            let then = format::price(*then);
            let why = format!("{then} was shown when you started; what the rest costs is not known any more.");
            (format!("{run} at a price that is not known?"), why)
        }
        _ => return None,
    };
    let text = format!("{text} Nothing more is sent until you agree.");
    Some(Question { title, text, act: run, inputs: Inputs::of(store), price })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_held_to_the_price_that_was_shown() {
        let shown = Some(Price::UpTo(0.52));
        assert_eq!(above(Some(Price::Said(0.71)), 0.0, shown), Some(Ended::Dearer(0.71, 0.52)));
        assert_eq!(above(Some(Price::Said(0.52)), 0.0, shown), None);
        assert_eq!(above(Some(Price::Said(0.5)), 0.25, shown), Some(Ended::Dearer(0.75, 0.52)), "together");
        assert_eq!(above(None, 0.0, shown), Some(Ended::Unpriced(0.52)));
        assert_eq!(above(Some(Price::Unknown), 0.0, shown), Some(Ended::Unpriced(0.52)));
        assert_eq!(above(Some(Price::Unknown), 0.0, Some(Price::Unknown)), None, "that was agreed to");
        assert_eq!(above(Some(Price::Sandbox), 0.0, Some(Price::Sandbox)), None);
    }
}
