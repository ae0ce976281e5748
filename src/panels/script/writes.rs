//! What the page writes into the library, one after the other and in the background.

use crate::error::Result;
use crate::library::{Library, Turns};
use crate::panels::Cx;
use crate::runtime::{Runtime, Task};

type Write = Box<dyn FnOnce(&Library) -> Result<()> + Send>;

/// The writes of this frame, and those under way.
#[derive(Default)]
pub struct Writes {
    waiting: Vec<Write>,
    running: Vec<Task<()>>,
    turns: Turns,
}

impl Writes {
    /// Writes when its turn comes.
    pub fn push(&mut self, write: impl FnOnce(&Library) -> Result<()> + Send + 'static) {
        self.waiting.push(Box::new(write));
    }

    /// Begins what came since the last frame, and tells of what failed.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        self.begin(cx.runtime, cx.library);
        self.running.retain_mut(|task| match task.take() {
            None => true,
            Some(Ok(())) => false,
            Some(Err(error)) => {
                cx.commands.complain("Could not save a change", error);
                false
            }
        });
    }

    /// All are begun at once, each to wait for its turn: one that was begun is done also when the workspace is left.
    fn begin(&mut self, runtime: &Runtime, library: &Library) {
        for write in self.waiting.drain(..) {
            let library = library.clone();
            self.running.push(runtime.blocking(self.turns.queue(move || write(&library))));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn what_waits_for_its_turn_is_written_also_when_the_workspace_is_left_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let runtime = Runtime::new(|| {}).unwrap();
        let mut writes = Writes::default();
        let (open, gate) = mpsc::channel();
        writes.push(move |_| {
            gate.recv().unwrap();
            Ok(())
        });
        for value in ["one", "two", "three"] {
            writes.push(move |library| {
                library.put_note("note", value)?;
                library.put_note(value, "written")
            });
        }
        writes.begin(&runtime, &library);
        drop(writes);
        open.send(()).unwrap();
        drop(runtime);
        for value in ["one", "two", "three"] {
            assert_eq!(library.note(value).unwrap().as_deref(), Some("written"));
        }
        assert_eq!(library.note("note").unwrap().as_deref(), Some("three"));
    }
}
