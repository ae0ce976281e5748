//! The controls below a video: play, one frame back and on, where it is, mute, full window.

use egui::{Align, Layout, Ui, vec2};

use super::{Watch, is_muted, mute};
use crate::panels::Cx;
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, PlayButton, Slider, Type, format, icons, paint, segmented, space, text};

/// Height of the controls.
pub(in crate::panels) const HEIGHT: f32 = 36.0;
/// The same with a waveform.
const COMPARED_HEIGHT: f32 = 40.0;
/// From this width on the controls have room for the length.
const WITH_END: f32 = 340.0;
/// Width of the button that links two videos, linked or not.
const LINKED: f32 = 92.0;

impl Watch {
    /// The controls with a plain track, as the page has them.
    pub fn bar_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if !self.is_below(ui, HEIGHT) {
            self.plain_ui(ui, cx);
        }
    }

    /// Leaves room instead of the page's controls while the full window has them: two of each would take turns at
    /// saying that a hand is on them and that none is.
    fn is_below(&self, ui: &mut Ui, height: f32) -> bool {
        if self.is_full {
            ui.allocate_space(vec2(ui.available_width(), height));
        }
        self.is_full
    }

    /// The controls with a plain track.
    pub(super) fn plain_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let width = ui.available_width();
        ui.allocate_ui_with_layout(vec2(width, HEIGHT), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_height(HEIGHT);
            ui.spacing_mut().item_spacing.x = space::S;
            self.buttons_ui(ui, cx, 32.0);
            let has_end = width >= WITH_END;
            let end = if has_end { 0.0 } else { self.end_width(ui) + space::S };
            let room = ui.available_width() - self.right_width(ui) + end;
            self.slider_ui(ui, cx, room.max(40.0));
            if has_end {
                self.end_ui(ui);
            }
            self.switches_ui(ui, cx);
        });
    }

    /// The page's controls with the waveform of what is heard, for two videos.
    pub fn compared_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, sound: &crate::panels::Sound) {
        if self.is_below(ui, COMPARED_HEIGHT) {
            return;
        }
        let width = ui.available_width();
        ui.allocate_ui_with_layout(vec2(width, COMPARED_HEIGHT), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_height(COMPARED_HEIGHT);
            ui.spacing_mut().item_spacing.x = space::S;
            self.buttons_ui(ui, cx, 36.0);
            let room = (ui.available_width() - self.right_width(ui)).max(60.0);
            ui.allocate_ui_with_layout(vec2(room, 36.0), Layout::left_to_right(Align::Center), |ui| {
                ui.set_width(room);
                self.wave_ui(ui, cx, sound);
            });
            self.end_ui(ui);
            self.switches_ui(ui, cx);
        });
    }

    fn buttons_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, size: f32) {
        let name = if self.is_wanted() { "Pause the video" } else { "Play the video" };
        if PlayButton::new(name, self.is_wanted()).size(size).key("Space").show(ui).clicked() {
            self.toggle(cx);
        }
        if IconButton::new(icons::CARET_LINE_LEFT, "One frame back").key(",").small().show(ui).clicked() {
            self.step(cx, -1);
        }
        if IconButton::new(icons::CARET_LINE_RIGHT, "One frame on").key(".").small().show(ui).clicked() {
            self.step(cx, 1);
        }
        let t = ui.tokens();
        ui.label(text::mono(exact(self.at)).color(t.text.main));
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place on a track")]
    fn slider_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, width: f32) {
        let length = self.length().max(0.001);
        let mut at = self.at.min(length) as f32;
        let response = Slider::new("Position in the video", &mut at, 0.0..=length as f32).bare(width).show(ui);
        self.drag(cx, response.is_pointer_button_down_on());
        if response.changed() {
            self.seek(cx, at.into());
        }
    }

    /// What the length and the switches need, with the gap before them.
    fn right_width(&self, ui: &Ui) -> f32 {
        let switch = if self.sides.len() == 2 { 118.0 + LINKED + 1.0 + 3.0 * space::S } else { 0.0 };
        self.end_width(ui) + switch + 2.0 * 28.0 + 3.0 * space::S
    }

    fn end_width(&self, ui: &Ui) -> f32 {
        paint::one_line(ui, &format::time_code(self.length()), Type::Mono, ui.tokens().text.hint, 100.0).size().x
    }

    #[expect(clippy::cast_possible_truncation, reason = "a part of one")]
    fn wave_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, sound: &crate::panels::Sound) {
        // The sound that is heard can be the shorter one.
        let whole = self.length().max(0.001);
        let length = self.sides.get(self.heard).and_then(|side| side.film().secs).unwrap_or(whole).clamp(0.001, whole);
        ui.set_max_width(ui.available_width() * (length / whole) as f32);
        let played = (self.at / length).clamp(0.0, 1.0) as f32;
        let output = sound.waveform("Position in both videos").height(36.0).played(played).seekable().show(ui);
        let (rect, t) = (output.response.rect, ui.tokens());
        let x = rect.left() + rect.width() * played;
        ui.painter().vline(x, rect.y_range().expand(3.0), egui::Stroke::new(1.0, t.knob));
        self.drag(cx, output.response.is_pointer_button_down_on());
        if let Some(part) = output.seek.filter(|part| (part - played).abs() > 1e-4) {
            self.seek(cx, f64::from(part) * length);
        }
    }

    fn end_ui(&self, ui: &mut Ui) {
        let t = ui.tokens();
        ui.label(text::mono(format::time_code(self.length())).color(t.text.hint));
    }

    fn switches_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if self.sides.len() == 2 {
            let linked = self.is_linked();
            let words = if linked { "Linked" } else { "Unlinked" };
            let tip = if linked { "Both go together" } else { "Only the one that is heard moves" };
            crate::ui::button::divider(ui, 24.0);
            let button = if linked { Button::link(words) } else { Button::ghost(words) };
            let button = button.small().icon(icons::LINK).width(LINKED).show(ui);
            ui.ctx().accesskit_node_builder(button.id, |node| node.set_toggled(linked.into()));
            if crate::ui::tooltip::with_key(button, tip, "K").clicked() {
                self.link(!linked);
            }
            let mut heard = self.heard;
            if segmented::segmented_ui(ui, "Sound", &mut heard, &[(0, "Before"), (1, "After")]) {
                self.hear(cx, heard);
            }
        }
        let muted = is_muted(cx);
        let (icon, name) = if muted { (icons::SPEAKER_SLASH, "Unmute") } else { (icons::SPEAKER_HIGH, "Mute") };
        // The page's controls stand in for the strip, which would say so.
        let deaf = cx.player.now().is_some_and(|now| now.device_missing).then_some("No sound device");
        if IconButton::new(icon, name).key("M").small().off_if(deaf).show(ui).clicked() {
            mute(cx);
        }
        let (icon, name) =
            if self.is_full { (icons::X, "Leave the full window") } else { (icons::ARROWS_OUT, "Full window") };
        if IconButton::new(icon, name).key("F").small().show(ui).clicked() {
            self.is_full = !self.is_full;
        }
    }
}

/// A time that differs from frame to frame: "0:03.84".
fn exact(secs: f64) -> String {
    let hundredths = (secs.max(0.0) * 100.0).round();
    format!("{:.0}:{:05.2}", (hundredths / 6000.0).floor(), hundredths % 6000.0 / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_frame_has_a_time_of_its_own() {
        assert_eq!([exact(3.8), exact(3.84), exact(3.88)], ["0:03.80", "0:03.84", "0:03.88"]);
        assert_eq!((exact(59.999).as_str(), exact(-1.0).as_str()), ("1:00.00", "0:00.00"));
    }
}
