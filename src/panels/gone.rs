//! What follows from a voice being deleted, whichever page asked for it.

use super::{Command, Cx, VoiceCommand};

/// The player's key of a voice's preview.
pub(super) fn preview_key(id: &str) -> String {
    format!("voice:{id}")
}

/// Takes a voice that is gone from the service out of everything that knew it.
pub(super) fn forget_voice(id: &str, cx: &mut Cx<'_>) {
    if let Some(voices) = cx.store.voices.value_mut() {
        voices.retain(|other| other.id != id);
        cx.commands.voice(VoiceCommand::KeepList);
    }
    // An answer on its way may have been written while the voice was still there.
    if cx.store.voices.is_loading() {
        cx.commands.push(Command::ReloadVoices);
    }
    if cx.store.flow.voice.as_ref().is_some_and(|chosen| chosen.id == id) {
        cx.store.flow.voice = None;
    }
    if cx.player.now().is_some_and(|now| now.key == preview_key(id)) {
        cx.player.stop();
    }
    cx.commands.voice(VoiceCommand::Forget(id.to_owned()));
}
