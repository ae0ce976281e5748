//! The last step of a download: the finished file gets its name, and takes it from no other file.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempPath;

use crate::error::{Error, Result};

/// A file that has arrived whole and has no name yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    /// Where it lies until then.
    #[serde(with = "crate::paths")]
    pub part: PathBuf,
    /// What its name has to end in, without the dot.
    pub extension: String,
    /// Its length.
    pub bytes: u64,
}

/// What came of giving a file its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It has the name, now or since an earlier try.
    Done,
    /// Another file has that name.
    Taken,
    /// There is no such file any more.
    Gone,
}

impl Arrived {
    /// The first free name in the folder it lies in: "name", "name 2", "name 3". Blocks.
    ///
    /// # Errors
    /// When thousands of files have such names, or the folder takes no such name.
    pub fn free_name(&self, stem: &str) -> Result<PathBuf> {
        let folder = self.part.parent().unwrap_or(&self.part);
        for number in 1..10_000 {
            let numbered = if number == 1 { stem.to_owned() } else { format!("{stem} {number}") };
            let path = folder.join(format!("{numbered}.{}", self.extension));
            match path.symlink_metadata() {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
                // A name the file system does not take is not a free one.
                Err(error) => return Err(Error::file("write", &path, error)),
            }
        }
        let folder = folder.display();
        Err(Error::Input(format!("There are thousands of files called {stem} in {folder}. Choose another folder.")))
    }

    /// Gives it the name `path`, in the same folder. May be done again, after a crash, with the same name: it then
    /// finds what the first try did. Blocks.
    ///
    /// # Errors
    /// When the folder does not take it.
    pub fn rename(&self, path: &Path) -> Result<Naming> {
        self.rename_by(path, |part, path| part.persist_noclobber(path).map_err(|refused| (refused.error, refused.path)))
    }

    /// Puts a copy of it at `to`, whole and on disk, and leaves it where it is; a second name for the same bytes where
    /// the file system can do that. `None` when it is gone. What lies at `to` is a part left behind by a program that
    /// was killed, and is replaced. Blocks.
    ///
    /// # Errors
    /// When the folder does not take it.
    pub fn copy_to(&self, to: PathBuf) -> Result<Option<Self>> {
        if self.part.symlink_metadata().map(|facts| facts.len()).ok() != Some(self.bytes) {
            return Ok(None);
        }
        // The same place by another way: there is nothing to copy, and nothing to replace.
        if to.canonicalize().is_ok_and(|to| self.part.canonicalize().is_ok_and(|part| part == to)) {
            return Ok(Some(self.clone()));
        }
        copy(&self.part, &to).map_err(|error| Error::file("write to", to.parent().unwrap_or(&to), error))?;
        Ok(Some(Self { part: to, ..self.clone() }))
    }

    fn rename_by(&self, path: &Path, rename: impl Fn(TempPath, &Path) -> Renamed) -> Result<Naming> {
        let length = |path: &Path| path.symlink_metadata().ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
        if length(&self.part).is_none() {
            return Ok(if length(path) == Some(self.bytes) { Naming::Done } else { Naming::Gone });
        }
        let failed = |error| Error::file("write", path, error);
        let part = TempPath::try_from_path(&self.part).map_err(failed)?;
        let renamed = match rename(part, path) {
            Err((error, part)) if error.kind() != io::ErrorKind::AlreadyExists => claim(part, path),
            other => other,
        };
        let renamed = match renamed {
            // What `claim` left when the program was killed in the middle of it: the name was free when it was chosen.
            Err((error, part)) if error.kind() == io::ErrorKind::AlreadyExists && length(path) == Some(0) => {
                part.persist(path).map_err(|refused| (refused.error, refused.path))
            }
            other => other,
        };
        match renamed {
            Ok(()) => Ok(Naming::Done),
            Err((error, part)) => {
                // It stays where it is, for another name or another try.
                part.keep().ok();
                if error.kind() == io::ErrorKind::AlreadyExists { Ok(Naming::Taken) } else { Err(failed(error)) }
            }
        }
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to.parent().unwrap_or(to))?;
    // Removed rather than emptied: under this name may lie a link to somewhere else.
    match std::fs::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if std::fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    let mut copy = std::fs::File::create_new(to)?;
    let guard = TempPath::try_from_path(to)?;
    io::copy(&mut std::fs::File::open(from)?, &mut copy)?;
    copy.sync_all()?;
    guard.keep().map_err(|refused| refused.error)?;
    Ok(())
}

type Renamed = std::result::Result<(), (io::Error, TempPath)>;

/// Where a file system can't give a name without taking it from another file: takes the name with an empty file
/// first, which only one can do, then puts the finished one in its place.
fn claim(part: TempPath, path: &Path) -> Renamed {
    if let Err(error) = std::fs::File::create_new(path) {
        return Err((error, part));
    }
    part.persist(path).map_err(|refused| {
        std::fs::remove_file(path).ok();
        (refused.error, refused.path)
    })
}

