//! The list of voices: the names of its columns, its rows, and what stands there when there are none.

use egui::{Id, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use time::OffsetDateTime;

use super::Act;
use super::index::{Filter, Find, Index, Sort};
use super::removal::Removal;
use super::returning::Returning;
use super::row::row_ui;
use crate::panels::{Cx, when};
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, format, icons, paint, radius, space, text};

const ROW: f32 = 56.0;

/// Where the list stands.
#[derive(Default)]
pub struct Place {
    /// The row that has the focus, or had it last.
    pub focused: Option<Id>,
    /// Give the focus to the selected row.
    pub take_focus: bool,
    /// Scroll so that the selected row is seen.
    pub reveal: bool,
    offset: f32,
    height: f32,
    width: f32,
}

impl Place {
    /// The scroll offset that shows a row, when the present one does not.
    fn offset_for(&self, row: usize) -> Option<f32> {
        #[expect(clippy::cast_precision_loss, reason = "a place in a list on screen")]
        let top = row as f32 * ROW;
        if top < self.offset {
            Some(top)
        } else if top + ROW > self.offset + self.height && self.height > 0.0 {
            Some(top + ROW - self.height)
        } else {
            None
        }
    }
}

/// What the rows are drawn from.
pub struct View<'a, 'c> {
    pub cx: &'a Cx<'c>,
    pub index: &'a Index,
    pub selected: Option<&'a str>,
    pub removal: &'a Removal,
    pub returning: &'a Returning,
    pub now: OffsetDateTime,
}

/// Left edges of the columns; the right one of the takes.
pub struct Columns {
    pub name: f32,
    pub tags: f32,
    pub length: f32,
    pub takes: f32,
    pub star: f32,
}

/// The list below the chips.
pub fn list_ui(ui: &mut Ui, view: &View<'_, '_>, place: &mut Place, find: &mut Find) -> Option<Act> {
    let (voices, service) = (&view.cx.store.voices, &view.cx.store.service);
    let mut act = None;
    if let Some(error) = voices.error() {
        ui.add_space(space::S);
        if voices.is_loading() {
            notice::loading_ui(ui, &getting(service));
        } else {
            ui.label(text::section("Could not get the voice list"));
            if let Some(words) = still_shown(voices.value().map_or(0, Vec::len), voices.as_of(), view.now) {
                ui.support(words);
            }
            let pressed = notice::error_ui(ui, error, &["Try again"]);
            act = (pressed == Some(ErrorPress::Action(0))).then_some(Act::TryAgain);
        }
        ui.add_space(space::S);
    } else if voices.value().is_none() {
        waiting_ui(ui, &getting(service));
        return None;
    }
    if voices.value().is_none() && view.index.is_empty() {
        return act;
    }
    if view.index.is_empty() {
        return act.or(nothing_ui(ui, find));
    }
    header_ui(ui, place.width, find);
    act.or(scroll_ui(ui, view, place))
}

fn nothing_ui(ui: &mut Ui, find: &Find) -> Option<Act> {
    let mut act = None;
    let typed = find.search.trim();
    if !typed.is_empty() {
        let title = format!("No voice matches “{typed}”");
        notice::empty_ui(ui, icons::MAGNIFYING_GLASS, &title, "Search looks at names, tags and notes.", |ui| {
            if Button::secondary("Clear search").show(ui).clicked() {
                act = Some(Act::ClearSearch);
            }
            if Button::ghost("Clone a voice").show(ui).clicked() {
                act = Some(Act::CloneVoice);
            }
        });
        return act;
    }
    match find.filter {
        Filter::Clones => {
            let words = "Drop a video or an audio file anywhere in this window.";
            notice::empty_ui(ui, icons::MICROPHONE_STAGE, "You have no clones yet", words, |ui| {
                if Button::secondary("Clone your first voice").show(ui).clicked() {
                    act = Some(Act::CloneVoice);
                }
            });
        }
        Filter::Favourites => {
            let words = "Press S on a voice to keep it here.";
            notice::empty_ui(ui, icons::STAR, "No favourites yet", words, |ui| {
                if Button::secondary("Show all voices").show(ui).clicked() {
                    act = Some(Act::ShowAll);
                }
            });
        }
        Filter::All | Filter::BuiltIn => {
            let words = "Clone one from a video or an audio file.";
            notice::empty_ui(ui, icons::USER_SOUND, "There are no voices here", words, |_| {});
        }
    }
    act
}

