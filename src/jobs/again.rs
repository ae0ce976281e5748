//! A result that was there and is not any more: found by the user, or downloaded once more.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;

use super::checkpoint::Saving;
use super::job::{Outcome, State};
use super::request::Request;
use super::step::next;
use super::{Job, Jobs};

impl Jobs {
    /// The result of a finished lip sync lies elsewhere by now.
    pub fn result_is_at(&mut self, id: &str, file: PathBuf) {
        let Some(job) = self.list.iter_mut().find(|job| is_saved(job, id)) else { return };
        job.checkpoint.file = Some(file.clone());
        job.checkpoint.saving.found = true;
        if let State::Done(Outcome::Video { file: known, .. }) = &mut job.state {
            *known = file;
        }
        self.write(id);
    }

    /// Gets the result of a finished lip sync from the service once more; nothing is run or paid for again.
    pub fn download_again(&mut self, id: &str) {
        let Some(job) = self.list.iter_mut().find(|job| is_saved(job, id)) else { return };
        let done = &mut job.checkpoint;
        let saving = std::mem::take(&mut done.saving);
        done.saving = Saving { folder: saving.folder, leave_sample: saving.leave_sample, ..Saving::default() };
        // Links do not last.
        (done.file, done.run.output_url, done.run.completed) = (None, None, true);
        job.state = State::Running(next(&job.request, &job.checkpoint));
        job.begun_at = OffsetDateTime::now_utc();
        job.checkpoint.begun_at = Some(job.begun_at);
        job.finished_at = None;
        self.run(id);
    }
}

/// How much of a file tells it from others of the same length.
const BEGINNING: u64 = 64 * 1024;

/// BLAKE3 of the first 64 KiB of a file, in lowercase hex; `None` when it can't be read. Blocks.
pub fn beginning_of(file: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(BEGINNING).read_to_end(&mut bytes).ok()?;
    Some(blake3::hash(&bytes).to_hex().to_string())
}

fn is_saved(job: &Job, id: &str) -> bool {
    let is_saved = matches!(&job.state, State::Done(Outcome::Video { .. }));
    job.id == id && is_saved && matches!(job.request, Request::LipSync(_)) && job.checkpoint.generation.is_some()
}
