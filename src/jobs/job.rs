//! A job as the panels see it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::checkpoint::Checkpoint;
use super::request::Request;
use super::step::Step;
use crate::error::Error;
use crate::library::Take;
use crate::progress::Progress;

/// What a finished job made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    Voice {
        id: String,
        name: String,
    },
    Take(Box<Take>),
    Video {
        #[serde(with = "crate::paths")]
        file: PathBuf,
        secs: Option<f64>,
    },
}

/// How a job stands.
#[derive(Debug, Clone)]
pub enum State {
    Running(Step),
    Done(Outcome),
    Failed(Error),
    /// Stopped by the user; it can go on later.
    Stopped,
}

/// Why a running job is not being worked on just now. It goes on by itself.
#[derive(Debug, Clone)]
pub enum Waiting {
    /// The last try did not get through; the next one is at `at`, or when the user asks for it.
    Again { error: Error, at: OffsetDateTime, attempt: u32 },
    /// In the line here, until the plan has room for one more run.
    Turn,
}

/// A job as the panels see it.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: String,
    pub request: Request,
    pub checkpoint: Checkpoint,
    pub state: State,
    /// Of the step under way: bytes while uploading and downloading, thousandths while syncing.
    pub progress: Progress,
    /// Set while the step under way waits.
    pub waiting: Option<Waiting>,
    pub created_at: OffsetDateTime,
    /// When this try began: the start, or the last "try again".
    pub begun_at: OffsetDateTime,
    pub finished_at: Option<OffsetDateTime>,
}

impl Job {
    /// Whether work on it is under way.
    pub fn is_running(&self) -> bool {
        matches!(self.state, State::Running(_))
    }

    /// Whether it runs, or has or may have a run at the service that can be watched again: the same once more would be
    /// paid for twice.
    pub fn is_under_way(&self) -> bool {
        self.is_running() || super::may_run_unseen(self)
    }

    /// Whether the service works on it by now, so that leaving it here does not end it there.
    pub fn is_remote(&self) -> bool {
        let State::Running(step) = self.state else { return false };
        // A request that waits to be sent again has not been taken yet; a run that is watched goes on all the same.
        step.runs_remotely() && (self.waiting.is_none() || step.has_begun_remotely())
    }

    /// Whether something of it may be at the service that is not here: a run, a voice, a line that was asked for and
    /// may have been paid for. Without its row nobody here would find it again.
    pub fn may_be_at_service(&self) -> bool {
        let done = &self.checkpoint;
        let asked = done.sending.sent || done.cloned.is_some() || done.generation.is_some();
        let speaking = &done.speaking;
        let spoken = speaking.speech_job.is_some() || speaking.speech.is_some() || !speaking.parts.is_empty();
        let over = matches!(self.state, State::Done(_)) || done.run.ended || done.run.is_unknown();
        self.is_remote() || (!over && (asked || spoken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::SpeechJob;
    use crate::jobs::SpeakJob;

    fn job(state: State) -> Job {
        let at = OffsetDateTime::UNIX_EPOCH;
        let (voice_id, voice_name, script) = ("v".to_owned(), "Mara".to_owned(), "Good evening.".to_owned());
        Job {
            id: "a".into(),
            request: Request::Speak(SpeakJob {
                line_id: None,
                parts: Vec::new(),
                voice_id,
                voice_name,
                script,
                stability: 0.5,
                similarity: 0.5,
            }),
            checkpoint: Checkpoint::default(),
            state,
            progress: Progress::default(),
            waiting: None,
            created_at: at,
            begun_at: at,
            finished_at: None,
        }
    }

    #[test]
    fn what_was_asked_for_may_be_at_the_service_until_it_is_here_or_ended_there() {
        let mut stopped = job(State::Stopped);
        assert!(!stopped.may_be_at_service(), "nothing went out");
        stopped.checkpoint.speaking.speech_job =
            Some(SpeechJob { id: "s".into(), location: None, ask_after: std::time::Duration::ZERO });
        assert!(stopped.may_be_at_service());
        let mut lost = job(State::Failed(Error::Cancelled));
        lost.checkpoint.sending.sent = true;
        assert!(lost.may_be_at_service());
        lost.checkpoint.run.ended = true;
        assert!(!lost.may_be_at_service());
        let mut here = job(State::Done(Outcome::Voice { id: "v".into(), name: "Mara".into() }));
        here.checkpoint.sending.sent = true;
        assert!(!here.may_be_at_service());
        assert!(job(State::Running(Step::Speak)).may_be_at_service(), "it is on its way");
        assert!(!job(State::Running(Step::UploadPicture)).may_be_at_service());
    }
}
