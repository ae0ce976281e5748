//! The facts of the chain, read from the store and the jobs.

use super::stages::{Facts, FileFact, LineFact, ResultFact, TrackFact, VoiceFact, Work};
use crate::error::Error;
use crate::jobs::{Job, Jobs, Outcome, Request, State};
use crate::library::CloneRecord;
use crate::panels::made::{is_current_in, wants_a_face};
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

/// Finds the jobs of the open flow.
pub(super) fn work<'a>(store: &Store, jobs: &'a Jobs) -> Runs<'a> {
    work_of(&store.flow, jobs)
}

/// Finds the jobs of any flow.
pub(super) fn work_of<'a>(flow: &Flow, jobs: &'a Jobs) -> Runs<'a> {
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
    let is_voice = flow.voice_id_of(flow.lines.active()) == Some(speak.voice_id.as_str());
    is_voice && speak.script.trim() == flow.text().trim()
}

/// Everything the states of the open flow's stages follow from.
pub(super) fn gather(store: &Store, work: &Runs<'_>) -> Facts {
    let facts = gather_of(store, &store.flow, work);
    let (source, target) = (file(store, Role::Source, facts.source), file(store, Role::Target, facts.target));
    Facts { source, target, ..facts }
}

/// The same of any flow, whose files are there or not.
pub(super) fn gather_of(store: &Store, flow: &Flow, work: &Runs<'_>) -> Facts {
    let there = |file: &Option<MediaFile>| if file.is_some() { FileFact::There } else { FileFact::None };
    Facts {
        source: there(&flow.source),
        voice: voice_of(store, flow),
        cloning: state(work.cloning),
        line: match script::fit(flow.text()) {
            Fit::Empty => LineFact::None,
            Fit::Fits | Fit::Near => LineFact::Written,
            Fit::TooLong => LineFact::TooLong,
        },
        track: track(store, flow),
        speaking: state(work.speaking),
        target: there(&flow.target),
        syncing: syncing(store, flow, work.syncing),
        wants_face: work.syncing.is_some_and(wants_a_face),
        takes: takes(store, flow),
        result: result(store, flow, work.syncing),
    }
}

/// How the lip sync stands. What failed in other words than it would be asked for now, such as before the face was
/// picked, holds up nothing any more.
fn syncing(store: &Store, flow: &Flow, job: Option<&Job>) -> Work {
    let is_over = job.is_some_and(|job| match (&job.request, &job.state) {
        (Request::LipSync(made), State::Failed(_)) => !is_current_in(store, flow, made),
        _ => false,
    });
    if is_over { Work::None } else { state(job) }
}

/// A file of the open flow, with what is on its way in.
fn file(store: &Store, role: Role, there: FileFact) -> FileFact {
    let incoming = store.incoming.of(role);
    match there {
        _ if incoming.is_loading() => FileFact::Reading,
        FileFact::None if incoming.error().is_some() => FileFact::Refused,
        there => there,
    }
}

/// How the voice of a flow stands to its source.
fn voice_of(store: &Store, flow: &Flow) -> VoiceFact {
    let Some(voice) = &flow.voice else { return VoiceFact::None };
    let is_of = |clone: &CloneRecord, source: &MediaFile| sample_part(&clone.sample_name, &source.name()).is_some();
    let clone = store.clones.iter().find(|clone| clone.id == voice.id);
    match (clone, &flow.source) {
        // Where the source was cloned as well, another voice was chosen on purpose.
        (Some(clone), Some(source)) if !is_of(clone, source) => {
            if store.clones.iter().any(|clone| is_of(clone, source)) {
                VoiceFact::There
            } else {
                VoiceFact::OtherSource
            }
        }
        _ => VoiceFact::There,
    }
}

/// What of a file a sample is: empty for all of it, or "4:12.0 to 5:48.0". `None` when it is of another file.
pub(super) fn sample_part<'a>(sample: &'a str, file: &str) -> Option<&'a str> {
    match sample.strip_prefix(file)? {
        "" => Some(""),
        part => part.strip_prefix(", "),
    }
}

