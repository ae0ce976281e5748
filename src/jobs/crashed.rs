//! Work that broke off by a mistake of the program: the job is over, and says so.

use super::{Jobs, Report, State, Working};
use crate::error::Error;

impl Jobs {
    /// Ends jobs whose work broke off without a last word.
    pub(super) fn take_crashed(&mut self) {
        let ended = |(id, working): (&String, &mut Working)| Some((id.clone(), working.task.take()?.err()?));
        let crashed: Vec<(String, Error)> = self.working.iter_mut().filter_map(ended).collect();
        if crashed.is_empty() {
            return;
        }
        // What they told before must not come after this.
        self.take_reports();
        for (id, error) in crashed {
            let Some(job) = self.list.iter().find(|job| job.id == id && job.is_running()) else { continue };
            let (checkpoint, state) = (job.checkpoint.clone(), State::Failed(error));
            self.take_in(Report { id: id.clone(), checkpoint, state, waiting: None });
            self.write(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::api::{Client, Config};
    use crate::jobs::{Request, SpeakJob};
    use crate::library::Library;
    use crate::runtime::Runtime;

    #[test]
    fn a_job_whose_work_breaks_off_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let (woken, wakes) = std::sync::mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        let library = Library::open(dir.path()).unwrap().library;
        let base = url::Url::parse("http://127.0.0.1:9").unwrap();
        let config = Config { service: "The sandbox".into(), base, key: "k".to_owned().into() };
        let mut jobs = Jobs::new(runtime.handle(), library.clone(), Client::new(config).unwrap());
        let line = SpeakJob {
            line_id: None,
            parts: Vec::new(),
            voice_id: "v".into(),
            voice_name: "Ada".into(),
            script: "Hello".into(),
            stability: 0.5,
            similarity: 0.75,
        };
        let id = jobs.start(Request::Speak(line));
        let (stop, now) = (CancellationToken::new(), Arc::default());
        let task = runtime.spawn(async { panic!("as a mistake would") });
        jobs.working.insert(id.clone(), Working { task, stop, now });
        while jobs.get(&id).unwrap().is_running() {
            jobs.poll().unwrap();
            wakes.recv_timeout(std::time::Duration::from_millis(50)).ok();
        }
        assert!(matches!(jobs.get(&id).unwrap().state, State::Failed(Error::Crashed(_))));
        assert!(jobs.working.is_empty() && jobs.news().count() == 1);
        while library.open_jobs().unwrap().len() + library.jobs().unwrap().len() != 1 {
            wakes.recv_timeout(std::time::Duration::from_millis(50)).ok();
        }
    }
}
