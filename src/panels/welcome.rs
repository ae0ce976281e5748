//! The first page: a key to paste, or the sandbox. It stands alone in the window, without a rail, until something is
//! chosen; later starts open what was chosen.

use egui::{Align, Color32, Layout, Painter, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

use super::AccountCommand;
use super::key_entry::KeyEntry;
use super::stills::{self, Still};
use crate::settings::{Theme, Workspace};
use crate::store::Check;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Icon, Seal, SealState, Type, icons, layout, radius, rail, space, text};

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
                ui.add_space(if low { 20.0 } else { 38.0 });
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
        let side = vec2((row.width() - space::L) / 2.0, CARD.y);
        let left = card_at(ui, Rect::from_min_size(row.min, side), |ui| self.account_ui(ui, check));
        let right = card_at(ui, Rect::from_min_size(pos2(row.right() - side.x, row.top()), side), sandbox_ui);
        left.or(right)
    }

    fn account_ui(&mut self, ui: &mut Ui, check: &Check) -> Option<AccountCommand> {
        let t = ui.tokens();
        head_of_card(ui, icons::KEY, "Use your sync.so account");
        ui.add_space(10.0);
        let mut go = self.entry.field_ui(ui, check, true, true);
        if !matches!(check, Check::Failed(_)) {
            ui.add_space(10.0);
            let words = "The key is checked by listing your voices, then kept in the system keychain. It is never \
                         written to a file.";
            ui.label(text::small(words).color(t.text.hint));
        }
        let mut asked = None;
        foot_of_card(ui, |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let button = Button::primary("Continue").large().key("Enter").width(179.0);
            go |= button.busy(check.is_checking(), "Checking").show(ui).clicked();
            if check.is_checking() {
                if Button::ghost("Cancel").show(ui).clicked() {
                    asked = Some(AccountCommand::CancelConnect);
                }
            } else if Button::ghost("Where do I get a key?").icon_after(icons::ARROW_SQUARE_OUT).show(ui).clicked() {
                asked = Some(AccountCommand::WhereToGetOne);
            }
        });
        if go && self.entry.is_empty() {
            self.entry.ask(ui.ctx(), true);
        } else if go && !check.is_checking() {
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
    let inside = Rect::from_min_max(place.min + vec2(25.0, 17.0), place.max - vec2(25.0, 25.0));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, 0.0);
        show(ui)
    })
    .inner
}

/// Icon and title of a card.
fn head_of_card(ui: &mut Ui, icon: Icon, title: &str) {
    ui.horizontal(|ui| {
        ui.set_min_height(22.0);
        ui.spacing_mut().interact_size.y = 22.0;
        ui.spacing_mut().item_spacing.x = 10.0;
        icon.show(ui, 20.0, ui.tokens().text.support);
        layout::section_ui(ui, title);
    });
}

/// The row of buttons at the bottom of a card.
fn foot_of_card(ui: &mut Ui, show: impl FnOnce(&mut Ui)) {
    let room = ui.max_rect();
    let place = Rect::from_min_max(pos2(room.left(), room.bottom() - 40.0), room.max);
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Center)), show);
}

fn sandbox_ui(ui: &mut Ui) -> Option<AccountCommand> {
    let t = ui.tokens();
    head_of_card(ui, icons::FLASK, "Explore in the sandbox");
    ui.add_space(7.0);
    for words in [
        "No account and no key",
        "Nothing leaves this computer, nothing is billed",
        "Practice voices and results, all screens work",
    ] {
        ui.spacing_mut().interact_size.y = 28.0;
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(16.0, 28.0), Sense::hover());
            ui.spacing_mut().item_spacing.x = 10.0;
            icons::CHECK.paint(ui.painter(), rect.center(), 16.0, t.success.ink);
            ui.label(text::body(words));
        });
    }
    ui.add_space(8.0);
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
        ui.spacing_mut().item_spacing.x = 20.0;
        ui.set_min_height(62.0);
        rail::mark_ui(ui, 56.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let title = ui.label(text::display("Mouthpiece"));
            ui.ctx().accesskit_node_builder(title.id, |node| {
                node.set_role(egui::Role::Heading);
                node.set_label("Mouthpiece");
            });
            let words = "Clone a voice from a video, write a new line, and put it on another video.";
            ui.label(Type::ReadActive.text(words).color(t.text.support));
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
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), PICTURE.y + 28.0), Sense::hover());
    let step = (row.width() - PICTURE.x) / 3.0;
    let mut left = row.left();
    for (index, words) in
        ["1. Drop a talking head", "2. Clone the voice", "3. Write the line", "4. Lip sync it"].into_iter().enumerate()
    {
        let place = Rect::from_min_size(pos2(left, row.top()), PICTURE);
        ui.painter().rect(place, radius::CONTROL, t.fill.surface, Stroke::new(1.0, t.edge.soft), StrokeKind::Inside);
        picture_ui(ui, index, place);
        ui.put(Rect::from_min_size(pos2(left, place.bottom() + 10.0), vec2(PICTURE.x, 18.0)), |ui: &mut Ui| {
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
    let stroke = Stroke::new(1.5, ink);
    let tip = center + vec2(12.5, 0.0);
    painter.hline((center.x - 12.5)..=tip.x, center.y, stroke);
    painter.line(vec![tip + vec2(-5.5, -5.5), tip, tip + vec2(-5.5, 5.5)], stroke);
}

fn picture_ui(ui: &mut Ui, index: usize, place: Rect) {
    let t = ui.tokens();
    let painter = ui.painter().with_clip_rect(place.shrink(1.0));
    match index {
        0 => stills::paint(ui, place, Still::Lena),
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
        _ => stills::paint(ui, place, Still::Sam),
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
