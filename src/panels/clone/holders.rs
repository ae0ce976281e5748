//! The voices that hold clone slots: how many there may be, and which one is missed least.

use std::collections::HashMap;

use time::OffsetDateTime;

use super::voices;
use crate::api::Voice;
use crate::jobs::{Job, Outcome, State};
use crate::panels::when;
use crate::store::Store;
use crate::ui::format;

/// How many clone slots there are, as far as is known, and how many are in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slots {
    pub limit: Option<usize>,
    pub used: Option<usize>,
}

impl Slots {
    /// From the list of voices, and what was typed in the settings. A refusal tells as well: when there is no free
    /// slot, all are listed. `made`: the voice of the clone that is shown, which takes none of the others' slots.
    pub fn of(store: &Store, typed: Option<u32>, is_full: bool, made: Option<&str>) -> Self {
        let is_other = |voice: &&Voice| store.is_clone(voice) && made != Some(voice.id.as_str());
        let count = |list: &Vec<Voice>| list.iter().filter(is_other).count();
        let used = store.voices.value().map(count);
        let is_listed = !store.voices.is_loading() && store.voices.error().is_none();
        let learned = used.filter(|used| is_full && is_listed && *used > 0);
        // What was typed is about the account.
        let typed = typed.filter(|_| !store.is_sandbox).and_then(|slots| usize::try_from(slots).ok());
        Self { limit: learned.or(typed), used }
    }

    /// "Two clone slots are free on this account."; nothing while it is not known.
    pub fn free_words(self) -> Option<String> {
        let free = self.limit?.saturating_sub(self.used?);
        Some(match free {
            0 => "No clone slot is known to be free. The service decides.".to_owned(),
            1 => "One clone slot is free on this account.".to_owned(),
            many => format!("{many} clone slots are free on this account."),
        })
    }

    /// For the row "Clone slots": "3 of 5 used before this one".
    pub fn used_words(self, is_full: bool) -> Option<String> {
        let used = self.used?;
        Some(match (self.limit, is_full) {
            (Some(limit), true) => format!("{used} of {limit} used"),
            (None, true) => format!("All {used} used"),
            (Some(limit), false) => format!("{used} of {limit} used before this one"),
            (None, false) if used == 0 => "None in use before this one".to_owned(),
            (None, false) => format!("{} before this one", format::count(used as u64, "clone", "clones")),
        })
    }
}

/// Id of the voice that a job has made.
pub fn made_by(job: &Job) -> Option<&str> {
    match &job.state {
        State::Done(Outcome::Voice { id, .. }) => Some(id),
        _ => job.checkpoint.cloned.as_ref()?.handle(),
    }
}

/// A clone that holds a slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    pub id: String,
    pub name: String,
    /// "Your clone, made 2 May".
    pub origin: String,
    pub last_used: Option<OffsetDateTime>,
    pub takes: usize,
    /// Its sample is on this computer.
    pub can_park: bool,
    pub has_preview: bool,
}

impl Holder {
    pub fn last_words(&self) -> String {
        self.last_used.map_or_else(|| "Never here".to_owned(), |at| capital(&when::day(at, when::now())))
    }

    pub const fn parking(&self) -> &'static str {
        if self.can_park { "Sample kept, can be parked" } else { "No sample here, delete only" }
    }
}

/// The clones in the order of the list of voices.
pub fn holders(store: &Store) -> Vec<Holder> {
    let mut used: HashMap<&str, (usize, &str)> = HashMap::new();
    for take in &store.takes {
        let (takes, last) = used.entry(&take.voice_id).or_default();
        *takes += 1;
        // ISO 8601 in UTC: the later one is the greater one.
        *last = (*last).max(take.made_at.as_str());
    }
    let clones = voices(store).iter().filter(|voice| store.is_clone(voice));
    clones
        .map(|voice| {
            let record = store.clones.iter().find(|clone| clone.id == voice.id);
            let made = record.and_then(|record| when::parse(&record.cloned_at));
            let origin = match (record, made) {
                (Some(_), Some(made)) => format!("Your clone, made {}", when::day(made, when::now())),
                (Some(_), None) => "Your clone".to_owned(),
                (None, _) => "Made elsewhere".to_owned(),
            };
            let (takes, last) = used.get(voice.id.as_str()).copied().unwrap_or_default();
            Holder {
                id: voice.id.clone(),
                name: store.voice_name(&voice.id, voice.label()).to_owned(),
                origin,
                last_used: when::parse(last),
                takes,
                can_park: record.is_some_and(|record| record.sample_file.is_some()),
                has_preview: voice.preview_url.is_some(),
            }
        })
        .collect()
}

/// The one that is missed least: parkable, and not used for the longest time.
pub fn least_used(holders: &[Holder]) -> Option<&Holder> {
    holders.iter().filter(|holder| holder.can_park).min_by_key(|holder| (holder.last_used, holder.takes))
}

fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::library::CloneRecord;
    use crate::remote::Remote;

    fn holder(id: &str, last_used: Option<OffsetDateTime>, takes: usize, can_park: bool) -> Holder {
        let (name, origin) = (id.to_owned(), String::new());
        Holder { id: id.to_owned(), name, origin, last_used, takes, can_park, has_preview: false }
    }

    #[test]
    fn the_one_not_used_for_longest_is_proposed_among_those_that_can_come_back() {
        let (july, november) = (datetime!(2026-07-04 10:00 UTC), datetime!(2026-11-20 10:00 UTC));
        let all = [
            holder("Lea", Some(november), 9, true),
            holder("Guest", None, 0, false),
            holder("Podcast", Some(july), 18, true),
        ];
        assert_eq!(least_used(&all).map(|holder| holder.id.as_str()), Some("Podcast"));
        assert_eq!(least_used(&all[1..2]), None, "nobody is deleted by a proposal");
        let never = [all[2].clone(), holder("New", None, 0, true)];
        assert_eq!(least_used(&never).map(|holder| holder.id.as_str()), Some("New"));
    }

    #[test]
    fn a_clone_that_is_ready_is_not_one_before_itself() {
        let mut store = Store::new("sync.so".into(), false);
        let voices = serde_json::json!([{ "id": "mara", "name": "Mara" }, { "id": "lea", "name": "Lea" }]);
        let voices: Vec<Voice> = serde_json::from_value(voices).unwrap();
        for id in ["mara", "lea"] {
            store.clones.push(CloneRecord { id: id.into(), ..CloneRecord::default() });
        }
        store.voices = Remote::remembered(voices, None);
        let words = |made| Slots::of(&store, Some(5), false, made).used_words(false);
        assert_eq!(words(None).as_deref(), Some("2 of 5 used before this one"));
        assert_eq!(words(Some("mara")).as_deref(), Some("1 of 5 used before this one"));
    }

    #[test]
    fn slots_are_counted_only_as_far_as_they_are_known() {
        let slots = Slots { limit: Some(5), used: Some(3) };
        assert_eq!(slots.free_words().as_deref(), Some("2 clone slots are free on this account."));
        assert_eq!(slots.used_words(false).as_deref(), Some("3 of 5 used before this one"));
        assert_eq!(
            Slots { used: Some(4), ..slots }.free_words().as_deref(),
            Some("One clone slot is free on this account.")
        );
        let unknown = Slots { limit: None, used: Some(3) };
        assert_eq!(unknown.free_words(), None);
        assert_eq!(unknown.used_words(false).as_deref(), Some("3 clones before this one"));
        assert_eq!(Slots::default().used_words(false), None);
        assert_eq!(capital("yesterday"), "Yesterday");
    }
}
