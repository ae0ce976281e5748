//! Keys: checking one, keeping it in the keychain, testing and removing the one in use.

use time::OffsetDateTime;
use url::Url;

use super::super::{App, Service, session, toasts};
use super::{Target, Workspace};
use crate::api::Client;
use crate::error::Error;
use crate::runtime::Task;
use crate::secrets::{ApiKey, Source, Trouble};
use crate::settings;
use crate::store::{Check, Kept};

/// Where people make a key.
const WHERE: &str = "https://sync.so/settings/api-keys";

/// The keys of this window, and what is being done with them.
#[derive(Default)]
pub(super) struct Keys {
    /// Accounts that were open or connected since the start, with their keys.
    at_hand: Vec<(String, Url, ApiKey)>,
    /// Why a key of this session is not in the keychain.
    unkept: Vec<(String, Trouble)>,
    checking: Option<(Url, ApiKey, Task<usize>)>,
    keeping: Option<(String, Task<Result<(), Trouble>>)>,
    testing: Option<Task<usize>>,
    removing: Option<Task<()>>,
}

impl Keys {
    /// Remembers a key in use, and says where it is kept.
    pub fn state(&self, key: &ApiKey, fingerprint: &str) -> Kept {
        let unkept = self.unkept.iter().find(|(name, _)| name == fingerprint);
        match key.source() {
            Source::Environment | Source::Argument => Kept::Environment,
            Source::Keychain => Kept::Keychain,
            Source::Typed => match unkept {
                Some((_, trouble)) => Kept::Session { why: trouble.sentence(), advice: trouble.advice() },
                None if self.keeping.is_some() => Kept::Keeping,
                None => Kept::Keychain,
            },
        }
    }

    /// An account whose key need not be asked for again.
    pub fn at_hand(&self, fingerprint: &str) -> Option<Service> {
        let (_, base, key) = self.at_hand.iter().find(|(name, ..)| name == fingerprint)?;
        Some(Service::Account { base: base.clone(), key: key.clone() })
    }

    /// What is at hand, with fingerprint, service and the key as it may be shown.
    pub fn list(&self) -> impl Iterator<Item = (&str, &Url, String)> {
        self.at_hand.iter().map(|(name, base, key)| (name.as_str(), base, key.masked()))
    }

    pub fn remember(&mut self, base: &Url, key: &ApiKey) {
        let name = key.fingerprint(base);
        self.at_hand.retain(|(known, ..)| *known != name);
        self.at_hand.push((name, base.clone(), key.clone()));
    }
}

impl App {
    /// Checks a pasted key by listing voices with it.
    pub(super) fn connect(&mut self, text: &str) {
        let entry = &mut self.workspaces.account.entry;
        let base = self.launch.base.clone();
        let made = ApiKey::new(text, Source::Typed).and_then(|key| {
            let client = Client::new(session::config(base.clone(), &key))?;
            Ok((key, client))
        });
        match made {
            Ok((key, client)) => {
                *entry = Check::Checking;
                let voices = client.voices();
                let task = self.runtime.spawn(async move { Ok(voices.await?.len()) });
                self.workspaces.keys.checking = Some((base, key, task));
            }
            Err(error) => *entry = Check::Failed(error),
        }
    }

    pub(super) fn cancel_connect(&mut self) {
        self.workspaces.keys.checking = None;
        self.workspaces.account.entry = Check::None;
        self.workspaces.account.wanted = false;
    }

    pub(super) fn test_key(&mut self) {
        let Some(session) = &self.session else { return };
        let voices = session.client.voices();
        self.workspaces.keys.testing = Some(self.runtime.spawn(async move { Ok(voices.await?.len()) }));
        self.workspaces.account.test = Check::Checking;
    }

    /// Puts the key in use into the keychain, in the background: it may ask for its password.
    pub(super) fn keep_key(&mut self) {
        let Some(Service::Account { base, key }) = self.workspaces.service.clone() else { return };
        self.workspaces.account.kept = Kept::Keeping;
        self.keep(&base, &key);
    }

    fn keep(&mut self, base: &Url, key: &ApiKey) {
        let (keychain, name, secret) = (self.desktop.keychain.clone(), key.fingerprint(base), key.secret().clone());
        let keys = &mut self.workspaces.keys;
        keys.unkept.retain(|(known, _)| *known != name);
        let fingerprint = name.clone();
        // The trouble is no error of the task: it is a state to show.
        keys.keeping = Some((name, self.runtime.blocking(move || Ok(keychain.keep(&fingerprint, &secret)))));
    }

