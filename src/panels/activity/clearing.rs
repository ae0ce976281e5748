//! Clearing the list: rows are out of sight at once, and gone for good eight seconds later, unless that is undone.

use std::collections::HashSet;
use std::time::Duration;

use crate::panels::{Command, Cx, Page};
use crate::runtime::Task;
use crate::ui::format;

/// How long it can be undone: as long as the toast stays.
const UNDO: Duration = Duration::from_secs(8);

/// Rows on their way out.
#[derive(Default)]
pub struct Clearing {
    /// Ids of the rows that are out of sight, and the end of their time.
    hidden: Option<(HashSet<String>, Task<()>)>,
    /// Counts the presses.
    number: u64,
    /// Being removed for good.
    leaving: Option<Task<()>>,
}

impl Clearing {
    /// Takes rows out of sight. Those of an earlier press are gone then.
    pub fn begin(&mut self, ids: HashSet<String>, cx: &mut Cx<'_>) {
        self.settle(cx);
        let count = format::count(ids.len().try_into().unwrap_or(u64::MAX), "row", "rows");
        let wait = cx.runtime.spawn(async {
            tokio::time::sleep(UNDO).await;
            Ok(())
        });
        self.hidden = Some((ids, wait));
        self.number += 1;
        cx.commands.push(Command::Undoable {
            title: format!("{count} cleared"),
            detail: "The files stay where they are".to_owned(),
            page: Page::Activity,
            step: self.number,
        });
    }

    /// Brings the rows back that are not gone yet; whether there were any.
    pub fn undo(&mut self) -> bool {
        self.hidden.take().is_some()
    }

    /// The same for the rows of one press; those of an earlier one are gone.
    pub fn take_back(&mut self, number: u64) -> bool {
        number == self.number && self.undo()
    }

    pub fn hides(&self, id: &str) -> bool {
        self.hidden.as_ref().is_some_and(|(ids, _)| ids.contains(id))
    }

    /// What is hidden goes for good.
    fn settle(&mut self, cx: &mut Cx<'_>) {
        if let Some((ids, _)) = self.hidden.take() {
            self.leaving = Some(cx.jobs.clear(&ids));
        }
    }

    /// One row goes at once.
    pub fn forget(&mut self, id: &str, cx: &mut Cx<'_>) {
        self.leaving = Some(cx.jobs.forget(id));
    }

    /// Once per frame.
    pub fn work(&mut self, cx: &mut Cx<'_>) {
        if self.hidden.as_mut().is_some_and(|(_, wait)| wait.take().is_some()) {
            self.settle(cx);
        }
        if let Some(Err(error)) = self.leaving.as_mut().and_then(Task::take) {
            cx.commands.complain("Could not clear the list for good", error);
        }
    }
}
