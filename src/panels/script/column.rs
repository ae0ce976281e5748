//! The lines one below the other: the active one open, the others closed, pauses between them, and how they move.

use egui::{Align2, Rect, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::edits::Edit;
use super::index::Index;
use super::{COLUMN, ScriptPanel};
use crate::panels::Cx;
use crate::ui::slider::Slider;
use crate::ui::theme::{Look as _, radius};
use crate::ui::{MenuItem, Type, icons, paint, select, space, text, tooltip};

/// The height of a closed line and of the place to add one.
pub const CLOSED: f32 = 78.0;
const ADD: f32 = 44.0;
/// The room between two lines, with the pause in it: the same everywhere, so that nothing moves when another line is
/// worked on.
const GAP: f32 = 28.0;
/// Below everything, so that the last line can be scrolled clear of a toast.
const FOOT: f32 = 24.0;
/// A dragged line scrolls the others this near to an edge, and this fast, in points a second.
const EDGE: f32 = 48.0;
const EDGE_SPEED: f32 = 900.0;
/// The longest pause between two lines, in seconds.
const MOST_PAUSE: f32 = 10.0;

/// What is asked for while the lines are drawn, and done when they are.
pub enum Wish {
    /// Works on a line.
    Activate(String),
    Edit(Vec<Edit>),
    Speak(String),
    AddLine,
}

impl ScriptPanel {
    pub(super) fn column_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, index: &Index) {
        let width = ui.available_width();
        let column = width.min(COLUMN);
        ui.horizontal_top(|ui| {
            ui.add_space((width - column) / 2.0);
            ui.vertical(|ui| {
                ui.set_width(column);
                ui.spacing_mut().item_spacing.y = space::S;
                self.batch.left_over_ui(ui, cx, index, &mut self.edits.writes);
                self.lines_ui(ui, cx, index);
                self.others_ui(ui, cx);
                ui.add_space(FOOT);
            });
        });
    }

    fn lines_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, index: &Index) {
        let (mut wishes, mut places) = (Vec::new(), Vec::new());
        let (active, count) = (cx.store.flow.lines.active_index(), cx.store.flow.lines.len());
        let between = std::mem::replace(&mut ui.spacing_mut().item_spacing.y, 0.0);
        for at in 0..count {
            let Some(id) = cx.store.flow.lines.all().get(at).map(|line| line.id.clone()) else { break };
            let place = ui
                .push_id(&id, |ui| {
                    if at == active {
                        self.card_ui(ui, cx, index, &mut wishes)
                    } else {
                        self.closed_ui(ui, cx, (at, index), &mut wishes)
                    }
                })
                .inner;
            places.push((id, place));
            if at + 1 < count {
                pause_ui(ui, cx, at, at == active);
            }
        }
        ui.add_space(between);
        if let Some(wish) = self.drag(ui, &places) {
            wishes.push(wish);
        }
        if add_ui(ui) {
            wishes.push(Wish::AddLine);
        }
        ui.spacing_mut().item_spacing.y = between;
        for wish in wishes {
            self.grant(cx, wish);
        }
    }

    fn grant(&mut self, cx: &mut Cx<'_>, wish: Wish) {
        match wish {
            Wish::Activate(id) => {
                cx.store.flow.lines.activate(&id);
                (self.edits.focus, self.edits.scroll) = (true, true);
            }
            Wish::Edit(edits) => {
                // A line that is moved by its row or handle is still in hand there.
                let other = matches!(&edits[..], [Edit::Move { id, .. }] if *id != cx.store.flow.lines.active().id);
                self.make(cx, edits);
                (self.edits.focus, self.edits.scroll) = (!other, !other);
            }
            Wish::Speak(id) => super::speak_line(cx, &id),
            Wish::AddLine => {
                let flow = &mut cx.store.flow;
                let edits = vec![Edit::new_line(flow.lines.len(), "")];
                self.edits.history.make(flow, edits);
                (self.edits.focus, self.edits.scroll) = (true, true);
            }
        }
    }

    /// The number of a line and the handle it is moved by, at the left of its block.
    pub(super) fn gutter_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, at: usize, block: Rect, wishes: &mut Vec<Wish>) {
        let t = ui.tokens();
        let count = cx.store.flow.lines.len();
        let Some(id) = cx.store.flow.lines.all().get(at).map(|line| line.id.clone()) else { return };
        let x = block.left() + 19.0;
        let number = (at + 1).to_string();
        let top = pos2(x, block.top() + 15.0);
        ui.painter().text(top, Align2::CENTER_TOP, number, Type::Mono.font(), t.text.support);
        let place = Rect::from_center_size(pos2(x, block.top() + 46.0), vec2(20.0, 24.0));
        let handle = ui.interact(place, ui.scope_id().with("move"), Sense::click_and_drag());
        let name = format!("Move line {}", at + 1);
        handle.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
        let ink = if handle.hovered() || handle.dragged() { t.text.main } else { t.text.hint };
        icons::DOTS_SIX_VERTICAL.paint(ui.painter(), place.center(), 16.0, ink);
        if handle.has_focus() {
            paint::focus_ring(ui.painter(), place, radius::CONTROL, t);
        }
        if handle.drag_started() {
            self.edits.dragged = Some(id.clone());
        }
        let moved = handle.has_focus().then(|| alt_arrow(ui)).flatten();
        if let Some(to) = moved.and_then(|down| next_place(at, count, down)) {
            handle.scroll_to_me(None);
            wishes.push(Wish::Edit(vec![Edit::Move { id, to }]));
        }
        let _: egui::Response = tooltip::with_key(handle, "Drag to move this line", "Alt Up, Alt Down");
    }

    /// Shows where a dragged line goes; the move, when it is let go.
    fn drag(&mut self, ui: &Ui, places: &[(String, Rect)]) -> Option<Wish> {
        let dragged = self.edits.dragged.clone()?;
        let pointer = ui.input(|input| input.pointer.latest_pos())?;
        let down = ui.input(|input| input.pointer.any_down());
        let from = places.iter().position(|(id, _)| *id == dragged);
        // How many of the others lie above the pointer.
        let others: Vec<&Rect> = places.iter().filter(|(id, _)| *id != dragged).map(|(_, place)| place).collect();
        let to = others.iter().filter(|place| place.center().y < pointer.y).count();
        if from != Some(to) {
            let y = match others.get(to) {
                Some(below) => below.top() - GAP / 2.0,
                None => others.last().map_or(0.0, |last| last.bottom() + space::XS),
            };
            if let Some((_, first)) = places.first() {
                ui.painter().hline(first.x_range(), y, Stroke::new(2.0, ui.tokens().accent.fill));
            }
        }
        if ui.input(|input| input.key_pressed(egui::Key::Escape)) {
            self.edits.dragged = None;
            return None;
        }
        if down {
            scroll_at_edges(ui, pointer.y);
            return None;
        }
        self.edits.dragged = None;
        (from != Some(to)).then(|| Wish::Edit(vec![Edit::Move { id: dragged, to }]))
    }
}

