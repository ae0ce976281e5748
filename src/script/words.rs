//! "Say it differently": words that are spoken in another way than they are written.

use std::collections::HashSet;
use std::ops::Deref;

/// The most entries of the list, and the most characters of each side.
pub const MOST: usize = 500;
pub const MOST_CHARACTERS: usize = 100;

/// The list in the user's order, and made ready once for each change of it.
#[derive(Debug, Clone, Default)]
pub struct Words {
    list: Vec<(String, String)>,
    /// The longest first.
    ready: Vec<Ready>,
    /// The first letters there are, in small letters, to pass over most of a text quickly: those of ASCII by their code.
    begins: HashSet<char>,
    begins_ascii: u128,
    /// Counts the changes.
    revision: u64,
}

/// An entry as it is looked for.
#[derive(Debug, Clone)]
struct Ready {
    written: Vec<char>,
    is_exact: bool,
    spoken: String,
}

impl From<Vec<(String, String)>> for Words {
    fn from(list: Vec<(String, String)>) -> Self {
        let mut words = Self { list, ..Self::default() };
        words.prepare();
        words
    }
}

impl Deref for Words {
    type Target = [(String, String)];

    fn deref(&self) -> &Self::Target {
        &self.list
    }
}

impl Words {
    /// Adds an entry at the end.
    pub fn push(&mut self, entry: (String, String)) {
        self.list.push(entry);
        self.prepare();
    }

    /// Takes the entry at a place out, when there is one.
    pub fn remove(&mut self, at: usize) {
        if at < self.list.len() {
            self.list.remove(at);
            self.prepare();
        }
    }

    /// Counts the changes: the same number means that nothing has changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn prepare(&mut self) {
        self.revision += 1;
        let written = |entry: &&(String, String)| !entry.0.trim().is_empty();
        self.ready = self.list.iter().filter(written).map(|(written, spoken)| Ready::new(written, spoken)).collect();
        self.ready.sort_by_key(|entry| std::cmp::Reverse(entry.written.len()));
        self.begins =
            self.ready.iter().filter_map(|entry| entry.written.first()).flat_map(|c| c.to_lowercase()).collect();
        let ascii = self.begins.iter().filter(|c| c.is_ascii());
        self.begins_ascii = ascii.fold(0, |all, c| all | 1 << u32::from(*c));
    }

    /// A text as it is spoken: each whole word or row of words that the list has is replaced, the longest one first,
    /// once. An entry in small letters finds every spelling, and a capital at its beginning is kept; one with capitals
    /// finds only itself, so that "IT" is not "it".
    pub fn spoken(&self, text: &str) -> String {
        if self.ready.is_empty() {
            return text.to_owned();
        }
        let mut said = String::with_capacity(text.len());
        let (mut rest, mut before) = (text, None);
        while let Some(first) = rest.chars().next() {
            let len = if let Some((len, spoken)) = self.found(rest, first, before) {
                said.push_str(&as_begun(spoken, first));
                len
            } else {
                said.push(first);
                first.len_utf8()
            };
            let (done, left) = rest.split_at(len);
            before = done.chars().next_back();
            rest = left;
        }
        said
    }

    /// The entry that stands at the beginning of a text, as its length there and what is said for it.
    fn found(&self, rest: &str, first: char, before: Option<char>) -> Option<(usize, &str)> {
        let begins = if first.is_ascii() {
            self.begins_ascii >> u32::from(first.to_ascii_lowercase()) & 1 == 1
        } else {
            first.to_lowercase().any(|c| self.begins.contains(&c))
        };
        if !begins {
            return None;
        }
        self.ready.iter().find_map(|entry| Some((entry.matched(rest, before)?, entry.spoken.as_str())))
    }
}

impl Ready {
    fn new(written: &str, spoken: &str) -> Self {
        let written = written.trim();
        Self {
            written: written.chars().collect(),
            is_exact: written.chars().any(char::is_uppercase),
            spoken: spoken.trim().to_owned(),
        }
    }

