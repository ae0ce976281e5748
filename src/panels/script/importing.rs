//! Lines out of a text file: chosen in a dialog or dropped on the window, read in the background, put behind the line
//! that is worked on.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::casting::Cast;
use super::edits::{Edit, History, Roles};
use crate::error::{Error, Result};
use crate::files::Wanted;
use crate::library::Line;
use crate::panels::{Command, Cx, Notice, Page};
use crate::runtime::Task;
use crate::script::import::{self, Imported, Row};
use crate::store::{Lines, file_name};
use crate::ui::format;

/// Files on their way in.
#[derive(Default)]
pub struct Importing {
    /// With the id of the flow for which a file is chosen.
    asking: Option<(String, Task<Option<PathBuf>>)>,
    reading: Option<(Given, Task<Imported>)>,
    /// Read, with names of speakers, while it is not known yet which voices there are.
    read: Option<(Given, Imported)>,
    /// Files that are read when that is done, in order.
    waiting: VecDeque<Given>,
}

/// A file, and the flow it was given to.
struct Given {
    flow: String,
    path: PathBuf,
}

impl Importing {
    /// Whether a file is being chosen or read.
    pub fn is_running(&self) -> bool {
        self.asking.is_some() || self.reading.is_some() || self.read.is_some()
    }

    /// Opens the dialog.
    pub fn ask(&mut self, cx: &Cx<'_>) {
        if !self.is_running() {
            self.asking = Some((cx.store.flow.id.clone(), cx.files.pick_media(cx.runtime, Wanted::Text)));
        }
    }

    fn read_next(&mut self, cx: &Cx<'_>) {
        if self.reading.is_some() || self.read.is_some() {
            return;
        }
        let Some(given) = self.waiting.pop_front() else { return };
        let file = given.path.clone();
        self.reading = Some((given, cx.runtime.blocking(move || read(&file))));
    }

    /// Takes in what was chosen, dropped and read.
    /// True when lines came in.
    pub fn work(&mut self, cx: &mut Cx<'_>, history: &mut History) -> bool {
        let id = &cx.store.flow.id;
        self.waiting.extend(cx.store.import.drain(..).map(|path| Given { flow: id.clone(), path }));
        self.take_chosen(cx);
        self.read_next(cx);
        if let Some(made) = self.reading.as_mut().and_then(|(_, task)| task.take())
            && let Some((given, _)) = self.reading.take()
        {
            match made {
                Ok(made) => self.read = Some((given, made)),
                Err(error) => cx.commands.complain("Nothing was imported", error),
            }
        }
        if let Some((given, _)) = self.read.take_if(|(given, _)| given.flow != cx.store.flow.id) {
            tell_other_flow(cx, &file_name(&given.path));
        }
        let voices = &cx.store.voices;
        let is_early = voices.is_loading() && voices.value().is_none();
        let fits = |(_, made): &mut (Given, Imported)| !is_early || made.lines.iter().all(|row| row.speaker.is_none());
        let ready = self.read.take_if(fits);
        let is_in = ready.is_some();
        if let Some((given, made)) = ready {
            put(cx, history, &file_name(&given.path), made);
        }
        self.read_next(cx);
        is_in
    }

    /// Takes in what was chosen in the dialog.
    fn take_chosen(&mut self, cx: &mut Cx<'_>) {
        let Some(chosen) = self.asking.as_mut().and_then(|(_, task)| task.take()) else { return };
        let Some((flow, _)) = self.asking.take() else { return };
        match chosen {
            Ok(Some(path)) => self.waiting.push_back(Given { flow, path }),
            Ok(None) => {}
            Err(error) => cx.commands.complain("Could not ask for a file", error),
        }
    }
}

/// The flow a file was given to is not open any more, and its lines belong in no other.
fn tell_other_flow(cx: &mut Cx<'_>, name: &str) {
    let title = format!("{name} was not imported");
    let detail = "Another flow was opened while it was read. Open the one it is for and add it again.".to_owned();
    cx.commands.push(Command::Tell(Notice { title, detail, action: None }));
}

/// Puts lines behind the active one, or in the place of one that is still empty. The last of them is worked on, so
/// that the next file goes behind them.
fn put(cx: &mut Cx<'_>, history: &mut History, name: &str, made: Imported) {
    let cast = Cast::new(cx.store, &made.lines);
    let (was, is) = (Roles::of(&cx.store.flow), cast.roles(cx.store));
    let casting = (was != is).then_some(Edit::Cast { was, is });
    let lines = &cx.store.flow.lines;
    let (at, active, count) = (lines.active_index(), lines.active(), made.lines.len());
    let is_blank = active.text.trim().is_empty() && active.take_id.is_none();
    let blank = is_blank.then(|| Edit::Take { id: active.id.clone() });
    let line = |row: Row| Line { voice_id: cast.voice_of(&row), ..Lines::line(&row.text) };
    let put = |(at, row)| Edit::Put { at, line: Box::new(line(row)) };
    let from = if is_blank { at } else { at + 1 };
    let edits = casting.into_iter().chain((from..).zip(made.lines).map(put)).chain(blank).collect();
    history.make(&mut cx.store.flow, edits);
    let mut detail = format!("From {name}");
    if made.cut {
        detail = format!("The first {} of {name}, which has more", format::thousands(import::MOST_LINES as u64));
    }
    if let Some(words) = cast.words() {
        detail = format!("{detail}. {words}");
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
