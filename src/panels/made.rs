//! Whether a finished lip sync is still what the flow asks for.

use crate::jobs::{LipSyncJob, VoiceTrack};
use crate::store::Store;

/// Whether a lip sync asked for now would be asked for in the same words.
pub(super) fn is_current(store: &Store, made: &LipSyncJob) -> bool {
    let (flow, settings) = (&store.flow, &store.flow.lip_sync);
    let same_expression = made.options.temperature.is_none_or(|t| (t - settings.temperature).abs() < 1e-6);
    store.voice_track().is_some_and(|(now, _)| same_track(store, &made.voice, &now))
        && same_expression
        && flow.target.as_ref().is_some_and(|target| target.path == made.target.path)
        && made.model == settings.model
        && made.options.sync_mode == Some(settings.mode)
}

/// Whether the track that was sent is what would be sent now: the same one, at the loudness of the video when that is
/// asked for.
fn same_track(store: &Store, made: &VoiceTrack, now: &VoiceTrack) -> bool {
    let level = store.flow.lip_sync.match_loudness;
    match made {
        VoiceTrack::Edited { of, .. } if is_same(of, now) => level,
        // A video without sound has no loudness to match.
        _ => {
            let has_sound = store.flow.target.as_ref().is_some_and(|target| target.probe.audio.is_some());
            is_same(made, now) && !(level && has_sound)
        }
    }
}

fn is_same(one: &VoiceTrack, other: &VoiceTrack) -> bool {
    match (one, other) {
        (VoiceTrack::Take { id, .. }, VoiceTrack::Take { id: now, .. }) => id == now,
        (VoiceTrack::File(file), VoiceTrack::File(now))
        | (VoiceTrack::Edited { file, .. }, VoiceTrack::Edited { file: now, .. }) => file.path == now.path,
        _ => false,
    }
}
