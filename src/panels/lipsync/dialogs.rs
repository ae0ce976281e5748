//! Questions of the page that a dialog of the desktop answers.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::jobs::Request;
use crate::media::probe;
use crate::panels::Cx;
use crate::runtime::Task;
use crate::store::file_name;

/// What is being asked.
#[derive(Default)]
pub(super) struct Dialogs {
    /// The folder of results.
    pub folder: Option<Task<Option<PathBuf>>>,
    /// Where the result of this job is by now.
    pub finding: Option<(String, Task<Option<PathBuf>>)>,
    /// The file that was chosen for it, while it is looked at.
    checking: Option<(String, Task<PathBuf>)>,
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
                (Ok(Some(file)), Some((id, _))) => self.check(id, file, cx),
                (Err(error), _) => cx.commands.complain("Could not choose a file", error),
                _ => {}
            }
        }
        if let Some(answer) = self.checking.as_mut().and_then(|(_, answer)| answer.take()) {
            match (answer, self.checking.take()) {
                (Ok(file), Some((id, _))) => cx.jobs.result_is_at(&id, file),
                (Err(error), _) => cx.commands.complain("This is not the result", error),
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
    /// Looks at the file that was chosen for a result before it is taken for it.
    fn check(&mut self, id: String, file: PathBuf, cx: &Cx<'_>) {
        let Some(job) = cx.jobs.get(&id) else { return };
        let Request::LipSync(sync) = &job.request else { return };
        let (target, bytes) = (sync.target.path.clone(), job.checkpoint.saving.bytes);
        self.checking = Some((id, cx.runtime.blocking(move || as_result(file, &target, bytes))));
    }
}

/// The file, when it can be the result of a lip sync onto `target` that was saved with so many bytes. Blocks.
fn as_result(file: PathBuf, target: &Path, bytes: Option<u64>) -> Result<PathBuf> {
    let probe = probe::probe(&file)?;
    let why = if file == target {
        "it is the video that the line was put on"
    } else if probe.video.is_none() {
        "it has no picture"
    } else if bytes.is_some_and(|bytes| bytes != probe.size_bytes) {
        "its size is another than that of the result"
    } else {
        return Ok(file);
    };
    let name = file_name(&file);
    Err(Error::Media(format!("{name} can't be the result: {why}. Choose another file, or download the result again.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_result_is_not_taken_for_it() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/example/Lena.mp4");
        let bytes = file.metadata().unwrap().len();
        let taken = |target: &Path, bytes| as_result(file.clone(), target, bytes).is_ok();
        let target = Path::new("/in/launch.mp4");
        assert!(taken(target, Some(bytes)) && taken(target, None));
        assert!(!taken(target, Some(bytes + 1)));
        assert!(!taken(&file, Some(bytes)));
        assert!(as_result("/nowhere.mp4".into(), target, None).is_err());
    }
}