/// Scrolls the lines while one is dragged near the upper or lower end of what is seen of them.
fn scroll_at_edges(ui: &Ui, y: f32) {
    let seen = ui.clip_rect();
    let beyond = (seen.top() + EDGE - y).max(0.0) - (y - seen.bottom() + EDGE).max(0.0);
    if beyond != 0.0 {
        let secs = ui.input(|input| input.stable_dt.min(0.05));
        ui.scroll_with_delta(vec2(0.0, (beyond / EDGE).clamp(-1.0, 1.0) * EDGE_SPEED * secs));
        ui.ctx().request_repaint();
    }
}

/// Whether Alt and an arrow were pressed, and whether it was the one down. Nobody else gets it.
pub fn alt_arrow(ui: &Ui) -> Option<bool> {
    let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::ALT, key));
    if pressed(egui::Key::ArrowUp) { Some(false) } else { pressed(egui::Key::ArrowDown).then_some(true) }
}

/// The place one above or below, as far as there is one.
pub fn next_place(at: usize, count: usize, down: bool) -> Option<usize> {
    if down { Some(at + 1).filter(|to| *to < count) } else { at.checked_sub(1) }
}

/// The silence behind a line, with a menu to change it: in words behind the line that is worked on and where it is not
/// the usual one, else only how long it is.
fn pause_ui(ui: &mut Ui, cx: &mut Cx<'_>, at: usize, is_active: bool) {
    let t = ui.tokens();
    let usual = cx.store.flow.pause_secs;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), GAP), Sense::hover());
    let line = cx.store.flow.lines.all().get(at).filter(|_| ui.is_rect_visible(rect));
    let Some(own) = line.map(|line| line.pause_secs) else { return };
    let secs = own.unwrap_or(usual);
    let words = match own {
        Some(_) => format!("Pause {secs:.1} s here"),
        None if is_active => format!("Pause {secs:.1} s between lines"),
        None => format!("{secs:.1} s"),
    };
    let is_quiet = own.is_none() && !is_active;
    let ink = if is_quiet { t.text.hint } else { t.text.support };
    let galley = ui.painter().layout_no_wrap(words, Type::Small.font(), ink);
    let place = Rect::from_center_size(rect.center(), vec2(galley.size().x + 40.0, 22.0));
    let response = ui.interact(place, ui.scope_id().with(("pause", at)), Sense::click());
    let name = format!("Pause after line {}, {secs:.1} seconds", at + 1);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
    if !is_quiet || response.hovered() || response.has_focus() {
        let line = Stroke::new(1.0, t.edge.soft);
        ui.painter().hline(rect.left()..=place.left(), rect.center().y, line);
        ui.painter().hline(place.right()..=rect.right(), rect.center().y, line);
    }
    if response.hovered() {
        ui.painter().rect_filled(place, radius::CONTROL, t.fill.surface_2);
    }
    if response.has_focus() {
        paint::focus_ring(ui.painter(), place, radius::CONTROL, t);
    }
    icons::PAUSE_FILL.paint(ui.painter(), place.left_center() + vec2(14.0, 0.0), 12.0, ink);
    paint::text_at(ui.painter(), place.left() + 28.0, place.center().y, galley);
    pause_menu(ui, cx, &response, at);
}

