//! The head of the page: search, clearing, and the chips with their counts.

use std::collections::HashSet;

use egui::{Align, Layout, Ui, vec2};

use super::entry::Entry;
use super::words::Filter;
use super::{ActivityPanel, search_id};
use crate::panels::Cx;
use crate::ui::chip::{self, Chip};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Field, Type, drawer, format, icons, layout, truncate};

impl ActivityPanel {
    pub(super) fn head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let over = cx.jobs.all().iter().any(|job| !job.is_running() && !self.clearing.hides(&job.id));
        let keep = cx.store.flow.result.clone();
        let finished = cx.jobs.finished(keep.as_deref()).any(|job| !self.clearing.hides(&job.id));
        ui.spacing_mut().item_spacing.y = 0.0;
        let why = match (finished, over) {
            (true, _) => None,
            (false, true) => Some("What may still be at the service stays in the list"),
            (false, false) => Some("No job has finished yet"),
        };
        let mut clear = false;
        layout::page_head_ui(
            ui,
            "Activity",
            |_| {},
            |ui| {
                let tip = "Clears the rows. The files stay, and so does what may still be at the service.";
                if Button::ghost("Clear finished").off_if(why).tip(tip).show(ui).clicked() {
                    clear = true;
                }
                drawer::button_ui(ui, &mut self.details);
                let field = Field::new("Search jobs", &mut self.search).hide_label().id(search_id());
                let field = field.placeholder("Search jobs").icon(icons::MAGNIFYING_GLASS).key("Ctrl F");
                let layout = Layout::top_down(Align::Min);
                ui.allocate_ui_with_layout(vec2(220.0, 32.0), layout, |ui| field.show(ui));
            },
        );
        if clear {
            let ids = cx.jobs.finished(keep.as_deref()).map(|job| job.id.clone());
            let ids: HashSet<String> = ids.filter(|id| !self.clearing.hides(id)).collect();
            self.vault.remember(&ids, cx);
            self.clearing.begin(ids, cx);
        }
        self.chips_ui(ui, cx);
    }

    fn chips_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) {
        let mut counts = Filter::ALL.map(|filter| (filter, 0));
        for entry in cx.jobs.all().iter().filter(|job| !self.clearing.hides(&job.id)).flat_map(Entry::of) {
            for (filter, count) in &mut counts {
                *count += usize::from(filter.takes(entry));
            }
        }
        let chips = counts.map(|(filter, count)| (filter, Chip::new(filter.name()).count(count)));
        let plan = cx.store.spend.as_ref().and_then(|spend| spend.at_a_time);
        ui.horizontal(|ui| {
            chip::group_ui(ui, &mut self.filter, chips.into());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Some(limit) = plan {
                    let jobs = format::count(limit.try_into().unwrap_or(u64::MAX), "job", "jobs");
                    let words = format!("{} runs {jobs} at a time on this plan", cx.store.service);
                    truncate::name_ui(ui, &words, Type::Small, ui.tokens().text.hint);
                }
            });
        });
    }
}
