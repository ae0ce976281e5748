//! The card with the file, its waveform and what plays it.

use std::path::Path;

use egui::{Align, Layout, Margin, Rect, Sense, Ui, UiBuilder, vec2};

use super::trimming::span;
use super::{ClonePanel, draft};
use crate::error::Error;
use crate::media::Part;
use crate::media::player::{Source, Track};
use crate::panels::{Cx, has_keys};
use crate::store::{LEAST_SECS, MOST_SECS, MediaFile};
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::trim::{self, Edge, Limits, Sound};
use crate::ui::truncate::{file_name_ui, name_ui};
use crate::ui::{Button, IconButton, PlayButton, Trim, Type, button, format, icons, layout, radius, space, text};

/// The rows above and below the waveform.
const HEAD: f32 = 56.0;
const TRANSPORT: f32 = 44.0;
/// Narrower rows leave out the words beside their icons, and the legend.
const WIDE: f32 = 640.0;
const WITH_LEGEND: f32 = 820.0;
/// "Play selection" and "Pause selection".
const PLAY: f32 = 140.0;
/// Everything of the card but the waveform.
pub const REST: f32 = HEAD + Trim::HEAD + TRANSPORT + 4.0;

impl ClonePanel {
    /// The whole card, with a waveform of this height.
    pub(super) fn trim_card_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile, height: f32) {
        let t = ui.tokens();
        let limits = Limits { least: LEAST_SECS, most: MOST_SECS, length: self.trimming.length(file) };
        let drawn = match &file.probe.audio {
            Some(_) => self.seen.pictures.wave(ui.ctx(), cx.runtime, file),
            None => Err(Error::Media(draft::no_sound(file).unwrap_or_default().to_owned())),
        };
        let problem = match drawn {
            Ok(wave) => {
                self.trimming.draw(wave);
                None
            }
            Err(error) => Some(error),
        };
        self.trimming.is_open = true;
        layout::frame(t.fill.surface, t.edge.soft, radius::CARD).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.file_head_ui(ui, cx, file);
            layout::line_ui(ui);
            match problem {
                Some(error) => self.unread_ui(ui, &error, Trim::HEAD + height),
                None if limits.length <= 0.0 => reading_ui(ui, &self.trimming.heard.words(), Trim::HEAD + height),
                None => self.waveform_ui(ui, cx, file, (limits, height)),
            }
            layout::line_ui(ui);
            self.transport_ui(ui, cx, file, limits);
        });
    }

    fn file_head_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        bar_ui(ui, HEAD, |ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(64.0, 36.0), Sense::hover());
            self.thumb_ui(ui, cx, file, rect);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let best = Button::secondary("Pick the best part").small().icon(icons::CROSSHAIR_SIMPLE);
                let tip = "Chooses the part with the clearest speech (B)";
                if best.tip(tip).off_if(self.no_best(file)).show(ui).clicked() {
                    self.pick_best(cx, file);
                }
                ui.add_space(space::XS);
                if ui.available_width() > WITH_LEGEND {
                    ui.spacing_mut().item_spacing.x = space::S;
                    trim::legend_ui(ui, &self.trimming.stretches);
                }
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    let t = ui.tokens();
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.add_space(10.0);
                    file_name_ui(ui, &file.name(), Type::Name, t.text.main);
                    let words = format!("{}. Nothing has been uploaded yet.", facts(file, layout::is_narrow(ui)));
                    name_ui(ui, &words, Type::Small, t.text.hint);
                });
            });
        });
    }

    fn thumb_ui(&mut self, ui: &Ui, cx: &Cx<'_>, file: &MediaFile, rect: Rect) {
        let t = ui.tokens();
        ui.painter().rect_filled(rect, radius::TAG, t.fill.surface_2);
        let picture = match &file.probe.video {
            Some(_) => self.seen.pictures.frame(ui.ctx(), cx.runtime, file, 256),
            None => None,
        };
        let Some(picture) = picture else {
            icons::WAVEFORM.paint(ui.painter(), rect.center(), 18.0, t.text.hint);
            return;
        };
        let image = egui::Image::from_texture(picture).corner_radius(f32::from(radius::TAG));
        let size = picture.size_vec2();
        let scale = (rect.width() / size.x).min(rect.height() / size.y);
        image.paint_at(ui, Rect::from_center_size(rect.center(), size * scale));
    }

    /// Why there is no best part to pick.
    fn no_best(&self, file: &MediaFile) -> Option<&'static str> {
        let heard = &self.trimming.heard;
        if heard.error().is_some() || file.probe.audio.is_none() {
            return Some("The sound of this file can't be read here");
        }
        if heard.survey().is_none() {
            return Some("The sound is still being read");
        }
        (self.trimming.length(file) <= MOST_SECS).then_some("All of the file can be used")
    }

    fn pick_best(&mut self, cx: &mut Cx<'_>, file: &MediaFile) {
        if self.no_best(file).is_none() {
            cx.store.flow.sample.part = None;
            self.trimming.shown = None;
        }
    }

    /// Why the sound is not shown, and what can be done.
    fn unread_ui(&mut self, ui: &mut Ui, error: &Error, height: f32) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        ui.painter().rect_filled(rect, 0, ui.tokens().fill.field);
        let inner = rect.shrink2(vec2(24.0, (height / 2.0 - 60.0).max(8.0)));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(inner));
        if notice::error_ui(&mut ui, error, &["Try again"]) == Some(ErrorPress::Action(0)) {
            self.seen.pictures = super::Pictures::default();
            self.trimming.heard.again();
        }
    }

    fn waveform_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile, (limits, height): (Limits, f32)) {
        let part = self.trimming.part(file, &cx.store.flow.sample);
        if self.trimming.shown.is_none_or(|shown| shown != part && cx.store.flow.sample.part.is_none()) {
            self.trimming.trim.look_at(span(part), limits.length);
        }
        self.trimming.shown = Some(part);
        self.follow_player(cx, file, part);
        let wave = self.trimming.wave.clone();
        let reading = self.trimming.heard.words();
        let is_empty = wave.read_secs() <= 0.0 && !wave.is_done();
        let sound = Sound {
            bars: &|span, count| wave.bars(Part::new(span.from, span.to), count),
            version: self.trimming.version,
            stretches: &self.trimming.stretches,
            playhead: self.trimming.cursor,
            is_playing: cx.player.is_playing(&key(&file.path)),
            instead: is_empty.then_some(reading.as_str()),
        };
        let mut region = span(part);
        let keys = has_keys(ui.ctx()) && !ui.ctx().text_edit_focused();
        let output = self.trimming.trim.show(ui, &mut region, limits, &sound, (height, keys));
        if output.changed {
            cx.store.flow.sample.part = Some(Part::new(region.from, region.to));
        }
        if let Some(secs) = output.seek {
            self.seek(cx, file, secs);
        }
        if keys {
            self.keys(ui, cx, file);
        }
    }

    fn keys(&mut self, ui: &Ui, cx: &mut Cx<'_>, file: &MediaFile) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
        if pressed(egui::Key::B) {
            self.pick_best(cx, file);
        }
        if pressed(egui::Key::L) {
            self.repeat(cx, file);
        }
        // A button that has the focus takes it first.
        let free = ui.memory(|memory| memory.focused().is_none());
        if free && pressed(egui::Key::Space) {
            self.play(cx, file);
        }
    }

    fn transport_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile, limits: Limits) {
        let key = key(&file.path);
        let off = draft::no_sound(file).or((limits.length <= 0.0).then_some("The sound is still being read"));
        let bar = bar_ui(ui, TRANSPORT, |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let is_compact = ui.available_width() < WIDE;
            self.play_ui(ui, cx, file, off, is_compact);
            if !is_compact {
                button::divider(ui, 20.0);
            }
            for (label, key, edge) in [("Start here", "I", Edge::Start), ("End here", "O", Edge::End)] {
                let button = Button::ghost(label).small().off_if(off);
                let button = if is_compact { button.tip(key) } else { button.key(key) };
                if button.show(ui).clicked() {
                    let part = span(self.trimming.part(file, &cx.store.flow.sample));
                    let region = limits.put(part, edge, self.trimming.cursor);
                    cx.store.flow.sample.part = Some(Part::new(region.from, region.to));
                }
            }
            let left = ui.cursor().left();
            egui::Rangef::new(left, self.zoom_ui(ui, limits.length, off, is_compact))
        });
        self.clock_ui(ui, bar);
        if let Some(error) = cx.player.now().filter(|now| now.key == key).and_then(|now| now.error.cloned()) {
            notice::error_ui(ui, &error, &[]);
        }
    }

    /// Play and repeat. They keep their width, whatever is under way.
    fn play_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, file: &MediaFile, off: Option<&str>, is_compact: bool) {
        let key = key(&file.path);
        let (playing, loading) = (cx.player.is_playing(&key), cx.player.is_loading(&key));
        let label = if playing { "Pause selection" } else { "Play selection" };
        let pressed = if is_compact {
            PlayButton::new(label, playing).size(28.0).key("Space").off_if(off).show(ui)
        } else {
            let icon = if playing { icons::PAUSE_FILL } else { icons::PLAY_FILL };
            let play = Button::secondary(label).small().icon(icon).tip("Space").width(PLAY);
            play.busy(loading, "Opening").off_if(off).show(ui)
        };
        if pressed.clicked() {
            self.play(cx, file);
        }
        let repeat = IconButton::new(icons::REPEAT, "Repeat the selection").small().key("L").on(self.trimming.repeats);
        if repeat.show(ui).clicked() {
            self.repeat(cx, file);
        }
    }

    /// How much is in view, at the right end. In the order of reading, so its width is that of the frame before. Gives
    /// where it begins.
    fn zoom_ui(&mut self, ui: &mut Ui, length: f64, off: Option<&str>, is_compact: bool) -> f32 {
        let id = ui.scope_id().with("zoom");
        let width = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(200.0);
        ui.add_space((ui.available_width() - width).max(0.0));
        let start = ui.cursor().left();
        let trim = &mut self.trimming.trim;
        if IconButton::new(icons::MAGNIFYING_GLASS_MINUS, "Zoom out").small().key("−").off_if(off).show(ui).clicked()
        {
            trim.zoom_out(length);
        }
        if let Some(secs) = trim.view_secs().filter(|_| !is_compact) {
            ui.hint(format!("{} in view", format::time(secs)));
        }
        if IconButton::new(icons::MAGNIFYING_GLASS_PLUS, "Zoom in").small().key("+").off_if(off).show(ui).clicked() {
            trim.zoom_in(length);
        }
        if Button::ghost("Fit").small().tip("Shows the whole file (0)").off_if(off).show(ui).clicked() {
            trim.fit(length);
        }
        let shown = ui.cursor().left() - ui.spacing().item_spacing.x - start;
        if (shown - width).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(id, shown));
            ui.ctx().request_repaint();
        }
        start
    }

    /// Where the playhead stands, in the middle of what the transport leaves free.
    fn clock_ui(&self, ui: &mut Ui, (bar, free): (Rect, egui::Rangef)) {
        let galley = egui::WidgetText::from(text::mono(format::time_code(self.trimming.cursor)));
        let galley = galley.into_galley(ui, None, 120.0, egui::TextStyle::Monospace);
        let x = (free.center() - galley.size().x / 2.0).max(free.min);
        let place = Rect::from_min_size(egui::pos2(x, bar.center().y - 9.0), vec2(galley.size().x + 1.0, 18.0));
        let mut ui = ui.new_child(UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Center)));
        ui.label(text::mono(format::time_code(self.trimming.cursor)).color(ui.tokens().text.support));
    }

    /// The playhead moves with what plays; what plays keeps to the part.
    fn follow_player(&mut self, cx: &mut Cx<'_>, file: &MediaFile, part: Part) {
        let key = key(&file.path);
        if let Some(position) = cx.player.position(&key) {
            self.trimming.cursor = position;
        }
        let now = cx.player.now().filter(|now| now.key == key);
        if now.is_some_and(|now| now.part.is_some_and(|playing| playing != part)) {
            cx.player.set_part(Some(part));
        }
    }

    fn play(&mut self, cx: &mut Cx<'_>, file: &MediaFile) {
        if draft::no_sound(file).is_some() || self.trimming.length(file) <= 0.0 {
            return;
        }
        let key = key(&file.path);
        let part = self.trimming.part(file, &cx.store.flow.sample);
        let now = cx.player.now().filter(|now| now.key == key && now.error.is_none());
        if now.is_some_and(|now| now.is_playing || now.part.is_some()) {
            cx.player.toggle();
            return;
        }
        let cursor = self.trimming.cursor;
        let source = Source::File(file.path.clone());
        let track = Track { key, title: file.name(), subtitle: "Sample".to_owned(), source };
        cx.player.play_part(track, part, self.trimming.repeats);
        if part.contains(cursor) && cursor < part.to_secs - 0.5 {
            cx.player.seek(cursor);
        }
    }

    fn repeat(&mut self, cx: &mut Cx<'_>, file: &MediaFile) {
        self.trimming.repeats = !self.trimming.repeats;
        if cx.player.now().is_some_and(|now| now.key == key(&file.path)) {
            cx.player.set_repeat(self.trimming.repeats);
        }
    }

    /// A press on the waveform: the playhead goes there. Outside of the part, what plays leaves it.
    fn seek(&mut self, cx: &mut Cx<'_>, file: &MediaFile, secs: f64) {
        self.trimming.cursor = secs;
        let part = self.trimming.part(file, &cx.store.flow.sample);
        if cx.player.now().is_some_and(|now| now.key == key(&file.path) && now.error.is_none()) {
            cx.player.set_part(part.contains(secs).then_some(part));
            cx.player.seek(secs);
        }
    }
}

