//! Keeping what a job made: the take, the clone with its permission and sample, the price.

use time::OffsetDateTime;

use super::Worker;
use crate::api::hash_file;
use crate::error::Result;
use crate::jobs::request::{CloneJob, Request, SpeakJob};
use crate::jobs::rows::stamp;
use crate::jobs::{Outcome, samples};
use crate::library::{Care, CloneRecord, Take};
use crate::progress::Progress;
use crate::runtime::blocking;

impl Worker {
    /// Writes what was made into the library. Done twice, after a crash in between, it changes nothing.
    pub(super) async fn finish(&self) -> Result<Outcome> {
        let done = &self.job.checkpoint;
        let outcome = match self.job.request.clone() {
            Request::Clone(job) => self.finish_clone(job).await?,
            Request::Speak(job) => self.finish_take(job).await?,
            Request::LipSync(_) => {
                Outcome::Video { file: done.file.clone().unwrap_or_default(), secs: done.run.output_secs }
            }
        };
        self.settle().await?;
        Ok(outcome)
    }

    async fn finish_clone(&self, job: CloneJob) -> Result<Outcome> {
        let done = &self.job.checkpoint;
        let cloned = done.cloned.clone().unwrap_or_default();
        let id = cloned.handle().unwrap_or_default().to_owned();
        let mut consent = job.consent.clone();
        consent.sample_hash.clone_from(&done.sample_hash);
        let clone = CloneRecord {
            id: id.clone(),
            name: job.name.clone(),
            ids: cloned,
            sample_name: job.sample_name(),
            sample_file: self.keep_sample(&job).await,
            sample_hash: done.sample_hash.clone(),
            consent,
            cloned_at: stamp(OffsetDateTime::now_utc()),
            deleted_at: None,
            parked_at: None,
            came_back_as: None,
        };
        let library = self.library.clone();
        blocking(move || library.put_clone(&clone)).await?;
        Ok(Outcome::Voice { id, name: job.name })
    }

    /// Keeps the sample as it was uploaded. The voice is there whether or not this works out.
    async fn keep_sample(&self, job: &CloneJob) -> Option<std::path::PathBuf> {
        if self.job.checkpoint.saving.leave_sample {
            return None;
        }
        let path = job.sample.path.clone();
        let hash = hash_file(path.clone(), Progress::default()).await.ok()?;
        if self.job.checkpoint.sample_hash.as_ref() != Some(&hash) {
            tracing::info!(job = %self.job.id, "the sample has changed since; it is not kept");
            return None;
        }
        let (folder, name) = (self.library.folder().join("Samples"), job.name.clone());
        let kept = blocking(move || {
            samples::keep(&folder, &path, &name).map_err(|error| crate::error::Error::file("keep", &path, error))
        });
        kept.await.unwrap_or_else(|error| {
            tracing::warn!(job = %self.job.id, kind = error.kind(), "the sample could not be kept");
            None
        })
    }

    async fn finish_take(&self, job: SpeakJob) -> Result<Outcome> {
        let speech = self.job.checkpoint.speaking.speech.clone();
        let file = self.job.checkpoint.file.clone().unwrap_or_default();
        let id = self.job.id.clone();
        let library = self.library.clone();
        let take = blocking(move || {
            // A take that can't be measured here is a take all the same.
            let measured = crate::media::probe::probe(&file).ok().and_then(|facts| facts.duration_secs);
            let (remote_id, url, said) = match speech {
                Some(speech) => (Some(speech.id).filter(|id| !id.is_empty()), speech.url, speech.duration),
                None => (None, String::new(), None),
            };
            let spoken = job.spoken().unwrap_or_else(|| job.script.clone());
            let take = Take {
                id,
                number: 0,
                voice_id: job.voice_id,
                voice_name: job.voice_name,
                script: job.script,
                stability: Some(job.stability),
                similarity: Some(job.similarity),
                duration_secs: measured.or(said).unwrap_or_default(),
                file,
                remote_id,
                url,
                made_at: stamp(OffsetDateTime::now_utc()),
                care: Care { line_id: job.line_id, said: Some(spoken), ..Care::default() },
            };
            library.add_take(take)
        });
        Ok(Outcome::Take(Box::new(take.await?)))
    }
}
