//! The samples of clones, kept beside the library under readable names: a voice that was lost can be cloned again.

use std::io;
use std::path::{Path, PathBuf};

use super::names::file_stem;
use crate::library::private_folder;

/// A sample is kept up to this size. The service uses its first two minutes only, and a whole film is not worth a
/// second copy.
const LARGEST_COPY: u64 = 512 * 1024 * 1024;
/// Names of this many samples that are called the same.
const MOST: u32 = 1000;

/// Keeps a copy of a sample under the voice's name. No link: what is kept must stay as it was when the file it came
/// from is edited. One that lies there already is kept as it is. `None` when it is too large. Blocks.
pub(super) fn keep(folder: &Path, sample: &Path, name: &str) -> io::Result<Option<PathBuf>> {
    private_folder(folder)?;
    let extension: String = sample.extension().unwrap_or_default().to_string_lossy().into_owned();
    let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let size = sample.metadata()?.len();
    for number in 1..MOST {
        let numbered = if number == 1 { file_stem(name) } else { format!("{} {number}", file_stem(name)) };
        let to = folder.join(numbered).with_added_extension(&extension);
        if to.exists() {
            if to.metadata()?.len() == size && hash(&to)? == hash(sample)? {
                return Ok(Some(to));
            }
            continue;
        }
        return if size > LARGEST_COPY { Ok(None) } else { copy(folder, sample, &to).map(Some) };
    }
    Ok(None)
}

/// Copies under another name first: half a sample never has its name.
fn copy(folder: &Path, sample: &Path, to: &Path) -> io::Result<PathBuf> {
    let mut part = tempfile::Builder::new().prefix(".mouthpiece-").suffix(".part").tempfile_in(folder)?;
    io::copy(&mut std::fs::File::open(sample)?, &mut part)?;
    part.persist_noclobber(to)?;
    Ok(to.to_owned())
}

fn hash(path: &Path) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_kept_once_under_the_voices_name() {
        let made = tempfile::tempdir().unwrap();
        let (sample, other) = (made.path().join("a.WAV"), made.path().join("b.wav"));
        std::fs::write(&sample, "sound").unwrap();
        std::fs::write(&other, "other").unwrap();
        let folder = made.path().join("Samples");
        let kept = keep(&folder, &sample, "Mara/keynote").unwrap().unwrap();
        assert_eq!(kept, folder.join("Mara keynote.WAV"));
        assert_eq!(keep(&folder, &sample, "Mara/keynote").unwrap().unwrap(), kept);
        let second = keep(&folder, &other, "Mara/keynote").unwrap().unwrap();
        assert_eq!(second, folder.join("Mara keynote.wav"));
        let third = keep(&folder, &sample, "Mara/keynote").unwrap().unwrap();
        assert_eq!(third, kept);
        std::fs::write(made.path().join("c.wav"), "third").unwrap();
        let numbered = keep(&folder, &made.path().join("c.wav"), "Mara keynote").unwrap().unwrap();
        assert_eq!(numbered, folder.join("Mara keynote 2.wav"));
        std::fs::remove_file(&sample).unwrap();
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), "sound", "it outlives the file it came from");
        let copied = copy(&folder, &kept, &folder.join("copy.wav")).unwrap();
        assert_eq!(std::fs::read_to_string(copied).unwrap(), "sound");
    }
}
