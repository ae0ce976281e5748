//! Whether a lip sync that ended is still what the flow asks for.

use crate::api::Speaker;
use crate::compose;
use crate::jobs::{Job, LipSyncJob, Request, State, VoiceTrack};
use crate::store::{Flow, Store};

/// Whether a lip sync asked for now would be asked for in the same words.
pub fn is_current(store: &Store, made: &LipSyncJob) -> bool {
    is_current_in(store, &store.flow, made)
}

/// The same for any flow.
pub fn is_current_in(store: &Store, flow: &Flow, made: &LipSyncJob) -> bool {
    let settings = &flow.lip_sync;
    let same_expression = made.options.temperature.is_none_or(|t| (t - settings.temperature).abs() < 1e-6);
    !made.is_trial
        && is_same_look(flow, made)
        && store.track_of(flow).is_some_and(|(now, _)| is_made_of(made, &now))
        && made.match_loudness == settings.match_loudness
        && same_expression
        && flow.target.as_ref().is_some_and(|target| target.path == made.target.path)
        && made.model == settings.model
        && made.options.sync_mode == Some(settings.mode)
}

/// Whether a lip sync failed because of whose lips it should move. For a trial it is picked in the video it is of.
pub fn wants_a_face(job: &Job) -> bool {
    let (Request::LipSync(sync), State::Failed(error)) = (&job.request, &job.state) else { return false };
    !sync.is_trial && error.code().is_some_and(|code| code.contains("face"))
}

/// Whether the same face is to move, and the same is known about its mouth.
fn is_same_look(flow: &Flow, made: &LipSyncJob) -> bool {
    let covered = is_covered(flow).then_some(true);
    covered == made.options.occlusion_detection_enabled && speaker(flow) == made.options.active_speaker_detection
}

/// Whether the model is told that something covers the mouth.
pub fn is_covered(flow: &Flow) -> bool {
    let settings = &flow.lip_sync;
    settings.is_covered && compose::takes_cover(&settings.model)
}

/// The face that was picked in the target, as the model is told.
pub fn speaker(flow: &Flow) -> Option<Speaker> {
    let settings = &flow.lip_sync;
    let target = flow.target.as_ref()?;
    let face =
        settings.face.as_ref().filter(|face| face.path == target.path && compose::takes_face(&settings.model))?;
    Some(Speaker { frame_number: Some(face.frame), coordinates: Some(face.at) })
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
