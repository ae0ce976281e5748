//! Tab goes as the eyes do: along each row from left to right, whatever order its parts were drawn in. The window
//! toolkit goes by the order of drawing, and what stands at the right end of a row is drawn from the right.

use egui::{Context, Event, Id, Key, LayerId, Modifiers, Plugin, Popup, RawInput, Rect, Ui};

/// Where Tab begins when nothing has the focus: in the page, and not at what stands around every page.
pub fn begins_in(ctx: &Context, page: Rect) {
    ctx.data_mut(|data| data.insert_temp(Id::unique("where tab begins"), page));
}

/// Part of [`super::theme::install`].
pub(super) fn install(ctx: &Context) {
    ctx.add_plugin(Tab::default());
}

/// Takes presses of Tab before the toolkit sees them.
#[derive(Default)]
struct Tab {
    /// What the next pass gives the focus to.
    to: Option<Id>,
}

impl Plugin for Tab {
    fn debug_name(&self) -> &'static str {
        "Tab along rows"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let steps = input.events.iter().filter_map(step).sum::<isize>();
        self.to = if steps == 0 { None } else { next(ctx, steps) };
        if self.to.is_some() {
            input.events.retain(|event| step(event).is_none());
        }
    }

    /// Not before the pass: what loses the focus is told so by what had it when the pass began.
    fn on_begin_pass(&mut self, ui: &mut Ui) {
        if let Some(id) = self.to.take() {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
    }
}

/// One on or one back.
fn step(event: &Event) -> Option<isize> {
    match event {
        Event::Key { key: Key::Tab, pressed: true, modifiers, .. } if *modifiers == Modifiers::NONE => Some(1),
        Event::Key { key: Key::Tab, pressed: true, modifiers, .. } if modifiers.shift_only() => Some(-1),
        _ => None,
    }
}

/// What is so many stops from what has the focus. None where that is not among them, and while a menu is open: its
/// items stand below each other, and follow the button that opened it.
fn next(ctx: &Context, steps: isize) -> Option<Id> {
    if Popup::is_any_open(ctx) {
        return None;
    }
    let all = every_stop(ctx);
    let count = isize::try_from(all.len()).ok().filter(|count| *count > 0)?;
    let at = match ctx.memory(egui::Memory::focused) {
        Some(focused) => isize::try_from(all.iter().position(|(id, _)| *id == focused)?).ok()?,
        // One before the first of the page, or the first itself on the way back.
        None => isize::try_from(first_of_page(ctx, &all)).ok()? - isize::from(steps > 0),
    };
    let to = at.checked_add(steps)?.rem_euclid(count);
    all.get(usize::try_from(to).ok()?).map(|(id, _)| *id)
}

fn first_of_page(ctx: &Context, all: &[(Id, Rect)]) -> usize {
    let page = ctx.data(|data| data.get_temp::<Rect>(Id::unique("where tab begins")));
    let is_there = |(_, rect): &(Id, Rect)| page.is_some_and(|page| page.contains(rect.center()));
    all.iter().position(is_there).unwrap_or_default()
}

/// All that Tab stops at in the frame that is shown, in its order: what lies over the page after the page.
fn every_stop(ctx: &Context) -> Vec<(Id, Rect)> {
    let mut layers = ctx.viewport(|shown| {
        let layers = shown.prev_pass.widgets.layers();
        layers.map(|(layer, widgets)| (*layer, drawn(widgets))).collect::<Vec<_>>()
    });
    ctx.memory(|memory| {
        let heights: Vec<LayerId> = memory.layer_ids().collect();
        layers.retain(|(layer, _)| memory.allows_interaction(*layer));
        layers.sort_by_key(|(layer, _)| (layer.order, heights.iter().position(|each| each == layer)));
    });
    layers.into_iter().flat_map(|(_, stops)| along_rows(stops)).collect()
}

/// In the order of drawing, with what is seen of each.
fn drawn(widgets: &[egui::WidgetRect]) -> Vec<(Id, Rect)> {
    let stops = widgets.iter().filter(|widget| widget.enabled && widget.sense.is_focusable());
    stops.map(|stop| (stop.id, stop.interact_rect)).collect()
}

/// Puts what was drawn one after the other and stands in one row into the order of their left ends.
fn along_rows(stops: Vec<(Id, Rect)>) -> Vec<(Id, Rect)> {
    let mut ordered = Vec::with_capacity(stops.len());
    let mut row: Vec<(Id, Rect)> = Vec::new();
    let mut band: Option<egui::Rangef> = None;
    for (id, rect) in stops {
        let across = rect.y_range();
        // What is scrolled out of sight is in no row.
        let joined = band.filter(|band| rect.is_positive() && is_one_row(*band, across));
        if joined.is_none() {
            finish(&mut row, &mut ordered);
        }
        row.push((id, rect));
        band = Some(joined.map_or(across, |band| band.intersection(across))).filter(|_| rect.is_positive());
    }
    finish(&mut row, &mut ordered);
    ordered
}

fn is_one_row(one: egui::Rangef, other: egui::Rangef) -> bool {
    one.contains(other.center()) && other.contains(one.center())
}

fn finish(row: &mut Vec<(Id, Rect)>, ordered: &mut Vec<(Id, Rect)>) {
    row.sort_by(|(_, one), (_, other)| one.left().total_cmp(&other.left()));
    ordered.append(row);
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Pos2, pos2, vec2};

    fn order(rects: &[(Pos2, f32, f32)]) -> Vec<usize> {
        let ids: Vec<Id> = (0..rects.len()).map(Id::unique).collect();
        let rects = rects.iter().map(|(min, width, height)| Rect::from_min_size(*min, vec2(*width, *height)));
        let ordered = along_rows(ids.iter().copied().zip(rects).collect());
        ordered.iter().filter_map(|(id, _)| ids.iter().position(|each| each == id)).collect()
    }

    #[test]
    fn rows_are_walked_from_the_left_and_stay_in_their_order() {
        // A title's button, then the page's actions from the right end; below it a row with its buttons.
        let head = [(pos2(90.0, 10.0), 20.0, 20.0), (pos2(900.0, 4.0), 90.0, 32.0), (pos2(800.0, 4.0), 90.0, 32.0)];
        let list = [(pos2(20.0, 60.0), 980.0, 56.0), (pos2(950.0, 74.0), 28.0, 28.0), (pos2(910.0, 74.0), 28.0, 28.0)];
        let next = [(pos2(20.0, 116.0), 980.0, 56.0), (pos2(950.0, 130.0), 28.0, 28.0)];
        assert_eq!(order(&[&head[..], &list, &next].concat()), [0, 2, 1, 3, 5, 4, 6, 7]);
    }

    #[test]
    fn columns_and_what_is_out_of_sight_stay_as_they_were_drawn() {
        // A tall field with a column of buttons left of it.
        let tall = (pos2(300.0, 0.0), 200.0, 200.0);
        let column = [(pos2(10.0, 30.0), 90.0, 20.0), (pos2(10.0, 60.0), 90.0, 20.0), (pos2(10.0, 90.0), 90.0, 20.0)];
        assert_eq!(order(&[&[tall][..], &column].concat()), [0, 1, 2, 3]);
        let hidden = (pos2(10.0, 4.0), 90.0, -5.0);
        assert_eq!(order(&[(pos2(900.0, 4.0), 90.0, 32.0), hidden, (pos2(20.0, 4.0), 90.0, 32.0)]), [0, 1, 2]);
        assert!(order(&[]).is_empty());
    }
}
