//! Pauses inside a line. They are kept in its text, readable as "[pause 0.6 s]": the line is spoken in parts, with
//! that much silence between them.

use std::ops::Range;

/// The pause that is put in first, the shortest and the longest one, in seconds.
pub const USUAL_SECS: f64 = 0.6;
pub const LEAST_SECS: f64 = 0.1;
pub const MOST_SECS: f64 = 10.0;

/// How the text of a pause begins; capitals make no difference.
const BEGIN: &str = "[pause";

/// A pause in the text of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Pause {
    /// Where its text stands, in bytes.
    pub place: Range<usize>,
    pub secs: f64,
}

/// What is spoken in one go, and the silence behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub text: String,
    /// In seconds; 0 behind the last one.
    pub pause_after_secs: f64,
}

/// A pause as it stands in a line: "[pause 0.6 s]".
pub fn text(secs: f64) -> String {
    let tenths = (secs.clamp(LEAST_SECS, MOST_SECS) * 10.0).round() / 10.0;
    format!("{BEGIN} {tenths:.1} s]")
}

/// Whether there can be a pause in the line at all: cheap.
pub fn may_pause(line: &str) -> bool {
    line.contains('[')
}

/// The pauses of a line, in order. What only looks like one is text.
pub fn all(line: &str) -> Vec<Pause> {
    let starts = line.match_indices('[').map(|(place, _)| place);
    starts.filter_map(|place| at(line, place)).collect()
}

/// The pause that begins at a place in bytes.
pub fn at(line: &str, at: usize) -> Option<Pause> {
    let rest = line.get(at..)?;
    let begin = rest.get(..BEGIN.len()).filter(|begin| begin.eq_ignore_ascii_case(BEGIN))?;
    // Long enough for any number that makes sense, short enough to stay cheap.
    let end = rest.char_indices().take(24).find(|(_, c)| *c == ']').map(|(end, _)| end)?;
    let amount = rest.get(begin.len()..end)?;
    if !amount.starts_with(char::is_whitespace) {
        return None;
    }
    let amount = amount.trim();
    let number = amount.strip_suffix(['s', 'S']).unwrap_or(amount).trim_end().replace(',', ".");
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let secs: f64 = number.parse().ok()?;
    Some(Pause { place: at..at + end + 1, secs: secs.clamp(LEAST_SECS, MOST_SECS) })
}

/// The parts of a line and the silence between them. Pauses before the first word and behind the last are left out;
/// several in a row add up. Empty for a line without words.
pub fn parts(line: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut from = 0;
    let mut push = |text: &str, pause: f64| {
        let text = text.trim();
        if !text.is_empty() {
            parts.push(Part { text: text.to_owned(), pause_after_secs: pause });
        } else if let Some(before) = parts.last_mut() {
            let secs = before.pause_after_secs + pause;
            before.pause_after_secs = ((secs * 100.0).round() / 100.0).min(MOST_SECS);
        }
    };
    for pause in all(line) {
        push(line.get(from..pause.place.start).unwrap_or_default(), pause.secs);
        from = pause.place.end;
    }
    push(line.get(from..).unwrap_or_default(), 0.0);
    if let Some(last) = parts.last_mut() {
        last.pause_after_secs = 0.0;
    }
    parts
}

/// What is said of a line, without its pauses: "Good evening. And welcome." For names and lists.
pub fn words(line: &str) -> String {
    if !may_pause(line) {
        return line.trim().to_owned();
    }
    parts(line).iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// A line with its pauses as plain words: "Good evening. pause 0.6 s And welcome."
pub fn readable(line: &str) -> String {
    let mut words = String::with_capacity(line.len());
    let mut from = 0;
    for pause in all(line) {
        words.push_str(line.get(from..pause.place.start).unwrap_or_default());
        words.push_str(text(pause.secs).trim_matches(['[', ']']));
        from = pause.place.end;
    }
    words.push_str(line.get(from..).unwrap_or_default());
    words
}

/// The pause that ends right at a place in the text, in bytes: what Backspace takes away as one.
pub fn ending_at(line: &str, at: usize) -> Option<Pause> {
    all(line).into_iter().find(|pause| pause.place.end == at)
}

/// Puts a pause into a line at a place in bytes, set off by spaces; never inside another pause. The place behind it.
pub fn put(line: &mut String, at: usize, secs: f64) -> usize {
    let inside = all(line).into_iter().find(|pause| pause.place.start < at && at < pause.place.end);
    let mut at = inside.map_or(at, |pause| pause.place.end).min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    let before = line[..at].chars().next_back().is_some_and(|c| !c.is_whitespace());
    let after = !line[at..].starts_with(char::is_whitespace);
    let pause = format!("{}{}{}", if before { " " } else { "" }, text(secs), if after { " " } else { "" });
    line.insert_str(at, &pause);
    at + pause.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str, pause_after_secs: f64) -> Part {
        Part { text: text.into(), pause_after_secs }
    }

    #[test]
    fn a_line_is_spoken_in_parts_with_its_pauses_between_them() {
        let line = " [pause 1 s] One. [pause 0.6 s] [Pause 1,2 s]Two! [pause 99s] ";
        assert_eq!(parts(line), [part("One.", 1.8), part("Two!", 0.0)]);
        assert_eq!(parts("  One line \n"), [part("One line", 0.0)]);
        assert_eq!(parts(" [pause 2 s] "), []);
        assert_eq!(crate::script::characters(line), 8);
    }

    #[test]
    fn what_only_looks_like_a_pause_is_text() {
        for line in
            ["[pause]", "[pause s]", "[pause x s]", "[pauses 1 s]", "[pause 1 s", "[pause 1..2 s]", "[pauseé 1 s]"]
        {
            assert_eq!(all(line), [], "{line}");
            assert_eq!(parts(line), [part(line, 0.0)]);
        }
        assert_eq!(all(&"[".repeat(50_000)), []);
    }

    #[test]
    fn pauses_are_read_as_words() {
        assert_eq!(readable("One. [pause 0.6 s] Two [x]."), "One. pause 0.6 s Two [x].");
    }

    #[test]
    fn a_pause_is_put_between_words_and_read_again() {
        let mut line = "One.Two.".to_owned();
        let behind = put(&mut line, 4, 0.6);
        assert_eq!((line.as_str(), behind), ("One. [pause 0.6 s] Two.", 19));
        assert_eq!(ending_at(&line, 18).unwrap().place, 5..18);
        // Inside another one it goes behind it.
        let behind = put(&mut line, 8, 12.0);
        assert_eq!((line.as_str(), behind), ("One. [pause 0.6 s] [pause 10.0 s] Two.", 33));
        assert_eq!(parts(&line), [part("One.", 10.0), part("Two.", 0.0)]);
        let mut empty = String::new();
        put(&mut empty, 7, 0.0);
        assert_eq!(empty, "[pause 0.1 s] ");
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_lost_or_made_up(line in ".{0,80}", at in 0..80_usize) {
            let mut with = line.clone();
            put(&mut with, at, 1.0);
            let words = |line: &str| parts(line).iter().map(|part| part.text.split_whitespace().collect::<String>()).collect::<String>();
            proptest::prop_assert_eq!(words(&with), words(&line));
        }
    }
}
