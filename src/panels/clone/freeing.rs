//! Freeing a clone slot: a voice is parked or deleted at the service, and the clone it was for goes on by itself.

use crate::error::Error;
use crate::panels::{Cx, gone};
use crate::runtime::Task;

/// What is being taken away, and what went wrong.
#[derive(Default)]
pub struct Freeing {
    under_way: Option<Freed>,
    error: Option<Error>,
}

/// A voice on its way out.
struct Freed {
    voice: String,
    /// It is parked: its sample stays, to bring it back.
    is_parked: bool,
    /// The clone that goes on afterwards.
    job: String,
    task: Task<()>,
}

impl Freeing {
    /// Takes in what ended, and lets the clone it was for go on, while that is the one shown.
    pub fn poll(&mut self, shown: Option<&str>, cx: &mut Cx<'_>) {
        let Some(result) = self.under_way.as_mut().and_then(|freed| freed.task.take()) else { return };
        let Some(Freed { voice, is_parked, job, .. }) = self.under_way.take() else { return };
        let is_shown = shown == Some(job.as_str());
        if is_parked && result.is_err() {
            gone::doubt_parking(&voice, cx);
        }
        match result {
            Ok(()) => {
                if is_parked {
                    gone::park_voice(&voice, cx);
                } else {
                    gone::drop_sample(&voice, cx);
                    gone::forget_voice(&voice, cx);
                }
                if is_shown {
                    cx.jobs.retry(&job);
                }
            }
            Err(error) if is_shown => self.error = Some(error),
            Err(error) => {
                let what = if is_parked { "Could not park the voice" } else { "Could not delete the voice" };
                cx.commands.complain(what, error);
            }
        }
    }

    /// The page is left for another step. What is being taken away cannot be called back.
    pub fn leave(&mut self) {
        self.error = None;
    }

    /// Takes a voice from the service for a clone; `is_parked` when it is to come back one day.
    pub fn begin(&mut self, cx: &Cx<'_>, voice: &str, is_parked: bool, job: &str) {
        if self.under_way.is_some() {
            return;
        }
        let task = if is_parked {
            let record = cx.store.clones.iter().find(|clone| clone.id == voice);
            gone::send_parking(voice, record.and_then(|record| record.sample_file.clone()), cx)
        } else {
            cx.runtime.spawn(cx.client.delete_voice(voice))
        };
        self.error = None;
        self.under_way = Some(Freed { voice: voice.to_owned(), is_parked, job: job.to_owned(), task });
    }

    /// What is under way, in a word for its button.
    pub fn act(&self) -> Option<&'static str> {
        self.under_way.as_ref().map(|freed| if freed.is_parked { "Parking" } else { "Deleting" })
    }

    /// Why the last one failed.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}
