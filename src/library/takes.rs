//! Takes: spoken lines, each an audio file on this computer.

use std::path::PathBuf;

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use super::{Library, failed};
use crate::error::Result;

/// A line as a voice spoke it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Take {
    /// The id of the job that made it.
    pub id: String,
    /// Counts the takes of this workspace from 1.
    pub number: u32,
    pub voice_id: String,
    pub voice_name: String,
    pub script: String,
    /// 0 to 1, as it was asked for.
    pub stability: Option<f64>,
    /// 0 to 1, as it was asked for.
    pub similarity: Option<f64>,
    /// The audio on this computer.
    pub file: PathBuf,
    /// The audio at the service, usable as an input there.
    pub url: String,
    pub duration_secs: f64,
    /// ISO 8601 in UTC.
    pub made_at: String,
}

impl Library {
    /// Remembers a take and gives it back with its number: the one it had, or the next.
    pub fn add_take(&self, take: Take) -> Result<Take> {
        let mut connection = self.connection();
        let all = connection.transaction().map_err(failed)?;
        let number =
            "SELECT coalesce((SELECT number FROM takes WHERE id = ?1), (SELECT max(number) FROM takes) + 1, 1)";
        let number = all.query_row(number, [&take.id], |row| row.get(0)).map_err(failed)?;
        all.execute(
            "INSERT OR REPLACE INTO takes (id, number, voice_id, voice_name, script, stability, similarity, file,
             url, duration_secs, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                take.id,
                number,
                take.voice_id,
                take.voice_name,
                take.script,
                take.stability,
                take.similarity,
                take.file.to_string_lossy(),
                take.url,
                take.duration_secs,
                take.made_at
            ],
        )
        .map_err(failed)?;
        all.commit().map_err(failed)?;
        Ok(Take { number, ..take })
    }

    /// Every take, newest first.
    pub fn takes(&self) -> Result<Vec<Take>> {
        let connection = self.connection();
        let mut rows = connection.prepare("SELECT * FROM takes ORDER BY number DESC").map_err(failed)?;
        let takes = rows.query_map([], read).map_err(failed)?;
        takes.collect::<rusqlite::Result<Vec<_>>>().map_err(failed)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Take> {
    let file: String = row.get("file")?;
    Ok(Take {
        id: row.get("id")?,
        number: row.get("number")?,
        voice_id: row.get("voice_id")?,
        voice_name: row.get("voice_name")?,
        script: row.get("script")?,
        stability: row.get("stability")?,
        similarity: row.get("similarity")?,
        file: PathBuf::from(file),
        url: row.get("url")?,
        duration_secs: row.get("duration_secs")?,
        made_at: row.get("made_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(id: &str) -> Take {
        Take {
            id: id.into(),
            number: 0,
            voice_id: "v".into(),
            voice_name: "Ada".into(),
            script: "Hello".into(),
            stability: Some(0.5),
            similarity: None,
            file: PathBuf::from("a.wav"),
            url: "http://x/a.wav".into(),
            duration_secs: 1.5,
            made_at: "2026-11-22T10:00:00Z".into(),
        }
    }

    #[test]
    fn takes_are_counted_and_keep_their_number_when_they_are_saved_again() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let numbers = ["a", "b", "a", "c"].map(|id| library.add_take(take(id)).unwrap().number);
        assert_eq!(numbers, [1, 2, 1, 3]);
        assert_eq!(library.takes().unwrap()[0], Take { number: 3, ..take("c") });
    }
}
