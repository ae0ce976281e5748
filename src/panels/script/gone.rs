//! Which lines a flow had: their takes are shown below its lines, also those in an earlier voice. Takes of other flows
//! stay with those.

use std::collections::{HashMap, HashSet};

use super::index::Index;
use crate::library::{Line, Take};
use crate::panels::{Cx, speech};
use crate::runtime::Task;
use crate::store::Store;

/// The lines that flows had while the program runs, and those of the open one from before.
#[derive(Default)]
pub struct Gone {
    /// Ids of lines by the flow they are of.
    of_flow: HashMap<String, HashSet<String>>,
    reading: Option<(String, Task<Vec<String>>)>,
}

impl Gone {
    /// A flow was opened: asks the library which lines it had.
    pub fn open(&mut self, cx: &Cx<'_>) {
        let (library, id) = (cx.library.clone(), cx.store.flow.id.clone());
        self.reading = Some((id.clone(), cx.runtime.blocking(move || library.line_ids(&id))));
    }

    /// A line was taken out of the open flow.
    pub fn add(&mut self, flow: &str, line: &str) {
        self.of_flow.entry(flow.to_owned()).or_default().insert(line.to_owned());
    }

    pub fn work(&mut self) {
        let Some(read) = self.reading.as_mut().and_then(|(_, task)| task.take()) else { return };
        let Some((flow, _)) = self.reading.take() else { return };
        match read {
            Ok(lines) => self.of_flow.entry(flow).or_default().extend(lines),
            Err(error) => tracing::warn!(%error, "the lines a flow had could not be read"),
        }
    }

    /// Whether the open flow had this line.
    pub fn has(&self, store: &Store, line: &str) -> bool {
        self.of_flow.get(&store.flow.id).is_some_and(|lines| lines.contains(line))
    }

    /// Whether a take of no line of the open flow is shown in it all the same: its line was there once. One that was
    /// spoken for no line at all, as earlier versions did, belongs to every script in its voice that has takes.
    pub fn shows(&self, store: &Store, index: &Index, take: &Take) -> bool {
        match &take.care.line_id {
            Some(line) => self.has(store, line),
            None => index.has_takes() && is_of_voice(store, take) && !is_word(store, take),
        }
    }
}

/// Whether a take is in the voice of a line.
fn is_of_voice(store: &Store, take: &Take) -> bool {
    let own =
        |line: &Line| speech::voice_of(store, line).is_some_and(|voice| store.is_same_voice(&voice.id, &take.voice_id));
    if store.flow.same_for_all { own(store.flow.lines.active()) } else { store.flow.lines.all().iter().any(own) }
}

/// Whether a take is how a word of the list is said: it is heard from there.
fn is_word(store: &Store, take: &Take) -> bool {
    store.words.iter().any(|(_, spoken)| *spoken == take.script)
}
