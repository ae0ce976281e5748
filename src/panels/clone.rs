//! Being built.

use super::{Cx, Panel};

/// Being built.
#[derive(Default)]
pub struct ClonePanel {}

impl Panel for ClonePanel {
    fn ui(&mut self, ui: &mut egui::Ui, _cx: &mut Cx<'_>) {
        ui.label("Clone");
    }
}
