//! "Say it differently": words that are spoken in another way than they are written.

/// The most entries of the list, and the most characters of each side.
pub const MOST: usize = 500;
pub const MOST_CHARACTERS: usize = 100;

/// A text as it is spoken: each whole word or row of words that the list has is replaced, the longest one first, once.
/// An entry in small letters finds every spelling, and a capital at its beginning is kept; one with capitals finds
/// only itself, so that "IT" is not "it".
pub fn spoken(text: &str, list: &[(String, String)]) -> String {
    let mut list: Vec<&(String, String)> = list.iter().filter(|(written, _)| !written.trim().is_empty()).collect();
    if list.is_empty() {
        return text.to_owned();
    }
    list.sort_by_key(|(written, _)| std::cmp::Reverse(written.chars().count()));
    let mut said = String::with_capacity(text.len());
    let (mut rest, mut before) = (text, None);
    while let Some(first) = rest.chars().next() {
        let found = list.iter().find_map(|(written, spoken)| {
            let len = matched(rest, written.trim(), before)?;
            Some((len, spoken.trim()))
        });
        let len = if let Some((len, spoken)) = found {
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

/// How many bytes at the beginning of a text an entry takes, when it stands there as a whole word.
fn matched(rest: &str, written: &str, before: Option<char>) -> Option<usize> {
    let glued = |one: Option<char>, other: Option<char>| {
        one.is_some_and(char::is_alphanumeric) && other.is_some_and(char::is_alphanumeric)
    };
    if glued(before, written.chars().next()) {
        return None;
    }
    let exact = written.chars().any(char::is_uppercase);
    let mut text = rest.chars();
    let mut len = 0;
    for wanted in written.chars() {
        let c = text.next()?;
        let same = c == wanted || (!exact && c.to_lowercase().eq(wanted.to_lowercase()));
        if !same {
            return None;
        }
        len += c.len_utf8();
    }
    (!glued(written.chars().next_back(), text.next())).then_some(len)
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

    fn list(entries: &[(&str, &str)]) -> Vec<(String, String)> {
        entries.iter().map(|(written, spoken)| ((*written).to_owned(), (*spoken).to_owned())).collect()
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
    fn an_entry_says_what_it_lacks() {
        let known = list(&[("v3", "version three")]);
        assert!(why_not(&known, " v3 ", "x").unwrap().contains("already"));
        assert!(why_not(&known, "", "x").is_some());
        assert!(why_not(&known, "y", &"x".repeat(101)).unwrap().contains("100 characters"));
        assert_eq!(why_not(&known, "V3", "x"), None);
    }
}
