//! Something to be read over the page: a title, a button that closes it, and whatever there is to read.

use egui::{Align, Context, Id, Layout, ScrollArea, Ui, vec2};

use super::theme::Tokens;
use super::{IconButton, dialog, icons, space, text};

/// Room around a sheet, at its sides and above and below, in points.
const AROUND: egui::Vec2 = vec2(96.0, 128.0);

/// Shows a sheet as wide as asked for and as high as the window allows; call it every frame while it is open. True when
/// it was closed: by its button, by Esc, or by a press beside it. The focus goes back to where it was.
pub fn sheet_ui(ctx: &Context, title: &str, width: f32, draw: impl FnOnce(&mut Ui)) -> bool {
    let id = Id::unique(title).with("sheet");
    let opener = dialog::remember_opener(ctx, id);
    let t = Tokens::of(ctx.theme());
    let window = ctx.content_rect().size();
    let shown = dialog::modal(id, title).backdrop_color(t.fill.scrim).frame(dialog::frame(t)).show(ctx, |ui| {
        ui.set_width(width.min(window.x - AROUND.x));
        let mut closed = false;
        ui.horizontal(|ui| {
            ui.heading(text::section(title));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let close = IconButton::new(icons::X, "Close").key("Esc").show(ui);
                if dialog::is_new(ui.ctx(), id) {
                    close.request_focus();
                }
                closed = close.clicked();
            });
        });
        ui.add_space(space::S);
        let most = window.y - AROUND.y - 48.0;
        let list = ScrollArea::vertical().max_height(most).min_scrolled_height(most).auto_shrink([false, true]);
        list.show(ui, draw);
        closed
    });
    let beside = shown.backdrop_response.clicked();
    let escaped = shown.is_top_modal
        && !shown.any_popup_open
        && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
    let closed = shown.inner || beside || escaped;
    if closed {
        dialog::close(ctx, id, opener);
    }
    closed
}

/// Closes a sheet by something else than its own button, so that the focus goes back.
pub fn close(ctx: &Context, title: &str) {
    let id = Id::unique(title).with("sheet");
    let opener = dialog::remember_opener(ctx, id);
    dialog::close(ctx, id, opener);
}
