//! Questions that must be answered: the safe answer has the focus, and Esc gives it.

use egui::{Align, Context, Id, Layout, Margin, Modal, Ui};

use super::layout;
use super::notice::{self, Note};
use super::paint::Pose;
use super::text;
use super::theme::{Look as _, Tokens, radius};
use super::{Button, space};

/// Width of a dialog in points.
pub const WIDTH: f32 = 440.0;

/// How a dialog was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Leave everything as it is.
    Safe,
    /// Do it.
    Act,
}

/// A question with two answers, in the middle of the dimmed window.
///
/// ```text
/// let dialog = Dialog::new("Delete Guest, episode 12?", "Keep it", "Delete clone").danger().text("..");
/// match dialog.show(ctx) { Some(Answer::Act) => .., Some(Answer::Safe) => .., None => {} }
/// ```
#[must_use = "a dialog shows only when `show` is called"]
pub struct Dialog<'a> {
    question: &'a str,
    text: &'a str,
    warning: Option<(&'a str, &'a str)>,
    safe: &'a str,
    act: &'a str,
    danger: bool,
    why_off: Option<&'a str>,
    pose: Option<Pose>,
}

impl<'a> Dialog<'a> {
    /// The question as title, and the words of its safe and its acting button.
    pub const fn new(question: &'a str, safe: &'a str, act: &'a str) -> Self {
        Self { question, text: "", warning: None, safe, act, danger: false, why_off: None, pose: None }
    }

    /// What follows from acting.
    pub const fn text(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }

    /// A boxed warning: a bold sentence and the rest.
    pub const fn warning(mut self, bold: &'a str, rest: &'a str) -> Self {
        self.warning = Some((bold, rest));
        self
    }

    /// Acting takes something away for good.
    pub const fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Acting is off when there is a reason.
    pub const fn off_if(mut self, why: Option<&'a str>) -> Self {
        self.why_off = why;
        self
    }

    /// How the safe answer is drawn in the gallery.
    pub(super) const fn pose(mut self, pose: Pose) -> Self {
        self.pose = Some(pose);
        self
    }

    /// Shows the dialog until it is answered. Call it every frame while the question stands; when it is gone the
    /// focus goes back to where it was.
    pub fn show(self, ctx: &Context) -> Option<Answer> {
        self.show_with(ctx, |_| {})
    }

    /// The same with more below the text, such as a field.
    pub fn show_with(self, ctx: &Context, more: impl FnOnce(&mut Ui)) -> Option<Answer> {
        let id = Id::unique(self.question).with("dialog");
        let t = Tokens::of(ctx.theme());
        let came_from = remember_opener(ctx, id);
        let frame = frame(t);
        let shown = modal(id, self.question).backdrop_color(t.fill.scrim).frame(frame).show(ctx, |ui| {
            ui.set_width(WIDTH - 50.0);
            self.body_ui(ui, id, more)
        });
        let escaped = shown.is_top_modal
            && !shown.any_popup_open
            && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
        let answer = if escaped { Some(Answer::Safe) } else { shown.inner };
        if answer.is_some() {
            close(ctx, id, came_from);
        }
        answer
    }

    /// The inside of the dialog, also drawn by the gallery.
    pub(super) fn body_ui(&self, ui: &mut Ui, id: Id, more: impl FnOnce(&mut Ui)) -> Option<Answer> {
        let t = ui.tokens();
        ui.spacing_mut().item_spacing.y = space::S;
        layout::section_ui(ui, self.question);
        if !self.text.is_empty() {
            ui.add(egui::Label::new(text::body(self.text).color(t.text.support)).wrap());
        }
        if let Some((bold, rest)) = self.warning {
            ui.add_space(space::XS);
            notice::note_ui(ui, Note::Warning, bold, rest);
        }
        let before = ui.memory(egui::Memory::focused);
        more(ui);
        // A form begins in its first field.
        let is_taken = ui.memory(egui::Memory::focused) != before;
        ui.add_space(space::S);
        let mut answer = None;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // The safe answer is drawn second, left of the other, and focused first.
            let act = if self.danger { Button::danger_filled(self.act) } else { Button::primary(self.act) };
            if act.off_if(self.why_off).show(ui).clicked() {
                answer = Some(Answer::Act);
            }
            let safe = Button::secondary(self.safe).id(id.with("safe"));
            let safe = match self.pose {
                Some(pose) => safe.pose(pose),
                None => safe,
            };
            let safe = safe.show(ui);
            if is_new(ui.ctx(), id) && !is_taken {
                safe.request_focus();
            }
            if safe.clicked() {
                answer = Some(Answer::Safe);
            }
        });
        answer
    }
}

