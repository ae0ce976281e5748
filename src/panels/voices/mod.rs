//! Voices: find, hear and use a voice; delete a clone.

mod export;
mod inspector;
mod list;
mod removal;
mod shown;

use egui::{Align, EventFilter, Id, Key, Layout, Modifiers, Rect, Stroke, Ui, UiBuilder};
use time::OffsetDateTime;

use super::gone::preview_key;
use super::{Command, Cx, Page, Panel, has_keys};
use crate::media::player::{Source, Track};
use crate::store::VoiceChoice;
use crate::ui::chip::{self, Chip};
use crate::ui::seal::SealState;
use crate::ui::theme::Look as _;
use crate::ui::{Button, Field, IconButton, icons, layout, space};
use export::Export;
use removal::Removal;
use shown::{Filter, Row, Shown};

/// What a press anywhere on the page asks for; carried out once the page is drawn.
enum Act {
    Select(String),
    /// Selects with the keyboard: the focus goes along.
    Move(String),
    Hear(String),
    /// Plays or pauses the kept sample of a clone, by its id.
    HearSample(String),
    Use(String),
    AskDelete(String),
    Copy(String),
    /// Saves the consent of one clone, by its id, or of all.
    Export(Option<String>),
    Seek(f64),
    TryAgain,
    ClearSearch,
    CloneVoice,
    /// Opens or closes the details of narrow windows.
    Details(bool),
}

/// The page.
#[derive(Default)]
pub struct VoicesPanel {
    search: String,
    filter: Filter,
    /// Id of the selected voice.
    selected: Option<String>,
    /// Whether narrow windows show the details over the list.
    details: bool,
    list: list::Place,
    removal: Removal,
    export: Export,
    /// When the list that was written down last had arrived.
    kept: Option<OffsetDateTime>,
}

impl Panel for VoicesPanel {
    fn logic(&mut self, cx: &mut Cx<'_>) {
        cx.store.voices.ensure(|| cx.runtime.spawn(cx.client.voices()));
        cx.store.voices.poll();
        let arrived = cx.store.voices.as_of().filter(|_| !cx.store.voices.is_remembered());
        if arrived.is_some() && arrived != self.kept {
            self.kept = arrived;
            cx.commands.push(Command::KeepVoices);
        }
        if let Some(id) = cx.store.show_voice.take() {
            (self.search, self.filter, self.details) = (String::new(), Filter::All, true);
            self.select(id);
        }
        self.removal.poll(cx, self.selected.as_deref());
        self.export.poll(cx);
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let narrow = layout::is_narrow(ui);
        let shown = Shown::new(cx.store, self.filter, &self.search);
        self.keep_selection(&shown, cx);
        let mut act = self.keys(ui, &shown, narrow);
        let whole = ui.available_rect_before_wrap();
        let inspector = layout::inspector_width(ui, 348.0);
        let (list, side) = whole.split_left_right_at_x(whole.right() - inspector);
        let list = if narrow { whole } else { list };
        let drawn = within(ui, list, |ui| self.list_ui(ui, cx, &shown, narrow));
        act = act.or(drawn);
        let selected = self.selected.as_deref().and_then(|id| shown.get(id));
        if narrow && self.details && selected.is_some() {
            let area = egui::Area::new(Id::unique("voice details")).order(egui::Order::Middle).fixed_pos(side.min);
            let drawn = area.constrain(false).show(ui.ctx(), |ui| {
                // The whole surface is the area's, so that nothing below it is pressed through it.
                ui.expand_to_include_rect(side);
                self.side_ui(ui, side, cx, selected)
            });
            act = act.or(drawn.inner);
        } else if !narrow {
            let drawn = self.side_ui(ui, side, cx, selected);
            act = act.or(drawn);
        }
        if let Some(act) = act {
            ui.ctx().request_repaint();
            let name = |id: &str| shown.get(id).map(|row| row.voice.label().to_owned());
            let choice = |id: String| name(&id).map(|name| VoiceChoice { id, name });
            match act {
                Act::Use(id) => Self::use_voice(choice(id), cx),
                Act::AskDelete(id) => self.removal.ask(choice(id)),
                other => self.run(other, cx),
            }
        }
        self.removal.question_ui(ui, cx);
    }

    fn main_action(&mut self, cx: &mut Cx<'_>) {
        let voices = cx.store.voices.value().map_or(&[][..], Vec::as_slice);
        let selected = voices.iter().find(|voice| Some(&voice.id) == self.selected.as_ref());
        let free = selected.filter(|voice| !voice.is_withheld() && !self.removal.is_running(&voice.id));
        let choice = free.map(|voice| VoiceChoice { id: voice.id.clone(), name: voice.label().to_owned() });
        Self::use_voice(choice, cx);
    }
}

