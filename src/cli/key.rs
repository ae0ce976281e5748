//! `mouthpiece key`: the API key in the keychain of the system, and nowhere else.

use std::io::{IsTerminal as _, Read as _};

use super::arguments::Key;
use super::background::Background;
use super::out::Out;
use super::{Failure, NO_KEY, Start, echo};
use crate::api::Client;
use crate::error::Error;
use crate::secrets::{ApiKey, Source, Trouble};
use crate::settings::{Account, Settings, Workspace};
use crate::workspace;

/// More than any key has.
const MAX_BYTES: u64 = 4096;

/// Keeps, tests or forgets it.
pub fn run(asked: Key, start: &Start) -> Result<(), Failure> {
    let (background, out) = (Background::new()?, Out::new(false));
    match asked {
        Key::Set => set(start, &background, &out),
        Key::Test => test(start, &background, &out),
        Key::Forget { last } => forget(start, last.as_deref(), &background, &out),
    }
}

fn set(start: &Start, background: &Background, out: &Out) -> Result<(), Failure> {
    let key = read_key(background)?;
    let voices = check(start, &key, background)?;
    let (keychain, name, secret) = (start.keychain.clone(), key.fingerprint(&start.base), key.secret().clone());
    let kept = name.clone();
    background.blocking(move || keychain.keep(&kept, &secret).map_err(refused))?;
    change(start, |settings| {
        let service = start.base.to_string();
        settings.accounts.retain(|known| known.fingerprint != name);
        settings.accounts.push(Account { fingerprint: name.clone(), service, masked: key.masked() });
        settings.workspace = Some(Workspace::Account(name));
    })?;
    out.note(&format!("The key {} works and is kept in the keychain: {voices} voices.", key.masked()));
    Ok(())
}

fn test(start: &Start, background: &Background, out: &Out) -> Result<(), Failure> {
    let (mut settings, _) = Settings::load(&start.data_dir);
    if start.key.is_none() {
        // Also when it was the sandbox that was open last.
        settings.workspace = Some(Workspace::Account(kept(&settings, None)?.fingerprint));
    }
    let service = super::view::service(start, false, &settings, background)?;
    let workspace::Service::Account { base, key } = service else { return Err(no_key()) };
    let there = Start { base, key: None, keychain: start.keychain.clone(), data_dir: start.data_dir.clone() };
    let voices = check(&there, &key, background)?;
    out.note(&format!("The key {} works: {voices} voices.", key.masked()));
    Ok(())
}

fn forget(start: &Start, last: Option<&str>, background: &Background, out: &Out) -> Result<(), Failure> {
    let (settings, _) = Settings::load(&start.data_dir);
    let Account { fingerprint: name, masked, .. } = kept(&settings, last)?;
    let (keychain, gone) = (start.keychain.clone(), name.clone());
    background.blocking(move || keychain.remove(&gone).map_err(refused))?;
    change(start, |settings| {
        settings.accounts.retain(|known| known.fingerprint != name);
        settings.workspace = settings.workspace.take().filter(|open| *open != Workspace::Account(name));
    })?;
    out.note(&format!("The key {masked} is out of the keychain. The work of its account stays on this computer."));
    Ok(())
}

fn no_key() -> Failure {
    Failure::new(NO_KEY, "There is no key in the keychain. To keep one: mouthpiece key set")
}

/// The account that is meant: by the end of its key, else the one that was open last, else the only one.
fn kept(settings: &Settings, last: Option<&str>) -> Result<Account, Failure> {
    let accounts: Vec<&Account> = settings.accounts.iter().collect();
    let is_open = |account: &&Account| matches!(&settings.workspace, Some(Workspace::Account(name)) if *name == account.fingerprint);
    let found: Vec<&Account> = match last.map(str::trim) {
        Some(end) => {
            accounts.iter().copied().filter(|account| !end.is_empty() && account.masked.ends_with(end)).collect()
        }
        None => accounts.iter().copied().find(is_open).map_or_else(|| accounts.clone(), |open| vec![open]),
    };
    let keys = || accounts.iter().map(|account| account.masked.as_str()).collect::<Vec<_>>().join(", ");
    match found[..] {
        [account] => Ok(account.clone()),
        _ if accounts.is_empty() => Err(no_key()),
        [] => Err(Failure::new(NO_KEY, format!("No key in the keychain ends like this. Keys: {}", keys()))),
        _ => Err(Failure::usage(format!(
            "There are several keys: {}. Name one by its last four characters: mouthpiece key forget 7F3A",
            keys()
        ))),
    }
}

/// The key from standard input: typed after a question on a terminal, where it is not shown, or handed over by a pipe.
fn read_key(background: &Background) -> Result<ApiKey, Failure> {
    let read = if std::io::stdin().is_terminal() {
        echo::ask_hidden(background, "Paste the API key, then press Enter (it is not shown): ")
    } else {
        let mut text = String::new();
        std::io::stdin().take(MAX_BYTES).read_to_string(&mut text).map(|_| text)
    };
    let text = read.map_err(|_| Failure::usage("The key could not be read from standard input."))?;
    ApiKey::new(&text, Source::Typed).map_err(|error| Failure { code: NO_KEY, error })
}

/// Asks the service; gives how many voices it has.
fn check(start: &Start, key: &ApiKey, background: &Background) -> Result<usize, Failure> {
    let client = Client::new(workspace::config(start.base.clone(), key))?;
    let listing = background.runtime().spawn(client.voices());
    Ok(background.wait(listing)?.len())
}

fn change(start: &Start, change: impl FnOnce(&mut Settings)) -> Result<(), Failure> {
    let (before, _) = Settings::load(&start.data_dir);
    let mut settings = before.clone();
    change(&mut settings);
    Ok(settings.save(&before, &start.data_dir)?)
}

fn refused(trouble: Trouble) -> Error {
    Error::Keychain(format!("{} {}", trouble.sentence(), trouble.advice()))
}
