//! Text fields: label above, sentence below, edge that shows focus and errors.

use egui::{Align, Color32, CornerRadius, Frame, Id, Margin, Response, Stroke, StrokeKind, TextEdit, Ui, vec2};

use super::icons::Icon;
use super::text::{self, Type};
use super::theme::{Look as _, Tokens, radius};

/// When a field has an edge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Edge {
    #[default]
    Always,
    /// Whoever shows it draws one around it.
    Never,
}

/// The rarer looks of a field.
#[derive(Debug, Clone, Copy, Default)]
struct Looks {
    kind: Option<Type>,
    large: bool,
    password: bool,
    hidden_label: bool,
    edge: Edge,
    /// At least this high, in points.
    height: f32,
    /// More between two lines than usual, in points.
    leading: f32,
    /// Kept free at the right for a button over the field, in points.
    room: i8,
}

/// A text field. The label is its accessible name, also when it is not drawn.
///
/// `Field::new("Voice name", &mut name).placeholder("Name this voice").error(why).show(ui)`
#[must_use = "a field shows only when `show` is called"]
pub struct Field<'a> {
    label: &'a str,
    text: &'a mut String,
    placeholder: &'a str,
    error: Option<&'a str>,
    limit: Option<usize>,
    rows: usize,
    icon: Option<Icon>,
    key: Option<&'a str>,
    width: Option<f32>,
    id: Option<Id>,
    enabled: bool,
    looks: Looks,
}

impl<'a> Field<'a> {
    /// A field of one line, as wide as there is room.
    pub fn new(label: &'a str, text: &'a mut String) -> Self {
        Self {
            label,
            text,
            placeholder: "",
            error: None,
            limit: None,
            rows: 1,
            icon: None,
            key: None,
            width: None,
            id: None,
            enabled: true,
            looks: Looks::default(),
        }
    }

    /// Shown while the field is empty.
    pub const fn placeholder(mut self, placeholder: &'a str) -> Self {
        self.placeholder = placeholder;
        self
    }

