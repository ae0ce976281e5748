//! Whose face is to move: the service's own choice, or one that is clicked in a frame.

use egui::{Align, Layout, Pos2, Rect, Stroke, Ui, Vec2};

use super::LipSyncPanel;
use crate::compose;
use crate::panels::Cx;
use crate::store::{Face, Store};
use crate::ui::theme::Look as _;
use crate::ui::{Button, icons, paint, segmented, text};

/// What is to be done to pick one: said among the options, and on the video, where it is done.
pub(super) const PICK: &str = "Stop on a frame that shows the face, and click it";

impl LipSyncPanel {
    /// The row of the switch, and below it what is to be done or was picked.
    pub(super) fn face_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if !compose::takes_face(&cx.store.flow.lip_sync.model) {
            self.open.face = false;
            return;
        }
        let mut picks = self.open.face || face(cx.store).is_some();
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = 28.0;
            ui.label(text::body("Face to move"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if segmented::segmented_ui(ui, "Face to move", &mut picks, &[(false, "Automatic"), (true, "Pick")]) {
                    cx.store.flow.lip_sync.face = None;
                    self.open.face = picks;
                    // Back in the place where a click means a face.
                    self.open.details &= !picks;
                }
            });
        });
        let Some(words) = words(cx.store, self.open.face) else { return };
        ui.horizontal(|ui| {
            icons::USER_FOCUS.show(ui, 16.0, ui.tokens().text.hint);
            ui.hint(words);
            let is_picked = face(cx.store).is_some();
            if is_picked && !self.open.face && Button::ghost("Pick again").small().show(ui).clicked() {
                (self.open.face, self.open.details) = (true, false);
            }
        });
    }

    /// Takes a click into the video as a face, while one is picked, and marks the one that was.
    pub(super) fn pick_on(&mut self, ui: &Ui, cx: &mut Cx<'_>, rect: Rect, click: Option<Pos2>) {
        let Some((pixels, path)) = target(cx.store) else { return };
        let place = picture(rect, pixels);
        let frame = self.target.frame();
        if let (true, Some(pos), Some(frame)) = (self.open.face, click, frame) {
            if let Some(at) = pixel(place, pixels, pos) {
                cx.store.flow.lip_sync.face = Some(Face { path, frame, at });
                self.open.face = false;
            }
            return;
        }
        if let Some(face) = face(cx.store).filter(|face| Some(face.frame) == frame) {
            mark(ui, point(place, pixels, face.at));
        }
    }
}

/// The face picked in the target that is set.
pub(super) fn face(store: &Store) -> Option<&Face> {
    let target = store.flow.target.as_ref()?;
    store.flow.lip_sync.face.as_ref().filter(|face| face.path == target.path)
}

fn words(store: &Store, picks: bool) -> Option<String> {
    if picks && store.flow.target.is_none() {
        return Some("Choose the video first".to_owned());
    }
    if picks {
        return Some(PICK.to_owned());
    }
    let face = face(store)?;
    Some(format!("Picked in frame {}, at {} × {} px", face.frame, face.at[0], face.at[1]))
}

fn target(store: &Store) -> Option<([u32; 2], std::path::PathBuf)> {
    let target = store.flow.target.as_ref()?;
    let video = target.probe.video.as_ref()?;
    Some(([video.width.max(1), video.height.max(1)], target.path.clone()))
}

/// Where the whole of a picture lies in its place.
#[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
fn picture(rect: Rect, pixels: [u32; 2]) -> Rect {
    let size = Vec2::from(pixels.map(|side| side as f32));
    Rect::from_center_size(rect.center(), size * (rect.size() / size).min_elem())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "clamped")]
fn pixel(place: Rect, [width, height]: [u32; 2], pos: Pos2) -> Option<[u32; 2]> {
    let share = (pos - place.min) / place.size();
    let along = |share: f32, count: u32| ((share * count as f32).floor().max(0.0) as u32).min(count - 1);
    place.contains(pos).then(|| [along(share.x, width), along(share.y, height)])
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
fn point(place: Rect, [width, height]: [u32; 2], [x, y]: [u32; 2]) -> Pos2 {
    place.min + place.size() * Vec2::new((x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32)
}

fn mark(ui: &Ui, at: Pos2) {
    let t = ui.tokens();
    ui.painter().circle_stroke(at, 15.0, Stroke::new(4.0, t.badge.fill));
    ui.painter().circle_stroke(at, 15.0, Stroke::new(2.0, t.accent.fill));
    let words = paint::one_line(ui, "Face", crate::ui::Type::Label, t.accent.on, 80.0);
    let place = Rect::from_center_size(at - Vec2::new(0.0, 28.0), words.size() + Vec2::new(12.0, 4.0));
    ui.painter().rect_filled(place, 4, t.accent.fill);
    ui.painter().galley(place.min + Vec2::new(6.0, 2.0), words, t.accent.on);
}

#[cfg(test)]
mod tests {
    use egui::{pos2, vec2};

    use super::*;

    #[test]
    fn a_click_is_a_pixel_of_the_video_also_beside_its_bars() {
        let place = Rect::from_min_size(pos2(100.0, 50.0), vec2(480.0, 270.0));
        let wide = picture(place, [1920, 1080]);
        assert_eq!(pixel(wide, [1920, 1080], pos2(100.0, 50.0)), Some([0, 0]));
        assert_eq!(pixel(wide, [1920, 1080], pos2(340.0, 185.0)), Some([960, 540]));
        assert_eq!(pixel(wide, [1920, 1080], pos2(580.0, 320.0)), Some([1919, 1079]));
        let upright = picture(place, [1080, 1920]);
        assert_eq!(pixel(upright, [1080, 1920], pos2(120.0, 185.0)), None, "a bar is no face");
        let middle = point(upright, [1080, 1920], [540, 960]);
        assert!((middle - place.center()).length() < 1.0, "{middle:?}");
    }
}
