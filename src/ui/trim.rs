//! Choosing a part of a sound: the whole of it small, with how good each stretch is; below it a part of it large, in
//! which the chosen region is dragged, typed and nudged. Knows seconds and amplitudes, not what they are for.

mod handles;
mod paint;
pub mod region;
mod times;
mod view;

use egui::{Key, Modifiers, Rangef, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use super::paint as shapes;
use super::text;
use super::theme::{Look as _, Tokens};
use paint::Bars;
use times::Typed;
use view::Scale;

pub use region::{Edge, Limits, Span};

/// What a stretch of sound is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Speech,
    Mixed,
    Music,
    Silence,
    Loud,
}

impl Sort {
    pub const ALL: [Self; 5] = [Self::Speech, Self::Mixed, Self::Music, Self::Silence, Self::Loud];

    /// The word for it in the legend.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Speech => "Clear speech",
            Self::Mixed => "Mixed",
            Self::Music => "Music",
            Self::Silence => "Silence",
            Self::Loud => "Too loud",
        }
    }

    fn color(self, t: &Tokens) -> egui::Color32 {
        match self {
            Self::Speech => t.success.ink,
            Self::Mixed => t.wave.idle,
            Self::Music => t.warning.ink,
            Self::Silence => t.wave.muted,
            Self::Loud => t.danger.ink,
        }
    }
}

/// A stretch of the sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    pub span: Span,
    pub sort: Sort,
}

/// The sound, and where it plays.
pub struct Sound<'a> {
    /// The loudest amplitudes, 0 to 1, of so many equal pieces of a span.
    pub bars: &'a dyn Fn(Span, usize) -> Vec<f32>,
    /// Another number when the bars have become other ones.
    pub version: u64,
    pub stretches: &'a [Stretch],
    /// Where the playhead stands.
    pub playhead: f64,
    pub is_playing: bool,
    /// In words, while there is nothing to draw: that it is being read, or why it can't be.
    pub instead: Option<&'a str>,
}

/// What is being dragged.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Hold {
    what: Held,
    /// The region before, for Esc.
    before: Span,
    /// Seconds between the pointer and what it holds.
    offset: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Edge(Edge),
    Region,
}

/// What came of showing it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TrimOutput {
    /// The user chose another region.
    pub changed: bool,
    /// It is being dragged.
    pub is_held: bool,
    /// Where a click asked the playhead to go.
    pub seek: Option<f64>,
}

/// What is in view and in hand; one per page that trims.
#[derive(Default)]
pub struct Trim {
    view: Option<Span>,
    hold: Option<Hold>,
    typed: Typed,
    large: Bars,
    small: Bars,
    /// Where the playhead was drawn last.
    played: f64,
}

const OVERVIEW: f32 = 48.0;
const RULER: f32 = 22.0;
/// Of one press of a zoom button or key.
const ZOOM: f64 = 1.5;

impl Trim {
    /// Everything but the waveform, in points.
    pub const HEAD: f32 = OVERVIEW + RULER + 1.0;

    /// Shows a region in the middle of the view.
    pub fn look_at(&mut self, region: Span, length: f64) {
        self.view = Some(view::around(region, length));
    }

    /// Shows the whole sound.
    pub fn fit(&mut self, length: f64) {
        self.view = Some(Span::new(0.0, length));
    }

    /// Shows less around the middle.
    pub fn zoom_in(&mut self, length: f64) {
        self.zoom(ZOOM, None, length);
    }

    /// Shows more around the middle.
    pub fn zoom_out(&mut self, length: f64) {
        self.zoom(1.0 / ZOOM, None, length);
    }

    /// Seconds in view, once it was shown.
    pub fn view_secs(&self) -> Option<f64> {
        self.view.map(Span::secs)
    }

    fn zoom(&mut self, factor: f64, around: Option<f64>, length: f64) {
        if let Some(now) = self.view {
            let around = around.unwrap_or(f64::midpoint(now.from, now.to));
            self.view = Some(view::zoomed(now, factor, around, length));
        }
    }

