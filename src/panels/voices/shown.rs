//! Which voices the list shows, in which order. No drawing.

use std::collections::{HashMap, HashSet};

use crate::api::Voice;
use crate::library::CloneRecord;
use crate::panels::find::Needle;
use crate::store::Store;

/// The chips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    #[default]
    All,
    Clones,
    BuiltIn,
}

impl Filter {
    fn takes(self, is_clone: bool) -> bool {
        match self {
            Self::All => true,
            Self::Clones => is_clone,
            Self::BuiltIn => !is_clone,
        }
    }
}

/// A voice with what this computer knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub voice: &'a Voice,
    pub is_clone: bool,
    /// When it was cloned from this computer.
    pub record: Option<&'a CloneRecord>,
    /// Takes in this voice.
    pub takes: usize,
}

/// The list as it is shown.
pub struct Shown<'a> {
    /// Every voice, clones first, each group in the service's order.
    pub all: Vec<Row<'a>>,
    /// Those that the chip and the search leave.
    pub rows: Vec<Row<'a>>,
}

impl<'a> Shown<'a> {
    pub fn new(store: &'a Store, filter: Filter, search: &str) -> Self {
        let voices = store.voices.value().map_or(&[][..], Vec::as_slice);
        let mut takes: HashMap<&str, usize> = HashMap::new();
        for take in &store.takes {
            *takes.entry(&take.voice_id).or_default() += 1;
        }
        // A service that lists a voice twice shows it once: rows are told apart by their ids.
        let mut known = HashSet::new();
        let mut all: Vec<Row<'a>> = voices
            .iter()
            .filter(|voice| known.insert(&voice.id))
            .map(|voice| Row {
                voice,
                is_clone: store.is_clone(voice),
                record: store.clones.iter().find(|clone| clone.id == voice.id),
                takes: takes.get(voice.id.as_str()).copied().unwrap_or_default(),
            })
            .collect();
        all.sort_by_key(|row| !row.is_clone);
        let needle = Needle::new(search);
        let rows = all.iter().filter(|row| filter.takes(row.is_clone) && needle.is_in(row.voice.label()));
        Self { rows: rows.copied().collect(), all }
    }

    /// All, clones, built-in.
    pub fn counts(&self) -> [usize; 3] {
        let clones = self.all.iter().filter(|row| row.is_clone).count();
        [self.all.len(), clones, self.all.len() - clones]
    }

    /// A voice by its id, whether or not the filter leaves it.
    pub fn get(&self, id: &str) -> Option<Row<'a>> {
        self.all.iter().find(|row| row.voice.id == id).copied()
    }

    /// The row `by` rows below (above, when negative) the one with this id, kept within the list.
    pub fn step(&self, from: Option<&str>, by: isize) -> Option<Row<'a>> {
        let last = self.rows.len().checked_sub(1)?;
        let at = from.and_then(|id| self.rows.iter().position(|row| row.voice.id == id));
        let to = at.map_or(0, |at| at.saturating_add_signed(by).min(last));
        self.rows.get(to).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::Runtime;

    fn voice(id: &str, name: &str) -> Voice {
        Voice { id: id.into(), name: Some(name.into()), ..Voice::default() }
    }

    /// A store that knows these voices, of which the last is a clone made here.
    fn store(voices: Vec<Voice>) -> Store {
        let (woken, wakes) = std::sync::mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        let mut store = Store::new("the sandbox".into(), true);
        if let Some(clone) = voices.last() {
            store.clones.push(CloneRecord {
                id: clone.id.clone(),
                name: clone.label().to_owned(),
                ..CloneRecord::default()
            });
        }
        store.voices.load(runtime.spawn(async move { Ok(voices) }));
        wakes.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
        assert!(store.voices.poll());
        store
    }

    fn names<'a>(shown: &'a Shown<'a>) -> Vec<&'a str> {
        shown.rows.iter().map(|row| row.voice.label()).collect()
    }

    #[test]
    fn clones_come_first_and_chips_and_search_narrow_the_list() {
        let rachel = voice("a", "Rachel");
        let store = store(vec![rachel.clone(), voice("b", "Inês"), rachel, voice("c", "Mara, keynote")]);
        let shown = |filter, search| Shown::new(&store, filter, search);
        assert_eq!(names(&shown(Filter::All, "")), ["Mara, keynote", "Rachel", "Inês"]);
        assert_eq!(names(&shown(Filter::Clones, "")), ["Mara, keynote"]);
        assert_eq!(names(&shown(Filter::BuiltIn, "ines")), ["Inês"]);
        assert_eq!(shown(Filter::Clones, "baritone").counts(), [3, 1, 2], "chips count all, not what is found");
        assert!(shown(Filter::BuiltIn, "").get("c").is_some(), "the details stay while the list is narrowed");
    }

    #[test]
    fn arrows_stop_at_both_ends_and_begin_at_the_top() {
        let store = store(vec![voice("a", "A"), voice("b", "B"), voice("c", "C")]);
        let shown = Shown::new(&store, Filter::BuiltIn, "");
        let step = |from, by| shown.step(from, by).map(|row| row.voice.id.as_str());
        assert_eq!((step(None, 1), step(Some("a"), 1), step(Some("b"), 10)), (Some("a"), Some("b"), Some("b")));
        assert_eq!((step(Some("a"), -1), step(Some("c"), -1)), (Some("a"), Some("a")));
        assert!(Shown::new(&store, Filter::All, "nobody").step(None, 1).is_none());
    }
}
