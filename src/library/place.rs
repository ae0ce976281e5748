//! Where a library lies: a folder and files that only their owner can read, and one program at a time.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::paths::{make_private, private_folder};

/// The file that is locked by the one program that works on the library.
pub(super) const LOCK: &str = "library.lock";

/// How long opening waits for a window that is just closing.
const CLOSING: Duration = Duration::from_secs(2);

/// Said when the folder keeps rights for others, as on a disk that knows no owners.
pub(super) const EXPOSED: &str = "The folder of the library can't be made private on this disk, so other users of \
                                  this computer may be able to read it.";

/// Makes the folder of a library, with every file of an earlier one private; `false` when others may still read it.
pub(super) fn prepare(folder: &Path) -> Result<bool> {
    let made = private_folder(folder);
    if !folder.is_dir() {
        made.map_err(|e| unwritable(folder, e))?;
        return Ok(true);
    }
    let files = std::fs::read_dir(folder).map_err(|e| unwritable(folder, e))?;
    let ours = files.flatten().filter(|file| file.file_name().to_string_lossy().starts_with("library"));
    let private = ours.map(|file| make_private(&file.path())).fold(made, Result::and);
    Ok(private.is_ok())
}

/// Makes an empty file that only its owner can read, unless there is one. `SQLite` gives its journals the same
/// rights.
pub(super) fn private_file(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| unwritable(path, e))
}

/// One sentence for a place that can't be written.
fn unwritable(path: &Path, source: io::Error) -> Error {
    let advice = match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Mouthpiece keeps your work there: make the folder writable, or start with another data folder."
        }
        io::ErrorKind::StorageFull => "Mouthpiece keeps your work there: free some space, then try again.",
        _ => return Error::file("open", path, source),
    };
    Error::File { action: "write to", path: path.to_owned(), advice, source: Arc::new(source) }
}

#[expect(
    clippy::disallowed_methods,
    reason = "opening runs on a thread for blocking work, and waits for a closing window"
)]
pub(super) fn lock(path: &Path) -> Result<File> {
    let file = private_file(path)?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() > CLOSING => return Err(Error::InUse),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
            Err(TryLockError::Error(source)) => return Err(Error::file("open", path, source)),
        }
    }
}

/// Moves the file, and the journals that belong to it, to the first free name.
pub(super) fn set_aside(file: &Path) -> Result<PathBuf> {
    let mut number = 1;
    let aside = loop {
        let aside = file.with_file_name(format!("library set aside {number}.sqlite"));
        if !aside.exists() {
            break aside;
        }
        number += 1;
    };
    std::fs::rename(file, &aside).map_err(|e| Error::file("set aside", file, e))?;
    for suffix in ["-wal", "-shm", "-journal"] {
        let (from, to) = (journal(file, suffix), journal(&aside, suffix));
        if from.exists() {
            std::fs::rename(&from, to).map_err(|e| Error::file("set aside", &from, e))?;
        }
    }
    Ok(aside)
}

/// What `SQLite` keeps beside a file: "-wal", "-shm", "-journal".
pub(super) fn journal(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_cannot_be_written_is_one_clear_sentence() {
        let read_only = io::Error::from(io::ErrorKind::ReadOnlyFilesystem);
        assert_eq!(
            unwritable(Path::new("/media/stick"), read_only).to_string(),
            "Could not write to /media/stick: read-only filesystem or storage medium. Mouthpiece keeps your work \
             there: make the folder writable, or start with another data folder."
        );
    }
}
