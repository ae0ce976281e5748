//! One job as a row: picture, what it is, how it stands, how long, and what can be done about it.

use std::path::Path;

use egui::{
    Align, Color32, Layout, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use time::OffsetDateTime;

use super::notes::{self, Note};
use super::{Act, ActivityPanel, menu, words};
use crate::jobs::{Job, Outcome, Request, State, Step, Waiting};
use crate::panels::{Command, Cx, pace, wait, when};
use crate::ui::progress::{Bar, bar_ui};
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Icon, Type, format, icons, notice, paint, radius, space, text, truncate};

const ROW: f32 = 68.0;
const PICTURE: egui::Vec2 = vec2(80.0, 45.0);
/// The seal of a voice within the picture.
const SEAL: f32 = 32.0;
const STAGE: f32 = 196.0;
const TIME: f32 = 96.0;
const ACTIONS: f32 = 196.0;
/// Where the words begin, right of the picture.
const INDENT: f32 = 102.0;

/// How high a job's row is: more when there is a note to be read in full.
pub(super) fn height(ui: &Ui, note: Option<&Note>, width: f32) -> f32 {
    let Some(note) = note else { return ROW };
    let (text, details) = note_galleys(ui, note, width);
    let details = details.map_or(0.0, |galley| galley.size().y + space::XS);
    ROW + (text.size().y + details).max(32.0) + 2.0 * space::M + 1.0
}

type Galley = std::sync::Arc<egui::Galley>;

/// The sentence, and its code and request id, laid out as wide as the row allows.
fn note_galleys(ui: &Ui, note: &Note, width: f32) -> (Galley, Option<Galley>) {
    let t = ui.tokens();
    let buttons = if note.has_buttons() { 248.0 } else { 24.0 };
    let room = (width - INDENT - buttons - space::M).max(160.0);
    let lay = |text: &str, kind: Type, ink: Color32| {
        let mut job = egui::text::LayoutJob::single_section(text.to_owned(), kind.format(ink));
        job.wrap.max_width = room;
        ui.painter().layout_job(job)
    };
    let details = Some(note.details.as_str()).filter(|details| !details.is_empty());
    let ink = if note.grave { t.text.main } else { t.text.support };
    (lay(&note.text, Type::Body, ink), details.map(|text| lay(text, Type::Mono, t.text.hint)))
}

/// A job as it is drawn now.
pub(super) struct Row<'a> {
    pub job: &'a Job,
    /// What it is about, and what it works from.
    pub title: String,
    pub context: String,
    pub note: Option<&'a Note>,
    pub now: OffsetDateTime,
    pub pace: Option<String>,
    /// How long such jobs usually take, in words.
    pub usual: Option<String>,
    /// What it waits for, while it waits for its turn.
    pub turn: String,
    pub selected: bool,
}

