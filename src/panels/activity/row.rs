//! One job as a row: picture, what it is, how it stands, how long, and what can be done about it.

use egui::{Align, Layout, Rect, Response, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use time::OffsetDateTime;

use super::entry::Entry;
use super::notes::Note;
use super::{Act, ActivityPanel, menu, trouble, words};
use crate::jobs::{Outcome, Request, State, Step, Waiting};
use crate::panels::{Command, Cx, made, pace, wait, when};
use crate::store::Store;
use crate::ui::progress::{Bar, bar_ui};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, format, icons, paint, radius, space, text, truncate};

pub(super) const ROW: f32 = 68.0;
const PICTURE: egui::Vec2 = vec2(80.0, 45.0);
const STAGE: f32 = 196.0;
const TIME: f32 = 96.0;
/// One button and the menu.
const ACTIONS: f32 = 148.0;
const OPEN_VOICE: &str = "Open voice";
/// What a second button needs.
const SECOND: f32 = 64.0;
/// Where the words begin, right of the picture.
pub(super) const INDENT: f32 = 102.0;

/// A job as it is drawn now.
pub(super) struct Row<'a> {
    pub entry: Entry<'a>,
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
    /// What Enter does, and its button; what would stop something it does not.
    pub main: Option<(Act, &'static str)>,
    pub is_sandbox: bool,
}

impl ActivityPanel {
    pub(super) fn row_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, row: &Row<'_>, rect: Rect) -> (Response, Option<Act>) {
        let t = ui.tokens();
        let job = row.entry.job;
        let response = ui.interact(rect, ui.scope_id().with("row"), Sense::click());
        let said = words::row_words(
            row.entry.kind(row.is_sandbox),
            &row.title,
            &row.context,
            &state_words(row),
            row.main.as_ref().map(|(_, words)| *words),
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
        // What has a note is a card of its own.
        if row.note.is_none() {
            ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, t.edge.soft));
        }
        let line = rect.with_max_y(rect.top() + ROW);
        let picture = Rect::from_min_size(pos2(rect.left() + space::S, line.center().y - PICTURE.y / 2.0), PICTURE);
        let heard = self.picture_ui(ui, cx, row.entry, picture);
        let [names, stage, time, actions] = columns(line, has_two(row.entry));
        lines_ui(ui, names, |ui| {
            truncate::name_ui(ui, &row.title, Type::Name, t.text.main);
            truncate::name_ui(ui, &row.context, Type::Small, t.text.hint);
        });
        state_ui(ui, stage, row);
        time_ui(ui, time, row);
        let mut act = in_rect(ui, actions, Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let more = menu::more_ui(ui, row.entry, &row.title);
            more.or(actions_ui(ui, cx, row))
        });
        if let Some(note) = row.note {
            let below = rect.with_min_y(line.bottom());
            let pressed = trouble::note_ui(ui, below, row, note);
            act = act.or(pressed);
        }
        act = act.or(heard);
        (response, act)
    }
}

