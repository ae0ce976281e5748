//! The takes of the line, and those of lines that are not in this script.

use egui::Ui;

use super::closed::none_yet;
use super::{ScriptPanel, row};
use crate::panels::Cx;
use crate::ui::theme::Look as _;
use crate::ui::{Button, layout, space};

/// Takes of other lines that are drawn before "Show all" is pressed.
const FEW: usize = 20;

impl ScriptPanel {
    /// Takes of the line that is worked on, and what is on its way.
    pub(super) fn takes_of_line_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, takes: &[usize]) {
        let waiting = self.waiting_ui(ui, cx);
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.rows_ui(ui, cx, takes, false);
        });
        if takes.is_empty() && waiting == 0 {
            let line = cx.store.flow.lines.active();
            let words = none_yet(cx, line);
            ui.add_space(space::XS);
            ui.hint(words);
            ui.add_space(space::XS);
        }
    }

    /// Rows of takes. Only those that are seen are laid out and copied: there may be thousands.
    fn rows_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, takes: &[usize], other: bool) {
        for place in takes {
            let rect = egui::Rect::from_min_size(ui.cursor().min, egui::vec2(ui.available_width(), row::HEIGHT));
            match cx.store.takes.get(*place) {
                Some(take) if ui.is_rect_visible(rect) => {
                    let take = take.clone();
                    self.take_ui(ui, cx, &take, other);
                }
                _ => ui.add_space(row::HEIGHT),
            }
        }
    }

    /// Takes of lines that are gone.
    pub(super) fn others_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let takes = self.index.others(cx.store, &self.edits.gone);
        let waiting = self.other_jobs(cx);
        if takes.is_empty() && waiting.is_empty() {
            return;
        }
        ui.add_space(space::M);
        layout::section_ui(ui, "Other takes");
        self.other_jobs_ui(ui, cx, &waiting);
        let id = ui.scope_id().with("all takes");
        let all = ui.data(|data| data.get_temp(id)).unwrap_or(false);
        let shown = if all { takes.len() } else { takes.len().min(FEW) };
        self.rows_ui(ui, cx, takes.get(..shown).unwrap_or_default(), true);
        if shown < takes.len() && Button::secondary(&format!("Show all {}", takes.len())).show(ui).clicked() {
            ui.data_mut(|data| data.insert_temp(id, true));
        }
    }
}
