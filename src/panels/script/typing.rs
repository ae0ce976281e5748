//! The keys of a line's text that are more than typing: Enter behind the last word, Backspace in an empty line and
//! behind a pause, and where the cursor is.

use egui::text::{CCursor, CCursorRange};
use egui::text_selection::text_cursor_state::byte_index_from_char_index;
use egui::{Context, Id, Key, Modifiers, TextEdit};

use super::ScriptPanel;
use super::edits::Edit;
use crate::panels::Cx;
use crate::script::pauses;

/// The text field of a line.
pub fn id_of(line: &str) -> Id {
    Id::unique("script line").with(line)
}

/// Where the cursor of a field stands, in bytes of its text; `None` while a range is selected or it was never there.
pub fn cursor(ctx: &Context, id: Id, text: &str) -> Option<usize> {
    let range = TextEdit::load_state(ctx, id)?.cursor.char_range()?;
    range.is_empty().then(|| byte_index_from_char_index(text, range.primary.index).0)
}

/// What of a text is selected.
pub fn selected(ctx: &Context, id: Id, text: &str) -> Option<String> {
    let range = TextEdit::load_state(ctx, id)?.cursor.char_range()?;
    let [from, to] = range.sorted_cursors().map(|cursor| byte_index_from_char_index(text, cursor.index).0);
    text.get(from..to).map(|words| words.trim().to_owned()).filter(|words| !words.is_empty())
}

/// Puts the cursor of a field at a place, in bytes of its text.
pub fn put_cursor(ctx: &Context, id: Id, text: &str, at: usize) {
    let mut state = TextEdit::load_state(ctx, id).unwrap_or_default();
    let before = text.get(..at).unwrap_or(text).chars().count();
    state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(before))));
    state.store(ctx, id);
}

impl ScriptPanel {
    /// Acts on the keys that a text field would take for itself. Before it is drawn.
    pub(super) fn typing(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        let line = cx.store.flow.lines.active();
        let id = id_of(&line.id);
        if !ctx.memory(|memory| memory.has_focus(id)) {
            return;
        }
        let pressed = |modifiers, key| ctx.input(|input| input.modifiers == modifiers && input.key_pressed(key));
        let take = |modifiers, key| ctx.input_mut(|input| input.consume_key(modifiers, key));
        let (at, count) = (cursor(ctx, id, &line.text), cx.store.flow.lines.len());
        if pressed(Modifiers::NONE, Key::Enter) && at == Some(line.text.len()) {
            // In an empty line it starts no other.
            if take(Modifiers::NONE, Key::Enter) && !line.text.trim().is_empty() {
                self.add_line(cx);
            }
        } else if pressed(Modifiers::NONE, Key::Backspace) && line.text.is_empty() && count > 1 {
            take(Modifiers::NONE, Key::Backspace);
            let id = line.id.clone();
            self.edits.history.make(&mut cx.store.flow.lines, vec![Edit::Take { id }]);
            self.edits.focus = true;
        } else if pressed(Modifiers::NONE, Key::Backspace)
            && let Some(pause) = at.and_then(|at| pauses::ending_at(&line.text, at))
        {
            take(Modifiers::NONE, Key::Backspace);
            let line = cx.store.flow.lines.active_mut();
            line.text.replace_range(pause.place.clone(), "");
            put_cursor(ctx, id, &line.text, pause.place.start);
        }
        self.undo_key(ctx, cx, id);
    }

    /// Ctrl Z in a text undoes what was done to the lines when that came after the typing, or nothing was typed.
    fn undo_key(&mut self, ctx: &Context, cx: &mut Cx<'_>, id: Id) {
        let undo = egui::KeyboardShortcut::new(Modifiers::COMMAND, Key::Z);
        let pressed = ctx.input(|input| {
            let held = input.modifiers;
            held.command && !held.shift && !held.alt && input.key_pressed(Key::Z)
        });
        let text = &cx.store.flow.lines.active().text;
        let typed = TextEdit::load_state(ctx, id).is_some_and(|state| {
            let now = (state.cursor.char_range().unwrap_or_default(), text.clone());
            state.undoer().has_undo(&now)
        });
        if pressed && (self.edits.history.is_newest() || !typed) && self.undo(cx) {
            ctx.input_mut(|input| input.consume_shortcut(&undo));
        }
    }

    /// An empty line behind the active one, with the cursor in it.
    pub(super) fn add_line(&mut self, cx: &mut Cx<'_>) {
        let at = cx.store.flow.lines.active_index() + 1;
        self.edits.history.make(&mut cx.store.flow.lines, vec![Edit::new_line(at, "")]);
        self.edits.focus = true;
    }

    /// Puts a pause where the cursor is, else behind the text.
    pub(super) fn pause(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        let line = cx.store.flow.lines.active_mut();
        let id = id_of(&line.id);
        let at = cursor(ctx, id, &line.text).unwrap_or(line.text.len());
        let behind = pauses::put(&mut line.text, at, pauses::USUAL_SECS);
        put_cursor(ctx, id, &line.text, behind);
        self.edits.history.typed();
        self.edits.focus = true;
    }
}
