//! Shapes and habits shared by all widgets: placing, focus rings, dashed edges, rings and arcs.

use std::f32::consts::{FRAC_PI_2, TAU};

use egui::style::ScrollAnimation;
use egui::{Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, UiBuilder, Vec2, vec2};

use super::theme::Tokens;
use super::{icons, motion, space};

/// How a widget is being handled right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Handling {
    #[default]
    Idle,
    Hovered,
    Pressed,
    Disabled,
}

impl Handling {
    /// Read from a response.
    pub fn of(response: &Response) -> Self {
        if !response.enabled() {
            Self::Disabled
        } else if response.is_pointer_button_down_on() {
            Self::Pressed
        } else if response.hovered() {
            Self::Hovered
        } else {
            Self::Idle
        }
    }
}

/// A look forced on a widget so that a still picture can show it. Only the gallery uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pose {
    Hovered,
    Pressed,
    Focused,
}

/// The handling and focus to draw: as they are, or as posed.
pub(super) fn posed(response: &Response, pose: Option<Pose>) -> (Handling, bool) {
    match pose {
        None => (Handling::of(response), response.has_focus()),
        Some(Pose::Hovered) => (Handling::Hovered, false),
        Some(Pose::Pressed) => (Handling::Pressed, false),
        Some(Pose::Focused) => (Handling::Idle, true),
    }
}

/// Takes space for a widget and listens there. The id is the same whether or not the widget is enabled, so focus
/// and animations survive the change.
pub(super) fn place(ui: &mut Ui, size: Vec2, sense: Sense, enabled: bool) -> Response {
    let (id, rect) = ui.allocate_space(size);
    listen(ui, rect, id, sense, enabled)
}

/// Listens in a part of space taken already.
pub(super) fn listen(ui: &mut Ui, rect: Rect, id: egui::Id, sense: Sense, enabled: bool) -> Response {
    if enabled {
        let response = ui.interact(rect, id, sense);
        keep_in_sight(ui, &response);
        response
    } else {
        let mut off = ui.new_child(UiBuilder::new().max_rect(rect));
        off.disable();
        off.interact(rect, id, sense)
    }
}

/// What the keyboard leads to is scrolled to where it can be seen, its ring included.
pub fn keep_in_sight(ui: &Ui, response: &Response) {
    if !response.gained_focus() {
        return;
    }
    let (seen, whole) = (ui.clip_rect().y_range(), response.rect.expand(1.0).y_range());
    if whole.min < seen.min || seen.max < whole.max {
        ui.scroll_to_rect_animation(response.rect.expand(space::S), None, ScrollAnimation::none());
    }
}

/// The focus ring around `rect`: 2 wide, 2 away.
pub fn focus_ring(painter: &Painter, rect: Rect, radius: u8, t: &Tokens) {
    painter.rect_stroke(rect.expand(2.0), radius.saturating_add(2), t.focus(), StrokeKind::Outside);
}

/// The focus ring on the inside, for rows and cards that touch their neighbours.
pub fn focus_inside(painter: &Painter, rect: Rect, radius: u8, t: &Tokens) {
    painter.rect_stroke(rect, radius, t.focus(), StrokeKind::Inside);
}

/// A dashed rounded edge just inside `rect`.
pub fn dashed_rect(painter: &Painter, rect: Rect, radius: f32, stroke: Stroke) {
    let path = rounded_path(rect.shrink(stroke.width / 2.0), radius);
    painter.extend(Shape::dashed_line(&path, stroke, 3.0, 3.0));
}

fn rounded_path(rect: Rect, radius: f32) -> Vec<Pos2> {
    const STEPS: u8 = 6;
    let radius = radius.min(rect.width() / 2.0).min(rect.height() / 2.0);
    let inner = rect.shrink(radius);
    let corners = [
        (inner.right_top(), -FRAC_PI_2),
        (inner.right_bottom(), 0.0),
        (inner.left_bottom(), FRAC_PI_2),
        (inner.left_top(), 2.0 * FRAC_PI_2),
    ];
    let mut path = Vec::new();
    for (corner, from) in corners {
        for step in 0..=STEPS {
            let angle = from + FRAC_PI_2 * f32::from(step) / f32::from(STEPS);
            path.push(corner + radius * Vec2::angled(angle));
        }
    }
    if let Some(&first) = path.first() {
        path.push(first);
    }
    path
}

