//! How the result of a flow is called.

use time::OffsetDateTime;

use super::{Flow, Store};
use crate::library::{Line, Take};
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
        // By the number that no other take has: results of several lines do not get one name.
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

impl Store {
    /// What a take is called where takes of several lines stand beside each other: by the user's own name for it, else
    /// "Line 2, take 3", and "Take 3" in a flow of one line. Where the line is plain, [`Take::title`] is enough.
    pub fn take_title(&self, take: &Take) -> String {
        let number = || match line_of(&self.flow, take) {
            Some(at) => format!("Line {}, take {}", at + 1, take.in_line()),
            None => take.title(),
        };
        take.care.name.clone().unwrap_or_else(number)
    }

    /// The same inside of a name, and never by the user's own name: "line 2, take 3", for "Play line 2, take 3".
    pub fn take_label(&self, take: &Take) -> String {
        match line_of(&self.flow, take) {
            Some(at) => format!("line {}, take {}", at + 1, take.in_line()),
            None => format!("take {}", take.in_line()),
        }
    }
}

/// The place of a take's line in a flow of several lines. One of an earlier version belongs to the line of its text.
fn line_of(flow: &Flow, take: &Take) -> Option<usize> {
    let is_chosen = |line: &Line| line.take_id.as_ref() == Some(&take.id);
    let own = take.care.line_id.as_deref().and_then(|id| flow.lines.index(id));
    let of_text = |line: &Line| take.care.line_id.is_none() && line.text.trim() == take.script;
    let place = |is_it: &dyn Fn(&Line) -> bool| flow.lines.all().iter().position(is_it);
    own.or_else(|| place(&is_chosen)).or_else(|| place(&of_text)).filter(|_| flow.lines.len() > 1)
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

    #[test]
    fn a_take_is_called_with_its_line_where_there_are_several() {
        let mut store = Store::new("x".into(), true);
        let mut take: Take = serde_json::from_value(serde_json::json!({
            "id": "t", "number": 5, "voice_id": "v", "voice_name": "Mara", "script": "Hi", "stability": null,
            "similarity": null, "file": "1.wav", "url": "", "duration_secs": 1.0, "made_at": ""
        }))
        .unwrap();
        assert_eq!(store.take_title(&take), "Take 5", "of an earlier version");
        (take.care.nth, take.care.line_id) = (Some(2), Some("l".into()));
        store.flow.lines.insert(1, Line { id: "l".into(), text: "Hi".into(), ..Line::default() });
        let names = |take: &Take| (take.title(), store.take_title(take), store.take_label(take));
        let all = |names: [&str; 3]| (names[0].to_owned(), names[1].to_owned(), names[2].to_owned());
        assert_eq!(names(&take), all(["Take 2", "Line 2, take 2", "line 2, take 2"]));
        take.care.line_id = None;
        assert_eq!(store.take_title(&take), "Line 2, take 2", "by its text");
        take.care.line_id = Some("of another flow".into());
        assert_eq!(store.take_label(&take), "take 2");
        take.care.name = Some("The calm one".into());
        assert_eq!(store.take_title(&take), "The calm one");
        assert_eq!(store.take_label(&take), "take 2");
    }
}
