//! The sheet of controls.

use egui::{Id, Margin, Ui};

use super::{at, card, head, kept, peaks};
use crate::ui::paint::Pose;
use crate::ui::theme::{Look as _, radius};
use crate::ui::{
    Button, Chip, Choice, Field, IconButton, PlayButton, Seal, SealState, Select, Slider, Waveform, chip, icons,
    layout, progress, segmented, tooltip,
};
use progress::Bar;

pub(super) fn sheet_ui(ui: &mut Ui) {
    head(
        ui,
        "Controls and their states",
        "Sizes in points at 100% scale. Hover and pressed change the fill only, focus adds a 2 px ring with a 2 px gap.",
    );
    buttons_ui(ui);
    sizes_ui(ui);
    chips_ui(ui);
    progress_ui(ui);
    choices_ui(ui);
    seals_ui(ui);
    fields_ui(ui);
    waves_ui(ui);
}

type Make = fn(&'static str) -> Button<'static>;

const STATES: [&str; 6] = ["Default", "Hover", "Pressed", "Focus", "Disabled", "Busy"];

fn buttons_ui(ui: &mut Ui) {
    card(ui, [24.0, 60.0, 817.0, 316.0], "Buttons, 32 high, radius 6, 13 medium");
    for (column, name) in (0_u8..).zip(STATES) {
        at(ui, 159.0 + 112.0 * f32::from(column), 102.0, 100.0, 18.0, |ui| ui.hint(name));
    }
    let kinds: [(&str, Make, bool); 6] = [
        ("Primary", Button::primary, false),
        ("Secondary", Button::secondary, false),
        ("Ghost", Button::ghost, false),
        ("Accent outline", Button::outline, false),
        ("Danger", Button::danger, true),
        ("Danger, in a dialog", Button::danger_filled, true),
    ];
    for (row, (name, make, deletes)) in (0_u8..).zip(kinds) {
        let y = 125.0 + 40.0 * f32::from(row);
        at(ui, 41.0, y + 8.0, 110.0, 18.0, |ui| ui.support(name));
        for (column, state) in (0_u8..).zip(STATES) {
            let button =
                if deletes { make("Delete").icon(icons::TRASH) } else { make("Lip sync").icon(icons::FILM_SLATE) };
            let button = match state {
                "Hover" => button.pose(Pose::Hovered),
                "Pressed" => button.pose(Pose::Pressed),
                "Focus" => button.pose(Pose::Focused),
                "Disabled" => button.off_if(Some("Choose a voice first")),
                "Busy" => button.busy(true, "Sending"),
                _ => button,
            };
            at(ui, 159.0 + 112.0 * f32::from(column), y, 110.0, 32.0, |ui| button.show(ui));
        }
    }
}

fn sizes_ui(ui: &mut Ui) {
    card(ui, [853.0, 60.0, 403.0, 181.0], "Sizes and icon buttons");
    at(ui, 870.0, 101.0, 370.0, 40.0, |ui| {
        ui.horizontal_centered(|ui| {
            Button::secondary("Small 28").small().show(ui);
            Button::secondary("Default 32").show(ui);
            Button::primary("Large 40").large().show(ui);
        });
    });
    at(ui, 870.0, 147.0, 370.0, 40.0, |ui| {
        ui.horizontal_centered(|ui| {
            PlayButton::new("Play the preview", false).show(ui);
            PlayButton::new("Pause the take", true).size(32.0).accent(true).show(ui);
            PlayButton::new("Play the take", false).size(36.0).show(ui);
            ui.add_space(16.0);
            IconButton::new(icons::STAR, "Add to favourites").key("S").show(ui);
            IconButton::new(icons::EXPORT, "Export this take").filled().pose(Pose::Hovered).show(ui);
            IconButton::new(icons::TRASH, "Delete this take").pose(Pose::Focused).show(ui);
            IconButton::new(icons::DOTS_THREE, "More actions").off_if(Some("Nothing to do")).show(ui);
        });
    });
    at(ui, 870.0, 193.0, 160.0, 28.0, |ui| {
        let t = ui.tokens();
        let frame = layout::frame(t.fill.popover, t.edge.strong, radius::CONTROL).shadow(t.popup_shadow());
        frame.inner_margin(Margin::symmetric(9, 5)).show(ui, |ui| {
            ui.spacing_mut().interact_size.y = 16.0;
            tooltip::body(ui, "Add to favourites", Some("S"));
        });
    });
    at(ui, 1046.0, 199.0, 200.0, 18.0, |ui| ui.hint("Tooltip after 500 ms, with its key"));
}

fn chips_ui(ui: &mut Ui) {
    card(ui, [853.0, 253.0, 403.0, 123.0], "Chips 28, tags 20, segmented 28");
    at(ui, 870.0, 294.0, 370.0, 28.0, |ui| {
        kept(ui, "chips", 1, |ui, value: &mut u8| {
            let chips = vec![
                (0, Chip::new("All").count(64)),
                (1, Chip::new("My clones").count(5)),
                (2, Chip::new("Built-in").count(59).pose(Pose::Focused)),
            ];
            chip::group_ui(ui, value, chips);
        });
    });
    at(ui, 870.0, 328.0, 180.0, 20.0, |ui| {
        ui.horizontal(|ui| {
            chip::tag_ui(ui, "warm");
            chip::add_tag(ui, "Add tag");
        });
    });
    at(ui, 1064.0, 330.0, 180.0, 28.0, |ui| {
        kept(ui, "theme", 2, |ui, value: &mut u8| {
            segmented::segmented_ui(ui, "Theme", value, &[(0, "System"), (1, "Light"), (2, "Dark")]);
        });
    });
}

fn progress_ui(ui: &mut Ui) {
    card(ui, [853.0, 388.0, 403.0, 150.0], "Progress");
    let bars = [
        ("Known", Bar::Known(0.62)),
        ("Unknown", Bar::Unknown),
        ("Done", Bar::Done),
        ("Stopped by an error", Bar::Stopped(0.4)),
    ];
    for (row, (name, bar)) in (0_u8..).zip(bars) {
        let y = 435.0 + 26.0 * f32::from(row);
        at(ui, 870.0, y, 210.0, 4.0, |ui| progress::bar_ui(ui, name, bar));
        at(ui, 1094.0, y - 6.0, 150.0, 18.0, |ui| ui.hint(name));
    }
}

fn fields_ui(ui: &mut Ui) {
    card(ui, [24.0, 550.0, 817.0, 226.0], "Fields, 32 high, outline at least 3:1");
    kept(ui, "name", "Mara, keynote".to_owned(), |ui, name| {
        let mut empty = String::new();
        at(ui, 41.0, 591.0, 250.0, 54.0, |ui| {
            Field::new("Empty name", &mut empty).placeholder("Name this voice").show(ui)
        });
        at(ui, 307.0, 591.0, 252.0, 54.0, |ui| Field::new("Voice name", name).id(focused_field()).show(ui));
        let mut other = name.clone();
        at(ui, 574.0, 591.0, 250.0, 54.0, |ui| Field::new("Filled name", &mut other).counter(100).show(ui));
        at(ui, 41.0, 677.0, 250.0, 80.0, |ui| {
            Field::new("Taken name", &mut other).error(Some("Another voice has this name.")).show(ui)
        });
        at(ui, 574.0, 677.0, 250.0, 54.0, |ui| {
            kept(ui, "sort", 0, |ui, sort: &mut u8| {
                Select::new("Sort", sort, &[(0, "Recently used"), (1, "Name"), (2, "Newest")]).width(250.0).show(ui);
            });
        });
        at(ui, 307.0, 677.0, 252.0, 54.0, |ui| Field::new("Fixed name", &mut other).enabled(false).show(ui));
    });
    let captions = [
        (41.0, 650.0, "Empty"),
        (307.0, 650.0, "Focus"),
        (574.0, 650.0, "Filled, counted"),
        (307.0, 736.0, "Disabled"),
        (574.0, 736.0, "Select"),
    ];
    for (x, y, words) in captions {
        at(ui, x, y, 200.0, 18.0, |ui| ui.hint(words));
    }
}

/// The field that a picture of the sheet shows focused.
pub fn focused_field() -> Id {
    Id::unique("gallery-focused-field")
}

fn choices_ui(ui: &mut Ui) {
    card(ui, [24.0, 388.0, 403.0, 150.0], "Choices");
    at(ui, 41.0, 427.0, 370.0, 28.0, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            kept(ui, "checks", [false, true, true], |ui, [a, b, c]: &mut [bool; 3]| {
                Choice::check("Speak it as soon as the voice is ready").hide_label().show(ui, a);
                Choice::check("Use these for every line").hide_label().show(ui, b);
                Choice::check("Keep the sample").hide_label().pose(Pose::Focused).show(ui, c);
            });
            ui.add_space(20.0);
            Choice::radio("Send only this part").hide_label().show_as(ui, false);
            Choice::radio("Send the whole file").hide_label().show_as(ui, true);
            ui.add_space(20.0);
            kept(ui, "toggles", [false, true], |ui, [a, b]: &mut [bool; 2]| {
                Choice::toggle("Reduce motion").hide_label().show(ui, a);
                Choice::toggle("Filter out the hum").hide_label().show(ui, b);
            });
        });
    });
    at(ui, 41.0, 465.0, 369.0, 18.0, |ui| {
        kept(ui, "stability", 0.5, |ui, value: &mut f32| {
            Slider::new("Stability", value, 0.0..=1.0).reset(0.5).bare(369.0).show(ui);
        });
    });
    at(ui, 41.0, 491.0, 369.0, 18.0, |ui| ui.hint("Slider: 4 px track, 14 px thumb, arrows step 0.05"));
}

