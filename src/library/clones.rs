//! Voices this computer cloned, each with the permission it was cloned under.

use std::path::PathBuf;

use rusqlite::{Row, params};

use super::consent::{Consent, consent_document};
use super::{Library, json};
use crate::api::Cloned;
use crate::error::Result;
use crate::paths;

/// A voice cloned from this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CloneRecord {
    /// The id to use with the service.
    pub id: String,
    pub name: String,
    /// All ids the service gave.
    pub ids: Cloned,
    /// The file the sample came from.
    pub sample_name: String,
    /// The sample as it was kept on this computer.
    pub sample_file: Option<PathBuf>,
    /// BLAKE3 of the sample, in lowercase hex.
    pub sample_hash: Option<String>,
    pub consent: Consent,
    /// ISO 8601 in UTC.
    pub cloned_at: String,
    /// When it was deleted at the service, ISO 8601 in UTC; the record outlives the voice.
    pub deleted_at: Option<String>,
    /// When it was parked: deleted at the service with its sample kept, to be brought back. ISO 8601 in UTC. While
    /// `deleted_at` is not set, it was asked for, and whether the service did it was not learned yet.
    pub parked_at: Option<String>,
    /// The id under which it came back after it was parked.
    pub came_back_as: Option<String>,
}

pub(super) const PUT: &str = "INSERT INTO clones (id, name, voice_id, internal_voice_id, sample_name, sample_file,
    sample_hash, consent, cloned_at, deleted_at, parked_at, came_back_as)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
    ON CONFLICT (id) DO UPDATE SET name = ?2, voice_id = ?3, internal_voice_id = ?4, sample_name = ?5,
    sample_file = ?6, sample_hash = ?7, consent = ?8, cloned_at = ?9, deleted_at = ?10, parked_at = ?11,
    came_back_as = ?12";
pub(super) const LIVING: &str = "SELECT * FROM clones WHERE deleted_at IS NULL ORDER BY cloned_at DESC, id";
pub(super) const ALL: &str = "SELECT * FROM clones ORDER BY cloned_at DESC, id";
pub(super) const DELETED: &str =
    "UPDATE clones SET deleted_at = ?2, parked_at = NULL WHERE id = ?1 AND deleted_at IS NULL";
pub(super) const PARKING: &str = "UPDATE clones SET parked_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
pub(super) const SAMPLE_OF: &str = "UPDATE clones SET sample_name = (SELECT sample_name FROM clones WHERE id = ?1)
    WHERE id = ?2 AND EXISTS (SELECT 1 FROM clones WHERE id = ?1)";
pub(super) const CAME_BACK: &str = "UPDATE clones SET came_back_as = ?2 WHERE id = ?1";
pub(super) const PARKED: &str = "UPDATE clones SET parked_at = ?2, deleted_at = coalesce(deleted_at, ?2) WHERE id = ?1";

impl Library {
    /// Remembers a clone. Written again under the same id, it takes the place of what was there.
    pub fn put_clone(&self, record: &CloneRecord) -> Result<()> {
        let consent = json(&record.consent)?;
        let file = record.sample_file.as_ref().map(|file| paths::to_text(file));
        self.run(
            PUT,
            params![
                record.id,
                record.name,
                record.ids.voice_id,
                record.ids.internal_voice_id,
                record.sample_name,
                file,
                record.sample_hash,
                consent,
                record.cloned_at,
                record.deleted_at,
                record.parked_at,
                record.came_back_as
            ],
        )
    }

    /// The clones made here that live at the service as far as is known, newest first.
    pub fn clones(&self) -> Result<Vec<CloneRecord>> {
        self.list(LIVING, [], read)
    }

    /// Every clone ever made here, newest first.
    pub fn all_clones(&self) -> Result<Vec<CloneRecord>> {
        self.list(ALL, [], read)
    }

    /// Notes that a clone was deleted at the service. The record stays, as proof of the permission; the first date
    /// counts.
    pub fn mark_deleted(&self, id: &str, at: &str) -> Result<()> {
        self.run(DELETED, [id, at])
    }

    /// Notes, before the service is asked, that a clone is to be parked: should the answer never come, it is parked as
    /// soon as the service does not list it any more.
    pub fn begin_parking(&self, id: &str, at: &str) -> Result<()> {
        self.run(PARKING, [id, at])
    }

    /// Notes that a clone was parked: deleted at the service, its sample kept. `None` when it is no more, as it was
    /// brought back under another id.
    pub fn park_clone(&self, id: &str, at: Option<&str>) -> Result<()> {
        self.run(PARKED, params![id, at])
    }

    /// Every permission ever recorded here, as JSON that a person can read.
    pub fn export_consents(&self) -> Result<String> {
        Ok(consent_document(&self.all_clones()?))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<CloneRecord> {
    let id: String = row.get("id")?;
    let name: String = row.get("name")?;
    let consent: String = row.get("consent")?;
    let file: Option<String> = row.get("sample_file")?;
    Ok(CloneRecord {
        ids: Cloned {
            id: Some(id.clone()),
            voice_id: row.get("voice_id")?,
            internal_voice_id: row.get("internal_voice_id")?,
            name: Some(name.clone()),
        },
        id,
        name,
        sample_name: row.get("sample_name")?,
        sample_file: file.map(paths::from_text),
        sample_hash: row.get("sample_hash")?,
        // An unreadable consent is shown as none given, rather than hiding the voice.
        consent: serde_json::from_str(&consent).unwrap_or_default(),
        cloned_at: row.get("cloned_at")?,
        deleted_at: row.get("deleted_at")?,
        parked_at: row.get("parked_at")?,
        came_back_as: row.get("came_back_as")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parking_that_was_begun_outlives_a_restart_and_is_forgotten_with_the_voice() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let clone = |id: &str| CloneRecord { id: id.into(), name: "Mara".into(), ..CloneRecord::default() };
        library.put_clone(&clone("old")).unwrap();
        library.begin_parking("old", "2026-11-22T11:00:00Z").unwrap();
        let one = |library: &Library| library.all_clones().unwrap().remove(0);
        assert!(one(&library).parked_at.is_some() && one(&library).deleted_at.is_none());
        drop(library);
        let library = Library::open(folder.path()).unwrap().library;
        assert!(one(&library).parked_at.is_some());
        library.mark_deleted("old", "2026-11-22T12:00:00Z").unwrap();
        assert!(one(&library).parked_at.is_none(), "deleted for good");
        library.begin_parking("old", "2026-11-22T13:00:00Z").unwrap();
        assert!(one(&library).parked_at.is_none());
    }
}
