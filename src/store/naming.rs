//! How the result of a flow is called.

use time::OffsetDateTime;

use super::Store;
use crate::paths::short_name;
use crate::settings::NameFacts;

impl Store {
    /// What the result is called, without extension: the user's name for it, else one made by the pattern of the
    /// settings. Fits every file system. `None` while there is nothing to name it after.
    pub fn result_name(&self) -> Option<String> {
        let chosen = clean_name(&self.flow.lip_sync.file_name);
        if !chosen.is_empty() {
            return Some(chosen);
        }
        self.proposed_name()
    }

    /// The name the result gets unless the user gives another.
    pub fn proposed_name(&self) -> Option<String> {
        let target = self.flow.target.as_ref()?.stem();
        let (voice, take) = match (&self.flow.audio, self.chosen_take()) {
            (Some(audio), _) => (Some(audio.stem()), None),
            (None, Some(take)) => (Some(first_word(&take.voice_name)), Some(take.number)),
            (None, None) => (None, None),
        };
        let facts = NameFacts {
            video: target.into(),
            voice: voice.map(Into::into),
            take,
            date: today().into(),
            flow: self.flow.name.as_str().into(),
            model: self.flow.lip_sync.model.as_str().into(),
        };
        Some(clean_name(&self.naming.stem(&facts))).filter(|name| !name.is_empty())
    }
}

/// `2026-11-22`, by the clock of this computer.
fn today() -> String {
    let now = OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc());
    now.date().to_string()
}

/// A text as a file name that every system takes: no separators or control characters, no dots or spaces at its ends,
/// at most 100 characters and 200 bytes.
pub fn clean_name(text: &str) -> String {
    let clean = |c: char| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { ' ' } else { c };
    let text: String = text.chars().map(clean).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text: String = words.join(" ").trim_start_matches(['.', ' ']).chars().take(100).collect();
    short_name(&text).trim_end_matches(['.', ' ']).to_owned()
}

/// The first word of a name, in small letters: "Mara, keynote" gives "mara".
fn first_word(name: &str) -> String {
    let word = name.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    word.unwrap_or("voice").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_named_after_what_it_was_made_of() {
        assert_eq!(clean_name(" ../a/b:c?.mp4. "), "a b c .mp4");
        assert_eq!(clean_name("\u{0}\n"), "");
        assert_eq!(clean_name(&"ä".repeat(300)).chars().count(), 100);
        assert_eq!(clean_name(&"字".repeat(100)), "字".repeat(66));
        assert_eq!((first_word("Mara, keynote"), first_word("—")), ("mara".to_owned(), "voice".to_owned()));
    }
}
