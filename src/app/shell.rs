//! The frame around every page: rail, sandbox banner, player strip, toasts.

use std::hash::Hash;

use egui::{Id, Rect, Stroke, Ui, UiBuilder};

use super::online::Words;
use super::quit::Quit;
use super::{App, Session, sheet};
use crate::panels::{Command, Page};
use crate::ui::notice::{self, Banner};
use crate::ui::player_strip;
use crate::ui::theme::Look as _;
use crate::ui::{Icon, icons, rail, tab};

/// Height of the banner.
const BANNER: f32 = 36.0;

impl App {
    pub(super) fn shell_ui(&mut self, ui: &mut Ui) {
        let t = ui.tokens();
        let whole = ui.max_rect();
        let (rail, mut page) = whole.split_left_right_at_x(whole.left() + rail::WIDTH);
        ui.painter().rect_filled(rail, 0, t.fill.window);
        ui.painter().rect_filled(page, 0, t.fill.canvas);
        ui.painter().vline(rail.right() - 0.5, rail.y_range(), Stroke::new(1.0, t.edge.soft));
        if self.welcome_ui(ui) {
            return;
        }
        // Drawn in the order of the Tab key: banner, page, player, and the rail at the end.
        if let Some(words) = self.session.as_ref().and_then(Session::banner) {
            let (banner, rest) = page.split_top_bottom_at_y(page.top() + BANNER);
            part_ui(ui, "banner", banner, |ui| self.banner_ui(ui, &words));
            page = rest;
        }
        let strip = self.has_strip();
        let (page, foot) = page.split_top_bottom_at_y(page.bottom() - if strip { player_strip::HEIGHT } else { 0.0 });
        // Ids of a page must not depend on what else is drawn: a strip or banner that appears would otherwise take
        // the focus and the cursor away.
        tab::begins_in(ui.ctx(), page);
        part_ui(ui, ("page", self.page), page, |ui| self.page_ui(ui));
        if strip {
            part_ui(ui, "player", foot, |ui| self.strip_ui(ui));
        }
        part_ui(ui, "rail", rail.shrink(8.0), |ui| self.rail_ui(ui));
        let asked = self.toasts.show(ui.ctx(), page);
        if let (Some(command), Some(session)) = (asked, &mut self.session) {
            session.commands.push(command);
        }
        if let Some(session) = &mut self.session {
            session.limits_ui(ui.ctx(), &self.runtime);
        }
        sheet::keys_ui(ui.ctx());
        if self.quit == Quit::Asked {
            self.quit_ui(ui.ctx());
        } else if self.session.is_some() && !self.page_takes_drops() {
            // Without a workspace a file has no place yet: the question waits.
            self.overlay_ui(ui);
        }
    }

    fn rail_ui(&mut self, ui: &mut Ui) {
        let running = self.session.as_ref().map_or(0, |session| session.jobs.running());
        let mut asked = None;
        let low = ui.ctx().content_rect().height() < 720.0;
        ui.vertical_centered(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.add_space(if low { 9.0 } else { 14.0 });
            rail::mark_ui(ui, 38.0);
            ui.add_space(if low { 9.0 } else { 18.0 });
            for (index, page) in Page::RAIL.into_iter().enumerate() {
                let badge = if page == Page::Activity { running } else { 0 };
                let key = format!("Ctrl {}", index + 1);
                if rail::item_ui(ui, icon(page), page.name(), &key, self.page == page, badge).clicked() {
                    asked = Some(page);
                }
            }
            // Settings 56 and workspace 46 stand at the foot, 10 apart and 12 above its edge.
            ui.add_space((ui.available_height() - 116.0).max(0.0));
            ui.spacing_mut().item_spacing.y = 10.0;
            let settings = self.page == Page::Settings;
            if rail::item_ui(ui, icons::GEAR_SIX, "Settings", "Ctrl ,", settings, 0).clicked() {
                asked = Some(Page::Settings);
            }
            self.workspace_ui(ui);
        });
        if let (Some(page), Some(session)) = (asked, &mut self.session) {
            session.commands.push(Command::Go(page));
        }
    }

    fn banner_ui(&mut self, ui: &mut Ui, words: &Words) {
        let pressed = notice::banner_ui(ui, words.banner, &words.title, words.rest, words.action);
        let Some(session) = self.session.as_mut().filter(|_| pressed) else { return };
        match words.banner {
            Banner::KeyRefused => session.commands.push(Command::Go(Page::Settings)),
            Banner::Offline => session.check_now(&self.runtime),
            Banner::Sandbox => self.connect_an_account(),
            Banner::Update => {}
        }
    }

    fn page_ui(&mut self, ui: &mut Ui) {
        if let Some(session) = &mut self.session {
            let (panels, mut cx) = session.split(&self.runtime, &self.desktop.files, &mut self.settings.value);
            panels.page(self.page).ui(ui, &mut cx);
            return;
        }
        self.opening_ui(ui);
    }
}

/// A part of the window with ids of its own, that draws nothing outside its place.
fn part_ui(ui: &mut Ui, name: impl Hash + std::fmt::Debug, place: Rect, show: impl FnOnce(&mut Ui)) {
    let builder = UiBuilder::new().max_rect(place).scope_id(Id::unique(("shell", name)));
    ui.scope_builder(builder, |ui| {
        ui.shrink_clip_rect(place.expand(8.0).intersect(ui.ctx().content_rect()));
        show(ui);
    });
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
