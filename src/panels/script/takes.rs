//! The takes of the line, and those of others.

use egui::Ui;

use super::{ScriptPanel, open_jobs, rules};
use crate::library::Take;
use crate::panels::Cx;
use crate::script;
use crate::ui::theme::Look as _;
use crate::ui::{Button, format, layout, space};

/// Takes of other lines that are drawn before "Show all" is pressed.
const FEW: usize = 20;

impl ScriptPanel {
    /// Takes of the flow's line and voice, and what is on its way.
    pub(super) fn takes_of_line_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        ui.add_space(space::XS);
        let waiting = self.waiting_ui(ui, cx, true);
        let takes: Vec<Take> = cx.store.takes_of_line().cloned().collect();
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for take in &takes {
                self.take_ui(ui, cx, take, false);
            }
        });
        if takes.is_empty() && waiting == 0 {
            ui.hint(none_yet(cx));
        }
    }

    /// Takes of other lines and voices.
    pub(super) fn others_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let is_other = |take: &Take| !rules::is_of_flow(&cx.store.flow, take);
        // Only what is drawn is copied: the list grows with every line ever spoken.
        let takes: Vec<usize> =
            cx.store.takes.iter().enumerate().filter(|(_, take)| is_other(take)).map(|(at, _)| at).collect();
        let waits = !open_jobs(cx.store, cx.jobs.all(), &self.failures, false).is_empty();
        if takes.is_empty() && !waits {
            return;
        }
        ui.add_space(space::M);
        layout::section_ui(ui, "Other takes");
        self.waiting_ui(ui, cx, false);
        let id = ui.scope_id().with("all takes");
        let all = ui.data(|data| data.get_temp(id)).unwrap_or(false);
        let shown = if all { takes.len() } else { takes.len().min(FEW) };
        for at in takes.iter().take(shown) {
            if let Some(take) = cx.store.takes.get(*at).cloned() {
                self.take_ui(ui, cx, &take, true);
            }
        }
        if shown < takes.len() && Button::secondary(&format!("Show all {}", takes.len())).show(ui).clicked() {
            ui.data_mut(|data| data.insert_temp(id, true));
        }
    }
}

fn none_yet(cx: &Cx<'_>) -> String {
    if cx.store.flow.voice.is_none() {
        return "No take yet. Choose a voice first.".to_owned();
    }
    match script::characters(cx.store.flow.text()) {
        0 => "No take yet. Write the line, then speak it.".to_owned(),
        1 => "No take yet. Speaking it uses 1 character.".to_owned(),
        count => format!("No take yet. Speaking it uses {} characters.", format::thousands(count as u64)),
    }
}
