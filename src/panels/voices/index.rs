//! Which voices the list shows, in which order. No drawing. Everything that takes a look at every voice happens when
//! something has changed, so that a frame costs what its few rows cost.

use std::collections::HashMap;

use time::OffsetDateTime;

use super::order::{entries, order};
use crate::find::{Folded, Needle};
use crate::store::Store;

/// The chips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    #[default]
    All,
    Clones,
    BuiltIn,
    Favourites,
}

/// What the list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Spoken with, or cloned, last.
    #[default]
    Recent,
    Name,
    /// Cloned last; built-in voices in the service's order after them.
    Newest,
    Used,
    Tags,
    Length,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Find {
    pub search: String,
    pub filter: Filter,
    pub sort: Sort,
    /// The other way round.
    pub reverse: bool,
}

/// What a voice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    BuiltIn,
    /// With the time it was made, when it was made here.
    Clone(Option<OffsetDateTime>),
    /// No longer at the service; its sample is kept here.
    Parked(Option<OffsetDateTime>),
}

/// A voice with what this computer knows of it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: String,
    /// As it is called here: the user's own name for it, else the service's.
    pub name: String,
    /// As the service calls it.
    pub known: String,
    pub kind: Kind,
    pub withheld: bool,
    pub preview: bool,
    pub favourite: bool,
    pub tags: Vec<String>,
    /// Of the preview, once it has been heard.
    pub secs: Option<f64>,
    /// Takes in this voice.
    pub takes: usize,
    /// When it was last spoken with or made, ISO 8601 in UTC; empty for never.
    pub(super) used_at: String,
    /// Name, alias, tags and notes, made ready to be searched.
    pub(super) words: Folded,
}

impl Entry {
    pub fn is_parked(&self) -> bool {
        matches!(self.kind, Kind::Parked(_))
    }

    pub fn is_clone(&self) -> bool {
        self.kind != Kind::BuiltIn
    }

    /// Why it can't speak now, in a few words.
    pub fn is_usable(&self) -> bool {
        !self.withheld && !self.is_parked()
    }
}

/// What the index was made of: the same means that nothing has changed.
#[derive(Debug, Clone, PartialEq, Default)]
struct Stamp {
    voices: (usize, usize, Option<OffsetDateTime>),
    takes: (usize, Option<String>),
    clones: (usize, usize, usize),
    notes: u64,
}

impl Stamp {
    fn of(store: &Store) -> Self {
        let voices = store.voices.value();
        let parked = store.deleted_clones.iter().filter(|clone| clone.parked_at.is_some()).count();
        Self {
            voices: (
                voices.map_or(0, |voices| voices.as_ptr().addr()),
                voices.map_or(0, Vec::len),
                store.voices.as_of(),
            ),
            takes: (store.takes.len(), store.takes.first().map(|take| take.id.clone())),
            clones: (store.clones.len(), store.deleted_clones.len(), parked),
            notes: store.notes.revision(),
        }
    }
}

/// Every voice, and the ones that are shown.
#[derive(Default)]
pub struct Index {
    entries: Vec<Entry>,
    places: HashMap<String, usize>,
    counts: [usize; 4],
    made_of: Option<Stamp>,
    /// Counts how often it was made.
    number: u64,
    /// All entries in order, and what they were ordered for.
    order: Vec<usize>,
    ordered_for: Option<(u64, Sort, bool)>,
    rows: Vec<usize>,
    shown_for: Option<(u64, Find)>,
}

impl Index {
    /// Takes in what has changed since.
    pub fn update(&mut self, store: &Store, find: &Find) {
        let stamp = Stamp::of(store);
        if self.made_of.as_ref() != Some(&stamp) {
            self.entries = entries(store);
            self.places = self.entries.iter().enumerate().map(|(at, entry)| (entry.id.clone(), at)).collect();
            let count = |filter| self.entries.iter().filter(|entry| takes(filter, entry)).count();
            self.counts = [Filter::All, Filter::Clones, Filter::BuiltIn, Filter::Favourites].map(count);
            self.made_of = Some(stamp);
            self.number += 1;
        }
        if self.ordered_for != Some((self.number, find.sort, find.reverse)) {
            self.order = order(&self.entries, find.sort, find.reverse);
            self.ordered_for = Some((self.number, find.sort, find.reverse));
            self.shown_for = None;
        }
        if self.shown_for.as_ref().is_none_or(|(number, shown)| *number != self.number || shown != find) {
            let needle = Needle::new(&find.search);
            let fits = |at: &usize| {
                let entry = &self.entries[*at];
                takes(find.filter, entry) && needle.is_in_folded(&entry.words)
            };
            self.rows.clear();
            self.rows.extend(self.order.iter().copied().filter(fits));
            self.shown_for = Some((self.number, find.clone()));
        }
    }

    /// All, clones, built-in, favourites.
    pub fn counts(&self) -> [usize; 4] {
        self.counts
    }

    /// Clones that take up a slot at the service.
    pub fn in_slots(&self) -> usize {
        self.entries.iter().take_while(|entry| entry.is_clone()).filter(|entry| !entry.is_parked()).count()
    }

    /// How many rows are shown.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row that is shown.
    pub fn row(&self, at: usize) -> Option<&Entry> {
        self.rows.get(at).map(|at| &self.entries[*at])
    }

