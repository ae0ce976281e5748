//! Deleting and parking clones: the question, the eight seconds to undo, the request, and what follows.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use egui::Ui;

use crate::error::{Error, within};
use crate::panels::{Command, Cx, Notice, VoiceCommand, gone};
use crate::runtime::Task;
use crate::store::{VoiceChoice, notes};
use crate::ui::{Answer, Dialog};

/// How long a removal can be taken back before it is sent.
const UNDO: Duration = Duration::from_secs(8);

/// What is done with a clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Delete,
    /// Deleted at the service; this sample stays here.
    Park(PathBuf),
    /// One that is parked is taken off the list; nothing is at the service any more.
    LetGo,
}

impl What {
    /// What goes on with the voice, for its row.
    fn doing(&self) -> &'static str {
        match self {
            Self::Delete => "Being deleted",
            Self::Park(_) => "Being parked",
            Self::LetGo => "Being removed",
        }
    }

    /// That it failed, for the row.
    pub fn not_done(&self) -> &'static str {
        match self {
            Self::Delete => "Not deleted",
            Self::Park(_) => "Not parked",
            Self::LetGo => "Not removed",
        }
    }

    /// What it is about, after "Could not".
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Park(_) => "park",
            Self::LetGo => "remove",
        }
    }
}

/// One removal.
struct Removing {
    voice: VoiceChoice,
    what: What,
    /// Whether the time to undo is over.
    sent: bool,
    task: Task<()>,
}

/// Deletions asked about, waiting, under way and failed.
#[derive(Default)]
pub struct Removal {
    asking: Option<(VoiceChoice, What)>,
    under_way: Vec<Removing>,
    failed: HashMap<String, (What, Error)>,
}

impl Removal {
    /// Asks whether a voice shall be deleted.
    pub fn ask(&mut self, voice: VoiceChoice, what: What) {
        self.asking = (!self.is_running(&voice.id)).then_some((voice, what));
    }

    pub fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// Whether a voice is being removed, or about to be.
    pub fn is_running(&self, id: &str) -> bool {
        self.under_way.iter().any(|removing| removing.voice.id == id)
    }

