//! Phosphor icons by name. The constants are also the list that `assets/fonts/subset.sh` keeps in the icon fonts,
//! so an icon added here needs that script run once.

use egui::{Color32, FontId, RichText};

use super::fonts;

/// One icon: a character in one of the two icon fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icon {
    glyph: &'static str,
    filled: bool,
}

impl Icon {
    const fn regular(glyph: &'static str) -> Self {
        Self { glyph, filled: false }
    }

    const fn fill(glyph: &'static str) -> Self {
        Self { glyph, filled: true }
    }

    /// The character, to be drawn with [`Icon::font`].
    pub const fn glyph(self) -> &'static str {
        self.glyph
    }

    /// The font the character lives in, at `size` points (16 in buttons, 18 in lists, 22 in the rail).
    pub fn font(self, size: f32) -> FontId {
        FontId::new(size, if self.filled { fonts::icons_fill() } else { fonts::icons() })
    }

    /// The icon as text, for labels.
    pub fn text(self, size: f32, color: Color32) -> RichText {
        RichText::new(self.glyph).font(self.font(size)).color(color)
    }

    /// The icon by itself, a decoration beside words: nothing is read out for it.
    pub fn show(self, ui: &mut egui::Ui, size: f32, color: Color32) -> egui::Response {
        let (rect, response) = ui.allocate_exact_size(egui::vec2(size, size), egui::Sense::hover());
        self.paint(ui.painter(), rect.center(), size, color);
        response
    }

    /// Draws the icon with its middle at `center`.
    pub fn paint(self, painter: &egui::Painter, center: egui::Pos2, size: f32, color: Color32) {
        let galley = painter.layout_no_wrap(self.glyph.to_owned(), self.font(size), color);
        // Phosphor glyphs fill their em square, but the line box around it is a little higher.
        let corner = center - galley.size() / 2.0;
        painter.galley(corner, galley, color);
    }
}