fn seals_ui(ui: &mut Ui) {
    card(ui, [439.0, 388.0, 402.0, 150.0], "Voice seal, drawn from the voice id");
    let seals = [
        (456.0, "Idle", SealState::Idle),
        (512.0, "Playing", SealState::Playing(0.35)),
        (571.0, "Loading", SealState::Loading),
        (635.0, "Withheld", SealState::Withheld),
    ];
    for (x, name, state) in seals {
        at(ui, x, 441.0, 40.0, 40.0, |ui| Seal::new(name, "voice-rachel").state(state).show(ui));
        at(ui, x.min(630.0), 486.0, 60.0, 18.0, |ui| ui.hint(name));
    }
    at(ui, 696.0, 429.0, 64.0, 64.0, |ui| Seal::new("Hear Mara", "voice-mara").size(64.0).show(ui));
    at(ui, 696.0, 498.0, 60.0, 18.0, |ui| ui.hint("64 px"));
}

fn waves_ui(ui: &mut Ui) {
    card(ui, [853.0, 550.0, 403.0, 226.0], "Waveform states");
    let (peaks, loud) = (peaks(), [0.82..1.0]);
    let wave = |name| Waveform::new(name, &peaks).height(24.0);
    let waves = [
        ("Reading the file", Waveform::reading("Reading the file").height(24.0)),
        ("Idle", wave("Idle")),
        ("Playing", wave("Playing").played(0.46).seekable()),
        ("Selected part", wave("Selected part").selected(0.31..0.7)),
        ("Too loud at the end", wave("Too loud at the end").loud(&loud)),
    ];
    for (row, (name, wave)) in (0_u8..).zip(waves) {
        let y = 591.0 + 35.0 * f32::from(row);
        at(ui, 870.0, y, 210.0, 24.0, |ui| wave.show(ui));
        at(ui, 1094.0, y + 3.0, 150.0, 18.0, |ui| ui.hint(name));
    }
}
