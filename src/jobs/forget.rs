//! Forgetting jobs: their rows, what they have set aside, and what has arrived for them and has no name.

use std::collections::HashSet;
use std::path::PathBuf;

use super::work::{Writing, may_be_bought};
use super::{Checkpoint, Job, Jobs, Request};
use crate::error::Result;
use crate::library::{JobRow, Library};
use crate::runtime::Task;

/// A job on its way out.
struct Leaving {
    id: String,
    writing: Writing,
    /// Files of ours that may be left of it.
    parts: Vec<PathBuf>,
}

impl Jobs {
    /// Removes a job and its row, and stops work on it here. Files stay, and what the service has begun goes on
    /// there; what was not sent is not paid for.
    pub fn forget(&mut self, id: &str) -> Task<()> {
        self.working.remove(id);
        let (gone, kept) = std::mem::take(&mut self.list).into_iter().partition(|job| job.id == id);
        self.list = kept;
        self.leave(gone, id)
    }

    /// The jobs that can be cleared: what is over, but for what may be at the service still, and the job a flow has its
    /// result from.
    pub fn finished<'a>(&'a self, keep: Option<&'a str>) -> impl Iterator<Item = &'a Job> {
        let over = move |job: &&Job| !job.is_running() && !job.may_be_at_service() && keep != Some(job.id.as_str());
        self.list.iter().filter(over)
    }

    /// Removes jobs from the list that are over still; files stay.
    pub fn clear(&mut self, ids: &HashSet<String>) -> Task<()> {
        let stays = |job: &Job| job.is_running() || job.may_be_at_service() || !ids.contains(&job.id);
        let (open, over): (Vec<Job>, Vec<Job>) = std::mem::take(&mut self.list).into_iter().partition(stays);
        self.list = open;
        self.leave(over, "")
    }

    /// `also` is left by its id, whether or not it is in the list.
    fn leave(&mut self, jobs: Vec<Job>, also: &str) -> Task<()> {
        let mut leaving: Vec<Leaving> = Vec::new();
        for job in jobs {
            let parts = parts(&job);
            let writing = self.shared.writings.remove(&job.id).unwrap_or_default();
            leaving.push(Leaving { id: job.id, writing, parts });
        }
        if !also.is_empty() && leaving.is_empty() {
            leaving.push(Leaving { id: also.to_owned(), writing: self.writing(also), parts: Vec::new() });
        }
        let library = self.library.clone();
        self.handle.blocking(move || {
            // A write that is under way would bring the row back.
            for Leaving { writing, .. } in &leaving {
                *writing.blocking_lock() = true;
            }
            let ids: Vec<String> = leaving.iter().map(|job| job.id.clone()).collect();
            let rows = if ids.len() == 1 { library.job(&ids[0])?.into_iter().collect() } else { library.jobs()? };
            for row in rows.iter().filter(|row| ids.contains(&row.id)) {
                give_back(&library, row)?;
            }
            library.forget_jobs(&ids)?;
            for part in leaving.iter().flat_map(|job| &job.parts) {
                std::fs::remove_file(part).ok();
            }
            Ok(())
        })
    }
}

/// Releases what was set aside for a request that never left. The row is written before it does.
fn give_back(library: &Library, row: &JobRow) -> Result<()> {
    match serde_json::from_str::<Checkpoint>(&row.checkpoint) {
        Ok(done) if !may_be_bought(&done) => library.release(&row.id),
        _ => Ok(()),
    }
}

/// What a download may have left: it has no name that a person would know it by.
fn parts(job: &Job) -> Vec<PathBuf> {
    let saving = &job.checkpoint.saving;
    let part = format!(".mouthpiece-{}.part", job.id);
    let folder = match &job.request {
        Request::LipSync(lip_sync) => Some(&lip_sync.folder),
        _ => None,
    };
    let folders = folder.into_iter().chain(&saving.folder).map(|folder| folder.join(&part));
    saving.arrived.iter().map(|arrived| arrived.part.clone()).chain(folders).collect()
}
