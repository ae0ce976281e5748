//! Bringing what was made onto this computer: once, under one name, whenever the program dies.

use std::path::PathBuf;

use super::Worker;
use crate::api::{Arrived, AssetKind};
use crate::error::{Error, Result};
use crate::jobs::after::Answer;
use crate::jobs::beginning_of;
use crate::jobs::names::{file_stem, first_words};
use crate::jobs::request::{Request, SpeakJob};
use crate::jobs::step::Step;
use crate::library::private_folder;
use crate::media::edit::{self, Piece};
use crate::paths::short_name;
use crate::runtime::blocking;

impl Worker {
    pub(super) async fn ask_file(&self, step: Step) -> Result<Answer> {
        let saving = &self.job.checkpoint.saving;
        match (&saving.arrived, &saving.name) {
            (Some(arrived), Some(name)) if step == Step::Name => {
                let (arrived, name) = (arrived.clone(), name.clone());
                Ok(Answer::Named(blocking(move || arrived.rename(&name)).await?))
            }
            _ => Ok(Answer::Arrived(self.download().await?)),
        }
    }

    /// Notes the name a file that has arrived is to get, in the first folder that takes it.
    pub(super) async fn choose_name(&mut self) -> Result<()> {
        if self.job.checkpoint.saving.name.is_some() {
            return Ok(());
        }
        let Some(arrived) = self.bring_near().await? else { return Ok(()) };
        let stem = match &self.job.request {
            Request::LipSync(job) => short_name(&job.stem).to_owned(),
            Request::Speak(job) => file_stem(&format!("{} - {}", job.voice_name, first_words(&job.script))),
            Request::Clone(job) => file_stem(&job.name),
        };
        let is_result = matches!(self.job.request, Request::LipSync(_));
        let named = move || Ok((arrived.free_name(&stem)?, is_result.then(|| beginning_of(&arrived.part)).flatten()));
        let (name, begins) = blocking(named).await?;
        (self.job.checkpoint.saving.name, self.job.checkpoint.saving.begins) = (Some(name), begins);
        self.record().await
    }

    /// What has arrived, brought into the folder it is to be saved in: the user may have chosen another one since.
    /// One that is gone is not looked for; giving it its name will show that.
    async fn bring_near(&mut self) -> Result<Option<Arrived>> {
        let Some(arrived) = self.job.checkpoint.saving.arrived.clone() else { return Ok(None) };
        let mut refused = None;
        for folder in self.folders() {
            if arrived.part.parent() == Some(folder.as_path()) {
                return Ok(Some(arrived));
            }
            let (old, to) = (arrived.clone(), folder.join(self.part_name()));
            match blocking(move || old.copy_to(to)).await {
                Ok(None) => return Ok(Some(arrived)),
                Ok(Some(copy)) if copy == arrived => return Ok(Some(arrived)),
                Ok(Some(copy)) => {
                    self.job.checkpoint.saving.arrived = Some(copy.clone());
                    // Written down before the other goes, so that one of them is always known.
                    self.record().await?;
                    tokio::fs::remove_file(&arrived.part).await.ok();
                    return Ok(Some(copy));
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        refused.map_or(Ok(Some(arrived)), Err)
    }

    /// Joins the parts of a line with their pauses into what is to become its take.
    pub(super) async fn join(&self, job: &SpeakJob) -> Result<Answer> {
        let spoken = self.job.checkpoint.speaking.parts.iter();
        let pieces: Vec<Piece> = spoken
            .zip(&job.parts)
            .map(|(spoken, part)| Piece { path: spoken.file.clone(), pause_after_secs: part.pause_after_secs })
            .collect();
        let folder = self.library.folder().join("Takes");
        let part = folder.join(self.part_name());
        blocking(move || {
            let is_gone = |piece: &Piece| matches!(piece.path.try_exists(), Ok(false));
            if let Some(part) = pieces.iter().position(is_gone) {
                return Ok(Answer::PartGone(part));
            }
            private_folder(&folder).map_err(|error| Error::file("write", &folder, error))?;
            edit::join(&pieces, &part, &|_| true)?;
            let bytes = part.metadata().map_err(|error| Error::file("read", &part, error))?.len();
            Ok(Answer::Arrived(Arrived { part, extension: "wav".to_owned(), bytes }))
        })
        .await
    }

    fn part_name(&self) -> String {
        format!(".mouthpiece-{}.part", self.job.id)
    }

    /// Downloads into the first folder that takes it. The name of the part is the job's own, so that a part left by
    /// a program that was killed is replaced.
    async fn download(&self) -> Result<Arrived> {
        let (url, kind) = match &self.job.request {
            Request::Speak(_) => {
                (self.job.checkpoint.speaking.speech.as_ref().map(|speech| speech.url.as_str()), AssetKind::Audio)
            }
            _ => (self.job.checkpoint.run.output_url.as_deref(), AssetKind::Video),
        };
        let mut refused = None;
        for folder in self.folders() {
            let part = folder.join(self.part_name());
            match self.client.download_part(url.unwrap_or_default(), part, kind, self.progress()).await {
                Ok(arrived) => return Ok(arrived),
                // The first folder's is the one to be told.
                Err(error @ Error::File { .. }) => refused = refused.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        Err(refused.unwrap_or(Error::Cancelled))
    }

    fn folders(&self) -> Vec<PathBuf> {
        let saving = &self.job.checkpoint.saving;
        let takes = self.library.folder().join("Takes");
        let job = match &self.job.request {
            Request::LipSync(job) => job,
            Request::Speak(job) if job.is_part(&self.job.checkpoint) => return vec![takes.join("Parts")],
            Request::Speak(_) | Request::Clone(_) => return vec![takes],
        };
        let mut folders = vec![saving.folder.clone().unwrap_or_else(|| job.folder.clone())];
        // Where it did not go before: if it doesn't now either, it goes beside the library.
        folders.extend(saving.unsaved.then(|| self.library.folder().join("Results")));
        folders
    }
}
