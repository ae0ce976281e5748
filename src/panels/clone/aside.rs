//! The column beside a clone: which voice is made of what, how far it is when its slot is missing, and the words for
//! the service's support.

use egui::Ui;

use super::holders::Slots;
use super::steps;
use crate::api::AssetKind;
use crate::error::Error;
use crate::jobs::{CloneJob, Job};
use crate::library::Relation;
use crate::panels::{Command, Cx, when};
use crate::store::{self, Store};
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, Type, format, icons, layout, notice, space, text};

/// Of a card, with its edge.
const PADDING: f32 = 16.0;

/// What leaves this computer: "1.9 MB, audio only, hum filtered".
fn sent_words(request: &CloneJob) -> String {
    let size = request.sample.size.map(format::size);
    let kind = match (&request.origin, request.sample.kind) {
        (Some(_), _) => "audio only",
        (None, AssetKind::Video) => "the whole video",
        (None, _) => "the whole sound file",
    };
    let mended = request.origin.as_ref().map(|origin| (origin.hum_filtered, origin.leveled)).unwrap_or_default();
    let hum = mended.0.then(|| "hum filtered".to_owned());
    let level = mended.1.then(|| "level set".to_owned());
    [size, Some(kind.to_owned()), hum, level].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Who agreed, and how: "Mara Lindqvist, in writing".
fn consent_words(request: &CloneJob) -> String {
    let consent = &request.consent;
    let how = match consent.relation {
        Relation::Unrecorded => "Given",
        known => known.words(),
    };
    if consent.speaker.is_empty() { how.to_owned() } else { format!("{}, {}", consent.speaker, how.to_lowercase()) }
}

/// Which voice is being made, from what, under which permission.
pub fn voice_ui(ui: &mut Ui, request: &CloneJob, slots: (Slots, bool)) {
    let t = ui.tokens();
    layout::card_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        ui.spacing_mut().interact_size.y = 16.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            Seal::new("The new voice", &request.name).size(64.0).state(SealState::Still).show(ui);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.add_space(space::M);
                name_ui(ui, &request.name, Type::Section, t.text.main);
                let from = store::file_name(request.source());
                let part = request.origin.as_ref().and_then(|origin| origin.part);
                let words = part.map_or_else(
                    || format!("Sample from {from}"),
                    |part| format!("Sample {} from {from}", format::time(part.secs())),
                );
                name_ui(ui, &words, Type::Small, t.text.hint);
            });
        });
        ui.add_space(6.0);
        layout::pair_ui(ui, "What is sent", text::small(sent_words(request)).color(t.text.main));
        layout::pair_ui(ui, "Consent", text::small(consent_words(request)).color(t.text.main));
        if let Some(words) = slots.0.used_words(slots.1) {
            layout::pair_ui(ui, "Clone slots", text::small(words).color(t.text.main));
        }
        ui.add_space(4.0);
    });
}

/// How far the clone came before its slot was missing.
pub fn progress_ui(ui: &mut Ui, job: &Job, request: &CloneJob, store: &Store) {
    layout::card_ui(ui, |ui| {
        layout::section_ui(ui, "Progress");
        steps::steps_ui(ui, &steps::full_lines(job, request, store));
    });
}

/// What the service's support asks for. The card goes down to `bottom` at least.
pub fn details_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, error: &Error, bottom: f32) {
    let t = ui.tokens();
    let code = error.code().map(str::to_owned);
    let request_id = error.refusal().and_then(|refusal| refusal.request_id.clone());
    let at = job.finished_at.map(when::local);
    let time = at.map(|at| format!("{}:{:02}", when::clock(at), at.second()));
    let pairs = [("Code", code), ("Request id", request_id), ("Time", time)];
    layout::card_ui(ui, |ui| {
        ui.set_min_height((bottom - PADDING - ui.cursor().top()).max(0.0));
        ui.spacing_mut().item_spacing.y = 10.0;
        notice::card_head_ui(ui, None, "Details for support", |ui| {
            let copy = Button::ghost("Copy").small().icon(icons::COPY).tip("Copies the details").show(ui);
            if copy.clicked() {
                let known = pairs.iter().filter_map(|(name, value)| Some(format!("{name}: {}", value.as_ref()?)));
                let words = std::iter::once(error.to_string()).chain(known).collect::<Vec<_>>().join("\n");
                cx.commands.push(Command::Copy(words));
            }
        });
        ui.spacing_mut().interact_size.y = 16.0;
        for (name, value) in pairs.iter().filter_map(|(name, value)| Some((*name, value.as_ref()?))) {
            ui.horizontal(|ui| {
                ui.hint(name);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    name_ui(ui, value, Type::Mono, t.text.main);
                });
            });
        }
    });
}
