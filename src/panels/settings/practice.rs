//! The card about the sandbox: going there, and emptying it.

use std::path::Path;

use egui::{Context, Ui};

use super::{Cx, headed_card_ui, noted_row_ui};
use crate::error::Result;
use crate::jobs::result_files;
use crate::library::{CloneRecord, Library};
use crate::panels::{AccountCommand, Command};
use crate::remote::Remote;
use crate::settings::Workspace;
use crate::ui::theme::Look as _;
use crate::ui::{Answer, Button, Dialog, format, icons, text};

/// What else goes, and what stays.
const STAYS: &str = "Activity and the records of the sandbox go, too. Videos saved to folders of your own stay, and your \
    account is not touched.";

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
    takes: u64,
    clones: u64,
    /// Those kept in the sandbox, not in a folder of the user's own.
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
        let answer = dialog.text(STAYS).show(ctx);
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

    /// Names whatever there is of each kind.
    fn question(&self) -> String {
        let flows = format::count(self.flows, "practice flow", "practice flows");
        let takes = format::count(self.takes, "take", "takes");
        let clones = format::count(self.clones, "clone", "clones");
        let all = [(self.takes, takes), (self.clones, clones), (self.results, self.counts().1)];
        let mut parts: Vec<String> = all.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
        parts.insert(0, flows);
        let last = if parts.len() > 1 { parts.pop() } else { None };
        let first = parts.join(", ");
        last.map_or_else(|| format!("Delete {first}?"), |last| format!("Delete {first} and {last}?"))
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
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let bytes = weigh(&folder) + weigh(&data.join("sandbox"));
    let Some(library) = library else { return Ok(Facts { bytes, ..Facts::default() }) };
    let results = result_files(&library).unwrap_or_default();
    let kept = results.iter().filter(|file| file.starts_with(&folder) && file.is_file());
    let is_ours = |clone: &&CloneRecord| clone.deleted_at.is_none() || clone.parked_at.is_some();
    Ok(Facts {
        flows: count(library.flows().map_or(0, |flows| flows.len())),
        takes: count(library.takes().map_or(0, |takes| takes.len())),
        clones: count(library.all_clones().map_or(0, |clones| clones.iter().filter(is_ours).count())),
        results: count(kept.count()),
        bytes,
    })
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
        let facts = Facts { flows: 3, takes: 8, clones: 1, results: 12, bytes: 340_000_000 };
        assert_eq!(facts.words(), "3 flows, 12 results, 340 MB");
        assert_eq!(facts.question(), "Delete 3 practice flows, 8 takes, 1 clone and 12 results?");
        let one = Facts { flows: 1, results: 1, bytes: 10, ..Facts::default() };
        assert_eq!(one.question(), "Delete 1 practice flow and 1 result?");
        assert_eq!(Facts { results: 0, ..one }.question(), "Delete 1 practice flow?");
    }
}
