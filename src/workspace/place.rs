//! Which folder holds an account's work. A new key of an account shares the folder of the key before: a small file
//! stands where the new key's own folder would be and names the other. Nothing is moved, as takes, samples and jobs
//! are remembered by their full paths.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::library::private_folder;
use crate::settings::is_fingerprint;

/// Where the work of the account with this fingerprint lies, unless it shares another's.
pub fn own(data_dir: &Path, fingerprint: &str) -> PathBuf {
    data_dir.join("workspaces").join(format!("account {fingerprint}"))
}

/// Where it does lie. Blocks.
pub fn of(data_dir: &Path, fingerprint: &str) -> Result<PathBuf> {
    Ok(own(data_dir, &holder(data_dir, fingerprint)?))
}

/// Whose folder it is: its own, or the one its file names.
fn holder(data_dir: &Path, fingerprint: &str) -> Result<String> {
    let place = own(data_dir, fingerprint);
    if !place.is_file() {
        return Ok(fingerprint.to_owned());
    }
    let mut named = String::new();
    let opened = std::fs::File::open(&place).map_err(|e| Error::file("read", &place, e))?;
    opened.take(64).read_to_string(&mut named).map_err(|e| Error::file("read", &place, e))?;
    let named = named.trim().to_owned();
    if is_fingerprint(&named) && own(data_dir, &named).is_dir() {
        return Ok(named);
    }
    let why = std::io::Error::new(std::io::ErrorKind::InvalidData, "it names no workspace");
    Err(Error::file("read", &place, why))
}

/// Lets the key `now` share the work of the key `before`. A folder `now` has already stays its own. Blocks.
pub fn share(data_dir: &Path, before: &str, now: &str) -> Result<()> {
    let (place, named) = (own(data_dir, now), holder(data_dir, before)?);
    if place.exists() || named == now {
        return Ok(());
    }
    let folder = data_dir.join("workspaces");
    let write = || -> std::io::Result<()> {
        private_folder(&folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder)?;
        file.write_all(named.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(&place).map_err(|e| e.error)?;
        Ok(())
    };
    write().map_err(|e| Error::file("write", &place, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "000000000001";
    const TWO: &str = "000000000002";
    const THREE: &str = "000000000003";

    #[test]
    fn each_new_key_leads_to_the_folder_of_the_first() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(own(dir.path(), ONE)).unwrap();
        share(dir.path(), ONE, TWO).unwrap();
        share(dir.path(), TWO, THREE).unwrap();
        for key in [ONE, TWO, THREE] {
            assert_eq!(of(dir.path(), key).unwrap(), own(dir.path(), ONE));
        }
        share(dir.path(), THREE, ONE).unwrap();
        assert_eq!(of(dir.path(), ONE).unwrap(), own(dir.path(), ONE), "going back is no circle");
    }

    #[test]
    fn a_workspace_that_is_there_is_never_given_up() {
        let dir = tempfile::tempdir().unwrap();
        for key in [ONE, TWO] {
            std::fs::create_dir_all(own(dir.path(), key)).unwrap();
        }
        share(dir.path(), ONE, TWO).unwrap();
        assert_eq!(of(dir.path(), TWO).unwrap(), own(dir.path(), TWO));
    }

    #[test]
    fn a_file_that_names_something_else_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("workspaces")).unwrap();
        for bad in ["../../elsewhere", "", "000000000009", "\u{0}"] {
            std::fs::write(own(dir.path(), TWO), bad).unwrap();
            assert!(of(dir.path(), TWO).unwrap_err().to_string().contains("names no workspace"), "{bad}");
        }
    }
}
