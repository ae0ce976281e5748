//! Which lines a flow had: their takes are shown below its lines, also those in an earlier voice. Takes of other flows
//! stay with those.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::index::Index;
use crate::library::Take;
use crate::panels::Cx;
use crate::runtime::Task;
use crate::store::Store;

/// How long a read that failed is left alone before it is tried again.
const REST: Duration = Duration::from_secs(2);

/// The lines that flows had while the program runs, and those of the open one from before.
#[derive(Default)]
pub struct Gone {
    /// Ids of lines by the flow they are of.
    of_flow: HashMap<String, HashSet<String>>,
    reading: Option<(String, Task<Vec<String>>)>,
    /// The lines of the open flow could not be read, at this time.
    failed: Option<Instant>,
    /// Counts what was learned.
    revision: u64,
}

impl Gone {
    /// A flow was opened: asks the library which lines it had.
    pub fn open(&mut self, cx: &Cx<'_>) {
        let (library, id) = (cx.library.clone(), cx.store.flow.id.clone());
        self.failed = None;
        self.reading = Some((id.clone(), cx.runtime.blocking(move || library.line_ids(&id))));
    }

    /// A line was taken out of the open flow.
    pub fn add(&mut self, flow: &str, line: &str) {
        self.revision += 1;
        self.of_flow.entry(flow.to_owned()).or_default().insert(line.to_owned());
    }

    /// Takes in what was read, and tries again in a later frame what could not be.
    pub fn work(&mut self, cx: &Cx<'_>) {
        if self.failed.is_some_and(|at| at.elapsed() >= REST) {
            self.open(cx);
        }
        let Some(read) = self.reading.as_mut().and_then(|(_, task)| task.take()) else { return };
        let Some((flow, _)) = self.reading.take() else { return };
        match read {
            Ok(lines) => {
                self.revision += 1;
                self.of_flow.entry(flow).or_default().extend(lines);
            }
            Err(error) => {
                tracing::warn!(%error, "the lines a flow had could not be read");
                self.failed = Some(Instant::now());
            }
        }
    }

    /// Changes with everything that is learned.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether the open flow had this line.
    pub fn has(&self, store: &Store, line: &str) -> bool {
        self.of_flow.get(&store.flow.id).is_some_and(|lines| lines.contains(line))
    }

    /// Places of the takes of no line of the open flow that are shown in it all the same: their line was there once. One
    /// that was spoken for no line at all, as earlier versions did, belongs to every script in its voice that has takes.
    pub fn shown(&self, store: &Store, index: &Index) -> Vec<usize> {
        let voices: HashSet<&str> =
            store.flow.lines.all().iter().filter_map(|line| store.flow.voice_id_of(line)).collect();
        let has_takes = index.has_takes();
        let is_of_voice = |take: &Take| voices.iter().any(|voice| store.is_same_voice(voice, &take.voice_id));
        let is_shown = |take: &Take| match &take.care.line_id {
            Some(line) => self.has(store, line),
            None => has_takes && is_of_voice(take) && !is_word(store, take),
        };
        index.others.iter().copied().filter(|place| store.takes.get(*place).is_some_and(is_shown)).collect()
    }
}

/// Whether a take is how a word of the list is said: it is heard from there.
fn is_word(store: &Store, take: &Take) -> bool {
    store.words.iter().any(|(_, spoken)| *spoken == take.script)
}

#[cfg(test)]
mod tests {
    use super::super::index::Kept;
    use super::*;
    use crate::store::{Lines, VoiceChoice};

    fn take(id: &str, line_id: Option<&str>) -> Take {
        let mut take: Take = serde_json::from_value(serde_json::json!({
            "id": id, "number": 1, "voice_id": "v", "voice_name": "Mara", "script": "Hi", "stability": null,
            "similarity": null, "file": "1.wav", "url": "", "duration_secs": 1.0, "made_at": ""
        }))
        .unwrap();
        take.care.line_id = line_id.map(str::to_owned);
        take
    }

    #[test]
    fn takes_of_lines_that_went_are_shown_as_soon_as_that_is_known_and_until_another_flow_is_opened() {
        let (mut store, mut gone, mut kept) = (Store::new("x".into(), true), Gone::default(), Kept::default());
        store.flow.voice = Some(VoiceChoice { id: "v".into(), name: "Mara".into() });
        store.flow.lines = Lines::of("Other");
        let own = store.flow.lines.active().id.clone();
        store.takes = vec![take("a", Some("gone")), take("b", None), take("c", Some(&own))];
        let mut shown = |store: &Store, gone: &Gone| {
            kept.get(store);
            kept.others(store, gone)
        };
        let first = shown(&store, &gone);
        assert_eq!(*first, [1]);
        assert!(std::rc::Rc::ptr_eq(&first, &shown(&store, &gone)), "it is not worked out anew in each frame");
        gone.add(&store.flow.id, "gone");
        assert_eq!(*shown(&store, &gone), [0, 1]);
        store.flow.voice = None;
        assert_eq!(*shown(&store, &gone), [0], "of no line at all, and in no voice that speaks here");
        store.flow.id = "another".into();
        assert!(shown(&store, &gone).is_empty());
    }
}
