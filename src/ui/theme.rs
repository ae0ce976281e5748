//! Every colour of the program, for dark and light, and how egui's own style follows from them. The only file that
//! makes colours; everything else asks [`tokens`].

use egui::{Color32, CornerRadius, Margin, Shadow, Stroke, TextStyle, Theme, Ui, Vec2};

use super::{fonts, text::Type};

#[cfg(test)]
mod contrast;

/// Gaps in points. Nothing uses a distance of its own.
pub mod space {
    pub const XS: f32 = 4.0;
    pub const S: f32 = 8.0;
    pub const M: f32 = 12.0;
    pub const L: f32 = 16.0;
    pub const XL: f32 = 24.0;
    pub const XXL: f32 = 32.0;
    pub const HUGE: f32 = 48.0;
    /// Around a page.
    pub const PAGE: f32 = 24.0;
}

/// Corner radii in points.
pub mod radius {
    pub const TAG: u8 = 4;
    pub const CONTROL: u8 = 6;
    pub const ROW: u8 = 8;
    pub const CARD: u8 = 10;
    pub const DIALOG: u8 = 14;
    pub const CHIP: u8 = 14;
}

/// Fills, from the back to the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fills {
    pub window: Color32,
    pub canvas: Color32,
    pub surface: Color32,
    pub surface_2: Color32,
    pub surface_3: Color32,
    pub selected: Color32,
    pub popover: Color32,
    pub field: Color32,
    /// Behind the drop overlay, see-through.
    pub overlay: Color32,
    /// Behind a dialog, see-through.
    pub scrim: Color32,
}

/// Edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edges {
    /// Dividers and card edges.
    pub soft: Color32,
    /// Secondary buttons, progress tracks.
    pub strong: Color32,
    /// Fields, check boxes, drop zones, slider tracks: at least 3:1.
    pub control: Color32,
}

/// Text colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inks {
    pub main: Color32,
    pub support: Color32,
    pub hint: Color32,
    /// Disabled only.
    pub off: Color32,
}

/// The one accent: primary action, selection, focus, progress, the part of sound that plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    pub fill: Color32,
    pub hover: Color32,
    pub press: Color32,
    /// Text on the accent.
    pub on: Color32,
    /// Edge of selected chips, outline buttons and running stages.
    pub line: Color32,
}

/// One state of things; always shown with an icon and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Text, icons, bars.
    pub ink: Color32,
    pub hover: Color32,
    /// Background of a notice in this state.
    pub wash: Color32,
    /// Text on the ink used as a fill.
    pub on: Color32,
}

/// Waveform bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waves {
    pub idle: Color32,
    pub played: Color32,
    /// Outside the selection.
    pub muted: Color32,
}

/// Time codes on video frames, the same in both themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    pub fill: Color32,
    pub ink: Color32,
}

/// All colours of one theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tokens {
    pub dark: bool,
    pub fill: Fills,
    pub edge: Edges,
    pub text: Inks,
    pub accent: Accent,
    pub success: State,
    pub warning: State,
    pub danger: State,
    pub wave: Waves,
    pub badge: Badge,
    /// The thumb of a slider and the knob of a playhead.
    pub knob: Color32,
}