/// Gives a finished file the first free name, or removes it.
pub(super) fn settle(arrived: &Arrived, stem: &str) -> Result<PathBuf> {
    let named = (0..100).find_map(|_| {
        let named = arrived.free_name(stem).and_then(|path| Ok((arrived.rename(&path)?, path)));
        match named {
            Ok((Naming::Done, path)) => Some(Ok(path)),
            Ok((Naming::Taken, _)) => None,
            Ok((Naming::Gone, _)) => Some(Err(Error::file("write", &arrived.part, io::ErrorKind::NotFound.into()))),
            Err(error) => Some(Err(error)),
        }
    });
    let named = named.unwrap_or_else(|| Err(Error::file("write", &arrived.part, io::ErrorKind::AlreadyExists.into())));
    if named.is_err() {
        std::fs::remove_file(&arrived.part).ok();
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(folder: &Path, text: &str) -> Arrived {
        let part = folder.join(".x.part");
        std::fs::write(&part, text).unwrap();
        Arrived { part, extension: "wav".into(), bytes: text.len() as u64 }
    }

    #[test]
    fn a_name_in_use_gets_a_number_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("take.wav"), "mine").unwrap();
        for expected in ["take 2.wav", "take 3.wav"] {
            let path = settle(&arrived(dir.path(), expected), "take").unwrap();
            assert_eq!(path, dir.path().join(expected));
            assert_eq!(std::fs::read_to_string(path).unwrap(), expected);
        }
        assert_eq!(std::fs::read_to_string(dir.path().join("take.wav")).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_name_the_file_system_does_not_take_is_an_error_and_no_free_name() {
        let dir = tempfile::tempdir().unwrap();
        let error = arrived(dir.path(), "new").free_name(&"a".repeat(400)).unwrap_err();
        assert!(matches!(error, Error::File { .. }), "{error}");
    }

    #[test]
    fn a_file_system_without_links_still_takes_no_name_from_another_file() {
        let dir = tempfile::tempdir().unwrap();
        let (free, taken) = (dir.path().join("free.wav"), dir.path().join("taken.wav"));
        std::fs::write(&taken, "mine").unwrap();
        let unsupported = |part, _: &Path| Err((io::ErrorKind::Unsupported.into(), part));
        let arrived = arrived(dir.path(), "new");
        assert_eq!(arrived.rename_by(&taken, unsupported).unwrap(), Naming::Taken);
        assert_eq!(arrived.rename_by(&free, unsupported).unwrap(), Naming::Done);
        assert_eq!(std::fs::read_to_string(&free).unwrap(), "new");
        assert_eq!(std::fs::read_to_string(&taken).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn the_empty_file_of_a_program_killed_while_it_took_the_name_is_filled() {
        let dir = tempfile::tempdir().unwrap();
        let (arrived, path) = (arrived(dir.path(), "new"), dir.path().join("take.wav"));
        std::fs::write(&path, "").unwrap();
        assert_eq!(arrived.rename(&path).unwrap(), Naming::Done);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_copied_whole_into_another_folder_and_stays_until_that_is_done() {
        let dir = tempfile::tempdir().unwrap();
        let (arrived, to) = (arrived(dir.path(), "new"), dir.path().join("Else/.y.part"));
        for _ in 0..2 {
            let copied = arrived.copy_to(to.clone()).unwrap().unwrap();
            assert_eq!((copied.part.as_path(), copied.bytes), (to.as_path(), 3));
            assert_eq!(std::fs::read_to_string(&to).unwrap(), "new");
        }
        let again = dir.path().join("Else/../.x.part");
        assert_eq!(arrived.copy_to(again).unwrap().unwrap(), arrived, "the same place by another way");
        std::fs::write(dir.path().join("file"), "").unwrap();
        assert!(matches!(arrived.copy_to(dir.path().join("file/.y.part")), Err(Error::File { .. })));
        assert_eq!(std::fs::read_to_string(&arrived.part).unwrap(), "new");
        std::fs::remove_file(&arrived.part).unwrap();
        assert_eq!(arrived.copy_to(to).unwrap(), None);
    }

    #[test]
    fn a_second_try_with_the_same_name_finds_what_the_first_did() {
        let dir = tempfile::tempdir().unwrap();
        let (arrived, path) = (arrived(dir.path(), "new"), dir.path().join("take.wav"));
        assert_eq!([arrived.rename(&path).unwrap(), arrived.rename(&path).unwrap()], [Naming::Done; 2]);
        assert_eq!(arrived.rename(&dir.path().join("other.wav")).unwrap(), Naming::Gone);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
