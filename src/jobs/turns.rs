//! The line of lip syncs under the plan's limit: one that has no room waits here and not at the service.
//!
//! How many runs the plan allows is learned from the service's refusals. One line per workspace.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The line. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Runs the plan allows at once; `None` until it was learned.
    limit: Option<usize>,
    /// Jobs whose run is at the service, or about to be.
    running: HashSet<String>,
    /// Jobs that wait, the first in front.
    line: Vec<String>,
}

impl State {
    /// Lets a job in when it is in front and there is room.
    fn admit(&mut self, id: &str) -> bool {
        let room = self.limit.is_none_or(|limit| self.running.len() < limit);
        let in_front = self.line.first().is_some_and(|first| first == id);
        if room && in_front {
            self.enter(id);
        }
        room && in_front
    }

    fn enter(&mut self, id: &str) {
        self.line.retain(|other| other != id);
        self.running.insert(id.to_owned());
    }
}

/// A job's place among the runs. Dropping it makes room for the next.
pub(super) struct Place {
    turns: Turns,
    id: String,
}

impl Turns {
    /// Notes what the plan allows. At least one, or nothing would ever run.
    pub fn learn(&self, limit: usize) {
        self.state().limit = Some(limit.max(1));
        self.0.changed.notify_waiters();
    }

    /// Takes a place without waiting: for a run that is at the service already, or because the user says so.
    pub fn enter(&self, id: &str) -> Place {
        self.state().enter(id);
        Place { turns: self.clone(), id: id.to_owned() }
    }

    /// Whether a job that comes now would have to wait.
    pub fn is_full(&self) -> bool {
        let state = self.state();
        !state.line.is_empty() || state.limit.is_some_and(|limit| state.running.len() >= limit)
    }

    /// Waits in line until there is room.
    pub async fn wait(&self, id: &str) -> Place {
        self.state().line.push(id.to_owned());
        let place = Place { turns: self.clone(), id: id.to_owned() };
        loop {
            // Registered before looking, so that no change is missed in between.
            let changed = self.0.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.state().admit(id) {
                // The next one may fit in as well.
                self.0.changed.notify_waiters();
                return place;
            }
            changed.await;
        }
    }

    /// Returns when a run ends or the limit changes.
    pub async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// Forgets the limit when more runs than it allows are under way: the plan allows more by now. Whether it did.
    pub fn outgrown(&self) -> bool {
        let mut state = self.state();
        let outgrown = state.limit.is_some_and(|limit| state.running.len() > limit);
        if outgrown {
            state.limit = None;
        }
        drop(state);
        self.0.changed.notify_waiters();
        outgrown
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.turns.state();
        state.line.retain(|other| *other != self.id);
        state.running.remove(&self.id);
        drop(state);
        self.turns.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn jobs_go_in_the_order_they_came_and_no_more_than_the_plan_allows() {
        let turns = Turns::default();
        let mut first = Box::pin(turns.wait("a"));
        let a = first.as_mut().now_or_never().expect("no limit is known");
        turns.learn(1);
        assert!(turns.is_full());
        let (mut b, mut c) = (Box::pin(turns.wait("b")), Box::pin(turns.wait("c")));
        assert!(b.as_mut().now_or_never().is_none() && c.as_mut().now_or_never().is_none());
        drop(a);
        assert!(c.as_mut().now_or_never().is_none(), "b came first");
        let b = b.as_mut().now_or_never().expect("its turn");
        drop(c);
        drop(b);
        assert!(!turns.is_full(), "one that no longer waits keeps nobody out");
    }

    #[test]
    fn a_limit_that_the_plan_has_outgrown_is_forgotten() {
        let turns = Turns::default();
        turns.learn(0);
        let _one = turns.enter("a");
        assert!(!turns.outgrown() && turns.is_full(), "at least one is allowed");
        let _two = turns.enter("b");
        assert!(turns.outgrown() && !turns.is_full());
    }
}
