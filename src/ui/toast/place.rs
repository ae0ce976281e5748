//! Where toasts stand: at the lower right, above what they must not cover.

use egui::{Context, Id, Order, Rect, Ui, Vec2, pos2};

/// From the edges of the room, in points.
const MARGIN: f32 = 16.0;
/// Above what is kept clear.
const GAP: f32 = 12.0;

/// What is kept clear, and the pass in which that was said.
#[derive(Clone, Default)]
struct Clear {
    pass: u64,
    places: Vec<Rect>,
}

fn id() -> Id {
    Id::unique("mouthpiece-clear-of-toasts")
}

/// Keeps toasts off a part of a page in this frame: the foot with its main action. Main buttons say it of themselves.
pub fn keep_clear(ui: &Ui, place: Rect) {
    let seen = place.intersect(ui.clip_rect());
    // Dialogs and menus lie above the page, and say nothing about it.
    if ui.layer_id().order > Order::Middle || !seen.is_positive() {
        return;
    }
    let pass = ui.ctx().cumulative_pass_nr();
    ui.data_mut(|data| {
        let clear = data.get_temp_mut_or_default::<Clear>(id());
        if clear.pass != pass {
            *clear = Clear { pass, places: Vec::new() };
        }
        clear.places.push(seen);
    });
}

/// What this frame keeps clear.
pub(super) fn kept_clear(ctx: &Context) -> Vec<Rect> {
    let pass = ctx.cumulative_pass_nr();
    let clear = ctx.data(|data| data.get_temp::<Clear>(id())).filter(|clear| clear.pass == pass);
    clear.unwrap_or_default().places
}

/// The place of toasts of this size: at the lower right of the room, else above what is in the way there, else at its
/// left. Where nothing is free, at the lower right all the same.
pub(super) fn place(size: Vec2, room: Rect, clear: &[Rect]) -> Rect {
    let inside = room.shrink(MARGIN);
    let at = |left: f32, bottom: f32| Rect::from_min_size(pos2(left, bottom - size.y), size);
    let above = clear.iter().map(|place| place.top() - GAP).filter(|bottom| *bottom < inside.bottom());
    let mut bottoms: Vec<f32> = above.collect();
    bottoms.push(inside.bottom());
    bottoms.sort_by(|one, other| other.total_cmp(one));
    let is_free = |toasts: &Rect| toasts.top() >= inside.top() && !clear.iter().any(|place| place.intersects(*toasts));
    let right = inside.right() - size.x;
    let places = [right, inside.left()].into_iter().flat_map(|left| bottoms.iter().map(move |bottom| (left, *bottom)));
    places.map(|(left, bottom)| at(left, bottom)).find(is_free).unwrap_or_else(|| at(right, inside.bottom()))
}

#[cfg(test)]
mod tests {
    use egui::vec2;

    use super::*;

    const ROOM: Rect = Rect { min: pos2(88.0, 36.0), max: pos2(1280.0, 800.0) };
    const SIZE: Vec2 = vec2(360.0, 56.0);

    fn rect(min: [f32; 2], max: [f32; 2]) -> Rect {
        Rect::from_min_max(min.into(), max.into())
    }

    #[test]
    fn they_stand_at_the_lower_right_and_above_what_is_kept_clear() {
        assert_eq!(place(SIZE, ROOM, &[]), rect([904.0, 728.0], [1264.0, 784.0]));
        let beside = rect([100.0, 740.0], [400.0, 780.0]);
        assert_eq!(place(SIZE, ROOM, &[beside]).max, pos2(1264.0, 784.0));
        let button = rect([1100.0, 740.0], [1260.0, 780.0]);
        assert_eq!(place(SIZE, ROOM, &[beside, button]).max, pos2(1264.0, 728.0));
        let other = rect([1000.0, 660.0], [1260.0, 700.0]);
        assert_eq!(place(SIZE, ROOM, &[button, other]).max, pos2(1264.0, 648.0), "above both of them");
    }

    #[test]
    fn where_there_is_no_room_at_the_right_they_stand_at_the_left_and_never_outside() {
        let column = rect([1000.0, 40.0], [1260.0, 790.0]);
        assert_eq!(place(SIZE, ROOM, &[column]).min, pos2(104.0, 728.0));
        assert_eq!(place(SIZE, ROOM, &[ROOM]), rect([904.0, 728.0], [1264.0, 784.0]));
        let high = vec2(360.0, 700.0);
        let button = rect([1100.0, 740.0], [1260.0, 780.0]);
        assert_eq!(place(high, ROOM, &[button]).left_bottom(), pos2(104.0, 784.0));
    }
}
