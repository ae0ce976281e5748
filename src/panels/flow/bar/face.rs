//! What the bar shows, gathered before it is drawn.

use std::time::Duration;

use super::figures::Figure;
use crate::jobs::{Job, Request, State as JobState, Step as JobStep};
use crate::media::probe::Kind;
use crate::panels::flow::cards::{self, Shown};
use crate::panels::flow::facts;
use crate::panels::flow::price::{self, Price};
use crate::panels::flow::run::{Ended, Going, Plan, RunAll, Step, TICK, plan_of, stopped_at, words};
use crate::panels::flow::stages::{self, Facts, NAMES, State, TrackFact, Work};
use crate::panels::{Cx, limits, wait};
use crate::store::{Asked, Store};
use crate::ui::format;

/// What stands before the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Runs,
    Waits,
    Failed,
    Stopped,
}

/// What can be pressed.
pub(super) enum Buttons {
    Run {
        off: Option<String>,
        over: bool,
    },
    /// The run ends after this step; `waits` is the job that can be tried at once.
    Stop {
        stops: bool,
        last: bool,
        waits: Option<String>,
    },
    TryNow(String),
    /// A stage failed: its own button, or the run once more where nothing has to be changed first.
    Fix {
        stage: usize,
        label: &'static str,
        retry: bool,
    },
}

/// The whole bar.
pub(super) struct Face {
    pub mark: Mark,
    pub title: String,
    pub detail: String,
    /// The detail is a warning.
    pub warns: bool,
    pub figures: Vec<Figure>,
    /// How far the run is, 0 to 1.
    pub part: Option<f32>,
    pub buttons: Buttons,
}

pub(super) fn face(cx: &Cx<'_>, shown: &Shown, run: &RunAll, narrow: bool) -> Face {
    let store = &*cx.store;
    if let Some(going) = &run.going {
        return running(cx, going, narrow);
    }
    let plan = plan_of(store, cx.jobs);
    let works = facts::work(store, cx.jobs).all().any(Job::is_running);
    if !works && let Some(face) = failed(cx, shown, run, &plan, narrow) {
        return face;
    }
    idle(cx, shown, run, &plan, works, narrow)
}

/// "Step 3 of 4: speaking the line".
fn running(cx: &Cx<'_>, going: &Going, narrow: bool) -> Face {
    let store = &*cx.store;
    let job = going.job(cx.jobs);
    let step = going.step.unwrap_or(Step::Clone);
    let waits = job.and_then(|job| Some((job, wait::when(job)?, wait::why(job, store)?.0)));
    let prepares = store.chain.voice.asked == Asked::Preparing || store.chain.lip_sync == Asked::Preparing;
    let doing = match step {
        Step::Clone if prepares => "preparing the sample",
        Step::LipSync if prepares => "matching the loudness",
        step => step.doing(),
    };
    let place = format!("Step {} of 4", step.number());
    let (title, detail) = match &waits {
        Some((_, when, why)) => (format!("{place}: {}", when.to_lowercase()), why.clone()),
        None if going.stops => (format!("{place}: {doing}"), "It stops after this step.".to_owned()),
        None => {
            let detail = "You can leave this page. The run carries on and is listed in Activity.";
            (format!("{place}: {doing}"), detail.to_owned())
        }
    };
    let share = job.map_or(0.0, share);
    let mut figures = Vec::new();
    if !store.is_sandbox && !narrow {
        figures.push(Figure::new("Spent so far", format::cost(going.spent(store))));
    }
    figures.push(Figure::new("Estimated total", price_words(going.shown)).tip(price_tip(store, going.shown)));
    let left = going.left(store, cx.jobs).map_or_else(|| "Not known".to_owned(), about);
    figures.push(Figure::new("Time left", left));
    Face {
        mark: if waits.is_some() { Mark::Waits } else { Mark::Runs },
        title,
        detail,
        warns: false,
        figures,
        part: Some((f32::from(step.number() - 1) + share) / 4.0),
        buttons: Buttons::Stop {
            stops: going.stops,
            last: going.is_at_last(),
            waits: waits.map(|(job, ..)| job.id.clone()),
        },
    }
}

