//! The drop overlay: three boxes for the three uses of a file. It stays as a question after a drop where the
//! desktop does not tell where the pointer is.

use egui::{Area, Context, Id, Order, Rect, Ui, UiBuilder, pos2, vec2};

use super::App;
use super::intake::ROLES;
use crate::store::Role;
use crate::ui::drop_zone::{DropBox, dragged_file_ui, overlay_ground};
use crate::ui::text;
use crate::ui::theme::Look as _;
use crate::ui::{Button, icons};

/// From the window's middle to the middle of the boxes, in points, as drawn.
const GAP: f32 = 20.0;

/// Where the three boxes lie, side by side in the middle of the window.
pub(super) fn boxes(window: Rect) -> [Rect; 3] {
    let step = DropBox::SIZE.x + GAP.min((window.width() - 3.0 * DropBox::SIZE.x) / 4.0);
    [-1.0, 0.0, 1.0].map(|place| Rect::from_center_size(window.center() + vec2(place * step, 0.0), DropBox::SIZE))
}

impl App {
    pub(super) fn overlay_ui(&mut self, ui: &mut Ui) {
        let Some((name, others)) = self.intake_title() else { return };
        let ctx = ui.ctx().clone();
        let window = ctx.content_rect();
        let area = Area::new(Id::unique("drop overlay")).order(Order::Foreground).fixed_pos(pos2(0.0, 0.0));
        let pressed = area.show(&ctx, |ui| {
            // Takes every click, so that nothing behind the overlay can be pressed.
            ui.allocate_rect(window, egui::Sense::click());
            overlay_ground(ui);
            self.file_card_ui(ui, window, &name, others);
            let pressed = self.boxes_ui(ui, &ctx, window);
            self.foot_ui(ui, window);
            pressed
        });
        if self.intake.question.is_some() {
            // Neither Tab nor a click reaches what lies behind a question.
            ctx.memory_mut(|memory| memory.set_modal_layer(pressed.response.layer_id));
        }
        self.answer(pressed.inner);
    }

    fn file_card_ui(&self, ui: &mut Ui, window: Rect, name: &str, others: usize) {
        let mut facts = match self.intake.question.as_ref().map(super::intake::Question::words) {
            Some(Ok(words)) => words,
            Some(Err(_)) => "Can't be used".to_owned(),
            None => "Let go over a box".to_owned(),
        };
        if others > 0 {
            facts = format!("{facts} · {} files, the first is used", others + 1);
        }
        let top = window.center().y - DropBox::SIZE.y / 2.0 - 92.0;
        // As wide as its text, so it is drawn where its width of the frame before puts its middle.
        let id = Id::unique("dropped file");
        let width = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(288.0);
        let place = Rect::from_min_size(pos2(window.center().x - width / 2.0, top), vec2(window.width(), 60.0));
        let card = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            dragged_file_ui(ui, icons::FILM_STRIP, name, &facts).rect.width()
        });
        if (card.inner - width).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(id, card.inner));
            ui.ctx().request_repaint();
        }
    }

    fn boxes_ui(&self, ui: &mut Ui, ctx: &Context, window: Rect) -> Option<usize> {
        let mut pressed = None;
        let question = self.intake.question.as_ref();
        let broken = question.is_some_and(|question| question.words().is_err());
        let pointer = self.intake.pointer.filter(|_| ctx.input(|input| !input.raw.hovered_files.is_empty()));
        for (index, (role, place)) in ROLES.into_iter().zip(boxes(window)).enumerate() {
            let unfit = question.and_then(|question| question.unfit(role));
            let why_off = if broken { Some("This file can't be read") } else { unfit };
            let drop_box = DropBox { why_off, ..drop_box(role) };
            let over = pointer.is_some_and(|at| place.contains(at));
            let shown = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| drop_box.show(ui, over));
            if shown.inner.clicked() {
                pressed = Some(index);
            }
        }
        pressed
    }

    fn foot_ui(&mut self, ui: &mut Ui, window: Rect) {
        let error = self.intake.question.as_ref().and_then(|question| question.words().err()).map(ToString::to_string);
        let top = window.center().y + DropBox::SIZE.y / 2.0 + 24.0;
        let place = Rect::from_min_size(pos2(window.left() + 48.0, top), vec2(window.width() - 96.0, 80.0));
        let mut close = false;
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            ui.vertical_centered(|ui| {
                let danger = ui.tokens().danger.ink;
                match &error {
                    Some(error) => ui.label(text::body(error).color(danger)),
                    None => ui.label(text::body(
                        "Choose a box, or press Esc to cancel. The file stays where it is, nothing is uploaded yet.",
                    )),
                };
                if self.intake.question.is_some() {
                    ui.add_space(8.0);
                    close = Button::secondary("Cancel").key("Esc").show(ui).clicked();
                }
            });
        });
        if close {
            self.intake.question = None;
        }
    }
}

fn drop_box(role: Role) -> DropBox<'static> {
    match role {
        Role::Source => DropBox {
            icon: icons::MICROPHONE_STAGE,
            title: "Clone a voice",
            text: "Use the speech in this file to make a new voice. You give consent next.",
            leads: "Opens the clone wizard",
            key: "1",
            why_off: None,
        },
        Role::Target => DropBox {
            icon: icons::FILM_SLATE,
            title: "Lip-sync target",
            text: "Put a new line on the face in this video.",
            leads: "Opens the composer",
            key: "2",
            why_off: None,
        },
        Role::Audio => DropBox {
            icon: icons::WAVEFORM,
            title: "Audio track",
            text: "Use the sound of this file as the voice in a lip sync.",
            leads: "Adds it as a voice track",
            key: "3",
            why_off: None,
        },
    }
}
