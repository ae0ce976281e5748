//! Voices: find, hear, organise and use voices; park, bring back and delete clones.

mod consent;
mod edit;
mod export;
mod head;
mod index;
mod inspector;
mod keys;
mod list;
mod order;
mod preview;
mod removal;
mod returning;
mod room;
mod row;
mod uses;

use egui::{Align, Id, Layout, Rect, Stroke, Ui, UiBuilder};
use time::OffsetDateTime;

use super::gone;
use super::heard::{self, preview_key};
use super::{Command, Cx, FlowCommand, KeyAction, Page, Panel, VoiceCommand, when};
use crate::library::VoiceNote;
use crate::media::player::{Source, Track};
use crate::store::{Store, VoiceChoice};
use crate::ui::seal::SealState;
use crate::ui::theme::Look as _;
use crate::ui::{drawer, layout, space};
use export::Export;
use index::{Entry, Filter, Find, Index};
use inspector::Side;
use list::View;
use preview::Preview;
use removal::{Removal, What};
use returning::Returning;

/// What a press anywhere on the page asks for; carried out once the page is drawn.
enum Act {
    Select(String),
    /// Selects with the keyboard: the focus goes along.
    Move(String),
    /// The same, and the preview goes on with the voice moved to.
    MoveAndHear(String),
    Hear(String),
    /// Plays or pauses the kept sample of a clone, by its id.
    HearSample(String),
    Use(String),
    Star(String),
    Note(Box<VoiceNote>),
    AskDelete(String),
    Park(String),
    BringBack(String),
    /// Chooses a voice whose slot shall be freed for a parked one, by the id of that.
    MakeRoom(String),
    Copy(String),
    /// Opens or closes the consent of the selected voice.
    Consent,
    /// Saves the consent of one clone, by its id, or of all.
    Export(Option<String>),
    OpenFlow(String),
    Seek(f64),
    TryAgain,
    ClearSearch,
    ShowAll,
    CloneVoice,
}

/// The page.
#[derive(Default)]
pub struct VoicesPanel {
    find: Find,
    index: Index,
    /// Id of the selected voice.
    selected: Option<String>,
    /// Whether narrow windows show the details over the list.
    details: bool,
    /// Move the cursor into the search.
    search_now: bool,
    list: list::Place,
    side: Side,
    removal: Removal,
    returning: Returning,
    /// The parked voice that comes back once a clone slot is free.
    waits: Option<String>,
    export: Export,
    /// When the list that was written down last had arrived.
    kept: Option<OffsetDateTime>,
    left: bool,
}

impl Panel for VoicesPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        cx.store.voices.ensure(|| cx.runtime.spawn(cx.client.voices()));
        cx.store.voices.poll();
        let arrived = cx.store.voices.as_of().filter(|_| !cx.store.voices.is_remembered());
        if arrived.is_some() && arrived != self.kept {
            self.kept = arrived;
            cx.commands.voice(VoiceCommand::KeepList);
            gone::finish_parking(cx);
        }
        if let Some(id) = cx.store.show_voice.take() {
            self.find = Find::default();
            self.details = true;
            self.select(id);
        }
        if let Some(id) = cx.store.spared_voice.take() {
            self.removal.undo(Some(&id), cx);
        }
        let is_away = std::mem::take(&mut self.left);
        if is_away && let Some(note) = self.side.edit.leave(&cx.store.notes) {
            cx.commands.voice(VoiceCommand::KeepNote(Box::new(note)));
        }
        self.removal.tell_of_dropped(cx);
        let is_free = self.removal.poll(cx, self.selected.as_deref());
        self.returning.poll(cx);
        self.follow_room(is_free, cx);
        self.tell_of_failures(is_away, cx);
        self.export.poll(cx);
        room::learn(cx);
        self.side.preview.learn(cx);
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let narrow = layout::is_narrow(ui);
        self.index.update(cx.store, &self.find);
        self.keep_selection(cx);
        let mut act = self.keys(ui, cx);
        let selected = self.selected.as_deref().and_then(|id| self.index.get(id)).cloned();
        let mut open = self.details && selected.is_some();
        let drawn =
            drawer::side_ui(ui, "Details of the voice", 348.0, &mut open, |ui| self.side_ui(ui, cx, selected.as_ref()));
        if narrow {
            self.details = open;
        }
        act = act.or(drawn.flatten());
        let list = ui.available_rect_before_wrap();
        let drawn = within(ui, list, |ui| self.list_ui(ui, cx));
        act = act.or(drawn);
        if let Some(act) = act {
            ui.ctx().request_repaint();
            self.run(act, cx);
        }
        self.removal.question_ui(ui, cx);
    }

    fn away(&mut self) {
        self.left = true;
        self.side.uses.forget();
    }

    fn key(&mut self, action: KeyAction, cx: &mut Cx<'_>) -> bool {
        match action {
            KeyAction::Find => self.search_now = true,
            KeyAction::Details => self.details = !self.details,
            KeyAction::Rename => (self.details, self.side.edit.rename) = (true, true),
            KeyAction::Undo => return self.removal.undo(None, cx),
            KeyAction::Delete => {
                let entry = self.selected.as_deref().and_then(|id| self.index.get(id));
                let Some(entry) = entry.filter(|entry| entry.is_clone()) else { return false };
                self.run(Act::AskDelete(entry.id.clone()), cx);
            }
            KeyAction::RunAll | KeyAction::Redo => return false,
        }
        true
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        if let Some(id) = self.selected.clone() {
            self.run(Act::Use(id), cx);
        }
    }
}

