//! "Say it differently": the list of words beside the lines, hearing one, and adding one.

use egui::{Align, Context, Layout, Ui, vec2};

use super::writes::Writes;
use super::{ScriptPanel, typing};
use crate::jobs::{Request, SpeakJob};
use crate::library::Take;
use crate::panels::{Command, Commands, Cx, limits, speech};
use crate::script::words;
use crate::ui::notice::{self, Note};
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Answer, Button, Dialog, Field, IconButton, Type, format, icons, space, text};

/// The dialog to add a word, and the words that are being spoken to be heard.
#[derive(Default)]
pub struct Say {
    adding: Option<Adding>,
    /// Ids of the jobs whose take is played when it is there.
    hearing: Vec<String>,
    /// The list has changed and is to be written.
    changed: bool,
}

#[derive(Default)]
struct Adding {
    written: String,
    spoken: String,
    opened: bool,
}

impl ScriptPanel {
    /// Opens the dialog with what is selected in the line.
    pub(super) fn say_it_differently(&mut self, ctx: &Context, cx: &Cx<'_>) {
        let line = cx.store.flow.lines.active();
        let written = typing::selected(ctx, typing::id_of(&line.id), &line.text).unwrap_or_default();
        self.say.adding = Some(Adding { written, ..Adding::default() });
    }

    /// The section of the panel.
    pub(super) fn say_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let t = ui.tokens();
        // The button is higher than the words beside it.
        ui.add_space(-7.0);
        ui.spacing_mut().interact_size.y = 32.0;
        ui.horizontal(|ui| {
            ui.label(text::label("Say it differently").color(t.text.support));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if Button::link("Add word").flush().show(ui).clicked() {
                    self.say.adding = Some(Adding::default());
                }
            });
        });
        if cx.store.words.is_empty() {
            ui.hint("Names and short forms, spoken as you spell them here.");
        }
        ui.add_space(-7.0);
        let (mut heard, mut gone) = (None, None);
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().interact_size.y = 28.0;
        for (at, (written, spoken)) in cx.store.words.iter().enumerate() {
            ui.push_id(at, |ui| {
                let press = word_ui(ui, cx, written, spoken);
                heard = heard.or((press == Some(Press::Hear)).then_some(at));
                gone = gone.or((press == Some(Press::Remove)).then_some(at));
            });
        }
        ui.spacing_mut().item_spacing.y = space::S;
        ui.spacing_mut().interact_size.y = 32.0;
        if let Some((_, spoken)) = heard.and_then(|at| cx.store.words.get(at)).cloned() {
            self.say.hear(cx, &spoken);
        }
        if let Some(at) = gone {
            cx.store.words.remove(at);
            self.say.changed = true;
        }
    }
}

#[derive(PartialEq)]
enum Press {
    Hear,
    Remove,
}

fn word_ui(ui: &mut Ui, cx: &Cx<'_>, written: &str, spoken: &str) -> Option<Press> {
    let t = ui.tokens();
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        ui.spacing_mut().item_spacing.x = 6.0;
        let side = (ui.available_width() - 92.0) / 2.0;
        let column = |ui: &mut Ui, words: &str, ink| {
            ui.allocate_ui_with_layout(vec2(side, 18.0), Layout::left_to_right(Align::Center), |ui| {
                ui.set_width(side);
                name_ui(ui, words, Type::Small, ink);
            });
        };
        column(ui, written, t.text.support);
        icons::ARROW_RIGHT.show(ui, 14.0, t.text.hint);
        column(ui, spoken, t.text.main);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let remove = IconButton::new(icons::X, &format!("Remove {written}")).small().show(ui);
            let why =
                speech::voice_of(cx.store, cx.store.flow.lines.active()).is_none().then_some("Choose a voice first");
            let name = format!("Hear {written}");
            let hear = IconButton::new(icons::PLAY_FILL, &name).small().ink(t.text.hint).off_if(why);
            if hear.show(ui).clicked() { Some(Press::Hear) } else { remove.clicked().then_some(Press::Remove) }
        })
        .inner
    })
    .inner
}

