//! Whether a finished lip sync is still what the flow asks for.

use crate::jobs::{LipSyncJob, VoiceTrack};
use crate::store::Store;

/// Whether a lip sync asked for now would be asked for in the same words.
pub(super) fn is_current(store: &Store, made: &LipSyncJob) -> bool {
    let (flow, settings) = (&store.flow, &store.flow.lip_sync);
    let same_track = match (&made.voice, store.voice_track()) {
        (VoiceTrack::Take { id, .. }, Some((VoiceTrack::Take { id: now, .. }, _))) => *id == now,
        (VoiceTrack::File(file), Some((VoiceTrack::File(now), _))) => file.path == now.path,
        _ => false,
    };
    let same_expression = made.options.temperature.is_none_or(|t| (t - settings.temperature).abs() < 1e-6);
    same_track
        && same_expression
        && flow.target.as_ref().is_some_and(|target| target.path == made.target.path)
        && made.model == settings.model
        && made.options.sync_mode == Some(settings.mode)
}
