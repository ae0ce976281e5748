//! The head of the page: what the script is called, importing, exporting and speaking many lines.

use egui::{Context, Frame, Margin, Ui};

use super::batch;
use super::closed::name;
use super::index::Index;
use super::naming::Naming;
use super::{ScriptPanel, join};
use crate::panels::Cx;
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, drawer, icons, layout};

impl ScriptPanel {
    pub(super) fn head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, index: &Index) {
        Frame::new().inner_margin(Margin::symmetric(24, 0)).show(ui, |ui| {
            let title = cx.store.flow.name.clone();
            let mut rename = false;
            let wide = ui.available_width() > 900.0;
            let after = |ui: &mut Ui| {
                rename =
                    IconButton::new(icons::PENCIL_SIMPLE, "Rename this script").small().key("F2").show(ui).clicked();
                if wide {
                    ui.hint("Saved as you type");
                }
            };
            layout::page_head_ui(ui, &title, after, |ui| self.actions_ui(ui, cx, index));
            if rename {
                self.edits.naming = Some(Naming::of_flow(&cx.store.flow));
            }
        });
    }

    /// From the right end.
    fn actions_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, index: &Index) {
        let narrow = layout::is_narrow(ui);
        drawer::button_ui(ui, &mut self.seen.aside);
        if let Some(left) = self.batch.left() {
            if Button::secondary("Stop after this line")
                .tip("Lines that are being spoken are finished")
                .show(ui)
                .clicked()
            {
                self.batch.stop();
            }
            ui.hint(format!("{left} left to speak"));
        } else {
            let why = batch::why_no_rest(cx.store, index);
            let tip = "Speaks the lines without a take of their text. Ctrl Shift Enter";
            let button =
                Button::secondary("Speak the rest").icon(icons::MICROPHONE_STAGE).tip(tip).off_if(why.as_deref());
            if button.show(ui).clicked() {
                self.batch.ask(cx);
            }
        }
        let why = batch::why_no_export(cx.store);
        let label = if narrow { "Export" } else { "Export takes" };
        let button = Button::secondary(label).icon(icons::EXPORT).tip("Each line's take as a file. Ctrl Shift E");
        let export = button.busy(self.batch.is_exporting(), "Exporting").off_if(why).show(ui);
        name(ui, &export, "Export takes");
        if export.clicked() {
            self.batch.export(cx);
        }
        let label = if narrow { "Import" } else { "Import text" };
        let button = Button::ghost(label).icon(icons::ARTICLE).tip("Lines from a TXT, SRT, CSV or DOCX file");
        let import = button.busy(self.edits.importing.is_running(), "Reading").show(ui);
        name(ui, &import, "Import text");
        if import.clicked() {
            self.edits.importing.ask(cx);
        }
    }

    /// The questions that lie over the page.
    pub(super) fn dialogs_ui(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        self.batch.ui(ctx, cx);
        self.say.ui(ctx, cx, &mut self.edits.writes);
        if let Some(naming) = &mut self.edits.naming
            && !naming.ui(ctx, cx, &mut self.edits.writes)
        {
            self.edits.naming = None;
        }
    }

    /// The button at the foot of the panel.
    pub(super) fn join_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) {
        if join::button_ui(ui, cx.store) {
            self.join.open(cx.store);
        }
    }
}
