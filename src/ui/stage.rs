//! The cards of the chain: Source, Voice, Line, Lip sync, Result. As a card, or as a row where there is no room.

use egui::{
    Align, Color32, Layout, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2, vec2,
};

use super::icons::{self, Icon};
use super::paint;
use super::text::Type;
use super::theme::{Look as _, Tokens, radius};
use super::truncate;

/// How far a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing chosen.
    Empty,
    /// Needs an earlier step.
    Waiting,
    /// Can run now.
    Ready,
    /// Step and time are shown.
    Running,
    /// Will not run again.
    Done,
    /// Older than its input.
    Changed,
    /// Says what to do.
    Failed,
}

impl Stage {
    /// The word for it, when the card has none of its own.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Waiting => "Waiting",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::Done => "Done",
            Self::Changed => "Changed",
            Self::Failed => "Failed",
        }
    }

    fn icon(self, t: &Tokens) -> (Icon, Color32) {
        match self {
            Self::Empty | Self::Waiting | Self::Running => (icons::CIRCLE_DASHED, t.text.hint),
            Self::Ready => (icons::PLAY_CIRCLE_FILL, t.accent.fill),
            Self::Done => (icons::CHECK_CIRCLE_FILL, t.success.ink),
            Self::Changed => (icons::ARROWS_CLOCKWISE, t.warning.ink),
            Self::Failed => (icons::WARNING_CIRCLE_FILL, t.danger.ink),
        }
    }

    fn status_ink(self, t: &Tokens) -> Color32 {
        match self {
            Self::Ready | Self::Running => t.accent.fill,
            Self::Changed => t.warning.ink,
            Self::Failed => t.danger.ink,
            Self::Empty | Self::Waiting | Self::Done => t.text.hint,
        }
    }
}

/// Draws the mark of a stage, 18 across.
pub fn mark(ui: &Ui, center: Pos2, stage: Stage) {
    let t = ui.tokens();
    if stage == Stage::Running {
        paint::spinner(ui, center, 17.0, t.accent.fill, t.edge.strong);
    } else {
        let (icon, ink) = stage.icon(t);
        icon.paint(ui.painter(), center, 18.0, ink);
    }
}

type Slot<'a> = Option<Box<dyn FnOnce(&mut Ui) + 'a>>;

/// A stage of the chain, with slots that the page fills.
///
/// ```text
/// StageCard::new("Voice", Stage::Done).name("Mara, keynote").meta("Your clone").note("Consent recorded")
///     .media(|ui| ..).strip(|ui| ..).action(|ui| ..).card_ui(ui, 210.0)
/// ```
#[must_use = "a card shows only when `card_ui` or `row_ui` is called"]
pub struct StageCard<'a> {
    title: &'a str,
    stage: Stage,
    status: &'a str,
    name: &'a str,
    meta: &'a str,
    note: &'a str,
    note_icon: Option<(Icon, Color32)>,
    media: Slot<'a>,
    strip: Slot<'a>,
    action: Slot<'a>,
    dragged: super::drop_zone::Dragged<'a>,
}

impl<'a> StageCard<'a> {
    /// A card with the state's own word at its head.
    pub const fn new(title: &'a str, stage: Stage) -> Self {
        Self {
            title,
            stage,
            status: stage.word(),
            name: "",
            meta: "",
            note: "",
            note_icon: None,
            media: None,
            strip: None,
            action: None,
            dragged: super::drop_zone::Dragged::Nothing,
        }
    }

    /// Another word for the state: "Take 3 of 3", "Speaking", "Start here".
    pub const fn status(mut self, status: &'a str) -> Self {
        self.status = status;
        self
    }

    /// The name of what is in it.
    pub const fn name(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }

    /// The line below the name.
    pub const fn meta(mut self, meta: &'a str) -> Self {
        self.meta = meta;
        self
    }

    /// The line above the action.
    pub const fn note(mut self, note: &'a str) -> Self {
        self.note = note;
        self
    }

    /// An icon before the note.
    pub const fn note_icon(mut self, icon: Icon, ink: Color32) -> Self {
        self.note_icon = Some((icon, ink));
        self
    }

