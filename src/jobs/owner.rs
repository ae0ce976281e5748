//! Which flow a lip sync is for. The job's row says so itself: it is written before the flow that names the job, and the
//! program may end between the two.

use super::{Checkpoint, Job, Jobs, Request, Saving};

impl Jobs {
    /// Starts a job like [`Jobs::start`], whose result is the one of this flow.
    pub fn start_for(&mut self, flow: &str, request: Request) -> String {
        let saving = Saving { flow: Some(flow.to_owned()), ..Saving::default() };
        self.start_from(request, Checkpoint { saving, ..Checkpoint::default() })
    }

    /// Whether the jobs of earlier runs of the program are in the list.
    pub fn is_read(&self) -> bool {
        self.loading.is_none()
    }

    /// The lip syncs that were started for a flow, newest first.
    pub fn of_flow<'a>(&'a self, flow: &str) -> impl Iterator<Item = &'a Job> {
        self.list.iter().filter(move |job| job.checkpoint.saving.flow.as_deref() == Some(flow))
    }

    /// The newest of them under way.
    pub fn under_way_for(&self, flow: &str) -> Option<&Job> {
        self.of_flow(flow).find(|job| job.is_running())
    }
}