fn scroll_ui(ui: &mut Ui, view: &View<'_, '_>, place: &mut Place) -> Option<Act> {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical().auto_shrink(false);
    if std::mem::take(&mut place.reveal)
        && let Some(offset) = view.selected.and_then(|id| view.index.place(id)).and_then(|row| place.offset_for(row))
    {
        area = area.vertical_scroll_offset(offset);
    }
    let mut act = None;
    let out = area.show_rows(ui, ROW, view.index.len(), |ui, range| {
        for (at, entry) in range.filter_map(|at| Some((at, view.index.row(at)?))) {
            // An id of its own, so that the focus stays on the row whatever appears around the list.
            let scope = UiBuilder::new().scope_id(Id::unique(("voice", &entry.id)));
            let (response, drawn) = ui.scope_builder(scope, |ui| row_ui(ui, view, entry, at)).inner;
            let selected = view.selected == Some(entry.id.as_str());
            if selected && std::mem::take(&mut place.take_focus) {
                response.request_focus();
            }
            if response.has_focus() {
                place.focused = Some(response.id);
            }
            let drawn = drawn.or_else(|| {
                if response.double_clicked() && entry.is_usable() && !view.removal.is_running(&entry.id) {
                    return Some(Act::Use(entry.id.clone()));
                }
                // A row reached with Tab becomes the selected one, so that the keys mean what is seen.
                let reached = response.clicked() || (response.gained_focus() && !selected);
                reached.then(|| Act::Select(entry.id.clone()))
            });
            act = act.take().or(drawn);
        }
    });
    let room = out.inner_rect;
    (place.offset, place.height, place.width) = (out.state.clamped_offset().y, room.height(), room.width());
    act
}

fn getting(service: &str) -> String {
    format!("Getting your voices from {}", crate::error::within(service))
}

/// What a failed reload leaves on screen.
fn still_shown(count: usize, as_of: Option<OffsetDateTime>, now: OffsetDateTime) -> Option<String> {
    let since = when::local(as_of.filter(|_| count > 0)?);
    let voices = format::count(count as u64, "voice", "voices");
    let since = if since.date() == now.date() { when::clock(since) } else { when::moment(since, now) };
    Some(format!("Showing the {voices} from {since}."))
}

