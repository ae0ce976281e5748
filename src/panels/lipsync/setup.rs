//! What goes in: the target video, the voice track, and what was checked on this computer.

use egui::{Ui, vec2};

use super::sizes::{self, Sizes};
use super::{LipSyncPanel, checks, face, lengths_of, modes, run, voice_as_sent};
use crate::media::player::{Source, Track};
use crate::media::video::Film;
use crate::panels::thumb::{self, Fit};
use crate::panels::watch::{Marks, Plan, Watched};
use crate::panels::{Command, Cx};
use crate::script::{self, pauses};
use crate::store::{MediaFile, Role, Store, file_name};
use crate::ui::drop_zone::{Dragged, dragged_ui, drop_zone_ui};
use crate::ui::notice::{self, ErrorPress};
use crate::ui::theme::Look as _;
use crate::ui::{
    Button, Mark, MenuItem, PlayButton, Seal, SealState, Type, icons, layout, paint, radius, select, space, text,
    truncate,
};

/// Two small cards beside each other need so much, for a title and an action in each.
const BESIDE: f32 = 390.0;
/// Inside of the small cards, above what is below their title.
const TITLE: f32 = 28.0;

impl LipSyncPanel {
    /// Picture at the left; target, voice and checks at the right. In a low window what runs takes the place of the
    /// checks, so that nothing moves.
    pub(super) fn media_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, sizes: Sizes) {
        let width = sizes.picture;
        let side = ui.available_width() - width - space::L;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::L, 0.0);
            ui.vertical(|ui| {
                ui.set_width(width);
                let place = egui::Rect::from_min_size(ui.cursor().min, vec2(width, sizes.high()));
                self.picture_ui(ui, cx, place.size());
                self.drop_ui(ui, Role::Target, place);
            });
            ui.vertical(|ui| {
                ui.set_width(side);
                ui.spacing_mut().item_spacing.y = space::S;
                let top = ui.cursor().top();
                if sizes.lanes_last && side >= BESIDE {
                    ui.horizontal_top(|ui| {
                        ui.spacing_mut().item_spacing.x = space::S;
                        self.sources_ui(ui, cx, Some((side - space::S) / 2.0));
                    });
                } else {
                    self.sources_ui(ui, cx, None);
                }
                // The cards end where the video does.
                let left = (sizes.media() - (ui.cursor().top() - top)).max(84.0);
                if sizes.lanes_last && run::is_running(cx, &self.trial) {
                    run::running_ui(ui, cx, &mut self.paces, &self.trial, left);
                } else if checks::checks_ui(ui, cx.store, left, self.may_fit(cx)) {
                    self.fit(cx);
                }
            });
        });
    }

    /// What goes in, each a place to drop it on: below each other, or side by side in cards of this width.
    fn sources_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, width: Option<f32>) {
        let card = |ui: &mut Ui, draw: &mut dyn FnMut(&mut Ui)| {
            let shown = ui.vertical(|ui| {
                ui.set_width(width.unwrap_or(ui.available_width()));
                draw(ui);
            });
            shown.response.rect
        };
        // Side by side they are equally high, and their names on one line: the seal of a take is the highest of all.
        let has_seal = cx.store.flow.audio.is_none() && cx.store.chosen_take().is_some();
        let least = match (width, has_seal) {
            (Some(_), true) => 40.0,
            (Some(_), false) => 36.0,
            (None, _) => 34.0,
        };
        let target = card(ui, &mut |ui| target_ui(ui, cx, least));
        self.drop_ui(ui, Role::Target, target);
        let voice = card(ui, &mut |ui| voice_ui(ui, cx, least));
        self.drop_ui(ui, Role::Audio, voice);
    }

    /// A place that takes a dropped file was drawn here: while one hangs above the page, it says so.
    fn drop_ui(&mut self, ui: &Ui, place: Role, rect: egui::Rect) {
        let icon = if place == Role::Audio { icons::WAVEFORM } else { icons::FILM_SLATE };
        match self.drops.look(place) {
            Dragged::Nothing if self.drops.invites(place) => {
                let edge = egui::Stroke::new(2.0, ui.tokens().accent.fill);
                paint::dashed_rect(ui.painter(), rect, f32::from(radius::ROW), edge);
            }
            look => dragged_ui(ui, rect, icon, look),
        }
        self.drops.drew(place, rect.intersect(ui.clip_rect()));
    }

    fn picture_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, size: egui::Vec2) {
        let incoming = &cx.store.incoming.target;
        if incoming.is_loading() {
            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            thumb::paint(ui, rect, None, Fit::Contain, icons::FILM_STRIP);
            paint::spinner(ui, rect.center(), 28.0, ui.tokens().accent.fill, ui.tokens().fill.field);
            return;
        }
        let Some(target) = cx.store.flow.target.as_ref() else {
            let words = "Drop the video to put the line on";
            if drop_zone_ui(ui, size, icons::FILM_SLATE, words, Dragged::Nothing).clicked() {
                cx.commands.push(Command::Pick(Role::Target));
            }
            return;
        };
        if target.probe.video.is_none() {
            return;
        }
        let pick = Mark { icon: Some(icons::USER_FOCUS), words: face::PICK, accent: true };
        let marks = Marks { is_picked: self.open.face, top: self.open.face.then_some(pick), ..Marks::default() };
        if let Some(view) = self.target.view_ui(ui, cx, 0, size, marks) {
            let click = view.clicked().then(|| view.interact_pointer_pos().unwrap_or(view.rect.center()));
            if self.open.face {
                view.clone().on_hover_cursor(egui::CursorIcon::Crosshair);
            }
            self.pick_on(ui, cx, view.rect, click);
        }
        ui.add_space(sizes::BAR_GAP);
        self.target.bar_ui(ui, cx);
    }

    /// Before drawing: the target is what is watched.
    pub(super) fn watch_target(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let target = cx.store.flow.target.as_ref().filter(|_| !cx.store.incoming.target.is_loading());
        let film = target.and_then(|target| Film::new(&target.path, &target.probe));
        let plan = film.as_ref().and_then(|_| self.rehearsal(cx.store));
        let watched: Vec<_> = film
            .into_iter()
            .map(|film| Watched { film, words: "Target video", name: None, plan: plan.clone() })
            .collect();
        self.target.begin(ui, cx, &watched, 0);
    }
}

