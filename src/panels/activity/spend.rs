//! The right panel: what a month cost, by model and by voice, its limits, and the way out as a table.

use egui::{Align, Layout, ScrollArea, Sense, Stroke, Ui, vec2};

use super::csv;
use crate::jobs::{Jobs, Request};
use crate::library::Charge;
use crate::panels::saving::{self, Saving};
use crate::panels::{Command, Cx};
use crate::paths::Readers;
use crate::remote::Remote;
use crate::store::{Part, Spend, Store};
use crate::ui::notice::{self, Note};
use crate::ui::theme::Look as _;
use crate::ui::{Bar, Button, IconButton, Type, format, icons, layout, progress, space, text, truncate};

/// Parts shown of each list; the rest is in the table.
const MOST: usize = 8;

/// The month that is looked at, and the export under way.
#[derive(Default)]
pub struct Books {
    /// Another month than this one.
    other: Option<(String, Remote<Spend>)>,
    export: Saving,
}

impl Books {
    /// Takes in what was read, chosen and written.
    pub fn logic(&mut self, cx: &mut Cx<'_>) {
        if let Some((_, spend)) = &mut self.other {
            spend.poll();
        }
        self.export.work(cx, "Spending saved as a table", "Could not save the table");
    }

    /// Draws the panel.
    pub fn panel_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(this) = cx.store.spend.clone() else {
            notice::loading_ui(ui, "Reading what was spent");
            return;
        };
        let shown = self.shown(&this).cloned();
        let name = self.other.as_ref().map_or_else(|| this.month.clone(), |(month, _)| month.clone());
        self.head_ui(ui, cx, &this, &name);
        ui.add_space(space::M);
        ScrollArea::vertical().id_salt("spend").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            match &shown {
                Some(spend) => self.month_ui(ui, cx, spend),
                None => match self.other.as_ref().and_then(|(_, spend)| spend.error()) {
                    Some(error) => drop(notice::error_ui(ui, error, &[])),
                    None => notice::loading_ui(ui, "Reading what was spent"),
                },
            }
        });
    }

    fn shown<'a>(&'a self, this: &'a Spend) -> Option<&'a Spend> {
        self.other.as_ref().map_or(Some(this), |(_, spend)| spend.value())
    }

    fn head_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, this: &Spend, name: &str) {
        ui.horizontal(|ui| {
            ui.set_min_height(32.0);
            let year = name.get(..4).filter(|year| this.month.get(..4) != Some(*year));
            let title = format!("Spend in {}", crate::store::month_name(name));
            // Charges are counted by the service's clock, not by the one on the wall.
            let title = year.map_or_else(|| title.clone(), |year| format!("{title} {year}"));
            layout::section_ui(ui, &format!("{title} (UTC)"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                let (earlier, later) = neighbours(this, name);
                let next = IconButton::new(icons::CARET_RIGHT, "Next month").small();
                if next.off_if(later.is_none().then_some("This is the latest month")).show(ui).clicked() {
                    self.go(cx, this, later);
                }
                let before = IconButton::new(icons::CARET_LEFT, "Previous month").small();
                if before.off_if(earlier.is_none().then_some("Nothing was spent before")).show(ui).clicked() {
                    self.go(cx, this, earlier);
                }
            });
        });
    }

    fn go(&mut self, cx: &Cx<'_>, this: &Spend, month: Option<String>) {
        let Some(month) = month else { return };
        if month == this.month {
            self.other = None;
            return;
        }
        let (library, wanted) = (cx.library.clone(), month.clone());
        let mut spend = Remote::default();
        spend.load(cx.runtime.blocking(move || Spend::read(&library, &wanted)));
        self.other = Some((month, spend));
    }

    fn month_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, spend: &Spend) {
        if cx.store.is_sandbox {
            ui.label(text::display("$0.00"));
            notice::note_ui(
                ui,
                Note::Info,
                "Nothing is billed in the sandbox.",
                "With a sync.so account the prices of the month stand here, and the limits you set.",
            );
        } else {
            total_ui(ui, spend);
        }
        layout::line_ui(ui);
        let priced = !cx.store.is_sandbox;
        parts_ui(ui, "By model", &spend.by_model(), priced);
        let voice = |charge: &Charge| voice_of(charge, cx.jobs, cx.store);
        let voices = spend.by_voice(voice);
        if !voices.is_empty() {
            layout::line_ui(ui);
            parts_ui(ui, "By voice", &voices, priced);
        }
        layout::line_ui(ui);
        self.buttons_ui(ui, cx, spend);
        if priced {
            let words = format!(
                "Prices are what this app worked out or read from {}. Your invoice is what counts.",
                cx.store.service
            );
            ui.add(egui::Label::new(text::small(words).color(ui.tokens().text.hint)).wrap());
        }
    }

    fn buttons_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, spend: &Spend) {
        // What stands alone has the whole width.
        let alone = cx.store.is_sandbox;
        let width = if alone { ui.available_width() } else { (ui.available_width() - space::S) / 2.0 };
        let none = spend.charges.is_empty().then_some("Nothing to export in this month");
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let half = |ui: &mut Ui, button: Button<'_>| {
                let layout = Layout::top_down(Align::Min);
                ui.allocate_ui_with_layout(vec2(width, 32.0), layout, |ui| button.fill_width().show(ui)).inner.clicked()
            };
            if !alone && half(ui, Button::secondary("Change limit")) {
                cx.commands.push(Command::ChangeLimit);
            }
            let export = Button::secondary("Export CSV").icon(icons::EXPORT).busy(self.export.is_running(), "Saving");
            let export = export.off_if(none);
            if half(ui, export) {
                let table = csv::table(&spend.charges, |charge| voice_of(charge, cx.jobs, cx.store));
                let name = format!("mouthpiece spending {}.csv", spend.month);
                self.export
                    .ask(cx, &name, &[("CSV table", "csv")], move |to| saving::text(to, &table, Readers::AsAnyFile));
            }
        });
    }
}

