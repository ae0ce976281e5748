//! Which takes belong to which line, and which lines are still to be spoken, worked out when a line or a take has
//! changed: by the line they were spoken for, or, for takes of earlier versions, by text and voice.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

use super::gone::Gone;
use super::rules;
use crate::panels::speech;
use crate::script;
use crate::store::Store;

/// Places in the list of takes, newest first.
#[derive(Debug, Default, PartialEq)]
pub struct Index {
    /// By the place of the line.
    of_line: Vec<Vec<usize>>,
    /// Of lines that are not in this flow.
    pub others: Vec<usize>,
    /// Places of the lines whose text has no take yet; empty ones have nothing to say.
    pub unspoken: Vec<usize>,
}

/// The index as it was made last.
#[derive(Default)]
pub struct Kept {
    made_of: Option<u64>,
    index: Rc<Index>,
    /// Those of the other takes that the open flow shows, and what that follows from.
    shown: Rc<[usize]>,
    shown_of: Option<(u64, u64, String)>,
}

impl Kept {
    /// The index, made anew when something has changed.
    pub fn get(&mut self, store: &Store) -> Rc<Index> {
        let stamp = stamp(store);
        if self.made_of != Some(stamp) {
            (self.made_of, self.index) = (Some(stamp), Rc::new(Index::new(store)));
        }
        self.index.clone()
    }

    /// The takes of no line of the open flow that are shown in it all the same. After [`Kept::get`].
    pub fn others(&mut self, store: &Store, gone: &Gone) -> Rc<[usize]> {
        let of = self.made_of.map(|stamp| (stamp, gone.revision(), store.flow.id.clone()));
        if self.shown_of != of {
            (self.shown_of, self.shown) = (of, gone.shown(store, &self.index).into());
        }
        self.shown.clone()
    }
}

/// Of everything an index is made of.
fn stamp(store: &Store) -> u64 {
    let mut stamp = DefaultHasher::new();
    // Takes come first in the list, and go; nothing else that counts here ever changes of one.
    (store.takes.len(), store.takes.first().map(|take| &take.id), store.words.revision()).hash(&mut stamp);
    for clone in &store.deleted_clones {
        clone.came_back_as.hash(&mut stamp);
    }
    let flow = &store.flow;
    (flow.voice.as_ref().map(|voice| &voice.id), flow.same_for_all).hash(&mut stamp);
    for line in flow.lines.all() {
        (&line.id, &line.text, &line.take_id, &line.voice_id).hash(&mut stamp);
    }
    stamp.finish()
}

