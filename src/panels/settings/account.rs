//! The account's card: the key in use as it may be shown, its test, and the field for another one.

use egui::{Align, Layout, Sense, Stroke, StrokeKind, Ui, vec2};

use super::{headed_card_ui, row_ui};
use crate::error::within;
use crate::panels::key_entry::{KeyEntry, problem, works_ui};
use crate::panels::{AccountCommand, Command, Cx};
use crate::settings::SLOTS;
use crate::store::{Check, Kept};
use crate::ui::notice::{self, Note};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Field, Type, icons, layout, paint, radius, space, text};

/// The card's own state.
#[derive(Debug, Default)]
pub struct AccountCard {
    entry: KeyEntry,
    replacing: bool,
    /// The key in the field is being checked.
    sent: bool,
    /// The number of slots while it is typed.
    slots: Option<String>,
}

impl AccountCard {
    /// A key may be asked for from elsewhere.
    pub fn logic(&mut self, cx: &Cx<'_>) {
        self.replacing |= cx.store.account.wanted;
    }

    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let mut asked = None;
        let service = if cx.store.is_sandbox { String::new() } else { cx.store.service.clone() };
        let head = |ui: &mut Ui| drop(ui.hint(&service));
        headed_card_ui(ui, icons::KEY, "Account", head, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            let masked = cx.store.account.masked.clone();
            match masked {
                Some(masked) if !self.replacing => asked = self.key_ui(ui, cx, &masked),
                masked => asked = self.entry_ui(ui, cx, masked.is_some()),
            }
            if !cx.store.is_sandbox {
                layout::line_ui(ui);
                row_ui(ui, "Clone slots of your plan", |ui| self.slots_ui(ui, cx));
            }
        });
        if let Some(command) = asked {
            cx.commands.push(Command::Account(command));
        }
    }

    /// How many clones the plan has room for: the service does not say, so it can be typed.
    fn slots_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let known = cx.settings.slots.map(|slots| slots.to_string()).unwrap_or_default();
        let mut typed = self.slots.take().unwrap_or(known);
        let learned = cx.store.notes.slots();
        let focused = ui.allocate_ui_with_layout(vec2(96.0, 32.0), Layout::top_down(Align::Min), |ui| {
            let place = learned.map_or_else(|| "Not known".to_owned(), |slots| slots.to_string());
            let field = Field::new("Clone slots of your plan", &mut typed).hide_label().placeholder(&place);
            let response = field.show(ui);
            response.has_focus()
        });
        let number = typed.trim().parse().ok().filter(|slots| SLOTS.contains(slots));
        let wrong = !typed.trim().is_empty() && number.is_none();
        if !wrong {
            cx.settings.slots = number;
        }
        self.slots = focused.inner.then_some(typed);
        if wrong {
            ui.label(text::small("1 to 1,000").color(ui.tokens().danger.ink));
        } else if let Some(slots) = learned.filter(|_| number.is_none()) {
            ui.hint(format!("{slots}, learned from {}", within(&cx.store.service)));
        }
    }

    /// The key in use.
    fn key_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, masked: &str) -> Option<AccountCommand> {
        let account = &cx.store.account;
        let mut asked = None;
        let of_the_environment = account.kept == Kept::Environment;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let buttons = if of_the_environment { 60.0 } else { 152.0 };
            masked_ui(ui, masked, ui.available_width() - buttons);
            if !of_the_environment && Button::secondary("Replace").show(ui).clicked() {
                self.replacing = true;
            }
            let test = Button::secondary("Test").busy(account.test.is_checking(), "Testing");
            if test.show(ui).clicked() {
                asked = Some(AccountCommand::Test);
            }
        });
        // A key of the environment is removed there; the line is only for what its test gave.
        let says = !of_the_environment || matches!(account.test, Check::Works { .. });
        let mut state_ui = |ui: &mut Ui| {
            ui.set_min_height(20.0);
            works_ui(ui, &account.test);
            if !of_the_environment {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let why_off = (account.kept == Kept::Keeping).then_some("Wait until the key is stored");
                    if Button::danger("Remove key").small().off_if(why_off).show(ui).clicked() {
                        asked = Some(AccountCommand::SignOut);
                    }
                });
            }
        };
        if says {
            ui.horizontal(|ui| state_ui(ui));
        }
        if let Some(problem) = problem(&account.test, false) {
            let (what, rest) = problem.split_once(". ").unwrap_or((&problem, ""));
            notice::note_ui(ui, Note::Danger, &format!("{}.", what.trim_end_matches('.')), rest);
        }
        kept_ui(ui, account.kept).or(asked)
    }

    /// The field for a key.
    fn entry_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, has_key: bool) -> Option<AccountCommand> {
        let check = &cx.store.account.entry;
        let mut asked = None;
        let mut go = self.entry.field_ui(ui, check, false, self.replacing);
        let words = if has_key {
            "A new key of the same account goes on with its voices, takes and results. A key of another account gets \
             its own; these stay, and open from the workspace menu."
        } else {
            "The key is checked by listing your voices, then kept in the system keychain, never in a file or a log."
        };
        ui.label(text::small(words).color(ui.tokens().text.hint));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let missing = self.entry.is_empty().then_some("Paste a key first").filter(|_| !check.is_checking());
            let button = Button::primary("Check and use").off_if(missing).busy(check.is_checking(), "Checking");
            go |= button.show(ui).clicked();
            let leaves = check.is_checking() || has_key;
            if leaves && Button::ghost("Cancel").show(ui).clicked() {
                self.replacing = false;
                self.entry.clear(ui.ctx(), false);
                asked = Some(AccountCommand::CancelConnect);
            }
            if !check.is_checking()
                && Button::ghost("Where do I get a key?").icon_after(icons::ARROW_SQUARE_OUT).show(ui).clicked()
            {
                asked = Some(AccountCommand::WhereToGetOne);
            }
        });
        if go && !check.is_checking() {
            asked = Some(AccountCommand::Connect(self.entry.secret()));
            self.sent = true;
        }
        if self.sent && asked.is_none() && matches!(check, Check::Works { .. }) {
            // It works, and its workspace is open or waits for an answer.
            self.entry.clear(ui.ctx(), false);
            (self.replacing, self.sent) = (false, false);
        }
        asked
    }
}