    /// A voice by its id, whether or not the filter leaves it.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.places.get(id).map(|at| &self.entries[*at])
    }

    /// Which row shows a voice.
    pub fn place(&self, id: &str) -> Option<usize> {
        let place = *self.places.get(id)?;
        self.rows.iter().position(|at| *at == place)
    }

    /// The row `by` rows below (above, when negative) the one with this id, kept within the list.
    pub fn step(&self, from: Option<&str>, by: isize) -> Option<&Entry> {
        let last = self.rows.len().checked_sub(1)?;
        let at = from.and_then(|id| self.place(id));
        self.row(at.map_or(0, |at| at.saturating_add_signed(by).min(last)))
    }
}

fn takes(filter: Filter, entry: &Entry) -> bool {
    match filter {
        Filter::All => true,
        Filter::Clones => entry.is_clone(),
        Filter::BuiltIn => !entry.is_clone(),
        Filter::Favourites => entry.favourite,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Voice;
    use crate::library::{CloneRecord, VoiceNote};
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

    fn index(store: &Store, find: &Find) -> Index {
        let mut index = Index::default();
        index.update(store, find);
        index
    }

    fn names(store: &Store, find: &Find) -> Vec<String> {
        let index = index(store, find);
        (0..index.len()).filter_map(|at| index.row(at)).map(|entry| entry.name.clone()).collect()
    }

    fn find(filter: Filter, search: &str) -> Find {
        Find { filter, search: search.into(), ..Find::default() }
    }

    #[test]
    fn clones_come_first_and_chips_and_search_narrow_the_list() {
        let rachel = voice("a", "Rachel");
        let mut store = store(vec![rachel.clone(), voice("b", "Inês"), rachel, voice("c", "Mara, keynote")]);
        assert_eq!(names(&store, &find(Filter::All, "")), ["Mara, keynote", "Rachel", "Inês"]);
        assert_eq!(names(&store, &find(Filter::Clones, "")), ["Mara, keynote"]);
        assert_eq!(names(&store, &find(Filter::BuiltIn, "ines")), ["Inês"]);
        let narrow = index(&store, &find(Filter::Clones, "baritone"));
        assert_eq!(narrow.counts(), [3, 1, 2, 0], "chips count all, not what is found");
        assert!(index(&store, &find(Filter::BuiltIn, "")).get("c").is_some(), "the details stay");
        let mut note = VoiceNote { voice_id: "a".into(), alias: Some("Ada".into()), ..VoiceNote::default() };
        (note.favourite, note.notes) = (true, "Best at stability 0.5".into());
        note.tags.insert("Wärm".into());
        store.notes.put(note);
        for typed in ["ada", "RACHEL", "warm", "stability ada"] {
            assert_eq!(names(&store, &find(Filter::Favourites, typed)), ["Ada"], "{typed}");
        }
    }

    #[test]
    fn lists_are_ordered_as_asked_and_follow_what_changes() {
        let mut store = store(vec![voice("a", "Zoe"), voice("b", "Ärne"), voice("c", "Mara")]);
        let sorted = |store: &Store, sort, reverse| names(store, &Find { sort, reverse, ..Find::default() });
        assert_eq!(sorted(&store, Sort::Name, false), ["Ärne", "Mara", "Zoe"]);
        assert_eq!(sorted(&store, Sort::Name, true), ["Zoe", "Mara", "Ärne"]);
        let mut index = index(&store, &Find::default());
        assert_eq!(index.row(0).unwrap().name, "Mara");
        store.notes.learn_length("a", 7.0);
        store.takes.push(take("t", "a"));
        index.update(&store, &Find::default());
        assert_eq!((index.row(0).unwrap().name.as_str(), index.row(0).unwrap().takes), ("Zoe", 1));
        assert_eq!(sorted(&store, Sort::Used, false)[0], "Zoe");
        assert_eq!(sorted(&store, Sort::Length, false)[0], "Zoe");
        let at = "2026-11-22T10:00:00Z";
        store.voices.value_mut().unwrap().retain(|voice| voice.id != "c");
        store.park_clone("c", at);
        index.update(&store, &find(Filter::Clones, ""));
        assert!(index.row(0).unwrap().is_parked() && index.in_slots() == 0);
    }

    fn take(id: &str, voice: &str) -> crate::library::Take {
        crate::library::Take {
            id: id.into(),
            number: 1,
            voice_id: voice.into(),
            voice_name: String::new(),
            script: String::new(),
            stability: None,
            similarity: None,
            file: "a.wav".into(),
            remote_id: None,
            url: String::new(),
            duration_secs: 1.0,
            made_at: "2026-11-22T09:00:00Z".into(),
            care: crate::library::Care::default(),
        }
    }

    #[test]
    fn arrows_stop_at_both_ends_and_begin_at_the_top() {
        let store = store(vec![voice("a", "A"), voice("b", "B"), voice("c", "C")]);
        let shown = index(&store, &find(Filter::BuiltIn, ""));
        let step = |from, by| shown.step(from, by).map(|entry| entry.id.as_str());
        assert_eq!((step(None, 1), step(Some("a"), 1), step(Some("b"), 10)), (Some("a"), Some("b"), Some("b")));
        assert_eq!((step(Some("a"), -1), step(Some("c"), -1)), (Some("a"), Some("a")));
        assert!(index(&store, &find(Filter::All, "nobody")).step(None, 1).is_none());
    }
}
