//! One flow in the list: picture, name, five state dashes, status, time, cost, button and menu.

use egui::{Align, Color32, Layout, Rect, Ui, UiBuilder, pos2, vec2};

use super::recent::Entry;
use super::stages::State;
use super::status::Act;
use crate::panels::thumb::{self, Fit};
use crate::panels::{Command, Commands, Cx, FlowCommand, Pictures};
use crate::ui::theme::Look as _;
use crate::ui::{Button, IconButton, MenuItem, Row, Tokens, Type, icons, paint, select, truncate};

/// Height of a row.
pub(super) const HEIGHT: f32 = 52.0;
/// Width of the pictures that are asked for.
const PICTURE: u32 = 192;

/// What was asked of a row that its page does itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    Rename,
}

/// Where things stand in a row.
struct Places {
    picture: Rect,
    words: Rect,
    dashes: Rect,
    status: Option<Rect>,
    when: Rect,
    cost: Rect,
    act: Rect,
    more: Rect,
}

impl Places {
    fn of(row: Rect) -> Self {
        let y = row.center().y;
        let (left, right) = (row.left() + 5.0, row.right());
        let span = |from: f32, to: f32, height: f32| {
            Rect::from_min_max(pos2(from, y - height / 2.0), pos2(to.max(from), y + height / 2.0))
        };
        let wide = row.width() > 980.0;
        let when = span(right - 299.0, right - 199.0, 16.0);
        // The columns share what a wider window has more.
        let dashes_at = if wide { left + 320.0 + (row.width() - 1124.0).max(0.0) * 0.3 } else { right - 521.0 };
        Self {
            picture: span(left, left + 64.0, 36.0),
            words: span(left + 76.0, dashes_at - 8.0, 36.0),
            dashes: span(dashes_at, dashes_at + 92.0, 4.0),
            status: wide.then(|| span(dashes_at + 116.0, when.left() - 12.0, 16.0)),
            when,
            cost: span(right - 199.0, right - 135.0, 16.0),
            act: span(right - 123.0, right - 47.0, 28.0),
            more: span(right - 35.0, right - 3.0, 32.0),
        }
    }
}

/// Draws a row and carries out what is pressed on it.
pub(super) fn row_ui(
    ui: &mut Ui,
    entry: &Entry,
    is_open: bool,
    divider: bool,
    (cx, pictures): (&mut Cx<'_>, &mut Pictures),
) -> Option<Press> {
    let t = ui.tokens();
    let spoken = entry.spoken();
    let row = Row::new(&spoken).height(HEIGHT).selected(is_open);
    let whole = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), HEIGHT));
    let (response, pressed) = row.show(ui, |ui| {
        let at = Places::of(whole);
        picture_ui(ui, at.picture, entry, cx, pictures);
        words_ui(ui, at.words, entry);
        if let Some(status) = &entry.status {
            paint_dashes(ui, at.dashes, status.states);
        }
        if let Some(place) = at.status {
            let (words, ink) = match (&entry.status, &entry.problem) {
                (_, Some(problem)) => (problem.as_str(), t.danger.ink),
                (Some(status), _) if status.act == Act::Fix => (status.words.as_str(), t.danger.ink),
                (Some(status), _) => (status.words.as_str(), t.text.support),
                (None, None) => ("", t.text.support),
            };
            inside(ui, place, |ui| truncate::name_ui(ui, words, Type::Small, ink));
        }
        inside(ui, at.when, |ui| truncate::name_ui(ui, &entry.when, Type::Small, ui.hint_ink()));
        let cost = paint::one_line(ui, &entry.cost, Type::Mono, t.text.support, at.cost.width());
        paint::text_at(ui.painter(), at.cost.right() - cost.size().x, at.cost.center().y, cost);
        let act = inside(ui, at.act, |ui| act_ui(ui, entry, is_open, at.act.width()));
        if act {
            open(entry, cx.commands);
        }
        inside(ui, at.more, |ui| more_ui(ui, entry, is_open, cx))
    });
    if divider && !is_open {
        ui.painter().hline(whole.x_range(), whole.bottom() - 0.5, egui::Stroke::new(1.0, t.edge.soft));
    }
    if response.clicked() && !is_open {
        open(entry, cx.commands);
    }
    pressed
}