    /// Draws it as wide as there is room, the waveform `height` high, and takes in what is done to it. `keys` is whether
    /// plain letters are free for it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        region: &mut Span,
        limits: Limits,
        sound: &Sound<'_>,
        (height, keys): (f32, bool),
    ) -> TrimOutput {
        let before = *region;
        let width = ui.available_width();
        let (_, all) = ui.allocate_space(vec2(width, Self::HEAD + height));
        let part = |from: f32, high: f32| Rect::from_min_size(all.min + vec2(0.0, from), vec2(width, high));
        self.leave_drag(ui, region);
        let (overview, ruler, wave) = (part(0.0, OVERVIEW), part(OVERVIEW, RULER), part(Self::HEAD, height));
        let now = self.view.unwrap_or_else(|| view::around(*region, limits.length));
        self.view = Some(now.at(now.from, limits.length));
        if keys {
            self.keys(ui, region, limits, sound.playhead);
        }
        self.overview_ui(ui, overview, *region, limits, sound);
        self.wheel(ui, all, wave.x_range(), limits.length);
        self.follow_playhead(sound, limits.length);
        let scale = self.scale(wave.x_range());
        paint::ruler(ui, ruler, scale);
        paint::bed(ui, wave, scale, *region);
        let seek = self.wave_ui(ui, wave, region, limits);
        let scale = self.scale(wave.x_range());
        self.large.update(scale.view, wave.width(), 4.0, sound);
        paint::wave(ui, wave, scale, *region, &self.large, sound);
        handles::paint(ui, wave, scale, *region);
        paint::playhead(ui, wave, scale, sound.playhead);
        let mut taken = self.times_ui(ui, wave, region, limits);
        // Words in the selection would be about all of it.
        taken.extend(scale.part(*region));
        if sound.instead.is_none() {
            paint::labels(ui, wave, scale, sound.stretches, taken);
        }
        TrimOutput { changed: *region != before, is_held: self.hold.is_some(), seek }
    }

    fn scale(&self, x: Rangef) -> Scale {
        Scale { view: self.view.unwrap_or_default(), x }
    }

    fn keys(&mut self, ui: &Ui, region: &mut Span, limits: Limits, playhead: f64) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        for (key, edge) in [(Key::I, Edge::Start), (Key::O, Edge::End)] {
            if pressed(key) {
                *region = limits.put(*region, edge, playhead);
            }
        }
        if pressed(Key::Plus) || pressed(Key::Equals) {
            self.zoom_in(limits.length);
        }
        if pressed(Key::Minus) {
            self.zoom_out(limits.length);
        }
        if pressed(Key::Num0) {
            self.fit(limits.length);
        }
    }

    /// Ctrl and the wheel zoom around the pointer, the wheel alone pans.
    fn wheel(&mut self, ui: &Ui, area: Rect, x: Rangef, length: f64) {
        if !ui.rect_contains_pointer(area) {
            return;
        }
        let Some(pointer) = ui.input(|input| input.pointer.hover_pos()) else { return };
        let (zoom, scroll) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
        let Some(now) = self.view else { return };
        if (zoom - 1.0).abs() > f32::EPSILON {
            self.zoom(f64::from(zoom), Some(self.scale(x).secs(pointer.x)), length);
            return;
        }
        let by = if scroll.x.abs() > scroll.y.abs() { scroll.x } else { scroll.y };
        let is_all = now.secs() >= length;
        if by != 0.0 && !is_all {
            self.view = Some(now.at(now.from - f64::from(by / x.span().max(1.0)) * now.secs(), length));
            // The page below does not scroll along.
            ui.input_mut(|input| input.smooth_scroll_delta = egui::Vec2::ZERO);
        }
    }

    /// Turns the page when the playhead runs out of it.
    fn follow_playhead(&mut self, sound: &Sound<'_>, length: f64) {
        let before = std::mem::replace(&mut self.played, sound.playhead);
        let Some(now) = self.view else { return };
        if sound.is_playing && self.hold.is_none() && now.contains(before) && !now.contains(sound.playhead) {
            self.view = Some(now.at(sound.playhead - now.secs() * 0.05, length));
        }
    }

    fn overview_ui(&mut self, ui: &mut Ui, rect: Rect, region: Span, limits: Limits, sound: &Sound<'_>) {
        let whole = Scale { view: Span::new(0.0, limits.length), x: rect.x_range() };
        let now = self.view.unwrap_or_default();
        let response = ui.interact(rect, ui.scope_id().with("overview"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::slider(true, now.from, "Part in view"));
        let middle = response.interact_pointer_pos().map(|at| whole.secs(at.x));
        let pages = f64::from(handles::arrows(ui, &response));
        if let Some(middle) = middle {
            self.view = Some(now.at(middle - now.secs() / 2.0, limits.length));
        } else if pages != 0.0 {
            self.view = Some(now.at(now.from + pages * 0.1 * now.secs(), limits.length));
        }
        self.small.update(whole.view, rect.width(), 3.0, sound);
        let focused = response.has_focus();
        paint::overview(ui, rect, whole, self.view.unwrap_or_default(), region, &self.small, sound);
        if focused {
            shapes::focus_inside(ui.painter(), rect, 0, ui.tokens());
        }
        let over = response.hover_pos().map(|at| whole.secs(at.x));
        let stretch = over.and_then(|secs| sound.stretches.iter().find(|stretch| stretch.span.contains(secs)));
        if let Some(stretch) = stretch {
            response.on_hover_text(text::small(stretch.sort.word()));
        }
    }

    /// The waveform's own places to click and drag, from the back to the front.
    fn wave_ui(&mut self, ui: &mut Ui, rect: Rect, region: &mut Span, limits: Limits) -> Option<f64> {
        let scale = self.scale(rect.x_range());
        // Clicks only: what they do, arrow keys do for the player everywhere.
        let ground = ui.interact(rect, ui.scope_id().with("ground"), Sense::CLICK);
        ground.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Sound of the sample"));
        let clicked = |response: &egui::Response| {
            response.interact_pointer_pos().filter(|_| response.clicked()).map(|at| scale.secs(at.x))
        };
        let mut seek = clicked(&ground);
        if let Some(x) = scale.part(*region) {
            let body = Rect::from_x_y_ranges(x, rect.y_range());
            let body = ui.interact(body, ui.scope_id().with("body"), Sense::CLICK | Sense::DRAG);
            body.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Chosen part"));
            seek = seek.or(clicked(&body));
            if let Some(from) = self.held(&body, Held::Region, scale, *region, region.from) {
                *region = limits.slide(*region, from);
                self.bring_into_view(from, limits.length, scale);
                self.bring_into_view(region.to, limits.length, scale);
            }
            if limits.length > region.secs() {
                grab_cursor(ui, &body);
            }
        }
        for edge in Edge::BOTH {
            let response = handles::handle_ui(ui, rect, scale, *region, edge, limits);
            let at = edge.of(*region);
            if let Some(to) = self.held(&response, Held::Edge(edge), scale, *region, at) {
                *region = limits.drag(*region, edge, to);
                self.bring_into_view(edge.of(*region), limits.length, scale);
            } else if let Some(to) = handles::keyed(ui, &response, at) {
                *region = limits.drag(*region, edge, to);
                self.bring_into_view(edge.of(*region), limits.length, scale);
            }
        }
        seek.map(|secs| secs.clamp(0.0, limits.length))
    }

    /// Where a thing is dragged to, in seconds.
    fn held(&mut self, response: &egui::Response, what: Held, scale: Scale, region: Span, at: f64) -> Option<f64> {
        let pointer = response.interact_pointer_pos().map(|pos| scale.secs(pos.x));
        if response.drag_started()
            && let Some(pointer) = pointer
        {
            // From where the button went down: a drag is known for one only some points later.
            let origin = response.ctx.input(|input| input.pointer.press_origin()).map(|pos| scale.secs(pos.x));
            self.hold = Some(Hold { what, before: region, offset: origin.unwrap_or(pointer) - at });
        }
        let hold = self.hold.filter(|hold| hold.what == what)?;
        if response.drag_stopped() || !response.dragged() {
            self.hold = None;
        }
        pointer.map(|pointer| pointer - hold.offset)
    }

    fn bring_into_view(&mut self, secs: f64, length: f64, scale: Scale) {
        self.view = Some(view::reaching(scale.view, secs, length));
    }

    /// Esc puts back what is being dragged.
    fn leave_drag(&mut self, ui: &Ui, region: &mut Span) {
        // Before the drag is looked at: this key ends it for egui as well.
        let escaped = self.hold.is_some() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if escaped && let Some(hold) = self.hold.take() {
            *region = hold.before;
            ui.ctx().stop_dragging();
        }
    }
}

