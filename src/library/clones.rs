//! Voices this computer cloned, each with the permission it was cloned under.

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use super::{Library, failed};
use crate::api::Cloned;
use crate::error::{Error, Result};

/// The recorded permission to clone a voice. There is no way to make one without the user's act: a clone job
/// cannot be written without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The sentence that was agreed to.
    pub statement: String,
    /// Whose voice it is; may be empty when it is the user's own.
    pub speaker: String,
    /// When it was ticked, ISO 8601 in UTC.
    pub given_at: String,
}

/// A voice cloned from this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneRecord {
    /// The id to use with the service.
    pub id: String,
    pub name: String,
    /// All ids the service gave.
    pub ids: Cloned,
    /// The file the sample came from.
    pub sample_name: String,
    pub consent: Consent,
    /// ISO 8601 in UTC.
    pub cloned_at: String,
}

impl Library {
    /// Remembers a clone.
    pub fn put_clone(&self, record: &CloneRecord) -> Result<()> {
        let consent = serde_json::to_string(&record.consent).map_err(|e| Error::Library(e.to_string()))?;
        self.connection()
            .execute(
                "INSERT OR REPLACE INTO clones (id, name, voice_id, internal_voice_id, sample_name, consent, cloned_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    record.id,
                    record.name,
                    record.ids.voice_id,
                    record.ids.internal_voice_id,
                    record.sample_name,
                    consent,
                    record.cloned_at
                ],
            )
            .map_err(failed)?;
        Ok(())
    }

    /// Every clone made here, newest first.
    pub fn clones(&self) -> Result<Vec<CloneRecord>> {
        let connection = self.connection();
        let mut rows = connection
            .prepare(
                "SELECT id, name, voice_id, internal_voice_id, sample_name, consent, cloned_at
                 FROM clones ORDER BY cloned_at DESC",
            )
            .map_err(failed)?;
        let records = rows.query_map([], read).map_err(failed)?;
        records.collect::<rusqlite::Result<Vec<_>>>().map_err(failed)
    }

    /// Forgets a clone that was deleted on the service.
    pub fn forget_clone(&self, id: &str) -> Result<()> {
        self.connection().execute("DELETE FROM clones WHERE id = ?1", [id]).map_err(failed)?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<CloneRecord> {
    let id: String = row.get("id")?;
    let name: String = row.get("name")?;
    let consent: String = row.get("consent")?;
    // An unreadable consent is shown as none given, rather than hiding the voice.
    let consent = serde_json::from_str(&consent).unwrap_or_else(|_| Consent {
        statement: String::new(),
        speaker: String::new(),
        given_at: String::new(),
    });
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
        consent,
        cloned_at: row.get("cloned_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_found_again_with_its_consent_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let record = CloneRecord {
            id: "c1".into(),
            name: "Mara, keynote".into(),
            ids: Cloned {
                id: Some("c1".into()),
                voice_id: Some("p1".into()),
                internal_voice_id: None,
                name: Some("Mara, keynote".into()),
            },
            sample_name: "keynote.mov".into(),
            consent: Consent {
                statement: "I may.".into(),
                speaker: "Mara".into(),
                given_at: "2026-11-22T10:00:00Z".into(),
            },
            cloned_at: "2026-11-22T10:01:00Z".into(),
        };
        Library::open(folder.path()).unwrap().library.put_clone(&record).unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        assert_eq!(library.clones().unwrap(), [record]);
        library.forget_clone("c1").unwrap();
        assert!(library.clones().unwrap().is_empty());
    }
}
