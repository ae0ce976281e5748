//! Run all: one ordinary job after another, only for what is not done. It is asked for by a press, never by itself: after
//! a stop, a failure or a restart it says where it stopped, and the next press carries on from there.

mod begin;
mod going;
mod note;
mod plan;
mod words;

use super::facts;
use super::price::{self, Price};
use super::stages::VoiceFact;
use crate::jobs::{Job, Jobs, Request, SpeakJob};
use crate::panels::{Command, Cx, Notice, limits, speech};
use crate::store::{LipSyncSettings, Store, VoiceChoice};
use crate::ui::dialog::{Answer, Dialog};
use crate::ui::format;

use begin::clone_job;
pub(super) use going::Going;
use going::let_go;
use note::Remembered;
pub(super) use plan::{Plan, Step, TICK};
pub(super) use words::{Ended, stopped_at, words};

/// The run, how the last one ended, and what is being asked before the next.
#[derive(Default)]
pub(super) struct RunAll {
    pub going: Option<Going>,
    /// Of the flow of this id.
    ended: Option<(String, Ended, Inputs)>,
    asking: Option<Question>,
    remembered: Remembered,
}

/// What is asked before anything is sent.
struct Question {
    title: String,
    text: String,
    /// "Run 3 steps".
    act: String,
    /// As it was when it was asked.
    inputs: Inputs,
    /// The price it speaks of: the run is held to it.
    price: Option<Price>,
}

/// What a run is made of: with anything else it is another run, which nobody has asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Inputs {
    text: String,
    voice: Option<VoiceChoice>,
    /// The line as it would be sent.
    line: Option<SpeakJob>,
    source: Option<std::path::PathBuf>,
    target: Option<std::path::PathBuf>,
    audio: Option<std::path::PathBuf>,
    lip_sync: LipSyncSettings,
}

impl Inputs {
    fn of(store: &Store) -> Self {
        let flow = &store.flow;
        let path = |file: &Option<crate::store::MediaFile>| file.as_ref().map(|file| file.path.clone());
        Self {
            text: flow.text().trim().to_owned(),
            voice: flow.voice.clone(),
            line: speech::job(store),
            source: path(&flow.source),
            target: path(&flow.target),
            audio: path(&flow.audio),
            lip_sync: flow.lip_sync.clone(),
        }
    }
}

/// What is left to do in the open flow.
pub(super) fn plan_of(store: &Store, jobs: &Jobs) -> Plan {
    let runs = facts::work(store, jobs);
    let mut facts = facts::gather(store, &runs);
    if facts.voice == VoiceFact::None && speech::voice_of(store, store.flow.lines.active()).is_some() {
        // The line has a voice of its own.
        facts.voice = VoiceFact::There;
    }
    let card = &store.chain.voice;
    let cloning = clone_job(store, jobs);
    let is_shown = |job: &Job| card.job.as_ref() == Some(&job.id);
    let beside = plan::Beside {
        has_take: spoken(store).is_some(),
        is_ticked: card.permission.given_at.is_some(),
        clone_goes_on: cloning.is_some_and(|job| job.is_running() || is_shown(job)),
        missing: card.missing.as_deref(),
    };
    plan::plan(&facts, beside)
}

/// Id of a take of the line in this voice with these settings.
fn spoken(store: &Store) -> Option<String> {
    let wanted = speech::job(store)?;
    let same = |one: Option<f64>, other: f64| one.is_some_and(|one| (one - other).abs() < 1e-6);
    let fits = |take: &&crate::library::Take| {
        speech::says(store, &wanted.script, take)
            && store.is_same_voice(&take.voice_id, &wanted.voice_id)
            && same(take.stability, wanted.stability)
            && same(take.similarity, wanted.similarity)
    };
    store.takes_of(store.flow.lines.active()).find(fits).map(|take| take.id.clone())
}

impl RunAll {
    /// Once per frame, also while another page is shown.
    pub fn logic(&mut self, cx: &mut Cx<'_>) {
        if let Some(flow) = self.remembered.recall(cx) {
            self.ended = Some((flow, Ended::Closed, Inputs::of(cx.store)));
        }
        if std::mem::take(&mut cx.store.chain.run) {
            self.press(cx);
        }
        self.advance(cx);
        let running = self.going.as_ref().map(|going| going.flow.clone());
        self.remembered.keep(running.unwrap_or_default(), cx);
    }

