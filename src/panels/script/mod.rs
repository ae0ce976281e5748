//! The script page: lines, each with a voice and its takes. Speaking is a job; its row stands at its line until the
//! take is there.

mod aside;
mod batch;
mod casting;
mod chips;
mod closed;
mod column;
mod compare;
mod edits;
mod export;
mod gone;
mod head;
mod importing;
mod index;
mod join;
mod keys;
mod left_over;
mod line;
mod naming;
mod row;
mod rules;
mod say;
mod takes;
mod trim;
mod turning;
mod typing;
mod voice;
mod waiting;
mod writes;

use std::collections::HashSet;

use egui::{CentralPanel, Frame, Margin, ScrollArea, Ui};

use super::{Cx, KeyAction, Panel, Pictures, limits, speech};
use crate::jobs::{Outcome, Request, State};
use crate::library::Take;
use crate::ui::{drawer, layout};

use batch::Batch;
use compare::Compare;
use edits::History;
use export::Export;
use gone::Gone;
use importing::Importing;
use join::Join;
use naming::Naming;
use say::Say;
use trim::Trims;
use writes::Writes;

/// Width of the panel with voice and settings.
const ASIDE: f32 = 308.0;
/// Around the lines.
const LINES: Margin = Margin { left: 16, right: 16, top: 14, bottom: 0 };
/// Lines longer than this are hard to read.
const COLUMN: f32 = 980.0;

/// Deleted takes that can be had back.
const MOST_AWAY: usize = 50;

/// The script page.
#[derive(Default)]
pub struct ScriptPanel {
    /// What is searched for in the voice picker.
    search: String,
    /// Speak jobs that failed or were stopped while the program ran, until they are dealt with.
    failures: Vec<String>,
    /// Those that were dealt with.
    dismissed: HashSet<String>,
    seen: Seen,
    pictures: Pictures,
    index: index::Kept,
    compare: Compare,
    trims: Trims,
    export: Export,
    join: Join,
    /// Id of the take whose row has the focus.
    row_in_hand: Option<String>,
    edits: Edits,
    say: Say,
    batch: Batch,
}

/// What was there at the last drawing.
#[derive(Default)]
struct Seen {
    /// Another voice puts the cursor into the line.
    voice: Option<String>,
    /// The pass in which the page was last drawn: a gap means that it has just been opened.
    drawn_at: u64,
    /// The cursor was in the line.
    in_text: bool,
    /// The flow that can be undone.
    flow: String,
    /// The panel with voice and settings is open in a narrow window.
    aside: bool,
}

/// What is done to lines and takes, beyond their text.
#[derive(Default)]
struct Edits {
    history: History,
    /// Takes that were deleted and can be had back, with the numbers of these steps; the last is the newest.
    away: Vec<(u64, Take)>,
    importing: Importing,
    writes: Writes,
    gone: Gone,
    naming: Option<Naming>,
    /// The line that is dragged.
    dragged: Option<String>,
    /// The cursor goes into the active line.
    focus: bool,
    /// Its text has just been given the focus.
    scroll: bool,
}

