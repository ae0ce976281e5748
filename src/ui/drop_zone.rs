//! Places to drop a file: the dashed zone inside a page, and the boxes of the overlay over the whole window.

use egui::{Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::icons::{self, Icon};
use super::paint;
use super::text::Type;
use super::theme::{Look as _, radius};
use super::truncate;

/// What is being dragged over a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dragged<'a> {
    /// Nothing.
    Nothing,
    /// A file it takes.
    Fits,
    /// A file it does not take, and why: "Not a video".
    Refused(&'a str),
}

/// A dashed zone of the given size; a click on it is the same as a drop, by way of the file dialog.
///
/// `drop_zone_ui(ui, vec2(180.0, 101.0), icons::UPLOAD_SIMPLE, "Drop a file", Dragged::Nothing).clicked()`
pub fn drop_zone_ui(ui: &mut Ui, size: egui::Vec2, icon: Icon, words: &str, dragged: Dragged<'_>) -> Response {
    let t = ui.tokens();
    let response = paint::place(ui, size, Sense::click(), ui.is_enabled());
    let (rect, enabled) = (response.rect, response.enabled());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, words));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter();
    if dragged == Dragged::Nothing {
        if response.hovered() {
            painter.rect_filled(rect, radius::ROW, t.fill.surface_2);
        }
        paint::dashed_rect(painter, rect, f32::from(radius::ROW), Stroke::new(1.0, t.edge.control));
        words_ui(ui, rect, icon, words, t.text.support);
    } else {
        dragged_ui(ui, rect, icon, dragged);
    }
    if response.has_focus() {
        paint::focus_ring(painter, rect, radius::ROW, t);
    }
    response
}

/// Covers a place with what letting go of the file above it would do; with nothing above it the place stays as it is.
pub fn dragged_ui(ui: &Ui, rect: egui::Rect, icon: Icon, dragged: Dragged<'_>) {
    let t = ui.tokens();
    let (icon, words, ink, fill, edge) = match dragged {
        Dragged::Nothing => return,
        Dragged::Fits => (icon, "Let go to add", t.text.main, t.fill.selected, t.accent.fill),
        Dragged::Refused(why) => (icons::PROHIBIT, why, t.danger.ink, t.danger.wash, t.danger.ink),
    };
    ui.painter().rect(rect, radius::ROW, fill, Stroke::new(2.0, edge), StrokeKind::Inside);
    words_ui(ui, rect, icon, words, ink);
}

/// An icon above a few words, in the middle of a place.
fn words_ui(ui: &Ui, rect: egui::Rect, icon: Icon, words: &str, ink: egui::Color32) {
    let galley = centered(ui, words, Type::Small, ink, rect.width() - 16.0);
    let top = rect.center().y - (22.0 + 8.0 + galley.size().y) / 2.0;
    icon.paint(ui.painter(), pos2(rect.center().x, top + 11.0), 22.0, ink);
    ui.painter().galley(pos2(rect.center().x, top + 30.0), galley, ink);
}

/// A paragraph laid out around its middle: draw it at the x of that middle.
fn centered(ui: &Ui, words: &str, kind: Type, ink: egui::Color32, width: f32) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::single_section(words.to_owned(), kind.format(ink));
    job.halign = egui::Align::Center;
    job.wrap.max_width = width.max(0.0);
    ui.painter().layout_job(job)
}

/// One of the boxes of the drop overlay, 312 x 316.
#[derive(Debug, Clone, Copy)]
pub struct DropBox<'a> {
    pub icon: Icon,
    pub title: &'a str,
    /// What happens with the file, in a sentence or two.
    pub text: &'a str,
    /// Where it leads: "Opens the trim step".
    pub leads: &'a str,
    /// The key that chooses it: "1".
    pub key: &'a str,
    /// Why this file does not fit: "This file has no picture".
    pub why_off: Option<&'a str>,
}

impl DropBox<'_> {
    /// Size in points; narrower where there is less room.
    pub const SIZE: egui::Vec2 = vec2(312.0, 316.0);

    /// Draws the box; `over` when the file hangs above it.
    pub fn show(&self, ui: &mut Ui, over: bool) -> Response {
        let t = ui.tokens();
        let enabled = self.why_off.is_none();
        let size = Self::SIZE.min(vec2(ui.available_width(), f32::INFINITY));
        let response = paint::place(ui, size, Sense::click(), enabled);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, self.title));
        let leads = self.why_off.unwrap_or(self.leads);
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(format!("{} {leads}", self.text)));
        let (rect, painter) = (response.rect, ui.painter());
        let is_dragged = over;
        let over = enabled && (over || response.hovered() || response.has_focus());
        if over {
            let edge = Stroke::new(2.0, t.accent.fill);
            painter.rect(rect, radius::DIALOG, t.fill.selected, edge, StrokeKind::Inside);
        } else {
            painter.rect_filled(rect, radius::DIALOG, t.fill.surface);
            paint::dashed_rect(painter, rect, f32::from(radius::DIALOG), Stroke::new(1.0, t.edge.control));
        }
        let pick = |on, off| if enabled { on } else { off };
        let (disc, glyph) = if over { (t.accent.fill, t.accent.on) } else { (t.fill.surface_2, t.text.support) };
        let x = rect.center().x;
        painter.circle_filled(pos2(x, rect.top() + 68.0), 36.0, disc);
        self.icon.paint(painter, pos2(x, rect.top() + 68.0), 32.0, pick(glyph, t.text.off));
        let room = rect.width() - 56.0;
        let line = |words: &str, kind: Type, ink, y: f32| {
            let galley = centered(ui, words, kind, ink, room);
            painter.galley(pos2(x, rect.top() + y), galley, ink);
        };
        line(self.title, Type::Title, pick(t.text.main, t.text.off), 124.0);
        line(self.text, Type::Read, pick(t.text.support, t.text.off), 160.0);
        // Where it leads may end with the name of a file.
        let shown = self.why_off.map_or_else(|| truncate::middle(ui, leads, Type::Small, room), str::to_owned);
        line(&shown, Type::Small, pick(t.text.support, t.warning.ink), 248.0);
        if enabled {
            let (words, ink) = match (is_dragged, over) {
                (true, _) => ("Drop here, or press", t.accent.fill),
                (false, true) => ("Click, or press", t.accent.fill),
                (false, false) => ("Press", t.text.hint),
            };
            line(&format!("{words} {}", self.key), Type::Small, ink, 274.0);
        }
        response
    }
}

/// Dims the whole window behind the boxes.
pub fn overlay_ground(ui: &Ui) {
    ui.painter().rect_filled(ui.ctx().content_rect(), 0, ui.tokens().fill.overlay);
}

/// The card with the dragged file, above the boxes: name, and what it is.
pub fn dragged_file_ui(ui: &mut Ui, icon: Icon, name: &str, facts: &str) -> Response {
    let t = ui.tokens();
    super::layout::frame(t.fill.popover, t.edge.strong, radius::CARD)
        .inner_margin(egui::Margin::symmetric(14, 12))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(36.0, 36.0), Sense::hover());
                icon.paint(ui.painter(), rect.center(), 28.0, t.text.support);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    ui.label(super::text::name(name));
                    ui.support(facts);
                });
            });
        })
        .response
}
