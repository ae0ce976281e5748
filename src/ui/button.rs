//! Buttons: one builder for all kinds and sizes.

use egui::{Color32, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};

use super::icons::Icon;
use super::paint::{self, Handling, Pose};
use super::text::Type;
use super::theme::{Look as _, radius};
use super::{fonts, motion, toast, tooltip};

mod colors;

use colors::{Colors, colors};

/// Height in points: 28, 32 or 40.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Small,
    Normal,
    Large,
}

/// How much room it takes across.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Room {
    /// What it needs.
    Own,
    /// So many points, if there are as many.
    AtLeast(f32),
    /// That of its words: its padding lies over the edges of the column.
    Flush,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Primary,
    Secondary,
    Ghost,
    Outline,
    Danger,
    DangerFilled,
    Link,
}

/// A button. Its accessible name is its label, or what it is busy with; the key hint and the tooltip are not part of it.
///
/// `Button::primary("Lip sync").icon(icons::FILM_SLATE).key("Ctrl Enter").show(ui).clicked()`
#[must_use = "a button shows only when `show` is called"]
pub struct Button<'a> {
    label: &'a str,
    kind: Kind,
    size: Size,
    icon: Option<Icon>,
    icon_after: bool,
    key: Option<&'a str>,
    tip: Option<&'a str>,
    why_off: Option<&'a str>,
    busy: Option<&'a str>,
    room: Room,
    pose: Option<Pose>,
    id: Option<egui::Id>,
}

impl<'a> Button<'a> {
    const fn new(kind: Kind, label: &'a str) -> Self {
        Self {
            label,
            kind,
            size: Size::Normal,
            icon: None,
            icon_after: false,
            key: None,
            tip: None,
            why_off: None,
            busy: None,
            room: Room::Own,
            pose: None,
            id: None,
        }
    }

    /// The one main action of a page.
    pub const fn primary(label: &'a str) -> Self {
        Self::new(Kind::Primary, label)
    }

    /// Any other action.
    pub const fn secondary(label: &'a str) -> Self {
        Self::new(Kind::Secondary, label)
    }

    /// An action of little weight, without an edge.
    pub const fn ghost(label: &'a str) -> Self {
        Self::new(Kind::Ghost, label)
    }

    /// The one recommended action inside a card.
    pub const fn outline(label: &'a str) -> Self {
        Self::new(Kind::Outline, label)
    }

    /// An action that takes something away.
    pub const fn danger(label: &'a str) -> Self {
        Self::new(Kind::Danger, label)
    }

    /// The dangerous answer of a dialog.
    pub const fn danger_filled(label: &'a str) -> Self {
        Self::new(Kind::DangerFilled, label)
    }

    /// Accent text without fill or edge, for banners and toasts.
    pub const fn link(label: &'a str) -> Self {
        Self::new(Kind::Link, label)
    }

    /// 28 high.
    pub const fn small(mut self) -> Self {
        self.size = Size::Small;
        self
    }

    /// 40 high.
    pub const fn large(mut self) -> Self {
        self.size = Size::Large;
        self
    }

    /// An icon before the label.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The icon behind the label, for what leaves the app.
    pub const fn icon_after(mut self, icon: Icon) -> Self {
        (self.icon, self.icon_after) = (Some(icon), true);
        self
    }

    /// The key that does the same, shown behind a thin line: "Ctrl Enter".
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// A tooltip.
    pub const fn tip(mut self, tip: &'a str) -> Self {
        self.tip = Some(tip);
        self
    }

    /// Off when there is a reason, which becomes the tooltip: `.off_if(missing.then_some("Choose a voice first"))`.
    pub const fn off_if(mut self, why: Option<&'a str>) -> Self {
        self.why_off = why;
        self
    }

    /// On or off, with the reason for being off.
    pub fn enabled_or(self, enabled: bool, why_not: &'a str) -> Self {
        self.off_if((!enabled).then_some(why_not))
    }

    /// While busy the ring replaces the icon, `act` the label ("Sending"), the width stays and clicks do nothing.
    pub fn busy(mut self, busy: bool, act: &'a str) -> Self {
        self.busy = busy.then_some(act);
        self
    }

