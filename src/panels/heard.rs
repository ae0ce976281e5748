//! What can be heard from a seal, and how that stands: the preview of a voice, or a take.

use super::Cx;
use crate::media::player::Player;
use crate::ui::seal::SealState;

/// What the keys of previews begin with.
const VOICE: &str = "voice:";

/// The player's key of a voice's preview.
pub fn preview_key(id: &str) -> String {
    format!("{VOICE}{id}")
}

/// Id of the voice whose preview has this key.
pub(super) fn voice_of(key: &str) -> Option<&str> {
    key.strip_prefix(VOICE)
}

/// How that stands what the player knows by this key.
pub(super) fn state(player: &Player, key: &str) -> SealState {
    match player.now().filter(|now| now.key == key) {
        Some(now) if now.is_loading => SealState::Loading,
        Some(now) if now.is_playing => SealState::Playing(player.progress(key).unwrap_or_default()),
        _ => SealState::Idle,
    }
}

/// How the preview of a voice stands, its way from the service included. Of most voices nothing is heard: no key is made
/// for them.
pub(super) fn preview_state(cx: &Cx<'_>, id: &str) -> SealState {
    if cx.store.preview_loading.as_deref() == Some(id) {
        return SealState::Loading;
    }
    let now = cx.player.now().filter(|now| voice_of(now.key) == Some(id));
    now.map_or(SealState::Idle, |now| state(cx.player, now.key))
}
