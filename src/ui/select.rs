//! Choosing from a list that opens, and the rows of menus.

use egui::{Popup, PopupCloseBehavior, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::icons::{self, Icon};
use super::paint::{self, Handling};
use super::text::{self, Type};
use super::theme::{Look as _, radius};
use super::tooltip;

/// A choice from a list, 32 high with a caret.
///
/// `Select::new("Sort", &mut sort, &[(Recent, "Recently used"), (Name, "Name")]).hide_label().show(ui)`
#[must_use = "a select shows only when `show` is called"]
pub struct Select<'a, T> {
    label: &'a str,
    value: &'a mut T,
    options: &'a [(T, &'a str)],
    icon: Option<Icon>,
    width: Option<f32>,
    hidden_label: bool,
    small: bool,
    why_off: Option<&'a str>,
}

impl<'a, T: Clone + PartialEq> Select<'a, T> {
    /// As wide as its longest option, unless a width is given.
    pub const fn new(label: &'a str, value: &'a mut T, options: &'a [(T, &'a str)]) -> Self {
        Self { label, value, options, icon: None, width: None, hidden_label: false, small: false, why_off: None }
    }

    /// An icon before the chosen words.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Width in points.
    pub const fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Does not draw the label; it stays the accessible name.
    pub const fn hide_label(mut self) -> Self {
        self.hidden_label = true;
        self
    }

    /// 28 high in small words, beside chips.
    pub const fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// Off when there is a reason, which becomes the tooltip.
    pub const fn off_if(mut self, why: Option<&'a str>) -> Self {
        self.why_off = why;
        self
    }

    const fn kind(&self) -> Type {
        if self.small { Type::Label } else { Type::Body }
    }

    /// Draws it. True when another option was chosen.
    pub fn show(self, ui: &mut Ui) -> bool {
        if self.hidden_label {
            return self.box_ui(ui);
        }
        let color = ui.tokens().text.support;
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.label(text::label(self.label).color(color));
            self.box_ui(ui)
        })
        .inner
    }

    fn box_ui(self, ui: &mut Ui) -> bool {
        let t = ui.tokens();
        let lead = if self.icon.is_some() { 23.0 } else { 0.0 };
        let widest = self.options.iter().map(|(_, words)| {
            ui.painter().layout_no_wrap((*words).to_owned(), self.kind().font(), t.text.main).size().x
        });
        let least = widest.fold(0.0, f32::max).ceil() + lead + 44.0;
        let width = self.width.unwrap_or(least + 4.0).max(least).min(ui.available_width());
        let enabled = self.why_off.is_none() && ui.is_enabled();
        let response = paint::place(ui, vec2(width, if self.small { 28.0 } else { 32.0 }), Sense::click(), enabled);
        let chosen = self.options.iter().find(|(value, _)| value == self.value).map_or("", |(_, words)| *words);
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, enabled, self.label);
            info.current_text_value = Some(chosen.to_owned());
            info
        });
        self.paint(ui, &response, chosen, lead);
        let changed = menu(&response, |ui| {
            let mut changed = false;
            for (value, words) in self.options {
                let on = value == self.value;
                let row = MenuItem::new(words).on(on).show(ui);
                // The list opens with the chosen row in hand, for the keyboard.
                if on && response.clicked() {
                    row.request_focus();
                }
                if row.clicked() {
                    response.request_focus();
                    changed = !on;
                    *self.value = value.clone();
                }
            }
            changed
        });
        let cut = (width < least).then_some(chosen);
        tooltip::attach(response, cut, None, self.why_off);
        changed.unwrap_or(false)
    }

    fn paint(&self, ui: &Ui, response: &Response, chosen: &str, lead: f32) {
        let (t, rect) = (ui.tokens(), response.rect);
        if !ui.is_rect_visible(rect) {
            return;
        }
        let handling = Handling::of(response);
        let (fill, edge, ink) = match handling {
            Handling::Disabled => (t.fill.surface_2, t.edge.soft, t.text.off),
            Handling::Idle => (t.fill.surface_2, t.edge.strong, t.text.main),
            Handling::Hovered | Handling::Pressed => (t.fill.surface_3, t.edge.strong, t.text.main),
        };
        ui.painter().rect(rect, radius::CONTROL, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        if response.has_focus() {
            paint::focus_ring(ui.painter(), rect, radius::CONTROL, t);
        }
        let y = rect.center().y;
        if let Some(icon) = self.icon {
            icon.paint(ui.painter(), pos2(rect.left() + 21.0, y), 16.0, ink);
        }
        let left = rect.left() + 13.0 + lead;
        let words = paint::one_line(ui, chosen, self.kind(), ink, rect.right() - 30.0 - left);
        paint::text_at(ui.painter(), left, y, words);
        icons::CARET_DOWN.paint(ui.painter(), pos2(rect.right() - 16.0, y), 12.0, t.text.hint);
    }
}

