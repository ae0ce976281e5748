//! The card "Sample check": what was measured in the chosen part, and what can be mended.

use egui::{Align, Layout, Ui, UiBuilder, vec2};

use super::ClonePanel;
use super::trimming::needs_level;
use crate::jobs::cuts::Order;
use crate::media::player::{Source, Track};
use crate::media::sample::Polish;
use crate::media::survey::{Check, Grade};
use crate::panels::Cx;
use crate::store::MediaFile;
use crate::ui::choice::Choice;
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, Type, icons, layout, notice, space, text, trim};

/// Of a row.
const ROW: f32 = 33.0;
/// The same in a low window.
const LOW_ROW: f32 = 27.0;
/// Where the measured values begin, and what is kept for the grades at the end.
const VALUE: f32 = 164.0;
const GRADE: f32 = 44.0;
/// Narrower cards have the measured value in the tooltip.
const WITH_VALUE: f32 = 300.0;

impl ClonePanel {
    pub(super) fn facts_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        let t = ui.tokens();
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.horizontal(|ui| {
            layout::section_ui(ui, "Sample check");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                name_ui(ui, "Measured on this computer", Type::Small, t.text.hint);
            });
        });
        if file.probe.audio.is_none() || self.trimming.heard.error().is_some() {
            ui.hint("The sound can't be read here, so nothing could be measured. The whole file can still be sent.");
            return;
        }
        let words = self.trimming.heard.words();
        let Some(measures) = self.trimming.measures(file, &cx.store.flow.sample) else {
            notice::loading_ui(ui, &words);
            return;
        };
        ui.spacing_mut().item_spacing.y = 0.0;
        let checks = measures.checks();
        let row = if ui.ctx().content_rect().height() < 720.0 { LOW_ROW } else { ROW };
        for check in &checks {
            check_ui(ui, check, row);
        }
        ui.add_space(space::XS);
        // The worst one first: one thing to do at a time.
        let worst = [Grade::Poor, Grade::Fair].into_iter().find_map(|grade| {
            let mut of_grade = checks.iter().filter(|check| check.grade == grade);
            of_grade.find_map(|check| check.advice.as_deref())
        });
        if let Some(advice) = worst {
            ui.hint(advice);
        }
        // Elsewhere it stands in the head of the waveform.
        if ui.ctx().content_rect().height() < 720.0 {
            ui.add_space(space::XS);
            trim::legend_ui(ui, &self.trimming.stretches);
        }
    }

    /// The room the switches below take.
    pub(super) fn mending_height(&mut self, cx: &Cx<'_>, file: &MediaFile) -> f32 {
        match self.trimming.measures(file, &cx.store.flow.sample) {
            Some(measures) => {
                let rows = u8::from(measures.hum_hz.is_some()) + u8::from(needs_level(measures));
                if rows == 0 { 0.0 } else { 17.0 + 36.0 * f32::from(rows) }
            }
            None => 0.0,
        }
    }

    /// What can be mended in the part, and hearing what comes of it.
    pub(super) fn mending_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        let Some(measures) = self.trimming.measures(file, &cx.store.flow.sample).cloned() else { return };
        let choice = &mut cx.store.flow.sample;
        let off = choice.whole.then_some("Only for the part");
        let (hum, level) = (measures.hum_hz.is_some(), needs_level(&measures));
        if !hum && !level {
            return;
        }
        layout::line_ui(ui);
        ui.add_space(space::S);
        let mut hear = None;
        if hum && switch_ui(ui, "Filter out the hum", &mut choice.hum, off) {
            hear = Some(Polish { hum: measures.hum_hz, level: level && choice.level });
        }
        if level && switch_ui(ui, "Bring to a good level", &mut choice.level, off) {
            hear = Some(Polish { hum: measures.hum_hz.filter(|_| choice.hum), level: true });
        }
        if let Some(polish) = hear {
            self.hear(cx, file, polish);
        }
        self.play_both(cx);
    }

    /// Has the part cut as it was recorded and with these things mended, to hear both.
    fn hear(&mut self, cx: &Cx<'_>, file: &MediaFile, polish: Polish) {
        let part = self.trimming.part(file, &cx.store.flow.sample);
        let order = |polish| Order {
            path: file.path.clone(),
            stamp: file.probe.stamp(),
            part,
            polish,
            is_all: part.secs() >= self.trimming.length(file) - 0.05,
        };
        self.trimming.hearing = Some([order(Polish::default()), order(polish)]);
        self.trimming.cutting.again();
    }

    /// Plays both as soon as they are cut, the mended one first; X switches.
    fn play_both(&mut self, cx: &mut Cx<'_>) {
        let trimming = &mut self.trimming;
        let Some([plain, mended]) = &trimming.hearing else { return };
        let (Some(one), Some(other)) = (trimming.cutting.get(plain), trimming.cutting.get(mended)) else { return };
        let track = |title: &str, cut: &crate::jobs::cuts::Cut| Track {
            key: format!("cut:{}", cut.path.display()),
            title: title.to_owned(),
            subtitle: "Sample".to_owned(),
            source: Source::File(cut.path.clone()),
        };
        cx.player.compare(track("As recorded", one), track(mended_words(mended.polish), other), [0.0, 0.0]);
        cx.player.switch();
        trimming.hearing = None;
    }
}