/// What each colour of the quality strip means, in the order of reading; also in a layout from the right end.
pub fn legend_ui(ui: &mut Ui, stretches: &[Stretch]) {
    let t = ui.tokens();
    // Music is not in every file; the others say what the strip is about.
    let shown = |sort: &Sort| *sort != Sort::Music || stretches.iter().any(|stretch| stretch.sort == *sort);
    let gap = 6.0;
    let sorts: Vec<Sort> = Sort::ALL.into_iter().filter(shown).collect();
    let word =
        |sort: &Sort| ui.painter().layout_no_wrap(sort.word().to_owned(), super::Type::Small.font(), t.text.support);
    // A colour, 6 to its word, 14 to the next.
    let width: f32 = sorts.iter().map(|sort| word(sort).size().x + 12.0 + 2.0 * gap + 8.0 + 1.0).sum();
    let size = vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for sort in sorts {
            let (dot, _) = ui.allocate_exact_size(vec2(12.0, 4.0), Sense::hover());
            ui.painter().rect_filled(dot, 2, sort.color(t));
            ui.label(text::small(sort.word()).color(t.text.support))
                .on_hover_text(text::small(format!("{} in the strip below", sort.word())));
            ui.add_space(8.0);
        }
    });
}

fn grab_cursor(ui: &Ui, body: &egui::Response) {
    if body.dragged() {
        ui.set_cursor_icon(egui::CursorIcon::Grabbing);
    } else if body.hovered() {
        ui.set_cursor_icon(egui::CursorIcon::Grab);
    }
}
