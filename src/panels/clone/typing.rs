//! Whether a line is being typed right now, on whatever page: a finished voice waits for the end of it, so that no
//! half line is spoken.

use std::time::Duration;

use crate::runtime::{Runtime, Task};

/// A line is still being typed for this long after the last key.
const PAUSE: Duration = Duration::from_millis(1500);

/// Watches a line for changes.
#[derive(Default)]
pub struct Typing {
    line: String,
    /// Ends a pause after the last change, and wakes the window then.
    pause: Option<Task<()>>,
}

impl Typing {
    /// Starts to watch from this line on.
    pub fn new(line: &str) -> Self {
        Self { line: line.to_owned(), pause: None }
    }

    /// Compares the line with the last frame's.
    pub fn follow(&mut self, line: &str, runtime: &Runtime) {
        if self.line != line {
            line.clone_into(&mut self.line);
            self.pause = Some(runtime.spawn(async {
                tokio::time::sleep(PAUSE).await;
                Ok(())
            }));
        }
        if self.pause.as_mut().is_some_and(|pause| pause.take().is_some()) {
            self.pause = None;
        }
    }

    /// Whether the line changed a moment ago.
    pub fn is_on(&self) -> bool {
        self.pause.is_some()
    }
}