fn open(entry: &Entry, commands: &mut Commands) {
    commands.push(Command::Flow(FlowCommand::Open(entry.id.clone())));
}

fn picture_ui(ui: &Ui, place: Rect, entry: &Entry, cx: &Cx<'_>, pictures: &mut Pictures) {
    let file = entry.brief.as_ref().and_then(|brief| brief.picture());
    let picture = file.and_then(|file| pictures.frame(ui.ctx(), cx.runtime, file, PICTURE).cloned());
    let has_sound = entry.brief.as_ref().is_some_and(|brief| brief.flow.source.is_some() || brief.flow.audio.is_some());
    let icon = match file {
        Some(_) => icons::FILM_STRIP,
        None if has_sound => icons::WAVEFORM,
        None => icons::ARTICLE,
    };
    thumb::paint(ui, place, picture.as_ref(), Fit::Cover, icon);
}

fn words_ui(ui: &mut Ui, place: Rect, entry: &Entry) {
    let t = ui.tokens();
    let (name, about) = place.split_top_bottom_at_y(place.center().y + 1.0);
    inside(ui, name, |ui| truncate::name_ui(ui, &entry.name, Type::Name, t.text.main));
    inside(ui, about, |ui| truncate::name_ui(ui, &entry.about, Type::Small, ui.hint_ink()));
}

fn act_ui(ui: &mut Ui, entry: &Entry, is_open: bool, width: f32) -> bool {
    let label = entry.status.as_ref().map_or("Open", |status| status.act.label());
    let why_off = match &entry.problem {
        Some(_) => Some("This flow can't be read"),
        None => is_open.then_some("This flow is open"),
    };
    let tip = format!("{label} “{}”", entry.name);
    Button::secondary(label).small().tip(&tip).width(width).off_if(why_off).show(ui).clicked()
}

fn more_ui(ui: &mut Ui, entry: &Entry, is_open: bool, cx: &mut Cx<'_>) -> Option<Press> {
    let more = IconButton::new(icons::DOTS_THREE, "More actions for this flow").show(ui);
    let file = entry.brief.as_ref().and_then(|brief| brief.file(cx.jobs));
    let shown = select::menu(&more, |ui| {
        let id = || entry.id.clone();
        if MenuItem::new("Duplicate").icon(icons::COPY).show(ui).clicked() {
            cx.commands.push(Command::Flow(FlowCommand::Copy(id())));
        }
        let renames = MenuItem::new("Rename").icon(icons::PENCIL_SIMPLE).show(ui).clicked();
        let no_file = file.is_none().then_some("There are no files in it yet");
        let shows = MenuItem::new("Show files").icon(icons::FOLDER_OPEN).off_if(no_file).show(ui).clicked();
        if let Some(file) = file.filter(|_| shows) {
            cx.commands.push(Command::Reveal(file));
        }
        let open = is_open.then_some("This flow is open. Begin a new one first.");
        let remove = MenuItem::new("Remove from list").icon(icons::TRASH).danger().off_if(open).show(ui);
        if remove.clicked() {
            cx.commands.push(Command::Flow(FlowCommand::Remove(id())));
        }
        renames.then_some(Press::Rename)
    });
    shown.flatten()
}

fn paint_dashes(ui: &Ui, place: Rect, states: [State; 5]) {
    let t = ui.tokens();
    let mut left = place.left();
    for state in states {
        let dash = Rect::from_min_size(pos2(left, place.top()), vec2(16.0, 4.0));
        ui.painter().rect_filled(dash, 2, ink(state, t));
        left += 19.0;
    }
}

fn ink(state: State, t: &Tokens) -> Color32 {
    match state {
        State::Done => t.success.ink,
        State::Ready | State::Running => t.accent.fill,
        State::Changed => t.warning.ink,
        State::Failed => t.danger.ink,
        State::Empty | State::Waiting => t.edge.strong,
    }
}

fn inside<R>(ui: &mut Ui, place: Rect, show: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Center));
    let mut place = ui.new_child(builder);
    place.spacing_mut().interact_size.y = 0.0;
    show(&mut place)
}
