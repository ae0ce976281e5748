//! Bringing parked clones back: cloned again from the sample that was kept, under the permission on record.

use std::collections::HashMap;

use crate::error::Error;
use crate::jobs::{CloneJob, Job, Request, State};
use crate::library::CloneRecord;
use crate::media::probe;
use crate::panels::{Command, Cx, Notice, VoiceCommand, limits};
use crate::runtime::Task;
use crate::store::{MediaFile, Store};

/// Samples being read, and why one could not be.
#[derive(Default)]
pub struct Returning {
    reading: Vec<(String, Task<MediaFile>)>,
    failed: HashMap<String, Error>,
    /// The job that brings each parked voice back.
    jobs: HashMap<String, String>,
}

/// How far one has come.
pub enum Stage<'a> {
    /// Parked, and nothing is under way.
    Parked,
    Coming,
    Failed(&'a Error),
}

impl Returning {
    /// How a parked voice stands.
    pub fn stage<'a>(&'a self, id: &str, jobs: &'a crate::jobs::Jobs) -> Stage<'a> {
        if self.reading.iter().any(|(reading, _)| reading == id) {
            return Stage::Coming;
        }
        match self.jobs.get(id).and_then(|job| jobs.get(job)).map(|job| &job.state) {
            Some(State::Running(_) | State::Done(_)) => Stage::Coming,
            Some(State::Failed(error)) => Stage::Failed(error),
            Some(State::Stopped) | None => self.failed.get(id).map_or(Stage::Parked, Stage::Failed),
        }
    }

    /// Begins, or tries again what failed.
    pub fn start(&mut self, id: &str, cx: &mut Cx<'_>) {
        let Some(record) = parked(cx.store, id).cloned() else { return };
        let is_coming = matches!(self.stage(id, cx.jobs), Stage::Coming);
        if is_coming || why_not(&record).is_some() || limits::holds_back(cx, None) {
            return;
        }
        self.failed.remove(id);
        if let Some(job) = self.jobs.get(id).filter(|job| cx.jobs.get(job).is_some()) {
            return cx.jobs.retry(job);
        }
        let Some(path) = record.sample_file else { return };
        let read = move || probe::probe(&path).map(|probe| MediaFile { path, probe });
        self.reading.push((id.to_owned(), cx.runtime.blocking(read)));
    }

    /// Starts the jobs of samples that were read, and takes in voices that have come back.
    pub fn poll(&mut self, cx: &mut Cx<'_>) {
        let mut read = Vec::new();
        self.reading.retain_mut(|(id, task)| match task.take() {
            Some(result) => {
                read.push((id.clone(), result));
                false
            }
            None => true,
        });
        for (id, result) in read {
            match (result, parked(cx.store, &id).cloned()) {
                (Ok(file), Some(record)) => {
                    let job =
                        CloneJob { name: record.name, sample: file.local(), origin: None, consent: record.consent };
                    let job = cx.jobs.start(Request::Clone(job));
                    self.jobs.insert(id, job);
                }
                (Err(error), _) => drop(self.failed.insert(id, error)),
                (Ok(_), None) => {}
            }
        }
        self.find_jobs(cx);
        self.take_back(cx);
    }

    /// Jobs of an earlier start belong to the voice whose sample they send.
    fn find_jobs(&mut self, cx: &Cx<'_>) {
        for record in cx.store.deleted_clones.iter().filter(|record| record.parked_at.is_some()) {
            if self.jobs.contains_key(&record.id) || record.sample_file.is_none() {
                continue;
            }
            if let Some(job) = cx.jobs.all().iter().find(|job| brings_back(job, record)) {
                self.jobs.insert(record.id.clone(), job.id.clone());
            }
        }
    }

    /// Also after a kill between the clone and this: it is found by its sample.
    fn take_back(&mut self, cx: &mut Cx<'_>) {
        let parked = cx.store.deleted_clones.iter().filter(|record| record.parked_at.is_some());
        let back: Vec<_> = parked.filter_map(|old| Some((old, successor(old, &cx.store.clones)?))).collect();
        let back: Vec<_> =
            back.into_iter().map(|(old, new)| (old.id.clone(), new.id.clone(), old.name.clone())).collect();
        for (from, to, name) in back {
            self.jobs.remove(&from);
            let title = format!("{} is back", cx.store.voice_name(&from, &name));
            let detail = "Its tags and notes came along; the service gave it a new id.".to_owned();
            cx.commands.voice(VoiceCommand::BroughtBack { from, to });
            cx.commands.push(Command::Notify(Notice { title, detail, action: None }));
        }
    }
}