/// What was mended.
fn mended_words(polish: Polish) -> &'static str {
    match (polish.hum.is_some(), polish.level) {
        (true, false) => "Without the hum",
        (true, true) => "Without the hum, at a good level",
        (false, _) => "At a good level",
    }
}

/// A switch at the left and "Hear it" at the right. True when that was pressed.
fn switch_ui(ui: &mut Ui, label: &str, on: &mut bool, off: Option<&str>) -> bool {
    let mut heard = false;
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 32.0), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S + 2.0;
        let switch = Choice::toggle(label).hide_label().off_if(off).show(ui, on);
        let words = ui.label(text::body(label)).interact(egui::Sense::CLICK);
        if words.clicked() && off.is_none() {
            *on = !*on;
        }
        drop(switch);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = format!("Hear it: {label}");
            let hear = Button::ghost("Hear it")
                .small()
                .icon(icons::EAR)
                .tip("Plays both; X switches between them")
                .off_if(off)
                .show(ui);
            ui.ctx().accesskit_node_builder(hear.id, |node| node.set_description(name));
            heard = hear.clicked();
        });
    });
    ui.add_space(space::XS);
    heard
}

fn check_ui(ui: &mut Ui, check: &Check, height: f32) {
    let t = ui.tokens();
    let (icon, ink, word) = match check.grade {
        Grade::Good => (icons::CHECK_CIRCLE_FILL, t.success.ink, "Good"),
        Grade::Fair => (icons::WARNING_FILL, t.warning.ink, "Fair"),
        Grade::Poor => (icons::WARNING_CIRCLE_FILL, t.danger.ink, "Poor"),
    };
    let (rect, row) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
    let place = |from: f32, to: f32| {
        let rect = egui::Rect::from_x_y_ranges(
            (rect.left() + from)..=(rect.left() + to).max(rect.left() + from),
            rect.y_range(),
        );
        UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center))
    };
    // In columns of their own: values and grades are compared, not read one by one.
    let (width, has_value) = (rect.width(), rect.width() >= WITH_VALUE);
    let label_end = if has_value { VALUE - space::S } else { width - GRADE };
    icon.show(&mut ui.new_child(place(0.0, 18.0)), 18.0, ink);
    name_ui(&mut ui.new_child(place(28.0, label_end)), check.label, Type::Body, t.text.main);
    if has_value {
        name_ui(&mut ui.new_child(place(VALUE, width - GRADE)), &check.value, Type::Body, t.text.support);
    }
    let end = place(width - GRADE, width).layout(Layout::right_to_left(Align::Center));
    ui.new_child(end).label(text::body(word).color(ink));
    let tip = match &check.advice {
        Some(advice) => format!("{}. {advice}", check.value),
        None => check.value.clone(),
    };
    row.on_hover_text(text::small(tip));
}
