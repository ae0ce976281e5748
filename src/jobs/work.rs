//! Carrying out a job, step by step, in the background.

use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use super::names::{api_file_name, file_stem, first_words};
use super::request::{CloneJob, LipSyncJob, Request, SpeakJob, VoiceTrack};
use super::step::{Step, next};
use super::{Job, Outcome, Report, State, stamp, to_row};
use crate::api::{
    Client, Destination, Generation, GenerationRequest, Input, Sample, SpeakRequest, Speech, SpeechJob, Spoken, Status,
};
use crate::error::{Error, Result};
use crate::library::{CloneRecord, Library, Take};
use crate::progress::Progress;
use crate::runtime::{Handle, blocking};

/// Thousandths, for progress that comes as a percentage.
const WHOLE: u64 = 1000;

pub(super) struct Worker {
    pub client: Client,
    pub library: Library,
    pub reporter: UnboundedSender<Report>,
    pub handle: Handle,
    pub job: Job,
    /// One row is written after the other, also when the work is stopped in the middle of a write.
    pub writing: Arc<Mutex<()>>,
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
        self.reporter.send(Report { id, checkpoint, state }).ok();
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

    async fn take_speak(&mut self, step: Step, job: &SpeakJob) -> Result<()> {
        match step {
            Step::Speak => {
                let mut request = SpeakRequest::new(&job.voice_id, &job.script);
                request.stability = Some(job.stability);
                request.similarity_boost = Some(job.similarity);
                self.mark_sent().await?;
                let spoken = self.client.speak(request).await;
                let spoken = self.unmark_if_refused(spoken).await?;
                self.spoken(spoken);
            }
            Step::AskSpeech => {
                if let Some(waiting) = self.job.checkpoint.speech_job.clone() {
                    self.ask_speech(&waiting).await?;
                }
            }
            Step::Download => self.save_take(job).await?,
            _ => {
                let message = "The reply to this line got lost, so it may have been spoken and counted. \
                               Try again to speak it once more.";
                return Err(Error::Failed { message: message.to_owned(), code: None });
            }
        }
        Ok(())
    }

    fn spoken(&mut self, spoken: Spoken) {
        match spoken {
            Spoken::Ready(speech) => self.job.checkpoint.speech = Some(speech),
            Spoken::Pending(job) => self.job.checkpoint.speech_job = Some(job),
        }
    }

