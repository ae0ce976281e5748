//! The whole chain on one page: source, voice, line, lip sync, result, each with its state and one thing to do.

mod bar;
mod cards;
mod consent;
mod draw;
mod example;
mod facts;
mod head;
mod list;
mod price;
mod recent;
mod row;
mod run;
mod stages;
mod status;

use egui::{Frame, Margin, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, vec2};

use super::drops::Drops;
use super::{Cx, KeyAction, Panel, Pictures, wait};
use crate::store::{PageDrop, Role};
use crate::ui::stage::paint_link;
use crate::ui::theme::Look as _;
use crate::ui::{Dragged, StageCard, layout, paint, radius, space};

use cards::Shown;
use head::Head;
use list::Flows;
use run::RunAll;
use stages::State;

/// Between two cards.
const LINK: f32 = 22.0;
/// Widest card, and widest page, in windows with room to spare.
const WIDEST: f32 = 280.0;
const PAGE: f32 = 1680.0;

/// The page.
#[derive(Default)]
pub struct FlowPanel {
    pictures: Pictures,
    run: RunAll,
    head: Head,
    flows: Flows,
    drops: Drops,
}

impl Panel for FlowPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        // Said anew by each frame that draws the page.
        cx.store.page_drop = PageDrop::None;
        self.run.logic(cx);
        self.flows.logic(cx);
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.pictures.keep_in(cx.store.cache_dir());
        cx.store.page_drop = self.drops.follow(ui, cx.store.let_go.as_deref());
        let place = ui.max_rect();
        let width = place.width().min(PAGE + 2.0 * space::PAGE);
        let place = Rect::from_center_size(place.center(), vec2(width, place.height()));
        let ui = &mut ui.new_child(UiBuilder::new().max_rect(place));
        let margin = Margin { left: 24, right: 24, top: 0, bottom: 16 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
            if self.head.ui(ui, cx) == Some(head::Press::ShowAll) {
                self.flows.show_all(cx);
            }
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = gap;
                let shown = Shown::gather(ui.ctx(), cx, &mut self.pictures);
                wait::ask_frames(ui, facts::work(cx.store, cx.jobs).all());
                chain_ui(ui, cx, &shown, &mut self.drops);
                let low = is_low(ui);
                ui.add_space(if low { 2.0 } else { space::S });
                bar::bar_ui(ui, cx, &shown, &mut self.run);
                ui.add_space(if low { 0.0 } else { 6.0 });
                self.flows.recent_ui(ui, cx, &mut self.pictures);
            });
        });
        self.flows.over_ui(ui.ctx(), cx, &mut self.pictures);
    }

    fn away(&mut self) {
        self.drops = Drops::default();
    }

    fn key(&mut self, action: KeyAction, cx: &mut Cx<'_>) -> bool {
        match action {
            KeyAction::RunAll => cx.store.chain.run = true,
            KeyAction::Rename => self.head.rename(cx.store),
            _ => return false,
        }
        true
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        let runs = facts::work(cx.store, cx.jobs);
        let stages = stages::stages(&facts::gather(cx.store, &runs));
        let leads = |stage: &stages::Stage| stage.why_off.is_none() && stage.goal != stages::Goal::StopSpeaking;
        let is_next = |stage: &&stages::Stage, state| stage.state == state && leads(stage);
        let next = |state| stages.iter().find(|stage| is_next(stage, state) && !stage.is_advice());
        let order = [State::Failed, State::Changed, State::Ready, State::Running];
        if let Some(stage) = order.into_iter().find_map(next).or(stages.last()) {
            draw::reach(stage.goal, cx);
        }
    }
}

/// What the card of each stage does with a file.
fn place(index: usize) -> Option<Role> {
    match index {
        0 => Some(Role::Source),
        2 => Some(Role::Audio),
        3 => Some(Role::Target),
        // No file is for these alone: what it is for is asked.
        _ => None,
    }
}

/// How the card of a stage looks while a file hangs above the page.
fn look(drops: &Drops, index: usize) -> Dragged<'static> {
    place(index).map_or(Dragged::Nothing, |role| drops.look(role))
}

/// Whether the window is too low for more than one recent flow.
fn is_low(ui: &Ui) -> bool {
    ui.ctx().content_rect().height() < 720.0
}

fn chain_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown, drops: &mut Drops) {
    if layout::is_narrow(ui) {
        return rows_ui(ui, cx, shown, drops);
    }
    let room = ui.available_width();
    let width = ((room - 4.0 * LINK) / 5.0).floor().clamp(180.0, WIDEST);
    // The links take what is left, so that the chain ends where everything else does.
    let gap = ((room - 5.0 * width) / 4.0).max(LINK);
    let whole = vec2(5.0 * width + 4.0 * gap, StageCard::height(width));
    ui.vertical_centered(|ui| {
        ui.allocate_ui_with_layout(whole, egui::Layout::left_to_right(egui::Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for index in 0..5 {
                let look = look(drops, index);
                let card = draw::show(ui, cx, shown, index, look, |card, ui| card.card_ui(ui, width));
                drop_ui(ui, drops, index, card);
                if index < 4 {
                    ui.allocate_exact_size(vec2(gap, whole.y), Sense::hover());
                    let done = shown.stages.get(index).is_some_and(|stage| stage.state == State::Done);
                    paint_link(ui, card.right(), card.right() + gap, card.top() + 20.0, done);
                }
            }
        });
    });
}

/// The card of a stage was drawn here: while a file hangs above the page that it takes, it says so.
fn drop_ui(ui: &Ui, drops: &mut Drops, index: usize, rect: Rect) {
    let Some(place) = place(index) else { return };
    if drops.look(place) == Dragged::Nothing && drops.invites(place) {
        let edge = Stroke::new(2.0, ui.tokens().accent.fill);
        paint::dashed_rect(ui.painter(), rect, f32::from(radius::CARD), edge);
    }
    drops.drew(place, rect.intersect(ui.clip_rect()));
}

fn rows_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown, drops: &mut Drops) {
    let t = ui.tokens();
    layout::frame(t.fill.surface, t.edge.soft, radius::CARD).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for index in 0..5 {
            let look = look(drops, index);
            let row = draw::show(ui, cx, shown, index, look, |card, ui| card.row_ui(ui, index == 0, index == 4));
            drop_ui(ui, drops, index, row);
        }
    });
}