/// Roughly how much of its step a job has behind it, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a share to draw")]
fn share(job: &Job) -> f32 {
    let JobState::Running(step) = &job.state else { return 0.0 };
    if let Request::Speak(speak) = &job.request {
        let (spoken, all) = (job.checkpoint.speaking.parts.len(), speak.parts.len().max(1));
        return ((spoken as f32 + 0.35) / all as f32).min(0.9);
    }
    let part = |from: f32, to: f32| from + (to - from) * job.progress.fraction().unwrap_or(0.0);
    match step {
        JobStep::UploadPicture => part(0.0, 0.3),
        JobStep::UploadAudio => part(0.3, 0.4),
        JobStep::Watch => part(0.4, 0.9),
        JobStep::Link | JobStep::Download => part(0.9, 0.98),
        JobStep::Join | JobStep::Name | JobStep::Finish => 0.98,
        _ => 0.4,
    }
}

fn about(left: Duration) -> String {
    format!("About {}", format::rough(left))
}

/// "Stopped at lip sync: the video could not be read".
fn failed(cx: &Cx<'_>, shown: &Shown, run: &RunAll, plan: &Plan, narrow: bool) -> Option<Face> {
    let store = &*cx.store;
    let refused = run.ended(store).and_then(|ended| match ended {
        Ended::Refused(step, why) if plan.steps.first() == Some(step) => Some((usize::from(step.number()) - 1, why)),
        _ => None,
    });
    let at_stage = shown.stages.iter().position(|stage| stage.state == State::Failed);
    let (index, sentences) = match (at_stage, refused) {
        (Some(index), _) => (index, shown.failure.clone().unwrap_or_default()),
        (None, Some((index, why))) => (index, why.clone()),
        (None, None) => return None,
    };
    let (title, detail) = stopped_at(NAMES.get(index)?, &sentences);
    let stage = shown.stages.get(index)?;
    let price = price::total(store, &plan.steps);
    let figures = Figure::new("To run again", price_words(price)).tip(price_tip(store, price));
    let over = limits::is_over(store, price.and_then(Price::usd));
    Some(Face {
        mark: Mark::Failed,
        title,
        detail,
        warns: false,
        figures: if narrow { Vec::new() } else { vec![figures] },
        part: None,
        buttons: Buttons::Fix {
            stage: index,
            label: stage.label,
            retry: !over && plan.off.is_none() && !needs_change(cx, &shown.facts, index),
        },
    })
}

/// Whether the same again would fail again: what was sent is what was wrong.
fn needs_change(cx: &Cx<'_>, facts: &Facts, index: usize) -> bool {
    let runs = facts::work(cx.store, cx.jobs);
    let job = match index {
        1 => runs.cloning,
        2 => runs.speaking,
        // That of now, not one of before something was changed.
        _ => runs.syncing.filter(|_| facts.syncing == Work::Failed),
    };
    let Some(JobState::Failed(error)) = job.map(|job| &job.state) else { return false };
    let code = error.code().unwrap_or_default();
    code.contains("_input_") || code.contains("face") || code.starts_with("voice_sample")
}

/// What is left, before a run and after one that was stopped.
fn idle(cx: &Cx<'_>, shown: &Shown, run: &RunAll, plan: &Plan, works: bool, narrow: bool) -> Face {
    let store = &*cx.store;
    let price = price::total(store, &plan.steps).filter(|_| !plan.steps.is_empty());
    let usd = price.and_then(Price::usd);
    let (mark, title, mut detail) = headline(cx, shown, run, plan, works);
    let warning = limits::warning(store, usd).filter(|_| plan.off.is_none());
    if price == Some(Price::Unknown) && !works {
        detail = format!("Price not known, {} could not be asked", store.service);
    }
    let warns = warning.is_some();
    let buttons = match &shown.waits {
        Some(waits) => Buttons::TryNow(waits.job.clone()),
        None => Buttons::Run { over: plan.off.is_none() && limits::is_over(store, usd), off: plan.off.clone() },
    };
    let part = shown.bar.filter(|_| works && shown.waits.is_none()).map(|bar| match bar {
        crate::ui::Bar::Known(part) => part,
        _ => 0.0,
    });
    Face {
        mark,
        title,
        detail: warning.unwrap_or(detail),
        warns,
        figures: figures(store, plan, price, narrow),
        part,
        buttons,
    }
}

