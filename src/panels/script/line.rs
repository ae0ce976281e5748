//! The line: its text, how long it is, and Speak; its takes are on the same card.

use egui::{Align, Frame, Id, Layout, Margin, Rect, ScrollArea, Sense, Stroke, TextEdit, Ui, vec2};

use super::{ScriptPanel, rules, speak};
use crate::panels::{Cx, limits, speech};
use crate::script::{self, Fit};
use crate::ui::progress::paint_part;
use crate::ui::theme::Look as _;
use crate::ui::{Type, format, icons, layout, radius, space, text};

const ROWS: usize = 3;
/// The most of the window's height the text takes.
const LINE_SHARE: f32 = 0.35;

impl ScriptPanel {
    /// The card with the line and its takes.
    pub(super) fn card_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let t = ui.tokens();
        let id = Id::unique("script line");
        let focused = ui.memory(|memory| memory.has_focus(id));
        let edge = if focused { t.focus() } else { Stroke::new(1.0, t.edge.soft) };
        let inset = if focused { 14 } else { 15 };
        Frame::new()
            .fill(t.fill.surface)
            .stroke(edge)
            .corner_radius(radius::CARD)
            .inner_margin(Margin::same(inset))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                self.text_ui(ui, cx, id);
                line_foot_ui(ui, cx);
                ui.add_space(space::XS);
                layout::line_ui(ui);
                self.takes_of_line_ui(ui, cx);
            });
    }

    fn text_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, id: Id) {
        let t = ui.tokens();
        let kind = Type::ReadActive;
        let hint = kind.text("Write the line the voice should say").color(t.text.hint);
        let row = ui.fonts_mut(|fonts| fonts.row_height(&kind.font()));
        let edit = ui.scope(|ui| {
            ui.spacing_mut().extra_text_line_spacing = (kind.line() - row).max(0.0);
            let edit = TextEdit::multiline(cx.store.flow.text_mut())
                .id(id)
                .font(kind.font())
                .text_color(t.text.main)
                .hint_text(hint)
                .frame(Frame::new())
                .desired_width(f32::INFINITY)
                .desired_rows(ROWS);
            // A long line scrolls, so that its count and Speak stay in sight.
            let height = (ui.ctx().content_rect().height() * LINE_SHARE).max(kind.line() * 4.0);
            let scroll = ScrollArea::vertical().id_salt("line").max_height(height).auto_shrink([false, true]);
            scroll.show(ui, |ui| ui.add(edit).accessible_name("Line")).inner
        });
        let pass = ui.ctx().cumulative_pass_nr();
        let just_opened = pass > self.drawn_at + 1;
        self.drawn_at = pass;
        if just_opened && cx.store.flow.text().is_empty() {
            edit.inner.request_focus();
        }
        let voice = cx.store.flow.voice.as_ref().map(|voice| voice.id.clone());
        if voice.is_some() && voice != self.voice_seen {
            edit.inner.request_focus();
        }
        self.voice_seen = voice;
    }
}

/// How long the line is, and Speak.
fn line_foot_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let t = ui.tokens();
    let line = cx.store.flow.text();
    let (count, fit) = (script::characters(line), script::fit(line));
    let ink = match fit {
        Fit::TooLong => t.danger.ink,
        Fit::Near => t.warning.ink,
        Fit::Empty | Fit::Fits => t.text.hint,
    };
    let too_long = (fit == Fit::TooLong).then(|| speech::too_long(line));
    let spoken = format::time(script::spoken_secs(line));
    let why = rules::why_not(cx.store, cx.jobs);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        ui.label(text::small(format!("{} of 5,000 characters", format::thousands(count as u64))).color(ink));
        let (rect, _) = ui.allocate_exact_size(vec2(72.0, 4.0), Sense::hover());
        let bar = if fit == Fit::Empty || fit == Fit::Fits { t.accent.fill } else { ink };
        paint_part(ui, Rect::from_center_size(rect.center(), rect.size()), 0.0, share(count), bar);
        ui.hint(format!("About {spoken} spoken"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let over = why.is_none() && limits::is_over(cx.store, None);
            let button = limits::button(over, "Speak");
            let button = button.icon(icons::MICROPHONE_STAGE).key("Ctrl Enter").off_if(why.as_deref());
            if button.show(ui).clicked() {
                speak(cx);
            }
        });
    });
    limits::line_ui(ui, cx.store, None);
    if let Some(sentence) = too_long {
        ui.label(text::small(sentence).color(t.danger.ink));
    }
}

/// How much of the limit a line uses.
#[expect(clippy::cast_precision_loss, reason = "a bar of 72 points")]
fn share(count: usize) -> f32 {
    (count as f32 / script::MAX_CHARACTERS as f32).min(1.0)
}
