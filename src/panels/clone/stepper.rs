//! Where the wizard stands, as steps in the page's head.

use egui::Ui;

use super::Stage;
use crate::ui::stepper;

/// Draws the three steps.
pub fn stepper_ui(ui: &mut Ui, stage: Stage) {
    let current = match stage {
        Stage::Sample => 0,
        Stage::Check => 1,
        Stage::Cloning => 2,
    };
    stepper::stepper_ui(ui, &["Sample", "Trim and check", "Clone"], current);
}
