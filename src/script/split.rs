//! Where a line that is too long is split: at the end of a sentence when there is one.

use super::{MAX_CHARACTERS, excerpt, pauses};

/// A place to split a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Bytes of the first line; the second begins here.
    pub at: usize,
    /// The last words before it, for people: "…in the morning."
    pub after: String,
    /// A sentence or a word ends there, rather than being cut.
    pub whole: bool,
}

/// Where to split a line of more than 5,000 characters: behind the last sentence that fits, else the last word, else
/// in the middle of it. `None` for a line that fits.
pub fn place(line: &str) -> Option<Split> {
    place_within(line, MAX_CHARACTERS)
}

fn place_within(line: &str, most: usize) -> Option<Split> {
    let (mut count, mut sentence, mut word, mut any) = (0_usize, None, None, None);
    let begun = line.len() - line.trim_start().len();
    let mut letters = line.char_indices().skip_while(|(at, _)| *at < begun).peekable();
    let mut silent = 0;
    while let Some((at, c)) = letters.next() {
        if c == '[' && at >= silent {
            silent = pauses::at(line, at).map_or(0, |pause| pause.place.end);
        }
        if at < silent {
            continue;
        }
        if count == most {
            if line[at..].trim_start().is_empty() {
                return None;
            }
            let whole = sentence.or(word);
            let at = whole.or(any)?;
            return Some(Split { at, after: last_words(&line[..at]), whole: whole.is_some() });
        }
        count += 1;
        let end = at + c.len_utf8();
        let next = letters.peek().map(|(_, next)| *next);
        any = Some(end);
        if next.is_some_and(char::is_whitespace) {
            word = Some(end);
        }
        if ends_sentence(&line[..end], next) {
            sentence = Some(end);
        }
    }
    None
}

/// A line as lines that all fit.
pub fn fitting(line: &str) -> impl Iterator<Item = String> {
    let mut rest = Some(line.trim());
    let lines = std::iter::from_fn(move || {
        let all = rest.take()?;
        let Some(Split { at, .. }) = place(all) else { return Some(all) };
        let (first, second) = all.split_at(at);
        rest = Some(second.trim());
        Some(first.trim())
    });
    lines.filter(|line| super::characters(line) > 0).map(str::to_owned)
}

/// Quotes and brackets behind a sentence; a run of more is no end of one.
const MOST_CLOSING: usize = 4;

/// Whether a text ends with a sentence, given what comes next.
fn ends_sentence(text: &str, next: Option<char>) -> bool {
    let mut closed = text;
    for _ in 0..MOST_CLOSING {
        closed = closed.strip_suffix(['"', '\'', '”', '’', '»', ')', ']', '」', '』']).unwrap_or(closed);
    }
    // Where words are not set apart, neither are sentences.
    if closed.ends_with(['。', '！', '？']) {
        return true;
    }
    let ends = closed.ends_with(['.', '!', '?', '…']) && next.is_none_or(char::is_whitespace);
    ends && !is_short(closed)
}

/// Whether the point belongs to a shortened word or a name's first letter.
fn is_short(text: &str) -> bool {
    let Some(text) = text.strip_suffix('.') else { return false };
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches(['(', '“', '"']);
    let letter = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    letter || ["Dr", "Mr", "Mrs", "Ms", "Prof", "St", "e.g", "i.e", "vs", "No"].contains(&word)
}

fn last_words(text: &str) -> String {
    let text = text.trim_end();
    let words: Vec<&str> = text.rsplit(char::is_whitespace).filter(|word| !word.is_empty()).take(3).collect();
    let words: Vec<&str> = words.into_iter().rev().collect();
    let words = excerpt(&words.join(" "), 40);
    if words == text { words } else { format!("…{words}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str, most: usize) -> Option<(&str, String)> {
        let split = place_within(line, most)?;
        Some((&line[..split.at], split.after))
    }

    #[test]
    fn a_line_is_split_behind_the_last_sentence_that_fits() {
        let line = "We finish at two in the morning. Version three ships on Thursday. It is quick.";
        assert_eq!(at(line, 40), Some(("We finish at two in the morning.", "…in the morning.".into())));
        assert_eq!(at(line, 70).unwrap().1, "…ships on Thursday.");
        assert_eq!(at(line, 200), None);
        assert_eq!(at("Ask Dr. Mara Lin today please", 15).unwrap().0, "Ask Dr. Mara");
        assert_eq!(at("“Go on!” he said and went", 12).unwrap().0, "“Go on!”");
        assert_eq!(at("一二三。四五六七", 6).unwrap().0, "一二三。");
        assert_eq!(at("abcdefgh", 5).unwrap().0, "abcde");
        assert_eq!(at("abcde   ", 5), None);
    }

    #[test]
    fn pauses_do_not_count_and_are_not_cut() {
        let line = "One two. [pause 0.6 s] Three four. Five";
        assert_eq!(at(line, 21).unwrap().0, "One two. [pause 0.6 s] Three four.");
    }

    #[test]
    fn all_of_a_long_text_becomes_lines_that_fit() {
        let text = "A sentence of some words. ".repeat(900);
        let lines: Vec<String> = fitting(&text).collect();
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().all(|line| crate::script::characters(line) <= MAX_CHARACTERS && line.ends_with("words.")));
        assert_eq!(lines.join(" "), text.trim());
        assert_eq!(fitting(&"字".repeat(12_000)).count(), 3);
        assert_eq!(fitting("  ").count(), 0);
    }
}
