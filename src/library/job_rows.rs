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

impl Library {
    /// Writes a job's row; returns once it is on disk.
    pub fn put_job(&self, row: &JobRow) -> Result<()> {
        self.connection()
            .execute(
                "INSERT OR REPLACE INTO jobs (id, request, checkpoint, state, created_at, finished_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![row.id, row.request, row.checkpoint, row.state, row.created_at, row.finished_at],
            )
            .map_err(failed)?;
        Ok(())
    }

    /// Every job, newest first.
    pub fn jobs(&self) -> Result<Vec<JobRow>> {
        let connection = self.connection();
        let mut rows = connection.prepare("SELECT * FROM jobs ORDER BY created_at DESC, rowid DESC").map_err(failed)?;
        let jobs = rows.query_map([], read).map_err(failed)?;
        jobs.collect::<rusqlite::Result<Vec<_>>>().map_err(failed)
    }

    /// Removes rows of finished jobs from the list; files stay.
    pub fn forget_jobs(&self, ids: &[String]) -> Result<()> {
        let mut connection = self.connection();
        let all = connection.transaction().map_err(failed)?;
        for id in ids {
            all.execute("DELETE FROM jobs WHERE id = ?1", [id]).map_err(failed)?;
        }
        all.commit().map_err(failed)
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
