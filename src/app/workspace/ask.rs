//! What stands in the window while no workspace is open, and the questions about leaving one.

use egui::{Ui, UiBuilder, vec2};

use super::super::{App, Service, Session};
use super::{Question, Target};
use crate::error::Error;
use crate::store::Kept;
use crate::ui::{Answer, Button, Dialog, icons, notice, space};

/// What leaving would not take along.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Open {
    /// Jobs under way.
    jobs: usize,
    /// The last changes could not be written.
    unsaved: bool,
}

impl Open {
    pub(super) const fn is_empty(self) -> bool {
        self.jobs == 0 && !self.unsaved
    }
}

/// What stands to be lost.
const UNSAVED: &str = "Your last changes could not be written to the disk. They are tried once more now, and are lost \
    when that fails, too.";

impl App {
    pub(super) fn what_is_open(&self) -> Open {
        let of = |session: &Session| {
            let unsaved = session.store.flows.is_unsaved;
            Open { jobs: session.jobs.running(), unsaved }
        };
        self.session.as_ref().map_or_else(Open::default, of)
    }

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
        in_the_middle(ui, |ui| {
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
        in_the_middle(ui, |ui| {
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
            Question::Leave { name, open, .. } => {
                let lost = if open.unsaved { " without saving" } else { "" };
                let title = format!("Switch to {name}{lost}?");
                let here = self.workspaces.is_sandbox();
                let text = leaving(*open, here);
                Dialog::new(&title, "Stay here", "Switch").text(&text).show(ui.ctx())
            }
            Question::Renew { service, .. } => {
                let (was, now) = (self.workspaces.account.masked.clone().unwrap_or_default(), masked(service));
                let lost = if self.what_is_open().unsaved { format!(" {UNSAVED}") } else { String::new() };
                let text = format!(
                    "Same account: its voices, takes, jobs and results go on with {now}, and {was} is forgotten. Another \
                     account: it gets its own, and {was} stays in the workspace menu.{lost}"
                );
                let title = format!("Is {now} a new key of the same account?");
                Dialog::new(&title, "Another account", "Same account").text(&text).show(ui.ctx())
            }
            Question::SignOut => {
                let key = self.workspaces.account.masked.clone().unwrap_or_default();
                let open = self.what_is_open();
                let title = format!("Remove the key {key}?");
                let text = removing(self.workspaces.account.kept, open);
                Dialog::new(&title, "Keep it", "Remove key").danger().text(&text).show(ui.ctx())
            }
        };
        let Some(answer) = answer else { return };
        let question = self.workspaces.question.take();
        match (answer, question) {
            // Who was told that changes may be lost is not asked once more.
            (Answer::Act, Some(Question::Leave { target, open, .. })) if open.unsaved => self.open(*target),
            (Answer::Act, Some(Question::Leave { target, .. })) => self.leave_for(*target),
            (Answer::Act, Some(Question::SignOut)) => self.sign_out(),
            (Answer::Act, Some(Question::Renew { service, before })) => {
                let target = Target::Renewed { service, before };
                if self.what_is_open().unsaved { self.open(target) } else { self.leave_for(target) }
            }
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

/// As wide as sentences are read well, wherever the window ends.
fn in_the_middle(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    const WIDTH: f32 = 560.0;
    let beside = ((ui.available_width() - WIDTH) / 2.0).max(space::PAGE);
    let place = ui.available_rect_before_wrap().shrink2(vec2(beside, 0.0));
    ui.scope_builder(UiBuilder::new().max_rect(place), add);
}

/// What becomes of jobs under way, in whole sentences.
fn leaving(Open { jobs, unsaved }: Open, is_sandbox: bool) -> String {
    if unsaved {
        let jobs = Open { jobs, unsaved: false };
        // Of the jobs nothing is lost, but of the rest it may be.
        let of_jobs = leaving(jobs, is_sandbox).replace("Nothing is lost", "No job is lost");
        let of_jobs = if jobs.is_empty() { String::new() } else { format!(" {of_jobs}") };
        return format!("{UNSAVED}{of_jobs}");
    }
    let many = if jobs == 1 { "1 job is".to_owned() } else { format!("{jobs} jobs are") };
    let there = if is_sandbox {
        "Nothing is lost: this stops now and goes on when you open the sandbox again."
    } else {
        "What the service works on goes on there and is fetched when you open this workspace again; the rest waits \
         until then. Nothing is lost."
    };
    format!("{many} under way here. {there}")
}

fn removing(kept: Kept, open: Open) -> String {
    let place = match kept {
        Kept::Session { .. } => "It is forgotten now.",
        _ => "It is taken out of the system keychain.",
    };
    let under_way = if open.is_empty() { String::new() } else { format!(" {}", leaving(open, false)) };
    format!(
        "{place} Voices, takes and results of this account stay on this computer, and are here again when the same \
         key is pasted.{under_way}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_that_could_not_be_written_are_asked_about_before_another_workspace_is_opened() {
        let unsaved = Open { unsaved: true, jobs: 0 };
        assert!(!unsaved.is_empty() && Open::default().is_empty());
        assert_eq!(leaving(unsaved, true), UNSAVED);
        let text = leaving(Open { jobs: 2, ..unsaved }, false);
        assert!(text.starts_with(UNSAVED) && text.contains("2 jobs are under way here."), "{text}");
        assert!(!text.contains("Nothing is lost"), "{text}");
        assert!(removing(Kept::Keychain, unsaved).ends_with(UNSAVED));
        assert!(leaving(Open { jobs: 1, unsaved: false }, true).contains("Nothing is lost: this stops now"));
    }
}
