//! Chips that filter, tags that name.

use std::sync::Arc;

use egui::{Color32, Galley, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::icons::{self, Icon};
use super::paint::{self, Handling, Pose};
use super::text::Type;
use super::theme::{Look as _, radius};

/// A filter that is on or off, 28 high.
///
/// `Chip::new("My clones").count(5).show(ui, filter == Filter::Clones).clicked()`
#[must_use = "a chip shows only when `show` is called"]
pub struct Chip<'a> {
    label: &'a str,
    count: Option<usize>,
    icon: Option<Icon>,
    pose: Option<Pose>,
    sense: Sense,
}

impl<'a> Chip<'a> {
    /// A chip with a word.
    pub const fn new(label: &'a str) -> Self {
        Self { label, count: None, icon: None, pose: None, sense: Sense::CLICK.union(Sense::FOCUSABLE) }
    }

    /// How many there are, after the word.
    pub const fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// An icon before the word.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    pub(super) const fn pose(mut self, pose: Pose) -> Self {
        self.pose = Some(pose);
        self
    }

    /// Draws the chip. The caller changes the filter when it was clicked.
    pub fn show(self, ui: &mut Ui, on: bool) -> Response {
        let t = ui.tokens();
        let layout = |text: String, color| ui.painter().layout_no_wrap(text, Type::Label.font(), color);
        let label = layout(self.label.to_owned(), Color32::PLACEHOLDER);
        let counted = if on { t.text.main } else { t.text.hint };
        let count = self.count.map(|count| layout(super::format::thousands(count as u64), counted));
        let lead = if self.icon.is_some() { 21.0 } else { 0.0 };
        let tail = count.as_ref().map_or(0.0, |galley| galley.size().x + 6.0);
        let size = vec2((lead + label.size().x + tail + 26.0).ceil(), 28.0);
        let response = paint::place(ui, size, self.sense, ui.is_enabled());
        let (enabled, name) = (response.enabled(), self.spoken());
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, on, &name));
        let rect = response.rect;
        if ui.is_rect_visible(rect) {
            let (handling, focused) = paint::posed(&response, self.pose);
            let (fill, edge) = match (on, handling) {
                (true, _) => (t.fill.selected, t.accent.line),
                (false, Handling::Hovered | Handling::Pressed) => (t.fill.surface_2, t.edge.strong),
                (false, _) => (Color32::TRANSPARENT, t.edge.strong),
            };
            let ink = match (on, handling) {
                (_, Handling::Disabled) => t.text.off,
                (true, _) => t.text.main,
                (false, _) => t.text.support,
            };
            ui.painter().rect(rect, radius::CHIP, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
            if focused {
                paint::focus_ring(ui.painter(), rect, radius::CHIP, t);
            }
            let (mut x, y) = (rect.left() + 13.0, rect.center().y);
            if let Some(icon) = self.icon {
                icon.paint(ui.painter(), egui::pos2(x + 7.0, y), 15.0, ink);
                x += lead;
            }
            x = paint_ink(ui, x, y, label, ink);
            if let Some(count) = count {
                paint::text_at(ui.painter(), x + 6.0, y, count);
            }
        }
        response
    }

    fn spoken(&self) -> String {
        match self.count {
            Some(count) => format!("{}, {}", self.label, super::format::thousands(count as u64)),
            None => self.label.to_owned(),
        }
    }
}

fn paint_ink(ui: &Ui, left: f32, y: f32, galley: Arc<Galley>, ink: Color32) -> f32 {
    let right = left + galley.size().x;
    ui.painter().galley(egui::pos2(left, paint::text_top(y, &galley)), galley, ink);
    right
}

