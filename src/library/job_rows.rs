//! Jobs as rows: what was asked, how far it came, how it ended. The `jobs` module gives the texts their meaning.

use rusqlite::{Row, params};

use super::{Library, failed};
use crate::error::Result;

/// A job on disk. `request`, `checkpoint` and `state` are JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    pub id: String,
    pub request: String,
    pub checkpoint: String,
    pub state: String,
    /// ISO 8601 in UTC.
    pub created_at: String,
    /// ISO 8601 in UTC.
    pub finished_at: Option<String>,
}

// An update keeps the row's place among jobs of the same second.
pub(super) const PUT: &str = "INSERT INTO jobs (id, request, checkpoint, state, created_at, finished_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET request = ?2, checkpoint = ?3, state = ?4,
    created_at = ?5, finished_at = ?6";
pub(super) const ALL: &str = "SELECT * FROM jobs ORDER BY created_at DESC, rowid DESC";
pub(super) const ONE: &str = "SELECT * FROM jobs WHERE id = ?1";
pub(super) const OPEN: &str = "SELECT * FROM jobs WHERE finished_at IS NULL ORDER BY created_at DESC, rowid DESC";
pub(super) const DROP: &str = "DELETE FROM jobs WHERE id = ?1";

impl Library {
    /// Writes a job's row; returns once it is on disk and survives the loss of power.
    pub fn put_job(&self, row: &JobRow) -> Result<()> {
        let JobRow { id, request, checkpoint, state, created_at, finished_at } = row;
        self.run(PUT, params![id, request, checkpoint, state, created_at, finished_at])
    }

    /// Every job, newest first.
    pub fn jobs(&self) -> Result<Vec<JobRow>> {
        self.list(ALL, [], read)
    }

    /// One job.
    pub fn job(&self, id: &str) -> Result<Option<JobRow>> {
        self.one(ONE, [id], read)
    }

    /// The jobs that did not end yet, newest first.
    pub fn open_jobs(&self) -> Result<Vec<JobRow>> {
        self.list(OPEN, [], read)
    }

    /// Removes rows of jobs from the list; files stay.
    pub fn forget_jobs(&self, ids: &[String]) -> Result<()> {
        self.transaction(|all| {
            for id in ids {
                all.execute(DROP, [id]).map_err(failed)?;
            }
            Ok(())
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<JobRow> {
    Ok(JobRow {
        id: row.get("id")?,
        request: row.get("request")?,
        checkpoint: row.get("checkpoint")?,
        state: row.get("state")?,
        created_at: row.get("created_at")?,
        finished_at: row.get("finished_at")?,
    })
}
