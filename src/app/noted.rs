//! What is noted of voices, here and in the library, each write after the one before.

use time::OffsetDateTime;

use super::App;
use crate::jobs::stamp;
use crate::panels::{Command, VoiceCommand};
use crate::ui::{News, Toast};

impl App {
    pub(super) fn voice(&mut self, command: VoiceCommand) {
        let Some(session) = &mut self.session else { return };
        let (library, store) = (session.library.clone(), &mut session.store);
        let keeping = &mut self.errands.keeping;
        match command {
            VoiceCommand::Forget(id) => {
                let at = stamp(OffsetDateTime::now_utc());
                store.bury_clone(&id, &at);
                keeping.push(&self.runtime, move || library.mark_deleted(&id, &at));
            }
            VoiceCommand::Park(id) => {
                let at = stamp(OffsetDateTime::now_utc());
                store.park_clone(&id, &at);
                keeping.push(&self.runtime, move || library.park_clone(&id, Some(&at)));
            }
            VoiceCommand::LetGoOfParked(id) => {
                store.let_go_of_parked(&id);
                keeping.push(&self.runtime, move || library.park_clone(&id, None));
            }
            VoiceCommand::BroughtBack { from, to } => {
                store.bring_back(&from, &to);
                store.follow_voices();
                keeping.push(&self.runtime, move || library.bring_back(&from, &to));
            }
            VoiceCommand::KeepNote(note) => {
                store.take_note((*note).clone());
                keeping.push(&self.runtime, move || library.put_voice_note(&note));
            }
            VoiceCommand::KeepFact { key, value } => {
                keeping.push(&self.runtime, move || library.put_note(key, &value));
            }
            VoiceCommand::KeepList => {
                let voices = store.voices.value().cloned().unwrap_or_default();
                let at = stamp(OffsetDateTime::now_utc());
                keeping.push(&self.runtime, move || library.put_voices(&voices, &at));
            }
            VoiceCommand::Removing { id, title, detail } => {
                let toast = Toast::new(News::Info, title.clone(), title).detail(detail);
                self.toasts.push(toast.undo(Command::Voice(VoiceCommand::Spare(id))));
            }
            VoiceCommand::Dropped(title) => {
                // It stays: who opens the window and looks elsewhere first would go on believing that it was done.
                let toast = Toast::new(News::Error, title.clone(), title).detail("The window was closed first.");
                self.toasts.push(toast);
            }
            VoiceCommand::Spare(id) => store.spared_voice = Some(id),
        }
    }
}
