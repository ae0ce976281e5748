//! Writes to the library on behalf of commands, each after the one before: two quick presses must not reach it the
//! other way round. All begin at once, so that closing the window waits for them.

use crate::error::{Error, Result};
use crate::library::Turns;
use crate::runtime::{Runtime, Task};

#[derive(Default)]
pub(super) struct Keeping {
    tasks: Vec<Task<()>>,
    turns: Turns,
}

impl Keeping {
    pub fn push(&mut self, runtime: &Runtime, write: impl FnOnce() -> Result<()> + Send + 'static) {
        self.tasks.push(runtime.blocking(self.turns.queue(write)));
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

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
