//! Drawing one card, and doing what is pressed on it.

use std::cell::Cell;

use egui::{Rect, Response, ScrollArea, Sense, Ui, vec2};

use super::cards::{self, Card, Shown};
use super::consent;
use super::facts;
use super::stages::{Goal, NAMES, Stage, State};
use crate::panels::thumb::{self, Fit};
use crate::panels::{Command, Cx, Page};
use crate::script;
use crate::store::Store;
use crate::ui::drop_zone::{Dragged, drop_zone_ui};
use crate::ui::progress;
use crate::ui::theme::Look as _;
use crate::ui::{
    Button, Field, IconButton, PlayButton, Seal, SealState, StageCard, Type, Waveform, format, icons, layout, paint,
    radius, text,
};

/// What was pressed on a card.
#[derive(Debug, Clone, Copy)]
enum Press {
    Goal,
    Hear,
    Reveal,
}

/// Draws a card the way `draw` says and carries out what is pressed. Gives the card's place.
pub(super) fn show(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    shown: &Shown,
    index: usize,
    dragged: Dragged<'_>,
    draw: impl FnOnce(StageCard<'_>, &mut Ui) -> Response,
) -> Rect {
    let (Some(stage), Some(card), Some(name)) = (shown.stages.get(index), shown.cards.get(index), NAMES.get(index))
    else {
        return Rect::NOTHING;
    };
    let pressed = Cell::new(None);
    let lengths = lengths(cx.store).filter(|_| index == 3);
    let asks = index == 1 && consent::is_asked(&shown.facts);
    let permission = asks.then(|| cx.store.chain.voice.permission.clone());
    cx.store.chain.voice.is_shown |= asks;
    let agreed = Cell::new(None);
    let mut face = StageCard::new(name, stage.state).status(&stage.words).name(&card.name);
    face = face.dragged(dragged);
    face = match dragged {
        Dragged::Nothing => face,
        Dragged::Fits => face.status("Let go to add"),
        Dragged::Refused(why) => face.status(why),
    };
    let is_row = layout::is_narrow(ui) && !card.row.is_empty();
    face = face.meta(if is_row { &card.row } else { &card.meta });
    if let Some(icon) = card.note_icon {
        let t = ui.tokens();
        let ink = if icon == icons::SEAL_CHECK { t.success.ink } else { t.text.hint };
        face = face.note_icon(icon, if icon == icons::WARNING { t.warning.ink } else { ink });
    }
    face = face.note(&card.note).strip(|ui| match &permission {
        Some(permission) if card.error.is_none() => agreed.set(consent::strip_ui(ui, permission)),
        _ => strip_ui(ui, stage, card, lengths, index, &pressed),
    });
    face = face.action(|ui| action_ui(ui, shown, stage, index, &pressed));
    let store = &mut *cx.store;
    let face = face.media(|ui| media_ui(ui, store, shown, index, &pressed));
    let rect = draw(face, ui).rect;
    if let Some(agreed) = agreed.get() {
        consent::obey(agreed, ui.ctx(), cx.store);
    }
    match pressed.get() {
        Some(Press::Goal) => reach(stage.goal, cx),
        Some(Press::Hear) => hear(index, cx),
        Some(Press::Reveal) => cx.commands.push(Command::Reveal(shown.result.clone().unwrap_or_default())),
        None => {}
    }
    rect
}

/// Does what a stage's button says.
pub(super) fn reach(goal: Goal, cx: &mut Cx<'_>) {
    match goal {
        Goal::Pick(role) => cx.commands.push(Command::Pick(role)),
        Goal::Go(page) => cx.commands.push(Command::Go(page)),
        Goal::Play => cx.commands.push(Command::PlayResult),
        Goal::StopSpeaking => {
            if let Some(id) = facts::work(cx.store, cx.jobs).speaking.map(|job| job.id.clone()) {
                cx.jobs.stop(&id);
            }
        }
        Goal::PickFace => {
            cx.store.chain.pick_face = true;
            cx.commands.push(Command::Go(Page::LipSync));
        }
    }
}

fn hear(index: usize, cx: &mut Cx<'_>) {
    let flow = &cx.store.flow;
    let voice = flow.voice.as_ref().filter(|_| index == 1).map(|voice| Command::HearVoice(voice.id.clone()));
    let take = flow.take().map(str::to_owned).filter(|_| index == 2).map(Command::HearTake);
    if let Some(command) = voice.or(take) {
        cx.commands.push(command);
    }
}

/// A row's picture is small.
fn is_small(ui: &Ui) -> bool {
    ui.max_rect().height() < 60.0
}

fn media_ui(ui: &mut Ui, store: &mut Store, shown: &Shown, index: usize, pressed: &Cell<Option<Press>>) {
    let Some(card) = shown.cards.get(index) else { return };
    let rect = ui.max_rect();
    match index {
        1 => seal_ui(ui, store, card, pressed),
        2 if store.flow.audio.is_none() => line_ui(ui, store, shown, card, pressed),
        4 if shown.result.is_none() => {
            let words = if is_small(ui) { "" } else { "Your video will\nappear here" };
            awaited_ui(ui, rect, words);
        }
        0 | 3 if card.badge.is_empty() && card.picture.is_none() => empty_ui(ui, shown, index, pressed),
        _ => {
            let icon = if card.is_sound { icons::WAVEFORM } else { icons::FILM_STRIP };
            thumb::paint(ui, rect, card.picture.as_ref(), Fit::Cover, icon);
            if !card.badge.is_empty() && !is_small(ui) {
                layout::frame_badge(ui, rect, &card.badge);
            }
        }
    }
}

/// The place of a file that is not there: a drop or a press brings one.
fn empty_ui(ui: &mut Ui, shown: &Shown, index: usize, pressed: &Cell<Option<Press>>) {
    let rect = ui.max_rect();
    if cards::is_reading(&shown.facts, index) {
        let t = ui.tokens();
        ui.painter().rect_filled(rect, radius::CONTROL, t.fill.field);
        paint::spinner(ui, rect.center(), 22.0, t.accent.fill, t.edge.strong);
        return;
    }
    let (icon, words) = match (index, is_small(ui)) {
        (0, false) => (icons::UPLOAD_SIMPLE, "Drop a talking-head\nvideo or an audio file"),
        (_, false) => (icons::FILM_SLATE, "Drop the video to\nput the line on"),
        (0, true) => (icons::UPLOAD_SIMPLE, "Drop a source"),
        (_, true) => (icons::FILM_SLATE, "Drop a target"),
    };
    if is_small(ui) {
        paint::dashed_rect(
            ui.painter(),
            rect,
            f32::from(radius::CONTROL),
            egui::Stroke::new(1.0, ui.tokens().edge.control),
        );
        icon.paint(ui.painter(), rect.center(), 18.0, ui.tokens().text.support);
    } else if drop_zone_ui(ui, rect.size(), icon, words, Dragged::Nothing).clicked() {
        pressed.set(Some(Press::Goal));
    }
}

fn awaited_ui(ui: &Ui, rect: Rect, words: &str) {
    let t = ui.tokens();
    paint::dashed_rect(ui.painter(), rect, f32::from(radius::CONTROL), egui::Stroke::new(1.0, t.edge.control));
    let up = if words.is_empty() { 0.0 } else { 19.0 };
    icons::FILM_STRIP.paint(ui.painter(), rect.center() - vec2(0.0, up), 22.0, t.text.hint);
    for (line, words) in (0_u8..).zip(words.lines()) {
        let galley = paint::one_line(ui, words, Type::Small, t.text.hint, rect.width());
        let at = rect.center() + vec2(-galley.size().x / 2.0, -1.0 + 16.0 * f32::from(line));
        ui.painter().galley(at, galley, t.text.hint);
    }
}

fn seal_ui(ui: &mut Ui, store: &Store, card: &Card, pressed: &Cell<Option<Press>>) {
    let (rect, small) = (ui.max_rect(), is_small(ui));
    let size = if small { 40.0 } else { 88.0 };
    let place = Rect::from_center_size(rect.center(), egui::Vec2::splat(size));
    let voice = store.flow.voice.as_ref();
    let will_be = store.flow.source.is_some() && !store.chain.voice.name.is_empty();
    if voice.is_some() || will_be {
        ui.painter().rect_filled(rect, radius::CONTROL, ui.tokens().fill.canvas);
    }
    let state = match (voice, card.sound) {
        (None, _) if will_be => SealState::Still,
        (None, _) => SealState::Empty,
        (_, sound) if sound.is_loading => SealState::Loading,
        (_, sound) if sound.is_playing => SealState::Playing(sound.heard),
        _ => SealState::Idle,
    };
    let (name, id) = match voice {
        Some(voice) => (format!("Hear {}", store.voice_name(&voice.id, &voice.name)), voice.id.as_str()),
        None => ("No voice".to_owned(), "no voice yet"),
    };
    let off = (voice.is_some() && !card.sound.exists).then_some("This voice has no preview");
    let seal = Seal::new(&name, id).size(size).state(state).off_if(off);
    ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
        if seal.show(ui).clicked() {
            pressed.set(Some(Press::Hear));
        }
    });
}

