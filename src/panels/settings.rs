//! Settings: looks, where files go, what is heard, what is installed, and whom the app talks to. Every change holds at
//! once.

mod about;
mod account;
mod appearance;
mod files;
mod libraries;
mod name_field;
mod practice;
mod privacy;
mod report;
mod sound;
mod tools;

use egui::{Align, Id, Layout, Margin, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use about::AboutCard;
use account::AccountCard;
use appearance::AppearanceCard;
use files::FilesCard;
use practice::PracticeCard;
use privacy::PrivacyCard;
use sound::SoundCard;
use tools::ToolsCard;

use super::{Cx, KeyAction, Panel};
use crate::find::Needle;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Field, Icon, icons, layout, notice, radius, space, text};

/// The page.
#[derive(Default)]
pub struct SettingsPanel {
    search: String,
    /// The search gets the cursor.
    finding: bool,
    account: AccountCard,
    files: FilesCard,
    sound: SoundCard,
    appearance: AppearanceCard,
    tools: ToolsCard,
    privacy: PrivacyCard,
    practice: PracticeCard,
    about: AboutCard,
}

/// The cards, in the order of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Card {
    Account,
    Files,
    Sound,
    Appearance,
    Tools,
    Privacy,
    Sandbox,
    About,
}

impl Card {
    const LEFT: [Self; 3] = [Self::Account, Self::Files, Self::Sound];
    const RIGHT: [Self; 5] = [Self::Appearance, Self::Tools, Self::Privacy, Self::Sandbox, Self::About];

    /// What a search finds it by.
    const fn words(self) -> &'static str {
        match self {
            Self::Account => "Account API key Replace Test Remove key keychain clone slots sync.so connect",
            Self::Files => "Saved files Folder Choose File name video voice take date flow model WAV beside the video",
            Self::Sound => {
                "Sound and notices Speakers test sound Tell me when a job ends notification queue is empty short sound"
            }
            Self::Appearance => {
                "Appearance Theme System Light Dark Size of text and controls zoom scale Reduce motion animation"
            }
            Self::Tools => "Tools on this computer ffmpeg ffprobe espeak-ng video player Look again",
            Self::Privacy => {
                "Privacy Usage data telemetry Keep clone samples here Open log Copy support report data folder"
            }
            Self::Sandbox => "Sandbox practice flows and results Switch to sandbox Reset sandbox",
            Self::About => "About Mouthpiece version commit licences of the libraries open source",
        }
    }
}

impl Panel for SettingsPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        self.account.logic(cx);
        self.files.logic(cx);
        self.sound.logic();
        self.tools.logic();
        self.practice.logic();
    }

    fn key(&mut self, action: KeyAction, _cx: &mut Cx<'_>) -> bool {
        self.finding |= action == KeyAction::Find;
        action == KeyAction::Find
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let room = ui.available_rect_before_wrap().shrink2(vec2(space::PAGE, 0.0));
        let width = room.width().min(1180.0);
        let room = Rect::from_center_size(room.center(), vec2(width, room.height()));
        let ui = &mut ui.new_child(UiBuilder::new().max_rect(room).layout(Layout::top_down(Align::Min)));
        if std::mem::take(&mut self.finding) {
            ui.memory_mut(|memory| memory.request_focus(search_id()));
        }
        let search = &mut self.search;
        ui.spacing_mut().item_spacing.y = 0.0;
        layout::page_head_ui(
            ui,
            "Settings",
            |_| {},
            |ui| {
                let field = Field::new("Search settings", search).hide_label().id(search_id());
                let field = field.placeholder("Search settings").icon(icons::MAGNIFYING_GLASS).key("Ctrl F");
                let layout = Layout::top_down(Align::Min);
                ui.allocate_ui_with_layout(vec2(240.0, 32.0), layout, |ui| field.show(ui));
            },
        );
        let needle = Needle::new(&self.search);
        let found =
            |cards: &[Card]| -> Vec<Card> { cards.iter().copied().filter(|card| needle.is_in(card.words())).collect() };
        let (left, right) = (found(&Card::LEFT), found(&Card::RIGHT));
        if left.is_empty() && right.is_empty() {
            return self.nothing_ui(ui);
        }
        // The scroll bar has the margin of the page.
        let rest = ui.available_rect_before_wrap();
        let wide = rest.with_max_x(rest.right() + space::L);
        let ui = &mut ui.new_child(UiBuilder::new().max_rect(wide).layout(Layout::top_down(Align::Min)));
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.set_max_width(rest.width());
            ui.spacing_mut().item_spacing = vec2(space::M, space::M);
            if ui.ctx().content_rect().width() < 1000.0 || left.is_empty() || right.is_empty() {
                self.cards_ui(ui, cx, left.iter().chain(&right));
            } else {
                layout::columns_ui(ui, |[one, other]| {
                    self.cards_ui(one, cx, &left);
                    self.cards_ui(other, cx, &right);
                });
            }
            ui.add_space(space::M);
        });
        self.privacy.report_ui(ui.ctx(), cx, self.tools.found());
        self.practice.question_ui(ui.ctx(), cx);
        self.about.libraries_ui(ui.ctx());
    }
}

