//! Questions of the page that a dialog of the desktop answers.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::jobs::{Outcome, Request, State, beginning_of};
use crate::media::probe;
use crate::panels::Cx;
use crate::runtime::Task;
use crate::store::file_name;

/// What services say of a length is rounded, and counts the last frame or not.
const NEARLY: f64 = 1.5;

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
        let (target, saving) = (sync.target.path.clone(), &job.checkpoint.saving);
        let secs = match &job.state {
            State::Done(Outcome::Video { secs, .. }) => *secs,
            _ => None,
        };
        let known = Known { bytes: saving.bytes, begins: saving.begins.clone(), secs };
        self.checking = Some((id, cx.runtime.blocking(move || as_result(file, &target, &known))));
    }
}

/// What is known of a result, as far as it was noted when it was saved.
#[derive(Default)]
struct Known {
    bytes: Option<u64>,
    /// See [`beginning_of`].
    begins: Option<String>,
    /// Seconds, as the service said.
    secs: Option<f64>,
}

/// The file, when it can be the result of a lip sync onto `target`. Blocks.
fn as_result(file: PathBuf, target: &Path, known: &Known) -> Result<PathBuf> {
    let probe = probe::probe(&file)?;
    let is_as_long = |secs: f64| probe.duration_secs.is_none_or(|own| (own - secs).abs() <= NEARLY);
    let why = if file == target {
        "it is the video that the line was put on"
    } else if probe.video.is_none() {
        "it has no picture"
    } else if known.bytes.is_some_and(|bytes| bytes != probe.size_bytes) {
        "its size is another than that of the result"
    } else if known.begins.is_some() && known.begins != beginning_of(&file) {
        "it begins in another way than the result"
    } else if known.begins.is_none() && known.secs.is_some_and(|secs| !is_as_long(secs)) {
        "it is longer or shorter than the result"
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
        let known = |bytes| Known { bytes, ..Known::default() };
        let taken = |target: &Path, known: &Known| as_result(file.clone(), target, known).is_ok();
        let target = Path::new("/in/launch.mp4");
        assert!(taken(target, &known(Some(bytes))) && taken(target, &Known::default()));
        assert!(!taken(target, &known(Some(bytes + 1))));
        assert!(!taken(&file, &known(Some(bytes))));
        let begins = |begins| Known { begins, ..known(Some(bytes)) };
        assert!(taken(target, &begins(beginning_of(&file))));
        assert!(!taken(target, &begins(Some("other".into()))), "as large, and another one");
        let secs = probe::probe(&file).unwrap().duration_secs.unwrap();
        let lasts = |secs| Known { secs: Some(secs), ..Known::default() };
        assert!(taken(target, &lasts(secs + 0.1)) && !taken(target, &lasts(secs + 5.0)));
        assert!(as_result("/nowhere.mp4".into(), target, &Known::default()).is_err());
    }
}
