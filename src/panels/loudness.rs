//! How loud files are: measured in the background when it is first asked, and remembered.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::media::loudness::{self, Loudness};
use crate::remote::Remote;
use crate::runtime::Runtime;

/// More files than this are not remembered; each is a few bytes.
const MOST: usize = 500;

/// What was measured of files, by path and size, where that is known: a file written anew is another one.
#[derive(Default)]
pub(super) struct Loudnesses {
    measured: HashMap<(PathBuf, Option<u64>), Remote<Loudness>>,
    /// Gone with the page, which tells work on a long file to stop.
    alive: Arc<()>,
}

impl Loudnesses {
    /// How loud a file is, as far as that is known. Never waits.
    pub fn of(&mut self, runtime: &Runtime, file: &Path, bytes: Option<u64>) -> &Remote<Loudness> {
        let key = (file.to_owned(), bytes);
        if self.measured.len() >= MOST && !self.measured.contains_key(&key) {
            self.measured.retain(|_, measured| measured.is_loading());
        }
        let measured = self.measured.entry(key).or_default();
        let (path, alive) = (file.to_owned(), Arc::downgrade(&self.alive));
        measured.ensure(|| runtime.blocking(move || loudness::of_while(&path, &|| alive.strong_count() > 0)));
        measured.poll();
        measured
    }

    /// Lets files that could not be measured be tried again.
    pub fn forget_failures(&mut self) {
        self.measured.retain(|_, measured| measured.error().is_none());
    }
}
