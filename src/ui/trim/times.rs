//! The times of the region, written at its edges: shown, and typed when pressed or reached with Tab.

use egui::text::{CCursor, CCursorRange};
use egui::{
    Align, Align2, CornerRadius, Frame, Key, Layout, Margin, Rangef, Rect, Response, Stroke, StrokeKind, TextEdit, Ui,
    UiBuilder, pos2, vec2,
};

use super::Trim;
use super::region::{self, Edge, Limits, Span};
use super::view::Scale;
use crate::ui::text::Type;
use crate::ui::theme::{Look as _, radius};
use crate::ui::{format, paint};

/// What is being typed.
#[derive(Debug, Default)]
pub(super) struct Typed {
    edge: Option<Edge>,
    text: String,
    /// The field was entered with this press of the mouse: all of it is selected until the button is up.
    is_fresh: bool,
    /// What was typed and is no time.
    problem: Option<String>,
}

const HEIGHT: f32 = 24.0;
/// The middle of the line of times, below the upper edge.
const LINE: f32 = 15.0;
/// A region narrower than this has its times outside of it.
const ROOMY: f32 = 348.0;

const fn name(edge: Edge) -> &'static str {
    match edge {
        Edge::Start => "Start time",
        Edge::End => "End time",
    }
}

impl Trim {
    /// Gives where on their line the words stand.
    pub(super) fn times_ui(&mut self, ui: &mut Ui, wave: Rect, region: &mut Span, limits: Limits) -> Vec<Rangef> {
        let scale = self.scale(wave.x_range());
        let shown = *region;
        let width = if limits.length >= 3600.0 { 84.0 } else { 64.0 };
        let places = places(wave, scale, shown, width);
        for (edge, place) in Edge::BOTH.into_iter().zip(places) {
            let Some(to) = self.time_ui(ui, place, edge, edge.of(shown)) else { continue };
            match region::parse(&to) {
                // Clamped, it would pull the other end along without a word.
                Some(secs) if secs > limits.length + 0.05 => {
                    self.typed.problem = Some(format!("The file ends at {}.", format::time_code(limits.length)));
                }
                Some(secs) => {
                    *region = limits.put(*region, edge, secs);
                    self.view = Some(super::view::reaching(scale.view, edge.of(*region), limits.length));
                }
                None => self.typed.problem = Some(format!("“{}” is no time. Type it like 4:12.5.", short(&to))),
            }
        }
        if *region != shown {
            self.typed.problem = None;
        }
        let words = self.words_ui(ui, wave, places, scale, (*region, limits));
        places.map(|place| place.x_range()).into_iter().chain(words).collect()
    }

