//! Check boxes, radio buttons and toggles. The whole label is the target.

use std::sync::Arc;

use egui::emath::GuiRounding as _;
use egui::{Color32, Galley, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::paint::{self, Pose};
use super::text::Type;
use super::theme::{Look as _, Tokens};
use super::tooltip;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Check,
    Radio,
    Toggle,
}

/// A check box, radio button or toggle.
///
/// `Choice::check("Speak it as soon as the voice is ready").show(ui, &mut speak).changed()`
#[must_use = "a choice shows only when `show` is called"]
pub struct Choice<'a> {
    kind: Kind,
    label: &'a str,
    note: Option<&'a str>,
    why_off: Option<&'a str>,
    small: bool,
    hidden_label: bool,
    pose: Option<Pose>,
    sense: Sense,
}

impl<'a> Choice<'a> {
    fn new(kind: Kind, label: &'a str) -> Self {
        Self {
            kind,
            label,
            note: None,
            why_off: None,
            small: false,
            hidden_label: false,
            pose: None,
            sense: Sense::click(),
        }
    }

    /// On or off, box before the label.
    pub fn check(label: &'a str) -> Self {
        Self::new(Kind::Check, label)
    }

    /// One of several; see [`radio_group_ui`].
    pub fn radio(label: &'a str) -> Self {
        Self::new(Kind::Radio, label)
    }

    /// On or off at once, switch at the right end of the row.
    pub fn toggle(label: &'a str) -> Self {
        Self::new(Kind::Toggle, label)
    }

    /// A second line below the label.
    pub const fn note(mut self, note: &'a str) -> Self {
        self.note = Some(note);
        self
    }

    /// The label in small supporting text, for long sentences.
    pub const fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// Only the mark is drawn; the label stays the accessible name.
    pub const fn hide_label(mut self) -> Self {
        self.hidden_label = true;
        self
    }

    /// Off when there is a reason, which becomes the tooltip.
    pub const fn off_if(mut self, why: Option<&'a str>) -> Self {
        self.why_off = why;
        self
    }

    pub(super) const fn pose(mut self, pose: Pose) -> Self {
        self.pose = Some(pose);
        self
    }

    /// Draws it; a click or Space turns `on` and marks the response as changed.
    pub fn show(self, ui: &mut Ui, on: &mut bool) -> Response {
        let mut response = self.draw(ui, *on);
        if response.clicked() {
            *on = !*on;
            response.mark_changed();
        }
        response
    }

    /// Draws a radio button of a group that the caller keeps.
    pub fn show_as(self, ui: &mut Ui, on: bool) -> Response {
        self.draw(ui, on)
    }

    fn draw(self, ui: &mut Ui, on: bool) -> Response {
        let t = ui.tokens();
        let mark = if self.kind == Kind::Toggle { vec2(34.0, 20.0) } else { Vec2::splat(18.0) };
        let gap = if self.hidden_label { 0.0 } else { 10.0 };
        let room = if self.hidden_label { 0.0 } else { (ui.available_width() - mark.x - gap).max(0.0) };
        let enabled = self.why_off.is_none() && ui.is_enabled();
        let texts = self.texts(ui, t, enabled, room);
        let text_size =
            texts.iter().fold(Vec2::ZERO, |size, text| vec2(size.x.max(text.size().x), size.y + text.size().y));
        let whole = self.kind == Kind::Toggle && !self.hidden_label;
        let width = if whole { ui.available_width() } else { mark.x + gap + text_size.x };
        let response = paint::place(ui, vec2(width, text_size.y.max(28.0)), self.sense, enabled);
        let role = match self.kind {
            Kind::Check => Role::CheckBox,
            Kind::Radio => Role::RadioButton,
            Kind::Toggle => Role::Switch,
        };
        response.widget_info(|| WidgetInfo::selected(role, enabled, on, self.label));
        let rect = response.rect;
        if ui.is_rect_visible(rect) {
            // With several lines the mark stands beside the first one.
            let y = texts.first().filter(|_| texts.len() > 1 || text_size.y > 28.0).map_or(rect.center().y, |first| {
                let line = first.rows.first().map_or(18.0, |row| row.height());
                rect.top() + ((rect.height() - text_size.y) / 2.0).max(0.0) + line / 2.0
            });
            let left = if whole { rect.right() - mark.x } else { rect.left() };
            let y = if whole { rect.center().y } else { y };
            let mark = Rect::from_center_size(pos2(left + mark.x / 2.0, y), mark);
            let (_, focused) = paint::posed(&response, self.pose);
            paint_mark(ui, self.kind, mark, on, enabled, focused);
            let mut at =
                pos2(if whole { rect.left() } else { mark.right() + gap }, rect.center().y - text_size.y / 2.0);
            for text in texts {
                let height = text.size().y;
                ui.painter().galley(at, text, Color32::PLACEHOLDER);
                at.y += height;
            }
        }
        if let Some(note) = self.note {
            response.ctx.accesskit_node_builder(response.id, |node| node.set_description(note));
        }
        tooltip::attach(response, None, None, self.why_off)
    }

