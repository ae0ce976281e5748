//! The whole chain on one page: source, voice, line, lip sync, result, each with its state and one thing to do.

mod cards;
mod draw;
mod facts;
mod price;
mod stages;

use egui::{Frame, Margin, ScrollArea, Sense, Ui, vec2};

use super::{Command, Cx, Panel, Pictures, limits, wait};
use crate::compose;
use crate::store::Store;
use crate::ui::progress;
use crate::ui::stage::paint_link;
use crate::ui::theme::Look as _;
use crate::ui::{Button, StageCard, button, icons, layout, paint, radius, space, text, truncate};

use cards::Shown;
use stages::{Stage, State, Summary};

/// Between two cards.
const LINK: f32 = 22.0;
/// Widest card, in windows with room to spare.
const WIDEST: f32 = 280.0;

/// The page.
#[derive(Default)]
pub struct FlowPanel {
    pictures: Pictures,
}

impl Panel for FlowPanel {
    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.pictures.keep_in(cx.store.cache_dir());
        let margin = Margin { left: 24, right: 24, top: 0, bottom: 16 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
            head_ui(ui, cx);
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = gap;
                let shown = Shown::gather(ui.ctx(), cx, &mut self.pictures);
                wait::ask_frames(ui, facts::work(cx.store, cx.jobs).all());
                chain_ui(ui, cx, &shown);
                ui.add_space(space::L);
                bar_ui(ui, cx, &shown);
                ui.add_space(space::L);
            });
        });
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        let runs = facts::work(cx.store, cx.jobs);
        let stages = stages::stages(&facts::gather(cx.store, &runs));
        let next = |state| stages.iter().find(|stage| stage.state == state && stage.why_off.is_none());
        let order = [State::Failed, State::Changed, State::Ready, State::Running];
        if let Some(stage) = order.into_iter().find_map(next).or(stages.last()) {
            draw::reach(stage.goal, cx);
        }
    }
}

fn head_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let flow = &cx.store.flow;
    let same = crate::store::Flow { id: flow.id.clone(), lines: flow.lines.clone(), ..Default::default() };
    let is_new = flow.lines.is_empty() && *flow == same;
    let hint = if is_new { "Nothing to save yet" } else { "Saved on this computer" };
    let name = cx.store.flow.name.clone();
    let after = |ui: &mut Ui| {
        ui.add_space(space::S);
        ui.hint(hint);
    };
    layout::page_head_ui(ui, &name, after, |ui| {
        if Button::secondary("New flow").icon(icons::PLUS).tip("Begin an empty flow (Ctrl N)").show(ui).clicked() {
            cx.commands.push(Command::NewFlow);
        }
    });
}

fn chain_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    if layout::is_narrow(ui) {
        return rows_ui(ui, cx, shown);
    }
    let room = ui.available_width();
    let width = ((room - 4.0 * LINK) / 5.0).floor().clamp(180.0, WIDEST);
    let gap = ((room - 5.0 * width) / 4.0).clamp(LINK, LINK + 2.0);
    let whole = vec2(5.0 * width + 4.0 * gap, StageCard::height(width));
    ui.vertical_centered(|ui| {
        ui.allocate_ui_with_layout(whole, egui::Layout::left_to_right(egui::Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for index in 0..5 {
                let card = draw::show(ui, cx, shown, index, |card, ui| card.card_ui(ui, width));
                if index < 4 {
                    ui.allocate_exact_size(vec2(gap, whole.y), Sense::hover());
                    let done = shown.stages.get(index).is_some_and(|stage| stage.state == State::Done);
                    paint_link(ui, card.right(), card.right() + gap, card.top() + 20.0, done);
                }
            }
        });
    });
}

fn rows_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    let t = ui.tokens();
    layout::frame(t.fill.surface, t.edge.soft, radius::CARD).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for index in 0..5 {
            draw::show(ui, cx, shown, index, |card, ui| card.row_ui(ui, index == 0, index == 4));
        }
    });
}

