//! A window with nothing in it: what the toolkit alone takes.

/// Opens it instead of measuring.
pub const WORD: &str = "bare";

/// Opens the window, as large as ours is at first and drawn in the same way, and returns once it is closed.
pub fn open() {
    let viewport = egui::ViewportBuilder::default().with_title("Bare").with_inner_size([1280.0, 800.0]);
    let renderer = eframe::Renderer::Glow;
    let options = eframe::NativeOptions { viewport, renderer, system_font_fallback: false, ..Default::default() };
    eframe::run_native("Bare", options, Box::new(|_| Ok(Box::new(Bare)))).unwrap();
}

struct Bare;

impl eframe::App for Bare {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        ui.painter().rect_filled(ui.max_rect(), 0.0, egui::Color32::LIGHT_GRAY);
    }
}
