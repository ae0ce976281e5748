//! What is done to the lines as a whole, so that it can be undone and redone. Each line's text undoes by itself.

use crate::library::Line;
use crate::store::{Flow, Lines, VoiceChoice};

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
    /// Changes who speaks, where that still is as it `was`.
    Cast { was: Roles, is: Roles },
}

/// Who speaks the lines of a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Roles {
    pub voice: Option<VoiceChoice>,
    /// It speaks every line.
    pub same_for_all: bool,
}

impl Roles {
    /// As it is now.
    pub fn of(flow: &Flow) -> Self {
        Self { voice: flow.voice.clone(), same_for_all: flow.same_for_all }
    }

    /// Puts them in where the flow still is as it `was`: what was chosen since stays, and so do voices that lines have
    /// of their own.
    fn put(&self, was: &Self, flow: &mut Flow) {
        let id = |voice: &Option<VoiceChoice>| voice.as_ref().map(|voice| voice.id.clone());
        if id(&flow.voice) == id(&was.voice) {
            flow.voice.clone_from(&self.voice);
        }
        let has_own = flow.lines.all().iter().any(|line| line.voice_id.is_some());
        if flow.same_for_all == was.same_for_all && !(self.same_for_all && has_own) {
            flow.same_for_all = self.same_for_all;
        }
    }
}

impl Edit {
    /// A new line at a place.
    pub fn new_line(at: usize, text: &str) -> Self {
        Self::Put { at, line: Box::new(Lines::line(text)) }
    }

    /// The line whose text it takes away or changes.
    fn touched(&self) -> Option<&str> {
        match self {
            Self::Take { id } | Self::Text { id, .. } => Some(id),
            Self::Put { .. } | Self::Move { .. } | Self::Cast { .. } => None,
        }
    }

