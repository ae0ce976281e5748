//! The recorded permission to clone a voice, and the document that shows it to others.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::CloneRecord;

/// What is agreed to before a clone.
pub const STATEMENT: &str = "This is my voice, or I have the speaker's permission to clone it and to use it in this project. I can show that permission if asked.";

/// The recorded permission to clone a voice. A clone job cannot be written without it, and refuses an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The sentence that was agreed to.
    #[serde(default)]
    pub statement: String,
    /// Whose voice it is; empty when it is the user's own.
    #[serde(default)]
    pub speaker: String,
    /// How the speaker gave it.
    #[serde(default)]
    pub relation: Relation,
    /// When it was ticked, ISO 8601 in UTC.
    #[serde(default)]
    pub given_at: String,
    /// BLAKE3 of the sample it was given for, in lowercase hex; `None` until the sample has been read.
    #[serde(default)]
    pub sample_hash: Option<String>,
}

impl Consent {
    /// Whether this is a permission at all: a statement, a time, and a speaker unless the voice is the user's own.
    pub fn is_given(&self) -> bool {
        let filled = |text: &str| !text.trim().is_empty();
        let speaker = match self.relation {
            // Records from before the relation was asked for may lack the name of one's own voice.
            Relation::Own | Relation::Unrecorded => true,
            Relation::InWriting | Relation::ByEmail | Relation::SpokenInClip => filled(&self.speaker),
        };
        filled(&self.statement) && filled(&self.given_at) && speaker
    }

    /// Whether it says who gave it and how, which every new one must.
    pub fn says_who(&self) -> bool {
        self.is_given() && self.relation != Relation::Unrecorded
    }
}

/// How the speaker gave the permission.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The user's own voice.
    Own,
    InWriting,
    ByEmail,
    SpokenInClip,
    /// The record is older than the question, or newer than this version.
    #[default]
    #[serde(other)]
    Unrecorded,
}

impl Relation {
    /// What can be chosen, in the order shown.
    pub const CHOICES: [Self; 4] = [Self::InWriting, Self::ByEmail, Self::SpokenInClip, Self::Own];

    /// The answer to "Consent given".
    pub fn words(self) -> &'static str {
        match self {
            Self::Own => "It is my voice",
            Self::InWriting => "In writing",
            Self::ByEmail => "By e-mail",
            Self::SpokenInClip => "Spoken in a clip",
            Self::Unrecorded => "Not recorded",
        }
    }
}

/// The permissions of these clones as JSON that a person can read.
pub fn consent_document(records: &[CloneRecord]) -> String {
    let document = json!({
        "about": "Permissions under which voices were cloned with Mouthpiece. Times are in UTC; sample_blake3 is \
                  the BLAKE3 hash of the recording the voice was cloned from.",
        "consents": records.iter().map(entry).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn entry(record: &CloneRecord) -> Value {
    let consent = &record.consent;
    let speaker = Some(consent.speaker.as_str()).filter(|name| !name.trim().is_empty());
    json!({
        "voice": record.name,
        "speaker": speaker,
        "consent_given": consent.relation.words(),
        "statement": consent.statement,
        "given_at": consent.given_at,
        "sample": record.sample_name,
        "sample_blake3": consent.sample_hash.as_ref().or(record.sample_hash.as_ref()),
        "cloned_at": record.cloned_at,
        "deleted_at": record.deleted_at,
        "voice_ids": {
            "id": record.id,
            "voice_id": record.ids.voice_id,
            "internal_voice_id": record.ids.internal_voice_id,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(relation: Relation, speaker: &str) -> Consent {
        let (statement, given_at) = ("I may.".to_owned(), "2026-11-22T10:00:00Z".to_owned());
        Consent { statement, speaker: speaker.to_owned(), relation, given_at, sample_hash: None }
    }

    #[test]
    fn another_persons_voice_needs_a_name_and_every_consent_a_statement_and_a_time() {
        assert!(given(Relation::Own, "").is_given());
        assert!(given(Relation::ByEmail, "Mara").is_given());
        assert!(!given(Relation::ByEmail, "  ").is_given());
        assert!(given(Relation::ByEmail, "Mara").says_who() && !given(Relation::ByEmail, "").says_who());
        assert!(!given(Relation::Unrecorded, "Mara").says_who());
        assert!(!Consent { statement: " ".into(), ..given(Relation::Own, "") }.is_given());
        assert!(!Consent { given_at: String::new(), ..given(Relation::Own, "") }.is_given());
        assert!(!Consent::default().is_given());
    }

    #[test]
    fn consents_of_older_and_newer_versions_are_read() {
        let old = r#"{"statement":"I may.","speaker":"Mara","given_at":"2026-11-22T10:00:00Z"}"#;
        let old: Consent = serde_json::from_str(old).unwrap();
        assert_eq!(old, given(Relation::Unrecorded, "Mara"));
        let newer = r#"{"statement":"I may.","relation":"by_fax","given_at":"x","witness":"Ada"}"#;
        assert_eq!(serde_json::from_str::<Consent>(newer).unwrap().relation, Relation::Unrecorded);
        for relation in Relation::CHOICES {
            let text = serde_json::to_string(&given(relation, "Mara")).unwrap();
            assert_eq!(serde_json::from_str::<Consent>(&text).unwrap(), given(relation, "Mara"));
        }
    }
}
