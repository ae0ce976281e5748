//! Saving something as a file of the user's own: first a place for it is asked for, then it is written in the
//! background, then it is said where it lies.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Command, Cx, Notice};
use crate::error::{Error, Result};
use crate::files::Kind;
use crate::paths::{self, Readers};
use crate::runtime::Task;

/// Writes to the chosen place, and gives back where the file lies at last.
type Write = Box<dyn FnOnce(&Path) -> Result<PathBuf> + Send>;

/// One file on its way. A second dialog would hide behind the first.
#[derive(Default)]
pub(super) struct Saving {
    asking: Option<(Write, Task<Option<PathBuf>>)>,
    writing: Option<Task<PathBuf>>,
}

impl Saving {
    pub fn is_running(&self) -> bool {
        self.asking.is_some() || self.writing.is_some()
    }

    /// Asks where a file of this name shall go, unless another is on its way.
    pub fn ask(
        &mut self,
        cx: &Cx<'_>,
        name: &str,
        kinds: &[Kind],
        write: impl FnOnce(&Path) -> Result<PathBuf> + Send + 'static,
    ) {
        if !self.is_running() {
            let place = cx.files.pick_save(cx.runtime, name, kinds, cx.settings.output_folder());
            self.asking = Some((Box::new(write), place));
        }
    }

    /// Takes in the answers. `done` and `failed` are the titles of the news.
    pub fn work(&mut self, cx: &mut Cx<'_>, done: &str, failed: &str) {
        if let Some(place) = self.asking.as_mut().and_then(|(_, place)| place.take())
            && let Some((write, _)) = self.asking.take()
        {
            match place {
                Ok(Some(to)) => self.writing = Some(cx.runtime.blocking(move || write(&to))),
                Ok(None) => {}
                Err(error) => cx.commands.complain(failed, error),
            }
        }
        let Some(written) = self.writing.as_mut().and_then(Task::take) else { return };
        self.writing = None;
        match written {
            Ok(path) => {
                let (title, detail) = (done.to_owned(), path.display().to_string());
                let action = Some(("Show".to_owned(), Box::new(Command::Reveal(path))));
                cx.commands.push(Command::Notify(Notice { title, detail, action }));
            }
            Err(error) => cx.commands.complain(failed, error),
        }
    }
}

/// Writes a text whole or not at all. Blocks.
pub(super) fn text(path: &Path, text: &str, readers: Readers) -> Result<PathBuf> {
    let failed = |source| Error::file("write", path, source);
    let mut file = paths::part(path, readers).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(path.to_owned())
}
