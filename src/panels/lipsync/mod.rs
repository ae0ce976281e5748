//! Being built.

use super::{Cx, Panel};

/// Being built.
#[derive(Default)]
pub struct LipSyncPanel {}

impl Panel for LipSyncPanel {
    fn ui(&mut self, ui: &mut egui::Ui, _cx: &mut Cx<'_>) {
        ui.label("LipSync");
    }
}
