//! The card about sound: which speakers, and whether they are heard.

use egui::{Align, Layout, Ui};

use super::{Cx, card_ui};
use crate::media::player::{Source, Speaker, Track, test_sound};
use crate::remote::Remote;
use crate::ui::notice::{self, Note};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Select, icons, layout, text};

/// The player's name for the test sound.
const TEST: &str = "test sound";
/// Width of the list.
const LIST: f32 = 260.0;

/// The card.
#[derive(Default)]
pub(super) struct SoundCard {
    speakers: Remote<Vec<Speaker>>,
}

impl SoundCard {
    pub(super) fn logic(&mut self) {
        self.speakers.poll();
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.speakers.ensure(|| cx.player.devices());
        card_ui(ui, icons::SPEAKER_HIGH, "Sound", |ui| {
            ui.label(text::label("Speakers").color(ui.tokens().text.support));
            ui.horizontal(|ui| {
                self.list_ui(ui, cx);
                let looking = self.speakers.is_loading();
                let again = Button::ghost("Look again").icon(icons::ARROW_CLOCKWISE).busy(looking, "Looking");
                if again.show(ui).clicked() {
                    self.speakers.load(cx.player.devices());
                }
            });
            if let Some(error) = self.speakers.error() {
                notice::error_ui(ui, error, &[]);
            }
            layout::line_ui(ui);
            ui.horizontal(|ui| {
                let test = Button::secondary("Play a test sound").icon(icons::PLAY_FILL);
                if test.show(ui).clicked() {
                    cx.player.play(test_track());
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.hint("Two notes, at the player's volume"));
            });
            let unheard = cx.player.now().filter(|now| now.key == TEST && now.device_missing);
            if unheard.is_some() {
                let words = match cx.settings.speakers {
                    Some(_) => "The chosen speakers are not connected. Choose others, or connect them and look again.",
                    None => "No sound device was found. Connect speakers or headphones, then look again.",
                };
                notice::note_ui(ui, Note::Warning, "Nothing can be heard.", words);
            }
        });
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let found = self.speakers.value().map_or(&[][..], Vec::as_slice);
        let mut options = vec![(None, "System default")];
        options.extend(found.iter().map(|speaker| (Some(speaker.id.clone()), speaker.name.as_str())));
        if !options.iter().any(|(id, _)| *id == cx.settings.speakers) {
            let words = if self.speakers.is_loading() { "The chosen speakers" } else { "Not connected" };
            options.push((cx.settings.speakers.clone(), words));
        }
        let list = Select::new("Speakers", &mut cx.settings.speakers, &options).hide_label().width(LIST);
        if list.show(ui) {
            cx.player.set_device(cx.settings.speakers.clone());
        }
    }
}

fn test_track() -> Track {
    let (title, subtitle) = ("Test sound".to_owned(), "Two notes".to_owned());
    Track { key: TEST.to_owned(), title, subtitle, source: Source::Bytes(test_sound()) }
}
