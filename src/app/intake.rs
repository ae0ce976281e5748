//! Files on their way into the window: the overlay while they are dragged, and the question what a dropped file is
//! for. The whole window is the target, from any page.

use std::path::PathBuf;

use egui::{Context, Key, Pos2};

use super::App;
use super::commands::place;
use crate::error::Error;
use crate::media::probe::{self, Probe};
use crate::panels::Command;
use crate::remote::Remote;
use crate::runtime::Runtime;
use crate::script::import;
use crate::store::{MediaFile, Role, file_name};

/// The three uses of a file, in the order of their keys.
pub(super) const ROLES: [Role; 3] = [Role::Source, Role::Target, Role::Audio];

/// What is being dragged or asked about.
#[derive(Default)]
pub(super) struct Intake {
    /// Names of the files over the window.
    pub hovering: Vec<PathBuf>,
    /// Where the pointer was seen during this drag; some systems do not tell.
    pub pointer: Option<Pos2>,
    pub question: Option<Question>,
    /// What a drop into a box asks for; waits while the workspace is being opened.
    pub asked: Option<Command>,
}

/// A file that was dropped without saying what for.
pub(super) struct Question {
    pub path: PathBuf,
    pub facts: Remote<Probe>,
    /// How many more were dropped with it.
    pub others: usize,
}

impl Intake {
    /// Asks what the first of these files is for.
    pub fn offer(&mut self, paths: &[PathBuf], runtime: &Runtime) {
        let Some(path) = paths.first() else { return };
        if import::is_text(&file_name(path)) {
            self.asked = Some(Command::ImportText(path.clone()));
            return;
        }
        let mut facts = Remote::default();
        let file = path.clone();
        facts.load(runtime.blocking(move || probe::probe(&file)));
        self.question = Some(Question { path: path.clone(), facts, others: paths.len() - 1 });
    }

    /// Watches for drags and drops. The boxes are there while a workspace is open.
    pub fn work(&mut self, ctx: &Context, runtime: &Runtime, boxes: bool) {
        let (hovering, dropped, moved) = ctx.input(|input| {
            let hovering: Vec<PathBuf> = input.raw.hovered_files.iter().filter_map(|file| file.path.clone()).collect();
            let dropped: Vec<PathBuf> = input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect();
            let moved = input.events.iter().any(|event| matches!(event, egui::Event::PointerMoved(_)));
            (hovering, dropped, moved.then(|| input.pointer.latest_pos()).flatten())
        });
        if !hovering.is_empty() || !dropped.is_empty() {
            self.pointer = moved.or(self.pointer);
        } else {
            self.pointer = None;
        }
        self.hovering = hovering;
        if !dropped.is_empty() {
            let over = self.pointer.take().filter(|_| boxes && !import::is_text(&file_name(&dropped[0])));
            match over.and_then(|at| shell_role(ctx, at)) {
                Some(role) => self.asked = Some(Command::Bring(dropped[0].clone(), role)),
                None => self.offer(&dropped, runtime),
            }
        }
        if let Some(question) = &mut self.question {
            question.facts.poll();
        }
    }
}

/// Which box of the overlay lies under a point.
fn shell_role(ctx: &Context, at: Pos2) -> Option<Role> {
    let boxes = super::overlay::boxes(ctx.content_rect());
    boxes.iter().position(|area| area.contains(at)).map(|index| ROLES[index])
}

impl Question {
    /// Why the file does not fit a use; `None` when it does, or while it is not known.
    pub fn unfit(&self, role: Role) -> Option<&'static str> {
        let probe = self.facts.value()?;
        MediaFile { path: self.path.clone(), probe: probe.clone() }.unfit_for(role)
    }

    /// The file in a line: its facts, that it is being read, or why it can't be.
    pub fn words(&self) -> Result<String, &Error> {
        match (self.facts.value(), self.facts.error()) {
            (_, Some(error)) => Err(error),
            (Some(probe), _) => Ok(probe.facts()),
            (None, None) => Ok("Reading the file".to_owned()),
        }
    }
}

impl App {
    /// The keys 1, 2, 3 and Esc, while the question stands. Before anything else sees them.
    pub(super) fn question_keys(&mut self, ctx: &Context) {
        if self.intake.question.is_none() {
            return;
        }
        let pressed = |key| ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
        if pressed(Key::Escape) {
            self.intake.question = None;
        }
        let chosen = [Key::Num1, Key::Num2, Key::Num3].into_iter().position(pressed);
        // The same key press also arrives as text, which no field behind the overlay should get.
        ctx.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
        self.answer(chosen);
    }

    /// Answers the question with the use of that place in [`ROLES`].
    pub(super) fn answer(&mut self, chosen: Option<usize>) {
        let Some(question) = &self.intake.question else { return };
        let Some(role) = chosen.map(|index| ROLES[index]) else { return };
        let path = question.path.clone();
        match question.facts.value().cloned() {
            Some(_) if question.unfit(role).is_some() => {}
            Some(probe) => {
                self.intake.question = None;
                place(self, MediaFile { path, probe }, role);
            }
            // Still being read: its page takes it from here, and says so when it does not fit.
            None if question.facts.error().is_none() => {
                self.intake.question = None;
                if let Some(session) = &mut self.session {
                    session.commands.push(Command::Bring(path, role));
                }
            }
            None => {}
        }
    }

    /// The dragged or asked-about file's name, and how many come with it.
    pub(super) fn intake_title(&self) -> Option<(String, usize)> {
        if let Some(question) = &self.intake.question {
            return Some((file_name(&question.path), question.others));
        }
        let first = self.intake.hovering.first()?;
        Some((file_name(first), self.intake.hovering.len() - 1))
    }
}
