//! A few choices side by side, one of them taken.

use egui::{
    Color32, CornerRadius, Key, Modifiers, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::paint;
use super::text::Type;
use super::theme::{Look as _, radius};

/// Segments, 28 high: one stop for Tab, arrows move inside. True when the choice changed.
///
/// `segmented_ui(ui, "Theme", &mut theme, &[(Dark, "Dark"), (Light, "Light")])`
pub fn segmented_ui<T: Copy + PartialEq>(ui: &mut Ui, name: &str, value: &mut T, parts: &[(T, &str)]) -> bool {
    show(ui, name, value, parts, 28.0)
}

/// Segments, 32 high.
pub fn segmented_large_ui<T: Copy + PartialEq>(ui: &mut Ui, name: &str, value: &mut T, parts: &[(T, &str)]) -> bool {
    show(ui, name, value, parts, 32.0)
}

fn show<T: Copy + PartialEq>(ui: &mut Ui, name: &str, value: &mut T, parts: &[(T, &str)], height: f32) -> bool {
    let t = ui.tokens();
    let before = *value;
    let kind = if height > 28.0 { Type::Control } else { Type::Label };
    let galleys: Vec<_> = parts
        .iter()
        .map(|(_, label)| ui.painter().layout_no_wrap((*label).to_owned(), kind.font(), t.text.support))
        .collect();
    let widths: Vec<f32> = galleys.iter().map(|galley| (galley.size().x + 25.0).ceil()).collect();
    let (id, rect) = ui.allocate_space(vec2(widths.iter().sum(), height));
    ui.painter().rect_stroke(rect, radius::CONTROL, Stroke::new(1.0, t.edge.strong), StrokeKind::Inside);
    let (mut left, mut responses) = (rect.left(), Vec::new());
    let enabled = ui.is_enabled();
    for (index, ((this, label), width)) in parts.iter().zip(&widths).enumerate() {
        let part = Rect::from_min_size(pos2(left, rect.top()), vec2(*width, height));
        left += width;
        let stop = reached_by_tab(index, *value == *this, parts.iter().any(|(part, _)| *part == *value));
        let response = paint::listen(ui, part, id.with(index), stop, enabled);
        if response.clicked() {
            *value = *this;
        }
        let on = *value == *this;
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, on, label));
        response.ctx.accesskit_node_builder(response.id, |node| node.set_description(name));
        responses.push(response);
    }
    arrow_keys(ui, value, &parts.iter().map(|(this, _)| *this).collect::<Vec<_>>(), &responses);
    for (index, (((this, _), galley), response)) in parts.iter().zip(galleys).zip(&responses).enumerate() {
        let end = (index == 0, index + 1 == parts.len());
        paint_part(ui, response, galley, *value == *this, end);
    }
    if let Some(focused) = responses.iter().find(|response| response.has_focus()) {
        paint::focus_ring(ui.painter(), focused.rect, radius::CONTROL, t);
    }
    *value != before
}

fn paint_part(
    ui: &Ui,
    response: &Response,
    galley: std::sync::Arc<egui::Galley>,
    on: bool,
    (first, last): (bool, bool),
) {
    let t = ui.tokens();
    let (left, right) = (if first { 5 } else { 0 }, if last { 5 } else { 0 });
    let corners = CornerRadius { nw: left, sw: left, ne: right, se: right };
    let fill = match (on, response.hovered()) {
        (true, _) => t.fill.selected,
        (false, true) => t.fill.surface_2,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(response.rect.shrink(1.0), corners, fill);
    if !first {
        let line = Stroke::new(1.0, t.edge.strong);
        ui.painter().vline(response.rect.left(), response.rect.y_range().shrink(1.0), line);
    }
    let ink = match (response.enabled(), on) {
        (false, _) => t.text.off,
        (true, true) => t.text.main,
        (true, false) => t.text.support,
    };
    let middle = response.rect.center();
    let corner = pos2(middle.x - galley.size().x / 2.0, paint::text_top(middle.y, &galley));
    ui.painter().galley_with_override_text_color(corner, galley, ink);
}

/// How a part of a group listens: all take clicks, and Tab stops at the chosen one, or at the first if none is.
pub(super) fn reached_by_tab(index: usize, chosen: bool, any_chosen: bool) -> Sense {
    if chosen || (!any_chosen && index == 0) { Sense::click() } else { Sense::CLICK }
}

/// Makes a row of controls one stop: arrows, Home and End move focus and choice inside it.
pub(super) fn arrow_keys<T: Copy + PartialEq>(ui: &Ui, value: &mut T, values: &[T], responses: &[Response]) {
    let Some(at) = responses.iter().position(Response::has_focus) else { return };
    let ctx = ui.ctx();
    let filter = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    if let Some(focused) = responses.get(at) {
        ctx.memory_mut(|memory| memory.set_focus_lock_filter(focused.id, filter));
    }
    let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = responses.len() - 1;
    let to = if pressed(Key::ArrowRight) || pressed(Key::ArrowDown) {
        (at + 1).min(last)
    } else if pressed(Key::ArrowLeft) || pressed(Key::ArrowUp) {
        at.saturating_sub(1)
    } else if pressed(Key::Home) {
        0
    } else if pressed(Key::End) {
        last
    } else {
        return;
    };
    if let (Some(next), Some(chosen)) = (responses.get(to), values.get(to)) {
        next.request_focus();
        *value = *chosen;
    }
}
