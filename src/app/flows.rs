//! The flows of the library: written down one change at a time and in order, as the one written last is the one the
//! next start opens; opened, copied, renamed and removed.

mod change;
mod last;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::App;
use crate::error::{Error, Result};
use crate::library::{FlowEntry, Library};
use crate::panels::{Command, FlowCommand, Page};
use crate::remote::Remote;
use crate::runtime::{Runtime, Task};
use crate::script;
use crate::store::{Flow, FlowList, Incoming, NEW_FLOW, Store, clean_flow_name};
use crate::ui::{News, Toast};

pub(super) use change::{Change, carry_out};
pub(super) use last::{Written, settle_last};

/// How long a flow that was removed can be put back: longer than its toast stays.
const REGRET: Duration = Duration::from_mins(1);
/// Whom news about saving are of.
const SUBJECT: &str = "saving flows";
/// How much of a line is a flow's name.
const NAME_CHARACTERS: usize = 40;
/// What could not be written is tried again after this long, and after twice as long each time, up to the second.
const AGAIN: Duration = Duration::from_secs(1);
const AGAIN_AT_MOST: Duration = Duration::from_secs(30);

/// What could not be done.
#[derive(Debug)]
pub(super) struct Failure {
    pub title: &'static str,
    pub error: Error,
    /// It is tried again by itself.
    pub lasts: bool,
}

impl Failure {
    /// Stays until it is closed, or until it was done after all.
    pub fn toast(self) -> Toast<Command> {
        tracing::warn!(kind = self.error.kind(), "{}", self.title);
        Toast::new(News::Error, SUBJECT, self.title).detail(self.words())
    }

    /// What is tried again needs no restart, in which it would be lost.
    fn words(&self) -> String {
        let error = match &self.error {
            Error::Library(why) if self.lasts => format!("The library could not be written: {why}."),
            error => error.to_string(),
        };
        let lasts = if self.lasts { " It is kept in this window and tried again by itself." } else { "" };
        format!("{error}{lasts}")
    }
}

/// Takes the place of what was said when it failed.
pub(super) fn saved_again() -> Toast<Command> {
    Toast::new(News::Success, SUBJECT, "Saved after all").detail("Everything you changed is in the library")
}

/// What there is to tell of the work on flows.
#[derive(Debug, Default)]
pub(super) enum Told {
    #[default]
    Nothing,
    /// Once for a row of tries.
    Failed(Failure),
    /// What had failed is done.
    SavedAgain,
}

/// A row of tries that failed.
#[derive(Debug, Clone, Copy)]
struct Tries {
    next: Instant,
    pause: Duration,
}

/// What of the flows is in the library.
pub(super) struct Flows {
    /// The open one, as it was written last.
    saved: Flow,
    /// Whether it is in the library at all.
    is_kept: bool,
    /// It was dropped while it was being opened.
    is_lost: bool,
    /// Changes to be made, the oldest first.
    waiting: VecDeque<Change>,
    /// The one being made, and when it was, as it is written down.
    making: Option<(Change, Task<String>)>,
    /// Since the first of `waiting` could not be made.
    failed: Option<Tries>,
    list: Remote<Vec<FlowEntry>>,
    is_list_old: bool,
    opening: Option<Task<Flow>>,
    opened: Option<Flow>,
    /// Out of the list, and in the library for a while.
    removed: Vec<(FlowEntry, Instant)>,
}

impl Flows {
    /// `saved`: the open one; `is_kept`: whether the library has it.
    pub fn new(saved: Flow, is_kept: bool) -> Self {
        Self {
            saved,
            is_kept,
            is_lost: false,
            waiting: VecDeque::new(),
            making: None,
            failed: None,
            list: Remote::default(),
            is_list_old: true,
            opening: None,
            opened: None,
            removed: Vec::new(),
        }
    }

    /// A flow is left for another: what changed since it was written is written before the other. One that nothing
    /// was done with does not stay.
    pub fn leave(&mut self, flow: &Flow, others: &FlowList) {
        let (mut named, others) = (flow.clone(), others.all().unwrap_or_default());
        named.name_by_contents(&script::excerpt(&script::pauses::words(flow.text()), NAME_CHARACTERS), others);
        if !flow.is_untouched() && named != self.saved {
            self.waiting.push_back(Change::Put(Box::new(named)));
        } else if flow.is_untouched() && self.is_kept && self.saved.id == flow.id {
            self.waiting.push_back(Change::Drop(flow.id.clone()));
        }
        self.is_list_old = true;
    }

    /// Another flow is open now; `is_saved`: as it is in the library.
    fn enter(&mut self, flow: &Flow, is_saved: bool) {
        self.is_kept = is_saved;
        if is_saved {
            self.saved = flow.clone();
        }
    }

