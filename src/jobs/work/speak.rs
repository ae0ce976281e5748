//! Speaking a line: sent once, asked for until it is there, saved as a take.

use time::OffsetDateTime;

use super::Worker;
use crate::api::{AssetKind, Destination, SpeakRequest, Speech, SpeechJob, Spoken};
use crate::error::{Error, Result};
use crate::jobs::names::{file_stem, first_words};
use crate::jobs::step::Step;
use crate::jobs::{Outcome, SpeakJob, stamp};
use crate::library::Take;
use crate::runtime::blocking;

impl Worker {
    pub(super) async fn take_speak(&mut self, step: Step, job: &SpeakJob) -> Result<()> {
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
        let file =
            self.client.download(&url, Destination { folder, stem, kind: AssetKind::Audio }, self.progress()).await?;
        self.job.checkpoint.file = Some(file);
        Ok(())
    }

    pub(super) async fn finish_take(&self, job: SpeakJob) -> Result<Outcome> {
        let speech = self.job.checkpoint.speech.clone();
        let file = self.job.checkpoint.file.clone().unwrap_or_default();
        let id = self.job.id.clone();
        let library = self.library.clone();
        let take = blocking(move || {
            // A take that can't be measured here is a take all the same.
            let measured = crate::media::probe::probe(&file).ok().and_then(|facts| facts.duration_secs);
            let (remote_id, url, said) = match speech {
                Some(speech) => (Some(speech.id), speech.url, speech.duration),
                None => (None, String::new(), None),
            };
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
            };
            library.add_take(take)
        });
        Ok(Outcome::Take(take.await?))
    }
}
