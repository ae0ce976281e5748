//! The first page: a key to paste, or the sandbox. It stands alone in the window, without a rail, until something is
//! chosen; later starts open what was chosen.

use egui::{Align, Color32, Layout, Painter, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

use super::AccountCommand;
use super::key_entry::KeyEntry;
use crate::settings::{Theme, Workspace};
use crate::store::Check;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Icon, Seal, SealState, Tokens, Type, icons, notice, radius, rail, space, text};

/// Width of everything, as drawn.
const WIDTH: f32 = 848.0;
const CARD: egui::Vec2 = vec2(416.0, 276.0);
const PICTURE: egui::Vec2 = vec2(152.0, 86.0);
const FOOT: f32 = 56.0;

/// The page.
#[derive(Debug, Default)]
pub struct WelcomePage {
    entry: KeyEntry,
}

impl WelcomePage {
    /// Draws the page; `check` is what became of the key pasted last, `waiting` the name of a file that was dropped
    /// before there was a place for it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        check: &Check,
        theme: &mut Theme,
        waiting: Option<&str>,
    ) -> Option<AccountCommand> {
        let window = ui.max_rect();
        ui.painter().rect_filled(window, 0, ui.tokens().fill.canvas);
        let width = WIDTH.min(window.width() - 2.0 * space::PAGE);
        let (page, foot) = window.split_top_bottom_at_y(window.bottom() - FOOT);
        let column = |rect: Rect| Rect::from_center_size(rect.center(), vec2(width, rect.height()));
        let low = window.height() < 720.0;
        let mut asked = None;
        ui.scope_builder(UiBuilder::new().max_rect(column(page)), |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(space::M, 0.0);
                let content = if low { 530.0 } else { 560.0 };
                ui.add_space(((page.height() - content) / 2.0).clamp(16.0, 140.0));
                head_ui(ui);
                ui.add_space(if low { 20.0 } else { 36.0 });
                pictures_ui(ui);
                ui.add_space(if low { 20.0 } else { 36.0 });
                asked = self.cards_ui(ui, check);
                ui.add_space(space::M);
            });
        });
        ui.scope_builder(UiBuilder::new().max_rect(column(foot)), |ui| foot_ui(ui, theme, waiting));
        asked
    }

    fn cards_ui(&mut self, ui: &mut Ui, check: &Check) -> Option<AccountCommand> {
        let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), CARD.y), Sense::hover());
        let side = vec2((row.width() - space::M) / 2.0, CARD.y);
        let left = card_at(ui, Rect::from_min_size(row.min, side), |ui| self.account_ui(ui, check));
        let right = card_at(ui, Rect::from_min_size(pos2(row.right() - side.x, row.top()), side), sandbox_ui);
        left.or(right)
    }

    fn account_ui(&mut self, ui: &mut Ui, check: &Check) -> Option<AccountCommand> {
        let t = ui.tokens();
        notice::card_head_ui(ui, Some(icons::KEY), "Use your sync.so account", |_| {});
        ui.add_space(14.0);
        let mut go = self.entry.field_ui(ui, check, true, true);
        if !matches!(check, Check::Failed(_)) {
            ui.add_space(8.0);
            let words = "The key is checked by listing your voices, then kept in the system keychain. It is never \
                         written to a file.";
            ui.label(text::small(words).color(t.text.hint));
        }
        let mut asked = None;
        foot_of_card(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 20.0;
            let missing = self.entry.is_empty().then_some("Paste a key first");
            let button = Button::primary("Continue").large().key("Enter").width(179.0);
            go |= button
                .off_if(missing.filter(|_| !check.is_checking()))
                .busy(check.is_checking(), "Checking")
                .show(ui)
                .clicked();
            if check.is_checking() {
                if Button::ghost("Cancel").show(ui).clicked() {
                    asked = Some(AccountCommand::CancelConnect);
                }
            } else if Button::ghost("Where do I get a key?").icon(icons::ARROW_SQUARE_OUT).show(ui).clicked() {
                asked = Some(AccountCommand::WhereToGetOne);
            }
        });
        if go && !check.is_checking() {
            asked = Some(AccountCommand::Connect(self.entry.secret()));
        }
        asked
    }

    /// Forgets what was typed, once it is no longer needed.
    pub fn clear(&mut self, ctx: &egui::Context) {
        if !self.entry.is_empty() {
            self.entry.clear(ctx, true);
        }
    }
}