    /// What is still to be done, in order.
    pub fn open(&self, flow: &Flow) -> Vec<Change> {
        let making = self.making.iter().map(|(change, _)| change.clone());
        let removed = self.removed.iter().map(|(entry, _)| Change::Drop(entry.id.clone()));
        let last = (self.is_kept || !flow.is_untouched()).then(|| Change::Put(Box::new(flow.clone())));
        making.chain(self.waiting.iter().cloned()).chain(removed).chain(last).collect()
    }

    /// Takes in what was done and begins what is next.
    pub fn work(&mut self, store: &mut Store, library: &Library, runtime: &Runtime) -> Told {
        self.read_list(store, library, runtime);
        let regretted = self.removed.iter().position(|(_, at)| at.elapsed() > REGRET);
        if let Some((entry, _)) = regretted.map(|at| self.removed.remove(at)) {
            self.waiting.push_back(Change::Drop(entry.id));
        }
        let mut told = match self.making.as_mut().map(|(_, task)| task.take()) {
            Some(None) => return Told::Nothing,
            Some(Some(made)) => self.making.take().map_or(Told::Nothing, |(change, _)| self.made(store, change, made)),
            None => Told::Nothing,
        };
        if self.failed.is_none_or(|tries| tries.next <= Instant::now()) {
            if let Some(next) = self.next(&store.flow) {
                let (library, change) = (library.clone(), next.clone());
                self.making = Some((next, runtime.blocking(move || carry_out(&library, &change))));
            } else if self.failed.take().is_some() && matches!(told, Told::Nothing) {
                // What had failed is not wanted any more.
                told = Told::SavedAgain;
            }
        }
        store.flows.is_unsaved = self.failed.is_some();
        told
    }

    /// How soon what could not be written is tried again. Nothing while a try is under way: its end is a frame by itself.
    pub fn again_in(&self) -> Option<Duration> {
        self.failed.filter(|_| self.making.is_none()).map(|tries| tries.next.saturating_duration_since(Instant::now()))
    }

    /// What could not be done stays the first of what is to be done: nothing that was written or asked for is lost, and
    /// what comes after it finds it done.
    fn made(&mut self, store: &mut Store, change: Change, made: Result<String>) -> Told {
        let at = match made {
            Ok(at) => at,
            Err(error) => {
                let failure = Failure { title: change.title(), error, lasts: change.lasts() };
                if !failure.lasts {
                    return Told::Failed(failure);
                }
                self.waiting.push_front(change);
                let pause = self.failed.map_or(AGAIN, |tries| (tries.pause * 2).min(AGAIN_AT_MOST));
                let is_known = self.failed.replace(Tries { next: Instant::now() + pause, pause }).is_some();
                return if is_known { Told::Nothing } else { Told::Failed(failure) };
            }
        };
        match &change {
            Change::Put(flow) => {
                store.flows.wrote(flow, &at);
                self.is_list_old |= flow.id != store.flow.id;
            }
            // It was opened while it was being dropped, so it is written again.
            Change::Drop(id) if *id == store.flow.id => (self.is_list_old, self.is_lost) = (true, true),
            Change::Rename { .. } | Change::Copy(_) | Change::Drop(_) => self.is_list_old = true,
        }
        store.flows.saved_at = store.flows.time_of(&store.flow.id);
        if self.failed.take().is_some() { Told::SavedAgain } else { Told::Nothing }
    }

    /// The list is read at the start and after changes that are not of the open flow alone.
    fn read_list(&mut self, store: &mut Store, library: &Library, runtime: &Runtime) {
        if self.list.poll() {
            match (self.list.value(), self.list.error()) {
                (_, Some(error)) => store.flows.error = Some(error.clone()),
                (Some(entries), None) => {
                    let removed = |entry: &&FlowEntry| self.removed.iter().any(|(gone, _)| gone.id == entry.id);
                    store.flows.put(entries.iter().filter(|entry| !removed(entry)).cloned().collect());
                    store.flows.saved_at = store.flows.time_of(&store.flow.id);
                }
                (None, None) => {}
            }
        }
        if std::mem::take(&mut self.is_list_old) {
            let library = library.clone();
            self.list.load(runtime.blocking(move || library.flows()));
        }
    }

    /// The next change to be made. Of the open flow it is always the newest text that is written.
    fn next(&mut self, flow: &Flow) -> Option<Change> {
        let is_open = |change: &Change| matches!(change, Change::Put(put) if put.id == flow.id);
        let waits = self.waiting.pop_front();
        let is_due = self.is_due(flow);
        let lost = std::mem::take(&mut self.is_lost);
        match waits {
            Some(change) if !(is_due && is_open(&change)) => {
                self.is_lost = lost;
                Some(change)
            }
            _ if is_due => {
                (self.saved, self.is_kept) = (flow.clone(), true);
                Some(Change::Put(Box::new(flow.clone())))
            }
            _ => None,
        }
    }

