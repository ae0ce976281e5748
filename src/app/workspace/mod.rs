//! Whose workspace is open: opening one, leaving one for another, and the keys of accounts. It outlives sessions.
//!
//! Leaving a workspace drops its session, and with it every task that could still report something; only then is the
//! next one opened. What was under way is in the library and goes on when the workspace is opened again.

mod ask;
mod connect;
mod leave;
mod menu;
mod reset;

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;

use super::commands::Errands;
use super::door::{self, Door};
use super::session::{self, Opened, Session};
use super::{App, Service, toasts};
use crate::error::{Error, Result};
use crate::panels::{AccountCommand, welcome::WelcomePage};
use crate::runtime::{Task, blocking};
use crate::settings::{self, Workspace};
use crate::store::{Account, Check, Kept};

use connect::Keys;

/// The state of it. Without a service and without one being opened, the window asks.
#[derive(Default)]
pub(super) struct Workspaces {
    /// What is open, or was tried to open.
    service: Option<Service>,
    /// What is being opened, for another try.
    target: Option<Target>,
    opening: Option<Task<(Service, Opened)>>,
    /// Some workspace was open in this window.
    was_open: bool,
    /// Files of this window on their way to the one that has its library open.
    knocking: Option<(Vec<PathBuf>, Task<bool>)>,
    /// What is to be opened once everything here is written.
    leaving: Option<Box<Target>>,
    failure: Option<Error>,
    /// As pages see it.
    account: Account,
    keys: Keys,
    question: Option<Question>,
    welcome: WelcomePage,
    /// The sandbox being emptied while an account is open.
    resetting: Option<Task<()>>,
    /// The open sandbox is being emptied, which is told when it is open again.
    emptied: bool,
}

/// What is to be opened.
#[derive(Clone)]
enum Target {
    Service(Service),
    /// An account whose key is in the keychain.
    Kept(settings::Account),
    /// An account with a new key, which goes on with the work of the key before.
    Renewed {
        service: Service,
        before: String,
    },
}

impl Target {
    /// The account's fingerprint.
    fn fingerprint(&self) -> Option<String> {
        match self {
            Self::Service(service) | Self::Renewed { service, .. } => service.fingerprint(),
            Self::Kept(account) => Some(account.fingerprint.clone()),
        }
    }
}

impl Target {
    /// Where its library lies. Blocks.
    fn folder(&self, data_dir: &Path) -> Result<PathBuf> {
        match self.fingerprint() {
            None => Service::Sandbox.folder(data_dir),
            Some(fingerprint) => crate::workspace::of(data_dir, &fingerprint),
        }
    }
}

/// What is asked in a dialog.
enum Question {
    /// Leaving while this much stands to be left.
    Leave {
        target: Box<Target>,
        name: String,
        open: ask::Open,
    },
    /// Whether a key that works is a new one of the account with the fingerprint `before`.
    Renew {
        service: Service,
        before: String,
    },
    SignOut,
}

impl Workspaces {
    /// Whether a workspace is left as soon as everything is written.
    pub fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }

    /// Whether the first page is shown: nothing is open and nothing is being opened.
    pub fn is_welcome(&self) -> bool {
        self.target.is_none()
    }

    pub fn is_sandbox(&self) -> bool {
        match (&self.service, &self.target) {
            (Some(service), _) | (None, Some(Target::Service(service))) => matches!(service, Service::Sandbox),
            _ => false,
        }
    }

    /// The fingerprint of the open account.
    fn fingerprint(&self) -> Option<String> {
        self.service.as_ref()?.fingerprint()
    }
}

impl App {
    /// What the window opens with: what the start names, else what was open last, else it asks.
    pub(super) fn begin(&mut self) {
        let settings = &self.settings.value;
        let target = match (self.launch.service.clone(), &settings.workspace) {
            (Some(service), _) => Some(Target::Service(service)),
            (None, Some(Workspace::Sandbox)) => Some(Target::Service(Service::Sandbox)),
            (None, Some(Workspace::Account(name))) => {
                settings.accounts.iter().find(|known| known.fingerprint == *name).cloned().map(Target::Kept)
            }
            (None, None) => None,
        };
        if let Some(target) = target {
            self.open(target);
        }
    }

    /// Leaves what is open, as it is, and opens another workspace.
    fn open(&mut self, target: Target) {
        let leave = self.session.take().map(|mut session: Session| session.last_save());
        self.let_go(leave.is_some(), target.clone());
        let workspaces = &mut self.workspaces;
        let (launch, keychain) = (self.launch.clone(), self.desktop.keychain.clone());
        workspaces.opening = Some(self.runtime.spawn(async move {
            let lost = match leave {
                Some(last_save) => blocking(move || Ok(last_save())).await?,
                None => None,
            };
            let service = match target {
                Target::Service(service) => service,
                Target::Renewed { service, before } => {
                    let (folder, now) = (launch.data_dir.clone(), service.fingerprint().unwrap_or_default());
                    blocking(move || crate::workspace::share(&folder, &before, &now)).await?;
                    service
                }
                Target::Kept(account) => blocking(move || Service::kept(&account, keychain.as_ref())).await?,
            };
            let mut opened = session::open(service.clone(), launch).await?;
            if let Some(error) = lost {
                let words = format!("The last changes in the workspace before could not be written. {error}");
                let warnings = opened.read.warning.into_iter().chain([words]);
                opened.read.warning = Some(warnings.collect::<Vec<_>>().join(" "));
            }
            Ok((service, opened))
        }));
    }

