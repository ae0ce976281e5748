//! Files on their way into the window: the overlay while they are dragged, and the question what a dropped file is
//! for. The whole window is the target, from any page.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use egui::{Context, Key, Pos2};

use super::App;
use super::commands::place;
use super::door::Door;
use super::page_drop::left_out;
use crate::error::Error;
use crate::media::probe::{self, Kind, Probe};
use crate::panels::{Command, Notice, Page, Pictures};
use crate::remote::Remote;
use crate::runtime::Runtime;
use crate::script::import;
use crate::store::{MediaFile, Role, file_name};
use crate::ui::format;

/// The three uses of a file, in the order of their keys.
pub(super) const ROLES: [Role; 3] = [Role::Source, Role::Target, Role::Audio];

/// For how long after a drop the pointer is still where the files were let go.
pub(super) const LATE_SECS: f64 = 0.3;

/// What is being dragged or asked about.
#[derive(Default)]
pub(super) struct Intake {
    /// Over the window, the first of them read already.
    pub hovering: Option<Dragged>,
    /// Where the pointer was seen during this drag; some systems do not tell.
    pub pointer: Option<Pos2>,
    /// What is dragged was answered by a key, or Esc: the rest of the drag means nothing.
    pub is_answered: bool,
    pub question: Option<Question>,
    /// What a drop asks for; waits while the workspace is being opened.
    pub asked: Vec<Command>,
    /// When files were let go without a word about where, in seconds of the window's clock.
    let_go: Option<f64>,
    /// Files that were let go above a page that shows its places, and when, until it is known above which.
    pub above_page: Option<(f64, Vec<PathBuf>)>,
    /// Where the first of several files led to: the others are put in their places without leaving it.
    stay: Option<Page>,
    /// Of what is dragged or asked about.
    pub pictures: Pictures,
    /// Where files of later starts come in.
    pub door: Door,
}

/// A file, and what is known of it.
pub(super) struct Offered {
    pub path: PathBuf,
    facts: Remote<Probe>,
}

/// Files over the window.
pub(super) struct Dragged {
    /// The first of them that has to be given a use; a text only when there is nothing else.
    pub first: Offered,
    all: Vec<PathBuf>,
}

/// A file that was dropped without saying what for.
pub(super) struct Question {
    pub file: Offered,
    /// Its place among those that came together, from 1, and how many they are.
    pub number: usize,
    pub count: usize,
    /// Those that are asked about next.
    waiting: VecDeque<PathBuf>,
}

impl Intake {
    /// The files that wait here for an answer, or for a workspace.
    pub fn held(&self) -> Vec<PathBuf> {
        let asked = self.question.iter().flat_map(|asked| std::iter::once(&asked.file.path).chain(&asked.waiting));
        let texts = self.asked.iter().filter_map(|command| match command {
            Command::ImportText(path) => Some(path),
            _ => None,
        });
        asked.chain(texts).cloned().collect()
    }

    /// Asks what these files are for, one after the other.
    pub fn offer(&mut self, paths: &[PathBuf], runtime: &Runtime) {
        self.ask_about(paths.to_vec(), None, runtime);
    }

    fn ask(
        &mut self,
        mut waiting: VecDeque<PathBuf>,
        number: usize,
        count: usize,
        known: Option<Offered>,
        runtime: &Runtime,
    ) {
        self.question = waiting.pop_front().map(|path| {
            let known = known.filter(|known| known.path == path && known.facts.error().is_none());
            let file = known.unwrap_or_else(|| Offered::read(path, runtime));
            Question { file, number, count, waiting }
        });
    }

    /// The file that is asked about has its answer; `led` is where that led to. The next one is asked about.
    fn next(&mut self, led: Page, runtime: &Runtime) {
        let Some(Question { waiting, number, count, .. }) = self.question.take() else { return };
        self.stay = self.stay.or(Some(led));
        self.ask(waiting, number + 1, count, None, runtime);
    }

