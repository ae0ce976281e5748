//! What the trim widget draws: bars as one mesh, the quality strip, the ruler, the playhead.

use egui::{Color32, Mesh, Rangef, Rect, Shape, Stroke, Ui, pos2, vec2};

use super::region::Span;
use super::view::Scale;
use super::{Sort, Sound, Stretch};
use crate::ui::text::Type;
use crate::ui::theme::Look as _;
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
        round_bar(&mut mesh, bar, color(secs));
    }
    ui.painter().add(Shape::mesh(mesh));
}

/// A bar with round ends, drawn as what a circle covers of the points at its ends.
fn round_bar(mesh: &mut Mesh, bar: Rect, color: Color32) {
    let depth = bar.width() / 2.0;
    if bar.height() < 4.0 * depth {
        return mesh.add_colored_rect(bar, color);
    }
    mesh.add_colored_rect(bar.shrink2(vec2(0.0, depth)), color);
    let faint = color.gamma_multiply(0.45);
    for y in [bar.top()..=(bar.top() + depth), (bar.bottom() - depth)..=bar.bottom()] {
        let end = Rect::from_x_y_ranges(bar.x_range(), y);
        mesh.add_colored_rect(end, faint);
        mesh.add_colored_rect(end.shrink2(vec2(depth * 0.66, 0.0)), color);
    }
}

fn is_loud(stretches: &[Stretch], secs: f64) -> bool {
    let at = stretches.partition_point(|stretch| stretch.span.to <= secs);
    stretches.get(at).is_some_and(|stretch| stretch.sort == Sort::Loud && stretch.span.contains(secs))
}

/// The whole sound, small: what is in view is lighter, what is chosen in the accent, below it how good it is.
pub(super) fn overview(ui: &Ui, rect: Rect, whole: Scale, view: Span, region: Span, peaks: &Bars, sound: &Sound<'_>) {
    let t = ui.tokens();
    ui.painter().rect_filled(rect, 0, t.fill.canvas);
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
    painter.rect_filled(rect, 0, t.fill.field);
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
        // Half a time at either end of the ruler tells nothing.
        if x + 5.0 >= rect.left() && x + 5.0 + words.size().x <= rect.right() {
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

/// Where the bars stand: below the line of the times.
pub(super) fn bars_in(rect: Rect) -> Rect {
    Rect::from_min_max(rect.min + vec2(0.0, 27.0_f32.min(rect.height() * 0.4)), rect.max - vec2(0.0, 4.0))
}

/// The bars in view.
pub(super) fn wave(ui: &Ui, rect: Rect, scale: Scale, region: Span, peaks: &Bars, sound: &Sound<'_>) {
    let t = ui.tokens();
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
    bars(ui, bars_in(rect), scale, peaks, color);
}

/// So much room is left around the name of a stretch, in points.
const APART: f32 = 8.0;
/// Lower waveforms have no names: the strip above says the same.
const NAMED: f32 = 96.0;
/// Stretches of one sort that are no further apart are named once, in points.
const NEAR: f32 = 24.0;

/// Music and what is too loud are named where they are, on the line of the times, wherever that is free: `taken` is
/// what stands there already.
pub(super) fn labels(ui: &Ui, rect: Rect, scale: Scale, stretches: &[Stretch], mut taken: Vec<Rangef>) {
    if rect.height() < NAMED {
        return;
    }
    let t = ui.tokens();
    for (x, sort) in named(scale, stretches) {
        let ink = if sort == Sort::Loud { t.danger.ink } else { t.warning.ink };
        let words = paint::one_line(ui, sort.word(), Type::Small, ink, 120.0);
        let left = x.min.max(rect.left() + APART);
        let place = Rangef::new(left, left + words.size().x);
        let is_free = taken.iter().all(|other| place.max + APART <= other.min || place.min - APART >= other.max);
        if is_free && place.max + APART <= rect.right() && place.min + 12.0 <= x.max {
            paint::text_at(ui.painter(), left, rect.top() + 15.0, words);
            taken.push(place);
        }
    }
}

/// The stretches that have a name, neighbours of one sort as one.
fn named(scale: Scale, stretches: &[Stretch]) -> Vec<(Rangef, Sort)> {
    let mut all: Vec<(Rangef, Sort)> = Vec::new();
    for stretch in stretches.iter().filter(|stretch| matches!(stretch.sort, Sort::Music | Sort::Loud)) {
        let Some(x) = scale.part(stretch.span) else { continue };
        match all.last_mut() {
            Some((last, sort)) if *sort == stretch.sort && x.min - last.max <= NEAR => last.max = x.max,
            _ => all.push((x, stretch.sort)),
        }
    }
    all.retain(|(x, _)| x.span() >= 24.0);
    all
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

    #[test]
    fn neighbours_of_one_sort_are_named_once_and_specks_not_at_all() {
        let scale = Scale { x: Rangef::new(0.0, 1_000.0), view: Span::new(0.0, 100.0) };
        let of = |from, to, sort| Stretch { span: Span::new(from, to), sort };
        let music = [of(0.0, 10.0, Sort::Music), of(12.0, 20.0, Sort::Music), of(30.0, 40.0, Sort::Music)];
        let all = [&music[..], &[of(41.0, 50.0, Sort::Loud), of(60.0, 61.0, Sort::Loud), of(70.0, 90.0, Sort::Speech)]];
        let named = named(scale, &all.concat());
        let places: Vec<(f32, f32, Sort)> = named.iter().map(|(x, sort)| (x.min, x.max, *sort)).collect();
        let found = [(0.0, 200.0, Sort::Music), (300.0, 400.0, Sort::Music), (410.0, 500.0, Sort::Loud)];
        assert_eq!(places, found);
    }
}