/// The text: written here until there is a take, then read here.
fn line_ui(ui: &mut Ui, store: &mut Store, shown: &Shown, card: &Card, pressed: &Cell<Option<Press>>) {
    let (rect, t) = (ui.max_rect(), ui.tokens());
    let writes = cards::writes_in_card(&shown.facts);
    if is_small(ui) {
        ui.painter().rect_filled(rect, radius::CONTROL, t.fill.field);
        if writes {
            icons::ARTICLE.paint(ui.painter(), rect.center(), 20.0, t.text.support);
            return;
        }
        let place = Rect::from_center_size(rect.center(), egui::Vec2::splat(36.0));
        ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| hear_ui(ui, card, 36.0, pressed));
    } else if writes {
        write_ui(ui, store.flow.text_mut());
    } else {
        let words = script::excerpt(&script::pauses::readable(store.flow.text()), 150);
        let format = egui::TextFormat { line_height: Some(18.0), ..Type::Small.format(t.text.main) };
        let mut job = egui::text::LayoutJob::single_section(words, format);
        job.wrap.max_width = rect.width() + 2.0;
        job.wrap.max_rows = 5;
        ui.add(egui::Label::new(job));
    }
}

/// The text as it reads, until somebody writes in it: then in a field that stays where it is while its text scrolls.
fn write_ui(ui: &mut Ui, text: &mut String) {
    let (rect, t) = (ui.max_rect(), ui.tokens());
    let id = egui::Id::unique("line on the flow page");
    let writes = ui.memory(|memory| memory.has_focus(id));
    let reads = !writes && !text.is_empty();
    let edge = if writes { t.focus() } else { egui::Stroke::new(1.0, t.edge.control) };
    if !reads {
        ui.painter().rect(rect, radius::CONTROL, t.fill.field, edge, egui::StrokeKind::Inside);
    }
    let inside = if reads { rect } else { rect.shrink2(vec2(12.0, 9.0)) };
    ui.scope_builder(egui::UiBuilder::new().max_rect(inside), |ui| {
        ScrollArea::vertical().id_salt("line").max_height(inside.height()).show(ui, |ui| {
            let field = Field::new("Line to speak", text).hide_label().multiline(4).compact().bare().id(id);
            let field = field.at_least(inside.height()).placeholder("What should the voice say?");
            if field.width(inside.width()).show(ui).hovered() && reads {
                let around = rect.expand2(vec2(5.0, 2.0));
                let painter = ui.painter().with_clip_rect(around);
                painter.rect_stroke(around, radius::CONTROL, edge, egui::StrokeKind::Inside);
            }
        });
    });
}

