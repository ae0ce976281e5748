//! Stills of the two practice videos, as they stand on the first page and beside the button that opens the example.

use egui::{Color32, ColorImage, Id, Rect, TextureHandle, TextureOptions, Ui, pos2};

use crate::ui::radius;

/// As bare RGB; see `assets/example/make.py`.
const BYTES: [&[u8]; 2] =
    [include_bytes!("../../assets/example/Lena.rgb"), include_bytes!("../../assets/example/Sam.rgb")];
const SIZE: [usize; 2] = [320, 180];

/// Who is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Still {
    /// The speaker whose voice is cloned.
    Lena,
    /// The one whose lips move.
    Sam,
}

/// Fills a place with a still; what the place has not the shape for is left away at both sides.
pub fn paint(ui: &Ui, place: Rect, still: Still) {
    let [lena, sam] = textures(ui);
    let texture = if still == Still::Lena { lena } else { sam };
    let wide = texture.aspect_ratio() / place.aspect_ratio().max(0.1);
    let (x, y) = if wide > 1.0 { (0.5 - 0.5 / wide, 0.0) } else { (0.0, 0.5 - 0.5 * wide) };
    let seen = Rect::from_min_max(pos2(x, y), pos2(1.0 - x, 1.0 - y));
    let shape = egui::epaint::RectShape::filled(place, radius::CONTROL, Color32::WHITE);
    ui.painter().add(shape.with_texture(texture.id(), seen));
}

/// Loaded once.
fn textures(ui: &Ui) -> [TextureHandle; 2] {
    let id = Id::unique("stills of the example");
    if let Some(there) = ui.ctx().data(|data| data.get_temp::<[TextureHandle; 2]>(id)) {
        return there;
    }
    let made = BYTES.map(|bytes| {
        let picture = ColorImage::from_rgb(SIZE, bytes);
        // They are drawn smaller than they are.
        let options = TextureOptions { mipmap_mode: Some(egui::TextureFilter::Linear), ..TextureOptions::LINEAR };
        ui.ctx().load_texture("still of the example", picture, options)
    });
    ui.ctx().data_mut(|data| data.insert_temp(id, made.clone()));
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_is_as_large_as_it_is_said_to_be() {
        assert!(BYTES.iter().all(|still| still.len() == SIZE[0] * SIZE[1] * 3));
    }
}
