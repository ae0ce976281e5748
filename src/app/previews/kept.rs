//! Previews on disk: found by voice and address, checked when they are read, the oldest gone first.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use url::Url;

use super::MAX_BYTES;
use crate::paths;

/// What all previews may take up.
const MAX_TOTAL: u64 = 200 * 1024 * 1024;
/// A file that was begun and has not got its name for so long never will.
const ABANDONED: Duration = Duration::from_hours(1);
/// The name of a file that is being written.
const BEGUN: &str = ".begun-";
/// The length of the sum in front of the bytes.
const SUM: usize = blake3::OUT_LEN;

/// Where one preview is kept.
#[derive(Debug, Clone)]
pub(super) struct Place {
    folder: PathBuf,
    name: String,
}

impl Place {
    pub(super) fn new(folder: PathBuf, voice: &str, url: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(voice.as_bytes()).update(b"\n").update(lasting(url).as_bytes());
        Self { folder, name: hasher.finalize().to_hex().to_string() }
    }

    fn file(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// The preview, when it is kept and whole; it counts as used just now. Blocks.
    pub(super) fn read(&self) -> Option<Arc<[u8]>> {
        let file = self.file();
        let mut bytes = Vec::new();
        fs::File::open(&file).ok()?.take((MAX_BYTES + SUM) as u64 + 1).read_to_end(&mut bytes).ok()?;
        let (sum, rest) = bytes.split_first_chunk::<SUM>()?;
        if blake3::hash(rest) != *sum || rest.is_empty() {
            fs::remove_file(&file).ok();
            return None;
        }
        let touched =
            fs::File::options().append(true).open(&file).and_then(|file| file.set_modified(SystemTime::now()));
        touched.ok();
        Some(rest.into())
    }

    /// Keeps a preview and makes room for it. Blocks.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        // A disk that knows no owners still keeps previews.
        paths::private_folder(&self.folder).or_else(|_| fs::create_dir_all(&self.folder))?;
        let mut file = tempfile::Builder::new().prefix(BEGUN).tempfile_in(&self.folder)?;
        file.write_all(blake3::hash(bytes).as_bytes())?;
        file.write_all(bytes)?;
        file.persist(self.file()).map_err(|refused| refused.error)?;
        clear(&self.folder, MAX_TOTAL)
    }
}

/// The address without what is different each time: signatures and when they end.
fn lasting(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return url.to_owned() };
    let lasts = |name: &str| {
        let name = name.to_ascii_lowercase();
        let signed = ["x-amz-", "x-goog-"].iter().any(|start| name.starts_with(start));
        let passing = ["expires", "exp", "signature", "sig", "token", "policy", "key-pair-id", "googleaccessid"];
        let azure = ["se", "sp", "sv", "sr", "st", "spr", "skoid", "sktid", "skt", "ske", "sks", "skv"];
        !signed && !passing.contains(&name.as_str()) && !azure.contains(&name.as_str())
    };
    let pairs: Vec<_> = url.query_pairs().filter(|(name, _)| lasts(name)).map(|(n, v)| format!("{n}={v}")).collect();
    url.set_fragment(None);
    url.set_query((!pairs.is_empty()).then(|| pairs.join("&")).as_deref());
    url.into()
}

/// Removes the files used longest ago until the rest is at most this large, and what was never finished.
fn clear(folder: &Path, most: u64) -> io::Result<()> {
    let now = SystemTime::now();
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        let used = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        if !meta.is_file() {
            continue;
        }
        if entry.file_name().to_string_lossy().starts_with(BEGUN) {
            if now.duration_since(used).is_ok_and(|age| age > ABANDONED) {
                fs::remove_file(entry.path()).ok();
            }
            continue;
        }
        files.push((used, meta.len(), entry.path()));
    }
    files.sort_by_key(|(used, ..)| std::cmp::Reverse(*used));
    let mut total = 0_u64;
    for (_, size, path) in files {
        total = total.saturating_add(size);
        if total > most {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &Path, voice: &str) -> Place {
        Place::new(folder.join("previews"), voice, "https://store.example/p.mp3?v=1")
    }

    #[test]
    fn a_preview_is_found_again_under_a_new_signature_only() {
        let dir = tempfile::tempdir().unwrap();
        place(dir.path(), "mara").write(b"sound").unwrap();
        let found = |voice: &str, url: &str| Place::new(dir.path().join("previews"), voice, url).read();
        for url in [
            "https://store.example/p.mp3?v=1",
            "https://store.example/p.mp3?X-Amz-Signature=77&v=1&X-Amz-Expires=600",
            "https://store.example/p.mp3?v=1&Expires=1&Signature=2&Key-Pair-Id=3#x",
        ] {
            assert_eq!(found("mara", url).as_deref(), Some(&b"sound"[..]), "{url}");
        }
        for (voice, url) in [
            ("nova", "https://store.example/p.mp3?v=1"),
            ("mara", "https://store.example/p.mp3?v=2"),
            ("mara", "https://store.example/q.mp3?v=1"),
            ("mara", "no address"),
        ] {
            assert_eq!(found(voice, url), None, "{voice} {url}");
        }
    }

    #[test]
    fn what_was_damaged_is_not_played_and_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let place = place(dir.path(), "mara");
        for damage in [&b""[..], b"short", &[7; SUM], &[7; 400]] {
            place.write(b"sound").unwrap();
            fs::write(place.file(), damage).unwrap();
            assert_eq!(place.read(), None);
        }
        assert!(!place.file().exists());
    }

    #[test]
    fn the_ones_used_longest_ago_make_room() {
        let dir = tempfile::tempdir().unwrap();
        let places = ["a", "b", "c"].map(|voice| place(dir.path(), voice));
        for (index, place) in places.iter().enumerate() {
            place.write(&[1; 100]).unwrap();
            let used = SystemTime::now() - Duration::from_secs(1_000 - 100 * index as u64);
            fs::File::options().append(true).open(place.file()).unwrap().set_modified(used).unwrap();
        }
        assert!(places[0].read().is_some(), "used just now");
        clear(&dir.path().join("previews"), 300).unwrap();
        assert_eq!(places.map(|place| place.read().is_some()), [true, false, true]);
    }
}