    fn texts(&self, ui: &Ui, t: &Tokens, enabled: bool, room: f32) -> Vec<Arc<Galley>> {
        if self.hidden_label {
            return Vec::new();
        }
        let (kind, ink) = if self.small { (Type::Small, t.text.support) } else { (Type::Body, t.text.main) };
        let line = |kind: Type, text: &str, ink: Color32| {
            let ink = if enabled { ink } else { t.text.off };
            let mut job = egui::text::LayoutJob::single_section(text.to_owned(), kind.format(ink));
            job.wrap.max_width = room;
            ui.painter().layout_job(job)
        };
        let mut texts = vec![line(kind, self.label, ink)];
        texts.extend(self.note.map(|note| line(Type::Small, note, t.text.hint)));
        texts
    }
}

fn paint_mark(ui: &Ui, kind: Kind, rect: Rect, on: bool, enabled: bool, focused: bool) {
    let (t, painter) = (ui.tokens(), ui.painter());
    let edge = Stroke::new(1.0, if enabled { t.edge.control } else { t.edge.strong });
    let fill = match (on, enabled) {
        (true, true) => t.accent.fill,
        (true, false) => t.edge.strong,
        (false, _) => t.fill.field,
    };
    let center = rect.center().round_to_pixels(ui.pixels_per_point());
    match kind {
        Kind::Check => {
            let edge = if on { Stroke::NONE } else { edge };
            painter.rect(rect, 4, fill, edge, StrokeKind::Inside);
            if on {
                paint_tick(ui, center, t.accent.on);
            }
        }
        Kind::Radio => paint_radio(ui, center, on, enabled),
        Kind::Toggle => {
            let edge = if on { Stroke::NONE } else { edge };
            painter.rect(rect, 10, fill, edge, StrokeKind::Inside);
            let knob = if on { pos2(rect.right() - 10.0, center.y) } else { pos2(rect.left() + 10.0, center.y) };
            let ink = match (on, enabled) {
                (_, false) => t.text.off,
                (true, true) => t.accent.on,
                (false, true) => t.text.hint,
            };
            painter.circle_filled(knob, 6.0, ink);
        }
    }
    if focused {
        let radius = if kind == Kind::Check { 4 } else { 10 };
        paint::focus_ring(painter, rect, radius, t);
    }
}

/// The ring of a radio button, 18 across, for rows that are one themselves. It stands on whole pixels, or it would be
/// smeared over two of them.
pub fn paint_radio(ui: &Ui, center: Pos2, on: bool, enabled: bool) {
    let (t, center) = (ui.tokens(), center.round_to_pixels(ui.pixels_per_point()));
    let (edge, dot) = match (on, enabled) {
        (true, true) => (t.accent.fill, t.accent.fill),
        (false, true) => (t.edge.control, Color32::TRANSPARENT),
        (true, false) => (t.edge.strong, t.edge.strong),
        (false, false) => (t.edge.strong, Color32::TRANSPARENT),
    };
    ui.painter().circle(center, 8.5, t.fill.field, Stroke::new(1.0, edge));
    ui.painter().circle_filled(center, 4.0, dot);
}

fn paint_tick(ui: &Ui, center: Pos2, ink: Color32) {
    let points = [vec2(-4.5, 0.5), vec2(-1.5, 3.5), vec2(4.5, -3.0)].map(|offset| center + offset);
    ui.painter().line(points.to_vec(), Stroke::new(2.0, ink));
}

/// Radio buttons below each other: one stop for Tab, arrows move inside. True when the choice changed.
///
/// `choice::radio_group_ui(ui, &mut sent, vec![(Part, Choice::radio("Send only this part")), ..])`
pub fn radio_group_ui<T: Copy + PartialEq>(ui: &mut Ui, value: &mut T, choices: Vec<(T, Choice<'_>)>) -> bool {
    radio_group_with_ui(ui, value, choices, |_, _| {})
}

/// The same, with more below each choice.
pub fn radio_group_with_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    value: &mut T,
    choices: Vec<(T, Choice<'_>)>,
    mut below: impl FnMut(&mut Ui, T),
) -> bool {
    let before = *value;
    let values: Vec<T> = choices.iter().map(|(value, _)| *value).collect();
    let any = values.contains(value);
    let mut responses = Vec::new();
    for (index, (this, mut choice)) in choices.into_iter().enumerate() {
        choice.sense = super::segmented::reached_by_tab(index, *value == this, any);
        let response = choice.show_as(ui, *value == this);
        if response.clicked() {
            *value = this;
        }
        responses.push(response);
        below(ui, this);
    }
    super::segmented::arrow_keys(ui, value, &values, &responses);
    *value != before
}
