//! One request for each kind of job, about small files.

use std::path::{Path, PathBuf};

use mouthpiece::api::{AssetKind, Options, SyncMode};
use mouthpiece::jobs::{CloneJob, LipSyncJob, LocalFile, Request, SpeakJob, VoiceTrack};
use mouthpiece::library::{Consent, Relation};

/// What the cloned voice is to be called.
pub const NAME: &str = "Mara Trial";

pub fn audio(path: &Path) -> LocalFile {
    local(path, "audio/wav", AssetKind::Audio)
}

fn local(path: &Path, content_type: &str, kind: AssetKind) -> LocalFile {
    let size = std::fs::metadata(path).ok().map(|meta| meta.len());
    LocalFile { path: path.to_owned(), content_type: content_type.to_owned(), kind, size }
}

pub fn clone(sample: &Path) -> Request {
    Request::Clone(CloneJob {
        name: NAME.to_owned(),
        sample: audio(sample),
        origin: None,
        consent: Consent {
            statement: "I may.".to_owned(),
            speaker: "Mara".to_owned(),
            relation: Relation::InWriting,
            given_at: "2026-11-22T10:00:00Z".to_owned(),
            sample_hash: None,
        },
    })
}

pub fn speak(voice: &str) -> Request {
    Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: voice.to_owned(),
        voice_name: NAME.to_owned(),
        script: "Once only.".to_owned(),
        stability: 0.5,
        similarity: 0.75,
    })
}

pub fn lip_sync(video: &Path, voice: VoiceTrack, folder: PathBuf) -> Request {
    Request::LipSync(LipSyncJob {
        target: local(video, "video/mp4", AssetKind::Video),
        voice,
        model: "lipsync-2".to_owned(),
        options: Options { sync_mode: Some(SyncMode::CutOff), ..Options::default() },
        folder,
        stem: "teaser".to_owned(),
        estimate_usd: Some(0.05),
        match_loudness: false,
        is_trial: false,
    })
}
