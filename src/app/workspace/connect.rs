//! Keys: checking one, keeping it in the keychain, testing and removing the one in use.

use time::OffsetDateTime;
use url::Url;

use super::super::{App, Service, toasts};
use super::{Question, Target, Workspace};
use crate::api::Client;
use crate::error::Error;
use crate::runtime::{Task, blocking};
use crate::secrets::{ApiKey, Source, Trouble};
use crate::settings;
use crate::store::{Check, Kept};
use crate::workspace;

/// Where people make a key.
const WHERE: &str = "https://sync.so/settings/api-keys";

/// Of a key that was removed, while its workspace is still open.
const REMOVED: &str = "The key was taken out of the system keychain.";
const TO_KEEP: &str = "It is used until this workspace is left.";

/// The keys of this window, and what is being done with them.
#[derive(Default)]
pub(super) struct Keys {
    /// Accounts that were open or connected since the start, with their keys.
    at_hand: Vec<(String, Url, ApiKey)>,
    /// Why a key of this session is not in the keychain.
    unkept: Vec<(String, Trouble)>,
    checking: Option<(Url, ApiKey, Task<Checked>)>,
    /// The fingerprint of the last key that passed, and what was found with it.
    passed: Option<(String, Check)>,
    keeping: Vec<(String, Task<Result<(), Trouble>>)>,
    /// The test of the key in use.
    testing: Option<Task<usize>>,
    /// The fingerprint of the key that is being taken out of the keychain; another one may be in use by then.
    removing: Option<(String, Task<()>)>,
}

/// What a check found.
struct Checked {
    voices: usize,
    /// The key was used on this computer before.
    is_known: bool,
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
                None if self.is_keeping(fingerprint) => Kept::Keeping,
                None => Kept::Keychain,
            },
        }
    }

    /// Whether a key is on its way into the keychain.
    pub fn is_keeping(&self, fingerprint: &str) -> bool {
        self.keeping.iter().any(|(name, _)| name == fingerprint)
    }

    /// Lets go of what belongs to the workspace that is left: answers still to come would land on the next one.
    pub fn forget_checks(&mut self) {
        (self.checking, self.testing) = (None, None);
    }

    /// What was found when a key was checked before it came into use.
    pub fn passed(&mut self, fingerprint: &str) -> Check {
        self.passed.take().filter(|(name, _)| name == fingerprint).map_or(Check::None, |(_, check)| check)
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
        let leaving = self.workspaces.keys.removing.as_ref().map(|(name, _)| name.clone());
        let made = ApiKey::new(text, Source::Typed).and_then(|key| {
            if leaving.is_some_and(|name| name == key.fingerprint(&base)) {
                let why = "This key is just being taken out of the system keychain. Wait until that is done.";
                return Err(Error::Input(why.to_owned()));
            }
            let client = Client::new(workspace::config(base.clone(), &key))?;
            Ok((key, client))
        });
        match made {
            Ok((key, client)) => {
                *entry = Check::Checking;
                let (voices, place) = (client.voices(), workspace::own(&self.launch.data_dir, &key.fingerprint(&base)));
                let task = self.runtime.spawn(async move {
                    let voices = voices.await?.len();
                    Ok(Checked { voices, is_known: blocking(move || Ok(place.exists())).await? })
                });
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
        keys.keeping.retain(|(known, _)| *known != name);
        keys.keeping.push((name, self.runtime.blocking(move || Ok(keychain.keep(&fingerprint, &secret)))));
    }

    /// Takes in what became of keys.
    pub(super) fn work_keys(&mut self) {
        self.checked();
        while self.kept() {}
        let workspaces = &mut self.workspaces;
        if let Some(result) = workspaces.keys.testing.as_mut().and_then(Task::take) {
            workspaces.keys.testing = None;
            workspaces.account.test = outcome(result);
        }
        if let Some((name, task)) = &mut workspaces.keys.removing
            && let Some(result) = task.take()
        {
            let name = name.clone();
            workspaces.keys.removing = None;
            match result {
                Ok(()) => self.removed(&name),
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
        let is_known = result.as_ref().is_ok_and(|checked| checked.is_known);
        let check = outcome(result.map(|checked| checked.voices));
        self.workspaces.account.entry = check.clone();
        if matches!(check, Check::Failed(_)) {
            return;
        }
        let name = key.fingerprint(&base);
        self.workspaces.account.wanted = false;
        self.workspaces.keys.passed = Some((name.clone(), check));
        self.workspaces.keys.remember(&base, &key);
        self.keep(&base, &key);
        // A key that is new here may be of the account that is open, whose work and running jobs it then goes on with.
        let open = match &self.workspaces.service {
            Some(Service::Account { base: there, key }) if *there == base && !is_known => Some(key.fingerprint(there)),
            _ => None,
        };
        let service = Service::Account { base, key };
        match open.filter(|before| *before != name && self.session.is_some()) {
            Some(before) => self.workspaces.question = Some(Question::Renew { service, before }),
            None => self.go_to(Target::Service(service)),
        }
    }

    /// The keychain took a key, or not. True when there was one.
    fn kept(&mut self) -> bool {
        let keys = &mut self.workspaces.keys;
        let mut answers = keys.keeping.iter_mut().enumerate();
        let Some((index, result)) = answers.find_map(|(i, (_, task))| Some((i, task.take()?))) else {
            return false;
        };
        let (name, _) = keys.keeping.remove(index);
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
        true
    }

    /// Takes the key in use out of the keychain.
    pub(super) fn sign_out(&mut self) {
        let Some(name) = self.workspaces.fingerprint() else { return };
        if matches!(self.workspaces.account.kept, Kept::Session { .. }) {
            return self.removed(&name);
        }
        // Removed while it is on its way in, it would stay.
        if !self.workspaces.keys.is_keeping(&name) {
            self.remove(name);
        }
    }

    fn remove(&mut self, name: String) {
        let (keychain, fingerprint) = (self.desktop.keychain.clone(), name.clone());
        let task = self.runtime.blocking(move || {
            keychain.remove(&fingerprint).map_err(|trouble| {
                Error::Keychain(format!("{} The key is still in it. {}", trouble.sentence(), trouble.advice()))
            })
        });
        self.workspaces.keys.removing = Some((name, task));
    }

    /// Forgets a key in whose place there is another.
    pub(super) fn forget_key(&mut self, name: String) {
        if self.settings.value.accounts.iter().any(|known| known.fingerprint == name) {
            self.remove(name);
        } else {
            self.removed(&name);
        }
    }

    /// Nothing of this key is left. If it is the one in use, on to the sandbox.
    fn removed(&mut self, name: &str) {
        let keys = &mut self.workspaces.keys;
        keys.at_hand.retain(|(known, ..)| *known != name);
        keys.unkept.retain(|(known, _)| *known != name);
        self.settings.value.accounts.retain(|known| known.fingerprint != name);
        let target = self.workspaces.target.as_ref().and_then(Target::fingerprint);
        if target.as_deref() == Some(name) {
            // As long as it is open. One that never was in the keychain keeps its own reason.
            if !matches!(self.workspaces.account.kept, Kept::Session { .. }) {
                self.workspaces.account.kept = Kept::Session { why: REMOVED, advice: TO_KEEP };
            }
            self.leave_for(Target::Service(Service::Sandbox));
        }
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
