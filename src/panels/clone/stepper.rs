//! The three steps in the page's head: done, current, to come.

use egui::{Align2, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::Stage;
use crate::ui::theme::Look as _;
use crate::ui::{Type, icons};

const STEPS: [(Stage, &str); 3] =
    [(Stage::Sample, "Sample"), (Stage::Check, "Trim and check"), (Stage::Cloning, "Clone")];
const RING: f32 = 22.0;
const LINE: f32 = 28.0;

/// Draws the steps in a head that is filled from its right end.
pub fn stepper_ui(ui: &mut Ui, stage: Stage) {
    let current = STEPS.iter().position(|(step, _)| *step == stage).unwrap_or_default();
    for (index, (_, label)) in STEPS.iter().enumerate().rev() {
        step_ui(ui, index, label, current);
        if index > 0 {
            let (rect, _) = ui.allocate_exact_size(vec2(LINE, 1.0), Sense::hover());
            ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, ui.tokens().edge.strong));
        }
    }
}

fn step_ui(ui: &mut Ui, index: usize, label: &str, current: usize) {
    let t = ui.tokens();
    let ink = if index == current { t.text.main } else { t.text.support };
    let words = ui.painter().layout_no_wrap(label.to_owned(), Type::Control.font(), ink);
    let (rect, response) = ui.allocate_exact_size(vec2(RING + 8.0 + words.size().x, RING), Sense::hover());
    let how = match index.cmp(&current) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "current",
        std::cmp::Ordering::Greater => "to come",
    };
    let name = format!("Step {} of 3: {label}, {how}", index + 1);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    let center = pos2(rect.left() + RING / 2.0, rect.center().y);
    let painter = ui.painter();
    match index.cmp(&current) {
        std::cmp::Ordering::Less => {
            painter.circle_stroke(center, RING / 2.0 - 0.5, Stroke::new(1.0, t.success.ink));
            icons::CHECK.paint(painter, center, 14.0, t.success.ink);
        }
        order => {
            let number = (index + 1).to_string();
            let (fill, edge, ink) = if order.is_eq() {
                (t.accent.fill, t.accent.fill, t.accent.on)
            } else {
                (t.fill.canvas, t.edge.control, t.text.hint)
            };
            painter.circle(center, RING / 2.0 - 0.5, fill, Stroke::new(1.0, edge));
            painter.text(center, Align2::CENTER_CENTER, number, Type::Label.font(), ink);
        }
    }
    let corner = pos2(rect.right() - words.size().x, rect.center().y - words.size().y / 2.0);
    painter.galley(corner, words, ink);
}