impl ActivityPanel {
    pub(super) fn row_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, row: &Row<'_>, rect: Rect) -> (Response, Option<Act>) {
        let (t, job) = (ui.tokens(), row.job);
        let response = ui.interact(rect, ui.scope_id().with("row"), Sense::click());
        let said = words::row_words(
            words::kind(&job.request),
            &row.title,
            &row.context,
            &state_words(row),
            main_act(job).map(|_| main_words(job)),
        );
        response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, row.selected, &said));
        if let Some(note) = row.note {
            ui.painter().rect_filled(rect.shrink2(vec2(0.0, 1.0)), radius::ROW, t.fill.surface);
            let bar = rect.with_max_x(rect.left() + 3.0).shrink2(vec2(0.0, 1.0));
            let ink = match (note.grave, &job.waiting) {
                (true, _) => t.danger.ink,
                (false, Some(Waiting::Turn)) => t.edge.control,
                (false, _) => t.warning.ink,
            };
            ui.painter().rect_filled(bar, 1, ink);
        } else if row.selected || response.hovered() {
            let fill = if row.selected { t.fill.selected } else { t.fill.surface_2 };
            ui.painter().rect_filled(rect.shrink2(vec2(0.0, 1.0)), radius::ROW, fill);
        }
        if response.has_focus() {
            paint::focus_inside(ui.painter(), rect, radius::ROW, t);
        }
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.edge.soft));
        let line = rect.with_max_y(rect.top() + ROW);
        let picture = Rect::from_min_size(pos2(rect.left() + space::S, line.center().y - PICTURE.y / 2.0), PICTURE);
        self.picture_ui(ui, cx, job, picture);
        let [names, stage, time, actions] = columns(line);
        lines_ui(ui, names, |ui| {
            truncate::name_ui(ui, &row.title, Type::Name, t.text.main);
            truncate::name_ui(ui, &row.context, Type::Small, t.text.hint);
        });
        state_ui(ui, stage, row);
        time_ui(ui, time, row);
        let mut act = in_rect(ui, actions, Layout::right_to_left(Align::Center), |ui| {
            let more = menu::more_ui(ui, job, &row.title);
            more.or(actions_ui(ui, cx, row))
        });
        if let Some(note) = row.note {
            let below = rect.with_min_y(line.bottom());
            let pressed = note_ui(ui, below, row, note);
            act = act.or(pressed);
        }
        (response, act)
    }

    fn picture_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, job: &Job, rect: Rect) {
        let t = ui.tokens();
        ui.painter().rect(rect, radius::TAG, t.fill.field, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
        let icon = match &job.request {
            Request::Clone(_) => icons::MICROPHONE_STAGE,
            Request::Speak(_) => icons::ARTICLE,
            Request::LipSync(_) => icons::FILM_SLATE,
        };
        match &job.request {
            Request::LipSync(sync) => self.frame_ui(ui, cx, &sync.target.path, rect),
            Request::Speak(speak) => seal_ui(ui, rect, &speak.voice_name, &speak.voice_id),
            Request::Clone(clone) => match &job.state {
                State::Done(Outcome::Voice { id, .. }) => seal_ui(ui, rect, &clone.name, id),
                _ => icons::WAVEFORM.paint(ui.painter(), rect.center_top() + vec2(0.0, 13.0), 22.0, t.wave.idle),
            },
        }
        badge_ui(ui, rect, icon, words::kind(&job.request));
    }

    fn frame_ui(&mut self, ui: &Ui, cx: &Cx<'_>, path: &Path, rect: Rect) {
        let Some(texture) = self.pictures.frame(ui.ctx(), cx.runtime, path, 160) else {
            icons::FILM_STRIP.paint(ui.painter(), rect.center_top() + vec2(0.0, 13.0), 22.0, ui.tokens().wave.idle);
            return;
        };
        // The whole frame within the box, whatever its shape.
        let size = texture.size_vec2();
        let scale = (rect.width() / size.x.max(1.0)).min(rect.height() / size.y.max(1.0));
        let place = Rect::from_center_size(rect.center(), size * scale);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture.id(), place, whole, Color32::WHITE);
    }
}

fn time_ui(ui: &mut Ui, rect: Rect, row: &Row<'_>) {
    let (t, job) = (ui.tokens(), row.job);
    let in_line = job.is_running() && matches!(job.waiting, Some(Waiting::Turn));
    let took = job.finished_at.unwrap_or(row.now) - job.begun_at;
    let took = if in_line { "–".to_owned() } else { format::took(took) };
    let below = match (job.finished_at, &row.usual) {
        (_, Some(usual)) if in_line => format!("then {usual}"),
        _ if in_line => String::new(),
        (Some(at), _) if !job.is_running() => when::moment(when::local(at), when::local(row.now)),
        (_, Some(usual)) => format!("of {usual}"),
        (_, None) => "so far".to_owned(),
    };
    in_rect(ui, rect, Layout::top_down(Align::Max), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add_space((ROW - 34.0) / 2.0);
        ui.label(text::mono(took).color(t.text.main));
        ui.hint(below);
    });
}

/// Names, stage, time and actions of a row, from the left. Where there is no room for all, what is further left
/// gives way, down to no width.
fn columns(line: Rect) -> [Rect; 4] {
    let least = (line.left() + INDENT).min(line.right());
    let part = |right: f32, width: f32| {
        let right = right.max(least);
        Rect::from_x_y_ranges((right - width).max(least)..=right, line.y_range())
    };
    let actions = part(line.right() - space::S, ACTIONS);
    let time = part(actions.left() - space::M, TIME);
    let stage = part(time.left(), STAGE);
    [part(stage.left() - space::L, f32::INFINITY), stage, time, actions]
}

/// Two lines in the middle of a row.
fn lines_ui(ui: &mut Ui, rect: Rect, draw: impl FnOnce(&mut Ui)) {
    in_rect(ui, rect, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add_space((ROW - 36.0) / 2.0);
        draw(ui);
    });
}

fn in_rect<R>(ui: &mut Ui, rect: Rect, layout: Layout, draw: impl FnOnce(&mut Ui) -> R) -> R {
    draw(&mut ui.new_child(UiBuilder::new().max_rect(rect).layout(layout)))
}

