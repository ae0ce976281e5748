//! The picture of a row: a frame of its video, or the seal of its voice, and what kind of work it was.

use std::path::Path;

use egui::{Align, Color32, Layout, Rect, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

use super::entry::{Entry, Part};
use super::{Act, ActivityPanel};
use crate::jobs::{Outcome, Request, SpeakJob, State};
use crate::panels::{Command, Cx, heard};
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::{Icon, Type, icons, paint, radius};

/// The seal of a voice within the picture.
const SEAL: f32 = 36.0;
/// Of a take that was deleted from its line.
const GONE: &str = "This take was deleted";
/// How far the badge hangs below the picture.
const BELOW: f32 = 8.0;

impl ActivityPanel {
    /// Draws it. What was spoken, and a voice that was made, can be heard from it.
    pub(super) fn picture_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, entry: Entry<'_>, rect: Rect) -> Option<Act> {
        let t = ui.tokens();
        ui.painter().rect(rect, radius::TAG, t.fill.field, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
        let act = match (&entry.job.request, &entry.job.state) {
            (Request::LipSync(_), State::Done(Outcome::Video { file, .. })) if entry.part == Part::Whole => {
                self.frame_ui(ui, cx, file, rect);
                None
            }
            (Request::LipSync(sync), _) => {
                self.frame_ui(ui, cx, &sync.target.path, rect);
                None
            }
            (Request::Speak(_), State::Done(Outcome::Take(take))) => {
                let known = cx.store.take(&take.id);
                let name = format!("Play {}", cx.store.take_label(known.unwrap_or(take)));
                let (key, is_gone) = (format!("take:{}", take.id), known.is_none());
                let seal = Seal::new(&name, &take.voice_id).off_if(is_gone.then_some(GONE));
                let state = heard::state(cx.player, &key);
                seal_ui(ui, rect, seal, state).then(|| Act::Do(Command::HearTake(take.id.clone())))
            }
            (Request::Speak(speak), _) => spoken_ui(ui, cx, rect, speak),
            (Request::Clone(clone), State::Done(Outcome::Voice { id, .. })) => {
                voice_ui(ui, cx, rect, id, cx.store.voice_name(id, &clone.name))
            }
            (Request::Clone(_), _) => {
                icons::WAVEFORM.paint(ui.painter(), rect.center() - vec2(0.0, 4.0), 22.0, t.wave.idle);
                None
            }
        };
        badge_ui(ui, rect, entry, cx.store.is_sandbox);
        act
    }

    fn frame_ui(&mut self, ui: &Ui, cx: &Cx<'_>, path: &Path, rect: Rect) {
        let Some(texture) = self.pictures.frame(ui.ctx(), cx.runtime, path, 160) else {
            let middle = rect.center() - vec2(0.0, 4.0);
            icons::FILM_STRIP.paint(ui.painter(), middle, 22.0, ui.tokens().wave.idle);
            return;
        };
        // The whole frame within the box, whatever its shape.
        let size = texture.size_vec2();
        let scale = (rect.width() / size.x.max(1.0)).min(rect.height() / size.y.max(1.0));
        let place = Rect::from_center_size(rect.center(), size * scale);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture.id(), place, whole, Color32::WHITE);
    }
}

/// The voice a line is spoken in, while there is no take.
fn spoken_ui(ui: &mut Ui, cx: &Cx<'_>, rect: Rect, speak: &SpeakJob) -> Option<Act> {
    voice_ui(ui, cx, rect, &speak.voice_id, cx.store.voice_name(&speak.voice_id, &speak.voice_name))
}

fn voice_ui(ui: &mut Ui, cx: &Cx<'_>, rect: Rect, id: &str, name: &str) -> Option<Act> {
    let has_preview = cx.store.voices.value().is_some_and(|voices| {
        voices.iter().any(|voice| voice.id == id && voice.preview_url.is_some() && !voice.is_withheld())
    });
    let name = format!("Hear {name}");
    let seal = Seal::new(&name, id).off_if((!has_preview).then_some("This voice has no preview"));
    let state = heard::preview_state(cx, id);
    seal_ui(ui, rect, seal, state).then(|| Act::Do(Command::HearVoice(id.to_owned())))
}

/// Whether it was pressed.
fn seal_ui(ui: &mut Ui, rect: Rect, seal: Seal<'_>, state: SealState) -> bool {
    let place = Rect::from_center_size(rect.center(), egui::Vec2::splat(SEAL));
    let builder = UiBuilder::new().max_rect(place).layout(Layout::top_down(Align::Min));
    let ui = &mut ui.new_child(builder);
    seal.size(SEAL).state(state).show(ui).clicked() && state != SealState::Loading
}

/// The kind of the row, over the lower left corner of its picture.
fn badge_ui(ui: &Ui, picture: Rect, entry: Entry<'_>, is_sandbox: bool) {
    let t = ui.tokens();
    let galley = ui.painter().layout_no_wrap(entry.kind(is_sandbox).to_owned(), Type::Caption.font(), t.text.main);
    let size = vec2(galley.size().x + 24.0, 18.0);
    let rect = Rect::from_min_size(picture.left_bottom() + vec2(0.0, BELOW - size.y), size);
    // Parted from the picture by what lies below both, in either theme.
    ui.painter().rect_filled(rect.expand(1.0), radius::TAG, t.fill.canvas);
    ui.painter().rect_filled(rect, radius::TAG, t.fill.surface_3);
    icon(entry).paint(ui.painter(), pos2(rect.left() + 10.0, rect.center().y), 13.0, t.text.support);
    paint::text_at(ui.painter(), rect.left() + 19.0, rect.center().y, galley);
}

fn icon(entry: Entry<'_>) -> Icon {
    match (&entry.job.request, &entry.job.state) {
        _ if entry.part == Part::Upload => icons::UPLOAD_SIMPLE,
        (Request::LipSync(_), State::Done(_)) => icons::DOWNLOAD_SIMPLE,
        (Request::LipSync(_), _) => icons::FILM_SLATE,
        (Request::Clone(_), _) => icons::MICROPHONE_STAGE,
        (Request::Speak(_), _) => icons::ARTICLE,
    }
}
