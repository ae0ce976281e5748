//! Settings: looks, where files go, what is installed, and whom the app talks to. Every change holds at once.

mod account;
mod sound;

use std::path::{Path, PathBuf};

use egui::{Align, Layout, Rect, ScrollArea, Ui, UiBuilder, vec2};

use account::AccountCard;
use sound::SoundCard;

use super::{Command, Cx, Panel};
use crate::error::{Error, Result};
use crate::media::tools;
use crate::remote::Remote;
use crate::runtime::Task;
use crate::settings::{SCALES, Theme};
use crate::ui::notice::{self, Note};
use crate::ui::segmented::segmented_large_ui;
use crate::ui::slider::Slider;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Icon, Type, icons, layout, space, text, truncate};

/// The page.
#[derive(Default)]
pub struct SettingsPanel {
    account: AccountCard,
    sound: SoundCard,
    tools: Remote<Vec<Tool>>,
    choosing: Option<Task<Option<PathBuf>>>,
    /// The size under the pointer. It is taken when the button is let go: a window that changed its size under the
    /// pointer would carry the slider along.
    scale: Option<f32>,
}

/// A program the app can make use of.
#[derive(Debug, Clone)]
struct Tool {
    name: &'static str,
    purpose: &'static str,
    /// Where it is, or how to get it.
    place: Result<PathBuf>,
}

impl Panel for SettingsPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        self.tools.poll();
        self.account.logic(cx);
        self.sound.logic();
        if let Some(chosen) = self.choosing.as_mut().and_then(Task::take) {
            self.choosing = None;
            match chosen {
                Ok(Some(folder)) => cx.settings.output = Some(folder),
                Ok(None) => {}
                Err(error) => cx.commands.complain("Could not open the folder dialog", error),
            }
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.tools.ensure(|| cx.runtime.blocking(look));
        let room = ui.available_rect_before_wrap().shrink2(vec2(space::PAGE, 0.0));
        let width = room.width().min(1180.0);
        let room = Rect::from_center_size(room.center(), vec2(width, room.height()));
        let ui = &mut ui.new_child(UiBuilder::new().max_rect(room).layout(Layout::top_down(Align::Min)));
        layout::page_head_ui(ui, "Settings", |_| {}, |_| {});
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::M, space::M);
            if ui.ctx().content_rect().width() < 1000.0 {
                self.account.ui(ui, cx);
                self.appearance_ui(ui, cx);
                self.sound.ui(ui, cx);
                self.files_ui(ui, cx);
                service_ui(ui, cx);
                self.tools_ui(ui);
            } else {
                layout::columns_ui(ui, |[left, right]| {
                    self.account.ui(left, cx);
                    self.files_ui(left, cx);
                    self.appearance_ui(right, cx);
                    self.sound.ui(right, cx);
                    self.tools_ui(right);
                    service_ui(right, cx);
                });
            }
            ui.add_space(space::M);
        });
    }
}

impl SettingsPanel {
    fn appearance_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        card_ui(ui, icons::CIRCLE_HALF, "Appearance", |ui| {
            row_ui(ui, "Theme", |ui| {
                let parts = [(Theme::System, "System"), (Theme::Light, "Light"), (Theme::Dark, "Dark")];
                segmented_large_ui(ui, "Theme", &mut cx.settings.look.theme, &parts);
            });
            layout::line_ui(ui);
            row_ui(ui, "Size of text and controls", |ui| self.scale_ui(ui, cx));
        });
    }

    fn scale_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let mut scale = self.scale.unwrap_or(cx.settings.look.scale);
        ui.label(text::mono(format!("{:.0}%", scale * 100.0)));
        let response = Slider::new("Size of text and controls", &mut scale, SCALES).reset(1.0).bare(150.0).show(ui);
        let scale = stepped(scale);
        if response.is_pointer_button_down_on() {
            self.scale = Some(scale);
        } else if response.changed() || self.scale.is_some() {
            cx.settings.look.scale = scale;
            self.scale = None;
        }
    }

    fn files_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        card_ui(ui, icons::FOLDER_OPEN, "Saved files", |ui| {
            let folder = cx.settings.output_folder();
            ui.label(text::label("Results are saved in").color(ui.tokens().text.support));
            place_ui(ui, &folder);
            ui.horizontal(|ui| {
                let choose = Button::secondary("Choose…").busy(self.choosing.is_some(), "Choosing");
                if choose.show(ui).clicked() {
                    self.choosing = Some(cx.files.pick_folder(cx.runtime, &folder));
                }
                let usual = cx.settings.output.is_some();
                if usual && Button::ghost("Use the usual folder").show(ui).clicked() {
                    cx.settings.output = None;
                }
            });
            let data = cx.store.data_dir.clone();
            if data.as_os_str().is_empty() {
                return;
            }
            layout::line_ui(ui);
            for (label, button, place) in [
                ("Voices, takes and settings lie in", "Open data folder", data.clone()),
                ("The log lies in", "Open log", data.join("logs")),
            ] {
                ui.label(text::label(label).color(ui.tokens().text.support));
                place_ui(ui, &place);
                let open = |ui: &mut Ui| Button::secondary(button).icon(icons::FOLDER_SIMPLE).show(ui).clicked();
                // In a row of its own the button is as wide as its words.
                if ui.horizontal(open).inner {
                    cx.commands.push(Command::OpenFile(place));
                }
            }
        });
    }

    fn tools_ui(&mut self, ui: &mut Ui) {
        let mut again = false;
        layout::card_ui(ui, |ui| {
            notice::card_head_ui(ui, Some(icons::WRENCH), "Tools on this computer", |ui| {
                let looking = self.tools.is_loading();
                let button = Button::ghost("Look again").icon(icons::ARROW_CLOCKWISE).busy(looking, "Looking");
                again = button.show(ui).clicked();
            });
            if let Some(error) = self.tools.error() {
                notice::error_ui(ui, error, &[]);
            }
            for (index, tool) in self.tools.value().into_iter().flatten().enumerate() {
                if index > 0 {
                    layout::line_ui(ui);
                }
                tool_ui(ui, tool);
            }
        });
        if again {
            self.tools = Remote::default();
        }
    }
}

