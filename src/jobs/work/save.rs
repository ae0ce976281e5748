//! Bringing what was made onto this computer: once, under one name, whenever the program dies.

use std::path::PathBuf;

use super::Worker;
use crate::api::{Arrived, AssetKind};
use crate::error::{Error, Result};
use crate::jobs::after::Answer;
use crate::jobs::names::{file_stem, first_words};
use crate::jobs::request::Request;
use crate::jobs::step::Step;
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

    /// Notes the name a file that has arrived is to get.
    pub(super) async fn choose_name(&mut self) -> Result<()> {
        let saving = &self.job.checkpoint.saving;
        let Some(arrived) = saving.arrived.clone().filter(|_| saving.name.is_none()) else { return Ok(()) };
        let stem = match &self.job.request {
            Request::LipSync(job) => job.stem.clone(),
            Request::Speak(job) => file_stem(&format!("{} - {}", job.voice_name, first_words(&job.script))),
            Request::Clone(job) => file_stem(&job.name),
        };
        self.job.checkpoint.saving.name = Some(blocking(move || arrived.free_name(&stem)).await?);
        self.record().await
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
            let part = folder.join(format!(".mouthpiece-{}.part", self.job.id));
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
        let Request::LipSync(job) = &self.job.request else { return vec![self.library.folder().join("Takes")] };
        let mut folders = vec![saving.folder.clone().unwrap_or_else(|| job.folder.clone())];
        // Where it did not go before: if it doesn't now either, it goes beside the library.
        folders.extend(saving.unsaved.then(|| self.library.folder().join("Results")));
        folders
    }
}
