//! The panel at the right of a page: beside it in wide windows, a drawer over it in narrow ones.

use egui::{
    Align, Area, Context, Id, Key, LayerId, Layout, Modifiers, Order, Panel, Popup, Rect, Role, Sense, Stroke, Ui,
    UiBuilder, vec2,
};

use super::text::Type;
use super::theme::Look as _;
use super::{Button, IconButton, icons, layout, motion, space, tooltip, truncate};

/// Over the page, under its dialogs, menus and toasts.
const LAYER: Order = Order::Middle;

/// The part of a drawer's head that its close button takes, in points.
const HEAD: f32 = 28.0;

/// Draws the panel at the right of what is left of `ui`, as wide as drawn in the design (more in very wide windows), with
/// the frame of an inspector; scroll inside. In windows under 1180 it is a drawer over the page, shown while `open`:
/// Esc or its own button close it and give the focus back to what had it. The page itself turns `open` over on
/// `KeyAction::Details` (Ctrl I). `None` while there is nothing to see.
///
/// Call it in every frame and before the rest of the page, which takes what is left: in narrow windows all of it.
///
/// `drawer::side_ui(ui, "Details of the voice", 348.0, &mut self.details, |ui| ..)`
pub fn side_ui<R>(ui: &mut Ui, name: &str, width: f32, open: &mut bool, show: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let width = layout::inspector_width(ui, width);
    if layout::is_narrow(ui) { drawer_ui(ui, name, width, open, show) } else { Some(beside_ui(ui, name, width, show)) }
}

/// The button that opens the drawer, for the head of the page; nothing in wide windows, which need none.
pub fn button_ui(ui: &mut Ui, open: &mut bool) {
    if !layout::is_narrow(ui) {
        return;
    }
    let pressed = Button::secondary("Details").show(ui);
    ui.ctx().accesskit_node_builder(pressed.id, |node| node.set_expanded(*open));
    if pressed.clicked() {
        // The drawer gives the focus back to what had it when it opened.
        pressed.request_focus();
        *open = !*open;
    }
    let words = if *open { "Close the details" } else { "Show the details" };
    tooltip::with_key(pressed, words, "Ctrl I");
}

fn beside_ui<R>(ui: &mut Ui, name: &str, width: f32, show: impl FnOnce(&mut Ui) -> R) -> R {
    let side = Panel::right(Id::unique(("side", name))).resizable(false).exact_size(width).show_separator_line(false);
    let shown = side.frame(layout::inspector_frame(ui)).show(ui, |ui| {
        named(ui, name);
        ui.set_min_size(ui.available_size());
        show(ui)
    });
    edge(ui, shown.response.rect);
    shown.inner
}

/// What had the focus when a drawer opened; kept while it is open.
#[derive(Clone, Copy, Default)]
struct Opener(Option<Id>);

fn drawer_ui<R>(ui: &Ui, name: &str, width: f32, open: &mut bool, show: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let ctx = ui.ctx();
    let id = Id::unique(("drawer", name));
    let shown = motion::appear(ctx, id, *open);
    if *open {
        remember(ctx, id);
    } else {
        give_back(ctx, id);
    }
    if shown <= 0.0 {
        return None;
    }
    let page = ui.max_rect();
    let place = page.with_min_x(page.right() - width.min(page.width()));
    let area = Area::new(id).order(LAYER).fixed_pos(place.min).default_size(place.size()).constrain(false);
    let drawn = area.fade_in(false).movable(false).show(ctx, |ui| {
        // The whole surface is the area's, so that nothing below it is pressed through it.
        ui.expand_to_include_rect(place);
        ui.shrink_clip_rect(page);
        ui.multiply_opacity(shown);
        let at = place.translate(vec2(motion::SLIDE * (1.0 - shown), 0.0));
        ui.painter().rect_filled(at, 0, ui.tokens().fill.surface);
        edge(ui, at);
        let inner = inside_ui(ui, id, name, at, open, show);
        if !*open {
            // On its way out it is seen, not pressed.
            ui.interact(place, id.with("going"), Sense::click_and_drag());
        }
        inner
    });
    if *open && is_escaped(ctx) {
        *open = false;
    }
    Some(drawn.inner)
}

/// The name of the drawer, its close button, and what it holds.
fn inside_ui<R>(ui: &mut Ui, id: Id, name: &str, at: Rect, open: &mut bool, show: impl FnOnce(&mut Ui) -> R) -> R {
    let inside = at.shrink2(vec2(f32::from(layout::PANEL_MARGIN), space::L));
    let (head, below) = inside.split_top_bottom_at_y(inside.top() + HEAD);
    let row = UiBuilder::new().max_rect(head).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(row, |ui| {
        let close = IconButton::new(icons::X, "Close the details").small().key("Esc").show(ui);
        if is_new(ui.ctx(), id) {
            close.request_focus();
        }
        if close.clicked() {
            *open = false;
            ui.ctx().request_repaint();
        }
        let rest = Layout::left_to_right(Align::Center);
        ui.with_layout(rest, |ui| truncate::name_ui(ui, name, Type::Label, ui.tokens().text.hint));
    });
    let builder = UiBuilder::new().max_rect(below.with_min_y(below.top() + space::S)).scope_id(id.with("inside"));
    ui.scope_builder(builder.layout(Layout::top_down(Align::Min)), |ui| {
        named(ui, name);
        show(ui)
    })
    .inner
}

fn named(ui: &Ui, name: &str) {
    ui.ctx().accesskit_node_builder(ui.scope_id(), |node| {
        node.set_role(Role::Complementary);
        node.set_label(name);
    });
}

fn edge(ui: &Ui, side: Rect) {
    ui.painter().vline(side.left() + 0.5, side.y_range(), Stroke::new(1.0, ui.tokens().edge.soft));
}

/// Whether Esc closes the drawer now: what lies over it, and a field being typed into, take the key first.
fn is_escaped(ctx: &Context) -> bool {
    let covered = ctx.memory(|memory| memory.top_modal_layer().is_some()) || Popup::is_any_open(ctx);
    !covered && !ctx.text_edit_focused() && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
}

fn remember(ctx: &Context, id: Id) {
    let focused = ctx.memory(egui::Memory::focused);
    ctx.data_mut(|data| {
        let known = data.get_temp::<(Opener, bool)>(id).map(|(opener, _)| (opener, false));
        data.insert_temp(id, known.unwrap_or((Opener(focused), true)));
    });
}

/// In the first frame of a drawer that was opened from a focused control: its close button takes the focus then, so that
/// the keyboard is where the eyes are.
fn is_new(ctx: &Context, id: Id) -> bool {
    ctx.data(|data| data.get_temp::<(Opener, bool)>(id)).is_some_and(|(opener, new)| new && opener.0.is_some())
}

fn give_back(ctx: &Context, id: Id) {
    let Some((Opener(Some(opener)), _)) = ctx.data_mut(|data| data.remove_temp::<(Opener, bool)>(id)) else { return };
    // Whatever else took the focus in the meantime keeps it.
    let focused = ctx.memory(egui::Memory::focused).and_then(|focused| ctx.read_response(focused));
    if focused.is_none_or(|focused| focused.layer_id == LayerId::new(LAYER, id)) {
        ctx.memory_mut(|memory| memory.request_focus(opener));
    }
}
