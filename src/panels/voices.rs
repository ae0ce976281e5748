//! Being built.

use super::{Cx, Panel};

/// Being built.
#[derive(Default)]
pub struct VoicesPanel {}

impl Panel for VoicesPanel {
    fn ui(&mut self, ui: &mut egui::Ui, _cx: &mut Cx<'_>) {
        ui.label("Voices");
    }
}
