//! The field for the pattern of names: what stands for a part looks like one.

use std::sync::Arc;

use egui::epaint::RectShape;
use egui::text::{CCursor, LayoutJob, TextFormat};
use egui::{
    Align2, Color32, Frame, Galley, Margin, Rect, Response, Shape, Stroke, StrokeKind, TextBuffer, TextEdit, Ui, vec2,
};

use crate::settings::{Piece, pieces};
use crate::ui::theme::Look as _;
use crate::ui::{Type, radius};

/// Free room on both sides of a part.
const GAP: f32 = 3.0;

/// Draws the field, 32 high and as wide as there is room.
pub(super) fn name_field_ui(ui: &mut Ui, name: &str, pattern: &mut String, fits: bool) -> Response {
    let t = ui.tokens();
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, _width: f32| lay_out(ui, text.as_str());
    // Below the text, whose places are known only once it is drawn.
    let (ground, tokens) = (ui.painter().add(Shape::Noop), ui.painter().add(Shape::Noop));
    let edit = TextEdit::singleline(pattern)
        .font(Type::Body.font())
        .frame(Frame::new().inner_margin(Margin::symmetric(11, 0)))
        .desired_width(f32::INFINITY)
        .min_size(egui::vec2(0.0, 32.0))
        .align(Align2::LEFT_CENTER)
        .layouter(&mut layouter);
    let shown = edit.show(ui);
    let response = shown.response.response;
    ui.painter().set(ground, RectShape::filled(response.rect, radius::CONTROL, t.fill.field));
    let rounded = |place: Rect| {
        let place = place.translate(shown.galley_pos.to_vec2());
        RectShape::filled(place, radius::TAG, t.fill.selected).into()
    };
    let places = places(pattern, &shown.galley).into_iter().map(rounded).collect();
    ui.painter().with_clip_rect(shown.text_clip_rect.expand(1.0)).set(tokens, Shape::Vec(places));
    let edge = match (response.has_focus(), fits) {
        (true, true) => t.focus(),
        (_, false) => Stroke::new(2.0, t.danger.ink),
        (false, true) => Stroke::new(1.0, t.edge.control),
    };
    ui.painter().rect_stroke(response.rect, radius::CONTROL, edge, StrokeKind::Inside);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    response
}

/// Parts keep their distance; their braces are not drawn, and are the ends of the ground that parts stand on.
fn lay_out(ui: &Ui, text: &str) -> Arc<Galley> {
    let mut job = LayoutJob { break_on_newline: false, ..LayoutJob::default() };
    let plain = Type::Body.format(ui.tokens().text.main);
    let brace = TextFormat { color: Color32::TRANSPARENT, ..plain.clone() };
    for piece in pieces(text) {
        let before = if job.is_empty() { 0.0 } else { GAP };
        match piece {
            Piece::Text(words) => job.append(words, before, plain.clone()),
            Piece::Part(of) => {
                job.append("{", before, brace.clone());
                job.append(of.word(), 0.0, plain.clone());
                job.append("}", 0.0, brace.clone());
            }
        }
    }
    ui.painter().layout_job(job)
}

/// Where the parts of a pattern stand in the text as it was laid out.
fn places(text: &str, galley: &Galley) -> Vec<Rect> {
    let (mut places, mut at) = (Vec::new(), 0);
    let end = text.chars().count();
    for piece in pieces(text) {
        let from = at;
        match piece {
            Piece::Text(words) => at += words.chars().count(),
            Piece::Part(of) => {
                at += of.word().chars().count() + 2;
                let (first, last) =
                    (galley.pos_from_cursor(CCursor::new(from)), galley.pos_from_cursor(CCursor::new(at)));
                // The next piece begins behind its gap.
                let right = last.left() - if at < end { GAP } else { 0.0 };
                places.push(Rect::from_x_y_ranges(first.left()..=right, first.y_range()).expand2(vec2(0.0, 1.0)));
            }
        }
    }
    places
}