impl LipSyncPanel {
    /// What the chosen mode makes of the video and the voice as it would be sent. Without a voice there is none: the
    /// video plays as it is.
    fn rehearsal(&self, store: &Store) -> Option<Plan> {
        let (video, voice, result) = lengths_of(store);
        let (video, voice_secs, secs) = (video?, voice?, result?);
        if video <= 0.0 || secs <= 0.0 {
            return None;
        }
        let stretches = modes::stretches(store.flow.lip_sync.mode, video, voice_secs);
        Some(Plan { voice: voice_as_sent(store, &self.level)?, voice_secs, secs, stretches })
    }
}

/// A small card with a title and an action at its right end; what is below them is at least so high.
fn small_card(ui: &mut Ui, title: &str, least: f32, action: impl FnOnce(&mut Ui), body: impl FnOnce(&mut Ui)) {
    let t = ui.tokens();
    let margin = egui::Margin { left: 14, right: 14, top: 8, bottom: 13 };
    layout::frame(t.fill.surface, t.edge.soft, radius::CARD).inner_margin(margin).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(TITLE + 2.0 + least);
        ui.spacing_mut().item_spacing.y = 2.0;
        let row = vec2(ui.available_width(), TITLE);
        ui.allocate_ui_with_layout(row, egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_height(TITLE);
            ui.label(text::label(title).color(t.text.support));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(4.0);
                action(ui);
            });
        });
        ui.spacing_mut().interact_size.y = 20.0;
        body(ui);
    });
}

