//! Undoing and redoing what was done to the lines, without losing what was written or spoken since.

use super::ScriptPanel;
use super::edits::{Edit, Turned};
use crate::jobs::Request;
use crate::library::{Line, Take};
use crate::panels::{Command, Cx, Notice, Page};
use crate::script::{self, pauses};

impl ScriptPanel {
    /// Makes changes to the lines that can be undone. One that takes away a line with takes says where they are.
    pub(super) fn make(&mut self, cx: &mut Cx<'_>, edits: Vec<Edit>) {
        let spoken = edits.iter().find_map(|edit| match edit {
            Edit::Take { id } if is_spoken(cx, id) => cx.store.flow.lines.index(id),
            _ => None,
        });
        let flow = cx.store.flow.id.clone();
        for edit in &edits {
            if let Edit::Take { id } = edit {
                self.edits.gone.add(&flow, id);
            }
        }
        self.edits.history.make(&mut cx.store.flow, edits);
        if let Some(at) = spoken {
            let title = format!("Line {} deleted", at + 1);
            let detail = "What was spoken of it is under “Other takes”.".to_owned();
            let step = self.edits.history.newest();
            cx.commands.push(Command::Undoable { title, detail, page: Page::Script, step });
        }
    }

    /// Takes back what was done last; false when there is nothing.
    pub(super) fn undo(&mut self, cx: &mut Cx<'_>) -> bool {
        let newest = self.edits.away.pop_if(|(step, _)| self.edits.history.is_before(*step));
        if let Some((_, take)) = newest {
            self.put_take_back(cx, take);
            return true;
        }
        let (spoken, before) = (spoken(cx), cx.store.flow.lines.all().to_vec());
        let turned = self.edits.history.undo(&mut cx.store.flow, |id| spoken.iter().any(|own| own == id));
        tell_gone(cx, &before, "Ctrl Shift Z brings it back");
        self.turned(cx, turned, "Nothing was undone")
    }

    /// Takes back the step that a toast spoke of; what was done since stays.
    pub(super) fn take_back_step(&mut self, step: u64, cx: &mut Cx<'_>) -> bool {
        if let Some(at) = self.edits.away.iter().position(|(away, _)| *away == step) {
            let (_, take) = self.edits.away.remove(at);
            self.put_take_back(cx, take);
            return true;
        }
        let (spoken, flow) = (spoken(cx), &mut cx.store.flow);
        let turned = self.edits.history.take_back(step, flow, |id| spoken.iter().any(|own| own == id));
        self.turned(cx, turned, "Nothing was undone")
    }

    /// Into its place among the others, the newest of which comes first.
    fn put_take_back(&mut self, cx: &mut Cx<'_>, take: Take) {
        let id = take.id.clone();
        let place = cx.store.takes.partition_point(|other| other.number > take.number);
        cx.store.takes.insert(place, take);
        self.edits.writes.push(move |library| library.put_take_away(&id, None));
    }

    /// Does again what was undone last; false when there is nothing.
    pub(super) fn redo(&mut self, cx: &mut Cx<'_>) -> bool {
        let before = cx.store.flow.lines.all().to_vec();
        let turned = self.edits.history.redo(&mut cx.store.flow);
        tell_gone(cx, &before, "Ctrl Z brings it back");
        self.turned(cx, turned, "Nothing was redone")
    }

    fn turned(&mut self, cx: &mut Cx<'_>, turned: Turned, nothing: &str) -> bool {
        match turned {
            Turned::Done => (self.edits.focus, self.edits.scroll) = (true, true),
            Turned::Kept(at) => {
                let number = at + 1;
                let detail = format!(
                    "Line {number} was written or spoken since, and that would be lost. To remove it, delete it from its menu."
                );
                cx.commands.push(Command::Tell(Notice { title: nothing.to_owned(), detail, action: None }));
            }
            Turned::Nothing => return false,
        }
        true
    }
}

/// Says so when lines with words in them went, which may be far from where the cursor is.
fn tell_gone(cx: &mut Cx<'_>, before: &[Line], back: &str) {
    let lines = &cx.store.flow.lines;
    let is_gone = |(_, line): &(usize, &Line)| !line.text.trim().is_empty() && lines.get(&line.id).is_none();
    let gone: Vec<(usize, &Line)> = before.iter().enumerate().filter(is_gone).collect();
    let (title, words) = match &gone[..] {
        [] => return,
        [(at, line)] => {
            let words = script::excerpt(&pauses::readable(&line.text), 32);
            (format!("Line {} is taken out", at + 1), format!("“{words}” "))
        }
        more => (format!("{} lines are taken out", more.len()), String::new()),
    };
    let back = if gone.len() > 1 { back.replace(" it ", " them ") } else { back.to_owned() };
    cx.commands.push(Command::Tell(Notice { title, detail: format!("{words}{back}"), action: None }));
}

/// Whether a line has takes, or is being spoken.
fn is_spoken(cx: &Cx<'_>, id: &str) -> bool {
    spoken(cx).iter().any(|own| own == id)
}

/// Ids of the lines that were spoken, or are being.
fn spoken(cx: &Cx<'_>) -> Vec<String> {
    let takes = cx.store.takes.iter().filter_map(|take| take.care.line_id.clone());
    let jobs = cx.jobs.all().iter().filter(|job| job.is_running());
    let jobs = jobs.filter_map(|job| if let Request::Speak(job) = &job.request { job.line_id.clone() } else { None });
    let chosen = cx.store.flow.lines.all().iter().filter(|line| line.take_id.is_some()).map(|line| line.id.clone());
    takes.chain(jobs).chain(chosen).collect()
}
