//! Lip syncs: what follows when starting a run did not go well, and from what is seen of one.

use std::time::Duration;

use super::super::checkpoint::Checkpoint;
use super::super::step::Step;
use super::reconcile::lost;
use super::{Try, Verdict, again};
use crate::api::retry::{self, Endpoint};
use crate::api::{Status, Watched};
use crate::error::Error;

/// Nothing is asked again sooner.
const SOONEST: Duration = Duration::from_secs(1);
/// The time between two looks for a run that the service does not know.
const BETWEEN: Duration = Duration::from_secs(30);

pub(super) fn generate_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    let refusal = error.refusal();
    // The ticket is known already: this is its run.
    let known = refusal.filter(|refusal| refusal.status == 409 || about_ticket(&error));
    if let Some(id) = known.and_then(|refusal| refusal.generation_id.clone()) {
        (done.generation, done.sending.sent) = (Some(id), true);
        return Verdict::On;
    }
    if error.code() == Some("asset_not_found") {
        return uploads_gone(done, error);
    }
    // Taken on, but not yet told as which run: the same ticket asks again.
    if about_ticket(&error) && error.code() == Some("IDEMPOTENCY_OUTCOME_UNKNOWN") {
        let wait = retry::wait(Endpoint::Generate, &unknown(&error), this.attempt, this.jitter);
        return match wait {
            Some(wait) => Verdict::Again(wait, error),
            None => Verdict::Fail(error),
        };
    }
    match again(Step::Generate, error, this) {
        Verdict::Again(wait, Error::Busy(refusal)) => {
            Verdict::Turn(refusal.retry_after.map_or(SOONEST, |_| wait), wait.max(SOONEST))
        }
        verdict => verdict,
    }
}

/// Refused because an upload is gone there. Uploaded once more by itself, under a new ticket, when nothing else went
/// out; else in the next try of the user, who is told what is not known.
fn uploads_gone(done: &mut Checkpoint, error: Error) -> Verdict {
    if done.sending.lost {
        done.sending.uploads_gone = true;
        return lost(
            done,
            "A reply to this lip sync got lost, and its uploads are gone at the service now, so it may have been \
             started and charged. Try again to upload everything and start it once more.",
        );
    }
    if done.sending.tickets_used > 0 {
        done.sending.uploads_gone = true;
        return Verdict::Fail(error);
    }
    (done.picture, done.audio, done.run.body) = (None, None, None);
    done.sending.tickets_used = 1;
    Verdict::On
}

fn about_ticket(error: &Error) -> bool {
    error.code().is_some_and(|code| code.starts_with("IDEMPOTENCY_"))
}

/// An outcome that is not known is waited for like a lost answer.
fn unknown(error: &Error) -> Error {
    let service = error.refusal().map(|refusal| refusal.service.clone()).unwrap_or_default();
    Error::Unreadable { service, detail: "the outcome is not known yet".to_owned() }
}

pub(super) fn seen(done: &mut Checkpoint, watched: Watched, this: Try) -> Verdict {
    let Watched { generation, ask_after } = watched;
    done.run.not_found = 0;
    if let Some(failure) = generation.failure() {
        done.run.ended = true;
        return Verdict::Fail(failure);
    }
    if generation.status == Status::Completed {
        done.run.completed = true;
        done.run.output_url = generation.output().map(str::to_owned);
        done.run.output_secs = generation.output_duration;
        return Verdict::On;
    }
    match ask_after {
        Some(wait) => Verdict::Pause(wait.max(SOONEST)),
        None => Verdict::Watch(pace(this.watched)),
    }
}

/// How long to wait before a run is asked about again, when the service does not say: as its documentation advises.
fn pace(watched: Duration) -> Duration {
    if watched < Duration::from_mins(1) { Duration::from_secs(5) } else { Duration::from_secs(10) }
}

/// A run is watched until the service says how it ended. That it does not know the run is believed after some time,
/// and only in its own words: a gateway says 404 as well.
pub(super) fn watch_failed(done: &mut Checkpoint, error: Error, this: Try) -> Verdict {
    let Error::NotFound(refusal) = &error else { return again(Step::Watch, error, this) };
    if error.code() != Some("generation_not_found") {
        let wait = retry::wait(Endpoint::Generation, &Error::Server(refusal.clone()), this.attempt, this.jitter);
        return Verdict::Again(wait.unwrap_or(BETWEEN), error);
    }
    done.run.not_found += 1;
    if !done.run.is_unknown() {
        return Verdict::Again(BETWEEN.max(refusal.retry_after.unwrap_or_default()), error);
    }
    // Not the end of the run, which may be there all the same: another one would be paid for as well.
    let message = format!(
        "{} says that it does not know this lip sync: it was deleted there, or the key is one of another account. \
         Try again to look for it once more; to run it anew, start it on the Lip sync page.",
        refusal.service
    );
    Verdict::Fail(Error::Failed { message, code: refusal.code.clone() })
}
