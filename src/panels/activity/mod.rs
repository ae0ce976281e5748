//! Activity: every job that runs or ran, and what went wrong, in full.

mod csv;
mod menu;
mod notes;
mod row;
mod spend;
mod words;

use std::path::PathBuf;

use egui::{Align, Id, Key, Layout, Modifiers, Rect, ScrollArea, Stroke, Ui, UiBuilder, pos2, vec2};
use time::OffsetDateTime;

use super::find::Needle;
use super::pace::Paces;
use super::{Command, Cx, Page, Panel, Pictures, has_keys, wait};
use crate::jobs::Job;
use crate::runtime::Task;
use crate::ui::chip::{self, Chip};
use crate::ui::theme::Look as _;
use crate::ui::{Answer, Button, Field, Type, format, icons, layout, notice, space, truncate};
use row::Row;
use spend::Books;
use words::Filter;

/// What a press on a row asks for.
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
    Do(Command),
}

/// The page.
#[derive(Default)]
pub struct ActivityPanel {
    search: String,
    filter: Filter,
    paces: Paces,
    pictures: Pictures,
    clearing: Option<Task<()>>,
    /// Id of the job that may be forgotten.
    forgetting: Option<String>,
    /// A folder is being chosen for the result of the job with this id.
    placing: Option<(String, Task<Option<PathBuf>>)>,
    books: Books,
    /// Whether narrow windows show the books over the list.
    details: bool,
}

impl Panel for ActivityPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        self.books.logic(cx);
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
        if let Some(Err(error)) = self.clearing.as_mut().and_then(Task::take) {
            cx.commands.complain("Could not clear the list for good", error);
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let narrow = layout::is_narrow(ui);
        self.keys(ui, narrow);
        let whole = ui.available_rect_before_wrap();
        let (room, side) = whole.split_left_right_at_x(whole.right() - layout::inspector_width(ui, 308.0));
        self.list_ui(ui, cx, if narrow { whole } else { room }, narrow);
        if !narrow {
            self.side_ui(ui, cx, side, false);
        } else if self.details {
            let area = egui::Area::new(Id::unique("spend details")).order(egui::Order::Middle).fixed_pos(side.min);
            area.constrain(false).show(ui.ctx(), |ui| {
                // The whole surface is the area's, so that nothing below it is pressed through it.
                ui.allocate_rect(side, egui::Sense::click());
                self.side_ui(ui, cx, side, true);
            });
        }
        self.question_ui(ui, cx);
    }
}

