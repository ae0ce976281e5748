//! What is joined, in which order and with which pauses: pure rules.

use std::path::PathBuf;

use crate::library::{Line, Take};
use crate::media::edit::Piece;
use crate::panels::script::index::Index;
use crate::script::{self, pauses};
use crate::store::{Store, clean_name};

/// The pause after a line unless the user wants another, and the longest one, in seconds.
pub const PAUSE: f64 = 0.8;
pub const MOST_PAUSE: f64 = 5.0;
/// Lines that are listed by themselves; others can be added.
const MOST_LISTED: usize = 1_000;
const NAME_CHARACTERS: usize = 60;

/// A take that may be joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub take: String,
    /// As it is called among takes of other lines, and inside of other names.
    pub title: String,
    pub label: String,
    pub voice: String,
    pub words: String,
    pub file: PathBuf,
    pub secs: f64,
    /// Whether it is part of the track.
    pub on: bool,
    /// Seconds of silence after it, unless it is the last.
    pub pause: f64,
}

impl Entry {
    fn of(store: &Store, take: &Take, on: bool) -> Self {
        Self {
            take: take.id.clone(),
            title: store.take_title(take),
            label: store.take_label(take),
            voice: store.voice_of_take(take).to_owned(),
            words: script::excerpt(&pauses::words(&take.script), 80),
            file: take.audio().to_owned(),
            secs: take.secs(),
            on,
            pause: PAUSE,
        }
    }
}

/// The list as it stands in the dialog.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    pub entries: Vec<Entry>,
    /// What the track is called, without ending.
    pub name: String,
}

impl Plan {
    /// One take of each line of the script, in its order and with its pauses.
    pub fn new(store: &Store) -> Self {
        let index = Index::new(store);
        let lines = store.flow.lines.all().iter().enumerate();
        let of_line = |(at, line): (usize, &Line)| {
            let takes: Vec<&Take> = index.of(at).iter().filter_map(|place| store.takes.get(*place)).collect();
            let pause = line.pause_secs.unwrap_or(store.flow.pause_secs).clamp(0.0, MOST_PAUSE);
            Some(Entry { pause, ..Entry::of(store, best_of(line, &takes)?, true) })
        };
        let entries: Vec<Entry> = lines.filter_map(of_line).take(MOST_LISTED).collect();
        let name: String = format!("{}, joined", store.flow.name).chars().take(NAME_CHARACTERS).collect();
        Self { entries, name }
    }

    /// The entries of the track, in order.
    pub fn chosen(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.on)
    }

    /// Whether a pause follows this entry: it is part of the track, and not its last one.
    pub fn has_pause(&self, at: usize) -> bool {
        let (before, after) = self.entries.split_at((at + 1).min(self.entries.len()));
        before.last().is_some_and(|entry| entry.on) && after.iter().any(|entry| entry.on)
    }

    /// Seconds of the whole track.
    pub fn secs(&self) -> f64 {
        self.pieces().iter().map(|(piece, secs)| secs + piece.pause_after_secs).sum()
    }

    /// What is joined, each with its own seconds. No pause comes after the last one.
    pub fn pieces(&self) -> Vec<(Piece, f64)> {
        let count = self.chosen().count();
        let piece = |(at, entry): (usize, &Entry)| {
            let pause_after_secs = if at + 1 < count { entry.pause.clamp(0.0, MOST_PAUSE) } else { 0.0 };
            (Piece { path: entry.file.clone(), pause_after_secs }, entry.secs)
        };
        self.chosen().enumerate().map(piece).collect()
    }

    /// Moves an entry by one place, as far as there is one.
    pub fn move_by_one(&mut self, at: usize, down: bool) {
        let to = if down { at + 1 } else { at.wrapping_sub(1) };
        if at < self.entries.len() && to < self.entries.len() {
            self.entries.swap(at, to);
        }
    }

    /// Puts another take at the end of the list, as part of the track. One that is listed already is chosen.
    pub fn add(&mut self, store: &Store, take: &Take) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.take == take.id) {
            entry.on = true;
        } else {
            self.entries.push(Entry::of(store, take, true));
        }
    }

    /// Why it can't be joined.
    pub fn why_not(&self) -> Option<&'static str> {
        if self.chosen().count() < 2 {
            Some("Choose two takes or more")
        } else if self.name.trim().is_empty() {
            Some("Give the track a name")
        } else {
            None
        }
    }

    /// The name as a file's: no separators, nothing a file system refuses.
    pub fn stem(&self) -> String {
        let text = clean_name(&self.name);
        if text.is_empty() { "Joined".to_owned() } else { text }
    }
}

