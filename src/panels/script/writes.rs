//! What the page writes into the library, one after the other and in the background.

use std::collections::VecDeque;

use crate::error::Result;
use crate::library::Library;
use crate::panels::Cx;
use crate::runtime::Task;

type Write = Box<dyn FnOnce(&Library) -> Result<()> + Send>;

/// The writes that wait, and the one under way.
#[derive(Default)]
pub struct Writes {
    waiting: VecDeque<Write>,
    running: Option<Task<()>>,
}

impl Writes {
    /// Writes when its turn comes.
    pub fn push(&mut self, write: impl FnOnce(&Library) -> Result<()> + Send + 'static) {
        self.waiting.push_back(Box::new(write));
    }

    /// Begins the next one when the last is done.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        match self.running.as_mut().map(Task::take) {
            Some(None) => return,
            Some(Some(Err(error))) => cx.commands.complain("Could not save a change", error),
            Some(Some(Ok(()))) | None => {}
        }
        let library = cx.library.clone();
        self.running = self.waiting.pop_front().map(|write| cx.runtime.blocking(move || write(&library)));
    }
}