fn card_at<R>(ui: &mut Ui, place: Rect, show: impl FnOnce(&mut Ui) -> R) -> R {
    let t = ui.tokens();
    ui.painter().rect(place, radius::CARD, t.fill.surface, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
    ui.scope_builder(UiBuilder::new().max_rect(place.shrink(24.0)), |ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, 0.0);
        show(ui)
    })
    .inner
}

/// The row of buttons at the bottom of a card.
fn foot_of_card(ui: &mut Ui, show: impl FnOnce(&mut Ui)) {
    let room = ui.max_rect();
    let place = Rect::from_min_max(pos2(room.left(), room.bottom() - 40.0), room.max);
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Center)), show);
}

fn sandbox_ui(ui: &mut Ui) -> Option<AccountCommand> {
    let t = ui.tokens();
    notice::card_head_ui(ui, Some(icons::FLASK), "Explore in the sandbox", |_| {});
    ui.add_space(12.0);
    for words in [
        "No account and no key",
        "Nothing leaves this computer, nothing is billed",
        "Practice voices and results, all screens work",
    ] {
        ui.spacing_mut().interact_size.y = 28.0;
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, 28.0), Sense::hover());
            icons::CHECK.paint(ui.painter(), rect.center(), 16.0, t.success.ink);
            ui.label(text::body(words));
        });
    }
    ui.add_space(6.0);
    let words = "Results are stand-ins so you can learn the steps. Add a key later under Settings.";
    ui.label(text::small(words).color(t.text.hint));
    let mut pressed = false;
    foot_of_card(ui, |ui| {
        pressed = Button::secondary("Open the sandbox").large().width(ui.available_width()).show(ui).clicked();
    });
    pressed.then_some(AccountCommand::Open(Workspace::Sandbox))
}

fn head_ui(ui: &mut Ui) {
    let t = ui.tokens();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 24.0;
        rail::mark_ui(ui, 52.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let title = ui.label(text::display("Mouthpiece"));
            ui.ctx().accesskit_node_builder(title.id, |node| {
                node.set_role(egui::Role::Heading);
                node.set_label("Mouthpiece");
            });
            let words = "Clone a voice from a video, write a new line, and put it on another video.";
            ui.label(text::read(words).color(t.text.support));
        });
    });
}

fn foot_ui(ui: &mut Ui, theme: &mut Theme, waiting: Option<&str>) {
    let hint = ui.tokens().text.hint;
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let words = waiting.map_or_else(
            || "Only clone voices you have permission to use.".to_owned(),
            |name| format!("{name} waits. Continue with a key or open the sandbox, then say what it is for."),
        );
        let said = ui.label(text::small(&words).color(if waiting.is_some() { ui.tokens().text.main } else { hint }));
        ui.ctx().accesskit_node_builder(said.id, |node| {
            node.set_role(egui::Role::Status);
            node.set_label(words);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(text::small(concat!("Version ", env!("CARGO_PKG_VERSION"))).color(hint));
            let dark = ui.ctx().theme() == egui::Theme::Dark;
            let (icon, words, tip, other) = if dark {
                (icons::MOON, "Dark", "Use the light look", Theme::Light)
            } else {
                (icons::SUN, "Light", "Use the dark look", Theme::Dark)
            };
            if Button::ghost(words).small().icon(icon).tip(tip).show(ui).clicked() {
                *theme = other;
            }
            // The only one there is: told, not chosen.
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.add_space(space::XS);
            ui.label(text::small("English").color(hint));
            icons::GLOBE.show(ui, 16.0, hint);
        });
    });
}

/// The way through the app in four pictures.
fn pictures_ui(ui: &mut Ui) {
    let t = ui.tokens();
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), PICTURE.y + 26.0), Sense::hover());
    let step = (row.width() - PICTURE.x) / 3.0;
    let mut left = row.left();
    for (index, words) in
        ["1. Drop a talking head", "2. Clone the voice", "3. Write the line", "4. Lip sync it"].into_iter().enumerate()
    {
        let place = Rect::from_min_size(pos2(left, row.top()), PICTURE);
        ui.painter().rect(place, radius::CONTROL, t.fill.surface, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
        picture_ui(ui, index, place);
        ui.put(Rect::from_min_size(pos2(left, place.bottom() + 8.0), vec2(PICTURE.x, 18.0)), |ui: &mut Ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.label(text::body(words).color(t.text.support)))
                .inner
        });
        if index < 3 {
            arrow(ui.painter(), pos2(place.right() + (step - PICTURE.x) / 2.0, place.center().y), t.text.hint);
        }
        left += step;
    }
}

