//! Deleting clones: the question, the request, and what follows.

use std::collections::HashMap;

use egui::Ui;

use crate::error::Error;
use crate::panels::{Command, Cx, Notice, gone};
use crate::runtime::Task;
use crate::store::VoiceChoice;
use crate::ui::{Answer, Dialog};

/// Deletions asked about, under way and failed.
#[derive(Default)]
pub struct Removal {
    asking: Option<VoiceChoice>,
    under_way: Vec<(VoiceChoice, Task<()>)>,
    failed: HashMap<String, Error>,
}

impl Removal {
    /// Asks whether a voice shall be deleted.
    pub fn ask(&mut self, voice: Option<VoiceChoice>) {
        self.asking = voice.filter(|voice| !self.is_running(&voice.id));
    }

    pub fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// Whether a voice is being deleted.
    pub fn is_running(&self, id: &str) -> bool {
        self.under_way.iter().any(|(voice, _)| voice.id == id)
    }

    /// Why a voice could not be deleted.
    pub fn error(&self, id: &str) -> Option<&Error> {
        self.failed.get(id)
    }

    fn start(&mut self, voice: VoiceChoice, cx: &Cx<'_>) {
        self.failed.remove(&voice.id);
        let task = cx.runtime.spawn(cx.client.delete_voice(&voice.id));
        self.under_way.push((voice, task));
    }

    /// Takes in the answers. A failure shows in the details of the voice; a toast tells of it when another voice is
    /// selected.
    pub fn poll(&mut self, cx: &mut Cx<'_>, selected: Option<&str>) {
        let mut ended = Vec::new();
        self.under_way.retain_mut(|(voice, task)| match task.take() {
            Some(result) => {
                ended.push((voice.clone(), result));
                false
            }
            None => true,
        });
        for (voice, result) in ended {
            match result {
                Ok(()) => deleted(&voice, cx),
                Err(error) => {
                    if selected != Some(voice.id.as_str()) {
                        cx.commands.complain(format!("Could not delete {}", voice.name), error.clone());
                    }
                    self.failed.insert(voice.id, error);
                }
            }
        }
    }

    /// The question, over everything.
    pub fn question_ui(&mut self, ui: &Ui, cx: &Cx<'_>) {
        let Some(voice) = self.asking.clone() else { return };
        let in_flow = cx.store.flow.voice.as_ref().is_some_and(|chosen| chosen.id == voice.id);
        let consequence = format!(
            "The clone is removed from {} and its slot becomes free. Takes made with it stay on this computer, but it can't speak again.",
            crate::error::within(&cx.store.service)
        );
        let question = format!("Delete {}?", voice.name);
        let mut dialog = Dialog::new(&question, "Keep it", "Delete for good").danger().text(&consequence);
        if in_flow {
            dialog = dialog.warning("Used in the open flow.", "Its line will need another voice.");
        }
        let answer = dialog.show(ui.ctx());
        if answer.is_some() {
            self.asking = None;
        }
        if answer == Some(Answer::Act) {
            self.start(voice, cx);
        }
    }
}

/// Tells of it, and lets everything else know.
fn deleted(voice: &VoiceChoice, cx: &mut Cx<'_>) {
    gone::forget_voice(&voice.id, cx);
    let detail = format!("It is gone from {}, and its clone slot is free.", crate::error::within(&cx.store.service));
    cx.commands.push(Command::Notify(Notice { title: format!("{} is deleted", voice.name), detail, action: None }));
}
