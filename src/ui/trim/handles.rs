//! The two ends of the chosen region: sliders to the keyboard and to screen readers, grips to the mouse.

use egui::accesskit::{Action, ActionData};
use egui::{CursorIcon, EventFilter, Key, Modifiers, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::region::{Edge, Limits, Span};
use super::view::Scale;
use crate::ui::paint::focus_ring;
use crate::ui::theme::Look as _;
use crate::ui::{format, tooltip};

/// Of the part that takes the mouse, in points.
const WIDTH: f32 = 16.0;
/// The grip that is drawn.
const GRIP: egui::Vec2 = vec2(12.0, 34.0);
/// Seconds of an arrow key.
const STEP: f64 = 0.1;

const fn name(edge: Edge) -> &'static str {
    match edge {
        Edge::Start => "Start of the sample",
        Edge::End => "End of the sample",
    }
}

fn id(ui: &Ui, edge: Edge) -> egui::Id {
    ui.scope_id().with(name(edge))
}

/// Listens at an edge of the region. One out of view keeps its place for the keyboard.
pub(super) fn handle_ui(ui: &Ui, wave: Rect, scale: Scale, region: Span, edge: Edge, limits: Limits) -> Response {
    let x = scale.x(edge.of(region));
    let is_seen = (wave.left() - 1.0..=wave.right() + 1.0).contains(&x);
    let center = pos2(x.clamp(wave.left(), wave.right()), wave.center().y);
    let area = Rect::from_center_size(center, vec2(if is_seen { WIDTH } else { 1.0 }, wave.height())).intersect(wave);
    let sense = if is_seen { Sense::click_and_drag() } else { Sense::focusable_noninteractive() };
    let response = ui.interact(area, id(ui, edge), sense);
    let reach = limits.reach(region, edge);
    let at = edge.of(region);
    response.widget_info(|| WidgetInfo::slider(true, at, name(edge)));
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(reach.from);
        node.set_max_numeric_value(reach.to);
        node.set_numeric_value_step(STEP);
        node.set_value(format::time_code(at));
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
    if response.hovered() || response.dragged() {
        ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let key = if edge == Edge::Start { "I" } else { "O" };
    if response.dragged() { response } else { tooltip::with_key(response, name(edge), key) }
}

/// Where arrow keys or a screen reader ask an edge to go, in seconds: a tenth, with Shift a second, with Ctrl a
/// hundredth.
pub(super) fn keyed(ui: &Ui, response: &Response, at: f64) -> Option<f64> {
    let mut steps = 0.0;
    if response.has_focus() {
        keep_arrows(ui, response);
        ui.input_mut(|input| {
            for (key, sign) in [(Key::ArrowRight, 1.0), (Key::ArrowLeft, -1.0)] {
                for (modifiers, step) in
                    [(Modifiers::SHIFT, 1.0), (Modifiers::COMMAND, STEP / 10.0), (Modifiers::NONE, STEP)]
                {
                    while input.consume_key(modifiers, key) {
                        steps += sign * step;
                    }
                }
            }
        });
    }
    let set = ui.input(|input| {
        for (action, sign) in [(Action::Increment, STEP), (Action::Decrement, -STEP)] {
            steps += input.accesskit_action_requests(response.id, action).map(|_| sign).sum::<f64>();
        }
        let mut asked = input.accesskit_action_requests(response.id, Action::SetValue);
        asked.find_map(|request| match request.data {
            Some(ActionData::NumericValue(value)) => Some(value),
            _ => None,
        })
    });
    set.or((steps != 0.0).then_some(at + steps))
}

/// Presses of the arrow keys on what has the focus: right less left.
pub(super) fn arrows(ui: &Ui, response: &Response) -> i32 {
    if !response.has_focus() {
        return 0;
    }
    keep_arrows(ui, response);
    let count = |key| i32::from(ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)));
    count(Key::ArrowRight) - count(Key::ArrowLeft)
}

/// Arrow keys would else move the focus.
fn keep_arrows(ui: &Ui, response: &Response) {
    let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}

pub(super) fn paint(ui: &Ui, wave: Rect, scale: Scale, region: Span) {
    let t = ui.tokens();
    let painter = ui.painter().with_clip_rect(wave.expand2(vec2(GRIP.x, 0.0)).intersect(ui.clip_rect()));
    let middle = super::paint::bars_in(wave).center().y;
    for edge in Edge::BOTH {
        let x = scale.x(edge.of(region));
        if !(wave.left() - 1.0..=wave.right() + 1.0).contains(&x) {
            continue;
        }
        let x = x.clamp(wave.left() + 1.0, wave.right() - 1.0);
        painter.vline(x, wave.y_range(), Stroke::new(2.0, t.accent.fill));
        let center = pos2(x.clamp(wave.left() + GRIP.x / 2.0, wave.right() - GRIP.x / 2.0), middle);
        let grip = Rect::from_center_size(center, GRIP);
        painter.rect_filled(grip, 4, t.accent.fill);
        for side in [-2.0, 2.0] {
            let line = Stroke::new(1.5, t.accent.on);
            painter.vline(center.x + side, (center.y - 6.0)..=(center.y + 6.0), line);
        }
        if ui.memory(|memory| memory.has_focus(id(ui, edge))) {
            focus_ring(&painter, grip, 4, t);
        }
    }
}
