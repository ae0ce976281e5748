//! The three steps in the page's head: done, current, to come.

use std::sync::Arc;

use egui::{Align2, Galley, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::Stage;
use crate::ui::theme::Look as _;
use crate::ui::{Type, icons};

const STEPS: [(Stage, &str); 3] =
    [(Stage::Sample, "Sample"), (Stage::Check, "Trim and check"), (Stage::Cloning, "Clone")];
const RING: f32 = 22.0;
const LINE: f32 = 28.0;

/// Draws the steps in a head that is filled from its right end; assistive software meets them in their order.
pub fn stepper_ui(ui: &mut Ui, stage: Stage) {
    let current = STEPS.iter().position(|(step, _)| *step == stage).unwrap_or_default();
    let t = ui.tokens();
    let gap = ui.spacing().item_spacing.x;
    let words: Vec<Arc<Galley>> = STEPS
        .iter()
        .enumerate()
        .map(|(index, (_, label))| {
            let ink = if index == current { t.text.main } else { t.text.support };
            ui.painter().layout_no_wrap((*label).to_owned(), Type::Control.font(), ink)
        })
        .collect();
    let step = |words: &Galley| RING + 8.0 + words.size().x;
    let joints = (LINE + 2.0 * gap) * 2.0;
    let (whole, _) =
        ui.allocate_exact_size(vec2(words.iter().map(|w| step(w)).sum::<f32>() + joints, RING), Sense::hover());
    let mut left = whole.left();
    for (index, words) in words.into_iter().enumerate() {
        if index > 0 {
            let line = (left + gap)..=(left + gap + LINE);
            ui.painter().hline(line, whole.center().y, Stroke::new(1.0, t.edge.strong));
            left += LINE + 2.0 * gap;
        }
        let rect = Rect::from_min_size(pos2(left, whole.top()), vec2(step(&words), RING));
        left = rect.right();
        step_ui(ui, rect, index, words, current);
    }
}

fn step_ui(ui: &Ui, rect: Rect, index: usize, words: Arc<Galley>, current: usize) {
    let t = ui.tokens();
    let label = STEPS[index].1;
    let response = ui.interact(rect, ui.scope_id().with(("step", index)), Sense::hover());
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
    painter.galley(corner, words, t.text.main);
}
