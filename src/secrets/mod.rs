//! The API key: checked once, never shown, never logged, kept in the system's keychain and nowhere else.

mod address;
mod keychain;
mod mask;

use std::ffi::OsString;
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::error::{Error, Result};

pub use address::{SERVICE, base_url};
pub use keychain::{Keychain, Memory, System, Trouble};
pub use mask::mask;

/// The environment variable that holds the key.
pub const VARIABLE: &str = "SYNC_API_KEY";

/// Keys are some dozens of characters; a pasted document is not one.
const MAX_LENGTH: usize = 1024;

/// Where a key came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// [`VARIABLE`].
    Environment,
    /// An argument of the command line.
    Argument,
    /// A field of the window.
    Typed,
    /// The system's keychain.
    Keychain,
}

/// A key that can be sent in an HTTP header. Printing it, also with `{:?}`, shows at most its last four characters.
#[derive(Clone)]
pub struct ApiKey {
    secret: SecretString,
    source: Source,
}

impl ApiKey {
    /// Takes a key as typed or pasted; blanks and line ends around it are dropped.
    ///
    /// # Errors
    /// When it is empty or holds something no key holds: blanks, control characters, letters outside ASCII.
    pub fn new(text: &str, source: Source) -> Result<Self> {
        let text = text.trim();
        let refuse = |why: &str| {
            let message = format!("This can't be an API key: {why}. Copy the whole key from your sync.so settings.");
            Err(Error::Input(message))
        };
        if text.is_empty() {
            return refuse("it is empty");
        }
        if text.len() > MAX_LENGTH {
            return refuse("it is far too long");
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return refuse("it has blanks, line ends or unusual letters in it");
        }
        mask::learn(text);
        Ok(Self { secret: text.into(), source })
    }

    /// The key in [`VARIABLE`]. Not set and blank are the same: no key.
    ///
    /// # Errors
    /// As [`ApiKey::new`].
    pub fn from_environment() -> Result<Option<Self>> {
        Self::from_value(std::env::var_os(VARIABLE))
    }

    fn from_value(value: Option<OsString>) -> Result<Option<Self>> {
        let value = value.unwrap_or_default();
        // Bytes that are no text become a sign that `new` refuses.
        let text = value.to_string_lossy();
        if text.trim().is_empty() { Ok(None) } else { Self::new(&text, Source::Environment).map(Some) }
    }

    pub fn source(&self) -> Source {
        self.source
    }

    /// The key itself, for the one place that sends it.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// A short name for this key at this address, to keep the work of two accounts apart. The key cannot be worked
    /// out from it.
    pub fn fingerprint(&self, base: &url::Url) -> String {
        let name = format!("{base} {}", self.secret.expose_secret());
        let full = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, name.as_bytes());
        full.simple().to_string()[..12].to_owned()
    }

    /// "•••• 7F3A", to tell two keys apart. A key too short to hide anything shows only the dots.
    pub fn masked(&self) -> String {
        let key = self.secret.expose_secret();
        match key.len().checked_sub(4) {
            Some(hidden) if hidden >= 8 => format!("•••• {}", &key[hidden..]),
            _ => "••••".to_owned(),
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}, {:?})", self.masked(), self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<ApiKey> {
        ApiKey::new(text, Source::Environment)
    }

    #[test]
    fn blanks_around_a_pasted_key_are_dropped() {
        let key = key("  sk-live-0123456789-7F3A\r\n").unwrap();
        assert_eq!(key.secret().expose_secret(), "sk-live-0123456789-7F3A");
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_without_repeating_it() {
        let long = "x".repeat(2000);
        for bad in ["", " \n", "two words", "line\nline", "sk-\u{7}bell", "schlüssel", "sk-\u{200b}hidden", &long] {
            let error = key(bad).unwrap_err().to_string();
            assert!(error.starts_with("This can't be an API key"), "{error}");
            assert!(bad.trim().is_empty() || !error.contains(bad), "{error}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let shown = key("sk-live-0123456789-7F3A").unwrap();
        assert_eq!(shown.masked(), "•••• 7F3A");
        assert_eq!(format!("{shown:?}"), "ApiKey(•••• 7F3A, Environment)");
        assert_eq!(key("short-7F3A").unwrap().masked(), "••••");
    }

    #[test]
    fn an_unset_or_blank_variable_is_no_key() {
        assert!(ApiKey::from_value(None).unwrap().is_none());
        assert!(ApiKey::from_value(Some(" ".into())).unwrap().is_none());
        assert!(ApiKey::from_value(Some("sk-0123456789".into())).unwrap().is_some());
        assert!(ApiKey::from_value(Some("sk 01".into())).is_err());
    }
}