fn time_ui(ui: &mut Ui, rect: Rect, row: &Row<'_>) {
    let (t, job) = (ui.tokens(), row.entry.job);
    let in_line = job.is_running() && matches!(job.waiting, Some(Waiting::Turn)) && row.entry.upload().is_none();
    let took = match row.entry.upload() {
        Some(sent) => format::took(time::Duration::milliseconds(sent.millis.try_into().unwrap_or(i64::MAX))),
        None if in_line => "–".to_owned(),
        None => format::took(job.finished_at.unwrap_or(row.now) - job.begun_at),
    };
    let below = match (row.entry.ended_at(), &row.usual) {
        (Some(at), _) => when::moment(when::local(at), when::local(row.now)),
        (None, Some(usual)) if in_line => format!("then {usual}"),
        (None, _) if in_line => String::new(),
        (None, Some(usual)) => format!("of {usual}"),
        (None, None) => "so far".to_owned(),
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
fn columns(line: Rect, two_buttons: bool) -> [Rect; 4] {
    let least = (line.left() + INDENT).min(line.right());
    let part = |right: f32, width: f32| {
        let right = right.max(least);
        Rect::from_x_y_ranges((right - width).max(least)..=right, line.y_range())
    };
    let actions = part(line.right() - space::S, ACTIONS + if two_buttons { SECOND } else { 0.0 });
    let time = part(actions.left() - space::S, TIME);
    let stage = part(time.left() - space::XL, STAGE);
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

pub(super) fn in_rect<R>(ui: &mut Ui, rect: Rect, layout: Layout, draw: impl FnOnce(&mut Ui) -> R) -> R {
    draw(&mut ui.new_child(UiBuilder::new().max_rect(rect).layout(layout)))
}

fn state_ui(ui: &mut Ui, rect: Rect, row: &Row<'_>) {
    let (t, job) = (ui.tokens(), row.entry.job);
    let words = state_words(row);
    let (icon, ink) = match (&job.state, &job.waiting) {
        _ if row.entry.upload().is_some() => (icons::CHECK_CIRCLE_FILL, t.success.ink),
        (State::Running(_), Some(_)) => (icons::HOURGLASS_MEDIUM, t.text.support),
        (State::Running(step), None) => return running_ui(ui, rect, row, *step),
        (State::Done(_), _) => (icons::CHECK_CIRCLE_FILL, t.success.ink),
        (State::Failed(_), _) if words::is_lost(job) => (icons::WARNING_FILL, t.warning.ink),
        (State::Failed(_), _) => (icons::WARNING_CIRCLE_FILL, t.danger.ink),
        (State::Stopped, _) => (icons::PROHIBIT, t.text.hint),
    };
    let line = rect.shrink2(vec2(0.0, (ROW - 18.0) / 2.0));
    icon.paint(ui.painter(), pos2(line.left() + 8.0, line.center().y), 16.0, ink);
    in_rect(ui, line.with_min_x((line.left() + 24.0).min(line.right())), Layout::left_to_right(Align::Center), |ui| {
        truncate::name_ui(ui, &words, Type::Small, ink);
    });
}

/// How a row stands, in words.
fn state_words(row: &Row<'_>) -> String {
    let job = row.entry.job;
    match (&job.state, &job.waiting) {
        _ if row.entry.upload().is_some() => if row.is_sandbox { "Copied" } else { "Uploaded" }.to_owned(),
        (State::Running(_), Some(Waiting::Turn)) => row.turn.clone(),
        (State::Running(_), Some(waiting)) => wait::words(waiting, row.now),
        (State::Running(_), None) => pace::step_words_in(job, row.is_sandbox),
        (State::Done(outcome), _) => words::done_words(outcome),
        (State::Failed(_), _) if words::is_lost(job) => "Reply lost".to_owned(),
        (State::Failed(error), _) => words::failed_words(error),
        (State::Stopped, _) => "Stopped".to_owned(),
    }
}

/// See [`Row::main`].
pub(super) fn main_act(store: &Store, entry: Entry<'_>) -> Option<(Act, &'static str)> {
    let job = entry.job;
    Some(match (&job.state, &job.request) {
        (_, Request::LipSync(sync)) if entry.upload().is_some() => {
            (Act::UseAgain(sync.target.path.clone()), "Use again")
        }
        (State::Running(_), _) => return None,
        (State::Stopped | State::Failed(_), request) => match store.back_already(request) {
            Some(voice) => (Act::OpenVoice(voice.to_owned()), OPEN_VOICE),
            None => (Act::Retry(job.id.clone()), words::again_words(job)),
        },
        (State::Done(Outcome::Voice { id, .. }), _) => (Act::OpenVoice(id.clone()), OPEN_VOICE),
        (State::Done(Outcome::Take(take)), _) => (Act::OpenTake(take.id.clone()), "Open take"),
        (State::Done(Outcome::Video { file, .. }), _) => (Act::Do(Command::Reveal(file.clone())), "Show in folder"),
    })
}

/// Whether there are two buttons in a row: what waits for another try can be tried at once.
fn has_two(entry: Entry<'_>) -> bool {
    let waits = matches!(entry.job.waiting, Some(Waiting::Again { .. }));
    waits && entry.job.is_running() && entry.upload().is_none()
}

fn running_ui(ui: &mut Ui, rect: Rect, row: &Row<'_>, step: Step) {
    let (t, job) = (ui.tokens(), row.entry.job);
    let name = pace::step_name(step, row.is_sandbox);
    let lines = if row.pace.is_some() { 50.0 } else { 30.0 };
    in_rect(ui, rect, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.spacing_mut().interact_size.y = 16.0;
        ui.add_space((ROW - lines) / 2.0);
        ui.horizontal(|ui| {
            ui.label(text::small(name).color(t.accent.fill));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Some(far) = pace::how_far(step, job) {
                    ui.support(far);
                }
            });
        });
        bar_ui(ui, &format!("{name} {}", row.title), Bar::from_fraction(job.progress.fraction()));
        if let Some(pace) = &row.pace {
            ui.hint(pace);
        }
    });
}

