//! What the trim widget draws: bars as one mesh, the quality strip, the ruler, the playhead.

use egui::{Color32, Mesh, Rangef, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::region::Span;
use super::view::Scale;
use super::{Sort, Sound, Stretch};
use crate::ui::text::Type;
use crate::ui::theme::{Look as _, Tokens};
use crate::ui::{format, paint};

/// Bars of what is in view, taken anew only when the view, the width or the sound has changed.
#[derive(Default)]
pub(super) struct Bars {
    of: Option<(Span, usize, u64)>,
    peaks: Vec<f32>,
    /// Of a bar and its gap.
    step: f32,
}

impl Bars {
    pub fn update(&mut self, view: Span, width: f32, step: f32, sound: &Sound<'_>) {
        let of = (view, count(width, step), sound.version);
        if self.of != Some(of) {
            self.peaks = (sound.bars)(view, of.1);
            (self.of, self.step) = (Some(of), step);
        }
    }

    /// Each bar's left edge, its middle in seconds and its height from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand bars at most")]
    fn each(&self, scale: Scale) -> impl Iterator<Item = (f32, f64, f32)> {
        self.peaks.iter().enumerate().map(move |(index, peak)| {
            let left = scale.x.min + index as f32 * self.step;
            let peak = if peak.is_finite() { peak.clamp(0.0, 1.0) } else { 0.0 };
            (left, scale.secs(left + self.step / 2.0), peak)
        })
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, bounded by the window")]
fn count(width: f32, step: f32) -> usize {
    (width / step).floor().clamp(0.0, 20_000.0) as usize
}

/// One mesh of all bars.
fn bars(ui: &Ui, rect: Rect, scale: Scale, bars: &Bars, color: impl Fn(f64) -> Color32) {
    let mut mesh = Mesh::default();
    for (left, secs, peak) in bars.each(scale) {
        let height = (peak * rect.height()).max(2.0);
        let bar = Rect::from_min_size(pos2(left, rect.center().y - height / 2.0), vec2(bars.step - 1.0, height));
        mesh.add_colored_rect(bar, color(secs));
    }
    ui.painter().add(Shape::mesh(mesh));
}

fn is_loud(stretches: &[Stretch], secs: f64) -> bool {
    let at = stretches.partition_point(|stretch| stretch.span.to <= secs);
    stretches.get(at).is_some_and(|stretch| stretch.sort == Sort::Loud && stretch.span.contains(secs))
}

/// The whole sound, small: what is in view is lighter, what is chosen in the accent, below it how good it is.
pub(super) fn overview(ui: &Ui, rect: Rect, whole: Scale, view: Span, region: Span, peaks: &Bars, sound: &Sound<'_>) {
    let t = ui.tokens();
    ui.painter().rect_filled(rect, 0, t.fill.surface);
    if let Some(x) = whole.part(view).filter(|_| view.secs() < whole.view.secs()) {
        let window = Rect::from_x_y_ranges(x, rect.y_range());
        ui.painter().rect_filled(window, 0, t.fill.surface_3);
        for x in [window.left() + 0.5, window.right() - 0.5] {
            ui.painter().vline(x, rect.y_range(), Stroke::new(1.0, t.wave.idle));
        }
    }
    let wave = Rect::from_min_max(rect.min + vec2(0.0, 4.0), rect.max - vec2(0.0, 12.0));
    let color = |secs: f64| if region.contains(secs) { t.wave.played } else { t.wave.idle };
    bars(ui, wave, whole, peaks, color);
    let line = Rangef::new(rect.bottom() - 9.0, rect.bottom() - 5.0);
    let (wide, narrow) = strip(whole, line, sound.stretches);
    let mut mesh = Mesh::default();
    for (place, sort) in narrow {
        mesh.add_colored_rect(place, sort.color(t));
    }
    ui.painter().add(Shape::mesh(mesh));
    for (place, sort) in wide {
        ui.painter().rect_filled(place, 2, sort.color(t));
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.edge.soft));
}

/// Narrower stretches are columns without round ends.
const WIDE: f32 = 3.0;

/// Where a stretch is drawn, and what it is like.
type Placed = (Rect, Sort);

/// Where the stretches are drawn: those with room for a shape of their own, and one column a point for the rest. Of a
/// long sound there are thousands; what is too loud is not lost among them.
fn strip(whole: Scale, line: Rangef, stretches: &[Stretch]) -> (Vec<Placed>, Vec<Placed>) {
    let (mut wide, mut narrow) = (Vec::new(), Vec::<Placed>::new());
    for stretch in stretches {
        let Some(x) = whole.part(stretch.span) else { continue };
        if x.span() >= WIDE {
            // A thin gap between two stretches tells them apart.
            wide.push((Rect::from_x_y_ranges(x.min..=(x.max - 1.0), line), stretch.sort));
            continue;
        }
        let drawn = narrow.last().map_or(f32::MIN, |(last, _)| last.right());
        let (left, right) = (x.min.floor().max(drawn), x.max.ceil());
        if left < right {
            narrow.push((Rect::from_x_y_ranges(left..=right, line), stretch.sort));
        } else if let Some((_, sort)) = narrow.last_mut().filter(|_| stretch.sort == Sort::Loud) {
            *sort = Sort::Loud;
        }
    }
    (wide, narrow)
}

/// Times along the view.
pub(super) fn ruler(ui: &Ui, rect: Rect, scale: Scale) {
    let t = ui.tokens();
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, 0, t.fill.surface);
    let tick = scale.tick();
    let mut at = (scale.view.from / tick).floor() * tick;
    // As many as fit; the count is bounded whatever the numbers are.
    for _ in 0..200 {
        if at > scale.view.to {
            break;
        }
        let (x, half) = (scale.x(at).round() + 0.5, scale.x(at + tick / 2.0).round() + 0.5);
        painter.vline(x, rect.y_range(), Stroke::new(1.0, t.edge.control));
        painter.vline(half, (rect.bottom() - 5.0)..=rect.bottom(), Stroke::new(1.0, t.edge.control));
        let words = if tick < 1.0 { format::time_code(at) } else { format::time(at) };
        let words = painter.layout_no_wrap(words, Type::MonoSmall.font(), t.text.hint);
        // Half a time at the end of the ruler tells nothing.
        if x + 5.0 + words.size().x <= rect.right() {
            paint::text_at(&painter, x + 5.0, rect.center().y, words);
        }
        at += tick;
    }
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.edge.soft));
}

