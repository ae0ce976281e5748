//! The same moments of the video before and after, side by side: where to look closer.

use egui::{Align, Label, Layout, Margin, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::LipSyncPanel;
use crate::panels::Cx;
use crate::panels::thumb::{self, Fit};
use crate::ui::theme::Look as _;
use crate::ui::{Type, format, icons, layout, paint, radius, space, text};

/// How many there are.
const COUNT: u8 = 8;
/// Room for the names of the rows.
const NAMES: f32 = 61.0;
/// Between two moments, and between the rows.
const APART: f32 = 6.0;
/// The card's head, padding and edges.
const AROUND: f32 = 52.0;
/// A row of pictures, at least and at most.
const ROW: (f32, f32) = (40.0, 58.0);

impl LipSyncPanel {
    /// The card, when it fits into so much height and there are two videos to compare. A press goes to that moment.
    pub(super) fn moments_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, room: f32) -> bool {
        let row = ((room - AROUND - APART) / 2.0).floor().min(ROW.1);
        let length = self.pair.length();
        if row < ROW.0 || self.pair.words().len() != 2 || length <= 0.0 {
            return false;
        }
        let t = ui.tokens();
        let frame = layout::frame(t.fill.surface, t.edge.soft, radius::CARD);
        frame.inner_margin(Margin { left: 14, right: 14, top: 11, bottom: 11 }).show(ui, |ui| {
            let head = vec2(ui.available_width(), 18.0);
            ui.allocate_ui_with_layout(head, Layout::left_to_right(Align::Center), |ui| {
                ui.set_height(18.0);
                ui.spacing_mut().item_spacing.x = 10.0;
                ui.add(Label::new(text::name("Moment by moment")));
                ui.hint("The same eight moments before and after");
            });
            ui.add_space(space::S + 2.0);
            let size = vec2(ui.available_width(), 2.0 * row + APART);
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let tops = [rect.top(), rect.top() + row + APART];
            for (top, name) in tops.into_iter().zip(["Before", "After"]) {
                let words = paint::one_line(ui, name, Type::Small, t.text.support, NAMES);
                paint::text_at(ui.painter(), rect.left(), top + row / 2.0, words);
            }
            let each = (rect.width() - NAMES + APART) / f32::from(COUNT);
            for index in 0..COUNT {
                let left = rect.left() + NAMES + each * f32::from(index);
                let place = Rect::from_min_size(pos2(left, rect.top()), vec2(each - APART, rect.height()));
                self.moment_ui(ui, cx, index, place, row);
            }
        });
        true
    }

    /// One moment of both videos.
    fn moment_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>, index: u8, place: Rect, row: f32) {
        let t = ui.tokens();
        let length = self.pair.length();
        let part = length / f64::from(COUNT);
        let secs = part * (f64::from(index) + 0.5);
        let response = ui.interact(place, ui.scope_id().with(("moment", index)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Go to {}", format::time_code(secs))));
        let before = place.with_max_y(place.top() + row);
        let after = place.with_min_y(place.bottom() - row);
        for (side, rect) in [before, after].into_iter().enumerate() {
            thumb::paint(ui, rect, self.pair.thumb(side, secs), Fit::Cover, icons::FILM_STRIP);
        }
        let at = self.pair.at();
        let is_last = index + 1 == COUNT;
        let is_here = at >= part * f64::from(index) && (at < part * f64::from(index + 1) || is_last);
        if is_here {
            ui.painter().rect_stroke(after, radius::CONTROL, Stroke::new(2.0, t.accent.fill), StrokeKind::Outside);
        } else if response.hovered() {
            ui.painter().rect_stroke(after, radius::CONTROL, Stroke::new(1.0, t.edge.control), StrokeKind::Outside);
        }
        if response.has_focus() {
            paint::focus_ring(ui.painter(), place, radius::CONTROL, t);
        }
        if response.clicked() {
            self.pair.go(cx, secs);
        }
    }
}
