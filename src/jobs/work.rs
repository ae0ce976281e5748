//! Carrying out a job, step by step, in the background.

mod lip_sync;
mod speak;

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use super::request::{CloneJob, Request};
use super::rows::{stamp, to_row};
use super::step::{Step, next};
use super::{Job, Outcome, Report, State};
use crate::api::{Client, Sample};
use crate::error::{Error, Result};
use crate::library::{CloneRecord, Library};
use crate::progress::Progress;
use crate::runtime::{Handle, blocking};

pub(super) struct Worker {
    pub client: Client,
    pub library: Library,
    pub reporter: UnboundedSender<Report>,
    pub handle: Handle,
    pub job: Job,
    /// One row is written after the other, also when the work is stopped in the middle of a write.
    pub writing: Arc<Mutex<()>>,
    /// Ends a wait early.
    pub now: Arc<Notify>,
}

impl Worker {
    /// Works until the job is over or stopped; its end is in its row and in the last report.
    pub async fn run(mut self, stop: CancellationToken) -> Result<()> {
        let ended = tokio::select! {
            ended = self.steps() => Some(ended),
            () = stop.cancelled() => None,
        };
        let state = match ended {
            Some(Ok(outcome)) => State::Done(outcome),
            Some(Err(error)) => State::Failed(error),
            None => State::Stopped,
        };
        self.job.state = state;
        self.job.finished_at = Some(OffsetDateTime::now_utc());
        let code = if let State::Failed(error) = &self.job.state { error.code() } else { None };
        tracing::info!(job = %self.job.id, done = matches!(self.job.state, State::Done(_)), code, "job over");
        let recorded = self.record().await;
        if let Err(error) = recorded {
            self.job.state = State::Failed(error);
        }
        self.report();
        Ok(())
    }

    async fn steps(&mut self) -> Result<Outcome> {
        loop {
            let step = next(&self.job.request, &self.job.checkpoint);
            self.job.state = State::Running(step);
            self.record().await?;
            self.job.progress.start(0);
            self.report();
            if step == Step::Finish {
                if self.has_its_file().await {
                    return self.finish().await;
                }
                self.job.checkpoint.file = None;
                continue;
            }
            self.take(step).await?;
        }
    }

    /// Whether what was saved is still there; a clone saves nothing.
    async fn has_its_file(&self) -> bool {
        match &self.job.checkpoint.file {
            Some(file) => tokio::fs::try_exists(file).await.unwrap_or(true),
            None => true,
        }
    }

    /// Writes the job's row; returns once it is on disk.
    async fn record(&self) -> Result<()> {
        let turn = self.writing.clone().lock_owned().await;
        let (library, row) = (self.library.clone(), to_row(&self.job));
        blocking(move || {
            let _turn = turn;
            library.put_job(&row)
        })
        .await
    }

    /// Sends the panels a snapshot. Nobody listening means the window is closing.
    fn report(&self) {
        let (id, checkpoint, state) = (self.job.id.clone(), self.job.checkpoint.clone(), self.job.state.clone());
        let waiting = self.job.waiting.clone();
        self.reporter.send(Report { id, checkpoint, state, waiting }).ok();
        self.handle.wake();
    }

    async fn take(&mut self, step: Step) -> Result<()> {
        match self.job.request.clone() {
            Request::Clone(job) => self.take_clone(step, &job).await,
            Request::Speak(job) => self.take_speak(step, &job).await,
            Request::LipSync(job) => self.take_lip_sync(step, &job).await,
        }
    }

    async fn take_clone(&mut self, step: Step, job: &CloneJob) -> Result<()> {
        match step {
            Step::UploadPicture => {
                let asset = self.client.upload(job.sample.upload(), self.progress()).await?;
                self.job.checkpoint.picture = Some(asset);
            }
            Step::Clone => {
                let asset = self.job.checkpoint.picture.as_ref().map(|asset| asset.id.clone()).unwrap_or_default();
                let before = self.client.voices().await?;
                self.job.checkpoint.voices_before = before.into_iter().map(|voice| voice.id).collect();
                self.mark_sent().await?;
                let cloned = self.client.clone_voice(&job.name, Sample::Asset(asset)).await;
                let cloned = match cloned {
                    // Not known whether it was done: the next step looks.
                    Err(Error::Lost { .. } | Error::Unreadable { .. }) => return Ok(()),
                    other => self.unmark_if_refused(other).await?,
                };
                self.job.checkpoint.cloned = Some(cloned);
            }
            _ => self.find_clone(job).await?,
        }
        Ok(())
    }

    /// After a lost answer: the voice is in the list, or the user decides. The service may still be at it, so it is
    /// looked for a few times.
    async fn find_clone(&mut self, job: &CloneJob) -> Result<()> {
        let known = self.job.checkpoint.voices_before.clone();
        let mut found = None;
        for look in 0..4 {
            tokio::time::sleep(Duration::from_secs(look)).await;
            let voices = self.client.voices().await?;
            found = voices.into_iter().find(|voice| voice.label() == job.name && !known.contains(&voice.id));
            if found.is_some() {
                break;
            }
        }
        let Some(voice) = found else {
            self.job.checkpoint.sent = false;
            let message = "The reply to the clone request got lost, and the new voice is not in your list. \
                           Trying again sends it once more; your sample is already uploaded.";
            return Err(Error::Failed { message: message.to_owned(), code: None });
        };
        self.job.checkpoint.cloned = Some(crate::api::Cloned {
            id: Some(voice.id),
            voice_id: voice.voice_id,
            internal_voice_id: voice.internal_voice_id,
            name: voice.name,
        });
        Ok(())
    }

    fn progress(&self) -> Progress {
        self.job.progress.clone()
    }

    /// Notes on disk that a request goes out which must not go out twice.
    async fn mark_sent(&mut self) -> Result<()> {
        self.job.checkpoint.sent = true;
        self.record().await
    }

    /// A clear refusal means nothing was done, so sending again is allowed. Anything else leaves the mark: behind
    /// a 500 or a gateway's 502 the work may have been done all the same.
    async fn unmark_if_refused<T>(&mut self, result: Result<T>) -> Result<T> {
        let refused = |error: &Error| match error.refusal() {
            Some(refusal) => refusal.status < 500 || refusal.status == 503,
            None => matches!(error, Error::Offline { .. }),
        };
        if result.as_ref().is_err_and(refused) {
            self.job.checkpoint.sent = false;
            self.record().await?;
        }
        result
    }

    async fn finish(&mut self) -> Result<Outcome> {
        let done = self.job.checkpoint.clone();
        match self.job.request.clone() {
            Request::Clone(job) => self.finish_clone(job, done.cloned.unwrap_or_default()).await,
            Request::Speak(job) => self.finish_take(job).await,
            Request::LipSync(_) => Ok(Outcome::Video { file: done.file.unwrap_or_default(), secs: done.output_secs }),
        }
    }

    async fn finish_clone(&self, job: CloneJob, cloned: crate::api::Cloned) -> Result<Outcome> {
        let id = cloned.handle().unwrap_or_default().to_owned();
        let clone = CloneRecord {
            id: id.clone(),
            name: job.name.clone(),
            ids: cloned,
            sample_name: job.sample.name(),
            sample_file: None,
            sample_hash: job.consent.sample_hash.clone(),
            consent: job.consent,
            cloned_at: stamp(OffsetDateTime::now_utc()),
            deleted_at: None,
        };
        let library = self.library.clone();
        blocking(move || library.put_clone(&clone)).await?;
        Ok(Outcome::Voice { id, name: job.name })
    }
}
