//! A job on one line: picture, name, how far it is, what it can do.

use egui::{Align, Layout, Ui, UiBuilder, pos2, vec2};

use super::progress::{self, Bar};
use super::text::{self, Type};
use super::theme::Look as _;
use super::truncate;

/// What a progress row says.
#[derive(Debug, Clone, Copy)]
pub struct ProgressRow<'a> {
    /// "launch-teaser-v4.mp4".
    pub title: &'a str,
    pub bar: Bar,
    /// Below the bar at the left: "Uploading, 53 of 86 MB".
    pub stage: &'a str,
    /// Below the bar at the right: "2.1 MB/s, 16 s left".
    pub pace: &'a str,
}

impl ProgressRow<'_> {
    /// Draws the row, 68 high: `picture` gets 64 x 36 at the left, `actions` the right end, from the right.
    pub fn show(&self, ui: &mut Ui, picture: impl FnOnce(&mut Ui), actions: impl FnOnce(&mut Ui)) {
        let t = ui.tokens();
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 68.0), egui::Sense::hover());
        let left = egui::Rect::from_min_size(pos2(rect.left(), rect.center().y - 18.0), vec2(64.0, 36.0));
        picture(&mut ui.new_child(UiBuilder::new().max_rect(left)));
        let builder = UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center));
        let mut right = ui.new_child(builder);
        actions(&mut right);
        let end = if right.min_rect().width() > 0.0 { right.min_rect().left() - 12.0 } else { rect.right() };
        let middle = egui::Rect::from_min_max(pos2(left.right() + 12.0, rect.top() + 8.0), pos2(end, rect.bottom()));
        let ui = &mut ui.new_child(UiBuilder::new().max_rect(middle).layout(Layout::top_down(Align::Min)));
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.spacing_mut().interact_size.y = 18.0;
        ui.horizontal(|ui| {
            let percent = if let Bar::Known(part) = self.bar { super::format::percent(part) } else { String::new() };
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(text::mono(percent).color(t.text.support));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    truncate::file_name_ui(ui, self.title, Type::Name, t.text.main);
                });
            });
        });
        progress::bar_ui(ui, self.title, self.bar);
        ui.spacing_mut().interact_size.y = 16.0;
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.hint(self.pace);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    truncate::name_ui(ui, self.stage, Type::Small, t.text.hint);
                });
            });
        });
    }
}
