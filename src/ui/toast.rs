//! Toasts: short news at the lower right, above the main action of the page. One per subject, three at most; good news
//! goes by itself, errors stay.

mod place;

use std::time::Duration;

use egui::{
    Align, Area, Context, Galley, Id, Key, Layout, Modifiers, Popup, Rect, Role, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, WidgetInfo, emath::TSTransform, vec2,
};

use super::icons::{self, Icon};
use super::text::{self, Type};
use super::theme::{Look as _, State, Tokens, radius};
use super::{Button, IconButton, motion, paint};

pub use place::keep_clear;

/// Of one with a title and a line, in points.
const WIDTH: f32 = 360.0;
const HEIGHT: f32 = 56.0;
const AT_MOST: usize = 3;
const SECS: f64 = 6.0;
const UNDO_SECS: f64 = 8.0;

/// What kind of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    Info,
    Success,
    Error,
}

impl News {
    fn look(self, t: &Tokens) -> (Icon, egui::Color32) {
        let ink = |state: &State| state.ink;
        match self {
            Self::Info => (icons::INFO_FILL, t.accent.fill),
            Self::Success => (icons::CHECK_CIRCLE_FILL, ink(&t.success)),
            Self::Error => (icons::WARNING_CIRCLE_FILL, ink(&t.danger)),
        }
    }
}

/// One toast. `A` is what its button does, given back by [`Toasts::show`].
#[derive(Debug, Clone)]
#[must_use = "a toast shows only when it is pushed"]
pub struct Toast<A> {
    subject: String,
    news: News,
    title: String,
    detail: String,
    action: Option<(String, A)>,
    undo: bool,
    /// When it came, in seconds of the window's clock; not yet for one that waits to be drawn.
    since: Option<f64>,
    /// When it begins to leave.
    until: Option<f64>,
}

impl<A> Toast<A> {
    /// News about `subject`; a newer toast on the same subject takes its place.
    pub fn new(news: News, subject: impl Into<String>, title: impl Into<String>) -> Self {
        let (subject, title) = (subject.into(), title.into());
        Self { subject, news, title, detail: String::new(), action: None, undo: false, since: None, until: None }
    }

    /// The second line.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// A button: "Show", "Try now".
    pub fn action(mut self, label: impl Into<String>, action: A) -> Self {
        self.action = Some((label.into(), action));
        self
    }

    /// An "Undo" button; the toast stays for 8 seconds.
    pub fn undo(mut self, action: A) -> Self {
        self.undo = true;
        self.action("Undo", action)
    }

    /// How much of it is there, 0 to 1, while it comes and while it leaves; and whether it leaves.
    #[expect(clippy::cast_possible_truncation, reason = "a part of one")]
    fn presence(&self, now: f64, fade: f64) -> (f32, bool) {
        let leaves = self.until.is_some_and(|until| now >= until);
        if fade <= 0.0 {
            return (1.0, leaves);
        }
        let part = match self.until.filter(|_| leaves) {
            Some(until) => 1.0 - (now - until) / fade,
            None => (now - self.since.unwrap_or(now)) / fade,
        };
        (egui::emath::easing::cubic_out(part.clamp(0.0, 1.0) as f32), leaves)
    }

    fn stays_secs(&self) -> Option<f64> {
        match self.news {
            News::Error => None,
            _ if self.undo => Some(UNDO_SECS),
            _ => Some(SECS),
        }
    }
}

/// The toasts on screen.
#[derive(Debug)]
pub struct Toasts<A> {
    shown: Vec<Toast<A>>,
    /// Esc belonged to a dialog, a menu or a field when the last frame was drawn: leaving that is all it does.
    is_esc_taken: bool,
}

impl<A> Default for Toasts<A> {
    fn default() -> Self {
        Self { shown: Vec::new(), is_esc_taken: false }
    }
}

impl<A> Toasts<A> {
    /// Adds a toast, in place of an older one on the same subject. When there are too many, the oldest that goes by
    /// itself leaves first, then the oldest error.
    pub fn push(&mut self, toast: Toast<A>) {
        self.dismiss(&toast.subject);
        if self.shown.len() >= AT_MOST {
            let oldest = self.shown.iter().position(|toast| toast.news != News::Error).unwrap_or(0);
            drop(self.shown.remove(oldest));
        }
        self.shown.push(toast);
    }

    /// Takes away the toast on a subject, because it is no longer so.
    pub fn dismiss(&mut self, subject: &str) {
        self.shown.retain(|toast| toast.subject != subject);
    }