    /// At least this wide.
    pub const fn width(mut self, width: f32) -> Self {
        self.room = Room::AtLeast(width);
        self
    }

    /// Its words stand on the edges of the column, like any text; what the pointer brings up reaches a little further. For
    /// buttons without fill or edge.
    pub const fn flush(mut self) -> Self {
        self.room = Room::Flush;
        self
    }

    /// As wide as there is room.
    pub const fn fill_width(self) -> Self {
        self.width(f32::INFINITY)
    }

    /// A fixed id, to move the focus here from elsewhere.
    pub const fn id(mut self, id: egui::Id) -> Self {
        self.id = Some(id);
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
        let parts = Parts::new(ui, &self);
        // Nothing is cut off unsaid: a label that had to be shortened is in the tooltip.
        let tip = self.tip.or_else(|| parts.label.elided.then_some(name_of(&self)));
        let (width, over) = match self.room {
            Room::Own => (parts.width, 0.0),
            Room::AtLeast(width) => (width.min(ui.available_width()).max(parts.width), 0.0),
            Room::Flush => (parts.width - 2.0 * self.padding(), self.padding()),
        };
        let (auto_id, place) = ui.allocate_space(vec2(width, self.height()));
        let rect = place.expand2(vec2(over, 0.0));
        let sense = if self.busy.is_some() { Sense::focusable_noninteractive() } else { Sense::click() };
        let response = paint::listen(ui, rect, self.id.unwrap_or(auto_id), sense, enabled);
        let name = name_of(&self);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled && self.busy.is_none(), name));
        if self.kind == Kind::Primary {
            toast::keep_clear(ui, rect);
        }
        if ui.is_rect_visible(rect) {
            let (handling, focused) = paint::posed(&response, self.pose);
            let colors = colors(self.kind, handling, t);
            let fill = match handling {
                Handling::Idle | Handling::Hovered if self.pose.is_none() => {
                    let hovered = motion::hover(ui.ctx(), response.id, handling == Handling::Hovered);
                    let over = self::colors(self.kind, Handling::Hovered, t).fill;
                    self::colors(self.kind, Handling::Idle, t).fill.lerp_to_gamma(over, hovered)
                }
                _ => colors.fill,
            };
            ui.painter().rect(rect, radius::CONTROL, fill, Stroke::new(1.0, colors.edge), StrokeKind::Inside);
            if focused {
                paint::focus_ring(ui.painter(), rect, radius::CONTROL, t);
            }
            parts.paint(ui, rect, &self, colors);
        }
        tooltip::attach(response, tip, None, self.why_off)
    }

    const fn height(&self) -> f32 {
        match self.size {
            Size::Small => 28.0,
            Size::Normal => 32.0,
            Size::Large => 40.0,
        }
    }

    const fn padding(&self) -> f32 {
        let inside = match (self.kind, self.size) {
            // Its words stand on the edge of the column.
            (Kind::Link, _) => 0.0,
            (_, Size::Small) => 10.0,
            (_, Size::Normal) => 12.0,
            (_, Size::Large) => 18.0,
        };
        // Kinds with an edge keep their padding inside it.
        if matches!(self.kind, Kind::Secondary | Kind::Outline | Kind::Danger) { inside + 1.0 } else { inside }
    }

    fn font(&self) -> egui::FontId {
        let mut font = match self.size {
            Size::Small => Type::Label.font(),
            Size::Normal if self.kind == Kind::Link => Type::Label.font(),
            Size::Normal => Type::Control.font(),
            Size::Large => egui::FontId::new(14.0, fonts::medium()),
        };
        if matches!(self.kind, Kind::Primary | Kind::DangerFilled) {
            font.family = fonts::semi_bold();
        }
        font
    }
}

/// What is drawn and heard: what is going on, or the label.
const fn name_of<'a>(button: &Button<'a>) -> &'a str {
    match button.busy {
        Some(act) => act,
        None => button.label,
    }
}

