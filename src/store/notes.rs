//! What is known of voices on this computer only: names of one's own, tags, notes, stars, lengths of previews, slots.

use std::collections::{BTreeMap, HashMap};

use super::Store;
use crate::error::Result;
use crate::library::{Library, Take, VoiceNote};

/// The library's key for the lengths of previews.
pub const LENGTHS: &str = "preview_lengths";
/// The library's key for the number of clone slots, once a refusal has told it.
pub const SLOTS: &str = "clone_slots";

/// The library's key for what was to be removed and has not been sent yet: a line for each.
pub const UNSENT: &str = "unsent_removals";

/// How many of those are told of.
const TOLD: usize = 3;

/// Everything noted on voices.
#[derive(Debug, Clone, Default)]
pub struct Notes {
    by_voice: HashMap<String, VoiceNote>,
    lengths: BTreeMap<String, f64>,
    slots: Option<usize>,
    /// What was not removed because the window closed first, to be told once: "Dora was not deleted".
    pub dropped: Vec<String>,
    revision: u64,
}

impl Notes {
    /// Reads what the library remembers. Blocks.
    ///
    /// # Errors
    /// When the library can't be read.
    pub fn read(library: &Library) -> Result<Self> {
        let lengths = library.note(LENGTHS)?.and_then(|text| serde_json::from_str(&text).ok());
        let dropped = library.note(UNSENT)?.unwrap_or_default();
        Ok(Self {
            dropped: dropped.lines().take(TOLD).map(str::to_owned).collect(),
            by_voice: library.voice_notes()?,
            lengths: lengths.unwrap_or_default(),
            slots: library.note(SLOTS)?.and_then(|slots| slots.parse().ok()),
            revision: 0,
        })
    }

    /// Counts the changes: the same number means that nothing has changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What was noted on a voice.
    pub fn get(&self, id: &str) -> Option<&VoiceNote> {
        self.by_voice.get(id)
    }

    /// The same to be changed and put back; an empty one for a voice without any.
    pub fn of(&self, id: &str) -> VoiceNote {
        self.get(id).cloned().unwrap_or_else(|| VoiceNote { voice_id: id.to_owned(), ..VoiceNote::default() })
    }

    /// The user's own name for a voice.
    pub fn alias(&self, id: &str) -> Option<&str> {
        self.get(id)?.alias.as_deref()
    }

    /// Takes in a note in place of the one before.
    pub fn put(&mut self, note: VoiceNote) {
        self.revision += 1;
        if note.is_empty() {
            self.by_voice.remove(&note.voice_id);
        } else {
            self.by_voice.insert(note.voice_id.clone(), note);
        }
    }

    /// A voice has come back under another id: what was noted goes with it, unless the new one has notes already.
    pub fn rename(&mut self, from: &str, to: &str) {
        self.revision += 1;
        if let Some(note) = self.by_voice.remove(from) {
            self.by_voice.entry(to.to_owned()).or_insert(VoiceNote { voice_id: to.to_owned(), ..note });
        }
    }

    /// How long a voice's preview is, in seconds, once it has been heard.
    pub fn preview_secs(&self, id: &str) -> Option<f64> {
        self.lengths.get(id).copied()
    }

    /// Learns the length of a preview. Everything known, as text for the library, when that was news.
    pub fn learn_length(&mut self, id: &str, secs: f64) -> Option<String> {
        let secs = (secs * 10.0).round() / 10.0;
        let is_news =
            secs.is_finite() && secs > 0.0 && self.preview_secs(id).is_none_or(|known| (known - secs).abs() > 0.05);
        if !is_news {
            return None;
        }
        self.revision += 1;
        self.lengths.insert(id.to_owned(), secs);
        serde_json::to_string(&self.lengths).ok()
    }

    /// How many clone slots the account has, as far as a refusal has told.
    pub fn slots(&self) -> Option<usize> {
        self.slots
    }

    /// Learns the number of slots; true when that was news.
    pub fn learn_slots(&mut self, slots: usize) -> bool {
        let is_news = slots > 0 && self.slots != Some(slots);
        if is_news {
            self.slots = Some(slots);
        }
        is_news
    }
}

impl Store {
    /// Puts a clone that was parked among the deleted ones: it can be brought back from its sample.
    pub fn park_clone(&mut self, id: &str, at: &str) {
        self.bury_clone(id, at);
        if let Some(clone) = self.deleted_clones.iter_mut().find(|clone| clone.id == id) {
            clone.parked_at = Some(at.to_owned());
        }
    }

    /// Takes in a note; the open flow calls the voice by its new name.
    pub fn take_note(&mut self, note: VoiceNote) {
        let id = note.voice_id.clone();
        self.notes.put(note);
        let name = self.name_of_voice(&id).map(str::to_owned);
        if let (Some(name), Some(voice)) = (name, self.flow.voice.as_mut().filter(|voice| voice.id == id)) {
            voice.name = name;
        }
    }

    /// Takes a parked clone off the list.
    pub fn let_go_of_parked(&mut self, id: &str) {
        if let Some(clone) = self.deleted_clones.iter_mut().find(|clone| clone.id == id) {
            clone.parked_at = None;
        }
    }

    /// A parked clone has come back under another id: its notes go with it, and the new one says where its sample is
    /// from.
    pub fn bring_back(&mut self, from: &str, to: &str) {
        self.notes.rename(from, to);
        let Some(old) = self.deleted_clones.iter_mut().find(|clone| clone.id == from) else { return };
        old.parked_at = None;
        old.came_back_as = Some(to.to_owned());
        let name = old.sample_name.clone();
        if let Some(new) = self.clones.iter_mut().find(|clone| clone.id == to) {
            new.sample_name = name;
        }
    }

