//! Every widget in every state on two sheets, to be looked at and compared with the design.

mod controls;
mod frame;
mod patterns;

use egui::{CornerRadius, Frame, Id, Margin, Rect, Stroke, Ui, UiBuilder, Vec2};

use super::text;
use super::theme::{Look as _, radius};

/// Which sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// Buttons, choices, fields, bars, waves.
    Controls,
    /// Toasts, dialog, rows, stages, banners, notices, player.
    Patterns,
    /// The rail, page head, stepper, menus, drop overlay, narrow stages.
    Frame,
}

/// Draws a sheet of 1280 x 800. What is typed or chosen on it is kept in egui's memory.
pub fn gallery_ui(ui: &mut Ui, sheet: Sheet) {
    ui.painter().rect_filled(ui.max_rect(), 0, ui.tokens().fill.canvas);
    match sheet {
        Sheet::Controls => controls::sheet_ui(ui),
        Sheet::Patterns => patterns::sheet_ui(ui),
        Sheet::Frame => frame::sheet_ui(ui),
    }
}

/// A value kept between frames.
fn kept<T: Clone + Send + Sync + 'static>(ui: &mut Ui, name: &str, first: T, show: impl FnOnce(&mut Ui, &mut T)) {
    let id = Id::unique(name);
    let mut value = ui.data(|data| data.get_temp(id)).unwrap_or(first);
    show(ui, &mut value);
    ui.data_mut(|data| data.insert_temp(id, value));
}

/// Shows something at a fixed place of the sheet.
fn at<R>(ui: &mut Ui, x: f32, y: f32, width: f32, height: f32, show: impl FnOnce(&mut Ui) -> R) -> R {
    let rect = Rect::from_min_size(ui.max_rect().min + Vec2::new(x, y), Vec2::new(width, height));
    let builder = UiBuilder::new().max_rect(rect).layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, show).inner
}

/// The title of a sheet and a line about it.
fn head(ui: &mut Ui, title: &str, words: &str) {
    at(ui, 24.0, 20.0, 1200.0, 26.0, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            ui.spacing_mut().interact_size.y = 26.0;
            ui.label(text::title(title));
            ui.label(text::body(words).color(ui.tokens().text.hint));
        });
    });
}

/// A made-up sound, the same each time.
fn peaks() -> Vec<f32> {
    (0_u16..72)
        .map(|index| {
            let x = f32::from(index);
            let words = ((x * 0.21).sin().abs() - 0.35).max(0.0) * (0.7 + 0.5 * (x * 0.09).cos());
            (0.04 + 1.3 * words * (0.7 + 0.3 * (x * 2.3).sin().abs())).clamp(0.0, 1.0)
        })
        .collect()
}

/// A titled card of the sheet, at the place it has in the design.
fn card(ui: &mut Ui, [x, y, width, height]: [f32; 4], title: &str) {
    let t = ui.tokens();
    at(ui, x, y, width, height, |ui| {
        Frame::new()
            .fill(t.fill.surface)
            .stroke(Stroke::new(1.0, t.edge.soft))
            .corner_radius(CornerRadius::same(radius::CARD))
            .inner_margin(Margin::symmetric(16, 12))
            .show(ui, |ui| {
                ui.set_min_size(Vec2::new(width - 34.0, height - 26.0));
                ui.label(text::name(title));
            });
    });
}
