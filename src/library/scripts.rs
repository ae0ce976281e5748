//! Scripts: named lists of lines, each with the voice that shall speak it.

use rusqlite::{Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Library, failed};
use crate::error::Result;

/// A script with its lines in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    pub id: String,
    pub name: String,
    /// ISO 8601 in UTC.
    pub saved_at: String,
    pub lines: Vec<Line>,
}

/// One line of a script.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    pub id: String,
    pub text: String,
    /// Id of the voice that speaks it, when it is not the one of the whole script.
    pub voice_id: Option<String>,
    /// 0 to 1.
    pub stability: Option<f64>,
    /// 0 to 1.
    pub similarity: Option<f64>,
    /// Id of the take that was chosen for it.
    pub take_id: Option<String>,
    /// Seconds of silence after it, when they are not those of the whole script.
    pub pause_secs: Option<f64>,
}

pub(super) const PUT: &str = "INSERT INTO scripts (id, name, saved_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (id) DO UPDATE SET name = ?2, saved_at = ?3";
pub(super) const LINE_IDS: &str = "SELECT id FROM lines WHERE script_id = ?1";
pub(super) const DROP_LINE: &str =
    "DELETE FROM lines WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM takes WHERE line_id = ?1)";
// Takes stay with their line for when it is put back.
pub(super) const HIDE_LINE: &str = "UPDATE lines SET position = -1 WHERE id = ?1";
pub(super) const PUT_LINE: &str = "INSERT INTO lines (id, script_id, position, text, voice_id, stability, similarity,
    take_id, pause) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT id FROM takes WHERE id = ?8), ?9)
    ON CONFLICT (id) DO UPDATE SET script_id = excluded.script_id, position = excluded.position, text = excluded.text,
    voice_id = excluded.voice_id, stability = excluded.stability, similarity = excluded.similarity,
    take_id = excluded.take_id, pause = excluded.pause";
pub(super) const NAMES: &str = "SELECT id, name, saved_at FROM scripts ORDER BY saved_at DESC";
pub(super) const GET: &str = "SELECT id, name, saved_at FROM scripts WHERE id = ?1";
pub(super) const LINES: &str = "SELECT * FROM lines WHERE script_id = ?1 AND position >= 0 ORDER BY position";
pub(super) const RENAME: &str = "UPDATE scripts SET name = ?2 WHERE id = ?1";
pub(super) const DROP: &str = "DELETE FROM scripts WHERE id = ?1";

impl Library {
    /// Saves a script whole. Lines it no longer has are removed; their takes stay, and are theirs again when the line
    /// is put back.
    pub fn put_script(&self, script: &Script) -> Result<()> {
        self.transaction(|all| put(all, script))
    }

    /// Every script without its lines, the one saved last first.
    pub fn scripts(&self) -> Result<Vec<Script>> {
        self.list(NAMES, [], read)
    }

    /// A script with its lines.
    pub fn script(&self, id: &str) -> Result<Option<Script>> {
        let Some(script) = self.one(GET, [id], read)? else { return Ok(None) };
        let lines = self.list(LINES, [id], read_line)?;
        Ok(Some(Script { lines, ..script }))
    }

    /// Ids of every line a script has or had, those included that are gone and still have takes.
    pub fn line_ids(&self, script: &str) -> Result<Vec<String>> {
        self.list(LINE_IDS, [script], |row| row.get(0))
    }

    /// Removes a script and its lines; their takes stay.
    pub fn drop_script(&self, id: &str) -> Result<()> {
        self.run(DROP, [id])
    }
}

/// Writes a script whole, as part of a transaction.
pub(super) fn put(all: &Transaction<'_>, script: &Script) -> Result<()> {
    all.execute(PUT, [&script.id, &script.name, &script.saved_at]).map_err(failed)?;
    let mut ids = all.prepare_cached(LINE_IDS).map_err(failed)?;
    let before = ids.query_map([&script.id], |row| row.get::<_, String>(0)).map_err(failed)?;
    let before = before.collect::<rusqlite::Result<Vec<_>>>().map_err(failed)?;
    let kept: std::collections::HashSet<&str> = script.lines.iter().map(|line| line.id.as_str()).collect();
    for id in before.iter().filter(|id| !kept.contains(id.as_str())) {
        all.execute(DROP_LINE, [id]).map_err(failed)?;
        all.execute(HIDE_LINE, [id]).map_err(failed)?;
    }
    let mut put = all.prepare_cached(PUT_LINE).map_err(failed)?;
    for (position, line) in (0_i64..).zip(&script.lines) {
        let Line { id, text, voice_id, stability, similarity, take_id, pause_secs } = line;
        let row = params![id, script.id, position, text, voice_id, stability, similarity, take_id, pause_secs];
        put.execute(row).map_err(failed)?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Script> {
    Ok(Script { id: row.get("id")?, name: row.get("name")?, saved_at: row.get("saved_at")?, lines: Vec::new() })
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        id: row.get("id")?,
        text: row.get("text")?,
        voice_id: row.get("voice_id")?,
        stability: row.get("stability")?,
        similarity: row.get("similarity")?,
        take_id: row.get("take_id")?,
        pause_secs: row.get("pause")?,
    })
}
