//! Sound as bars: idle, playing, partly selected, too loud, or still being read.

use std::ops::Range;
use std::sync::Arc;

use egui::{
    Color32, EventFilter, Id, Key, Mesh, Modifiers, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2,
    vec2,
};

use super::paint;
use super::text::{self, Type};
use super::theme::{Look as _, Tokens};

/// Width of bars and gaps in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bars {
    /// 2 and 1.
    #[default]
    Small,
    /// 3 and 1, for the trim page.
    Big,
    /// 2 and 2, for the player strip.
    Strip,
}

impl Bars {
    const fn metrics(self) -> (f32, f32) {
        match self {
            Self::Small => (2.0, 1.0),
            Self::Big => (3.0, 1.0),
            Self::Strip => (2.0, 2.0),
        }
    }
}

/// A waveform as wide as there is room. Parts are 0 to 1 of the peaks given.
///
/// `if let Some(part) = Waveform::new("Take 3", &peaks).played(0.4).seekable().show(ui).seek { .. }`
#[must_use = "a waveform shows only when `show` is called"]
pub struct Waveform<'a> {
    name: &'a str,
    peaks: Option<Peaks<'a>>,
    bars: Bars,
    height: f32,
    played: f32,
    selected: Option<Range<f32>>,
    loud: &'a [Range<f32>],
    muted: bool,
    seekable: bool,
    problem: Option<&'a str>,
}

