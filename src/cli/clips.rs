//! Files that come in and go out: taken in under a name that is asked for, never over one that is there.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::error::{Error, Result};
use crate::paths::{self, Readers};

/// A name for a result that the service makes as MP4, which may be there already.
pub fn video_name(output: &Path) -> Result<PathBuf, Failure> {
    let name = named(output, "mp4", "Results are MP4 videos")?;
    if name.is_file() { Ok(std::path::absolute(&name).unwrap_or(name)) } else { free(&name) }
}

/// A free name for a take, which is a WAV.
pub fn take_name(output: &Path) -> Result<PathBuf, Failure> {
    free(&named(output, "wav", "Takes are WAV files")?)
}

fn named(output: &Path, wanted: &str, what: &str) -> Result<PathBuf, Failure> {
    let named = output.with_extension(wanted);
    if output.is_dir() {
        return Err(is_folder(output));
    }
    match output.extension() {
        Some(extension) if !extension.eq_ignore_ascii_case(wanted) => {
            Err(Failure::usage(format!("{what}. Give a name such as {}.", named.display())))
        }
        // OUT.MP4 is saved as OUT.mp4: so that is the name to look for.
        _ => Ok(named),
    }
}

/// That a result can be saved under a name: asked before anything is bought.
pub fn free(path: &Path) -> Result<PathBuf, Failure> {
    let path = untaken(path)?;
    writable(path.parent().unwrap_or(Path::new("/")))?;
    Ok(path)
}

/// That a name is one of a file in a folder that is there and can be written into.
pub fn placed(path: &Path) -> Result<PathBuf, Failure> {
    let path = place(path)?;
    writable(path.parent().unwrap_or(Path::new("/")))?;
    Ok(path)
}

/// That nothing is there under a name, also no link that leads nowhere.
pub fn untaken(path: &Path) -> Result<PathBuf, Failure> {
    let path = place(path)?;
    if path.symlink_metadata().is_ok() {
        return Err(Failure::usage(format!(
            "{} is there already. Give another name, or move it away.",
            path.display()
        )));
    }
    Ok(path)
}

fn place(path: &Path) -> Result<PathBuf, Failure> {
    if path.as_os_str() == "-" || path.file_stem().is_some_and(|stem| stem == "-") {
        return Err(Failure::usage("Results are files, and \u{201C}-\u{201D} is no name for one. Give another."));
    }
    let path = std::path::absolute(path).map_err(|e| Error::file("write", path, e))?;
    if path.file_name().is_none() || path.is_dir() {
        return Err(is_folder(&path));
    }
    Ok(path)
}

fn is_folder(path: &Path) -> Failure {
    Failure::usage(format!("{} is a folder. Give the name of a file in it.", path.display()))
}

/// That files can be written into a folder.
pub fn writable(folder: &Path) -> Result<(), Failure> {
    if !folder.is_dir() {
        return Err(Failure::usage(format!("There is no folder {}. Make it first.", folder.display())));
    }
    tempfile::Builder::new()
        .prefix(".mouthpiece-")
        .tempfile_in(folder)
        .map_err(|e| Error::file("write to", folder, e))?;
    Ok(())
}

/// Writes a file whole or not at all, and never over one that is there. Others may read it as far as they may read what
/// the user makes elsewhere: it was asked for by its name. Blocks.
///
/// # Errors
/// Those of the disk.
pub fn write(path: &Path, fill: impl FnOnce(&mut std::fs::File) -> std::io::Result<()>) -> Result<()> {
    let written = || -> std::io::Result<()> {
        let mut begun = paths::part(path, Readers::AsAnyFile)?;
        fill(begun.as_file_mut())?;
        begun.as_file().sync_all()?;
        begun.persist_noclobber(path).map_err(|e| e.error)?;
        Ok(())
    };
    written().map_err(|e| Error::file("write", path, e))
}

/// Copies a file. Blocks.
///
/// # Errors
/// Those of the disk.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut source = std::fs::File::open(from).map_err(|e| Error::file("read", from, e))?;
    write(to, |file| std::io::copy(&mut source, file).map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("a"), dir.path().join("b"));
        std::fs::write(&from, "new").unwrap();
        copy(&from, &to).unwrap();
        std::fs::write(&to, "old").unwrap();
        assert!(copy(&from, &to).is_err() && free(&to).is_err());
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "old");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let [mine, usual] = [&to, &from].map(|path| path.metadata().unwrap().permissions().mode());
            assert_eq!(mine, usual, "as any other file of the user");
        }
        assert!(free(dir.path()).is_err() && free(&dir.path().join("none/x")).is_err());
        assert!(free(&dir.path().join("c")).is_ok());
    }
}
