//! The finished video beside the one it was made from, and where it lies.

use egui::{Align, Frame, Layout, Margin, Rect, ScrollArea, Sense, Ui, vec2};

use super::{LipSyncPanel, finished};
use crate::compose;
use crate::jobs::{Job, LipSyncJob, Request};
use crate::panels::thumb::{self, Fit};
use crate::panels::{Command, Cx};
use crate::store::Store;
use crate::ui::notice;
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, Type, format, icons, layout, paint, radius, space, truncate};

/// Width of the frames that are asked for.
const FRAME: u32 = 960;

/// What was pressed.
#[derive(Clone, Copy)]
enum Press {
    Setup,
    Again,
    Play,
    Show,
    Copy,
}

impl LipSyncPanel {
    /// The whole page of a finished run.
    pub(super) fn result_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some((job, file)) = finished(cx.store, cx.jobs) else { return };
        let file = file.to_owned();
        let Request::LipSync(made) = &job.request else { return };
        let mut pressed = None;
        let margin = Margin { left: 24, right: 24, top: 0, bottom: 8 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            let gap = std::mem::take(&mut ui.spacing_mut().item_spacing.y);
            head_ui(ui, &mut pressed);
            ui.spacing_mut().item_spacing.y = gap;
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                self.pair_ui(ui, cx, &made.target.path, &file);
                ui.add_space(space::M);
                self.saved_ui(ui, cx.store, job, made, &file, &mut pressed);
                ui.add_space(space::L);
            });
        });
        match pressed {
            Some(Press::Setup) => self.choose(cx, false),
            Some(Press::Again) => cx.store.flow.result = None,
            Some(Press::Play) => cx.commands.push(Command::OpenFile(file)),
            Some(Press::Show) => cx.commands.push(Command::Reveal(file)),
            Some(Press::Copy) => cx.commands.push(Command::Copy(file.display().to_string())),
            None => {}
        }
    }

    fn pair_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, before: &std::path::Path, after: &std::path::Path) {
        let room = ui.available_width();
        let tall = (ui.ctx().content_rect().height() - 380.0).max(160.0);
        let width = ((room - space::L) / 2.0).min(tall * 16.0 / 9.0).min(720.0).floor();
        let size = vec2(width, (width * 9.0 / 16.0).floor());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            for (path, label, accent) in [(before, "Before", false), (after, "After", true)] {
                let picture = self.pictures.frame(ui.ctx(), cx.runtime, path, FRAME);
                let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, label));
                thumb::paint(ui, rect, picture, Fit::Contain, icons::FILM_STRIP);
                badge(ui, rect, label, accent);
            }
        });
    }

    fn saved_ui(
        &self,
        ui: &mut Ui,
        store: &Store,
        job: &Job,
        made: &LipSyncJob,
        file: &std::path::Path,
        pressed: &mut Option<Press>,
    ) {
        let t = ui.tokens();
        layout::card_ui(ui, |ui| {
            ui.support("Saved file");
            ui.horizontal(|ui| {
                if IconButton::new(icons::COPY, "Copy the file path").show(ui).clicked() {
                    *pressed = Some(Press::Copy);
                }
                truncate::file_name_ui(ui, &file.display().to_string(), Type::MonoLarge, t.text.main);
            });
            match (self.facts.probe.value(), self.facts.probe.error()) {
                (Some(probe), _) => {
                    let place = if store.is_sandbox { "the sandbox" } else { "sync.so" };
                    ui.hint(format!("{}. The link at {place} may expire, this file will not.", probe.facts()));
                }
                (None, Some(error)) => drop(notice::error_ui(ui, error, &[])),
                (None, None) => drop(ui.hint("Reading the file")),
            }
            ui.add_space(space::S);
            layout::line_ui(ui);
            ui.add_space(space::S);
            recipe_ui(ui, job, made);
        });
    }
}

fn head_ui(ui: &mut Ui, pressed: &mut Option<Press>) {
    let t = ui.tokens();
    let saved = |ui: &mut Ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(76.0, 24.0), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, "Saved"));
        ui.painter().rect_filled(rect, 12, t.success.wash);
        let center = rect.left_center() + vec2(17.0, 0.0);
        icons::CHECK_CIRCLE_FILL.paint(ui.painter(), center, 14.0, t.success.ink);
        let word = paint::one_line(ui, "Saved", Type::Label, t.success.ink, 60.0);
        paint::text_at(ui.painter(), rect.left() + 28.0, rect.center().y, word);
    };
    layout::page_head_ui(ui, "Lip sync finished", saved, |ui| {
        let mut button = |ui: &mut Ui, button: Button<'_>, press| {
            if button.show(ui).clicked() {
                *pressed = Some(press);
            }
        };
        button(ui, Button::primary("Show in folder").icon(icons::FOLDER_OPEN).key("Ctrl Enter"), Press::Show);
        button(ui, Button::secondary("Play").icon(icons::PLAY_FILL).tip("Opens in your video player"), Press::Play);
        let again = Button::secondary("Use again").icon(icons::ARROW_COUNTER_CLOCKWISE);
        button(ui, again.tip("Keeps the setup for another run"), Press::Again);
        button(ui, Button::ghost("Back to setup").icon(icons::ARROW_LEFT), Press::Setup);
    });
}

fn badge(ui: &Ui, picture: Rect, words: &str, accent: bool) {
    let t = ui.tokens();
    let (fill, ink) = if accent { (t.accent.fill, t.accent.on) } else { (t.badge.fill, t.badge.ink) };
    let galley = paint::one_line(ui, words, Type::Label, ink, 100.0);
    let rect = Rect::from_min_size(picture.min + vec2(12.0, 12.0), galley.size() + vec2(20.0, 8.0));
    ui.painter().rect_filled(rect, radius::TAG, fill);
    ui.painter().galley(rect.min + vec2(10.0, 4.0), galley, ink);
}

/// How it was made.
fn recipe_ui(ui: &mut Ui, job: &Job, made: &LipSyncJob) {
    let t = ui.tokens();
    let took = job.finished_at.map(|end| (end - job.created_at).as_seconds_f64().max(0.0));
    let took =
        took.map_or_else(|| "Not known".to_owned(), |secs| format::rough(std::time::Duration::from_secs_f64(secs)));
    let lengths = made.options.sync_mode.map_or("Not set", compose::name);
    let id = job.checkpoint.generation.clone().unwrap_or_else(|| "Not known".to_owned());
    let voice = made.voice.label();
    let facts =
        [("Model", made.model.as_str()), ("Lengths", lengths), ("Voice", &voice), ("Took", &took), ("Job id", &id)];
    let width = (ui.available_width() / 5.0 - space::L).max(100.0);
    ui.with_layout(Layout::left_to_right(Align::Min).with_main_wrap(true), |ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        for (name, value) in facts {
            ui.allocate_ui(vec2(width, 40.0), |ui| {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.hint(name);
                    truncate::file_name_ui(ui, value, Type::Body, t.text.main);
                });
            });
        }
    });
}
