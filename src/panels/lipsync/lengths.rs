//! The five ways to bring picture and voice to one length, each drawn to scale.

use egui::{Painter, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use super::radio::{self, RadioRow};
use super::{lengths_of, modes};
use crate::api::SyncMode;
use crate::compose;
use crate::panels::has_keys;
use crate::store::Store;
use crate::ui::theme::Look as _;
use crate::ui::{Tokens, Type, format, layout, paint, radius};
use modes::{Lanes, Look, Part};

/// Height of the line above the rows, in points.
const HEAD: f32 = 32.0;
/// Corners of the bars.
const ROUND: u8 = 2;

/// How high the table is with rows of this height, in points.
pub(super) fn table_height(row: f32) -> f32 {
    HEAD + 2.0 + 5.0 * row
}

/// The table, with rows of this height; a click, an arrow or a key from 1 to 5 chooses.
pub(super) fn table_ui(ui: &mut Ui, store: &mut Store, height: f32) {
    let t = ui.tokens();
    let (video, voice, _) = lengths_of(store);
    layout::frame(t.fill.surface, t.edge.soft, radius::CARD).inner_margin(egui::Margin::same(1)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        head_ui(ui, &modes::headline(video, voice), store.is_sandbox);
        let mut rows = Vec::new();
        for mode in SyncMode::ALL {
            rows.push(row_ui(ui, store, mode, height));
        }
        let chosen = radio::chosen(ui, &rows).or_else(|| key_pressed(ui));
        let is_needed = |mode: &&SyncMode| !video.zip(voice).is_some_and(|(a, b)| modes::is_unneeded(**mode, a, b));
        if let Some(mode) = chosen.and_then(|index| SyncMode::ALL.get(index)).filter(is_needed) {
            store.flow.lip_sync.mode = *mode;
        }
    });
}

/// 1 to 5, while nothing is being typed.
fn key_pressed(ui: &Ui) -> Option<usize> {
    use egui::Key::{Num1, Num2, Num3, Num4, Num5};
    if ui.ctx().text_edit_focused() || !has_keys(ui.ctx()) {
        return None;
    }
    let pressed = |key: &egui::Key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, *key));
    [Num1, Num2, Num3, Num4, Num5].iter().position(pressed)
}

fn head_ui(ui: &mut Ui, words: &str, is_sandbox: bool) {
    let t = ui.tokens();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words));
    let y = rect.center().y;
    let columns = Columns::of(rect, is_sandbox);
    paint::text_at(ui.painter(), rect.left() + 14.0, y, paint::one_line(ui, words, Type::Label, t.text.support, 480.0));
    right_ui(ui, columns.result, y, "Result", Type::Label, t.text.support);
    if let Some(price) = columns.price {
        right_ui(ui, price, y, "Up to", Type::Label, t.text.support);
    }
}

/// Right ends and the place of the bars in a row.
struct Columns {
    words: f32,
    bars: (f32, f32),
    result: f32,
    /// The sandbox has no prices.
    price: Option<f32>,
}

impl Columns {
    fn of(row: Rect, is_sandbox: bool) -> Self {
        let price = (!is_sandbox).then_some(row.right() - 14.0);
        let result = price.map_or(row.right() - 14.0, |price| price - 76.0);
        let words = row.left() + (row.width() * 0.345).clamp(220.0, 280.0);
        Self { words, bars: (words, result - 90.0), result, price }
    }
}

fn right_ui(ui: &Ui, right: f32, y: f32, words: &str, kind: Type, ink: egui::Color32) {
    let galley = paint::one_line(ui, words, kind, ink, 120.0);
    paint::text_at(ui.painter(), right - galley.size().x, y, galley);
}

/// What is said and shown of a mode.
struct Said {
    gloss: String,
    length: Option<String>,
    price: Option<String>,
    /// Nothing to do with these lengths.
    off: bool,
    danger: bool,
    warns: bool,
}