    /// Nothing is open any more, and `target` is being opened.
    fn let_go(&mut self, was_open: bool, target: Target) {
        if was_open {
            // What they say and do belongs to the workspace that is left.
            self.toasts = toasts::Stack::default();
        }
        self.errands = Errands::default();
        self.intake.door = Door::default();
        let workspaces = &mut self.workspaces;
        // What is asked at another window was about the workspace before: its answer closes this one no more.
        (workspaces.failure, workspaces.knocking) = (None, None);
        workspaces.service = None;
        (workspaces.question, workspaces.leaving) = (None, None);
        workspaces.account.entry = Check::None;
        workspaces.keys.forget_checks();
        workspaces.target = Some(target);
    }

    /// One frame's work: takes in what arrived.
    pub(super) fn work_workspaces(&mut self, ctx: &egui::Context) {
        self.opened();
        self.knocked(ctx);
        self.reset_done();
        if !self.workspaces.is_welcome() {
            self.workspaces.welcome.clear(ctx);
        }
        self.work_keys();
        if let Some(session) = &mut self.session {
            session.store.account.clone_from(&self.workspaces.account);
        }
    }

    fn opened(&mut self) {
        let Some(result) = self.workspaces.opening.as_mut().and_then(Task::take) else { return };
        self.workspaces.opening = None;
        let emptied = std::mem::take(&mut self.workspaces.emptied);
        match result {
            Ok((service, mut opened)) => {
                if let Some(warning) = opened.read.warning.take() {
                    toasts::warn(&mut self.toasts, "Library", &warning);
                }
                let microphone = self.desktop.microphone.clone();
                let session = Session::new(opened, self.player(), microphone, self.runtime.handle());
                self.intake.door = Door::open(session.library.folder(), &self.runtime.handle());
                self.session = Some(session);
                self.entered(service);
                if emptied {
                    self.tell_it_is_empty();
                }
                if let Some(Target::Renewed { before, .. }) = self.workspaces.target.clone() {
                    self.forget_key(before);
                }
            }
            // It was started at nearly the same time as the other, which was not at its door yet.
            Err(Error::InUse) if !self.workspaces.was_open => self.knock(),
            Err(error) => {
                tracing::error!(kind = error.kind(), "could not open the workspace");
                self.workspaces.failure = Some(error);
            }
        }
    }

    /// Gives what waits here to the window that has the library open.
    fn knock(&mut self) {
        let Some(target) = self.workspaces.target.clone() else { return };
        let (data_dir, files) = (self.launch.data_dir.clone(), self.intake.held());
        let brought = files.clone();
        let knocking = self.runtime.blocking(move || Ok(door::knock(&target.folder(&data_dir)?, &brought)));
        self.workspaces.knocking = Some((files, knocking));
    }

    /// Closes this window once another has what it was started for.
    fn knocked(&mut self, ctx: &egui::Context) {
        let Some((files, knocking)) = &mut self.workspaces.knocking else { return };
        let Some(taken) = knocking.take() else { return };
        // What was dropped here meanwhile is not there.
        if taken.is_ok_and(|taken| taken) && *files == self.intake.held() {
            tracing::info!("Mouthpiece is open already. It goes on in its window.");
            self.leave(ctx);
        } else {
            self.workspaces.failure = Some(Error::InUse);
        }
        self.workspaces.knocking = None;
    }

    /// What an open workspace means for the account that is shown, and for the next start.
    fn entered(&mut self, service: Service) {
        let workspaces = &mut self.workspaces;
        let name = match &service {
            Service::Sandbox => {
                workspaces.account = Account::default();
                Some(Workspace::Sandbox)
            }
            Service::Account { base, key } => {
                let fingerprint = key.fingerprint(base);
                workspaces.keys.remember(base, key);
                let kept = workspaces.keys.state(key, &fingerprint);
                let test = workspaces.keys.passed(&fingerprint);
                workspaces.account = Account { masked: Some(key.masked()), kept, test, ..Account::default() };
                (kept == Kept::Keychain).then_some(Workspace::Account(fingerprint))
            }
        };
        workspaces.was_open = true;
        // What the start named holds for that start alone.
        let named = self.launch.service.take().is_some();
        if let Some(name) = name.filter(|_| !named) {
            self.settings.value.workspace = Some(name);
        }
        workspaces.service = Some(service);
    }

    /// Carries out what was asked about accounts.
    pub(super) fn account(&mut self, command: AccountCommand) {
        match command {
            AccountCommand::Connect(text) => self.connect(text.expose_secret()),
            AccountCommand::CancelConnect => self.cancel_connect(),
            AccountCommand::Test => self.test_key(),
            AccountCommand::Keep => self.keep_key(),
            AccountCommand::SignOut => self.workspaces.question = Some(Question::SignOut),
            AccountCommand::Open(workspace) => {
                if let Some(target) = self.find(&workspace) {
                    self.go_to(target);
                }
            }
            AccountCommand::ResetSandbox => self.reset_sandbox(),
            AccountCommand::WhereToGetOne => self.show_where_keys_come_from(),
        }
    }

    /// The workspace of this name, when its key is at hand or in the keychain.
    fn find(&self, workspace: &Workspace) -> Option<Target> {
        match workspace {
            Workspace::Sandbox => Some(Target::Service(Service::Sandbox)),
            Workspace::Account(name) => self.workspaces.keys.at_hand(name).map(Target::Service).or_else(|| {
                let known = &self.settings.value.accounts;
                known.iter().find(|known| known.fingerprint == *name).cloned().map(Target::Kept)
            }),
        }
    }
}