impl VoicesPanel {
    fn use_voice(choice: Option<VoiceChoice>, cx: &mut Cx<'_>) {
        if let Some(choice) = choice {
            cx.commands.push(Command::UseVoice(choice));
        }
    }

    fn run(&mut self, act: Act, cx: &mut Cx<'_>) {
        match act {
            Act::Select(id) => self.select(id),
            Act::Move(id) => {
                self.select(id);
                self.list.take_focus = true;
            }
            Act::Hear(id) => cx.commands.push(Command::HearVoice(id)),
            Act::HearSample(id) => hear_sample(&id, cx),
            Act::Copy(text) => cx.commands.push(Command::Copy(text)),
            Act::Seek(secs) => cx.player.seek(secs),
            Act::TryAgain => cx.commands.push(Command::ReloadVoices),
            Act::ClearSearch => self.search.clear(),
            Act::CloneVoice => cx.commands.push(Command::Go(Page::Clone)),
            Act::Details(open) => self.details = open,
            Act::Export(id) => self.export.ask(id.as_deref(), cx),
            Act::Use(_) | Act::AskDelete(_) => {}
        }
    }

    fn select(&mut self, id: String) {
        self.selected = Some(id);
        self.list.reveal = true;
    }

    /// There is always a selected voice while there is one to select: the flow's own, else the first that is shown.
    fn keep_selection(&mut self, shown: &Shown<'_>, cx: &Cx<'_>) {
        if self.selected.as_deref().is_some_and(|id| shown.get(id).is_some()) || shown.all.is_empty() {
            return;
        }
        let flow = cx.store.flow.voice.as_ref().map(|choice| choice.id.as_str());
        let known = flow.and_then(|id| shown.get(id)).or(shown.rows.first().copied());
        self.selected = known.map(|row| row.voice.id.clone());
    }

