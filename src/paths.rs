//! Paths on disk: names every file system takes, folders of one's own, and paths written down without loss.
//!
//! A path need not be text. One that is not is written as `{"bytes": [..]}`, all others as the text they are.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tempfile::NamedTempFile;

/// Bytes of a name without its number and extension: file systems take 255 for all of it.
const LONGEST: usize = 200;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(PathBuf),
    Bytes { bytes: Vec<u8> },
}

impl Written {
    fn of(path: &Path) -> Self {
        #[cfg(unix)]
        if path.to_str().is_none() {
            use std::os::unix::ffi::OsStrExt as _;
            return Self::Bytes { bytes: path.as_os_str().as_bytes().to_vec() };
        }
        Self::Text(path.to_owned())
    }

    fn path(self) -> PathBuf {
        match self {
            Self::Text(path) => path,
            #[cfg(unix)]
            Self::Bytes { bytes } => {
                let text: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
                text.into()
            }
            #[cfg(not(unix))]
            Self::Bytes { bytes } => OsString::from(String::from_utf8_lossy(&bytes).into_owned()).into(),
        }
    }
}

/// For `serde(with = "crate::paths")`.
///
/// # Errors
/// When the path can be written in no way, on systems where a path is not made of bytes.
pub fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    Written::of(path).serialize(to)
}

/// See [`serialize`].
///
/// # Errors
/// When there is something else.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
    Ok(Written::deserialize(from)?.path())
}

/// For `serde(with = "crate::paths::option")`.
pub mod option {
    use std::path::PathBuf;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::Written;

    /// See [`super::serialize`].
    ///
    /// # Errors
    /// The same.
    pub fn serialize<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
        path.as_deref().map(Written::of).serialize(to)
    }

    /// See [`super::deserialize`].
    ///
    /// # Errors
    /// The same.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
        Ok(Option::<Written>::deserialize(from)?.map(Written::path))
    }
}

/// A path as one text, for a column of a table.
pub fn to_text(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => serde_json::to_string(&Written::of(path)).unwrap_or_else(|_| path.to_string_lossy().into_owned()),
    }
}

/// The path that [`to_text`] wrote.
pub fn from_text(text: String) -> PathBuf {
    match serde_json::from_str(&text) {
        Ok(written @ Written::Bytes { .. }) => written.path(),
        _ => text.into(),
    }
}

/// The beginning of a name that fits every file system, with room for a number and an extension. File systems count
/// bytes.
pub fn short_name(name: &str) -> &str {
    name[..name.floor_char_boundary(LONGEST)].trim_end_matches(['.', ' '])
}

/// Makes a folder that only its owner can look into, and takes the rights of others off one that exists: it holds
/// voices and scripts.
///
/// # Errors
/// When it can't be made, or others keep rights, as on a disk that knows no owners.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    make_private(folder)
}

/// The same for a folder and the files in it that are there by now; not for what lies deeper.
///
/// # Errors
/// See [`private_folder`].
pub fn private_folder_of_files(folder: &Path) -> io::Result<()> {
    let made = private_folder(folder);
    let files = std::fs::read_dir(folder)?.flatten().filter(|file| file.file_type().is_ok_and(|kind| kind.is_file()));
    files.map(|file| make_private(&file.path())).fold(made, Result::and)
}

/// Leaves the owner's rights only. Whoever made the path before us may have given more. What is gone is private.
///
/// # Errors
/// See [`private_folder`].
#[cfg(unix)]
pub fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let facts = match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        facts => facts?,
    };
    if facts.permissions().mode() & 0o077 != 0 {
        let own = if facts.is_dir() { 0o700 } else { 0o600 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(own))?;
        if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            return Err(io::ErrorKind::Unsupported.into());
        }
    }
    Ok(())
}

/// See the other one: elsewhere, a new folder is its owner's own.
///
/// # Errors
/// None.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the shape of the function elsewhere")]
pub fn make_private(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Who may read a file that is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    Owner,
    /// Whoever may read any new file of the user.
    AsAnyFile,
}

/// A file with a temporary name beside the place it will have. Blocks.
///
/// # Errors
/// Those of the disk.
pub fn part(to: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".mouthpiece-").suffix(".part");
    if readers == Readers::AsAnyFile {
        share(&mut builder);
    }
    builder.tempfile_in(to.parent().unwrap_or(Path::new(".")))
}

/// What the user's mask leaves of it.
#[cfg(unix)]
fn share(builder: &mut tempfile::Builder<'_, '_>) {
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
}

/// Elsewhere the folder decides.
#[cfg(not(unix))]
fn share(_: &mut tempfile::Builder<'_, '_>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_by_bytes_between_characters() {
        assert_eq!(short_name("a name"), "a name");
        assert_eq!(short_name(&"字".repeat(100)), "字".repeat(66));
        assert_eq!(short_name(&format!("{}. b", "a".repeat(199))), "a".repeat(199));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text_comes_back_as_it_was() {
        use std::os::unix::ffi::OsStringExt as _;
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Row {
            #[serde(with = "crate::paths")]
            file: PathBuf,
            #[serde(with = "option", default)]
            folder: Option<PathBuf>,
        }
        let odd = PathBuf::from(OsString::from_vec(b"/a/vid\xe9o.mp4".to_vec()));
        for path in [odd, "/a/vidéo.mp4".into(), r#"{"bytes":3}"#.into()] {
            assert_eq!(from_text(to_text(&path)), path);
            for folder in [None, Some(path.clone())] {
                let row = Row { file: path.clone(), folder };
                assert_eq!(serde_json::from_str::<Row>(&serde_json::to_string(&row).unwrap()).unwrap(), row);
            }
        }
        assert_eq!(serde_json::from_str::<Row>(r#"{"file":"a"}"#).unwrap(), Row { file: "a".into(), folder: None });
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_exists_is_made_private_with_its_files() {
        use std::os::unix::fs::PermissionsExt as _;
        let made = tempfile::tempdir().unwrap();
        let (folder, file) = (made.path().join("logs"), made.path().join("logs/a.log"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&file, "").unwrap();
        let open = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        open(&folder, 0o755);
        open(&file, 0o644);
        private_folder_of_files(&folder).unwrap();
        let rights = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((rights(&folder), rights(&file)), (0o700, 0o600));
    }
}
