//! Who speaks the lines of a file that names its speakers: the voice of that name, where there is one.

use std::collections::BTreeMap;

use crate::panels::find::Folded;
use crate::script::import::Row;
use crate::store::{Flow, Store, VoiceChoice};

/// Names without a voice that are told.
const TOLD: usize = 2;

/// The speakers of a file.
#[derive(Debug, Default)]
pub struct Cast {
    /// By their names as they are compared; the voice, where there is one.
    roles: BTreeMap<Folded, Option<VoiceChoice>>,
    /// Names without a voice, in order.
    missing: Vec<String>,
    /// The lines need voices of their own.
    differs: bool,
}

impl Cast {
    /// Looks for the voices of everybody who speaks these lines, by the user's own names and by the service's.
    pub fn new(store: &Store, rows: &[Row]) -> Self {
        let mut cast = Self::default();
        for name in rows.iter().filter_map(|row| row.speaker.as_deref()) {
            let key = Folded::new([name]);
            if cast.roles.contains_key(&key) {
                continue;
            }
            let voice = voice_called(store, &key);
            if voice.is_none() {
                cast.missing.push(name.to_owned());
            }
            cast.roles.insert(key, voice);
        }
        let own = store.flow.voice.as_ref().or_else(|| cast.found().next()).map(|voice| voice.id.as_str());
        let differs = cast.found().any(|voice| Some(voice.id.as_str()) != own);
        Self { differs, ..cast }
    }

    fn found(&self) -> impl Iterator<Item = &VoiceChoice> {
        self.roles.values().flatten()
    }

    /// A script without a voice gets one of these, and lines may differ when the speakers do.
    pub fn settle(&self, flow: &mut Flow) {
        if flow.voice.is_none() {
            flow.voice = self.found().next().cloned();
        }
        flow.same_for_all &= !self.differs;
    }

    /// Id of the voice of its own that a line needs.
    pub fn voice_of(&self, row: &Row) -> Option<String> {
        let key = Folded::new([row.speaker.as_deref()?]);
        self.roles.get(&key)?.as_ref().filter(|_| self.differs).map(|voice| voice.id.clone())
    }

    /// What came of the names; `None` when the file has none.
    pub fn words(&self) -> Option<String> {
        let told = self.missing.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", ");
        match self.missing.len() {
            0 if self.roles.is_empty() => None,
            0 => Some("Each line has its speaker\u{2019}s voice".to_owned()),
            count if count > TOLD => Some(format!("No voice is called {told} and {} more", count - TOLD)),
            _ => Some(format!("No voice is called {}", told.replace(", ", " or "))),
        }
    }
}

/// The voice of this name that may speak.
fn voice_called(store: &Store, name: &Folded) -> Option<VoiceChoice> {
    let voices = || store.voices.value().into_iter().flatten().filter(|voice| !voice.is_withheld());
    let choice = |id: &str, label: &str| VoiceChoice { id: id.to_owned(), name: label.to_owned() };
    let own = voices().find(|voice| Folded::new([store.voice_name(&voice.id, voice.label())]) == *name);
    let found = own.or_else(|| voices().find(|voice| Folded::new([voice.label()]) == *name))?;
    Some(choice(&found.id, store.voice_name(&found.id, found.label())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Voice;
    use crate::remote::Remote;

    fn row(speaker: &str) -> Row {
        Row { text: "Hi".into(), speaker: Some(speaker.into()).filter(|name: &String| !name.is_empty()) }
    }

    fn store(names: &[&str]) -> Store {
        let mut store = Store::new("x".into(), true);
        let voice = |name: &&str| Voice { id: name.to_lowercase(), name: Some((*name).into()), ..Voice::default() };
        store.voices = Remote::remembered(names.iter().map(voice).collect(), None);
        store
    }

    #[test]
    fn every_speaker_gets_the_voice_of_that_name_and_others_are_told() {
        let mut store = store(&["Mara", "Ines"]);
        let rows = ["mara", "In\u{ea}s", "", "Bob", "Mara"].map(row);
        let cast = Cast::new(&store, &rows);
        let voices: Vec<_> = rows.iter().map(|row| cast.voice_of(row)).collect();
        let [mara, ines] = ["mara", "ines"].map(|id| Some(id.to_owned()));
        assert_eq!(voices, [mara.clone(), ines, None, None, mara]);
        assert_eq!(cast.words().unwrap(), "No voice is called Bob");
        cast.settle(&mut store.flow);
        assert!(store.flow.voice.is_some() && !store.flow.same_for_all);
    }

    #[test]
    fn one_speaker_is_the_voice_of_a_script_without_one() {
        let mut store = store(&["Mara"]);
        let cast = Cast::new(&store, &[row("Mara")]);
        cast.settle(&mut store.flow);
        assert_eq!((cast.voice_of(&row("Mara")), store.flow.same_for_all), (None, true));
        assert_eq!(store.flow.voice.unwrap().id, "mara");
        assert!(cast.words().unwrap().starts_with("Each line"));
        assert_eq!(Cast::new(&Store::new("x".into(), true), &[row("")]).words(), None);
        let many = Cast::new(&Store::new("x".into(), true), &["A", "B", "C"].map(row));
        assert_eq!(many.words().unwrap(), "No voice is called A, B and 1 more");
    }
}
