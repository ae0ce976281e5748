//! What the flow page and the pages of its steps tell each other: the voice that would be cloned, and steps that Run
//! all asks for. Plain data; each page follows its own part once per frame.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::library::Relation;

/// The way of one step from being asked for to its job. The page that knows how to begin it answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Asked {
    /// Nobody asks.
    #[default]
    No,
    /// Run all asks for it.
    Please,
    /// It is being prepared: a sample is cut, a loudness is matched.
    Preparing,
    /// It began as the job of this id.
    Begun(String),
    /// It did not begin: why, as a sentence.
    Refused(String),
}

/// Who gave the permission to clone, as it is filled in on the clone page or on the Voice card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// When it was ticked.
    #[serde(with = "time::serde::rfc3339::option")]
    pub given_at: Option<OffsetDateTime>,
    /// Whose voice it is, unless it is the user's own.
    pub speaker: String,
    pub relation: Relation,
}

/// What is filled in on the Voice card, or comes with the example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledIn {
    /// `None` leaves the name as it is.
    pub name: Option<String>,
    pub permission: Permission,
}

/// The voice that would be cloned from the flow's source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewVoice {
    pub name: String,
    pub permission: Permission,
    /// The clone page takes it in.
    pub filled_in: Option<FilledIn>,
    /// Bytes of the sample that would be sent, once it is there.
    pub bytes: Option<u64>,
    /// How far the sample is, in words, until it is there: "Reading the sound, 38%".
    pub reading: String,
    /// Why it can't be cloned yet, the permission apart.
    pub missing: Option<String>,
    /// Id of the clone job that the clone page shows.
    pub job: Option<String>,
    /// The Voice card is shown: the sample is measured and cut.
    pub is_shown: bool,
    pub asked: Asked,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chain {
    pub voice: NewVoice,
    pub lip_sync: Asked,
    /// The service is being asked what the lip sync costs.
    pub is_pricing: bool,
    /// Run all was asked for and not looked at yet.
    pub run: bool,
    /// Whose lips move is to be picked on the Lip sync page.
    pub pick_face: bool,
}
