//! The list of keys (Ctrl /), drawn from the map that the window obeys.

use egui::{Align, Context, Id, Layout, Sense, Stroke, StrokeKind, Ui, vec2};

use crate::panels::keys::{Group, Line, MAP};
use crate::ui::theme::Look as _;
use crate::ui::{Type, layout, paint, radius, sheet, space, text};

/// Width of the list, where the window has room for it: three columns.
const WIDTH: f32 = 1120.0;
/// Below this two of them have room for their words.
const THREE: f32 = 1000.0;
/// Where the words of a line begin.
const WORDS: f32 = 136.0;

/// Whether it is open; kept where every key press finds it.
fn is_open() -> Id {
    Id::unique("list of keys")
}

/// Opens the list with the next frame.
pub(super) fn open(ctx: &Context) {
    ctx.data_mut(|data| data.insert_temp(is_open(), true));
}

/// The list over everything else, while it is open.
pub(super) fn keys_ui(ctx: &Context) {
    if !ctx.data(|data| data.get_temp(is_open()).unwrap_or(false)) {
        return;
    }
    let closed = sheet::sheet_ui(ctx, "Keyboard", WIDTH, |ui| {
        let part = |ui: &mut Ui, groups: &[Group]| groups.iter().for_each(|group| group_ui(ui, group));
        ui.spacing_mut().item_spacing = vec2(space::XL, space::XS);
        if ui.available_width() >= THREE {
            layout::columns_ui(ui, |[left, middle, right]| {
                part(left, &MAP[..2]);
                part(middle, &MAP[2..5]);
                part(right, &MAP[5..]);
            });
        } else {
            layout::columns_ui(ui, |[left, right]| {
                part(left, &MAP[..3]);
                part(right, &MAP[3..]);
            });
        }
        ui.hint("Keys without Ctrl work while no text field has the focus. Tab goes through everything else.");
    });
    if closed {
        ctx.data_mut(|data| data.insert_temp(is_open(), false));
    }
}

fn group_ui(ui: &mut Ui, group: &Group) {
    ui.label(text::label(group.title).color(ui.tokens().text.support));
    for line in group.lines {
        line_ui(ui, line);
    }
    ui.add_space(space::M);
}

fn line_ui(ui: &mut Ui, line: &Line) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let said = format!("{}: {}", spoken(line.keys), line.words);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &said));
    let builder = egui::UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
    let ui = &mut ui.new_child(builder);
    ui.spacing_mut().item_spacing.x = space::XS;
    for key in line.keys.split('|') {
        cap_ui(ui, &shown(key));
    }
    let t = ui.tokens();
    let words = paint::one_line(ui, line.words, Type::Body, t.text.main, rect.width() - WORDS);
    paint::text_at(ui.painter(), rect.left() + WORDS, rect.center().y, words);
}

/// A key, as it looks.
fn cap_ui(ui: &mut Ui, key: &str) {
    let t = ui.tokens();
    let words = paint::one_line(ui, key, Type::Small, t.text.support, 120.0);
    let (rect, _) = ui.allocate_exact_size(vec2((words.size().x + 14.0).max(24.0), 22.0), Sense::hover());
    ui.painter().rect(rect, radius::TAG, t.fill.surface_2, Stroke::new(1.0, t.edge.strong), StrokeKind::Inside);
    paint::text_at(ui.painter(), rect.center().x - words.size().x / 2.0, rect.center().y, words);
}

/// Keys are called otherwise on a Mac.
fn shown(key: &str) -> String {
    if cfg!(target_os = "macos") && key == "Ctrl" { "Cmd".to_owned() } else { key.to_owned() }
}

/// The keys of a line as one says them.
fn spoken(keys: &str) -> String {
    keys.split('|').map(shown).collect::<Vec<_>>().join(" ")
}
