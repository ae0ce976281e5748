//! Being built.

use super::{Cx, Panel};

/// Being built.
#[derive(Default)]
pub struct FlowPanel {}

impl Panel for FlowPanel {
    fn ui(&mut self, ui: &mut egui::Ui, _cx: &mut Cx<'_>) {
        ui.label("Flow");
    }
}