/// The key as dots and its last four characters, in what looks like a field.
fn masked_ui(ui: &mut Ui, masked: &str, width: f32) {
    let t = ui.tokens();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 32.0), Sense::hover());
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::Label, true, format!("API key {masked}"));
        info.current_text_value = Some(masked.to_owned());
        info
    });
    ui.painter().rect(rect, radius::CONTROL, t.fill.field, Stroke::new(1.0, t.edge.control), StrokeKind::Inside);
    let words = paint::one_line(ui, masked, Type::MonoLarge, t.text.main, width - 24.0);
    paint::text_at(ui.painter(), rect.left() + 11.0, rect.center().y, words);
}

/// Where the key is kept; what can be done when that is nowhere.
fn kept_ui(ui: &mut Ui, kept: Kept) -> Option<AccountCommand> {
    let hint = ui.tokens().text.hint;
    let small = |ui: &mut Ui, words: &str| {
        ui.label(text::small(words).color(hint));
    };
    match kept {
        Kept::Keychain => small(
            ui,
            "Kept in the system keychain, never in a file or a log. To make a new key, open sync.so, then Settings, \
             API keys.",
        ),
        Kept::Environment => small(
            ui,
            "From SYNC_API_KEY, which goes before a key in the keychain. It is not kept: to use another key, unset it \
             and start again.",
        ),
        Kept::Keeping => {
            notice::loading_ui(ui, "Storing the key. The keychain may be asking for its password.");
        }
        Kept::Session { why, advice } => {
            let rest = format!("The key is kept for this session only. {advice}");
            notice::note_ui(ui, Note::Warning, why, &rest);
            let mut again = false;
            ui.horizontal(|ui| again = Button::secondary("Store in the keychain").show(ui).clicked());
            return again.then_some(AccountCommand::Keep);
        }
    }
    None
}
