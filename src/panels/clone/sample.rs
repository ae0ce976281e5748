//! Step 1: the sample is dropped or chosen, read, or refused with the reason.

use egui::{Ui, vec2};

use super::ClonePanel;
use crate::panels::{Command, Cx};
use crate::store::Role;
use crate::ui::drop_zone::{Dragged, drop_zone_ui};
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{Button, icons, space};

/// Under the drop zone: what makes a good sample, and the buttons.
const FOOT: f32 = 96.0;

impl ClonePanel {
    pub(super) fn sample_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let reading = cx.store.incoming.source.is_loading();
        refusal_ui(ui, cx);
        if self.record.is_open() {
            self.record.ui(ui, cx);
            return;
        }
        let room = (ui.available_height() - FOOT).max(140.0);
        let size = vec2(ui.available_width(), room);
        let words = if reading { "Reading the file" } else { "Drop a talking-head video or an audio file" };
        let zone = drop_zone_ui(ui, size, icons::UPLOAD_SIMPLE, words, Dragged::Nothing);
        if zone.clicked() && !reading {
            cx.commands.push(Command::Pick(Role::Source));
        }
        ui.add_space(space::M);
        ui.horizontal(|ui| {
            let choose = Button::primary("Choose file").icon(icons::FOLDER_OPEN).key("Ctrl O");
            if choose.busy(reading, "Reading").show(ui).clicked() {
                cx.commands.push(Command::Pick(Role::Source));
            }
            let record = Button::secondary("Record from the microphone").icon(icons::MICROPHONE_STAGE);
            if record.show(ui).clicked() {
                self.record.open(cx);
            }
            self.go_on_ui(ui, cx);
        });
        ui.hint(
            "One person speaking clearly, ten seconds to two minutes. Of a longer file you choose the part that counts. \
             Nothing is uploaded before you say so.",
        );
    }

    /// A way back to the source that was put aside.
    fn go_on_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) {
        let Some(source) = cx.store.flow.source.as_ref().filter(|_| self.draft.set_aside) else { return };
        if Button::secondary(&format!("Go on with {}", source.name())).show(ui).clicked() {
            self.draft.set_aside = false;
        }
    }
}

/// Why the last file was refused, where the user is looking.
pub fn refusal_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let incoming = &cx.store.incoming.source;
    if incoming.is_loading() {
        return;
    }
    if let Some(error) = incoming.error() {
        if notice::error_ui(ui, error, &["Choose another file"]) == Some(ErrorPress::Action(0)) {
            cx.commands.push(Command::Pick(Role::Source));
        }
        ui.add_space(space::M);
    }
}