    /// Forgets those that have left, which takes them `fade` seconds; starts the time of new ones.
    fn expire(&mut self, now: f64, fade: f64) {
        for toast in &mut self.shown {
            if toast.since.is_none() {
                toast.since = Some(now);
                toast.until = toast.stays_secs().map(|secs| now + secs);
            }
        }
        self.shown.retain(|toast| toast.until.is_none_or(|until| until + fade > now));
    }

    fn obey_esc(&mut self, ctx: &Context) {
        let is_covered = ctx.memory(|memory| memory.top_modal_layer().is_some()) || Popup::is_any_open(ctx);
        let is_taken = is_covered || ctx.text_edit_focused();
        let was_taken = std::mem::replace(&mut self.is_esc_taken, is_taken);
        let is_free = !was_taken && !is_taken && !self.shown.is_empty();
        if is_free && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            drop(self.shown.pop());
        }
    }

    /// Draws the toasts, newest lowest, and gives back what was pressed. `room` is the part of the window where they may
    /// stand; call it after what is drawn there, which says by [`keep_clear`] what they must not cover. Wakes the window
    /// when the next one is due to leave. Esc closes the newest, when nothing before took the key.
    pub fn show(&mut self, ctx: &Context, room: Rect) -> Option<A> {
        self.obey_esc(ctx);
        let now = ctx.input(|input| input.time);
        let fade = motion::appear_secs(ctx);
        self.expire(now, fade);
        if let Some(next) = self.shown.iter().filter_map(|toast| toast.until).reduce(f64::min) {
            ctx.request_repaint_after(Duration::from_secs_f64((next - now).max(0.0)));
        }
        let mut gone = None;
        let id = Id::unique("toasts");
        // Without toasts the area is empty, which says nothing of the size of one.
        let area = ctx.memory(|memory| memory.area_rect(id)).filter(|area| area.height() > 0.0);
        let size = area.map_or(vec2(WIDTH, HEIGHT), |area| area.size());
        let place = place::place(size, room, &place::kept_clear(ctx));
        let area = Area::new(id).order(egui::Order::Foreground).fixed_pos(place.min).movable(false).constrain(false);
        area.show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            for (index, toast) in self.shown.iter().enumerate() {
                let (there, leaves) = toast.presence(now, fade);
                if there < 1.0 {
                    ctx.request_repaint();
                }
                let slide = TSTransform::from_translation(vec2(0.0, motion::SLIDE * (1.0 - there)));
                let pressed = ui.with_visual_transform(slide, |ui| {
                    ui.multiply_opacity(there);
                    toast_ui(ui, toast)
                });
                // One that leaves is too late to be pressed.
                if let Some(act) = pressed.inner.filter(|_| !leaves) {
                    gone = Some((index, act));
                }
            }
        });
        let (index, act) = gone?;
        let toast = self.shown.remove(index);
        toast.action.filter(|_| act).map(|(_, action)| action)
    }
}

/// Lines of a title: those of the sound device and of files do not fit one.
const TITLE_ROWS: usize = 2;

/// Lines of the second part: of a failure, what happened, why and what to do; else the way to a file.
const fn rows(news: News) -> usize {
    if matches!(news, News::Error) { 4 } else { 2 }
}

