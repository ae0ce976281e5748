//! The details of the selected voice.

use egui::{Align, Layout, ScrollArea, Ui, vec2};

use super::removal::Removal;
use super::shown::Row;
use super::{Act, preview_key, sample_key, seal_state, withheld_tip};
use crate::library::{CloneRecord, Consent, Relation};
use crate::panels::{Cx, when};
use crate::ui::notice::{self, ErrorPress, Note};
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::waveform::Waveform;
use crate::ui::{Button, IconButton, PlayButton, Type, format, icons, layout, paint, space, text, truncate};

/// What is under way on behalf of voices.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    pub removal: &'a Removal,
    pub exporting: bool,
}

/// Draws the details; `closable` in narrow windows, where they lie over the list.
pub fn inspector_ui(ui: &mut Ui, cx: &Cx<'_>, row: Row<'_>, work: Work<'_>, closable: bool) -> Option<Act> {
    let removal = work.removal;
    let buttons = if row.is_clone { 40.0 + space::S + 32.0 } else { 40.0 };
    let room = ui.max_rect();
    let (upper, lower) = room.split_top_bottom_at_y(room.bottom() - buttons);
    let mut act = super::within(ui, upper.with_max_y(upper.bottom() - space::M), |ui| {
        ScrollArea::vertical()
            .id_salt("voice details")
            .auto_shrink(false)
            .show(ui, |ui| facts_ui(ui, cx, row, work, closable))
            .inner
    });
    let drawn = super::within(ui, lower, |ui| actions_ui(ui, cx, row, removal));
    act = act.or(drawn);
    act
}

fn facts_ui(ui: &mut Ui, cx: &Cx<'_>, row: Row<'_>, work: Work<'_>, closable: bool) -> Option<Act> {
    let mut act = head_ui(ui, row, closable);
    ui.add_space(space::S);
    let id = &row.voice.id;
    ui.horizontal(|ui| {
        ui.hint("Voice id");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if IconButton::new(icons::COPY, "Copy voice id").small().show(ui).clicked() {
                act = Some(Act::Copy(id.clone()));
            }
            truncate::file_name_ui(ui, id, Type::Mono, ui.tokens().text.support);
        });
    });
    let heard = preview_ui(ui, cx, row);
    act = act.or(heard);
    if row.voice.is_withheld() {
        notice::note_ui(ui, Note::Warning, "Withheld by the service.", &withheld_tip(&cx.store.service));
    }
    if row.is_clone {
        ui.add_space(space::S);
        match row.record {
            Some(record) => act = record_ui(ui, cx, record, work.exporting).or(act),
            None => {
                ui.hint("Cloned elsewhere: its sample and the permission for it are not on this computer.");
            }
        }
    }
    if let Some(error) = work.removal.error(id) {
        ui.add_space(space::S);
        ui.label(text::name(format!("Could not delete {}", row.voice.label())));
        if notice::error_ui(ui, error, &["Try again"]) == Some(ErrorPress::Action(0)) {
            act = Some(Act::AskDelete(id.clone()));
        }
    }
    act
}

fn head_ui(ui: &mut Ui, row: Row<'_>, closable: bool) -> Option<Act> {
    let mut act = None;
    let name = row.voice.label();
    ui.horizontal(|ui| {
        Seal::new(&format!("Seal of {name}"), &row.voice.id).size(64.0).state(SealState::Still).show(ui);
        ui.add_space(space::S);
        let room = ui.available_width() - if closable { 40.0 } else { 0.0 };
        ui.allocate_ui_with_layout(vec2(room, 42.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(room);
            ui.spacing_mut().item_spacing.y = 2.0;
            truncate::name_ui(ui, name, Type::Section, ui.tokens().text.main);
            ui.hint(if row.is_clone { "Cloned voice" } else { "Part of the service" });
        });
        if closable && IconButton::new(icons::X, "Close the details").key("Esc").show(ui).clicked() {
            act = Some(Act::Details(false));
        }
    });
    act
}

fn preview_ui(ui: &mut Ui, cx: &Cx<'_>, row: Row<'_>) -> Option<Act> {
    let t = ui.tokens();
    let id = &row.voice.id;
    let key = preview_key(id);
    let now = cx.player.now().filter(|now| now.key == key);
    let mut act = None;
    layout::frame(t.fill.canvas, t.edge.soft, crate::ui::radius::ROW).inner_margin(10).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            if seal_state(cx, &row) == SealState::Loading {
                paint::spinner_ui(ui, 32.0);
                ui.hint("Getting the preview");
                return;
            }
            let why = row.voice.preview_url.is_none().then_some("This voice has no preview");
            let why = why.or(row.voice.is_withheld().then_some("Withheld by the service"));
            let playing = now.is_some_and(|now| now.is_playing);
            if PlayButton::new("Play the preview", playing).size(32.0).key("Space").off_if(why).show(ui).clicked() {
                act = Some(Act::Hear(id.clone()));
            }
            let Some(now) = now else {
                ui.hint(why.unwrap_or("Preview"));
                return;
            };
            if let Some(error) = now.error {
                ui.label(text::small(error.to_string()).color(t.danger.ink));
                return;
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(text::mono(format::time_code(now.length_secs)).color(t.text.hint));
                let played = cx.player.progress(&key).unwrap_or_default();
                let wave = Waveform::of("Preview", now.peaks).played(played).height(32.0).seekable();
                if let Some(part) = wave.show(ui).seek {
                    act = Some(Act::Seek(f64::from(part) * now.length_secs));
                }
            });
        });
    });
    act
}

