//! What a row of the list is about: a job, or the file that was sent for it and lies at the service since.

use time::OffsetDateTime;

use super::words;
use crate::jobs::{Job, Outcome, Request, State, Transfer};

/// What of a job a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Part {
    #[default]
    Whole,
    /// Its video, which was sent and can be used again.
    Upload,
}

/// What a row is known by while the list changes.
pub type Key = (String, Part);

/// See [`Part`].
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub job: &'a Job,
    pub part: Part,
}

impl<'a> Entry<'a> {
    /// The row of the job itself.
    pub const fn whole(job: &'a Job) -> Self {
        Self { job, part: Part::Whole }
    }

    /// The rows of a job.
    pub fn of(job: &'a Job) -> impl Iterator<Item = Self> {
        let upload = Self { job, part: Part::Upload };
        [Some(Self::whole(job)), upload.upload().map(|_| upload)].into_iter().flatten()
    }

    /// What was sent, in the row that is about it. What was cut for a trial is of no use to another run.
    pub fn upload(&self) -> Option<&'a Transfer> {
        let is_video = matches!(&self.job.request, Request::LipSync(sync) if !sync.is_trial);
        self.job.checkpoint.saving.uploaded.as_ref().filter(|_| is_video && self.part == Part::Upload)
    }

    pub fn is(&self, key: Option<&Key>) -> bool {
        key.is_some_and(|(id, part)| *id == self.job.id && *part == self.part)
    }

    pub fn key(&self) -> Key {
        (self.job.id.clone(), self.part)
    }

    /// When it was over; `None` while it is not.
    pub fn ended_at(&self) -> Option<OffsetDateTime> {
        match self.upload() {
            Some(sent) => Some(sent.at),
            None => self.job.finished_at.filter(|_| !self.job.is_running()),
        }
    }

    /// The word on its picture. What a lip sync made came from the service, and is a file here.
    /// Nothing is uploaded to the sandbox.
    pub fn kind(&self, is_sandbox: bool) -> &'static str {
        match &self.job.state {
            _ if self.part == Part::Upload => {
                if is_sandbox {
                    "Copy"
                } else {
                    "Upload"
                }
            }
            State::Done(Outcome::Video { .. }) => "Download",
            _ => words::kind(&self.job.request),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{job, synced};
    use super::*;

    #[test]
    fn a_video_that_was_sent_is_a_row_of_its_own() {
        let line = job("a", State::Stopped, 0);
        assert_eq!(Entry::of(&line).count(), 1);
        let mut sync = synced("b", State::Stopped);
        assert_eq!(Entry::of(&sync).count(), 1, "its video was at the service already");
        let at = time::macros::datetime!(2026-11-22 14:07 UTC);
        sync.checkpoint.saving.uploaded = Some(Transfer { at, millis: 44_200, bytes: 86_000_000 });
        let rows: Vec<Entry<'_>> = Entry::of(&sync).collect();
        assert_eq!((rows.len(), rows[1].kind(false), rows[1].ended_at()), (2, "Upload", Some(at)));
        assert_eq!(rows[1].kind(true), "Copy");
        assert!(rows[1].is(Some(&rows[1].key())) && !rows[0].is(Some(&rows[1].key())));
        let Request::LipSync(made) = &mut sync.request else { unreachable!() };
        made.is_trial = true;
        assert_eq!(Entry::of(&sync).count(), 1, "the first seconds are no video to use again");
    }
}
