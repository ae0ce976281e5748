//! Being built.

use super::{Cx, Panel};

/// Being built.
#[derive(Default)]
pub struct ScriptPanel {}

impl Panel for ScriptPanel {
    fn ui(&mut self, ui: &mut egui::Ui, _cx: &mut Cx<'_>) {
        ui.label("Script");
    }
}
