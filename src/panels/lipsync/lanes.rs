//! Picture and voice on one ruler, as the chosen mode will lay them, with the place that is watched.

use egui::{Margin, Rect, Sense, Stroke, Ui, UiBuilder, pos2, vec2};

use super::level::voice_file;
use super::modes::{self, Look, Part};
use super::{LipSyncPanel, lengths_of};
use crate::panels::{Cx, Sound};
use crate::ui::theme::Look as _;
use crate::ui::{Icon, Type, Waveform, format, icons, layout, paint, radius};

/// Where the lanes begin, after their names.
const NAMES: f32 = 62.0;
const RULER: f32 = 20.0;
const PICTURE: f32 = 40.0;
const VOICE: f32 = 36.0;
/// Between the lanes.
const BETWEEN: f32 = 6.0;
const INSIDE: Margin = Margin { left: 14, right: 10, top: 4, bottom: 12 };
/// Height of the whole card, with its edges.
pub(super) const HEIGHT: f32 = RULER + PICTURE + BETWEEN + VOICE + 18.0;
/// Seconds between the marks of the ruler.
const STEPS: [f64; 12] = [0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0];
/// Points between them, at least.
const APART: f64 = 62.0;

impl LipSyncPanel {
    /// The card, once there is a video of a known length. False while there is none.
    pub(super) fn lanes_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) -> bool {
        let (Some(video), voice, _) = lengths_of(cx.store) else { return false };
        if self.target.is_empty() || video <= 0.0 {
            return false;
        }
        let sound = voice_file(cx.store).map(|(path, _)| self.pictures.sound(ui.ctx(), cx.runtime, &path));
        let t = ui.tokens();
        let frame = layout::frame(t.fill.surface, t.edge.soft, radius::CARD);
        frame.inner_margin(INSIDE).show(ui, |ui| {
            let size = vec2(ui.available_width(), RULER + PICTURE + BETWEEN + VOICE);
            let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK | Sense::DRAG);
            let scale = Scale {
                left: rect.left() + NAMES,
                width: rect.width() - NAMES,
                longest: video.max(voice.unwrap_or_default()).max(0.1),
            };
            ruler_ui(ui, rect, &scale);
            let lanes = modes::lanes(cx.store.flow.lip_sync.mode, video, voice.unwrap_or(video));
            self.picture_lane_ui(ui, rect, &scale, &lanes.picture, video);
            voice_lane_ui(ui, rect, &scale, &lanes.voice, sound.as_ref(), self.target.at());
            let x = scale.x(self.target.at().min(scale.longest));
            ui.painter().vline(x, rect.y_range(), Stroke::new(1.0, t.knob));
            if let Some(pos) = response.interact_pointer_pos().filter(|pos| pos.x >= scale.left) {
                self.target.seek(cx, scale.secs(pos.x));
            }
        });
        true
    }

    fn picture_lane_ui(&self, ui: &Ui, rect: Rect, scale: &Scale, parts: &[Part], video: f64) {
        let t = ui.tokens();
        let top = rect.top() + RULER;
        name_ui(ui, rect.left(), top + PICTURE / 2.0, "Video");
        for part in parts {
            let place = Rect::from_x_y_ranges(scale.range(part), top..=(top + PICTURE));
            let speed = match part.look {
                Look::Forward => 1.0,
                Look::Stretched(speed) => speed,
                Look::Backward => {
                    empty_ui(ui, place, Some(icons::ARROW_LEFT), "plays backward");
                    continue;
                }
                Look::Lost | Look::Unused => {
                    empty_ui(ui, place, None, "not used");
                    continue;
                }
            };
            ui.painter().rect_filled(place, radius::TAG, t.fill.surface_2);
            self.tiles_ui(ui, place, |x| (scale.secs(x) - part.from) * speed, video);
        }
    }

    /// Thumbnails side by side; each shows the middle of its tile.
    fn tiles_ui(&self, ui: &Ui, place: Rect, secs: impl Fn(f32) -> f64, video: f64) {
        let Some(first) = self.target.thumb(0, 0.0) else { return };
        let size = first.size_vec2();
        let width = (PICTURE * (size.x / size.y.max(1.0)).clamp(0.4, 2.4)).max(16.0);
        let mut left = place.left();
        while left < place.right() - 1.0 {
            let right = (left + width).min(place.right());
            let tile = Rect::from_x_y_ranges(left..=(right - 1.0).max(left), place.y_range());
            if let Some(thumb) = self.target.thumb(0, secs(f32::midpoint(left, right)).clamp(0.0, video)) {
                let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2((right - left) / width, 1.0));
                egui::Image::new((thumb.id(), size)).uv(uv).paint_at(ui, tile);
            }
            left = right;
        }
    }
}

