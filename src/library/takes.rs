//! Takes: spoken lines, each an audio file on this computer.

use std::path::PathBuf;

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use super::{Library, failed};
use crate::error::Result;
use crate::paths;

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
    #[serde(with = "crate::paths")]
    pub file: PathBuf,
    /// What the service calls it.
    #[serde(default)]
    pub remote_id: Option<String>,
    /// The audio at the service, usable as an input there.
    pub url: String,
    pub duration_secs: f64,
    /// ISO 8601 in UTC.
    pub made_at: String,
}

pub(super) const NUMBER: &str =
    "SELECT coalesce((SELECT number FROM takes WHERE id = ?1), (SELECT max(number) FROM takes) + 1, 1)";
pub(super) const PUT: &str = "INSERT INTO takes (id, number, voice_id, voice_name, script, stability, similarity, file,
    remote_id, url, duration_secs, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
    ON CONFLICT (id) DO UPDATE SET number = ?2, voice_id = ?3, voice_name = ?4, script = ?5, stability = ?6,
    similarity = ?7, file = ?8, remote_id = ?9, url = ?10, duration_secs = ?11, made_at = ?12";
pub(super) const ALL: &str = "SELECT * FROM takes ORDER BY number DESC";
pub(super) const OF_LINE: &str = "SELECT * FROM takes WHERE line_id = ?1 ORDER BY number DESC";
pub(super) const TO_LINE: &str = "UPDATE takes SET line_id = ?2 WHERE id = ?1";

impl Library {
    /// Remembers a take and gives it back with its number: the one it had, or the next.
    pub fn add_take(&self, take: Take) -> Result<Take> {
        let number = self.transaction(|all| {
            let number = all.query_row(NUMBER, [&take.id], |row| row.get(0)).map_err(failed)?;
            let row = params![
                take.id,
                number,
                take.voice_id,
                take.voice_name,
                take.script,
                take.stability,
                take.similarity,
                paths::to_text(&take.file),
                take.remote_id,
                take.url,
                take.duration_secs,
                take.made_at
            ];
            all.execute(PUT, row).map_err(failed)?;
            Ok(number)
        })?;
        Ok(Take { number, ..take })
    }

    /// Every take, newest first.
    pub fn takes(&self) -> Result<Vec<Take>> {
        self.list(ALL, [], read)
    }

    /// The takes of a script's line, newest first.
    pub fn takes_of(&self, line_id: &str) -> Result<Vec<Take>> {
        self.list(OF_LINE, [line_id], read)
    }

    /// Notes which line of a script a take speaks, or that it belongs to none.
    ///
    /// # Errors
    /// When there is no such line.
    pub fn put_take_on_line(&self, take_id: &str, line_id: Option<&str>) -> Result<()> {
        self.run(TO_LINE, params![take_id, line_id])
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
        file: paths::from_text(file),
        remote_id: row.get("remote_id")?,
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
            remote_id: Some("t1".into()),
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
