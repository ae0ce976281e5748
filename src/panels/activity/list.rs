//! The list: which jobs are shown, in which order and how high, which one is selected, and the keys for all of it. Only
//! rows in sight are laid out, so that thousands of them cost no more than ten.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use egui::style::ScrollAnimation;
use egui::{Context, EventFilter, Id, Modifiers, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};
use time::OffsetDateTime;

use super::entry::{Entry, Key, Part};
use super::row::{self, Row};
use super::{Act, ActivityPanel, named, notes, search_id, trouble, words};
use crate::find::{Folded, Needle};
use crate::jobs::{Job, State, Waiting};
use crate::panels::{Cx, pressed, wait, when};
use crate::store::Store;
use crate::ui::{layout, space};
use words::{Filter, Spot};

/// Where a row stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    index: usize,
    count: usize,
    /// The job of the row above.
    above: Option<&'a Job>,
}

/// What is shown of the jobs.
#[derive(Default)]
pub(super) struct List {
    /// Every row in order but the hidden ones, and what that was made from.
    order: (u64, Vec<Spot>),
    /// Those of them that are shown, and what that was made from.
    shown: (u64, Vec<Spot>),
    /// What is searched of every row, and what that was made from; once something was searched for.
    searched: Option<(u64, Vec<Folded>)>,
    /// Heights of rows with a failure, by job; laid out once for a width.
    heights: HashMap<String, f32>,
    width: f32,
    /// The selected row.
    pub selected: Option<Key>,
    /// The selected row is brought into sight, and gets the focus.
    reveal: bool,
    /// The row that has the focus.
    focused: Option<Id>,
}

