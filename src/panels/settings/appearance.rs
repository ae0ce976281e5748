//! The card about looks: theme, size, motion.

use egui::Ui;

use super::{Cx, card_ui, row_ui};
use crate::settings::{SCALES, Theme};
use crate::ui::segmented::segmented_large_ui;
use crate::ui::slider::Slider;
use crate::ui::theme::Look as _;
use crate::ui::{Choice, icons, layout, motion, text};

/// The card.
#[derive(Default)]
pub(super) struct AppearanceCard {
    /// The size under the pointer. It is taken when the button is let go: a window that changed its size under the
    /// pointer would carry the slider along.
    scale: Option<f32>,
}

impl AppearanceCard {
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        card_ui(ui, icons::SUN, "Appearance", |ui| {
            row_ui(ui, "Theme", |ui| {
                let parts = [(Theme::System, "System"), (Theme::Light, "Light"), (Theme::Dark, "Dark")];
                segmented_large_ui(ui, "Theme", &mut cx.settings.look.theme, &parts);
            });
            layout::line_ui(ui);
            row_ui(ui, "Size of text and controls", |ui| self.scale_ui(ui, cx));
            let (wanted, has) = (cx.settings.look.scale, ui.ctx().zoom_factor());
            if wanted > has + 0.01 {
                ui.hint(capped(wanted, has));
            }
            layout::line_ui(ui);
            let note = match (cx.settings.look.reduce_motion, motion::is_reduced(ui.ctx())) {
                (true, _) => "Nothing moves, whatever the system setting is",
                (false, true) => "Follows the system setting: on",
                (false, false) => "Follows the system setting: off",
            };
            Choice::toggle("Reduce motion").note(note).show(ui, &mut cx.settings.look.reduce_motion);
        });
    }

    fn scale_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let mut scale = self.scale.unwrap_or(cx.settings.look.scale);
        ui.label(text::mono(format!("{:.0}%", scale * 100.0)));
        let response = Slider::new("Size of text and controls", &mut scale, SCALES).reset(1.0).bare(150.0).show(ui);
        let scale = stepped(scale);
        if response.is_pointer_button_down_on() {
            self.scale = Some(scale);
        } else if response.changed() || self.scale.is_some() {
            cx.settings.look.scale = scale;
            self.scale = None;
        }
    }
}

/// What is said where the window has no room for the size.
fn capped(wanted: f32, has: f32) -> String {
    format!("This window has room for {:.0}%. Make it larger for {:.0}%.", has * 100.0, wanted * 100.0)
}

/// Steps of 5 %, so that the size can be hit again.
fn stepped(scale: f32) -> f32 {
    ((scale * 20.0).round() / 20.0).clamp(*SCALES.start(), *SCALES.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_come_in_steps_and_stay_within_bounds() {
        assert!((stepped(1.013) - 1.0).abs() < 1e-6 && (stepped(1.03) - 1.05).abs() < 1e-6);
        assert!((stepped(0.1) - 0.8).abs() < 1e-6 && (stepped(9.0) - 2.0).abs() < 1e-6);
    }

    #[test]
    fn a_window_too_small_for_the_size_says_so() {
        assert_eq!(capped(1.5, 1.25), "This window has room for 125%. Make it larger for 150%.");
    }
}