    /// What fills the picture, 180 x 101 in a card of 210 and 80 x 45 in a row.
    pub fn media(mut self, show: impl FnOnce(&mut Ui) + 'a) -> Self {
        self.media = Some(Box::new(show));
        self
    }

    /// What fills the strip, 36 high: a waveform, two lengths, a bar, an error.
    pub fn strip(mut self, show: impl FnOnce(&mut Ui) + 'a) -> Self {
        self.strip = Some(Box::new(show));
        self
    }

    /// The button at the foot.
    pub fn action(mut self, show: impl FnOnce(&mut Ui) + 'a) -> Self {
        self.action = Some(Box::new(show));
        self
    }

    /// What hangs above the card while a file is dragged.
    pub const fn dragged(mut self, dragged: super::drop_zone::Dragged<'a>) -> Self {
        self.dragged = dragged;
        self
    }

    fn spoken(&self) -> String {
        let parts = [self.name, self.meta, self.note].into_iter().filter(|part| !part.is_empty());
        let rest = parts.collect::<Vec<_>>().join(". ");
        format!("{}, {}. {rest}", self.title, self.status.to_lowercase())
    }

    /// Height of a card of this width.
    pub fn height(width: f32) -> f32 {
        230.0 + media_size(width).y
    }

    /// Draws the card; the pictures grow with it and keep 16:9.
    pub fn card_ui(mut self, ui: &mut Ui, width: f32) -> Response {
        let t = ui.tokens();
        let (rect, response) = ui.allocate_exact_size(vec2(width, Self::height(width)), Sense::hover());
        let spoken = self.spoken();
        response.widget_info(|| WidgetInfo::labeled(Role::Group, true, &spoken));
        self.paint_frame(ui, rect, radius::CARD);
        mark(ui, pos2(rect.left() + 24.0, rect.top() + 20.0), self.stage);
        self.paint_head(ui, rect);
        let media = Rect::from_min_size(rect.min + vec2(15.0, 41.0), media_size(width));
        let line = |y: f32, height: f32| {
            Rect::from_min_size(pos2(rect.left() + 15.0, media.bottom() + y), vec2(width - 30.0, height))
        };
        slot(ui, media, self.media.take());
        inside(ui, line(13.0, 18.0), |ui| truncate::file_name_ui(ui, self.name, Type::Name, t.text.main));
        inside(ui, line(32.0, 16.0), |ui| truncate::name_ui(ui, self.meta, Type::Small, t.text.hint));
        slot(ui, line(62.0, 36.0), self.strip.take());
        let note = line(112.0, 16.0);
        let indent = if let Some((icon, ink)) = self.note_icon {
            icon.paint(ui.painter(), note.left_center() + vec2(8.0, 0.0), 16.0, ink);
            21.0
        } else {
            0.0
        };
        let note = note.with_min_x(note.left() + indent);
        inside(ui, note, |ui| truncate::name_ui(ui, self.note, Type::Small, t.text.support));
        slot(ui, line(142.0, 32.0), self.action.take());
        response
    }

