//! Sees every single write to a database while another process makes it.

use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

/// A file of this name coming up in the folder ends the watch.
const END: &str = "trial-ends";

/// A watch on the folder of a library.
pub struct Watch {
    fd: OwnedFd,
    folder: PathBuf,
}

impl Watch {
    pub fn new(folder: &Path) -> Self {
        let fd = init(CreateFlags::CLOEXEC).unwrap();
        add_watch(&fd, folder, WatchFlags::MODIFY | WatchFlags::CREATE).unwrap();
        Self { fd, folder: folder.to_owned() }
    }

    /// Calls `seen` at each write to the database or its journal, until [`Watch::end`].
    pub fn each_write(&self, seen: impl Fn()) {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut events = Reader::new(&self.fd, &mut buffer);
        loop {
            let event = events.next().unwrap();
            let name = event.file_name().and_then(|name| name.to_str().ok()).unwrap_or_default();
            match name {
                END => return,
                "library.sqlite" | "library.sqlite-wal" => seen(),
                _ => {}
            }
        }
    }

    /// Lets [`Watch::each_write`] return.
    pub fn end(&self) {
        let end = self.folder.join(END);
        std::fs::write(&end, "").unwrap();
        std::fs::remove_file(end).unwrap();
    }
}
