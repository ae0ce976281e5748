//! The voices the service listed last, and what the user noted on voices: favourites, names of one's own, tags.

use std::collections::{BTreeSet, HashMap};

use rusqlite::params;

use super::{Library, clones, failed, json};
use crate::api::Voice;
use crate::error::Result;

/// A voice of the list known last.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenVoice {
    pub voice: Voice,
    /// When the service listed it, ISO 8601 in UTC.
    pub seen_at: String,
}

/// What the user noted on a voice, on this computer only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VoiceNote {
    pub voice_id: String,
    pub favourite: bool,
    /// The user's own name for it.
    pub alias: Option<String>,
    pub tags: BTreeSet<String>,
    pub notes: String,
}

impl VoiceNote {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        !self.favourite && self.alias.is_none() && self.tags.is_empty() && self.notes.is_empty()
    }
}

pub(super) const UNLIST: &str = "UPDATE voices SET position = NULL WHERE position IS NOT NULL";
pub(super) const PUT: &str = "INSERT INTO voices (id, position, document, seen_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET position = ?2, document = ?3, seen_at = ?4";
pub(super) const SEEN: &str = "SELECT document, seen_at FROM voices WHERE position IS NOT NULL ORDER BY position";
pub(super) const NOTES: &str = "SELECT * FROM voice_notes ORDER BY voice_id";
pub(super) const TAGS: &str = "SELECT voice_id, tag FROM voice_tags ORDER BY voice_id, tag";
pub(super) const PUT_NOTE: &str = "INSERT INTO voice_notes (voice_id, favourite, alias, notes) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (voice_id) DO UPDATE SET favourite = ?2, alias = ?3, notes = ?4";
pub(super) const DROP_NOTE: &str = "DELETE FROM voice_notes WHERE voice_id = ?1";
pub(super) const DROP_TAGS: &str = "DELETE FROM voice_tags WHERE voice_id = ?1";
pub(super) const PUT_TAG: &str = "INSERT INTO voice_tags (voice_id, tag) VALUES (?1, ?2)";

pub(super) const NOTE_TO: &str = "INSERT OR IGNORE INTO voice_notes (voice_id, favourite, alias, notes)
    SELECT ?2, favourite, alias, notes FROM voice_notes WHERE voice_id = ?1";
pub(super) const TAGS_TO: &str =
    "INSERT OR IGNORE INTO voice_tags (voice_id, tag) SELECT ?2, tag FROM voice_tags WHERE voice_id = ?1";

impl Library {
    /// Remembers the service's list of voices, in its order. Voices no longer in it are kept, but not listed.
    pub fn put_voices(&self, voices: &[Voice], at: &str) -> Result<()> {
        self.transaction(|all| {
            all.prepare_cached(UNLIST).map_err(failed)?.execute([]).map_err(failed)?;
            let mut put = all.prepare_cached(PUT).map_err(failed)?;
            let mut known = std::collections::HashSet::new();
            // A voice listed twice keeps its first place.
            let listed = voices.iter().filter(|voice| known.insert(&voice.id));
            for (position, voice) in (0_i64..).zip(listed) {
                put.execute(params![voice.id, position, json(voice)?, at]).map_err(failed)?;
            }
            Ok(())
        })
    }

    /// The list of voices known last, in the service's order; empty when none was ever seen.
    pub fn voices_seen(&self) -> Result<Vec<SeenVoice>> {
        let rows = self.list(SEEN, [], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        let seen = |(document, seen_at): (String, String)| {
            Some(SeenVoice { voice: serde_json::from_str(&document).ok()?, seen_at })
        };
        Ok(rows.into_iter().filter_map(seen).collect())
    }

    /// What the user noted on voices, by voice id.
    pub fn voice_notes(&self) -> Result<HashMap<String, VoiceNote>> {
        let notes = self.list(NOTES, [], |row| {
            Ok(VoiceNote {
                voice_id: row.get("voice_id")?,
                favourite: row.get("favourite")?,
                alias: row.get("alias")?,
                tags: BTreeSet::new(),
                notes: row.get("notes")?,
            })
        })?;
        let mut notes: HashMap<_, _> = notes.into_iter().map(|note| (note.voice_id.clone(), note)).collect();
        for (id, tag) in self.list(TAGS, [], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))? {
            if let Some(note) = notes.get_mut(&id) {
                note.tags.insert(tag);
            }
        }
        Ok(notes)
    }

