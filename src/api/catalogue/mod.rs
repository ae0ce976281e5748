//! The open list of error codes: what each means and what to do. Documentation: `GET /v2/errors`.

mod codes;

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::client::{Call, Client};
use super::read;
use super::retry::Endpoint;

/// More codes than this are no list of codes.
const MAX_CODES: usize = 2_000;

/// One row of `GET /v2/errors`, which needs no key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEntry {
    #[serde(deserialize_with = "read::word")]
    pub code: String,
    #[serde(default, deserialize_with = "read::word")]
    pub message: String,
    #[serde(default, deserialize_with = "read::word")]
    pub suggestion: String,
}

/// What this program ships about a code: its meaning and what to do.
pub fn shipped(code: &str) -> Option<(&'static str, &'static str)> {
    codes::CODES.iter().find(|(known, ..)| *known == code).map(|(_, message, advice)| (*message, *advice))
}

/// The shipped copy of the whole list.
pub fn shipped_entries() -> Vec<ErrorEntry> {
    let entry = |(code, message, advice): &(&str, &str, &str)| ErrorEntry {
        code: (*code).to_owned(),
        message: (*message).to_owned(),
        suggestion: (*advice).to_owned(),
    };
    codes::CODES.iter().map(entry).collect()
}

/// The codes one client knows: the shipped copy, and what its service has told since.
#[derive(Default)]
pub(super) struct Catalogue(RwLock<BTreeMap<String, String>>);

impl Catalogue {
    /// What to do about a code. Our own words come first: the service's speak to programs.
    pub fn suggestion(&self, code: &str) -> Option<String> {
        let told = || self.0.read().unwrap_or_else(PoisonError::into_inner).get(code).cloned();
        shipped(code).map(|(_, advice)| advice.to_owned()).or_else(told)
    }

    fn learn(&self, entries: &[ErrorEntry]) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for entry in entries.iter().take(MAX_CODES).filter(|entry| !entry.suggestion.trim().is_empty()) {
            known.insert(entry.code.clone(), read::clip(entry.suggestion.trim()));
        }
    }
}

impl Client {
    /// `GET /v2/errors`, without the key: every code the service knows, for the caller to keep. This client gives
    /// the advice in it from now on, where a refusal brings none and the shipped copy has none.
    pub fn errors(&self) -> Call<Vec<ErrorEntry>> {
        let client = self.clone();
        Box::pin(async move {
            let answer = client.send(Endpoint::Read, client.open_request(Method::GET, &["errors"])).await?;
            let rows = read::rows::<ErrorEntry>(answer.json());
            let rows = rows.ok_or_else(|| client.unreadable("no list of errors"))?;
            let rows: Vec<_> = rows.into_iter().filter(|entry| !entry.code.is_empty()).take(MAX_CODES).collect();
            client.know_errors(&rows);
            Ok(rows)
        })
    }

    /// Takes in a list that was kept from an earlier [`Client::errors`].
    pub fn know_errors(&self, entries: &[ErrorEntry]) {
        self.0.catalogue.learn(entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s2_2_the_shipped_copy_has_every_published_code_once_with_advice() {
        let mut codes: Vec<&str> = codes::CODES.iter().map(|(code, ..)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), codes::CODES.len());
        assert!(codes.len() >= 62);
        for (code, message, advice) in codes::CODES {
            assert!(message.ends_with('.') && advice.ends_with('.'), "{code}");
            assert!(!message.contains("/v2/") && !advice.contains("/v2/"), "{code} speaks to a program");
        }
    }

    #[test]
    fn s2_2_what_the_service_tells_fills_the_gaps_and_odd_rows_do_no_harm() {
        let catalogue = Catalogue::default();
        let entry = |code: &str, suggestion: &str| ErrorEntry {
            code: code.to_owned(),
            message: String::new(),
            suggestion: suggestion.to_owned(),
        };
        catalogue.learn(&[entry("of_tomorrow", " Do this. "), entry("voice_blocked", "PATCH it"), entry("bare", " ")]);
        assert_eq!(catalogue.suggestion("of_tomorrow").as_deref(), Some("Do this."));
        assert_eq!(catalogue.suggestion("voice_blocked").as_deref(), Some("Choose another voice."));
        assert_eq!((catalogue.suggestion("bare"), catalogue.suggestion("no_such")), (None, None));
    }
}
