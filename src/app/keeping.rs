//! Writes to the library on behalf of commands, each after the one before: two quick presses must not reach it the
//! other way round. All begin at once, so that closing the window waits for them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::runtime::{Runtime, Task};

type Write = Box<dyn FnOnce() -> Result<()> + Send>;

#[derive(Default)]
pub(super) struct Keeping {
    tasks: Vec<Task<()>>,
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<VecDeque<Write>>,
    /// Held while one of them is written.
    writing: Mutex<()>,
}

impl Keeping {
    pub fn push(&mut self, runtime: &Runtime, write: impl FnOnce() -> Result<()> + Send + 'static) {
        let queue = self.queue.clone();
        queue.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(Box::new(write));
        self.tasks.push(runtime.blocking(move || queue.write_next()));
    }

    /// The errors of those that have ended since the last frame.
    pub fn failures(&mut self) -> Vec<Error> {
        let mut failures = Vec::new();
        self.tasks.retain_mut(|task| {
            let written = task.take();
            let is_done = written.is_some();
            failures.extend(written.and_then(Result::err));
            !is_done
        });
        failures
    }
}

impl Queue {
    /// There is one call for each write; whichever thread comes first takes the oldest.
    fn write_next(&self) -> Result<()> {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.map_or(Ok(()), |write| write())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_keep_their_order_and_one_that_fails_holds_up_none() {
        let runtime = Runtime::new(|| {}).unwrap();
        let written = Arc::new(Mutex::new(Vec::new()));
        let mut keeping = Keeping::default();
        for number in 0..300 {
            let written = written.clone();
            keeping.push(&runtime, move || {
                written.lock().unwrap().push(number);
                if number == 7 { Err(Error::Media("the seventh".to_owned())) } else { Ok(()) }
            });
        }
        let mut failures = Vec::new();
        while !keeping.tasks.is_empty() {
            failures.extend(keeping.failures());
            std::thread::yield_now();
        }
        assert_eq!(*written.lock().unwrap(), (0..300).collect::<Vec<_>>());
        assert_eq!(failures.iter().map(ToString::to_string).collect::<Vec<_>>(), ["the seventh"]);
    }
}
