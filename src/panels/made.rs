//! Whether a finished lip sync is still what the flow asks for.

use crate::jobs::{LipSyncJob, VoiceTrack};
use crate::store::{Flow, Store};

/// Whether a lip sync asked for now would be asked for in the same words.
pub(super) fn is_current(store: &Store, made: &LipSyncJob) -> bool {
    is_current_in(store, &store.flow, made)
}

/// The same for any flow.
pub(super) fn is_current_in(store: &Store, flow: &Flow, made: &LipSyncJob) -> bool {
    let settings = &flow.lip_sync;
    let same_expression = made.options.temperature.is_none_or(|t| (t - settings.temperature).abs() < 1e-6);
    store.track_of(flow).is_some_and(|(now, _)| is_made_of(made, &now))
        && made.match_loudness == settings.match_loudness
        && same_expression
        && flow.target.as_ref().is_some_and(|target| target.path == made.target.path)
        && made.model == settings.model
        && made.options.sync_mode == Some(settings.mode)
}

/// Whether what was sent is this track, or was made from it to match the loudness of the video.
fn is_made_of(made: &LipSyncJob, track: &VoiceTrack) -> bool {
    let from_it = matches!(&made.voice, VoiceTrack::Edited { of, .. } if made.match_loudness && is_same(of, track));
    from_it || is_same(&made.voice, track)
}

fn is_same(one: &VoiceTrack, other: &VoiceTrack) -> bool {
    match (one, other) {
        (VoiceTrack::Take { id, .. }, VoiceTrack::Take { id: now, .. }) => id == now,
        (VoiceTrack::File(file), VoiceTrack::File(now))
        | (VoiceTrack::Edited { file, .. }, VoiceTrack::Edited { file: now, .. }) => file.path == now.path,
        _ => false,
    }
}
