//! Whose work it is: the service that is talked to, and the folder and library that belong to it. The window and the
//! command line open the same ones.

mod place;

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use url::Url;

use crate::api::{Client, Config};
use crate::error::{Error, Result};
use crate::library::{Library, Opened};
use crate::sandbox::{self, Sandbox};
use crate::secrets::{ApiKey, Keychain, Source, base_url};
use crate::settings;

pub use place::{of, own, share};

/// Whom to talk to.
#[derive(Debug, Clone)]
pub enum Service {
    /// The practice service, started for it.
    Sandbox,
    /// A real account.
    Account { base: Url, key: ApiKey },
}

impl Service {
    /// The account's fingerprint; the sandbox has none.
    pub fn fingerprint(&self) -> Option<String> {
        match self {
            Self::Sandbox => None,
            Self::Account { base, key } => Some(key.fingerprint(base)),
        }
    }

    /// An account with its key out of the keychain. Settings are a file anybody can write, so the key must be the one
    /// this account was remembered with, at the same address. Blocks.
    ///
    /// # Errors
    /// When the keychain does not answer, or holds no such key any more.
    pub fn kept(account: &settings::Account, keychain: &dyn Keychain) -> Result<Self> {
        let found = keychain.read(&account.fingerprint).map_err(|trouble| {
            let needed = format!("The key {} is needed to open its workspace.", account.masked);
            Error::Keychain(format!("{} {needed} {}", trouble.sentence(), trouble.advice()))
        })?;
        let Some(secret) = found else {
            let gone = format!("The system keychain holds no key {} any more. Paste the key again.", account.masked);
            return Err(Error::Keychain(gone));
        };
        let key = ApiKey::new(secret.expose_secret(), Source::Keychain)?;
        let base = base_url(Some(&account.service)).ok().filter(|base| key.fingerprint(base) == account.fingerprint);
        let base = base.ok_or_else(|| {
            let other = format!("The key {} was remembered for another service.", key.masked());
            Error::Keychain(format!("{other} Paste the key again."))
        })?;
        Ok(Self::Account { base, key })
    }

    /// Where its work lies. Blocks.
    ///
    /// # Errors
    /// When the note about it can't be read.
    pub fn folder(&self, data_dir: &Path) -> Result<PathBuf> {
        match self.fingerprint() {
            None => Ok(data_dir.join("workspaces").join("sandbox")),
            Some(name) => of(data_dir, &name),
        }
    }

    /// The library with the work of this service. Blocks.
    ///
    /// # Errors
    /// See [`Library::open`].
    pub fn library(&self, data_dir: &Path) -> Result<Opened> {
        Library::open(&self.folder(data_dir)?)
    }

    /// A client for it. The sandbox is started, and answers as long as it is kept.
    ///
    /// # Errors
    /// When the sandbox can't be started.
    pub async fn connect(self, options: sandbox::Options) -> Result<(Client, Option<Sandbox>)> {
        match self {
            Self::Account { base, key } => Ok((Client::new(config(base, &key))?, None)),
            Self::Sandbox => {
                let sandbox = sandbox::start(options).await?;
                let base = Url::parse(sandbox.base_url());
                let base = base.map_err(|e| Error::Crashed(format!("the sandbox has no address: {e}")))?;
                let key = sandbox.key().to_owned().into();
                let config = Config { service: "The sandbox".to_owned(), base, key };
                Ok((Client::new(config)?, Some(sandbox)))
            }
        }
    }
}

/// An account's service as the client takes it.
pub fn config(base: Url, key: &ApiKey) -> Config {
    Config { service: service_name(&base), base, key: key.secret().clone() }
}

/// How the service at an address is called: sync.so by its name, others by their host.
pub fn service_name(base: &Url) -> String {
    let host = base.host_str().unwrap_or_default();
    if host == "api.sync.so" { "sync.so" } else { host }.to_owned()
}
