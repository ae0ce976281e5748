//! What a job costs: set aside before anything is sent, given back after a clear refusal, noted when it was bought.

use std::time::Duration;

use time::OffsetDateTime;

use super::Worker;
use crate::api::Status;
use crate::error::{Error, Result};
use crate::jobs::checkpoint::Checkpoint;
use crate::jobs::request::Request;
use crate::jobs::rows::stamp;
use crate::jobs::step::Step;
use crate::library::{Charge, ChargeState, Library};
use crate::runtime::blocking;

/// How long the question for a price may keep a finished job.
const PATIENCE: Duration = Duration::from_secs(10);

impl Worker {
    /// Sets the price aside. Refused when the user's limit leaves no room: nothing has been sent then.
    pub(super) async fn reserve(&self) -> Result<()> {
        let charge = self.charge();
        self.book(move |library| library.reserve(&charge)).await
    }

    /// Writes into the books, unless the job is forgotten: nobody would take it out again.
    async fn book(&self, work: impl FnOnce(&Library) -> Result<()> + Send + 'static) -> Result<()> {
        let forgotten = self.writing.clone().lock_owned().await;
        let library = self.library.clone();
        blocking(move || if *forgotten { Err(Error::Cancelled) } else { work(&library) }).await
    }

    /// The same, right before the request leaves.
    pub(super) async fn spend(&self) -> Result<()> {
        let charge = self.charge();
        // What got lost may have been bought, and the user's word buys once more; each part of a line is bought.
        let once_more = self.job.checkpoint.sending.again || !self.job.checkpoint.speaking.parts.is_empty();
        self.book(move |library| library.spend(&charge, once_more)).await
    }

    /// Whether what the job asks for is bought, or may be.
    pub(super) fn may_be_bought(&self) -> bool {
        may_be_bought(&self.job.checkpoint)
    }

    /// Gives back what an ended job has set aside without ever sending its request.
    pub(super) async fn give_back(&self) -> Result<()> {
        if self.may_be_bought() {
            return Ok(());
        }
        let id = self.job.id.clone();
        self.book(move |library| library.release(&id)).await
    }

    fn charge(&self) -> Charge {
        let (kind, voice, model, estimate_usd) = match &self.job.request {
            Request::Clone(job) => ("clone", Some(job.name.clone()), None, None),
            Request::Speak(job) => ("speech", Some(job.voice_name.clone()), None, None),
            Request::LipSync(job) => ("lip sync", None, Some(job.model.clone()), job.estimate_usd),
        };
        Charge {
            job: self.job.id.clone(),
            at: stamp(OffsetDateTime::now_utc()),
            kind: kind.to_owned(),
            voice,
            model,
            estimate_usd,
            actual_usd: None,
            state: ChargeState::Reserved,
        }
    }

    /// Gives the money back when it is certain that nothing came of what was sent.
    pub(super) async fn release(&self, step: Step) -> Result<()> {
        if self.job.checkpoint.sending.sent || !(step.is_bought() || step == Step::AskSpeech) {
            return Ok(());
        }
        let id = self.job.id.clone();
        self.book(move |library| library.release(&id)).await
    }

    /// Notes that it was bought, at the service's own price where it tells one.
    pub(super) async fn settle(&self) -> Result<()> {
        let price = self.price().await;
        let id = self.job.id.clone();
        self.book(move |library| library.settle(&id, price)).await
    }

    /// A run that ended badly may have cost all the same. Only the service's own word takes it off the books: its
    /// price, or that it never ran.
    pub(super) async fn settle_ended(&self) -> Result<()> {
        let id = self.job.id.clone();
        if let Some(price) = self.price().await {
            return self.book(move |library| library.settle(&id, Some(price))).await;
        }
        if self.was_rejected().await {
            return self.book(move |library| library.release(&id)).await;
        }
        Ok(())
    }

    async fn was_rejected(&self) -> bool {
        let Some(run) = self.job.checkpoint.generation.as_deref() else { return false };
        let run = tokio::time::timeout(PATIENCE, self.client.generation(run)).await;
        matches!(run, Ok(Ok(run)) if run.status == Status::Rejected)
    }

    /// US dollars, when the service says so in good time.
    async fn price(&self) -> Option<f64> {
        let costs = self.client.costs(self.job.checkpoint.generation.as_deref()?);
        tokio::time::timeout(PATIENCE, costs).await.ok()?.ok()?.settled_usd()
    }
}

/// Whether what a job asks for is bought, or may be, when it has come this far.
pub(in crate::jobs) fn may_be_bought(done: &Checkpoint) -> bool {
    let speaking = &done.speaking;
    let spoken = speaking.speech.is_some() || speaking.speech_job.is_some() || !speaking.parts.is_empty();
    done.sending.sent || done.sending.lost || spoken || done.cloned.is_some() || done.generation.is_some()
}