impl SettingsPanel {
    fn cards_ui<'a>(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, cards: impl IntoIterator<Item = &'a Card>) {
        for card in cards {
            match card {
                Card::Account => self.account.ui(ui, cx),
                Card::Files => self.files.ui(ui, cx),
                Card::Sound => self.sound.ui(ui, cx),
                Card::Appearance => self.appearance.ui(ui, cx),
                Card::Tools => self.tools.ui(ui, cx),
                Card::Privacy => self.privacy.ui(ui, cx),
                Card::Sandbox => self.practice.ui(ui, cx),
                Card::About => self.about.ui(ui),
            }
        }
    }

    fn nothing_ui(&mut self, ui: &mut Ui) {
        let title = format!("No setting matches “{}”", self.search.trim());
        let words = "Search looks at the names of the settings.";
        notice::empty_ui(ui, icons::MAGNIFYING_GLASS, &title, words, |ui| {
            if Button::secondary("Clear search").show(ui).clicked() {
                self.search.clear();
            }
        });
    }
}

fn search_id() -> Id {
    Id::unique("search settings")
}

fn card_ui(ui: &mut Ui, icon: Icon, title: &str, draw: impl FnOnce(&mut Ui)) {
    headed_card_ui(ui, icon, title, |_| {}, draw);
}

/// The same with something at the right end of its head.
fn headed_card_ui(ui: &mut Ui, icon: Icon, title: &str, right: impl FnOnce(&mut Ui), draw: impl FnOnce(&mut Ui)) {
    let t = ui.tokens();
    let frame = layout::frame(t.fill.surface, t.edge.soft, radius::CARD).inner_margin(Margin::symmetric(17, 15));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::XS;
        let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        icon.paint(ui.painter(), pos2(row.left() + 8.0, row.center().y), 18.0, t.text.hint);
        let part = |ui: &mut Ui, rect, layout| ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
        let words = row.with_min_x((row.left() + 28.0).min(row.right()));
        layout::section_ui(&mut part(ui, words, Layout::left_to_right(Align::Center)), title);
        // What can be pressed there is higher than the title, and moves nothing.
        right(&mut part(ui, row.expand2(vec2(0.0, 6.0)), Layout::right_to_left(Align::Center)));
        ui.add_space(space::S);
        draw(ui);
    });
}

/// A setting's name at the left, its control at the right end.
fn row_ui(ui: &mut Ui, label: &str, control: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_min_height(32.0);
        ui.label(text::body(label));
        ui.with_layout(Layout::right_to_left(Align::Center), control);
    });
}

/// The same with a second line below the name.
fn noted_row_ui(ui: &mut Ui, label: &str, note: &str, control: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_min_height(40.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            control(ui);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.label(text::body(label));
                ui.hint(note);
            });
        });
    });
}
