//! Activity: every job that runs or ran, and what went wrong, in full.

mod row;
mod words;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use egui::{Align, Id, Key, Layout, Modifiers, Rect, ScrollArea, Stroke, Ui, UiBuilder, pos2, vec2};

use super::find::Needle;
use super::{Command, Cx, Page, Panel, Pictures, has_keys};
use crate::jobs::Job;
use crate::runtime::Task;
use crate::ui::chip::{self, Chip};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Field, icons, layout, notice, space};
use words::Filter;

/// What a press on a row asks for.
enum Act {
    Stop(String),
    Retry(String),
    OpenVoice(String),
    OpenTake(String),
    Do(Command),
}

/// How long a job has been under way, as seen from here: a job tried again counts from then.
#[derive(Debug, Clone, Copy)]
enum Took {
    Since(Instant),
    Ended(Duration),
}

/// The page.
#[derive(Default)]
pub struct ActivityPanel {
    search: String,
    filter: Filter,
    took: HashMap<String, Took>,
    pictures: Pictures,
    clearing: Option<Task<()>>,
}

impl Panel for ActivityPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        self.watch(cx.jobs.all());
        if let Some(Err(error)) = self.clearing.as_mut().and_then(Task::take) {
            cx.commands.complain("Could not clear the list for good", error);
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if has_keys(ui.ctx()) && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::F)) {
            ui.memory_mut(|memory| memory.request_focus(search_id()));
        }
        let room = ui.available_rect_before_wrap();
        let (head, list) = room.split_top_bottom_at_y(room.top() + 103.0);
        self.head_ui(&mut part(ui, head.shrink2(vec2(space::PAGE, 0.0))), cx);
        let edge = Stroke::new(1.0, ui.tokens().edge.soft);
        ui.painter().hline(room.x_range(), head.bottom() - 0.5, edge);
        let jobs = words::in_order(cx.jobs.all(), self.filter, &Needle::new(&self.search));
        let ui = &mut part(ui, list.shrink2(vec2(space::L, 0.0)));
        if jobs.is_empty() {
            self.nothing_ui(ui, cx.jobs.all().is_empty());
        } else if let Some(act) = self.rows_ui(ui, cx, &jobs) {
            if let Act::Retry(id) = &act {
                self.took.insert(id.clone(), Took::Since(Instant::now()));
            }
            run(act, cx);
        }
    }
}

impl ActivityPanel {
    /// Notes when jobs begin and end.
    fn watch(&mut self, jobs: &[Job]) {
        for job in jobs {
            let known = self.took.get(&job.id).copied();
            match (known, job.is_running()) {
                (None | Some(Took::Ended(_)), true) => {
                    self.took.insert(job.id.clone(), Took::Since(Instant::now()));
                }
                (Some(Took::Since(since)), false) => {
                    self.took.insert(job.id.clone(), Took::Ended(since.elapsed()));
                }
                _ => {}
            }
        }
        if self.took.len() > jobs.len() {
            self.took.retain(|id, _| jobs.iter().any(|job| job.id == *id));
        }
    }

    /// How long a job runs or ran; from its row when it ended before this window opened.
    fn took(&self, job: &Job) -> Option<Duration> {
        match self.took.get(&job.id) {
            Some(Took::Since(since)) => Some(since.elapsed()),
            Some(Took::Ended(took)) => Some(*took),
            None => (job.finished_at? - job.created_at).try_into().ok(),
        }
    }

    fn head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let over = cx.jobs.all().iter().any(|job| !job.is_running());
        ui.spacing_mut().item_spacing.y = 0.0;
        let why = (!over).then_some("No job has finished yet");
        layout::page_head_ui(
            ui,
            "Activity",
            |_| {},
            |ui| {
                let tip = "Clears the rows. The files stay.";
                if Button::ghost("Clear finished").off_if(why).tip(tip).show(ui).clicked() {
                    self.clearing = Some(cx.jobs.clear_finished(cx.store.flow.result.as_deref()));
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
        chip::group_ui(ui, &mut self.filter, chips.into());
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
        if let Some(pause) = jobs.iter().copied().filter_map(refresh).min() {
            ui.ctx().request_repaint_after(pause);
        }
        ScrollArea::vertical().auto_shrink(false).show_viewport(ui, |ui, view| {
            let origin = ui.max_rect().min;
            let (width, mut top) = (ui.available_width() - space::S, space::S);
            for job in jobs {
                let height = row::height(ui, job, width);
                if top + height >= view.top() && top <= view.bottom() {
                    let rect = Rect::from_min_size(origin + vec2(0.0, top), vec2(width, height));
                    // An id of its own, so that the focus stays on its button when rows change places.
                    let scope = UiBuilder::new().scope_id(Id::unique(("job", &job.id))).max_rect(rect);
                    let drawn = self.row_ui(&mut ui.new_child(scope), cx, job, rect);
                    act = act.take().or(drawn);
                }
                top += height;
            }
            let end = pos2(origin.x + width, origin.y + top + space::L);
            ui.expand_to_include_rect(Rect::from_min_max(origin, end));
        });
        act
    }
}

/// How soon a job's row looks different: its bar moves, or its clock ticks.
fn refresh(job: &Job) -> Option<Duration> {
    let counts = job.progress.total() > 0;
    job.is_running().then(|| Duration::from_millis(if counts { 200 } else { 1000 }))
}

fn run(act: Act, cx: &mut Cx<'_>) {
    match act {
        Act::Stop(id) => cx.jobs.stop(&id),
        Act::Retry(id) => cx.jobs.retry(&id),
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

fn search_id() -> Id {
    Id::unique("search jobs")
}

/// A part of the page, filled from its top.
fn part(ui: &mut Ui, rect: Rect) -> Ui {
    let mut part = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    part.shrink_clip_rect(rect.expand(4.0));
    part
}
