//! What was made and where it lies: every finished video and take, looked for on this computer, whether or not its row
//! is still in the list.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use egui::{Align, Layout, Margin, Rect, Ui, UiBuilder, vec2};
use serde::{Deserialize, Serialize};

use super::named;
use crate::error::{Error, Result};
use crate::jobs::{Job, Outcome, State, stamp};
use crate::library::Library;
use crate::panels::{Command, Cx, when};
use crate::remote::Remote;
use crate::runtime::Task;
use crate::store::{Store, file_name};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Icon, IconButton, Type, format, icons, layout, radius, sheet, text, truncate};

/// Height of the card, in points.
pub const HEIGHT: f32 = 138.0;
/// The fact in the library that holds results whose rows were cleared.
const NOTE: &str = "cleared_results";
/// Results kept beyond their rows; the oldest go first.
const MOST: usize = 10_000;
const ROW: f32 = 52.0;
/// Where the script page puts joined takes, within the folder of the library.
const TRACKS: &str = "Tracks";

/// A video or take that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Made {
    title: String,
    #[serde(with = "crate::paths")]
    file: PathBuf,
    /// ISO 8601, UTC.
    at: String,
    is_video: bool,
    /// Takes joined on the script page. It is no row's result, and is known by lying in its folder.
    #[serde(skip)]
    is_track: bool,
}

/// See [`Made`]; whether the file is where it was saved.
#[derive(Debug, Clone)]
struct Found {
    made: Made,
    there: bool,
}

/// What was found.
#[derive(Default)]
pub struct Vault {
    found: Remote<Vec<Found>>,
    /// How many there were to look for when it was looked last.
    looked_for: Option<(usize, usize)>,
    keeping: Option<Task<()>>,
    open: bool,
}

impl Vault {
    pub fn logic(&mut self, cx: &mut Cx<'_>) {
        self.found.poll();
        if let Some(kept) = self.keeping.as_mut().and_then(Task::take) {
            self.keeping = None;
            if let Err(error) = kept {
                cx.commands.complain("Could not note where cleared videos lie", error);
            }
        }
    }

    /// Notes the results of rows that are about to be cleared, so that the list still knows them.
    pub fn remember(&mut self, ids: &HashSet<String>, cx: &Cx<'_>) {
        let made: Vec<Made> =
            cx.jobs.all().iter().filter(|job| ids.contains(&job.id)).filter_map(|job| video(cx.store, job)).collect();
        if !made.is_empty() {
            let library = cx.library.clone();
            self.keeping = Some(cx.runtime.blocking(move || keep(&library, made)));
        }
    }

    /// Files come and go while another page is shown.
    pub fn away(&mut self) {
        self.looked_for = None;
    }

    /// Looks for the files when there are others than at the last look.
    fn look(&mut self, cx: &Cx<'_>) {
        let jobs = cx.jobs.all();
        let is_video = |job: &&Job| matches!(job.state, State::Done(Outcome::Video { .. }));
        let count = (jobs.iter().filter(is_video).count(), cx.store.takes.len());
        if self.looked_for == Some(count) || self.found.is_loading() {
            return;
        }
        self.looked_for = Some(count);
        let videos: Vec<Made> = jobs.iter().filter_map(|job| video(cx.store, job)).collect();
        let takes = cx.store.takes.iter().map(|take| Made {
            title: format!("{}, {}", cx.store.take_title(take), cx.store.voice_of_take(take)),
            file: take.file.clone(),
            at: take.made_at.clone(),
            is_video: false,
            is_track: false,
        });
        let (takes, library): (Vec<Made>, Library) = (takes.collect(), cx.library.clone());
        self.found.load(cx.runtime.blocking(move || find(&library, videos, takes)));
    }