impl ActivityPanel {
    fn keys(&mut self, ui: &Ui, narrow: bool) {
        if !has_keys(ui.ctx()) {
            return;
        }
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::COMMAND, Key::F) {
            ui.memory_mut(|memory| memory.request_focus(search_id()));
        }
        if narrow && pressed(Modifiers::COMMAND, Key::I) {
            self.details = !self.details;
        }
        if narrow && self.details && !ui.ctx().text_edit_focused() && pressed(Modifiers::NONE, Key::Escape) {
            self.details = false;
        }
    }

    fn side_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect, closable: bool) {
        let t = ui.tokens();
        ui.painter().rect_filled(rect, 0, t.fill.surface);
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), Stroke::new(1.0, t.edge.soft));
        let inside = &mut part(ui, rect.shrink2(vec2(20.0, space::L)));
        if self.books.panel_ui(inside, cx, closable) {
            self.details = false;
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, room: Rect, narrow: bool) {
        let (head, list) = room.split_top_bottom_at_y(room.top() + 103.0);
        self.head_ui(&mut part(ui, head.shrink2(vec2(space::PAGE, 0.0))), cx, narrow);
        let edge = Stroke::new(1.0, ui.tokens().edge.soft);
        ui.painter().hline(room.x_range(), head.bottom() - 0.5, edge);
        let jobs = words::in_order(cx.jobs.all(), self.filter, &Needle::new(&self.search));
        let ui = &mut part(ui, list.shrink2(vec2(space::L, 0.0)));
        if jobs.is_empty() {
            self.nothing_ui(ui, cx.jobs.all().is_empty());
        } else if let Some(act) = self.rows_ui(ui, cx, &jobs) {
            self.run(act, cx);
        }
    }

    fn question_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let Some(job) = self.forgetting.as_deref().and_then(|id| cx.jobs.get(id)) else {
            self.forgetting = None;
            return;
        };
        let answer = menu::forget_ui(ui.ctx(), job, &cx.store.service);
        if answer == Some(Answer::Act) {
            let id = job.id.clone();
            self.run(Act::Forget(id), cx);
        }
        if answer.is_some() {
            self.forgetting = None;
        }
    }

    fn head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, narrow: bool) {
        let over = cx.jobs.all().iter().any(|job| !job.is_running());
        let cleared = cx.jobs.all().iter().any(|job| !job.is_running() && !job.may_be_at_service());
        ui.spacing_mut().item_spacing.y = 0.0;
        let why = match (cleared, over) {
            (true, _) => None,
            (false, true) => Some("What may still be at the service stays in the list"),
            (false, false) => Some("No job has finished yet"),
        };
        layout::page_head_ui(
            ui,
            "Activity",
            |_| {},
            |ui| {
                let tip = "Clears the rows. The files stay, and so does what may still be at the service.";
                if Button::ghost("Clear finished").off_if(why).tip(tip).show(ui).clicked() {
                    self.clearing = Some(cx.jobs.clear_finished(cx.store.flow.result.as_deref()));
                }
                if narrow && Button::secondary("Details").tip("Ctrl I").show(ui).clicked() {
                    self.details = !self.details;
                }
                let field = Field::new("Search jobs", &mut self.search).hide_label().id(search_id());
                let field = field.placeholder("Search jobs").icon(icons::MAGNIFYING_GLASS).key("Ctrl F");
                let layout = Layout::top_down(Align::Min);
                ui.allocate_ui_with_layout(vec2(220.0, 32.0), layout, |ui| field.show(ui));
            },
        );
        let chips = Filter::ALL.map(|filter| {
            let count = cx.jobs.all().iter().filter(|job| filter.takes(job)).count();
            (filter, Chip::new(filter.name()).count(count))
        });
        let plan = cx.store.spend.as_ref().and_then(|spend| spend.at_a_time);
        ui.horizontal(|ui| {
            chip::group_ui(ui, &mut self.filter, chips.into());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Some(limit) = plan {
                    let jobs = format::count(limit.try_into().unwrap_or(u64::MAX), "job", "jobs");
                    let words = format!("{} runs {jobs} at a time on this plan", cx.store.service);
                    truncate::name_ui(ui, &words, Type::Small, ui.tokens().text.hint);
                }
            });
        });
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

    /// Rows of different heights; only those in sight are laid out.
    fn rows_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, jobs: &[&Job]) -> Option<Act> {
        let mut act = None;
        wait::ask_frames(ui, jobs.iter().copied());
        let (now, secs) = (OffsetDateTime::now_utc(), ui.input(|input| input.time));
        let plan = cx.store.spend.as_ref().and_then(|spend| spend.at_a_time);
        ScrollArea::vertical().auto_shrink(false).show_viewport(ui, |ui, view| {
            let origin = ui.max_rect().min;
            let (width, mut top) = (ui.available_width() - space::S, space::S);
            for job in jobs {
                let note = notes::note(job, now, &cx.store.service, plan);
                let height = row::height(ui, note.as_ref(), width);
                if top + height >= view.top() && top <= view.bottom() {
                    let rect = Rect::from_min_size(origin + vec2(0.0, top), vec2(width, height));
                    // An id of its own, so that the focus stays on its button when rows change places.
                    let scope = UiBuilder::new().scope_id(Id::unique(("job", &job.id))).max_rect(rect);
                    let (pace, usual) = (self.paces.words(job, secs), words::usual(job, cx.jobs.all()));
                    let row = Row { job, note: note.as_ref(), now, pace, usual };
                    let drawn = self.row_ui(&mut ui.new_child(scope), cx, &row, rect);
                    act = act.take().or(drawn);
                }
                top += height;
            }
            let end = pos2(origin.x + width, origin.y + top + space::L);
            ui.expand_to_include_rect(Rect::from_min_max(origin, end));
        });
        act
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
            Act::Forget(id) => self.clearing = Some(cx.jobs.forget(&id)),
            Act::OpenVoice(id) => {
                cx.store.show_voice = Some(id);
                cx.commands.push(Command::Go(Page::Voices));
            }
            Act::OpenTake(id) => {
                cx.commands.push(Command::Go(Page::Script));
                cx.commands.push(Command::HearTake(id));
            }
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
pub(super) use words::tests;