    /// The id a voice has now: another one than before when it was parked and brought back, however often.
    pub fn voice_now<'a>(&'a self, id: &'a str) -> &'a str {
        let mut now = id;
        // Each step leaves a record behind; more steps than records would be a circle.
        for _ in &self.deleted_clones {
            let came_back = self.deleted_clones.iter().find(|clone| clone.id == now);
            match came_back.and_then(|clone| clone.came_back_as.as_deref()) {
                Some(next) => now = next,
                None => break,
            }
        }
        now
    }

    /// Writes the ids that voices have now into the open flow, so that a voice that came back is itself everywhere.
    pub fn follow_voices(&mut self) {
        let mut flow = std::mem::take(&mut self.flow);
        let ids = flow.lines.all_mut().iter_mut().filter_map(|line| line.voice_id.as_mut());
        for id in ids.chain(flow.voice.as_mut().map(|voice| &mut voice.id)) {
            let now = self.voice_now(id);
            if now != id.as_str() {
                *id = now.to_owned();
            }
        }
        self.flow = flow;
    }

    /// Whether two ids are of the same voice, as far as its user is concerned.
    pub fn is_same_voice(&self, one: &str, other: &str) -> bool {
        one == other || self.voice_now(one) == self.voice_now(other)
    }

    /// How a voice is called on screen: by the user's own name for it, else by the name that is known.
    pub fn voice_name<'a>(&'a self, id: &str, known: &'a str) -> &'a str {
        self.notes.alias(id).or_else(|| self.notes.alias(self.came_back(id)?)).unwrap_or(known)
    }

    fn came_back(&self, id: &str) -> Option<&str> {
        let clone = self.deleted_clones.iter().find(|clone| clone.id == id)?;
        Some(self.voice_now(clone.came_back_as.as_deref()?))
    }

    /// The same for the voice of a take.
    pub fn voice_of_take<'a>(&'a self, take: &'a Take) -> &'a str {
        self.voice_name(&take.voice_id, &take.voice_name)
    }

    /// The same for a voice of which only the id is known; `None` for one that was never listed nor cloned here.
    pub fn name_of_voice(&self, id: &str) -> Option<&str> {
        if let Some(alias) = self.notes.alias(id) {
            return Some(alias);
        }
        let listed = self.voices.value().and_then(|voices| voices.iter().find(|voice| voice.id == id));
        let cloned = || self.clones.iter().chain(&self.deleted_clones).find(|clone| clone.id == id);
        listed.map(crate::api::Voice::label).or_else(|| cloned().map(|clone| clone.name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(id: &str, alias: &str) -> VoiceNote {
        VoiceNote { voice_id: id.into(), alias: Some(alias.into()), ..VoiceNote::default() }
    }

    #[test]
    fn a_voice_is_called_by_the_users_name_and_keeps_it_under_a_new_id() {
        let mut store = Store::new("the sandbox".into(), true);
        assert_eq!(store.voice_name("a", "Rachel"), "Rachel");
        store.notes.put(note("a", "Ada"));
        assert_eq!((store.voice_name("a", "Rachel"), store.name_of_voice("a")), ("Ada", Some("Ada")));
        store.notes.rename("a", "b");
        assert_eq!((store.name_of_voice("a"), store.name_of_voice("b")), (None, Some("Ada")));
        assert_eq!(store.notes.of("b").voice_id, "b");
        let revision = store.notes.revision();
        store.notes.put(VoiceNote { voice_id: "b".into(), ..VoiceNote::default() });
        assert!(store.notes.get("b").is_none() && store.notes.revision() > revision);
    }

    #[test]
    fn a_voice_that_came_back_is_the_same_one_however_often() {
        let mut store = Store::new("the sandbox".into(), true);
        let clone = |id: &str, to: &str| crate::library::CloneRecord {
            id: id.into(),
            came_back_as: Some(to.into()),
            deleted_at: Some("2026-11-22T10:00:00Z".into()),
            ..Default::default()
        };
        store.deleted_clones = vec![clone("a", "b"), clone("b", "c"), clone("x", "y"), clone("y", "x")];
        assert_eq!(["a", "b", "c", "d"].map(|id| store.voice_now(id)), ["c", "c", "c", "d"]);
        assert!(store.is_same_voice("a", "b") && !store.is_same_voice("a", "d"));
        store.flow.voice = Some(crate::store::VoiceChoice { id: "a".into(), name: "Mara".into() });
        store.flow.lines.active_mut().voice_id = Some("b".into());
        let flow = store.flow.id.clone();
        store.follow_voices();
        assert_eq!(store.flow.voice.as_ref().map(|voice| voice.id.as_str()), Some("c"));
        assert_eq!((store.flow.lines.active().voice_id.as_deref(), &store.flow.id), (Some("c"), &flow));
        assert!(["x", "y"].contains(&store.voice_now("x")), "a damaged row is no endless loop");
        store.notes.put(note("c", "Ada"));
        assert_eq!((store.voice_name("a", "Mara"), store.voice_name("d", "Lea")), ("Ada", "Lea"));
    }

    #[test]
    fn lengths_and_slots_are_news_once() {
        let mut notes = Notes::default();
        assert_eq!(notes.learn_length("a", 8.44).as_deref(), Some(r#"{"a":8.4}"#));
        assert_eq!(notes.learn_length("a", 8.41), None);
        assert!(notes.learn_length("a", f64::NAN).is_none() && notes.learn_length("b", 0.0).is_none());
        assert!(notes.learn_slots(5) && !notes.learn_slots(5) && !notes.learn_slots(0));
        assert_eq!(notes.slots(), Some(5));
    }
}
