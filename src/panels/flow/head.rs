//! The head of the page: the flow's name, which is changed in its place, when it was saved, and the ways to other flows.

use egui::{Align, Id, Key, Layout, Role, Ui, vec2};

use crate::panels::{Command, Cx, FlowCommand, when};
use crate::store::{LONGEST_NAME, Store};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Field, IconButton, Type, icons, space, text, truncate};

/// Width of the field for the name.
const FIELD: f32 = 360.0;

/// The name while it is changed.
#[derive(Default)]
pub(super) struct Head {
    editing: Option<Editing>,
}

struct Editing {
    /// Id of the flow.
    flow: String,
    name: String,
    is_new: bool,
}

/// What was pressed that the page does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    ShowAll,
}

impl Head {
    /// Puts the name into a field.
    pub fn rename(&mut self, store: &Store) {
        let (flow, name) = (store.flow.id.clone(), store.flow.name.clone());
        self.editing = Some(Editing { flow, name, is_new: true });
    }

    /// The head, 64 high.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) -> Option<Press> {
        let mut pressed = None;
        let size = vec2(ui.available_width(), 64.0);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_height(64.0);
            ui.spacing_mut().item_spacing.x = space::S;
            // The name has what the rest leaves.
            let room = ui.available_width() - 360.0;
            self.name_ui(ui, cx, room.max(160.0));
            ui.add_space(space::S);
            let saved = when::saved(cx.store);
            ui.label(text::body(&saved).color(ui.tokens().text.hint));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let new = Button::secondary("New flow").icon(icons::PLUS).tip("Begin an empty flow (Ctrl N)");
                if new.show(ui).clicked() {
                    cx.commands.push(Command::NewFlow);
                }
                let open = Button::ghost("Open").icon(icons::FOLDER_OPEN).tip("All flows of this workspace");
                if open.show(ui).clicked() {
                    pressed = Some(Press::ShowAll);
                }
            });
        });
        pressed
    }

    fn name_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, room: f32) {
        if self.editing.as_ref().is_some_and(|editing| editing.flow != cx.store.flow.id) {
            self.editing = None;
        }
        if self.editing.is_some() {
            return self.field_ui(ui, cx, room);
        }
        let name = cx.store.flow.name.clone();
        ui.scope(|ui| {
            ui.set_max_width(room);
            let heading = truncate::name_ui(ui, &name, Type::Title, ui.tokens().text.main);
            ui.ctx().accesskit_node_builder(heading.id, |node| {
                node.set_role(Role::Heading);
                node.set_label(name.as_str());
            });
        });
        if IconButton::new(icons::PENCIL_SIMPLE, "Rename this flow").key("F2").show(ui).clicked() {
            self.rename(cx.store);
        }
    }

    /// Enter and a press elsewhere keep the name, Esc leaves it as it was.
    fn field_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, room: f32) {
        let Some(editing) = &mut self.editing else { return };
        let id = Id::unique("the name of the open flow");
        let field = Field::new("Name of this flow", &mut editing.name).hide_label().as_name().id(id);
        let response = field.width(FIELD.min(room)).show(ui);
        if std::mem::take(&mut editing.is_new) {
            response.request_focus();
            select_all(ui, response.id, editing.name.chars().count());
            return;
        }
        let escaped = ui.input(|input| input.key_pressed(Key::Escape));
        if response.lost_focus() || !response.has_focus() {
            let name: String = editing.name.chars().take(LONGEST_NAME).collect();
            if !escaped && !name.trim().is_empty() && name != cx.store.flow.name {
                cx.commands.push(Command::Flow(FlowCommand::Rename(editing.flow.clone(), name)));
            }
            self.editing = None;
        }
    }
}

fn select_all(ui: &Ui, field: Id, count: usize) {
    use egui::text::{CCursor, CCursorRange};
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), field).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), CCursor::new(count))));
    state.store(ui.ctx(), field);
}
