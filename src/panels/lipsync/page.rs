//! The setup as a page: its head, what goes in at the left, what can be chosen about it at the right or in a drawer, and
//! the price with the buttons below.

use egui::{CentralPanel, Frame, Margin, Panel as Side, ScrollArea, Ui, vec2};

use super::sizes::{GAP, Sizes};
use super::{LipSyncPanel, current, finished, inspector, lanes, lengths, picker, run};
use crate::jobs::Job;
use crate::panels::Cx;
use crate::ui::theme::Look as _;
use crate::ui::{Button, drawer, layout, space};

/// Room for a scroll bar, of the page's margin.
const BAR: i8 = 12;
/// Width of the right panel.
const INSPECTOR: f32 = 352.0;

impl LipSyncPanel {
    /// The setup: what goes in at the left, what can be chosen about it at the right or in a drawer.
    pub(super) fn compose_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if layout::is_narrow(ui) {
            self.foot_ui(ui, cx);
            // The drawer ends where the foot begins.
            CentralPanel::default().frame(Frame::new()).show(ui, |ui| self.page_ui(ui, cx));
        } else {
            self.page_ui(ui, cx);
        }
    }

    fn page_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let was_open = self.open.details;
        let mut open = was_open;
        drawer::side_ui(ui, "Options of the lip sync", INSPECTOR, &mut open, |ui| {
            if !layout::is_narrow(ui) {
                self.price_ui(ui, cx);
            }
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| self.options_ui(ui, cx));
        });
        // Unless what is in it closed it.
        if self.open.details == was_open {
            self.open.details = open;
        }
        // A scroll bar lies in the margin.
        let margin = Margin { left: 24, right: 24 - BAR, top: 0, bottom: 8 };
        CentralPanel::default().frame(Frame::new().inner_margin(margin)).show(ui, |ui| {
            let width = ui.available_width() - f32::from(BAR);
            let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
            ui.allocate_ui(egui::vec2(width, 64.0), |ui| self.head_ui(ui, cx));
            ui.spacing_mut().item_spacing.y = gap;
            let room = ui.available_height();
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                ui.set_max_width(width);
                self.setup_ui(ui, cx, room);
            });
        });
    }

    /// In a wide window: price, month and the buttons, below the options.
    fn price_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let foot = Frame::new().inner_margin(Margin { left: 0, right: 0, top: 12, bottom: 0 });
        Side::bottom("lip sync start").resizable(false).frame(foot).show_separator_line(false).show(ui, |ui| {
            layout::rule(ui, ui.max_rect().top() - 12.0);
            let begun = current(cx.store, cx.jobs).is_some_and(Job::is_running);
            let why = self.why_not(cx);
            inspector::estimate_ui(ui, cx.store, &self.asked, begun, why.as_deref());
            ui.add_space(space::S);
            self.start_ui(ui, cx, true);
            self.trial_ui(ui, cx, true);
        });
    }

    /// In a narrow window: the price and the button, below everything.
    fn foot_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let frame = Frame::new().fill(ui.tokens().fill.surface).inner_margin(Margin::symmetric(24, 10));
        Side::bottom("lip sync start").resizable(false).frame(frame).show(ui, |ui| {
            ui.spacing_mut().interact_size.y = 40.0;
            // The words have what the buttons leave.
            let row = vec2(ui.available_width(), 40.0);
            ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
                self.start_ui(ui, cx, false);
                self.trial_ui(ui, cx, false);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    inspector::estimate_line_ui(ui, cx.store, &self.asked);
                });
            });
        });
    }

    fn head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let done = finished(cx.store, cx.jobs).is_some();
        layout::page_head_ui(
            ui,
            "Lip sync",
            |_| {},
            |ui| {
                drawer::button_ui(ui, &mut self.open.details);
                if done && Button::secondary("Show the result").show(ui).clicked() {
                    self.trial.is_shown = false;
                    self.choose(cx, true);
                }
                picker::picker_ui(ui, cx, &mut self.open.flow);
                ui.hint("From flow");
            },
        );
    }

    fn setup_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, room: f32) {
        let sizes = Sizes::of(ui.available_width(), room);
        ui.spacing_mut().item_spacing.y = 0.0;
        self.media_ui(ui, cx, sizes);
        ui.add_space(GAP);
        // Below the video, which stays where it is.
        run::ended_ui(ui, cx, &mut self.trial, &mut self.dialogs);
        if sizes.lanes_last {
            // What is chosen comes before what shows it.
            lengths::table_ui(ui, cx.store, sizes.row);
            ui.add_space(GAP);
            self.lanes_ui(ui, cx);
            return;
        }
        if run::is_running(cx, &self.trial) {
            run::running_ui(ui, cx, &mut self.paces, &self.trial, lanes::HEIGHT);
            ui.add_space(GAP);
        } else if self.lanes_ui(ui, cx) {
            ui.add_space(GAP);
        }
        lengths::table_ui(ui, cx.store, sizes.row);
    }
}