/// The player's key of a file.
pub fn key(path: &Path) -> String {
    format!("file:{}", path.display())
}

/// The file in a few words: "18:24, 412 MB, stereo 48 kHz"; its length alone where there is little room.
fn facts(file: &MediaFile, is_narrow: bool) -> String {
    let length = file.secs().map(format::time);
    let sound = file.probe.audio.as_ref().filter(|_| !is_narrow).map(|audio| {
        let layout = match audio.channels {
            1 => "mono".to_owned(),
            2 => "stereo".to_owned(),
            many => format!("{many} channels"),
        };
        format!("{layout} {} kHz", f64::from(audio.sample_rate / 100) / 10.0)
    });
    let size = Some(format::size(file.probe.size_bytes)).filter(|_| !is_narrow || length.is_none());
    [length, size, sound].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A row across the card. Gives its place and what was made of it.
fn bar_ui<R>(ui: &mut Ui, height: f32, show: impl FnOnce(&mut Ui) -> R) -> (Rect, R) {
    let size = vec2(ui.available_width(), height);
    let shown = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        let frame = egui::Frame::new().inner_margin(Margin::symmetric(13, 0));
        frame
            .show(ui, |ui| {
                ui.set_min_size(vec2(size.x - 26.0, size.y));
                ui.spacing_mut().item_spacing.x = space::M;
                show(ui)
            })
            .inner
    });
    (shown.response.rect, shown.inner)
}

fn reading_ui(ui: &mut Ui, words: &str, height: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    ui.painter().rect_filled(rect, 0, ui.tokens().fill.field);
    let middle = Rect::from_center_size(rect.center(), vec2(rect.width() - 48.0, 32.0));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(middle).layout(Layout::top_down(Align::Center)));
    notice::loading_ui(&mut ui, words);
}
