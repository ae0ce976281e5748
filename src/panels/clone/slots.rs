//! All clone slots are in use: a voice is parked or deleted, and the clone goes on by itself with the sample that is
//! uploaded already.

use super::cloning::{is_full, title_ui};
use super::holder_row::{COLUMNS, ROW, holder_ui, moved};
use super::holders::{Holder, Slots, holders, least_used};
use super::{ClonePanel, Question};
use crate::jobs::{Job, State};
use crate::panels::{Command, Cx, Notice};
use crate::store::VoiceChoice;
use crate::ui::dialog::{Answer, Dialog};
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, IconButton, Type, choice, icons, notice, paint, radius, space, text, toast};
use egui::{Align, Layout, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

/// What is to free a slot.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Id of the voice; the least used one that can be parked until somebody chooses.
    voice: Option<String>,
    /// It goes for good.
    deletes: bool,
    /// Its row was given the focus.
    is_offered: bool,
    /// The first line was being written when this page came: its field stays.
    pub keeps_line: bool,
}

const OUTCOME: f32 = 114.0;
/// Where the two outcomes stand below each other, with the words of the chosen one.
const LOW_OUTCOME: f32 = 134.0;
const ACTIONS: f32 = 40.0;

impl ClonePanel {
    pub(super) fn slots_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job) {
        let holders = holders(cx.store);
        let area = ui.available_rect_before_wrap();
        let outcome = if area.width() < COLUMNS { LOW_OUTCOME } else { OUTCOME };
        let feet = outcome + 14.0 + ACTIONS + space::M;
        let top = area.with_max_y(area.bottom() - feet);
        let shown = ui.scope_builder(UiBuilder::new().id_salt("slots").max_rect(top), |ui| {
            self.slots_head_ui(ui, cx);
            self.holders_ui(ui, cx, &holders)
        });
        let chosen = self.chosen(&holders);
        // What comes of a choice stands with it; the room that is left is above the buttons.
        let outcomes = Rect::from_min_size(pos2(area.left(), shown.inner + 14.0), vec2(area.width(), outcome));
        if let Some(holder) = &chosen {
            self.outcomes_ui(ui, cx, outcomes, holder);
        }
        let actions = area.with_min_y(area.bottom() - ACTIONS);
        self.actions_ui(ui, cx, actions, job, chosen.as_ref());
        self.delete_ui(ui, cx, &job.id);
    }

    fn slots_head_ui(&self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let t = ui.tokens();
        let title = match Slots::of(cx.store, cx.settings.slots, true, None).limit {
            Some(limit) if limit > 1 => format!("All {limit} clone slots are in use"),
            _ => "All clone slots are in use".to_owned(),
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            icons::WARNING_CIRCLE_FILL.show(ui, 24.0, t.warning.ink);
            title_ui(ui, &title, |_| {});
        });
        let sample = if cx.store.is_sandbox {
            "Your sample is there already and will not be copied twice."
        } else {
            "Your sample is already uploaded and will not be sent twice."
        };
        let words = format!(
            "{} did not make the clone because the account has no free slot. Free one below and the clone is tried \
             again. {sample}",
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

    /// Whether the chosen row is to get the focus, once. This page comes by itself while somebody may be typing the
    /// first line: a Space or an Enter that was meant for it chooses here what is chosen, and frees nothing.
    fn offers(&mut self) -> bool {
        let in_field = self.seen.in_field;
        let Some(chosen) = self.shown.as_mut().map(|shown| &mut shown.chosen) else { return false };
        let offers = !in_field && !chosen.is_offered;
        chosen.is_offered |= offers;
        offers
    }

    /// The list. Gives where it ends.
    fn holders_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, holders: &[Holder]) -> f32 {
        if holders.is_empty() {
            return ui.cursor().top();
        }
        let t = ui.tokens();
        let chosen = self.chosen(holders).map(|holder| holder.id);
        let height = holders.iter().map(|_| ROW).sum::<f32>() + 2.0;
        let room = ui.available_rect_before_wrap();
        // Cut through the middle of a row, which shows that there are more.
        let seen = ((room.height() / ROW - 0.5).floor() + 0.5).max(1.5) * ROW;
        let frame = room.with_max_y(room.top() + if height > room.height() { seen } else { height });
        let mut asked = None;
        ui.scope_builder(UiBuilder::new().id_salt("holders").max_rect(frame.shrink(1.0)), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ScrollArea::vertical().id_salt("holders").auto_shrink(false).show(ui, |ui| {
                for (index, holder) in holders.iter().enumerate() {
                    let is_on = chosen.as_ref() == Some(&holder.id);
                    let (row, step) = holder_ui(ui, cx, holder, is_on, (index, holders.len()));
                    if is_on && self.offers() {
                        row.request_focus();
                    }
                    asked = asked.or(step.map(|step| moved(index, step, holders.len())));
                }
            });
        });
        ui.painter().rect_stroke(frame, radius::ROW, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
        if let Some(holder) = asked.and_then(|index| holders.get(index)) {
            self.choose(holder);
        }
        frame.bottom()
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
        let Some(chosen) = self.shown.as_mut().map(|shown| &mut shown.chosen) else { return };
        let busy = self.freeing.act();
        let wait = busy.map(|act| format!("{act} the voice first"));
        let label = if chosen.deletes { "Delete and clone again" } else { "Park and clone again" };
        let none = holder.is_none().then_some("Choose a voice first");
        let mut pressed = [false; 4];
        let builder = UiBuilder::new().max_rect(area).layout(Layout::right_to_left(Align::Center));
        toast::keep_clear(ui, area);
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let act = Button::primary(label)
                .large()
                .tip("Ctrl Enter")
                .off_if(none)
                .busy(busy.is_some(), busy.unwrap_or_default())
                .show(ui);
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

    /// The same by key, while the slots are shown. A key that ends the line being typed was not meant for a voice.
    pub(super) fn free_slot(&mut self, cx: &mut Cx<'_>) {
        if self.seen.in_field || self.freeing.act().is_some() {
            return;
        }
        let job = self.shown.as_ref().and_then(|shown| cx.jobs.get(&shown.job)).cloned();
        let is_full = |job: &Job| matches!(&job.state, State::Failed(error) if is_full(error));
        if let Some(job) = job.filter(is_full) {
            self.free(cx, &job);
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
        cx.commands.push(Command::Tell(Notice { title, detail, action: None }));
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
    let plans = if is_narrow {
        IconButton::new(icons::ARROW_SQUARE_OUT, "See plans").show(ui)
    } else {
        Button::secondary("See plans").large().icon_after(icons::ARROW_SQUARE_OUT).tip(plans_tip).show(ui)
    };
    let label = if is_narrow { "Keep and stop" } else { "Keep the sample and stop" };
    let [keep, again] = ui
        .with_layout(Layout::left_to_right(Align::Center), |ui| {
            let keep = Button::ghost(label).tip("The sample stays at the service and here").off_if(wait).show(ui);
            let again = if is_narrow {
                IconButton::new(icons::ARROW_CLOCKWISE, "Try again").off_if(wait).show(ui)
            } else {
                Button::ghost("Try again").tip(again_tip).off_if(wait).show(ui)
            };
            [keep, again]
        })
        .inner;
    ui.ctx().accesskit_node_builder(keep.id, |node| node.set_label("Keep the sample and stop"));
    [plans.clicked(), again.clicked(), keep.clicked()]
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
    let mark = pos2(inner.left() + 9.0, inner.top() + 9.0);
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
