//! One of the videos on the page, and the keys of the page.

use std::time::Instant;

use egui::{Key, Modifiers, Rect, Response, Ui, Vec2};

use super::side::Moment;
use super::{REST, Watch, mute};
use crate::panels::{Command, Cx, has_keys};
use crate::ui::notice::{self, ErrorPress};
use crate::ui::{Mark, VideoView, space};

impl Watch {
    /// The page's keys, while no field has them and nothing lies over the page. Letters and signs also act while a
    /// button has the focus, which makes no use of them.
    pub(super) fn keys(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let ctx = ui.ctx();
        if self.sides.is_empty() || ctx.text_edit_focused() || !(has_keys(ctx) || self.is_full) {
            return;
        }
        let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::Comma) {
            self.step(cx, -1);
        }
        if pressed(Key::Period) {
            self.step(cx, 1);
        }
        if pressed(Key::F) {
            self.is_full = !self.is_full;
        }
        // With another sound in the strip the rest is the strip's, unless the page is about nothing but these videos.
        let other = cx.player.now().filter(|_| !self.keeps_keys && !self.is_loaded(cx));
        if other.is_some_and(|now| now.is_playing || !self.lets_by) {
            return;
        }
        if pressed(Key::M) {
            mute(cx);
        }
        if self.sides.len() == 2 && pressed(Key::X) {
            self.hear(cx, 1 - self.heard);
        }
        if self.sides.len() == 2 && pressed(Key::K) {
            self.link(!self.is_linked());
        }
        if ctx.egui_wants_keyboard_input() {
            return;
        }
        if pressed(Key::Space) {
            self.toggle(cx);
        }
        for (key, secs) in [(Key::ArrowLeft, -1.0), (Key::ArrowRight, 1.0)] {
            if pressed(key) {
                self.seek(cx, self.at + secs);
                self.hand.moved = None;
            }
        }
        if pressed(Key::Home) {
            self.seek(cx, 0.0);
            self.hand.moved = None;
        }
    }

    /// Draws one of the videos in so much room; a click plays or pauses, unless it means something else.
    pub fn view_ui(
        &mut self,
        ui: &mut Ui,
        cx: &mut Cx<'_>,
        index: usize,
        size: Vec2,
        marks: Marks<'_>,
    ) -> Option<Response> {
        let fit = pixels(ui, size);
        let moment = self.moment(index);
        let is_elsewhere = self.is_full && !marks.is_full;
        let video = self.sides.get_mut(index)?;
        if !is_elsewhere {
            video.work(ui.ctx(), cx.runtime, fit, moment);
        }
        let name = format!("{} {}", video.watched.words, video.watched.name());
        let value = video.number().map_or_else(String::new, |number| format!("Frame {number}"));
        let mut view = VideoView::new(&name, video.picture(moment.at)).value(value).waiting(video.problem().is_none());
        if let Some(top) = marks.top {
            view = view.top(top);
        }
        if marks.is_full {
            view = view.square();
        }
        let response = view.bottom(marks.bottom.filter(|_| video.problem().is_none())).show(ui, size);
        if let Some(problem) = video.problem() {
            let path = video.film().path.clone();
            if problem_ui(ui, response.rect, problem) {
                cx.commands.push(Command::OpenFile(path));
            }
        } else if response.clicked() && !marks.is_picked {
            self.toggle(cx);
        }
        Some(response)
    }

    /// The clock as one of the videos sees it: what was unlinked and is not heard stands where it is.
    fn moment(&self, index: usize) -> Moment {
        if let Some(at) = self.apart.filter(|_| index != self.heard) {
            let now = Instant::now();
            return Moment { now, at, is_playing: false, will_play: false, is_at_rest: true, pace: 1.0 };
        }
        let is_moved = self.hand.moved.is_some_and(|moved| moved.elapsed() < REST);
        Moment {
            now: Instant::now(),
            at: self.at,
            is_playing: self.is_playing,
            will_play: self.is_playing || self.starting.is_some(),
            is_at_rest: !is_moved,
            pace: 1.0,
        }
    }
}

/// What stands on a picture.
#[derive(Clone, Copy, Default)]
pub(in crate::panels) struct Marks<'a> {
    pub top: Option<Mark<'a>>,
    pub bottom: Option<Mark<'a>>,
    /// It is drawn in the full window.
    pub is_full: bool,
    /// A click is the caller's.
    pub is_picked: bool,
}

/// Why there is no picture, on its bed. True when the file is to be opened elsewhere.
fn problem_ui(ui: &mut Ui, rect: Rect, problem: &crate::error::Error) -> bool {
    let place = Rect::from_center_size(rect.center(), rect.size() - Vec2::splat(2.0 * space::L));
    let builder = egui::UiBuilder::new().max_rect(place);
    let pressed = ui.scope_builder(builder, |ui| notice::error_ui(ui, problem, &["Open in your player"]));
    pressed.inner == Some(ErrorPress::Action(0))
}

/// A place in pixels of the screen, in steps, so that a window being resized does not begin anew each time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size on the screen")]
fn pixels(ui: &Ui, size: Vec2) -> [u32; 2] {
    let points = size * ui.ctx().pixels_per_point();
    [points.x, points.y].map(|side| (side.clamp(2.0, 4096.0) / 32.0).ceil() as u32 * 32)
}
