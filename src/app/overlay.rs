//! The drop overlay: three boxes for the three uses of a file. It stays as a question after a drop where the
//! desktop does not tell where the pointer is.

use egui::{Align, Area, Context, Id, Layout, Order, Rect, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

use super::App;
use super::intake::{Offered, ROLES};
use crate::store::{Role, file_name};
use crate::ui::drop_zone::{DropBox, overlay_ground};
use crate::ui::theme::Look as _;
use crate::ui::truncate::{file_name_ui, name_ui};
use crate::ui::{Button, Type, icons, radius, space, text};

/// From the window's middle to the middle of the boxes, in points, as drawn.
const GAP: f32 = 20.0;
/// The same in a window too narrow for boxes as wide as drawn, and what is left at its sides.
const NARROW_GAP: f32 = 12.0;
/// The card with the file, and what is above the boxes.
const CARD: egui::Vec2 = vec2(288.0, 60.0);
const ABOVE: f32 = 32.0;
/// The picture in the card.
const PICTURE: egui::Vec2 = vec2(64.0, 36.0);

/// Where the three boxes lie, side by side in the middle of the window.
pub(super) fn boxes(window: Rect) -> [Rect; 3] {
    let room = window.width() - 2.0 * space::PAGE;
    let is_roomy = room >= 3.0 * DropBox::SIZE.x + 2.0 * GAP;
    let gap = if is_roomy { GAP } else { NARROW_GAP };
    let size = vec2(((room - 2.0 * gap) / 3.0).min(DropBox::SIZE.x), DropBox::SIZE.y);
    [-1.0, 0.0, 1.0].map(|place| Rect::from_center_size(window.center() + vec2(place * (size.x + gap), 0.0), size))
}

impl App {
    pub(super) fn overlay_ui(&mut self, ui: &mut Ui) {
        if self.offered().is_none() {
            return;
        }
        let ctx = ui.ctx().clone();
        let window = ctx.content_rect();
        let area = Area::new(Id::unique("drop overlay")).order(Order::Foreground).fixed_pos(pos2(0.0, 0.0));
        let pressed = area.show(&ctx, |ui| {
            // The area takes every click, so that nothing behind the overlay can be pressed.
            ui.expand_to_include_rect(window);
            overlay_ground(ui);
            self.file_card_ui(ui, window);
            let pressed = self.boxes_ui(ui, &ctx, window);
            self.foot_ui(ui, window);
            pressed
        });
        if self.intake.question.is_some() {
            // Neither Tab nor a click reaches what lies behind a question.
            ctx.memory_mut(|memory| memory.set_modal_layer(pressed.response.layer_id));
        }
        self.answer(pressed.inner);
    }

    /// The file above the boxes: picture, name, what it is, and what becomes of others that came with it.
    fn file_card_ui(&mut self, ui: &mut Ui, window: Rect) {
        let t = ui.tokens();
        let Some(file) = self.offered() else { return };
        let (name, has_picture, path) = (file_name(&file.path), file.has_picture(), file.path.clone());
        let facts = file.words().unwrap_or_else(|_| "Can't be used".to_owned());
        let several = self.several();
        let top = window.center().y - DropBox::SIZE.y / 2.0 - ABOVE - CARD.y;
        // As wide as its words, within the window.
        let words = ui.painter().layout_no_wrap(facts.clone(), Type::Small.font(), t.text.support).size().x;
        let named = ui.painter().layout_no_wrap(name.clone(), Type::Name.font(), t.text.main).size().x;
        let width = (words.max(named).ceil() + PICTURE.x + 40.0).clamp(CARD.x, (window.width() - 96.0).min(480.0));
        let place = Rect::from_center_size(pos2(window.center().x, top + CARD.y / 2.0), vec2(width, CARD.y));
        ui.painter().rect(place, radius::CARD, t.fill.popover, Stroke::new(1.0, t.edge.strong), StrokeKind::Inside);
        let inner = place.shrink2(vec2(12.0, 12.0));
        let picture = Rect::from_min_size(inner.min, PICTURE);
        let frame = has_picture.then(|| self.intake.pictures.frame(ui.ctx(), &self.runtime, &path, 256)).flatten();
        let icon = if has_picture { icons::FILM_STRIP } else { icons::WAVEFORM };
        crate::panels::thumb(ui, picture, frame, icon);
        let words = inner.with_min_x(picture.right() + 14.0);
        ui.scope_builder(UiBuilder::new().max_rect(words).layout(Layout::top_down(Align::Min)), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space(1.0);
            file_name_ui(ui, &name, Type::Name, t.text.main);
            name_ui(ui, &facts, Type::Small, t.text.support);
        });
        if let Some(several) = several {
            let line = Rect::from_center_size(pos2(window.center().x, top - 18.0), vec2(window.width() - 48.0, 20.0));
            ui.scope_builder(UiBuilder::new().max_rect(line), |ui| {
                ui.vertical_centered(|ui| ui.label(text::body(several).color(t.text.support)));
            });
        }
    }

    fn boxes_ui(&self, ui: &mut Ui, ctx: &Context, window: Rect) -> Option<usize> {
        let mut pressed = None;
        let file = self.offered()?;
        let asked = self.intake.question.as_ref();
        // What follows the first of several is put in its place here, which needs its facts.
        let is_early = asked.is_some_and(|question| question.number > 1 && !file.is_read());
        let pointer = self.intake.pointer.filter(|_| ctx.input(|input| !input.raw.hovered_files.is_empty()));
        for (index, (role, place)) in ROLES.into_iter().zip(boxes(window)).enumerate() {
            let unfit = why_off(file, role).or(is_early.then(|| "The file is being read".to_owned()));
            let drop_box = DropBox { why_off: unfit.as_deref(), ..drop_box(role) };
            let before = self.before(role);
            let drop_box = DropBox { leads: before.as_deref().unwrap_or(drop_box.leads), ..drop_box };
            let over = pointer.is_some_and(|at| place.contains(at));
            let shown = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| drop_box.show(ui, over));
            if asked.is_some() && shown.inner.clicked() {
                pressed = Some(index);
            }
        }
        pressed
    }

    /// What the file would take the place of.
    fn before(&self, role: Role) -> Option<String> {
        let file = self.session.as_ref()?.store.flow.file(role)?;
        Some(format!("In place of {}", file.name()))
    }

    fn foot_ui(&mut self, ui: &mut Ui, window: Rect) {
        let error = self.offered().and_then(|file| file.words().err()).map(ToString::to_string);
        let question = self.intake.question.as_ref().map(|question| (question.number, question.count));
        let top = window.center().y + DropBox::SIZE.y / 2.0 + 27.0;
        let place = Rect::from_min_size(pos2(window.left() + 48.0, top), vec2(window.width() - 96.0, 80.0));
        let words = if question.is_some() {
            "Choose a box, or press Esc to cancel. The file stays where it is, nothing is uploaded yet."
        } else {
            "Drop outside the boxes or press Esc to cancel. The file stays where it is, nothing is uploaded yet."
        };
        let (mut close, mut skip) = (false, false);
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            ui.vertical_centered(|ui| {
                let (danger, support) = (ui.tokens().danger.ink, ui.tokens().text.support);
                match &error {
                    Some(error) => alert_ui(ui, error, danger),
                    None => drop(ui.label(text::body(words).color(support))),
                }
                let Some((number, count)) = question else { return };
                ui.add_space(8.0);
                if number < count && (number > 1 || error.is_some()) {
                    skip = Button::secondary("Leave this file out").show(ui).clicked();
                    ui.add_space(8.0);
                }
                close = Button::secondary("Cancel").key("Esc").show(ui).clicked();
            });
        });
        if skip {
            self.skip_file();
        } else if close {
            self.intake.question = None;
        }
    }
}