impl List {
    /// The jobs a chip and a search leave, in order. Ordered anew only when a job changed, came or went.
    pub fn shown<'a>(
        &mut self,
        store: &Store,
        jobs: &'a [Job],
        filter: Filter,
        search: &str,
        hidden: impl Fn(&str) -> bool,
    ) -> Vec<Entry<'a>> {
        let mut key = DefaultHasher::new();
        let flow = &store.flow;
        (&flow.id, &flow.name, flow.lines.len(), store.notes.revision(), store.takes.len()).hash(&mut key);
        // What rows are called, and by what they are found.
        store.flows.all().iter().flat_map(|flows| flows.iter()).for_each(|entry| entry.name.hash(&mut key));
        for job in jobs {
            let is_sent = job.checkpoint.saving.uploaded.is_some();
            (&job.id, words::rank(Entry::whole(job)), job.finished_at, is_sent, hidden(&job.id)).hash(&mut key);
        }
        let changed = key.finish();
        (filter, search).hash(&mut key);
        let key = key.finish();
        if changed != self.order.0 {
            let mut order = words::in_order(jobs);
            order.retain(|spot| jobs.get(spot.job).is_some_and(|job| !hidden(&job.id)));
            self.order = (changed, order);
            self.heights.clear();
        }
        if key != self.shown.0 {
            let needle = Needle::new(search);
            if !needle.is_empty() && self.searched.as_ref().is_none_or(|(made_from, _)| *made_from != changed) {
                self.searched = Some((changed, words::folded(store, jobs)));
            }
            let searched = self.searched.as_ref().map_or(&[][..], |(_, searched)| searched);
            self.shown = (key, words::found(jobs, &self.order.1, filter, &needle, searched));
        }
        self.shown.1.iter().filter_map(|spot| spot.entry(jobs)).collect()
    }

    fn height(&mut self, ui: &Ui, job: &Job, note: Option<&notes::Note>, width: f32) -> f32 {
        if note.is_none() {
            return trouble::height(ui, None, width);
        }
        if (self.width - width).abs() > 0.5 {
            self.heights.clear();
            self.width = width;
        }
        // What waits says how long, so its words change; what failed says the same for ever.
        if !matches!(job.state, State::Failed(_)) {
            return trouble::height(ui, note, width);
        }
        *self.heights.entry(job.id.clone()).or_insert_with(|| trouble::height(ui, note, width))
    }

    /// Up, Down, `PgUp`, `PgDn`, Home and End move the selection; only while the list, or nothing, has the focus.
    pub fn keys(&mut self, ctx: &Context, rows: &[Entry<'_>]) {
        let focused = ctx.memory(egui::Memory::focused);
        if focused.is_some() && focused != self.focused {
            return;
        }
        if let Some(row) = focused {
            let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ctx.memory_mut(|memory| memory.set_focus_lock_filter(row, filter));
        }
        let all = rows.len().try_into().unwrap_or(isize::MAX);
        let steps = [
            (egui::Key::ArrowDown, 1),
            (egui::Key::ArrowUp, -1),
            (egui::Key::PageDown, 10),
            (egui::Key::PageUp, -10),
            (egui::Key::Home, -all),
            (egui::Key::End, all),
        ];
        for (key, by) in steps {
            if pressed(ctx, Modifiers::NONE, key) {
                self.step(rows, by);
            }
        }
    }

    fn step(&mut self, rows: &[Entry<'_>], by: isize) {
        let Some(last) = rows.len().checked_sub(1) else { return };
        let at = rows.iter().position(|entry| entry.is(self.selected.as_ref()));
        let to = at.map_or(0, |at| at.saturating_add_signed(by).min(last));
        self.selected = Some(rows[to].key());
        self.reveal = true;
    }
}

impl ActivityPanel {
    /// Rows of different heights; only those in sight are laid out.
    pub(super) fn rows_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, rows: &[Entry<'_>]) -> Option<Act> {
        let mut act = None;
        wait::ask_frames(ui, rows.iter().map(|entry| entry.job));
        let now = when::utc();
        let plan = cx.store.spend.as_ref().and_then(|spend| spend.at_a_time);
        ScrollArea::vertical().auto_shrink(false).show_viewport(ui, |ui, view| {
            let origin = ui.max_rect().min;
            // The scroll bar has the margin of the page.
            let (width, mut top) = (ui.available_width() - space::L, space::S);
            for (index, entry) in rows.iter().enumerate() {
                let is_whole = entry.part == Part::Whole;
                let note = is_whole.then(|| notes::note(entry.job, now, &cx.store.service, plan)).flatten();
                let height = self.list.height(ui, entry.job, note.as_ref(), width);
                let rect = Rect::from_min_size(origin + vec2(0.0, top), vec2(width, height));
                // The selected one is there also out of sight, so that it keeps the focus.
                let selected = entry.is(self.list.selected.as_ref());
                if self.list.reveal && selected {
                    ui.scroll_to_rect_animation(rect, None, ScrollAnimation::none());
                }
                if selected || (top + height >= view.top() && top <= view.bottom()) {
                    let place = Place { index, count: rows.len(), above: index.checked_sub(1).map(|at| rows[at].job) };
                    act = act.take().or(self.place_ui(ui, cx, *entry, note.as_ref(), place, now, rect));
                }
                top += height;
            }
            self.list.reveal = false;
            let end = pos2(origin.x + width, origin.y + top + space::L);
            ui.expand_to_include_rect(Rect::from_min_max(origin, end));
        });
        act
    }

    #[expect(clippy::too_many_arguments, reason = "a row and where it stands")]
    fn place_ui(
        &mut self,
        ui: &mut Ui,
        cx: &Cx<'_>,
        entry: Entry<'_>,
        note: Option<&notes::Note>,
        place: Place<'_>,
        now: OffsetDateTime,
        rect: Rect,
    ) -> Option<Act> {
        // An id of its own, so that the focus stays on its button when rows change places.
        let job = entry.job;
        let scope = UiBuilder::new().scope_id(Id::unique(("job", &job.id, entry.part))).max_rect(rect);
        let secs = ui.input(|input| input.time);
        let speed = self.paces.words(job, secs);
        // Both look at every job, and are said only of what is not over.
        let usual = entry.ended_at().is_none().then(|| words::usual(job, cx.jobs.all())).flatten();
        let in_line = job.is_running() && matches!(job.waiting, Some(Waiting::Turn));
        let turn = if in_line { words::turn_words(cx.store, job, place.above, cx.jobs.all()) } else { String::new() };
        let selected = entry.is(self.list.selected.as_ref());
        let (title, context) = (named::row(cx.store, entry), named::context(cx.store, entry));
        let (main, is_sandbox) = (row::main_act(cx.store, entry), cx.store.is_sandbox);
        let row = Row { entry, title, context, note, now, pace: speed, usual, turn, selected, main, is_sandbox };
        let ui = &mut ui.new_child(scope);
        let (response, drawn) = self.row_ui(ui, cx, &row, rect);
        let main = row.main;
        layout::tell_place(&response, place.index, place.count);
        if response.clicked() || response.gained_focus() {
            self.list.selected = Some(entry.key());
        }
        if self.list.reveal && selected && ui.memory(egui::Memory::focused) != Some(search_id()) {
            response.request_focus();
        }
        if response.has_focus() {
            self.list.focused = Some(response.id);
        }
        // By Enter; a click of the mouse selects.
        let entered = response.clicked() && !ui.input(|input| input.pointer.any_click());
        drawn.or_else(|| entered.then(|| main.map(|(act, _)| act)).flatten())
    }
}
