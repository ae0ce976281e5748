//! The field for a key, and what a check of it found. The first page and the settings show the same.

use egui::text::{CCursor, CCursorRange};
use egui::{Id, Response, Ui, text_edit::TextEditState};
use secrecy::SecretString;
use secrecy::zeroize::Zeroize as _;

use super::when;
use crate::error::{Error, within};
use crate::store::Check;
use crate::ui::theme::Look as _;
use crate::ui::{Field, IconButton, icons, notice, text};

/// Said where there is nothing to check yet.
const EMPTY: &str = "Paste a key first. It begins with “sk-”.";

/// Room for the button inside the field, in points.
const EYE: i8 = 32;

/// A key being pasted.
#[derive(Default)]
pub struct KeyEntry {
    text: String,
    shown: bool,
    /// It was to be checked while it was empty.
    is_asked: bool,
    hold: Hold,
}

/// Whether the field was given the focus.
#[derive(Default, PartialEq, Eq)]
enum Hold {
    #[default]
    New,
    Given,
    /// A check takes it away.
    Checking,
}

/// A key is never printed, so neither is a half of one.
impl std::fmt::Debug for KeyEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyEntry").finish_non_exhaustive()
    }
}

impl KeyEntry {
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The field with its button to show the key; with `focus` it takes the focus when it appears. True when Enter was
    /// pressed.
    pub fn field_ui(&mut self, ui: &mut Ui, check: &Check, welcome: bool, focus: bool) -> bool {
        let id = field_id(welcome);
        self.is_asked &= self.is_empty();
        let error = self.is_asked.then(|| EMPTY.to_owned()).or_else(|| problem(check, welcome));
        let label = "Paste your sync.so key";
        let t = ui.tokens();
        let above = ui.label(text::label(label).color(t.text.support));
        ui.add_space(6.0 - ui.spacing().item_spacing.y);
        let field = Field::new(label, &mut self.text).hide_label().placeholder("sk-…").password(!self.shown);
        let field = field.id(id).room(EYE).enabled(!check.is_checking());
        let field = field.error(error.as_deref());
        let field = if welcome { field.large() } else { field };
        let response = field.show(ui).labelled_by(above.id);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        self.hold_focus(&response, check, focus);
        self.eye_ui(ui, response.rect);
        if entered && self.is_empty() {
            self.ask(ui.ctx(), welcome);
        }
        entered && !self.is_empty()
    }

    /// Gives the field the focus when it appears, and when its key was refused, which is then ready to be written over.
    fn hold_focus(&mut self, field: &Response, check: &Check, focus: bool) {
        match (&self.hold, check) {
            (_, Check::Checking) => self.hold = Hold::Checking,
            (Hold::Checking, Check::Failed(_)) => {
                field.request_focus();
                self.select_all(&field.ctx, field.id);
                self.hold = Hold::Given;
            }
            (Hold::New, _) if focus => {
                field.request_focus();
                self.hold = Hold::Given;
            }
            _ => {}
        }
    }

    fn select_all(&self, ctx: &egui::Context, id: Id) {
        let mut state = TextEditState::load(ctx, id).unwrap_or_default();
        let all = CCursorRange::two(CCursor::new(0), CCursor::new(self.text.chars().count()));
        state.cursor.set_char_range(Some(all));
        state.store(ctx, id);
    }

    /// Says that a key is missing, where it is pasted.
    pub fn ask(&mut self, ctx: &egui::Context, welcome: bool) {
        self.is_asked = true;
        ctx.memory_mut(|memory| memory.request_focus(field_id(welcome)));
    }

    /// The button that shows or hides what was typed, inside the field at its right end.
    fn eye_ui(&mut self, ui: &mut Ui, field: egui::Rect) {
        let (icon, name) = if self.shown { (icons::EYE_SLASH, "Hide the key") } else { (icons::EYE, "Show the key") };
        let center = egui::pos2(field.right() - f32::from(EYE) / 2.0 - 4.0, field.center().y);
        let place = egui::Rect::from_center_size(center, egui::Vec2::splat(28.0));
        // In a place of its own, which does not move what follows the field.
        let mut over = ui.new_child(egui::UiBuilder::new().id_salt("eye").max_rect(place));
        if IconButton::new(icon, name).small().show(&mut over).clicked() {
            self.shown = !self.shown;
        }
    }

    /// The key as it stands in the field, to be checked. The answer may be there before the next frame.
    pub fn secret(&mut self) -> SecretString {
        self.hold = Hold::Checking;
        SecretString::from(self.text.trim().to_owned())
    }

    /// Empties the field, so that the window no longer has the key: neither there nor in what Undo would bring back.
    pub fn clear(&mut self, ctx: &egui::Context, welcome: bool) {
        self.text.zeroize();
        (self.shown, self.is_asked, self.hold) = (false, false, Hold::New);
        ctx.data_mut(|data| data.remove::<TextEditState>(field_id(welcome)));
    }
}

fn field_id(welcome: bool) -> Id {
    Id::unique(("key", welcome))
}

/// What a check came to, on a line of its own, when it went well.
pub fn works_ui(ui: &mut Ui, check: &Check) {
    if let Check::Works { voices, at } = check {
        let many = if *voices == 1 { "1 voice".to_owned() } else { format!("{voices} voices") };
        let words = format!("Works. Found {many} at {}.", when::clock(when::local(*at)));
        let t = ui.tokens();
        notice::state_line_ui(ui, icons::CHECK_CIRCLE_FILL, t.success.ink, &words, t.text.main);
    }
}

/// Why a key can't be used, in whole sentences; `None` while nothing is wrong.
pub fn problem(check: &Check, welcome: bool) -> Option<String> {
    let Check::Failed(error) = check else { return None };
    Some(match error {
        Error::Unauthorized(refusal) => {
            let service = &refusal.service;
            format!("{service} refused this key. Check that all of it was pasted, or make a new one.")
        }
        Error::Offline { service, .. } if welcome => {
            let service = within(service);
            format!("Could not reach {service}. Check the connection, or explore the sandbox for now.")
        }
        Error::Offline { service, .. } => {
            format!("Could not reach {}. Check the connection, then test again.", within(service))
        }
        other => other.to_string(),
    })
}
