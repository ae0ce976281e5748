//! The bar below the chain: what is left, what it may cost and how long it usually takes.

use egui::{Margin, Sense, Ui, vec2};

use super::cards::Shown;
use super::price;
use super::stages::{self, Stage, State, Summary};
use crate::compose;
use crate::panels::{Cx, limits};
use crate::store::Store;
use crate::ui::progress;
use crate::ui::theme::Look as _;
use crate::ui::{Button, button, icons, layout, paint, radius, space, text, truncate};

/// What is left, what it may cost and how long it usually takes.
pub(super) fn bar_ui(ui: &mut Ui, cx: &Cx<'_>, shown: &Shown) {
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
