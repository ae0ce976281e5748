//! Beside the lines: the voice, its settings, words that are said differently, and the script as a whole.

use egui::{Align, Frame, Layout, Margin, Panel as Side, ScrollArea, Ui, vec2};

use super::index::Index;
use super::{ScriptPanel, batch};
use crate::panels::Cx;
use crate::script;
use crate::store::{Flow, Store};
use crate::ui::slider::Slider;
use crate::ui::theme::Look as _;
use crate::ui::{Choice, MenuItem, format, layout, select, space, text, toast};

/// Which of the two settings.
#[derive(Clone, Copy, PartialEq)]
enum Setting {
    Stability,
    Similarity,
}

impl ScriptPanel {
    pub(super) fn aside_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, index: &Index) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let foot = Frame::new().inner_margin(Margin { left: 0, right: 0, top: 12, bottom: 0 });
        let foot = Side::bottom("script aside foot").resizable(false).frame(foot).show_separator_line(false);
        let foot = foot.show(ui, |ui| self.join_ui(ui, cx));
        toast::keep_clear(ui, foot.response.rect);
        ScrollArea::vertical().id_salt("aside").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            ui.add_space(-3.0);
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.y = 5.0;
                same_ui(ui, cx);
                self.voice_ui(ui, cx);
            });
            section_line_ui(ui);
            let flow = &mut cx.store.flow;
            setting_ui(ui, flow, Setting::Stability, 0.5, ["More varied", "Steadier"]);
            ui.add_space(space::XS);
            setting_ui(ui, flow, Setting::Similarity, 0.75, ["Looser", "Closer to the sample"]);
            every_line_ui(ui, flow);
            section_line_ui(ui);
            self.say_ui(ui, cx);
            section_line_ui(ui);
            whole_ui(ui, cx, index);
            if !layout::is_narrow(ui) {
                section_line_ui(ui);
            }
        });
    }
}

/// A line across the whole panel.
fn section_line_ui(ui: &mut Ui) {
    ui.add_space(6.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), egui::Sense::hover());
    layout::rule(ui, rect.center().y);
    ui.add_space(5.0);
}

/// "Voice", and whether one speaks every line.
fn same_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = ui.tokens();
    ui.spacing_mut().interact_size.y = 18.0;
    ui.horizontal(|ui| {
        ui.label(text::label("Voice").color(t.text.support));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let same = cx.store.flow.same_for_all;
            let words = if same { "Same for all lines" } else { "Only for this line" };
            let shown = egui::Label::new(text::small(words).color(t.text.hint)).sense(egui::Sense::click());
            let response = ui.add(shown).on_hover_cursor(egui::CursorIcon::PointingHand);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, words));
            if response.has_focus() {
                crate::ui::paint::focus_ring(ui.painter(), response.rect, 4, t);
            }
            let chosen = select::menu(&response, |ui| {
                let all = MenuItem::new("Same for all lines").on(same).show(ui).clicked();
                let one = MenuItem::new("Only for this line").on(!same).show(ui).clicked();
                all.then_some(true).or(one.then_some(false))
            });
            if let Some(same) = chosen.flatten() {
                set_same(cx.store, same);
            }
        });
    });
}

/// One voice for every line is that of the line that is worked on; voices of their own begin with it.
fn set_same(store: &mut Store, same: bool) {
    let voice = crate::panels::speech::voice_of(store, store.flow.lines.active());
    let flow = &mut store.flow;
    if same == flow.same_for_all {
        return;
    }
    flow.same_for_all = same;
    if same {
        flow.voice = voice;
        flow.lines.all_mut().iter_mut().for_each(|line| line.voice_id = None);
    }
}

/// A setting from 0 to 1 that keeps two decimals: that of the line, where it has its own.
#[expect(clippy::cast_possible_truncation, reason = "two decimals between 0 and 1")]
fn setting_ui(ui: &mut Ui, flow: &mut Flow, which: Setting, usual: f32, [low, high]: [&str; 2]) {
    let line = flow.lines.active_mut();
    let (name, own, of_flow) = match which {
        Setting::Stability => ("Stability", &mut line.stability, &mut flow.stability),
        Setting::Similarity => ("Similarity", &mut line.similarity, &mut flow.similarity),
    };
    let value = own.as_mut().unwrap_or(of_flow);
    let mut shown = *value as f32;
    if Slider::new(name, &mut shown, 0.0..=1.0).reset(usual).ends(low, high).show(ui).changed() {
        *value = (f64::from(shown) * 100.0).round() / 100.0;
    }
}

/// Whether the settings are those of every line.
fn every_line_ui(ui: &mut Ui, flow: &mut Flow) {
    let line = flow.lines.active();
    let mut all = line.stability.is_none() && line.similarity.is_none();
    if !Choice::check("Use these for every line").show(ui, &mut all).changed() {
        return;
    }
    let (stability, similarity) = (flow.stability, flow.similarity);
    if all {
        let line = flow.lines.active();
        (flow.stability, flow.similarity) =
            (line.stability.unwrap_or(stability), line.similarity.unwrap_or(similarity));
        for line in flow.lines.all_mut() {
            (line.stability, line.similarity) = (None, None);
        }
    } else {
        let line = flow.lines.active_mut();
        (line.stability, line.similarity) = (Some(stability), Some(similarity));
    }
}

/// How far the script is.
fn whole_ui(ui: &mut Ui, cx: &Cx<'_>, index: &Index) {
    let t = ui.tokens();
    ui.spacing_mut().interact_size.y = 16.0;
    ui.label(text::label("Whole script").color(t.text.support));
    // With the silence behind every line but the last.
    let (mut with, mut secs, mut pause) = (0_usize, 0.0, 0.0);
    let lines = cx.store.flow.lines.all();
    for (at, line) in lines.iter().enumerate() {
        if let Some(take) = super::closed::shown_take(cx, line, index.of(at)) {
            (with, secs) = (with + 1, secs + pause + take.secs());
            pause = line.pause_secs.unwrap_or(cx.store.flow.pause_secs);
        }
    }
    let left: u64 = batch::unspoken(cx.store, index).map(|line| script::characters(&line.text) as u64).sum();
    let value = |words: String| text::small(words).color(t.text.main);
    layout::pair_ui(ui, "Lines with a take", value(format!("{with} of {}", lines.len())));
    layout::pair_ui(ui, "Length so far", value(format::time_code(secs)));
    layout::pair_ui(ui, "Left to speak", value(format::count(left, "character", "characters")));
}