/// What this computer knows of a clone made here.
fn record_ui(ui: &mut Ui, cx: &Cx<'_>, record: &CloneRecord, exporting: bool) -> Option<Act> {
    let t = ui.tokens();
    let now = when::now();
    let mut act = sample_ui(ui, cx, record);
    if let Some(made) = when::parse(&record.cloned_at) {
        let kept = if record.sample_file.is_some() { ", kept on this computer" } else { "" };
        ui.hint(format!("Cloned {}{kept}", when::moment(made, now)));
    }
    ui.add_space(space::S);
    let consent = &record.consent;
    let Some(given) = when::parse(&consent.given_at).filter(|_| consent.is_given()) else {
        notice::note_ui(ui, Note::Info, "No consent on record.", "Note for yourself who allowed this clone.");
        return act;
    };
    let words = format!("Consent recorded {}", when::moment(given, now));
    notice::state_line_ui(ui, icons::SEAL_CHECK_FILL, t.success.ink, &words, t.text.main);
    if let Some(who) = who(consent) {
        ui.support(who);
    }
    ui.hint(format!("“{}”", consent.statement));
    if let Some(hash) = consent.sample_hash.as_ref().or(record.sample_hash.as_ref()) {
        ui.horizontal(|ui| {
            ui.hint("Sample hash");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if IconButton::new(icons::COPY, "Copy the sample's BLAKE3 hash").small().show(ui).clicked() {
                    act = Some(Act::Copy(hash.clone()));
                }
                ui.label(text::mono(short(hash)).color(t.text.support));
            });
        });
    }
    let export = Button::secondary("Export consent…").icon(icons::EXPORT).busy(exporting, "Saving");
    if export.show(ui).clicked() {
        act = Some(Act::Export(Some(record.id.clone())));
    }
    act
}

/// What was sent, to be heard while it is kept here.
fn sample_ui(ui: &mut Ui, cx: &Cx<'_>, record: &CloneRecord) -> Option<Act> {
    let t = ui.tokens();
    let key = sample_key(&record.id);
    ui.label(text::label("Sample").color(t.text.support));
    let mut act = None;
    ui.horizontal(|ui| {
        let play = PlayButton::new("Play the sample", cx.player.is_playing(&key)).size(28.0);
        if record.sample_file.is_some() && play.show(ui).clicked() {
            act = Some(Act::HearSample(record.id.clone()));
        }
        truncate::file_name_ui(ui, &record.sample_name, Type::Body, t.text.main);
    });
    if let Some(error) = cx.player.now().filter(|now| now.key == key).and_then(|now| now.error) {
        ui.label(text::small(error.to_string()).color(t.danger.ink));
    }
    act
}

/// Whose voice it is and how the permission was given, as far as either is known.
fn who(consent: &Consent) -> Option<String> {
    let speaker = Some(consent.speaker.trim()).filter(|name| !name.is_empty());
    match (consent.relation, speaker) {
        (Relation::Own, None) => Some("Your own voice".to_owned()),
        (Relation::Own, Some(speaker)) => Some(format!("{speaker}, your own voice")),
        (Relation::Unrecorded, speaker) => speaker.map(|speaker| format!("Speaker: {speaker}")),
        (relation, Some(speaker)) => Some(format!("{speaker}, {}", relation.words().to_lowercase())),
        (relation, None) => Some(relation.words().to_owned()),
    }
}

/// The beginning and the end of a hash: enough to compare by eye.
fn short(hash: &str) -> String {
    let letters: Vec<char> = hash.chars().collect();
    if letters.len() <= 16 {
        return hash.to_owned();
    }
    let part = |letters: &[char]| letters.iter().collect::<String>();
    format!("{}…{}", part(&letters[..8]), part(&letters[letters.len() - 4..]))
}

fn actions_ui(ui: &mut Ui, cx: &Cx<'_>, row: Row<'_>, removal: &Removal) -> Option<Act> {
    let id = &row.voice.id;
    let deleting = removal.is_running(id);
    let tip = withheld_tip(&cx.store.service);
    let why = row.voice.is_withheld().then_some(tip.as_str()).or(deleting.then_some("This voice is being deleted"));
    let write = Button::primary("Write a line with this voice").icon(icons::ARTICLE).large().fill_width();
    let mut act = write.off_if(why).show(ui).clicked().then(|| Act::Use(id.clone()));
    if row.is_clone {
        let delete = Button::danger("Delete clone").icon(icons::TRASH).fill_width().busy(deleting, "Deleting");
        if delete.show(ui).clicked() {
            act = Some(Act::AskDelete(id.clone()));
        }
    }
    act
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gave_the_permission_is_said_as_far_as_it_is_known() {
        let consent = |relation, speaker: &str| Consent { relation, speaker: speaker.into(), ..Consent::default() };
        let said = |relation, speaker| who(&consent(relation, speaker));
        assert_eq!(said(Relation::Own, "").as_deref(), Some("Your own voice"));
        assert_eq!(said(Relation::ByEmail, " Mara ").as_deref(), Some("Mara, by e-mail"));
        assert_eq!(said(Relation::Unrecorded, "Mara").as_deref(), Some("Speaker: Mara"));
        assert_eq!(said(Relation::Unrecorded, ""), None);
    }

    #[test]
    fn hashes_are_shortened_in_the_middle() {
        assert_eq!(short("0123456789abcdef0123456789abcdef"), "01234567…cdef");
        assert_eq!(short("ä"), "ä");
    }
}
