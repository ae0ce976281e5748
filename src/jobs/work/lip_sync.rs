//! A lip sync: uploaded, started under the job's own ticket, watched for as long as it takes, saved.

use std::path::PathBuf;
use std::time::Duration;

use super::Worker;
use crate::api::{AssetKind, Destination, Generation, GenerationRequest, Input, Status};
use crate::error::{Error, Result};
use crate::jobs::names::api_file_name;
use crate::jobs::step::Step;
use crate::jobs::{LipSyncJob, VoiceTrack};

/// Thousandths, for progress that comes as a percentage.
const WHOLE: u64 = 1000;

impl Worker {
    pub(super) async fn take_lip_sync(&mut self, step: Step, job: &LipSyncJob) -> Result<()> {
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
                let to = Destination { folder: job.folder.clone(), stem: job.stem.clone(), kind: AssetKind::Video };
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
    async fn download_afresh(&self, job: &LipSyncJob) -> Result<PathBuf> {
        let id = self.job.checkpoint.generation.clone().unwrap_or_default();
        let url = self.client.download_link(&id).await?;
        let to = Destination { folder: job.folder.clone(), stem: job.stem.clone(), kind: AssetKind::Video };
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
            segments: Vec::new(),
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
