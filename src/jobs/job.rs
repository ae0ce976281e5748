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
    Voice { id: String, name: String },
    Take(Take),
    Video { file: PathBuf, secs: Option<f64> },
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

    /// Whether the service works on it by now, so that leaving it here does not end it there.
    pub fn is_remote(&self) -> bool {
        let State::Running(step) = self.state else { return false };
        // A request that waits to be sent again has not been taken yet; a run that is watched goes on all the same.
        step.runs_remotely() && (self.waiting.is_none() || step.has_begun_remotely())
    }
}
