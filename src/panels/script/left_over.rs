//! Speaking many lines that was cut short: which lines were asked for is kept in the library until all of them are
//! spoken, so that the next start can tell how far it came.

use std::collections::{HashMap, HashSet};

use egui::{Align, Frame, Layout, Margin, Ui};

use super::index::Index;
use super::writes::Writes;
use super::{batch, rules};
use crate::jobs::{Jobs, Request};
use crate::library::Library;
use crate::panels::Cx;
use crate::runtime::Task;
use crate::store::Store;
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, Type, icons, radius, space, truncate};

/// What cut it short, as the rest of a sentence.
const CLOSED: &str = "before Mouthpiece closed";
const LEFT: &str = "before another flow was opened";

/// The lines that were to be spoken.
#[derive(Default)]
pub struct LeftOver {
    /// The flow and its lines that are being spoken now.
    begun: Option<(String, Vec<String>)>,
    /// Those of flows that were left meanwhile, until they are put away.
    left: HashMap<String, Vec<String>>,
    reading: Option<Task<Option<String>>>,
    /// Those of the open flow that were cut short, and by what.
    lines: HashSet<String>,
    by: &'static str,
}

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Count {
    lines: usize,
    /// Without a take of their text.
    unspoken: usize,
    /// Of those: on their way.
    speaking: usize,
    /// Of those: may have been spoken already, which is said at each of them.
    lost: usize,
}

/// What was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    Speak,
    PutAway,
}

impl LeftOver {
    /// These lines of the open flow are spoken from now on.
    pub fn begin(&mut self, store: &Store, lines: &[String], writes: &mut Writes) {
        self.lines.clear();
        self.reading = None;
        let flow = store.flow.id.clone();
        self.left.remove(&flow);
        let (key, list) = (Library::speaking_key(&flow), serde_json::Value::from(lines).to_string());
        self.begun = Some((flow, lines.to_vec()));
        writes.push(move |library| library.put_note(&key, &list));
    }

    /// There is nothing more to be told of them.
    pub fn end(&mut self, writes: &mut Writes) {
        if let Some((flow, _)) = self.begun.take() {
            writes.push(move |library| library.drop_note(&Library::speaking_key(&flow)));
        }
    }

    /// Another flow was opened: looks whether its lines were being spoken when it was left.
    pub fn open(&mut self, cx: &Cx<'_>) {
        self.left.extend(self.begun.take());
        self.lines.clear();
        self.reading = None;
        let flow = &cx.store.flow.id;
        if let Some(lines) = self.left.get(flow) {
            (self.lines, self.by) = (lines.iter().cloned().collect(), LEFT);
        } else {
            let (library, key) = (cx.library.clone(), Library::speaking_key(flow));
            self.reading = Some(cx.runtime.blocking(move || library.note(&key)));
        }
    }

    /// Takes in what was kept, and lets it go once all lines that were asked for have been spoken, or have failed where
    /// that is seen.
    pub fn work(&mut self, cx: &Cx<'_>, waits: bool, writes: &mut Writes) {
        if let Some(read) = self.reading.as_mut().and_then(Task::take) {
            self.reading = None;
            match read {
                // One that can't be read is none.
                Ok(list) => self.lines = list.and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default(),
                Err(error) => tracing::warn!(%error, "what was left to speak could not be read"),
            }
            self.by = CLOSED;
        }
        if !waits && self.begun.as_ref().is_some_and(|(_, lines)| !is_speaking(cx.jobs, lines)) {
            self.end(writes);
        }
    }

    /// Nobody needs to be told any more.
    pub fn put_away(&mut self, store: &Store, writes: &mut Writes) {
        let key = Library::speaking_key(&store.flow.id);
        self.lines.clear();
        self.left.remove(&store.flow.id);
        writes.push(move |library| library.drop_note(&key));
    }

