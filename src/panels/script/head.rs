//! The head of the page: what the script is called, importing, exporting and speaking many lines.

use egui::{Align, Context, Frame, Layout, Margin, Ui, vec2};

use super::batch;
use super::closed::name;
use super::index::Index;
use super::naming::Naming;
use super::{ScriptPanel, join};
use crate::panels::{Cx, when};
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, IconButton, Type, drawer, icons, layout, space};

/// The most the actions take.
const ACTIONS: f32 = 440.0;

impl ScriptPanel {
    pub(super) fn head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, index: &Index) {
        Frame::new().inner_margin(Margin::symmetric(24, 0)).show(ui, |ui| {
            let size = vec2(ui.available_width(), 64.0);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_height(64.0);
                ui.spacing_mut().item_spacing.x = space::S;
                self.title_ui(ui, cx);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.actions_ui(ui, cx, index));
            });
        });
    }

    /// What the script is called, and when it was saved.
    fn title_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) {
        let (title, saved) = (&cx.store.flow.name, when::saved(cx.store));
        let words = ui.painter().layout_no_wrap(saved.clone(), Type::Small.font(), egui::Color32::PLACEHOLDER);
        // The name has what the pencil, the time and the actions leave.
        let room = ui.available_width() - ACTIONS - 32.0 - words.size().x - 4.0 * space::S;
        ui.scope(|ui| {
            ui.set_max_width(room.max(80.0));
            let heading = name_ui(ui, title, Type::Title, ui.tokens().text.main);
            ui.ctx().accesskit_node_builder(heading.id, |node| {
                node.set_role(egui::Role::Heading);
                node.set_label(title.as_str());
            });
        });
        if IconButton::new(icons::PENCIL_SIMPLE, "Rename this script").small().key("F2").show(ui).clicked() {
            self.edits.naming = Some(Naming::of_flow(&cx.store.flow));
        }
        ui.add_space(space::S);
        ui.hint(saved);
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
                self.batch.stop(&mut self.edits.writes);
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
        self.batch.ui(ctx, cx, &mut self.edits.writes);
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
