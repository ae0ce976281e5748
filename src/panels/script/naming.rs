//! Giving the script or a take a name of one's own.

use egui::Context;

use super::writes::Writes;
use crate::library::Take;
use crate::panels::{Command, Cx, FlowCommand};
use crate::store::{Flow, Store};
use crate::ui::{Answer, Dialog, Field};

const MOST_CHARACTERS: usize = 60;

/// The dialog.
pub struct Naming {
    /// Id of the take; `None` for the script.
    take: Option<String>,
    question: String,
    name: String,
    opened: bool,
}

impl Naming {
    pub fn of_flow(flow: &Flow) -> Self {
        Self { take: None, question: "Rename this script".to_owned(), name: flow.name.clone(), opened: false }
    }

    pub fn of_take(store: &Store, take: &Take) -> Self {
        let name = take.care.name.clone().unwrap_or_default();
        Self {
            take: Some(take.id.clone()),
            question: format!("Rename {}", store.take_title(take)),
            name,
            opened: false,
        }
    }

    /// Draws the dialog; false when it is answered.
    pub fn ui(&mut self, ctx: &Context, cx: &mut Cx<'_>, writes: &mut Writes) -> bool {
        let name = self.name.trim().to_owned();
        let why = (self.take.is_none() && name.is_empty()).then_some("Write a name");
        let dialog = Dialog::new(&self.question, "Cancel", "Rename").off_if(why);
        let (field, opened) = (&mut self.name, &mut self.opened);
        let mut entered = false;
        let answer = dialog.show_with(ctx, |ui| {
            let id = egui::Id::unique("script name");
            let placeholder = if self.take.is_some() { "Without a name it keeps its number" } else { "Name" };
            let shown = Field::new("Name", field).id(id).counter(MOST_CHARACTERS).placeholder(placeholder).show(ui);
            if !std::mem::replace(opened, true) {
                shown.request_focus();
            }
            entered = shown.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        });
        let acts = answer == Some(Answer::Act) || (entered && why.is_none());
        if acts {
            self.give(cx, writes, &name.chars().take(MOST_CHARACTERS).collect::<String>());
        }
        !acts && answer.is_none()
    }

    fn give(&self, cx: &mut Cx<'_>, writes: &mut Writes, name: &str) {
        let Some(id) = &self.take else {
            let id = cx.store.flow.id.clone();
            cx.commands.push(Command::Flow(FlowCommand::Rename(id, name.to_owned())));
            return;
        };
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        if let Some(take) = cx.store.takes.iter_mut().find(|take| take.id == *id) {
            take.care.name.clone_from(&name);
        }
        let id = id.clone();
        writes.push(move |library| library.name_take(&id, name.as_deref()));
    }
}
