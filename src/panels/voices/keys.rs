//! The page's keys. Those without Ctrl work while nothing else has the focus that would take them.

use egui::{EventFilter, Key, Modifiers, Ui};

use super::{Act, VoicesPanel, search_id};
use crate::panels::{Cx, has_keys, pressed};

impl VoicesPanel {
    pub(super) fn keys(&self, ui: &Ui, cx: &Cx<'_>) -> Option<Act> {
        let ctx = ui.ctx();
        if self.removal.is_asking() || !has_keys(ctx) {
            return None;
        }
        if pressed(ctx, Modifiers::NONE, Key::F5) {
            return Some(Act::TryAgain);
        }
        let focused = ctx.memory(egui::Memory::focused);
        if focused == Some(search_id()) && !self.find.search.is_empty() && pressed(ctx, Modifiers::NONE, Key::Escape) {
            return Some(Act::ClearSearch);
        }
        if focused.is_some_and(|id| Some(id) != self.list.focused) {
            return None;
        }
        if let Some(row) = focused {
            let filter = EventFilter { vertical_arrows: true, escape: true, ..Default::default() };
            ctx.memory_mut(|memory| memory.set_focus_lock_filter(row, filter));
        }
        self.moves(ui).or_else(|| self.acts(ui, cx))
    }

    fn moves(&self, ui: &Ui) -> Option<Act> {
        for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, 10), (Key::PageUp, -10)] {
            for hear in [false, true] {
                // As it was held when the key went down: a quick hand has let go of Shift by the end of the frame.
                if pressed(ui.ctx(), Modifiers { shift: hear, ..Modifiers::NONE }, key) {
                    let entry = self.index.step(self.selected.as_deref(), by)?;
                    let can_hear = hear && entry.preview && entry.is_usable();
                    let is_other = self.selected.as_ref() != Some(&entry.id);
                    let id = entry.id.clone();
                    return Some(if can_hear && is_other { Act::MoveAndHear(id) } else { Act::Move(id) });
                }
            }
        }
        None
    }

    fn acts(&self, ui: &Ui, cx: &Cx<'_>) -> Option<Act> {
        let pressed = |key| pressed(ui.ctx(), Modifiers::NONE, key);
        let entry = self.selected.as_deref().and_then(|id| self.index.get(id))?;
        // Not of a voice that the search has left out.
        self.index.place(&entry.id)?;
        let id = entry.id.clone();
        if pressed(Key::S) {
            return Some(Act::Star(id));
        }
        if pressed(Key::Space) {
            return (entry.preview && entry.is_usable()).then_some(Act::Hear(id));
        }
        if pressed(Key::Enter) {
            let can_return = entry.is_parked() && super::why_not_back(cx.store, &id).is_none();
            let can_use = entry.is_usable() && !self.removal.is_running(&id);
            return (can_use || can_return).then_some(Act::Use(id));
        }
        None
    }
}
