//! The card about what is heard: which speakers, whether they are on, and notices.

use egui::Ui;

use super::{Cx, card_ui, row_ui};
use crate::media::player::{Source, Speaker, Track, test_sound};
use crate::remote::Remote;
use crate::ui::notice::{self, Note};
use crate::ui::{Choice, IconButton, Select, icons, layout};

/// The player's name for the test sound.
const TEST: &str = "test sound";
/// Width of the list.
const LIST: f32 = 228.0;

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
        card_ui(ui, icons::SPEAKER_HIGH, "Sound and notices", |ui| {
            row_ui(ui, "Speakers", |ui| self.speakers_ui(ui, cx));
            if let Some(error) = self.speakers.error() {
                notice::error_ui(ui, error, &[]);
            }
            if cx.player.now().is_some_and(|now| now.key == TEST && now.device_missing) {
                let words = match cx.settings.sound.speakers {
                    Some(_) => "The chosen speakers are not connected. Choose others, or connect them and try again.",
                    None => "No sound device was found. Connect speakers or headphones, then try again.",
                };
                notice::note_ui(ui, Note::Warning, "Nothing can be heard.", words);
            }
            layout::line_ui(ui);
            let notices = &mut cx.settings.notices;
            Choice::toggle("Tell me when a job ends")
                .note("Also when it fails, while this window is in the background")
                .show(ui, &mut notices.ends);
            layout::line_ui(ui);
            let why_off = (!notices.ends).then_some("Turn on “Tell me when a job ends” first");
            Choice::toggle("Only when the whole queue is empty")
                .off_if(why_off)
                .show(ui, &mut notices.only_when_all_ended);
            layout::line_ui(ui);
            Choice::toggle("Play a short sound").off_if(why_off).show(ui, &mut notices.sound);
        });
    }

    /// From the right to the left.
    fn speakers_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if IconButton::new(icons::PLAY_FILL, "Play a test sound").show(ui).clicked() {
            cx.player.play(test_track());
        }
        let again = IconButton::new(icons::ARROW_CLOCKWISE, "Look for speakers again");
        if again.show(ui).clicked() && !self.speakers.is_loading() {
            self.speakers.load(cx.player.devices());
        }
        self.list_ui(ui, cx);
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let found = self.speakers.value().map_or(&[][..], Vec::as_slice);
        let mut options = vec![(None, "System default")];
        options.extend(found.iter().map(|speaker| (Some(speaker.id.clone()), speaker.name.as_str())));
        if !options.iter().any(|(id, _)| *id == cx.settings.sound.speakers) {
            let words = if self.speakers.is_loading() { "The chosen speakers" } else { "Not connected" };
            options.push((cx.settings.sound.speakers.clone(), words));
        }
        let list = Select::new("Speakers", &mut cx.settings.sound.speakers, &options).hide_label().width(LIST);
        if list.show(ui) {
            cx.player.set_device(cx.settings.sound.speakers.clone());
        }
    }
}

fn test_track() -> Track {
    let (title, subtitle) = ("Test sound".to_owned(), "Two notes".to_owned());
    Track { key: TEST.to_owned(), title, subtitle, source: Source::Bytes(test_sound()) }
}
