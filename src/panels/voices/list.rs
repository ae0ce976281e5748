//! The list of voices: its rows, and what stands there when there are none.

use egui::{Align, Id, Layout, ScrollArea, Sense, Ui, UiBuilder, vec2};
use time::OffsetDateTime;

use super::shown::{Filter, Row};
use super::{Act, Shown, VoicesPanel, seal_state, withheld_tip};
use crate::panels::{Cx, when};
use crate::ui::notice::{self, ErrorPress};
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::truncate;
use crate::ui::{Button, Type, format, icons, layout, radius, space, text};

const ROW: f32 = 56.0;
const USE: f32 = 88.0;
const TAKES: f32 = 104.0;

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

impl VoicesPanel {
    pub(super) fn rows_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, shown: &Shown<'_>) -> Option<Act> {
        let voices = &cx.store.voices;
        let service = &cx.store.service;
        let mut act = None;
        if let Some(error) = voices.error() {
            ui.add_space(space::S);
            if voices.is_loading() {
                notice::loading_ui(ui, &getting(service));
            } else {
                ui.label(text::section("Could not get the voice list"));
                if let Some(words) = still_shown(shown.all.len(), voices.as_of(), when::now()) {
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
        if voices.value().is_none() {
            return act;
        }
        if shown.rows.is_empty() {
            return act.or(self.nothing_ui(ui));
        }
        header_ui(ui, self.list.width);
        act.or(self.scroll_ui(ui, cx, shown))
    }

    fn nothing_ui(&self, ui: &mut Ui) -> Option<Act> {
        let mut act = None;
        if self.search.trim().is_empty() && self.filter == Filter::Clones {
            let words = "Drop a video or an audio file anywhere in this window.";
            notice::empty_ui(ui, icons::MICROPHONE_STAGE, "You have no clones yet", words, |ui| {
                if Button::secondary("Clone your first voice").show(ui).clicked() {
                    act = Some(Act::CloneVoice);
                }
            });
        } else if self.search.trim().is_empty() {
            let words = "Clone one from a video or an audio file.";
            notice::empty_ui(ui, icons::USER_SOUND, "There are no voices here", words, |_| {});
        } else {
            let title = format!("No voice matches “{}”", self.search.trim());
            notice::empty_ui(ui, icons::MAGNIFYING_GLASS, &title, "Search looks at names.", |ui| {
                if Button::secondary("Clear search").show(ui).clicked() {
                    act = Some(Act::ClearSearch);
                }
            });
        }
        act
    }

    fn scroll_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, shown: &Shown<'_>) -> Option<Act> {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().auto_shrink(false);
        let at = shown.rows.iter().position(|row| Some(&row.voice.id) == self.selected.as_ref());
        let reveal = std::mem::take(&mut self.list.reveal);
        if let Some(offset) = at.filter(|_| reveal).and_then(|row| self.list.offset_for(row)) {
            area = area.vertical_scroll_offset(offset);
        }
        let mut act = None;
        let out = area.show_rows(ui, ROW, shown.rows.len(), |ui, range| {
            for row in shown.rows.get(range).unwrap_or_default() {
                // An id of its own, so that the focus stays on the row whatever appears around the list.
                let scope = UiBuilder::new().scope_id(Id::unique(("voice", &row.voice.id)));
                let drawn = ui.scope_builder(scope, |ui| self.row_ui(ui, cx, row)).inner;
                act = act.take().or(drawn);
            }
        });
        let room = out.inner_rect;
        (self.list.offset, self.list.height, self.list.width) =
            (out.state.clamped_offset().y, room.height(), room.width());
        act
    }

    fn row_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, row: &Row<'_>) -> Option<Act> {
        let selected = self.selected.as_ref() == Some(&row.voice.id);
        let deleting = self.removal.is_running(&row.voice.id);
        let words = spoken(row, deleting);
        let (response, act) = layout::Row::new(&words).selected(selected).divider().show(ui, |ui| {
            let seal = seal_ui(ui, cx, row);
            let name = row.voice.label();
            let room = ui.available_width() - USE - TAKES - 2.0 * space::M;
            ui.add_space(space::XS);
            ui.allocate_ui_with_layout(vec2(room.max(80.0), 40.0), Layout::top_down(Align::Min), |ui| {
                ui.add_space(2.0);
                ui.spacing_mut().item_spacing.y = 1.0;
                let t = ui.tokens();
                let ink = if row.voice.is_withheld() { t.text.hint } else { t.text.main };
                truncate::name_ui(ui, name, Type::Name, ink);
                self.second_line_ui(ui, row);
            });
            let mut used = None;
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let tip = withheld_tip(&cx.store.service);
                let why = row.voice.is_withheld().then_some(tip.as_str());
                let why = why.or(deleting.then_some("This voice is being deleted"));
                let button = Button::secondary("Use").width(USE).off_if(why).show(ui);
                if button.accessible_name(format!("Use {name}")).clicked() {
                    used = Some(Act::Use(row.voice.id.clone()));
                }
                ui.add_space(space::M);
                ui.hint(takes(row.takes));
            });
            seal.or(used)
        });
        if selected && std::mem::take(&mut self.list.take_focus) {
            response.request_focus();
        }
        if response.has_focus() {
            self.list.focused = Some(response.id);
        }
        if act.is_some() {
            return act;
        }
        if response.double_clicked() && !row.voice.is_withheld() && !deleting {
            return Some(Act::Use(row.voice.id.clone()));
        }
        // A row reached with Tab becomes the selected one, so that the keys mean what is seen.
        (response.clicked() || (response.gained_focus() && !selected)).then(|| Act::Select(row.voice.id.clone()))
    }

    fn second_line_ui(&self, ui: &mut Ui, row: &Row<'_>) {
        let t = ui.tokens();
        if self.removal.is_running(&row.voice.id) {
            ui.support("Being deleted");
        } else if self.removal.error(&row.voice.id).is_some() {
            ui.label(text::small("Not deleted").color(t.danger.ink));
        } else if row.voice.is_withheld() {
            ui.spacing_mut().interact_size.y = 16.0;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
                icons::PROHIBIT.paint(ui.painter(), rect.center(), 14.0, t.warning.ink);
                ui.label(text::small("Withheld by the service").color(t.warning.ink));
            });
        } else {
            ui.hint(kind(row));
        }
    }
}