    /// Reads a flow to go on with. One whose changes are not written yet is at hand; one that was removed is put back, or
    /// it would be dropped while it is open.
    fn ask_for(&mut self, id: &str, library: &Library, runtime: &Runtime) {
        self.put_back(id);
        let making = self.making.iter().map(|(change, _)| change);
        let flows = self.waiting.iter().rev().chain(making).filter_map(|change| match change {
            Change::Put(flow) if flow.id == id => Some((**flow).clone()),
            _ => None,
        });
        self.opened = flows.into_iter().next();
        let (library, id) = (library.clone(), id.to_owned());
        self.opening = self.opened.is_none().then(|| runtime.blocking(move || change::read(&library, &id)));
    }

    /// Puts the flow that was asked for in the place of the open one, once it was read. True in the frame it was.
    pub fn take_opened(&mut self, store: &mut Store) -> Result<bool> {
        if let Some(read) = self.opening.as_mut().and_then(Task::take) {
            self.opening = None;
            self.opened = Some(read?);
        }
        let Some(flow) = self.opened.take() else { return Ok(false) };
        let before = std::mem::replace(&mut store.flow, flow);
        self.leave(&before, &store.flows);
        self.enter(&store.flow, true);
        settle(store);
        Ok(true)
    }

    fn remove(&mut self, id: &str, store: &mut Store) -> Option<String> {
        let entry = store.flows.all()?.iter().find(|entry| entry.id == id)?.clone();
        store.flows.change(id, None);
        let name = entry.name.clone();
        self.removed.push((entry, Instant::now()));
        Some(name)
    }

    /// It is not dropped, also when its time was over and it only waits for its turn.
    fn put_back(&mut self, id: &str) {
        self.removed.retain(|(entry, _)| entry.id != id);
        self.waiting.retain(|change| !matches!(change, Change::Drop(dropped) if dropped == id));
        self.is_list_old = true;
    }
}

/// What belongs to the open flow alone begins anew with another one.
fn settle(store: &mut Store) {
    store.follow_voices();
    (store.speak_when_ready, store.incoming) = (false, Incoming::default());
    store.source_count += 1;
    store.lip_sync_price = None;
    store.flows.saved_at = store.flows.time_of(&store.flow.id);
}

impl App {
    /// The flow before stays in the library and can be had back for a while.
    pub(super) fn new_flow(&mut self) {
        let Some(session) = &mut self.session else { return };
        let before = std::mem::take(&mut session.store.flow);
        session.flows.leave(&before, &session.store.flows);
        session.flows.enter(&session.store.flow, false);
        settle(&mut session.store);
        self.page = Page::Flow;
        if !before.is_empty() {
            let toast = Toast::new(News::Info, "flow", "Began a new flow").detail("Takes and results are kept");
            self.toasts.push(toast.undo(Command::Flow(FlowCommand::Open(before.id))));
        }
    }

    /// Carries out what was asked about a flow.
    pub(super) fn flow(&mut self, command: FlowCommand) {
        let Some(session) = &mut self.session else { return };
        let (flows, store) = (&mut session.flows, &mut session.store);
        match command {
            FlowCommand::Open(id) if id == store.flow.id => self.page = Page::Flow,
            FlowCommand::Open(id) => flows.ask_for(&id, &session.library, &self.runtime),
            FlowCommand::Copy(id) => {
                // What was typed last is copied, too.
                if id == store.flow.id {
                    flows.waiting.push_back(Change::Put(Box::new(store.flow.clone())));
                    (flows.saved, flows.is_kept) = (store.flow.clone(), true);
                }
                flows.waiting.push_back(Change::Copy(id));
            }
            FlowCommand::Rename(id, name) => {
                let name = clean_flow_name(&name, NEW_FLOW);
                store.flows.change(&id, Some(&name));
                if id == store.flow.id {
                    store.flow.name = name;
                } else {
                    flows.waiting.push_back(Change::Rename { id, name });
                }
            }
            FlowCommand::Remove(id) => {
                if let Some(name) = flows.remove(&id, store) {
                    let toast = Toast::new(News::Info, "flow", format!("{name} is out of the list"));
                    let toast = toast.detail("Its takes and results are kept");
                    self.toasts.push(toast.undo(Command::Flow(FlowCommand::PutBack(id))));
                }
            }
            FlowCommand::PutBack(id) => flows.put_back(&id),
        }
    }
}

#[cfg(test)]
mod tests;
