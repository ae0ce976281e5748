//! What a job costs: set aside before anything is sent, given back after a clear refusal, noted when it was bought.

use std::time::Duration;

use time::OffsetDateTime;

use super::Worker;
use crate::error::Result;
use crate::jobs::request::Request;
use crate::jobs::rows::stamp;
use crate::jobs::step::Step;
use crate::library::{Charge, ChargeState};
use crate::runtime::blocking;

/// How long the question for a price may keep a finished job.
const PATIENCE: Duration = Duration::from_secs(10);

impl Worker {
    /// Sets the price aside. Refused when the user's limit leaves no room: nothing has been sent then.
    pub(super) async fn reserve(&self) -> Result<()> {
        let (library, charge) = (self.library.clone(), self.charge());
        blocking(move || library.reserve(&charge)).await
    }

    /// The same, right before the request leaves.
    pub(super) async fn spend(&self) -> Result<()> {
        let (library, charge) = (self.library.clone(), self.charge());
        // What got lost may have been bought; the user's word buys once more.
        let once_more = self.job.checkpoint.sending.again;
        blocking(move || {
            if once_more {
                library.settle(&charge.job, None)?;
            }
            library.reserve(&charge)?;
            library.charge_sent(&charge.job)
        })
        .await
    }

    /// Whether what the job asks for is bought, or may be.
    pub(super) fn may_be_bought(&self) -> bool {
        let done = &self.job.checkpoint;
        let made = done.cloned.is_some() || done.speaking.speech.is_some() || done.speaking.speech_job.is_some();
        done.sending.sent || done.sending.lost || made || done.generation.is_some()
    }

    /// Gives back what an ended job has set aside without ever sending its request.
    pub(super) async fn give_back(&self) -> Result<()> {
        if self.may_be_bought() {
            return Ok(());
        }
        let (library, id) = (self.library.clone(), self.job.id.clone());
        blocking(move || library.release(&id)).await
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
        let (library, id) = (self.library.clone(), self.job.id.clone());
        blocking(move || library.release(&id)).await
    }

    /// Notes that it was bought, at the service's own price where it tells one.
    pub(super) async fn settle(&self) -> Result<()> {
        let price = self.price().await;
        let (library, id) = (self.library.clone(), self.job.id.clone());
        blocking(move || library.settle(&id, price)).await
    }

    /// A run that ended badly may have cost all the same. Only the service's own word takes it off the books.
    pub(super) async fn settle_ended(&self) -> Result<()> {
        let Some(price) = self.price().await else { return Ok(()) };
        let (library, id) = (self.library.clone(), self.job.id.clone());
        blocking(move || library.settle(&id, Some(price))).await
    }

    /// US dollars, when the service says so in good time.
    async fn price(&self) -> Option<f64> {
        let costs = self.client.costs(self.job.checkpoint.generation.as_deref()?);
        tokio::time::timeout(PATIENCE, costs).await.ok()?.ok()?.settled_usd()
    }
}