    /// Watches for drags and drops. The boxes are there while a workspace is open. Gives the place in [`ROLES`] of the
    /// box that files turn out to have been let go over, if that is known only now.
    pub fn work(&mut self, ctx: &Context, runtime: &Runtime, boxes: bool) -> Option<usize> {
        let (hovering, dropped, moved) = ctx.input(|input| {
            let hovering: Vec<PathBuf> = input.raw.hovered_files.iter().filter_map(|file| file.path.clone()).collect();
            let dropped: Vec<PathBuf> = input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect();
            let moved = input.events.iter().any(|event| matches!(event, egui::Event::PointerMoved(_)));
            (hovering, dropped, moved.then(|| input.pointer.latest_pos()).flatten())
        });
        let is_over = hovering.is_empty() && dropped.is_empty();
        self.pointer = if is_over { None } else { moved.or(self.pointer) };
        let known = self.hover(hovering, runtime);
        let late = self.late_place(ctx, moved);
        if !dropped.is_empty() && !self.is_answered {
            // While a question stands, a place that is told later is not that of the file it is about.
            let is_unplaced = self.pointer.is_none() && self.question.is_none();
            self.let_go = is_unplaced.then(|| ctx.input(|input| input.time));
            self.dropped(ctx, dropped, known, runtime, boxes);
        }
        self.is_answered &= !is_over && dropped_is_pending(ctx);
        if let Some(question) = &mut self.question {
            question.file.facts.poll();
        }
        late.filter(|_| self.question.as_ref().is_some_and(|question| question.number == 1))
    }

    /// On X11 the dragging program holds the pointer until the drop, and the window is told right after it where the
    /// pointer is: that is where the files were let go.
    fn late_place(&mut self, ctx: &Context, moved: Option<Pos2>) -> Option<usize> {
        let since = ctx.input(|input| input.time) - self.let_go?;
        if moved.is_some() || since > LATE_SECS {
            self.let_go = None;
        }
        box_below(ctx, moved?)
    }

    /// Takes in what is over the window, and gives what was until now.
    fn hover(&mut self, all: Vec<PathBuf>, runtime: &Runtime) -> Option<Offered> {
        let before = self.hovering.take();
        let first = all.iter().find(|path| !is_text(path)).or(all.first());
        let Some(path) = first.cloned() else { return before.map(|dragged| dragged.first) };
        let known = before.map(|dragged| dragged.first).filter(|first| first.path == path);
        let mut first = known.unwrap_or_else(|| Offered::read(path, runtime));
        first.facts.poll();
        self.hovering = Some(Dragged { first, all });
        None
    }

    /// Files were let go: over a box that takes them, beside the boxes, or somewhere the system does not tell.
    fn dropped(&mut self, ctx: &Context, paths: Vec<PathBuf>, known: Option<Offered>, runtime: &Runtime, boxes: bool) {
        let count = paths.len();
        let paths = self.import(paths);
        let has_lines = paths.len() < count;
        // What was read while it was dragged may be another of them.
        let known = known.filter(|known| paths.first() == Some(&known.path));
        let over = self.pointer.take().filter(|_| boxes && !paths.is_empty());
        let Some(at) = over else {
            return self.ask_about(paths, known, runtime);
        };
        let Some(role) = box_below(ctx, at).map(|index| ROLES[index]) else {
            let (title, detail) = (left_out(&paths, has_lines), "The file was let go outside the boxes.".to_owned());
            let notice = Notice { title, detail, action: None };
            self.asked.push(Command::Tell(notice));
            return;
        };
        let is_unfit = known.as_ref().is_some_and(|known| known.words().is_err() || known.unfit(role).is_some());
        if is_unfit {
            // The box said why; the question says it once more, and what else can be done.
            return self.ask_about(paths, known, runtime);
        }
        self.bring(role, paths, runtime);
    }

    /// A text can only be lines of the script, so nothing is asked about it. The files that are none.
    pub fn import(&mut self, paths: Vec<PathBuf>) -> Vec<PathBuf> {
        let (texts, others): (Vec<PathBuf>, _) = paths.into_iter().partition(|path| is_text(path));
        self.asked.extend(texts.into_iter().map(Command::ImportText));
        others
    }

