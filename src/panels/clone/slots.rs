//! All clone slots are in use: a clone is deleted, after a question, and the new one goes on by itself with the
//! sample that is uploaded already.

use egui::{Align, Layout, Ui};

use super::cloning::title_ui;
use super::{ClonePanel, voices};
use crate::api::Voice;
use crate::error::Error;
use crate::jobs::Job;
use crate::panels::gone::{self, preview_key};
use crate::panels::{Command, Cx, when};
use crate::runtime::Task;
use crate::store::Store;
use crate::ui::dialog::{Answer, Dialog};
use crate::ui::layout::Row;
use crate::ui::seal::{Seal, SealState};
use crate::ui::theme::Look as _;
use crate::ui::truncate::name_ui;
use crate::ui::{Button, Type, format, icons, notice, space, text};

/// Freeing a slot.
#[derive(Default)]
pub struct Slots {
    /// The clone the question is about: id and name.
    asked: Option<(String, String)>,
    deleting: Option<Deletion>,
    error: Option<Error>,
}

/// A voice being deleted for the sake of a clone.
struct Deletion {
    voice: String,
    /// The clone that goes on afterwards.
    job: String,
    task: Task<()>,
}

impl Slots {
    /// Takes in a deletion that ended, and lets the clone it was for go on, while that is the one shown.
    pub fn poll(&mut self, shown: Option<&str>, cx: &mut Cx<'_>) {
        let Some(result) = self.deleting.as_mut().and_then(|deletion| deletion.task.take()) else { return };
        let Some(Deletion { voice, job, .. }) = self.deleting.take() else { return };
        let is_shown = shown == Some(job.as_str());
        match result {
            Ok(()) => {
                gone::forget_voice(&voice, cx);
                if is_shown {
                    cx.jobs.retry(&job);
                }
            }
            Err(error) if is_shown => self.error = Some(error),
            Err(error) => cx.commands.complain("Could not delete the voice", error),
        }
    }

    /// The page is left for another step. What is being deleted cannot be called back.
    pub fn leave(&mut self) {
        (self.asked, self.error) = (None, None);
    }

    fn delete(&mut self, cx: &Cx<'_>, voice: String, job: &str) {
        let task = cx.runtime.spawn(cx.client.delete_voice(&voice));
        self.error = None;
        self.deleting = Some(Deletion { voice, job: job.to_owned(), task });
    }
}

impl ClonePanel {
    pub(super) fn slots_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, job: &Job, error: &Error) {
        let t = ui.tokens();
        ui.horizontal(|ui| {
            icons::WARNING_CIRCLE_FILL.show(ui, 22.0, t.warning.ink);
            title_ui(ui, "All clone slots are in use", |_| {});
        });
        let words = format!(
            "{} did not make the clone because the account has no free slot. Delete a voice below and the clone is \
             tried again. Your sample is already uploaded and will not be sent twice.",
            cx.client.service()
        );
        ui.label(text::body(words).color(t.text.support));
        ui.add_space(space::S);
        if let Some(error) = &self.slots.error {
            notice::error_ui(ui, error, &[]);
        }
        self.clones_ui(ui, cx);
        ui.add_space(space::M);
        ui.horizontal(|ui| {
            let off = self.slots.deleting.is_some().then_some("A voice is being deleted");
            if Button::ghost("Keep the voices and go back").off_if(off).show(ui).clicked() {
                self.back_to_check(cx.store);
            }
            if Button::secondary("Clone again").off_if(off).show(ui).clicked() {
                cx.jobs.retry(&job.id);
            }
        });
        let details = error.details();
        if !details.is_empty() && Button::ghost("Copy details").small().icon(icons::COPY).show(ui).clicked() {
            cx.commands.push(Command::Copy(format!("{error} ({details})")));
        }
        self.question_ui(ui, cx, &job.id);
    }

    fn clones_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if let Some(error) = cx.store.voices.error().filter(|_| !cx.store.voices.is_loading()) {
            if notice::error_ui(ui, error, &["Load the voices again"]) == Some(notice::ErrorPress::Action(0)) {
                cx.commands.push(Command::ReloadVoices);
            }
        } else if cx.store.voices.value().is_none() {
            notice::loading_ui(ui, "Getting your voices");
        }
        let clones: Vec<Voice> = voices(cx.store).iter().filter(|voice| cx.store.is_clone(voice)).cloned().collect();
        for clone in clones {
            self.clone_ui(ui, cx, &clone);
        }
    }

    fn clone_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, voice: &Voice) {
        let t = ui.tokens();
        let deleting = self.slots.deleting.as_ref().is_some_and(|deletion| deletion.voice == voice.id);
        let busy = self.slots.deleting.is_some();
        let about = about(cx.store, voice);
        let name = format!("{}. {about}.", voice.label());
        Row::new(&name).height(62.0).divider().show(ui, |ui| {
            let hear = format!("Hear {}", voice.label());
            let key = preview_key(&voice.id);
            let state = if cx.store.preview_loading.as_deref() == Some(voice.id.as_str()) || cx.player.is_loading(&key)
            {
                SealState::Loading
            } else if cx.player.is_playing(&key) {
                SealState::Playing(cx.player.progress(&key).unwrap_or(0.0))
            } else {
                SealState::Idle
            };
            let none = voice.preview_url.is_none().then_some("This voice has no preview");
            if Seal::new(&hear, &voice.id).state(state).off_if(none).show(ui).clicked() {
                cx.commands.push(Command::HearVoice(voice.id.clone()));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let off = (busy && !deleting).then_some("Another voice is being deleted");
                let delete =
                    Button::danger("Delete").small().icon(icons::TRASH).busy(deleting, "Deleting").off_if(off).show(ui);
                let label = format!("Delete {}", voice.label());
                ui.ctx().accesskit_node_builder(delete.id, |node| node.set_label(label));
                if delete.clicked() {
                    self.slots.asked = Some((voice.id.clone(), voice.label().to_owned()));
                }
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.add_space(12.0);
                    name_ui(ui, voice.label(), Type::Name, t.text.main);
                    ui.hint(about);
                });
            });
        });
    }

    fn question_ui(&mut self, ui: &Ui, cx: &Cx<'_>, job: &str) {
        let Some((id, name)) = self.slots.asked.clone() else { return };
        let question = format!("Delete {name}?");
        let words = format!(
            "The clone is removed from {} and its slot becomes free. It cannot be brought back. Takes and videos you \
             already made are kept.",
            crate::error::within(cx.client.service())
        );
        match Dialog::new(&question, "Keep it", "Delete and clone again").danger().text(&words).show(ui.ctx()) {
            Some(Answer::Act) => {
                self.slots.asked = None;
                self.slots.delete(cx, id, job);
            }
            Some(Answer::Safe) => self.slots.asked = None,
            None => {}
        }
    }
}

/// Where a clone comes from and how much it was used here.
fn about(store: &Store, voice: &Voice) -> String {
    let takes = store.takes.iter().filter(|take| take.voice_id == voice.id).count();
    let takes = format::count(u64::try_from(takes).unwrap_or(u64::MAX), "take", "takes");
    match store.clones.iter().find(|clone| clone.id == voice.id) {
        Some(clone) => {
            let made = when::parse(&clone.cloned_at).map(|made| when::day(made, when::now()));
            format!("Your clone, made {}, {takes}", made.as_deref().unwrap_or("earlier"))
        }
        None => format!("Made elsewhere, {takes}"),
    }
}
