//! The workspace's box in the rail with its menu.

use egui::Ui;

use super::super::{App, Service};
use super::Target;
use crate::panels::{AccountCommand, Command, Page};
use crate::settings::Workspace;
use crate::store::Kept;
use crate::ui::select::menu;
use crate::ui::{MenuItem, icons, layout, rail};
use crate::workspace;

/// Why signing out is off for a key of the environment.
const OF_THE_ENVIRONMENT: &str = "This key comes from SYNC_API_KEY. Unset it and start again to sign out";

/// Why it is off for a key that is not yet in the keychain.
const ON_ITS_WAY: &str = "Wait until the key is stored in the keychain";

impl App {
    /// Draws the box, and its menu while that is open.
    pub(in super::super) fn workspace_ui(&mut self, ui: &mut Ui) {
        let is_sandbox = self.workspaces.is_sandbox();
        let (name, detail) = self.names();
        let response = rail::workspace_ui(ui, &name, &detail, is_sandbox);
        let asked = menu(&response, |ui| self.rows_ui(ui)).flatten();
        match asked {
            Some(Asked::Connect) => self.connect_an_account(),
            Some(Asked::Command(command)) => self.account(command),
            None => {}
        }
    }

    /// Shows where a key is pasted.
    pub(in super::super) fn connect_an_account(&mut self) {
        self.workspaces.account.wanted = true;
        match &mut self.session {
            Some(session) => session.commands.push(Command::Go(Page::Settings)),
            None => self.forget_target(),
        }
    }

    /// What stands in the box: service and key, or that it is the sandbox.
    fn names(&self) -> (String, String) {
        match (&self.workspaces.service, &self.workspaces.target) {
            (Some(Service::Account { base, key }), _)
            | (
                None,
                Some(
                    Target::Service(Service::Account { base, key })
                    | Target::Renewed { service: Service::Account { base, key }, .. },
                ),
            ) => (workspace::service_name(base), key.masked()),
            (None, Some(Target::Kept(account))) => {
                let state = if self.workspaces.failure.is_some() { "Not open" } else { "Connecting" };
                (state.to_owned(), account.masked.clone())
            }
            _ => ("Sandbox".to_owned(), "No account".to_owned()),
        }
    }

    fn rows_ui(&self, ui: &mut Ui) -> Option<Asked> {
        // Room for a service and a key; a line that parts rows would take all the room there is.
        ui.set_max_width(216.0);
        let mut asked = None;
        let mut row = |ui: &mut Ui, words: &str, icon, on: bool, workspace: Workspace| {
            if MenuItem::new(words).icon(icon).on(on).show(ui).clicked() && !on {
                asked = Some(Asked::Command(AccountCommand::Open(workspace)));
            }
        };
        let open = self.workspaces.fingerprint();
        row(ui, "Sandbox", icons::FLASK, self.workspaces.is_sandbox(), Workspace::Sandbox);
        for (fingerprint, words) in self.known() {
            let on = open.as_ref() == Some(&fingerprint);
            row(ui, &words, icons::KEY, on, Workspace::Account(fingerprint));
        }
        layout::line_ui(ui);
        if MenuItem::new("Connect an account").icon(icons::PLUS).show(ui).clicked() {
            asked = Some(Asked::Connect);
        }
        if open.is_some() {
            let why_off = match self.workspaces.account.kept {
                Kept::Environment => Some(OF_THE_ENVIRONMENT),
                Kept::Keeping => Some(ON_ITS_WAY),
                _ => None,
            };
            let row = MenuItem::new("Sign out").icon(icons::SIGN_OUT).off_if(why_off);
            if row.show(ui).clicked() {
                asked = Some(Asked::Command(AccountCommand::SignOut));
            }
        }
        asked
    }

    /// Every account that can be opened, by fingerprint: what it is called and its key as it may be shown.
    fn known(&self) -> Vec<(String, String)> {
        let at_hand = self.workspaces.keys.list();
        let at_hand = at_hand.map(|(name, base, masked)| (name.to_owned(), workspace::service_name(base), masked));
        let kept = self.settings.value.accounts.iter().map(|account| {
            let base = url::Url::parse(&account.service).ok();
            let service = base.map_or_else(|| "sync.so".to_owned(), |base| workspace::service_name(&base));
            (account.fingerprint.clone(), service, account.masked.clone())
        });
        let mut known: Vec<(String, String)> = Vec::new();
        for (fingerprint, service, masked) in kept.chain(at_hand) {
            if !known.iter().any(|(known, _)| *known == fingerprint) {
                known.push((fingerprint, format!("{service}  {masked}")));
            }
        }
        known
    }
}

enum Asked {
    Connect,
    Command(AccountCommand),
}
