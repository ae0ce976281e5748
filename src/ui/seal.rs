//! The voice seal: radial bars drawn from an id, so that each voice has a face of its own, with play in the middle.

use std::f32::consts::TAU;

use egui::{Color32, Pos2, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};

use super::paint::{self, Handling};
use super::theme::Look as _;
use super::tooltip;

/// What the seal shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SealState {
    /// Ready to play.
    Idle,
    /// Playing, 0 to 1 of it heard.
    Playing(f32),
    /// Getting the preview.
    Loading,
    /// Cannot play: dim.
    Withheld,
    /// A picture only, without a button.
    Still,
    /// The place of a voice that is not there yet: a faint ring.
    Empty,
}

/// A voice seal: 40 in rows, 64 in the inspector, 88 on a stage.
///
/// `Seal::new("Hear Rachel", &voice.id).size(64.0).state(SealState::Playing(0.4)).show(ui).clicked()`
#[must_use = "a seal shows only when `show` is called"]
pub struct Seal<'a> {
    name: &'a str,
    id: &'a str,
    size: f32,
    state: SealState,
    key: Option<&'a str>,
    why_off: Option<&'a str>,
}

impl<'a> Seal<'a> {
    /// A seal of 40. `name` says what a press does ("Hear Rachel"), `id` gives the bars.
    pub const fn new(name: &'a str, id: &'a str) -> Self {
        Self { name, id, size: 40.0, state: SealState::Idle, key: None, why_off: None }
    }

    /// Diameter in points.
    pub const fn size(mut self, size: f32) -> Self {
        self.size = size;
        self
    }

    /// What it shows.
    pub const fn state(mut self, state: SealState) -> Self {
        self.state = state;
        self
    }

    /// The key that does the same, in the tooltip.
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// Off when there is a reason ("This voice has no preview"), which becomes the tooltip.
    pub const fn off_if(mut self, why: Option<&'a str>) -> Self {
        self.why_off = why;
        self
    }

    /// Draws the seal.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a radius below 50")]
    pub fn show(self, ui: &mut Ui) -> Response {
        let t = ui.tokens();
        let still = matches!(self.state, SealState::Still | SealState::Empty);
        let enabled = self.why_off.is_none() && self.state != SealState::Withheld && ui.is_enabled();
        let sense = if still { Sense::hover() } else { Sense::click() };
        let response = paint::place(ui, Vec2::splat(self.size), sense, enabled);
        let playing = matches!(self.state, SealState::Playing(_));
        response.widget_info(|| {
            if still {
                WidgetInfo::labeled(Role::Image, true, self.name)
            } else {
                WidgetInfo::selected(Role::Button, enabled, playing, self.name)
            }
        });
        let (rect, center) = (response.rect, response.rect.center());
        if !ui.is_rect_visible(rect) {
            return response;
        }
        if self.state == SealState::Loading {
            paint::spinner(ui, center, self.size * 0.88, t.accent.fill, t.edge.strong);
            return response;
        }
        let dim = !enabled && !still;
        let bars = match self.state {
            SealState::Empty => t.edge.strong,
            _ if dim => t.wave.muted,
            _ => t.wave.idle,
        };
        self.paint_bars(ui, center, bars);
        if self.state == SealState::Empty {
            return response;
        }
        let handling = Handling::of(&response);
        let disc = match handling {
            Handling::Hovered | Handling::Pressed if !still => t.fill.surface_3,
            _ => t.fill.surface_2,
        };
        // On a stage there is room for more of a button.
        let share = if self.size < 76.0 { 0.27 } else { 0.3 };
        ui.painter().circle_filled(center, self.size * share, disc);
        if !still {
            let ink = if dim { t.text.off } else { t.text.main };
            paint::play_mark(ui.painter(), center, self.size * 0.32, playing, ink);
        }
        if response.has_focus() {
            paint::focus_ring(ui.painter(), rect, (self.size / 2.0) as u8, t);
        }
        if still { response } else { tooltip::attach(response, Some(self.name), self.key, self.why_off) }
    }

    fn paint_bars(&self, ui: &Ui, center: Pos2, idle: Color32) {
        let count: u8 = if self.size < 52.0 {
            28
        } else if self.size < 76.0 {
            48
        } else {
            56
        };
        let played = match self.state {
            SealState::Playing(part) => part.clamp(0.0, 1.0),
            _ => 0.0,
        };
        let accent = ui.tokens().accent.fill;
        let inner = self.size * 0.33;
        for (index, length) in (0..count).zip(lengths(self.id, count)) {
            let turn = f32::from(index) / f32::from(count);
            let out = Vec2::angled((turn - 0.25) * TAU);
            let color = if turn < played { accent } else { idle };
            let outer = inner + self.size * (0.06 + 0.1 * length);
            ui.painter().line_segment([center + inner * out, center + outer * out], Stroke::new(1.5, color));
        }
    }
}

/// Lengths of the bars, 0 to 1. Neighbours lean on each other, so that the ring reads as a sound and not as noise.
fn lengths(id: &str, count: u8) -> Vec<f32> {
    // FNV-1a, then xorshift: stable between runs and machines, which `Hash` does not promise.
    let mut state = id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        f32::from(u8::try_from(state >> 56).unwrap_or(u8::MAX)) / 255.0
    };
    let raw: Vec<f32> = (0..count).map(|_| random()).collect();
    let len = raw.len();
    let at = |index: usize| raw.get(index % len.max(1)).copied().unwrap_or_default();
    let smooth = |index: usize| (at(index + len - 1) + 2.0 * at(index) + at(index + 1)) / 4.0;
    // Averages crowd around the middle; stretched again they look as lively as speech.
    (0..len).map(|index| (0.5 + 1.8 * (smooth(index) - 0.5)).clamp(0.0, 1.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_always_has_the_same_seal_and_another_id_another() {
        assert_eq!(lengths("voice-1", 28), lengths("voice-1", 28));
        assert_ne!(lengths("voice-1", 28), lengths("voice-2", 28));
        assert!(lengths("", 48).iter().all(|length| (0.0..=1.0).contains(length)));
        assert_eq!(lengths("x", 0), Vec::<f32>::new());
    }
}
