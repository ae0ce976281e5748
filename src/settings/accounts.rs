//! Which workspace was used last, and which accounts there are. Of a key only what may be shown is here.

use toml::{Table, Value};

/// The workspace that is opened at the next start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Workspace {
    Sandbox,
    /// The account of this fingerprint.
    Account(String),
}

/// An account whose key is in the keychain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Tells keys apart, names the key in the keychain and the folder of its workspace.
    pub fingerprint: String,
    /// Where the API of this account is.
    pub service: String,
    /// The key as it may be shown: "•••• 7F3A".
    pub masked: String,
}

const FINGERPRINT: usize = 12;
/// "•••• 7F3A" and room for other ways to write it.
const MASKED: usize = 24;
/// More accounts than anybody has; a list this long was not written by us.
const MOST: usize = 100;

/// Whether a text can be the fingerprint of a key.
pub fn is_fingerprint(text: &str) -> bool {
    text.len() == FINGERPRINT && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

pub(super) fn workspace(value: &Value) -> Result<Option<Workspace>, String> {
    match value.as_str() {
        Some("sandbox") => Ok(Some(Workspace::Sandbox)),
        Some(text) if is_fingerprint(text) => Ok(Some(Workspace::Account(text.to_owned()))),
        _ => Err("must be “sandbox” or the fingerprint of an account".to_owned()),
    }
}

pub(super) fn accounts(value: &Value) -> Result<Vec<Account>, String> {
    let rows = value.as_array().filter(|rows| rows.len() <= MOST);
    let found: Option<Vec<Account>> = rows.and_then(|rows| rows.iter().map(account).collect());
    found.ok_or_else(|| "must be a list of accounts, each with fingerprint, service and masked".to_owned())
}

/// The accounts `there`, without those that were taken away here since `before`, and with those that came.
pub(super) fn merged(mine: &[Account], before: &[Account], there: Vec<Account>) -> Vec<Account> {
    let has = |rows: &[Account], row: &Account| rows.iter().any(|each| each.fingerprint == row.fingerprint);
    let mut merged: Vec<Account> = there.into_iter().filter(|row| has(mine, row) || !has(before, row)).collect();
    for row in mine.iter().filter(|row| !before.contains(row)) {
        merged.retain(|each| each.fingerprint != row.fingerprint);
        merged.push(row.clone());
    }
    merged.truncate(MOST);
    merged
}

fn account(value: &Value) -> Option<Account> {
    let text = |name: &str| value.get(name)?.as_str();
    let account = Account {
        fingerprint: text("fingerprint").filter(|text| is_fingerprint(text))?.to_owned(),
        service: text("service").filter(|text| text.len() < 2048)?.to_owned(),
        masked: text("masked").filter(|text| text.chars().count() <= MASKED)?.to_owned(),
    };
    Some(account)
}

impl Workspace {
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Sandbox => "sandbox".into(),
            Self::Account(fingerprint) => fingerprint.as_str().into(),
        }
    }
}

impl Account {
    pub(super) fn to_value(&self) -> Value {
        let pairs = [("fingerprint", &self.fingerprint), ("service", &self.service), ("masked", &self.masked)];
        Value::Table(pairs.into_iter().map(|(name, text)| (name.to_owned(), text.as_str().into())).collect::<Table>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Look, Settings, Theme};

    #[test]
    fn two_windows_keep_what_each_of_them_changed() {
        let dir = tempfile::tempdir().unwrap();
        let account = |name: &str| Account { fingerprint: name.into(), service: "s".into(), masked: "m".into() };
        let (old, first, second) = (account("00000000000a"), account("00000000000b"), account("00000000000c"));
        let before = Settings { accounts: vec![old.clone()], ..Settings::default() };
        before.save(&Settings::default(), dir.path()).unwrap();
        let dark = Look { theme: Theme::Dark, ..before.look };
        let one = Settings { accounts: vec![old.clone(), first.clone()], look: dark, ..before.clone() };
        one.save(&before, dir.path()).unwrap();
        let large = Look { scale: 1.5, ..before.look };
        let other = Settings { accounts: vec![second.clone()], look: large, ..before.clone() };
        other.save(&before, dir.path()).unwrap();
        let expected = Settings { accounts: vec![first, second], look: Look { scale: 1.5, ..dark }, ..before };
        assert_eq!(Settings::load(dir.path()).0, expected, "one account more, another one less, both settings");
    }
}