    /// What goes on with a voice that is being removed, or about to be: "Being parked".
    pub fn doing(&self, id: &str) -> Option<&'static str> {
        self.under_way.iter().find(|removing| removing.voice.id == id).map(|removing| removing.what.doing())
    }

    /// What could not be done with a voice, and why.
    pub fn error(&self, id: &str) -> Option<(&What, &Error)> {
        self.failed.get(id).map(|(what, error)| (what, error))
    }

    /// Begins to count down.
    pub fn start(&mut self, voice: VoiceChoice, what: What, cx: &mut Cx<'_>) {
        self.failed.remove(&voice.id);
        let service = within(&cx.store.service);
        let (title, detail) = match &what {
            What::Delete => (format!("Deleting {}", voice.name), format!("Sent to {service} in 8 s")),
            What::Park(_) => (format!("Parking {}", voice.name), format!("Sent to {service} in 8 s, the sample stays")),
            What::LetGo => (format!("Removing {}", voice.name), "Off the list in 8 s".to_owned()),
        };
        cx.commands.voice(VoiceCommand::Removing { id: voice.id.clone(), title, detail });
        let wait = async {
            tokio::time::sleep(UNDO).await;
            Ok(())
        };
        let task = cx.runtime.spawn(wait);
        self.under_way.push(Removing { voice, what, sent: false, task });
        self.note_unsent(cx);
    }

    /// Writes down what has not been sent, so that the next start can tell of it when the window closes first.
    fn note_unsent(&self, cx: &mut Cx<'_>) {
        let unsent = self.under_way.iter().filter(|removing| !removing.sent);
        let line =
            |removing: &Removing| format!("{} was {}", removing.voice.name, removing.what.not_done().to_lowercase());
        let value = unsent.map(line).collect::<Vec<_>>().join("\n");
        cx.commands.voice(VoiceCommand::KeepFact { key: notes::UNSENT, value });
    }

    /// Tells once of what was dropped because the window had closed first.
    pub fn tell_of_dropped(&self, cx: &mut Cx<'_>) {
        let dropped = std::mem::take(&mut cx.store.notes.dropped);
        if dropped.is_empty() {
            return;
        }
        for title in dropped {
            cx.commands.voice(VoiceCommand::Dropped(title));
        }
        self.note_unsent(cx);
    }

    /// Takes back the removal of a voice, or the last one: true when there was one that had not been sent.
    pub fn undo(&mut self, id: Option<&str>, cx: &mut Cx<'_>) -> bool {
        let waiting = |removing: &Removing| !removing.sent && id.is_none_or(|id| removing.voice.id == id);
        match self.under_way.iter().rposition(waiting) {
            Some(at) => {
                self.under_way.remove(at);
                self.note_unsent(cx);
                true
            }
            None => false,
        }
    }

    /// Sends what was not taken back, and takes in the answers. A failure shows in the details of the voice; a toast
    /// tells of it when another voice is selected. True when a clone slot became free.
    pub fn poll(&mut self, cx: &mut Cx<'_>, selected: Option<&str>) -> bool {
        // What was doubted and has turned out to be parked did not fail.
        let parked = |id: &str| cx.store.deleted_clones.iter().any(|clone| clone.id == id);
        self.failed.retain(|id, _| !parked(id));
        let waiting = |all: &[Removing]| all.iter().filter(|removing| !removing.sent).count();
        let before = waiting(&self.under_way);
        let mut ended = Vec::new();
        let mut at = 0;
        while let Some(removing) = self.under_way.get_mut(at) {
            match removing.task.take() {
                None => at += 1,
                Some(Ok(())) if !removing.sent && removing.what != What::LetGo => {
                    removing.sent = true;
                    removing.task = send(removing, cx);
                    at += 1;
                }
                Some(result) => ended.push((self.under_way.remove(at), result)),
            }
        }
        if waiting(&self.under_way) != before {
            self.note_unsent(cx);
        }
        let mut is_free = false;
        for (Removing { voice, what, .. }, result) in ended {
            match result {
                Ok(()) => {
                    is_free |= what != What::LetGo;
                    removed(&voice, &what, cx);
                }
                Err(error) => {
                    if matches!(what, What::Park(_)) {
                        gone::doubt_parking(&voice.id, cx);
                    }
                    if selected != Some(voice.id.as_str()) {
                        cx.commands.complain(format!("Could not {} {}", what.verb(), voice.name), error.clone());
                    }
                    self.failed.insert(voice.id, (what, error));
                }
            }
        }
        is_free
    }

    /// The question, over everything.
    pub fn question_ui(&mut self, ui: &Ui, cx: &mut Cx<'_>) {
        let Some((voice, what)) = self.asking.clone() else { return };
        let in_flow = cx.store.flow.voice.as_ref().is_some_and(|chosen| chosen.id == voice.id);
        let kept = cx.store.clones.iter().any(|clone| clone.id == voice.id && clone.sample_file.is_some());
        let service = within(&cx.store.service);
        let consequence = match (&what, kept) {
            (What::LetGo, _) => "It is parked: nothing of it is at the service. Off the list it can't be brought back \
                here, but its takes stay on this computer, and so does the record of the permission."
                .to_owned(),
            (_, true) => format!(
                "The clone is removed from {service} and its slot becomes free. Takes made with it stay on this \
                 computer, but it can't speak again. Park it instead to bring it back later."
            ),
            (_, false) => format!(
                "The clone is removed from {service} and its slot becomes free. Takes made with it stay on this \
                 computer. It has no sample here, so it cannot be brought back."
            ),
        };
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
            self.start(voice, what, cx);
        }
    }
}

fn send(removing: &Removing, cx: &Cx<'_>) -> Task<()> {
    let id = &removing.voice.id;
    match removing.what.clone() {
        What::Park(sample) => gone::send_parking(id, Some(sample), cx),
        What::Delete | What::LetGo => cx.runtime.spawn(cx.client.delete_voice(id)),
    }
}

/// Tells of it, and lets everything else know.
fn removed(voice: &VoiceChoice, what: &What, cx: &mut Cx<'_>) {
    let service = within(&cx.store.service);
    let (word, detail) = match what {
        What::Delete => ("deleted", format!("It is gone from {service}, and its clone slot is free.")),
        What::Park(_) => ("parked", "Its clone slot is free. Bring back makes it again from the sample.".to_owned()),
        What::LetGo => ("off the list", "The record of the permission stays.".to_owned()),
    };
    match what {
        What::LetGo => cx.commands.voice(VoiceCommand::LetGoOfParked(voice.id.clone())),
        What::Delete => gone::forget_voice(&voice.id, cx),
        What::Park(_) => gone::park_voice(&voice.id, cx),
    }
    cx.commands.push(Command::Notify(Notice { title: format!("{} is {word}", voice.name), detail, action: None }));
}
