//! The list of flows, as the library has it: written by the app, read by pages.

use std::collections::HashMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Flow, Store};
use crate::error::Error;
use crate::library::FlowEntry;

/// What a flow is called before somebody names it.
pub const NEW_FLOW: &str = "New flow";
/// The longest name that is kept.
pub const LONGEST_NAME: usize = 120;

/// Every flow, the one saved last first. The open one is among them once it was written.
#[derive(Debug, Clone, Default)]
pub struct FlowList {
    /// `None` until the list was read.
    entries: Option<Vec<FlowEntry>>,
    /// By id of a line its flow and its place there, from 0. Those of flows that are gone mean nothing.
    lines: HashMap<String, (String, usize)>,
    /// Why the list could not be read.
    pub error: Option<Error>,
    /// When the open flow was written last; `None` while it has not been.
    pub saved_at: Option<OffsetDateTime>,
    /// What was written last could not be saved; it is kept and tried again.
    pub is_unsaved: bool,
}

impl FlowList {
    /// Every flow; `None` until they are known.
    pub fn all(&self) -> Option<&[FlowEntry]> {
        self.entries.as_deref()
    }

    /// Those that are not open.
    pub fn others<'a>(&'a self, open: &'a str) -> impl Iterator<Item = &'a FlowEntry> {
        self.entries.iter().flatten().filter(move |entry| entry.id != open)
    }

    /// Takes in the list as it was read.
    pub fn put(&mut self, entries: Vec<FlowEntry>) {
        self.lines.clear();
        for entry in &entries {
            self.learn_lines(&entry.id, entry.lines.iter().cloned());
        }
        (self.entries, self.error) = (Some(entries), None);
    }

    fn learn_lines(&mut self, flow: &str, lines: impl Iterator<Item = String>) {
        self.lines.extend(lines.enumerate().map(|(at, id)| (id, (flow.to_owned(), at))));
    }

    /// A flow was written at this time: it is the first one now.
    pub fn wrote(&mut self, flow: &Flow, saved_at: &str) {
        let lines: Vec<String> = flow.lines.all().iter().map(|line| line.id.clone()).collect();
        self.lines.retain(|_, (known, _)| *known != flow.id);
        self.learn_lines(&flow.id, lines.iter().cloned());
        let entry = FlowEntry { id: flow.id.clone(), name: flow.name.clone(), saved_at: saved_at.to_owned(), lines };
        let entries = self.entries.get_or_insert_default();
        if let Some(at) = entries.iter().position(|known| known.id == flow.id) {
            entries.remove(at);
        }
        entries.insert(0, entry);
    }

    /// Leaves a flow out, or gives it another name.
    pub fn change(&mut self, id: &str, name: Option<&str>) {
        let Some(entries) = &mut self.entries else { return };
        match name {
            None => entries.retain(|entry| entry.id != id),
            Some(name) => {
                for entry in entries.iter_mut().filter(|entry| entry.id == id) {
                    name.clone_into(&mut entry.name);
                }
            }
        }
    }

    /// The time a flow was saved at.
    pub fn time_of(&self, id: &str) -> Option<OffsetDateTime> {
        let entry = self.entries.iter().flatten().find(|entry| entry.id == id)?;
        OffsetDateTime::parse(&entry.saved_at, &Rfc3339).ok()
    }
}

impl Store {
    /// The name of a flow, the open one or another, as far as it is known.
    pub fn flow_name(&self, id: &str) -> Option<&str> {
        if self.flow.id == id {
            return Some(&self.flow.name);
        }
        self.flows.entries.iter().flatten().find(|entry| entry.id == id).map(|entry| entry.name.as_str())
    }

    /// The name of the flow a line belongs to, and its place there, from 0.
    pub fn line_place(&self, id: &str) -> Option<(&str, usize)> {
        if let Some(at) = self.flow.lines.index(id) {
            return Some((&self.flow.name, at));
        }
        let (flow, at) = self.flows.lines.get(id).filter(|(flow, _)| *flow != self.flow.id)?;
        Some((self.flow_name(flow)?, *at))
    }
}

impl Flow {
    /// Whether nothing was done with it since it was begun: it has the usual name and settings, too.
    pub fn is_untouched(&self) -> bool {
        let blank = Self { id: self.id.clone(), lines: self.lines.clone(), ..Self::default() };
        *self == blank && self.lines.is_empty() && self.lines.len() == 1
    }

    /// A copy to go on with in another way. Its lines are its own; takes and the result are shared until they change.
    /// The permission to clone is not copied: it was given for the other one.
    #[must_use]
    pub fn copied(&self) -> Self {
        let (id, lines) = (Self::default().id, self.lines.copied());
        Self {
            id,
            lines,
            name: clean_flow_name(&format!("{}, copy", self.name), NEW_FLOW),
            new_voice: None,
            ..self.clone()
        }
    }