/// The months with charges before and after one; this month is the last.
fn neighbours(this: &Spend, shown: &str) -> (Option<String>, Option<String>) {
    let mut months: Vec<&str> = this.months.iter().map(String::as_str).chain([this.month.as_str()]).collect();
    months.sort_unstable();
    let earlier = months.iter().rfind(|month| **month < shown);
    let later = months.iter().find(|month| **month > shown);
    (earlier.map(|month| (*month).to_owned()), later.map(|month| (*month).to_owned()))
}

/// The voice of a lip sync's charge, through the take it was made with.
fn voice_of(charge: &Charge, jobs: &Jobs, store: &Store) -> Option<String> {
    match &jobs.get(&charge.job)?.request {
        Request::LipSync(sync) => store.take(sync.voice.take_id()?).map(|take| store.voice_of_take(take).to_owned()),
        Request::Speak(speak) => Some(store.voice_name(&speak.voice_id, &speak.voice_name).to_owned()),
        Request::Clone(clone) => Some(clone.name.clone()),
    }
}

/// The sum, how sure it is, and the limits.
fn total_ui(ui: &mut Ui, spend: &Spend) {
    let (total, limits) = (spend.total(), spend.limits);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(text::display(format::cost(total)));
        if let Some(stop) = limits.stop_usd {
            ui.support(format!("of {}", format::price(stop)));
        }
    });
    if let Some(whole) = limits.stop_usd.or(limits.warn_usd).filter(|whole| *whole > 0.0) {
        limit_bar_ui(ui, total / whole, limits.warn_usd.map(|warn| warn / whole));
    }
    let limit = |usd: f64| format::price(usd).trim_end_matches(".00").to_owned();
    let words = match (limits.warn_usd, limits.stop_usd) {
        (Some(warn), Some(stop)) => format!("Warns at {}, stops at {}", limit(warn), limit(stop)),
        (Some(warn), None) => format!("Warns at {}", limit(warn)),
        (None, Some(stop)) => format!("Stops at {}", limit(stop)),
        (None, None) => "No limit is set".to_owned(),
    };
    let used = limits.stop_usd.filter(|stop| *stop > 0.0).map(|stop| format!("{} used", format::share(total / stop)));
    layout::pair_ui(ui, &used.unwrap_or_default(), text::small(words).color(ui.tokens().text.hint));
    let estimated = total - spend.said();
    if estimated > 0.000_001 {
        ui.hint(format!("{} of it is estimated until the service says the price", format::price(estimated)));
    }
    if spend.stops(None) {
        notice::note_ui(ui, Note::Danger, "The limit is reached.", "Nothing more is sent this month.");
    } else if spend.warns(None) {
        notice::note_ui(ui, Note::Warning, "The warning is passed.", "");
    }
}