/// Whether a job is on its way to bring a parked clone back. One whose answer got lost may have made the voice: it goes
/// on and looks for it, where another would clone it twice.
fn brings_back(job: &Job, record: &CloneRecord) -> bool {
    let Request::Clone(clone) = &job.request else { return false };
    let is_open = !matches!(job.state, State::Done(_)) && (job.is_running() || job.may_be_at_service());
    is_open && record.sample_file.as_deref() == Some(clone.sample.path.as_path())
}

/// A parked clone by its id.
pub fn parked<'a>(store: &'a Store, id: &str) -> Option<&'a CloneRecord> {
    store.deleted_clones.iter().find(|record| record.id == id && record.parked_at.is_some())
}

/// Why a clone can't be made again from what is here.
pub fn why_not(record: &CloneRecord) -> Option<&'static str> {
    match (&record.sample_file, record.consent.is_given()) {
        (None, _) => Some("No sample on this computer"),
        (Some(_), false) => Some("No permission on record"),
        (Some(_), true) => None,
    }
}

/// The clone that was made of a parked one's sample since.
fn successor<'a>(old: &CloneRecord, living: &'a [CloneRecord]) -> Option<&'a CloneRecord> {
    let parked_at = old.parked_at.as_deref()?;
    living.iter().find(|new| {
        let same = match (&old.sample_hash, &new.sample_hash) {
            (Some(old), Some(new)) => old == new,
            _ => old.sample_file.is_some() && old.sample_file == new.sample_file,
        };
        same && new.name == old.name && new.cloned_at.as_str() >= parked_at
    })
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::api::AssetKind;
    use crate::jobs::{Checkpoint, LocalFile, Outcome};
    use crate::library::Consent;
    use crate::progress::Progress;

    fn clone(id: &str, hash: Option<&str>, at: &str) -> CloneRecord {
        CloneRecord {
            id: id.into(),
            name: "Mara".into(),
            sample_file: Some("Mara.wav".into()),
            sample_hash: hash.map(str::to_owned),
            cloned_at: at.into(),
            ..CloneRecord::default()
        }
    }

    #[test]
    fn a_return_whose_answer_got_lost_goes_on_after_a_restart() {
        let record = clone("old", Some("h"), "2026-11-20T10:00:00Z");
        let (path, content_type) = ("Mara.wav".into(), "audio/wav".into());
        let sample = LocalFile { path, content_type, kind: AssetKind::Audio, size: None };
        let request = CloneJob { name: "Mara".into(), sample, origin: None, consent: Consent::default() };
        let now = OffsetDateTime::now_utc();
        let mut job = Job {
            id: "j".into(),
            request: Request::Clone(request),
            state: State::Failed(Error::Cancelled),
            checkpoint: Checkpoint::default(),
            progress: Progress::default(),
            waiting: None,
            created_at: now,
            begun_at: now,
            finished_at: Some(now),
        };
        assert!(!brings_back(&job, &record), "nothing went out: another one may begin");
        job.checkpoint.sending.sent = true;
        assert!(brings_back(&job, &record));
        job.state = State::Stopped;
        assert!(brings_back(&job, &record));
        let other = CloneRecord { sample_file: Some("Ada.wav".into()), ..record.clone() };
        assert!(!brings_back(&job, &other));
        job.state = State::Done(Outcome::Voice { id: "v".into(), name: "Mara".into() });
        assert!(!brings_back(&job, &record));
    }

    #[test]
    fn a_voice_is_back_when_its_sample_was_cloned_again_since() {
        let mut old = clone("old", Some("h"), "2026-11-20T10:00:00Z");
        let found = |old: &CloneRecord, new: &CloneRecord| successor(old, std::slice::from_ref(new)).is_some();
        let later = "2026-11-22T12:00:00Z";
        assert!(!found(&old, &clone("new", Some("h"), later)), "it is not parked");
        old.parked_at = Some("2026-11-22T11:00:00Z".into());
        assert!(found(&old, &clone("new", Some("h"), later)));
        assert!(!found(&old, &clone("new", Some("other"), later)), "another sample");
        assert!(!found(&old, &clone("new", Some("h"), "2026-11-22T10:00:00Z")), "made before");
        assert!(found(&old, &clone("new", None, later)), "by the file, where a hash is missing");
        assert!(!found(&old, &CloneRecord { name: "Other".into(), ..clone("new", Some("h"), later) }));
    }

    #[test]
    fn what_is_missing_to_come_back_is_named() {
        let mut record = clone("a", None, "2026-11-20T10:00:00Z");
        assert_eq!(why_not(&record), Some("No permission on record"));
        (record.consent.statement, record.consent.given_at) = ("I may.".into(), "2026-11-20T10:00:00Z".into());
        assert_eq!(why_not(&record), None);
        record.sample_file = None;
        assert_eq!(why_not(&record), Some("No sample on this computer"));
    }
}
