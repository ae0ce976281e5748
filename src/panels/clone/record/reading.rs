//! Something to read aloud: a minute of plain prose with most of the sounds of English, questions and pauses.

use egui::Ui;

use crate::ui::theme::Look as _;
use crate::ui::{Type, notice};

const TEXT: [&str; 3] = [
    "The harbour wakes before the town does. A few gulls argue over the quay, a rope creaks, and somebody whistles \
     while he sweeps the wet stones. By six the bakery has its lights on, and the smell of fresh rolls drifts up the \
     narrow street. I usually buy two: one for the walk, and one for later.",
    "Have you ever counted the bridges here? There are thirteen, though the youngest is only a plank across a ditch. \
     My favourite is the old railway bridge. When a train passes, the whole thing hums, like a giant guitar that \
     nobody has tuned.",
    "In winter the fog rolls in, and everything goes quiet. Voices sound closer, footsteps further away, and even the \
     church bell seems to think twice. Then, around noon, the sun pushes through, the cafés put their chairs out, and \
     the usual noise is back. What a difference an hour makes! Choose a bench, close your eyes, and just listen.",
];

/// A column narrower than this has smaller letters.
const ROOMY: f32 = 480.0;

/// The text under its heading, in letters that can be read from where one speaks.
pub(super) fn reading_ui(ui: &mut Ui) {
    let t = ui.tokens();
    let (letter, line) = if ui.available_width() < ROOMY { (15.0, 23.0) } else { (16.0, 26.0) };
    notice::card_head_ui(ui, None, "Something to read", |_| {});
    ui.hint("About a minute, in your usual voice. Any words of your own will do as well.");
    ui.spacing_mut().item_spacing.y = 14.0;
    for paragraph in TEXT {
        let mut job = egui::text::LayoutJob::single_section(paragraph.to_owned(), Type::Body.format(t.text.main));
        for section in &mut job.sections {
            section.format.font_id.size = letter;
            section.format.line_height = Some(line);
        }
        ui.add(egui::Label::new(job).wrap());
    }
}