    /// Names a flow that nobody has named after what is in it, so that it is found again in the list: after a file, or
    /// after its line, of which this is the beginning; with a number where one of these others has that name.
    pub fn name_by_contents(&mut self, line: &str, others: &[FlowEntry]) {
        if self.name != NEW_FLOW {
            return;
        }
        let file = self.target.as_ref().or(self.source.as_ref()).or(self.audio.as_ref());
        let name = file.map_or_else(|| line.to_owned(), super::MediaFile::stem);
        let name = clean_flow_name(&name, NEW_FLOW);
        let is_free = |name: &String| others.iter().all(|other| other.id == self.id || other.name != *name);
        let numbered = (2..).map(|number: usize| format!("{name} {number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(is_free);
        self.name = free.filter(|_| name != NEW_FLOW).unwrap_or(name);
    }
}

/// A name as it is kept: one line, no spaces around it, not too long; `otherwise` when nothing is left of it.
pub fn clean_flow_name(name: &str, otherwise: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(LONGEST_NAME).collect();
    if name.is_empty() { otherwise.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Lines;

    #[test]
    fn what_was_written_last_comes_first_and_once() {
        let mut list = FlowList::default();
        let [one, two] = ["One", "Two"].map(|name| Flow { name: name.into(), ..Flow::default() });
        list.wrote(&one, "2026-11-22T10:00:00Z");
        list.wrote(&two, "2026-11-22T11:00:00Z");
        list.wrote(&one, "2026-11-22T12:00:00Z");
        let names = |list: &FlowList| list.all().unwrap().iter().map(|entry| entry.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&list), ["One", "Two"]);
        list.change(&two.id, Some("Three"));
        assert_eq!(names(&list), ["One", "Three"]);
        assert_eq!(list.others(&one.id).count(), 1);
        assert_eq!(list.time_of(&one.id).unwrap().hour(), 12);
        let mut store = Store::new("x".into(), true);
        store.flows = list.clone();
        let line = &two.lines.active().id;
        assert_eq!(store.line_place(line), Some(("Three", 0)));
        store.flow = Flow { lines: Lines::of("Another"), ..two.clone() };
        assert_eq!(store.line_place(line), None, "it was taken out of the flow that is open");
        store.flows.wrote(&store.flow, "2026-11-22T13:00:00Z");
        store.flow = one.clone();
        assert_eq!(store.line_place(line), None, "also once another is open");
        list.change(&one.id, None);
        assert_eq!(names(&list), ["Three"]);
    }

    #[test]
    fn a_flow_is_named_after_what_is_in_it_unless_somebody_named_it() {
        let mut flow = Flow::default();
        assert!(flow.is_untouched());
        flow.name_by_contents(" ", &[]);
        assert_eq!(flow.name, NEW_FLOW);
        flow.lines = Lines::of("We ship on Thursday.");
        assert!(!flow.is_untouched());
        flow.name_by_contents("We ship\non…", &[]);
        assert_eq!(flow.name, "We ship on…");
        flow.name = "Launch".into();
        flow.name_by_contents("We ship", &[]);
        assert_eq!(flow.name, "Launch");
        let copy = flow.copied();
        assert_eq!(copy.name, "Launch, copy");
        assert!(copy.id != flow.id && copy.lines.active().id != flow.lines.active().id);
    }

    #[test]
    fn flows_of_the_same_file_are_told_apart_by_a_number() {
        let mut list = FlowList::default();
        for name in ["We ship", "We ship 2", "We ship 3"] {
            let mut flow = Flow { lines: Lines::of("We ship"), ..Flow::default() };
            flow.name_by_contents("We ship", list.all().unwrap_or_default());
            assert_eq!(flow.name, name);
            list.wrote(&flow, "2026-11-22T10:00:00Z");
        }
        let nothing = Flow { name: NEW_FLOW.into(), ..Flow::default() };
        list.wrote(&nothing, "2026-11-22T10:00:00Z");
        let mut flow = Flow::default();
        flow.name_by_contents(" ", list.all().unwrap());
        assert_eq!(flow.name, NEW_FLOW);
    }

    #[test]
    fn names_are_one_line_and_not_endless() {
        assert_eq!(clean_flow_name("  a\n\tb ", "x"), "a b");
        assert_eq!(clean_flow_name("\u{0}\n", "x"), "x");
        assert_eq!(clean_flow_name(&"ä".repeat(500), "x").chars().count(), LONGEST_NAME);
    }
}
