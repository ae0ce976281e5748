//! The dialog: choosing, waiting, and the finished track.

use egui::{Align, Context, Layout, Modifiers, ScrollArea, Ui, vec2};

use super::plan::{Entry, MOST_PAUSE, PAUSE, Plan};
use super::{Join, Open, Stage, Track};
use crate::media::player::{self, Source};
use crate::panels::script::export::Export;
use crate::panels::{Command, Cx};
use crate::store::{Role, Store, file_name};
use crate::ui::notice::{self, Note};
use crate::ui::progress::{self, Bar};
use crate::ui::theme::Look as _;
use crate::ui::truncate::{file_name_ui, name_ui};
use crate::ui::{
    Answer, Button, Choice, Dialog, Field, IconButton, MenuItem, PlayButton, Slider, Type, format, icons, select,
    space, text,
};

/// Takes in the list of those that can be added.
const MOST_ADDED: usize = 200;
/// Height of what stands around the list of takes.
const AROUND: f32 = 330.0;

impl Join {
    /// Draws the dialog while it is open.
    pub fn ui(&mut self, ctx: &Context, cx: &mut Cx<'_>, export: &mut Export) {
        let Some(open) = &mut self.0 else { return };
        let is_open = match &open.stage {
            Stage::Choosing(_) => open.choosing_ui(ctx, cx),
            Stage::Working(_) => open.working_ui(ctx),
            Stage::Done(track) => done_ui(ctx, cx, track, export),
        };
        if !is_open {
            self.0 = None;
        }
    }
}

impl Open {
    fn choosing_ui(&mut self, ctx: &Context, cx: &Cx<'_>) -> bool {
        let why = self.plan.why_not();
        let words = "Takes are put behind each other in this order, with silence between them.";
        let dialog = Dialog::new("Join lines into one track", "Close", "Join").text(words).off_if(why);
        let Self { plan, stage, in_hand } = self;
        let answer = dialog.show_with(ctx, |ui| {
            if let Stage::Choosing(Some(error)) = stage {
                notice::note_ui(ui, Note::Danger, "Not joined.", &error.to_string());
            }
            entries_ui(ui, plan, in_hand);
            total_ui(ui, plan, cx.store);
            ui.add_space(space::XS);
            Field::new("Name of the track", &mut plan.name).show(ui);
        });
        match answer {
            Some(Answer::Act) => self.start(cx),
            Some(Answer::Safe) => return false,
            None => {}
        }
        true
    }

    fn working_ui(&mut self, ctx: &Context) -> bool {
        let Stage::Working(working) = &self.stage else { return true };
        let bar = Bar::from_fraction(working.progress.fraction());
        let question = "Joining the takes";
        let dialog = Dialog::new(question, "Cancel", "Join").off_if(Some("The takes are being joined"));
        let answer = dialog.show_with(ctx, |ui| {
            ui.add_space(space::S);
            progress::bar_ui(ui, question, bar);
        });
        if answer == Some(Answer::Safe) {
            self.cancel();
        }
        true
    }
}

fn done_ui(ctx: &Context, cx: &mut Cx<'_>, track: &Track, export: &mut Export) -> bool {
    let words = format!(
        "{} takes, {}. It is kept with this workspace. On a video it is sent as an audio file of your own.",
        track.takes,
        format::time_code(track.secs)
    );
    let dialog = Dialog::new("The lines are one track", "Close", "Put it on a video").text(&words);
    let answer = dialog.show_with(ctx, |ui| {
        let key = format!("file:{}", track.file.display());
        ui.horizontal(|ui| {
            let playing = cx.player.is_playing(&key);
            let name = if playing { "Pause the track" } else { "Play the track" };
            if PlayButton::new(name, playing).size(32.0).show(ui).clicked() {
                hear(cx, key, track);
            }
            file_name_ui(ui, &file_name(&track.file), Type::Name, ui.tokens().text.main);
        });
        ui.horizontal(|ui| {
            let show = Button::secondary("Show in folder").icon(icons::FOLDER_OPEN).show(ui);
            if show.clicked() {
                cx.commands.push(Command::Reveal(track.file.clone()));
            }
            let button = Button::secondary("Export…").icon(icons::EXPORT).busy(export.is_running(), "Exporting");
            if button.show(ui).clicked() {
                let stem = track.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                export.ask(cx, &track.file, &stem);
            }
        });
    });
    if answer == Some(Answer::Act) {
        cx.commands.push(Command::Bring(track.file.clone(), Role::Audio));
    }
    answer.is_none()
}

fn hear(cx: &mut Cx<'_>, key: String, track: &Track) {
    if cx.player.now().is_some_and(|now| now.key == key) {
        cx.player.toggle();
        return;
    }
    let (title, subtitle) = (file_name(&track.file), "Joined track".to_owned());
    cx.player.play(player::Track { key, title, subtitle, source: Source::File(track.file.clone()) });
}

/// The list.
fn entries_ui(ui: &mut Ui, plan: &mut Plan, in_hand: &mut Option<String>) {
    let moved = keys(ui, plan, in_hand.as_deref());
    let height = (ui.ctx().content_rect().height() - AROUND).clamp(120.0, 360.0);
    let mut pressed = moved;
    *in_hand = None;
    ScrollArea::vertical().id_salt("takes to join").max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let last = plan.entries.len().saturating_sub(1);
        for at in 0..plan.entries.len() {
            let has_pause = plan.has_pause(at);
            let Some(entry) = plan.entries.get_mut(at) else { break };
            // By the take, so that focus moves with the row.
            ui.push_id(entry.take.clone(), |ui| {
                let row = entry_ui(ui, entry, (at == 0, at == last));
                if row.has_focus {
                    *in_hand = Some(entry.take.clone());
                }
                pressed = pressed.or(row.moved.map(|down| (at, down)));
                if has_pause {
                    pause_ui(ui, entry);
                }
            });
        }
    });
    if let Some((at, down)) = pressed {
        plan.move_by_one(at, down);
    }
}

