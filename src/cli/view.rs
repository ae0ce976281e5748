//! One account as a verb sees it: its library, to read from beside an open window, or to work on; and its service.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use super::arguments::Common;
use super::background::Background;
use super::out::Out;
use super::{Failure, NO_KEY, words};
use crate::api::{Client, Config, Voice};
use crate::error::{Error, Result};
use crate::library::{Library, Opened};
use crate::runtime::Task;
use crate::sandbox::{self, Sandbox};
use crate::secrets::{ApiKey, Keychain};
use crate::settings::{Settings, Workspace};
use crate::workspace::Service;

/// What the program was started with.
pub struct Start {
    pub data_dir: PathBuf,
    /// Where the API is.
    pub base: Url,
    /// The key of the environment.
    pub key: Option<ApiKey>,
    pub keychain: Arc<dyn Keychain>,
}

/// One account with its library.
pub struct View {
    pub library: Library,
    pub settings: Settings,
    pub data_dir: PathBuf,
    pub is_sandbox: bool,
    pub out: Out,
    pub service: Service,
    pub signals: Task<()>,
    pub background: Background,
}

/// A client for an account, and the sandbox behind it where that was started for it.
pub struct Connected {
    pub client: Client,
    pub sandbox: Option<Sandbox>,
}

impl View {
    /// Opens the account a verb is about, to read: the key of the environment goes before the one that was used last,
    /// and without either it is the sandbox. A window may work on the same library meanwhile.
    ///
    /// # Errors
    /// When its key is not to be had, or the library can't be read.
    pub fn reading(start: &Start, common: Common) -> Result<Self, Failure> {
        Self::open(start, common, |service, data_dir| {
            match Library::look(&service.folder(data_dir)?)? {
                Some(library) => Ok(Opened { library, warning: None }),
                // Of an older version: it is brought up to date once.
                None => service.library(data_dir),
            }
        })
    }

    /// The same to work on: nobody else may do so meanwhile.
    ///
    /// # Errors
    /// When its key is not to be had, or the library is open in a window.
    pub fn working(start: &Start, common: Common) -> Result<Self, Failure> {
        Self::open(start, common, Service::library)
    }

    fn open(
        start: &Start,
        common: Common,
        library: impl FnOnce(&Service, &Path) -> Result<Opened> + Send + 'static,
    ) -> Result<Self, Failure> {
        words::about(common.sandbox);
        let mut out = Out::new(common.json);
        let background = Background::new()?;
        let bars = out.bars();
        let clear = move || drop(bars.as_ref().map(indicatif::MultiProgress::clear));
        let signals = background.listen(clear);
        let data_dir = start.data_dir.clone();
        let (settings, complaints) = Settings::load(&data_dir);
        for complaint in complaints {
            out.note(&complaint);
        }
        let service = service(start, common.sandbox, &settings, &background)?;
        let is_sandbox = matches!(service, Service::Sandbox);
        out.is_sandbox = is_sandbox;
        if is_sandbox && !common.sandbox {
            out.note(
                "This is the sandbox: practice voices on this computer, nothing is uploaded and nothing is billed.",
            );
        }
        let (of, place) = (service.clone(), data_dir.clone());
        let Opened { library, warning } = background.blocking(move || library(&of, &place))?;
        if let Some(warning) = warning {
            out.note(&warning);
        }
        Ok(Self { library, settings, data_dir, is_sandbox, out, service, signals, background })
    }

    /// Connects to the service; the sandbox is started for it.
    ///
    /// # Errors
    /// When the sandbox can't be started.
    pub fn connect(&self) -> Result<Connected> {
        let options = sandbox_options(&self.data_dir);
        let connecting = self.background.runtime().spawn(self.service.clone().connect(options));
        let (client, sandbox) = self.background.wait(connecting)?;
        Ok(Connected { client, sandbox })
    }

    /// Asks for the voices, to read. Where the sandbox of an open window is at work none is started beside it: the
    /// voices it had last are in the library.
    ///
    /// # Errors
    /// Those of the service.
    pub fn voices(&self) -> Result<(Vec<Voice>, Connected)> {
        let library = self.library.clone();
        let beside = self.is_sandbox && self.background.blocking(move || Ok(Library::is_open(library.folder())))?;
        if !beside {
            let there = self.connect()?;
            let listing = self.background.runtime().spawn(there.client.voices());
            return Ok((self.background.wait(listing)?, there));
        }
        let library = self.library.clone();
        let seen = self.background.blocking(move || library.voices_seen())?;
        let voices: Vec<Voice> = seen.into_iter().map(|seen| seen.voice).collect();
        let client = beside_sandbox(&voices)?;
        Ok((voices, Connected { client, sandbox: None }))
    }

    /// How the service is called in the middle of a sentence.
    pub fn service_name(&self) -> String {
        match &self.service {
            Service::Sandbox => "the sandbox".to_owned(),
            Service::Account { base, .. } => crate::workspace::service_name(base),
        }
    }
}

/// A client for the sandbox at work elsewhere, which says where it is in the addresses of its previews. These need no
/// key.
fn beside_sandbox(voices: &[Voice]) -> Result<Client> {
    let previews = voices.iter().filter_map(|voice| Url::parse(voice.preview_url.as_deref()?).ok());
    let port = previews.filter(|url| url.host_str() == Some("127.0.0.1")).find_map(|url| url.port());
    let base = Url::parse(&format!("http://127.0.0.1:{}", port.unwrap_or(9)));
    let base = base.map_err(|e| Error::Crashed(format!("the sandbox has no address: {e}")))?;
    Client::new(Config { service: "The sandbox".to_owned(), base, key: String::new().into() })
}

/// How the sandbox is started, by the window and by the verbs.
pub fn sandbox_options(data_dir: &Path) -> sandbox::Options {
    sandbox::Options {
        port: 0,
        data_dir: data_dir.join("sandbox"),
        key: None,
        pace: sandbox::Pace::Real,
        tools: sandbox::Tools::default(),
    }
}

/// Whom a verb talks to.
pub fn service(start: &Start, sandbox: bool, settings: &Settings, background: &Background) -> Result<Service, Failure> {
    if sandbox {
        return Ok(Service::Sandbox);
    }
    if let Some(key) = start.key.clone() {
        return Ok(Service::Account { base: start.base.clone(), key });
    }
    let Some(Workspace::Account(name)) = &settings.workspace else { return Ok(Service::Sandbox) };
    let Some(account) = settings.accounts.iter().find(|known| known.fingerprint == *name).cloned() else {
        return Ok(Service::Sandbox);
    };
    let keychain = start.keychain.clone();
    let kept = background.blocking(move || Service::kept(&account, keychain.as_ref()));
    kept.map_err(|error| Failure::new(NO_KEY, error.to_string()))
}
