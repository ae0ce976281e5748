//! Waveforms on disk, by what is in the files: a copy or a renamed file is known, an edited one is another.
//!
//! Two kinds of small files: a waveform under the hash of its source, and under the stamp of a source (place, size,
//! times) the hash it had, so that a file seen before is not read at all. Whatever is damaged, of another version or
//! put here by somebody else is as if it were not there, and anything may be deleted at any time.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use blake3::Hash;

use crate::media::sniff;
use crate::media::wave::levels::Levels;
use crate::media::wave::{Inner, LEVELS_PER_SEC, Wave};

/// Also versions: an old one is not read any more.
const WAVE: Kind = Kind { magic: *b"mp-wave1", ending: "wave", max: 96 + 24 * 3600 * LEVELS_PER_SEC as u64 };
const STAMP: Kind = Kind { magic: *b"mp-file1", ending: "file", max: 128 };

/// Of the folder: a hundred hours and more.
const MAX_BYTES: u64 = 64 << 20;
/// What a small file takes on a disk.
const CLUSTER: u64 = 4096;
/// Above this a file is shown first and hashed afterwards.
const SMALL: u64 = 64 << 20;
/// A file written later than this may be written once more without a trace in its times.
const SETTLED: Duration = Duration::from_secs(2);
/// A half-written file of ours that is this old was left by a kill.
const ABANDONED: Duration = Duration::from_hours(1);

struct Kind {
    magic: [u8; 8],
    ending: &'static str,
    max: u64,
}

/// The folder.
pub(super) struct Kept {
    folder: PathBuf,
    max_bytes: u64,
}

impl Kept {
    /// Beneath a folder for what can be made again.
    pub(super) fn new(cache: &Path) -> Self {
        Self::bounded(cache, MAX_BYTES)
    }

    pub(super) fn bounded(cache: &Path, max_bytes: u64) -> Self {
        Self { folder: cache.join("waves"), max_bytes }
    }

    /// The waveform of a file that was read before and has not been touched since.
    pub(super) fn known(&self, path: &Path) -> Option<Wave> {
        let name = stamp(path)?;
        let body = self.body(&STAMP, &name.key)?;
        self.touch(&STAMP, &name.key);
        self.wave(&Hash::from_bytes(body.get(..32)?.try_into().ok()?))
    }

    /// The waveform of a content.
    pub(super) fn wave(&self, content: &Hash) -> Option<Wave> {
        let body = self.body(&WAVE, content)?;
        let (whose, rest) = body.split_at_checked(32)?;
        let (secs, levels) = rest.split_at_checked(8)?;
        let secs = f64::from_le_bytes(secs.try_into().ok()?);
        #[expect(clippy::cast_precision_loss, reason = "a day of levels")]
        let fits = (secs * f64::from(LEVELS_PER_SEC) - levels.len() as f64).abs() <= 1.5;
        if whose != content.as_bytes() || !fits {
            return None;
        }
        self.touch(&WAVE, content);
        let levels = Levels::from_bytes(levels);
        Some(Wave::from(Inner { levels, claimed_secs: None, read_secs: secs, is_done: true }))
    }

    /// Keeps the waveform of a file that has not changed while it was read.
    pub(super) fn keep(&self, content: &mut Content<'_>, wave: &Wave, is_wanted: &dyn Fn() -> bool) {
        let Some(hash) = content.hash(is_wanted).filter(|_| content.is_unchanged()) else { return };
        let mut body = hash.as_bytes().to_vec();
        body.extend(wave.read_secs().to_le_bytes());
        wave.inner.levels.pieces().for_each(|levels| body.extend(levels));
        self.write(&WAVE, &hash, &body);
        self.note(content, is_wanted);
        self.shrink();
    }

    /// Notes which content a file has, unless that may change unseen.
    pub(super) fn note(&self, content: &mut Content<'_>, is_wanted: &dyn Fn() -> bool) {
        let Some(hash) = content.hash(is_wanted) else { return };
        if let Some(stamp) = content.stamp.as_ref().filter(|stamp| stamp.is_settled && content.is_unchanged()) {
            self.write(&STAMP, &stamp.key, hash.as_bytes());
        }
    }

    /// What was used last is thrown away last.
    fn touch(&self, kind: &Kind, name: &Hash) {
        let file = File::options().write(true).open(self.place(kind, name));
        file.and_then(|file| file.set_modified(SystemTime::now())).ok();
    }

    fn place(&self, kind: &Kind, name: &Hash) -> PathBuf {
        self.folder.join(format!("{}.{}", name.to_hex(), kind.ending))
    }