fn tool_ui(ui: &mut Ui, tool: &Tool) {
    let t = ui.tokens();
    let (icon, ink) = match tool.place {
        Ok(_) => (icons::CHECK_CIRCLE_FILL, t.success.ink),
        Err(_) => (icons::WARNING_FILL, t.warning.ink),
    };
    ui.spacing_mut().interact_size.y = 20.0;
    ui.horizontal(|ui| {
        // Drawn, not a label: a screen reader would try to say the icon's character.
        let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0), egui::Sense::hover());
        icon.paint(ui.painter(), rect.center(), 18.0, ink);
        ui.label(text::body(tool.name));
        ui.add_space(space::S);
        ui.hint(tool.purpose);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Ok(place) = &tool.place {
                truncate::file_name_ui(ui, &place.display().to_string(), Type::Mono, t.text.hint);
            }
        });
    });
    if let Err(error) = &tool.place {
        notice::note_ui(ui, Note::Warning, "Not found.", &error.to_string());
    }
}

fn service_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let (icon, title, words) = if cx.store.is_sandbox {
        let words = "The sandbox serves the same calls on this computer: voices, speech and videos are real files, made \
                     here. Nothing is uploaded, nothing is billed, and no lips are generated.";
        (icons::FLASK, "Sandbox in use", words)
    } else {
        let words =
            "Samples, texts and videos you send go to this service and nowhere else. The key is sent only there.";
        (icons::KEY, "Service in use", words)
    };
    card_ui(ui, icon, title, |ui| {
        layout::pair_ui(ui, "Service", text::body(&cx.store.service));
        ui.label(text::small(words).color(ui.tokens().text.support));
    });
}

fn card_ui(ui: &mut Ui, icon: Icon, title: &str, draw: impl FnOnce(&mut Ui)) {
    layout::card_ui(ui, |ui| {
        notice::card_head_ui(ui, Some(icon), title, |_| {});
        draw(ui);
    });
}

/// The same with a word at the right end of its head.
fn titled_card_ui(ui: &mut Ui, icon: Icon, title: &str, right: &str, draw: impl FnOnce(&mut Ui)) {
    layout::card_ui(ui, |ui| {
        notice::card_head_ui(ui, Some(icon), title, |ui| {
            ui.hint(right);
        });
        draw(ui);
    });
}

/// A setting's name at the left, its control at the right end.
fn row_ui(ui: &mut Ui, label: &str, control: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_min_height(32.0);
        ui.label(text::body(label));
        ui.with_layout(Layout::right_to_left(Align::Center), control);
    });
}

fn place_ui(ui: &mut Ui, place: &Path) {
    let ink = ui.tokens().text.main;
    truncate::file_name_ui(ui, &place.display().to_string(), Type::MonoLarge, ink);
}

/// Steps of 5 %, so that the size can be hit again.
fn stepped(scale: f32) -> f32 {
    ((scale * 20.0).round() / 20.0).clamp(*SCALES.start(), *SCALES.end())
}

/// Looks for the programs; asks the disk, so it runs in the background.
#[expect(clippy::unnecessary_wraps, reason = "what the runtime takes")]
fn look() -> Result<Vec<Tool>> {
    Ok(vec![
        Tool { name: "ffmpeg", purpose: "reads videos, makes sandbox results", place: tools::ffmpeg() },
        Tool { name: "ffprobe", purpose: "reads length, size and frame rate", place: tools::ffprobe() },
        Tool { name: "espeak-ng", purpose: "speaks for the sandbox", place: espeak() },
    ])
}

/// Only the sandbox runs it, so only this page looks for it outside.
fn espeak() -> Result<PathBuf> {
    let name = format!("espeak-ng{}", std::env::consts::EXE_SUFFIX);
    let places = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&places).map(|place| place.join(&name)).find(|file| file.is_file());
    found.ok_or_else(|| {
        let how = match std::env::consts::OS {
            "macos" => "brew install espeak-ng",
            "windows" => "winget install espeak-ng.espeak-ng",
            _ => "sudo apt install espeak-ng",
        };
        Error::Media(format!(
            "The sandbox can't speak without it. Install it, for example with \"{how}\", then look again."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_come_in_steps_and_stay_within_bounds() {
        assert!((stepped(1.013) - 1.0).abs() < 1e-6 && (stepped(1.03) - 1.05).abs() < 1e-6);
        assert!((stepped(0.1) - 0.8).abs() < 1e-6 && (stepped(9.0) - 2.0).abs() < 1e-6);
    }

    #[test]
    fn every_tool_is_found_or_says_how_to_get_it() {
        for tool in look().unwrap() {
            match tool.place {
                Ok(place) => assert!(place.is_file()),
                Err(error) => assert!(error.to_string().contains("nstall"), "{error}"),
            }
        }
    }
}
