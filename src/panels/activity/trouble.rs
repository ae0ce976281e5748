//! What must be said of a job in full, below its line: why it failed or waits, and the ways on.

use egui::text::LayoutJob;
use egui::{Align, Color32, Layout, Rect, Stroke, Ui, vec2};

use super::Act;
use super::notes::{self, Note};
use super::row::{INDENT, ROW, Row, in_rect};
use crate::panels::Command;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, icons, space};

/// How high a job's row is: more when there is a note to be read in full.
pub(super) fn height(ui: &Ui, note: Option<&Note>, width: f32) -> f32 {
    let Some(note) = note else { return ROW };
    let (text, details) = galleys(ui, note, width);
    let details = details.map_or(0.0, |galley| galley.size().y + space::XS);
    ROW + (text.size().y + details).max(32.0) + 2.0 * space::M + 1.0
}

type Galley = std::sync::Arc<egui::Galley>;

/// The sentence, and its code and request id, laid out as wide as the row allows.
fn galleys(ui: &Ui, note: &Note, width: f32) -> (Galley, Option<Galley>) {
    let t = ui.tokens();
    let buttons = if note.has_buttons() { 248.0 } else { 24.0 };
    let room = (width - INDENT - buttons - space::M).max(160.0);
    let lay = |mut job: LayoutJob| {
        job.wrap.max_width = room;
        ui.painter().layout_job(job)
    };
    let ink = if note.grave { t.text.main } else { t.text.support };
    let sentence = LayoutJob::single_section(note.text.clone(), Type::Body.format(ink));
    let details = (!note.details.is_empty()).then(|| lay(codes(&note.details, t.text.hint)));
    (lay(sentence), details)
}

/// "Code x, request y": words as words, and what support asks for in the fixed pitch.
fn codes(details: &str, ink: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (at, part) in details.split(", ").enumerate() {
        let (word, code) = part.rsplit_once(' ').unwrap_or(("", part));
        let lead = if at > 0 { ", " } else { "" };
        let gap = if word.is_empty() { "" } else { " " };
        job.append(&format!("{lead}{word}{gap}"), 0.0, Type::Small.format(ink));
        job.append(code, 0.0, Type::Mono.format(ink));
    }
    job
}

/// What there is to say in full: sentence with the service's suggestion, code, request id, and the ways on.
pub(super) fn note_ui(ui: &mut Ui, rect: Rect, row: &Row<'_>, note: &Note) -> Option<Act> {
    let t = ui.tokens();
    let (sentence, details) = galleys(ui, note, rect.width());
    let inside = rect.with_min_x(rect.left() + INDENT).with_max_x(rect.right() - space::S);
    ui.painter().hline(inside.x_range(), inside.top(), Stroke::new(1.0, t.edge.soft));
    let inside = inside.shrink2(vec2(0.0, space::M));
    in_rect(ui, inside, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        let response = ui.add(egui::Label::new(sentence));
        let role = if note.grave { egui::Role::Alert } else { egui::Role::Status };
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_role(role);
            node.set_label(note.text.as_str());
        });
        if let Some(details) = details {
            ui.add(egui::Label::new(details));
        }
    });
    if !note.has_buttons() {
        return None;
    }
    let over = note.over;
    in_rect(ui, inside, Layout::right_to_left(Align::Center), |ui| {
        let main = row.main.as_ref().filter(|_| over);
        let act = main.filter(|(act, words)| {
            let button = Button::secondary(words).small();
            let button = if matches!(act, Act::Retry(_)) { button.icon(icons::ARROW_CLOCKWISE) } else { button };
            let response = button.show(ui);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(row.title.as_str()));
            response.clicked()
        });
        if Button::ghost("Copy details").icon(icons::COPY).small().show(ui).clicked() {
            return Some(Act::Do(Command::Copy(notes::details(row.entry.job, note))));
        }
        act.map(|(act, _)| act.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_support_asks_for_is_told_from_the_words_around_it() {
        let job = codes("Code voice_withheld, status 403, request req_7", Color32::PLACEHOLDER);
        assert_eq!(job.text, "Code voice_withheld, status 403, request req_7");
        let mono = Type::Mono.font().family;
        let codes = job.sections.iter().filter(|section| section.format.font_id.family == mono);
        let codes: Vec<&str> =
            codes.map(|section| &job.text[section.byte_range.start.0..section.byte_range.end.0]).collect();
        assert_eq!(codes, ["voice_withheld", "403", "req_7"]);
    }
}
