//! What was looked at on this computer before anything is paid for.

use std::sync::Arc;

use egui::{Align, Galley, Label, Layout, Margin, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use super::{fit, lengths_of, level, rules};
use crate::compose;
use crate::store::Store;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, format, icons, layout, radius, text};
use rules::{Check, Verdict};

/// From the top of the card to the first check: its edge, padding and name.
const HEAD: f32 = 34.0;
const FOOT: f32 = 9.0;
/// From the icon's left end to the words.
const WORDS: f32 = 24.0;
/// Room for what can be done about a check.
const ACTION: f32 = 76.0;

/// A check, and what can be done about it.
struct Row {
    check: Check,
    action: Option<&'static str>,
}

/// The card, so high: what does not fit scrolls. True when the video is to be trimmed, where it may be.
pub(super) fn checks_ui(ui: &mut Ui, store: &Store, high: f32, may_trim: bool) -> bool {
    let t = ui.tokens();
    let all = checks(store, may_trim);
    let mut pressed = false;
    if all.is_empty() {
        return pressed;
    }
    let frame = layout::frame(t.fill.surface, t.edge.soft, radius::CARD);
    frame.inner_margin(Margin { left: 14, right: 14, top: 11, bottom: 0 }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_height(high - 13.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add(Label::new(text::label("Checks before you pay").color(t.text.support)));
        ui.add_space(HEAD - 28.0);
        let room = (high - HEAD - FOOT).max(24.0);
        let area = ScrollArea::vertical().id_salt("checks").max_height(room).auto_shrink([false, false]);
        area.show(ui, |ui| pressed = rows_ui(ui, &all, room));
    });
    pressed
}

/// As far apart as they may be, so that all of them are seen.
fn rows_ui(ui: &mut Ui, all: &[Row], room: f32) -> bool {
    let width = ui.available_width() - WORDS;
    let words: Vec<_> = all
        .iter()
        .map(|row| wrapped(ui, &row.check.words, width - if row.action.is_some() { ACTION } else { 0.0 }))
        .collect();
    let high: f32 = words.iter().map(|words| words.size().y.max(16.0)).sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of checks")]
    let gaps = all.len().saturating_sub(1).max(1) as f32;
    let gap = ((room - high) / gaps).floor().clamp(4.0, 8.0);
    ui.spacing_mut().item_spacing.y = gap;
    let mut pressed = false;
    for (row, words) in all.iter().zip(words) {
        let place = row_ui(ui, &row.check, words);
        if let Some(action) = row.action {
            // As high as its touch, on a line that is not.
            let place = Rect::from_center_size(place.center(), vec2(place.width(), 28.0));
            let builder = UiBuilder::new().max_rect(place).layout(Layout::right_to_left(Align::Center));
            pressed |= Button::link(action).small().show(&mut ui.new_child(builder)).clicked();
        }
    }
    pressed
}

fn wrapped(ui: &Ui, words: &str, width: f32) -> Arc<Galley> {
    let mut job = egui::text::LayoutJob::default();
    job.append(words, 0.0, Type::Small.format(ui.tokens().text.main));
    job.wrap.max_width = width;
    ui.painter().layout_job(job)
}

fn row_ui(ui: &mut Ui, check: &Check, words: Arc<Galley>) -> Rect {
    let t = ui.tokens();
    let (icon, ink) = match check.verdict {
        Verdict::Note => (icons::INFO, t.text.support),
        Verdict::Good => (icons::CHECK_CIRCLE_FILL, t.success.ink),
        Verdict::Caution => (icons::WARNING_FILL, t.warning.ink),
        Verdict::Refused => (icons::WARNING_CIRCLE_FILL, t.danger.ink),
    };
    let size = vec2(ui.available_width(), words.size().y.max(16.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &check.words));
    icon.paint(ui.painter(), pos2(rect.left() + 8.0, rect.top() + 8.0), 16.0, ink);
    ui.painter().galley(pos2(rect.left() + WORDS, rect.top()), words, t.text.main);
    rect
}

fn checks(store: &Store, may_trim: bool) -> Vec<Row> {
    let Some(target) = &store.flow.target else { return Vec::new() };
    let voice = store.flow.audio.as_ref().map(|audio| &audio.probe);
    let note = |words: &str| Check { verdict: Verdict::Note, words: words.to_owned() };
    let place =
        if store.is_sandbox { "Faces are not looked for in the sandbox" } else { "Faces are found by the service" };
    let row = |check| Row { check, action: None };
    let made_here = level::sent_as_file(store).map(|words| note(&words));
    let said = rules::checks(&target.probe, voice).into_iter().chain(odd_speed(store)).map(row);
    said.chain(unused(store, may_trim)).chain(made_here.into_iter().chain([note(place)]).map(row)).collect()
}

/// A video that is longer than what is used of it.
fn unused(store: &Store, may_trim: bool) -> Option<Row> {
    let secs = fit::used_secs(store)?;
    let words = if store.incoming.trims_target {
        format!("Trimming the video to {}", format::time_code(secs))
    } else {
        format!("{} of the video is used", format::time_code(secs))
    };
    Some(Row { check: Check { verdict: Verdict::Note, words }, action: may_trim.then_some("Trim to fit") })
}

/// A remapped video that will not look natural.
fn odd_speed(store: &Store) -> Option<Check> {
    let (video, voice, _) = lengths_of(store);
    let (video, voice) = (video?, voice?);
    let odd = compose::odd_speed(store.flow.lip_sync.mode, video, voice)?;
    let words = format!("Remap plays the video at {:.0}%, {odd}", video / voice * 100.0);
    Some(Check { verdict: Verdict::Caution, words })
}
