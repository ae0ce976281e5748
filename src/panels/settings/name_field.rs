//! The field for the pattern of names: what stands for a part looks like one.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, Color32, CornerRadius, Frame, Galley, Margin, Response, Stroke, StrokeKind, TextBuffer, TextEdit, Ui,
};

use crate::settings::{Piece, pieces};
use crate::ui::theme::Look as _;
use crate::ui::{Type, radius};

/// Draws the field, 32 high and as wide as there is room.
pub(super) fn name_field_ui(ui: &mut Ui, name: &str, pattern: &mut String, fits: bool) -> Response {
    let t = ui.tokens();
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, _width: f32| lay_out(ui, text.as_str());
    let frame = Frame::new().fill(t.fill.field).corner_radius(CornerRadius::same(radius::CONTROL));
    let edit = TextEdit::singleline(pattern)
        .font(Type::Body.font())
        .frame(frame.inner_margin(Margin::symmetric(11, 0)))
        .desired_width(f32::INFINITY)
        .min_size(egui::vec2(0.0, 32.0))
        .align(Align2::LEFT_CENTER)
        .layouter(&mut layouter);
    let response = ui.add(edit);
    let edge = match (response.has_focus(), fits) {
        (true, true) => t.focus(),
        (_, false) => Stroke::new(2.0, t.danger.ink),
        (false, true) => Stroke::new(1.0, t.edge.control),
    };
    ui.painter().rect_stroke(response.rect, radius::CONTROL, edge, StrokeKind::Inside);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    response
}

/// Parts stand on a ground of their own; their braces are that ground's ends.
fn lay_out(ui: &Ui, text: &str) -> Arc<Galley> {
    let t = ui.tokens();
    let mut job = LayoutJob { break_on_newline: false, ..LayoutJob::default() };
    let plain = Type::Body.format(t.text.main);
    let part = TextFormat { background: t.fill.selected, expand_bg: 1.0, ..plain.clone() };
    let brace = TextFormat { color: Color32::TRANSPARENT, ..part.clone() };
    for piece in pieces(text) {
        match piece {
            Piece::Text(words) => job.append(words, 0.0, plain.clone()),
            Piece::Part(of) => {
                job.append("{", 0.0, brace.clone());
                job.append(of.word(), 0.0, part.clone());
                job.append("}", 0.0, brace.clone());
            }
        }
    }
    ui.painter().layout_job(job)
}
