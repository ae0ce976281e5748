//! Takes as rows: play, look at, choose, put on a video.

use egui::{Layout, Ui, vec2};

use super::{ScriptPanel, ask, open_jobs, rules};
use crate::library::Take;
use crate::panels::{Command, Cx, Sound, when};
use crate::script;
use crate::ui::layout::Row;
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, IconButton, PlayButton, Type, format, icons, layout, space, text};

/// What stands right of the waveform: length, folder, button.
const RIGHT: f32 = 238.0;
/// The names of takes, and the same with an excerpt of the line.
const NAMES: f32 = 96.0;
const EXCERPT: f32 = 200.0;
/// Takes of other lines that are drawn before "Show all" is pressed.
const FEW: usize = 20;

impl ScriptPanel {
    /// Takes of the flow's line and voice, and what is on its way.
    pub(super) fn takes_of_line_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        ui.add_space(space::XS);
        let waiting = self.waiting_ui(ui, cx, true);
        let takes: Vec<Take> = cx.store.takes_of_line().cloned().collect();
        for take in &takes {
            self.take_ui(ui, cx, take, false);
        }
        if takes.is_empty() && waiting == 0 {
            ui.hint(none_yet(cx));
        }
    }

    /// Takes of other lines and voices.
    pub(super) fn others_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let is_other = |take: &Take| !rules::is_of_flow(&cx.store.flow, take);
        // Only what is drawn is copied: the list grows with every line ever spoken.
        let takes: Vec<usize> =
            cx.store.takes.iter().enumerate().filter(|(_, take)| is_other(take)).map(|(at, _)| at).collect();
        let waits = !open_jobs(cx.store, cx.jobs.all(), &self.failures, false).is_empty();
        if takes.is_empty() && !waits {
            return;
        }
        ui.add_space(space::M);
        layout::section_ui(ui, "Other takes");
        self.waiting_ui(ui, cx, false);
        let id = ui.scope_id().with("all takes");
        let all = ui.data(|data| data.get_temp(id)).unwrap_or(false);
        let shown = if all { takes.len() } else { takes.len().min(FEW) };
        for at in takes.iter().take(shown) {
            if let Some(take) = cx.store.takes.get(*at).cloned() {
                self.take_ui(ui, cx, &take, true);
            }
        }
        if shown < takes.len() && Button::secondary(&format!("Show all {}", takes.len())).show(ui).clicked() {
            ui.data_mut(|data| data.insert_temp(id, true));
        }
    }

    fn take_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, take: &Take, other: bool) {
        let t = ui.tokens();
        let chosen = cx.store.flow.take.as_deref() == Some(take.id.as_str());
        let length = format::time_code(take.duration_secs);
        let state = if chosen { ", chosen" } else { "" };
        let name = format!("Take {}, {length}, {}{state}", take.number, take.voice_name);
        let row = Row::new(&name).height(if other { 52.0 } else { 44.0 }).selected(chosen);
        let (response, command) = row.show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let playing = cx.player.is_playing(&format!("take:{}", take.id));
            let words = if playing { "Pause take" } else { "Play take" };
            let play = PlayButton::new(&format!("{words} {}", take.number), playing).accent(chosen).show(ui);
            let width = if other { EXCERPT.min(ui.available_width() * 0.3) } else { NAMES };
            ui.allocate_ui_with_layout(vec2(width, 36.0), Layout::top_down(egui::Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.set_width(width);
                let (title, below) = words_of(take, other);
                name_ui(ui, &title, Type::Name, t.text.main);
                name_ui(ui, &below, Type::Small, t.text.hint);
            });
            self.wave_ui(ui, cx, take);
            ui.label(text::mono(length).color(t.text.support));
            let show = IconButton::new(icons::FOLDER_OPEN, "Show the take in its folder").show(ui);
            let button = if chosen { Button::outline("Put on a video") } else { Button::secondary("Put on a video") };
            let put = button.icon(icons::FILM_SLATE).show(ui);
            if play.clicked() {
                Some(Command::HearTake(take.id.clone()))
            } else if put.clicked() {
                Some(Command::PutOnVideo(take.id.clone()))
            } else {
                show.clicked().then(|| Command::Reveal(take.file.clone()))
            }
        });
        if response.clicked() {
            cx.store.flow.take = Some(take.id.clone());
        }
        ask(cx, command);
    }

    fn wave_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, take: &Take) {
        let width = (ui.available_width() - RIGHT).max(24.0);
        ui.allocate_ui(vec2(width, 28.0), |ui| {
            ui.set_width(width);
            let seen = ui.is_rect_visible(ui.max_rect());
            let sound = if seen { self.pictures.sound(ui.ctx(), cx.runtime, &take.file) } else { Sound::Reading };
            let key = format!("take:{}", take.id);
            let played = cx.player.progress(&key);
            let name = format!("Sound of take {}", take.number);
            let mut wave = sound.waveform(&name).height(28.0).played(played.unwrap_or(0.0));
            if played.is_some() {
                wave = wave.seekable();
            }
            if let Some(part) = wave.show(ui).seek {
                let length = cx.player.now().map_or(0.0, |now| now.length_secs);
                cx.player.seek(f64::from(part) * length);
            }
        });
    }
}

/// What a row says about its take: of the line on the card, or of another one.
fn words_of(take: &Take, other: bool) -> (String, String) {
    let when = when::parse(&take.made_at).map_or_else(|| "Earlier".to_owned(), |made| when::ago(made, when::now()));
    if other {
        (format!("Take {}, {}", take.number, take.voice_name), script::excerpt(&take.script, 80))
    } else {
        (format!("Take {}", take.number), when)
    }
}

fn none_yet(cx: &Cx<'_>) -> String {
    if cx.store.flow.voice.is_none() {
        return "No take yet. Choose a voice first.".to_owned();
    }
    match script::characters(&cx.store.flow.line) {
        0 => "No take yet. Write the line, then speak it.".to_owned(),
        1 => "No take yet. Speaking it uses 1 character.".to_owned(),
        count => format!("No take yet. Speaking it uses {} characters.", format::thousands(count as u64)),
    }
}
