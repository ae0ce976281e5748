//! Words about a state: banners, empty states, errors in place, hints.

use egui::{Align, Color32, Frame, Layout, Margin, Role, Stroke, Ui, vec2};

use super::icons::{self, Icon};
use super::layout;
use super::text::{self, Type};
use super::theme::{Look as _, State, Tokens, radius, space};
use super::{Button, paint};
use crate::error::Error;

/// What a banner is about, heaviest first; one at a time is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Banner {
    KeyRefused,
    Offline,
    Update,
    Sandbox,
}

impl Banner {
    fn look(self, t: &Tokens) -> (Icon, Color32) {
        match self {
            Self::KeyRefused => (icons::KEY, t.danger.ink),
            Self::Offline => (icons::WIFI_SLASH, t.warning.ink),
            Self::Update => (icons::DOWNLOAD_SIMPLE, t.accent.fill),
            Self::Sandbox => (icons::FLASK, t.accent.fill),
        }
    }
}

/// A banner across the top of a page, 36 high. True when its action was pressed.
///
/// `notice::banner_ui(ui, Banner::Sandbox, "Sandbox", "Nothing is uploaded.", Some("Connect an account"))`
pub fn banner_ui(ui: &mut Ui, banner: Banner, title: &str, words: &str, action: Option<&str>) -> bool {
    let t = ui.tokens();
    let (icon, ink) = banner.look(t);
    let size = vec2(ui.available_width(), 36.0);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    ui.painter().rect_filled(rect, 0, t.fill.surface);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.edge.soft));
    let inside = rect.shrink2(vec2(space::PAGE, 0.0));
    let builder = egui::UiBuilder::new().max_rect(inside).layout(Layout::right_to_left(Align::Center));
    let ui = &mut ui.new_child(builder);
    ui.spacing_mut().item_spacing.x = 8.0;
    let pressed = action.is_some_and(|action| Button::link(action).show(ui).clicked());
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        icon.show(ui, 16.0, ink);
        let mut job = text::runs([(Type::Label, t.text.main, title)]);
        job.append(words, space::S, Type::Small.format(t.text.support));
        let response = ui.add(egui::Label::new(job).truncate());
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Role::Status);
            node.set_label(format!("{title}. {words}"));
        });
    });
    pressed
}

/// An empty or fruitless place: icon, what is so, what it means, and one or two buttons in the middle of the room.
///
/// `notice::empty_ui(ui, icons::MAGNIFYING_GLASS, "No voice matches “x”", "Search looks at names.", |ui| ..)`
pub fn empty_ui<R>(ui: &mut Ui, icon: Icon, title: &str, words: &str, buttons: impl FnOnce(&mut Ui) -> R) -> R {
    let t = ui.tokens();
    // The buttons' width is known only once they are drawn, so they are centred by last frame's.
    let id = ui.scope_id().with(("empty-buttons", title));
    let width: f32 = ui.data(|data| data.get_temp(id)).unwrap_or(0.0);
    let room = ui.available_height();
    if room.is_finite() {
        ui.add_space(((room - 140.0) / 2.0).clamp(12.0, 400.0));
    }
    ui.spacing_mut().item_spacing.y = 8.0;
    ui.vertical_centered(|ui| {
        icon.show(ui, 28.0, t.text.hint);
        ui.label(text::section(title));
        ui.label(text::body(words).color(t.text.support));
    });
    ui.add_space(space::S);
    let left = ((ui.available_width() - width) / 2.0).max(0.0);
    let row = ui.horizontal(|ui| {
        ui.add_space(left);
        let start = ui.cursor().left();
        let result = buttons(ui);
        (result, ui.min_rect().right() - start)
    });
    let (result, measured) = row.inner;
    if (measured - width).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, measured));
        ui.ctx().request_repaint();
    }
    result
}

/// What was pressed on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorPress {
    /// The button with this place in the list given.
    Action(usize),
    /// "Copy details"; the text is on the clipboard already.
    Copied,
}

/// An error in its place: the first sentence says what happened, the rest why and what to do; buttons for that, and
/// "Copy details" when the service gave a code.
pub fn error_ui(ui: &mut Ui, error: &Error, actions: &[&str]) -> Option<ErrorPress> {
    error_said_ui(ui, error, &error.to_string(), actions)
}

/// The same with other words than the error's own, where it has a special meaning.
pub fn error_said_ui(ui: &mut Ui, error: &Error, whole: &str, actions: &[&str]) -> Option<ErrorPress> {
    let (what, rest) = first_sentence(whole);
    let details = error.details();
    let mut pressed = None;
    note_box(ui, Note::Danger, what, rest, |ui| {
        if actions.is_empty() && details.is_empty() {
            return;
        }
        ui.horizontal_wrapped(|ui| {
            for (index, action) in actions.iter().enumerate() {
                if Button::secondary(action).small().show(ui).clicked() {
                    pressed = Some(ErrorPress::Action(index));
                }
            }
            if !details.is_empty() && copy_ui(ui, &format!("{whole} ({details})")) {
                pressed = Some(ErrorPress::Copied);
            }
        });
    });
    pressed
}