fn headline(cx: &Cx<'_>, shown: &Shown, run: &RunAll, plan: &Plan, works: bool) -> (Mark, String, String) {
    let store = &*cx.store;
    if let Some(waits) = &shown.waits {
        return (Mark::Waits, waits.title.clone(), waits.why.clone());
    }
    if !works && let (Some(ended), Some(next)) = (run.ended(store), plan.steps.first()) {
        let (title, detail) = words(ended, *next);
        return (Mark::Stopped, title, detail);
    }
    let summary = stages::summary(&shown.facts, &shown.stages, None, &shown.folder);
    if works {
        return (Mark::Runs, summary.title, summary.detail);
    }
    if !plan.steps.is_empty() && plan.off.as_deref().is_none_or(|why| why == TICK) {
        let verbs: Vec<&str> = plan.steps.iter().map(|step| step.verb()).collect();
        let title = match verbs.as_slice() {
            [one] => format!("1 step left: {one}"),
            many => format!("{} steps to run: {}", many.len(), many.join(", ")),
        };
        let detail = match (&plan.off, cards::several(&store.flow)) {
            (Some(why), _) => format!("{why}, then Run all."),
            (None, Some((line, of))) if plan.steps.contains(&Step::Speak) => {
                format!("Speaks line {line} of {of}. To put all of them on it, join them on the Script page.")
            }
            (None, Some((line, of))) if matches!(shown.facts.track, TrackFact::Current(_)) => {
                format!(
                    "Puts line {line} of {of} on the video. To put all of them on it, join them on the Script page."
                )
            }
            (None, _) if plan.steps.len() == 1 => summary.detail,
            (None, _) => sends(store, &plan.steps),
        };
        return (Mark::None, title, detail);
    }
    // Why Run all is off, where it is looked for; with nothing filled in, the page says it itself.
    let off = plan.off.as_ref().filter(|_| !plan.steps.is_empty() && shown.facts != Facts::default());
    let detail = off.map_or(summary.detail, |why| sentence(why));
    (Mark::None, summary.title, detail)
}

/// The same words with a full stop, when they have none.
fn sentence(words: &str) -> String {
    if words.ends_with(['.', '?', '!']) { words.to_owned() } else { format!("{words}.") }
}

/// "Sends 88 MB in total. Nothing is sent before you press Run all."
fn sends(store: &Store, steps: &[Step]) -> String {
    const BEFORE: &str = "Nothing is sent before you press Run all.";
    if store.is_sandbox {
        return "Made on this computer. Nothing begins before you press Run all.".to_owned();
    }
    let sample = if steps.contains(&Step::Clone) { store.chain.voice.bytes } else { Some(0) };
    let target = store.flow.target.as_ref().map(|target| target.probe.size_bytes);
    // Of a video only the sound is sent; how large that will be is not known yet.
    let audio = store
        .flow
        .audio
        .as_ref()
        .map_or(Some(0), |audio| (audio.probe.kind == Kind::Audio).then_some(audio.probe.size_bytes));
    match (sample, target, audio) {
        (Some(sample), Some(target), Some(audio)) => {
            format!("Sends {} in total. {BEFORE}", format::size(sample + target + audio))
        }
        _ => BEFORE.to_owned(),
    }
}

fn figures(store: &Store, plan: &Plan, price: Option<Price>, narrow: bool) -> Vec<Figure> {
    let nothing = plan.steps.is_empty();
    let words = if nothing && !store.is_sandbox { "Nothing to pay".to_owned() } else { price_words(price) };
    let words = if nothing && store.is_sandbox { "$0.00, sandbox".to_owned() } else { words };
    let mut figures = vec![Figure::new("Estimated price", words).tip(price_tip(store, price))];
    if !nothing {
        let time = price::usual(store, &plan.steps).map(|(from, to)| format::range(from, to));
        figures.push(Figure::new("Usual time", time.unwrap_or_else(|| "Not known yet".to_owned())));
    }
    if let Some(spend) = store.spend.as_ref().filter(|_| !store.is_sandbox && !narrow) {
        let of = spend.limits.stop_usd.map(|stop| format!(" of {}", format::price(stop))).unwrap_or_default();
        let value = format!("{}{of}", format::cost(spend.total()));
        let tip = format!("{} (UTC), on this computer", spend.month_name());
        let warns = spend.warns(price.and_then(Price::usd));
        figures.push(Figure { warns, ..Figure::new("This month", value).tip(tip) });
    }
    figures
}

fn price_words(price: Option<Price>) -> String {
    price.map_or_else(|| "Not known yet".to_owned(), Price::words)
}

fn price_tip(store: &Store, price: Option<Price>) -> String {
    let service = &store.service;
    match price {
        Some(Price::Sandbox) => "The sandbox bills nothing".to_owned(),
        Some(Price::UpTo(_)) => {
            format!(
                "The lip sync at the top of its published price. {service} publishes no price for cloning and speaking."
            )
        }
        Some(Price::Said(_)) => format!("The lip sync, as {service} says"),
        Some(Price::Unknown) => format!("Price not known, {service} could not be asked"),
        None => "Known once there are a video and a line".to_owned(),
    }
}