    /// Asks what these files are for.
    fn ask_about(&mut self, paths: Vec<PathBuf>, known: Option<Offered>, runtime: &Runtime) {
        let paths = self.import(paths);
        if paths.is_empty() {
            return;
        }
        if !self.wait_behind(&paths) {
            let count = paths.len();
            self.stay = None;
            self.ask(paths.into(), 1, count, known, runtime);
        }
    }

    /// Uses the first of these files, and asks about the others.
    fn bring(&mut self, role: Role, paths: Vec<PathBuf>, runtime: &Runtime) {
        let count = paths.len();
        let mut waiting: VecDeque<PathBuf> = paths.into();
        let Some(first) = waiting.pop_front() else { return };
        self.asked.push(Command::Bring(first, role));
        self.stay = Some(led(role));
        if !self.wait_behind(waiting.make_contiguous()) {
            self.ask(waiting, 2, count, None, runtime);
        }
    }

    /// While a question stands, later files are asked about after it: none is forgotten. False when there is none.
    fn wait_behind(&mut self, paths: &[PathBuf]) -> bool {
        let Some(question) = &mut self.question else { return false };
        question.waiting.extend(paths.iter().cloned());
        question.count += paths.len();
        true
    }
}

/// Files are still over the window or being let go.
fn dropped_is_pending(ctx: &Context) -> bool {
    ctx.input(|input| !input.raw.hovered_files.is_empty())
}

/// Which box of the overlay lies under a point, as its place in [`ROLES`].
fn box_below(ctx: &Context, at: Pos2) -> Option<usize> {
    super::overlay::boxes(ctx.content_rect()).iter().position(|area| area.contains(at))
}

/// Whether a file is a text that lines can be read out of, by its name.
pub(super) fn is_text(path: &Path) -> bool {
    import::is_text(&file_name(path))
}

/// The page of a purpose.
fn led(role: Role) -> Page {
    if role == Role::Source { Page::Clone } else { Page::LipSync }
}

impl Offered {
    fn read(path: PathBuf, runtime: &Runtime) -> Self {
        let mut facts = Remote::default();
        let file = path.clone();
        facts.load(runtime.blocking(move || probe::probe(&file)));
        Self { path, facts }
    }

    /// Whether there is a picture to show.
    pub fn has_picture(&self) -> bool {
        self.facts.value().is_some_and(|probe| probe.video.is_some())
    }

    /// Why the file does not fit a use; `None` when it does, or while it is not known.
    pub fn unfit(&self, role: Role) -> Option<&'static str> {
        let probe = self.facts.value()?;
        MediaFile { path: self.path.clone(), probe: probe.clone() }.unfit_for(role)
    }

    /// The file in a line: what it is, that it is being read, or why it can't be.
    pub fn words(&self) -> Result<String, &Error> {
        match (self.facts.value(), self.facts.error()) {
            (_, Some(error)) => Err(error),
            (Some(probe), _) => Ok(facts(probe)),
            (None, None) => Ok("Reading the file".to_owned()),
        }
    }

    /// Whether it is known what the file is.
    pub fn is_read(&self) -> bool {
        self.facts.value().is_some()
    }
}