fn name_ui(ui: &Ui, left: f32, y: f32, words: &str) {
    let ink = ui.tokens().text.support;
    paint::text_at(ui.painter(), left, y, paint::one_line(ui, words, Type::Small, ink, NAMES));
}

/// A stretch without pictures or sound, and why.
fn empty_ui(ui: &Ui, place: Rect, icon: Option<Icon>, words: &str) {
    let t = ui.tokens();
    paint::dashed_rect(ui.painter(), place, 4.0, Stroke::new(1.0, t.edge.control));
    let galley = paint::one_line(ui, words, Type::Small, t.text.support, 200.0);
    let lead = if icon.is_some() { 20.0 } else { 0.0 };
    let width = galley.size().x + lead;
    if width + 12.0 < place.width() {
        let left = place.center().x - width / 2.0;
        if let Some(icon) = icon {
            icon.paint(ui.painter(), pos2(left + 7.0, place.center().y), 14.0, t.text.support);
        }
        paint::text_at(ui.painter(), left + lead, place.center().y, galley);
    } else if let Some(icon) = icon.filter(|_| place.width() > 22.0) {
        icon.paint(ui.painter(), place.center(), 14.0, t.text.support);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a part of one")]
fn voice_lane_ui(ui: &mut Ui, rect: Rect, scale: &Scale, parts: &[Part], sound: Option<&Sound>, at: f64) {
    let lane = Rect::from_x_y_ranges(rect.x_range(), (rect.bottom() - VOICE)..=rect.bottom());
    name_ui(ui, rect.left(), lane.center().y, "Voice");
    let Some(sound) = sound else {
        let place = Rect::from_x_y_ranges(scale.left..=rect.right(), lane.y_range().shrink(4.0));
        return empty_ui(ui, place, None, "No voice yet");
    };
    let length = parts.iter().filter(|part| part.look != Look::Unused).map(|part| part.to).fold(0.0, f64::max);
    for part in parts.iter().filter(|part| part.look == Look::Unused) {
        empty_ui(ui, Rect::from_x_y_ranges(scale.range(part), lane.y_range().shrink(4.0)), None, "silence");
    }
    if length <= 0.0 {
        return;
    }
    let share = |secs: f64| (secs / length).clamp(0.0, 1.0) as f32;
    let lost: Vec<_> =
        parts.iter().filter(|part| part.look == Look::Lost).map(|p| share(p.from)..share(p.to)).collect();
    let place = Rect::from_x_y_ranges(scale.left..=scale.x(length), lane.y_range());
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        let wave: Waveform<'_> = sound.waveform("Voice track").height(VOICE).played(share(at)).loud(&lost);
        wave.show(ui);
    });
}

/// Marks as far apart as their words need.
fn ruler_ui(ui: &Ui, rect: Rect, scale: &Scale) {
    let t = ui.tokens();
    let per_second = f64::from(scale.width) / scale.longest;
    let step = STEPS.into_iter().find(|step| step * per_second >= APART).unwrap_or(3600.0);
    let mut at = 0.0;
    while at <= scale.longest {
        let x = scale.x(at);
        ui.painter().vline(x, rect.top()..=(rect.top() + RULER - 4.0), Stroke::new(1.0, t.edge.strong));
        let words = if step < 1.0 { format::time_code(at) } else { format::time(at) };
        let galley = paint::one_line(ui, &words, Type::Mono, t.text.hint, 60.0);
        if x + 5.0 + galley.size().x <= rect.right() {
            paint::text_at(ui.painter(), x + 5.0, rect.top() + 6.0, galley);
        }
        at += step;
    }
}

/// From seconds to points.
struct Scale {
    left: f32,
    width: f32,
    longest: f64,
}

impl Scale {
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    fn x(&self, secs: f64) -> f32 {
        self.left + self.width * (secs / self.longest).clamp(0.0, 1.0) as f32
    }

    fn secs(&self, x: f32) -> f64 {
        f64::from(((x - self.left) / self.width).clamp(0.0, 1.0)) * self.longest
    }

    /// A part, with a gap before the next.
    fn range(&self, part: &Part) -> egui::Rangef {
        let (from, to) = (self.x(part.from), self.x(part.to));
        egui::Rangef::new(from, (to - 2.0).max(from + 1.0))
    }
}
