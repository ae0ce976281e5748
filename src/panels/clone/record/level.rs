//! The level meter: a bar from −60 dB to full, the peak of the last moment, the light of clipping, and words.

use egui::{Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::media::recorder::{Level, Loudness, decibels};
use crate::ui::theme::Look as _;
use crate::ui::{Tokens, Type, icons};

const BAR: f32 = 12.0;
/// Where the bar begins, in dBFS.
const FLOOR_DB: f32 = -60.0;
/// From here to the next the level of speech is good, in dBFS.
const GOOD_DB: f32 = -34.0;
const LOUD_DB: f32 = -3.0;
const MARKS: [f32; 6] = [-50.0, -40.0, -30.0, -20.0, -10.0, -3.0];

/// The meter and what it means. `None` while the microphone is off.
pub(super) fn level_ui(ui: &mut Ui, level: Option<Level>) {
    let t = ui.tokens();
    let (word, advice) = words(level);
    let size = vec2(ui.available_width(), BAR + 20.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Meter, true, "Level");
        info.current_text_value = Some(word.to_owned());
        info
    });
    let level_now = level.unwrap_or_default();
    paint_bar(ui, Rect::from_min_size(rect.min, vec2(rect.width(), BAR)), level_now, t);
    for mark in MARKS {
        let x = rect.left() + (rect.width() - LIGHT) * part(mark);
        let words = ui.painter().layout_no_wrap(format!("−{:.0}", -mark), Type::Caption.font(), t.text.hint);
        ui.painter().galley(pos2(x - words.size().x / 2.0, rect.top() + BAR + 4.0), words, t.text.hint);
    }
    let ink = match level.map(|level| level.loudness()) {
        Some(Loudness::Good) => t.success.ink,
        Some(Loudness::TooLoud) => t.danger.ink,
        Some(Loudness::TooQuiet) => t.warning.ink,
        Some(Loudness::Silent) | None => t.text.support,
    };
    let job = crate::ui::text::runs([
        (Type::Label, ink, word),
        (Type::Small, t.text.support, if advice.is_empty() { "" } else { "  " }),
        (Type::Small, t.text.support, advice),
    ]);
    let response = ui.add(egui::Label::new(job).wrap());
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(format!("{word} {advice}").trim_end()));
}

/// Room for the light of clipping at the right end.
const LIGHT: f32 = 22.0;

fn paint_bar(ui: &Ui, rect: Rect, level: Level, t: &Tokens) {
    if !ui.is_rect_visible(rect) {
        return;
    }
    let painter = ui.painter();
    let bar = rect.with_max_x(rect.right() - LIGHT);
    let x = |db: f32| bar.left() + bar.width() * part(db);
    painter.rect_filled(bar, 4, t.fill.field);
    let good = Rect::from_x_y_ranges(x(GOOD_DB)..=x(LOUD_DB), bar.y_range());
    painter.rect_filled(good, 0, t.success.wash);
    let loud = level.rms.max(level.peak * 0.7);
    let filled = bar.with_max_x(x(decibels(loud)));
    if filled.width() > 1.0 {
        let ink = if level.clipping {
            t.danger.ink
        } else if decibels(level.held) >= GOOD_DB {
            t.success.ink
        } else {
            t.wave.idle
        };
        painter.rect_filled(filled, 4, ink);
    }
    if level.held > 0.002 {
        painter.vline(x(decibels(level.held)), bar.y_range(), Stroke::new(2.0, t.text.main));
    }
    painter.rect_stroke(bar, 4, Stroke::new(1.0, t.edge.strong), egui::StrokeKind::Inside);
    let light = pos2(rect.right() - 7.0, rect.center().y);
    if level.clipping {
        icons::WARNING_CIRCLE_FILL.paint(painter, light, 16.0, t.danger.ink);
    } else {
        painter.circle(light, 5.0, t.fill.field, Stroke::new(1.0, t.edge.strong));
    }
}

/// Where a level stands in the bar, 0 to 1.
fn part(db: f32) -> f32 {
    ((db - FLOOR_DB) / -FLOOR_DB).clamp(0.0, 1.0)
}

/// What is to be said, and what to do.
fn words(level: Option<Level>) -> (&'static str, &'static str) {
    match level.map(|level| level.loudness()) {
        None => ("Microphone is off", ""),
        Some(Loudness::Silent) => ("Nothing heard", "Say something to see the level."),
        Some(Loudness::TooQuiet) => ("Too quiet", "Come closer, or turn the microphone up."),
        Some(Loudness::Good) => ("Good level", ""),
        Some(Loudness::TooLoud) => ("Too loud", "Move back a little, or turn the microphone down."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_has_a_place_for_every_level() {
        assert_eq!((part(-120.0), part(FLOOR_DB), part(0.0), part(6.0)), (0.0, 0.0, 1.0, 1.0));
        assert!((part(-30.0) - 0.5).abs() < 1e-6);
        assert!(part(f32::NAN).is_nan() || part(f32::NAN) <= 1.0);
    }
}
