//! Text styles by name. Each function gives text with the right font and line height; colour it with
//! `.color(..)` or leave it to be the main text colour.

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId, RichText};

use super::fonts;

/// A size, a line height and a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// 11 Medium: rail labels, badges, time ticks, key hints.
    Caption,
    /// 12 Regular: second lines.
    Small,
    /// 12 Medium: field labels, chips.
    Label,
    /// 13 Regular: the default.
    Body,
    /// 13 Medium: buttons.
    Control,
    /// 13 semi-bold: names.
    Name,
    /// 14 Regular: script text, large fields.
    Read,
    /// 15 Regular: the script line being worked on.
    ReadActive,
    /// 14 Medium: large buttons.
    ControlLarge,
    /// 15 semi-bold: card titles.
    Section,
    /// 20 semi-bold: page titles.
    Title,
    /// 28 semi-bold: spend, upload percent, welcome.
    Display,
    /// 11 mono: badges.
    MonoSmall,
    /// 12 mono: time codes, prices in columns, ids.
    Mono,
    /// 13 mono: paths and keys in fields.
    MonoLarge,
}

impl Type {
    /// Size and line height in points.
    const fn metrics(self) -> (f32, f32) {
        match self {
            Self::Caption | Self::MonoSmall => (11.0, 14.0),
            Self::Small | Self::Label | Self::Mono => (12.0, 16.0),
            Self::Body | Self::Control | Self::Name | Self::MonoLarge => (13.0, 18.0),
            Self::Read | Self::ControlLarge => (14.0, 20.0),
            Self::ReadActive => (15.0, 23.0),
            Self::Section => (15.0, 20.0),
            Self::Title => (20.0, 26.0),
            Self::Display => (28.0, 34.0),
        }
    }

    /// Line height in points.
    pub const fn line(self) -> f32 {
        self.metrics().1
    }

    /// The font.
    pub fn font(self) -> FontId {
        FontId::new(self.metrics().0, self.family())
    }

    fn family(self) -> FontFamily {
        match self {
            Self::Small | Self::Body | Self::Read | Self::ReadActive => fonts::regular(),
            Self::Caption | Self::Label | Self::Control => fonts::medium(),
            Self::Name | Self::ControlLarge | Self::Section | Self::Title | Self::Display => fonts::semi_bold(),
            Self::MonoSmall | Self::Mono | Self::MonoLarge => fonts::mono(),
        }
    }

    /// `text` in this style.
    pub fn text(self, text: impl Into<String>) -> RichText {
        RichText::new(text).font(self.font()).line_height(Some(self.line()))
    }

    /// The style as a format for layout jobs.
    pub fn format(self, color: Color32) -> TextFormat {
        TextFormat { line_height: Some(self.line()), ..TextFormat::simple(self.font(), color) }
    }
}

macro_rules! shorthands {
    ($($name:ident => $kind:ident),* $(,)?) => {$(
        #[doc = concat!("Text in [`Type::", stringify!($kind), "`].")]
        pub fn $name(text: impl Into<String>) -> RichText {
            Type::$kind.text(text)
        }
    )*};
}

shorthands! {
    caption => Caption, small => Small, label => Label, body => Body, name => Name, read => Read,
    section => Section, title => Title, display => Display, mono => Mono, mono_small => MonoSmall,
    mono_large => MonoLarge,
}

/// Several styles in one paragraph: `runs([(Type::Name, main, "Sandbox "), (Type::Small, hint, "No account")])`.
pub fn runs<'a>(parts: impl IntoIterator<Item = (Type, Color32, &'a str)>) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (kind, color, text) in parts {
        job.append(text, 0.0, kind.format(color));
    }
    job
}
