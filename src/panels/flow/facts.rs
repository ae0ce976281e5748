//! The facts of the chain, read from the store and the jobs.

use super::stages::{Facts, FileFact, LineFact, ResultFact, TrackFact, VoiceFact, Work};
use crate::error::Error;
use crate::jobs::{Job, Jobs, LipSyncJob, Outcome, Request, State, VoiceTrack};
use crate::script::{self, Fit};
use crate::store::{Flow, MediaFile, Role, Store};

/// The work and the result that belong to the flow as it is now.
#[derive(Default, Clone, Copy)]
pub(super) struct Runs<'a> {
    pub cloning: Option<&'a Job>,
    pub speaking: Option<&'a Job>,
    pub syncing: Option<&'a Job>,
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
    // What is sent may be a part of the source written to a file of its own.
    job.is_running() && flow.voice.is_none()
        || flow.source.as_ref().is_some_and(|source| source.path == clone.sample.path)
}

fn speaks_line(job: &Job, flow: &Flow) -> bool {
    let Request::Speak(speak) = &job.request else { return false };
    let is_voice = flow.voice.as_ref().is_some_and(|voice| voice.id == speak.voice_id);
    is_voice && speak.script.trim() == flow.line.trim()
}

/// Everything the states of the stages follow from.
pub(super) fn gather(store: &Store, work: &Runs<'_>) -> Facts {
    let flow = &store.flow;
    Facts {
        source: file(store, Role::Source, flow.source.as_ref()),
        voice: voice(store),
        cloning: state(work.cloning),
        line: match script::fit(&flow.line) {
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
    if take.script.trim() != flow.line.trim() {
        TrackFact::OtherText
    } else if flow.voice.as_ref().is_some_and(|voice| voice.id != take.voice_id) {
        TrackFact::OtherVoice
    } else {
        TrackFact::Current(take.number)
    }
}

fn state(job: Option<&Job>) -> Work {
    match job.map(|job| &job.state) {
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

/// Whether a lip sync asked for now would be asked for in the same words.
fn is_current(store: &Store, made: &LipSyncJob) -> bool {
    let (flow, settings) = (&store.flow, &store.flow.lip_sync);
    let same_track = match (&made.voice, store.voice_track()) {
        (VoiceTrack::Take { id, .. }, Some((VoiceTrack::Take { id: now, .. }, _))) => *id == now,
        (VoiceTrack::File(file), Some((VoiceTrack::File(now), _))) => file.path == now.path,
        _ => false,
    };
    let same_expression = made.options.temperature.is_none_or(|t| (t - settings.temperature).abs() < 1e-6);
    same_track
        && same_expression
        && flow.target.as_ref().is_some_and(|target| target.path == made.target.path)
        && made.model == settings.model
        && made.options.sync_mode == Some(settings.mode)
}

/// The error of the first stage that has one, in the order of the chain.
pub(super) fn failure<'a>(store: &'a Store, work: &Runs<'a>, stage: usize) -> Option<&'a Error> {
    let of_job = |job: Option<&'a Job>| match &job?.state {
        State::Failed(error) => Some(error),
        _ => None,
    };
    match stage {
        0 => store.incoming.source.error(),
        1 => of_job(work.cloning),
        2 => of_job(work.speaking),
        3 => store.incoming.target.error().or_else(|| of_job(work.syncing)),
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
