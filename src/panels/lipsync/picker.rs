//! Which flow the page works on.

use egui::{ScrollArea, Ui};

use crate::panels::{Command, Cx, FlowCommand, Page};
use crate::ui::{Button, MenuItem, icons, select};

/// More flows than this are looked for on their own page.
const MOST: usize = 12;

/// The button with the flow's name; its menu has the others.
pub(super) fn picker_ui(ui: &mut Ui, cx: &mut Cx<'_>, opening: &mut Option<String>) {
    let name = cx.store.flow.name.clone();
    let button = Button::ghost(&name).icon_after(icons::CARET_DOWN).tip("Work on another flow").show(ui);
    let others: Vec<_> = cx.store.flows.others(&cx.store.flow.id).take(MOST).cloned().collect();
    let mut opened = None;
    let mut leaves = false;
    select::menu(&button, |ui| {
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            MenuItem::new(&name).on(true).show(ui);
            for other in &others {
                let words = if other.name.is_empty() { "Flow without a name" } else { &other.name };
                if MenuItem::new(words).on(false).show(ui).clicked() {
                    opened = Some(other.id.clone());
                }
            }
        });
        leaves = MenuItem::new("Open the flow").icon(icons::FLOW_ARROW).show(ui).clicked();
    });
    if let Some(id) = opened {
        *opening = Some(id.clone());
        cx.commands.push(Command::Flow(FlowCommand::Open(id)));
    }
    if leaves {
        cx.commands.push(Command::Go(Page::Flow));
    }
}
