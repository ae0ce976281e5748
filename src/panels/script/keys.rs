//! The keys of a take: of the row that has the focus, else of the take that is heard, else of the chosen one.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::ScriptPanel;
use super::row::Act;
use crate::library::Take;
use crate::panels::{Command, Cx, has_keys};

impl ScriptPanel {
    pub(super) fn keys(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        if !has_keys(ctx) {
            return;
        }
        let export = KeyboardShortcut::new(Modifiers::COMMAND, Key::E);
        if ctx.input_mut(|input| input.consume_shortcut(&export))
            && let Some(take) = self.in_hand(cx)
        {
            self.obey(cx, &take, Act::Export);
        }
        // Not while something is typed.
        let typing = ctx.text_edit_focused();
        if !typing
            && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::S))
            && let Some(take) = self.in_hand(cx)
        {
            let (id, kept) = (take.id, take.care.kept);
            cx.commands.push(if kept { Command::LetGoOfTake(id) } else { Command::KeepTake(id) });
        }
    }

    /// The take that keys are about.
    fn in_hand(&self, cx: &Cx<'_>) -> Option<Take> {
        let heard = || cx.player.now().and_then(|now| now.key.strip_prefix("take:").map(str::to_owned));
        let id = self.row_in_hand.clone().or_else(heard).or_else(|| cx.store.flow.take().map(str::to_owned))?;
        cx.store.take(&id).cloned()
    }
}
