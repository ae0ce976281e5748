//! Who speaks the lines of a file that names its speakers: the voice of that name, where there is one.

use std::collections::BTreeMap;

use super::edits::Roles;
use crate::find::Folded;
use crate::script::import::Row;
use crate::store::{Store, VoiceChoice};
use crate::ui::format;

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
    /// Lines that have their speaker's voice, and lines in all.
    spoken: (usize, usize),
}

impl Cast {
    /// Looks for the voices of everybody who speaks these lines, by the user's own names and by the service's.
    pub fn new(store: &Store, rows: &[Row]) -> Self {
        let mut cast = Self { spoken: (0, rows.len()), ..Self::default() };
        let mut names = None;
        for name in rows.iter().filter_map(|row| row.speaker.as_deref()) {
            let key = Folded::new([name]);
            if !cast.roles.contains_key(&key) {
                let voice = names.get_or_insert_with(|| names_of_voices(store)).get(&key).cloned();
                if voice.is_none() {
                    cast.missing.push(name.to_owned());
                }
                cast.roles.insert(key.clone(), voice);
            }
            cast.spoken.0 += usize::from(matches!(cast.roles.get(&key), Some(Some(_))));
        }
        let first = cast.found().next().filter(|_| !has_voice_to_come(store));
        let own = store.flow.voice.as_ref().or(first).map(|voice| voice.id.as_str());
        let differs = cast.found().any(|voice| Some(voice.id.as_str()) != own);
        Self { differs, ..cast }
    }

    fn found(&self) -> impl Iterator<Item = &VoiceChoice> {
        self.roles.values().flatten()
    }

    /// Who speaks with these: a script without a voice gets one of them, unless its own is still to be cloned, and lines
    /// may differ when the speakers do.
    pub fn roles(&self, store: &Store) -> Roles {
        let Roles { voice, same_for_all } = Roles::of(&store.flow);
        let first = || self.found().next().filter(|_| !has_voice_to_come(store)).cloned();
        Roles { voice: voice.or_else(first), same_for_all: same_for_all && !self.differs }
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
            0 if self.spoken.0 == self.spoken.1 => Some("Each line has its speaker\u{2019}s voice".to_owned()),
            0 => {
                let lines = format::count(self.spoken.1 as u64, "line", "lines");
                let (have, whose) = if self.spoken.0 == 1 { ("has", "its") } else { ("have", "their") };
                Some(format!("{} of {lines} {have} {whose} speaker\u{2019}s voice", self.spoken.0))
            }
            count if count > TOLD => Some(format!("No voice is called {told} and {} more", count - TOLD)),
            _ => Some(format!("No voice is called {}", told.replace(", ", " or "))),
        }
    }
}

/// Whether the flow's voice is still to be cloned from its source.
fn has_voice_to_come(store: &Store) -> bool {
    store.flow.voice.is_none() && (store.flow.source.is_some() || store.incoming.source.is_loading())
}

/// Every voice that may speak, by the user's own name for it, else by the service's; the first of a name.
fn names_of_voices(store: &Store) -> BTreeMap<Folded, VoiceChoice> {
    let voices = || store.voices.value().into_iter().flatten().filter(|voice| !voice.is_withheld());
    let own = voices().map(|voice| (store.voice_name(&voice.id, voice.label()), voice));
    let mut names = BTreeMap::new();
    for (called, voice) in own.chain(voices().map(|voice| (voice.label(), voice))) {
        names.entry(Folded::new([called])).or_insert_with(|| {
            let name = store.voice_name(&voice.id, voice.label()).to_owned();
            VoiceChoice { id: voice.id.clone(), name }
        });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Voice;
    use crate::media::probe::Probe;
    use crate::remote::Remote;
    use crate::store::MediaFile;

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
        let roles = cast.roles(&store);
        assert!(roles.voice.is_some() && !roles.same_for_all);
        store.flow.source = Some(MediaFile { path: "Lena.mp4".into(), probe: Probe::default() });
        assert_eq!(cast.roles(&store).voice, None, "the voice that is to be cloned");
        let alone = Cast::new(&store, &[row("Mara")]);
        assert_eq!(alone.voice_of(&row("Mara")).as_deref(), Some("mara"));
    }

    #[test]
    fn one_speaker_is_the_voice_of_a_script_without_one() {
        let store = store(&["Mara"]);
        let cast = Cast::new(&store, &[row("Mara")]);
        let roles = cast.roles(&store);
        assert_eq!((cast.voice_of(&row("Mara")), roles.same_for_all), (None, true));
        assert_eq!(roles.voice.unwrap().id, "mara");
        assert!(cast.words().unwrap().starts_with("Each line"));
        let some = Cast::new(&store, &["Mara", "", ""].map(row));
        assert_eq!(some.words().unwrap(), "1 of 3 lines has its speaker\u{2019}s voice");
        assert_eq!(Cast::new(&Store::new("x".into(), true), &[row("")]).words(), None);
        let many = Cast::new(&Store::new("x".into(), true), &["A", "B", "C"].map(row));
        assert_eq!(many.words().unwrap(), "No voice is called A, B and 1 more");
    }
}
