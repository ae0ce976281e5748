//! Jobs as rows of the library, there and back.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::checkpoint::Checkpoint;
use super::job::{Job, Outcome, State};
use super::request::Request;
use super::step::next;
use crate::error::{Error, Result};
use crate::library::{JobRow, Library};
use crate::progress::Progress;

/// A job's state on disk.
#[derive(Serialize, Deserialize)]
enum Stored {
    Open,
    Done(Outcome),
    Failed { sentence: String, code: Option<String>, details: String },
    Stopped,
}

/// # Errors
/// When something in it can't be written down: such a job must not begin.
pub(super) fn to_row(job: &Job) -> Result<JobRow> {
    let state = match &job.state {
        State::Running(_) => Stored::Open,
        State::Done(outcome) => Stored::Done(outcome.clone()),
        State::Failed(error) => Stored::Failed {
            sentence: error.to_string(),
            code: error.code().map(str::to_owned),
            details: error.details(),
        },
        State::Stopped => Stored::Stopped,
    };
    Ok(JobRow {
        id: job.id.clone(),
        request: json(&job.request)?,
        checkpoint: json(&job.checkpoint)?,
        state: json(&state)?,
        created_at: stamp(job.created_at),
        finished_at: job.finished_at.map(stamp),
    })
}

/// Where the videos of the jobs in a library were saved. Blocks.
///
/// # Errors
/// When the library can't be read.
pub fn result_files(library: &Library) -> Result<Vec<PathBuf>> {
    let files = library.jobs()?.into_iter().filter_map(|row| match serde_json::from_str(&row.state).ok()? {
        Stored::Done(Outcome::Video { file, .. }) => Some(file),
        _ => None,
    });
    Ok(files.collect())
}

fn json(part: &impl Serialize) -> Result<String> {
    serde_json::to_string(part).map_err(|error| {
        Error::Input(format!(
            "This can't be written down, so it was not started ({error}). Rename its files and folders to names of \
             plain letters, then try again."
        ))
    })
}

/// A row this version cannot read is left in the file and out of the list.
pub(super) fn from_row(row: &JobRow) -> Option<Job> {
    let read = || -> Option<Job> {
        let request: Request = serde_json::from_str(&row.request).ok()?;
        let checkpoint: Checkpoint = serde_json::from_str(&row.checkpoint).ok()?;
        let state = match serde_json::from_str(&row.state).ok()? {
            Stored::Open => State::Running(next(&request, &checkpoint)),
            Stored::Done(outcome) => State::Done(outcome),
            Stored::Failed { sentence, code, details } => State::Failed(Error::Past { sentence, code, details }),
            Stored::Stopped => State::Stopped,
        };
        let created_at = unstamp(&row.created_at)?;
        Some(Job {
            id: row.id.clone(),
            request,
            begun_at: checkpoint.begun_at.unwrap_or(created_at),
            checkpoint,
            state,
            progress: Progress::default(),
            waiting: None,
            created_at,
            finished_at: row.finished_at.as_deref().and_then(unstamp),
        })
    };
    let job = read();
    if job.is_none() {
        tracing::warn!(job = %row.id, "left out a job row that could not be read");
    }
    job
}

/// ISO 8601 in UTC.
pub fn stamp(at: OffsetDateTime) -> String {
    at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

fn unstamp(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok()
}
