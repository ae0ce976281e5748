//! The card "What is sent": the part or the whole file, with real sizes.

use egui::{Align, Layout, Rect, Sense, Ui, vec2};

use super::ClonePanel;
use crate::media::accept::{self, Purpose, Weight};
use crate::media::sample;
use crate::panels::{Command, Cx};
use crate::store::{MOST_SECS, MediaFile, Role};
use crate::ui::choice::{self, Choice};
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Type, format, layout, paint, space, text};

impl ClonePanel {
    pub(super) fn sent_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        layout::section_ui(ui, "What is sent");
        let unread = (self.trimming.heard.error().is_some() || file.probe.audio.is_none())
            .then_some("The sound can't be read here, so no part can be cut of it");
        let choice = cx.store.flow.sample;
        if let Some(error) = self.trimming.cut_error(file, &choice).cloned() {
            match notice::error_ui(ui, &error, &["Try again", "Read it again"]) {
                Some(ErrorPress::Action(0)) => self.trimming.cutting.again(),
                // What was written over it begins with a draft and a permission of its own.
                Some(ErrorPress::Action(_)) => cx.commands.push(Command::Bring(file.path.clone(), Role::Source)),
                _ => {}
            }
        }
        let (size, is_cut) = self.sent_bytes(cx, file);
        let whole = file.probe.size_bytes;
        let mut is_whole = choice.whole || unread.is_some();
        ui.spacing_mut().item_spacing.y = space::S;
        let part_note = part_note(size, whole, is_cut);
        let caution = accept::findings(&file.probe, Purpose::Sample).into_iter().find(|it| it.weight != Weight::Note);
        let refused = caution.as_ref().filter(|it| it.weight == Weight::Refused).map(|it| it.words.as_str());
        let whole_note = match (&caution, file.secs()) {
            (Some(caution), _) => caution.words.as_str(),
            (None, Some(secs)) if secs > MOST_SECS => "The service will use its first 2 minutes.",
            _ => "As it is, with everything that is in it.",
        };
        let choices = vec![
            (false, Choice::radio("Send only this part").note(&part_note).off_if(unread)),
            (true, Choice::radio("Send the whole file").note(whole_note).off_if(refused)),
        ];
        let shown = size.filter(|_| unread.is_none());
        let before = is_whole;
        let changed = choice::radio_group_with_ui(ui, &mut is_whole, choices, |ui, of_whole| {
            if let Some(size) = shown.filter(|_| !of_whole) {
                size_ui(ui, "This part", size, size.max(whole), !before);
                ui.add_space(-3.0);
                size_ui(ui, "Whole file", whole, size.max(whole), before);
                ui.add_space(space::XS);
            }
        });
        if changed && unread.is_none() {
            cx.store.flow.sample.whole = is_whole;
        }
    }

    /// Bytes of the part: of the file that was cut, until then as many as it will have.
    fn sent_bytes(&mut self, cx: &Cx<'_>, file: &MediaFile) -> (Option<u64>, bool) {
        let part_only = crate::store::SampleChoice { whole: false, ..cx.store.flow.sample };
        if let Some(cut) = self.trimming.cut(file, &part_only) {
            return (Some(cut.bytes), true);
        }
        let part = self.trimming.part(file, &part_only);
        let rate = file.probe.audio.as_ref().map(|audio| audio.sample_rate.min(48_000));
        (rate.filter(|_| part.secs() > 0.0).map(|rate| sample::bytes(part, rate)), false)
    }
}

/// Under "Send only this part".
fn part_note(size: Option<u64>, whole: u64, is_cut: bool) -> String {
    let Some(size) = size else { return "The rest stays here.".to_owned() };
    let about = if is_cut { "" } else { "About " };
    let bytes = format::size(size);
    if size < whole {
        format!("{about}{bytes} instead of {}. The rest stays here.", format::size(whole))
    } else {
        format!("{about}{bytes}, as plain sound. Nothing else leaves this computer.")
    }
}

/// The line at the foot of the card.
pub fn foot_ui(ui: &mut Ui, is_sandbox: bool) {
    layout::line_ui(ui);
    ui.add_space(space::M);
    let words = if is_sandbox {
        "In the sandbox it goes into a folder on this computer. A copy is kept with the voice."
    } else {
        "The part you send is also kept with the voice on this computer, so the voice can be parked and brought back."
    };
    ui.hint(words);
}

/// A name, a bar and a size.
#[expect(clippy::cast_precision_loss, reason = "a bar on the screen")]
fn size_ui(ui: &mut Ui, name: &str, bytes: u64, most: u64, is_sent: bool) {
    let t = ui.tokens();
    let size = vec2(ui.available_width(), 13.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().interact_size.y = 13.0;
        ui.add_space(28.0);
        let left = ui.cursor().left();
        ui.label(text::small(name).color(t.text.support));
        let words = format::size(bytes);
        let words = paint::one_line(ui, &words, Type::MonoSmall, t.text.support, 80.0);
        let row = ui.max_rect();
        let bar =
            Rect::from_x_y_ranges((left + 72.0)..=(row.right() - 62.0), row.center().y - 3.0..=row.center().y + 3.0);
        ui.painter().rect_filled(bar, 3, t.fill.surface_3);
        let part = bytes as f32 / most.max(1) as f32;
        let filled = bar.with_max_x(bar.left() + (bar.width() * part).max(3.0));
        let ink = if is_sent { t.accent.fill } else { t.wave.idle };
        ui.painter().rect_filled(filled, 3, ink);
        let response = ui.interact(bar, ui.next_auto_id(), Sense::hover());
        ui.skip_ahead_auto_ids(1);
        let spoken = format!("{name}: {}", format::size(bytes));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        paint::text_at(ui.painter(), row.right() - words.size().x, row.center().y, words);
    });
}
