//! Jobs of earlier runs of the program: the window goes on with all that are open, a command only with those it is
//! about.

use super::rows::from_row;
use super::{Job, Jobs, Request};
use crate::api::Client;
use crate::error::Result;
use crate::library::Library;
use crate::runtime::Handle;

impl Jobs {
    /// The jobs in a library, newest first, as they stood when they were last written; nothing goes on with them. And how
    /// many this version can't read. Blocks.
    ///
    /// # Errors
    /// When the library can't be read.
    pub fn look(library: &Library) -> Result<(Vec<Job>, usize)> {
        let rows = library.jobs()?;
        let jobs: Vec<Job> = rows.iter().filter_map(from_row).collect();
        let unread = rows.len() - jobs.len();
        Ok((jobs, unread))
    }

    /// Reads the rows in the background, and leaves open ones alone until [`Jobs::go_on`].
    pub fn at_rest(handle: Handle, library: Library, client: Client) -> Self {
        Self { rests: true, ..Self::new(handle, library, client) }
    }

    /// Lets a job go on that is open and not worked on, or that was stopped or failed.
    pub fn go_on(&mut self, id: &str) {
        let is_open = self.get(id).is_some_and(Job::is_running);
        if !is_open {
            self.retry(id);
        } else if !self.working.contains_key(id) {
            self.run(id);
        }
    }

    /// The job that [`Jobs::start`] would go on with instead of beginning another lip sync.
    pub fn under_way_like(&self, request: &Request) -> Option<&Job> {
        let is_lip_sync = matches!(request, Request::LipSync(_));
        let same = |job: &&Job| job.request.makes_the_same(request) && job.is_under_way();
        self.list.iter().find(|job| is_lip_sync && same(job))
    }

    /// Takes in the earlier jobs, and goes on with the open ones.
    pub(super) fn resume(&mut self, mut stored: Vec<Job>) {
        // One that was started while the rows were being read is among them, and under way already.
        stored.retain(|job| self.get(&job.id).is_none());
        let open: Vec<String> = stored.iter().filter(|job| job.is_running()).map(|job| job.id.clone()).collect();
        self.list.extend(stored);
        if !self.rests {
            for id in open {
                self.run(&id);
            }
        }
    }
}