/// The ground below the bars, with the region marked.
pub(super) fn bed(ui: &Ui, rect: Rect, scale: Scale, region: Span) {
    let t = ui.tokens();
    ui.painter().rect_filled(rect, 0, t.fill.field);
    if let Some(x) = scale.part(region) {
        ui.painter().rect_filled(Rect::from_x_y_ranges(x, rect.y_range()), 0, t.fill.selected);
    }
}

/// The bars in view and what is to be said of some of them.
pub(super) fn wave(ui: &Ui, rect: Rect, scale: Scale, region: Span, peaks: &Bars, sound: &Sound<'_>) {
    let t = ui.tokens();
    // The times stand above the bars.
    let inner = rect.shrink2(vec2(0.0, 26.0_f32.min(rect.height() * 0.3)));
    let color = |secs: f64| match (is_loud(sound.stretches, secs), region.contains(secs)) {
        (true, _) => t.danger.ink,
        (false, true) => t.wave.played,
        (false, false) => t.wave.muted,
    };
    if let Some(words) = sound.instead {
        let words = paint::one_line(ui, words, Type::Body, t.text.support, rect.width() - 48.0);
        paint::text_at(ui.painter(), rect.center().x - words.size().x / 2.0, rect.center().y, words);
        return;
    }
    bars(ui, inner, scale, peaks, color);
    labels(ui, rect, scale, region, sound.stretches, t);
}

/// Music and what is too loud are named where they are.
fn labels(ui: &Ui, rect: Rect, scale: Scale, region: Span, stretches: &[Stretch], t: &Tokens) {
    let mut free = rect.left();
    for stretch in stretches.iter().filter(|stretch| matches!(stretch.sort, Sort::Music | Sort::Loud)) {
        let Some(x) = scale.part(stretch.span).filter(|x| x.span() >= 6.0) else { continue };
        let ink = if stretch.sort == Sort::Loud { t.danger.ink } else { t.warning.ink };
        let words = paint::one_line(ui, stretch.sort.word(), Type::Small, ink, 120.0);
        let left = x.min.max(free).min(rect.right() - words.size().x - 4.0);
        // The times of the region stand on the first line.
        let low = scale
            .part(region)
            .is_some_and(|region| left < region.max + 76.0 && left + words.size().x > region.min - 76.0);
        if left >= free {
            let y = if low { rect.bottom() - 12.0 } else { rect.top() + 15.0 };
            free = paint::text_at(ui.painter(), left, y, words) + 8.0;
        }
    }
}

/// The place that plays, or that was pressed last.
pub(super) fn playhead(ui: &Ui, rect: Rect, scale: Scale, secs: f64) {
    let x = scale.x(secs);
    if !rect.x_range().contains(x) {
        return;
    }
    let ink = ui.tokens().knob;
    let x = x.clamp(rect.left() + 0.75, rect.right() - 0.75);
    ui.painter().vline(x, rect.y_range(), Stroke::new(1.5, ink));
    let top = rect.top();
    let mark = vec![pos2(x - 4.5, top), pos2(x + 4.5, top), pos2(x, top + 6.0)];
    ui.painter().add(Shape::convex_polygon(mark, ink, Stroke::NONE));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_stretches_are_a_column_a_point_and_a_loud_one_stays() {
        let count = 9_000;
        let stretches: Vec<Stretch> = (0..count)
            .map(|at| {
                let sort = if at == 4_321 { Sort::Loud } else { Sort::Mixed };
                Stretch { span: Span::new(f64::from(at) * 0.8, f64::from(at + 1) * 0.8), sort }
            })
            .collect();
        let whole = Scale { x: Rangef::new(10.0, 1_010.0), view: Span::new(0.0, 0.8 * f64::from(count)) };
        let (wide, narrow) = strip(whole, Rangef::new(0.0, 4.0), &stretches);
        assert!(wide.is_empty() && narrow.len() <= 1_001, "{} and {}", wide.len(), narrow.len());
        assert!(narrow.windows(2).all(|pair| pair[0].0.right() <= pair[1].0.left()));
        assert_eq!(narrow.iter().filter(|(_, sort)| *sort == Sort::Loud).count(), 1);
        let loud = |secs| is_loud(&stretches, secs);
        assert_eq!([0.0, 3_456.7, 3_456.9, 3_457.7, 9_999.0].map(loud), [false, false, true, false, false]);
        let (wide, narrow) = strip(whole, Rangef::new(0.0, 4.0), &[Stretch { span: whole.view, sort: Sort::Speech }]);
        assert!(wide.len() == 1 && narrow.is_empty());
    }
}
