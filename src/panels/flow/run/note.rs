//! Which flow was being run when the program ended: written down, so that the next start can say so. Nothing goes on by
//! itself then but the job that was under way.

use crate::panels::Cx;
use crate::runtime::Task;

/// The library's note of it; empty when nothing ran.
const NOTE: &str = "run_all";

#[derive(Default)]
pub(super) struct Remembered {
    recalled: bool,
    reading: Option<Task<Option<String>>>,
    /// As it was written last.
    written: String,
    writing: Option<Task<()>>,
}

impl Remembered {
    /// Once: the flow that was being run when the program ended.
    pub fn recall(&mut self, cx: &Cx<'_>) -> Option<String> {
        if self.recalled {
            return None;
        }
        let library = cx.library.clone();
        let reading = self.reading.get_or_insert_with(|| cx.runtime.blocking(move || library.note(NOTE)));
        let read = reading.take()?;
        (self.recalled, self.reading) = (true, None);
        // Without it nothing but a sentence is missing.
        let flow = read.ok().flatten().filter(|flow| !flow.is_empty())?;
        self.written.clone_from(&flow);
        Some(flow)
    }

    /// Writes down which flow runs, one write after the other.
    pub fn keep(&mut self, flow: String, cx: &Cx<'_>) {
        if self.writing.as_mut().is_some_and(|writing| writing.take().is_none()) {
            return;
        }
        self.writing = None;
        if self.recalled && self.written != flow {
            self.written.clone_from(&flow);
            let library = cx.library.clone();
            self.writing = Some(cx.runtime.blocking(move || library.put_note(NOTE, &flow)));
        }
    }
}