const ICON: f32 = 16.0;
const ICON_GAP: f32 = 7.0;
const KEY_GAP: f32 = 10.0;
/// What is left of a label that has no room, in points.
const LEAST_LABEL: f32 = 40.0;

/// The texts of a button, laid out before the button is placed because they give its width.
struct Parts {
    label: std::sync::Arc<egui::Galley>,
    key: Option<std::sync::Arc<egui::Galley>>,
    width: f32,
}

impl Parts {
    fn new(ui: &Ui, button: &Button<'_>) -> Self {
        let layout = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), button.font(), Color32::PLACEHOLDER);
        let key = button
            .key
            .filter(|_| button.busy.is_none())
            .map(|key| ui.painter().layout_no_wrap(key.to_owned(), Type::Caption.font(), Color32::PLACEHOLDER));
        let rest = layout(button.label);
        let mut content = rest.size().x;
        let label = match button.busy {
            // The busy label brings the ring with it even where the resting button has no icon.
            Some(act) => {
                let busy = layout(act);
                if button.icon.is_none() {
                    content = content.max(busy.size().x + ICON + ICON_GAP);
                } else {
                    content = content.max(busy.size().x);
                }
                busy
            }
            None => rest,
        };
        if button.icon.is_some() {
            content += ICON + ICON_GAP;
        }
        if let Some(key) = &key {
            content += 2.0 * KEY_GAP + 1.0 + key.size().x;
        }
        let mut width = (content + 2.0 * button.padding()).ceil();
        let missing = width - room(ui);
        let shorter = (label.size().x - missing).floor();
        let label = if missing > 1.0 && shorter >= LEAST_LABEL {
            width -= label.size().x - shorter;
            paint::shortened(ui, name_of(button), button.font(), shorter)
        } else {
            label
        };
        Self { label, key, width }
    }

    fn paint(&self, ui: &Ui, rect: egui::Rect, button: &Button<'_>, colors: Colors) {
        let painter = ui.painter();
        let lead = if button.icon.is_some() || button.busy.is_some() { ICON + ICON_GAP } else { 0.0 };
        let tail = self.key.as_ref().map_or(0.0, |key| 2.0 * KEY_GAP + 1.0 + key.size().x);
        let y = rect.center().y;
        let mut x = rect.center().x - (lead + self.label.size().x + tail) / 2.0;
        let after = button.icon_after && button.busy.is_none();
        let icon_x = if after { x + self.label.size().x + ICON_GAP } else { x };
        let icon_center = egui::pos2(icon_x + ICON / 2.0, y);
        if button.busy.is_some() {
            paint::spinner(ui, icon_center, ICON, colors.ring, colors.track);
        } else if let Some(icon) = button.icon {
            icon.paint(painter, icon_center, ICON, colors.ink);
        }
        x += if after { 0.0 } else { lead };
        painter.galley(egui::pos2(x, paint::text_top(y, &self.label)), self.label.clone(), colors.ink);
        if let Some(key) = &self.key {
            x += self.label.size().x + KEY_GAP;
            painter.vline(x + 0.5, (y - 8.0)..=(y + 8.0), Stroke::new(1.0, colors.key.gamma_multiply(0.4)));
            painter.galley(egui::pos2(x + 1.0 + KEY_GAP, paint::text_top(y, key)), key.clone(), colors.key);
        }
    }
}

/// How wide a button can get before the edge of what is drawn cuts it. Those that stand a little over their place are
/// still whole.
fn room(ui: &Ui) -> f32 {
    let (cursor, clip) = (ui.cursor(), ui.clip_rect());
    let seen =
        if ui.layout().prefer_right_to_left() { cursor.right() - clip.left() } else { clip.right() - cursor.left() };
    seen.max(ui.available_width())
}

/// Two buttons' worth of room between groups: a thin upright line.
pub fn divider(ui: &mut Ui, height: f32) {
    let t = ui.tokens();
    let (rect, _) = ui.allocate_exact_size(Vec2::new(1.0, height), Sense::hover());
    ui.painter().vline(rect.center().x, rect.y_range(), Stroke::new(1.0, t.edge.soft));
}
