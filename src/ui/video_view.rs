//! Moving pictures: one texture that is written over, and the place it is shown in.

use std::sync::Arc;

use egui::{
    Color32, ColorImage, Context, CornerRadius, Rect, Response, Role, Sense, TextureHandle, TextureOptions, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::icons::{self, Icon};
use super::paint;
use super::text::Type;
use super::theme::{Look as _, radius};

/// The picture that is shown, in one texture. Pictures that follow each other use its memory again.
#[derive(Default)]
pub struct Screen {
    texture: Option<TextureHandle>,
    image: Option<Arc<ColorImage>>,
}

impl Screen {
    /// Shows a picture of `width` x `height` opaque pixels, four bytes each. One whose bytes do not fill its size is
    /// left out.
    #[expect(clippy::disallowed_methods, reason = "pixels of a video, not a colour of ours")]
    pub fn put(&mut self, ctx: &Context, [width, height]: [u32; 2], rgba: &[u8]) {
        let size = [width, height].map(|side| usize::try_from(side).unwrap_or(usize::MAX));
        if size[0].saturating_mul(size[1]).saturating_mul(4) != rgba.len() || rgba.is_empty() {
            return;
        }
        let pixels = || rgba.chunks_exact(4).map(|p| Color32::from_rgba_premultiplied(p[0], p[1], p[2], p[3]));
        // Free again once the renderer has taken the picture before.
        match self.image.as_mut().and_then(Arc::get_mut).filter(|image| image.size == size) {
            Some(image) => image.pixels.iter_mut().zip(pixels()).for_each(|(old, new)| *old = new),
            None => self.image = Some(Arc::new(ColorImage::new(size, pixels().collect()))),
        }
        let Some(image) = self.image.clone() else { return };
        match &mut self.texture {
            Some(texture) => texture.set(image, TextureOptions::LINEAR),
            None => self.texture = Some(ctx.load_texture("video", image, TextureOptions::LINEAR)),
        }
    }

    /// What is shown, once there is something.
    pub fn texture(&self) -> Option<&TextureHandle> {
        self.texture.as_ref()
    }
}

/// A mark on the corner of a picture: an icon, if any, words, and whether it stands out.
#[derive(Clone, Copy)]
pub struct Mark<'a> {
    pub icon: Option<Icon>,
    pub words: &'a str,
    pub accent: bool,
}

/// A video, all of it, on a dark bed whatever the theme. A click is the caller's, to play or pause.
///
/// `VideoView::new("teaser.mp4", screen.texture()).top(Mark { .. }).show(ui, size).clicked()`
#[must_use = "a video shows only when `show` is called"]
pub struct VideoView<'a> {
    name: &'a str,
    picture: Option<&'a TextureHandle>,
    value: String,
    top: Option<Mark<'a>>,
    bottom: Option<Mark<'a>>,
    is_waiting: bool,
    corner: u8,
}

impl<'a> VideoView<'a> {
    /// `name` is what screen readers say.
    pub fn new(name: &'a str, picture: Option<&'a TextureHandle>) -> Self {
        Self { name, picture, value: String::new(), top: None, bottom: None, is_waiting: false, corner: radius::ROW }
    }

    /// What is seen, in words: "Frame 80".
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// A mark at the left of the upper edge.
    pub const fn top(mut self, mark: Mark<'a>) -> Self {
        self.top = Some(mark);
        self
    }

    /// A mark at the left of the lower edge.
    pub fn bottom(mut self, mark: Option<Mark<'a>>) -> Self {
        self.bottom = mark;
        self
    }

    /// A ring turns while there is no picture.
    pub const fn waiting(mut self, is_waiting: bool) -> Self {
        self.is_waiting = is_waiting;
        self
    }

    /// Without rounded corners, for the full window.
    pub const fn square(mut self) -> Self {
        self.corner = 0;
        self
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui, size: Vec2) -> Response {
        let t = ui.tokens();
        let response = paint::place(ui, size, Sense::click(), ui.is_enabled());
        response.widget_info(|| WidgetInfo::labeled(Role::Video, true, self.name));
        response.ctx.accesskit_node_builder(response.id, |node| node.set_value(self.value.as_str()));
        let rect = response.rect;
        if !ui.is_rect_visible(rect) {
            return response;
        }
        ui.painter().rect_filled(rect, self.corner, t.badge.fill);
        match self.picture {
            Some(picture) => paint_picture(ui, rect, picture, self.corner),
            None if self.is_waiting => paint::spinner(ui, rect.center(), 28.0, t.accent.fill, t.edge.control),
            None => icons::FILM_STRIP.paint(ui.painter(), rect.center(), 22.0, t.edge.control),
        }
        if let Some(mark) = self.top {
            paint_mark(ui, rect, mark, true);
        }
        if let Some(mark) = self.bottom {
            paint_mark(ui, rect, mark, false);
        }
        if response.has_focus() {
            paint::focus_ring(ui.painter(), rect, self.corner, t);
        }
        response
    }
}

fn paint_picture(ui: &Ui, rect: Rect, picture: &TextureHandle, corner: u8) {
    let size = picture.size_vec2().max(Vec2::splat(1.0));
    let place = Rect::from_center_size(rect.center(), size * (rect.size() / size).min_elem());
    // Only a picture that fills its place has the place's corners.
    let fills = (place.width() - rect.width()).abs() < 2.0 && (place.height() - rect.height()).abs() < 2.0;
    let place = if fills { rect } else { place };
    let corner = if fills { CornerRadius::same(corner) } else { CornerRadius::ZERO };
    egui::Image::new((picture.id(), size)).corner_radius(corner).paint_at(ui, place);
}

fn paint_mark(ui: &Ui, rect: Rect, mark: Mark<'_>, top: bool) {
    let t = ui.tokens();
    let (fill, ink) = if mark.accent { (t.accent.fill, t.accent.on) } else { (t.badge.fill, t.badge.ink) };
    let galley = paint::one_line(ui, mark.words, Type::Label, ink, rect.width() - 60.0);
    let indent = if mark.icon.is_some() { 21.0 } else { 0.0 };
    let size = galley.size() + vec2(20.0 + indent, 8.0);
    let y = if top { rect.top() + 12.0 } else { rect.bottom() - 12.0 - size.y };
    let place = Rect::from_min_size(pos2(rect.left() + 12.0, y), size);
    ui.painter().rect_filled(place, radius::TAG, fill);
    if let Some(icon) = mark.icon {
        icon.paint(ui.painter(), place.left_center() + vec2(17.0, 0.0), 16.0, ink);
    }
    ui.painter().galley(place.min + vec2(10.0 + indent, 4.0), galley, ink);
}
