//! The card about saved files: the folder, the names, and the take beside the video.

use std::path::PathBuf;

use egui::text::LayoutJob;
use egui::{Align, Layout, Sense, Stroke, StrokeKind, Ui, UiBuilder, vec2};

use super::name_field::name_field_ui;
use super::{Cx, card_ui};
use crate::runtime::Task;
use crate::settings::{NameFacts, NamePart, Naming};
use crate::store::clean_name;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Choice, Type, chip, icons, layout, radius, space, text, truncate};

/// The card.
#[derive(Default)]
pub(super) struct FilesCard {
    choosing: Option<Task<Option<PathBuf>>>,
    /// The pattern as it is typed; `None` while it is not.
    typed: Option<String>,
}

impl FilesCard {
    pub(super) fn logic(&mut self, cx: &mut Cx<'_>) {
        if let Some(chosen) = self.choosing.as_mut().and_then(Task::take) {
            self.choosing = None;
            match chosen {
                Ok(Some(folder)) => cx.settings.output = Some(folder),
                Ok(None) => {}
                Err(error) => cx.commands.complain("Could not open the folder dialog", error),
            }
        }
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        card_ui(ui, icons::FOLDER_OPEN, "Saved files", |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            self.folder_ui(ui, cx);
            self.name_ui(ui, cx);
            layout::line_ui(ui);
            Choice::toggle("Save the take as WAV beside the video").show(ui, &mut cx.settings.save_take_wav);
        });
    }

    fn folder_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let folder = cx.settings.output_folder();
        let chosen = cx.settings.output.is_some();
        let usual = label_ui(ui, "Folder", |ui| chosen && Button::link("Use the usual folder").show(ui).clicked());
        if usual {
            cx.settings.output = None;
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let choose = Button::secondary("Choose").busy(self.choosing.is_some(), "Choosing");
                if choose.show(ui).clicked() {
                    self.choosing = Some(cx.files.pick_folder(cx.runtime, &folder));
                }
                place_ui(ui, &folder.display().to_string());
            });
        });
    }

    fn name_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        label_ui(ui, "File name", |ui| drop(ui.hint("Click a part to add it")));
        let mut pattern = self.typed.clone().unwrap_or_else(|| cx.settings.name_parts.pattern().to_owned());
        let before = pattern.clone();
        let naming = Naming::new(&pattern);
        let response = name_field_ui(ui, "File name", &mut pattern, naming.is_some());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.spacing_mut().interact_size.y = 20.0;
            for part in NamePart::ALL {
                let has = pattern.contains(&part.token());
                let button = chip::tag_button(ui, part.word(), false);
                let tip = if has { "It is part of the name; a click adds it once more" } else { "Adds it to the name" };
                if button.on_hover_text(tip).clicked() {
                    add(&mut pattern, part);
                }
            }
        });
        if pattern != before {
            self.typed = Some(pattern.clone());
        } else if !response.has_focus() {
            // What can't be used is gone with the cursor.
            self.typed = None;
        }
        let Some(naming) = Naming::new(&pattern) else {
            let words = "A name needs at least one part or letter, and at most 200. The last one is used.";
            ui.label(text::small(words).color(ui.tokens().danger.ink));
            return;
        };
        let own = naming != Naming::default();
        let words = example(ui, &naming);
        let usual = line_ui(ui, words, |ui| own && Button::link("Use the usual name").show(ui).clicked());
        if usual {
            self.typed = None;
        }
        cx.settings.name_parts = if usual { Naming::default() } else { naming };
    }
}

/// The name of a field, and what stands at the right end of its line.
fn label_ui<R>(ui: &mut Ui, name: &str, right: impl FnOnce(&mut Ui) -> R) -> R {
    let words = text::runs([(Type::Label, ui.tokens().text.support, name)]);
    line_ui(ui, words, right)
}

/// A line 16 high, whatever can be pressed at its right end.
fn line_ui<R>(ui: &mut Ui, words: LayoutJob, right: impl FnOnce(&mut Ui) -> R) -> R {
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
    let part = |ui: &mut Ui, rect, layout| ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    let mut end = part(ui, line.expand2(vec2(0.0, 8.0)), Layout::right_to_left(Align::Center));
    let result = right(&mut end);
    let room = line.with_max_x((end.min_rect().left() - space::S).max(line.left()));
    part(ui, room, Layout::left_to_right(Align::Center)).add(egui::Label::new(words).truncate());
    result
}

/// Adds a part at the end, apart from what is there.
fn add(pattern: &mut String, part: NamePart) {
    if pattern.ends_with(|end: char| end.is_alphanumeric() || end == '}') {
        pattern.push('_');
    }
    pattern.push_str(&part.token());
}

/// What a name looks like by this pattern.
fn example(ui: &Ui, naming: &Naming) -> LayoutJob {
    let facts = NameFacts {
        video: "launch-teaser-v4".into(),
        voice: Some("mara".into()),
        take: Some(3),
        date: "2026-11-22".into(),
        flow: "Launch teaser".into(),
        model: "lipsync-2".into(),
    };
    let t = ui.tokens();
    let name = format!("{}.mp4", clean_name(&naming.stem(&facts)));
    text::runs([(Type::Small, t.text.hint, "Example: "), (Type::Small, t.text.main, name.as_str())])
}

/// A path in what looks like a field, as wide as there is room; its middle gives way.
fn place_ui(ui: &mut Ui, place: &str) {
    let t = ui.tokens();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::hover());
    ui.painter().rect(rect, radius::CONTROL, t.fill.field, Stroke::new(1.0, t.edge.control), StrokeKind::Inside);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, "Folder"));
    let inside = rect.shrink2(vec2(11.0, 0.0));
    let builder = UiBuilder::new().max_rect(inside).layout(Layout::left_to_right(Align::Center));
    truncate::file_name_ui(&mut ui.new_child(builder), place, Type::MonoLarge, t.text.main);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_added_apart_from_what_is_there() {
        let mut pattern = "{video}".to_owned();
        add(&mut pattern, NamePart::Date);
        assert_eq!(pattern, "{video}_{date}");
        pattern.push_str(" - ");
        add(&mut pattern, NamePart::Take);
        assert_eq!(pattern, "{video}_{date} - {take}");
        let mut empty = String::new();
        add(&mut empty, NamePart::Flow);
        assert_eq!(empty, "{flow}");
    }
}
