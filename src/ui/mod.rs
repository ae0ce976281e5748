//! Looks: tokens and widgets. Knows nothing of voices, jobs or the service.
//!
//! Call [`theme::install`] once. Colours come from `ui.tokens()` (trait [`Look`]), gaps from [`space`], corner radii
//! from [`radius`], text from [`text`], icons from [`icons`], numbers as words from [`mod@format`].
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
//! | known, unknown, done, stopped | `Bar::Known(0.6)`, `Bar::Unknown`, `Bar::Done`, `Bar::Stopped(0.4)`; `progress::bar_sized(ui, "Spend", bar, 8.0)` |
//! | job row | `ProgressRow { title, bar, stage, pace }.show(ui, \|ui\| picture, \|ui\| actions)` |
//! | select | `Select::new("Sort", &mut sort, &[(Recent, "Recently used")]).hide_label().show(ui)` |
//! | menu | `select::menu(&response, \|ui\| MenuItem::new("Rename").key("F2").show(ui).clicked())` |
//! | check, toggle | `Choice::check("Speak it").show(ui, &mut on)`, `Choice::toggle("Filter out the hum").note("..").show(ui, &mut on)` |
//! | radio | `choice::radio_group_ui(ui, &mut sent, vec![(Part, Choice::radio("Send only this part").note(".."))])` |
//! | slider | `Slider::new("Stability", &mut value, 0.0..=1.0).reset(0.5).ends("More varied", "Steadier").show(ui)` |
//! | bare slider | `Slider::new("Volume", &mut volume, 0.0..=1.0).bare(72.0).show(ui)` |
//! | voice seal | `Seal::new("Hear Rachel", &id).size(64.0).state(SealState::Playing(0.4)).key("Space").show(ui)` |
//! | waveform | `Waveform::of("Take 3", peaks).played(0.4).seekable().show(ui).seek` (an `Option<f32>`); in lists `Waveform::shared` |
//! | part of a sound | `Trim::default().show(ui, &mut region, limits, &sound, (200.0, keys))`, `trim::legend_ui(ui, stretches)` |
//! | video | `VideoView::new("teaser.mp4", screen.texture()).top(Mark { .. }).show(ui, size).clicked()`, pictures go in with `screen.put(ctx, size, rgba)` |
//! | stage | `StageCard::new("Voice", Stage::Done).name(..).meta(..).note(..).media(\|ui\| ..).strip(\|ui\| ..).action(\|ui\| ..).card_ui(ui, 210.0)`, narrow: `.row_ui(ui, first, last)` |
//! | stage link | `stage::paint_link(ui, left, right, y, solid)`, `stage::mark(ui, center, Stage::Running)` |
//! | list row | `Row::new("Mara. Your clone. Enter to use").selected(on).divider().show(ui, \|ui\| ..)` gives `(Response, R)` |
//! | page | `layout::page_head_ui(ui, "Voices", \|ui\| after, \|ui\| actions)`, `layout::card_ui(ui, \|ui\| ..)`, `layout::section_ui`, `layout::line_ui`, `layout::pair_ui(ui, "Speaker", "Mara")` |
//! | card head | `notice::card_head_ui(ui, Some(icons::KEY), "Account", \|ui\| right)` |
//! | right panel | `drawer::side_ui(ui, "Details of the voice", 348.0, &mut self.details, \|ui\| ..)`; page head: `drawer::button_ui(ui, &mut self.details)` |
//! | widths | `layout::is_narrow(ui)`: under 1180 |
//! | drop zone | `drop_zone::drop_zone_ui(ui, size, icons::UPLOAD_SIMPLE, "Drop a file", Dragged::Nothing)` |
//! | drop overlay | `drop_zone::overlay_ground(ui)`, `drop_zone::dragged_file_ui(..)`, `DropBox { .. }.show(ui, over)` |
//! | remote data | `if remote_ui::remote_ui(ui, &remote, "Getting your voices", \|ui, voices\| ..) { reload }` |
//! | loading | `notice::loading_ui(ui, "Reading the sound")`, `paint::spinner_ui(ui, 18.0)` |
//! | error | `notice::error_ui(ui, &error, &["Try again"]) == Some(ErrorPress::Action(0))` |
//! | empty | `notice::empty_ui(ui, icons::MAGNIFYING_GLASS, "No voice matches", "Search looks at names.", \|ui\| buttons)` |
//! | note | `notice::note_ui(ui, Note::Warning, "Used in 1 flow.", "Its line will need another voice.")` |
//! | banner | `notice::banner_ui(ui, Banner::Offline, "Offline", "Jobs wait.", Some("Check again"))` |
//! | state line | `notice::state_line_ui(ui, icons::CHECK_CIRCLE_FILL, t.success.ink, "Saved as WAV", t.success.ink)` |
//! | toasts | `toasts.push(Toast::new(News::Success, "subject", "Saved").detail("x.mp4").action("Show", act)); toasts.show(ctx, room)`; `toast::keep_clear(ui, foot)` |
//! | dialog | `Dialog::new("Delete?", "Keep it", "Delete clone").danger().text("..").warning("..", "..").show(ctx)` gives `Option<Answer>` |
//! | player | `player_strip::player_strip_ui(ui, &PlayerView { .. })` gives `Option<PlayerPress>` |
//! | rail | `rail::mark_ui(ui, 38.0)`, `rail::item_ui(ui, icons::PULSE, "Activity", "Ctrl 6", on, badge)`, `rail::workspace_ui(..)` |
//! | stepper | `stepper::stepper_ui(ui, &["Sample", "Trim and check", "Clone"], 1)` |
//! | names | `truncate::file_name_ui(ui, "long.mp4", Type::Name, color)` (middle), `truncate::name_ui(..)` (end) |
//! | badge on a picture | `layout::frame_badge(ui, rect, "0:08.0")` |
//! | tooltip | `tooltip::with_key(response, "Add to favourites", "S")` |
//!
//! [`gallery`] draws all of it in every state; `tests/gallery.rs` keeps the pictures.

pub mod ab;
pub mod button;
pub mod chip;
pub mod choice;
pub mod dialog;
pub mod drawer;
pub mod drop_zone;
pub mod field;
pub mod fonts;
pub use crate::format;
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
pub mod sheet;
pub mod slider;
pub mod stage;
pub mod stepper;
pub mod tab;
pub mod text;
pub mod theme;
pub mod toast;
pub mod tooltip;
pub mod trim;
pub mod truncate;
pub mod video_view;
pub mod waveform;

pub use button::Button;
pub use chip::Chip;
pub use choice::Choice;
pub use dialog::{Answer, Dialog};
pub use drop_zone::{Dragged, DropBox};
pub use field::Field;
pub use icon_button::{IconButton, PlayButton};
pub use icons::Icon;
pub use layout::Row;
pub use notice::{Banner, Note};
pub use player_strip::{PlayerPress, PlayerView};
pub use progress::Bar;
pub use progress_row::ProgressRow;
pub use seal::{Seal, SealState};
pub use select::{MenuItem, Select};
pub use slider::Slider;
pub use stage::{Stage, StageCard};
pub use text::Type;
pub use theme::{Look, Tokens, radius, space, tokens};
pub use toast::{News, Toast, Toasts};
pub use trim::Trim;
pub use video_view::{Mark, Screen, VideoView};
pub use waveform::{Bars, Waveform};
