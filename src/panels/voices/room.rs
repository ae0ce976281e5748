//! A parked voice that can't come back while all clone slots are in use: another clone is parked or deleted first, and
//! the voice comes back then, with the sample that is uploaded already.

use egui::{Align, Layout, Ui, UiBuilder, vec2};

use super::index::{Entry, Filter, Find};
use super::returning::{self, Stage};
use super::{Act, VoicesPanel};
use crate::error::Error;
use crate::jobs::{Request, State};
use crate::panels::{Cx, VoiceCommand};
use crate::store::notes;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, icons, layout, space, truncate};

/// What is above the list while a voice waits for a slot.
const NOTE: f32 = 44.0;

/// Whether all clone slots are in use, also when the failure is one from before a restart.
fn is_full(error: &Error) -> bool {
    matches!(error, Error::SlotsFull(_)) || error.code() == Some("voice_clone_limit_reached")
}

/// Why a parked voice did not come back, and the ways on.
pub fn error_ui(ui: &mut Ui, entry: &Entry, error: &Error) -> Option<Act> {
    ui.label(crate::ui::text::name(format!("{} did not come back", entry.name)));
    if !is_full(error) {
        let pressed = notice::error_ui(ui, error, &["Try again"]);
        return (pressed == Some(ErrorPress::Action(0))).then(|| Act::BringBack(entry.id.clone()));
    }
    let words = "All clone slots are in use. Park or delete a voice to free one, and this one can come back; its \
                 sample is already uploaded.";
    match notice::error_said_ui(ui, error, words, &["Choose a voice", "Try again"]) {
        Some(ErrorPress::Action(0)) => Some(Act::MakeRoom(entry.id.clone())),
        Some(ErrorPress::Action(_)) => Some(Act::BringBack(entry.id.clone())),
        _ => None,
    }
}

impl VoicesPanel {
    /// Shows the clones that hold slots, with the one proposed that was not used for the longest time and can come back
    /// itself.
    pub(super) fn make_room(&mut self, id: String, cx: &Cx<'_>) {
        self.waits = Some(id);
        self.find = Find { filter: Filter::Clones, ..Find::default() };
        self.details = false;
        let is_kept = |entry: &Entry| cx.store.clones.iter().any(|it| it.id == entry.id && it.sample_file.is_some());
        self.index.update(cx.store, &self.find);
        let living = (0..self.index.len()).rev().filter_map(|at| self.index.row(at)).filter(|entry| !entry.is_parked());
        let (mut any, mut kept) = (None, None);
        for entry in living {
            any = any.or(Some(entry));
            kept = kept.or(Some(entry).filter(|entry| is_kept(entry)));
        }
        if let Some(id) = kept.or(any).map(|entry| entry.id.clone()) {
            self.move_to(id);
        }
    }

    /// Goes on with the voice that waits, once a slot is free. It waits no more when it is on its way or let go of.
    pub(super) fn follow_room(&mut self, is_free: bool, cx: &mut Cx<'_>) {
        let Some(id) = self.waits.clone() else { return };
        let is_stuck = returning::parked(cx.store, &id).is_some()
            && matches!(self.returning.stage(&id, cx.jobs), Stage::Failed(error) if is_full(error));
        if is_free || !is_stuck {
            self.waits = None;
        }
        if is_free && is_stuck {
            self.bring_back(id, cx);
        }
    }

    /// Brings a parked voice back, and shows how it goes.
    pub(super) fn bring_back(&mut self, id: String, cx: &mut Cx<'_>) {
        self.returning.start(&id, cx);
        self.select(id);
    }

    /// Above the list: what the choice is for. Gives the room that is left.
    pub(super) fn room_ui(&mut self, ui: &mut Ui, area: egui::Rect, cx: &Cx<'_>) -> egui::Rect {
        let record = self.waits.as_deref().and_then(|id| returning::parked(cx.store, id));
        let Some(record) = record else { return area };
        let (note, rest) = area.split_top_bottom_at_y(area.top() + NOTE);
        let name = cx.store.voice_name(&record.id, &record.name);
        let words = format!("Park or delete one of these voices, and {name} comes back.");
        let place = note.shrink2(vec2(space::S, 0.0));
        let builder = UiBuilder::new().max_rect(place).layout(Layout::right_to_left(Align::Center));
        let ui = &mut ui.new_child(builder);
        if Button::ghost("Not now").small().show(ui).clicked() {
            self.waits = None;
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let t = ui.tokens();
            icons::WARNING_CIRCLE_FILL.show(ui, 18.0, t.warning.ink);
            truncate::name_ui(ui, &words, Type::Label, t.text.main);
        });
        layout::line_ui(&mut ui.new_child(UiBuilder::new().max_rect(note.with_min_y(note.bottom() - 1.0))));
        rest
    }

    /// Failures of voices that were to come back show in their details, where these are in view; elsewhere a toast tells.
    pub(super) fn tell_of_failures(&mut self, is_away: bool, cx: &mut Cx<'_>) {
        let failed = cx.jobs.news().filter_map(|job| match &job.state {
            State::Failed(error) => Some((cx.store.parked_of(&job.request)?, error)),
            _ => None,
        });
        let failed: Vec<_> = failed.map(|(old, error)| (old.id.clone(), old.name.clone(), error.clone())).collect();
        for (id, name, error) in failed {
            if self.selected.as_deref() == Some(id.as_str()) {
                self.details = true;
            } else if !is_away {
                let name = cx.store.voice_name(&id, &name);
                cx.commands.complain(format!("{name} did not come back"), error);
            }
        }
    }
}

/// What the answers of the service tell besides: a refusal for want of a slot tells how many there are.
pub(super) fn learn(cx: &mut Cx<'_>) {
    let refused = cx
        .jobs
        .news()
        .any(|job| matches!((&job.request, &job.state), (Request::Clone(_), State::Failed(Error::SlotsFull(_)))));
    let Some(voices) = cx.store.voices.value().filter(|_| refused) else { return };
    let used = voices.iter().filter(|voice| cx.store.is_clone(voice)).count();
    if cx.store.notes.learn_slots(used) {
        cx.commands.voice(VoiceCommand::KeepFact { key: notes::SLOTS, value: used.to_string() });
    }
}
