//! All clone slots are in use: a voice is parked or deleted, and the clone goes on by itself with the sample that is
//! uploaded already.

use super::cloning::title_ui;
use super::holders::{Holder, Slots, holders, least_used};
use super::{ClonePanel, Question};
use crate::jobs::Job;
use crate::panels::gone::preview_key;
use crate::panels::{Command, Cx, Notice};
use crate::store::VoiceChoice;
use crate::ui::dialog::{Answer, Dialog};
use crate::ui::layout::Row;
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, IconButton, Type, choice, format, icons, notice, paint, radius, space, text};
use egui::{Align, Layout, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

/// What is to free a slot.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Id of the voice; the least used one that can be parked until somebody chooses.
    voice: Option<String>,
    /// It goes for good.
    deletes: bool,
    /// The button was given the focus.
    is_offered: bool,
}

const ROW: f32 = 62.0;
const OUTCOME: f32 = 114.0;
/// Where the two outcomes stand below each other, with the words of the chosen one.
const LOW_OUTCOME: f32 = 134.0;
const ACTIONS: f32 = 40.0;
/// Narrower lists say when and how often in one line.
const COLUMNS: f32 = 600.0;

impl ClonePanel {
    pub(super) fn slots_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job) {
        let holders = holders(cx.store);
        let area = ui.available_rect_before_wrap();
        let outcome = if area.width() < COLUMNS { LOW_OUTCOME } else { OUTCOME };
        let feet = outcome + 14.0 + ACTIONS + space::M;
        let top = area.with_max_y(area.bottom() - feet);
        ui.scope_builder(UiBuilder::new().id_salt("slots").max_rect(top), |ui| {
            self.slots_head_ui(ui, cx);
            self.holders_ui(ui, cx, &holders);
        });
        let chosen = self.chosen(&holders);
        let outcomes = Rect::from_min_size(pos2(area.left(), top.bottom() + 14.0), vec2(area.width(), outcome));
        if let Some(holder) = &chosen {
            self.outcomes_ui(ui, cx, outcomes, holder);
        }
        let actions = area.with_min_y(area.bottom() - ACTIONS);
        self.actions_ui(ui, cx, actions, job, chosen.as_ref());
        self.delete_ui(ui, cx, &job.id);
    }

    fn slots_head_ui(&self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let t = ui.tokens();
        let title = match Slots::of(cx.store, cx.settings.slots, true).limit {
            Some(limit) if limit > 1 => format!("All {limit} clone slots are in use"),
            _ => "All clone slots are in use".to_owned(),
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            icons::WARNING_CIRCLE_FILL.show(ui, 22.0, t.warning.ink);
            title_ui(ui, &title, |_| {});
        });
        let words = format!(
            "{} did not make the clone because the account has no free slot. Free one below and the clone is tried \
             again. Your sample is already uploaded and will not be sent twice.",
            cx.client.service()
        );
        ui.label(text::body(words).color(t.text.support));
        if let Some(error) = self.freeing.error() {
            notice::error_ui(ui, error, &[]);
        }
        if let Some(error) = cx.store.voices.error().filter(|_| !cx.store.voices.is_loading()) {
            if notice::error_ui(ui, error, &["Load the voices again"]) == Some(notice::ErrorPress::Action(0)) {
                cx.commands.push(Command::ReloadVoices);
            }
        } else if cx.store.voices.value().is_none() {
            notice::loading_ui(ui, "Getting your voices");
        }
        ui.add_space(space::XS);
    }

    /// The chosen voice, or the one that is proposed.
    fn chosen(&mut self, holders: &[Holder]) -> Option<Holder> {
        let chosen = &mut self.shown.as_mut()?.chosen;
        let found = |id: &str| holders.iter().find(|holder| holder.id == id);
        if let Some(holder) = chosen.voice.as_deref().and_then(found) {
            return Some(holder.clone());
        }
        // Parkable, so nobody is deleted by a proposal.
        let holder = least_used(holders)?;
        (chosen.voice, chosen.deletes) = (Some(holder.id.clone()), false);
        Some(holder.clone())
    }

    fn choose(&mut self, holder: &Holder) {
        if let Some(shown) = &mut self.shown {
            shown.chosen.voice = Some(holder.id.clone());
            shown.chosen.deletes = !holder.can_park;
        }
    }

    fn holders_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, holders: &[Holder]) {
        if holders.is_empty() {
            return;
        }
        let t = ui.tokens();
        let chosen = self.chosen(holders).map(|holder| holder.id);
        let height = holders.iter().map(|_| ROW).sum::<f32>();
        let room = ui.available_rect_before_wrap();
        let frame = room.with_max_y((room.top() + height + 2.0).min(room.bottom()));
        ui.painter().rect_stroke(frame, radius::ROW, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
        let mut asked = None;
        ui.scope_builder(UiBuilder::new().id_salt("holders").max_rect(frame.shrink(1.0)), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ScrollArea::vertical().id_salt("holders").auto_shrink(false).show(ui, |ui| {
                for (index, holder) in holders.iter().enumerate() {
                    let is_on = chosen.as_ref() == Some(&holder.id);
                    let last = index + 1 == holders.len();
                    let step = holder_ui(ui, cx, holder, is_on, last);
                    asked = asked.or(step.map(|step| moved(index, step, holders.len())));
                }
            });
        });
        if let Some(holder) = asked.and_then(|index| holders.get(index)) {
            self.choose(holder);
        }
    }

    fn outcomes_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, area: Rect, holder: &Holder) {
        let service = crate::error::within(cx.client.service());
        let Some(chosen) = self.shown.as_mut().map(|shown| &mut shown.chosen) else { return };
        let park = format!(
            "Removes the clone from {service}. Its sample, takes and notes stay here, so you can bring it back later. \
             It will have a new id then and may sound slightly different."
        );
        let delete = format!(
            "Removes the clone from {service} and its sample from this computer. Takes and videos you already made \
             are kept."
        );
        let off = (!holder.can_park).then_some("No sample on this computer");
        let titles = [format!("Park {}", holder.name), format!("Delete {} for good", holder.name)];
        let is_narrow = area.width() < COLUMNS;
        let [left, right] = if is_narrow {
            let row = vec2(area.width(), 32.0);
            [Rect::from_min_size(area.min, row), Rect::from_min_size(area.min + vec2(0.0, 36.0), row)]
        } else {
            let half = vec2((area.width() - space::M) / 2.0, area.height());
            [Rect::from_min_size(area.min, half), Rect::from_min_size(pos2(area.right() - half.x, area.top()), half)]
        };
        if outcome_ui(ui, left, !chosen.deletes, off, [&titles[0], &park]) {
            chosen.deletes = false;
        }
        if outcome_ui(ui, right, chosen.deletes, None, [&titles[1], &delete]) {
            chosen.deletes = true;
        }
        if is_narrow {
            let words = if chosen.deletes { &delete } else { &park };
            let place = UiBuilder::new().id_salt("outcome").max_rect(area.with_min_y(right.bottom() + space::XS));
            let support = ui.tokens().text.support;
            ui.new_child(place).add(egui::Label::new(text::small(words).color(support)).wrap());
        }
    }

    fn actions_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, area: Rect, job: &Job, holder: Option<&Holder>) {
        let in_field = self.seen.in_field;
        let Some(chosen) = self.shown.as_mut().map(|shown| &mut shown.chosen) else { return };
        let busy = self.freeing.act();
        let wait = busy.map(|act| format!("{act} the voice first"));
        let label = if chosen.deletes { "Delete and clone again" } else { "Park and clone again" };
        let none = holder.is_none().then_some("Choose a voice first");
        let mut pressed = [false; 4];
        let builder = UiBuilder::new().max_rect(area).layout(Layout::right_to_left(Align::Center));
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let act =
                Button::primary(label).large().off_if(none).busy(busy.is_some(), busy.unwrap_or_default()).show(ui);
            if !chosen.is_offered && !in_field && holder.is_some() {
                act.request_focus();
                chosen.is_offered = true;
            }
            let [plans, again, keep] = others_ui(ui, area.width() < COLUMNS, wait.as_deref());
            pressed = [act.clicked(), plans, again, keep];
        });
        match pressed {
            [true, ..] => self.free(cx, job),
            [_, true, ..] => cx.commands.push(Command::SeePlans),
            [_, _, true, _] => cx.jobs.retry(&job.id),
            [.., true] => self.keep_and_stop(cx, job),
            _ => {}
        }
    }

    /// Parks the chosen voice, or asks before it is deleted.
    fn free(&mut self, cx: &mut Cx<'_>, job: &Job) {
        let holders = holders(cx.store);
        let Some(holder) = self.chosen(&holders) else { return };
        let deletes = self.shown.as_ref().is_some_and(|shown| shown.chosen.deletes);
        if deletes {
            self.question = Some(Question::Delete(VoiceChoice { id: holder.id, name: holder.name }));
        } else {
            self.freeing.begin(cx, &holder.id, true, &job.id);
        }
    }

    fn keep_and_stop(&mut self, cx: &mut Cx<'_>, job: &Job) {
        let title = "No voice was cloned".to_owned();
        let detail = format!("The sample of {} stays. Try again under Activity.", job.request.title());
        cx.commands.push(Command::Notify(Notice { title, detail, action: None }));
        self.back_to_check(cx.store);
    }

    fn delete_ui(&mut self, ui: &Ui, cx: &Cx<'_>, job: &str) {
        let Some(Question::Delete(voice)) = self.question.clone() else { return };
        let question = format!("Delete {}?", voice.name);
        let words = format!(
            "The clone is removed from {} and its sample from this computer. It cannot be brought back. Takes and \
             videos you already made are kept.",
            crate::error::within(cx.client.service())
        );
        let answer = Dialog::new(&question, "Keep it", "Delete for good").danger().text(&words).show(ui.ctx());
        if answer.is_some() {
            self.question = None;
        }
        if answer == Some(Answer::Act) {
            self.freeing.begin(cx, &voice.id, false, job);
        }
    }
}