/// Peaks that are known again in the next frame, or not.
#[derive(Clone, Copy)]
enum Peaks<'a> {
    Once(&'a [f32]),
    Shared(&'a Arc<[f32]>),
}

/// What came of showing a waveform.
pub struct WaveformOutput {
    /// The whole widget.
    pub response: Response,
    /// Where a click, drag or arrow key asked to go, 0 to 1.
    pub seek: Option<f32>,
}

impl<'a> Waveform<'a> {
    /// Peaks from 0 to 1, any number of them.
    pub const fn new(name: &'a str, peaks: &'a [f32]) -> Self {
        Self {
            name,
            peaks: Some(Peaks::Once(peaks)),
            bars: Bars::Small,
            height: 36.0,
            played: 0.0,
            selected: None,
            loud: &[],
            muted: false,
            seekable: false,
            problem: None,
        }
    }

    /// The same for peaks that stay: the bars are made of them once for each width, not in each frame.
    pub const fn shared(name: &'a str, peaks: &'a Arc<[f32]>) -> Self {
        let mut this = Self::new(name, &[]);
        this.peaks = Some(Peaks::Shared(peaks));
        this
    }

    /// A dotted line: the sound is being read, or there is none yet.
    pub const fn reading(name: &'a str) -> Self {
        let mut this = Self::new(name, &[]);
        this.peaks = None;
        this
    }

    /// Peaks when they are known, the dotted line until then.
    pub fn of(name: &'a str, peaks: Option<&'a [f32]>) -> Self {
        peaks.map_or_else(|| Self::reading(name), |peaks| Self::new(name, peaks))
    }

    /// Height in points.
    pub const fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Width of bars and gaps.
    pub const fn bars(mut self, bars: Bars) -> Self {
        self.bars = bars;
        self
    }

    /// How much has been heard.
    pub const fn played(mut self, part: f32) -> Self {
        self.played = part;
        self
    }

    /// The part in the accent; the rest is muted.
    pub const fn selected(mut self, part: Range<f32>) -> Self {
        self.selected = Some(part);
        self
    }

    /// Parts that are too loud.
    pub const fn loud(mut self, parts: &'a [Range<f32>]) -> Self {
        self.loud = parts;
        self
    }

    /// All bars muted, for what is out of date or not heard; the dotted line, too, where no sound is on its way.
    pub const fn muted(mut self, muted: bool) -> Self {
        self.muted = muted;
        self
    }

    /// Clicks, drags and arrow keys seek.
    pub const fn seekable(mut self) -> Self {
        self.seekable = true;
        self
    }

    /// Why the sound can't be shown: in words where there is room for them, else when pointed at.
    pub const fn problem(mut self, why: &'a str) -> Self {
        self.problem = Some(why);
        self
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui) -> WaveformOutput {
        let sense = if self.seekable { Sense::click_and_drag() } else { Sense::hover() };
        let enabled = ui.is_enabled();
        let response = paint::place(ui, vec2(ui.available_width(), self.height), sense, enabled);
        let rect = response.rect;
        response.widget_info(|| {
            if self.seekable {
                WidgetInfo::slider(enabled, f64::from(self.played), self.name)
            } else {
                WidgetInfo::labeled(Role::Image, true, self.name)
            }
        });
        let seek = if self.seekable { self.seek(ui, &response) } else { None };
        if ui.is_rect_visible(rect) {
            match (self.problem, self.peaks) {
                (Some(why), _) => paint_problem(ui, rect, why),
                (None, Some(peaks)) => self.paint(ui, rect, &self.heights(ui, response.id, rect.width(), peaks)),
                (None, None) => {
                    let t = ui.tokens();
                    paint_dots(ui, rect, if self.muted { t.edge.strong } else { t.wave.idle });
                }
            }
            if response.has_focus() {
                paint::focus_ring(ui.painter(), rect, 4, ui.tokens());
            }
        }
        if let Some(why) = self.problem {
            response.ctx.accesskit_node_builder(response.id, |node| node.set_description(why));
            response.clone().on_hover_text(text::small(why));
        }
        WaveformOutput { response, seek }
    }

    fn seek(&self, ui: &Ui, response: &Response) -> Option<f32> {
        if let Some(pos) = response.interact_pointer_pos() {
            return Some(((pos.x - response.rect.left()) / response.rect.width()).clamp(0.0, 1.0));
        }
        if !response.has_focus() {
            return None;
        }
        let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowRight) {
            Some((self.played + 0.05).min(1.0))
        } else if pressed(Key::ArrowLeft) {
            Some((self.played - 0.05).max(0.0))
        } else if pressed(Key::Home) {
            Some(0.0)
        } else {
            None
        }
    }

    /// How high each bar is, 0 to 1.
    fn heights(&self, ui: &Ui, id: Id, width: f32, peaks: Peaks<'_>) -> Arc<[f32]> {
        let (bar, gap) = self.bars.metrics();
        let count = bar_count(width, bar + gap);
        match peaks {
            Peaks::Once(peaks) => heights(peaks, count),
            Peaks::Shared(peaks) => kept_heights(ui, id, peaks, count),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a few thousand bars at most")]
    fn paint(&self, ui: &Ui, rect: Rect, heights: &[f32]) {
        let (t, (width, gap)) = (ui.tokens(), self.bars.metrics());
        let mut mesh = Mesh::default();
        mesh.reserve_vertices(heights.len() * 4);
        mesh.reserve_triangles(heights.len() * 2);
        for (index, peak) in heights.iter().enumerate() {
            let part = (index as f32 + 0.5) / heights.len() as f32;
            let height = (peak * rect.height()).max(2.0);
            let left = rect.left() + index as f32 * (width + gap);
            let bar = Rect::from_min_size(pos2(left, rect.center().y - height / 2.0), vec2(width, height));
            mesh.add_colored_rect(bar, self.color(t, part));
        }
        ui.painter().add(Shape::mesh(mesh));
    }

    fn color(&self, t: &Tokens, part: f32) -> Color32 {
        if self.muted {
            return t.wave.muted;
        }
        if self.loud.iter().any(|loud| loud.contains(&part)) {
            return t.danger.ink;
        }
        match &self.selected {
            Some(selected) if selected.contains(&part) => t.wave.played,
            Some(_) => t.wave.muted,
            None if part < self.played => t.wave.played,
            None => t.wave.idle,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, bounded by the window")]
fn bar_count(width: f32, step: f32) -> usize {
    (width / step).floor().clamp(0.0, 20_000.0) as usize
}

/// The bars a widget drew last, and of what.
#[derive(Clone)]
struct Drawn {
    of: Arc<[f32]>,
    heights: Arc<[f32]>,
}

fn kept_heights(ui: &Ui, id: Id, peaks: &Arc<[f32]>, count: usize) -> Arc<[f32]> {
    // As the peaks are kept with their bars, no others can ever lie in their place in memory.
    let is_same = |drawn: &Drawn| Arc::ptr_eq(&drawn.of, peaks) && drawn.heights.len() == count;
    if let Some(drawn) = ui.data(|data| data.get_temp::<Drawn>(id)).filter(is_same) {
        return drawn.heights;
    }
    let heights = heights(peaks, count);
    ui.data_mut(|data| data.insert_temp(id, Drawn { of: peaks.clone(), heights: heights.clone() }));
    heights
}

fn heights(peaks: &[f32], count: usize) -> Arc<[f32]> {
    (0..count).map(|index| peak_of(peaks, index, count)).collect()
}

/// The loudest peak of the stretch that bar `index` of `count` stands for; with fewer peaks than bars the nearest.
fn peak_of(peaks: &[f32], index: usize, count: usize) -> f32 {
    let from = index * peaks.len() / count.max(1);
    let to = ((index + 1) * peaks.len() / count.max(1)).max(from + 1);
    let stretch = peaks.get(from..to.min(peaks.len())).unwrap_or_default();
    stretch.iter().copied().filter(|peak| peak.is_finite()).fold(0.0, f32::max).min(1.0)
}

/// A flat line, or the reason on one line.
fn paint_problem(ui: &Ui, rect: Rect, why: &str) {
    let t = ui.tokens();
    if rect.width() < 120.0 {
        ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, t.edge.control));
        return;
    }
    let words = paint::one_line(ui, why, Type::Small, t.text.hint, rect.width());
    paint::text_at(ui.painter(), rect.left(), rect.center().y, words);
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred dots at most")]
fn paint_dots(ui: &Ui, rect: Rect, color: Color32) {
    let mut mesh = Mesh::default();
    for index in 0..bar_count(rect.width(), 6.0) {
        let left = rect.left() + 6.0 * index as f32;
        mesh.add_colored_rect(Rect::from_min_size(pos2(left, rect.center().y - 1.0), vec2(2.0, 2.0)), color);
    }
    ui.painter().add(Shape::mesh(mesh));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peak_is_seen_and_odd_numbers_do_no_harm() {
        let peaks = [0.1, 0.9, 0.2, 0.3];
        assert!((peak_of(&peaks, 0, 2) - 0.9).abs() < f32::EPSILON);
        assert!((peak_of(&peaks, 1, 2) - 0.3).abs() < f32::EPSILON);
        assert!((peak_of(&peaks, 7, 8) - 0.3).abs() < f32::EPSILON);
        assert!((peak_of(&[f32::NAN, 7.0], 0, 1) - 1.0).abs() < f32::EPSILON);
        assert!(peak_of(&[], 0, 0).abs() < f32::EPSILON);
    }

    #[test]
    fn bars_are_made_once_for_each_width_of_the_same_peaks() {
        let (ctx, id) = (egui::Context::default(), Id::unique("wave"));
        let drawn = |peaks: &Arc<[f32]>, width: f32| {
            let mut made = None;
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                let wave = Waveform::shared("Take", peaks);
                made = Some(wave.heights(ui, id, width, Peaks::Shared(peaks)));
            });
            output.textures_delta.clear();
            made.unwrap()
        };
        let peaks: Arc<[f32]> = Arc::from([0.1, 0.9, 0.2, 0.3]);
        let first = drawn(&peaks, 6.0);
        assert_eq!(*first, [0.9, 0.3]);
        assert!(Arc::ptr_eq(&first, &drawn(&peaks, 6.0)), "as it was");
        assert_eq!(*drawn(&peaks, 12.0), [0.1, 0.9, 0.2, 0.3]);
        // It has grown.
        assert_eq!(*drawn(&Arc::from([0.5, 0.9, 0.2, 1.0]), 6.0), [0.9, 1.0]);
    }
}
