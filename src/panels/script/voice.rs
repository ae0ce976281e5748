//! The voice picker: the chosen voice as a button, and the list of all voices with a search.

use egui::{Align, Layout, Popup, PopupCloseBehavior, RectAlign, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use super::ScriptPanel;
use crate::api::Voice;
use crate::find::Needle;
use crate::panels::{Command, Cx, Page, heard, speech};
use crate::store::{Flow, Store, VoiceChoice};
use crate::ui::layout::Row;
use crate::ui::notice::{self, ErrorPress};
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, Field, Type, icons, paint, radius};

const HEIGHT: f32 = 56.0;
/// The height of a voice in the list, and how many are seen.
const ROW: f32 = 52.0;
const ROWS: f32 = 6.0;
/// Between the search and the list.
const MENU_GAP: f32 = 6.0;

impl ScriptPanel {
    pub(super) fn voice_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let t = ui.tokens();
        let chosen = speech::voice_of(cx.store, cx.store.flow.lines.active());
        let name = chosen.as_ref().map_or("Choose a voice", |voice| voice.name.as_str());
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::click());
        let label = chosen.as_ref().map_or_else(|| name.to_owned(), |_| format!("Voice: {name}. Choose another"));
        response.widget_info(|| WidgetInfo::labeled(egui::Role::ComboBox, true, &label));
        let fill = if response.hovered() { t.fill.surface_3 } else { t.fill.surface_2 };
        let edge = egui::Stroke::new(1.0, t.edge.strong);
        ui.painter().rect(rect, radius::ROW, fill, edge, egui::StrokeKind::Inside);
        if response.has_focus() {
            paint::focus_ring(ui.painter(), rect, radius::ROW, t);
        }
        let inside = rect.shrink2(vec2(8.0, 0.0));
        let builder = UiBuilder::new().max_rect(inside).layout(Layout::left_to_right(Align::Center));
        let inner = &mut ui.new_child(builder);
        let known = chosen.as_ref().and_then(|voice| find(cx.store, &voice.id));
        match &chosen {
            Some(voice) => seal_ui(inner, cx, &voice.id, &voice.name, known.as_ref()),
            None => drop(icons::USER_SOUND.show(inner, 22.0, t.text.hint)),
        }
        let below = match (&chosen, &known) {
            (None, _) => "It speaks the line",
            (Some(_), Some(voice)) => kind(cx.store, voice),
            (Some(_), None) => "",
        };
        match &chosen {
            Some(_) => words_ui(inner, name, below, 24.0),
            // The button itself is called so: read once.
            None => unsaid_ui(inner, name, below),
        }
        icons::CARET_UP_DOWN.paint(inner.painter(), inside.right_center() - vec2(8.0, 0.0), 16.0, t.text.hint);
        self.popup_ui(&response, cx);
        if known.is_some_and(|voice| voice.is_withheld()) {
            let words = "The service does not let it speak right now. It is checked again each time the list loads.";
            notice::note_ui(ui, notice::Note::Warning, "This voice is withheld.", words);
        }
        troubles_ui(ui, cx);
    }

    fn popup_ui(&mut self, response: &egui::Response, cx: &mut Cx<'_>) {
        let down = response.has_focus() && ui_key(response, egui::Key::ArrowDown);
        if down {
            Popup::open_id(&response.ctx, Popup::default_response_id(response));
        }
        let opened = response.clicked() || down;
        if opened {
            self.search.clear();
        }
        // Its frame included, it is as wide as the field.
        let frame = egui::Frame::popup(&response.ctx.global_style()).total_margin().sum().x;
        let width = response.rect.width() - frame;
        Popup::from_toggle_button_response(response)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .align(RectAlign::BOTTOM_START)
            .width(width)
            .accessible_name("Voices to choose from")
            .show(|ui| {
                ui.set_width(width);
                let search = Field::new("Search voices", &mut self.search).hide_label().icon(icons::MAGNIFYING_GLASS);
                let field = search.placeholder("Search voices").show(ui);
                if opened {
                    field.request_focus();
                }
                let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
                let into_list = field.has_focus() && ui.input(|input| input.key_pressed(egui::Key::ArrowDown));
                // On the fill of a menu, the bar would be as dark as what it lies on.
                let t = ui.tokens();
                ui.visuals_mut().widgets.inactive.bg_fill = t.edge.strong;
                ui.visuals_mut().widgets.hovered.bg_fill = t.edge.control;
                ui.visuals_mut().widgets.active.bg_fill = t.edge.control;
                ui.visuals_mut().extreme_bg_color = t.fill.popover;
                ui.spacing_mut().item_spacing.y = MENU_GAP;
                let list = ScrollArea::vertical().max_height(ROW * ROWS).auto_shrink([false, true]);
                list.show(ui, |ui| self.list_ui(ui, cx, entered, into_list));
            });
    }

    /// `entered`: Enter was pressed in the search, which takes the first voice that can speak. `into_list`: the arrow
    /// down was, which leads into the list.
    fn list_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, entered: bool, mut into_list: bool) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let voices = cx.store.voices.value().map_or(&[][..], Vec::as_slice);
        let needle = Needle::new(&self.search);
        let mut found: Vec<Voice> = voices.iter().filter(|voice| is_found(cx.store, &needle, voice)).cloned().collect();
        found.sort_by_key(|voice| !cx.store.is_clone(voice));
        if found.is_empty() {
            let words = if voices.is_empty() { "No voices yet" } else { "No voice has this name" };
            ui.hint(words);
        }
        let first = found.iter().find(|voice| entered && !voice.is_withheld()).map(|voice| voice.id.clone());
        for voice in found {
            let withheld = voice.is_withheld();
            let below = kind(cx.store, &voice);
            let called = cx.store.voice_name(&voice.id, voice.label()).to_owned();
            let name = format!("{called}. {below}");
            let chosen = speech::voice_of(cx.store, cx.store.flow.lines.active()).is_some_and(|own| own.id == voice.id);
            let row = Row::new(&name).height(ROW).selected(chosen).enabled(!withheld);
            let (response, ()) = row.show(ui, |ui| {
                seal_ui(ui, cx, &voice.id, &called, Some(&voice));
                words_ui(ui, &called, below, 0.0);
            });
            if into_list && !withheld {
                response.request_focus();
                into_list = false;
            }
            if (response.clicked() && !withheld) || first.as_ref() == Some(&voice.id) {
                choose(&mut cx.store.flow, &voice, called);
                self.edits.focus = true;
                ui.close();
            }
        }
    }
}

