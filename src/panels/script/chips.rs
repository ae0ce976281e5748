//! The text of a line as it is drawn while it is written: its pauses are chips.

use std::sync::Arc;

use egui::layers::ShapeIdx;
use egui::text::{CCursor, LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId, Galley, Pos2, Rect, Shape, Ui, pos2, vec2};

use crate::script::pauses;
use crate::ui::theme::Look as _;
use crate::ui::{Type, icons, paint};

/// So small, and with so much room between its letters, that the words of a pause leave room for its icon and no more.
const TINY: f32 = 5.0;
const APART: f32 = 0.6;
/// Room between the words of a chip and its end, and between its end and the words behind it, in points.
const ROOM: f32 = 5.0;
/// Where the icon of a chip has its middle, and how high a chip is.
const ICON: f32 = 12.0;
const HEIGHT: f32 = 20.0;
/// Room for the icon where the text is not edited: behind it the amount begins.
const ICON_ROOM: f32 = 22.0;

/// Draws a line that is not worked on in one row, its pauses as chips.
pub fn one_line_ui(ui: &Ui, text: &str, ink: Color32, place: Rect) {
    let t = ui.tokens();
    let plain = Type::Read.format(ink);
    let amount = TextFormat { font_id: Type::Small.font(), color: t.text.support, ..plain.clone() };
    let mut job = LayoutJob { wrap: TextWrapping::truncate_at_width(place.width().max(0.0)), ..LayoutJob::default() };
    let (mut from, mut lead, mut chips) = (0, 0.0, Vec::new());
    for pause in pauses::all(text) {
        job.append(text.get(from..pause.place.start).unwrap_or_default(), lead, plain.clone());
        let words = format!("{:.1}\u{a0}s", pause.secs);
        let first = job.text.chars().count();
        job.append(&words, ICON_ROOM, amount.clone());
        let words = ui.painter().layout_no_wrap(words, Type::Small.font(), t.text.support);
        chips.push((first..job.text.chars().count(), words.size().x));
        (from, lead) = (pause.place.end, ROOM);
    }
    job.append(text.get(from..).unwrap_or_default(), lead, plain);
    let galley = ui.painter().layout_job(job);
    let shown = galley.rows.first().map_or(0, |row| row.glyphs.len()) - usize::from(galley.elided);
    for (at, width) in chips.into_iter().filter(|(at, _)| at.end <= shown) {
        let left = place.left() + galley.pos_from_cursor(CCursor::new(at.start)).left() - ICON_ROOM;
        let size = vec2(ICON_ROOM + width + ROOM, HEIGHT);
        let chip = Rect::from_min_size(pos2(left, place.center().y - HEIGHT / 2.0), size);
        ui.painter().rect_filled(chip, 0, t.fill.surface_3);
        icons::PAUSE_FILL.paint(ui.painter(), pos2(left + ICON, chip.center().y), ICON, t.text.support);
    }
    paint::text_at(ui.painter(), place.left(), place.center().y, galley);
}

/// Lays out a line. Every character of the text has its place, so that the cursor finds it.
pub fn layout(ui: &Ui, text: &str, width: f32) -> Arc<Galley> {
    let t = ui.tokens();
    let plain = Type::ReadActive.format(t.text.main);
    let chip = |font_id: FontId, color: Color32| TextFormat { font_id, color, ..plain.clone() };
    let hidden = chip(FontId { size: TINY, ..Type::ReadActive.font() }, Color32::TRANSPARENT);
    let hidden = TextFormat { extra_letter_spacing: APART, ..hidden };
    let shown = chip(Type::Small.font(), t.text.support);
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
pub fn paint_below(ui: &Ui, below: ShapeIdx, galley: &Galley, at: Pos2) {
    let text = galley.text();
    let (t, mut shapes) = (ui.tokens(), Vec::new());
    for pause in pauses::all(text) {
        let Some(before) = text.get(..pause.place.start) else { continue };
        let first = before.chars().count();
        let last = first + text.get(pause.place.clone()).unwrap_or_default().chars().count();
        let begin = galley.pos_from_cursor(CCursor { prefer_next_row: true, ..CCursor::new(first) });
        let end = galley.pos_from_cursor(CCursor::new(last));
        let chip = |left: f32, right: f32, y: f32| {
            let rect =
                Rect::from_min_max(pos2(left, y - HEIGHT / 2.0), pos2(right, y + HEIGHT / 2.0)).translate(at.to_vec2());
            Shape::rect_filled(rect, 0, t.fill.surface_3)
        };
        if (begin.center().y - end.center().y).abs() < 1.0 {
            shapes.push(chip(begin.left(), end.left(), begin.center().y));
        } else {
            shapes.push(chip(begin.left(), galley.rect.right(), begin.center().y));
            shapes.push(chip(galley.rect.left(), end.left(), end.center().y));
        }
        let middle = at + vec2(begin.left() + ICON, begin.center().y);
        icons::PAUSE_FILL.paint(ui.painter(), middle, ICON, t.text.support);
    }
    ui.painter().set(below, Shape::Vec(shapes));
}
