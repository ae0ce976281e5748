//! Sees every single write of another process to its database and to its results.

use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

/// A file of this name coming up in the folder ends the watch.
const END: &str = "trial-ends";

/// What was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Database,
    /// A folder for takes or results: a file came up, grew or got its name.
    Results,
}

/// A watch on the folder of a library and on those where results are saved.
pub struct Watch {
    fd: OwnedFd,
    library: PathBuf,
}

impl Watch {
    pub fn new(library: &Path, results: &Path) -> Self {
        let fd = init(CreateFlags::CLOEXEC).unwrap();
        for folder in [library, results, &library.join("Takes")] {
            add_watch(&fd, folder, WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::MOVED_TO).unwrap();
        }
        Self { fd, library: library.to_owned() }
    }

    /// Calls `seen` at each write, until [`Watch::end`].
    pub fn each_write(&self, seen: impl Fn(Place)) {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut events = Reader::new(&self.fd, &mut buffer);
        loop {
            let event = events.next().unwrap();
            let name = event.file_name().and_then(|name| name.to_str().ok()).unwrap_or_default();
            match name {
                END => return,
                "library.sqlite" | "library.sqlite-wal" => seen(Place::Database),
                _ if name.starts_with("library") => {}
                _ => seen(Place::Results),
            }
        }
    }

    /// Lets [`Watch::each_write`] return.
    pub fn end(&self) {
        let end = self.library.join(END);
        std::fs::write(&end, "").unwrap();
        std::fs::remove_file(end).unwrap();
    }
}
