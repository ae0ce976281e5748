//! Buttons without words: square ones with an icon, round ones that play.

use egui::{Color32, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use super::icons::Icon;
use super::paint::{self, Handling, Pose};
use super::theme::{Look as _, radius};
use super::tooltip;

/// A square button with an icon. The name is spoken and shown as the tooltip, so it is never missing.
///
/// `IconButton::new(icons::TRASH, "Delete this voice").key("Del").show(ui).clicked()`
#[must_use = "a button shows only when `show` is called"]
pub struct IconButton<'a> {
    icon: Icon,
    name: &'a str,
    key: Option<&'a str>,
    why_off: Option<&'a str>,
    side: f32,
    ink: Option<Color32>,
    on: Option<bool>,
    filled: bool,
    pose: Option<Pose>,
}

impl<'a> IconButton<'a> {
    /// 32 square.
    pub const fn new(icon: Icon, name: &'a str) -> Self {
        Self { icon, name, key: None, why_off: None, side: 32.0, ink: None, on: None, filled: false, pose: None }
    }

    /// 28 square.
    pub const fn small(mut self) -> Self {
        self.side = 28.0;
        self
    }

    /// The key that does the same, in the tooltip.
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// Off when there is a reason, which becomes the tooltip.
    pub const fn off_if(mut self, why: Option<&'a str>) -> Self {
        self.why_off = why;
        self
    }

    /// Another icon colour than the supporting text's.
    pub const fn ink(mut self, ink: Color32) -> Self {
        self.ink = Some(ink);
        self
    }

    /// A button that stays on: mute, repeat, favourite. Spoken as pressed or not.
    pub const fn on(mut self, on: bool) -> Self {
        self.on = Some(on);
        self
    }

    /// With a resting fill.
    pub const fn filled(mut self) -> Self {
        self.filled = true;
        self
    }

    pub(super) const fn pose(mut self, pose: Pose) -> Self {
        self.pose = Some(pose);
        self
    }

    /// Draws the button.
    pub fn show(self, ui: &mut Ui) -> Response {
        let t = ui.tokens();
        let enabled = self.why_off.is_none() && ui.is_enabled();
        let response = paint::place(ui, Vec2::splat(self.side), Sense::click(), enabled);
        response.widget_info(|| match self.on {
            Some(on) => WidgetInfo::selected(Role::Button, enabled, on, self.name),
            None => WidgetInfo::labeled(Role::Button, enabled, self.name),
        });
        let rect = response.rect;
        if ui.is_rect_visible(rect) {
            let (handling, focused) = paint::posed(&response, self.pose);
            let fill = match handling {
                Handling::Hovered | Handling::Pressed => t.fill.surface_3,
                _ if self.filled => t.fill.surface_2,
                _ => Color32::TRANSPARENT,
            };
            ui.painter().rect_filled(rect, radius::CONTROL, fill);
            if focused {
                paint::focus_ring(ui.painter(), rect, radius::CONTROL, t);
            }
            let ink = match (handling, self.ink) {
                (Handling::Disabled, _) => t.text.off,
                (_, Some(ink)) => ink,
                (Handling::Hovered | Handling::Pressed, None) => t.text.main,
                (Handling::Idle, None) if self.on == Some(true) => t.accent.fill,
                (Handling::Idle, None) => t.text.support,
            };
            self.icon.paint(ui.painter(), rect.center(), if self.side < 32.0 { 15.0 } else { 18.0 }, ink);
        }
        tooltip::attach(response, Some(self.name), self.key, self.why_off)
    }
}

/// A round play button, 28, 32 or 36 across.
///
/// `PlayButton::new("Play take 2", playing).size(36.0).show(ui).clicked()`
#[must_use = "a button shows only when `show` is called"]
pub struct PlayButton<'a> {
    name: &'a str,
    playing: bool,
    size: f32,
    accent: bool,
    key: Option<&'a str>,
    why_off: Option<&'a str>,
}

impl<'a> PlayButton<'a> {
    /// 28 across. `name` says what plays: "Play take 2".
    pub const fn new(name: &'a str, playing: bool) -> Self {
        Self { name, playing, size: 28.0, accent: false, key: None, why_off: None }
    }

    /// Diameter in points.
    pub const fn size(mut self, size: f32) -> Self {
        self.size = size;
        self
    }

    /// In the accent colour, for the row that plays now.
    pub const fn accent(mut self, accent: bool) -> Self {
        self.accent = accent;
        self
    }

    /// The key that does the same, in the tooltip.
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// Off when there is a reason, which becomes the tooltip.
    pub const fn off_if(mut self, why: Option<&'a str>) -> Self {
        self.why_off = why;
        self
    }

    /// Draws the button.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a radius below 30")]
    pub fn show(self, ui: &mut Ui) -> Response {
        let t = ui.tokens();
        let enabled = self.why_off.is_none() && ui.is_enabled();
        let response = paint::place(ui, Vec2::splat(self.size), Sense::click(), enabled);
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, self.playing, self.name));
        let rect = response.rect;
        if ui.is_rect_visible(rect) {
            let handling = Handling::of(&response);
            let fill = match (handling, self.accent) {
                (Handling::Disabled, _) => t.fill.surface_2,
                (Handling::Hovered, true) => t.accent.hover,
                (Handling::Pressed, true) => t.accent.press,
                (Handling::Idle, true) => t.accent.fill,
                (Handling::Hovered | Handling::Pressed, false) => t.edge.strong,
                (Handling::Idle, false) => t.fill.surface_3,
            };
            let ink = match (handling, self.accent) {
                (Handling::Disabled, _) => t.text.off,
                (_, true) => t.accent.on,
                (_, false) => t.text.main,
            };
            ui.painter().circle_filled(rect.center(), self.size / 2.0, fill);
            if response.has_focus() {
                paint::focus_ring(ui.painter(), rect, (self.size / 2.0) as u8, t);
            }
            paint::play_mark(ui.painter(), rect.center(), self.size * 0.5, self.playing, ink);
        }
        tooltip::attach(response, Some(self.name), self.key, self.why_off)
    }
}