    /// The card at the foot of the panel.
    pub fn card_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.look(cx);
        let found = self.found.value().map_or(&[][..], Vec::as_slice);
        let (icon, ink, title, words) = summary(ui, found, cx.store.is_sandbox);
        let mut open = false;
        let t = ui.tokens();
        layout::frame(t.fill.surface, t.edge.strong, radius::CARD).inner_margin(Margin::same(15)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_min_height(HEIGHT - 32.0);
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.spacing_mut().interact_size.y = 20.0;
            ui.horizontal(|ui| {
                icon.show(ui, 20.0, ink);
                ui.add(egui::Label::new(text::name(title)).truncate());
            });
            ui.add(egui::Label::new(text::small(words).color(ui.tokens().text.support)).wrap());
            let none = found.is_empty().then_some("Nothing was made yet");
            ui.horizontal(|ui| open = Button::link("Show the list").off_if(none).show(ui).clicked());
        });
        self.open |= open;
        if self.open {
            self.list_ui(ui, cx);
        }
    }

    fn list_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let found = self.found.value().map_or(&[][..], Vec::as_slice);
        let mut command = None;
        let closed = sheet::sheet_ui(ui.ctx(), "Saved videos and takes", 760.0, |ui| {
            let top = ui.cursor().top();
            let whole = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), ROW * rows(found.len())));
            ui.allocate_rect(whole, egui::Sense::hover());
            for (index, each) in found.iter().enumerate() {
                let place = whole.with_min_y(top + ROW * rows(index)).with_max_y(top + ROW * rows(index + 1));
                if ui.is_rect_visible(place) {
                    let scope = UiBuilder::new().max_rect(place).id_salt(("made", index));
                    command = command.take().or(row_ui(&mut ui.new_child(scope), each));
                }
            }
        });
        if closed {
            self.open = false;
        }
        if let Some(command) = command {
            cx.commands.push(command);
        }
    }
}

/// A number of rows, for their height.
#[expect(clippy::cast_precision_loss, reason = "far fewer than f32 counts exactly")]
fn rows(count: usize) -> f32 {
    count as f32
}

fn row_ui(ui: &mut Ui, each: &Found) -> Option<Command> {
    let t = ui.tokens();
    let (icon, ink, state) = if each.there {
        (icons::CHECK_CIRCLE_FILL, t.success.ink, "")
    } else {
        (icons::WARNING_FILL, t.warning.ink, "Missing")
    };
    let made = &each.made;
    let mut command = None;
    ui.horizontal_centered(|ui| {
        icon.show(ui, 18.0, ink);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let show = IconButton::new(icons::FOLDER_OPEN, "Show in folder").small();
            let show = show.off_if((!each.there).then_some("The file is no longer at this path")).show(ui);
            ui.ctx().accesskit_node_builder(show.id, |node| node.set_description(file_name(&made.file)));
            if show.clicked() {
                command = Some(Command::Reveal(made.file.clone()));
            }
            if let Some(at) = when::parse(&made.at) {
                ui.hint(when::moment(at, when::now()));
            }
            if !state.is_empty() {
                ui.label(text::small(state).color(ink));
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.add_space((ROW - 38.0) / 2.0);
                truncate::name_ui(ui, &made.title, Type::Body, t.text.main);
                truncate::file_name_ui(ui, &made.file.display().to_string(), Type::Mono, t.text.hint);
            });
        });
    });
    command
}

/// The card's icon, its colour, title and sentence.
fn summary(ui: &Ui, found: &[Found], sandbox: bool) -> (Icon, egui::Color32, String, String) {
    let t = ui.tokens();
    let missing = found.iter().filter(|each| !each.there).count();
    let videos = || found.iter().filter(|each| each.made.is_video);
    let (all, there) = (videos().count(), videos().filter(|each| each.there).count());
    let number = |count: usize, one: &str, more: &str| format::count(count.try_into().unwrap_or(u64::MAX), one, more);
    if found.is_empty() {
        let words = "Finished videos and takes are listed here, with where they lie.".to_owned();
        return (icons::VAULT, t.text.hint, "Nothing was made yet".to_owned(), words);
    }
    if missing > 0 {
        let words = "Moved or deleted since. The list says which, and where it was saved.".to_owned();
        return (icons::VAULT, t.warning.ink, format!("{} missing", number(missing, "file is", "files are")), words);
    }
    let title = if sandbox { "Everything made is saved" } else { "Everything paid for is saved" };
    let tracks = found.iter().filter(|each| each.made.is_track).count();
    let words = whole_words(there, all, found.len() - all - tracks, tracks);
    (icons::VAULT, t.success.ink, title.to_owned(), words)
}

/// What is here, when nothing is missing: "21 of 21 finished videos and 4 takes are on this computer."
fn whole_words(there: usize, videos: usize, takes: usize, tracks: usize) -> String {
    let number = |count: usize, one: &str, more: &str| format::count(count.try_into().unwrap_or(u64::MAX), one, more);
    let videos_said = match videos {
        0 => None,
        1 if takes + tracks == 0 => Some("The finished video".to_owned()),
        _ => Some(format!("{there} of {}", number(videos, "finished video", "finished videos"))),
    };
    let takes_said = (takes > 0).then(|| number(takes, "take", "takes"));
    let tracks_said = (tracks > 0).then(|| number(tracks, "joined track", "joined tracks"));
    let said: Vec<String> = [videos_said, takes_said, tracks_said].into_iter().flatten().collect();
    let said = match said.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => said.join(""),
    };
    let are = if videos + takes + tracks == 1 { "is" } else { "are" };
    format!("{said} {are} on this computer.")
}

