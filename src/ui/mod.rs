//! Looks: tokens and widgets. Knows nothing of voices, jobs or the service.
//!
//! Call [`theme::install`] once. Colours come from `ui.tokens()` (trait [`Look`]), gaps from [`space`], corner radii
//! from [`radius`], text from [`text`], icons from [`icons`], numbers as words from [`format`].
//!
//! | Piece | One line of use |
//! |---|---|
//! | text | `ui.label(text::section("Account")); ui.hint("Kept in the keychain"); ui.support("..")` |
//! | button | `Button::primary("Lip sync").icon(icons::FILM_SLATE).key("Ctrl Enter").off_if(why).show(ui).clicked()` |
//! | busy button | `Button::primary("Clone voice").busy(sending, "Sending").show(ui)` |
//! | icon button | `IconButton::new(icons::TRASH, "Delete this voice").key("Del").show(ui)` |
//! | play button | `PlayButton::new("Play take 2", playing).size(36.0).show(ui)` |
//! | chips | `chip::group_ui(ui, &mut filter, vec![(Filter::All, Chip::new("All").count(64))])` |
//! | tag | `chip::tag_ui(ui, "warm"); chip::tag_button(ui, "voice", true); chip::add_tag(ui, "Add tag")` |
//! | segments | `segmented::segmented_ui(ui, "Theme", &mut theme, &[(Dark, "Dark"), (Light, "Light")])` |
//! | field | `Field::new("Voice name", &mut name).placeholder("Name this voice").error(why).counter(100).show(ui)` |
//! | bar | `progress::bar_ui(ui, "Upload", Bar::from_fraction(progress.fraction()))` |
//! | tooltip | `tooltip::with_key(response, "Add to favourites", "S")` |

pub mod button;
pub mod chip;
pub mod choice;
pub mod dialog;
pub mod drop_zone;
pub mod field;
pub mod fonts;
pub mod format;
pub mod gallery;
pub mod icon_button;
pub mod icons;
pub mod layout;
pub mod motion;
pub mod notice;
pub mod paint;
pub mod player_strip;
pub mod progress;
pub mod progress_row;
pub mod rail;
pub mod remote_ui;
pub mod seal;
pub mod segmented;
pub mod select;
pub mod slider;
pub mod stage;
pub mod text;
pub mod theme;
pub mod toast;
pub mod tooltip;
pub mod truncate;
pub mod waveform;

pub use button::Button;
pub use chip::Chip;
pub use choice::Choice;
pub use dialog::{Answer, Dialog};
pub use field::Field;
pub use icon_button::{IconButton, PlayButton};
pub use icons::Icon;
pub use layout::Row;
pub use progress::Bar;
pub use seal::{Seal, SealState};
pub use select::{MenuItem, Select};
pub use slider::Slider;
pub use stage::{Stage, StageCard};
pub use text::Type;
pub use theme::{Look, Tokens, radius, space, tokens};
pub use toast::{News, Toast, Toasts};
pub use waveform::{Bars, Waveform};
