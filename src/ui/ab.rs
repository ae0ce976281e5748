//! Two small letters, A and B, to choose what is compared.

use egui::{Color32, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::paint;
use super::text::Type;
use super::theme::{Look as _, radius};
use super::tooltip;

/// Width and height in points.
pub const SIZE: egui::Vec2 = vec2(50.0, 26.0);

/// How a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Letter {
    #[default]
    Free,
    /// This row is it.
    Chosen,
    /// It is, and it is the one heard of the two.
    Heard,
}

/// Draws both letters and says which was pressed: 0 for A, 1 for B. `what` is the row's: "take 3".
pub fn ab_ui(ui: &mut Ui, what: &str, letters: [Letter; 2]) -> Option<usize> {
    let t = ui.tokens();
    let (id, rect) = ui.allocate_space(SIZE);
    let enabled = ui.is_enabled();
    ui.painter().rect_stroke(rect, radius::CONTROL, Stroke::new(1.0, t.edge.strong), StrokeKind::Inside);
    let (left, right) = rect.split_left_right_at_fraction(0.5);
    let mut pressed = None;
    let sides = [(left, "A", letters[0]), (right, "B", letters[1])];
    for (index, (part, word, letter)) in sides.into_iter().enumerate() {
        let response = paint::listen(ui, part, id.with(word), Sense::click(), enabled);
        let name = format!("Compare {what} as {word}");
        let on = letter != Letter::Free;
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, on, &name));
        paint_letter(ui, part, word, letter, response.hovered());
        if response.has_focus() {
            paint::focus_ring(ui.painter(), part, radius::CONTROL, t);
        }
        if response.clicked() {
            pressed = Some(index);
        }
        tooltip::attach(response, Some(&name), None, None);
    }
    if letters == [Letter::Free; 2] {
        ui.painter().vline(rect.center().x, rect.y_range().shrink(1.0), Stroke::new(1.0, t.edge.strong));
    }
    pressed
}

fn paint_letter(ui: &Ui, part: Rect, word: &str, letter: Letter, hovered: bool) {
    let t = ui.tokens();
    let (fill, ink) = match letter {
        Letter::Heard => (t.accent.fill, t.accent.on),
        Letter::Chosen => (t.fill.surface_3, t.text.main),
        Letter::Free if hovered => (t.fill.surface_2, t.text.main),
        Letter::Free => (Color32::TRANSPARENT, t.text.hint),
    };
    let corner = |mine: bool| if mine { 5 } else { 0 };
    let (a, b) = (word == "A", word == "B");
    let corners = CornerRadius { nw: corner(a), sw: corner(a), ne: corner(b), se: corner(b) };
    ui.painter().rect_filled(part.shrink(1.0), corners, fill);
    let kind = if letter == Letter::Free { Type::Small } else { Type::Label };
    let galley = ui.painter().layout_no_wrap(word.to_owned(), kind.font(), ink);
    ui.painter().galley(part.center() - galley.size() / 2.0, galley, ink);
}