#[expect(clippy::disallowed_methods, reason = "this is the file where colours live")]
const fn hex(rgb: u32) -> Color32 {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

const fn hex_alpha(rgb: u32, alpha: u8) -> Color32 {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color32::from_rgba_unmultiplied_const(r, g, b, alpha)
}

const fn state(ink: u32, hover: u32, wash: u32, on: u32) -> State {
    State { ink: hex(ink), hover: hex(hover), wash: hex(wash), on: hex(on) }
}

const BADGE: Badge = Badge { fill: hex(0x0B_0C0F), ink: hex(0xF1_F2F4) };

static DARK: Tokens = Tokens {
    dark: true,
    fill: Fills {
        window: hex(0x0D_0E11),
        canvas: hex(0x13_1418),
        surface: hex(0x1A_1C21),
        surface_2: hex(0x22_252B),
        surface_3: hex(0x2B_2F37),
        selected: hex(0x22_2842),
        popover: hex(0x22_252B),
        field: hex(0x0F_1013),
        overlay: hex_alpha(0x0A_0B0D, 240),
        scrim: hex_alpha(0x0A_0B0D, 153),
    },
    edge: Edges { soft: hex(0x29_2C33), strong: hex(0x3C_414B), control: hex(0x6E_7481) },
    text: Inks { main: hex(0xF1_F2F4), support: hex(0xBB_C0CA), hint: hex(0x92_99A6), off: hex(0x62_6873) },
    accent: Accent {
        fill: hex(0x9D_AFFF),
        hover: hex(0xB4_C2FF),
        press: hex(0x87_99F2),
        on: hex(0x10_142B),
        line: hex(0x5F_70C9),
    },
    success: state(0x72_D39C, 0x72_D39C, 0x15_281E, 0x10_142B),
    warning: state(0xF0_C166, 0xF0_C166, 0x2C_2513, 0x10_142B),
    danger: state(0xFF_9490, 0xFF_ABA8, 0x35_1B1D, 0x2B_0708),
    wave: Waves { idle: hex(0x7F_8796), played: hex(0x9D_AFFF), muted: hex(0x46_4C58) },
    badge: BADGE,
    knob: hex(0xF1_F2F4),
};

static LIGHT: Tokens = Tokens {
    dark: false,
    fill: Fills {
        window: hex(0xE7_E8EC),
        canvas: hex(0xF4_F5F7),
        surface: hex(0xFF_FFFF),
        surface_2: hex(0xF0_F1F4),
        surface_3: hex(0xE6_E8ED),
        selected: hex(0xE6_EAFF),
        popover: hex(0xFF_FFFF),
        field: hex(0xFF_FFFF),
        overlay: hex_alpha(0xF4_F5F7, 240),
        // As light as the page it would only bleach it.
        scrim: hex_alpha(0xE7_E8EC, 179),
    },
    edge: Edges { soft: hex(0xDD_DFE5), strong: hex(0xC3_C7D0), control: hex(0x7F_8693) },
    text: Inks { main: hex(0x16_181D), support: hex(0x44_4A56), hint: hex(0x5C_6370), off: hex(0x9A_A0AB) },
    accent: Accent {
        fill: hex(0x3D_52D5),
        hover: hex(0x31_45BD),
        press: hex(0x28_39A0),
        on: hex(0xFF_FFFF),
        line: hex(0x6F_80E2),
    },
    success: state(0x17_713F, 0x17_713F, 0xE2_F4EA, 0xFF_FFFF),
    warning: state(0x83_5400, 0x83_5400, 0xFF_F2D6, 0xFF_FFFF),
    danger: state(0xB9_2828, 0x9F_1F1F, 0xFC_E7E6, 0xFF_FFFF),
    wave: Waves { idle: hex(0x76_7D8A), played: hex(0x3D_52D5), muted: hex(0xCD_D1D9) },
    badge: BADGE,
    knob: hex(0x16_181D),
};

/// The colours of the theme this `ui` is drawn in.
pub fn tokens(ui: &Ui) -> &'static Tokens {
    Tokens::of(if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light })
}

impl Tokens {
    /// The colours of a theme.
    pub fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }

    /// Shadow of toasts and menus; nothing else but a dialog has one.
    pub fn popup_shadow(&self) -> Shadow {
        Shadow { offset: [0, 6], blur: 16, spread: 0, color: Color32::from_black_alpha(71) }
    }

    /// Shadow of a dialog.
    pub fn dialog_shadow(&self) -> Shadow {
        Shadow { offset: [0, 12], blur: 32, spread: 0, color: Color32::from_black_alpha(82) }
    }

    /// The focus ring's stroke.
    pub fn focus(&self) -> Stroke {
        Stroke::new(2.0, self.accent.fill)
    }
}

/// Short ways to the tokens and to coloured labels, on every `Ui`.
pub trait Look {
    /// The colours of the theme in use.
    fn tokens(&self) -> &'static Tokens;
    /// The colour of hints and second lines here: stronger in a selected row.
    fn hint_ink(&self) -> Color32;
    /// A label in the hint colour, small.
    fn hint(&mut self, text: impl Into<String>) -> egui::Response;
    /// A label in the supporting colour, small.
    fn support(&mut self, text: impl Into<String>) -> egui::Response;
}