impl Index {
    /// In time of the number of takes and lines.
    pub fn new(store: &Store) -> Self {
        let lines = store.flow.lines.all();
        let by_id: HashMap<&str, usize> = lines.iter().enumerate().map(|(at, line)| (line.id.as_str(), at)).collect();
        let mut by_text: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, line) in lines.iter().enumerate() {
            by_text.entry(line.text.trim()).or_default().push(at);
        }
        // A take that was chosen for a line is the line's, also where it was spoken for the line this is a copy of.
        let by_take: HashMap<&str, usize> =
            lines.iter().enumerate().filter_map(|(at, line)| Some((line.take_id.as_deref()?, at))).collect();
        let has_voice = |at: &usize, voice: &str| {
            lines
                .get(*at)
                .and_then(|line| speech::voice_of(store, line))
                .is_some_and(|own| store.is_same_voice(&own.id, voice))
        };
        let mut index = Self { of_line: vec![Vec::new(); lines.len()], ..Self::default() };
        for (place, take) in store.takes.iter().enumerate() {
            let own = take.care.line_id.as_deref().and_then(|id| by_id.get(id)).copied();
            let chosen = || by_take.get(take.id.as_str()).copied();
            let alike = || {
                let like = by_text.get(take.script.as_str()).filter(|_| take.care.line_id.is_none())?;
                like.iter().copied().find(|at| has_voice(at, &take.voice_id))
            };
            if take.care.part_of.is_some() {
                continue;
            }
            match own.or_else(chosen).or_else(alike).and_then(|at| index.of_line.get_mut(at)) {
                Some(takes) => takes.push(place),
                None => index.others.push(place),
            }
        }
        let is_unspoken = |at: &usize| {
            let mut takes = index.of(*at).iter().filter_map(|place| store.takes.get(*place));
            script::characters(&lines[*at].text) > 0 && !takes.any(|take| rules::is_current(store, &lines[*at], take))
        };
        index.unspoken = (0..lines.len()).filter(is_unspoken).collect();
        index
    }

    /// Whether any line has a take.
    pub fn has_takes(&self) -> bool {
        self.of_line.iter().any(|takes| !takes.is_empty())
    }

    /// The takes of the line at a place.
    pub fn of(&self, line: usize) -> &[usize] {
        self.of_line.get(line).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{Line, Take};
    use crate::store::{Lines, VoiceChoice};

    fn take(line_id: Option<&str>, script: &str, voice: &str) -> Take {
        let mut take: Take = serde_json::from_value(serde_json::json!({
            "id": "t", "number": 1, "voice_id": voice, "voice_name": "Mara", "script": script, "stability": null,
            "similarity": null, "file": "1.wav", "url": "", "duration_secs": 1.0, "made_at": ""
        }))
        .unwrap();
        (take.care.line_id, take.care.said) = (line_id.map(str::to_owned), Some(script.to_owned()));
        take
    }

    #[test]
    fn takes_go_with_their_line_whatever_its_text_and_older_ones_by_text_and_voice() {
        let mut store = Store::new("x".into(), true);
        store.flow.voice = Some(VoiceChoice { id: "v".into(), name: "Mara".into() });
        store.flow.lines = Lines::of("One");
        store.flow.lines.insert(1, Line { id: "l".into(), ..Lines::line("Two") });
        store.takes = vec![
            take(Some("l"), "Before", "w"),
            take(None, "Two", "v"),
            take(None, "Two", "w"),
            take(Some("gone"), "Two", "v"),
            take(None, "One", "v"),
        ];
        let index = Index::new(&store);
        assert_eq!((index.of(0), index.of(1), index.others.as_slice()), (&[4][..], &[0, 1][..], &[2, 3][..]));
        assert!(index.of(7).is_empty());
    }

    #[test]
    fn a_copied_line_has_the_take_that_was_chosen_for_the_first() {
        let mut store = Store::new("x".into(), true);
        store.flow.lines = Lines::of("Two");
        store.flow.set_take(Some("t".into()));
        store.flow.lines = store.flow.lines.copied();
        store.takes = vec![take(Some("gone"), "Two", "v")];
        let index = Index::new(&store);
        assert_eq!((index.of(0), index.others.len()), (&[0][..], 0));
    }

    #[test]
    fn the_index_is_kept_until_a_line_a_take_or_a_word_changes() {
        let mut store = Store::new("x".into(), true);
        store.flow.voice = Some(VoiceChoice { id: "v".into(), name: "Mara".into() });
        store.flow.lines = Lines::of("v3");
        let mut kept = Kept::default();
        let first = kept.get(&store);
        assert!(Rc::ptr_eq(&first, &kept.get(&store)) && first.unspoken == [0]);
        let id = store.flow.lines.active().id.clone();
        store.takes.insert(0, take(Some(&id), "v3", "v"));
        assert!(kept.get(&store).unspoken.is_empty(), "a take came");
        store.words.push(("v3".into(), "version three".into()));
        assert_eq!(kept.get(&store).unspoken, [0], "a word is said differently");
        store.words.remove(0);
        store.flow.text_mut().push('!');
        assert_eq!((kept.get(&store).unspoken.len(), kept.get(&store).of(0)), (1, &[0][..]), "the text changed");
        store.takes.insert(0, take(None, "Other", "v"));
        assert_eq!(kept.get(&store).others, [0]);
        store.takes.clear();
        assert!(kept.get(&store).others.is_empty(), "takes went");
    }
}
