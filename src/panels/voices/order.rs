//! What the store knows of voices as entries of the list, and their orders.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::index::{Entry, Kind, Sort};
use crate::api::Voice;
use crate::find::Folded;
use crate::library::CloneRecord;
use crate::panels::when;
use crate::store::Store;

/// Every voice once, clones first; those that are parked come after the living.
pub(super) fn entries(store: &Store) -> Vec<Entry> {
    let voices = store.voices.value().map_or(&[][..], Vec::as_slice);
    let records: HashMap<&str, &CloneRecord> = store.clones.iter().map(|clone| (clone.id.as_str(), clone)).collect();
    // Takes of a voice that came back under another id are its own.
    let gone: HashMap<&str, &str> =
        store.deleted_clones.iter().map(|old| (old.id.as_str(), store.voice_now(&old.id))).collect();
    let now = |id| gone.get(id).copied().unwrap_or(id);
    let mut takes: HashMap<&str, (usize, &str)> = HashMap::new();
    for take in &store.takes {
        let (count, last) = takes.entry(now(&take.voice_id)).or_default();
        *count += 1;
        *last = (*last).max(take.made_at.as_str());
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(voices.len());
    // A service that lists a voice twice shows it once: rows are told apart by their ids.
    let mut known = std::collections::HashSet::with_capacity(voices.len());
    let spoken = |id: &str| takes.get(id).copied().unwrap_or_default();
    for voice in voices.iter().filter(|voice| known.insert(voice.id.as_str())) {
        let record = records.get(voice.id.as_str()).copied();
        let is_clone = record.is_some() || voice.looks_cloned();
        let kind = if is_clone {
            Kind::Clone(record.and_then(|record| when::parse(&record.cloned_at)))
        } else {
            Kind::BuiltIn
        };
        entries.push(entry(store, voice, kind, spoken(&voice.id), record));
    }
    for record in store.deleted_clones.iter().filter(|clone| clone.parked_at.is_some()) {
        if known.contains(record.id.as_str()) {
            continue;
        }
        let parked = record.parked_at.as_deref().and_then(when::parse);
        let voice = Voice { id: record.id.clone(), name: Some(record.name.clone()), ..Voice::default() };
        entries.push(entry(store, &voice, Kind::Parked(parked), spoken(&record.id), Some(record)));
    }
    entries.sort_by_key(|entry| !entry.is_clone());
    entries
}

fn entry(
    store: &Store,
    voice: &Voice,
    kind: Kind,
    (takes, last): (usize, &str),
    record: Option<&CloneRecord>,
) -> Entry {
    let note = store.notes.get(&voice.id);
    let name = store.voice_name(&voice.id, voice.label()).to_owned();
    let tags: Vec<String> = note.map(|note| note.tags.iter().cloned().collect()).unwrap_or_default();
    let notes = note.map_or("", |note| note.notes.as_str());
    let words = Folded::new([name.as_str(), voice.label(), notes].into_iter().chain(tags.iter().map(String::as_str)));
    let made = record.map_or("", |record| record.cloned_at.as_str());
    Entry {
        id: voice.id.clone(),
        known: voice.label().to_owned(),
        kind,
        withheld: voice.is_withheld(),
        preview: voice.preview_url.is_some(),
        favourite: note.is_some_and(|note| note.favourite),
        secs: store.notes.preview_secs(&voice.id),
        takes,
        used_at: last.max(made).to_owned(),
        name,
        tags,
        words,
    }
}

pub(super) fn order(entries: &[Entry], sort: Sort, reverse: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    // Sorting is stable: equals stay in the service's order, clones first.
    match sort {
        Sort::Recent => order.sort_by_key(|at| Reverse(&entries[*at].used_at)),
        Sort::Name => order.sort_by_cached_key(|at| Folded::new([entries[*at].name.as_str()])),
        Sort::Newest => order.sort_by_key(|at| match entries[*at].kind {
            Kind::Clone(made) | Kind::Parked(made) => Reverse(made),
            Kind::BuiltIn => Reverse(None),
        }),
        Sort::Used => order.sort_by_key(|at| Reverse(entries[*at].takes)),
        // Those without come last.
        Sort::Tags => order.sort_by_cached_key(|at| {
            let tags = &entries[*at].tags;
            (tags.is_empty(), Folded::new(tags.iter().map(String::as_str)))
        }),
        Sort::Length => order.sort_by(|one, other| {
            let secs = |at: &usize| entries[*at].secs.unwrap_or(f64::INFINITY);
            secs(one).total_cmp(&secs(other))
        }),
    }
    if reverse {
        order.reverse();
    }
    order
}