    /// Draws the same as a row, 66 high. `first` and `last` say where the chain line begins and ends.
    pub fn row_ui(mut self, ui: &mut Ui, first: bool, last: bool) -> Response {
        let t = ui.tokens();
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 66.0), Sense::hover());
        let spoken = self.spoken();
        response.widget_info(|| WidgetInfo::labeled(Role::Group, true, &spoken));
        if self.stage == Stage::Ready {
            ui.painter().rect_filled(rect, 0, t.fill.selected);
        }
        if !first {
            ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, t.edge.soft));
        }
        let dot = pos2(rect.left() + 26.0, rect.center().y);
        let chain = Stroke::new(1.0, t.edge.control);
        if !first {
            ui.painter().vline(dot.x, rect.top()..=(dot.y - 11.0), chain);
        }
        if !last {
            ui.painter().vline(dot.x, (dot.y + 11.0)..=rect.bottom(), chain);
        }
        mark(ui, dot, self.stage);
        let media = Rect::from_min_size(pos2(rect.left() + 50.0, dot.y - 22.5), vec2(80.0, 45.0));
        slot(ui, media, self.media.take());
        let action =
            Rect::from_min_max(pos2(rect.right() - 114.0, dot.y - 14.0), pos2(rect.right() - 14.0, dot.y + 14.0));
        let strip =
            Rect::from_min_max(pos2(action.left() - 164.0, dot.y - 18.0), pos2(action.left() - 14.0, dot.y + 18.0));
        let words = Rect::from_min_max(pos2(media.right() + 14.0, dot.y - 18.0), pos2(strip.left() - 14.0, dot.y));
        inside(ui, words, |ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            ui.label(super::text::body(self.title).color(t.text.support));
            truncate::file_name_ui(ui, self.name, Type::Name, t.text.main);
        });
        let ink = if self.stage == Stage::Ready { t.text.support } else { t.text.hint };
        inside(ui, words.translate(vec2(0.0, 18.0)), |ui| truncate::name_ui(ui, self.meta, Type::Small, ink));
        slot(ui, strip, self.strip.take());
        slot(ui, action, self.action.take());
        self.paint_dragged(ui, rect, 0);
        response
    }

    fn paint_head(&self, ui: &Ui, rect: Rect) {
        let (t, y) = (ui.tokens(), rect.top() + 20.0);
        let ink = self.stage.status_ink(t);
        let status = paint::one_line(ui, self.status, Type::Small, ink, rect.width() * 0.55);
        let left = rect.right() - 15.0 - status.size().x;
        let title = paint::one_line(ui, self.title, Type::Name, t.text.main, left - rect.left() - 49.0);
        paint::text_at(ui.painter(), rect.left() + 41.0, y, title);
        paint::text_at(ui.painter(), left, y, status);
    }

    fn paint_frame(&self, ui: &Ui, rect: Rect, corner: u8) {
        let t = ui.tokens();
        let (fill, edge) = match self.stage {
            Stage::Empty | Stage::Waiting => (t.fill.canvas, Stroke::new(1.0, t.edge.strong)),
            Stage::Ready => (t.fill.surface, t.focus()),
            Stage::Running => (t.fill.surface, Stroke::new(1.0, t.accent.line)),
            Stage::Failed => (t.fill.surface, Stroke::new(1.0, t.danger.ink)),
            Stage::Done | Stage::Changed => (t.fill.surface, Stroke::new(1.0, t.edge.soft)),
        };
        ui.painter().rect(rect, corner, fill, edge, StrokeKind::Inside);
        self.paint_dragged(ui, rect, corner);
    }

    fn paint_dragged(&self, ui: &Ui, rect: Rect, corner: u8) {
        use super::drop_zone::Dragged;
        let t = ui.tokens();
        let ink = match self.dragged {
            Dragged::Nothing => return,
            Dragged::Fits => t.accent.fill,
            Dragged::Refused(_) => t.danger.ink,
        };
        ui.painter().rect_stroke(rect, corner, Stroke::new(2.0, ink), StrokeKind::Inside);
    }
}

fn media_size(width: f32) -> Vec2 {
    let width = width - 30.0;
    vec2(width, (width * 9.0 / 16.0).floor())
}

fn slot(ui: &mut Ui, rect: Rect, show: Slot<'_>) {
    let Some(show) = show else { return };
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    child.spacing_mut().interact_size.y = 0.0;
    show(&mut child);
}

fn inside<R>(ui: &mut Ui, rect: Rect, show: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
    show(&mut ui.new_child(builder))
}

/// The link between two cards, 22 wide or more: solid when the left one is done, dashed otherwise. `y` is the middle of the
/// cards' heads.
pub fn paint_link(ui: &Ui, left: f32, right: f32, y: f32, solid: bool) {
    let t = ui.tokens();
    let stroke = Stroke::new(if solid { 1.5 } else { 1.0 }, if solid { t.text.hint } else { t.edge.control });
    let (from, to) = (pos2(left, y), pos2(right, y));
    if solid {
        ui.painter().line_segment([from, to], stroke);
    } else {
        // Quieter than the arrow on it: what is to come does not speak as loudly as what is done.
        let line = Stroke::new(1.0, t.edge.strong);
        ui.painter().extend(egui::Shape::dashed_line(&[from, to], line, 3.0, 3.0));
    }
    let tip = pos2(left.midpoint(right) + 3.0, y);
    ui.painter().line(vec![tip + vec2(-5.0, -5.0), tip, tip + vec2(-5.0, 5.0)], stroke);
}