/// 8 high, with a mark where the warning comes.
#[expect(clippy::cast_possible_truncation, reason = "parts of a bar")]
fn limit_bar_ui(ui: &mut Ui, used: f64, warn: Option<f64>) {
    let response =
        progress::bar_sized(ui, "Part of the limit that is used", Bar::Known(used.clamp(0.0, 1.0) as f32), 8.0);
    let rect = response.rect;
    if let Some(warn) = warn.filter(|warn| *warn < 1.0) {
        let x = rect.left() + rect.width() * warn as f32;
        let mark = rect.expand2(vec2(0.0, 2.0));
        ui.painter().vline(x, mark.y_range(), Stroke::new(2.0, ui.tokens().warning.ink));
    }
}

fn parts_ui(ui: &mut Ui, title: &str, parts: &[Part], priced: bool) {
    let t = ui.tokens();
    ui.label(text::label(title).color(t.text.support));
    if parts.is_empty() {
        ui.hint("Nothing yet");
    }
    let most = parts.iter().map(|part| part.usd).fold(0.0, f64::max);
    for part in parts.iter().take(MOST) {
        part_ui(ui, part, most, priced);
    }
    if parts.len() > MOST {
        ui.hint(format!("{} more in the CSV", parts.len() - MOST));
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a part of a bar")]
fn part_ui(ui: &mut Ui, part: &Part, most: f64, priced: bool) {
    let t = ui.tokens();
    let price = match part.usd {
        _ if part.usd <= 0.0 && part.unknown > 0 => "no price".to_owned(),
        usd => format::cost(usd),
    };
    let jobs = format::count(part.jobs.try_into().unwrap_or(u64::MAX), "job", "jobs");
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 16.0;
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                // Without prices the number of jobs stands in their place.
                if priced {
                    ui.label(text::mono(price))
                } else {
                    ui.hint(&jobs)
                };
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    truncate::name_ui(ui, &part.name, Type::Body, t.text.main);
                });
            });
        });
        if !priced {
            return;
        }
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let right = Layout::right_to_left(Align::Center);
                ui.allocate_ui_with_layout(vec2(56.0, 16.0), right, |ui| {
                    ui.set_min_width(56.0);
                    ui.hint(jobs);
                });
                if part.usd > 0.0 {
                    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 4.0), Sense::hover());
                    progress::paint_part(ui, rect, 0.0, (part.usd / most) as f32, t.text.support);
                }
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_without_charges_are_passed_over_and_this_one_is_the_last() {
        let this =
            Spend { month: "2026-11".into(), months: vec!["2026-09".into(), "2025-12".into()], ..Spend::default() };
        let of = |shown: &str| neighbours(&this, shown);
        assert_eq!(of("2026-11"), (Some("2026-09".into()), None));
        assert_eq!(of("2026-09"), (Some("2025-12".into()), Some("2026-11".into())));
        assert_eq!(of("2025-12"), (None, Some("2026-09".into())));
    }
}
