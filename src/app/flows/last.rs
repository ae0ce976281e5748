//! Whether everything is written, for who is about to leave: what waits is tried at once, and one try that fails is
//! enough to know.

use std::time::{Duration, Instant};

use super::Flows;
use crate::runtime::Task;
use crate::store::Flow;

/// How far the changes have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Written {
    All,
    /// Being written.
    NotYet,
    /// The last try failed; the next is in a while.
    No,
}

/// How long a change that is being made is waited for at the end.
const LAST: Duration = Duration::from_secs(3);

/// Waits for the change that is being made when all is left: what is written behind it must not come before it. Blocks.
#[expect(clippy::disallowed_methods, reason = "nothing is drawn any more, or it is not the window's thread")]
pub(in super::super) fn settle_last(mut making: Task<String>) {
    let begun = Instant::now();
    while making.take().is_none() && begun.elapsed() < LAST {
        std::thread::sleep(Duration::from_millis(2));
    }
}

impl Flows {
    /// The change that is being made, for who leaves; it is still among those of [`Flows::open`] before.
    pub fn take_making(&mut self) -> Option<Task<String>> {
        self.making.take().map(|(_, task)| task)
    }

    /// The next try is now.
    pub fn hurry(&mut self) {
        if let Some(tries) = &mut self.failed {
            tries.next = Instant::now();
        }
    }

    /// How far what was done with flows has come, after the work of a frame. A flow that was removed can be put back
    /// for a while and does not count: nothing is lost with it.
    pub fn written(&self, flow: &Flow) -> Written {
        match self.failed {
            _ if self.making.is_some() => Written::NotYet,
            Some(tries) if tries.next > Instant::now() => Written::No,
            None if self.waiting.is_empty() && !self.is_due(flow) => Written::All,
            _ => Written::NotYet,
        }
    }

    /// Whether nothing was done yet with the open flow: the next start begins with such a one, too.
    pub fn is_new(&self, flow: &Flow) -> bool {
        !self.is_kept && flow.is_untouched()
    }

    /// Whether the open flow is to be written. One that nothing was done with is only kept up to date.
    pub(super) fn is_due(&self, flow: &Flow) -> bool {
        let is_known = self.is_kept && self.saved.id == flow.id;
        self.is_lost || *flow != self.saved && (is_known || !flow.is_untouched())
    }
}