/// Which of its line's takes is chosen, by number, and how many there are.
fn takes(store: &Store, flow: &Flow) -> (u32, u32) {
    let Some(chosen) = store.take_of(flow) else { return (0, 0) };
    store
        .takes_of(flow.lines.active())
        .fold((0, 0), |(place, count), take| (place + u32::from(take.number <= chosen.number), count + 1))
}

fn track(store: &Store, flow: &Flow) -> TrackFact {
    if flow.audio.is_some() {
        return TrackFact::OwnAudio;
    }
    let Some(take) = store.take_of(flow) else { return TrackFact::None };
    let is_other = |voice| !store.is_same_voice(voice, &take.voice_id);
    if take.script.trim() != flow.text().trim() {
        TrackFact::OtherText
    } else if flow.voice_id_of(flow.lines.active()).is_some_and(is_other) {
        TrackFact::OtherVoice
    } else if !speech::says(store, flow.text(), take) {
        TrackFact::OtherWords
    } else {
        TrackFact::Current(take.in_line())
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

fn result(store: &Store, flow: &Flow, job: Option<&Job>) -> ResultFact {
    let Some(job) = job else { return ResultFact::None };
    match (&job.request, &job.state) {
        (Request::LipSync(made), State::Done(Outcome::Video { .. })) if is_current_in(store, flow, made) => {
            ResultFact::Current
        }
        (_, State::Done(_)) => ResultFact::Older,
        _ => ResultFact::None,
    }
}

/// Why a stage of the open flow failed, in a sentence.
pub(super) fn failure(store: &Store, work: &Runs<'_>, stage: usize) -> Option<String> {
    let refused = |role| store.incoming.of(role).error().map(ToString::to_string);
    match stage {
        0 => refused(Role::Source),
        3 => refused(Role::Target).or_else(|| failure_of(work, stage)),
        2 if script::fit(store.flow.text()) == Fit::TooLong => Some(speech::too_long(store.flow.text())),
        _ => failure_of(work, stage),
    }
}

/// Why the work of a stage failed, in a sentence.
pub(super) fn failure_of(work: &Runs<'_>, stage: usize) -> Option<String> {
    error_of(work, stage).map(ToString::to_string)
}

/// The service's name for what failed, to be given to its support.
pub(super) fn request_of(work: &Runs<'_>, stage: usize) -> Option<String> {
    let details = error_of(work, stage)?.details();
    details.split(", ").find_map(|part| part.strip_prefix("request ")).map(str::to_owned)
}

fn error_of<'a>(work: &Runs<'a>, stage: usize) -> Option<&'a Error> {
    let job = match stage {
        1 => work.cloning,
        2 => work.speaking,
        3 => work.syncing,
        _ => None,
    };
    match &job?.state {
        State::Failed(error) => Some(error),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Take;
    use crate::store::{Lines, VoiceChoice};

    #[test]
    fn a_take_in_the_voice_of_its_line_is_current_whatever_voice_the_flow_has() {
        let mut store = Store::new("sync.so".into(), false);
        store.flow.voice = Some(VoiceChoice { id: "mara".into(), name: "Mara".into() });
        store.flow.lines = Lines::of("We ship on Thursday.");
        let care = serde_json::json!({ "kept": false, "edited": null });
        let take = serde_json::json!({
            "id": "t", "number": 3, "voice_id": "ada", "voice_name": "Ada", "script": "We ship on Thursday.",
            "stability": 0.5, "similarity": 0.75, "file": "t.wav", "url": "", "duration_secs": 2.0,
            "made_at": "2026-11-22T10:00:00Z", "care": care,
        });
        store.takes = vec![serde_json::from_value::<Take>(take).unwrap()];
        store.flow.set_take(Some("t".into()));
        assert_eq!(track(&store, &store.flow), TrackFact::OtherVoice);
        store.flow.lines.active_mut().voice_id = Some("ada".into());
        store.flow.same_for_all = false;
        assert_eq!(track(&store, &store.flow), TrackFact::Current(3));
        store.flow.same_for_all = true;
        assert_eq!(track(&store, &store.flow), TrackFact::OtherVoice, "one voice speaks all lines");
    }
}