fn hear_ui(ui: &mut Ui, card: &Card, size: f32, pressed: &Cell<Option<Press>>) {
    let verb = if card.sound.is_playing { "Pause" } else { "Play" };
    let name = format!("{verb} {}", card.name.to_lowercase());
    if PlayButton::new(&name, card.sound.is_playing).size(size).show(ui).clicked() {
        pressed.set(Some(Press::Hear));
    }
}

fn strip_ui(
    ui: &mut Ui,
    stage: &Stage,
    card: &Card,
    lengths: Option<[Length; 2]>,
    index: usize,
    pressed: &Cell<Option<Press>>,
) {
    if let Some(error) = card.error.as_deref() {
        // What happened; what to do about it stands in the bar below.
        let first = error.split_once(". ").map_or(error, |(first, _)| first).trim_end_matches('.');
        let mut job =
            egui::text::LayoutJob::single_section(first.to_owned(), Type::Small.format(ui.tokens().danger.ink));
        job.wrap.max_width = ui.max_rect().width();
        job.wrap.max_rows = 2;
        ui.label(job).on_hover_text(text::small(error));
    } else if let Some(bar) = card.bar {
        ui.add_space(16.0);
        progress::bar_ui(ui, &format!("{} progress", NAMES.get(index).unwrap_or(&"")), bar);
    } else if let Some(lengths) = lengths {
        lengths_ui(ui, lengths);
    } else {
        let name = format!("Sound of {}", card.name);
        let wave = card.wave.as_ref().map_or_else(|| Waveform::reading(&name), |wave| wave.waveform(&name));
        let wave = wave.height(28.0);
        let wave = if card.plays_other { wave } else { wave.played(card.sound.heard) };
        let wave = match &card.part {
            Some(part) => wave.selected(part.clone()),
            None => wave,
        };
        let wave = wave.muted(matches!(stage.state, State::Changed | State::Empty) || card.wave.is_none());
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let in_row = ui.max_rect().width() < 155.0;
            if index == 2 && card.sound.exists && !in_row {
                hear_ui(ui, card, 28.0, pressed);
            }
            wave.show(ui);
        });
    }
}

