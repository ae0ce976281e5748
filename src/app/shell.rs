//! The frame around every page: rail, sandbox banner, player strip, toasts and the drop overlay.

use egui::{Align2, Area, CentralPanel, Frame, Id, Margin, Order, Panel as Side, Rect, Ui, Vec2, vec2};

use super::App;
use super::intake::ROLES;
use super::toasts::Toasts;
use crate::panels::{Command, Page};
use crate::store::Role;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Icon, icons, text};

impl App {
    pub(super) fn shell_ui(&mut self, ui: &mut Ui) {
        let t = ui.tokens();
        let rail = Frame::new().fill(t.fill.window).inner_margin(Margin::same(8));
        Side::left("rail").resizable(false).exact_size(88.0).frame(rail).show(ui, |ui| self.rail_ui(ui));
        if self.session.as_ref().is_some_and(|session| session.store.is_sandbox) {
            let banner = Frame::new().fill(t.fill.surface).inner_margin(Margin::symmetric(24, 8));
            Side::top("banner").resizable(false).exact_size(36.0).frame(banner).show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.label(text::name("Sandbox"));
                    ui.label(text::small("Practice voices and results are made on this computer. Nothing is uploaded and nothing is billed."));
                });
            });
        }
        let page = Frame::new().fill(t.fill.canvas);
        CentralPanel::default().frame(page).show(ui, |ui| self.page_ui(ui));
        self.toasts_ui(ui);
        self.overlay_ui(ui);
    }

    fn rail_ui(&mut self, ui: &mut Ui) {
        for page in Page::RAIL.into_iter().chain([Page::Settings]) {
            let button = Button::ghost(page.name()).icon(icon(page)).show(ui);
            if button.clicked()
                && let Some(session) = &mut self.session
            {
                session.commands.push(Command::Go(page));
            }
        }
    }

    fn page_ui(&mut self, ui: &mut Ui) {
        if let Some(session) = &mut self.session {
            let (panels, mut cx) = session.split(&self.runtime, &self.files, &mut self.settings.value);
            panels.page(self.page).ui(ui, &mut cx);
            return;
        }
        ui.centered_and_justified(|ui| {
            ui.vertical_centered(|ui| match self.failure.clone() {
                Some(error) => {
                    ui.label(text::section("Mouthpiece could not open"));
                    ui.label(text::body(error.to_string()));
                    if Button::primary("Try again").show(ui).clicked() {
                        self.open();
                    }
                }
                None => {
                    ui.label(text::section("Opening"));
                }
            });
        });
    }

    fn toasts_ui(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let Self { toasts, session, .. } = self;
        let (mut closed, mut asked) = (None, None);
        Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, vec2(-16.0, -16.0)).show(
            &ctx,
            |ui| {
                for (index, toast) in Toasts::current(toasts, &ctx).iter().enumerate() {
                    Frame::popup(ui.style()).show(ui, |ui| {
                        ui.set_width(360.0);
                        ui.label(text::name(&toast.title));
                        ui.label(text::small(&toast.detail));
                        ui.horizontal(|ui| {
                            if let Some((label, command)) = &toast.action
                                && Button::link(label).show(ui).clicked()
                            {
                                asked = Some(command.clone());
                            }
                            if Button::ghost("Close").show(ui).clicked() {
                                closed = Some(index);
                            }
                        });
                    });
                }
            },
        );
        if let Some(index) = closed {
            toasts.close(index);
        }
        if let (Some(command), Some(session)) = (asked, session) {
            session.commands.push(command);
        }
    }

    fn overlay_ui(&mut self, ui: &mut Ui) {
        let Some((name, others)) = self.intake_title() else { return };
        let ctx = ui.ctx().clone();
        let mut pressed = None;
        let question = self.intake.question.as_ref();
        Area::new(Id::unique("drop overlay")).order(Order::Foreground).anchor(Align2::CENTER_CENTER, Vec2::ZERO).show(
            &ctx,
            |ui| {
                Frame::popup(ui.style()).show(ui, |ui| {
                    ui.label(text::name(name));
                    if others > 0 {
                        ui.label(text::small(format!("{} files. The first is used.", others + 1)));
                    }
                    if let Some(question) = question {
                        match question.words() {
                            Ok(words) => ui.label(text::small(words)),
                            Err(error) => ui.label(text::small(error.to_string())),
                        };
                    }
                    ui.horizontal(|ui| {
                        for (index, role) in ROLES.into_iter().enumerate() {
                            let why = question.and_then(|question| question.unfit(role));
                            if Button::secondary(use_name(role)).off_if(why).show(ui).clicked() {
                                pressed = Some(index);
                            }
                        }
                    });
                });
            },
        );
        self.answer(&ctx, pressed);
    }
}

/// Where the three boxes of the overlay lie.
pub(super) fn boxes(window: Rect) -> [Rect; 3] {
    let (size, gap) = (vec2(312.0, 316.0), 20.0);
    let shrink = ((window.width() - 2.0 * gap - 48.0) / 3.0 / size.x).min(1.0);
    let size = vec2(size.x * shrink, size.y);
    [-1.0, 0.0, 1.0].map(|place| Rect::from_center_size(window.center() + vec2(place * (size.x + gap), 0.0), size))
}

fn use_name(role: Role) -> &'static str {
    match role {
        Role::Source => "Clone a voice",
        Role::Target => "Lip-sync target",
        Role::Audio => "Audio track",
    }
}

fn icon(page: Page) -> Icon {
    match page {
        Page::Flow => icons::FLOW_ARROW,
        Page::Voices => icons::USER_SOUND,
        Page::Clone => icons::MICROPHONE_STAGE,
        Page::Script => icons::ARTICLE,
        Page::LipSync => icons::FILM_SLATE,
        Page::Activity => icons::PULSE,
        Page::Settings => icons::GEAR_SIX,
    }
}