    fn count(&self, store: &Store, jobs: &Jobs, index: &Index) -> Count {
        let running = rules::running(jobs);
        let unspoken = || batch::unspoken(store, index).filter(|line| self.lines.contains(&line.id));
        Count {
            lines: store.flow.lines.all().iter().filter(|line| self.lines.contains(&line.id)).count(),
            unspoken: unspoken().count(),
            speaking: unspoken().filter(|line| rules::is_spoken(store, &running, line).is_some()).count(),
            lost: unspoken().filter(|line| rules::lost(store, jobs, line).next().is_some()).count(),
        }
    }

    /// Says so above the lines while there is something left to speak.
    pub fn ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, index: &Index, writes: &mut Writes) -> Option<Press> {
        if self.lines.is_empty() {
            return None;
        }
        let count = self.count(cx.store, cx.jobs, index);
        if count.unspoken == 0 {
            self.put_away(cx.store, writes);
        }
        (count.unspoken > count.speaking + count.lost).then(|| note_ui(ui, &words(count, self.by))).flatten()
    }
}

/// Whether one of these lines is on its way.
fn is_speaking(jobs: &Jobs, lines: &[String]) -> bool {
    let is_one = |request: &Request| match request {
        Request::Speak(job) => job.line_id.as_ref().is_some_and(|id| lines.contains(id)),
        _ => false,
    };
    jobs.all().iter().any(|job| job.is_running() && is_one(&job.request))
}

/// "3 of 9 lines were spoken before Mouthpiece closed."
fn words(count: Count, by: &str) -> String {
    let Count { lines, unspoken, speaking, lost } = count;
    let what = match lines.saturating_sub(unspoken) {
        0 if lines == 1 => "The line was not spoken".to_owned(),
        0 => format!("None of {lines} lines was spoken"),
        1 => format!("1 of {lines} lines was spoken"),
        spoken => format!("{spoken} of {lines} lines were spoken"),
    };
    let speaking = match speaking {
        0 => String::new(),
        1 => " 1 is being spoken.".to_owned(),
        more => format!(" {more} are being spoken."),
    };
    let lost = if lost > 0 { format!(" {lost} may have been spoken.") } else { String::new() };
    format!("{what} {by}.{speaking}{lost}")
}

fn note_ui(ui: &mut Ui, words: &str) -> Option<Press> {
    let t = ui.tokens();
    let frame = Frame::new().fill(t.fill.surface_2).corner_radius(radius::ROW);
    let mut press = None;
    frame.inner_margin(Margin::symmetric(14, 6)).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(32.0);
            ui.spacing_mut().item_spacing.x = space::S;
            icons::INFO.show(ui, 16.0, t.text.hint);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if IconButton::new(icons::X, "Put this note away").small().show(ui).clicked() {
                    press = Some(Press::PutAway);
                }
                if Button::secondary("Speak the rest").small().show(ui).clicked() {
                    press = Some(Press::Speak);
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    truncate::name_ui(ui, words, Type::Body, t.text.main);
                });
            });
        });
    });
    ui.add_space(space::M);
    press
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_came_is_said_plainly() {
        let said = |lines, unspoken, speaking| words(Count { lines, unspoken, speaking, lost: 0 }, CLOSED);
        assert_eq!(said(9, 6, 0), "3 of 9 lines were spoken before Mouthpiece closed.");
        assert_eq!(said(9, 8, 2), "1 of 9 lines was spoken before Mouthpiece closed. 2 are being spoken.");
        assert_eq!(said(4, 4, 1), "None of 4 lines was spoken before Mouthpiece closed. 1 is being spoken.");
        let lost = Count { lines: 21, unspoken: 16, speaking: 0, lost: 2 };
        assert_eq!(words(lost, CLOSED), "5 of 21 lines were spoken before Mouthpiece closed. 2 may have been spoken.");
        assert_eq!(said(1, 1, 0), "The line was not spoken before Mouthpiece closed.");
    }
}
