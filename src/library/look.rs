//! Looking into a library without working on it: beside a window that has it open, and without a change to any file.

use std::fs::TryLockError;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::{Library, place, schema};
use crate::error::Result;

impl Library {
    /// A library to read from; every function that writes fails. Nothing is made, set aside or brought up to date: a
    /// folder without a library reads as an empty one, and `None` stands for a library of an older format, which has
    /// to be [opened](Library::open) once. Blocks.
    ///
    /// # Errors
    /// When the file was written by a newer version, is damaged, or can't be read.
    pub fn look(folder: &Path) -> Result<Option<Self>> {
        let file = folder.join("library.sqlite");
        // One that is being made just now is empty, too.
        let is_there = file.metadata().is_ok_and(|facts| facts.len() > 0);
        let connection = if is_there { schema::look(&file) } else { schema::empty().map(Some) };
        let Some(connection) = connection.map_err(schema::Problem::into_error)? else { return Ok(None) };
        let connection = Arc::new(Mutex::new(connection));
        Ok(Some(Self { connection, folder: folder.to_owned(), _lock: None }))
    }

    /// Whether a program works on the library in a folder. Blocks.
    pub fn is_open(folder: &Path) -> bool {
        let Ok(file) = std::fs::File::open(folder.join(place::LOCK)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn files(folder: &Path) -> Vec<String> {
        let names = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = names.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_another_program_writes_is_seen_at_once_and_nothing_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let holder = Library::open(folder.path()).unwrap().library;
        let looker = Library::look(folder.path()).unwrap().unwrap();
        assert_eq!(looker.note("limit").unwrap(), None);
        holder.put_note("limit", "3").unwrap();
        assert_eq!(looker.note("limit").unwrap().as_deref(), Some("3"));
        assert!(looker.put_note("limit", "4").is_err());
        assert!(Library::is_open(folder.path()));
        drop(holder);
        assert!(!Library::is_open(folder.path()));
        assert!(Library::open(folder.path()).is_ok(), "who looks keeps nobody out");
    }

    #[test]
    fn where_there_is_no_library_none_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let looker = Library::look(folder.path()).unwrap().unwrap();
        assert!(looker.takes().unwrap().is_empty() && !Library::is_open(folder.path()));
        assert_eq!(files(folder.path()), [""; 0]);
        assert!(Library::look(&folder.path().join("none")).unwrap().unwrap().jobs().unwrap().is_empty());
    }

    #[test]
    fn a_library_of_another_format_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        drop(Library::open(folder.path()).unwrap());
        let file = folder.path().join("library.sqlite");
        let look = |version: u32| {
            let library = rusqlite::Connection::open(&file).unwrap();
            library.pragma_update(None, "user_version", version).unwrap();
            drop(library);
            let before = std::fs::read(&file).unwrap();
            let looked = Library::look(folder.path());
            assert_eq!(std::fs::read(&file).unwrap(), before);
            looked
        };
        assert!(look(2).unwrap().is_none());
        let error = look(99).err().unwrap();
        assert!(matches!(&error, Error::Library(why) if why.contains("newer version")), "{error}");
        std::fs::write(&file, vec![0xA5; 9000]).unwrap();
        assert!(
            Library::look(folder.path()).is_err() && files(folder.path()).iter().all(|name| !name.contains("aside"))
        );
    }
}
