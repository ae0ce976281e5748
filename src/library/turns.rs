//! Writes that must not overtake each other, each on a thread of its own.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;

/// One write, or the work that does one.
pub type Write = Box<dyn FnOnce() -> Result<()> + Send>;

/// The order of writes. All begin at once, so that who closes the window or leaves the workspace waits for them.
#[derive(Clone, Default)]
pub struct Turns(Arc<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Mutex<VecDeque<Write>>,
    /// Held while one of them is written.
    writing: Mutex<()>,
}

impl Turns {
    /// Takes a write in, and gives the work for one thread. Whichever thread comes first does the oldest write, so that
    /// each of them is to be begun.
    pub fn queue(&self, write: impl FnOnce() -> Result<()> + Send + 'static) -> Write {
        let queue = self.0.clone();
        queue.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(Box::new(write));
        Box::new(move || queue.write_next())
    }
}

impl Queue {
    fn write_next(&self) -> Result<()> {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.map_or(Ok(()), |write| write())
    }
}