fn arrow(painter: &Painter, center: egui::Pos2, ink: Color32) {
    let icon: Icon = icons::ARROW_RIGHT;
    icon.paint(painter, center, 22.0, ink);
}

fn picture_ui(ui: &mut Ui, index: usize, place: Rect) {
    let t = ui.tokens();
    let painter = ui.painter().with_clip_rect(place.shrink(1.0));
    match index {
        0 => person(&painter, place, t, false),
        1 => {
            let seal = Rect::from_center_size(place.center(), vec2(64.0, 64.0));
            ui.scope_builder(UiBuilder::new().max_rect(seal), |ui| {
                Seal::new("A cloned voice", "welcome").size(64.0).state(SealState::Still).show(ui);
            });
        }
        2 => {
            let words = painter.layout(
                "“Version three ships on Thursday.”".to_owned(),
                Type::Small.font(),
                t.text.support,
                124.0,
            );
            painter.galley(place.min + vec2(14.0, 12.0), words, t.text.support);
            bars(&painter, pos2(place.left() + 14.0, place.bottom() - 22.0), 31, t.text.hint);
        }
        _ => person(&painter, place, t, true),
    }
}

/// Head and shoulders before a window or a lamp; with a mouth of sound where a line is spoken.
fn person(painter: &Painter, place: Rect, t: &Tokens, speaks: bool) {
    let middle = pos2(place.center().x, place.top() + 40.0);
    painter.rect_filled(place, 0, t.fill.surface_2);
    if speaks {
        let lamp = pos2(place.right() - 26.0, place.top() + 28.0);
        painter.circle_filled(lamp, 20.0, t.fill.selected);
        painter.circle_filled(lamp, 9.0, t.fill.surface);
        painter.vline(lamp.x, (lamp.y + 9.0)..=place.bottom(), Stroke::new(1.5, t.edge.strong));
    } else {
        let glass = Rect::from_min_size(place.min + vec2(14.0, 12.0), vec2(30.0, 38.0));
        painter.rect(glass, 2, t.fill.surface, Stroke::new(1.5, t.edge.strong), StrokeKind::Inside);
        painter.hline(glass.x_range(), glass.center().y, Stroke::new(1.5, t.edge.strong));
        painter.vline(glass.center().x, glass.y_range(), Stroke::new(1.5, t.edge.strong));
    }
    let oval =
        |center, radius, fill| egui::epaint::EllipseShape { center, radius, fill, stroke: Stroke::NONE, angle: 0.0 };
    // Hair, shoulders, neck, face.
    let (skin, ink) = if t.dark { (t.text.support, t.fill.window) } else { (t.fill.surface, t.text.main) };
    let (hair, coat) = if speaks { (t.edge.strong, t.wave.idle) } else { (t.edge.control, t.accent.line) };
    painter.add(oval(middle + vec2(0.0, -3.0), if speaks { vec2(20.0, 22.0) } else { vec2(24.0, 27.0) }, hair));
    if !speaks {
        painter.rect_filled(Rect::from_center_size(middle + vec2(0.0, 14.0), vec2(48.0, 26.0)), 10, hair);
    }
    painter.add(oval(pos2(middle.x, place.bottom() + 14.0), vec2(50.0, 34.0), coat));
    painter.rect_filled(Rect::from_center_size(middle + vec2(0.0, 20.0), vec2(14.0, 18.0)), 6, skin);
    painter.add(oval(middle + vec2(0.0, 2.0), vec2(17.0, 20.0), skin));
    for x in [-6.5, 6.5] {
        painter.circle_filled(middle + vec2(x, -1.0), 1.8, ink);
    }
    if speaks {
        bars(painter, middle + vec2(-10.0, 12.0), 6, t.accent.line);
    } else {
        let smile = [(-5.0, 9.5), (-2.5, 11.5), (2.5, 11.5), (5.0, 9.5)].map(|(x, y)| middle + vec2(x, y));
        painter.line(smile.to_vec(), Stroke::new(1.5, ink));
    }
}

/// Sound as bars, 4 apart, around a line.
fn bars(painter: &Painter, start: egui::Pos2, count: u8, ink: Color32) {
    for index in 0..count {
        let x = f32::from(index);
        let half = 2.0 + 6.0 * (x * 0.9).sin().abs() * (x * 0.37).cos().abs();
        let at = start + vec2(x * 4.0, 0.0);
        painter.vline(at.x, (at.y - half)..=(at.y + half), Stroke::new(2.0, ink));
    }
}