    async fn ask_speech(&mut self, waiting: &SpeechJob) -> Result<()> {
        tokio::time::sleep(waiting.ask_after).await;
        match self.client.speech_job(waiting).await {
            Ok(spoken) => self.spoken(spoken),
            // Trouble with asking says nothing about the work; ask again.
            Err(error) if error.is_passing() || matches!(error, Error::Unreadable { .. }) => {}
            // Over, or never heard of: nothing is left to ask for.
            Err(error @ (Error::Failed { .. } | Error::NotFound(_))) => {
                self.job.checkpoint.speech_job = None;
                self.job.checkpoint.sent = false;
                return Err(error);
            }
            // Refused for now, by the key for instance: the line is still being spoken.
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn save_take(&mut self, job: &SpeakJob) -> Result<()> {
        let Some(Speech { url, .. }) = self.job.checkpoint.speech.clone() else { return Ok(()) };
        let folder = self.library.folder().join("Takes");
        let stem = file_stem(&format!("{} - {}", job.voice_name, first_words(&job.script)));
        let file = self.client.download(&url, Destination { folder, stem }, self.progress()).await?;
        self.job.checkpoint.file = Some(file);
        Ok(())
    }

    async fn take_lip_sync(&mut self, step: Step, job: &LipSyncJob) -> Result<()> {
        match step {
            Step::UploadPicture => {
                let asset = self.client.upload(job.target.upload(), self.progress()).await?;
                self.job.checkpoint.picture = Some(asset);
            }
            Step::UploadAudio => {
                if let VoiceTrack::File(file) = &job.voice {
                    let asset = self.client.upload(file.upload(), self.progress()).await?;
                    self.job.checkpoint.audio = Some(asset);
                }
            }
            Step::Generate => {
                let request = self.generation_request(job);
                let generation = self.client.generate(&request, &self.job.id).await?;
                self.job.checkpoint.generation = Some(generation.id);
            }
            Step::Watch => self.watch().await?,
            _ => {
                let Some(url) = self.job.checkpoint.output_url.clone() else { return Ok(()) };
                let to = Destination { folder: job.folder.clone(), stem: job.stem.clone() };
                let file = self.client.download(&url, to, self.progress()).await;
                let file = match file {
                    Ok(file) => file,
                    Err(Error::Unreadable { .. } | Error::Offline { .. }) => self.download_afresh(job).await?,
                    Err(error) => return Err(error),
                };
                self.job.checkpoint.file = Some(file);
            }
        }
        Ok(())
    }

    /// Links expire; the service gives a fresh one.
    async fn download_afresh(&self, job: &LipSyncJob) -> Result<std::path::PathBuf> {
        let id = self.job.checkpoint.generation.clone().unwrap_or_default();
        let url = self.client.download_link(&id).await?;
        let to = Destination { folder: job.folder.clone(), stem: job.stem.clone() };
        self.client.download(&url, to, self.progress()).await
    }

    fn generation_request(&self, job: &LipSyncJob) -> GenerationRequest {
        let done = &self.job.checkpoint;
        let target = done.picture.as_ref().map(|asset| asset.id.clone()).unwrap_or_default();
        let voice = match (&job.voice, &done.audio) {
            (VoiceTrack::Take { url, .. }, _) => Input::audio_url(url),
            (VoiceTrack::File(_), asset) => {
                Input::audio_asset(asset.as_ref().map(|a| a.id.clone()).unwrap_or_default())
            }
        };
        GenerationRequest {
            model: job.model.clone(),
            input: vec![Input::video_asset(target), voice],
            options: job.options.clone(),
            output_file_name: Some(api_file_name(&job.stem)),
        }
    }

    /// Watches for as long as it takes: the slowest model may need an hour.
    async fn watch(&mut self) -> Result<()> {
        let id = self.job.checkpoint.generation.clone().unwrap_or_default();
        let mut asked = 0;
        loop {
            tokio::time::sleep(pause(asked)).await;
            asked += 1;
            match self.client.generation(&id).await {
                Ok(generation) => {
                    self.show(&generation);
                    if let Some(failure) = generation.failure() {
                        self.job.checkpoint.ended = true;
                        return Err(failure);
                    }
                    if generation.status == Status::Completed {
                        return self.completed(&generation).await;
                    }
                }
                // Trouble with asking says nothing about the run; ask again.
                Err(error) if error.is_passing() || matches!(error, Error::Unreadable { .. }) => {
                    tracing::info!(job = %self.job.id, "could not ask how the run stands; asking again");
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn completed(&mut self, generation: &Generation) -> Result<()> {
        let url = match generation.output() {
            Some(url) => url.to_owned(),
            None => self.client.download_link(&generation.id).await?,
        };
        self.job.checkpoint.output_url = Some(url);
        self.job.checkpoint.output_secs = generation.output_duration;
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 1000 first")]
    fn show(&self, generation: &Generation) {
        if let Some(percent) = generation.progress_percent {
            let done = (percent * 10.0).clamp(0.0, 1000.0) as u64;
            if self.job.progress.total() != WHOLE {
                self.job.progress.start(WHOLE);
            }
            self.job.progress.set(done);
            self.handle.wake();
        }
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
            consent: job.consent,
            cloned_at: stamp(OffsetDateTime::now_utc()),
        };
        let library = self.library.clone();
        blocking(move || library.put_clone(&clone)).await?;
        Ok(Outcome::Voice { id, name: job.name })
    }

    async fn finish_take(&self, job: SpeakJob) -> Result<Outcome> {
        let speech = self.job.checkpoint.speech.clone();
        let file = self.job.checkpoint.file.clone().unwrap_or_default();
        let id = self.job.id.clone();
        let library = self.library.clone();
        let take = blocking(move || {
            // A take that can't be measured here is a take all the same.
            let measured = crate::media::probe::probe(&file).ok().and_then(|facts| facts.duration_secs);
            let (url, said) = speech.map(|speech| (speech.url, speech.duration)).unwrap_or_default();
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
                url,
                made_at: stamp(OffsetDateTime::now_utc()),
            };
            library.add_take(take)
        });
        Ok(Outcome::Take(take.await?))
    }
}

/// How long to wait before asking again: short at first, for short runs, then as the documentation advises.
fn pause(asked: u32) -> Duration {
    match asked {
        0..=3 => Duration::from_millis(700),
        4..=7 => Duration::from_secs(2),
        8..=18 => Duration::from_secs(5),
        _ => Duration::from_secs(10),
    }
}
