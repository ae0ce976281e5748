//! The permission a clone was made under, to be read and saved.

use egui::{Align, Layout, Ui, vec2};
use time::OffsetDateTime;

use super::Act;
use crate::library::{CloneRecord, Consent, Relation};
use crate::panels::when;
use crate::ui::notice::{self, Note};
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, Type, icons, space, text, truncate};

/// Draws it: two lines and, when it is open, the rest.
pub fn show(ui: &mut Ui, record: &CloneRecord, now: OffsetDateTime, open: bool, exporting: bool) -> Option<Act> {
    let t = ui.tokens();
    let consent = &record.consent;
    let Some(given) = when::parse(&consent.given_at).filter(|_| consent.is_given()) else {
        notice::note_ui(ui, Note::Info, "No consent on record.", "Note for yourself who allowed this clone.");
        return None;
    };
    let mut act = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 38.0;
        icons::SEAL_CHECK_FILL.show(ui, 18.0, t.success.ink);
        let room = ui.available_width() - 64.0;
        ui.allocate_ui_with_layout(vec2(room, 38.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(room);
            ui.spacing_mut().item_spacing.y = 1.0;
            let words = format!("Consent recorded {}", when::moment(given, now));
            truncate::name_ui(ui, &words, Type::Body, t.text.main);
            if let Some(who) = who(consent) {
                truncate::name_ui(ui, &who, Type::Small, t.text.hint);
            }
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let words = if open { "Hide" } else { "View" };
            let button = Button::ghost(words).small().show(ui).accessible_name(format!("{words} the consent"));
            if button.clicked() {
                act = Some(Act::Consent);
            }
        });
    });
    if open { act.or(rest_ui(ui, record, exporting)) } else { act }
}

fn rest_ui(ui: &mut Ui, record: &CloneRecord, exporting: bool) -> Option<Act> {
    let (t, consent, mut act) = (ui.tokens(), &record.consent, None);
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
    ui.add_space(space::XS);
    let export = Button::secondary("Export consent…").icon(icons::EXPORT).small().busy(exporting, "Saving");
    if export.show(ui).clicked() {
        act = Some(Act::Export(Some(record.id.clone())));
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