    /// How the last run of the open flow ended, while that still says something.
    pub fn ended(&self, store: &Store) -> Option<&Ended> {
        let (flow, ended, inputs) = self.ended.as_ref()?;
        // What could not begin may do so with other inputs.
        let is_over = matches!(ended, Ended::Refused(..)) && *inputs != Inputs::of(store);
        (*flow == store.flow.id && !is_over).then_some(ended)
    }

    /// Takes the press on Run all. A second one while it runs, or while it asks, changes nothing.
    fn press(&mut self, cx: &mut Cx<'_>) {
        if self.going.is_some() || self.asking.is_some() {
            return;
        }
        let plan = plan_of(cx.store, cx.jobs);
        if let Some(why) = plan.off {
            let title = "Run all can't begin yet".to_owned();
            cx.commands.push(Command::Tell(Notice { title, detail: format!("{why}."), action: None }));
            return;
        }
        let price = price::total(cx.store, &plan.steps);
        let usd = price.and_then(Price::usd);
        if limits::holds_back(cx, usd) {
            return;
        }
        self.asking = question(cx.store, &plan.steps, price);
        if self.asking.is_none() {
            self.begin(price, cx);
        }
    }

    /// `shown`: what was agreed to, whatever the price is by now.
    fn begin(&mut self, shown: Option<Price>, cx: &Cx<'_>) {
        self.ended = None;
        self.going = Some(Going::new(cx.store, shown));
    }

    /// The question, while it stands.
    pub fn ask_ui(&mut self, ctx: &egui::Context, cx: &mut Cx<'_>) {
        let Some(Question { title, text, act, inputs, price }) = &self.asking else { return };
        let Some(answer) = Dialog::new(title, "Not now", act).text(text).show(ctx) else { return };
        let (is_same, price) = (*inputs == Inputs::of(cx.store), *price);
        self.asking = None;
        if answer != Answer::Act || !is_same || plan_of(cx.store, cx.jobs).off.is_some() {
            return;
        }
        // Other work may have been paid for since it was asked.
        if !limits::holds_back(cx, price.and_then(Price::usd)) {
            self.begin(price, cx);
        }
    }

    fn end(&mut self, ended: Ended, cx: &mut Cx<'_>) {
        let Some(going) = self.going.take() else { return };
        let_go(cx.store);
        self.ended = Some((going.flow, ended, Inputs::of(cx.store)));
    }
}

/// What has to be asked first: above the warning, or when the price is not known.
fn question(store: &Store, steps: &[Step], price: Option<Price>) -> Option<Question> {
    let spend = store.spend.as_ref().filter(|_| !store.is_sandbox);
    let run = format!("Run {}", format::count(steps.len() as u64, "step", "steps"));
    let inputs = Inputs::of(store);
    let so_far = spend.map(|spend| format!("{} has cost {} so far", spend.month_name(), format::cost(spend.total())));
    if price == Some(Price::Unknown) || (price.is_none() && !store.is_sandbox) {
        let service = &store.service;
        let month = so_far.map(|so_far| format!(" {so_far}.")).unwrap_or_default();
        let text = format!("Price not known, {service} could not be asked.{month}");
        return Some(Question { title: format!("{run} at a price that is not known?"), text, act: run, inputs, price });
    }
    let usd = price.and_then(Price::usd)?;
    let spend = spend.filter(|spend| spend.warns(Some(usd)))?;
    let warn = format::price(spend.limits.warn_usd?);
    let title = match price {
        Some(Price::Said(usd)) => format!("{run} for about {}?", format::price(usd)),
        _ => format!("{run} for up to {}?", format::price(usd)),
    };
    let text = format!("{}; you asked to be warned above {warn}.", so_far?);
    Some(Question { title, text, act: run, inputs, price })
}

/// Whether two requests speak the same, whichever line of the flow they were for.
fn speaks_the_same(request: &Request, store: &Store) -> bool {
    let (Request::Speak(one), Some(wanted)) = (request, speech::job(store)) else { return false };
    *one == SpeakJob { line_id: one.line_id.clone(), ..wanted }
}
