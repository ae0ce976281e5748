//! The fonts that ship with the program: three weights of Inter, `JetBrains` Mono for numbers and ids, and the icons.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

const REGULAR: &str = "inter-regular";
const MEDIUM: &str = "inter-medium";
const SEMI_BOLD: &str = "inter-semibold";
const MONO: &str = "jetbrains-mono";
const ICONS: &str = "phosphor";
const ICONS_FILL: &str = "phosphor-fill";

/// Inter Regular, the default.
pub fn regular() -> FontFamily {
    FontFamily::Proportional
}

/// Inter Medium, for labels and buttons.
pub fn medium() -> FontFamily {
    FontFamily::Name(MEDIUM.into())
}

/// Inter `SemiBold`, for names and titles.
pub fn semi_bold() -> FontFamily {
    FontFamily::Name(SEMI_BOLD.into())
}

/// `JetBrains` Mono, for whatever counts or is an id.
pub fn mono() -> FontFamily {
    FontFamily::Monospace
}

/// Phosphor, outlined.
pub fn icons() -> FontFamily {
    FontFamily::Name(ICONS.into())
}

/// Phosphor, filled.
pub fn icons_fill() -> FontFamily {
    FontFamily::Name(ICONS_FILL.into())
}

/// All families. Each text family falls back to Inter Regular and then to the outlined icons, so a string may mix
/// text and icons; what is still missing is looked for in the system's fonts by eframe.
pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let files: [(&str, &'static [u8]); 6] = [
        (REGULAR, include_bytes!("../../assets/fonts/Inter-Regular.otf")),
        (MEDIUM, include_bytes!("../../assets/fonts/Inter-Medium.otf")),
        (SEMI_BOLD, include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
        (MONO, include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf")),
        (ICONS, include_bytes!("../../assets/fonts/Phosphor.ttf")),
        (ICONS_FILL, include_bytes!("../../assets/fonts/Phosphor-Fill.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let families: [(FontFamily, &[&str]); 6] = [
        (regular(), &[REGULAR, ICONS]),
        (medium(), &[MEDIUM, REGULAR, ICONS]),
        (semi_bold(), &[SEMI_BOLD, REGULAR, ICONS]),
        (mono(), &[MONO, REGULAR, ICONS]),
        (icons(), &[ICONS]),
        (icons_fill(), &[ICONS_FILL]),
    ];
    for (family, names) in families {
        fonts.families.insert(family, names.iter().map(|&name| name.to_owned()).collect());
    }
    fonts
}

#[cfg(test)]
mod tests {
    use egui::FontId;

    use super::*;
    use crate::ui::icons;

    #[test]
    fn text_and_icons_are_in_the_files() {
        let ctx = egui::Context::default();
        ctx.set_fonts(definitions());
        ctx.run_ui(egui::RawInput::default(), |ui| {
            ui.ctx().fonts_mut(|fonts| {
                for family in [regular(), medium(), semi_bold(), mono()] {
                    assert!(fonts.has_glyphs(&FontId::new(13.0, family), "Mažena ŁÖß Ελληνικά Кириллица “…” •−×€"));
                }
                for icon in [icons::FILM_SLATE, icons::PLAY_FILL, icons::CHECK_CIRCLE_FILL, icons::CARET_UP_DOWN] {
                    assert!(fonts.has_glyphs(&icon.font(16.0), icon.glyph()), "{icon:?}");
                }
            });
        })
        .drop_without_applying_deltas();
    }
}
