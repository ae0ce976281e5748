//! The strip at the foot of a page while a sound is loaded. Looks only: it takes what is so and says what was
//! pressed.

use std::ops::Range;

use egui::{Align, Layout, Rect, Stroke, Ui, UiBuilder, vec2};

use super::icons;
use super::text::{self, Type};
use super::theme::Look as _;
use super::waveform::{Bars, Waveform};
use super::{Button, IconButton, PlayButton, Slider, format, segmented, truncate};

/// Height of the strip.
pub const HEIGHT: f32 = 56.0;

/// What the strip shows.
#[derive(Debug, Clone)]
pub struct PlayerView<'a> {
    pub title: &'a str,
    pub detail: &'a str,
    /// Seconds heard.
    pub position: f64,
    /// Seconds in all.
    pub length: f64,
    /// What is played of it, in seconds, when that is not all.
    pub part: Option<Range<f64>>,
    pub peaks: Option<&'a [f32]>,
    pub playing: bool,
    pub repeating: bool,
    pub muted: bool,
    /// 0 to 1.
    pub volume: f32,
    /// The second sound, while two are compared.
    pub compared: Option<Compared<'a>>,
}

/// Two takes side by side: the first is the view's own title and peaks.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    pub title: &'a str,
    pub peaks: Option<&'a [f32]>,
    /// Whether the second is the one heard.
    pub second_heard: bool,
    /// Whether one of them can be kept instead of the other.
    pub can_keep: bool,
    /// Why nothing is heard, in a few words.
    pub missing: Option<&'a str>,
}

/// What was pressed on the strip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlayerPress {
    ToStart,
    Toggle,
    /// To this part of the sound, 0 to 1.
    Seek(f32),
    /// To this second.
    To(f64),
    Repeat,
    Mute,
    /// To this volume, 0 to 1.
    Volume(f32),
    /// Hear the other of two.
    Switch,
    /// Keep the one that is heard.
    Keep,
    Close,
}

/// Draws the strip over the whole width and says what was pressed, if anything. Under 640 it leaves out what has
/// a key: to the start, volume and repeat.
pub fn player_strip_ui(ui: &mut Ui, view: &PlayerView<'_>) -> Option<PlayerPress> {
    let t = ui.tokens();
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), egui::Sense::hover());
    ui.painter().rect_filled(rect, 0, t.fill.surface);
    ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, t.edge.soft));
    let inside = rect.shrink2(vec2(16.0, 0.0));
    let mut pressed = None;
    let builder = UiBuilder::new().max_rect(inside).layout(Layout::left_to_right(Align::Center));
    let ui = &mut ui.new_child(builder);
    ui.spacing_mut().item_spacing.x = 12.0;
    let narrow = rect.width() < 640.0;
    left_ui(ui, view, narrow, &mut pressed);
    let room = ui.available_rect_before_wrap();
    let builder = UiBuilder::new().max_rect(room).layout(Layout::right_to_left(Align::Center));
    let mut right = ui.new_child(builder);
    right_ui(&mut right, view, narrow, &mut pressed);
    let middle = room.with_max_x(right.min_rect().left() - 12.0);
    if middle.width() > 120.0 {
        let builder = UiBuilder::new().max_rect(middle).layout(Layout::left_to_right(Align::Center));
        sound_ui(&mut ui.new_child(builder), view, &mut pressed);
    }
    pressed
}

fn left_ui(ui: &mut Ui, view: &PlayerView<'_>, narrow: bool, pressed: &mut Option<PlayerPress>) {
    let t = ui.tokens();
    if !narrow && IconButton::new(icons::SKIP_BACK_FILL, "To the start").key("Home").small().show(ui).clicked() {
        *pressed = Some(PlayerPress::ToStart);
    }
    let name = if view.playing { "Pause" } else { "Play" };
    if PlayButton::new(name, view.playing).size(36.0).key("Space").show(ui).clicked() {
        *pressed = Some(PlayerPress::Toggle);
    }
    if let Some(other) = view.compared {
        let (first, second) = (format!("A  {}", view.title), format!("B  {}", other.title));
        let mut heard = other.second_heard;
        if segmented::segmented_large_ui(ui, "Heard", &mut heard, &[(false, &first), (true, &second)]) {
            *pressed = Some(PlayerPress::Switch);
        }
        return;
    }
    let width = if narrow { 62.0 } else { 150.0 };
    ui.allocate_ui_with_layout(vec2(width, 36.0), Layout::top_down(Align::Min), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 0.0;
        truncate::name_ui(ui, view.title, Type::Name, t.text.main);
        truncate::name_ui(ui, view.detail, Type::Small, t.text.hint);
    });
}