impl Said {
    fn of(store: &Store, mode: SyncMode) -> Self {
        let (video, voice, _) = lengths_of(store);
        let Some((video, voice)) = video.zip(voice) else {
            let words = modes::general_words(mode).to_owned();
            return Self { gloss: words, length: None, price: None, off: false, danger: false, warns: false };
        };
        let outlook = compose::outlook(mode, video, voice);
        let off = modes::is_unneeded(mode, video, voice);
        let price =
            compose::price(&store.flow.lip_sync.model, outlook.result_secs).filter(|_| !store.is_sandbox && !off);
        let odd = compose::odd_speed(mode, video, voice);
        let words = odd.map_or_else(|| outlook.words.clone(), |odd| format!("{}, {odd}", outlook.words));
        Self {
            gloss: words,
            length: (!off).then(|| format::time_code(outlook.result_secs)),
            price: price.map(format::price),
            off,
            danger: outlook.lost_secs > 0.0,
            warns: odd.is_some(),
        }
    }

    fn spoken(&self, mode: SyncMode) -> String {
        let mut spoken = format!("{}. {}", compose::name(mode), self.gloss);
        spoken.extend(self.length.as_ref().map(|length| format!(". Result {length}")));
        spoken.extend(self.price.as_ref().map(|price| format!(", up to {price}")));
        spoken
    }
}

fn row_ui(ui: &mut Ui, store: &Store, mode: SyncMode, height: f32) -> egui::Response {
    let t = ui.tokens();
    let said = Said::of(store, mode);
    let spoken = said.spoken(mode);
    let on = store.flow.lip_sync.mode == mode;
    let top = ui.cursor().top();
    let row = RadioRow { spoken: &spoken, height, on, stop: on, card: false, off: said.off };
    let response = row.show(ui, |ui| words_ui(ui, store, mode, &said));
    ui.painter().hline(response.rect.x_range(), top, Stroke::new(1.0, t.edge.soft));
    response
}

fn words_ui(ui: &Ui, store: &Store, mode: SyncMode, said: &Said) {
    let t = ui.tokens();
    let rect = ui.max_rect();
    let row = Rect::from_min_max(pos2(rect.left() - 45.0, rect.top()), pos2(rect.right() + 13.0, rect.bottom()));
    let (columns, y) = (Columns::of(row, store.is_sandbox), rect.center().y);
    let (name_ink, result_ink) = if said.off { (t.text.hint, t.text.hint) } else { (t.text.main, t.text.main) };
    let name = paint::one_line(ui, compose::name(mode), Type::Name, name_ink, 90.0);
    let end = paint::text_at(ui.painter(), rect.left(), y, name);
    let ink = match (said.danger, said.warns) {
        (true, _) => t.danger.ink,
        (_, true) => t.warning.ink,
        _ if store.flow.lip_sync.mode == mode => t.text.support,
        _ => t.text.hint,
    };
    let gloss = if said.off { modes::general_words(mode) } else { &said.gloss };
    // A warning is longer than the others, and more worth than the bars.
    let is_wide = said.warns || said.length.is_none() && !said.off;
    let room = if is_wide { columns.result - 60.0 - end } else { columns.words - end - 12.0 };
    let gloss = paint::one_line(ui, gloss, Type::Small, ink, room);
    let gloss_end = paint::text_at(ui.painter(), end + 8.0, y, gloss);
    let (video, voice, _) = lengths_of(store);
    if said.off {
        let why = paint::one_line(ui, &said.gloss, Type::Small, t.text.hint, columns.bars.1 - columns.bars.0);
        paint::text_at(ui.painter(), columns.bars.0, y, why);
    } else if let Some((video, voice)) = video.zip(voice) {
        let left = columns.bars.0.max(if said.warns { gloss_end + 16.0 } else { 0.0 });
        let bars = Rect::from_min_max(pos2(left, y - 10.0), pos2(columns.bars.1, y + 10.0));
        lanes_ui(ui.painter(), bars, &modes::lanes(mode, video, voice), video.max(voice), t);
    }
    right_ui(ui, columns.result, y, said.length.as_deref().unwrap_or("–"), Type::Mono, result_ink);
    if let Some(price) = columns.price {
        right_ui(ui, price, y, said.price.as_deref().unwrap_or("–"), Type::Mono, t.text.support);
    }
}