fn seal_ui(ui: &mut Ui, rect: Rect, name: &str, id: &str) {
    // Beside the badge, which has the lower left corner.
    let center = pos2(rect.right() - SEAL / 2.0 - 2.0, rect.center().y);
    let place = Rect::from_center_size(center, egui::Vec2::splat(SEAL));
    in_rect(ui, place, Layout::top_down(Align::Min), |ui| {
        Seal::new(&format!("Seal of {name}"), id).size(SEAL).state(SealState::Still).show(ui);
    });
}

/// The kind of the job, at the lower left corner of its picture.
fn badge_ui(ui: &Ui, picture: Rect, icon: Icon, kind: &str) {
    let t = ui.tokens();
    let galley = ui.painter().layout_no_wrap(kind.to_owned(), Type::Caption.font(), t.text.main);
    let size = vec2(galley.size().x + 26.0, 18.0);
    let rect = Rect::from_min_size(picture.left_bottom() + vec2(2.0, -size.y - 2.0), size);
    ui.painter().rect_filled(rect, radius::TAG, t.fill.surface_2);
    icon.paint(ui.painter(), pos2(rect.left() + 11.0, rect.center().y), 13.0, t.text.support);
    paint::text_at(ui.painter(), rect.left() + 20.0, rect.center().y, galley);
}

fn state_ui(ui: &mut Ui, rect: Rect, row: &Row<'_>) {
    let (t, job) = (ui.tokens(), row.job);
    let line = |ui: &mut Ui, icon: Icon, ink: Color32, words: &str| {
        let rect = rect.shrink2(vec2(0.0, (ROW - 32.0) / 2.0));
        in_rect(ui, rect, Layout::top_down(Align::Min), |ui| notice::state_line_ui(ui, icon, ink, words, ink));
    };
    match (&job.state, &job.waiting) {
        (State::Running(_), Some(_)) => line(ui, icons::HOURGLASS_MEDIUM, t.text.support, &state_words(row)),
        (State::Running(step), None) => running_ui(ui, rect, row, *step),
        (State::Done(outcome), _) => line(ui, icons::CHECK_CIRCLE_FILL, t.success.ink, &words::done_words(outcome)),
        (State::Failed(_), _) if words::is_lost(job) => line(ui, icons::WARNING_FILL, t.warning.ink, "Reply lost"),
        (State::Failed(_), _) => line(ui, icons::WARNING_CIRCLE_FILL, t.danger.ink, &state_words(row)),
        (State::Stopped, _) => line(ui, icons::PROHIBIT, t.text.hint, "Stopped"),
    }
}

/// How a job stands, in words.
fn state_words(row: &Row<'_>) -> String {
    let job = row.job;
    match (&job.state, &job.waiting) {
        (State::Running(_), Some(Waiting::Turn)) => row.turn.clone(),
        (State::Running(_), Some(waiting)) => wait::words(waiting, row.now),
        (State::Running(_), None) => pace::step_words(job),
        (State::Done(outcome), _) => words::done_words(outcome),
        (State::Failed(_), _) if words::is_lost(job) => "Reply lost".to_owned(),
        (State::Failed(error), _) => words::failed_words(error),
        (State::Stopped, _) => "Stopped".to_owned(),
    }
}

/// What Enter does with a row; what would stop something it does not.
pub(super) fn main_act(job: &Job) -> Option<Act> {
    Some(match &job.state {
        State::Running(_) => return None,
        State::Stopped | State::Failed(_) => Act::Retry(job.id.clone()),
        State::Done(Outcome::Voice { id, .. }) => Act::OpenVoice(id.clone()),
        State::Done(Outcome::Take(take)) => Act::OpenTake(take.id.clone()),
        State::Done(Outcome::Video { file, .. }) => Act::Do(Command::Reveal(file.clone())),
    })
}

fn main_words(job: &Job) -> &'static str {
    match &job.state {
        State::Done(Outcome::Voice { .. }) => "Open voice",
        State::Done(Outcome::Take(_)) => "Open take",
        State::Done(Outcome::Video { .. }) => "Show in folder",
        _ => words::again_words(job),
    }
}