impl VoicesPanel {
    fn run(&mut self, act: Act, cx: &mut Cx<'_>) {
        match act {
            Act::Select(id) => self.select(id),
            Act::Move(id) => self.move_to(id),
            Act::MoveAndHear(id) => {
                self.move_to(id.clone());
                cx.commands.push(Command::HearVoice(id));
            }
            Act::Hear(id) => cx.commands.push(Command::HearVoice(id)),
            Act::HearSample(id) => hear_sample(&id, cx),
            Act::Note(note) => cx.commands.voice(VoiceCommand::KeepNote(note)),
            Act::Copy(text) => cx.commands.push(Command::Copy(text)),
            Act::Seek(secs) => cx.player.seek(secs),
            Act::TryAgain => cx.commands.push(Command::ReloadVoices),
            Act::ClearSearch => self.find.search.clear(),
            Act::ShowAll => self.find.filter = Filter::All,
            Act::CloneVoice => cx.commands.push(Command::Go(Page::Clone)),
            Act::OpenFlow(id) => {
                let is_open = id == cx.store.flow.id;
                let open = Command::Flow(FlowCommand::Open(id));
                cx.commands.push(if is_open { Command::Go(Page::Flow) } else { open });
            }
            Act::Consent => {
                let open = self.side.consent == self.selected;
                self.side.consent = self.selected.clone().filter(|_| !open);
            }
            Act::Export(id) => self.export.ask(id.as_deref(), cx),
            Act::Star(id) => {
                let mut note = cx.store.notes.of(&id);
                note.favourite = !note.favourite;
                cx.commands.voice(VoiceCommand::KeepNote(Box::new(note)));
            }
            Act::BringBack(id) => self.bring_back(id, cx),
            Act::MakeRoom(id) => self.make_room(id, cx),
            Act::Use(_) | Act::AskDelete(_) | Act::Park(_) => self.run_on_voice(&act, cx),
        }
    }

    /// What needs the voice to be there, and free.
    fn run_on_voice(&mut self, act: &Act, cx: &mut Cx<'_>) {
        let (Act::Use(id) | Act::AskDelete(id) | Act::Park(id)) = act else { return };
        let Some(entry) = self.index.get(id).filter(|entry| !self.removal.is_running(&entry.id)) else { return };
        let choice = VoiceChoice { id: entry.id.clone(), name: entry.name.clone() };
        let sample =
            cx.store.clones.iter().find(|record| record.id == *id).and_then(|record| record.sample_file.clone());
        match act {
            Act::Use(_) if entry.is_usable() => cx.commands.push(Command::UseVoice(choice)),
            Act::Use(_) if entry.is_parked() => self.returning.start(id, cx),
            Act::AskDelete(_) => {
                let what = if entry.is_parked() { What::LetGo } else { What::Delete };
                self.removal.ask(choice, what);
            }
            Act::Park(_) => {
                if let Some(sample) = sample {
                    self.removal.start(choice, What::Park(sample), cx);
                }
            }
            _ => {}
        }
    }

    fn select(&mut self, id: String) {
        self.selected = Some(id);
        self.list.reveal = true;
    }

    fn move_to(&mut self, id: String) {
        self.select(id);
        self.list.take_focus = true;
    }

