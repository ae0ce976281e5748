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

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
    // Held as long as any clone lives; the system lets go of it when the program dies.
    _lock: Arc<File>,
}

/// How long opening waits for a window that is just closing.
const CLOSING: Duration = Duration::from_secs(2);

/// A library and what had to be done to open it.
pub struct Opened {
    pub library: Library,
    /// A sentence for the user when the old file had to be set aside.
    pub warning: Option<String>,
}

impl Library {
    /// Opens the library in `folder`, making folder and file where needed. Only one program at a time has it open.
    ///
    /// # Errors
    /// When the folder cannot be written, or another window has the library open.
    pub fn open(folder: &Path) -> Result<Opened> {
        private_folder(folder).map_err(|e| Error::file("create", folder, e))?;
        let lock = Arc::new(lock(&folder.join("library.lock"))?);
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
        let library = Self { connection: Arc::new(Mutex::new(connection)), folder: folder.to_owned(), _lock: lock };
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

/// Makes a folder that only its owner can look into: it holds voices and scripts.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

#[expect(
    clippy::disallowed_methods,
    reason = "opening runs on a thread for blocking work, and waits for a closing window"
)]
fn lock(path: &Path) -> Result<File> {
    let failed = |source| Error::file("open", path, source);
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(failed)?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() > CLOSING => return Err(Error::InUse),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
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
    fn a_second_window_is_told_so_and_a_closed_one_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let first = Library::open(folder.path()).unwrap();
        assert!(matches!(Library::open(folder.path()), Err(Error::InUse)));
        drop(first);
        assert!(Library::open(folder.path()).is_ok());
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
