//! Frames of a page: head, cards, inspector, rows of a list, thin lines.

use egui::{
    Align, Color32, CornerRadius, Frame, Layout, Margin, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, Vec2, WidgetInfo, vec2,
};

use super::paint::{self, Pose};
use super::text;
use super::theme::{Look as _, radius, space};

/// A filled frame with a thin edge and no padding.
pub fn frame(fill: Color32, edge: Color32, corner: u8) -> Frame {
    Frame::new().fill(fill).stroke(Stroke::new(1.0, edge)).corner_radius(CornerRadius::same(corner))
}

/// A card as wide as there is room: surface, thin edge, padding 16.
pub fn card_ui<R>(ui: &mut Ui, show: impl FnOnce(&mut Ui) -> R) -> R {
    let t = ui.tokens();
    frame(t.fill.surface, t.edge.soft, radius::CARD)
        .inner_margin(Margin::same(15))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            show(ui)
        })
        .inner
}

/// Columns of equal width. Those of egui itself also stretch every line of text from edge to edge, which tears wide
/// gaps into narrow cards.
#[expect(clippy::disallowed_methods, reason = "here they are mended")]
pub fn columns_ui<const COUNT: usize, R>(ui: &mut Ui, show: impl FnOnce(&mut [Ui; COUNT]) -> R) -> R {
    ui.columns_const(|columns: &mut [Ui; COUNT]| {
        let ragged = || UiBuilder::new().layout(Layout::top_down(Align::Min));
        let mut inner = columns.each_mut().map(|column| column.new_child(ragged()));
        let result = show(&mut inner);
        for (column, inner) in columns.iter_mut().zip(&inner) {
            column.advance_cursor_after_rect(inner.min_rect());
        }
        result
    })
}

/// The frame of the panel at the right: surface, a line at its left, padding 18. Use as
/// `Panel::right("inspector").exact_size(348.0).frame(layout::inspector_frame(ui)).show(ui, ..)` and scroll inside.
pub fn inspector_frame(ui: &Ui) -> Frame {
    Frame::new().fill(ui.tokens().fill.surface).inner_margin(Margin::symmetric(PANEL_MARGIN, 16))
}

/// At both sides of the panel at the right, in points.
pub(super) const PANEL_MARGIN: i8 = 20;

/// How wide the inspector is: as drawn, or 400 in windows of 1600 and more.
pub fn inspector_width(ui: &Ui, drawn: f32) -> f32 {
    if ui.ctx().content_rect().width() >= 1600.0 { 400.0 } else { drawn }
}

/// Whether the window is too narrow for the right panel and for five stage cards.
pub fn is_narrow(ui: &Ui) -> bool {
    ui.ctx().content_rect().width() < 1180.0
}

/// The head of a page, 64 high: title and what follows it at the left, actions at the right (given in reading order
/// from the right end).
///
/// `layout::page_head_ui(ui, "Voices", |ui| {}, |ui| { Button::secondary("Clone a voice").show(ui); })`
pub fn page_head_ui(ui: &mut Ui, title: &str, after: impl FnOnce(&mut Ui), actions: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), 64.0);
    // The page begins where the head ends, whatever gap its parts have between them.
    let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(64.0);
        ui.spacing_mut().item_spacing = vec2(space::S, gap);
        let heading = ui.label(text::title(title));
        ui.ctx().accesskit_node_builder(heading.id, |node| {
            node.set_role(Role::Heading);
            node.set_label(title);
        });
        after(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), actions);
    });
    ui.spacing_mut().item_spacing.y = gap;
}

/// The heading of a section or card.
pub fn section_ui(ui: &mut Ui, title: &str) -> Response {
    let response = ui.label(text::section(title));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Heading);
        node.set_label(title);
    });
    response
}

/// A thin line across.
pub fn line_ui(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, ui.tokens().edge.soft));
}

/// A thin line across the whole panel at the right, at this height, whatever margin and scroll bar its contents have.
pub fn rule(ui: &Ui, y: f32) {
    let left = ui.max_rect().left() - f32::from(PANEL_MARGIN);
    let across = egui::Rangef::new(left, ui.ctx().content_rect().right());
    let mut painter = ui.painter().clone();
    painter.set_clip_rect(Rect::from_x_y_ranges(across, ui.clip_rect().y_range()));
    painter.hline(across, y, Stroke::new(1.0, ui.tokens().edge.soft));
}

/// A label at the left and its value at the right end of one line.
pub fn pair_ui(ui: &mut Ui, label: &str, value: impl Into<egui::WidgetText>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 16.0;
        ui.hint(label);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(value));
    });
}

/// A row of a list, 56 high unless told otherwise.
///
/// `Row::new("Mara, keynote. Your clone, 14 takes. Enter to use, Space to hear.").selected(on).show(ui, |ui| ..)`
#[must_use = "a row shows only when `show` is called"]
pub struct Row<'a> {
    name: &'a str,
    height: f32,
    selected: bool,
    enabled: bool,
    /// Where the line along its lower edge begins, from the row's left end in points.
    divider: Option<f32>,
    /// Whether it is the first and the last of a framed list; none in a list without a frame.
    framed: Option<(bool, bool)>,
    place: Option<(usize, usize)>,
    pose: Option<Pose>,
}

