//! Radio buttons that are whole rows or cards: one stop for Tab, arrows move inside.

use egui::{Align, EventFilter, Key, Layout, Modifiers, Rect, Response, Role, Sense, Stroke};
use egui::{StrokeKind, Ui, UiBuilder, WidgetInfo, vec2};

use crate::ui::theme::Look as _;
use crate::ui::{Tokens, choice, paint};

/// How the rows of a group look.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is seen by itself")]
pub(super) struct RadioRow<'a> {
    /// The whole row in words, for screen readers.
    pub spoken: &'a str,
    pub height: f32,
    pub on: bool,
    /// Part of the group that Tab stops at.
    pub stop: bool,
    /// With an edge of its own, as a card.
    pub card: bool,
    /// Can't be chosen now.
    pub off: bool,
}

impl RadioRow<'_> {
    /// Draws the row's ground and mark, and the contents right of the mark.
    pub fn show(self, ui: &mut Ui, contents: impl FnOnce(&mut Ui)) -> Response {
        let t = ui.tokens();
        let sense = match (self.off, self.stop) {
            (true, false) => Sense::hover(),
            (_, true) => Sense::click(),
            (false, false) => Sense::CLICK,
        };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), self.height), sense);
        let (enabled, on, spoken) = (response.enabled() && !self.off, self.on, self.spoken);
        paint::keep_in_sight(ui, &response);
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, on, spoken));
        self.ground(ui, rect, &response, t);
        let left = if self.card { 13.0 } else { 15.0 };
        let center = egui::pos2(rect.left() + left + 9.0, rect.center().y);
        choice::paint_radio(ui, center, on, enabled);
        let inside = Rect::from_min_max(egui::pos2(center.x + 21.0, rect.top()), rect.max - vec2(13.0, 0.0));
        let builder = UiBuilder::new().max_rect(inside).layout(Layout::left_to_right(Align::Center));
        contents(&mut ui.new_child(builder));
        response
    }

    fn ground(self, ui: &Ui, rect: Rect, response: &Response, t: &Tokens) {
        let corner = if self.card { 8 } else { 0 };
        let fill = match (self.on, response.hovered() && !self.off) {
            (true, _) => t.fill.selected,
            (false, true) => t.fill.surface_2,
            (false, false) => t.fill.surface,
        };
        let edge = match (self.card, self.on) {
            (false, _) => Stroke::NONE,
            (true, true) => Stroke::new(1.0, t.accent.fill),
            (true, false) => Stroke::new(1.0, t.edge.strong),
        };
        ui.painter().rect(rect, corner, fill, edge, StrokeKind::Inside);
        if response.has_focus() {
            paint::focus_inside(ui.painter(), rect, corner, t);
        }
    }
}

/// The place in a group that was clicked or reached with an arrow, if any.
pub(super) fn chosen(ui: &Ui, responses: &[Response]) -> Option<usize> {
    if let Some(clicked) = responses.iter().position(Response::clicked) {
        return Some(clicked);
    }
    let at = responses.iter().position(Response::has_focus)?;
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    let focused = responses.get(at)?;
    ui.memory_mut(|memory| memory.set_focus_lock_filter(focused.id, filter));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = responses.len().saturating_sub(1);
    let to = if pressed(Key::ArrowDown) || pressed(Key::ArrowRight) {
        (at + 1).min(last)
    } else if pressed(Key::ArrowUp) || pressed(Key::ArrowLeft) {
        at.saturating_sub(1)
    } else {
        return None;
    };
    // What can't be chosen is not gone to.
    let next = responses.get(to).filter(|next| next.sense.senses_click())?;
    next.request_focus();
    Some(to)
}