    /// Makes the change. What undoes it; `None` when there was nothing to change.
    fn make(self, flow: &mut Flow) -> Option<Self> {
        let lines = &mut flow.lines;
        match self {
            Self::Cast { was, is } => {
                is.put(&was, flow);
                (was != is).then_some(Self::Cast { was: is, is: was })
            }
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

/// Changes that are made as one, and what they would change as it stood when they were noted.
#[derive(Debug)]
struct Step {
    /// Among all steps that were ever made.
    number: u64,
    edits: Vec<Edit>,
    /// Ids and texts of the lines they take or rewrite.
    texts: Vec<(String, String)>,
    /// Somebody typed between the step before and this one.
    after_typing: bool,
}

impl Step {
    fn new(number: u64, edits: Vec<Edit>, lines: &Lines, after_typing: bool) -> Self {
        let touched = edits.iter().filter_map(Edit::touched);
        let texts = touched.filter_map(|id| Some((id.to_owned(), lines.get(id)?.text.clone()))).collect();
        Self { number, edits, texts, after_typing }
    }

    /// The place of a line whose text was changed since, which would be lost.
    fn loses(&self, lines: &Lines) -> Option<usize> {
        let differs = |(id, text): &(String, String)| lines.get(id).is_some_and(|line| line.text != *text);
        self.texts.iter().find(|touched| differs(touched)).and_then(|(id, _)| lines.index(id))
    }

    /// The place of a line it takes away that is wanted for its takes.
    fn orphans(&self, lines: &Lines, is_spoken: impl Fn(&str) -> bool) -> Option<usize> {
        let taken = self.edits.iter().filter(|edit| matches!(edit, Edit::Take { .. })).filter_map(Edit::touched);
        taken.filter(|id| is_spoken(id)).find_map(|id| lines.index(id))
    }
}

/// What came of undoing or redoing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    Done,
    /// The line at this place was written or spoken since: that would be lost.
    Kept(usize),
    /// There is nothing.
    Nothing,
}

/// What was done and undone.
#[derive(Debug, Default)]
pub struct History {
    past: Vec<Step>,
    future: Vec<Step>,
    /// The last thing that changed was the lines, and not the text of one.
    is_newest: bool,
    /// The last thing that was done was undoing or redoing a change of the lines.
    is_turned: bool,
    /// The number of the newest step.
    count: u64,
    /// The newest step when somebody typed last.
    typed_at: u64,
}

impl History {
    /// Another flow was opened: its lines have no past. Numbers are not given twice.
    pub fn clear(&mut self) {
        *self = Self { count: self.count, ..Self::default() };
    }

    /// A number for a step that is kept elsewhere; it is the newest.
    pub fn number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// The number of the change that was made last.
    pub fn newest(&self) -> u64 {
        self.count
    }

    /// Whether a step that is kept elsewhere is newer than what is to be undone here.
    pub fn is_before(&self, step: u64) -> bool {
        step > self.typed_at && self.past.last().is_none_or(|last| last.number < step)
    }

    /// Makes changes that are undone as one.
    pub fn make(&mut self, flow: &mut Flow, edits: Vec<Edit>) {
        if let Some(back) = make_all(flow, edits) {
            let number = self.number();
            self.past.push(Step::new(number, back, &flow.lines, !self.is_newest));
            if self.past.len() > MOST {
                self.past.remove(0);
            }
            self.future.clear();
            (self.is_newest, self.is_turned) = (true, false);
        }
    }

    /// Somebody typed: that is what is undone first now. What was undone before is gone then, unless the typing
    /// itself was only `turned` back or forth.
    pub fn typed(&mut self, turned: bool) {
        (self.is_newest, self.is_turned) = (false, false);
        self.typed_at = self.count;
        if !turned {
            self.future.clear();
        }
    }

    /// Whether the lines changed after the text of the line did.
    pub fn is_newest(&self) -> bool {
        self.is_newest && !self.past.is_empty()
    }

    /// Whether what was undone last was a change of the lines.
    pub fn is_turned(&self) -> bool {
        self.is_turned && !self.future.is_empty()
    }

    /// Undoes the last change, unless that loses what was written or spoken in a line since.
    pub fn undo(&mut self, flow: &mut Flow, is_spoken: impl Fn(&str) -> bool) -> Turned {
        self.past.last().map(|step| step.number).map_or(Turned::Nothing, |step| self.take_back(step, flow, is_spoken))
    }

    /// The same for a step that need not be the last: what was done after it stays.
    pub fn take_back(&mut self, step: u64, flow: &mut Flow, is_spoken: impl Fn(&str) -> bool) -> Turned {
        let Some(at) = self.past.iter().position(|past| past.number == step) else { return Turned::Nothing };
        let (is_last, step) = (at + 1 == self.past.len(), &self.past[at]);
        if let Some(at) = step.loses(&flow.lines).or_else(|| step.orphans(&flow.lines, is_spoken)) {
            return Turned::Kept(at);
        }
        let step = self.past.remove(at);
        if let Some(back) = make_all(flow, step.edits) {
            self.future.push(Step::new(step.number, back, &flow.lines, step.after_typing));
        }
        if is_last {
            self.is_newest = !step.after_typing;
        }
        self.is_turned = true;
        Turned::Done
    }

    /// Makes it again, unless that loses what was written since.
    pub fn redo(&mut self, flow: &mut Flow) -> Turned {
        let Some(step) = self.future.last() else { return Turned::Nothing };
        if let Some(at) = step.loses(&flow.lines) {
            return Turned::Kept(at);
        }
        let Some(step) = self.future.pop() else { return Turned::Nothing };
        if let Some(back) = make_all(flow, step.edits) {
            self.past.push(Step::new(step.number, back, &flow.lines, step.after_typing));
        }
        (self.is_newest, self.is_turned) = (true, true);
        Turned::Done
    }
}

fn make_all(flow: &mut Flow, edits: Vec<Edit>) -> Option<Vec<Edit>> {
    let mut back: Vec<Edit> = edits.into_iter().filter_map(|edit| edit.make(flow)).collect();
    back.reverse();
    (!back.is_empty()).then_some(back)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> Flow {
        Flow { lines: Lines::of("a"), ..Flow::default() }
    }

    fn texts(lines: &Lines) -> Vec<&str> {
        lines.all().iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn every_change_is_undone_and_redone_in_its_order() {
        let (mut flow, mut history) = (flow(), History::default());
        history.make(&mut flow, vec![Edit::new_line(1, "b"), Edit::new_line(2, "c")]);
        let [a, b, c] = [0, 1, 2].map(|at| flow.lines.all()[at].id.clone());
        assert_eq!((texts(&flow.lines), flow.lines.active().id == c), (vec!["a", "b", "c"], true));
        history.make(&mut flow, vec![Edit::Move { id: c, to: 0 }]);
        history.make(&mut flow, vec![Edit::Take { id: a.clone() }]);
        history.make(&mut flow, vec![Edit::Text { id: b, text: "B".into() }, Edit::new_line(2, "d")]);
        assert_eq!(texts(&flow.lines), ["c", "B", "d"]);
        let mut seen = Vec::new();
        while history.undo(&mut flow, |_| false) == Turned::Done {
            seen.push(texts(&flow.lines).join(""));
        }
        assert_eq!(seen, ["cb", "cab", "abc", "a"]);
        while history.redo(&mut flow) == Turned::Done {}
        assert_eq!(texts(&flow.lines), ["c", "B", "d"]);
        assert!(flow.lines.get(&a).is_none());
    }

    #[test]
    fn a_step_is_taken_back_without_those_that_came_after_it() {
        let (mut flow, mut history) = (flow(), History::default());
        history.make(&mut flow, vec![Edit::new_line(1, "b"), Edit::new_line(2, "c")]);
        let (imported, b) = (history.newest(), flow.lines.all()[1].id.clone());
        history.make(&mut flow, vec![Edit::new_line(3, "d")]);
        let added = history.newest();
        let kept = history.number();
        assert!(history.is_before(kept) && !history.is_before(imported));
        assert_eq!(history.take_back(imported, &mut flow, |_| false), Turned::Done);
        assert_eq!(texts(&flow.lines), ["a", "d"]);
        assert_eq!(history.take_back(imported, &mut flow, |_| false), Turned::Nothing, "once");
        assert_eq!((history.redo(&mut flow), texts(&flow.lines)), (Turned::Done, vec!["a", "b", "c", "d"]));
        flow.lines.get_mut(&b).unwrap().text = "B".into();
        history.typed(false);
        assert!(!history.is_before(kept), "typing is newer");
        assert_eq!(history.take_back(imported, &mut flow, |_| false), Turned::Kept(1), "what was typed is not lost");
        history.clear();
        assert_eq!(history.take_back(added, &mut flow, |_| false), Turned::Nothing);
        assert!(history.number() > added);
    }

    #[test]
    fn what_changes_nothing_is_no_step_and_typing_comes_first() {
        let (mut flow, mut history) = (flow(), History::default());
        let a = flow.lines.active().id.clone();
        history.make(&mut flow, vec![Edit::Move { id: a, to: 4 }, Edit::Take { id: "gone".into() }]);
        assert!(history.undo(&mut flow, |_| false) == Turned::Nothing && !history.is_newest());
        history.make(&mut flow, vec![Edit::new_line(1, "")]);
        assert!(history.is_newest());
        history.typed(false);
        assert!(!history.is_newest() && history.undo(&mut flow, |_| false) == Turned::Done);
    }

    #[test]
    fn what_was_written_or_spoken_since_is_kept_until_it_is_taken_back() {
        let (mut flow, mut history) = (flow(), History::default());
        history.make(&mut flow, vec![Edit::new_line(1, "")]);
        flow.lines.active_mut().text = "b".to_owned();
        history.typed(false);
        assert_eq!(history.undo(&mut flow, |_| false), Turned::Kept(1));
        flow.lines.active_mut().text.clear();
        history.typed(true);
        assert_eq!(history.undo(&mut flow, |_| true), Turned::Kept(1));
        assert_eq!(history.undo(&mut flow, |_| false), Turned::Done);
        assert!(history.is_turned() && !history.is_newest());
        assert_eq!((history.redo(&mut flow), texts(&flow.lines)), (Turned::Done, vec!["a", ""]));
    }

    #[test]
    fn who_speaks_is_put_back_unless_it_was_chosen_since() {
        let voice = |id: &str| Some(VoiceChoice { id: id.into(), name: id.into() });
        let (mut flow, mut history) = (flow(), History::default());
        let cast = |flow: &Flow| {
            let is = Roles { voice: voice("mara"), same_for_all: false };
            let line = Line { voice_id: Some("ines".into()), ..Lines::line("b") };
            vec![Edit::Cast { was: Roles::of(flow), is }, Edit::Put { at: 1, line: Box::new(line) }]
        };
        let edits = cast(&flow);
        history.make(&mut flow, edits);
        assert_eq!(Roles::of(&flow), Roles { voice: voice("mara"), same_for_all: false });
        assert_eq!(history.undo(&mut flow, |_| false), Turned::Done);
        assert_eq!(Roles::of(&flow), Roles { voice: None, same_for_all: true });
        assert_eq!((history.redo(&mut flow), flow.voice.clone()), (Turned::Done, voice("mara")));
        flow.voice = voice("max");
        flow.lines.all_mut()[0].voice_id = Some("eve".into());
        history.undo(&mut flow, |_| false);
        assert_eq!(Roles::of(&flow), Roles { voice: voice("max"), same_for_all: false }, "what was chosen stays");
    }
}
