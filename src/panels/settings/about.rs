//! The card about the program itself: its version, its licence, and the libraries in it.

use egui::{Context, Ui};

use super::libraries::Libraries;
use super::{card_ui, noted_row_ui};
use crate::ui::{Button, icons};

/// The card.
#[derive(Default)]
pub(super) struct AboutCard {
    libraries: Libraries,
}

impl AboutCard {
    pub(super) fn ui(&mut self, ui: &mut Ui) {
        card_ui(ui, icons::INFO, "About", |ui| {
            let version = concat!("Mouthpiece ", env!("CARGO_PKG_VERSION"), " (", env!("MOUTHPIECE_COMMIT"), ")");
            noted_row_ui(ui, version, "Free software, under the MIT or the Apache 2.0 licence", |ui| {
                if Button::secondary("Licences of the libraries").small().show(ui).clicked() {
                    self.libraries.open();
                }
            });
        });
    }

    /// The list over the page, while it is open.
    pub(super) fn libraries_ui(&mut self, ctx: &Context) {
        self.libraries.ui(ctx);
    }
}