/// A row of chips of which one is on: one stop for Tab, arrows move inside. True when the choice changed.
///
/// `chip::group_ui(ui, &mut filter, &[(Filter::All, Chip::new("All").count(64)), ..])`
pub fn group_ui<T: Copy + PartialEq>(ui: &mut Ui, value: &mut T, chips: Vec<(T, Chip<'_>)>) -> bool {
    let before = *value;
    // As high as its chips, or they would hang below the middle of a higher row.
    let row = vec2(ui.available_width(), 28.0);
    ui.allocate_ui_with_layout(row, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        let values: Vec<T> = chips.iter().map(|(value, _)| *value).collect();
        let mut responses = Vec::new();
        let any = values.contains(value);
        for (index, (this, mut chip)) in chips.into_iter().enumerate() {
            chip.sense = super::segmented::reached_by_tab(index, *value == this, any);
            let response = chip.show(ui, *value == this);
            if response.clicked() {
                *value = this;
            }
            responses.push(response);
        }
        super::segmented::arrow_keys(ui, value, &values, &responses);
    });
    *value != before
}

/// A tag, 20 high: a word on a quiet ground.
pub fn tag_ui(ui: &mut Ui, label: &str) -> Response {
    let fill = ui.tokens().fill.surface_2;
    plain_tag_ui(ui, label, fill)
}

/// The same on the ground of a page, or of a selected row.
pub fn row_tag_ui(ui: &mut Ui, label: &str) -> Response {
    let fill = ui.tokens().fill.surface_3;
    plain_tag_ui(ui, label, fill)
}

fn plain_tag_ui(ui: &mut Ui, label: &str, fill: Color32) -> Response {
    let t = ui.tokens();
    let galley = ui.painter().layout_no_wrap(label.to_owned(), Type::Small.font(), t.text.support);
    let size = vec2((galley.size().x + 14.0).ceil(), 20.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, label));
    ui.painter().rect_filled(rect, radius::TAG, fill);
    paint::text_at(ui.painter(), rect.left() + 7.0, rect.center().y, galley);
    response
}

/// A tag that can be pressed, such as a part of a file name. `chosen` gives it the selected ground.
pub fn tag_button(ui: &mut Ui, label: &str, chosen: bool) -> Response {
    let t = ui.tokens();
    let galley = ui.painter().layout_no_wrap(label.to_owned(), Type::Small.font(), Color32::PLACEHOLDER);
    let size = vec2((galley.size().x + 14.0).ceil(), 20.0);
    let response = paint::place(ui, size, Sense::click(), ui.is_enabled());
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, label));
    let rect = response.rect;
    let fill = match (chosen, response.hovered()) {
        (true, _) => t.fill.selected,
        (false, true) => t.fill.surface_3,
        (false, false) => t.fill.surface_2,
    };
    ui.painter().rect_filled(rect, radius::TAG, fill);
    if response.has_focus() {
        paint::focus_ring(ui.painter(), rect, radius::TAG, t);
    }
    let ink = if chosen { t.text.main } else { t.text.support };
    paint_ink(ui, rect.left() + 7.0, rect.center().y, galley, ink);
    response
}

/// The dashed button that adds a tag.
pub fn add_tag(ui: &mut Ui, label: &str) -> Response {
    let t = ui.tokens();
    let galley = ui.painter().layout_no_wrap(label.to_owned(), Type::Small.font(), Color32::PLACEHOLDER);
    let size = vec2((galley.size().x + 33.0).ceil(), 20.0);
    let response = paint::place(ui, size, Sense::click(), ui.is_enabled());
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, label));
    let rect = response.rect;
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::TAG, t.fill.surface_2);
    }
    paint::dashed_rect(ui.painter(), rect, f32::from(radius::TAG), Stroke::new(1.0, t.edge.control));
    if response.has_focus() {
        paint::focus_ring(ui.painter(), rect, radius::TAG, t);
    }
    let y = rect.center().y;
    icons::PLUS.paint(ui.painter(), egui::pos2(rect.left() + 14.0, y), 13.0, t.text.support);
    paint_ink(ui, rect.left() + 24.0, y, galley, t.text.support);
    response
}