    /// Keeps a note in place of the one before; an empty one is removed.
    pub fn put_voice_note(&self, note: &VoiceNote) -> Result<()> {
        self.transaction(|all| {
            if note.is_empty() {
                all.execute(DROP_NOTE, [&note.voice_id]).map_err(failed)?;
                return Ok(());
            }
            let row = params![note.voice_id, note.favourite, note.alias, note.notes];
            all.execute(PUT_NOTE, row).map_err(failed)?;
            all.execute(DROP_TAGS, [&note.voice_id]).map_err(failed)?;
            for tag in &note.tags {
                all.execute(PUT_TAG, [&note.voice_id, tag]).map_err(failed)?;
            }
            Ok(())
        })
    }

    /// Notes that a parked clone has come back under another id: it is parked no more, what the user noted on it goes
    /// along, and the new clone says where its sample is from. Done twice, it changes nothing.
    pub fn bring_back(&self, from: &str, to: &str) -> Result<()> {
        self.transaction(|all| {
            all.execute(NOTE_TO, [from, to]).map_err(failed)?;
            if all.changes() > 0 {
                all.execute(TAGS_TO, [from, to]).map_err(failed)?;
            }
            all.execute(DROP_NOTE, [from]).map_err(failed)?;
            all.execute(clones::SAMPLE_OF, [from, to]).map_err(failed)?;
            all.execute(clones::PARKED, params![from, None::<String>]).map_err(failed)?;
            all.execute(clones::CAME_BACK, [from, to]).map_err(failed)?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(id: &str) -> Voice {
        Voice { id: id.into(), name: Some(format!("Voice {id}")), ..Voice::default() }
    }

    #[test]
    fn the_last_list_is_remembered_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        assert!(library.voices_seen().unwrap().is_empty());
        library.put_voices(&[voice("a"), voice("b")], "2026-11-22T10:00:00Z").unwrap();
        library.put_voices(&[voice("c"), voice("a"), voice("c")], "2026-11-22T11:00:00Z").unwrap();
        let seen = library.voices_seen().unwrap();
        assert_eq!(seen.iter().map(|seen| &seen.voice).collect::<Vec<_>>(), [&voice("c"), &voice("a")]);
        assert!(seen.iter().all(|seen| seen.seen_at == "2026-11-22T11:00:00Z"));
    }

    #[test]
    fn a_note_is_replaced_whole_and_an_empty_one_goes() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let mut note = VoiceNote { voice_id: "a".into(), favourite: true, ..VoiceNote::default() };
        note.tags = ["calm", "news"].map(String::from).into();
        library.put_voice_note(&note).unwrap();
        note.tags = ["calm", "Ünïcode"].map(String::from).into();
        note.alias = Some("Ada".into());
        library.put_voice_note(&note).unwrap();
        assert_eq!(library.voice_notes().unwrap(), HashMap::from([("a".to_owned(), note.clone())]));
        library.put_voice_note(&VoiceNote { voice_id: "a".into(), ..VoiceNote::default() }).unwrap();
        assert!(library.voice_notes().unwrap().is_empty());
    }

    #[test]
    fn a_clone_that_came_back_takes_its_notes_along() {
        use crate::library::CloneRecord;
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap().library;
        let mut note = VoiceNote { voice_id: "old".into(), favourite: true, ..VoiceNote::default() };
        note.tags = ["calm", "news"].map(String::from).into();
        library.put_voice_note(&note).unwrap();
        let clone = |id: &str, sample: &str| CloneRecord {
            id: id.into(),
            name: "Mara".into(),
            sample_name: sample.into(),
            cloned_at: "2026-11-22T10:00:00Z".into(),
            ..CloneRecord::default()
        };
        library.put_clone(&clone("old", "keynote.mov, 0:10.0 to 1:00.0")).unwrap();
        library.park_clone("old", Some("2026-11-22T11:00:00Z")).unwrap();
        library.put_clone(&clone("new", "Mara.wav")).unwrap();
        for _ in 0..2 {
            library.bring_back("old", "new").unwrap();
            let moved = VoiceNote { voice_id: "new".into(), ..note.clone() };
            assert_eq!(library.voice_notes().unwrap(), HashMap::from([("new".to_owned(), moved)]));
            let all = library.all_clones().unwrap();
            let of = |id: &str| all.iter().find(|clone| clone.id == id).unwrap();
            assert_eq!(of("new").sample_name, "keynote.mov, 0:10.0 to 1:00.0");
            assert_eq!((of("old").came_back_as.as_deref(), of("new").came_back_as.as_deref()), (Some("new"), None));
            assert!(of("old").parked_at.is_none() && of("old").deleted_at.is_some() && of("new").deleted_at.is_none());
        }
    }
}