/// Names of the columns, over the rows of a list `width` wide: each orders by it, and the other way round when it
/// does already.
fn header_ui(ui: &mut Ui, width: f32, find: &mut Find) {
    // Never wider than the list is now: a wider row would push the rows out with it, and the width would stay so.
    let room = ui.available_width();
    let size = vec2(if width > 0.0 { width.min(room) } else { room }, 22.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let columns = Columns::of(rect.shrink2(vec2(8.0, 0.0)));
    let heads = [
        ("Voice", "Sort by name", Sort::Name, columns.name, false),
        ("Tags", "Sort by tags", Sort::Tags, columns.tags, false),
        ("Length", "Sort by the length of the preview", Sort::Length, columns.length, false),
        ("Takes", "Sort by the number of takes", Sort::Used, columns.takes, true),
    ];
    for (words, name, sort, x, right) in heads {
        let on = find.sort == sort;
        if head_ui(ui, (words, name), pos2(x, rect.center().y), right, on.then_some(find.reverse)) {
            find.reverse = on && !find.reverse;
            find.sort = sort;
        }
    }
}

/// One name of a column, at `x`; `on` is whether it is the one ordered by, and which way.
fn head_ui(ui: &mut Ui, (words, name): (&str, &str), at: egui::Pos2, right: bool, on: Option<bool>) -> bool {
    let t = ui.tokens();
    let mut ink = if on.is_some() { t.text.support } else { t.text.hint };
    let galley = paint::one_line(ui, words, Type::Small, ink, 120.0);
    let width = galley.size().x;
    let left = if right { at.x - width } else { at.x };
    let rect = Rect::from_min_size(pos2(left - 4.0, at.y - 10.0), vec2(width + 22.0, 20.0));
    let rect = if right { rect.translate(vec2(-14.0, 0.0)) } else { rect };
    let response = ui.interact(rect, Id::unique(("head", words)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ColumnHeader, true, on.is_some(), name));
    if response.hovered() {
        ink = t.text.main;
    }
    let galley = if response.hovered() { paint::one_line(ui, words, Type::Small, ink, 120.0) } else { galley };
    paint::text_at(ui.painter(), left, at.y, galley);
    if let Some(reverse) = on {
        // Most takes first points down, like the alphabet.
        let icon = if reverse { icons::CARET_UP } else { icons::CARET_DOWN };
        let x = if right { left - 9.0 } else { left + width + 9.0 };
        icon.paint(ui.painter(), pos2(x, at.y), 12.0, ink);
    }
    if response.has_focus() {
        paint::focus_inside(ui.painter(), rect, radius::TAG, t);
    }
    response.on_hover_ui(|ui| drop(ui.label(text::small(name)))).clicked()
}

/// Eight grey rows in place of the voices to come.
fn waiting_ui(ui: &mut Ui, words: &str) {
    ui.add_space(space::S);
    notice::loading_ui(ui, words);
    let fill = ui.tokens().fill.surface_2;
    for _ in 0..8 {
        let (rect, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), ROW - ui.spacing().item_spacing.y), Sense::hover());
        let left = rect.left_center() + vec2(8.0, 0.0);
        ui.painter().circle_filled(left + vec2(20.0, 0.0), 18.0, fill);
        let bar = |from: egui::Pos2, size: egui::Vec2| {
            ui.painter().rect_filled(Rect::from_min_size(from, size), radius::TAG, fill);
        };
        bar(left + vec2(52.0, -15.0), vec2(140.0, 12.0));
        bar(left + vec2(52.0, 3.0), vec2(90.0, 10.0));
    }
}

/// How many clones there are, and of how many, when that is known.
pub fn slots_ui(ui: &mut Ui, used: usize, slots: Option<usize>) {
    let t = ui.tokens();
    let Some(slots) = slots else {
        if used > 0 {
            ui.hint(format::count(used as u64, "clone", "clones"));
        }
        return;
    };
    ui.label(text::small(format!("{used} of {slots}")).color(t.text.support));
    // More bars than these say less than the numbers do.
    if slots <= 10 {
        ui.spacing_mut().item_spacing.x = 3.0;
        for slot in (0..slots).rev() {
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 6.0), Sense::hover());
            let fill = if slot < used { t.text.support } else { t.edge.strong };
            ui.painter().rect_filled(rect, 3, fill);
        }
        ui.add_space(space::XS);
    }
    ui.hint("Clone slots");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_scrolls_only_as_far_as_it_must() {
        let place = Place { offset: 56.0, height: 560.0, ..Place::default() };
        assert_eq!(place.offset_for(0), Some(0.0));
        assert_eq!((place.offset_for(1), place.offset_for(10)), (None, None));
        assert_eq!(place.offset_for(11), Some(112.0));
        assert_eq!(Place::default().offset_for(40), None, "before the first frame nothing is known");
    }

    #[test]
    fn what_a_failed_reload_leaves_is_said_with_its_time() {
        let at = time::macros::datetime!(2026-11-22 13:40 UTC);
        let at = when::local(at);
        let said = |count, as_of| still_shown(count, as_of, at);
        assert_eq!(said(64, Some(at)).unwrap(), format!("Showing the 64 voices from {}.", when::clock(at)));
        let before = at - time::Duration::days(1);
        assert_eq!(said(1, Some(before)).unwrap(), format!("Showing the 1 voice from yesterday {}.", when::clock(at)));
        assert!(said(0, Some(at)).is_none() && said(3, None).is_none());
    }
}