impl Say {
    /// Plays how something is said: what was spoken before, else it is spoken now.
    fn hear(&mut self, cx: &mut Cx<'_>, spoken: &str) {
        let line = cx.store.flow.lines.active();
        let Some(voice) = speech::voice_of(cx.store, line) else { return };
        let is_it = |take: &&Take| {
            take.script == spoken
                && take.care.said.as_deref().is_none_or(|said| said == spoken)
                && cx.store.is_same_voice(&take.voice_id, &voice.id)
        };
        if let Some(take) = cx.store.takes.iter().find(is_it) {
            cx.commands.push(Command::HearTake(take.id.clone()));
            return;
        }
        let is_it = |job: &crate::jobs::Job| match &job.request {
            Request::Speak(job) => job.script == spoken && job.voice_id == voice.id,
            _ => false,
        };
        if cx.jobs.all().iter().any(|job| job.is_running() && is_it(job)) || limits::holds_back(cx, None) {
            return;
        }
        let flow = &cx.store.flow;
        let job = SpeakJob {
            line_id: None,
            parts: Vec::new(),
            voice_id: voice.id,
            voice_name: voice.name,
            script: spoken.to_owned(),
            stability: flow.stability,
            similarity: flow.similarity,
        };
        self.hearing.push(cx.jobs.start(Request::Speak(job)));
    }

    /// A take is there: played when it is one to be heard.
    pub fn spoken(&mut self, take: &Take, commands: &mut Commands) {
        if let Some(at) = self.hearing.iter().position(|id| *id == take.id) {
            self.hearing.remove(at);
            commands.push(Command::HearTake(take.id.clone()));
        }
    }

    /// The dialog; and what changed is written.
    pub fn ui(&mut self, ctx: &Context, cx: &mut Cx<'_>, writes: &mut Writes) {
        self.dialog_ui(ctx, cx);
        if std::mem::take(&mut self.changed) {
            let list = cx.store.words.to_vec();
            writes.push(move |library| library.put_words(&list));
        }
    }

    fn dialog_ui(&mut self, ctx: &Context, cx: &mut Cx<'_>) {
        let Some(adding) = &mut self.adding else { return };
        let why = words::why_not(&cx.store.words, &adding.written, &adding.spoken);
        let text = "Whole words are replaced when a line is spoken. The text itself stays as it is.";
        let dialog = Dialog::new("Say a word differently", "Cancel", "Add").text(text).off_if(why.as_deref());
        let (mut hear, mut entered) = (false, false);
        let answer = dialog.show_with(ctx, |ui| {
            let written = Field::new("Written", &mut adding.written).placeholder("v3").show(ui);
            let spoken = Field::new("Spoken", &mut adding.spoken).placeholder("version three").show(ui);
            if !std::mem::replace(&mut adding.opened, true) {
                if adding.written.is_empty() { written.request_focus() } else { spoken.request_focus() }
            }
            entered = spoken.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            let count = adding.spoken.trim().chars().count() as u64;
            let no_voice = speech::voice_of(cx.store, cx.store.flow.lines.active()).is_none();
            let why = no_voice.then_some("Choose a voice first").or((count == 0).then_some("Write how it is said"));
            let tip = format!("Speaks it once, which uses {}", format::count(count, "character", "characters"));
            hear = Button::secondary("Hear it").small().icon(icons::EAR).tip(&tip).off_if(why).show(ui).clicked();
            if why.is_none() && adding.written.trim() == adding.spoken.trim() {
                notice::note_ui(ui, Note::Warning, "Both are the same.", "It would be said as it is written.");
            }
        });
        if hear {
            let spoken = adding.spoken.trim().to_owned();
            self.hear(cx, &spoken);
            return;
        }
        let acts = answer == Some(Answer::Act) || (entered && why.is_none());
        if acts {
            cx.store.words.push((adding.written.trim().to_owned(), adding.spoken.trim().to_owned()));
            self.changed = true;
        }
        if acts || answer.is_some() {
            self.adding = None;
        }
    }
}
