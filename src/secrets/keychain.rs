//! Where keys are kept between two starts: the keychain of the operating system, or a stand-in in tests.
//!
//! Everything here blocks, and may wait as long as a person takes to type the keychain's password.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyring::Entry;
use secrecy::{ExposeSecret as _, SecretString};

/// Under which name the keychain lists our keys.
const SERVICE: &str = "Mouthpiece";

/// Why a keychain did not do what was asked. Each is another sentence on screen, and another thing to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is none on this computer, or none is running.
    Absent,
    /// It is locked, and was not unlocked when it asked.
    Locked,
    /// It is there and says no.
    Refused,
}

impl Trouble {
    /// What happened, as a whole sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Absent => "No system keychain was found.",
            Self::Locked => "The system keychain is locked.",
            Self::Refused => "The system keychain refused.",
        }
    }

    /// What can be done about it, as a whole sentence.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Absent => {
                "Start one (on Linux a Secret Service such as GNOME Keyring or KWallet), then start Mouthpiece again."
            }
            Self::Locked => "Unlock it with your password, then try again.",
            Self::Refused => "Allow Mouthpiece in the keychain's own settings, then try again.",
        }
    }
}

/// A place that keeps keys by name. The names are fingerprints, which say nothing about the keys.
pub trait Keychain: Send + Sync {
    /// The key of this name; `None` when there is none.
    ///
    /// # Errors
    /// See [`Trouble`].
    fn read(&self, name: &str) -> Result<Option<SecretString>, Trouble>;

    /// Keeps a key, in place of one of the same name.
    ///
    /// # Errors
    /// See [`Trouble`].
    fn keep(&self, name: &str, key: &SecretString) -> Result<(), Trouble>;

    /// Forgets a key; one that is not there is forgotten already.
    ///
    /// # Errors
    /// See [`Trouble`].
    fn remove(&self, name: &str) -> Result<(), Trouble>;
}

/// The operating system's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl System {
    fn entry(name: &str) -> Result<Entry, Trouble> {
        Entry::new(SERVICE, name).map_err(|error| match Entry::store_status() {
            Err(why) => {
                tracing::info!("no keychain: {why}");
                Trouble::Absent
            }
            Ok(()) => trouble(&error),
        })
    }
}

impl Keychain for System {
    fn read(&self, name: &str) -> Result<Option<SecretString>, Trouble> {
        match Self::entry(name)?.get_password() {
            Ok(key) => Ok(Some(key.into())),
            // A locked keychain that was never open shows nothing of what it holds.
            Err(keyring::Error::NoEntry) if is_locked() => Err(Trouble::Locked),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(trouble(&error)),
        }
    }

    fn keep(&self, name: &str, key: &SecretString) -> Result<(), Trouble> {
        Self::entry(name)?.set_password(key.expose_secret()).map_err(|error| trouble(&error))
    }

    fn remove(&self, name: &str) -> Result<(), Trouble> {
        match Self::entry(name)?.delete_credential() {
            Err(keyring::Error::NoEntry) if is_locked() => Err(Trouble::Locked),
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(trouble(&error)),
        }
    }
}

fn trouble(error: &keyring::Error) -> Trouble {
    // The variants that hold what was stored are told apart without printing them.
    match error {
        keyring::Error::NoDefaultStore => Trouble::Absent,
        _ if is_locked() => Trouble::Locked,
        keyring::Error::NoStorageAccess(why) | keyring::Error::PlatformFailure(why) => {
            tracing::warn!("the keychain refused: {why}");
            Trouble::Refused
        }
        _ => Trouble::Refused,
    }
}

/// Whether the place new keys go to is locked. Where the system does not tell, it is taken to be open.
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
fn is_locked() -> bool {
    use secret_service::EncryptionType;
    use secret_service::blocking::SecretService;
    // A secret is never sent this way, so the connection needs no cipher of its own.
    let Ok(service) = SecretService::connect(EncryptionType::Plain) else { return false };
    service.get_default_collection().is_ok_and(|collection| collection.is_locked().unwrap_or(false))
}

#[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
fn is_locked() -> bool {
    false
}

/// A keychain that lasts as long as the program, for tests. Clones share what is kept.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    keys: HashMap<String, SecretString>,
    trouble: Option<Trouble>,
}

impl Memory {
    /// From now on everything fails in this way, or works again.
    pub fn fail_with(&self, trouble: Option<Trouble>) {
        self.kept().trouble = trouble;
    }

    /// Makes everybody else wait until what this gives is dropped, as for a password.
    pub fn hold(&self) -> impl Drop + '_ {
        self.kept()
    }

    /// The names of what is kept.
    pub fn names(&self) -> Vec<String> {
        self.kept().keys.keys().cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Result<MutexGuard<'_, Kept>, Trouble> {
        let kept = self.kept();
        match kept.trouble {
            Some(trouble) => Err(trouble),
            None => Ok(kept),
        }
    }
}

impl Keychain for Memory {
    fn read(&self, name: &str) -> Result<Option<SecretString>, Trouble> {
        Ok(self.open()?.keys.get(name).cloned())
    }

    fn keep(&self, name: &str, key: &SecretString) -> Result<(), Trouble> {
        self.open()?.keys.insert(name.to_owned(), key.clone());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), Trouble> {
        self.open()?.keys.remove(name);
        Ok(())
    }
}
