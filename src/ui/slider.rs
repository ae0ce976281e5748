//! Sliders: drag, click, arrow keys, double-click to reset.

use std::ops::RangeInclusive;

use egui::accesskit::{Action, ActionData};
use egui::{EventFilter, Key, Modifiers, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::paint;
use super::text;
use super::theme::Look as _;

/// A slider with its name and value above and a word at each end below.
///
/// `Slider::new("Stability", &mut stability, 0.0..=1.0).reset(0.5).ends("More varied", "Steadier").show(ui)`
#[must_use = "a slider shows only when `show` is called"]
pub struct Slider<'a> {
    name: &'a str,
    value: &'a mut f32,
    range: RangeInclusive<f32>,
    reset: Option<f32>,
    ends: Option<(&'a str, &'a str)>,
    shown: Option<String>,
    bare: bool,
    width: Option<f32>,
}

impl<'a> Slider<'a> {
    /// A slider as wide as there is room. Arrows move by 5% of the range, Shift and arrows by 1%.
    pub fn new(name: &'a str, value: &'a mut f32, range: RangeInclusive<f32>) -> Self {
        Self { name, value, range, reset: None, ends: None, shown: None, bare: false, width: None }
    }

    /// What a double-click goes back to.
    pub const fn reset(mut self, value: f32) -> Self {
        self.reset = Some(value);
        self
    }

    /// Words at both ends.
    pub const fn ends(mut self, low: &'a str, high: &'a str) -> Self {
        self.ends = Some((low, high));
        self
    }

    /// The value as words, instead of two decimals.
    pub fn shown(mut self, shown: impl Into<String>) -> Self {
        self.shown = Some(shown.into());
        self
    }

    /// Only the track, `width` wide: volume, position. The name is still spoken.
    pub const fn bare(mut self, width: f32) -> Self {
        self.bare = true;
        self.width = Some(width);
        self
    }

    /// Draws it; `changed()` says whether the value moved.
    pub fn show(self, ui: &mut Ui) -> Response {
        if self.bare {
            return self.track(ui);
        }
        let t = ui.tokens();
        let ends = self.ends;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let shown = self.shown.clone().unwrap_or_else(|| format!("{:.2}", self.value));
            ui.spacing_mut().interact_size.y = 18.0;
            let name = pair(ui, text::body(self.name), text::mono(shown));
            let response = self.track(ui).labelled_by(name.id);
            ui.spacing_mut().interact_size.y = 16.0;
            if let Some((low, high)) = ends {
                pair(ui, text::small(low).color(t.text.hint), text::small(high).color(t.text.hint));
            }
            response
        })
        .inner
    }

    fn track(self, ui: &mut Ui) -> Response {
        let t = ui.tokens();
        let width = self.width.unwrap_or_else(|| ui.available_width());
        let enabled = ui.is_enabled();
        let mut response = paint::place(ui, vec2(width, 18.0), Sense::click_and_drag(), enabled);
        let (low, high) = (*self.range.start(), *self.range.end());
        let before = *self.value;
        let mut part = ((before - low) / (high - low)).clamp(0.0, 1.0);
        let line = response.rect.shrink2(vec2(7.0, 0.0));
        if let Some(pos) = response.interact_pointer_pos() {
            part = ((pos.x - line.left()) / line.width()).clamp(0.0, 1.0);
        }
        part = (part + steps(ui, &response)).clamp(0.0, 1.0);
        let mut value = low + part * (high - low);
        if let Some(asked) = set_by_reader(ui, &response) {
            value = asked.clamp(low, high);
        }
        if let Some(reset) = self.reset.filter(|_| response.double_clicked()) {
            value = reset;
        }
        if (value - before).abs() > f32::EPSILON {
            *self.value = value;
            response.mark_changed();
        }
        speak(&response, self.name, value, (low, high));
        let part = ((value - low) / (high - low)).clamp(0.0, 1.0);
        paint_track(ui, &response, part, t);
        response
    }
}

/// Words at both ends of a line; the response is the left ones'.
fn pair(ui: &mut Ui, left: egui::RichText, right: egui::RichText) -> Response {
    ui.horizontal(|ui| {
        let label = ui.label(left);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.label(right));
        label
    })
    .inner
}

/// What arrow keys and screen readers ask for, in parts of the range.
fn steps(ui: &Ui, response: &Response) -> f32 {
    let id = response.id;
    let mut steps = 0.0;
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        ui.input_mut(|input| {
            for (key, sign) in [(Key::ArrowRight, 1.0), (Key::ArrowLeft, -1.0)] {
                for (modifiers, step) in [(Modifiers::SHIFT, 0.01), (Modifiers::NONE, 0.05)] {
                    while input.consume_key(modifiers, key) {
                        steps += sign * step;
                    }
                }
            }
        });
    }
    ui.input(|input| {
        for (action, sign) in [(Action::Increment, 0.05), (Action::Decrement, -0.05)] {
            steps += input.accesskit_action_requests(id, action).map(|_| sign).sum::<f32>();
        }
    });
    steps
}

#[expect(clippy::cast_possible_truncation, reason = "a slider's value")]
fn set_by_reader(ui: &Ui, response: &Response) -> Option<f32> {
    ui.input(|input| {
        let mut asked = input.accesskit_action_requests(response.id, Action::SetValue);
        asked.find_map(|request| match request.data {
            Some(ActionData::NumericValue(value)) => Some(value as f32),
            _ => None,
        })
    })
}

fn speak(response: &Response, name: &str, value: f32, (low, high): (f32, f32)) {
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo::slider(enabled, f64::from(value), name));
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(low.into());
        node.set_max_numeric_value(high.into());
        node.set_numeric_value_step(f64::from(high - low) * 0.05);
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
}

fn paint_track(ui: &Ui, response: &Response, part: f32, t: &super::theme::Tokens) {
    let rect = response.rect;
    if !ui.is_rect_visible(rect) {
        return;
    }
    let y = rect.center().y;
    let track = Rect::from_x_y_ranges(rect.x_range(), (y - 2.0)..=(y + 2.0));
    let knob = pos2(rect.left() + 7.0 + part * (rect.width() - 14.0), y);
    let (filled, ink) = if response.enabled() { (t.accent.fill, t.knob) } else { (t.edge.strong, t.text.off) };
    ui.painter().rect_filled(track, 2, t.edge.control);
    ui.painter().rect_filled(track.with_max_x(knob.x), 2, filled);
    ui.painter().circle(knob, 7.0, ink, Stroke::new(1.0, t.edge.strong));
    if response.has_focus() {
        paint::focus_ring(ui.painter(), Rect::from_center_size(knob, egui::Vec2::splat(14.0)), 7, t);
    }
}