fn seal_ui(ui: &mut Ui, cx: &Cx<'_>, row: &Row<'_>) -> Option<Act> {
    let name = format!("Hear {}", row.voice.label());
    let why = row.voice.preview_url.is_none().then_some("This voice has no preview");
    let state = seal_state(cx, row);
    let pressed = Seal::new(&name, &row.voice.id).state(state).key("Space").off_if(why).show(ui).clicked();
    (pressed && state != SealState::Loading).then(|| Act::Hear(row.voice.id.clone()))
}

/// The row in words, for screen readers.
fn spoken(row: &Row<'_>, deleting: bool) -> String {
    let name = row.voice.label();
    if deleting {
        return format!("{name}. Being deleted.");
    }
    if row.voice.is_withheld() {
        return format!("{name}. Withheld by the service.");
    }
    format!("{name}. {}, {}. Enter to use, Space to hear.", kind(row), takes(row.takes).to_lowercase())
}

fn kind(row: &Row<'_>) -> String {
    let made = row.record.and_then(|record| when::parse(&record.cloned_at));
    match (row.is_clone, made) {
        (true, Some(made)) => format!("Your clone, made {}", when::day(made, when::now())),
        (true, None) => "Your clone".to_owned(),
        (false, _) => "Built-in voice".to_owned(),
    }
}

fn takes(count: usize) -> String {
    if count == 0 { "Not used yet".to_owned() } else { format::count(count as u64, "take", "takes") }
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

/// Names of the columns, over the rows of a list `width` wide.
fn header_ui(ui: &mut Ui, width: f32) {
    let size = vec2(if width > 0.0 { width } else { ui.available_width() }, 22.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.add_space(60.0);
        ui.hint("Voice");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(USE + space::M + 2.0 * space::S);
            ui.hint("Takes");
        });
    });
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
            ui.painter().rect_filled(egui::Rect::from_min_size(from, size), radius::TAG, fill);
        };
        bar(left + vec2(52.0, -15.0), vec2(140.0, 12.0));
        bar(left + vec2(52.0, 3.0), vec2(90.0, 10.0));
    }
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
