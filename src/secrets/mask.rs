//! The last line of defence: every key this program has seen is taken out of what it writes down. Nothing should
//! hold one by then; a service that repeats the key in its answer, or a panic that quotes it, is no reason to keep it.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

/// Shorter ones hide nothing, and would be found inside ordinary words.
const SHORTEST: usize = 8;

static SEEN: Mutex<Vec<SecretString>> = Mutex::new(Vec::new());

/// Remembers a key for as long as the program runs.
pub(super) fn learn(key: &str) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if key.len() >= SHORTEST && !seen.iter().any(|known| known.expose_secret() == key) {
        seen.push(key.into());
    }
}

/// `text` with every key that was ever used replaced by dots.
pub fn mask(text: &str) -> Cow<'_, str> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.iter().map(ExposeSecret::<str>::expose_secret).fold(Cow::Borrowed(text), |text, key| {
        if text.contains(key) { Cow::Owned(text.replace(key, "••••")) } else { text }
    })
}

#[cfg(test)]
mod tests {
    use super::super::{ApiKey, Source};
    use super::*;

    #[test]
    fn a_key_that_was_used_is_taken_out_and_the_rest_stays() {
        ApiKey::new("sk-mask-test-0123456789", Source::Typed).unwrap();
        assert_eq!(mask("no sk-mask-test-0123456789, no sk-mask-test-0123456789!"), "no ••••, no ••••!");
        assert!(matches!(mask("sk-mask-test"), Cow::Borrowed("sk-mask-test")));
    }
}
