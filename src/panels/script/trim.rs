//! Cutting the silence at both ends of takes. What the service made is never touched: a trimmed take is a file beside
//! it, and is given up again at a word.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files::free_name;
use crate::library::{Edited, Take};
use crate::media::edit;
use crate::panels::{Command, Cx, Notice};
use crate::runtime::Task;
use crate::ui::format;

/// Less than this, in seconds, is not worth a file of its own.
const LEAST: f64 = 0.02;

/// Trims under way and being undone, by the take's id: one at a time for each take, so that the library hears of them
/// in their order.
#[derive(Default)]
pub struct Trims(Vec<(String, Task<Done>)>);

/// What came of it.
enum Done {
    Trimmed(Edited),
    /// There was no silence to trim.
    Nothing,
    Undone,
}

impl Trims {
    /// Whether this take is being trimmed, or given back as it came.
    pub fn is_running(&self, id: &str) -> bool {
        self.0.iter().any(|(of, _)| of == id)
    }

    /// Begins to trim a take.
    pub fn begin(&mut self, cx: &Cx<'_>, take: &Take) {
        if self.is_running(&take.id) {
            return;
        }
        let (library, id, from) = (cx.library.clone(), take.id.clone(), take.file.clone());
        let work = move || {
            let Some(edited) = trim(&from)? else { return Ok(Done::Nothing) };
            library.edit_take(&id, Some(&edited))?;
            Ok(Done::Trimmed(edited))
        };
        self.0.push((take.id.clone(), cx.runtime.blocking(work)));
    }

    /// Gives back a take as it came. The trimmed file stays: work under way may need it.
    pub fn undo(&mut self, cx: &mut Cx<'_>, id: &str) {
        if self.is_running(id) {
            return;
        }
        let (library, of) = (cx.library.clone(), id.to_owned());
        let noted = cx.runtime.blocking(move || library.edit_take(&of, None).map(|()| Done::Undone));
        self.0.push((id.to_owned(), noted));
    }

    /// Takes in what is done; the ids of the takes whose sound is another one now.
    pub fn work(&mut self, cx: &mut Cx<'_>) -> Vec<String> {
        let mut changed = Vec::new();
        self.0.retain_mut(|(id, task)| {
            let Some(done) = task.take() else { return true };
            let take = cx.store.takes.iter_mut().find(|take| take.id == *id);
            let edited = match done {
                Ok(Done::Trimmed(edited)) => Some(edited),
                Ok(Done::Undone) => None,
                Ok(Done::Nothing) => {
                    if let Some(name) = cx.store.take(id).map(|take| cx.store.take_title(take)) {
                        cx.commands.push(Command::Tell(nothing(&name)));
                    }
                    return false;
                }
                Err(error) => {
                    cx.commands.complain("Could not change the take", error);
                    return false;
                }
            };
            if let Some(take) = take.filter(|take| take.care.edited != edited) {
                take.care.edited = edited;
                changed.push(id.clone());
            }
            false
        });
        changed
    }
}

fn nothing(name: &str) -> Notice {
    let title = format!("{name} has no silence to trim");
    Notice { title, detail: "It begins and ends with speech.".to_owned(), action: None }
}

/// What a row says of a trimmed take.
pub fn words(edited: &Edited) -> String {
    format!("Trimmed, {}", format::time_code(edited.secs))
}

/// Trims a file into one beside it; `None` when there is nothing to trim. The same trim twice is one file. Blocks.
fn trim(from: &Path) -> Result<Option<Edited>> {
    let failed = |error| Error::file("write", from, error);
    let folder = from.parent().unwrap_or(Path::new("."));
    let part = tempfile::Builder::new().prefix(".mouthpiece-").suffix(".wav").tempfile_in(folder).map_err(failed)?;
    let part = part.into_temp_path();
    let trimmed = edit::trim_silence(from, &part)?;
    if trimmed.start_cut_secs + trimmed.end_cut_secs < LEAST {
        return Ok(None);
    }
    // To milliseconds, which a note in JSON gives back as they are.
    let secs = (trimmed.secs * 1000.0).round() / 1000.0;
    let bytes = part.metadata().map_err(failed)?.len();
    let stem = from.file_stem().unwrap_or_default().to_string_lossy();
    let stem = format!("{stem}, trimmed");
    let earlier = folder.join(format!("{stem}.wav"));
    if is_same(&earlier, &part).map_err(failed)? {
        return Ok(Some(Edited { file: earlier, secs, bytes }));
    }
    let file = keep(part, folder, &stem)?;
    Ok(Some(Edited { file, secs, bytes }))
}

/// Gives a finished file its name, or the next one that is free.
pub fn keep(part: tempfile::TempPath, folder: &Path, stem: &str) -> Result<PathBuf> {
    let to = free_name(folder, stem, "wav")?;
    part.persist_noclobber(&to).map_err(|failed| Error::file("write", &to, failed.error))?;
    Ok(to)
}

fn is_same(one: &Path, other: &Path) -> std::io::Result<bool> {
    match one.metadata() {
        Ok(facts) if facts.len() == other.metadata()?.len() => Ok(hash(one)? == hash(other)?),
        _ => Ok(false),
    }
}

fn hash(path: &Path) -> std::io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok(hasher.finalize())
}
