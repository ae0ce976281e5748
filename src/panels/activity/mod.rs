//! Activity: every job that runs or ran, and what went wrong, in full.

mod clearing;
mod csv;
mod entry;
mod head;
mod list;
mod menu;
mod named;
mod notes;
mod outage;
mod picture;
mod row;
mod spend;
mod trouble;
mod vault;
mod words;

use std::path::PathBuf;

use egui::{Align, Id, Layout, Rect, Stroke, Ui, UiBuilder, vec2};

use super::pace::Paces;
use super::{Command, Cx, KeyAction, Page, Panel, Pictures, has_keys};
use crate::runtime::Task;
use crate::store::Role;
use crate::ui::theme::Look as _;
use crate::ui::{Answer, Button, drawer, icons, notice, space};
use clearing::Clearing;
use entry::Part;
use list::List;
use outage::Outage;
use spend::Books;
use vault::Vault;
use words::Filter;

/// What a press on a row asks for.
#[derive(Debug, Clone)]
enum Act {
    Stop(String),
    Retry(String),
    /// Ends a wait.
    Now(String),
    AskForget(String),
    Forget(String),
    /// Saves the result into another folder.
    SaveElsewhere(String),
    OpenVoice(String),
    OpenTake(String),
    /// Puts the video of a job into the flow again: its face is picked there, or another voice is put on it.
    UseAgain(PathBuf),
    Do(Command),
}

/// The page.
#[derive(Default)]
pub struct ActivityPanel {
    search: String,
    filter: Filter,
    list: List,
    paces: Paces,
    pictures: Pictures,
    clearing: Clearing,
    /// Id of the job that may be forgotten.
    forgetting: Option<String>,
    /// A folder is being chosen for the result of the job with this id.
    placing: Option<(String, Task<Option<PathBuf>>)>,
    books: Books,
    vault: Vault,
    outage: Outage,
    /// Whether narrow windows show the books over the list.
    details: bool,
    /// The search gets the cursor.
    finding: bool,
}

impl Panel for ActivityPanel {
    fn away(&mut self) {
        self.vault.away();
    }

    fn logic(&mut self, cx: &mut Cx<'_>) {
        self.books.logic(cx);
        self.vault.logic(cx);
        self.outage.look(cx.jobs.all());
        self.clearing.work(cx);
        if let Some((id, task)) = &mut self.placing
            && let Some(picked) = task.take()
        {
            match picked {
                Ok(Some(folder)) => cx.jobs.save_elsewhere(id, folder),
                Ok(None) => {}
                Err(error) => cx.commands.complain("Could not choose a folder", error),
            }
            self.placing = None;
        }
    }

    fn key(&mut self, action: KeyAction, cx: &mut Cx<'_>) -> bool {
        match action {
            KeyAction::Delete => return self.delete(cx),
            KeyAction::Find => self.finding = true,
            KeyAction::Details => self.details = !self.details,
            KeyAction::Undo => return self.clearing.undo(),
            _ => return false,
        }
        true
    }

    fn take_back(&mut self, step: u64, _cx: &mut Cx<'_>) -> bool {
        self.clearing.take_back(step)
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if std::mem::take(&mut self.finding) {
            ui.memory_mut(|memory| memory.request_focus(search_id()));
        }
        let mut details = self.details;
        drawer::side_ui(ui, "Spending and saved files", 308.0, &mut details, |ui| self.side_ui(ui, cx));
        self.details = details;
        let room = ui.available_rect_before_wrap();
        self.list_ui(ui, cx, room);
        self.question_ui(ui, cx);
    }
}

impl ActivityPanel {
    /// Takes the selected row out of the list; asks first when something of it may be at the service.
    fn delete(&mut self, cx: &mut Cx<'_>) -> bool {
        let selected =
            self.list.selected.as_ref().filter(|(id, part)| *part == Part::Whole && !self.clearing.hides(id));
        let Some(job) = selected.and_then(|(id, _)| cx.jobs.get(id)) else { return false };
        let id = job.id.clone();
        if job.is_running() || job.may_be_at_service() {
            self.forgetting = Some(id);
        } else {
            let ids = [id].into();
            self.vault.remember(&ids, cx);
            self.clearing.begin(ids, cx);
        }
        true
    }

