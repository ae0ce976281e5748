//! Saving recorded permissions as a file, for those who ask for them.

use egui::{Align, Layout, Ui};

use super::Act;
use crate::library::{CloneRecord, consent_document};
use crate::panels::Cx;
use crate::panels::saving::{self, Saving};
use crate::paths::Readers;
use crate::store::Store;
use crate::ui::theme::Look as _;
use crate::ui::{Button, format, icons, layout, space};

const FOOT: f32 = 56.0;

/// Permissions on their way to a file.
#[derive(Default)]
pub struct Export(Saving);

impl Export {
    pub fn is_running(&self) -> bool {
        self.0.is_running()
    }

    /// Asks where to save the consent of one clone, or of every clone ever made here.
    pub fn ask(&mut self, id: Option<&str>, cx: &mut Cx<'_>) {
        let records = cx.store.clones.iter().chain(&cx.store.deleted_clones);
        let records: Vec<CloneRecord> = records.filter(|record| id.is_none_or(|id| record.id == id)).cloned().collect();
        let Some(first) = records.first() else { return };
        let name = match id {
            Some(_) => format!("Consent {}.json", file_words(&first.name)),
            None => "Consents.json".to_owned(),
        };
        let document = consent_document(&records);
        self.0.ask(cx, &name, &[("JSON", "json")], move |to| saving::text(to, &document, Readers::Owner));
    }

    /// Takes in the answers.
    pub fn poll(&mut self, cx: &mut Cx<'_>) {
        self.0.work(cx, "The consent is saved", "Could not save the consent");
    }

    /// Below the clones: what is on record, also of those deleted since.
    pub fn foot_ui(&self, ui: &mut Ui, store: &Store) -> Option<Act> {
        layout::line_ui(ui);
        let mut act = None;
        let size = egui::vec2(ui.available_width(), FOOT - space::S);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            let button = Button::ghost("Export all consents…").icon(icons::EXPORT).busy(self.is_running(), "Saving");
            if button.show(ui).clicked() {
                act = Some(Act::Export(None));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add_space(space::S);
                ui.hint(on_record(store.clones.len(), store.deleted_clones.len()));
            });
        });
        act
    }
}

/// How much room the foot of the list takes: none without any record.
pub fn foot_height(store: &Store) -> f32 {
    if store.clones.is_empty() && store.deleted_clones.is_empty() { 0.0 } else { FOOT }
}

fn on_record(living: usize, deleted: usize) -> String {
    let all = format::count((living + deleted) as u64, "consent", "consents");
    match deleted {
        0 => format!("{all} on record"),
        deleted => format!("{all} on record, {deleted} of deleted clones"),
    }
}

/// A voice's name as part of a file name: a name given by a server never becomes a path.
fn file_words(name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || " -_,".contains(c) { c } else { ' ' };
    let words: String = name.chars().map(kept).take(60).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { "of a voice".to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_voices_never_become_paths() {
        assert_eq!(file_words("../../etc/passwd"), "etc passwd");
        assert_eq!(file_words("Mára, keynote"), "Mára, keynote");
        assert_eq!(file_words("/\\:"), "of a voice");
        assert_eq!(file_words(&"x".repeat(500)).len(), 60);
    }

    #[test]
    fn what_is_on_record_is_counted_with_the_deleted() {
        assert_eq!(on_record(1, 0), "1 consent on record");
        assert_eq!(on_record(2, 1), "3 consents on record, 1 of deleted clones");
    }
}