fn running_ui(ui: &mut Ui, rect: Rect, row: &Row<'_>, step: Step) {
    let (t, job) = (ui.tokens(), row.job);
    let lines = if row.pace.is_some() { 50.0 } else { 30.0 };
    in_rect(ui, rect, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.spacing_mut().interact_size.y = 16.0;
        ui.add_space((ROW - lines) / 2.0);
        ui.horizontal(|ui| {
            ui.label(text::small(step.words()).color(t.accent.fill));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Some(far) = pace::how_far(step, job) {
                    ui.support(far);
                }
            });
        });
        bar_ui(ui, &format!("{} {}", step.words(), row.title), Bar::from_fraction(job.progress.fraction()));
        if let Some(pace) = &row.pace {
            ui.hint(pace);
        }
    });
}

/// What can be done, from the right end of the row.
fn actions_ui(ui: &mut Ui, cx: &Cx<'_>, row: &Row<'_>) -> Option<Act> {
    let job = row.job;
    let id = || job.id.clone();
    // Buttons of the same words stand in many rows: the job they act on is their description.
    let pressed = |ui: &mut Ui, button: Button<'_>| {
        let response = button.show(ui);
        let about = row.title.as_str();
        response.ctx.accesskit_node_builder(response.id, |node| node.set_description(about));
        response.clicked()
    };
    match &job.state {
        State::Running(_) if matches!(job.waiting, Some(Waiting::Again { .. })) => {
            let (label, tip) = wait::stop_words(job, &cx.store.service);
            let mut button = Button::ghost(label);
            if let Some(tip) = &tip {
                button = button.tip(tip);
            }
            let cancel = pressed(ui, button).then(|| Act::Stop(id()));
            cancel.or(pressed(ui, Button::secondary("Try now")).then(|| Act::Now(id())))
        }
        State::Running(_) => {
            let (label, tip) = wait::stop_words(job, &cx.store.service);
            let mut button = Button::secondary(label);
            if let Some(tip) = &tip {
                button = button.tip(tip);
            }
            pressed(ui, button).then(|| Act::Stop(id()))
        }
        State::Stopped => {
            let button = Button::secondary(words::again_words(job)).icon(icons::ARROW_CLOCKWISE);
            pressed(ui, button).then(|| Act::Retry(id()))
        }
        State::Failed(_) if words::wants_a_face(job) => {
            let Request::LipSync(sync) = &job.request else { return None };
            pressed(ui, Button::secondary("Pick the face")).then(|| Act::UseAgain(sync.target.path.clone()))
        }
        // A failed row has its other buttons beside the error.
        State::Failed(_) => None,
        State::Done(Outcome::Voice { id, .. }) => {
            pressed(ui, Button::secondary("Open voice")).then(|| Act::OpenVoice(id.clone()))
        }
        State::Done(Outcome::Take(take)) => {
            pressed(ui, Button::secondary("Open take")).then(|| Act::OpenTake(take.id.clone()))
        }
        State::Done(Outcome::Video { file, .. }) => {
            pressed(ui, Button::secondary("Show in folder")).then(|| Act::Do(Command::Reveal(file.clone())))
        }
    }
}

/// What there is to say in full: sentence with the service's suggestion, code, request id, and the ways on.
fn note_ui(ui: &mut Ui, rect: Rect, row: &Row<'_>, note: &Note) -> Option<Act> {
    let (t, job) = (ui.tokens(), row.job);
    let (sentence, details) = note_galleys(ui, note, rect.width());
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
        let again = over && {
            let again = Button::secondary(words::again_words(job)).icon(icons::ARROW_CLOCKWISE).show(ui);
            let about = row.title.as_str();
            ui.ctx().accesskit_node_builder(again.id, |node| node.set_description(about));
            again.clicked()
        };
        if Button::ghost("Copy details").icon(icons::COPY).show(ui).clicked() {
            return Some(Act::Do(Command::Copy(notes::details(job, note))));
        }
        again.then(|| Act::Retry(job.id.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_apart_and_none_has_less_than_no_width() {
        for width in [0_u16, 60, 110, 300, 500, 640, 760, 1100] {
            let line = Rect::from_min_size(pos2(16.0, 40.0), vec2(f32::from(width), ROW));
            let all = columns(line);
            assert!(all.iter().all(|column| column.width() >= 0.0 && column.height() > 0.0), "{width}: {all:?}");
            assert!(all.windows(2).all(|pair| pair[0].right() <= pair[1].left()), "{width}: {all:?}");
        }
        let [names, stage, time, actions] = columns(Rect::from_min_size(pos2(0.0, 0.0), vec2(900.0, ROW)));
        assert_eq!((actions.width(), time.width(), stage.width()), (ACTIONS, TIME, STAGE));
        assert_eq!((names.left(), names.right()), (INDENT, stage.left() - space::L));
    }
}
