//! Lines: what follows when speaking did not go well.

use super::super::checkpoint::Checkpoint;
use super::super::step::Step;
use super::reconcile::lost;
use super::{Try, Verdict, again};
use crate::error::Error;

pub(super) fn speak_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    if !done.sending.sent {
        return again(Step::Speak, error, this);
    }
    if matches!(error, Error::Lost { .. }) {
        // It says itself what is to be known.
        done.sending.told = true;
        return Verdict::Fail(error);
    }
    Verdict::On
}

pub(super) fn start_speech_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    let no_jobs = has_no_jobs(&error);
    // Asking once more under the ticket that may have been taken on costs nothing.
    let verdict = if no_jobs && !done.sending.sent { Verdict::On } else { again(Step::StartSpeech, error, this) };
    if no_jobs && matches!(verdict, Verdict::On | Verdict::Fail(_)) {
        // What got lost before is for the user to decide; the next step asks.
        done.speaking.no_speech_jobs = true;
        return Verdict::On;
    }
    verdict
}

/// Whether the service does not offer speech jobs, to this account or at all. The trouble of the provider behind it
/// is another matter.
fn has_no_jobs(error: &Error) -> bool {
    let ours = !matches!(error, Error::Provider(_));
    ours && error.refusal().is_some_and(|refusal| matches!(refusal.status, 404 | 405 | 503))
}

pub(super) fn ask_speech_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    match error {
        // Over: what was sent under this ticket came to nothing.
        Error::Failed { .. } => {
            (done.speaking.speech_job, done.sending.sent, done.sending.lost) = (None, false, false);
            done.sending.tickets_used += 1;
            Verdict::Fail(error)
        }
        // It was taken on, so it may have been spoken.
        Error::NotFound(_) => {
            done.speaking.speech_job = None;
            lost(
                done,
                "The service no longer knows this line, so it may have been spoken and counted. \
                 Try again to speak it once more.",
            )
        }
        error => again(Step::AskSpeech, error, this),
    }
}

/// What was spoken can't be joined: only the user's word buys the part again.
pub(super) fn part_gone(done: &mut Checkpoint, part: usize) -> Verdict {
    (done.sending.told, done.speaking.part_gone) = (true, Some(part));
    Verdict::Fail(Error::Media(
        "A spoken part of this line is no longer on this computer. Try again to speak it once more; that is counted \
         again."
            .to_owned(),
    ))
}