fn sound_ui(ui: &mut Ui, view: &PlayerView<'_>, pressed: &mut Option<PlayerPress>) {
    let t = ui.tokens();
    ui.label(text::mono(format::time_code(view.position)).color(t.text.support));
    let length = format::time_code(view.length);
    let room = (ui.available_width() - 70.0).max(40.0);
    let height = if view.compared.is_some() { 40.0 } else { 36.0 };
    ui.allocate_ui_with_layout(vec2(room, height), Layout::top_down(Align::Min), |ui| {
        ui.set_width(room);
        ui.spacing_mut().item_spacing.y = 4.0;
        let played = share(view, view.position);
        let part = view.part.as_ref().map(|part| share(view, part.start)..share(view, part.end));
        let mut wave = |name: &str, peaks, height: f32, muted: bool| {
            let mut wave = Waveform::of(name, peaks).bars(Bars::Strip).height(height).muted(muted).seekable();
            if let Some(part) = &part {
                wave = wave.selected(part.clone());
            }
            let shown = wave.played(played).show(ui);
            if part.is_some() {
                paint_playhead(ui, shown.response.rect, played);
            }
            if let Some(part) = shown.seek {
                *pressed = Some(PlayerPress::Seek(part));
            }
        };
        match view.compared {
            Some(other) => {
                wave("Position in A", view.peaks, 18.0, other.second_heard);
                wave("Position in B", other.peaks, 18.0, !other.second_heard);
            }
            None => wave("Position", view.peaks, 36.0, false),
        }
    });
    ui.label(text::mono(length).color(t.text.support));
}

#[expect(clippy::cast_possible_truncation, reason = "a part of one")]
fn share(view: &PlayerView<'_>, secs: f64) -> f32 {
    if view.length > 0.0 { (secs / view.length).clamp(0.0, 1.0) as f32 } else { 0.0 }
}

/// Where a part is shown, its colour can't tell how far it was heard.
fn paint_playhead(ui: &Ui, rect: Rect, played: f32) {
    let x = rect.left() + rect.width() * played;
    ui.painter().vline(x, rect.y_range(), Stroke::new(2.0, ui.tokens().text.main));
}

fn right_ui(ui: &mut Ui, view: &PlayerView<'_>, narrow: bool, pressed: &mut Option<PlayerPress>) {
    let t = ui.tokens();
    let close = if view.compared.is_some() { "Close the comparison" } else { "Close the player" };
    if IconButton::new(icons::X, close).small().show(ui).clicked() {
        *pressed = Some(PlayerPress::Close);
    }
    if let Some(other) = view.compared {
        let keep = if other.second_heard { "Keep B" } else { "Keep A" };
        if other.can_keep && Button::secondary(keep).small().show(ui).clicked() {
            *pressed = Some(PlayerPress::Keep);
        }
        match other.missing {
            Some(words) => ui.label(text::small(words).color(t.warning.ink)),
            None => ui.label(text::small("Press X to switch").color(t.text.hint)),
        };
        return;
    }
    if narrow {
        return;
    }
    let mut volume = view.volume;
    if Slider::new("Volume", &mut volume, 0.0..=1.0).bare(72.0).show(ui).changed() {
        *pressed = Some(PlayerPress::Volume(volume));
    }
    let (icon, name) = if view.muted { (icons::SPEAKER_SLASH, "Unmute") } else { (icons::SPEAKER_HIGH, "Mute") };
    if IconButton::new(icon, name).key("M").small().show(ui).clicked() {
        *pressed = Some(PlayerPress::Mute);
    }
    if IconButton::new(icons::REPEAT, "Repeat").on(view.repeating).key("L").small().show(ui).clicked() {
        *pressed = Some(PlayerPress::Repeat);
    }
}
