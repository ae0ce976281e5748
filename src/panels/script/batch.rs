//! Many lines at once: speaking those that have no take yet, and exporting the takes of all.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use egui::{Context, Ui};

use super::index::Index;
use super::left_over::{LeftOver, Press};
use super::rules;
use super::writes::Writes;
use crate::error::{Error, Result};
use crate::files::free_name;
use crate::jobs::{Jobs, Request};
use crate::library::Line;
use crate::media::edit::{self, Format};
use crate::panels::{Command, Cx, Notice, limits};
use crate::runtime::Task;
use crate::script;
use crate::store::{Store, clean_name};
use crate::ui::{Answer, Dialog, format};

/// Lines that are spoken at the same time.
const AT_A_TIME: usize = 2;

/// What is under way.
#[derive(Default)]
pub struct Batch {
    /// Lines that wait to be spoken, by id.
    waiting: VecDeque<String>,
    left_over: LeftOver,
    is_asked: bool,
    choosing: Option<(Vec<Sound>, Task<Option<PathBuf>>)>,
    writing: Option<Task<(PathBuf, usize)>>,
}

/// A file, and what it is called where it goes, without ending.
type Sound = (PathBuf, String);

/// What "Speak the rest" would speak, and what it leaves out.
#[derive(Debug, Default, PartialEq)]
pub struct Rest {
    lines: Vec<String>,
    characters: u64,
    /// Lines without a take that can't be spoken, and why the first of them can't.
    left_out: usize,
    why: Option<String>,
    /// Lines that may have been spoken and paid for already: each of them is bought again only when it is asked for.
    lost: usize,
}

impl Rest {
    /// Why there is nothing to speak.
    pub fn why_not(&self) -> Option<String> {
        if !self.lines.is_empty() {
            return None;
        }
        let lost = || (self.lost > 0).then(|| self.lost_words());
        let why = self.why.clone().or_else(lost);
        Some(why.unwrap_or_else(|| "Every line has a take of its text".to_owned()))
    }

    fn lost_words(&self) -> String {
        match self.lost {
            1 => "One line may have been spoken already; speak it by itself.".to_owned(),
            count => format!("{count} lines may have been spoken already; speak them one by one."),
        }
    }
}

/// Lines whose text has no take yet; empty ones have nothing to say.
pub fn unspoken<'a>(store: &'a Store, index: &'a Index) -> impl Iterator<Item = &'a Line> {
    index.unspoken.iter().filter_map(|at| store.flow.lines.all().get(*at))
}

/// Why the rest can't be spoken: there is none, or no line of it can be.
pub fn why_no_rest(store: &Store, index: &Index) -> Option<String> {
    let voices = store.voices.value().map_or(&[][..], Vec::as_slice);
    let mut first = None;
    for line in unspoken(store, index) {
        let why = rules::unfit(store, line, voices)?;
        first.get_or_insert(why);
    }
    Some(first.unwrap_or_else(|| "Every line has a take of its text".to_owned()))
}

/// What is left to speak.
pub fn rest(store: &Store, jobs: &Jobs) -> Rest {
    let (index, running) = (Index::new(store), rules::running(jobs));
    let voices = store.voices.value().map_or(&[][..], Vec::as_slice);
    let mut rest = Rest::default();
    for line in unspoken(store, &index) {
        match rules::unfit(store, line, voices).or_else(|| rules::is_spoken(store, &running, line)) {
            None if rules::lost(store, jobs, line).next().is_some() => rest.lost += 1,
            None => {
                rest.characters += script::characters(&line.text) as u64;
                rest.lines.push(line.id.clone());
            }
            Some(why) => {
                rest.left_out += 1;
                rest.why.get_or_insert(why);
            }
        }
    }
    rest
}

/// Why no takes can be exported.
pub fn why_no_export(store: &Store) -> Option<&'static str> {
    let has = store.flow.lines.all().iter().any(|line| line.take_id.is_some());
    (!has).then_some("No line has a take yet")
}

impl Batch {
    /// How many lines wait to be spoken; `None` when none was asked for.
    pub fn left(&self) -> Option<usize> {
        (!self.waiting.is_empty()).then_some(self.waiting.len())
    }

    pub fn is_exporting(&self) -> bool {
        self.choosing.is_some() || self.writing.is_some()
    }

    /// Opens the question what speaking the rest uses.
    pub fn ask(&mut self, cx: &mut Cx<'_>) {
        if self.waiting.is_empty() && !limits::holds_back(cx, None) {
            self.is_asked = true;
        }
    }

    /// Lines that are spoken already are finished; the others stay as they are.
    pub fn stop(&mut self, writes: &mut Writes) {
        self.waiting.clear();
        self.left_over.end(writes);
    }

    /// Another flow was opened: what was left of this one's is told when it is opened again.
    pub fn open(&mut self, cx: &Cx<'_>) {
        self.waiting.clear();
        self.is_asked = false;
        self.left_over.open(cx);
    }