    fn side_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let room = ui.available_rect_before_wrap();
        let room = room.with_max_y(room.bottom() - space::XS);
        let (books, vault) = room.split_top_bottom_at_y((room.bottom() - vault::HEIGHT).max(room.top()));
        self.books.panel_ui(&mut part(ui, books.with_max_y(books.bottom() - space::M)), cx);
        self.vault.card_ui(&mut part(ui, vault), cx);
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, room: Rect) {
        let (head, list) = room.split_top_bottom_at_y(room.top() + 103.0);
        self.head_ui(&mut part(ui, head.shrink2(vec2(space::PAGE, 0.0))), cx);
        let edge = Stroke::new(1.0, ui.tokens().edge.soft);
        ui.painter().hline(room.x_range(), head.bottom() - 0.5, edge);
        let clearing = &self.clearing;
        let rows = self.list.shown(cx.store, cx.jobs.all(), self.filter, &self.search, |id| clearing.hides(id));
        let ui = &mut part(ui, list.with_min_x(list.left() + space::L));
        if has_keys(ui.ctx()) {
            self.list.keys(ui.ctx(), &rows);
        }
        let again = self.outage.note_ui(ui, &cx.store.service);
        if rows.is_empty() {
            let none = cx.jobs.all().iter().all(|job| self.clearing.hides(&job.id));
            self.nothing_ui(ui, none);
        } else if let Some(act) = self.rows_ui(ui, cx, &rows) {
            self.run(act, cx);
        }
        if again {
            cx.jobs.try_all_now();
        }
    }

    fn question_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let Some(job) = self.forgetting.as_deref().and_then(|id| cx.jobs.get(id)) else {
            self.forgetting = None;
            return;
        };
        let answer = menu::forget_ui(ui.ctx(), job, &named::title(cx.store, job), &cx.store.service);
        if answer == Some(Answer::Act) {
            let id = job.id.clone();
            self.run(Act::Forget(id), cx);
        }
        if answer.is_some() {
            self.forgetting = None;
        }
    }

    fn nothing_ui(&mut self, ui: &mut Ui, none_at_all: bool) {
        if none_at_all {
            let words = "Jobs from every page show up here.";
            notice::empty_ui(ui, icons::PULSE, "Nothing has run yet", words, |_| {});
            return;
        }
        let searched = !self.search.trim().is_empty();
        let title =
            if searched { format!("No job matches “{}”", self.search.trim()) } else { "No such job".to_owned() };
        let words = "Search looks at names, texts, voices and files.";
        let words = if searched { words } else { "None of the jobs is in this state." };
        notice::empty_ui(ui, icons::MAGNIFYING_GLASS, &title, words, |ui| {
            if Button::secondary("Show all jobs").show(ui).clicked() {
                (self.search, self.filter) = (String::new(), Filter::All);
            }
        });
    }

    fn run(&mut self, act: Act, cx: &mut Cx<'_>) {
        match act {
            Act::Stop(id) => cx.jobs.stop(&id),
            Act::Retry(id) => cx.jobs.retry(&id),
            Act::Now(id) => cx.jobs.try_now(&id),
            Act::AskForget(id) => self.forgetting = Some(id),
            Act::SaveElsewhere(id) => {
                let folder = cx.settings.output_folder();
                self.placing = Some((id, cx.files.pick_folder(cx.runtime, &folder)));
            }
            Act::Forget(id) => {
                self.vault.remember(&[id.clone()].into(), cx);
                self.clearing.forget(&id, cx);
            }
            Act::OpenVoice(id) => {
                cx.store.show_voice = Some(id);
                cx.commands.push(Command::Go(Page::Voices));
            }
            Act::OpenTake(id) => {
                cx.commands.push(Command::Go(Page::Script));
                cx.commands.push(Command::HearTake(id));
            }
            Act::UseAgain(video) => cx.commands.push(Command::Bring(video, Role::Target)),
            Act::Do(command) => cx.commands.push(command),
        }
    }
}

fn search_id() -> Id {
    Id::unique("search jobs")
}

/// A part of the page, filled from its top.
fn part(ui: &mut Ui, rect: Rect) -> Ui {
    let mut part = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    part.shrink_clip_rect(rect.expand(4.0));
    part
}

#[cfg(test)]
pub(crate) use words::tests;