    /// There is always a selected voice while there is one to select: the flow's own, else the first that is shown.
    fn keep_selection(&mut self, cx: &mut Cx<'_>) {
        let known = self.selected.as_deref().and_then(|id| self.index.get(id));
        let flow = cx.store.flow.voice.as_ref().and_then(|choice| self.index.get(&choice.id));
        let Some(entry) = known.or(flow).or_else(|| self.index.row(0)) else { return };
        if let Some(note) = self.side.edit.follow(entry, &cx.store.notes) {
            cx.commands.voice(VoiceCommand::KeepNote(Box::new(note)));
        }
        if known.is_none() {
            self.selected = Some(entry.id.clone());
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) -> Option<Act> {
        let room = ui.max_rect();
        let head = room.with_max_y(room.top() + 103.0).shrink2(egui::vec2(space::PAGE, 0.0));
        let mut act = within(ui, head, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let act = self.head_ui(ui);
            self.chips_ui(ui, cx);
            act
        });
        let edge = Stroke::new(1.0, ui.tokens().edge.soft);
        ui.painter().hline(room.x_range(), head.bottom() - 0.5, edge);
        let below = room.with_min_y(head.bottom()).shrink2(egui::vec2(space::L, 0.0));
        let foot = if self.find.filter == Filter::Clones { export::foot_height(cx.store) } else { 0.0 };
        let below = self.room_ui(ui, below, cx);
        let (rows, foot) = below.split_top_bottom_at_y(below.bottom() - foot);
        let view = View {
            cx,
            index: &self.index,
            selected: self.selected.as_deref(),
            removal: &self.removal,
            returning: &self.returning,
            now: when::now(),
        };
        let (place, find) = (&mut self.list, &mut self.find);
        let drawn = within(ui, rows, |ui| list::list_ui(ui, &view, place, find));
        act = act.or(drawn);
        if foot.height() > 0.0 {
            let drawn = within(ui, foot, |ui| self.export.foot_ui(ui, cx.store));
            act = act.or(drawn);
        }
        act
    }

    fn side_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, selected: Option<&Entry>) -> Option<Act> {
        let Some(entry) = selected else {
            ui.hint("Choose a voice to see what it is.");
            return None;
        };
        let Self { index, removal, returning, side, export, .. } = self;
        let view = View { cx, index, selected: Some(&entry.id), removal, returning, now: when::now() };
        side.show(ui, &view, entry, export.is_running())
    }
}

/// The player's key of a clone's sample.
fn sample_key(id: &str) -> String {
    format!("sample:{id}")
}

fn hear_sample(id: &str, cx: &mut Cx<'_>) {
    let key = sample_key(id);
    if cx.player.now().is_some_and(|now| now.key == key) {
        return cx.player.toggle();
    }
    let mut records = cx.store.clones.iter().chain(&cx.store.deleted_clones);
    let Some(record) = records.find(|record| record.id == id) else { return };
    if let Some(file) = record.sample_file.clone() {
        let name = cx.store.voice_name(id, &record.name);
        let (title, subtitle) = (record.sample_name.clone(), format!("Sample of {name}"));
        cx.player.play(Track { key, title, subtitle, source: Source::File(file) });
    }
}

/// The file and the part of a sample's name: "keynote.mov, 4:12.0 to 5:48.0".
fn sample_words(name: &str) -> (&str, Option<&str>) {
    let part = name.rsplit_once(", ").filter(|(_, part)| {
        let is_time = |time: &str| time.contains(':') && time.chars().all(|c| c.is_ascii_digit() || ":.".contains(c));
        part.split_once(" to ").is_some_and(|(from, to)| is_time(from) && is_time(to))
    });
    part.map_or((name, None), |(file, part)| (file, Some(part)))
}

/// Why a parked voice can't be brought back.
fn why_not_back(store: &Store, id: &str) -> Option<&'static str> {
    returning::parked(store, id).and_then(returning::why_not)
}

/// The search field, to move the focus there.
fn search_id() -> Id {
    Id::unique("search voices")
}

/// Draws in a part of the page, from its top.
fn within<R>(ui: &mut Ui, rect: Rect, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min));
    let mut part = ui.new_child(builder);
    part.shrink_clip_rect(rect.expand(4.0));
    draw(&mut part)
}

/// How the preview of a voice stands.
fn seal_state(cx: &Cx<'_>, entry: &Entry) -> SealState {
    if entry.withheld { SealState::Withheld } else { heard::preview_state(cx, &entry.id) }
}

/// Why a withheld voice can't be used, for tooltips.
fn withheld_tip(service: &str) -> String {
    format!("{service} does not let this voice speak right now. It is checked again each time the list loads.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_told_from_its_part() {
        assert_eq!(sample_words("keynote.mov, 4:12.0 to 5:48.0"), ("keynote.mov", Some("4:12.0 to 5:48.0")));
        assert_eq!(sample_words("Day 1, from here to there.wav"), ("Day 1, from here to there.wav", None));
        assert_eq!(sample_words("keynote.mov"), ("keynote.mov", None));
    }
}
