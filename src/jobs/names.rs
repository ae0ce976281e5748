//! Names of files, made from names and lines people typed.

use crate::paths::short_name;
use crate::script::pauses;

/// The first words that are said of a line, for a file name.
pub(super) fn first_words(script: &str) -> String {
    pauses::words(script).split_whitespace().take(6).collect::<Vec<_>>().join(" ")
}

/// A text as a file name that every system takes: no separators or control characters, no leading dot, at most 80
/// characters and 200 bytes.
pub(super) fn file_stem(text: &str) -> String {
    let clean = |c: char| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { ' ' } else { c };
    let text: String = text.chars().map(clean).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text: String = words.join(" ").trim_matches(['.', ' ']).chars().take(80).collect();
    let text = short_name(text.trim_end()).to_owned();
    if text.is_empty() { "take".to_owned() } else { text }
}

/// A text as `outputFileName`: letters, digits, `_` and `-`.
pub(super) fn api_file_name(stem: &str) -> String {
    let name: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let name: String = name.chars().take(200).collect();
    if name.is_empty() { "result".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_no_part_of_a_name() {
        let line = "Third one. [pause 0.6 s] and [Pause 2 s] the rest of it";
        assert_eq!(first_words(line), "Third one. and the rest of");
    }

    #[test]
    fn names_of_takes_fit_every_file_system() {
        assert_eq!(file_stem("Mara: \"Hi\"/there\n"), "Mara Hi there");
        assert_eq!(file_stem("../.."), "take");
        assert_eq!(file_stem(""), "take");
        assert_eq!(file_stem(&"ä".repeat(200)).chars().count(), 80);
        assert_eq!(file_stem(&"字".repeat(100)), "字".repeat(66));
        assert_eq!(api_file_name("Über uns.v2"), "_ber_uns_v2");
    }
}