    /// What was written, when all of it is as it was written.
    fn body(&self, kind: &Kind, name: &Hash) -> Option<Vec<u8>> {
        let place = self.place(kind, name);
        if !fs::metadata(&place).ok()?.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        File::open(place).ok()?.take(kind.max + 1).read_to_end(&mut bytes).ok()?;
        let body_end = bytes.len().checked_sub(32).filter(|_| bytes.len() as u64 <= kind.max)?;
        let (body, sum) = bytes.split_at(body_end);
        if blake3::hash(body).as_bytes() != sum || !body.starts_with(&kind.magic) {
            return None;
        }
        bytes.truncate(body_end);
        bytes.drain(..kind.magic.len());
        Some(bytes)
    }

    fn write(&self, kind: &Kind, name: &Hash, body: &[u8]) {
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = tempfile::Builder::new().prefix("half-").tempfile_in(&self.folder)?;
            let bytes = [&kind.magic, body].concat();
            file.write_all(&bytes)?;
            file.write_all(blake3::hash(&bytes).as_bytes())?;
            file.persist(self.place(kind, name))?;
            Ok(())
        };
        if let Err(error) = write() {
            // Read again the next time, that is all.
            tracing::debug!("a waveform was not kept: {error}");
        }
    }

    /// Makes room: the oldest go first, and what a kill left half written.
    fn shrink(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let facts = |entry: fs::DirEntry| {
            let meta = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            Some((meta.modified().ok()?, meta.len().max(CLUSTER), entry.path()))
        };
        let mut all: Vec<_> = entries.flatten().filter_map(facts).collect();
        all.sort_unstable();
        let mut bytes: u64 = all.iter().map(|(_, size, _)| size).sum();
        // Some more than needed, so as not to begin again with the next one.
        let room = if bytes > self.max_bytes { self.max_bytes / 4 * 3 } else { self.max_bytes };
        for (modified, size, path) in all {
            let ours = path.extension().is_some_and(|ending| [WAVE.ending, STAMP.ending].iter().any(|e| ending == *e));
            let abandoned = !ours && modified.elapsed().is_ok_and(|age| age > ABANDONED);
            if abandoned || ours && bytes > room {
                fs::remove_file(path).ok();
                bytes = bytes.saturating_sub(size);
            }
        }
    }
}

/// A file by its outside: the same stamp is the same content, once the clock has moved on.
#[derive(PartialEq, Eq)]
struct Stamp {
    key: Hash,
    is_settled: bool,
}

fn stamp(path: &Path) -> Option<Stamp> {
    let path = std::path::absolute(path).ok()?;
    let meta = fs::metadata(&path).ok()?;
    let modified = meta.modified().ok()?;
    let nanos = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let mut hasher = blake3::Hasher::new();
    hasher.update(&meta.len().to_le_bytes()).update(&nanos(modified).to_le_bytes());
    hasher.update(&nanos(meta.created().unwrap_or(SystemTime::UNIX_EPOCH)).to_le_bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        // The time of the last change of any kind can't be set back by whoever sets the other times.
        for number in [meta.dev(), meta.ino(), meta.ctime().cast_unsigned(), meta.ctime_nsec().cast_unsigned()] {
            hasher.update(&number.to_le_bytes());
        }
    }
    hasher.update(path.as_os_str().as_encoded_bytes());
    let is_settled = modified.elapsed().is_ok_and(|age| age > SETTLED);
    Some(Stamp { key: hasher.finalize(), is_settled })
}

/// A file whose content is hashed when that is needed, once.
pub(super) struct Content<'a> {
    path: &'a Path,
    /// From before anything was read.
    stamp: Option<Stamp>,
    hash: Option<Hash>,
}

impl<'a> Content<'a> {
    pub(super) fn new(path: &'a Path) -> Self {
        Self { path, stamp: stamp(path), hash: None }
    }

    /// The hash of a file that is read in the blink of an eye.
    pub(super) fn hash_if_small(&mut self, is_wanted: &dyn Fn() -> bool) -> Option<Hash> {
        let is_small = fs::metadata(self.path).is_ok_and(|meta| meta.len() <= SMALL);
        if is_small { self.hash(is_wanted) } else { None }
    }

    fn hash(&mut self, is_wanted: &dyn Fn() -> bool) -> Option<Hash> {
        if self.hash.is_none() {
            self.hash = hash(self.path, is_wanted);
        }
        self.hash
    }

    fn is_unchanged(&self) -> bool {
        let now = stamp(self.path);
        now.is_some_and(|now| self.stamp.as_ref().is_some_and(|then| then.key == now.key))
    }
}

/// `None` when it can't be read, or nobody waits for it any more.
fn hash(path: &Path, is_wanted: &dyn Fn() -> bool) -> Option<Hash> {
    let mut file = sniff::open(path).ok()?.file;
    file.rewind().ok()?;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; 256 << 10];
    loop {
        let count = file.read(&mut piece).ok()?;
        if count == 0 {
            return Some(hasher.finalize());
        }
        if !is_wanted() {
            return None;
        }
        hasher.update(piece.get(..count)?);
    }
}
