//! The rail at the left: mark, pages, workspace.

use egui::{Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::icons::{self, Icon};
use super::paint;
use super::text::Type;
use super::theme::{Look as _, radius};
use super::tooltip;

/// Width of the rail.
pub const WIDTH: f32 = 88.0;

/// The mark: lips drawn as a waveform, seven bars split by a curved seam. `size` is its width.
pub fn mark_ui(ui: &mut Ui, size: f32) -> Response {
    // For each bar: from where to where it stands above the seam, and below it, in 38ths of the width.
    const BARS: [[f32; 4]; 7] = [
        [7.6, 11.0, 12.8, 16.0],
        [4.0, 12.4, 14.0, 21.0],
        [3.0, 13.0, 15.0, 25.0],
        [6.0, 13.4, 15.6, 26.0],
        [3.0, 13.0, 15.0, 25.0],
        [4.0, 12.4, 14.0, 21.0],
        [7.6, 11.0, 12.8, 16.0],
    ];
    let unit = size / 38.0;
    let (rect, response) = ui.allocate_exact_size(vec2(size, 28.0 * unit), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Mouthpiece"));
    let color = ui.tokens().accent.fill;
    for (index, [top, upper, lower, bottom]) in (0_u8..).zip(BARS) {
        let x = rect.left() + (4.0 + 5.0 * f32::from(index)) * unit;
        for (from, to) in [(top, upper), (lower, bottom)] {
            let corner = pos2(x - 1.5 * unit, rect.top() + from * unit);
            let bar = Rect::from_min_max(corner, pos2(x + 1.5 * unit, rect.top() + to * unit));
            ui.painter().rect_filled(bar, 2, color);
        }
    }
    response
}

/// A page in the rail, 72 x 56. `badge` counts what runs there: hidden at 0, "9+" above 9.
///
/// `rail::item_ui(ui, icons::PULSE, "Activity", "Ctrl 6", page == Page::Activity, running).clicked()`
pub fn item_ui(ui: &mut Ui, icon: Icon, name: &str, key: &str, selected: bool, badge: usize) -> Response {
    let t = ui.tokens();
    let response = paint::place(ui, vec2(72.0, 56.0), Sense::click(), ui.is_enabled());
    let (rect, enabled) = (response.rect, response.enabled());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, enabled, selected, name));
    if badge > 0 {
        response.ctx.accesskit_node_builder(response.id, |node| node.set_description(format!("{badge} under way")));
    }
    let painter = ui.painter();
    if selected {
        painter.rect_filled(rect, radius::ROW, t.fill.selected);
        let bar = Rect::from_min_max(
            pos2(rect.left() - 8.0, rect.top() + 12.0),
            pos2(rect.left() - 5.0, rect.bottom() - 12.0),
        );
        painter.rect_filled(bar, egui::CornerRadius { ne: 2, se: 2, ..Default::default() }, t.accent.fill);
    } else if response.hovered() {
        painter.rect_filled(rect, radius::ROW, t.fill.surface_2);
    }
    if response.has_focus() {
        paint::focus_inside(painter, rect, radius::ROW, t);
    }
    let middle = pos2(rect.center().x, rect.top() + 20.0);
    icon.paint(painter, middle, 22.0, if selected { t.accent.fill } else { t.text.support });
    let ink = if selected || response.hovered() { t.text.main } else { t.text.support };
    let words = painter.layout_no_wrap(name.to_owned(), Type::Caption.font(), ink);
    painter.galley(pos2(rect.center().x, rect.top() + 42.0) - words.size() / 2.0, words, ink);
    if badge > 0 {
        let words = if badge > 9 { "9+".to_owned() } else { badge.to_string() };
        let words = painter.layout_no_wrap(words, Type::Caption.font(), t.accent.on);
        let disc = Rect::from_center_size(middle + vec2(13.0, -6.0), vec2((words.size().x + 9.0).max(16.0), 16.0));
        painter.rect_filled(disc, 8, t.accent.fill);
        painter.galley(disc.center() - words.size() / 2.0, words, t.accent.on);
    }
    tooltip::with_key(response, name, key)
}

/// The workspace at the foot of the rail, 72 x 46: whose account, or the sandbox. A click opens its menu.
pub fn workspace_ui(ui: &mut Ui, name: &str, detail: &str, sandbox: bool) -> Response {
    let t = ui.tokens();
    let response = paint::place(ui, vec2(72.0, 46.0), Sense::click(), ui.is_enabled());
    let (rect, enabled) = (response.rect, response.enabled());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, format!("Workspace: {name}")));
    let fill = if response.hovered() { t.fill.surface_2 } else { t.fill.canvas };
    ui.painter().rect(rect, radius::ROW, fill, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
    if response.has_focus() {
        paint::focus_ring(ui.painter(), rect, radius::ROW, t);
    }
    let lead = if sandbox { 15.0 } else { 0.0 };
    let words = paint::one_line(ui, name, Type::Caption, t.text.main, 64.0 - lead);
    let left = rect.center().x - f32::midpoint(words.size().x, lead);
    if sandbox {
        icons::FLASK.paint(ui.painter(), pos2(left + 6.0, rect.top() + 16.0), 13.0, t.text.main);
    }
    paint::text_at(ui.painter(), left + lead, rect.top() + 16.0, words);
    let kind = if sandbox { Type::Caption } else { Type::MonoSmall };
    let words = paint::one_line(ui, detail, kind, t.text.hint, 66.0);
    paint::text_at(ui.painter(), rect.center().x - words.size().x / 2.0, rect.top() + 31.0, words);
    response
}
