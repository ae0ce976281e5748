//! The right panel: model, expression, file name and folder, estimate.

use egui::{Align, Layout, Sense, Ui, WidgetText, vec2};

use super::level::State;
use super::price::{self, Asked};
use super::radio::{self, RadioRow};
use super::{LipSyncPanel, lengths_of, rules};
use crate::compose;
use crate::panels::{Cx, limits};
use crate::store::Store;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Choice, Field, Slider, Type, icons, layout, paint, space, text, truncate};
use rules::{Offer, Said};

/// Models shown before "Show more".
const FIRST: usize = 3;

impl LipSyncPanel {
    /// Everything that can be chosen about a run.
    pub(super) fn options_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        ui.spacing_mut().item_spacing.y = 6.0;
        self.models_ui(ui, cx);
        ui.add_space(space::M);
        layout::rule(ui, ui.cursor().top());
        ui.add_space(space::M);
        let settings = &mut cx.store.flow.lip_sync;
        if compose::takes_temperature(&settings.model) {
            expression_ui(ui, &mut settings.temperature);
            ui.add_space(space::S);
        }
        if compose::takes_cover(&settings.model) {
            Choice::toggle("Something covers the mouth").show(ui, &mut settings.is_covered);
        }
        self.face_ui(ui, cx);
        self.loudness_ui(ui, cx);
        self.file_name_ui(ui, cx.store);
        self.folder_ui(ui, cx);
        ui.add_space(space::M);
    }

    fn models_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let (_, _, secs) = lengths_of(cx.store);
        named_ui(ui, "Model", hint(ui, "Price and usual time"));
        if let Some(error) = cx.store.models.error() {
            let again = notice::error_ui(ui, error, &["Try again"]);
            ui.hint("These are the published models; the service may offer others.");
            if again == Some(ErrorPress::Action(0)) {
                cx.store.models.load(cx.runtime.spawn(cx.client.models()));
            }
        }
        let offers = rules::offers(cx.store.models.value().map(Vec::as_slice), secs);
        let chosen = &mut cx.store.flow.lip_sync.model;
        let is_hidden = |index: usize, offer: &Offer| index >= FIRST && offer.name != *chosen;
        let hidden = offers.iter().enumerate().filter(|(index, offer)| is_hidden(*index, offer)).count();
        let shown: Vec<&Offer> = offers
            .iter()
            .enumerate()
            .filter(|(index, offer)| self.open.all_models || !is_hidden(*index, offer))
            .map(|(_, offer)| offer)
            .collect();
        let rows: Vec<_> = shown.iter().map(|offer| model_ui(ui, offer, offer.name == *chosen)).collect();
        if let Some(offer) = radio::chosen(ui, &rows).and_then(|index| shown.get(index)) {
            chosen.clone_from(&offer.name);
        }
        self.more_ui(ui, hidden);
        if cx.store.is_sandbox {
            ui.hint("Stand-ins, no lips generated. Prices are sync.so's.");
        }
    }

    fn loudness_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let words = self.level.state().words();
        let toggle = Choice::toggle("Match the loudness of the video");
        toggle.show(ui, &mut cx.store.flow.lip_sync.match_loudness);
        match self.level.state() {
            State::Off => {}
            State::Failed(error) => drop(notice::error_ui(ui, error, &[])),
            _ => drop(ui.hint(words)),
        }
    }

    fn more_ui(&mut self, ui: &mut Ui, hidden: usize) {
        let label = match (self.open.all_models, hidden) {
            (false, 0) => return,
            (false, 1) => "Show 1 more model".to_owned(),
            (false, more) => format!("Show {more} more models"),
            (true, _) => "Show fewer models".to_owned(),
        };
        let icon = if self.open.all_models { icons::CARET_UP } else { icons::CARET_DOWN };
        if Button::ghost(&label).small().icon_after(icon).flush().show(ui).clicked() {
            self.open.all_models = !self.open.all_models;
        }
    }

    /// The name the result will have stands in the field; only what was written there is kept.
    fn file_name_ui(&mut self, ui: &mut Ui, store: &mut Store) {
        let proposed = store.proposed_name().unwrap_or_default();
        let placeholder = if proposed.is_empty() { "Named after the video" } else { &proposed };
        let name = &mut store.flow.lip_sync.file_name;
        let shown = self.open.name.get_or_insert_with(|| if name.is_empty() { proposed.clone() } else { name.clone() });
        let response = ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = 32.0;
            ui.label(text::body("File name"));
            Field::new("File name", shown).placeholder(placeholder).hide_label().show(ui)
        });
        if response.inner.changed() {
            *name = if *shown == proposed { String::new() } else { shown.clone() };
        }
        // What is not being written follows the flow.
        if !response.inner.has_focus() {
            self.open.name = None;
        }
    }

    fn folder_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let t = ui.tokens();
        ui.horizontal(|ui| {
            ui.label(text::body("Saved in"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let busy = self.dialogs.folder.is_some();
                if Button::secondary("Choose…").busy(busy, "Choosing").show(ui).clicked() {
                    self.dialogs.folder = Some(cx.files.pick_folder(cx.runtime, &cx.settings.output_folder()));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    icons::FOLDER_SIMPLE.show(ui, 16.0, t.text.hint);
                    let folder = cx.settings.output_folder().display().to_string();
                    truncate::file_name_ui(ui, &folder, Type::Small, t.text.support);
                });
            });
        });
    }
}

