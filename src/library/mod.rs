//! What the app remembers: one `SQLite` file per workspace, with the media lying beside it under readable names.
//!
//! [`Library`] is the only door. Its functions block, so they are called from the runtime's blocking threads and
//! never from the UI thread. A file that is damaged, or written by a newer version, is set aside under another
//! name and never overwritten.

mod assets;
mod clones;
mod consent;
mod facts;
mod flows;
mod job_rows;
mod look;
mod place;
#[cfg(test)]
mod plans;
mod schema;
mod scripts;
mod spend;
mod takes;
mod turns;
mod voices;
mod words;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Params, Row, Transaction, TransactionBehavior};
use serde::Serialize;

pub use crate::paths::private_folder;
pub use clones::CloneRecord;
pub use consent::{Consent, Relation, STATEMENT, consent_document};
pub use flows::FlowEntry;
pub use job_rows::JobRow;
pub use scripts::{Line, Script};
pub use spend::{Charge, ChargeState, Limits};
pub use takes::{Care, Edited, Take};
pub use turns::Turns;
pub use voices::{SeenVoice, VoiceNote};

use crate::error::{Error, Result};

/// The open library. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct Library {
    connection: Arc<Mutex<Connection>>,
    folder: PathBuf,
    // Held as long as any clone lives; the system lets go of it when the program dies. Who only looks holds none.
    _lock: Option<Arc<File>>,
}

/// A library and what had to be done to open it.
pub struct Opened {
    pub library: Library,
    /// For the user: that the old file had to be set aside, that others may read it.
    pub warning: Option<String>,
}

impl Library {
    /// Opens the library in `folder`, making folder and file where needed, for their owner alone. Only one program
    /// at a time has it open.
    ///
    /// # Errors
    /// When the folder cannot be written, or another window has the library open.
    pub fn open(folder: &Path) -> Result<Opened> {
        let is_private = place::prepare(folder)?;
        let lock = Some(Arc::new(place::lock(&folder.join(place::LOCK))?));
        let file = folder.join("library.sqlite");
        let mut warnings = Vec::new();
        let mut limits = None;
        let connection = match schema::connect(&file) {
            Err(problem) if problem.file_is_unusable() => {
                let aside = place::set_aside(&file)?;
                warnings.push(format!(
                    "The library {problem}. It was kept as {} and a new one was begun.",
                    aside.file_name().unwrap_or_default().to_string_lossy()
                ));
                limits = Some(spend::limits_of(&aside));
                schema::connect(&file)
            }
            other => other,
        };
        let connection = connection.map_err(schema::Problem::into_error)?;
        if !is_private {
            warnings.push(place::EXPOSED.to_owned());
        }
        let library = Self { connection: Arc::new(Mutex::new(connection)), folder: folder.to_owned(), _lock: lock };
        match limits {
            Some(Some(limits)) => {
                library.set_limits(limits)?;
                warnings.push("Your spending limits were taken over.".to_owned());
            }
            Some(None) => warnings.push("If you had spending limits, set them again in Activity.".to_owned()),
            None => {}
        }
        Ok(Opened { library, warning: Some(warnings.join(" ")).filter(|text| !text.is_empty()) })
    }

    /// Where the media of this workspace lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    // A panic while the lock was held cannot leave a half-written row: SQLite rolls back what was not committed.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one statement; returns once it is on disk.
    fn run(&self, sql: &str, params: impl Params) -> Result<()> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql).map_err(failed)?;
        statement.execute(params).map_err(failed)?;
        Ok(())
    }

    /// Every row of a query.
    fn list<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql).map_err(failed)?;
        let rows = statement.query_map(params, read).map_err(failed)?;
        rows.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    /// The first row of a query, when there is one.
    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql).map_err(failed)?;
        statement.query_row(params, read).optional().map_err(failed)
    }

    /// All or nothing: what `work` did is on disk when it succeeds, and undone when it fails.
    fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.connection();
        let all = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let done = work(&all)?;
        all.commit().map_err(failed)?;
        Ok(done)
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Library(e.to_string()))
}

/// Every failure of the database after it was opened.
#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn failed(source: rusqlite::Error) -> Error {
    match source.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::NotSaved("The disk is full, so this was not saved. Free some space on it."),
        Some(ErrorCode::ReadOnly) => Error::NotSaved(
            "The library's folder can't be written any more, so this was not saved. Check its permissions and the disk.",
        ),
        _ => Error::Library(source.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_set_aside_whole_and_the_library_opens() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("library.sqlite");
        let noise = vec![0xA5; 9000];
        std::fs::write(&file, &noise).unwrap();
        let opened = Library::open(folder.path()).unwrap();
        assert!(opened.warning.unwrap().contains("library set aside 1.sqlite"));
        assert_eq!(std::fs::read(folder.path().join("library set aside 1.sqlite")).unwrap(), noise);
        assert!(opened.library.takes().unwrap().is_empty());
    }

    #[test]
    fn a_second_window_is_told_so_and_a_closed_one_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let first = Library::open(folder.path()).unwrap();
        assert!(matches!(Library::open(folder.path()), Err(Error::InUse)));
        drop(first);
        assert!(Library::open(folder.path()).is_ok());
    }
}
