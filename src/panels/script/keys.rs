//! The keys of the page that are not in the window's map. Those of a take are about the row that has the focus, else
//! the take of the line that is heard, else the chosen one.

use egui::{Context, Key, Modifiers};

use super::ScriptPanel;
use super::column::next_place;
use super::edits::Edit;
use super::row::Act;
use crate::library::Take;
use crate::panels::{Command, Cx, has_keys, pressed};

/// Held with the keys that concern every line.
pub const SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

impl ScriptPanel {
    /// Before anything is drawn: fields would take some of them.
    pub(super) fn keys(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        if !has_keys(ctx) || egui::Popup::is_any_open(ctx) {
            return;
        }
        self.line_keys(ctx, cx);
        self.take_keys(ctx, cx);
    }

    fn line_keys(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        if pressed(ctx, SHIFT, Key::Enter) {
            self.batch.ask(cx);
        }
        if pressed(ctx, SHIFT, Key::E) {
            self.batch.export(cx);
        }
        if pressed(ctx, Modifiers::COMMAND, Key::P) {
            self.pause(ctx, cx);
        }
        if pressed(ctx, Modifiers::COMMAND, Key::J) {
            self.say_it_differently(ctx, cx);
        }
        let lines = &cx.store.flow.lines;
        let text = super::typing::id_of(&lines.active().id);
        // Rows and handles move lines of their own.
        let in_text = ctx.memory(|memory| memory.focused().is_none_or(|id| id == text));
        for (key, down) in [(Key::ArrowUp, false), (Key::ArrowDown, true)] {
            let lines = &cx.store.flow.lines;
            if in_text
                && pressed(ctx, Modifiers::ALT, key)
                && let Some(to) = next_place(lines.active_index(), lines.len(), down)
            {
                let id = lines.active().id.clone();
                self.edits.history.make(&mut cx.store.flow, vec![Edit::Move { id, to }]);
                self.edits.scroll = true;
            }
        }
    }

    fn take_keys(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        if pressed(ctx, Modifiers::COMMAND, Key::E)
            && let Some(take) = self.in_hand(cx)
        {
            self.obey(cx, &take, Act::Export);
        }
        if pressed(ctx, Modifiers::COMMAND, Key::L)
            && let Some(take) = self.in_hand(cx)
        {
            cx.commands.push(Command::PutOnVideo(take.id));
        }
        // Not while something is typed.
        if !ctx.text_edit_focused()
            && pressed(ctx, Modifiers::NONE, Key::S)
            && let Some(take) = self.in_hand(cx)
        {
            let (id, kept) = (take.id, take.care.kept);
            cx.commands.push(if kept { Command::LetGoOfTake(id) } else { Command::KeepTake(id) });
        }
    }

    /// The take that keys are about.
    fn in_hand(&self, cx: &Cx<'_>) -> Option<Take> {
        let heard = || cx.player.now().and_then(|now| now.key.strip_prefix("take:").map(str::to_owned));
        // What is still heard of another line is not what a person who works on this one means.
        let heard = || heard().filter(|id| cx.store.takes_of_line().any(|take| take.id == *id));
        let id = self.row_in_hand.clone().or_else(heard).or_else(|| cx.store.flow.take().map(str::to_owned))?;
        cx.store.take(&id).cloned()
    }
}