/// Part of a circle, clockwise from the top; `from` and `length` in turns.
pub fn arc(painter: &Painter, center: Pos2, radius: f32, from: f32, length: f32, stroke: Stroke) {
    const STEPS: u16 = 48;
    let points = (0..=STEPS)
        .map(|step| {
            let turn = from + length * f32::from(step) / f32::from(STEPS);
            center + radius * Vec2::angled(turn * TAU - FRAC_PI_2)
        })
        .collect();
    painter.line(points, stroke);
}

/// A ring of `size` that turns while it is seen; an hourglass when motion is off.
pub fn spinner(ui: &Ui, center: Pos2, size: f32, ink: Color32, track: Color32) {
    let rect = Rect::from_center_size(center, Vec2::splat(size));
    let Some(turn) = motion::spinner_turn(ui, rect) else {
        icons::HOURGLASS_MEDIUM.paint(ui.painter(), center, size, ink);
        return;
    };
    let width = if size < 28.0 { 1.5 } else { 2.0 };
    // Its soft edge stays within the size, too.
    let radius = (size - width - 1.0) / 2.0;
    ui.painter().circle_stroke(center, radius, Stroke::new(width, track));
    arc(ui.painter(), center, radius, turn, 0.35, Stroke::new(width, ink));
}

/// A spinner as a widget of its own.
pub fn spinner_ui(ui: &mut Ui, size: f32) -> Response {
    let t = super::theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
    spinner(ui, rect.center(), size, t.accent.fill, t.edge.strong);
    response
}

/// A triangle that points right, for play buttons: the icon font's is too small in a circle.
pub fn play_mark(painter: &Painter, center: Pos2, size: f32, playing: bool, color: Color32) {
    let icon = if playing { icons::PAUSE_FILL } else { icons::PLAY_FILL };
    // The triangle's weight sits left of the middle of its box.
    let center = if playing { center } else { center + vec2(size * 0.03, 0.0) };
    icon.paint(painter, center, size, color);
}

/// Lays out one line that ends with "…" when it does not fit.
pub fn one_line(
    ui: &Ui,
    text: &str,
    kind: super::text::Type,
    color: Color32,
    width: f32,
) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::single_section(text.to_owned(), kind.format(color));
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    ui.painter().layout_job(job)
}

/// A label on one line that ends in "…" where it does not fit, in the colour it is drawn with.
pub(super) fn shortened(ui: &Ui, label: &str, font: egui::FontId, width: f32) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(label.to_owned(), font, Color32::PLACEHOLDER);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width);
    ui.painter().layout_job(job)
}

/// Lays out a text in at most so many lines, the last of which ends with "…" when it does not fit.
pub fn lines(
    ui: &Ui,
    text: &str,
    kind: super::text::Type,
    color: Color32,
    width: f32,
    rows: usize,
) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::single_section(text.to_owned(), kind.format(color));
    job.wrap = egui::text::TextWrapping { max_width: width.max(0.0), max_rows: rows, ..Default::default() };
    ui.painter().layout_job(job)
}

/// Where a line of text begins whose middle is at `y`. Lines of odd height would else come to stand a point too low.
pub fn text_top(y: f32, galley: &egui::Galley) -> f32 {
    y - (galley.size().y / 2.0).ceil()
}

/// Draws a galley with its left edge at `left` and its middle at `y`. Returns its right edge.
pub fn text_at(painter: &Painter, left: f32, y: f32, galley: std::sync::Arc<egui::Galley>) -> f32 {
    let right = left + galley.size().x;
    let top = text_top(y, &galley);
    painter.galley(egui::pos2(left, top), galley, Color32::PLACEHOLDER);
    right
}
