//! What would be ordered now: from which files, how long, with which options, and what is missing for it.

use std::path::PathBuf;

pub(super) use crate::orders::lip_sync::{job, lengths as lengths_of};

use super::current;
use super::level::{self, Level};
use super::rules::{self, Parts, Verdict};
use crate::jobs::{Jobs, VoiceTrack};
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
    let current = current(store, jobs).filter(|job| job.is_running());
    let why = rules::missing(Parts {
        reading: reads(Role::Target) || reads(Role::Audio),
        target: target.is_some(),
        refused: refused.map(|check| check.words.as_str()),
        track: store.voice_track().is_some(),
        running: current.is_some(),
        waits: current.is_some_and(|job| job.waiting.is_some()),
    });
    why.map(str::to_owned)
}

/// The sound file that a run would be made with now.
pub(super) fn voice_as_sent(store: &Store, level: &Level) -> Option<PathBuf> {
    match level.track(store) {
        Some(VoiceTrack::Edited { file, .. }) => Some(file.path),
        _ => level::voice_file(store).map(|(path, _)| path),
    }
}