    /// The page's keys. Those without Ctrl work while nothing else has the focus that would take them.
    fn keys(&self, ui: &Ui, shown: &Shown<'_>, narrow: bool) -> Option<Act> {
        let ctx = ui.ctx();
        if self.removal.is_asking() || !has_keys(ctx) {
            return None;
        }
        let pressed = |modifiers, key| ctx.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::COMMAND, Key::F) {
            ctx.memory_mut(|memory| memory.request_focus(search_id()));
        }
        if narrow && pressed(Modifiers::COMMAND, Key::I) {
            return Some(Act::Details(!self.details));
        }
        if pressed(Modifiers::NONE, Key::F5) {
            return Some(Act::TryAgain);
        }
        let focused = ctx.memory(egui::Memory::focused);
        if focused == Some(search_id()) && !self.search.is_empty() && pressed(Modifiers::NONE, Key::Escape) {
            return Some(Act::ClearSearch);
        }
        if narrow && self.details && !ctx.text_edit_focused() && pressed(Modifiers::NONE, Key::Escape) {
            return Some(Act::Details(false));
        }
        if focused.is_some_and(|id| Some(id) != self.list.focused) {
            return None;
        }
        if let Some(row) = focused {
            let filter = EventFilter { vertical_arrows: true, escape: true, ..Default::default() };
            ctx.memory_mut(|memory| memory.set_focus_lock_filter(row, filter));
        }
        for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, 10), (Key::PageUp, -10)] {
            if pressed(Modifiers::NONE, key) {
                return shown.step(self.selected.as_deref(), by).map(|row| Act::Move(row.voice.id.clone()));
            }
        }
        let row = shown.rows.iter().find(|row| Some(&row.voice.id) == self.selected.as_ref())?;
        let (id, free) = (row.voice.id.clone(), !self.removal.is_running(&row.voice.id));
        if pressed(Modifiers::NONE, Key::Space) {
            return (row.voice.preview_url.is_some() && !row.voice.is_withheld()).then_some(Act::Hear(id));
        }
        if pressed(Modifiers::NONE, Key::Enter) {
            return (free && !row.voice.is_withheld()).then_some(Act::Use(id));
        }
        (free && row.is_clone && pressed(Modifiers::NONE, Key::Delete)).then_some(Act::AskDelete(id))
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, shown: &Shown<'_>, narrow: bool) -> Option<Act> {
        let room = ui.max_rect();
        let head = room.with_max_y(room.top() + 103.0).shrink2(egui::vec2(space::PAGE, 0.0));
        let mut act = within(ui, head, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let act = self.head_ui(ui, shown.all.len(), narrow);
            let [all, clones, built_in] = shown.counts();
            let chips = vec![
                (Filter::All, Chip::new("All").count(all)),
                (Filter::Clones, Chip::new("My clones").count(clones)),
                (Filter::BuiltIn, Chip::new("Built-in").count(built_in)),
            ];
            let again = ui.horizontal(|ui| {
                if chip::group_ui(ui, &mut self.filter, chips) {
                    self.list.reveal = true;
                }
                let reload =
                    |ui: &mut Ui| IconButton::new(icons::ARROW_CLOCKWISE, "Get the list again").key("F5").show(ui);
                ui.with_layout(Layout::right_to_left(Align::Center), reload).inner.clicked()
            });
            act.or(again.inner.then_some(Act::TryAgain))
        });
        let edge = Stroke::new(1.0, ui.tokens().edge.soft);
        ui.painter().hline(room.x_range(), head.bottom() - 0.5, edge);
        let below = room.with_min_y(head.bottom()).shrink2(egui::vec2(space::L, 0.0));
        let foot = if self.filter == Filter::Clones { export::foot_height(cx.store) } else { 0.0 };
        let (rows, foot) = below.split_top_bottom_at_y(below.bottom() - foot);
        let drawn = within(ui, rows, |ui| self.rows_ui(ui, cx, shown));
        act = act.or(drawn);
        if foot.height() > 0.0 {
            let drawn = within(ui, foot, |ui| self.export.foot_ui(ui, cx.store));
            act = act.or(drawn);
        }
        act
    }

    fn head_ui(&mut self, ui: &mut Ui, count: usize, narrow: bool) -> Option<Act> {
        let mut act = None;
        let placeholder = match count {
            0 => "Search voices".to_owned(),
            count => format!("Search {}", crate::ui::format::count(count as u64, "voice", "voices")),
        };
        let none = self.selected.is_none();
        layout::page_head_ui(
            ui,
            "Voices",
            |_| {},
            |ui| {
                if Button::secondary("Clone a voice").icon(icons::PLUS).show(ui).clicked() {
                    act = Some(Act::CloneVoice);
                }
                let why = none.then_some("Choose a voice first");
                if narrow && Button::secondary("Details").off_if(why).tip("Ctrl I").show(ui).clicked() {
                    act = Some(Act::Details(!self.details));
                }
                let field = Field::new("Search voices", &mut self.search).hide_label().id(search_id());
                let field = field.placeholder(&placeholder).icon(icons::MAGNIFYING_GLASS).key("Ctrl F");
                let size = egui::vec2(250.0, 32.0);
                let layout = Layout::top_down(Align::Min);
                if ui.allocate_ui_with_layout(size, layout, |ui| field.show(ui)).inner.changed() {
                    self.list.reveal = true;
                }
            },
        );
        act
    }

    fn side_ui(&self, ui: &mut Ui, rect: Rect, cx: &Cx<'_>, selected: Option<Row<'_>>) -> Option<Act> {
        let t = ui.tokens();
        ui.painter().rect_filled(rect, 0, t.fill.surface);
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), Stroke::new(1.0, t.edge.soft));
        within(ui, rect.shrink2(egui::vec2(20.0, space::L)), |ui| {
            if let Some(row) = selected {
                let work = inspector::Work { removal: &self.removal, exporting: self.export.is_running() };
                return inspector::inspector_ui(ui, cx, row, work, self.details && layout::is_narrow(ui));
            }
            ui.hint("Choose a voice to see what it is.");
            None
        })
    }
}

/// The player's key of a clone's sample.
fn sample_key(id: &str) -> String {
    format!("sample:{id}")
}

fn hear_sample(id: &str, cx: &mut Cx<'_>) {
    let key = sample_key(id);
    if cx.player.now().is_some_and(|now| now.key == key) {
        return cx.player.toggle();
    }
    let Some(record) = cx.store.clones.iter().find(|record| record.id == id) else { return };
    if let Some(file) = record.sample_file.clone() {
        let (title, subtitle) = (record.sample_name.clone(), format!("Sample of {}", record.name));
        cx.player.play(Track { key, title, subtitle, source: Source::File(file) });
    }
}

/// The search field, to move the focus there.
fn search_id() -> Id {
    Id::unique("search voices")
}

/// Draws in a part of the page, from its top.
fn within<R>(ui: &mut Ui, rect: Rect, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min));
    let mut part = ui.new_child(builder);
    part.shrink_clip_rect(rect.expand(4.0));
    draw(&mut part)
}

/// How the preview of a voice stands.
fn seal_state(cx: &Cx<'_>, row: &Row<'_>) -> SealState {
    let key = preview_key(&row.voice.id);
    if row.voice.is_withheld() {
        SealState::Withheld
    } else if cx.store.preview_loading.as_ref() == Some(&row.voice.id) || cx.player.is_loading(&key) {
        SealState::Loading
    } else if cx.player.is_playing(&key) {
        SealState::Playing(cx.player.progress(&key).unwrap_or_default())
    } else {
        SealState::Idle
    }
}

/// Why a withheld voice can't be used, for tooltips.
fn withheld_tip(service: &str) -> String {
    format!("{service} does not let this voice speak right now. It is checked again each time the list loads.")
}
