//! Reconciling: what follows when the answer to a request that may be charged got lost.

use std::time::Duration;

use super::super::checkpoint::Checkpoint;
use super::super::request::CloneJob;
use super::super::step::Step;
use super::{Try, Verdict, again};
use crate::api::{Cloned, Voice};
use crate::error::Error;

/// How long to wait before each further look for a voice, in seconds. Together as long as a clone usually takes: the
/// service may still be at it.
const LOOKS: [u64; 8] = [1, 2, 3, 4, 5, 10, 15, 20];

/// The user is told, and decides.
pub(super) fn lost(done: &mut Checkpoint, message: &str) -> Verdict {
    done.sending.told = true;
    Verdict::Fail(Error::Failed { message: message.to_owned(), code: None })
}

/// After a lost answer: the voice is in the list, or the user decides. The service may still be at it, so it is
/// looked for a few times.
pub(super) fn looked(job: &CloneJob, done: &mut Checkpoint, voices: Vec<Voice>) -> Verdict {
    if let Some(voice) = new_voice(&job.name, &done.search.voices_before, voices) {
        let Voice { id, voice_id, internal_voice_id, name, .. } = voice;
        done.cloned = Some(Cloned { id: Some(id), voice_id, internal_voice_id, name });
        return Verdict::On;
    }
    if done.sending.again {
        // The user's word. The lost one may still turn up: it is known by the list of before, which stays.
        (done.sending.sent, done.sending.lost) = (false, true);
        return Verdict::On;
    }
    if let Some(wait) = LOOKS.get(done.search.looks as usize) {
        done.search.looks += 1;
        return Verdict::Pause(Duration::from_secs(*wait));
    }
    done.search.looks = 0;
    lost(
        done,
        "The reply to the clone request got lost, and the new voice is not in your list. \
         Trying again sends it once more; your sample is already uploaded.",
    )
}

/// The voice that came since: one of that name, else the only clone without any.
fn new_voice(name: &str, before: &[String], voices: Vec<Voice>) -> Option<Voice> {
    let mut came: Vec<Voice> = voices.into_iter().filter(|voice| !before.contains(&voice.id)).collect();
    let same = |text: &str| text.trim().to_lowercase() == name.trim().to_lowercase();
    if let Some(at) = came.iter().position(|voice| voice.name.as_deref().is_some_and(same)) {
        return Some(came.swap_remove(at));
    }
    came.retain(|voice| voice.name.is_none() && voice.looks_cloned());
    came.pop().filter(|_| came.is_empty())
}

pub(super) fn clone_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    // The sample is gone there: it is uploaded once more.
    if error.code() == Some("asset_not_found") && !done.sending.sent {
        if done.sending.tickets_used > 0 {
            done.sending.uploads_gone = true;
            return Verdict::Fail(error);
        }
        (done.picture, done.sending.tickets_used) = (None, 1);
        return Verdict::On;
    }
    // A name that is taken after a lost request is taken by what was lost, most likely: look.
    if error.code() == Some("voice_name_conflict") && done.sending.lost {
        done.sending.sent = true;
        return Verdict::On;
    }
    // Not known whether it was done: the next step looks.
    if done.sending.sent { Verdict::On } else { again(Step::Clone, error, this) }
}
