//! Bars: how far something is, known or not.

use egui::{Color32, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use super::motion;
use super::theme::Look as _;

/// What a bar shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    /// 0 to 1.
    Known(f32),
    /// Under way, nobody knows how far.
    Unknown,
    /// Done.
    Done,
    /// Stopped by an error at 0 to 1.
    Stopped(f32),
}

impl Bar {
    /// From a fraction that may not be known.
    pub fn from_fraction(fraction: Option<f32>) -> Self {
        fraction.map_or(Self::Unknown, Self::Known)
    }
}

/// A bar as wide as there is room and 4 high. `name` says what it measures, for screen readers.
pub fn bar_ui(ui: &mut Ui, name: &str, bar: Bar) -> Response {
    bar_sized(ui, name, bar, 4.0)
}

/// A bar of another height (8 for spend).
pub fn bar_sized(ui: &mut Ui, name: &str, bar: Bar, height: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
        info.value = match bar {
            Bar::Known(part) | Bar::Stopped(part) => Some(f64::from((part.clamp(0.0, 1.0) * 100.0).round())),
            Bar::Done => Some(100.0),
            Bar::Unknown => None,
        };
        info
    });
    let bar = match bar {
        Bar::Known(part) => Bar::Known(motion::progress(ui.ctx(), response.id, part.clamp(0.0, 1.0))),
        other => other,
    };
    paint_bar(ui, rect, bar);
    response
}

/// Draws a bar without listening or speaking, inside a widget that does.
pub fn paint_bar(ui: &Ui, rect: Rect, bar: Bar) {
    if !ui.is_rect_visible(rect) {
        return;
    }
    let t = ui.tokens();
    match bar {
        Bar::Known(part) => paint_part(ui, rect, 0.0, part, t.accent.fill),
        Bar::Done => paint_part(ui, rect, 0.0, 1.0, t.success.ink),
        Bar::Stopped(part) => paint_part(ui, rect, 0.0, part, t.danger.ink),
        Bar::Unknown => {
            const BLOCK: f32 = 0.28;
            let from = motion::sweep(ui, rect).map_or((1.0 - BLOCK) / 2.0, |phase| phase * (1.0 + BLOCK) - BLOCK);
            paint_part(ui, rect, from.max(0.0), (from + BLOCK).min(1.0), t.accent.fill);
        }
    }
}

/// The track, and the stretch `from..to` of it in `color`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "half of a bar's height")]
pub fn paint_part(ui: &Ui, rect: Rect, from: f32, to: f32, color: Color32) {
    let radius = (rect.height() / 2.0).round() as u8;
    ui.painter().rect_filled(rect, radius, ui.tokens().edge.strong);
    let x = |part: f32| rect.left() + rect.width() * part.clamp(0.0, 1.0);
    if to > from {
        let filled = Rect::from_x_y_ranges(x(from)..=x(to), rect.y_range());
        ui.painter().rect_filled(filled, radius, color);
    }
}
