//! What would be ordered now: from which files, how long, with which options, and what is missing for it.

use std::path::PathBuf;

use super::current;
use super::level::{self, Level};
use super::rules::{self, Parts, Verdict};
use crate::api::Options;
use crate::compose;
use crate::jobs::{Job, Jobs, LipSyncJob, VoiceTrack};
use crate::panels::made;
use crate::store::{Role, Store};

/// Why a run can't begin; `None` when it can.
pub(super) fn missing(store: &Store, jobs: &Jobs) -> Option<String> {
    if store.incoming.trims_target {
        return Some("Wait until the video is trimmed".to_owned());
    }
    let reads = |role| store.incoming.of(role).is_loading();
    let target = store.flow.target.as_ref();
    let voice = store.flow.audio.as_ref().map(|audio| &audio.probe);
    let checks = target.map(|target| rules::checks(&target.probe, voice)).unwrap_or_default();
    let refused = checks.iter().find(|check| check.verdict == Verdict::Refused);
    let why = rules::missing(Parts {
        reading: reads(Role::Target) || reads(Role::Audio),
        target: target.is_some(),
        refused: refused.map(|check| check.words.as_str()),
        track: store.voice_track().is_some(),
        running: current(store, jobs).is_some_and(Job::is_running),
    });
    let waits = current(store, jobs).is_some_and(|job| job.is_running() && job.waiting.is_some());
    why.map(|why| if waits && why == rules::RUNNING { "This lip sync is waiting already" } else { why }.to_owned())
}

/// The job as it would be sent now.
pub(super) fn job(store: &Store, voice: VoiceTrack, folder: PathBuf, estimate_usd: Option<f64>) -> Option<LipSyncJob> {
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

/// The sound file that a run would be made with now.
pub(super) fn voice_as_sent(store: &Store, level: &Level) -> Option<PathBuf> {
    match level.track(store) {
        Some(VoiceTrack::Edited { file, .. }) => Some(file.path),
        _ => level::voice_file(store).map(|(path, _)| path),
    }
}

/// Seconds of picture, voice and result, as far as they are known.
pub(super) fn lengths_of(store: &Store) -> (Option<f64>, Option<f64>, Option<f64>) {
    let video = store.flow.target.as_ref().and_then(crate::store::MediaFile::secs);
    let voice = store.voice_track().and_then(|(_, secs)| secs);
    let result =
        video.zip(voice).map(|(video, voice)| compose::outlook(store.flow.lip_sync.mode, video, voice).result_secs);
    (video, voice, result)
}
