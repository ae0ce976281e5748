//! Recent flows below the chain, and the list of all of them over the page.

use egui::{Context, Id, Margin, ScrollArea, Ui};

use super::example;
use super::recent::Recents;
use super::row::{self, Press, row_ui};
use crate::find::Needle;
use crate::library::FlowEntry;
use crate::panels::{Command, Cx, FlowCommand, Pictures, when};
use crate::store::LONGEST_NAME;
use crate::ui::theme::Look as _;
use crate::ui::{Answer, Button, Dialog, Field, icons, layout, notice, radius, sheet, space, text};

/// Rows below the chain, and in windows under 720 high.
const ROWS: usize = 4;
const ROWS_LOW: usize = 1;
/// Rows in a window that is higher than that, at most, and what stands above and below them.
const ROWS_HIGH: usize = 12;
const BESIDE: f32 = 590.0;
/// Width of the list of all.
const WIDTH: f32 = 1100.0;

/// The lists and what is asked over them.
#[derive(Default)]
pub(super) struct Flows {
    recents: Recents,
    /// Shows all, with what is looked for, until another flow than this one is open.
    search: Option<(String, String)>,
    /// Id of the flow that gets another name, and the name as it is typed.
    renaming: Option<(String, String)>,
}

impl Flows {
    /// Once per frame, whatever page is shown.
    pub fn logic(&mut self, cx: &Cx<'_>) {
        self.recents.logic(cx.jobs);
    }

    /// Shows all flows.
    pub fn show_all(&mut self, cx: &Cx<'_>) {
        self.search = Some((String::new(), cx.store.flow.id.clone()));
    }

    /// Heading and rows below the chain.
    pub fn recent_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, pictures: &mut Pictures) {
        let Some(all) = cx.store.flows.all() else { return };
        let low = super::is_low(ui);
        let open = cx.store.flow.id.clone();
        let rows = if low { ROWS_LOW } else { rows_in(ui.ctx().content_rect().height()) };
        let entries: Vec<FlowEntry> = cx.store.flows.others(&open).take(rows).cloned().collect();
        let count = all.len();
        ui.horizontal(|ui| {
            ui.set_min_height(24.0);
            layout::section_ui(ui, "Recent flows");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let label = format!("Show all {count}");
                if !entries.is_empty() && Button::ghost(&label).small().show(ui).clicked() {
                    self.show_all(cx);
                }
            });
        });
        let t = ui.tokens();
        if entries.is_empty() {
            return none_ui(ui, cx);
        }
        let frame = layout::frame(t.fill.surface, t.edge.soft, radius::CARD).inner_margin(Margin::symmetric(9, 4));
        frame.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (index, entry) in entries.iter().enumerate() {
                self.row_ui(ui, entry, index + 1 < entries.len(), cx, pictures);
            }
        });
    }

    fn row_ui(&mut self, ui: &mut Ui, entry: &FlowEntry, divider: bool, cx: &mut Cx<'_>, pictures: &mut Pictures) {
        let row = self.recents.entry(entry, when::now(), cx);
        let is_open = entry.id == cx.store.flow.id;
        let shown = ui.push_id(&entry.id, |ui| row_ui(ui, &row, is_open, divider, (cx, pictures)));
        if shown.inner == Some(Press::Rename) {
            self.renaming = Some((entry.id.clone(), row.name));
        }
    }

    /// What lies over the page: all flows, a new name.
    pub fn over_ui(&mut self, ctx: &Context, cx: &mut Cx<'_>, pictures: &mut Pictures) {
        if let Some((mut search, open)) = self.search.take().filter(|(_, open)| *open == cx.store.flow.id) {
            let closed = sheet::sheet_ui(ctx, "All flows", WIDTH, |ui| self.all_ui(ui, &mut search, cx, pictures));
            self.search = (!closed).then_some((search, open));
        }
        self.rename_ui(ctx, cx);
    }

    fn all_ui(&mut self, ui: &mut Ui, search: &mut String, cx: &mut Cx<'_>, pictures: &mut Pictures) {
        let field = Field::new("Search flows", search).hide_label().placeholder("Search names");
        field.icon(icons::MAGNIFYING_GLASS).width(ui.available_width().min(320.0)).show(ui);
        ui.add_space(space::S);
        if let Some(error) = &cx.store.flows.error {
            notice::error_ui(ui, error, &[]);
        }
        let needle = Needle::new(search);
        let all = cx.store.flows.all().unwrap_or_default();
        let found: Vec<FlowEntry> = all.iter().filter(|entry| needle.is_in(&entry.name)).cloned().collect();
        let height = (ui.ctx().content_rect().height() - 290.0).max(2.0 * row::HEIGHT);
        if found.is_empty() {
            let title = if needle.is_empty() { "No flows yet" } else { "No flow matches" };
            notice::empty_ui(ui, icons::FLOW_ARROW, title, "Search looks at the names of flows.", |_| {});
            return;
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let list = ScrollArea::vertical().id_salt("all flows").max_height(height).auto_shrink([false, true]);
        list.show_rows(ui, row::HEIGHT, found.len(), |ui, shown| {
            for index in shown {
                if let Some(entry) = found.get(index) {
                    self.row_ui(ui, entry, index + 1 < found.len(), cx, pictures);
                }
            }
        });
    }

    fn rename_ui(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        let Some((id, mut name)) = self.renaming.take() else { return };
        let field = Id::unique("name of a flow");
        let is_new =
            ctx.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default::<String>(field), id.clone()) != id);
        let mut entered = false;
        let empty = name.trim().is_empty().then_some("Give it a name first");
        let answer = Dialog::new("Rename this flow", "Keep the name", "Rename").off_if(empty).show_with(ctx, |ui| {
            let response = Field::new("Name", &mut name).id(field.with("field")).show(ui);
            if is_new {
                response.request_focus();
            }
            entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        });
        let name: String = name.chars().take(LONGEST_NAME).collect();
        if answer == Some(Answer::Act) || entered && !name.trim().is_empty() {
            cx.commands.push(Command::Flow(FlowCommand::Rename(id, name)));
        } else if answer.is_none() {
            self.renaming = Some((id, name));
            return;
        }
        ctx.data_mut(|data| data.remove_temp::<String>(field));
    }
}

/// Rows that have room in a window of this height.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a few")]
fn rows_in(height: f32) -> usize {
    let fitting = ((height - BESIDE) / row::HEIGHT).floor().clamp(0.0, 100.0) as usize;
    fitting.clamp(ROWS, ROWS_HIGH)
}

/// The place of the rows while there are none.
fn none_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let is_first = !cx.store.flow.is_empty();
    if cx.store.is_sandbox && !is_first {
        return example::offer_ui(ui, cx);
    }
    let (title, words) = if is_first {
        ("This is the only one so far", "New flow begins another one. This one is kept, and stands here then.")
    } else {
        ("No flows yet", "Each flow you begin stands here, to go on with it later.")
    };
    let t = ui.tokens();
    let frame = layout::frame(t.fill.surface, t.edge.soft, radius::CARD).inner_margin(Margin::symmetric(18, 16));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(text::name(title));
        ui.label(text::small(words).color(t.text.hint));
    });
}
