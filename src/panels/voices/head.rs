//! The head of the page: its name, the search, the chips, the slots and the order.

use egui::{Align, Layout, Ui};

use super::index::{Filter, Sort};
use super::{Act, VoicesPanel, list, search_id};
use crate::panels::Cx;
use crate::ui::chip::{self, Chip};
use crate::ui::{Button, Field, IconButton, Select, drawer, icons, layout, space};

impl VoicesPanel {
    pub(super) fn head_ui(&mut self, ui: &mut Ui) -> Option<Act> {
        let [count, ..] = self.index.counts();
        let (mut act, mut reload) = (None, false);
        let placeholder = match count {
            0 => "Search voices".to_owned(),
            count => format!("Search {}", crate::ui::format::count(count as u64, "voice", "voices")),
        };
        let none = self.selected.is_none();
        let again = |ui: &mut Ui| {
            let button = IconButton::new(icons::ARROW_CLOCKWISE, "Get the list again").key("F5").small();
            reload = button.show(ui).clicked();
        };
        layout::page_head_ui(ui, "Voices", again, |ui| {
            if Button::secondary("Clone a voice").icon(icons::PLUS).show(ui).clicked() {
                act = Some(Act::CloneVoice);
            }
            if !none {
                drawer::button_ui(ui, &mut self.details);
            }
            let field = Field::new("Search voices", &mut self.find.search).hide_label().id(search_id());
            let field = field.placeholder(&placeholder).icon(icons::MAGNIFYING_GLASS).key("Ctrl F");
            let layout = Layout::top_down(Align::Min);
            let field = ui.allocate_ui_with_layout(egui::vec2(250.0, 32.0), layout, |ui| field.show(ui)).inner;
            self.list.reveal |= field.changed();
            if std::mem::take(&mut self.search_now) {
                field.request_focus();
            }
        });
        if reload { Some(Act::TryAgain) } else { act }
    }

    pub(super) fn chips_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) {
        let [all, clones, built_in, favourites] = self.index.counts();
        let chips = vec![
            (Filter::All, Chip::new("All").count(all)),
            (Filter::Clones, Chip::new("My clones").count(clones)),
            (Filter::BuiltIn, Chip::new("Built-in").count(built_in)),
            (Filter::Favourites, Chip::new("Favourites").icon(icons::STAR).count(favourites)),
        ];
        let sorts = [
            (Sort::Recent, "Recently used"),
            (Sort::Name, "Name"),
            (Sort::Newest, "Newest"),
            (Sort::Used, "Most used"),
            (Sort::Tags, "Tags"),
            (Sort::Length, "Length"),
        ];
        // The last two are offered by the heads of their columns only.
        let shown = if sorts[4..].iter().any(|(sort, _)| *sort == self.find.sort) { 6 } else { 4 };
        ui.horizontal(|ui| {
            if chip::group_ui(ui, &mut self.find.filter, chips) {
                self.list.reveal = true;
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let select = Select::new("Sort voices", &mut self.find.sort, &sorts[..shown]).hide_label();
                if select.icon(icons::SORT_ASCENDING).small().show(ui) {
                    self.find.reverse = false;
                }
                ui.add_space(space::XS);
                let typed = cx.settings.slots.and_then(|slots| usize::try_from(slots).ok());
                list::slots_ui(ui, self.index.in_slots(), typed.or(cx.store.notes.slots()));
            });
        });
    }
}
