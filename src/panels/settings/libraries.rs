//! The libraries that are linked into the program, with their licences: a sheet to be read.

use egui::{Context, EventFilter, Key, Modifiers, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo};

use crate::ui::theme::Look as _;
use crate::ui::{Type, format, paint, radius, sheet, space, text};

/// Name, version, licence and the systems it is linked on, a library a line. Written by
/// `cargo run --example licences -- list`; a test holds it to Cargo.lock.
const LIST: &str = include_str!("../../../packaging/libraries.tsv");

/// Where packages have the texts of the licences.
const TEXTS: &str =
    if cfg!(target_os = "linux") { "in share/doc/mouthpiece" } else { "in licenses, among its resources" };
const TITLE: &str = "Licences of the libraries";
const WIDTH: f32 = 720.0;
/// Height of a line of the list in points.
const ROW: f32 = 28.0;
/// What the sheet has above and below the list, and the window above and below the sheet.
const BESIDE: f32 = 300.0;
/// Where the second and the third column begin, as parts of the width.
const COLUMNS: [f32; 2] = [0.34, 0.54];

/// The list.
#[derive(Default)]
pub(super) struct Libraries {
    is_open: bool,
    /// Where the keyboard scrolls to, in points from its top.
    wanted: Option<f32>,
}

/// A line of the list.
struct Library {
    name: &'static str,
    version: &'static str,
    licence: &'static str,
}

impl Libraries {
    pub(super) fn open(&mut self) {
        *self = Self { is_open: true, wanted: Some(0.0) };
    }

    /// The list over the page, while it is open.
    pub(super) fn ui(&mut self, ctx: &Context) {
        if !self.is_open {
            return;
        }
        let libraries: Vec<Library> = libraries(std::env::consts::OS).collect();
        let closed = sheet::sheet_ui(ctx, TITLE, WIDTH, |ui| {
            let count =
                format::count(u64::try_from(libraries.len()).unwrap_or(u64::MAX), "library is", "libraries are");
            let words = format!("{count} linked in. Their full texts come with the package, {TEXTS}.");
            ui.label(text::small(words).color(ui.tokens().text.hint));
            ui.add_space(space::S);
            self.list_ui(ui, &libraries);
        });
        self.is_open = !closed;
    }

    /// The list is one stop of the keyboard; only what is in sight is drawn.
    fn list_ui(&mut self, ui: &mut Ui, libraries: &[Library]) {
        let id = ui.unique_id().with("libraries");
        let height = (ui.ctx().content_rect().height() - BESIDE).max(4.0 * ROW);
        let place = Rect::from_min_size(ui.cursor().min, egui::vec2(ui.available_width(), height));
        let list = ui.interact(place, id, Sense::focusable_noninteractive());
        list.widget_info(|| WidgetInfo::labeled(Role::List, true, "Libraries"));
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().id_salt(id).max_height(height).min_scrolled_height(height);
        if let Some(wanted) = self.wanted.take() {
            area = area.vertical_scroll_offset(wanted);
        }
        let shown = area.auto_shrink(false).show_rows(ui, ROW, libraries.len(), |ui, rows| {
            for library in libraries.get(rows).into_iter().flatten() {
                library_ui(ui, library);
            }
        });
        if list.has_focus() {
            paint::focus_inside(ui.painter(), place, radius::ROW, ui.tokens());
            let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            let most = (shown.content_size.y - shown.inner_rect.height()).max(0.0);
            self.wanted = scrolled(ui, shown.state.clamped_offset().y, shown.inner_rect.height(), most);
        }
    }
}

/// Where the keys pressed in this frame scroll to, from `offset`.
fn scrolled(ui: &Ui, offset: f32, page: f32, most: f32) -> Option<f32> {
    let by = [
        (Key::ArrowDown, ROW),
        (Key::ArrowUp, -ROW),
        (Key::PageDown, page - ROW),
        (Key::PageUp, ROW - page),
        (Key::Home, f32::NEG_INFINITY),
        (Key::End, f32::INFINITY),
    ];
    let pressed = ui.input_mut(|input| by.into_iter().find(|(key, _)| input.consume_key(Modifiers::NONE, *key)));
    pressed.map(|(_, by)| {
        ui.ctx().request_repaint();
        (offset + by).clamp(0.0, most)
    })
}

fn library_ui(ui: &mut Ui, library: &Library) {
    let t = ui.tokens();
    let (row, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), Sense::hover());
    let said = format!("{} {}: {}", library.name, library.version, library.licence);
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &said));
    let [version, licence] = COLUMNS.map(|part| row.left() + row.width() * part);
    let mut is_cut = false;
    let mut cell = |from: f32, to: f32, words, kind, color| {
        let words = paint::one_line(ui, words, kind, color, to - space::M - from);
        is_cut |= words.elided;
        paint::text_at(ui.painter(), from, row.center().y, words);
    };
    cell(row.left() + space::S, version, library.name, Type::Body, t.text.main);
    cell(version, licence, library.version, Type::Mono, t.text.hint);
    cell(licence, row.right(), library.licence, Type::Small, t.text.support);
    if is_cut {
        response.on_hover_ui(|ui| drop(ui.label(text::small(said))));
    }
}

/// Those linked on a system, called as `std::env::consts::OS` calls it.
fn libraries(system: &str) -> impl Iterator<Item = Library> {
    LIST.lines().filter_map(move |line| {
        let mut cells = line.split('\t');
        let library = Library { name: cells.next()?, version: cells.next()?, licence: cells.next()? };
        cells.next()?.split(' ').any(|name| name == system).then_some(library)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_own() {
        for (system, own, other) in
            [("linux", "alsa", "objc2"), ("macos", "objc2", "alsa"), ("windows", "windows", "alsa")]
        {
            let names: Vec<_> = libraries(system).map(|library| library.name).collect();
            assert!(names.contains(&"egui") && names.len() > 200, "{system}: {names:?}");
            assert!(names.contains(&own) && !names.contains(&other), "{system}: {names:?}");
        }
    }
}
