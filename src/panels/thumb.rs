//! Frames of videos in cards, rows and previews.

use egui::{Rect, TextureHandle, Ui, Vec2, pos2, vec2};

use crate::ui::theme::Look as _;
use crate::ui::{Icon, radius};

/// How a picture meets a place of another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Fills the place; what stands out is not shown.
    Cover,
    /// All of it is shown.
    Contain,
}

/// Draws a picture into `rect`, or `icon` on an empty bed while there is none.
pub(super) fn paint(ui: &Ui, rect: Rect, picture: Option<&TextureHandle>, fit: Fit, icon: Icon) {
    let t = ui.tokens();
    ui.painter().rect_filled(rect, radius::CONTROL, t.fill.canvas);
    let Some(picture) = picture else {
        // The bed of a light card has its colour.
        let edge = egui::Stroke::new(1.0, t.edge.soft);
        ui.painter().rect_stroke(rect, radius::CONTROL, edge, egui::StrokeKind::Inside);
        icon.paint(ui.painter(), rect.center(), 22.0_f32.min(rect.height() * 0.6), t.text.hint);
        return;
    };
    let (place, part) = placed(rect, picture.size_vec2(), fit);
    let image = egui::Image::new((picture.id(), picture.size_vec2())).uv(part).corner_radius(radius::CONTROL);
    image.paint_at(ui, place);
}

/// Where the picture goes, and which part of it (0 to 1).
fn placed(rect: Rect, size: Vec2, fit: Fit) -> (Rect, Rect) {
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let ratios = rect.size() / size.max(Vec2::splat(1.0));
    match fit {
        Fit::Contain => (Rect::from_center_size(rect.center(), size * ratios.min_elem()), whole),
        Fit::Cover => {
            let shown = vec2(ratios.x, ratios.y) / ratios.max_elem();
            (rect, Rect::from_center_size(whole.center(), shown))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tall_picture_is_cropped_or_framed() {
        let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(160.0, 90.0));
        let (place, part) = placed(rect, vec2(90.0, 160.0), Fit::Cover);
        assert_eq!(place, rect);
        assert!((part.width() - 1.0).abs() < 1e-4 && part.height() < 0.4, "{part:?}");
        let (place, _) = placed(rect, vec2(90.0, 160.0), Fit::Contain);
        assert!((place.height() - 90.0).abs() < 1e-3 && (place.width() - 50.625).abs() < 1e-3, "{place:?}");
    }
}
