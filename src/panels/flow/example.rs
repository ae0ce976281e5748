//! What the sandbox offers on an empty flow: an example in which every step is filled in.

use egui::{Color32, ColorImage, Id, Rect, TextureHandle, TextureOptions, Ui, pos2, vec2};

use crate::panels::{Command, Cx};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, layout, radius, space, truncate};

/// Stills of the two videos, as bare RGB; see `assets/example/make.py`.
const STILLS: [&[u8]; 2] =
    [include_bytes!("../../../assets/example/Lena.rgb"), include_bytes!("../../../assets/example/Sam.rgb")];
const STILL: [usize; 2] = [144, 81];

/// Height of the card within its edge.
const HEIGHT: f32 = 86.0;

/// "No flows yet. Try the example first?"
pub(super) fn offer_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = ui.tokens();
    let card = layout::frame(t.fill.surface, t.edge.soft, radius::CARD).inner_margin(egui::Margin::symmetric(18, 0));
    card.show(ui, |ui| {
        let size = vec2(ui.available_width(), HEIGHT);
        ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_height(HEIGHT);
            ui.spacing_mut().item_spacing.x = space::S;
            for still in stills(ui) {
                let (rect, _) = ui.allocate_exact_size(vec2(96.0, 54.0), egui::Sense::hover());
                let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                let mut shape = egui::epaint::RectShape::filled(rect, radius::CONTROL, Color32::WHITE);
                shape = shape.with_texture(still.id(), whole);
                ui.painter().add(shape);
            }
            ui.add_space(space::S);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if Button::secondary("Open the example").show(ui).clicked() {
                    cx.commands.push(Command::OpenExample);
                }
                ui.add_space(space::S);
                words_ui(ui);
            });
        });
    });
}

fn words_ui(ui: &mut Ui) {
    let t = ui.tokens();
    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.add_space((HEIGHT - 36.0) / 2.0);
            truncate::name_ui(ui, "No flows yet. Try the example first?", Type::Name, t.text.main);
            let words =
                "All four steps are filled in with practice files. It takes about 20 seconds and costs nothing.";
            truncate::name_ui(ui, words, Type::Small, t.text.hint);
        });
    });
}

/// Loaded once.
fn stills(ui: &Ui) -> [TextureHandle; 2] {
    let id = Id::unique("stills of the example");
    if let Some(there) = ui.ctx().data(|data| data.get_temp::<[TextureHandle; 2]>(id)) {
        return there;
    }
    let made = STILLS.map(|bytes| {
        let picture = ColorImage::from_rgb(STILL, bytes);
        ui.ctx().load_texture("still of the example", picture, TextureOptions::LINEAR)
    });
    ui.ctx().data_mut(|data| data.insert_temp(id, made.clone()));
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_is_as_large_as_it_is_said_to_be() {
        assert!(STILLS.iter().all(|still| still.len() == STILL[0] * STILL[1] * 3));
    }
}
