//! Writing flows down: one at a time and in order, as the one written last is the one the next start opens.

use std::collections::VecDeque;

use time::OffsetDateTime;

use crate::error::{Error, Result};
use crate::jobs::stamp;
use crate::library::Library;
use crate::runtime::{Runtime, Task};
use crate::store::Flow;

/// What of the flows is in the library.
pub(super) struct Flows {
    /// The open one, as it was written last.
    saved: Flow,
    /// Those that were left with changes, the oldest first.
    left: VecDeque<Flow>,
    saving: Option<(Flow, Task<()>)>,
}

impl Flows {
    pub fn new(saved: Flow) -> Self {
        Self { saved, left: VecDeque::new(), saving: None }
    }

    /// A flow is left for another: what changed since it was written is written before the other.
    pub fn leave(&mut self, flow: &Flow) {
        if *flow != self.saved {
            self.left.push_back(flow.clone());
        }
    }

    /// What is still to be written, in order.
    pub fn open(&self, flow: &Flow) -> Vec<Flow> {
        let saving = self.saving.iter().map(|(flow, _)| flow);
        saving.chain(&self.left).chain([flow]).cloned().collect()
    }

    /// Begins the next write when there is one; an error is that of the write before.
    pub fn work(&mut self, flow: &Flow, library: &Library, runtime: &Runtime) -> Result<()> {
        let written = match self.saving.as_mut().map(|(_, task)| task.take()) {
            Some(None) => return Ok(()),
            Some(Some(written)) => written,
            None => Ok(()),
        };
        self.saving = None;
        if let Some(next) = self.next(flow) {
            let (library, flow) = (library.clone(), next.clone());
            self.saving = Some((next, runtime.blocking(move || write(&library, &flow))));
        }
        written
    }

    fn next(&mut self, flow: &Flow) -> Option<Flow> {
        self.left.pop_front().or_else(|| {
            (*flow != self.saved).then(|| {
                self.saved = flow.clone();
                flow.clone()
            })
        })
    }
}

/// Blocks.
pub(super) fn write(library: &Library, flow: &Flow) -> Result<()> {
    let document = serde_json::to_string(flow).map_err(|e| Error::Library(e.to_string()))?;
    let (now, lines) = (stamp(OffsetDateTime::now_utc()), flow.lines.all());
    library.put_flow_and_lines(&flow.id, &flow.name, &document, &now, lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Lines;

    #[test]
    fn a_flow_that_is_left_is_written_before_the_next_one() {
        let mut flows = Flows::new(Flow::default());
        let (first, second) = (Flow { lines: Lines::of("One"), ..Flow::default() }, Flow::default());
        flows.leave(&first);
        assert_eq!(flows.open(&second), [first.clone(), second.clone()]);
        assert_eq!(flows.next(&second), Some(first));
        assert_eq!(flows.next(&second), Some(second.clone()));
        assert_eq!(flows.next(&second), None);
        flows.leave(&second);
        assert_eq!(flows.next(&second), None, "it is written already");
    }
}
