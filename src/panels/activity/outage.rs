//! What is said while running jobs can't be asked about.

use egui::Ui;
use time::OffsetDateTime;

use crate::error::{Error, within};
use crate::jobs::{Job, State, Step, Waiting};
use crate::panels::when;
use crate::ui::notice::{self, Note};
use crate::ui::{Button, format, space};

/// When the service last told how jobs stand.
#[derive(Default)]
pub struct Outage {
    /// Jobs that could not be asked about.
    jobs: usize,
    /// The last time there were none.
    known: Option<OffsetDateTime>,
}

impl Outage {
    /// Once per frame.
    pub fn look(&mut self, jobs: &[Job]) {
        self.jobs = jobs.iter().filter(|job| is_out_of_sight(job)).count();
        if self.jobs == 0 {
            self.known = jobs.iter().any(Job::is_running).then(when::utc);
        }
    }

    /// What is said above the list; true when it is to be asked again.
    pub fn note_ui(&self, ui: &mut Ui, service: &str) -> bool {
        let Some(words) = self.words(service) else { return false };
        ui.add_space(space::S);
        let mut again = false;
        notice::note_ui(ui, Note::Warning, &words.0, &words.1);
        ui.horizontal(|ui| again = Button::secondary("Ask again").show(ui).clicked());
        again
    }

    fn words(&self, service: &str) -> Option<(String, String)> {
        if self.jobs == 0 {
            return None;
        }
        let jobs = format::count(self.jobs.try_into().unwrap_or(u64::MAX), "job", "jobs");
        let what = format!("Could not ask {} about {jobs}.", within(service));
        let since = self.known.map(|at| format!("Last known state from {}.", when::clock(when::local(at))));
        Some((what, since.unwrap_or_else(|| "This is how they stood before.".to_owned())))
    }
}

/// Whether the service works on a job, and can't be reached to tell how it stands.
fn is_out_of_sight(job: &Job) -> bool {
    let asked = matches!(job.state, State::Running(Step::Watch | Step::AskSpeech));
    asked && matches!(&job.waiting, Some(Waiting::Again { error: Error::Offline { .. }, .. }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use time::macros::datetime;

    use super::*;
    use crate::panels::activity::tests::job;

    #[test]
    fn jobs_that_can_not_be_asked_about_are_counted_with_the_time_of_what_is_known() {
        let at = datetime!(2026-11-22 14:02 UTC);
        let source: crate::error::Cause = Arc::new(std::io::Error::other("away"));
        let waits = |id: &str, step| {
            let mut job = job(id, State::Running(step), 0);
            let error = Error::Offline { service: "sync.so".into(), source: source.clone() };
            job.waiting = Some(Waiting::Again { error, at, attempt: 1 });
            job
        };
        let mut outage = Outage::default();
        outage.look(&[job("a", State::Running(Step::Watch), 0)]);
        assert!(outage.known.is_some() && outage.words("sync.so").is_none());
        outage.known = Some(at);
        outage.look(&[waits("a", Step::Watch), waits("b", Step::AskSpeech), waits("c", Step::UploadPicture)]);
        let (what, since) = outage.words("sync.so").unwrap();
        assert_eq!(what, "Could not ask sync.so about 2 jobs.");
        assert_eq!(since, format!("Last known state from {}.", when::clock(when::local(at))));
    }
}