/// Draws one toast, 360 x 56, and higher when it has more to say. `Some(true)` when its button was pressed,
/// `Some(false)` when it was closed.
pub fn toast_ui<A>(ui: &mut Ui, toast: &Toast<A>) -> Option<bool> {
    let t = ui.tokens();
    // Beside the mark and the two buttons, the second of which is as wide as its words.
    let button = |(label, _): &(String, A)| paint::one_line(ui, label, Type::Name, t.text.main, 120.0).size().x + 30.0;
    let width = 263.0 - toast.action.as_ref().map_or(0.0, button);
    let title = paint::lines(ui, &toast.title, Type::Name, t.text.main, width, TITLE_ROWS);
    let detail = paint::lines(ui, &toast.detail, Type::Small, t.text.support, width, rows(toast.news));
    let more = |galley: &Galley, kind: Type| (galley.size().y - kind.line()).max(0.0);
    let higher = more(&title, Type::Name) + more(&detail, Type::Small);
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT + higher), Sense::hover());
    let role = if toast.news == News::Error { Role::Alert } else { Role::Status };
    response.widget_info(|| WidgetInfo::labeled(role, true, format!("{}. {}", toast.title, toast.detail)));
    let (icon, ink) = toast.news.look(t);
    ui.painter().add(t.popup_shadow().as_shape(rect, radius::ROW));
    ui.painter().rect(rect, radius::ROW, t.fill.popover, Stroke::new(1.0, t.edge.strong), StrokeKind::Inside);
    let bar = Rect::from_min_max(rect.min + vec2(1.0, 9.0), egui::pos2(rect.left() + 4.0, rect.bottom() - 9.0));
    ui.painter().rect_filled(bar, 2, ink);
    icon.paint(ui.painter(), rect.left_center() + vec2(26.0, 0.0), 18.0, ink);
    let builder = UiBuilder::new().max_rect(rect.shrink2(vec2(7.0, 0.0))).layout(Layout::right_to_left(Align::Center));
    let mut right = ui.new_child(builder);
    let mut pressed = None;
    if IconButton::new(icons::X, "Dismiss").small().show(&mut right).clicked() {
        pressed = Some(false);
    }
    right.add_space(6.0);
    if let Some((label, _)) = &toast.action
        && Button::link(label).show(&mut right).clicked()
    {
        pressed = Some(true);
    }
    let words =
        Rect::from_min_max(rect.min + vec2(47.0, 11.0), egui::pos2(right.min_rect().left() - 8.0, rect.bottom()));
    let mut words = ui.new_child(UiBuilder::new().max_rect(words).layout(Layout::top_down(Align::Min)));
    words.spacing_mut().item_spacing.y = 1.0;
    for (galley, whole) in [(title, &toast.title), (detail, &toast.detail)] {
        let cut = galley.elided;
        let said = words.add(egui::Label::new(galley).selectable(false));
        if cut {
            said.on_hover_ui(|ui| drop(ui.label(text::small(whole))));
        }
    }
    pressed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(toasts: &Toasts<()>) -> Vec<&str> {
        toasts.shown.iter().map(|toast| toast.title.as_str()).collect()
    }

    #[test]
    fn one_per_subject_three_at_most_and_errors_stay_longest() {
        let mut toasts = Toasts::<()>::default();
        toasts.push(Toast::new(News::Error, "net", "Offline"));
        toasts.push(Toast::new(News::Info, "a", "First"));
        toasts.push(Toast::new(News::Info, "a", "Second"));
        assert_eq!(titles(&toasts), ["Offline", "Second"]);
        toasts.push(Toast::new(News::Success, "b", "Third"));
        toasts.push(Toast::new(News::Success, "c", "Fourth"));
        assert_eq!(titles(&toasts), ["Offline", "Third", "Fourth"]);
    }

    #[test]
    fn good_news_leaves_after_six_seconds_and_undo_after_eight() {
        let mut toasts = Toasts::<()>::default();
        toasts.push(Toast::new(News::Error, "net", "Offline"));
        toasts.push(Toast::new(News::Info, "a", "Deleting").undo(()));
        toasts.push(Toast::new(News::Success, "b", "Saved"));
        toasts.expire(100.0, 0.0);
        toasts.expire(105.9, 0.0);
        assert_eq!(titles(&toasts).len(), 3);
        toasts.expire(106.1, 0.0);
        assert_eq!(titles(&toasts), ["Offline", "Deleting"]);
        toasts.expire(108.1, 0.0);
        assert_eq!(titles(&toasts), ["Offline"]);
    }

    #[test]
    fn a_toast_comes_and_leaves_within_a_sixth_of_a_second_and_at_once_without_motion() {
        let mut toasts = Toasts::<()>::default();
        toasts.push(Toast::new(News::Success, "b", "Saved"));
        toasts.expire(100.0, 0.16);
        let there = |toasts: &Toasts<()>, now: f64, fade: f64| toasts.shown[0].presence(now, fade);
        assert_eq!(there(&toasts, 100.0, 0.16), (0.0, false));
        let halfway = there(&toasts, 100.08, 0.16).0;
        assert!((0.6..1.0).contains(&halfway), "it eases out: {halfway}");
        assert_eq!(there(&toasts, 103.0, 0.16), (1.0, false));
        let (leaving, leaves) = there(&toasts, 106.1, 0.16);
        assert!(leaves && (0.1..0.9).contains(&leaving), "{leaving}");
        assert_eq!(there(&toasts, 100.0, 0.0), (1.0, false));
        toasts.expire(106.1, 0.16);
        assert_eq!(titles(&toasts), ["Saved"]);
        toasts.expire(106.17, 0.16);
        assert!(titles(&toasts).is_empty());
    }
}
