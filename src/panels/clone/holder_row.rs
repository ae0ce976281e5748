//! A row of the list of clones that hold slots: chosen, heard, and what would become of it.

use egui::{Align, Layout, Rect, Response, Sense, Ui, UiBuilder, pos2, vec2};

use super::holders::Holder;
use crate::panels::{Command, Cx, heard};
use crate::ui::seal::Seal;
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Type, choice, format, icons, layout, space};

/// Height of a row.
pub const ROW: f32 = 62.0;
/// Narrower lists say when and how often in one line.
pub const COLUMNS: f32 = 600.0;

/// The place that arrows lead to.
pub fn moved(index: usize, step: isize, count: usize) -> usize {
    index.saturating_add_signed(step).min(count.saturating_sub(1))
}

/// A row, at its place of so many, and how far from it a choice leads: 0 when it was clicked, a step for an arrow key.
pub fn holder_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    holder: &Holder,
    is_on: bool,
    (index, count): (usize, usize),
) -> (Response, Option<isize>) {
    let takes = format::count(holder.takes as u64, "take", "takes");
    let last = holder.last_words();
    let name = format!("{}. {}. Last used: {last}. {takes}. {}.", holder.name, holder.origin, holder.parking());
    let row = layout::Row::new(&name).height(ROW).selected(is_on).framed(index == 0, index + 1 == count);
    let (response, ()) = row.show(ui, |ui| contents_ui(ui, cx, holder, is_on));
    let step = handles(ui, &response);
    let asked = (step != 0 || response.clicked()).then_some(step);
    (response, asked)
}

/// What stands on a row.
fn contents_ui(ui: &mut Ui, cx: &mut Cx<'_>, holder: &Holder, is_on: bool) {
    let takes = format::count(holder.takes as u64, "take", "takes");
    let last = holder.last_words();
    ui.spacing_mut().item_spacing.x = 0.0;
    let (mark, _) = ui.allocate_exact_size(vec2(30.0, 18.0), Sense::hover());
    choice::paint_radio(ui, pos2(mark.left() + 15.0, mark.center().y), is_on, true);
    ui.add_space(10.0);
    seal_ui(ui, cx, holder);
    ui.add_space(space::M);
    let left = ui.cursor().left();
    let area = ui.max_rect();
    let column = |from: f32, to: f32| Rect::from_x_y_ranges((left + from)..=(left + to), area.y_range());
    let width = area.right() - left;
    if area.width() < COLUMNS {
        pair_ui(ui, column(0.0, width - 108.0), &holder.name, &format!("{takes}, last used {}", low(&last)), true);
        let words = if holder.can_park { "Can be parked" } else { "Delete only" };
        return parking_ui(ui, column(width - 104.0, width), holder.can_park, words);
    }
    let scale = width / 590.0;
    pair_ui(ui, column(0.0, 156.0 * scale), &holder.name, &holder.origin, true);
    pair_ui(ui, column(164.0 * scale, 280.0 * scale), "Last used", &last, false);
    pair_ui(ui, column(290.0 * scale, 360.0 * scale), "Takes", &holder.takes.to_string(), false);
    parking_ui(ui, column(372.0 * scale, width), holder.can_park, holder.parking());
}

/// Up and down in a row that has the focus.
fn handles(ui: &Ui, response: &Response) -> isize {
    if !response.has_focus() {
        return 0;
    }
    let pressed = |key| isize::from(ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key)));
    pressed(egui::Key::ArrowDown) - pressed(egui::Key::ArrowUp)
}

fn low(words: &str) -> String {
    match words {
        "Never here" => "never".to_owned(),
        // Months keep their capital.
        "Today" | "Yesterday" => words.to_lowercase(),
        date => date.to_owned(),
    }
}

/// Two lines: a name and what it is, or a heading and its value.
fn pair_ui(ui: &mut Ui, place: Rect, above: &str, below: &str, is_name: bool) {
    let t = ui.tokens();
    let inner = place.shrink2(vec2(0.0, 12.0));
    let builder = UiBuilder::new().id_salt(above).max_rect(inner).layout(Layout::top_down(Align::Min));
    let mut ui = ui.new_child(builder);
    ui.spacing_mut().item_spacing.y = 2.0;
    if is_name {
        name_ui(&mut ui, above, Type::Name, t.text.main);
        name_ui(&mut ui, below, Type::Small, t.text.hint);
    } else {
        name_ui(&mut ui, above, Type::Small, t.text.hint);
        name_ui(&mut ui, below, Type::Body, t.text.main);
    }
}

fn parking_ui(ui: &mut Ui, place: Rect, can_park: bool, words: &str) {
    let t = ui.tokens();
    let (icon, ink) = if can_park { (icons::ARCHIVE, t.text.support) } else { (icons::WARNING, t.warning.ink) };
    let builder = UiBuilder::new().id_salt("parking").max_rect(place).layout(Layout::left_to_right(Align::Center));
    let mut ui = ui.new_child(builder);
    ui.spacing_mut().item_spacing.x = 6.0;
    icon.show(&mut ui, 16.0, ink);
    name_ui(&mut ui, words, Type::Small, ink);
}

fn seal_ui(ui: &mut Ui, cx: &mut Cx<'_>, holder: &Holder) {
    let hear = format!("Hear {}", holder.name);
    let state = heard::preview_state(cx, &holder.id);
    let none = (!holder.has_preview).then_some("This voice has no preview");
    if Seal::new(&hear, &holder.id).state(state).off_if(none).show(ui).clicked() {
        cx.commands.push(Command::HearVoice(holder.id.clone()));
    }
}
