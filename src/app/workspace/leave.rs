//! Leaving a workspace for another one: the last changes are written first, while it is still open. Where they can't be,
//! it stays open, and the window asks.

use super::super::App;
use super::super::flows::Written;
use super::{Question, Target, ask};

impl App {
    /// Opens another workspace, or asks first when jobs are under way in this one, or changes that could not be written
    /// would be lost with it.
    pub(super) fn go_to(&mut self, target: Target) {
        if self.what_is_open().is_empty() {
            self.leave_for(target);
        } else {
            self.ask_to_leave(target);
        }
    }

    /// Opens another workspace as soon as everything in this one is written.
    pub(super) fn leave_for(&mut self, target: Target) {
        match &mut self.session {
            None => self.open(target),
            Some(session) => {
                session.flows.hurry();
                self.workspaces.leaving = Some(Box::new(target));
            }
        }
    }

    fn ask_to_leave(&mut self, target: Target) {
        let name = match &target {
            Target::Service(service) | Target::Renewed { service, .. } => ask::masked(service),
            Target::Kept(account) => account.masked.clone(),
        };
        let open = self.what_is_open();
        self.workspaces.question = Some(Question::Leave { target: Box::new(target), name, open });
    }

    /// Goes on with leaving, after the work of a frame.
    pub(in super::super) fn work_leaving(&mut self) {
        let Some(session) = &self.session else { return self.workspaces.leaving = None };
        if self.workspaces.leaving.is_none() {
            return;
        }
        let written = session.flows.written(&session.store.flow);
        if written == Written::NotYet {
            return;
        }
        let Some(target) = self.workspaces.leaving.take() else { return };
        if written == Written::All {
            self.open(*target);
        } else {
            tracing::info!("asked to leave a workspace with unsaved changes");
            self.ask_to_leave(*target);
        }
    }
}
