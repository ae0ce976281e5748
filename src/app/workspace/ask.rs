//! What stands in the window while no workspace is open, and the questions about leaving one.

use egui::Ui;

use super::super::{App, Service};
use super::{Question, Target};
use crate::error::Error;
use crate::store::Kept;
use crate::ui::{Answer, Button, Dialog, icons, notice};

impl App {
    /// The first page. True when it was drawn, and nothing else is to be.
    pub(in super::super) fn welcome_ui(&mut self, ui: &mut Ui) -> bool {
        self.question_ui(ui);
        if !self.workspaces.is_welcome() {
            return false;
        }
        let waiting = self.waiting_file();
        let workspaces = &mut self.workspaces;
        let theme = &mut self.settings.value.look.theme;
        let asked = workspaces.welcome.ui(ui, &workspaces.account.entry, theme, waiting.as_deref());
        if let Some(command) = asked {
            self.account(command);
        }
        true
    }

    /// Instead of the page, while the workspace is being opened or could not be.
    pub(in super::super) fn opening_ui(&mut self, ui: &mut Ui) {
        let Some(error) = self.workspaces.failure.clone() else { return self.waiting_ui(ui) };
        let words = error.to_string();
        let is_sandbox = self.workspaces.is_sandbox();
        let mut pressed = (false, false, false);
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() / 3.0);
            let (icon, title) = match error {
                Error::Keychain(_) => (icons::KEY, "Mouthpiece could not get at the key"),
                _ => (icons::WARNING_CIRCLE_FILL, "Mouthpiece could not open its workspace"),
            };
            notice::empty_ui(ui, icon, title, &words, |ui| {
                pressed.0 = Button::primary("Try again").show(ui).clicked();
                if matches!(error, Error::Keychain(_)) {
                    pressed.1 = Button::secondary("Paste the key").show(ui).clicked();
                }
                if !is_sandbox {
                    pressed.2 = Button::secondary("Open the sandbox").show(ui).clicked();
                }
            });
        });
        match (pressed, self.workspaces.target.clone()) {
            ((true, ..), Some(target)) => self.open(target),
            ((_, true, _), _) => self.forget_target(),
            ((.., true), _) => self.open(Target::Service(Service::Sandbox)),
            _ => {}
        }
    }

    fn waiting_ui(&mut self, ui: &mut Ui) {
        if !matches!(self.workspaces.target, Some(Target::Kept(_))) {
            ui.centered_and_justified(|ui| notice::loading_ui(ui, "Opening your workspace"));
            return;
        }
        let mut instead = false;
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() / 3.0);
            let words = "The system keychain may be asking for its password in a window of its own.";
            notice::empty_ui(ui, icons::KEY, "Getting your key from the keychain", words, |ui| {
                instead = Button::secondary("Open the sandbox").show(ui).clicked();
            });
        });
        if instead {
            self.open(Target::Service(Service::Sandbox));
        }
    }

    /// Back to the first page, where a key can be pasted.
    pub(super) fn forget_target(&mut self) {
        let workspaces = &mut self.workspaces;
        (workspaces.target, workspaces.opening, workspaces.failure) = (None, None, None);
    }

    fn question_ui(&mut self, ui: &mut Ui) {
        let Some(question) = &self.workspaces.question else { return };
        let answer = match question {
            Question::Leave { name, jobs, .. } => {
                let title = format!("Switch to {name}?");
                let here = self.workspaces.is_sandbox();
                let text = leaving(*jobs, here);
                Dialog::new(&title, "Stay here", "Switch").text(&text).show(ui.ctx())
            }
            Question::Renew { service, .. } => {
                let (was, now) = (self.workspaces.account.masked.clone().unwrap_or_default(), masked(service));
                let text = format!(
                    "Same account: its voices, takes, jobs and results go on with {now}, and {was} is forgotten. Another \
                     account: it gets its own, and {was} stays in the workspace menu."
                );
                let title = format!("Is {now} a new key of the same account?");
                Dialog::new(&title, "Another account", "Same account").text(&text).show(ui.ctx())
            }
            Question::SignOut => {
                let key = self.workspaces.account.masked.clone().unwrap_or_default();
                let jobs = self.session.as_ref().map_or(0, |session| session.jobs.running());
                let title = format!("Remove the key {key}?");
                let text = removing(self.workspaces.account.kept, jobs);
                Dialog::new(&title, "Keep it", "Remove key").danger().text(&text).show(ui.ctx())
            }
        };
        let Some(answer) = answer else { return };
        let question = self.workspaces.question.take();
        match (answer, question) {
            (Answer::Act, Some(Question::Leave { target, .. })) => self.open(*target),
            (Answer::Act, Some(Question::SignOut)) => self.sign_out(),
            (Answer::Act, Some(Question::Renew { service, before })) => self.open(Target::Renewed { service, before }),
            (Answer::Safe, Some(Question::Renew { service, .. })) => self.go_to(Target::Service(service)),
            _ => {}
        }
    }
}

/// The service's key as it may be shown.
pub(super) fn masked(service: &Service) -> String {
    match service {
        Service::Sandbox => "the sandbox".to_owned(),
        Service::Account { key, .. } => key.masked(),
    }
}

/// What becomes of jobs under way, in whole sentences.
fn leaving(jobs: usize, is_sandbox: bool) -> String {
    let many = if jobs == 1 { "1 job is".to_owned() } else { format!("{jobs} jobs are") };
    let there = if is_sandbox {
        "Nothing is lost: this stops now and goes on when you open the sandbox again."
    } else {
        "What the service works on goes on there and is fetched when you open this workspace again; the rest waits \
         until then. Nothing is lost."
    };
    format!("{many} under way here. {there}")
}

fn removing(kept: Kept, jobs: usize) -> String {
    let place = match kept {
        Kept::Session { .. } => "It is forgotten now.",
        _ => "It is taken out of the system keychain.",
    };
    let under_way = if jobs > 0 { format!(" {}", leaving(jobs, false)) } else { String::new() };
    format!(
        "{place} Voices, takes and results of this account stay on this computer, and are here again when the same \
         key is pasted.{under_way}"
    )
}
