//! The player's strip, its keys, and what is said when its device vanishes.

use egui::{Context, Key, Modifiers, Ui};

use super::App;
use crate::media::player::{Now, Player};
use crate::panels::Command;
use crate::ui::player_strip::{self, Compared, PlayerPress, PlayerView};
use crate::ui::{News, Toast};

/// What takes are called by the player.
const TAKE: &str = "take:";
/// How far the arrow keys go, in seconds.
const ARROW_SECS: f64 = 1.0;

impl App {
    /// The strip at the foot of the window.
    pub(super) fn strip_ui(&mut self, ui: &mut Ui) {
        let Some(session) = &self.session else { return };
        let Some(now) = session.player.now() else { return };
        let missing = now.device_missing.then_some(match self.settings.value.sound.speakers {
            Some(_) => "Speakers not connected",
            None => "No sound device",
        });
        let detail = now.error.map(ToString::to_string);
        let view = PlayerView {
            title: now.title,
            detail: detail.as_deref().or(missing).unwrap_or(now.subtitle),
            position: now.position_secs,
            length: now.length_secs,
            part: now.part.map(|part| part.from_secs..part.to_secs),
            peaks: now.peaks,
            playing: now.is_playing,
            repeating: now.repeat,
            muted: now.muted,
            volume: now.volume,
            compared: compared(&now, missing),
        };
        if let Some(press) = player_strip::player_strip_ui(ui, &view) {
            self.press(press);
        }
    }

    /// Whether the strip is shown: something is loaded, and the page has no controls of its own for it.
    pub(super) fn has_strip(&mut self) -> bool {
        let shown = self.page;
        self.session.as_mut().is_some_and(|session| {
            let key = session.player.now().map(|now| now.key.to_owned());
            key.is_some_and(|key| !session.panels.page(shown).controls(&key))
        })
    }

    /// Keys of the player, when no field, no page and no question wanted them. After the page was drawn. Plain letters
    /// also act while a button has the focus, which makes no use of them.
    pub(super) fn player_keys(&mut self, ctx: &Context) {
        let is_asked = self.intake.question.is_some() || ctx.memory(|memory| memory.top_modal_layer().is_some());
        let Some(now) = self.session.as_ref().and_then(|session| session.player.now()) else { return };
        if is_asked || ctx.text_edit_focused() {
            return;
        }
        let position = now.position_secs;
        let is_compared = now.compared.is_some();
        let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if !ctx.egui_wants_keyboard_input() {
            for (key, press) in [
                (Key::Space, PlayerPress::Toggle),
                (Key::Home, PlayerPress::ToStart),
                (Key::ArrowLeft, PlayerPress::To((position - ARROW_SECS).max(0.0))),
                (Key::ArrowRight, PlayerPress::To(position + ARROW_SECS)),
            ] {
                if pressed(key) {
                    self.press(press);
                }
            }
        }
        if pressed(Key::M) {
            self.press(PlayerPress::Mute);
        }
        // What only the strip shows and takes back.
        if self.has_strip() && pressed(Key::L) {
            self.press(PlayerPress::Repeat);
        }
        if is_compared && pressed(Key::X) {
            self.press(PlayerPress::Switch);
        }
    }

    fn press(&mut self, press: PlayerPress) {
        let Some(session) = &mut self.session else { return };
        let player = &mut session.player;
        match press {
            PlayerPress::Volume(volume) => self.settings.value.sound.volume = volume,
            PlayerPress::Mute => self.settings.value.sound.muted = !player.now().is_some_and(|now| now.muted),
            PlayerPress::Keep => {
                let kept = player.now().and_then(|now| now.key.strip_prefix(TAKE).map(str::to_owned));
                if let Some(id) = kept {
                    session.commands.push(Command::KeepTake(id));
                }
            }
            _ => {}
        }
        obey(player, press);
    }

    /// Says once that the sound device is gone. That there never was one is said in the strip alone.
    pub(super) fn tell_of_devices(&mut self) {
        if !self.session.as_mut().is_some_and(|session| session.player.take_loss()) {
            return;
        }
        let words = "Playing goes on without sound. The device is looked for again the next time you press play.";
        let toast = Toast::new(News::Info, "speakers", "The sound device is gone").detail(words);
        self.toasts.push(toast.action("Choose speakers", Command::Go(crate::panels::Page::Settings)));
    }
}

fn compared<'a>(now: &Now<'a>, missing: Option<&'a str>) -> Option<Compared<'a>> {
    let other = now.compared?;
    let can_keep = now.key.starts_with(TAKE);
    Some(Compared { title: other.title, peaks: other.peaks, second_heard: other.second_heard, can_keep, missing })
}

fn obey(player: &mut Player, press: PlayerPress) {
    let (length, repeat, muted) =
        player.now().map_or((0.0, false, false), |now| (now.length_secs, now.repeat, now.muted));
    match press {
        PlayerPress::ToStart => player.seek(0.0),
        PlayerPress::Toggle => player.toggle(),
        PlayerPress::Seek(part) => player.seek(length * f64::from(part)),
        PlayerPress::To(secs) => player.seek(secs),
        PlayerPress::Repeat => player.set_repeat(!repeat),
        PlayerPress::Mute => player.set_muted(!muted),
        PlayerPress::Volume(volume) => player.set_volume(volume),
        PlayerPress::Switch => player.switch(),
        PlayerPress::Keep | PlayerPress::Close => player.stop(),
    }
}
