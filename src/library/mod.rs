//! What the app remembers: one `SQLite` file per workspace, with the media lying beside it under readable names.
//!
//! [`Library`] is the only door. Its functions block, so they are called from the runtime's blocking threads and
//! never from the UI thread. A file that is damaged, or written by a newer version, is set aside under another
//! name and never overwritten.

mod clones;
mod flows;
mod job_rows;
mod schema;
mod takes;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

pub use clones::{CloneRecord, Consent};
pub use job_rows::JobRow;
pub use takes::Take;

use crate::error::{Error, Result};

/// The open library. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub struct Library {
    connection: Arc<Mutex<Connection>>,
    folder: PathBuf,
}

/// A library and what had to be done to open it.
pub struct Opened {
    pub library: Library,
    /// A sentence for the user when the old file had to be set aside.
    pub warning: Option<String>,
}

impl Library {
    /// Opens the library in `folder`, making folder and file where needed.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Opened> {
        std::fs::create_dir_all(folder).map_err(|e| Error::file("create", folder, e))?;
        let file = folder.join("library.sqlite");
        let (connection, warning) = match schema::connect(&file) {
            Ok(connection) => (connection, None),
            Err(problem) if problem.file_is_unusable() => {
                let aside = set_aside(&file)?;
                let warning = format!(
                    "The library {problem}. It was kept as {} and a new one was begun.",
                    aside.file_name().unwrap_or_default().to_string_lossy()
                );
                (schema::connect(&file).map_err(|p| Error::Library(p.to_string()))?, Some(warning))
            }
            Err(problem) => return Err(Error::Library(problem.to_string())),
        };
        let library = Self { connection: Arc::new(Mutex::new(connection)), folder: folder.to_owned() };
        Ok(Opened { library, warning })
    }

    /// Where the media of this workspace lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    // A panic while the lock was held cannot leave a half-written row: SQLite rolls back what was not committed.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every failure of the database after it was opened.
#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn failed(source: rusqlite::Error) -> Error {
    Error::Library(source.to_string())
}

/// Moves the file, and the journals that belong to it, to the first free name.
fn set_aside(file: &Path) -> Result<PathBuf> {
    let mut number = 1;
    let aside = loop {
        let aside = file.with_file_name(format!("library set aside {number}.sqlite"));
        if !aside.exists() {
            break aside;
        }
        number += 1;
    };
    std::fs::rename(file, &aside).map_err(|e| Error::file("set aside", file, e))?;
    for suffix in ["-wal", "-shm"] {
        let journal = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        if journal(file).exists() {
            let (from, to) = (journal(file), journal(&aside));
            std::fs::rename(&from, to).map_err(|e| Error::file("set aside", &from, e))?;
        }
    }
    Ok(aside)
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
    fn a_newer_file_is_set_aside_and_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        drop(Library::open(folder.path()).unwrap());
        let file = folder.path().join("library.sqlite");
        Connection::open(&file).unwrap().pragma_update(None, "user_version", 999).unwrap();
        let opened = Library::open(folder.path()).unwrap();
        assert!(opened.warning.unwrap().contains("newer version"));
        let aside = Connection::open(folder.path().join("library set aside 1.sqlite")).unwrap();
        let version: u32 = aside.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 999);
    }
}
