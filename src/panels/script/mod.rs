//! The script page: a voice, a line, and the takes of it. Speaking is a job; its row stands among the takes until
//! the take is there.

mod compare;
mod export;
mod join;
mod keys;
mod line;
mod row;
mod rules;
mod takes;
mod trim;
mod voice;
mod waiting;

use egui::{CentralPanel, Frame, Margin, Panel as Side, ScrollArea, Ui};

use super::{Cx, Panel, Pictures, limits, speech};
use crate::jobs::{Job, Outcome, Request, State};
use crate::store::Store;
use crate::ui::slider::Slider;
use crate::ui::theme::Look as _;
use crate::ui::{layout, space};

use compare::Compare;
use export::Export;
use join::Join;
use trim::Trims;

/// Width of the panel with voice and settings, and of the same in a narrow window.
const ASIDE: f32 = 308.0;
const ASIDE_NARROW: f32 = 264.0;
/// Lines longer than this are hard to read.
const COLUMN: f32 = 980.0;

/// The script page.
#[derive(Default)]
pub struct ScriptPanel {
    /// What is searched for in the voice picker.
    search: String,
    /// Speak jobs that failed or were stopped while the program ran, until they are dealt with.
    failures: Vec<String>,
    /// The voice at the last drawing; another one puts the cursor into the line.
    voice_seen: Option<String>,
    /// The pass in which the page was last drawn: a gap means that it has just been opened.
    drawn_at: u64,
    pictures: Pictures,
    compare: Compare,
    trims: Trims,
    export: Export,
    join: Join,
    /// Id of the take whose row has the focus.
    row_in_hand: Option<String>,
}

impl Panel for ScriptPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        cx.store.voices.ensure(|| cx.runtime.spawn(cx.client.voices()));
        for job in cx.jobs.news() {
            match (&job.request, &job.state) {
                (Request::Speak(_), State::Done(Outcome::Take(take))) if rules::is_chosen(cx.store, take) => {
                    cx.store.flow.set_take(Some(take.id.clone()));
                }
                (Request::Speak(_), State::Failed(_) | State::Stopped) => self.failures.push(job.id.clone()),
                _ => {}
            }
        }
        self.failures.retain(|id| cx.jobs.get(id).is_some_and(|job| !job.is_running()));
        self.pictures.keep_in(cx.store.cache_dir());
        for id in self.trims.work(cx) {
            self.compare.forget(&id, cx);
            if cx.player.now().is_some_and(|now| now.key == row::key(&id)) {
                cx.player.stop();
            }
        }
        self.export.work(cx);
        self.compare.work(cx);
        self.join.work();
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        Frame::new().inner_margin(Margin::symmetric(24, 0)).show(ui, |ui| {
            let title = cx.store.flow.name.clone();
            layout::page_head_ui(ui, &title, |ui| drop(ui.hint("Saved as you type")), |_| {});
        });
        ui.spacing_mut().item_spacing.y = 0.0;
        self.row_in_hand = None;
        layout::line_ui(ui);
        let drawn = if layout::is_narrow(ui) { ASIDE_NARROW } else { layout::inspector_width(ui, ASIDE) };
        let aside = layout::inspector_frame(ui);
        Side::right("script aside").resizable(false).exact_size(drawn).frame(aside).show(ui, |ui| {
            let foot = Frame::new().inner_margin(Margin { left: 0, right: 0, top: 12, bottom: 0 });
            Side::bottom("script aside foot").resizable(false).frame(foot).show_separator_line(false).show(ui, |ui| {
                if join::button_ui(ui, cx.store) {
                    self.join.open(cx.store);
                }
            });
            ScrollArea::vertical().id_salt("aside").auto_shrink(false).show(ui, |ui| self.aside_ui(ui, cx));
        });
        CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
            ScrollArea::vertical().id_salt("lines").auto_shrink(false).show(ui, |ui| {
                Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| self.column_ui(ui, cx));
            });
        });
        self.keys(ui.ctx(), cx);
        self.join.ui(ui.ctx(), cx, &mut self.export);
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        speak(cx);
    }
}

impl ScriptPanel {
    fn aside_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        ui.spacing_mut().item_spacing.y = space::S;
        self.voice_ui(ui, cx);
        ui.add_space(space::L);
        let flow = &mut cx.store.flow;
        setting_ui(ui, "Stability", &mut flow.stability, 0.5, ["More varied", "Steadier"]);
        ui.add_space(space::S);
        setting_ui(ui, "Similarity", &mut flow.similarity, 0.75, ["Looser", "Closer to the sample"]);
    }

    fn column_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let width = ui.available_width();
        let column = width.min(COLUMN);
        ui.horizontal_top(|ui| {
            ui.add_space((width - column) / 2.0);
            ui.vertical(|ui| {
                ui.set_width(column);
                ui.spacing_mut().item_spacing.y = space::S;
                self.card_ui(ui, cx);
                self.others_ui(ui, cx);
            });
        });
    }
}

/// A setting from 0 to 1 that keeps two decimals.
#[expect(clippy::cast_possible_truncation, reason = "two decimals between 0 and 1")]
fn setting_ui(ui: &mut Ui, name: &str, value: &mut f64, usual: f32, [low, high]: [&str; 2]) {
    let mut shown = *value as f32;
    if Slider::new(name, &mut shown, 0.0..=1.0).reset(usual).ends(low, high).show(ui).changed() {
        *value = (f64::from(shown) * 100.0).round() / 100.0;
    }
}

/// Speaks the flow's line, when nothing is missing.
fn speak(cx: &mut Cx<'_>) {
    if rules::why_not(cx.store, cx.jobs).is_none()
        && !limits::holds_back(cx, None)
        && let Some(job) = speech::job(cx.store)
    {
        cx.jobs.start(Request::Speak(job));
    }
}

/// Speak jobs without a take yet that have to be seen: under way, or ended badly in this run of the program.
fn open_jobs<'a>(store: &Store, all: &'a [Job], failures: &[String], of_line: bool) -> Vec<&'a Job> {
    let seen = |job: &&Job| {
        let Request::Speak(request) = &job.request else { return false };
        (job.is_running() || failures.contains(&job.id)) && rules::is_line(&store.flow, request) == of_line
    };
    all.iter().filter(seen).collect()
}
