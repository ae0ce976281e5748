//! Begins one step: with a job that is there already, wherever there is one, so that nothing is bought twice.

use super::{Step, speaks_the_same, spoken};
use crate::jobs::{Job, Jobs, Request, State};
use crate::panels::flow::facts;
use crate::panels::{Cx, made, speech};
use crate::store::{Asked, Store};

/// How a step began.
pub(super) enum Begun {
    As(String),
    /// Its page is asked, and answers in one of the next frames.
    Asked,
}

pub(super) fn begin(step: Step, cx: &mut Cx<'_>) -> Begun {
    match step {
        Step::Clone => clone(cx),
        Step::Speak => speak(cx),
        Step::LipSync => lip_sync(cx),
    }
}

/// The job that makes the voice of the flow's source: the one the clone page shows, else the newest.
pub(super) fn clone_job<'a>(store: &Store, jobs: &'a Jobs) -> Option<&'a Job> {
    let source = &store.flow.source.as_ref()?.path;
    let of_source = |job: &&Job| matches!(&job.request, Request::Clone(clone) if clone.source() == source);
    let shown = store.chain.voice.job.as_deref().and_then(|id| jobs.get(id)).filter(of_source);
    shown.or_else(|| facts::work(store, jobs).cloning.filter(of_source))
}

fn clone(cx: &mut Cx<'_>) -> Begun {
    let shown = cx.store.chain.voice.job.clone();
    // One whose answer got lost may have made the voice: it is looked for, not made again.
    let goes_on = |job: &&Job| job.is_running() || shown.as_ref() == Some(&job.id) || job.may_be_at_service();
    let open = |job: &&Job| !matches!(job.state, State::Done(_));
    if let Some(id) = clone_job(cx.store, cx.jobs).filter(open).filter(goes_on).map(|job| job.id.clone()) {
        return Begun::As(carry_on(&id, cx.jobs));
    }
    cx.store.chain.voice.asked = Asked::Please;
    Begun::Asked
}

fn speak(cx: &mut Cx<'_>) -> Begun {
    let work = facts::work(cx.store, cx.jobs);
    if facts::gather(cx.store, &work).track.stands() {
        // Somebody has the line spoken anew: that is waited for, and nothing is bought on top.
        let running = work.speaking.filter(|job| job.is_running());
        return running.map_or(Begun::Asked, |job| Begun::As(job.id.clone()));
    }
    let open = |job: &&Job| !matches!(job.state, State::Done(_)) && speaks_the_same(&job.request, cx.store);
    if let Some(id) = cx.jobs.all().iter().find(open).map(|job| job.id.clone()) {
        return Begun::As(carry_on(&id, cx.jobs));
    }
    match speech::job(cx.store) {
        Some(job) => Begun::As(cx.jobs.start(Request::Speak(job))),
        None => Begun::Asked,
    }
}

/// The line was spoken before: its take is chosen instead of another being bought. True when another one was chosen.
pub(super) fn choose_take(cx: &mut Cx<'_>) -> bool {
    let track = facts::gather(cx.store, &facts::work(cx.store, cx.jobs)).track;
    let Some(take) = spoken(cx.store).filter(|_| !track.stands()) else { return false };
    cx.store.flow.set_take(Some(take));
    true
}

fn lip_sync(cx: &mut Cx<'_>) -> Begun {
    let current = |job: &&Job| {
        let is_open = !matches!(job.state, State::Done(_));
        is_open && matches!(&job.request, Request::LipSync(made) if made::is_current(cx.store, made))
    };
    let open = cx.store.flow.result.as_deref().and_then(|id| cx.jobs.get(id)).filter(current);
    if let Some(id) = open.map(|job| job.id.clone()) {
        let id = carry_on(&id, cx.jobs);
        cx.store.flow.result = Some(id.clone());
        return Begun::As(id);
    }
    cx.store.chain.lip_sync = Asked::Please;
    Begun::Asked
}

/// Follows a job that runs, and lets another go on. A lip sync that ended badly at the service goes on as a new job.
fn carry_on(id: &str, jobs: &mut Jobs) -> String {
    jobs.retry(id);
    let newer = jobs.get(id).filter(|job| !job.is_running()).and_then(|job| job.checkpoint.run.superseded.clone());
    newer.unwrap_or_else(|| id.to_owned())
}
