//! What is watched over the whole window.

use egui::{Align, Area, Frame, Id, Key, Layout, Margin, Modal, Modifiers, Order, Ui, vec2};

use super::{Marks, Watch, bar};
use crate::panels::Cx;
use crate::ui::theme::Look as _;
use crate::ui::{Mark, space};

impl Watch {
    /// Draws over everything while the full window is on. Escape or F leave it.
    pub fn full_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        if !self.is_full {
            return;
        }
        let (ctx, t) = (ui.ctx().clone(), ui.tokens());
        let id = Id::unique("full window");
        let whole = ctx.content_rect();
        let area = Area::new(id).order(Order::Foreground).fixed_pos(whole.min).interactable(true);
        let modal = Modal::new(id).area(area).frame(Frame::new()).backdrop_color(t.badge.fill);
        let shown = modal.show(&ctx, |ui| {
            ui.set_min_size(whole.size());
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            self.pictures_ui(ui, cx, whole.size() - vec2(0.0, bar::HEIGHT + 2.0 * space::S));
            let margin = Margin::symmetric(16, 8);
            Frame::new().fill(t.fill.surface).inner_margin(margin).show(ui, |ui| {
                ui.set_width(whole.width() - 32.0);
                self.plain_ui(ui, cx);
            });
        });
        let escaped = shown.is_top_modal && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if escaped {
            self.is_full = false;
        }
    }

    fn pictures_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, size: egui::Vec2) {
        let two = self.sides.len() == 2;
        let gap = if two { space::XS } else { 0.0 };
        let each = if two { vec2((size.x - gap) / 2.0, size.y) } else { size };
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for index in 0..self.sides.len() {
                let words = if index == 0 { "Before" } else { "After" };
                let top = two.then_some(Mark { icon: None, words, accent: index == 1 });
                self.view_ui(ui, cx, index, each, Marks { top, is_full: true, ..Marks::default() });
            }
        });
    }
}
