//! The take of a result as a WAV beside it, where the settings ask for that.

use std::path::{Path, PathBuf};

use super::session::Session;
use crate::error::{Error, Result};
use crate::files::free_name;
use crate::jobs::{Outcome, Request, State};
use crate::media::edit::{self, Format};
use crate::panels::Commands;
use crate::runtime::{Runtime, Task};

/// Takes on their way to a file beside a result.
#[derive(Default)]
pub(super) struct Beside(Vec<Task<()>>);

impl Beside {
    /// Tells of what could not be saved.
    pub fn work(&mut self, commands: &mut Commands) {
        self.0.retain_mut(|task| {
            let Some(saved) = task.take() else { return true };
            if let Err(error) = saved {
                commands.complain("The take was not saved beside the video", error);
            }
            false
        });
    }
}

impl Session {
    /// Saves the takes of the lip syncs that ended in this frame. A result of a sound file of one's own has none.
    pub(super) fn save_takes(&mut self, runtime: &Runtime, wanted: bool) {
        if !wanted {
            return;
        }
        for job in self.jobs.news() {
            let (State::Done(Outcome::Video { file, .. }), Request::LipSync(sync)) = (&job.state, &job.request) else {
                continue;
            };
            let take = sync.voice.take_id().and_then(|id| self.store.take(id));
            // What was sent is what is saved: a take that was trimmed, or made louder for it, lies in a file.
            let sent = sync.voice.file().map(|local| local.path.clone());
            let Some(sound) = take.map(|take| sent.unwrap_or_else(|| take.audio().to_owned())) else { continue };
            let video = file.clone();
            self.beside.0.push(runtime.blocking(move || save(&sound, &video)));
        }
    }
}

/// Blocks.
fn save(sound: &Path, video: &Path) -> Result<()> {
    let (Some(folder), Some(stem)) = (video.parent(), video.file_stem()) else {
        return Err(Error::Media("The video has no folder to save the take in.".to_owned()));
    };
    let to: PathBuf = free_name(folder, &stem.to_string_lossy(), "wav")?;
    edit::export(sound, &to, Format::Wav)
}