/// By the user's own name for it, or by that of the service.
fn is_found(store: &Store, needle: &Needle, voice: &Voice) -> bool {
    needle.is_in(store.voice_name(&voice.id, voice.label())) || needle.is_in(voice.label())
}

/// Chooses the voice of every line, or of the one that is worked on.
fn choose(flow: &mut Flow, voice: &Voice, name: String) {
    if flow.same_for_all || flow.voice.is_none() {
        flow.voice = Some(VoiceChoice { id: voice.id.clone(), name });
    }
    if !flow.same_for_all {
        flow.lines.active_mut().voice_id = Some(voice.id.clone());
    }
}

fn ui_key(response: &egui::Response, key: egui::Key) -> bool {
    response.ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key))
}

/// What is wrong with the list of voices, and what to do without any voice.
fn troubles_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let voices = &cx.store.voices;
    if voices.is_loading() && voices.value().is_none() {
        notice::loading_ui(ui, "Getting your voices");
    } else if let Some(error) = voices.error().filter(|_| !voices.is_loading()) {
        if notice::error_ui(ui, error, &["Load the voices again"]) == Some(ErrorPress::Action(0)) {
            cx.commands.push(Command::ReloadVoices);
        }
    } else if voices.value().is_some_and(Vec::is_empty) {
        ui.hint("This account has no voices yet.");
        if Button::secondary("Clone a voice").show(ui).clicked() {
            cx.commands.push(Command::Go(Page::Clone));
        }
    }
}

/// Two lines beside an icon that are drawn and not read: they are the name of what they stand on.
fn unsaid_ui(ui: &Ui, name: &str, below: &str) {
    let (t, room) = (ui.tokens(), ui.available_rect_before_wrap());
    for (words, kind, ink, y) in [(name, Type::Name, t.text.main, -9.0), (below, Type::Small, t.text.hint, 9.0)] {
        let line = paint::one_line(ui, words, kind, ink, room.width() - 24.0);
        paint::text_at(ui.painter(), room.left(), room.center().y + y, line);
    }
}

fn words_ui(ui: &mut Ui, name: &str, below: &str, keep: f32) {
    let t = ui.tokens();
    let size = vec2((ui.available_width() - keep).max(0.0), 38.0);
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        if below.is_empty() {
            ui.add_space(10.0);
        }
        name_ui(ui, name, Type::Name, t.text.main);
        if !below.is_empty() {
            name_ui(ui, below, Type::Small, t.text.hint);
        }
    });
}

fn seal_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str, name: &str, voice: Option<&Voice>) {
    let is_withheld = voice.is_some_and(Voice::is_withheld);
    let state = if is_withheld { SealState::Withheld } else { heard::preview_state(cx, id) };
    let none = voice.is_none_or(|voice| voice.preview_url.is_none()).then_some("This voice has no preview");
    if Seal::new(&format!("Hear {name}"), id).state(state).off_if(none).show(ui).clicked() {
        cx.commands.push(Command::HearVoice(id.to_owned()));
    }
}

fn find(store: &Store, id: &str) -> Option<Voice> {
    store.voices.value()?.iter().find(|voice| voice.id == id).cloned()
}

fn kind(store: &Store, voice: &Voice) -> &'static str {
    if voice.is_withheld() {
        "Withheld by the service"
    } else if store.is_clone(voice) {
        "Your clone"
    } else {
        "Built-in voice"
    }
}
