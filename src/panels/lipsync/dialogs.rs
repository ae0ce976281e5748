//! Questions of the page that a dialog of the desktop answers.

use std::path::PathBuf;

use crate::panels::Cx;
use crate::runtime::Task;

/// What is being asked.
#[derive(Default)]
pub(super) struct Dialogs {
    /// The folder of results.
    pub folder: Option<Task<Option<PathBuf>>>,
    /// Where the result of this job is by now.
    pub finding: Option<(String, Task<Option<PathBuf>>)>,
    /// Another folder for the result of this job, which could not be saved.
    pub elsewhere: Option<(String, Task<Option<PathBuf>>)>,
}

impl Dialogs {
    /// Takes in the answers.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        if let Some(answer) = self.folder.as_mut().and_then(Task::take) {
            self.folder = None;
            match answer {
                Ok(Some(folder)) => cx.settings.output = Some(folder),
                Ok(None) => {}
                Err(error) => cx.commands.complain("Could not choose a folder", error),
            }
        }
        if let Some(answer) = self.finding.as_mut().and_then(|(_, answer)| answer.take()) {
            match (answer, self.finding.take()) {
                (Ok(Some(file)), Some((id, _))) => cx.jobs.result_is_at(&id, file),
                (Err(error), _) => cx.commands.complain("Could not choose a file", error),
                _ => {}
            }
        }
        if let Some(answer) = self.elsewhere.as_mut().and_then(|(_, answer)| answer.take()) {
            match (answer, self.elsewhere.take()) {
                (Ok(Some(folder)), Some((id, _))) => cx.jobs.save_elsewhere(&id, folder),
                (Err(error), _) => cx.commands.complain("Could not choose a folder", error),
                _ => {}
            }
        }
    }
}
