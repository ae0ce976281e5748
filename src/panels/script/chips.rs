//! The text of a line as it is drawn while it is written: its pauses are chips.

use std::sync::Arc;

use egui::layers::ShapeIdx;
use egui::text::{CCursor, LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId, Galley, Pos2, Rect, Shape, Ui, pos2, vec2};

use crate::script::pauses;
use crate::ui::theme::{Look as _, radius};
use crate::ui::{Type, icons};

/// So small that the words of a pause leave room for its icon and no more.
const TINY: f32 = 5.0;

/// Room between the words of a chip and its end, in points.
const ROOM: f32 = 5.0;

/// Lays out a line that is not worked on in one row, its pauses as chips with words.
pub fn one_line(ui: &Ui, text: &str, ink: Color32, width: f32) -> Arc<Galley> {
    let t = ui.tokens();
    let plain = Type::Read.format(ink);
    let chip = TextFormat {
        font_id: Type::Small.font(),
        color: t.text.support,
        background: t.fill.surface_3,
        ..plain.clone()
    };
    let mut job = LayoutJob { wrap: TextWrapping::truncate_at_width(width.max(0.0)), ..LayoutJob::default() };
    let mut from = 0;
    for pause in pauses::all(text) {
        job.append(text.get(from..pause.place.start).unwrap_or_default(), 0.0, plain.clone());
        let words = text.get(pause.place.clone()).unwrap_or_default();
        job.append(&format!("\u{a0}{}\u{a0}", pauses::readable(words)), 0.0, chip.clone());
        from = pause.place.end;
    }
    job.append(text.get(from..).unwrap_or_default(), 0.0, plain);
    ui.painter().layout_job(job)
}

/// Lays out a line. Every character of the text has its place, so that the cursor finds it.
pub fn layout(ui: &Ui, text: &str, width: f32) -> Arc<Galley> {
    let t = ui.tokens();
    let plain = Type::ReadActive.format(t.text.main);
    let chip = |font_id: FontId, color: Color32| TextFormat { font_id, color, ..plain.clone() };
    let hidden = chip(FontId { size: TINY, ..Type::ReadActive.font() }, Color32::TRANSPARENT);
    let shown = chip(Type::Mono.font(), t.text.support);
    let mut job = LayoutJob { wrap: TextWrapping::wrap_at_width(width), ..LayoutJob::default() };
    let mut from = 0;
    for pause in pauses::all(text) {
        job.append(text.get(from..pause.place.start).unwrap_or_default(), 0.0, plain.clone());
        let words = text.get(pause.place.clone()).unwrap_or_default();
        let number = words.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let close = words.len().saturating_sub(1).max(number);
        let (word, rest) = words.split_at(number);
        let (amount, end) = rest.split_at(close - number);
        // The bracket keeps its distance, so that the chip ends behind the last letter.
        let behind = TextFormat { extra_letter_spacing: ROOM, ..hidden.clone() };
        for (part, format) in [(word, &hidden), (amount, &shown), (end, &behind)] {
            job.append(part, 0.0, format.clone());
        }
        from = pause.place.end;
    }
    job.append(text.get(from..).unwrap_or_default(), 0.0, plain);
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

/// Draws the chips below a text that was laid out, into the place kept for them.
pub fn paint(ui: &Ui, below: ShapeIdx, galley: &Galley, at: Pos2) {
    let text = galley.text();
    let (t, mut shapes) = (ui.tokens(), Vec::new());
    for pause in pauses::all(text) {
        let Some(before) = text.get(..pause.place.start) else { continue };
        let first = before.chars().count();
        let last = first + text.get(pause.place.clone()).unwrap_or_default().chars().count();
        let begin = galley.pos_from_cursor(CCursor { prefer_next_row: true, ..CCursor::new(first) });
        let end = galley.pos_from_cursor(CCursor::new(last));
        let chip = |left: f32, right: f32, y: f32| {
            let rect = Rect::from_min_max(pos2(left, y - 10.0), pos2(right, y + 10.0)).translate(at.to_vec2());
            Shape::rect_filled(rect, radius::TAG, t.fill.surface_3)
        };
        if (begin.center().y - end.center().y).abs() < 1.0 {
            shapes.push(chip(begin.left(), end.left(), begin.center().y));
        } else {
            shapes.push(chip(begin.left(), galley.rect.right(), begin.center().y));
            shapes.push(chip(galley.rect.left(), end.left(), end.center().y));
        }
        let middle = at + vec2(begin.left() + 10.0, begin.center().y);
        icons::PAUSE_FILL.paint(ui.painter(), middle, 12.0, t.text.support);
    }
    ui.painter().set(below, Shape::Vec(shapes));
}