/// What else can be done: see the plans, try again, keep the sample and stop. True for the one that was pressed.
fn others_ui(ui: &mut Ui, is_narrow: bool, wait: Option<&str>) -> [bool; 3] {
    let (plans_tip, again_tip) = ("Opens the prices of sync.so in your browser", "When a slot was freed elsewhere");
    let (plans, again) = if is_narrow {
        let plans = IconButton::new(icons::ARROW_SQUARE_OUT, "See plans").show(ui);
        (plans, IconButton::new(icons::ARROW_CLOCKWISE, "Try again").off_if(wait).show(ui))
    } else {
        let plans = Button::secondary("See plans").large().icon(icons::ARROW_SQUARE_OUT).tip(plans_tip).show(ui);
        (plans, Button::ghost("Try again").large().tip(again_tip).off_if(wait).show(ui))
    };
    let label = if is_narrow { "Keep and stop" } else { "Keep the sample and stop" };
    let keep = ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        Button::ghost(label).large().tip("The sample stays at the service and here").off_if(wait).show(ui)
    });
    let keep = keep.inner;
    ui.ctx().accesskit_node_builder(keep.id, |node| node.set_label("Keep the sample and stop"));
    [plans.clicked(), again.clicked(), keep.clicked()]
}

/// The place that arrows lead to.
fn moved(index: usize, step: isize, count: usize) -> usize {
    index.saturating_add_signed(step).min(count.saturating_sub(1))
}

