//! Whose workspace is open, and how its key is doing.

use time::OffsetDateTime;

use crate::error::Error;

/// The open account, or the sandbox. Written by the app, read by pages.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// The key as it may be shown, "•••• 7F3A"; `None` in the sandbox.
    pub masked: Option<String>,
    pub kept: Kept,
    /// The last test of this key.
    pub test: Check,
    /// The check of a key that was pasted to be used from now on.
    pub entry: Check,
    /// A key was asked for elsewhere, so the field for it is to be shown.
    pub wanted: bool,
}

/// Where the key in use is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kept {
    /// `SYNC_API_KEY`, which is used but never written.
    #[default]
    Environment,
    /// On its way into the keychain, which may be asking for its password.
    Keeping,
    Keychain,
    /// Only until the window closes; why, and what can be done about it, in whole sentences.
    Session {
        why: &'static str,
        advice: &'static str,
    },
}

/// A call made to see whether a key works.
#[derive(Debug, Clone, Default)]
pub enum Check {
    #[default]
    None,
    Checking,
    Works {
        voices: usize,
        at: OffsetDateTime,
    },
    Failed(Error),
}

impl Check {
    /// Whether the answer is still to come.
    pub fn is_checking(&self) -> bool {
        matches!(self, Self::Checking)
    }
}