fn target_ui(ui: &mut Ui, cx: &mut Cx<'_>, least: f32) {
    let target = cx.store.flow.target.clone();
    let label = if target.is_some() { "Replace" } else { "Choose video" };
    let (mut pick, mut dismiss) = (false, false);
    let action = |ui: &mut Ui| pick = Button::ghost(label).small().flush().show(ui).clicked();
    let incoming = &cx.store.incoming.target;
    small_card(ui, "Target video", least, action, |ui| {
        if incoming.is_loading() {
            notice::loading_ui(ui, "Reading the video");
        } else if let Some(target) = &target {
            file_ui(ui, target, &target.probe.facts(), |ui| {
                drop(icons::FILM_STRIP.show(ui, 18.0, ui.tokens().text.support));
            });
        } else if incoming.error().is_none() {
            ui.hint("One face, facing the camera, talking naturally");
        }
        dismiss = refusal_ui(ui, incoming.error(), target.is_some());
    });
    if pick {
        cx.commands.push(Command::Pick(Role::Target));
    }
    if dismiss {
        cx.store.incoming.target = crate::remote::Remote::default();
    }
}

/// Why a file was turned down. True when the message is to go.
fn refusal_ui(ui: &mut Ui, error: Option<&crate::error::Error>, keeps_another: bool) -> bool {
    let Some(error) = error else { return false };
    let word = if keeps_another { "Keep the old file" } else { "Close" };
    notice::error_ui(ui, error, &[word]) == Some(ErrorPress::Action(0))
}

/// A file's icon, or what stands for it, its name and what of it counts here.
fn file_ui(ui: &mut Ui, file: &MediaFile, facts: &str, mark: impl FnOnce(&mut Ui)) {
    two_lines_ui(ui, mark, facts, |ui, ink| {
        truncate::file_name_ui(ui, &file.name(), Type::Name, ink);
    });
}

/// What stands for it, a name, and facts in small below it.
fn two_lines_ui(ui: &mut Ui, mark: impl FnOnce(&mut Ui), facts: &str, name: impl FnOnce(&mut Ui, egui::Color32)) {
    let t = ui.tokens();
    let lines = vec2(ui.available_width(), ui.available_height().clamp(34.0, 36.0));
    ui.allocate_ui_with_layout(lines, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        mark(ui);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            name(ui, t.text.main);
            truncate::name_ui(ui, facts, Type::Small, t.text.hint);
        });
    });
}

fn voice_ui(ui: &mut Ui, cx: &mut Cx<'_>, least: f32) {
    let has_track = cx.store.flow.audio.is_some() || cx.store.chosen_take().is_some();
    let label = if has_track { "Change take" } else { "Choose a take" };
    let mut chosen = None;
    let mut dismiss = false;
    let menu = |ui: &mut Ui| {
        let button = Button::ghost(label).small().flush().show(ui);
        chosen = takes_menu(&button, cx.store);
    };
    let incoming = &cx.store.incoming.audio;
    let mut play = false;
    let flow = &cx.store.flow;
    let key = track_key(cx.store);
    let is_playing = key.as_deref().is_some_and(|key| cx.player.is_playing(key));
    let heard = key.as_deref().and_then(|key| cx.player.progress(key)).unwrap_or(0.0);
    small_card(ui, "Voice track", least, menu, |ui| {
        if incoming.is_loading() {
            notice::loading_ui(ui, "Reading the audio file");
        } else if let Some(audio) = &flow.audio {
            let name = if is_playing { "Pause the audio" } else { "Play the audio" };
            file_ui(ui, audio, &audio.probe.sound_facts(), |ui| {
                play = PlayButton::new(name, is_playing).size(32.0).show(ui).clicked();
            });
        } else if cx.store.chosen_take().is_some() {
            play = take_ui(ui, cx.store, is_playing, heard);
        } else {
            ui.hint("A take you spoke, or an audio file of your own");
        }
        dismiss = refusal_ui(ui, incoming.error(), has_track);
    });
    if play {
        hear(cx);
    }
    if dismiss {
        cx.store.incoming.audio = crate::remote::Remote::default();
    }
    match chosen {
        Some(Pick::Take(id)) => {
            cx.store.flow.set_take(Some(id));
            cx.store.flow.audio = None;
        }
        Some(Pick::File) => cx.commands.push(Command::Pick(Role::Audio)),
        Some(Pick::Write) => cx.commands.push(Command::Go(crate::panels::Page::Script)),
        None => {}
    }
}