    /// A sentence below the field, and a red edge.
    pub const fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error;
        self
    }

    /// Counts the characters: "13 / 100" inside, or "71 of 5,000 characters" below several lines. Does not cut.
    pub const fn counter(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Several lines, in the size for reading unless told otherwise.
    pub const fn multiline(mut self, rows: usize) -> Self {
        self.rows = if rows < 2 { 2 } else { rows };
        self
    }

    /// An icon before the text, such as the magnifying glass of a search.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The key that comes here, after the text while the field is empty.
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// Width in points.
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// A fixed id, to move the focus here from elsewhere.
    pub const fn id(mut self, id: Id) -> Self {
        self.id = Some(id);
        self
    }

    /// Whether it can be edited.
    pub const fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// 40 high instead of 32.
    pub const fn large(mut self) -> Self {
        self.looks.large = true;
        self
    }

    /// The text in the size of second lines, where there is little room.
    pub const fn compact(mut self) -> Self {
        (self.looks.kind, self.looks.leading) = (Some(Type::Small), 2.0);
        self
    }

    /// Several lines at least this high together, in points.
    pub const fn at_least(mut self, height: f32) -> Self {
        self.looks.height = height;
        self
    }

    /// Only the text, without edge, fill and margin: for a place that draws those, and scrolls within them.
    pub const fn bare(mut self) -> Self {
        self.looks.edge = Edge::Never;
        self
    }

    /// For paths, ids and keys.
    pub const fn mono(mut self) -> Self {
        self.looks.kind = Some(Type::MonoLarge);
        self
    }

    /// Dots instead of characters.
    pub const fn password(mut self, hidden: bool) -> Self {
        self.looks.password = hidden;
        self
    }

    /// Keeps this much free at the right, in points, for a button that is put over the field.
    pub const fn room(mut self, room: i8) -> Self {
        self.looks.room = room;
        self
    }

    /// The text in semi-bold, for names that are edited in place.
    pub const fn as_name(mut self) -> Self {
        self.looks.kind = Some(Type::Name);
        self
    }

    /// Does not draw the label; it stays the accessible name.
    pub const fn hide_label(mut self) -> Self {
        self.looks.hidden_label = true;
        self
    }

    /// Draws label, field and error. The response is the text's own: `changed()`, `lost_focus()`, `request_focus()`.
    pub fn show(mut self, ui: &mut Ui) -> Response {
        let t = ui.tokens();
        let width = self.width.unwrap_or_else(|| ui.available_width());
        // A bare field stands on the line of what is beside it; with a label above it, it is a block of its own.
        let bare = self.looks.hidden_label && self.rows == 1 && self.error.is_none();
        let height = if bare { self.height() } else { 0.0 };
        ui.allocate_ui_with_layout(vec2(width, height), egui::Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.set_max_width(width);
            let label = (!self.looks.hidden_label).then(|| ui.label(text::label(self.label).color(t.text.support)).id);
            let response = self.edit(ui);
            if let Some((words, color)) = self.count_below(t) {
                ui.label(text::small(words).color(color));
            }
            let response = match label {
                Some(label) => response.labelled_by(label),
                None => response.accessible_name(self.label),
            };
            if let Some(error) = self.error {
                let words = ui.label(text::small(error).color(t.danger.ink));
                ui.ctx().accesskit_node_builder(words.id, |node| {
                    node.set_role(egui::Role::Alert);
                    node.set_label(error);
                });
            }
            response
        })
        .inner
    }

    const fn height(&self) -> f32 {
        if self.looks.large { 40.0 } else { 32.0 }
    }

    fn kind(&self) -> Type {
        match self.looks.kind {
            Some(kind) => kind,
            None if self.rows > 1 || self.looks.large => Type::Read,
            None => Type::Body,
        }
    }

    fn edit(&mut self, ui: &mut Ui) -> Response {
        let t = ui.tokens();
        let enabled = self.enabled && ui.is_enabled();
        let (kind, rows) = (self.kind(), self.rows);
        let height = self.height();
        let counter = self.inside_right(t);
        let ink = if enabled { t.text.main } else { t.text.off };
        let hint = if enabled { t.text.hint } else { t.text.off };
        let font_height = ui.fonts_mut(|fonts| fonts.row_height(&kind.font()));
        let id = self.id.unwrap_or_else(|| ui.next_auto_id());
        let bare = self.looks.edge == Edge::Never;
        let min = if rows > 1 { self.looks.height } else { height };
        let response = ui
            .add_enabled_ui(enabled, |ui| {
                // From the icon to the words, and from them to the key.
                ui.spacing_mut().icon_spacing = 8.0;
                ui.spacing_mut().extra_text_line_spacing = (kind.line() + self.looks.leading - font_height).max(0.0);
                let mut margin = if rows > 1 { Margin::symmetric(12, 9) } else { Margin::symmetric(11, 0) };
                margin.right += self.looks.room;
                let fill = if bare { Color32::TRANSPARENT } else { t.fill.field };
                if bare {
                    margin = Margin::ZERO;
                }
                let frame = Frame::new().fill(fill).corner_radius(CornerRadius::same(radius::CONTROL));
                let mut edit = if rows > 1 { TextEdit::multiline(self.text) } else { TextEdit::singleline(self.text) };
                edit = edit
                    .id(id)
                    .font(kind.font())
                    .text_color(ink)
                    .hint_text(kind.text(self.placeholder).color(hint))
                    .frame(frame.inner_margin(margin))
                    .desired_width(f32::INFINITY)
                    .password(self.looks.password);
                edit = if rows > 1 {
                    edit.desired_rows(rows).min_size(vec2(0.0, min))
                } else {
                    edit.min_size(vec2(0.0, min)).align(egui::Align2::LEFT_CENTER)
                };
                if let Some(icon) = self.icon {
                    edit = edit.prefix(icon.text(16.0, hint));
                }
                if let Some(counter) = counter {
                    edit = edit.suffix(counter);
                }
                ui.add(edit)
            })
            .inner;
        if !enabled {
            ui.skip_ahead_auto_ids(1);
        }
        if !bare {
            self.paint_edge(ui, &response);
        }
        response.ctx.accesskit_node_builder(response.id, |node| {
            if let Some(error) = self.error {
                node.set_description(error);
                node.set_invalid(egui::accesskit::Invalid::True);
            }
        });
        response
    }

    fn paint_edge(&self, ui: &Ui, response: &Response) {
        let t = ui.tokens();
        let edge = match (response.enabled(), response.has_focus(), self.error.is_some()) {
            (false, ..) => Stroke::new(1.0, t.edge.strong),
            (_, true, false) => t.focus(),
            (_, true, true) => Stroke::new(2.0, t.danger.ink),
            (_, false, true) => Stroke::new(1.0, t.danger.ink),
            _ => Stroke::new(1.0, t.edge.control),
        };
        ui.painter().rect_stroke(response.rect, radius::CONTROL, edge, StrokeKind::Inside);
    }

    /// How full the field is: the count, the limit and the colour that says so.
    fn count(&self, t: &Tokens) -> Option<(String, String, egui::Color32)> {
        let (count, limit) = (self.text.chars().count(), self.limit?);
        let color = if count > limit {
            t.danger.ink
        } else if count * 10 > limit * 9 {
            t.warning.ink
        } else {
            t.text.hint
        };
        Some((super::format::thousands(count as u64), super::format::thousands(limit as u64), color))
    }

    /// The counter of a field of several lines, which stands below it.
    fn count_below(&self, t: &Tokens) -> Option<(String, egui::Color32)> {
        let (count, limit, color) = self.count(t).filter(|_| self.rows > 1)?;
        Some((format!("{count} of {limit} characters"), color))
    }

    /// The counter of a field of one line, or the key that comes here; both stand inside at the right.
    fn inside_right(&self, t: &Tokens) -> Option<egui::RichText> {
        if let Some((count, limit, color)) = self.count(t).filter(|_| self.rows == 1) {
            return Some(text::caption(format!("{count} / {limit}")).color(color));
        }
        let key = self.key.filter(|_| self.text.is_empty())?;
        Some(text::caption(key).color(t.text.hint))
    }
}
