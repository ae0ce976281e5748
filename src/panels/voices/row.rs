//! One voice of the list.

use egui::{Align, Id, Layout, Rect, Sense, Ui, pos2, vec2};

use super::index::{Entry, Kind};
use super::list::{Columns, View};
use super::returning::Stage;
use super::{Act, seal_state, withheld_tip, within};
use crate::panels::when;
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Icon, IconButton, Type, chip, format, icons, layout, paint, text, truncate};

/// Draws a row. The response is the row's own.
pub fn row_ui(ui: &mut Ui, view: &View<'_, '_>, entry: &Entry, at: usize) -> (egui::Response, Option<Act>) {
    let selected = view.selected == Some(entry.id.as_str());
    let leaving = view.removal.doing(&entry.id);
    let words = spoken(entry, leaving);
    let row = layout::Row::new(&words).selected(selected).place(at, view.index.len());
    // Below the names: the seals stand in a column of their own.
    row.divider_from(60.0).show(ui, |ui| {
        let columns = Columns::of(ui.max_rect());
        let room = ui.max_rect();
        let mut act = within(ui, columns.seal(room), |ui| {
            ui.set_clip_rect(room.expand(8.0).intersect(ui.clip_rect()));
            seal_ui(ui, view, entry)
        });
        within(ui, columns.name(room), |ui| name_ui(ui, view, entry, leaving));
        middle_ui(ui, view, entry, &columns, leaving);
        let pressed = within(ui, columns.buttons(room), |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| buttons_ui(ui, view, entry, leaving)).inner
        });
        act = act.or(pressed);
        act
    })
}

fn seal_ui(ui: &mut Ui, view: &View<'_, '_>, entry: &Entry) -> Option<Act> {
    let name = format!("Hear {}", entry.name);
    let why = if entry.is_parked() { Some("It is parked: bring it back to hear it") } else { None };
    let why = why.or((!entry.preview).then_some("This voice has no preview"));
    let state = seal_state(view.cx, entry);
    let pressed = Seal::new(&name, &entry.id).state(state).key("Space").off_if(why).show(ui).clicked();
    (pressed && state != SealState::Loading).then(|| Act::Hear(entry.id.clone()))
}

fn name_ui(ui: &mut Ui, view: &View<'_, '_>, entry: &Entry, leaving: Option<&str>) {
    let t = ui.tokens();
    ui.spacing_mut().item_spacing.y = 1.0;
    ui.add_space(10.0);
    let ink = if entry.is_usable() || entry.is_parked() { t.text.main } else { t.text.hint };
    truncate::name_ui(ui, &entry.name, Type::Name, ink);
    let hint = t.text.hint;
    if let Some(doing) = leaving {
        line_ui(ui, None, doing, t.text.support);
    } else if let Some((what, _)) = view.removal.error(&entry.id) {
        line_ui(ui, None, what.not_done(), t.danger.ink);
    } else if entry.is_parked() {
        match view.returning.stage(&entry.id, view.cx.jobs) {
            Stage::Coming => line_ui(ui, Some(icons::ARROW_COUNTER_CLOCKWISE), "Coming back", t.text.support),
            Stage::Failed(_) => line_ui(ui, None, "Did not come back", t.danger.ink),
            Stage::Parked => line_ui(ui, Some(icons::ARCHIVE), &kind(entry, view.now), hint),
        }
    } else {
        let icon = entry.is_clone().then_some(icons::USER_SOUND);
        line_ui(ui, icon, &kind(entry, view.now), hint);
    }
}

/// A small line, with an icon before it.
fn line_ui(ui: &mut Ui, icon: Option<Icon>, words: &str, ink: egui::Color32) {
    ui.spacing_mut().interact_size.y = 16.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        if let Some(icon) = icon {
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
            icon.paint(ui.painter(), rect.center(), 14.0, ink);
        }
        truncate::name_ui(ui, words, Type::Small, ink);
    });
}

/// Tags, length and takes.
fn middle_ui(ui: &mut Ui, view: &View<'_, '_>, entry: &Entry, columns: &Columns, leaving: Option<&str>) {
    let (t, room) = (ui.tokens(), ui.max_rect());
    let tags = columns.tags(room);
    if entry.withheld {
        within(ui, tags, |ui| {
            ui.add_space(20.0);
            line_ui(ui, Some(icons::PROHIBIT), "Withheld by the service", t.warning.ink);
        });
        ui.interact(tags, Id::unique(("withheld", &entry.id)), Sense::hover())
            .on_hover_ui(|ui| drop(ui.label(text::small(withheld_tip(&view.cx.store.service)))));
    } else if leaving.is_none() {
        within(ui, tags, |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| tags_ui(ui, &entry.tags));
        });
    }
    let length = entry.secs.map_or_else(|| "–".to_owned(), format::time);
    let y = room.center().y;
    let galley = paint::one_line(ui, &length, Type::Mono, t.text.hint, 60.0);
    paint::text_at(ui.painter(), columns.length, y, galley);
    let selected = view.selected == Some(entry.id.as_str());
    let ink = if selected && entry.takes > 0 { t.text.support } else { t.text.hint };
    let galley = paint::one_line(ui, &takes(entry.takes), Type::Small, ink, 100.0);
    let left = columns.takes - galley.size().x;
    paint::text_at(ui.painter(), left, y, galley);
}