/// The joined takes of a folder; none where it can't be read. Blocks.
fn tracks(folder: &Path) -> Vec<Made> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    // One that is still being written has a name that begins with a dot.
    let files = files.filter(|file| file.extension().is_some_and(|kind| kind == "wav"));
    let files = files.filter(|file| !file_name(file).starts_with('.'));
    let made = |file: PathBuf| {
        let at = stamp(file.metadata().ok()?.modified().ok()?.into());
        let title = format!("Joined track, {}", file.file_stem()?.display());
        Some(Made { title, file, at, is_video: false, is_track: true })
    };
    files.take(MOST).filter_map(made).collect()
}

fn video(store: &Store, job: &Job) -> Option<Made> {
    let State::Done(Outcome::Video { file, .. }) = &job.state else { return None };
    let at = stamp(job.finished_at.unwrap_or(job.created_at));
    Some(Made { title: named::title(store, job), file: file.clone(), at, is_video: true, is_track: false })
}

/// Adds to what is kept. Blocks.
fn keep(library: &Library, made: Vec<Made>) -> Result<()> {
    let mut all = kept(library)?;
    all.retain(|old| !made.iter().any(|new| new.file == old.file));
    all.extend(made);
    let all = &all[all.len().saturating_sub(MOST)..];
    library.put_note(NOTE, &serde_json::to_string(all).map_err(|e| Error::Library(e.to_string()))?)
}

/// What another version wrote is not read.
fn kept(library: &Library) -> Result<Vec<Made>> {
    Ok(library.note(NOTE)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Looks for every file, newest first. Blocks.
fn find(library: &Library, videos: Vec<Made>, takes: Vec<Made>) -> Result<Vec<Found>> {
    let mut all = kept(library)?;
    all.retain(|old| !videos.iter().any(|new| new.file == old.file));
    all.extend(videos.into_iter().chain(takes).chain(tracks(&library.folder().join(TRACKS))));
    all.sort_by(|one, other| other.at.cmp(&one.at));
    Ok(all.into_iter().map(|made| Found { there: made.file.is_file(), made }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_here_is_said_without_what_never_was() {
        assert_eq!(whole_words(0, 0, 4, 0), "4 takes are on this computer.");
        assert_eq!(whole_words(0, 0, 1, 0), "1 take is on this computer.");
        assert_eq!(whole_words(1, 1, 0, 0), "The finished video is on this computer.");
        assert_eq!(whole_words(1, 1, 2, 0), "1 of 1 finished video and 2 takes are on this computer.");
        let all = "21 of 21 finished videos, 4 takes and 1 joined track are on this computer.";
        assert_eq!(whole_words(21, 21, 4, 1), all);
    }

    #[test]
    fn joined_takes_are_listed_once_they_are_whole() {
        let dir = tempfile::tempdir().unwrap();
        let library = Library::open(dir.path()).unwrap().library;
        assert!(find(&library, Vec::new(), Vec::new()).unwrap().is_empty());
        let folder = dir.path().join(TRACKS);
        std::fs::create_dir(&folder).unwrap();
        for name in ["Lisbon.wav", ".mouthpiece-1.wav", "notes.txt"] {
            std::fs::write(folder.join(name), "sound").unwrap();
        }
        let found = find(&library, Vec::new(), Vec::new()).unwrap();
        let [track] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((track.made.title.as_str(), track.there), ("Joined track, Lisbon", true));
        assert!(when::parse(&track.made.at).is_some(), "{}", track.made.at);
    }

    #[test]
    fn results_outlive_their_rows_and_missing_ones_are_said() {
        let dir = tempfile::tempdir().unwrap();
        let library = Library::open(&dir.path().join("library")).unwrap().library;
        let made = |name: &str, at: &str| {
            let (title, file) = (name.to_owned(), dir.path().join(name));
            Made { title, file, at: at.to_owned(), is_video: true, is_track: false }
        };
        let (here, gone) = (made("here.mp4", "2026-11-20T10:00:00Z"), made("gone.mp4", "2026-11-21T10:00:00Z"));
        std::fs::write(&here.file, "v").unwrap();
        keep(&library, vec![here.clone()]).unwrap();
        keep(&library, vec![here.clone(), gone.clone()]).unwrap();
        let found = find(&library, vec![here.clone()], Vec::new()).unwrap();
        let states: Vec<(&str, bool)> = found.iter().map(|each| (each.made.title.as_str(), each.there)).collect();
        assert_eq!(states, [("gone.mp4", false), ("here.mp4", true)]);
    }
}
