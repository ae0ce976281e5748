//! Being built.

use super::{Cx, Panel};

/// Being built.
#[derive(Default)]
pub struct ActivityPanel {}

impl Panel for ActivityPanel {
    fn ui(&mut self, ui: &mut egui::Ui, _cx: &mut Cx<'_>) {
        ui.label("Activity");
    }
}
