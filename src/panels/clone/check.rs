//! Step 2: the part that is sent, what it means for a clone, the voice's name and the permission.

use egui::{Align, Layout, Rect, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder, vec2};
use time::OffsetDateTime;

use super::draft;
use super::sample::refusal_ui;
use super::{ClonePanel, sent, trim_card, voices};
use crate::library::Relation;
use crate::panels::{Cx, limits};
use crate::store::MediaFile;
use crate::ui::choice::Choice;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Field, Select, layout, radius, space};

/// What the cards need to be used without scrolling, and the least they get.
const CARDS: f32 = 324.0;
const LEAST_CARDS: f32 = 172.0;
/// Lower pages have their cards beside the waveform, and so much for the checks.
const LOW: f32 = 612.0;
const LOW_CHECKS: f32 = 250.0;
/// Between the waveform and the cards.
const GAP: f32 = 14.0;
/// The choice of how the permission was given.
const RELATION: f32 = 124.0;
/// Narrower pages put two of the three cards below each other.
const THREE_CARDS: f32 = 900.0;
/// The row of buttons in the last card.
const BUTTONS: f32 = 40.0;

impl ClonePanel {
    pub(super) fn check_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(file) = cx.store.flow.source.clone() else { return };
        ScrollArea::vertical().id_salt("check").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            refusal_ui(ui, cx);
            let room = ui.available_height();
            if room < LOW {
                return self.low_ui(ui, cx, &file, room);
            }
            let tall = if room > 900.0 { 280.0 } else { 200.0 };
            let wave = (room - trim_card::REST - GAP - CARDS).clamp(96.0, tall);
            self.trim_card_ui(ui, cx, &file, wave);
            ui.add_space(GAP);
            let cards = (ui.available_height() - 1.0).max(LEAST_CARDS);
            self.cards_ui(ui, cx, &file, cards);
        });
        self.doubt_ui(ui, cx);
    }

    /// In a low window the waveform and the checks stand beside one card with all that is filled in.
    fn low_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile, room: f32) {
        let (_, all) = ui.allocate_space(vec2(ui.available_width(), room - 1.0));
        let side = (all.width() * 0.36).clamp(280.0, 380.0);
        let (left, right) = all.split_left_right_at_x(all.right() - side);
        let left = left.with_max_x(left.right() - GAP);
        let wave = (room - trim_card::REST - GAP - LOW_CHECKS).clamp(72.0, 140.0);
        let shown = ui.scope_builder(UiBuilder::new().id_salt("trim").max_rect(left), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.trim_card_ui(ui, cx, file, wave);
        });
        let below = left.with_min_y(shown.response.rect.bottom() + GAP);
        let mending = self.mending_height(cx, file);
        card_ui(ui, below, "facts", mending, |ui, foot| {
            if foot { self.mending_ui(ui, cx, file) } else { self.facts_ui(ui, cx, file) }
        });
        let buttons = BUTTONS + if limits::warning(cx.store, None).is_some() { 24.0 } else { 0.0 };
        card_ui(ui, right, "name and sent", buttons, |ui, foot| {
            if foot {
                return self.buttons_ui(ui, cx, file);
            }
            self.name_ui(ui, cx);
            ui.add_space(space::XS);
            self.sent_ui(ui, cx, file);
        });
    }

    fn cards_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile, height: f32) {
        let (_, all) = ui.allocate_space(vec2(ui.available_width(), height));
        let mending = self.mending_height(cx, file);
        let buttons = BUTTONS + if limits::warning(cx.store, None).is_some() { 24.0 } else { 0.0 };
        if all.width() < THREE_CARDS {
            let [left, right] = columns(all);
            card_ui(ui, left, "facts and sent", mending, |ui, foot| {
                if foot {
                    return self.mending_ui(ui, cx, file);
                }
                self.facts_ui(ui, cx, file);
                ui.add_space(space::L);
                self.sent_ui(ui, cx, file);
            });
            return card_ui(ui, right, "name", buttons, |ui, foot| self.name_card_ui(ui, cx, file, foot));
        }
        let [facts, sent, name] = columns(all);
        card_ui(ui, facts, "facts", mending, |ui, foot| {
            if foot { self.mending_ui(ui, cx, file) } else { self.facts_ui(ui, cx, file) }
        });
        card_ui(ui, sent, "sent", 45.0, |ui, foot| {
            if foot { sent::foot_ui(ui, cx.store.is_sandbox) } else { self.sent_ui(ui, cx, file) }
        });
        card_ui(ui, name, "name", buttons, |ui, foot| self.name_card_ui(ui, cx, file, foot));
    }

    fn name_card_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile, foot: bool) {
        if foot { self.buttons_ui(ui, cx, file) } else { self.name_ui(ui, cx) }
    }

    fn name_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) {
        layout::section_ui(ui, "Name and consent");
        let problem = self.draft.name_problem(voices(cx.store));
        Field::new("Voice name", &mut self.draft.name)
            .placeholder("Name this voice")
            .counter(draft::MAX_NAME)
            .error(problem)
            .show(ui);
        let mut agreed = self.draft.consent.is_some();
        if Choice::check(draft::STATEMENT).small().show(ui, &mut agreed).changed() {
            self.draft.consent = agreed.then(OffsetDateTime::now_utc);
        }
        self.speaker_ui(ui);
    }

    fn buttons_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        let missing = self.missing(file, cx.store);
        let over = missing.is_none() && limits::is_over(cx.store, None);
        limits::line_ui(ui, cx.store, None);
        let busy = self.trimming.words();
        let is_pressed = self.trimming.pressed.is_some();
        ui.horizontal(|ui| {
            if Button::ghost("Back").large().show(ui).clicked() {
                self.draft.set_aside = true;
                self.trimming.pressed = None;
            }
            let clone = limits::button(over, "Clone voice").large().key("Ctrl Enter").fill_width();
            if clone.off_if(missing.as_deref()).busy(is_pressed, &busy).show(ui).clicked() {
                self.clone_voice(cx);
            }
        });
    }

    /// Whose voice it is, and how they gave their permission.
    fn speaker_ui(&mut self, ui: &mut Ui) {
        let own = self.draft.relation == Relation::Own;
        let options = Relation::CHOICES.map(|relation| (relation, relation.words()));
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let field = ui.available_width() - RELATION - space::S;
            ui.allocate_ui_with_layout(vec2(field, 56.0), Layout::top_down(Align::Min), |ui| {
                let mut nobody = String::new();
                let (text, placeholder) =
                    if own { (&mut nobody, "You") } else { (&mut self.draft.speaker, "Name of the speaker") };
                Field::new("Speaker", text).placeholder(placeholder).enabled(!own).show(ui);
            });
            Select::new("Consent given", &mut self.draft.relation, &options).width(RELATION).show(ui);
        });
    }
}