/// A row. How far from it a choice leads: 0 when it was clicked, a step for an arrow key.
fn holder_ui(ui: &mut Ui, cx: &mut Cx<'_>, holder: &Holder, is_on: bool, is_last: bool) -> Option<isize> {
    let takes = format::count(holder.takes as u64, "take", "takes");
    let last = holder.last_words();
    let name = format!("{}. {}. Last used: {last}. {takes}. {}.", holder.name, holder.origin, holder.parking());
    let mut row = Row::new(&name).height(ROW).selected(is_on);
    if !is_last {
        row = row.divider();
    }
    let (response, ()) = row.show(ui, |ui| {
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
    });
    let step = handles(ui, &response);
    (step != 0 || response.clicked()).then_some(step)
}

/// Up and down in a row that has the focus.
fn handles(ui: &Ui, response: &egui::Response) -> isize {
    if !response.has_focus() {
        return 0;
    }
    let pressed = |key| isize::from(ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key)));
    pressed(egui::Key::ArrowDown) - pressed(egui::Key::ArrowUp)
}

fn low(words: &str) -> String {
    if words == "Never here" { "never".to_owned() } else { words.to_lowercase() }
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
    let key = preview_key(&holder.id);
    let is_loading = cx.store.preview_loading.as_deref() == Some(holder.id.as_str()) || cx.player.is_loading(&key);
    let state = if is_loading {
        SealState::Loading
    } else if cx.player.is_playing(&key) {
        SealState::Playing(cx.player.progress(&key).unwrap_or(0.0))
    } else {
        SealState::Idle
    };
    let none = (!holder.has_preview).then_some("This voice has no preview");
    if Seal::new(&hear, &holder.id).state(state).off_if(none).show(ui).clicked() {
        cx.commands.push(Command::HearVoice(holder.id.clone()));
    }
}

/// One of the two things that can be done. True when it was chosen.
fn outcome_ui(ui: &mut Ui, place: Rect, is_on: bool, off: Option<&str>, [title, words]: [&str; 2]) -> bool {
    let t = ui.tokens();
    let enabled = off.is_none();
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let response = ui.interact(place, ui.scope_id().with(("outcome", title)), sense);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, enabled, is_on, title));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(off.unwrap_or(words)));
    let edge = if is_on && enabled { t.accent.fill } else { t.edge.strong };
    let painter = ui.painter();
    let fill = if response.hovered() && enabled { t.fill.surface_2 } else { t.fill.surface };
    painter.rect(place, radius::ROW, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    if response.has_focus() {
        paint::focus_ring(painter, place, radius::ROW, t);
    }
    // A low one has room for its title alone.
    let is_low = place.height() < 48.0;
    let inner = place.shrink2(vec2(14.0, if is_low { 7.0 } else { 12.0 }));
    let mark = pos2(inner.left() + 9.0, inner.top() + 10.0);
    if enabled {
        choice::paint_radio(ui, mark, is_on, true);
    } else {
        ui.painter().circle_stroke(mark, 8.5, Stroke::new(1.0, t.text.off));
    }
    let texts = inner.with_min_x(inner.left() + 28.0);
    let builder = UiBuilder::new().id_salt(title).max_rect(texts).layout(Layout::top_down(Align::Min));
    let mut child = ui.new_child(builder);
    child.set_clip_rect(place.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing.y = space::XS;
    name_ui(&mut child, title, Type::Name, if enabled { t.text.main } else { t.text.off });
    let below = off.unwrap_or(words);
    let ink = if enabled { t.text.support } else { t.warning.ink };
    if !is_low {
        child.add(egui::Label::new(text::small(below).color(ink)).wrap());
    }
    let clicked = response.clicked();
    response.on_hover_text(text::small(below));
    clicked && !is_on
}