/// What can be done, from the right end of the row.
fn actions_ui(ui: &mut Ui, cx: &Cx<'_>, row: &Row<'_>) -> Option<Act> {
    let job = row.entry.job;
    let id = || job.id.clone();
    // Buttons of the same words stand in many rows: the job they act on is their description.
    let pressed = |ui: &mut Ui, button: Button<'_>| {
        let response = button.small().show(ui);
        let about = row.title.as_str();
        response.ctx.accesskit_node_builder(response.id, |node| node.set_description(about));
        response.clicked()
    };
    match &job.state {
        State::Running(_) if row.entry.upload().is_none() => {
            let (label, tip) = wait::stop_words(job, &cx.store.service);
            let two = has_two(row.entry);
            let mut button = if two { Button::ghost(label) } else { Button::secondary(label) };
            if let Some(tip) = &tip {
                button = button.tip(tip);
            }
            let stop = pressed(ui, button).then(|| Act::Stop(id()));
            stop.or((two && pressed(ui, Button::secondary("Try now"))).then(|| Act::Now(id())))
        }
        State::Failed(_) if row.entry.upload().is_none() => {
            // A failed row has its other buttons beside the error.
            let Request::LipSync(sync) = &job.request else { return None };
            let picks = made::wants_a_face(job) && pressed(ui, Button::secondary("Pick the face"));
            picks.then(|| Act::UseAgain(sync.target.path.clone()))
        }
        _ => {
            let (act, words) = row.main.as_ref()?;
            let button = Button::secondary(words);
            let button = if matches!(act, Act::Retry(_)) { button.icon(icons::ARROW_CLOCKWISE) } else { button };
            pressed(ui, button).then(|| act.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::job;
    use super::*;
    use crate::jobs::{CloneJob, Job, LocalFile};
    use crate::library::{CloneRecord, Consent};

    #[test]
    fn columns_keep_apart_and_none_has_less_than_no_width() {
        for width in [0_u16, 60, 110, 300, 500, 640, 760, 1100] {
            let line = Rect::from_min_size(pos2(16.0, 40.0), vec2(f32::from(width), ROW));
            let all = columns(line, width % 20 == 0);
            assert!(all.iter().all(|column| column.width() >= 0.0 && column.height() > 0.0), "{width}: {all:?}");
            assert!(all.windows(2).all(|pair| pair[0].right() <= pair[1].left()), "{width}: {all:?}");
        }
        let [names, stage, time, actions] = columns(Rect::from_min_size(pos2(0.0, 0.0), vec2(900.0, ROW)), false);
        assert_eq!((actions.width(), time.width(), stage.width()), (ACTIONS, TIME, STAGE));
        assert_eq!((names.left(), names.right()), (INDENT, stage.left() - space::L));
    }

    #[test]
    fn a_voice_that_is_back_is_opened_and_not_cloned_once_more() {
        let mut store = Store::new("x".into(), true);
        let record = |id: &str| CloneRecord {
            id: id.into(),
            sample_file: Some("/s/Mara.wav".into()),
            parked_at: Some("2026-11-22T11:00:00Z".into()),
            ..CloneRecord::default()
        };
        store.deleted_clones = vec![record("old")];
        let sample = LocalFile {
            path: "/s/Mara.wav".into(),
            content_type: "audio/wav".into(),
            kind: crate::api::AssetKind::Audio,
            size: None,
        };
        let request = CloneJob { name: "Mara".into(), sample, origin: None, consent: Consent::default() };
        let failed = State::Failed(crate::error::Error::Cancelled);
        let job = Job { request: Request::Clone(request), ..job("a", failed, 0) };
        let main = |store: &Store| main_act(store, Entry::whole(&job));
        assert!(matches!(main(&store), Some((Act::Retry(_), "Try again"))));
        store.clones = vec![record("new")];
        store.bring_back("old", "new");
        let Some((Act::OpenVoice(id), "Open voice")) = main(&store) else { panic!("{:?}", main(&store)) };
        assert_eq!(id, "new");
        store.clones.clear();
        assert!(matches!(main(&store), Some((Act::Retry(_), _))), "it was deleted again");
    }
}
