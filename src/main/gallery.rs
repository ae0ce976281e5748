//! The gallery of widgets in a window of its own: `mouthpiece --gallery`. Keys 1 to 3 change the sheet, T the theme, M
//! turns motion off and on.

use eframe::{NativeOptions, Renderer};
use egui::{Key, Theme, Ui};
use mouthpiece::ui::gallery::{self, Sheet};
use mouthpiece::ui::{motion, theme};

/// Opens the window and returns when it is closed. Nothing is read or written.
///
/// # Errors
/// The words of whatever kept the window from opening.
pub fn open() -> Result<(), String> {
    let viewport = egui::ViewportBuilder::default().with_title("Widgets").with_inner_size([1280.0, 800.0]);
    let options =
        NativeOptions { viewport, renderer: Renderer::Glow, system_font_fallback: false, ..Default::default() };
    let create = |context: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        theme::install(&context.egui_ctx);
        Ok(Box::new(Gallery { sheet: Sheet::Controls }))
    };
    eframe::run_native("mouthpiece-gallery", options, Box::new(create)).map_err(|e| e.to_string())
}

struct Gallery {
    sheet: Sheet,
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        gallery::gallery_ui(ui, self.sheet);
        let ctx = ui.ctx();
        if ctx.text_edit_focused() {
            return;
        }
        let pressed = |key| ctx.input(|input| input.key_pressed(key));
        let sheets = [(Key::Num1, Sheet::Controls), (Key::Num2, Sheet::Patterns), (Key::Num3, Sheet::Frame)];
        for (_, sheet) in sheets.into_iter().filter(|&(key, _)| pressed(key)) {
            self.sheet = sheet;
        }
        if pressed(Key::T) {
            ctx.set_theme(if ctx.theme() == Theme::Dark { Theme::Light } else { Theme::Dark });
        }
        if pressed(Key::M) {
            motion::set_reduced(ctx, !motion::is_reduced(ctx));
        }
    }
}