fn alert_ui(ui: &mut Ui, error: &str, ink: egui::Color32) {
    let words = ui.label(text::body(error).color(ink));
    ui.ctx().accesskit_node_builder(words.id, |node| {
        node.set_role(egui::Role::Alert);
        node.set_label(error);
    });
}

/// Why a box does not take a file, as a sentence.
fn why_off(file: &Offered, role: Role) -> Option<String> {
    if file.words().is_err() {
        return Some("This file can't be read".to_owned());
    }
    let why = file.unfit(role)?;
    // What is wrong, without what to do: the other boxes show that.
    let what = why.split(". ").next().unwrap_or(why).trim_end_matches('.');
    let mut letters = what.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect())
}

fn drop_box(role: Role) -> DropBox<'static> {
    match role {
        Role::Source => DropBox {
            icon: icons::MICROPHONE_STAGE,
            title: "Clone a voice",
            text: "Use the speech in this file to make a new voice. You choose the part and give consent next.",
            leads: "Opens the trim step",
            key: "1",
            why_off: None,
        },
        Role::Target => DropBox {
            icon: icons::FILM_SLATE,
            title: "Lip-sync target",
            text: "Put a new line on the face in this video.",
            leads: "Opens the composer",
            key: "2",
            why_off: None,
        },
        Role::Audio => DropBox {
            icon: icons::WAVEFORM,
            title: "Audio track",
            text: "Use the sound of this file as the voice in a lip sync.",
            leads: "Adds it as a voice track",
            key: "3",
            why_off: None,
        },
    }
}
