//! The first line, written while the sample is on its way.

use egui::{Align, Id, Layout, ScrollArea, Ui, UiBuilder, vec2};

use crate::jobs::{Job, State};
use crate::panels::Cx;
use crate::script::{self, Fit};
use crate::ui::choice::Choice;
use crate::ui::theme::Look as _;
use crate::ui::{Field, Type, format, layout, space, text};

/// The counter and the tick below the field, which reaches into the margin of the card.
const FOOT: f32 = 52.0;
const INTO_MARGIN: f32 = 7.0;

/// Rows of the field where it only takes the rest of a line.
const FEW: usize = 3;

/// The field is the same one wherever it stands: the focus, and what is being typed, move with it.
pub fn field_id() -> Id {
    Id::unique("first line of a voice that is made")
}

/// The field alone, in a card as high as it is: the line was being written when the page turned to something else.
pub fn rest_ui(ui: &mut Ui, line: &mut String) {
    layout::card_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        layout::section_ui(ui, "First line");
        let most = 18.0 + Type::Read.line() * 4.0;
        ScrollArea::vertical().id_salt("rest of the first line").max_height(most).show(ui, |ui| {
            let field = Field::new("First line", line).multiline(FEW).hide_label().id(field_id());
            field.placeholder("What should the voice say?").show(ui);
        });
    });
}

/// The card; it fills the room that is left. With `invites` the cursor goes into the field.
pub fn line_ui(ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, invites: bool) {
    layout::card_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        layout::section_ui(ui, "Write the first line while you wait");
        ui.spacing_mut().interact_size.y = 18.0;
        ui.spacing_mut().item_spacing.y = space::S;
        let room = (ui.available_height() - FOOT).max(60.0);
        let line = cx.store.flow.text_mut();
        ScrollArea::vertical().id_salt("first line").max_height(room).auto_shrink(false).show(ui, |ui| {
            let field = Field::new("First line", line).multiline(rows(room - 18.0)).hide_label().id(field_id());
            let response = field.placeholder("What should the voice say?").show(ui);
            if invites {
                response.request_focus();
            }
        });
        let fit = counter_ui(ui, line);
        let over = matches!(job.state, State::Failed(_) | State::Stopped).then_some("The clone is not running");
        let long = (fit == Fit::TooLong).then_some("This line is too long to be spoken. Shorten it.");
        let choice = Choice::check("Speak it as soon as the voice is ready").off_if(long.or(over));
        let (_, place) = ui.allocate_space(vec2(ui.available_width(), FOOT - 18.0 - 2.0 * space::S));
        let place = place.with_min_y(place.top() - 3.0).with_max_y(place.bottom() + INTO_MARGIN);
        choice.show(&mut ui.new_child(UiBuilder::new().max_rect(place)), &mut cx.store.speak_when_ready);
    });
}

/// How long the line is, and how long it takes to say it.
fn counter_ui(ui: &mut Ui, line: &str) -> Fit {
    let t = ui.tokens();
    let (count, fit) = (script::characters(line), script::fit(line));
    let ink = match fit {
        Fit::TooLong => t.danger.ink,
        Fit::Near => t.warning.ink,
        Fit::Empty | Fit::Fits => t.text.hint,
    };
    let count = format::thousands(u64::try_from(count).unwrap_or(u64::MAX));
    ui.horizontal(|ui| {
        ui.label(text::small(format!("{count} of 5,000 characters")).color(ink));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.hint(format!("About {} spoken", format::time(script::spoken_secs(line))));
        });
    });
    fit
}

/// Rows of text that fill a height.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a few dozen")]
fn rows(height: f32) -> usize {
    (height / Type::Read.line()).floor().clamp(2.0, 60.0) as usize
}
