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
pub mod field;
pub mod fonts;
pub mod format;
pub mod gallery;
pub mod icon_button;
pub mod icons;
pub mod motion;
pub mod paint;
pub mod progress;
pub mod seal;
pub mod segmented;
pub mod slider;
pub mod text;
pub mod theme;
pub mod tooltip;
pub mod waveform;

pub use button::Button;
pub use chip::Chip;
pub use field::Field;
pub use icon_button::{IconButton, PlayButton};
pub use icons::Icon;
pub use progress::Bar;
pub use text::Type;
pub use theme::{Look, Tokens, radius, space, tokens};
