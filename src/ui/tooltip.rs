//! Tooltips: what it does and the key that does it, or why it is off.

use egui::{Response, Ui};

use super::text;
use super::theme::Look as _;

/// A tooltip with the key after the words, such as "Add to favourites  S".
pub fn with_key(response: Response, words: &str, key: &str) -> Response {
    attach(response, Some(words), Some(key), None)
}

/// The tooltip of a control: `words` and `key` while it is on, `why_off` while it is off. The reason is also the
/// control's description for screen readers, who cannot hover.
pub(super) fn attach(response: Response, words: Option<&str>, key: Option<&str>, why_off: Option<&str>) -> Response {
    if let Some(why) = why_off {
        response.ctx.accesskit_node_builder(response.id, |node| node.set_description(why));
        return response.on_disabled_hover_ui(|ui| body(ui, why, None));
    }
    match words {
        Some(words) => response.on_hover_ui(|ui| body(ui, words, key)),
        None => response,
    }
}

pub(super) fn body(ui: &mut Ui, words: &str, key: Option<&str>) {
    let t = ui.tokens();
    ui.horizontal(|ui| {
        ui.label(text::small(words));
        if let Some(key) = key {
            ui.label(text::caption(key).color(t.text.hint));
        }
    });
}