/// Flow.
pub const FLOW_ARROW: Icon = Icon::regular("\u{E6EC}");
/// Voices.
pub const USER_SOUND: Icon = Icon::regular("\u{ECA8}");
/// Clone.
pub const MICROPHONE_STAGE: Icon = Icon::regular("\u{E75C}");
/// Script.
pub const ARTICLE: Icon = Icon::regular("\u{E0A8}");
/// Lip sync.
pub const FILM_SLATE: Icon = Icon::regular("\u{E8C2}");
/// Activity.
pub const PULSE: Icon = Icon::regular("\u{E000}");
/// Settings.
pub const GEAR_SIX: Icon = Icon::regular("\u{E272}");
/// Sandbox.
pub const FLASK: Icon = Icon::regular("\u{E79E}");
/// Key.
pub const KEY: Icon = Icon::regular("\u{E2D6}");
/// One frame back.
pub const CARET_LINE_LEFT: Icon = Icon::regular("\u{E132}");
/// One frame on.
pub const CARET_LINE_RIGHT: Icon = Icon::regular("\u{E130}");
/// Repeat.
pub const REPEAT: Icon = Icon::regular("\u{E3F6}");
/// Sound on.
pub const SPEAKER_HIGH: Icon = Icon::regular("\u{E44A}");
/// Sound off.
pub const SPEAKER_SLASH: Icon = Icon::regular("\u{E45A}");
/// Full window.
pub const ARROWS_OUT: Icon = Icon::regular("\u{E0A2}");
/// Not a favourite.
pub const STAR: Icon = Icon::regular("\u{E46A}");
/// Copy.
pub const COPY: Icon = Icon::regular("\u{E1CA}");
/// Export.
pub const EXPORT: Icon = Icon::regular("\u{EAF0}");
/// Open, reveal.
pub const FOLDER_OPEN: Icon = Icon::regular("\u{E256}");
/// Saved to.
pub const FOLDER_SIMPLE: Icon = Icon::regular("\u{E25A}");
/// Search.
pub const MAGNIFYING_GLASS: Icon = Icon::regular("\u{E30C}");
/// Zoom in.
pub const MAGNIFYING_GLASS_PLUS: Icon = Icon::regular("\u{E310}");
/// Zoom out.
pub const MAGNIFYING_GLASS_MINUS: Icon = Icon::regular("\u{E30E}");
/// Sort.
pub const SORT_ASCENDING: Icon = Icon::regular("\u{E444}");
/// Add.
pub const PLUS: Icon = Icon::regular("\u{E3D4}");
/// Rename.
pub const PENCIL_SIMPLE: Icon = Icon::regular("\u{E3B4}");
/// Delete.
pub const TRASH: Icon = Icon::regular("\u{E4A6}");
/// Park.
pub const ARCHIVE: Icon = Icon::regular("\u{E00C}");
/// Bring back, use again.
pub const ARROW_COUNTER_CLOCKWISE: Icon = Icon::regular("\u{E038}");
/// Try again.
pub const ARROW_CLOCKWISE: Icon = Icon::regular("\u{E036}");
/// Best part.
pub const CROSSHAIR_SIMPLE: Icon = Icon::regular("\u{E1D8}");
/// Hear it.
pub const EAR: Icon = Icon::regular("\u{E70C}");
/// Say it differently.
pub const TEXT_AA: Icon = Icon::regular("\u{E6EE}");
/// Pick the face.
pub const USER_FOCUS: Icon = Icon::regular("\u{E6FC}");
/// Join.
pub const ARROWS_MERGE: Icon = Icon::regular("\u{ED3E}");
/// Move line.
pub const DOTS_SIX_VERTICAL: Icon = Icon::regular("\u{EAE2}");
/// More.
pub const DOTS_THREE: Icon = Icon::regular("\u{E1FE}");
/// Close.
pub const X: Icon = Icon::regular("\u{E4F6}");
/// Link.
pub const LINK: Icon = Icon::regular("\u{E2E2}");
/// Leaves the app.
pub const ARROW_SQUARE_OUT: Icon = Icon::regular("\u{E5DE}");
/// Upload.
pub const UPLOAD_SIMPLE: Icon = Icon::regular("\u{E4C0}");
/// Download.
pub const DOWNLOAD_SIMPLE: Icon = Icon::regular("\u{E20C}");
/// Waiting.
pub const HOURGLASS_MEDIUM: Icon = Icon::regular("\u{E2B8}");
/// Waiting or empty stage.
pub const CIRCLE_DASHED: Icon = Icon::regular("\u{E602}");
/// Changed.
pub const ARROWS_CLOCKWISE: Icon = Icon::regular("\u{E094}");
/// Withheld.
pub const PROHIBIT: Icon = Icon::regular("\u{E3DE}");
/// Consent.
pub const SEAL_CHECK: Icon = Icon::regular("\u{E606}");
/// Vault.
pub const VAULT: Icon = Icon::regular("\u{E76E}");
/// Offline.
pub const WIFI_SLASH: Icon = Icon::regular("\u{E4F2}");
/// Tools.
pub const WRENCH: Icon = Icon::regular("\u{E5D4}");
/// Privacy.
pub const SHIELD_CHECK: Icon = Icon::regular("\u{E40C}");
/// A film, the result.
pub const FILM_STRIP: Icon = Icon::regular("\u{E792}");
/// A video file.
pub const VIDEO_CAMERA: Icon = Icon::regular("\u{E4DA}");
/// A sound file.
pub const WAVEFORM: Icon = Icon::regular("\u{E802}");
/// A file of an unknown kind.
pub const FILE: Icon = Icon::regular("\u{E230}");
/// A tick.
pub const CHECK: Icon = Icon::regular("\u{E182}");
/// Opens a list.
pub const CARET_DOWN: Icon = Icon::regular("\u{E136}");
/// Closes a list.
pub const CARET_UP: Icon = Icon::regular("\u{E13C}");
/// One back.
pub const CARET_LEFT: Icon = Icon::regular("\u{E138}");
/// One on.
pub const CARET_RIGHT: Icon = Icon::regular("\u{E13A}");
/// Link between stages.
pub const ARROW_RIGHT: Icon = Icon::regular("\u{E06C}");
/// Back.
pub const ARROW_LEFT: Icon = Icon::regular("\u{E058}");
/// Show the key.
pub const EYE: Icon = Icon::regular("\u{E220}");
/// Hide the key.
pub const EYE_SLASH: Icon = Icon::regular("\u{E224}");
/// Language.
pub const GLOBE: Icon = Icon::regular("\u{E288}");
/// Theme.
pub const CIRCLE_HALF: Icon = Icon::regular("\u{E18C}");
/// Looks.
pub const PALETTE: Icon = Icon::regular("\u{E6C8}");
/// Notices.
pub const BELL: Icon = Icon::regular("\u{E0CE}");
/// Keyboard.
pub const KEYBOARD: Icon = Icon::regular("\u{E2D8}");
/// Person.
pub const USER: Icon = Icon::regular("\u{E4C2}");
/// People.
pub const USERS: Icon = Icon::regular("\u{E4D6}");
/// Time.
pub const CLOCK: Icon = Icon::regular("\u{E19A}");
/// Edit.
pub const PENCIL_LINE: Icon = Icon::regular("\u{E3B2}");
/// Switch workspace.
pub const SWAP: Icon = Icon::regular("\u{E83C}");
/// Sign out.
pub const SIGN_OUT: Icon = Icon::regular("\u{E42A}");
/// Several files.
pub const FILES: Icon = Icon::regular("\u{E710}");
/// Stopped.
pub const WARNING_OCTAGON: Icon = Icon::regular("\u{E4E4}");
/// Spend.
pub const CHART_BAR: Icon = Icon::regular("\u{E150}");
/// Trim.
pub const SCISSORS: Icon = Icon::regular("\u{EAE0}");
/// Information.
pub const INFO: Icon = Icon::regular("\u{E2CE}");
/// Caution.
pub const WARNING: Icon = Icon::regular("\u{E4E0}");
/// Done.
pub const CHECK_CIRCLE: Icon = Icon::regular("\u{E184}");
/// Failed.
pub const WARNING_CIRCLE: Icon = Icon::regular("\u{E4E2}");
/// Play.
pub const PLAY_FILL: Icon = Icon::fill("\u{E3D0}");
/// Pause.
pub const PAUSE_FILL: Icon = Icon::fill("\u{E39E}");
/// To start.
pub const SKIP_BACK_FILL: Icon = Icon::fill("\u{E5A4}");
/// Favourite.
pub const STAR_FILL: Icon = Icon::fill("\u{E46A}");
/// Done.
pub const CHECK_CIRCLE_FILL: Icon = Icon::fill("\u{E184}");
/// Ready.
pub const PLAY_CIRCLE_FILL: Icon = Icon::fill("\u{E3D2}");
/// Failed.
pub const WARNING_CIRCLE_FILL: Icon = Icon::fill("\u{E4E2}");
/// Caution.
pub const WARNING_FILL: Icon = Icon::fill("\u{E4E0}");
/// Information.
pub const INFO_FILL: Icon = Icon::fill("\u{E2CE}");
/// Consent recorded.
pub const SEAL_CHECK_FILL: Icon = Icon::fill("\u{E606}");
/// Withheld.
pub const PROHIBIT_FILL: Icon = Icon::fill("\u{E3DE}");
/// Sound on.
pub const SPEAKER_HIGH_FILL: Icon = Icon::fill("\u{E44A}");
/// Stop.
pub const STOP_FILL: Icon = Icon::fill("\u{E46C}");
/// Light theme, appearance.
pub const SUN: Icon = Icon::regular("\u{E472}");
/// Dark theme.
pub const MOON: Icon = Icon::regular("\u{E330}");
/// Opens a list of voices.
pub const CARET_UP_DOWN: Icon = Icon::regular("\u{E140}");
/// Less.
pub const MINUS: Icon = Icon::regular("\u{E32A}");
