//! The card about what stays here and what leaves: nothing but what is sent to be worked on.

use egui::{Context, ScrollArea, Ui, vec2};

use super::tools::Tool;
use super::{Cx, card_ui, noted_row_ui, report};
use crate::panels::Command;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Choice, Type, icons, layout, sheet, space, text, truncate};

/// The card.
#[derive(Default)]
pub(super) struct PrivacyCard {
    /// The report, while it is looked at.
    report: Option<String>,
    /// It was asked for.
    wanted: bool,
}

impl PrivacyCard {
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        card_ui(ui, icons::SHIELD_CHECK, "Privacy", |ui| {
            let sent = if cx.store.is_sandbox {
                "This app sends none. The sandbox sends nothing at all.".to_owned()
            } else {
                format!("This app sends none. Only {} gets what you upload.", cx.store.service)
            };
            noted_row_ui(ui, "Usage data", &sent, |ui| {
                ui.support("Always off");
            });
            layout::line_ui(ui);
            Choice::toggle("Keep clone samples here")
                .note("Needed to park a voice and bring it back")
                .show(ui, &mut cx.settings.keep_samples);
            self.buttons_ui(ui, cx);
        });
    }

    fn buttons_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let data = cx.store.data_dir.clone();
        let none = data.as_os_str().is_empty().then_some("Nothing is kept on this computer");
        ui.add_space(space::XS);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            let log = data.join("logs");
            let tip = log.display().to_string();
            if Button::secondary("Open log").small().off_if(none).tip(&tip).show(ui).clicked() {
                cx.commands.push(Command::OpenFile(log));
            }
            let tip = data.display().to_string();
            if Button::secondary("Open data folder").small().off_if(none).tip(&tip).show(ui).clicked() {
                cx.commands.push(Command::OpenFile(data));
            }
            if Button::secondary("Copy support report").small().show(ui).clicked() {
                self.wanted = true;
            }
            truncate::name_ui(ui, "You see it before it is copied", Type::Small, ui.tokens().text.hint);
        });
    }

    /// The report over the page: what would be copied, word for word.
    pub(super) fn report_ui(&mut self, ctx: &Context, cx: &mut Cx<'_>, tools: &[Tool]) {
        if std::mem::take(&mut self.wanted) {
            self.report = Some(report::report(cx, tools));
        }
        let Some(words) = &self.report else { return };
        let mut copied = false;
        let closed = sheet::sheet_ui(ctx, "Support report", 560.0, |ui| {
            let hint = ui.tokens().text.hint;
            ui.label(text::small("No key, no names, no texts and no paths of yours are in it.").color(hint));
            ui.add_space(space::S);
            ScrollArea::vertical().id_salt("report").max_height(320.0).show(ui, |ui| {
                ui.add(egui::Label::new(text::mono(words.as_str())).wrap());
            });
            ui.add_space(space::S);
            copied = Button::primary("Copy").icon(icons::COPY).show(ui).clicked();
        });
        if copied {
            cx.commands.push(Command::Copy(words.clone()));
        }
        if closed || copied {
            self.report = None;
            if copied {
                sheet::close(ctx, "Support report");
            }
        }
    }
}