/// What lies over the window, as one dialog of this name for screen readers.
pub fn modal(id: Id, name: &str) -> Modal {
    Modal::new(id).area(Modal::default_area(id).accessible_name(name))
}

pub(super) fn frame(t: &Tokens) -> egui::Frame {
    layout::frame(t.fill.surface, t.edge.strong, radius::DIALOG)
        .inner_margin(Margin::symmetric(24, 20))
        .shadow(t.dialog_shadow())
}

/// What is kept while a dialog stands.
#[derive(Clone, Copy, Default)]
struct Standing {
    /// What had the focus before.
    opener: Option<Id>,
    /// The pass it was drawn in last; after a gap it counts as opened anew.
    pass: u64,
    new: bool,
}

/// Forgets that it stood, and gives the focus back.
pub(super) fn close(ctx: &Context, id: Id, opener: Option<Id>) {
    ctx.data_mut(|data| data.remove_temp::<Standing>(id));
    if let Some(opener) = opener {
        give_back_later(ctx, opener);
    }
}

/// Keeps what had the focus in the dialog's first frame.
pub(super) fn remember_opener(ctx: &Context, id: Id) -> Option<Id> {
    let pass = ctx.cumulative_pass_nr();
    let before = ctx.data(|data| data.get_temp::<Standing>(id)).filter(|standing| standing.pass + 1 >= pass);
    let standing = match before {
        Some(standing) => Standing { pass, new: false, ..standing },
        None => Standing { opener: ctx.memory(egui::Memory::focused), pass, new: true },
    };
    ctx.data_mut(|data| data.insert_temp(id, standing));
    standing.opener
}

/// Who gets the focus back, and from which pass on.
type Owed = Option<(Id, u64)>;

fn owed() -> Id {
    Id::unique("mouthpiece-focus-owed")
}

/// The window below takes no focus until egui has seen a whole pass without the dialog.
fn give_back_later(ctx: &Context, opener: Id) {
    let owing: Owed = Some((opener, ctx.cumulative_pass_nr() + 2));
    ctx.data_mut(|data| data.insert_temp(owed(), owing));
    ctx.request_repaint();
}

/// Makes closed dialogs give the focus back. Part of [`super::theme::install`].
pub(super) fn install(ctx: &Context) {
    let give_back = |ui: &mut Ui| {
        let ctx = ui.ctx().clone();
        let Some((opener, from)) = ctx.data(|data| data.get_temp::<Owed>(owed())).flatten() else { return };
        if ctx.cumulative_pass_nr() < from {
            ctx.request_repaint();
            return;
        }
        ctx.data_mut(|data| data.remove_temp::<Owed>(owed()));
        // Whatever took the focus in the meantime keeps it.
        if ctx.memory(egui::Memory::focused).is_none() {
            ctx.memory_mut(|memory| memory.request_focus(opener));
        }
    };
    ctx.on_begin_pass("give the focus back after a dialog", std::sync::Arc::new(give_back));
}

pub(super) fn is_new(ctx: &Context, id: Id) -> bool {
    ctx.data(|data| data.get_temp::<Standing>(id)).is_some_and(|standing| standing.new)
}
