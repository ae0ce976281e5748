//! The keys of a line's text that are more than typing: Enter behind the last word, Backspace in an empty line and
//! behind a pause, and where the cursor is.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::text_selection::text_cursor_state::byte_index_from_char_index;
use egui::{Context, Id, Key, Modifiers, TextEdit};

use super::ScriptPanel;
use super::edits::Edit;
use super::keys::SHIFT;
use crate::panels::{Cx, pressed};
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
        let take = |key| pressed(ctx, Modifiers::NONE, key);
        let (at, count) = (cursor(ctx, id, &line.text), cx.store.flow.lines.len());
        if at == Some(line.text.len()) && take(Key::Enter) {
            // In an empty line it starts no other.
            if !line.text.trim().is_empty() {
                self.add_line(cx);
            }
        } else if line.text.is_empty() && count > 1 && take(Key::Backspace) {
            let id = line.id.clone();
            self.make(cx, vec![Edit::Take { id }]);
            (self.edits.focus, self.edits.scroll) = (true, true);
        } else if let Some(pause) = at.and_then(|at| pauses::ending_at(&line.text, at))
            && take(Key::Backspace)
        {
            let line = cx.store.flow.lines.active_mut();
            line.text.replace_range(pause.place.clone(), "");
            put_cursor(ctx, id, &line.text, pause.place.start);
        }
        self.turn_keys(ctx, cx, id);
    }

    /// Ctrl Z and Ctrl Shift Z in a text turn back and forth what was done to the lines when that was the newest, or
    /// there is nothing of the text's own; else the text sees to it.
    fn turn_keys(&mut self, ctx: &Context, cx: &mut Cx<'_>, id: Id) {
        let text = cx.store.flow.text();
        let now = |state: &TextEditState| (state.cursor.char_range().unwrap_or_default(), text.to_owned());
        let state = TextEdit::load_state(ctx, id);
        let differs = |before: Option<String>| before.is_some_and(|before| before != text);
        let back = differs(state.as_ref().and_then(|state| Some(state.undoer().undo(&now(state))?.1.clone())));
        let forth = differs(state.as_ref().and_then(|state| Some(state.undoer().redo(&now(state))?.1.clone())));
        if (self.edits.history.is_newest() || !back) && pressed(ctx, Modifiers::COMMAND, Key::Z) {
            self.undo(cx);
        }
        let keys = [(SHIFT, Key::Z), (Modifiers::COMMAND, Key::Y)];
        if (self.edits.history.is_turned() || !forth) && keys.iter().any(|(held, key)| pressed(ctx, *held, *key)) {
            self.redo(cx);
        }
    }

    /// An empty line behind the active one, with the cursor in it.
    pub(super) fn add_line(&mut self, cx: &mut Cx<'_>) {
        let at = cx.store.flow.lines.active_index() + 1;
        self.edits.history.make(&mut cx.store.flow, vec![Edit::new_line(at, "")]);
        (self.edits.focus, self.edits.scroll) = (true, true);
    }

    /// Puts a pause where the cursor is, else behind the text.
    pub(super) fn pause(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        let line = cx.store.flow.lines.active_mut();
        let id = id_of(&line.id);
        let at = cursor(ctx, id, &line.text).unwrap_or(line.text.len());
        let behind = pauses::put(&mut line.text, at, pauses::USUAL_SECS);
        put_cursor(ctx, id, &line.text, behind);
        self.edits.history.typed(false);
        self.edits.focus = true;
    }
}
