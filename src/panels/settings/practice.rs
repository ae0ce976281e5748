//! The card about the sandbox: going there, and emptying it.

use std::path::{Path, PathBuf};

use egui::{Context, Ui};

use super::{Cx, headed_card_ui, noted_row_ui};
use crate::error::Result;
use crate::jobs::result_files;
use crate::library::Library;
use crate::panels::{AccountCommand, Command};
use crate::remote::Remote;
use crate::settings::Workspace;
use crate::ui::theme::Look as _;
use crate::ui::{Answer, Button, Dialog, format, icons, text};

/// Files that are counted at most.
const MOST: usize = 100_000;

/// The card.
#[derive(Default)]
pub(super) struct PracticeCard {
    facts: Remote<Facts>,
    /// How many jobs and takes there were when it was counted.
    counted: Option<(usize, usize)>,
    asking: bool,
}

/// What is in the sandbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Facts {
    flows: u64,
    results: u64,
    bytes: u64,
}

impl PracticeCard {
    pub(super) fn logic(&mut self) {
        self.facts.poll();
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        self.count(cx);
        let here = cx.store.is_sandbox;
        let mut switch = false;
        let title = if here { "Sandbox in use" } else { "Sandbox" };
        let to = match (here, cx.settings.accounts.first()) {
            (false, _) => Some(("Switch to sandbox", Workspace::Sandbox)),
            (true, Some(account)) => Some(("Switch to account", Workspace::Account(account.fingerprint.clone()))),
            // The key for one is pasted in the card of the account.
            (true, None) => None,
        };
        let head = |ui: &mut Ui| {
            if let Some((label, _)) = &to {
                switch = Button::ghost(label).small().show(ui).clicked();
            }
        };
        headed_card_ui(ui, icons::FLASK, title, head, |ui| {
            if here {
                let words = "The sandbox serves the same calls on this computer: voices, speech and videos are real \
                             files, made here. Nothing is uploaded, nothing is billed, and no lips are generated.";
                ui.label(text::small(words).color(ui.tokens().text.support));
            }
            let facts = self.facts.value();
            let note =
                facts.map_or_else(|| "Counting".to_owned(), |facts| format!("{} on this computer", facts.words()));
            let empty = facts.is_none_or(|facts| facts.bytes == 0);
            let off = empty.then_some("There is nothing to delete");
            noted_row_ui(ui, "Practice flows and results", &note, |ui| {
                if Button::danger("Reset sandbox").off_if(off).show(ui).clicked() {
                    self.asking = true;
                }
            });
        });
        if let Some((_, workspace)) = to.filter(|_| switch) {
            cx.commands.push(Command::Account(AccountCommand::Open(workspace)));
        }
    }

    fn count(&mut self, cx: &Cx<'_>) {
        let now = (cx.jobs.all().len(), cx.store.takes.len());
        if self.counted == Some(now) || self.facts.is_loading() || cx.store.data_dir.as_os_str().is_empty() {
            return;
        }
        self.counted = Some(now);
        let open = cx.store.is_sandbox.then(|| cx.library.clone());
        let data = cx.store.data_dir.clone();
        self.facts.load(cx.runtime.blocking(move || facts(open, &data)));
    }

    /// The question before everything in the sandbox is deleted.
    pub(super) fn question_ui(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        if !self.asking {
            return;
        }
        let facts = self.facts.value().cloned().unwrap_or_default();
        let question = facts.question();
        let dialog = Dialog::new(&question, "Keep them", "Reset sandbox").danger();
        let answer = dialog.text("Your account and real files are not touched.").show(ctx);
        if answer == Some(Answer::Act) {
            cx.commands.push(Command::Account(AccountCommand::ResetSandbox));
            self.counted = None;
        }
        if answer.is_some() {
            self.asking = false;
        }
    }
}

impl Facts {
    /// "3 flows, 12 results, 340 MB".
    fn words(&self) -> String {
        let (flows, results) = self.counts();
        format!("{flows}, {results}, {}", format::size(self.bytes))
    }

    fn counts(&self) -> (String, String) {
        (format::count(self.flows, "flow", "flows"), format::count(self.results, "result", "results"))
    }

    fn question(&self) -> String {
        let flows = format::count(self.flows, "practice flow", "practice flows");
        format!("Delete {flows} and {}?", self.counts().1)
    }
}

/// Counts. Blocks. Another window that works in the sandbox keeps its library to itself; then only the size is known.
#[expect(clippy::unnecessary_wraps, reason = "what the runtime takes")]
fn facts(open: Option<Library>, data: &Path) -> Result<Facts> {
    let folder = data.join("workspaces").join("sandbox");
    let library = match open {
        Some(library) => Some(library),
        None if folder.is_dir() => Library::open(&folder).ok().map(|opened| opened.library),
        None => None,
    };
    let flows = library.as_ref().and_then(|library| library.flows().ok()).map_or(0, |flows| flows.len());
    let results = library.as_ref().and_then(|library| result_files(library).ok()).unwrap_or_default();
    let there: Vec<PathBuf> = results.into_iter().filter(|file| file.is_file()).collect();
    let size = |file: &PathBuf| file.metadata().map_or(0, |facts| facts.len());
    let bytes = there.iter().map(size).sum::<u64>() + weigh(&folder) + weigh(&data.join("sandbox"));
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Facts { flows: count(flows), results: count(there.len()), bytes })
}

/// What the files in a folder and below it come to, in bytes. Links are not followed.
fn weigh(folder: &Path) -> u64 {
    let (mut sum, mut open, mut seen) = (0, vec![folder.to_owned()], 0);
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            seen += 1;
            if seen > MOST {
                return sum;
            }
            match entry.metadata() {
                Ok(facts) if facts.is_dir() => open.push(entry.path()),
                Ok(facts) if facts.is_file() => sum += facts.len(),
                _ => {}
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deleted_is_counted_in_the_question() {
        let facts = Facts { flows: 3, results: 12, bytes: 340_000_000 };
        assert_eq!(facts.words(), "3 flows, 12 results, 340 MB");
        assert_eq!(facts.question(), "Delete 3 practice flows and 12 results?");
        let one = Facts { flows: 1, results: 1, bytes: 10 };
        assert_eq!(one.question(), "Delete 1 practice flow and 1 result?");
    }
}