impl Look for Ui {
    fn tokens(&self) -> &'static Tokens {
        tokens(self)
    }

    fn hint_ink(&self) -> Color32 {
        self.visuals().weak_text_color.unwrap_or(tokens(self).text.hint)
    }

    fn hint(&mut self, text: impl Into<String>) -> egui::Response {
        let color = self.hint_ink();
        self.label(Type::Small.text(text).color(color))
    }

    fn support(&mut self, text: impl Into<String>) -> egui::Response {
        let color = tokens(self).text.support;
        self.label(Type::Small.text(text).color(color))
    }
}

/// Fonts, and egui's own style for both themes. Call once, before the first frame.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    super::dialog::install(ctx);
    super::tab::install(ctx);
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| {
            style_of(style);
            visuals_of(&mut style.visuals, Tokens::of(theme));
        });
    }
}

fn style_of(style: &mut egui::Style) {
    style.text_styles = [
        (TextStyle::Small, Type::Small.font()),
        (TextStyle::Body, Type::Body.font()),
        (TextStyle::Button, Type::Control.font()),
        (TextStyle::Heading, Type::Title.font()),
        (TextStyle::Monospace, Type::Mono.font()),
    ]
    .into();
    style.spacing.item_spacing = Vec2::splat(space::S);
    style.spacing.button_padding = Vec2::new(space::M, 7.0);
    style.spacing.interact_size = Vec2::new(32.0, 32.0);
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.window_margin = Margin::same(24);
    style.spacing.scroll = egui::style::ScrollStyle { bar_width: 6.0, ..egui::style::ScrollStyle::thin() };
    style.interaction.tooltip_delay = 0.5;
    style.interaction.selectable_labels = false;
    style.animation_time = 0.1;
}

fn visuals_of(visuals: &mut egui::Visuals, t: &Tokens) {
    visuals.dark_mode = t.dark;
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(t.text.hint);
    visuals.hyperlink_color = t.accent.fill;
    visuals.panel_fill = t.fill.canvas;
    visuals.window_fill = t.fill.popover;
    visuals.window_stroke = Stroke::new(1.0, t.edge.strong);
    visuals.window_corner_radius = CornerRadius::same(radius::DIALOG);
    visuals.menu_corner_radius = CornerRadius::same(radius::ROW);
    visuals.window_shadow = t.dialog_shadow();
    visuals.popup_shadow = t.popup_shadow();
    visuals.extreme_bg_color = t.fill.field;
    visuals.text_edit_bg_color = Some(t.fill.field);
    visuals.faint_bg_color = t.fill.surface_2;
    visuals.code_bg_color = t.fill.surface_2;
    visuals.warn_fg_color = t.warning.ink;
    visuals.error_fg_color = t.danger.ink;
    visuals.selection.bg_fill = t.accent.fill.gamma_multiply(0.35);
    visuals.selection.stroke = t.focus();
    visuals.text_cursor.stroke = Stroke::new(1.0, t.accent.fill);
    // The boost egui gives to light text makes every weight look one step bolder than it is.
    visuals.text_options.color_transfer_function = egui::epaint::FontColorTransferFunction::Off;
    // Widgets draw their disabled state with the token made for it.
    visuals.disabled_alpha = 1.0;
    let w = &mut visuals.widgets;
    for (visuals, fill, edge, ink) in [
        (&mut w.noninteractive, t.fill.surface, t.edge.soft, t.text.main),
        (&mut w.inactive, t.fill.surface_2, t.edge.strong, t.text.main),
        (&mut w.hovered, t.fill.surface_3, t.edge.strong, t.text.main),
        (&mut w.active, t.fill.surface_3, t.edge.strong, t.text.main),
        (&mut w.open, t.fill.surface_3, t.edge.strong, t.text.main),
    ] {
        visuals.bg_fill = fill;
        visuals.weak_bg_fill = fill;
        visuals.bg_stroke = Stroke::new(1.0, edge);
        visuals.fg_stroke = Stroke::new(1.0, ink);
        visuals.corner_radius = CornerRadius::same(radius::CONTROL);
        visuals.expansion = 0.0;
    }
}