    /// Says above the lines that speaking them was cut short.
    pub fn left_over_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, index: &Index, writes: &mut Writes) {
        match self.left_over.ui(ui, cx, index, writes) {
            Some(Press::Speak) => self.ask(cx),
            Some(Press::PutAway) => self.left_over.put_away(cx.store, writes),
            None => {}
        }
    }

    /// The question.
    pub fn ui(&mut self, ctx: &Context, cx: &mut Cx<'_>, writes: &mut Writes) {
        if !self.is_asked {
            return;
        }
        let rest = rest(cx.store, cx.jobs);
        let lines = format::count(rest.lines.len() as u64, "line", "lines");
        let (question, act) = (format!("Speak {lines}?"), format!("Speak {lines}"));
        let left_out = match (rest.left_out, &rest.why) {
            (0, _) | (_, None) => String::new(),
            (1, Some(why)) => format!(" One line is left out: {why}"),
            (count, Some(why)) => format!(" {count} lines are left out, the first because: {why}"),
        };
        let lost = if rest.lost > 0 { format!(" {}", rest.lost_words()) } else { String::new() };
        let amount = format::count(rest.characters, "character", "characters");
        let text = format!(
            "This uses {amount} of your plan. {} does not publish what speech costs; the month's limit is kept.{left_out}{lost}",
            cx.store.service
        );
        let why = rest.why_not();
        let answer = Dialog::new(&question, "Cancel", &act).text(&text).off_if(why.as_deref()).show(ctx);
        if answer == Some(Answer::Act) {
            self.left_over.begin(cx.store, &rest.lines, writes);
            self.waiting = rest.lines.into();
        }
        self.is_asked &= answer.is_none();
    }

    /// Speaks the next line when one is done, and takes in what was exported.
    pub fn work(&mut self, cx: &mut Cx<'_>, writes: &mut Writes) {
        self.speak(cx);
        self.left_over.work(cx, !self.waiting.is_empty(), writes);
        self.follow_export(cx);
    }

    fn speak(&mut self, cx: &mut Cx<'_>) {
        if self.waiting.is_empty() {
            return;
        }
        let speaking = cx.jobs.all().iter().filter(|job| job.is_running() && matches!(job.request, Request::Speak(_)));
        for _ in speaking.count()..AT_A_TIME {
            if limits::is_over(cx.store, None) {
                let left = format::count(self.waiting.len() as u64, "line is", "lines are");
                let error = Error::OverLimit(format!(
                    "The month's limit is reached, so {left} still to be spoken. Raise \
                     it with “Change limit” in Activity, then speak the rest."
                ));
                cx.commands.complain("Stopped at your limit", error);
                self.waiting.clear();
                return;
            }
            let Some(next) = self.waiting.pop_front() else { return };
            // What was spoken or changed meanwhile is looked at again.
            let rest = rest(cx.store, cx.jobs);
            if rest.lines.contains(&next) {
                super::speak_line(cx, &next);
            }
        }
    }

    /// Asks for a folder and writes the take of each line into it.
    pub fn export(&mut self, cx: &Cx<'_>) {
        if self.is_exporting() {
            return;
        }
        let lines = cx.store.flow.lines.all().iter().enumerate();
        let takes: Vec<Sound> = lines
            .filter_map(|(at, line)| {
                let take = cx.store.take(line.take_id.as_deref()?)?;
                let words = script::excerpt(&script::pauses::words(&line.text), 40);
                Some((take.audio().to_owned(), clean_name(&format!("{:02} {words}", at + 1))))
            })
            .collect();
        if !takes.is_empty() {
            let folder = cx.files.pick_folder(cx.runtime, &cx.settings.output_folder());
            self.choosing = Some((takes, folder));
        }
    }

    fn follow_export(&mut self, cx: &mut Cx<'_>) {
        if let Some(folder) = self.choosing.as_mut().and_then(|(_, task)| task.take())
            && let Some((takes, _)) = self.choosing.take()
        {
            match folder {
                Ok(Some(folder)) => self.writing = Some(cx.runtime.blocking(move || write(&takes, &folder))),
                Ok(None) => {}
                Err(error) => cx.commands.complain("Could not ask for a folder", error),
            }
        }
        let Some(written) = self.writing.as_mut().and_then(Task::take) else { return };
        self.writing = None;
        match written {
            Ok((first, count)) => {
                let title = format!("{} exported", format::count(count as u64, "take", "takes"));
                let detail = first.parent().map_or_else(String::new, |folder| folder.display().to_string());
                let action = Some(("Show".to_owned(), Box::new(Command::Reveal(first))));
                cx.commands.push(Command::Notify(Notice { title, detail, action }));
            }
            Err(error) => cx.commands.complain("Could not export the takes", error),
        }
    }
}

/// Writes each sound as a WAV under the first free name. The first file, and how many there are. Blocks.
fn write(takes: &[Sound], folder: &Path) -> Result<(PathBuf, usize)> {
    let mut first = None;
    for (from, stem) in takes {
        let to = free_name(folder, stem, "wav")?;
        edit::export(from, &to, Format::Wav)?;
        first.get_or_insert(to);
    }
    let first = first.ok_or_else(|| Error::Media("There is no take to export yet. Speak a line first.".to_owned()))?;
    Ok((first, takes.len()))
}