/// What the track will be, and the way to more takes.
fn total_ui(ui: &mut Ui, plan: &mut Plan, store: &Store) {
    ui.horizontal(|ui| {
        add_ui(ui, plan, store);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let takes = format::count(plan.chosen().count() as u64, "take", "takes");
            let words = format!("{takes}, {} in all", format::time_code(plan.secs()));
            ui.label(text::small(words).color(ui.tokens().text.support));
        });
    });
}

/// Alt and an arrow move the row that has the focus. Before the rows are drawn: a slider would take the arrow.
fn keys(ui: &Ui, plan: &Plan, in_hand: Option<&str>) -> Option<(usize, bool)> {
    let id = in_hand?;
    let at = plan.entries.iter().position(|entry| entry.take == id)?;
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::ALT, key));
    if pressed(egui::Key::ArrowUp) { Some((at, false)) } else { pressed(egui::Key::ArrowDown).then_some((at, true)) }
}

struct Drawn {
    has_focus: bool,
    /// By one place; `true` is down.
    moved: Option<bool>,
}

fn entry_ui(ui: &mut Ui, entry: &mut Entry, (first, last): (bool, bool)) -> Drawn {
    let t = ui.tokens();
    let mut drawn = Drawn { has_focus: false, moved: None };
    ui.horizontal(|ui| {
        ui.set_min_height(40.0);
        ui.spacing_mut().item_spacing.x = space::S;
        let name = format!("{} in the track", entry.title);
        let check = Choice::check(&name).hide_label().show(ui, &mut entry.on);
        let ink = if entry.on { t.text.main } else { t.text.support };
        let width = (ui.available_width() - 115.0).max(60.0);
        ui.allocate_ui_with_layout(vec2(width, 36.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 1.0;
            name_ui(ui, &entry.words, Type::Name, ink);
            name_ui(ui, &format!("{}, {}", entry.title, entry.voice), Type::Small, t.text.hint);
        });
        ui.label(text::mono(format::time_code(entry.secs)).color(t.text.support));
        ui.spacing_mut().item_spacing.x = 0.0;
        let why = |end: bool, words: &'static str| end.then_some(words);
        let (up, down) = (format!("Move {} up", entry.label), format!("Move {} down", entry.label));
        let up = IconButton::new(icons::CARET_UP, &up).small().key("Alt Up").off_if(why(first, "It is the first"));
        let down =
            IconButton::new(icons::CARET_DOWN, &down).small().key("Alt Down").off_if(why(last, "It is the last"));
        let (up, down) = (up.show(ui), down.show(ui));
        drawn.has_focus = [&check, &up, &down].iter().any(|response| response.has_focus());
        drawn.moved = up.clicked().then_some(false).or(down.clicked().then_some(true));
    });
    drawn
}

/// The silence after a take.
#[expect(clippy::cast_possible_truncation, reason = "a pause of a few seconds")]
fn pause_ui(ui: &mut Ui, entry: &mut Entry) {
    let t = ui.tokens();
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        ui.spacing_mut().item_spacing.x = space::S;
        ui.add_space(26.0);
        icons::PAUSE_FILL.show(ui, 12.0, t.text.hint);
        ui.hint("Pause");
        let mut secs = entry.pause as f32;
        let name = format!("Pause after {}", entry.label);
        let slider = Slider::new(&name, &mut secs, 0.0..=MOST_PAUSE as f32).reset(PAUSE as f32);
        if slider.bare(150.0).show(ui).changed() {
            // To steps of 0.05 seconds, which is what Shift and an arrow move by.
            entry.pause = (f64::from(secs) * 20.0).round() / 20.0;
        }
        ui.label(text::mono(format!("{:.2} s", entry.pause)).color(t.text.support));
    });
}

/// Any other take can be part of it too.
fn add_ui(ui: &mut Ui, plan: &mut Plan, store: &Store) {
    let is_listed = |id: &str| plan.entries.iter().any(|entry| entry.take == id);
    let others: Vec<_> = store.takes.iter().filter(|take| !is_listed(&take.id)).take(MOST_ADDED).collect();
    let why = others.is_empty().then_some("All takes are listed");
    let button = Button::ghost("Add another take").small().icon(icons::PLUS).off_if(why).show(ui);
    let added = select::menu(&button, |ui| {
        let mut added = None;
        ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
            for take in &others {
                let words = crate::script::excerpt(&crate::script::pauses::words(&take.script), 32);
                let words = format!("{}, {}: {words}", store.take_title(take), store.voice_of_take(take));
                if MenuItem::new(&words).show(ui).clicked() {
                    added = Some(*take);
                }
            }
        });
        added
    });
    if let Some(take) = added.flatten() {
        plan.add(store, take);
    }
}

/// The button that opens the dialog, for the foot of the panel beside the lines.
pub fn button_ui(ui: &mut Ui, store: &Store) -> bool {
    let why = (store.takes.len() < 2).then_some("There are no two takes to join yet");
    let button = Button::secondary("Join lines into one track").icon(icons::ARROWS_MERGE).fill_width();
    button.off_if(why).show(ui).clicked()
}