/// Equal parts side by side.
#[expect(clippy::cast_precision_loss, reason = "two or three")]
fn columns<const N: usize>(all: Rect) -> [Rect; N] {
    let width = (all.width() - GAP * (N as f32 - 1.0)) / N as f32;
    std::array::from_fn(|index| {
        let left = all.left() + index as f32 * (width + GAP);
        Rect::from_min_size(egui::pos2(left, all.top()), vec2(width, all.height()))
    })
}

/// A card in a place of its own: what is in it scrolls, its foot stays. `show` is called for both, with whether it is
/// the foot.
fn card_ui(ui: &mut Ui, rect: Rect, name: &str, foot: f32, mut show: impl FnMut(&mut Ui, bool)) {
    let t = ui.tokens();
    let edge = Stroke::new(1.0, t.edge.soft);
    ui.painter().rect(rect, radius::CARD, t.fill.surface, edge, StrokeKind::Inside);
    let inner = rect.shrink(16.0);
    let gap = if foot > 0.0 { space::S } else { 0.0 };
    let content = inner.with_max_y((inner.bottom() - foot - gap).max(inner.top()));
    let down = Layout::top_down(Align::Min);
    // The bar may stand in the margin of the card; a shadow of a focus ring as well.
    let mut body = ui.new_child(UiBuilder::new().id_salt(name).max_rect(content).layout(down));
    body.set_clip_rect(content.expand2(vec2(14.0, 4.0)).intersect(ui.clip_rect()));
    let scroll = ScrollArea::vertical().id_salt(name).auto_shrink(false).max_height(content.height());
    let scrolled = scroll.show(&mut body, |ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::M);
        ui.spacing_mut().interact_size.y = 20.0;
        show(ui, false);
    });
    if scrolled.content_size.y - scrolled.state.clamped_offset().y > content.height() + 1.0 {
        more_below(ui, content, t.fill.surface);
    }
    if foot > 0.0 {
        let place = inner.with_min_y(inner.bottom() - foot);
        let mut below = ui.new_child(UiBuilder::new().id_salt((name, "foot")).max_rect(place).layout(down));
        below.spacing_mut().item_spacing = vec2(space::S, 0.0);
        show(&mut below, true);
    }
}

/// Fades out what goes on below the edge of a card.
fn more_below(ui: &Ui, content: Rect, fill: egui::Color32) {
    let place = content.with_min_y(content.bottom() - 20.0).expand2(vec2(2.0, 0.0));
    let mut mesh = egui::Mesh::default();
    for (corner, ink) in [
        (place.left_top(), fill.gamma_multiply(0.0)),
        (place.right_top(), fill.gamma_multiply(0.0)),
        (place.right_bottom(), fill),
        (place.left_bottom(), fill),
    ] {
        mesh.colored_vertex(corner, ink);
    }
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(0, 2, 3);
    ui.painter().add(mesh);
}