/// A length in seconds, and whether it is only expected.
type Length = (Option<f64>, bool);

/// Lengths of picture and voice, when there is a target.
fn lengths(store: &Store) -> Option<[Length; 2]> {
    let target = store.flow.target.as_ref()?;
    let voice = match cards::spoken_secs(store) {
        Some(secs) => (Some(secs), true),
        None => (store.voice_track().and_then(|(_, secs)| secs), false),
    };
    Some([(target.secs(), false), voice])
}

fn lengths_ui(ui: &mut Ui, lengths: [Length; 2]) {
    let t = ui.tokens();
    let longest = lengths.iter().filter_map(|(secs, _)| *secs).fold(0.0_f64, f64::max).max(0.1);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.max_rect().width(), 36.0), Sense::hover());
    let said = lengths.map(|length| match length {
        (Some(secs), true) => format!("~{}", format::time(secs)),
        (Some(secs), false) => format::time_code(secs),
        (None, _) => "not known".to_owned(),
    });
    let [video, voice] = &said;
    let spoken = format!("Video {video}, voice {voice}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    let rows = [("Video", t.wave.idle, 8.0), ("Voice", t.accent.fill, 28.0)];
    for ((name, ink, y), ((secs, _), said)) in rows.into_iter().zip(lengths.into_iter().zip(&said)) {
        let y = rect.top() + y;
        paint::text_at(ui.painter(), rect.left(), y, paint::one_line(ui, name, Type::Small, t.text.support, 44.0));
        let code = if secs.is_some() { said } else { "–" };
        let code = paint::one_line(ui, code, Type::Mono, t.text.support, 60.0);
        let end = rect.right() - 50.0;
        paint::text_at(ui.painter(), rect.right() - code.size().x, y, code);
        let bar = Rect::from_min_max(egui::pos2(rect.left() + 44.0, y - 3.0), egui::pos2(end, y + 3.0));
        ui.painter().rect_filled(bar, 3, t.fill.surface_3);
        if let Some(secs) = secs {
            let part = bar.with_max_x(bar.left() + bar.width() * share(secs, longest));
            ui.painter().rect_filled(part, 3, ink);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share to draw")]
fn share(secs: f64, longest: f64) -> f32 {
    (secs / longest).clamp(0.0, 1.0) as f32
}

fn action_ui(ui: &mut Ui, shown: &Shown, stage: &Stage, index: usize, pressed: &Cell<Option<Press>>) {
    let small = ui.max_rect().height() < 30.0;
    let label = if small { short(stage.label) } else { stage.label };
    let mut button = match stage.state {
        // With all of it there, the way on is Run all.
        State::Ready if consent::is_all_there(&shown.facts) => Button::secondary(label),
        State::Ready if !shown.is_main(index) => Button::outline(label),
        State::Ready if index == 0 && !small => Button::primary(label).key("Ctrl O"),
        State::Ready => Button::primary(label),
        State::Done if shown.is_main(index) => Button::primary(label),
        _ => Button::secondary(label),
    };
    if small {
        button = button.small();
    }
    if let Some(tip) = &stage.tip {
        button = button.tip(tip);
    }
    let reveals = index == 4 && shown.result.is_some();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let side = if small { 28.0 } else { 32.0 };
        let width = ui.max_rect().width() - if reveals { side + 6.0 } else { 0.0 };
        if button.width(width).off_if(stage.why_off).show(ui).clicked() {
            pressed.set(Some(Press::Goal));
        }
        if reveals && IconButton::new(icons::FOLDER_OPEN, "Show in folder").show(ui).clicked() {
            pressed.set(Some(Press::Reveal));
        }
    });
}

/// The same in one word, for the narrow button of a row.
fn short(label: &'static str) -> &'static str {
    match label {
        "Choose file" | "Choose video" | "Edit line" | "Lip sync" | "Speak again" | "Fix" => label,
        "Pick the face" => "Pick face",
        _ => label.split(' ').next().unwrap_or(label),
    }
}
