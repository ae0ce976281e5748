//! What the sandbox offers on an empty flow: an example in which every step is filled in.

use egui::{Ui, vec2};

use crate::panels::stills::{self, Still};
use crate::panels::{Command, Cx};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, layout, radius, space, truncate};

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
            for still in [Still::Lena, Still::Sam] {
                let (rect, _) = ui.allocate_exact_size(vec2(96.0, 54.0), egui::Sense::hover());
                stills::paint(ui, rect, still);
            }
            ui.add_space(10.0);
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
