//! The lines of a flow, in order. There is always one, and one of them is worked on.

use serde::{Deserialize, Serialize};

use crate::library::Line;

/// The lines. Never empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Lines {
    /// At least one.
    all: Vec<Line>,
    /// The place of the one that is worked on; always below their number.
    at: usize,
}

/// As they stand in a flow's document. Earlier versions knew one line, and wrote its text and take.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Written {
    lines: Vec<Line>,
    /// Id of the one that is worked on.
    active: String,
    #[serde(skip_serializing)]
    line: String,
    #[serde(skip_serializing)]
    take: Option<String>,
}

impl From<Written> for Lines {
    fn from(written: Written) -> Self {
        let Written { lines: mut all, active, line, take } = written;
        if all.is_empty() {
            all.push(Line { take_id: take, ..new(&line) });
        }
        for line in &mut all {
            if line.id.is_empty() {
                line.id = id();
            }
        }
        let at = all.iter().position(|line| line.id == active).unwrap_or_default();
        Self { all, at }
    }
}

impl From<Lines> for Written {
    fn from(lines: Lines) -> Self {
        let active = lines.active().id.clone();
        Self { lines: lines.all, active, ..Self::default() }
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self::of("")
    }
}

fn id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// A line with an id of its own.
fn new(text: &str) -> Line {
    Line { id: id(), text: text.to_owned(), ..Line::default() }
}

impl Lines {
    /// One line.
    pub fn of(text: &str) -> Self {
        Self { all: vec![new(text)], at: 0 }
    }

    /// A line that can be put in, with an id of its own.
    pub fn line(text: &str) -> Line {
        new(text)
    }

    /// Every line, in order.
    pub fn all(&self) -> &[Line] {
        &self.all
    }

    /// Every line, to be changed. Ids stay as they are.
    pub fn all_mut(&mut self) -> &mut [Line] {
        &mut self.all
    }

    /// How many there are; never 0.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing has been written and no take chosen: there is always a line.
    pub fn is_empty(&self) -> bool {
        self.all.iter().all(|line| line.text.trim().is_empty() && line.take_id.is_none())
    }

    /// The line that is worked on.
    pub fn active(&self) -> &Line {
        &self.all[self.at]
    }

    /// The same, to be changed.
    pub fn active_mut(&mut self) -> &mut Line {
        &mut self.all[self.at]
    }

    /// Its place, from 0.
    pub fn active_index(&self) -> usize {
        self.at
    }

    /// Works on another line, when there is one of this id.
    pub fn activate(&mut self, id: &str) {
        self.at = self.index(id).unwrap_or(self.at);
    }

    /// The place of a line, from 0.
    pub fn index(&self, id: &str) -> Option<usize> {
        self.all.iter().position(|line| line.id == id)
    }

    /// A line by its id.
    pub fn get(&self, id: &str) -> Option<&Line> {
        self.all.iter().find(|line| line.id == id)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Line> {
        self.all.iter_mut().find(|line| line.id == id)
    }

    /// Puts a line in at a place, at most behind the last; the active line stays the same.
    pub fn insert(&mut self, place: usize, line: Line) {
        let place = place.min(self.all.len());
        self.all.insert(place, line);
        if place <= self.at {
            self.at += 1;
        }
    }

    /// Takes a line out, with its place. The last one there is leaves an empty line behind. When it was the active
    /// one, that is now the one before it.
    pub fn remove(&mut self, id: &str) -> Option<(usize, Line)> {
        let place = self.index(id)?;
        if self.all.len() == 1 {
            self.all.push(new(""));
        }
        let line = self.all.remove(place);
        if self.at > 0 && place <= self.at {
            self.at -= 1;
        }
        Some((place, line))
    }

    /// Moves a line to a place, counted without it. The active line stays the same.
    pub fn move_to(&mut self, id: &str, place: usize) {
        let active = self.active().id.clone();
        if let Some(from) = self.index(id) {
            let line = self.all.remove(from);
            self.all.insert(place.min(self.all.len()), line);
            self.activate(&active);
        }
    }

    /// The same lines under ids of their own, as a copy of a flow has them.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self { all: self.all.iter().map(|line| Line { id: id(), ..line.clone() }).collect(), at: self.at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &Lines) -> Vec<&str> {
        lines.all().iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn the_active_line_stays_the_same_while_others_come_go_and_move() {
        let mut lines = Lines::of("b");
        lines.insert(0, Lines::line("a"));
        lines.insert(9, Lines::line("c"));
        assert_eq!((texts(&lines), lines.active().text.as_str()), (vec!["a", "b", "c"], "b"));
        let [a, b, c] = [0, 1, 2].map(|at| lines.all()[at].id.clone());
        lines.move_to(&c, 0);
        lines.move_to(&b, 9);
        assert_eq!((texts(&lines), lines.active().text.as_str()), (vec!["c", "a", "b"], "b"));
        assert_eq!(lines.remove(&c).map(|(at, line)| (at, line.text)), Some((0, "c".to_owned())));
        assert_eq!((lines.active_index(), lines.active().text.as_str()), (1, "b"));
        lines.remove(&b);
        assert_eq!(lines.active().text, "a");
        lines.remove(&a);
        assert_eq!((texts(&lines), lines.is_empty()), (vec![""], true));
        assert!(lines.remove(&a).is_none());
    }

    #[test]
    fn lines_come_back_as_they_were_and_the_one_line_of_earlier_versions_too() {
        let mut lines = Lines::of("one");
        lines.insert(1, Line { pause_secs: Some(0.4), ..Lines::line("two") });
        let second = lines.all()[1].id.clone();
        lines.activate(&second);
        let text = serde_json::to_string(&lines).unwrap();
        assert_eq!(serde_json::from_str::<Lines>(&text).unwrap(), lines);
        let old: Lines = serde_json::from_str(r#"{"line":"Hi","take":"t1"}"#).unwrap();
        assert_eq!((old.active().text.as_str(), old.active().take_id.as_deref()), ("Hi", Some("t1")));
        assert!(!old.active().id.is_empty() && old.copied().active().id != old.active().id);
    }
}