/// As many tags as there is room for, and how many more there are.
fn tags_ui(ui: &mut Ui, tags: &[String]) {
    ui.spacing_mut().item_spacing.x = 6.0;
    let t = ui.tokens();
    for (at, tag) in tags.iter().enumerate() {
        let width = paint::one_line(ui, tag, Type::Small, t.text.support, f32::INFINITY).size().x + 14.0;
        let more = tags.len() - at - 1;
        let rest = if more == 0 { 0.0 } else { 26.0 };
        if width + rest <= ui.available_width() {
            chip::row_tag_ui(ui, tag);
            continue;
        }
        let words = if at == 0 { format!("{} tags", tags.len()) } else { format!("+{}", more + 1) };
        let all = tags.join(", ");
        ui.hint(words).on_hover_ui(|ui| drop(ui.label(text::small(all))));
        return;
    }
}

fn buttons_ui(ui: &mut Ui, view: &View<'_, '_>, entry: &Entry, leaving: Option<&str>) -> Option<Act> {
    let (t, mut act) = (ui.tokens(), None);
    ui.spacing_mut().item_spacing.x = 12.0;
    let (icon, what) = if entry.favourite {
        (icons::STAR_FILL, format!("Remove {} from favourites", entry.name))
    } else {
        (icons::STAR, format!("Add {} to favourites", entry.name))
    };
    let ink = if entry.favourite { t.text.main } else { t.text.hint };
    let tip = if entry.favourite { "Remove from favourites" } else { "Add to favourites" };
    let star = IconButton::new(icon, tip).key("S").ink(ink).small().show(ui).accessible_name(what);
    if star.clicked() {
        act = Some(Act::Star(entry.id.clone()));
    }
    if entry.is_parked() {
        let coming = matches!(view.returning.stage(&entry.id, view.cx.jobs), Stage::Coming);
        let why = super::why_not_back(view.cx.store, &entry.id);
        let why = why.or(leaving);
        let back = Button::secondary("Bring back").small().width(Columns::USE).off_if(why).busy(coming, "Coming");
        if back.show(ui).accessible_name(format!("Bring back {}", entry.name)).clicked() {
            act = Some(Act::BringBack(entry.id.clone()));
        }
        return act;
    }
    let tip = withheld_tip(&view.cx.store.service);
    let why = entry.withheld.then_some(tip.as_str()).or(leaving);
    let button = Button::secondary("Use").small().width(Columns::USE).off_if(why).show(ui);
    if button.accessible_name(format!("Use {}", entry.name)).clicked() {
        act = Some(Act::Use(entry.id.clone()));
    }
    act
}

/// The row in words, for screen readers.
fn spoken(entry: &Entry, leaving: Option<&str>) -> String {
    let name = &entry.name;
    if let Some(doing) = leaving {
        return format!("{name}. {doing}.");
    }
    if entry.withheld {
        return format!("{name}. Withheld by the service.");
    }
    let what = match entry.kind {
        Kind::BuiltIn => "Built-in voice",
        Kind::Clone(_) => "Your clone",
        Kind::Parked(_) => "Parked clone",
    };
    let favourite = if entry.favourite { ", favourite" } else { "" };
    let tags = if entry.tags.is_empty() { String::new() } else { format!(" Tags: {}.", entry.tags.join(", ")) };
    let keys = if entry.is_parked() { "Enter to bring it back." } else { "Enter to use, Space to hear." };
    format!("{name}. {what}, {}{favourite}.{tags} {keys}", takes(entry.takes).to_lowercase())
}

fn kind(entry: &Entry, now: time::OffsetDateTime) -> String {
    match entry.kind {
        Kind::BuiltIn => "Built-in voice".to_owned(),
        Kind::Clone(Some(made)) => format!("Made {}", when::day(made, now)),
        Kind::Clone(None) => "Your clone".to_owned(),
        Kind::Parked(Some(at)) => format!("Parked {}, sample kept", when::day(at, now)),
        Kind::Parked(None) => "Parked, sample kept".to_owned(),
    }
}

pub fn takes(count: usize) -> String {
    if count == 0 { "No takes yet".to_owned() } else { format::count(count as u64, "take", "takes") }
}

impl Columns {
    /// The button at the end of a row.
    pub const USE: f32 = 88.0;
    const STAR: f32 = 28.0;

    /// Where things stand in a row, or the head over the rows.
    pub fn of(room: Rect) -> Self {
        let right = room.right() - 2.0;
        let star = right - Self::USE - 10.0 - Self::STAR;
        let takes = star - 16.0;
        let length = takes - 130.0;
        let name = room.left() + 52.0;
        let tags = name + (room.width() * 0.25).clamp(150.0, 340.0);
        Self { name, tags, length, takes, star }
    }

    fn seal(&self, room: Rect) -> Rect {
        Rect::from_min_max(pos2(room.left(), room.center().y - 20.0), pos2(self.name - 8.0, room.bottom()))
    }

    fn name(&self, room: Rect) -> Rect {
        Rect::from_min_max(pos2(self.name, room.top()), pos2(self.tags - 12.0, room.bottom()))
    }

    fn tags(&self, room: Rect) -> Rect {
        Rect::from_min_max(pos2(self.tags, room.top()), pos2(self.length - 12.0, room.bottom()))
    }

    fn buttons(&self, room: Rect) -> Rect {
        Rect::from_min_max(pos2(self.star, room.top()), pos2(room.right(), room.bottom()))
    }
}
