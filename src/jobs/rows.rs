//! Jobs as rows of the library, there and back.

use std::path::{Path, PathBuf};

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

/// Where the videos of the jobs in a library were saved by this program, in the folders that were asked for. A file that
/// the user pointed at as the result is not among them. Blocks.
///
/// # Errors
/// When the library can't be read.
pub fn result_files(library: &Library) -> Result<Vec<PathBuf>> {
    let own = library.folder().join("Results");
    Ok(library.jobs()?.iter().filter_map(|row| result_file(row, &own)).collect())
}

/// The same of one job; `own`: where a result is saved whose folder did not take it.
fn result_file(row: &JobRow, own: &Path) -> Option<PathBuf> {
    let Stored::Done(Outcome::Video { file, .. }) = serde_json::from_str(&row.state).ok()? else { return None };
    let Request::LipSync(job) = serde_json::from_str(&row.request).ok()? else { return None };
    let Checkpoint { saving, .. } = serde_json::from_str(&row.checkpoint).ok()?;
    let folders = [Some(job.folder.as_path()), saving.folder.as_deref(), Some(own)];
    let is_ours = !saving.found && file != job.target.path;
    (is_ours && folders.into_iter().flatten().any(|folder| file.parent() == Some(folder))).then_some(file)
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

/// The time of a stamp.
pub fn unstamp(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{AssetKind, Options};
    use crate::jobs::checkpoint::Saving;
    use crate::jobs::{LipSyncJob, LocalFile, VoiceTrack};

    #[test]
    fn only_what_was_saved_here_is_a_result_of_this_program() {
        let local = |path: &str| {
            let (path, content_type) = (path.into(), "video/mp4".into());
            LocalFile { path, content_type, kind: AssetKind::Video, size: None }
        };
        let request = Request::LipSync(LipSyncJob {
            target: local("/out/launch.mp4"),
            voice: VoiceTrack::File(local("/in/line.wav")),
            model: "lipsync-2".into(),
            options: Options::default(),
            folder: "/out".into(),
            stem: "launch synced".into(),
            estimate_usd: None,
            match_loudness: false,
            is_trial: false,
        });
        let result = |file: &str, saving: Saving| {
            let row = JobRow {
                id: "j".into(),
                request: json(&request).unwrap(),
                checkpoint: json(&Checkpoint { saving, ..Checkpoint::default() }).unwrap(),
                state: json(&Stored::Done(Outcome::Video { file: file.into(), secs: None })).unwrap(),
                created_at: String::new(),
                finished_at: None,
            };
            result_file(&row, Path::new("/library/Results")).is_some()
        };
        assert!(result("/out/launch synced.mp4", Saving::default()));
        assert!(result("/library/Results/launch synced.mp4", Saving::default()));
        let elsewhere = || Saving { folder: Some("/else".into()), ..Saving::default() };
        assert!(result("/else/launch synced.mp4", elsewhere()));
        assert!(!result("/home/wedding.mp4", Saving::default()), "found before that was noted");
        assert!(!result("/out/wedding.mp4", Saving { found: true, ..Saving::default() }));
        assert!(!result("/out/launch.mp4", Saving::default()), "the target itself");
    }
}