/// The take of a line that counts: the chosen one, else the kept one, else the newest.
fn best_of<'a>(line: &Line, takes: &[&'a Take]) -> Option<&'a Take> {
    let chosen = takes.iter().find(|take| line.take_id.as_ref() == Some(&take.id));
    chosen.or_else(|| takes.iter().find(|take| take.care.kept)).or_else(|| takes.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(number: u32, script: &str, kept: bool) -> Take {
        let care = crate::library::Care { kept, ..Default::default() };
        Take {
            id: format!("t{number}"),
            number,
            voice_id: "v".into(),
            voice_name: "Mara".into(),
            script: script.into(),
            stability: None,
            similarity: None,
            file: format!("{number}.wav").into(),
            remote_id: None,
            url: String::new(),
            duration_secs: f64::from(number),
            made_at: String::new(),
            care,
        }
    }

    fn plan() -> Plan {
        let mut store = Store::new("x".into(), true);
        store.flow.voice = Some(crate::store::VoiceChoice { id: "v".into(), name: "Mara".into() });
        store.takes = vec![take(5, "C", false), take(4, "B", false), take(3, "A", false), take(2, "A", true)];
        store.takes.push(take(1, "B", false));
        (*store.flow.text_mut(), store.flow.name) = ("C".into(), "Teaser/one".into());
        for (at, text) in [(1, "B"), (2, "Never spoken"), (3, "A")] {
            store.flow.lines.insert(at, crate::store::Lines::line(text));
        }
        let lines = store.flow.lines.all_mut();
        (lines[1].take_id, lines[1].pause_secs) = (Some("t1".into()), Some(0.3));
        Plan::new(&store)
    }

    #[test]
    fn of_each_line_the_chosen_or_kept_or_newest_take_is_listed_in_order_with_its_pause() {
        let mut plan = plan();
        let listed: Vec<_> = plan.entries.iter().map(|entry| (entry.title.as_str(), entry.on)).collect();
        assert_eq!(listed, [("Line 1, take 5", true), ("Line 2, take 1", true), ("Line 4, take 2", true)]);
        assert!((plan.secs() - (5.0 + 0.8 + 1.0 + 0.3 + 2.0)).abs() < 1e-9);
        assert_eq!((plan.why_not(), plan.stem().as_str()), (None, "Teaser one, joined"));
        plan.entries.iter_mut().take(2).for_each(|entry| entry.on = false);
        assert_eq!(plan.why_not(), Some("Choose two takes or more"));
    }

    #[test]
    fn the_length_counts_pauses_between_takes_only() {
        let mut plan = plan();
        plan.entries[1].on = false;
        plan.entries[1].pause = 0.8;
        plan.entries[0].pause = 0.5;
        assert!((plan.secs() - 7.5).abs() < 1e-9);
        assert_eq!([0, 1, 2, 9].map(|at| plan.has_pause(at)), [true, false, false, false]);
        plan.entries[1].on = true;
        assert!((plan.secs() - (5.0 + 0.5 + 1.0 + 0.8 + 2.0)).abs() < 1e-9);
        assert_eq!(plan.why_not(), None);
        plan.name = " ".into();
        assert_eq!((plan.why_not(), plan.stem().as_str()), (Some("Give the track a name"), "Joined"));
    }

    #[test]
    fn entries_move_within_the_list_and_any_take_can_be_added() {
        let store = Store::new("x".into(), true);
        let mut plan = plan();
        plan.move_by_one(2, false);
        plan.move_by_one(0, false);
        plan.move_by_one(2, true);
        assert_eq!(plan.entries.iter().map(|entry| entry.take.as_str()).collect::<Vec<_>>(), ["t5", "t2", "t1"]);
        plan.entries.iter_mut().take(2).for_each(|entry| entry.on = false);
        plan.entries[2].on = false;
        plan.add(&store, &take(2, "A", true));
        plan.add(&store, &take(3, "A", false));
        plan.add(&store, &take(5, "C", false));
        let on: Vec<_> = plan.chosen().map(|entry| entry.take.as_str()).collect();
        assert_eq!(on, ["t5", "t2", "t3"]);
    }
}
