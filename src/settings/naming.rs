//! How results are named: words of one's own, and parts that stand for what a result is made of.

use std::borrow::Cow;

/// Longest pattern, in bytes.
const LONGEST: usize = 200;

/// What a name can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePart {
    Video,
    Voice,
    Take,
    Date,
    Flow,
    Model,
}

impl NamePart {
    pub const ALL: [Self; 6] = [Self::Video, Self::Voice, Self::Take, Self::Date, Self::Flow, Self::Model];

    /// The word on its button; between braces it stands for the part in a pattern.
    pub fn word(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Voice => "voice",
            Self::Take => "take",
            Self::Date => "date",
            Self::Flow => "flow",
            Self::Model => "model",
        }
    }

    /// How the part is written in a pattern: `{video}`.
    pub fn token(self) -> String {
        format!("{{{}}}", self.word())
    }
}

/// A stretch of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Part(NamePart),
}

/// What one result is made of. What is not known, or empty, is left out of its name.
#[derive(Debug, Clone, Default)]
pub struct NameFacts<'a> {
    /// The target's file name, without extension.
    pub video: Cow<'a, str>,
    pub voice: Option<Cow<'a, str>>,
    pub take: Option<u32>,
    /// `2026-11-22`.
    pub date: Cow<'a, str>,
    pub flow: Cow<'a, str>,
    pub model: Cow<'a, str>,
}

/// The pattern of names: `{video}_{voice}_t{take}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming(String);

impl Default for Naming {
    fn default() -> Self {
        Self("{video}_{voice}_t{take}".to_owned())
    }
}

impl Naming {
    /// A pattern as it was typed; `None` when it is empty or too long to be one.
    pub fn new(pattern: &str) -> Option<Self> {
        let pattern = pattern.trim();
        let fits = !pattern.is_empty() && pattern.len() <= LONGEST && !pattern.contains(char::is_control);
        fits.then(|| Self(pattern.to_owned()))
    }

    pub fn pattern(&self) -> &str {
        &self.0
    }

    /// The name of a result without its extension. It may hold characters that files can't have.
    pub fn stem(&self, facts: &NameFacts<'_>) -> String {
        let mut stem = String::new();
        // Text goes with the part after it: without a take there is no "_t" either.
        let mut before = "";
        for piece in pieces(&self.0) {
            match piece {
                Piece::Text(text) => before = text,
                Piece::Part(part) => {
                    if let Some(words) = facts.of(part) {
                        let joined = !stem.is_empty() || before.contains(char::is_alphanumeric);
                        stem.push_str(if joined { before } else { before.trim_start_matches(['_', '-', ' ', '.']) });
                        stem.push_str(&words);
                    }
                    before = "";
                }
            }
        }
        stem.push_str(before);
        stem
    }
}

impl NameFacts<'_> {
    fn of(&self, part: NamePart) -> Option<String> {
        let words = match part {
            NamePart::Video => self.video.clone().into_owned(),
            NamePart::Voice => self.voice.clone()?.into_owned(),
            NamePart::Take => self.take?.to_string(),
            NamePart::Date => self.date.clone().into_owned(),
            NamePart::Flow => self.flow.clone().into_owned(),
            NamePart::Model => self.model.clone().into_owned(),
        };
        Some(words).filter(|words| !words.trim().is_empty())
    }
}

/// A pattern in its stretches, in order; joined they are the pattern again.
pub fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    let mut text_end = 0;
    while let Some(tail) = rest.get(text_end..).filter(|tail| !tail.is_empty()) {
        let part = NamePart::ALL.into_iter().find(|part| tail.starts_with(&part.token()));
        if let Some(part) = part {
            if text_end > 0 {
                pieces.push(Piece::Text(&rest[..text_end]));
            }
            pieces.push(Piece::Part(part));
            rest = &tail[part.token().len()..];
            text_end = 0;
        } else {
            text_end += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> NameFacts<'static> {
        NameFacts {
            video: "launch-teaser-v4".into(),
            voice: Some("mara".into()),
            take: Some(3),
            date: "2026-11-22".into(),
            flow: "Launch teaser".into(),
            model: "lipsync-2".into(),
        }
    }

    #[test]
    fn a_name_is_made_of_its_parts_and_the_words_between() {
        assert_eq!(Naming::default().stem(&facts()), "launch-teaser-v4_mara_t3");
        let all = Naming::new("{date} {flow} - {model} final").unwrap();
        assert_eq!(all.stem(&facts()), "2026-11-22 Launch teaser - lipsync-2 final");
        assert_eq!(Naming::new("my result").unwrap().stem(&facts()), "my result");
        assert_eq!(Naming::new("{nothing}{é}{video}").unwrap().stem(&facts()), "{nothing}{é}launch-teaser-v4");
    }

    #[test]
    fn what_is_not_known_takes_the_text_before_it_along() {
        let none = NameFacts { voice: None, take: None, ..facts() };
        assert_eq!(Naming::default().stem(&none), "launch-teaser-v4");
        let own_sound = NameFacts { take: None, ..facts() };
        assert_eq!(Naming::default().stem(&own_sound), "launch-teaser-v4_mara");
        let nameless = NameFacts { video: "".into(), ..facts() };
        assert_eq!(Naming::default().stem(&nameless), "mara_t3");
    }

    #[test]
    fn pieces_joined_are_the_pattern() {
        for pattern in ["", "{video}", "a{take}b", "{{video}}", "ü{voice", "{model}{model}"] {
            let joined: String = pieces(pattern)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.to_owned(),
                    Piece::Part(part) => part.token(),
                })
                .collect();
            assert_eq!(joined, pattern);
        }
    }

    #[test]
    fn what_can_be_no_pattern_is_none() {
        assert_eq!(Naming::new("  "), None);
        assert_eq!(Naming::new(&"x".repeat(201)), None);
        assert_eq!(Naming::new("a\nb"), None);
    }
}
