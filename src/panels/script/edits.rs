//! What is done to the lines as a whole, so that it can be undone and redone. Each line's text undoes by itself.

use crate::library::Line;
use crate::store::Lines;

/// Steps that can be undone.
const MOST: usize = 200;

/// One change to the lines.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Puts a line in at a place and works on it.
    Put { at: usize, line: Box<Line> },
    /// Takes a line out.
    Take { id: String },
    /// Moves a line to a place, counted without it.
    Move { id: String, to: usize },
    /// Gives a line another text.
    Text { id: String, text: String },
}

impl Edit {
    /// A new line at a place.
    pub fn new_line(at: usize, text: &str) -> Self {
        Self::Put { at, line: Box::new(Lines::line(text)) }
    }

    /// Makes the change. What undoes it; `None` when there was nothing to change.
    fn make(self, lines: &mut Lines) -> Option<Self> {
        match self {
            Self::Put { at, line } => {
                let id = line.id.clone();
                lines.insert(at, *line);
                lines.activate(&id);
                Some(Self::Take { id })
            }
            Self::Take { id } => lines.remove(&id).map(|(at, line)| Self::Put { at, line: Box::new(line) }),
            Self::Move { id, to } => {
                let from = lines.index(&id)?;
                lines.move_to(&id, to);
                (lines.index(&id) != Some(from)).then_some(Self::Move { id, to: from })
            }
            Self::Text { id, text } => {
                let line = lines.get_mut(&id)?;
                let before = std::mem::replace(&mut line.text, text);
                lines.activate(&id);
                Some(Self::Text { id, text: before })
            }
        }
    }
}

/// What was done and undone.
#[derive(Debug, Default)]
pub struct History {
    past: Vec<Vec<Edit>>,
    future: Vec<Vec<Edit>>,
    /// The last thing that changed was the lines, and not the text of one.
    is_newest: bool,
}

impl History {
    /// Makes changes that are undone as one.
    pub fn make(&mut self, lines: &mut Lines, edits: Vec<Edit>) {
        if let Some(back) = make_all(lines, edits) {
            self.past.push(back);
            if self.past.len() > MOST {
                self.past.remove(0);
            }
            self.future.clear();
            self.is_newest = true;
        }
    }

    /// Somebody typed: that is what is undone first now.
    pub fn typed(&mut self) {
        self.is_newest = false;
    }

    /// Whether the lines changed after the text of the line did.
    pub fn is_newest(&self) -> bool {
        self.is_newest && !self.past.is_empty()
    }

    /// Undoes the last change; false when there is none.
    pub fn undo(&mut self, lines: &mut Lines) -> bool {
        let Some(edits) = self.past.pop() else { return false };
        self.future.extend(make_all(lines, edits));
        true
    }

    /// Makes it again; false when nothing was undone.
    pub fn redo(&mut self, lines: &mut Lines) -> bool {
        let Some(edits) = self.future.pop() else { return false };
        self.past.extend(make_all(lines, edits));
        self.is_newest = true;
        true
    }
}

fn make_all(lines: &mut Lines, edits: Vec<Edit>) -> Option<Vec<Edit>> {
    let mut back: Vec<Edit> = edits.into_iter().filter_map(|edit| edit.make(lines)).collect();
    back.reverse();
    (!back.is_empty()).then_some(back)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &Lines) -> Vec<&str> {
        lines.all().iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn every_change_is_undone_and_redone_in_its_order() {
        let (mut lines, mut history) = (Lines::of("a"), History::default());
        history.make(&mut lines, vec![Edit::new_line(1, "b"), Edit::new_line(2, "c")]);
        let [a, b, c] = [0, 1, 2].map(|at| lines.all()[at].id.clone());
        assert_eq!((texts(&lines), lines.active().id == c), (vec!["a", "b", "c"], true));
        history.make(&mut lines, vec![Edit::Move { id: c, to: 0 }]);
        history.make(&mut lines, vec![Edit::Take { id: a.clone() }]);
        history.make(&mut lines, vec![Edit::Text { id: b, text: "B".into() }, Edit::new_line(2, "d")]);
        assert_eq!(texts(&lines), ["c", "B", "d"]);
        let mut seen = Vec::new();
        while history.undo(&mut lines) {
            seen.push(texts(&lines).join(""));
        }
        assert_eq!(seen, ["cb", "cab", "abc", "a"]);
        while history.redo(&mut lines) {}
        assert_eq!(texts(&lines), ["c", "B", "d"]);
        assert!(lines.get(&a).is_none());
    }

    #[test]
    fn what_changes_nothing_is_no_step_and_typing_comes_first() {
        let (mut lines, mut history) = (Lines::of("a"), History::default());
        let a = lines.active().id.clone();
        history.make(&mut lines, vec![Edit::Move { id: a, to: 4 }, Edit::Take { id: "gone".into() }]);
        assert!(!history.undo(&mut lines) && !history.is_newest());
        history.make(&mut lines, vec![Edit::new_line(1, "")]);
        assert!(history.is_newest());
        history.typed();
        assert!(!history.is_newest() && history.undo(&mut lines));
    }
}