    /// Takes in what became of keys.
    pub(super) fn work_keys(&mut self) {
        self.checked();
        self.kept();
        let workspaces = &mut self.workspaces;
        if let Some(result) = workspaces.keys.testing.as_mut().and_then(Task::take) {
            workspaces.keys.testing = None;
            workspaces.account.test = outcome(result);
        }
        if let Some(result) = workspaces.keys.removing.as_mut().and_then(Task::take) {
            workspaces.keys.removing = None;
            match result {
                Ok(()) => self.removed(),
                Err(error) => toasts::complain(&mut self.toasts, "The key was not removed", &error),
            }
        }
    }

    fn checked(&mut self) {
        let keys = &mut self.workspaces.keys;
        let Some((base, key, task)) = &mut keys.checking else { return };
        let Some(result) = task.take() else { return };
        let (base, key) = (base.clone(), key.clone());
        keys.checking = None;
        let works = result.is_ok();
        self.workspaces.account.entry = outcome(result);
        if works {
            self.workspaces.account.wanted = false;
            self.workspaces.keys.remember(&base, &key);
            self.keep(&base, &key);
            self.go_to(Target::Service(Service::Account { base, key }));
        }
    }

    /// The keychain took a key, or not.
    fn kept(&mut self) {
        let keys = &mut self.workspaces.keys;
        let Some((name, task)) = &mut keys.keeping else { return };
        let Some(result) = task.take() else { return };
        let name = name.clone();
        keys.keeping = None;
        let result = result.unwrap_or(Err(Trouble::Refused));
        let known = keys.at_hand.iter().find(|(known, ..)| *known == name);
        if let (Ok(()), Some((_, base, key))) = (result, known) {
            let row = settings::Account { fingerprint: name.clone(), service: base.to_string(), masked: key.masked() };
            let settings = &mut self.settings.value;
            settings.accounts.retain(|known| known.fingerprint != name);
            settings.accounts.push(row);
        }
        let is_open = self.workspaces.fingerprint().as_deref() == Some(name.as_str());
        match result {
            Ok(()) if is_open => {
                self.workspaces.account.kept = Kept::Keychain;
                self.settings.value.workspace = Some(Workspace::Account(name));
            }
            Ok(()) => {}
            Err(trouble) => {
                let (why, advice) = (trouble.sentence(), trouble.advice());
                self.workspaces.keys.unkept.push((name, trouble));
                if is_open {
                    self.workspaces.account.kept = Kept::Session { why, advice };
                }
                toasts::warn(
                    &mut self.toasts,
                    "Key not stored",
                    &format!("{why} The key is kept for this session only."),
                );
            }
        }
    }

    /// Takes the key in use out of the keychain.
    pub(super) fn sign_out(&mut self) {
        let Some(name) = self.workspaces.fingerprint() else { return };
        let keychain = self.desktop.keychain.clone();
        if matches!(self.workspaces.account.kept, Kept::Session { .. }) {
            return self.removed();
        }
        self.workspaces.keys.removing = Some(self.runtime.blocking(move || {
            keychain.remove(&name).map_err(|trouble| {
                Error::Keychain(format!("{} The key is still in it. {}", trouble.sentence(), trouble.advice()))
            })
        }));
    }

    /// Nothing of the key is left: on to the sandbox.
    fn removed(&mut self) {
        let Some(name) = self.workspaces.fingerprint() else { return };
        let keys = &mut self.workspaces.keys;
        keys.at_hand.retain(|(known, ..)| *known != name);
        keys.unkept.retain(|(known, _)| *known != name);
        self.settings.value.accounts.retain(|known| known.fingerprint != name);
        self.open(Target::Service(Service::Sandbox));
    }

    pub(super) fn show_where_keys_come_from(&mut self) {
        self.errands.show(self.desktop.files.open_page(&self.runtime, WHERE));
    }
}

fn outcome(result: crate::error::Result<usize>) -> Check {
    match result {
        Ok(voices) => Check::Works { voices, at: OffsetDateTime::now_utc() },
        Err(error) => Check::Failed(error),
    }
}
