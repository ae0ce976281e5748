//! How loud files are: measured in the background when it is first asked, and remembered.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::media::loudness::{self, Loudness};
use crate::media::probe::Stamp;
use crate::remote::Remote;
use crate::runtime::Runtime;

/// More files than this are not remembered; each is a few bytes.
const MOST: usize = 500;

/// What was measured of files, by path and stamp, where that is known: a file written anew is another one.
#[derive(Default)]
pub(super) struct Loudnesses {
    measured: HashMap<(PathBuf, Option<Stamp>), Entry>,
}

#[derive(Default)]
struct Entry {
    measured: Remote<Loudness>,
    /// Gone with the entry, which tells work on a long file to stop.
    alive: Arc<()>,
    /// Asked for since [`Loudnesses::settle`].
    wanted: bool,
}

impl Loudnesses {
    /// How loud a file is, as far as that is known. Never waits. It is measured for as long as it is asked again in
    /// every frame.
    pub fn of(&mut self, runtime: &Runtime, file: &Path, stamp: Option<Stamp>) -> &Remote<Loudness> {
        let key = (file.to_owned(), stamp);
        if self.measured.len() >= MOST && !self.measured.contains_key(&key) {
            self.measured.retain(|_, entry| entry.measured.is_loading());
        }
        let entry = self.measured.entry(key).or_default();
        entry.wanted = true;
        let (path, alive) = (file.to_owned(), Arc::downgrade(&entry.alive));
        let measured = &mut entry.measured;
        measured.ensure(|| runtime.blocking(move || loudness::of_while(&path, &|| alive.strong_count() > 0)));
        measured.poll();
        measured
    }

    /// Once in every frame, after the asking: ends the work nobody has asked about.
    pub fn settle(&mut self) {
        self.measured.retain(|_, entry| std::mem::take(&mut entry.wanted) || !entry.measured.is_loading());
    }

    /// Lets files that could not be measured be tried again.
    pub fn forget_failures(&mut self) {
        self.measured.retain(|_, entry| entry.measured.error().is_none());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_longer_asked_for_is_not_measured_to_its_end() {
        let runtime = Runtime::new(|| {}).unwrap();
        let made = tempfile::tempdir().unwrap();
        // Some hours of silence: a file of holes.
        let (long, short) = (made.path().join("long.wav"), made.path().join("short.wav"));
        silence(&long, 1 << 30);
        silence(&short, 1 << 16);
        let mut all = Loudnesses::default();
        assert!(all.of(&runtime, &long, None).is_loading());
        let work = Arc::downgrade(&all.measured.values().next().unwrap().alive);
        all.settle();
        assert!(work.strong_count() > 0, "it is asked for");
        while all.of(&runtime, &short, None).is_loading() {
            all.settle();
            std::thread::yield_now();
        }
        assert_eq!(work.strong_count(), 0, "nobody asks for it any more");
        all.settle();
        all.settle();
        assert!(all.of(&runtime, &short, None).value().is_some(), "what was measured is remembered");
        assert_eq!(all.measured.len(), 1);
    }

    /// A WAV of 16 bits with so many bytes of silence.
    fn silence(path: &Path, bytes: u32) {
        let mut header = Vec::from(*b"RIFF");
        header.extend((bytes + 36).to_le_bytes());
        header.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        header.extend(48_000_u32.to_le_bytes());
        header.extend(96_000_u32.to_le_bytes());
        header.extend(b"\x02\0\x10\0data");
        header.extend(bytes.to_le_bytes());
        std::fs::write(path, &header).unwrap();
        std::fs::File::options().write(true).open(path).unwrap().set_len(u64::from(bytes) + 44).unwrap();
    }
}
