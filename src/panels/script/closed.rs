//! A line that is not worked on: its text in a row, and below it how it stands.

use egui::{Align, Layout, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, vec2};

use super::column::{CLOSED, Wish};
use super::index::Index;
use super::{ScriptPanel, chips, row, rules};
use crate::jobs::State;
use crate::library::{Line, Take};
use crate::panels::{Command, Cx, Sound, speech};
use crate::script::{self, pauses};
use crate::ui::theme::{Look as _, radius};
use crate::ui::truncate::name_ui;
use crate::ui::{Button, IconButton, PlayButton, Type, format, icons, layout, paint, space, text};

/// Where the text begins, and where the block ends at the right.
pub const LEFT: f32 = 37.0;
pub const RIGHT: f32 = 13.0;

impl ScriptPanel {
    /// Draws a closed line; its place on the screen.
    pub(super) fn closed_ui(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'_>,
        (at, index): (usize, &Index),
        wishes: &mut Vec<Wish>,
    ) -> Rect {
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), CLOSED));
        // The line's own id, which is the same wherever it is moved.
        let response = ui.interact(rect, ui.scope_id().with("row"), Sense::click());
        // What is scrolled away is not laid out.
        let Some(line) = cx.store.flow.lines.all().get(at).filter(|_| ui.is_rect_visible(rect)).cloned() else {
            return rect;
        };
        let take = shown_take(cx, &line, index.of(at)).cloned();
        let name = spoken(at, &line, take.as_ref());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::ListItem, true, &name));
        let t = ui.tokens();
        let fill = if response.hovered() { t.fill.surface_2 } else { t.fill.surface };
        ui.painter().rect(rect, radius::CARD, fill, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
        if response.has_focus() {
            paint::focus_inside(ui.painter(), rect, radius::CARD, t);
        }
        let text = Rect::from_min_max(rect.min + vec2(LEFT, 13.0), rect.max - vec2(RIGHT, 43.0));
        let words = if line.text.trim().is_empty() { "Nothing written yet" } else { line.text.trim() };
        let ink = if line.text.trim().is_empty() { t.text.hint } else { t.text.main };
        chips::one_line_ui(ui, &words.replace('\n', " "), ink, text);
        let foot = Rect::from_min_max(rect.min + vec2(LEFT, 36.0), rect.max - vec2(RIGHT, 9.0));
        let inner = &mut ui.new_child(UiBuilder::new().max_rect(foot).layout(Layout::left_to_right(Align::Center)));
        inner.spacing_mut().item_spacing.x = space::S;
        self.closed_foot_ui(inner, cx, (at, &line), take.as_ref(), wishes);
        self.gutter_ui(ui, cx, at, rect, wishes);
        let opens = response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::ArrowRight));
        if response.clicked() || opens {
            wishes.push(Wish::Activate(line.id.clone()));
        }
        if response.has_focus()
            && let Some(down) = super::column::alt_arrow(ui)
            && let Some(to) = super::column::next_place(at, cx.store.flow.lines.len(), down)
        {
            response.scroll_to_me(None);
            wishes.push(Wish::Edit(vec![super::edits::Edit::Move { id: line.id, to }]));
        }
        rect
    }

    fn closed_foot_ui(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'_>,
        (at, line): (usize, &Line),
        take: Option<&Take>,
        wishes: &mut Vec<Wish>,
    ) {
        let jobs = self.jobs_of(cx, line);
        if let Some(job) = jobs.first() {
            if let State::Running(step) = job.state {
                Self::running_line_ui(ui, cx, job, step);
            } else {
                self.failed_line_ui(ui, cx, job, at);
            }
            return;
        }
        let t = ui.tokens();
        let Some(take) = take else {
            ui.hint(none_yet(cx, line));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let why = rules::why_not_line(cx.store, cx.jobs, line);
                let speak =
                    Button::secondary("Speak").small().icon(icons::MICROPHONE_STAGE).off_if(why.as_deref()).show(ui);
                name(ui, &speak, &format!("Speak line {}", at + 1));
                if speak.clicked() {
                    wishes.push(Wish::Speak(line.id.clone()));
                }
            });
            return;
        };
        let playing = cx.player.is_playing(&row::key(&take.id));
        let words = if playing { "Pause" } else { "Play" };
        if PlayButton::new(&format!("{words} {}", cx.store.take_label(take)), playing).size(28.0).show(ui).clicked() {
            cx.commands.push(Command::HearTake(take.id.clone()));
        }
        ui.add_space(2.0);
        name_ui(ui, &take.title(), Type::Small, t.text.support);
        ui.add_space(space::S);
        self.small_wave_ui(ui, cx, take);
        ui.label(text::mono(format::time_code(take.secs())).color(t.text.support));
        if !rules::is_current(cx.store, line, take) {
            let words = if take.script.trim() != line.text.trim() {
                "Text changed"
            } else if speech::says(cx.store, &line.text, take) {
                "Other voice"
            } else {
                "Said differently now"
            };
            ui.label(text::small(words).color(t.warning.ink));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = format!("Show takes of line {}", at + 1);
            let open = IconButton::new(icons::CARET_DOWN, &name).small().key("Right");
            if open.show(ui).clicked() {
                wishes.push(Wish::Activate(line.id.clone()));
            }
            let count = script::characters(&line.text) as u64;
            ui.hint(format::count(count, "character", "characters"));
        });
    }

    fn small_wave_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, take: &Take) {
        let width = if layout::is_narrow(ui) { 110.0 } else { 150.0 };
        ui.allocate_ui(vec2(width, 16.0), |ui| {
            ui.set_width(width);
            let sound: Sound = self.pictures.sound(ui.ctx(), cx.runtime, take.audio());
            let name = format!("Sound of {}", cx.store.take_label(take));
            let played = cx.player.progress(&row::key(&take.id)).unwrap_or(0.0);
            sound.waveform(&name).height(16.0).played(played).show(ui);
        });
    }
}

/// The take that stands for a line: the one that was chosen, else its newest.
pub fn shown_take<'a>(cx: &'a Cx<'_>, line: &Line, takes: &[usize]) -> Option<&'a Take> {
    let chosen = line.take_id.as_deref();
    let of_line = || takes.iter().filter_map(|place| cx.store.takes.get(*place));
    of_line().find(|take| chosen == Some(take.id.as_str())).or_else(|| of_line().next())
}

/// A button whose words are those of others too is told apart by its name.
pub fn name(ui: &Ui, response: &egui::Response, name: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
}

/// What screen readers say about the line.
fn spoken(at: usize, line: &Line, take: Option<&Take>) -> String {
    let text = script::excerpt(&pauses::readable(&line.text), 80);
    let text = text.trim_end_matches('.');
    let take = take.map_or_else(
        || "No take yet".to_owned(),
        |take| format!("{}, {}", take.title(), format::time_code(take.secs())),
    );
    format!("Line {}: {text}. {take}", at + 1)
}

/// What is said of a line without a take.
pub fn none_yet(cx: &Cx<'_>, line: &Line) -> String {
    if crate::panels::speech::voice_of(cx.store, line).is_none() {
        return "No take yet. Choose a voice first.".to_owned();
    }
    match script::characters(&line.text) {
        0 => "No take yet. Write the line, then speak it.".to_owned(),
        1 => "No take yet. Speaking it uses 1 character.".to_owned(),
        count => format!("No take yet. Speaking it uses {} characters.", format::thousands(count as u64)),
    }
}
