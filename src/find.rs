//! Finding things by what a person types: accents and case do not count, and every word must occur.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

/// What is looked for. An empty one finds everything.
#[derive(Debug, Default)]
pub struct Needle(Vec<String>);

impl Needle {
    /// From the text of a search field.
    pub fn new(typed: &str) -> Self {
        Self(fold(typed).split_whitespace().map(str::to_owned).collect())
    }

    /// Whether something is looked for at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `text` has it.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_empty() || {
            let text = fold(text);
            self.0.iter().all(|word| text.contains(word))
        }
    }

    /// The same for a text that was made ready before: cheap enough for ten thousand of them in a frame.
    pub fn is_in_folded(&self, text: &Folded) -> bool {
        self.0.iter().all(|word| text.0.contains(word))
    }
}

/// Texts made ready to be searched, and to be ordered as people would.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folded(String);

impl Folded {
    /// Of several texts: no word is found across two of them.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = String::new();
        for text in texts {
            all.push_str(&fold(text));
            all.push('\n');
        }
        Self(all)
    }
}

/// `text` without accents and capitals: "Inês" and "INES" become the same.
fn fold(text: &str) -> String {
    let classes = CanonicalCombiningClassMapBorrowed::new();
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut folded = String::with_capacity(apart.len());
    for c in apart.chars().filter(|c| classes.get_u8(*c) == 0).flat_map(char::to_lowercase) {
        // Letters that differ by a stroke or are two in one, which decomposition leaves whole.
        match c {
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            // A capital İ becomes an i and a dot of its own.
            '\u{307}' => {}
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, text: &str) -> bool {
        Needle::new(typed).is_in(text)
    }

    #[test]
    fn accents_and_case_do_not_count() {
        assert!(finds("ines", "Inês") && finds("INÊS", "ines"));
        assert!(finds("zlutoucky", "Žluťoučký kůň"));
        assert!(finds("soren", "Søren") && finds("lodz", "Łódź") && finds("strasse", "STRAẞE"));
        assert!(finds("istanbul", "İstanbul") && finds("diyarbakir", "Diyarbakır"));
        assert!(finds("file", "\u{FB01}le"), "a ligature is its letters");
        assert!(finds("e\u{301}cole", "École"), "composed or not is the same");
    }

    #[test]
    fn every_word_must_occur_in_any_order() {
        assert!(finds("keynote mara", "Mara, keynote"));
        assert!(!finds("mara podcast", "Mara, keynote"));
    }

    #[test]
    fn nothing_typed_finds_everything() {
        assert!(finds("", "Rachel") && finds(" \t", "") && Needle::new("  ").is_empty());
        assert!(!finds("baritone", "") && finds("李", "李娜") && finds("अनु", "अनुष्का"));
    }
}