/// What belongs together, and what is said of it at the right.
fn named_ui(ui: &mut Ui, name: &str, value: WidgetText) {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 16.0), Layout::left_to_right(Align::Center), |ui| {
        ui.label(text::label(name).color(ui.tokens().text.support));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(value));
    });
}

fn hint(ui: &Ui, words: &str) -> WidgetText {
    text::small(words).color(ui.tokens().text.hint).into()
}

fn model_ui(ui: &mut Ui, offer: &Offer, on: bool) -> egui::Response {
    let spoken = format!("{}. {}. {}, {}", offer.name, offer.note, offer.price, offer.time);
    RadioRow { spoken: &spoken, height: 56.0, on, stop: on, card: true, off: false }.show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            two_lines(ui, Align::Max, (&offer.price, Type::Mono), offer.time, 96.0);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let room = ui.available_width();
                two_lines(ui, Align::Min, (&offer.name, Type::Name), &offer.note, room);
            });
        });
    })
}

/// Two lines, aligned to one side.
fn two_lines(ui: &mut Ui, align: Align, (first, kind): (&str, Type), second: &str, width: f32) {
    let t = ui.tokens();
    let (rect, _) = ui.allocate_exact_size(vec2(width, 38.0), Sense::hover());
    let first = paint::one_line(ui, first, kind, t.text.main, width);
    let second = paint::one_line(ui, second, Type::Small, t.text.hint, width);
    for (galley, y) in [(first, rect.top() + 10.0), (second, rect.top() + 28.0)] {
        let left = if align == Align::Max { rect.right() - galley.size().x } else { rect.left() };
        paint::text_at(ui.painter(), left, y, galley);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a slider from 0 to 1")]
fn expression_ui(ui: &mut Ui, temperature: &mut f64) {
    let mut value = *temperature as f32;
    if Slider::new("Expression", &mut value, 0.0..=1.0).reset(0.5).ends("Calm", "Lively").show(ui).changed() {
        *temperature = (f64::from(value) * 100.0).round() / 100.0;
    }
}

/// The estimate above the button, or why there is nothing to begin.
pub(super) fn estimate_ui(ui: &mut Ui, store: &Store, asked: &Asked, begun: bool, why_not: Option<&str>) {
    let estimate = estimate(store, asked);
    crate::ui::toast::keep_clear(ui, ui.max_rect());
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 16.0;
        ui.spacing_mut().item_spacing.y = 2.0;
        price_line_ui(ui, &estimate.price);
        match why_not {
            Some(why) => drop(truncate::name_ui(ui, why, Type::Small, ui.tokens().text.support)),
            None => layout::pair_ui(ui, &estimate.basis, hint(ui, &estimate.time)),
        }
    });
    // What has begun is on the books already, and adds nothing.
    price::month_ui(ui, store, if begun { Some(0.0) } else { asked.usd(store) });
}

/// The name and the price on one base line.
fn price_line_ui(ui: &mut Ui, price: &str) {
    let t = ui.tokens();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, price));
    let galley = paint::one_line(ui, price, Type::Title, t.text.main, rect.width() - 70.0);
    let (left, y) = (rect.right() - galley.size().x, rect.center().y);
    paint::text_at(ui.painter(), left, y, galley);
    paint::text_at(
        ui.painter(),
        rect.left(),
        y + 3.0,
        paint::one_line(ui, "Estimate", Type::Label, t.text.support, 70.0),
    );
}

/// The same on one line.
pub(super) fn estimate_line_ui(ui: &mut Ui, store: &Store, asked: &Asked) {
    let estimate = estimate(store, asked);
    ui.label(text::section(&estimate.price));
    let parts = [estimate.basis, estimate.time].into_iter().filter(|part| !part.is_empty());
    let words = parts.collect::<Vec<_>>().join(". ");
    truncate::name_ui(ui, &words, Type::Small, ui.tokens().text.hint);
    limits::line_ui(ui, store, asked.usd(store));
}

fn estimate(store: &Store, asked: &Asked) -> rules::Estimate {
    let (_, _, secs) = lengths_of(store);
    let said = match asked.said(store) {
        Some(usd) => Said::Price(usd, &store.service),
        None if asked.is_asking() => Said::Asking(&store.service),
        None => Said::Nothing,
    };
    rules::estimate(&store.flow.lip_sync.model, secs, store.is_sandbox, said)
}
