//! What stands at the right end of a row.

use egui::{Align, Layout, Ui};

/// Shows it from left to right, so that the keys walk through it as it is read, which they would not do from the right
/// end. How wide it is is known from the frame before; where that was otherwise, the frame is laid out once more.
pub fn end_ui<R>(ui: &mut Ui, show: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with("end");
    let known = ui.data(|data| data.get_temp::<f32>(id));
    ui.add_space((ui.available_width() - known.unwrap_or_default()).max(0.0));
    let shown = ui.with_layout(Layout::left_to_right(Align::Center), show);
    let width = shown.response.rect.width();
    if known.is_none_or(|known| (known - width).abs() > 0.01) {
        ui.data_mut(|data| data.insert_temp(id, width));
        ui.ctx().request_discard("the right end of a row is of another width");
    }
    shown.inner
}