/// What was chosen from the list of takes.
enum Pick {
    Take(String),
    File,
    Write,
}

fn takes_menu(button: &egui::Response, store: &Store) -> Option<Pick> {
    select::menu(button, |ui| {
        let mut chosen = None;
        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for take in &store.takes {
                let words = script::excerpt(&pauses::words(&take.script), 28);
                let words = format!("{}, {}: {words}", store.take_title(take), store.voice_of_take(take));
                let on = store.flow.audio.is_none() && store.flow.take() == Some(take.id.as_str());
                if MenuItem::new(&words).on(on).show(ui).clicked() {
                    chosen = Some(Pick::Take(take.id.clone()));
                }
            }
        });
        if store.takes.is_empty() && MenuItem::new("Write a line first").icon(icons::ARTICLE).show(ui).clicked() {
            chosen = Some(Pick::Write);
        }
        if MenuItem::new("Use an audio file").icon(icons::WAVEFORM).show(ui).clicked() {
            chosen = Some(Pick::File);
        }
        chosen
    })
    .flatten()
}

fn take_ui(ui: &mut Ui, store: &Store, is_playing: bool, heard: f32) -> bool {
    let Some(take) = store.chosen_take() else { return false };
    let mut pressed = false;
    let state = if is_playing { SealState::Playing(heard) } else { SealState::Idle };
    let name = format!("Play {}", store.take_label(take));
    let seal = |ui: &mut Ui| pressed = Seal::new(&name, &take.voice_id).state(state).show(ui).clicked();
    let length = crate::ui::format::time_code(take.secs());
    let words = format!("{length}, {}", script::excerpt(&pauses::words(&take.script), 60));
    two_lines_ui(ui, seal, &words, |ui, ink| {
        let name = format!("{}, {}", store.take_title(take), store.voice_of_take(take));
        truncate::name_ui(ui, &name, Type::Name, ink);
    });
    pressed
}

/// What the player calls the voice track.
fn track_key(store: &Store) -> Option<String> {
    match &store.flow.audio {
        Some(audio) => Some(format!("file:{}", audio.path.display())),
        None => Some(format!("take:{}", store.flow.take()?)),
    }
}

/// What the player calls the voice track, while the page's own button is enough for it: the strip of the window would
/// be a second transport beside that of the video.
pub(super) fn heard_here(cx: &Cx<'_>) -> Option<String> {
    let now = cx.player.now()?;
    let is_plain = now.part.is_none() && now.compared.is_none() && now.error.is_none();
    track_key(cx.store).filter(|key| is_plain && *key == now.key)
}

fn hear(cx: &mut Cx<'_>) {
    let flow = &cx.store.flow;
    let Some(audio) = &flow.audio else {
        if let Some(take) = flow.take().map(str::to_owned) {
            cx.commands.push(Command::HearTake(take));
        }
        return;
    };
    let key = format!("file:{}", audio.path.display());
    // A part of it is what another page plays.
    if cx.player.now().is_some_and(|now| now.key == key && now.part.is_none()) {
        cx.player.toggle();
    } else {
        let (title, subtitle) = (file_name(&audio.path), "Audio file".to_owned());
        cx.player.play(Track { key, title, subtitle, source: Source::File(audio.path.clone()) });
    }
}
