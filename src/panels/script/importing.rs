//! Lines out of a text file: chosen in a dialog or dropped on the window, read in the background, put behind the line
//! that is worked on.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::edits::{Edit, History};
use crate::error::{Error, Result};
use crate::files::Wanted;
use crate::panels::{Command, Cx, Page};
use crate::runtime::Task;
use crate::script::import::{self, Imported};
use crate::store::file_name;
use crate::ui::format;

/// A file on its way in.
#[derive(Default)]
pub struct Importing {
    asking: Option<Task<Option<PathBuf>>>,
    reading: Option<(PathBuf, Task<Imported>)>,
    /// Files that are read when that is done, in order.
    waiting: VecDeque<PathBuf>,
}

impl Importing {
    /// Whether a file is being chosen or read.
    pub fn is_running(&self) -> bool {
        self.asking.is_some() || self.reading.is_some()
    }

    /// Opens the dialog.
    pub fn ask(&mut self, cx: &Cx<'_>) {
        if !self.is_running() {
            self.asking = Some(cx.files.pick_media(cx.runtime, Wanted::Text));
        }
    }

    fn read_next(&mut self, cx: &Cx<'_>) {
        if self.reading.is_some() {
            return;
        }
        let Some(path) = self.waiting.pop_front() else { return };
        let file = path.clone();
        self.reading = Some((path, cx.runtime.blocking(move || read(&file))));
    }

    /// Takes in what was chosen, dropped and read.
    pub fn work(&mut self, cx: &mut Cx<'_>, history: &mut History) {
        self.waiting.extend(cx.store.import.drain(..));
        if let Some(chosen) = self.asking.as_mut().and_then(Task::take) {
            self.asking = None;
            match chosen {
                Ok(Some(path)) => self.waiting.push_back(path),
                Ok(None) => {}
                Err(error) => cx.commands.complain("Could not ask for a file", error),
            }
        }
        self.read_next(cx);
        let Some(made) = self.reading.as_mut().and_then(|(_, task)| task.take()) else { return };
        let Some((path, _)) = self.reading.take() else { return };
        match made {
            Ok(made) => put(cx, history, &file_name(&path), made),
            Err(error) => cx.commands.complain("Nothing was imported", error),
        }
        self.read_next(cx);
    }
}

/// Puts lines behind the active one, or in the place of one that is still empty. The last of them is worked on, so
/// that the next file goes behind them.
fn put(cx: &mut Cx<'_>, history: &mut History, name: &str, made: Imported) {
    let lines = &mut cx.store.flow.lines;
    let (at, active) = (lines.active_index(), lines.active());
    let is_blank = active.text.trim().is_empty() && active.take_id.is_none();
    let (id, count) = (active.id.clone(), made.lines.len());
    let mut edits: Vec<Edit> = Vec::new();
    let mut texts = made.lines.into_iter();
    if is_blank {
        edits.extend(texts.next().map(|text| Edit::Text { id, text }));
    }
    edits.extend((at + 1..).zip(texts).map(|(at, text)| Edit::new_line(at, &text)));
    history.make(lines, edits);
    let mut detail = format!("From {name}");
    if made.cut {
        detail = format!("The first {} of {name}, which has more", format::thousands(import::MOST_LINES as u64));
    }
    let title = format!("{} imported", format::count(count as u64, "line", "lines"));
    cx.commands.push(Command::Undoable { title, detail, page: Page::Script, step: history.newest() });
}

/// Reads a file that is not larger than a script can be. Blocks.
fn read(path: &Path) -> Result<Imported> {
    let failed = |error| Error::file("read", path, error);
    let mut bytes = Vec::new();
    // Before it is opened: a pipe would wait for somebody to write.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(Error::Input(format!("{} is not a file. Choose a TXT, SRT, CSV or DOCX file.", file_name(path))));
    }
    let file = File::open(path).map_err(failed)?;
    file.take(import::MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    import::lines(&file_name(path), &bytes)
}