/// How long a button says that it has copied, in seconds.
const COPIED: f64 = 2.0;

/// "Copy details", which says for a while that it did. True when it was pressed.
fn copy_ui(ui: &mut Ui, details: &str) -> bool {
    let id = ui.scope_id().with(("copied", details));
    let now = ui.input(|input| input.time);
    let left = ui.data(|data| data.get_temp::<f64>(id)).map_or(0.0, |at| at + COPIED - now);
    let (words, icon) = if left > 0.0 { ("Copied", icons::CHECK) } else { ("Copy details", icons::COPY) };
    let pressed = Button::ghost(words).small().icon(icon).show(ui).clicked();
    if pressed {
        ui.ctx().copy_text(details.to_owned());
        ui.data_mut(|data| data.insert_temp(id, now));
        ui.ctx().request_repaint();
    } else if left > 0.0 {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(left.min(COPIED)));
    }
    pressed
}

/// Splits after the first sentence. A full stop inside a name ("sync.so") has no space after it.
fn first_sentence(text: &str) -> (&str, &str) {
    text.find(". ")
        .and_then(|end| text.split_at_checked(end + 1))
        .map_or((text, ""), |(what, rest)| (what, rest.trim_start()))
}

/// The tone of a boxed note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Neutral information.
    Info,
    Success,
    Warning,
    Danger,
}

/// A boxed note in place: a sentence in bold, more behind it, and room below.
///
/// `notice::note_ui(ui, Note::Warning, "Used in 1 unfinished flow.", "Its line will need another voice.")`
pub fn note_ui(ui: &mut Ui, note: Note, bold: &str, rest: &str) {
    note_box(ui, note, bold, rest, |_| {});
}

fn note_box(ui: &mut Ui, note: Note, bold: &str, rest: &str, below: impl FnOnce(&mut Ui)) {
    let t = ui.tokens();
    let plain = State { ink: t.text.hint, hover: t.text.hint, wash: t.fill.canvas, on: t.text.main };
    let (state, icon) = match note {
        Note::Info => (&plain, icons::INFO),
        Note::Success => (&t.success, icons::CHECK_CIRCLE_FILL),
        Note::Warning => (&t.warning, icons::WARNING_FILL),
        Note::Danger => (&t.danger, icons::WARNING_CIRCLE_FILL),
    };
    let frame = Frame::new().fill(state.wash).corner_radius(radius::ROW).inner_margin(Margin {
        left: 38,
        right: 12,
        top: 10,
        bottom: 10,
    });
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let gap = if bold.is_empty() || rest.is_empty() { "" } else { " " };
        let job = text::runs([
            (Type::Label, t.text.main, bold),
            (Type::Small, t.text.support, gap),
            (Type::Small, t.text.support, rest),
        ]);
        let response = ui.add(egui::Label::new(job).wrap());
        let role = if note == Note::Danger { Role::Alert } else { Role::Note };
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(role);
            node.set_label(format!("{bold}{gap}{rest}"));
        });
        below(ui);
    });
    let corner = shown.response.rect.min;
    icon.paint(ui.painter(), corner + vec2(20.0, 18.0), 16.0, state.ink);
}

/// An icon and a word of the same state on one line: "Consent recorded", "Failed: no face".
pub fn state_line_ui(ui: &mut Ui, icon: Icon, ink: Color32, words: &str, words_ink: Color32) {
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        icon.show(ui, 18.0, ink);
        super::truncate::name_ui(ui, words, Type::Small, words_ink);
    });
}

/// The head of a card: icon, title, and what stands at the right end.
pub fn card_head_ui(ui: &mut Ui, icon: Option<Icon>, title: &str, right: impl FnOnce(&mut Ui)) {
    let t = ui.tokens();
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 28.0;
        if let Some(icon) = icon {
            let (rect, _) = ui.allocate_exact_size(vec2(20.0, 20.0), egui::Sense::hover());
            icon.paint(ui.painter(), rect.center(), 20.0, t.text.support);
        }
        layout::section_ui(ui, title);
        ui.with_layout(Layout::right_to_left(Align::Center), right);
    });
}

/// The ring and the words of something that is being fetched.
pub fn loading_ui(ui: &mut Ui, words: &str) {
    let color = ui.tokens().text.support;
    ui.horizontal(|ui| {
        paint::spinner_ui(ui, 18.0);
        let response = ui.label(text::body(words).color(color));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(Role::Status);
            node.set_label(words);
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_ends_where_it_ends() {
        assert_eq!(
            first_sentence("sync.so refused the key. Paste it again."),
            ("sync.so refused the key.", "Paste it again.")
        );
        assert_eq!(first_sentence("Stopped."), ("Stopped.", ""));
        assert_eq!(first_sentence(""), ("", ""));
    }
}