/// What is left, what it may cost and how long it usually takes.
fn bar_ui(ui: &mut Ui, cx: &Cx<'_>, shown: &Shown) {
    let t = ui.tokens();
    let folder = shown.folder.as_str();
    let summary = match &shown.waits {
        Some(waits) => Summary { title: waits.title.clone(), detail: waits.why.clone() },
        None => stages::summary(&shown.facts, &shown.stages, shown.failure.as_deref(), folder),
    };
    let is = |state| shown.stages.iter().any(|stage: &Stage| stage.state == state);
    let (failed, running) = (is(State::Failed), is(State::Running));
    let bar = layout::frame(t.fill.surface, t.edge.soft, radius::CARD).inner_margin(Margin::symmetric(18, 0));
    let drawn = bar.show(ui, |ui| {
        let size = vec2(ui.available_width(), 62.0);
        ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_height(62.0);
            if failed || running || shown.waits.is_some() {
                mark_ui(ui, failed, shown.waits.is_some());
                ui.add_space(space::S);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                figures_ui(ui, cx.store);
                if let Some(waits) = &shown.waits {
                    if Button::secondary("Try now").show(ui).clicked() {
                        cx.jobs.try_now(&waits.job);
                    }
                    ui.add_space(space::S);
                }
                words_ui(ui, &summary);
            });
        });
    });
    if running && let Some(bar) = shown.bar {
        let rect = drawn.response.rect;
        let line =
            egui::Rect::from_min_max(rect.left_bottom() + vec2(18.0, -9.0), rect.right_bottom() - vec2(18.0, 6.0));
        progress::paint_bar(ui, line, bar);
    }
}

fn mark_ui(ui: &mut Ui, failed: bool, waits: bool) {
    let t = ui.tokens();
    if waits {
        icons::HOURGLASS_MEDIUM.show(ui, 22.0, t.text.support);
        return;
    }
    if !failed {
        paint::spinner_ui(ui, 22.0);
        return;
    }
    let (rect, _) = ui.allocate_exact_size(vec2(22.0, 22.0), Sense::hover());
    icons::WARNING_CIRCLE_FILL.paint(ui.painter(), rect.center(), 22.0, t.danger.ink);
}

fn words_ui(ui: &mut Ui, summary: &Summary) {
    let t = ui.tokens();
    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.add_space(((62.0 - 36.0_f32) / 2.0).max(0.0));
            truncate::name_ui(ui, &summary.title, text::Type::Name, t.text.main);
            truncate::name_ui(ui, &summary.detail, text::Type::Small, t.text.hint);
        });
    });
}

/// Price and time, drawn from the right end.
fn figures_ui(ui: &mut Ui, store: &Store) {
    let secs = price::result_secs(store);
    let time = if store.is_sandbox {
        if secs.is_some() { "A few seconds" } else { "Not known yet" }
    } else {
        secs.and_then(|secs| compose::usual_time(&store.flow.lip_sync.model, secs)).unwrap_or("Not known yet")
    };
    let price = price::price(store);
    let words = price.map_or_else(|| "Not known yet".to_owned(), price::Price::words);
    figure_ui(ui, "Usual time", time);
    ui.add_space(space::S);
    button::divider(ui, 34.0);
    ui.add_space(space::S);
    figure_ui(ui, "Estimated price", &words);
    ui.add_space(space::S);
    limits::line_ui(ui, store, price.and_then(price::Price::usd));
    ui.add_space(space::L);
}

fn figure_ui(ui: &mut Ui, name: &str, value: &str) {
    let t = ui.tokens();
    let lines = [(name, text::Type::Small, t.text.hint), (value, text::Type::Name, t.text.main)];
    let galleys = lines.map(|(words, kind, ink)| paint::one_line(ui, words, kind, ink, 200.0));
    let width = galleys.iter().map(|galley| galley.size().x).fold(0.0, f32::max);
    let (rect, response) = ui.allocate_exact_size(vec2(width.ceil(), 36.0), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{name}: {value}")));
    let [name, value] = galleys;
    paint::text_at(ui.painter(), rect.left(), rect.top() + 9.0, name);
    paint::text_at(ui.painter(), rect.left(), rect.top() + 27.0, value);
}
