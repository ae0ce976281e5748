//! Being built.

use super::{Cx, Panel};

/// Being built.
#[derive(Default)]
pub struct SettingsPanel {}

impl Panel for SettingsPanel {
    fn ui(&mut self, ui: &mut egui::Ui, _cx: &mut Cx<'_>) {
        ui.label("Settings");
    }
}
