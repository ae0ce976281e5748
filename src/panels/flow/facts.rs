//! The facts of the chain, read from the store and the jobs.

use super::stages::{Facts, FileFact, LineFact, ResultFact, TrackFact, VoiceFact, Work};
use crate::jobs::{Job, Jobs, Outcome, Request, State};
use crate::panels::made::is_current;
use crate::panels::speech;
use crate::script::{self, Fit};
use crate::store::{Flow, MediaFile, Role, Store};

/// The work and the result that belong to the flow as it is now.
#[derive(Default, Clone, Copy)]
pub(super) struct Runs<'a> {
    pub cloning: Option<&'a Job>,
    pub speaking: Option<&'a Job>,
    pub syncing: Option<&'a Job>,
}

impl<'a> Runs<'a> {
    /// Those there are, in the order of the stages.
    pub fn all(&self) -> impl Iterator<Item = &'a Job> {
        [self.cloning, self.speaking, self.syncing].into_iter().flatten()
    }
}

/// Finds the jobs of the flow.
pub(super) fn work<'a>(store: &Store, jobs: &'a Jobs) -> Runs<'a> {
    let flow = &store.flow;
    Runs {
        cloning: jobs.all().iter().find(|job| clones_source(job, flow)),
        speaking: jobs.all().iter().find(|job| speaks_line(job, flow)),
        syncing: flow.result.as_deref().and_then(|id| jobs.get(id)),
    }
}

fn clones_source(job: &Job, flow: &Flow) -> bool {
    let Request::Clone(clone) = &job.request else { return false };
    flow.source.as_ref().is_some_and(|source| source.path == clone.source())
}

fn speaks_line(job: &Job, flow: &Flow) -> bool {
    let Request::Speak(speak) = &job.request else { return false };
    let is_voice = flow.voice.as_ref().is_some_and(|voice| voice.id == speak.voice_id);
    is_voice && speak.script.trim() == flow.text().trim()
}

/// Everything the states of the stages follow from.
pub(super) fn gather(store: &Store, work: &Runs<'_>) -> Facts {
    let flow = &store.flow;
    Facts {
        source: file(store, Role::Source, flow.source.as_ref()),
        voice: voice(store),
        cloning: state(work.cloning),
        line: match script::fit(flow.text()) {
            Fit::Empty => LineFact::None,
            Fit::Fits | Fit::Near => LineFact::Written,
            Fit::TooLong => LineFact::TooLong,
        },
        track: track(store),
        speaking: state(work.speaking),
        target: file(store, Role::Target, flow.target.as_ref()),
        syncing: state(work.syncing),
        result: result(store, work.syncing),
    }
}

fn file(store: &Store, role: Role, there: Option<&MediaFile>) -> FileFact {
    let incoming = store.incoming.of(role);
    match there {
        _ if incoming.is_loading() => FileFact::Reading,
        Some(_) => FileFact::There,
        None if incoming.error().is_some() => FileFact::Refused,
        None => FileFact::None,
    }
}

/// How the voice stands to the source.
pub(super) fn voice(store: &Store) -> VoiceFact {
    let Some(voice) = &store.flow.voice else { return VoiceFact::None };
    let clone = store.clones.iter().find(|clone| clone.id == voice.id);
    match (clone, &store.flow.source) {
        (Some(clone), Some(source)) if !clone.sample_name.starts_with(&source.stem()) => VoiceFact::OtherSource,
        _ => VoiceFact::There,
    }
}

fn track(store: &Store) -> TrackFact {
    let flow = &store.flow;
    if flow.audio.is_some() {
        return TrackFact::OwnAudio;
    }
    let Some(take) = store.chosen_take() else { return TrackFact::None };
    if take.script.trim() != flow.text().trim() {
        TrackFact::OtherText
    } else if flow.voice.as_ref().is_some_and(|voice| voice.id != take.voice_id) {
        TrackFact::OtherVoice
    } else {
        TrackFact::Current(take.number)
    }
}

fn state(job: Option<&Job>) -> Work {
    match job.map(|job| &job.state) {
        Some(State::Running(_)) if job.is_some_and(|job| job.waiting.is_some()) => Work::Waiting,
        Some(State::Running(_)) => Work::Running,
        Some(State::Failed(_)) => Work::Failed,
        Some(State::Stopped) => Work::Stopped,
        Some(State::Done(_)) | None => Work::None,
    }
}

fn result(store: &Store, job: Option<&Job>) -> ResultFact {
    let Some(job) = job else { return ResultFact::None };
    match (&job.request, &job.state) {
        (Request::LipSync(made), State::Done(Outcome::Video { .. })) if is_current(store, made) => ResultFact::Current,
        (_, State::Done(_)) => ResultFact::Older,
        _ => ResultFact::None,
    }
}

/// Why a stage failed, in a sentence.
pub(super) fn failure(store: &Store, work: &Runs<'_>, stage: usize) -> Option<String> {
    let of_job = |job: Option<&Job>| match &job?.state {
        State::Failed(error) => Some(error.to_string()),
        _ => None,
    };
    let refused = |role| store.incoming.of(role).error().map(ToString::to_string);
    match stage {
        0 => refused(Role::Source),
        1 => of_job(work.cloning),
        2 if script::fit(store.flow.text()) == Fit::TooLong => Some(speech::too_long(store.flow.text())),
        2 => of_job(work.speaking),
        3 => refused(Role::Target).or_else(|| of_job(work.syncing)),
        _ => None,
    }
}

/// The video that the flow's lip sync made.
pub(super) fn made<'a>(runs: &Runs<'a>) -> Option<&'a std::path::Path> {
    match &runs.syncing?.state {
        State::Done(Outcome::Video { file, .. }) => Some(file),
        _ => None,
    }
}