    /// A time as a field. Gives what was typed, once it is done.
    fn time_ui(&mut self, ui: &mut Ui, place: Rect, edge: Edge, secs: f64) -> Option<String> {
        let t = ui.tokens();
        let id = ui.scope_id().with(name(edge));
        let is_typed = self.typed.edge == Some(edge);
        let plain = format::time_code(secs);
        let mut text = if is_typed { std::mem::take(&mut self.typed.text) } else { plain.clone() };
        let focused = ui.memory(|memory| memory.has_focus(id));
        let fill = if focused { t.fill.field } else { egui::Color32::TRANSPARENT };
        let frame = Frame::new().fill(fill).corner_radius(CornerRadius::same(radius::TAG));
        let align = if edge == Edge::Start { Align2::LEFT_CENTER } else { Align2::RIGHT_CENTER };
        let edit = TextEdit::singleline(&mut text)
            .id(id)
            .font(Type::Mono.font())
            .text_color(t.text.main)
            .frame(frame.inner_margin(Margin::symmetric(6, 0)))
            .desired_width(place.width())
            .char_limit(24)
            .min_size(vec2(0.0, place.height()))
            .align(align);
        // In a place of its own, which takes no room from what follows.
        let builder = UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Center));
        let mut inner = ui.new_child(builder);
        inner.spacing_mut().interact_size.y = 0.0;
        let response = inner.add(edit).accessible_name(name(edge));
        let edge_line = match (focused, response.hovered()) {
            (true, _) => Some(t.focus()),
            (false, true) => Some(Stroke::new(1.0, t.edge.control)),
            _ => None,
        };
        if let Some(line) = edge_line {
            ui.painter().rect_stroke(place, radius::TAG, line, StrokeKind::Inside);
        }
        if response.changed() {
            self.typed.problem = None;
        }
        self.select_all(ui, &response, &text);
        if response.has_focus() {
            (self.typed.edge, self.typed.text) = (Some(edge), text);
            return None;
        }
        if !is_typed {
            return None;
        }
        self.typed.edge = None;
        let escaped = ui.input(|input| input.key_pressed(Key::Escape));
        if escaped {
            self.typed.problem = None;
        }
        (!escaped && text.trim() != plain).then_some(text)
    }

    /// All of a time is selected when it is entered, by Tab as by the mouse.
    fn select_all(&mut self, ui: &Ui, response: &Response, text: &str) {
        if response.gained_focus() {
            self.typed.is_fresh = true;
        }
        if !response.has_focus() || !self.typed.is_fresh {
            return;
        }
        if let Some(mut state) = TextEdit::load_state(ui.ctx(), response.id) {
            let all = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
            state.cursor.set_char_range(Some(all));
            state.store(ui.ctx(), response.id);
        }
        self.typed.is_fresh = ui.input(|input| input.pointer.any_down());
    }

    /// "1:36.0 selected, 2:00 at most", or what is wrong with a typed time.
    fn words_ui(
        &self,
        ui: &mut Ui,
        wave: Rect,
        times: [Rect; 2],
        scale: Scale,
        (region, limits): (Span, Limits),
    ) -> Option<Rangef> {
        let t = ui.tokens();
        let job = if let Some(problem) = &self.typed.problem {
            crate::ui::text::runs([(Type::Small, t.danger.ink, problem.as_str())])
        } else {
            let (secs, most) = (format::time_code(region.secs()), format::time(limits.most));
            let all = region.secs() >= limits.length && limits.length <= limits.most;
            let rest = if all { " selected, all of it".to_owned() } else { format!(" selected, {most} at most") };
            crate::ui::text::runs([
                (Type::Name, t.text.main, secs.as_str()),
                (Type::Small, t.text.support, rest.as_str()),
            ])
        };
        let galley = ui.painter().layout_job(job);
        let (width, y) = (galley.size().x, wave.top() + LINE);
        let is_problem = self.typed.problem.is_some();
        let beside = scale.part(region).and_then(|inside| beside(wave, times, inside, width));
        // A refused time is told of in any case, below the line of times where that is taken.
        let below = is_problem.then_some((wave.left() + 8.0, y + HEIGHT));
        let (left, y) = beside.map(|left| (left, y)).or(below)?;
        let words = galley.job.text.clone();
        let place = Rect::from_min_size(pos2(left, y - 9.0), vec2(width, 18.0));
        let response = ui.interact(place, ui.scope_id().with("words"), egui::Sense::hover());
        let role = if is_problem { egui::Role::Alert } else { egui::Role::Label };
        response.widget_info(|| egui::WidgetInfo::labeled(role, true, &words));
        paint::text_at(ui.painter(), left, y, galley);
        Some(place.x_range())
    }
}

/// Where words of a width stand: between the times, else beside them, wherever there is room.
fn beside(wave: Rect, [start, end]: [Rect; 2], inside: Rangef, width: f32) -> Option<f32> {
    let between = (start.right() + 8.0 <= end.left() - 8.0 - width).then(|| {
        let middle = inside.center() - width / 2.0;
        middle.clamp(start.right() + 8.0, (end.left() - 8.0 - width).max(start.right() + 8.0))
    });
    let right = start.right().max(end.right()) + 8.0;
    let after = (right + width <= wave.right() - 8.0).then_some(right);
    let left = start.left().min(end.left()) - 8.0 - width;
    let before = (left >= wave.left() + 8.0).then_some(left);
    between.or(after).or(before)
}

/// Where the two times stand: inside the region, or at its sides when it is narrow on the screen.
fn places(wave: Rect, scale: Scale, region: Span, width: f32) -> [Rect; 2] {
    let (from, to) = (scale.x(region.from), scale.x(region.to));
    let (low, high) = (wave.left() + 2.0, wave.right() - 2.0 - width);
    let roomy = to.min(wave.right()) - from.max(wave.left()) >= ROOMY;
    let (start, end) = if roomy { (from + 3.0, to - 3.0 - width) } else { (from - 3.0 - width, to + 3.0) };
    let mut start = start.clamp(low, high);
    let mut end = end.clamp(low, high);
    if end < start + width {
        // Both at one side: one beside the other.
        end = (start + width + 4.0).min(high);
        start = start.min(end - width - 4.0);
    }
    [start, end].map(|left| Align2::LEFT_CENTER.anchor_size(pos2(left, wave.top() + LINE), vec2(width, HEIGHT)))
}

/// So much of a text that a sentence can hold it.
fn short(text: &str) -> String {
    let mut short: String = text.trim().chars().take(12).collect();
    if text.trim().chars().count() > 12 {
        short.push('…');
    }
    short
}