impl Panel for ScriptPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        cx.store.voices.ensure(|| cx.runtime.spawn(cx.client.voices()));
        if self.seen.flow != cx.store.flow.id {
            self.seen.flow.clone_from(&cx.store.flow.id);
            self.edits.history.clear();
            self.edits.away.clear();
            self.edits.gone.open(cx);
            self.batch.open(cx);
        }
        for job in cx.jobs.news() {
            match (&job.request, &job.state) {
                (Request::Speak(_), State::Done(Outcome::Take(take))) => {
                    if let Some(line) = rules::chosen_for(cx.store, take)
                        && let Some(line) = cx.store.flow.lines.get_mut(&line)
                    {
                        line.take_id = Some(take.id.clone());
                    }
                    self.say.spoken(take, cx.commands);
                }
                (Request::Speak(_), State::Failed(_) | State::Stopped) => self.failures.push(job.id.clone()),
                _ => {}
            }
        }
        self.failures.retain(|id| cx.jobs.get(id).is_some_and(|job| !job.is_running()));
        self.pictures.keep_in(cx.store.cache_dir());
        for id in self.trims.work(cx) {
            self.compare.forget(&id, cx);
            if cx.player.now().is_some_and(|now| now.key == row::key(&id)) {
                cx.player.stop();
            }
        }
        self.export.work(cx);
        self.compare.work(cx);
        self.join.work();
        self.edits.scroll |= self.edits.importing.work(cx, &mut self.edits.history);
        self.edits.gone.work(cx);
        self.batch.work(cx, &mut self.edits.writes);
        self.edits.writes.work(cx);
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.keys(ui.ctx(), cx);
        self.typing(ui.ctx(), cx);
        let index = self.index.get(cx.store);
        ui.spacing_mut().item_spacing.y = 0.0;
        self.head_ui(ui, cx, &index);
        self.row_in_hand = None;
        layout::line_ui(ui);
        let mut open = self.seen.aside;
        drawer::side_ui(ui, "Voice and settings", ASIDE, &mut open, |ui| self.aside_ui(ui, cx, &index));
        self.seen.aside = open;
        CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
            ScrollArea::vertical().id_salt("lines").auto_shrink(false).show(ui, |ui| {
                Frame::new().inner_margin(LINES).show(ui, |ui| self.column_ui(ui, cx, &index));
            });
        });
        self.join.ui(ui.ctx(), cx, &mut self.export);
        self.dialogs_ui(ui.ctx(), cx);
    }

    fn key(&mut self, action: KeyAction, cx: &mut Cx<'_>) -> bool {
        match action {
            KeyAction::Undo => self.undo(cx),
            KeyAction::Redo => self.redo(cx),
            KeyAction::Details => {
                self.seen.aside = !self.seen.aside;
                true
            }
            KeyAction::Rename => {
                let take = self.row_in_hand.as_deref().and_then(|id| cx.store.take(id));
                self.edits.naming = Some(match take {
                    Some(take) => Naming::of_take(cx.store, take),
                    None => Naming::of_flow(&cx.store.flow),
                });
                true
            }
            KeyAction::Delete => {
                let Some(id) = self.row_in_hand.clone() else { return false };
                self.delete_take(cx, &id);
                true
            }
            KeyAction::Find | KeyAction::RunAll => false,
        }
    }

    fn take_back(&mut self, step: u64, cx: &mut Cx<'_>) -> bool {
        self.take_back_step(step, cx)
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        speak(cx);
    }
}

impl ScriptPanel {
    /// Puts a take away until somebody takes that back; its file stays.
    fn delete_take(&mut self, cx: &mut Cx<'_>, id: &str) {
        let Some(place) = cx.store.takes.iter().position(|take| take.id == id) else { return };
        if cx.player.now().is_some_and(|now| now.key == row::key(id)) {
            cx.player.stop();
        }
        self.compare.forget(id, cx);
        let take = cx.store.takes.remove(place);
        let (title, of, at) =
            (cx.store.take_title(&take), take.id.clone(), crate::jobs::stamp(time::OffsetDateTime::now_utc()));
        let step = self.edits.history.number();
        self.edits.away.push((step, take));
        if self.edits.away.len() > MOST_AWAY {
            self.edits.away.remove(0);
        }
        self.edits.writes.push(move |library| library.put_take_away(&of, Some(&at)));
        let detail = "Its file stays where it is.".to_owned();
        cx.commands.push(super::Command::Undoable {
            title: format!("{title} deleted"),
            detail,
            page: super::Page::Script,
            step,
        });
    }
}

/// Speaks the line that is worked on, when nothing is missing.
fn speak(cx: &mut Cx<'_>) {
    let id = cx.store.flow.lines.active().id.clone();
    speak_line(cx, &id);
}

/// Speaks a line, when nothing is missing.
fn speak_line(cx: &mut Cx<'_>, id: &str) {
    let Some(line) = cx.store.flow.lines.get(id) else { return };
    if rules::why_not_line(cx.store, cx.jobs, line).is_some() {
        return;
    }
    let job = speech::job_of(cx.store, line);
    if !limits::holds_back(cx, None)
        && let Some(job) = job
    {
        cx.jobs.start(Request::Speak(job));
    }
}
