//! The steps of a wizard in the page's head: done, current, to come.

use std::cmp::Ordering;
use std::sync::Arc;

use egui::emath::GuiRounding as _;
use egui::{Align2, Color32, Galley, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::text::Type;
use super::theme::Look as _;
use super::{icons, paint};

const RING: f32 = 22.0;
/// From a ring to its words, in points.
const AFTER_RING: f32 = 8.0;
const LINE: f32 = 28.0;
/// At both ends of a line, in points.
const GAP: f32 = 10.0;

/// Draws the steps in one piece, so that they stand in their order in a head that is filled from its right end, too.
/// Done ones are ticked, the one at `current` is filled.
///
/// `stepper::stepper_ui(ui, &["Sample", "Trim and check", "Clone"], 1)`
pub fn stepper_ui(ui: &mut Ui, steps: &[&str], current: usize) {
    let t = ui.tokens();
    let words: Vec<Arc<Galley>> = steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let ink = match index.cmp(&current) {
                Ordering::Less => t.text.support,
                Ordering::Equal => t.text.main,
                Ordering::Greater => t.text.hint,
            };
            ui.painter().layout_no_wrap((*step).to_owned(), Type::Control.font(), ink)
        })
        .collect();
    let step = |words: &Galley| RING + AFTER_RING + words.size().x;
    let between = LINE + 2.0 * GAP;
    let width = words.iter().fold(0.0, |width, words| width + step(words) + between) - between;
    let (whole, _) = ui.allocate_exact_size(vec2(width.max(0.0), RING), Sense::hover());
    let mut left = whole.left();
    for (index, (words, name)) in words.into_iter().zip(steps).enumerate() {
        if index > 0 {
            let line = (left + GAP)..=(left + GAP + LINE);
            ui.painter().hline(line, whole.center().y, Stroke::new(1.0, t.edge.control));
            left += between;
        }
        let rect = Rect::from_min_size(pos2(left, whole.top()), vec2(step(&words), RING));
        left = rect.right();
        step_ui(ui, rect, (index, steps.len(), name), index.cmp(&current));
        paint::text_at(ui.painter(), rect.left() + RING + AFTER_RING, rect.center().y, words);
    }
}

fn step_ui(ui: &Ui, rect: Rect, (index, count, label): (usize, usize, &str), order: Ordering) {
    let t = ui.tokens();
    let response = ui.interact(rect, ui.scope_id().with(("step", index)), Sense::hover());
    let how = match order {
        Ordering::Less => "done",
        Ordering::Equal => "current",
        Ordering::Greater => "to come",
    };
    let name = format!("Step {} of {count}: {label}, {how}", index + 1);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    let (painter, radius) = (ui.painter(), RING / 2.0 - 0.5);
    let center = pos2(rect.left() + RING / 2.0, rect.center().y).round_to_pixels(ui.pixels_per_point());
    if order.is_lt() {
        painter.circle_stroke(center, radius, Stroke::new(1.0, t.success.ink));
        icons::CHECK.paint(painter, center, 14.0, t.success.ink);
        return;
    }
    let (fill, edge, ink) = if order.is_eq() {
        (t.accent.fill, t.accent.fill, t.accent.on)
    } else {
        (Color32::TRANSPARENT, t.edge.control, t.text.hint)
    };
    painter.circle(center, radius, fill, Stroke::new(1.0, edge));
    painter.text(center, Align2::CENTER_CENTER, (index + 1).to_string(), Type::Label.font(), ink);
}