/// Both lanes, on a scale of `longest` seconds.
fn lanes_ui(painter: &Painter, rect: Rect, lanes: &Lanes, longest: f64, t: &Tokens) {
    if rect.width() < 20.0 {
        return;
    }
    let scale = Scale { left: rect.left(), width: rect.width(), longest: longest.max(0.1) };
    for part in &lanes.picture {
        let bar = scale.bar(part, rect.top());
        picture_ui(painter, bar, part, &scale, t);
    }
    for part in &lanes.voice {
        let bar = scale.bar(part, rect.bottom() - 8.0);
        match part.look {
            Look::Lost => paint::dashed_rect(painter, bar, 4.0, Stroke::new(1.0, t.danger.ink)),
            Look::Unused => paint::dashed_rect(painter, bar, 4.0, Stroke::new(1.0, t.edge.control)),
            _ => drop(painter.rect_filled(bar, ROUND, t.accent.fill)),
        }
    }
}

fn picture_ui(painter: &Painter, bar: Rect, part: &Part, scale: &Scale, t: &Tokens) {
    match part.look {
        Look::Backward => {
            painter.rect_stroke(bar, ROUND, Stroke::new(1.0, t.wave.idle), StrokeKind::Inside);
            let at: &[f32] = if bar.width() > 40.0 { &[0.28, 0.72] } else { &[0.5] };
            for share in at.iter().filter(|_| bar.width() > 12.0) {
                let tip = pos2(bar.left() + bar.width() * share - 1.5, bar.center().y);
                let arrow = vec![tip + vec2(3.0, -2.0), tip, tip + vec2(3.0, 2.0)];
                painter.line(arrow, Stroke::new(1.0, t.text.support));
            }
        }
        Look::Unused | Look::Lost => paint::dashed_rect(painter, bar, 4.0, Stroke::new(1.0, t.edge.control)),
        Look::Forward | Look::Stretched(_) => {
            painter.rect_filled(bar, ROUND, t.wave.idle);
            let pace = if let Look::Stretched(pace) = part.look { pace.max(0.01) } else { 1.0 };
            for x in scale.ticks(part, 1.0 / pace) {
                painter.vline(x, bar.y_range(), Stroke::new(1.0, t.fill.surface));
            }
        }
    }
}

/// From seconds to points.
struct Scale {
    left: f32,
    width: f32,
    longest: f64,
}

impl Scale {
    #[expect(clippy::cast_possible_truncation, reason = "a share of a bar to draw")]
    fn x(&self, secs: f64) -> f32 {
        self.left + self.width * (secs / self.longest).clamp(0.0, 1.0) as f32
    }

    /// A part as a bar of 8, with a gap of 1 before the next.
    fn bar(&self, part: &Part, top: f32) -> Rect {
        let (from, to) = (self.x(part.from), self.x(part.to));
        Rect::from_min_max(pos2(from, top), pos2((to - 1.0).max(from + 1.0), top + 8.0))
    }

    /// Where each second of the original begins, when there is room to tell them apart.
    fn ticks(&self, part: &Part, every: f64) -> impl Iterator<Item = f32> {
        let wide_enough = (self.x(every) - self.left) > 6.0;
        let (mut at, to) = (part.from + every, part.to);
        std::iter::from_fn(move || {
            let here = at;
            at += every;
            (wide_enough && here < to - 0.05).then_some(here)
        })
        .map(|secs| self.x(secs))
    }
}