/// Opens a menu below `response` when that is clicked; rows are [`MenuItem`]s. Esc and a click close it.
pub fn menu<R>(response: &Response, rows: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let popup = Popup::menu(response).gap(4.0).close_behavior(PopupCloseBehavior::CloseOnClick);
    // The key goes back to where the menu was opened from, or it would be nowhere.
    let escaped = |ui: &Ui| ui.input(|input| input.key_pressed(egui::Key::Escape));
    popup
        .show(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.set_min_width((response.rect.width() - 14.0).max(160.0));
            if escaped(ui) {
                response.request_focus();
            }
            rows(ui)
        })
        .map(|shown| shown.inner)
}

/// One row of a menu, 32 high: icon, words, key.
#[must_use = "a row shows only when `show` is called"]
pub struct MenuItem<'a> {
    words: &'a str,
    icon: Option<Icon>,
    key: Option<&'a str>,
    on: Option<bool>,
    danger: bool,
    why_off: Option<&'a str>,
}

impl<'a> MenuItem<'a> {
    /// A row that does something.
    pub const fn new(words: &'a str) -> Self {
        Self { words, icon: None, key: None, on: None, danger: false, why_off: None }
    }

    /// An icon before the words.
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The key that does the same.
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// One of several: the one that is on has a tick.
    pub const fn on(mut self, on: bool) -> Self {
        self.on = Some(on);
        self
    }

    /// Takes something away.
    pub const fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Off when there is a reason, which becomes the tooltip.
    pub const fn off_if(mut self, why: Option<&'a str>) -> Self {
        self.why_off = why;
        self
    }

    /// Draws the row.
    pub fn show(self, ui: &mut Ui) -> Response {
        let t = ui.tokens();
        let enabled = self.why_off.is_none() && ui.is_enabled();
        let ink = match (enabled, self.danger) {
            (false, _) => t.text.off,
            (true, true) => t.danger.ink,
            (true, false) => t.text.main,
        };
        let words = ui.painter().layout_no_wrap(self.words.to_owned(), Type::Body.font(), ink);
        let key = self.key.map(|key| ui.painter().layout_no_wrap(key.to_owned(), Type::Caption.font(), t.text.hint));
        let lead = if self.icon.is_some() { 34.0 } else { 10.0 };
        let tail = key.as_ref().map_or(0.0, |key| key.size().x + 24.0) + if self.on.is_some() { 30.0 } else { 10.0 };
        // While the menu is being measured, rows ask for what they need: it is as wide as the widest.
        let room = if ui.is_sizing_pass() { 0.0 } else { ui.available_width() };
        let width = (lead + words.size().x + tail).max(room);
        let response = paint::place(ui, vec2(width, 32.0), Sense::click(), enabled);
        response.widget_info(|| match self.on {
            Some(on) => WidgetInfo::selected(Role::MenuItemRadio, enabled, on, self.words),
            None => WidgetInfo::labeled(Role::MenuItem, enabled, self.words),
        });
        let (rect, y) = (response.rect, response.rect.center().y);
        if enabled && (response.hovered() || response.has_focus()) {
            ui.painter().rect_filled(rect, radius::CONTROL, t.fill.surface_3);
        }
        if response.has_focus() {
            paint::focus_inside(ui.painter(), rect, radius::CONTROL, t);
        }
        if let Some(icon) = self.icon {
            icon.paint(ui.painter(), pos2(rect.left() + 18.0, y), 16.0, ink);
        }
        paint::text_at(ui.painter(), rect.left() + lead, y, words);
        if let Some(key) = key {
            paint::text_at(ui.painter(), rect.right() - 10.0 - key.size().x, y, key);
        }
        if self.on == Some(true) {
            icons::CHECK.paint(ui.painter(), pos2(rect.right() - 16.0, y), 14.0, t.accent.fill);
        }
        if response.clicked() {
            // A click of the pointer closes the menu by itself, Enter does not.
            ui.close();
        }
        tooltip::attach(response, None, None, self.why_off)
    }
}