fn pause_menu(_ui: &Ui, cx: &mut Cx<'_>, response: &egui::Response, at: usize) {
    let flow = &mut cx.store.flow;
    let popup = egui::Popup::menu(response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    popup.show(|ui| {
        ui.set_width(240.0);
        let usual = flow.pause_secs;
        let Some(line) = flow.lines.all_mut().get_mut(at) else { return };
        #[expect(clippy::cast_possible_truncation, reason = "a few seconds")]
        let mut secs = line.pause_secs.unwrap_or(usual) as f32;
        let shown = format!("{secs:.1} s");
        let slider = Slider::new("Pause after this line", &mut secs, 0.0..=MOST_PAUSE).reset(0.8);
        if slider.shown(shown).show(ui).changed() {
            line.pause_secs = Some((f64::from(secs) * 10.0).round() / 10.0);
        }
        let own = line.pause_secs;
        let why = own.is_none().then_some("It is the pause of every line");
        if MenuItem::new("Use it for every line").off_if(why).show(ui).clicked() {
            flow.pause_secs = own.unwrap_or(usual);
            flow.lines.all_mut().iter_mut().for_each(|line| line.pause_secs = None);
            ui.close();
        } else if MenuItem::new("As between the other lines").off_if(why).show(ui).clicked() {
            if let Some(line) = flow.lines.all_mut().get_mut(at) {
                line.pause_secs = None;
            }
            ui.close();
        }
    });
}

/// The place below the lines to add one. Whether it was pressed.
fn add_ui(ui: &mut Ui) -> bool {
    let t = ui.tokens();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ADD), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "Add a line"));
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::CARD, t.fill.surface_2);
    }
    paint::dashed_rect(ui.painter(), rect.shrink(0.5), f32::from(radius::CARD), Stroke::new(1.0, t.edge.control));
    if response.has_focus() {
        paint::focus_ring(ui.painter(), rect, radius::CARD, t);
    }
    let inside = rect.shrink2(vec2(13.0, 0.0));
    icons::PLUS.paint(ui.painter(), inside.left_center() + vec2(8.0, 0.0), 16.0, t.text.support);
    let ui = &mut ui.new_child(UiBuilder::new().max_rect(inside.with_min_x(inside.left() + 24.0)));
    let words = paint::one_line(ui, "Add a line", Type::Body, t.text.support, 200.0);
    paint::text_at(ui.painter(), inside.left() + 24.0, inside.center().y, words);
    let hint = paint::one_line(ui, "Enter at the end of a line", Type::Small, t.text.hint, 240.0);
    paint::text_at(ui.painter(), inside.right() - hint.size().x, inside.center().y, hint);
    response.clicked()
}

/// A menu of a line that is open.
pub fn menu(response: &egui::Response, at: usize, count: usize, id: &str) -> Option<Wish> {
    let id = id.to_owned();
    select::menu(response, |ui| {
        let mut wish = None;
        let up =
            MenuItem::new("Move up").icon(icons::CARET_UP).key("Alt Up").off_if((at == 0).then_some("It is the first"));
        if up.show(ui).clicked() {
            wish = next_place(at, count, false).map(|to| Wish::Edit(vec![Edit::Move { id: id.clone(), to }]));
        }
        let last = (at + 1 == count).then_some("It is the last");
        let down = MenuItem::new("Move down").icon(icons::CARET_DOWN).key("Alt Down").off_if(last);
        if down.show(ui).clicked() {
            wish = next_place(at, count, true).map(|to| Wish::Edit(vec![Edit::Move { id: id.clone(), to }]));
        }
        if MenuItem::new("Delete this line").icon(icons::TRASH).danger().show(ui).clicked() {
            let edit = if count == 1 {
                Edit::Text { id: id.clone(), text: String::new() }
            } else {
                Edit::Take { id: id.clone() }
            };
            wish = Some(Wish::Edit(vec![edit]));
        }
        wish
    })
    .flatten()
}

/// A hint in small letters, as wide as there is room.
pub fn hint_ui(ui: &mut Ui, words: &str) {
    ui.add(egui::Label::new(text::small(words).color(ui.tokens().text.hint)).truncate());
}