impl<'a> Row<'a> {
    /// `name` is what screen readers say about the whole row.
    pub const fn new(name: &'a str) -> Self {
        Self {
            name,
            height: 56.0,
            selected: false,
            enabled: true,
            divider: None,
            framed: None,
            place: None,
            pose: None,
        }
    }

    /// Height in points.
    pub const fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Whether it is the selected one.
    pub const fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Whether it can be selected.
    pub const fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// A thin line along its lower edge.
    pub const fn divider(self) -> Self {
        self.divider_from(8.0)
    }

    /// A thin line along its lower edge that begins under the words, `left` from the row's left end in points.
    pub const fn divider_from(mut self, left: f32) -> Self {
        self.divider = Some(left);
        self
    }

    /// In a list with an edge of its own: lines run from side to side, and only the outer corners of the list are round.
    pub const fn framed(mut self, first: bool, last: bool) -> Self {
        self.framed = Some((first, last));
        self
    }

    /// Which of so many it is, from 0, for screen readers.
    pub const fn place(mut self, index: usize, count: usize) -> Self {
        self.place = Some((index, count));
        self
    }

    pub(super) const fn pose(mut self, pose: Pose) -> Self {
        self.pose = Some(pose);
        self
    }

    /// Draws the row and, on it, its contents from left to right. The response is the row's own; buttons on it take
    /// their clicks first.
    pub fn show<R>(self, ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> (Response, R) {
        let t = ui.tokens();
        let enabled = self.enabled && ui.is_enabled();
        let response = paint::place(ui, vec2(ui.available_width(), self.height), Sense::click(), enabled);
        response.widget_info(|| WidgetInfo::selected(Role::ListItem, enabled, self.selected, self.name));
        let rect = response.rect;
        let (handling, focused) = paint::posed(&response, self.pose);
        let over = matches!(handling, paint::Handling::Hovered | paint::Handling::Pressed);
        let fill = match (self.selected, over) {
            (true, _) => t.fill.selected,
            (false, true) => t.fill.surface_2,
            (false, false) => Color32::TRANSPARENT,
        };
        if let Some((index, count)) = self.place {
            tell_place(&response, index, count);
        }
        let corners = self.corners();
        ui.painter().rect_filled(rect, corners, fill);
        let line = match (self.framed, self.divider) {
            (Some((_, false)), _) => Some(rect.x_range()),
            (None, Some(left)) if !self.selected => Some(egui::Rangef::new(rect.left() + left, rect.right() - 8.0)),
            _ => None,
        };
        if let Some(line) = line {
            ui.painter().hline(line, rect.bottom() - 0.5, Stroke::new(1.0, t.edge.soft));
        }
        if focused {
            ui.painter().rect_stroke(rect, corners, t.focus(), StrokeKind::Inside);
        }
        let inside = rect.shrink2(Vec2::new(8.0, 0.0));
        let builder = UiBuilder::new().max_rect(inside).layout(Layout::left_to_right(Align::Center));
        let mut inside = ui.new_child(builder);
        if self.selected {
            // On the selected ground hints are too weak for a second line.
            inside.visuals_mut().weak_text_color = Some(t.text.support);
        }
        let inner = contents(&mut inside);
        (response, inner)
    }

    /// Round at all corners, or where a framed list ends: 1 inside its edge.
    fn corners(&self) -> CornerRadius {
        let Some((first, last)) = self.framed else { return CornerRadius::same(radius::ROW) };
        let round = |end: bool| if end { radius::ROW - 1 } else { 0 };
        CornerRadius { nw: round(first), ne: round(first), sw: round(last), se: round(last) }
    }
}

/// Tells screen readers that a row is the one at `index`, from 0, of so many.
pub fn tell_place(row: &Response, index: usize, count: usize) {
    row.ctx.accesskit_node_builder(row.id, |node| {
        node.set_position_in_set(index + 1);
        node.set_size_of_set(count);
    });
}

/// A time code or a kind in the corner of a picture.
pub fn frame_badge(ui: &Ui, picture: Rect, words: &str) {
    let t = ui.tokens();
    let galley = ui.painter().layout_no_wrap(words.to_owned(), text::Type::MonoSmall.font(), t.badge.ink);
    let size = galley.size() + vec2(10.0, 2.0);
    let corner = picture.right_bottom() - vec2(5.0, 5.0) - size;
    let rect = Rect::from_min_size(corner, size);
    ui.painter().rect(rect, radius::TAG, t.badge.fill, Stroke::NONE, StrokeKind::Inside);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, t.badge.ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_columns_is_not_stretched_and_what_follows_stands_below_the_tallest() {
        let mut asked = false;
        let mut run = |ui: &mut Ui| {
            asked = true;
            let room = ui.available_width();
            let top = ui.cursor().top();
            let lowest = columns_ui(ui, |[left, right]| {
                assert!(!left.layout().horizontal_justify() && !right.layout().horizontal_justify());
                assert!((left.available_width() * 2.0 + left.spacing().item_spacing.x - room).abs() < 1.0);
                left.allocate_space(vec2(50.0, 20.0));
                right.allocate_space(vec2(50.0, 300.0));
                right.min_rect().bottom()
            });
            assert!(lowest >= top + 300.0 && ui.cursor().top() >= lowest);
        };
        egui::Context::default().run_ui(egui::RawInput::default(), &mut run).textures_delta.clear();
        assert!(asked);
    }
}
