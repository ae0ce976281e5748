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
    /// Jobs that wait, with the order they came in; the first in front.
    line: Vec<(u64, String)>,
    /// How many came so far.
    came: u64,
}

impl State {
    /// Lets a job in when it is in front and there is room.
    fn admit(&mut self, id: &str) -> bool {
        let room = self.limit.is_none_or(|limit| self.running.len() < limit);
        let in_front = self.line.first().is_some_and(|(_, first)| first == id);
        if room && in_front {
            self.enter(id);
        }
        room && in_front
    }

    fn enter(&mut self, id: &str) {
        self.leave_line(id);
        self.running.insert(id.to_owned());
    }

    fn leave_line(&mut self, id: &str) {
        self.line.retain(|(_, other)| other != id);
    }

    fn next(&mut self) -> u64 {
        self.came += 1;
        self.came
    }
}

/// A job's place, among the runs or in the line. Dropping it makes room for the next.
pub(super) struct Place {
    turns: Turns,
    id: String,
    came: u64,
}

impl Turns {
    /// Notes what the plan allows. At least one, or nothing would ever run. What is known already wakes nobody.
    pub fn learn(&self, limit: usize) {
        let known = self.state().limit.replace(limit.max(1));
        if known != Some(limit.max(1)) {
            self.0.changed.notify_waiters();
        }
    }

    /// Takes a place without waiting: for a run that is at the service already, or because the user says so.
    pub fn enter(&self, id: &str) -> Place {
        let mut state = self.state();
        state.enter(id);
        Place { turns: self.clone(), id: id.to_owned(), came: state.next() }
    }

    /// Takes a place at the end of the line.
    pub fn stand(&self, id: &str) -> Place {
        let mut state = self.state();
        let came = state.next();
        state.line.push((came, id.to_owned()));
        Place { turns: self.clone(), id: id.to_owned(), came }
    }

    /// Forgets the limit when more runs than it allows are under way: the plan allows more by now. Whether it did.
    pub fn outgrown(&self) -> bool {
        let mut state = self.state();
        let outgrown = state.limit.is_some_and(|limit| state.running.len() > limit);
        if outgrown {
            state.limit = None;
        }
        drop(state);
        if outgrown {
            self.0.changed.notify_waiters();
        }
        outgrown
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until the job is among the runs, if it is not.
    pub async fn admitted(&self) {
        let Shared { changed, .. } = &*self.turns.0;
        loop {
            // Registered before looking, so that no change is missed in between.
            let change = changed.notified();
            tokio::pin!(change);
            change.as_mut().enable();
            if self.is_in() {
                return;
            }
            if self.turns.state().admit(&self.id) {
                // The next one may fit in as well.
                changed.notify_waiters();
                return;
            }
            change.await;
        }
    }

    /// Whether the job is among the runs.
    pub fn is_in(&self) -> bool {
        self.turns.state().running.contains(&self.id)
    }

    /// Goes in without waiting: the user says so.
    pub fn push_in(&self) {
        self.turns.state().enter(&self.id);
    }

    /// Goes back into the line, before everybody who came later, when there are more among the runs than the plan
    /// allows. Whether it did.
    pub fn step_back(&self) -> bool {
        let mut state = self.turns.state();
        let too_many = state.limit.is_some_and(|limit| state.running.len() > limit);
        if too_many && state.running.remove(&self.id) {
            let at = state.line.partition_point(|(came, _)| *came < self.came);
            state.line.insert(at, (self.came, self.id.clone()));
        }
        too_many
    }

    /// Waits until another run ends, for one whose place is not enough: there are runs that nobody here knows of.
    pub async fn freed(&self) {
        let among = self.turns.state().running.len();
        loop {
            let change = self.turns.0.changed.notified();
            tokio::pin!(change);
            change.as_mut().enable();
            if self.turns.state().running.len() < among {
                return;
            }
            change.await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.turns.state();
        state.leave_line(&self.id);
        state.running.remove(&self.id);
        drop(state);
        self.turns.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn is_admitted(place: &Place) -> bool {
        place.admitted().now_or_never().is_some()
    }

    #[test]
    fn jobs_go_in_the_order_they_came_and_no_more_than_the_plan_allows() {
        let turns = Turns::default();
        let a = turns.stand("a");
        assert!(is_admitted(&a), "no limit is known");
        turns.learn(1);
        let (b, c) = (turns.stand("b"), turns.stand("c"));
        assert!(!is_admitted(&b) && !is_admitted(&c));
        drop(a);
        assert!(!is_admitted(&c), "b came first");
        assert!(is_admitted(&b), "its turn");
        drop(c);
        drop(b);
        assert!(is_admitted(&turns.stand("d")), "one that no longer waits keeps nobody out");
    }

    #[test]
    fn one_too_many_steps_back_to_where_it_came_and_one_within_the_limit_does_not() {
        let turns = Turns::default();
        let [a, b, c] = ["a", "b", "c"].map(|id| turns.stand(id));
        assert!([&a, &b, &c].into_iter().all(is_admitted));
        turns.learn(1);
        let d = turns.stand("d");
        assert!(c.step_back() && b.step_back() && !a.step_back() && a.is_in());
        drop(a);
        assert!(!is_admitted(&c) && !is_admitted(&d), "b came first");
        assert!(is_admitted(&b) && !b.step_back());
        drop(b);
        assert!(!is_admitted(&d) && is_admitted(&c));
        d.push_in();
        assert!(d.is_in() && is_admitted(&d));
    }

    #[test]
    fn only_a_place_that_becomes_free_wakes_one_that_has_its_own() {
        let turns = Turns::default();
        let [a, b, c] = ["a", "b", "c"].map(|id| turns.enter(id));
        turns.learn(3);
        let mut freed = Box::pin(b.freed());
        assert!(freed.as_mut().now_or_never().is_none());
        turns.learn(3);
        turns.learn(4);
        let d = turns.stand("d");
        assert!(freed.as_mut().now_or_never().is_none() && is_admitted(&d));
        assert!(freed.as_mut().now_or_never().is_none());
        drop((a, c));
        assert!(freed.as_mut().now_or_never().is_some());
    }

    #[test]
    fn a_limit_that_the_plan_has_outgrown_is_forgotten() {
        let turns = Turns::default();
        turns.learn(0);
        let _one = turns.enter("a");
        assert!(!turns.outgrown() && !is_admitted(&turns.stand("c")), "at least one is allowed");
        let _two = turns.enter("b");
        assert!(turns.outgrown() && is_admitted(&turns.stand("c")));
    }
}