    /// How many bytes at the beginning of a text it takes, when it stands there as a whole word.
    fn matched(&self, rest: &str, before: Option<char>) -> Option<usize> {
        let glued = |one: Option<char>, other: Option<char>| {
            one.is_some_and(char::is_alphanumeric) && other.is_some_and(char::is_alphanumeric)
        };
        if glued(before, self.written.first().copied()) {
            return None;
        }
        let mut text = rest.chars();
        let mut len = 0;
        for wanted in &self.written {
            let c = text.next()?;
            let same = c == *wanted || (!self.is_exact && c.to_lowercase().eq(wanted.to_lowercase()));
            if !same {
                return None;
            }
            len += c.len_utf8();
        }
        (!glued(self.written.last().copied(), text.next())).then_some(len)
    }
}

/// The spoken form with a capital where the written word has one.
fn as_begun(spoken: &str, first: char) -> String {
    let mut letters = spoken.chars();
    match letters.next() {
        Some(begin) if first.is_uppercase() => begin.to_uppercase().chain(letters).collect(),
        _ => spoken.to_owned(),
    }
}

/// Why an entry can't be added to the list.
pub fn why_not(list: &[(String, String)], written: &str, spoken: &str) -> Option<String> {
    let (written, spoken) = (written.trim(), spoken.trim());
    let long = |text: &str| text.chars().count() > MOST_CHARACTERS;
    if written.is_empty() || spoken.is_empty() {
        Some("Write the word, and how it is said".to_owned())
    } else if long(written) || long(spoken) {
        Some(format!("At most {MOST_CHARACTERS} characters on each side"))
    } else if list.iter().any(|(known, _)| known == written) {
        Some(format!("“{written}” is in the list already"))
    } else if list.len() >= MOST {
        Some(format!("The list is full: it holds {MOST} words"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[(&str, &str)]) -> Words {
        let entry = |(written, spoken): &(&str, &str)| ((*written).to_owned(), (*spoken).to_owned());
        entries.iter().map(entry).collect::<Vec<_>>().into()
    }

    fn spoken(text: &str, list: &Words) -> String {
        list.spoken(text)
    }

    #[test]
    fn whole_words_are_said_differently_in_any_spelling() {
        let list = list(&[("v3", "version three"), ("v3 beta", "the beta"), ("Northlight", "North light")]);
        assert_eq!(
            spoken("V3 ships, v3x and (v3) do not.", &list),
            "Version three ships, v3x and (version three) do not."
        );
        assert_eq!(spoken("At Northlight: v3 beta.", &list), "At North light: the beta.");
        assert_eq!(spoken("northlight and Northlights", &list), "northlight and Northlights");
    }

    #[test]
    fn capitals_find_only_themselves_and_nothing_is_replaced_twice() {
        let list = list(&[("IT", "I T"), ("a", "b"), ("b", "a"), (" ", "x"), ("C++", "C plus plus"), ("é", "e")]);
        assert_eq!(spoken("it is IT", &list), "it is I T");
        assert_eq!(spoken("a b", &list), "b a");
        assert_eq!(spoken("C++ 世界 É", &list), "C plus plus 世界 E");
        assert_eq!(spoken("", &list), "");
    }

    #[test]
    fn a_change_of_the_list_is_heard_at_once() {
        let mut list = list(&[("v3", "version three")]);
        list.push(("ok".into(), "okay".into()));
        assert_eq!(spoken("v3 ok", &list), "version three okay");
        list.remove(0);
        list.remove(7);
        assert_eq!((spoken("v3 ok", &list), list.len()), ("v3 okay".into(), 1));
    }

    #[test]
    fn an_entry_says_what_it_lacks() {
        let known = list(&[("v3", "version three")]);
        assert!(why_not(&known, " v3 ", "x").unwrap().contains("already"));
        assert!(why_not(&known, "", "x").is_some());
        assert!(why_not(&known, "y", &"x".repeat(101)).unwrap().contains("100 characters"));
        assert_eq!(why_not(&known, "V3", "x"), None);
    }
}