/// "Video with sound, 6:41, 118 MB".
fn facts(probe: &Probe) -> String {
    let what = match (probe.kind, &probe.video, &probe.audio) {
        (Kind::Video, Some(_), Some(_)) => "Video with sound",
        (Kind::Video, Some(_), None) => "Video without sound",
        _ => "Sound only",
    };
    let length = probe.duration_secs.map(format::time);
    let parts = [Some(what.to_owned()), length, Some(format::size(probe.size_bytes))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl App {
    /// The keys 1, 2, 3 and Esc, while files are dragged or the question stands. Before anything else sees them.
    pub(super) fn question_keys(&mut self, ctx: &Context) {
        if self.intake.question.is_none() {
            return self.drag_keys(ctx);
        }
        let (chosen, escaped) = keys(ctx);
        if escaped {
            // The others of several are given up as well.
            self.intake.question = None;
        }
        // The same key press also arrives as text, which no field behind the overlay should get.
        ctx.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
        self.answer(chosen);
    }

    /// The same keys while a file hangs over the window.
    fn drag_keys(&mut self, ctx: &Context) {
        let Some(dragged) = self.intake.hovering.as_ref().filter(|_| !self.intake.is_answered) else { return };
        let (chosen, escaped) = keys(ctx);
        let fits = |role: &Role| dragged.first.words().is_ok() && dragged.first.unfit(*role).is_none();
        let role = chosen.map(|index| ROLES[index]).filter(fits);
        let paths = dragged.all.clone();
        self.intake.is_answered = escaped || role.is_some();
        if let Some(role) = role {
            let paths = self.intake.import(paths);
            self.intake.bring(role, paths, &self.runtime);
        }
    }

    /// Answers the question with the use of that place in [`ROLES`].
    pub(super) fn answer(&mut self, chosen: Option<usize>) {
        let Some(question) = &self.intake.question else { return };
        let Some(role) = chosen.map(|index| ROLES[index]) else { return };
        let file = &question.file;
        if file.words().is_err() || file.unfit(role).is_some() {
            return;
        }
        let (path, is_first) = (file.path.clone(), question.number == 1);
        match file.facts.value().cloned() {
            Some(probe) => {
                let before = self.page;
                place(self, MediaFile { path, probe }, role);
                // What came with the first file is put in its place; the first decides which page is shown.
                if !is_first {
                    self.page = self.intake.stay.unwrap_or(before);
                }
            }
            // Still being read: its page takes it from here, and says so when it does not fit.
            None if is_first => {
                if let Some(session) = &mut self.session {
                    session.commands.push(Command::Bring(path, role));
                }
            }
            None => return,
        }
        self.intake.next(led(role), &self.runtime);
    }

    /// Leaves out a file that can't be used, for the next of those that came with it.
    pub(super) fn skip_file(&mut self) {
        let page = self.intake.stay.unwrap_or(self.page);
        self.intake.next(page, &self.runtime);
    }

    /// The file that is dragged or asked about.
    pub(super) fn offered(&self) -> Option<&Offered> {
        // A text needs no box: it is taken wherever it is let go.
        let is_asked = |dragged: &&Dragged| !self.intake.is_answered && !is_text(&dragged.first.path);
        let dragged = self.intake.hovering.as_ref().filter(is_asked);
        let asked = self.intake.question.as_ref().map(|question| &question.file);
        asked.or(dragged.map(|dragged| &dragged.first))
    }

    /// What becomes of several files that came together.
    pub(super) fn several(&self) -> Option<String> {
        if let Some(question) = &self.intake.question {
            let (number, count) = (question.number, question.count);
            return match count {
                0 | 1 => None,
                _ if number == 1 => Some(several(count)),
                _ => Some(format!("File {number} of {count}. Esc leaves out the rest.")),
            };
        }
        let asked_about = |dragged: &Dragged| dragged.all.iter().filter(|path| !is_text(path)).count();
        let count = self.intake.hovering.as_ref().map_or(0, asked_about);
        (count > 1).then(|| several(count))
    }

    /// The name of a file that waits for a workspace to be opened.
    pub(super) fn waiting_file(&self) -> Option<String> {
        self.intake.question.as_ref().map(|question| file_name(&question.file.path))
    }
}

fn several(count: usize) -> String {
    format!("{count} files. The first is used, then you are asked about the others.")
}

/// Which of 1, 2, 3 was pressed, from 0, and whether Esc was.
fn keys(ctx: &Context) -> (Option<usize>, bool) {
    let pressed = |key| ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
    let escaped = pressed(Key::Escape);
    ([Key::Num1, Key::Num2, Key::Num3].into_iter().position(pressed), escaped)
}
