//! One step carried out: what is asked of the service, and of the files on this computer.

use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::Worker;
use super::uploads::Facts;
use crate::api::{AssetKind, Generation, Sample, hash_file};
use crate::error::{Error, Result};
use crate::jobs::after::{self, Answer};
use crate::jobs::cuts::{self, changed};
use crate::jobs::request::{CloneJob, LocalFile, Request, SpeakJob};
use crate::jobs::rows::stamp;
use crate::jobs::step::Step;
use crate::progress::Progress;
use crate::runtime::blocking;

/// Thousandths, for progress that comes as a percentage.
const WHOLE: u64 = 1000;

impl Worker {
    /// Asks once. What follows from the answer, `after` says.
    pub(super) async fn ask(&self, step: Step) -> Result<Answer> {
        let done = &self.job.checkpoint;
        let run = done.generation.as_deref().unwrap_or_default();
        match (&self.job.request, step) {
            (Request::Clone(job), _) => self.ask_clone(job, step).await,
            (Request::Speak(job), _) => self.ask_speak(job, step).await,
            (Request::LipSync(job), Step::UploadPicture) => {
                // What has no sound that can be read is known before the target was sent for nothing.
                if let Some(video) = job.voice.file().filter(|file| file.kind == AssetKind::Video) {
                    self.sound_of(video).await?;
                }
                self.bring(&job.target).await
            }
            (Request::LipSync(job), Step::UploadAudio) => match job.voice.file() {
                Some(file) if file.kind == AssetKind::Video => {
                    let sound = self.sound_of(file).await?;
                    let hash = self.hash_of(file).await?;
                    let Answer::Uploaded(asset, _) = self.bring(&sound).await? else { return Ok(Answer::Nothing) };
                    Ok(Answer::Uploaded(asset, hash))
                }
                Some(file) => self.bring(file).await,
                None => Ok(Answer::Nothing),
            },
            (Request::LipSync(_), Step::Generate) => {
                let Some(body) = &done.run.body else { return Ok(Answer::Nothing) };
                Ok(Answer::Started(self.client.generate(body, &done.ticket(&self.job.id)).await?))
            }
            (Request::LipSync(_), Step::Watch) => {
                let watched = self.client.generation_progress(run).await?;
                self.show_percent(&watched.generation);
                Ok(Answer::Watched(watched))
            }
            (Request::LipSync(_), Step::Link) => Ok(Answer::Link(self.client.download_link(run).await?)),
            (Request::LipSync(_), _) => self.ask_file(step).await,
        }
    }

    async fn ask_clone(&self, job: &CloneJob, step: Step) -> Result<Answer> {
        match step {
            Step::UploadPicture => self.bring(&job.sample).await,
            Step::ListVoices => Ok(Answer::Voices(self.client.voices().await?)),
            Step::Clone => {
                let asset = self.job.checkpoint.picture.as_ref().map(|asset| asset.id.clone()).unwrap_or_default();
                Ok(Answer::Cloned(self.client.clone_voice(&job.name, Sample::Asset(asset)).await?))
            }
            _ => {
                let mut voices = self.client.voices().await?;
                // What another job is known to have made, this one has not.
                let library = self.library.clone();
                let others = blocking(move || library.all_clones()).await?;
                voices.retain(|voice| others.iter().all(|other| other.id != voice.id));
                Ok(Answer::Voices(voices))
            }
        }
    }

    async fn ask_speak(&self, job: &SpeakJob, step: Step) -> Result<Answer> {
        let done = &self.job.checkpoint.speaking;
        match step {
            Step::Speak => Ok(Answer::Spoken(self.client.speak(after::line(job, &self.job.checkpoint)).await?)),
            Step::StartSpeech => {
                let line = done.line.clone().unwrap_or_else(|| after::line(job, &self.job.checkpoint));
                let ticket = self.job.checkpoint.ticket(&self.job.id);
                Ok(Answer::Spoken(self.client.start_speech(line, &ticket).await?))
            }
            Step::AskSpeech => match &done.speech_job {
                Some(waiting) => Ok(Answer::Spoken(self.client.speech_job(waiting).await?)),
                None => Ok(Answer::Nothing),
            },
            Step::Download | Step::Name => self.ask_file(step).await,
            Step::Join => self.join(job).await,
            _ => Ok(Answer::Nothing),
        }
    }

    /// The BLAKE3 of a file, in lowercase hex.
    async fn hash_of(&self, file: &LocalFile) -> Result<String> {
        let facts = Facts::of(&file.path).await?;
        if let Some(hash) = self.uploads.known(&file.path, facts) {
            return Ok(hash);
        }
        let hash = hash_file(file.path.clone(), Progress::default()).await?;
        self.uploads.learn(&file.path, facts, &hash);
        Ok(hash)
    }

    /// Brings a file into storage, unless its very bytes lie there already.
    async fn bring(&self, file: &LocalFile) -> Result<Answer> {
        let before = Facts::of(&file.path).await?;
        if file.size.is_some_and(|size| size != before.size) {
            return Err(changed(&file.path));
        }
        let hash = self.hash_of(file).await?;
        let _turn = self.uploads.turn(&hash).await;
        let known = (self.library.clone(), hash.clone());
        let known = blocking(move || known.0.asset_by_hash(&known.1)).await?;
        if let Some(known) = known.filter(|asset| asset.kind.is_none_or(|kind| kind == file.kind)) {
            match self.client.asset(&known.id).await {
                Ok(_) => return Ok(Answer::Uploaded(known, hash)),
                // It is gone there.
                Err(Error::NotFound(_) | Error::Invalid(_)) => {
                    let library = self.library.clone();
                    blocking(move || library.forget_asset(&known.id)).await?;
                }
                Err(error) => return Err(error),
            }
        }
        let asset = self.client.upload(file.upload(), self.progress()).await?;
        if Facts::of(&file.path).await? != before {
            return Err(changed(&file.path));
        }
        let (library, new, at) = (self.library.clone(), (hash.clone(), asset.clone()), OffsetDateTime::now_utc());
        blocking(move || library.put_asset(&new.0, before.size, &new.1, &stamp(at))).await?;
        Ok(Answer::Uploaded(asset, hash))
    }

    /// The sound of a video, taken out once.
    async fn sound_of(&self, video: &LocalFile) -> Result<LocalFile> {
        let facts = Facts::of(&video.path).await?;
        if let Some(sound) = self.uploads.sound(facts) {
            return Ok(sound);
        }
        let (of, folder) = (video.clone(), cuts::folder(&self.library));
        // A job that is stopped does not wait for the end of the video.
        let stopped = CancellationToken::new();
        let _stops = stopped.clone().drop_guard();
        let sound = blocking(move || cuts::sound(&of, &folder, &|_| !stopped.is_cancelled())).await?;
        self.uploads.keep_sound(facts, &sound);
        Ok(sound)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 1000 first")]
    fn show_percent(&self, generation: &Generation) {
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
