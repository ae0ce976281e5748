//! The lip sync of a flow as it would be sent now.

use std::path::PathBuf;

use super::made;
use crate::api::Options;
use crate::compose;
use crate::jobs::{LipSyncJob, VoiceTrack};
use crate::store::{MediaFile, Store};

/// The job. `None` without a target, or a name for the result.
pub fn job(store: &Store, voice: VoiceTrack, folder: PathBuf, estimate_usd: Option<f64>) -> Option<LipSyncJob> {
    let settings = &store.flow.lip_sync;
    Some(LipSyncJob {
        target: store.flow.target.as_ref()?.local(),
        voice,
        model: settings.model.clone(),
        options: Options {
            sync_mode: Some(settings.mode),
            temperature: compose::takes_temperature(&settings.model).then_some(settings.temperature),
            occlusion_detection_enabled: made::is_covered(&store.flow).then_some(true),
            active_speaker_detection: made::speaker(&store.flow),
        },
        folder,
        stem: store.result_name()?,
        estimate_usd,
        match_loudness: settings.match_loudness,
        is_trial: false,
    })
}

/// Seconds of picture, voice and result, as far as they are known.
pub fn lengths(store: &Store) -> (Option<f64>, Option<f64>, Option<f64>) {
    let video = store.flow.target.as_ref().and_then(MediaFile::secs);
    let voice = store.voice_track().and_then(|(_, secs)| secs);
    let result =
        video.zip(voice).map(|(video, voice)| compose::outlook(store.flow.lip_sync.mode, video, voice).result_secs);
    (video, voice, result)
}
