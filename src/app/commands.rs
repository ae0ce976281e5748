//! Carrying out what panels ask for: one queue, one match, once after the logic and once after the drawing.

use std::path::PathBuf;

use egui::Context;

use super::example::Opening;
use super::keeping::Keeping;
use super::previews::Previews;
use super::{App, session, toasts};
use crate::error::Error;
use crate::files::Wanted;
use crate::media::player::{Source, Track};
use crate::media::probe;
use crate::panels::{Command, Page};
use crate::runtime::{Runtime, Task};
use crate::store::{MediaFile, Role, file_name};
use crate::ui::{News, Toast};

/// Where the service shows what its plans allow and cost.
const PLANS: &str = "https://sync.so/docs/product/billing";

/// Small work on behalf of commands.
#[derive(Default)]
pub(super) struct Errands {
    /// What for; without it that is asked about what was picked.
    picking: Option<(Option<Role>, Task<Option<PathBuf>>)>,
    showing: Option<Task<()>>,
    pub(super) previews: Previews,
    pub(super) keeping: Keeping,
    pub(super) example: Opening,
}

impl App {
    pub(super) fn run_commands(&mut self, ctx: &Context) {
        self.errands_done();
        let Some(session) = &mut self.session else { return };
        for command in session.commands.take() {
            tracing::debug!(command = command.name(), "command");
            self.run(ctx, command);
        }
    }

    fn run(&mut self, ctx: &Context, command: Command) {
        let Some(session) = &mut self.session else { return };
        match command {
            Command::Go(page) => self.page = page,
            Command::Notify(notice) => toasts::notify(&mut self.toasts, notice),
            Command::Tell(notice) => toasts::tell(&mut self.toasts, notice),
            Command::Undoable { title, detail, page, step } => {
                let toast = Toast::new(News::Success, title.clone(), title).detail(detail);
                self.toasts.push(toast.undo(Command::Undo { page, step }));
            }
            Command::Undo { page, step } => {
                let (panels, mut cx) = session.split(&self.runtime, &self.desktop.files, &mut self.settings.value);
                panels.page(page).take_back(step, &mut cx);
            }
            Command::Complain { title, error } => toasts::complain(&mut self.toasts, &title, &error),
            Command::UseVoice(choice) => {
                session.store.flow.voice = Some(choice);
                self.page = Page::Script;
            }
            Command::HearVoice(id) => self.hear_voice(&id),
            Command::HearTake(id) => self.hear_take(&id),
            Command::KeepTake(id) => self.keep_take(&id, true),
            Command::LetGoOfTake(id) => self.keep_take(&id, false),
            Command::PutOnVideo(id) => {
                let flow = &mut session.store.flow;
                // The same take again leads back to what was made with it.
                if flow.take() != Some(id.as_str()) || flow.audio.is_some() {
                    flow.set_take(Some(id));
                    (flow.audio, flow.result) = (None, None);
                }
                self.page = Page::LipSync;
            }
            Command::Bring(path, role) => self.bring(path, role),
            Command::ImportText(path) => {
                session.store.import.push(path);
                self.page = Page::Script;
            }
            Command::Pick(role) => self.pick(Some(role)),
            Command::AddFile => self.pick(None),
            Command::PlayResult => {
                session.store.play_result = true;
                self.page = Page::LipSync;
            }
            Command::OpenFile(path) => self.errands.showing = Some(self.desktop.files.open(&self.runtime, &path)),
            Command::Reveal(path) => self.errands.showing = Some(self.desktop.files.reveal(&self.runtime, &path)),
            Command::ReloadVoices => session.store.voices.load(self.runtime.spawn(session.client.voices())),
            Command::Copy(text) => {
                ctx.copy_text(text);
                self.toasts.push(Toast::new(News::Success, "copied", "Copied").detail("It is on the clipboard."));
            }
            Command::NewFlow => self.new_flow(),
            Command::OpenExample => self.open_example(),
            Command::Flow(command) => self.flow(command),
            Command::ChangeLimit => session.ask_limits(),
            Command::Account(command) => self.account(command),
            Command::Voice(command) => self.voice(command),
            Command::SeePlans => {
                self.errands.showing = Some(self.desktop.files.open_page(&self.runtime, PLANS));
            }
        }
    }

    fn bring(&mut self, path: PathBuf, role: Role) {
        let Some(session) = &mut self.session else { return };
        session.store.incoming.of_mut(role).load(read(&self.runtime, path, role));
        self.page = match role {
            Role::Source => Page::Clone,
            Role::Target | Role::Audio if self.page == Page::Flow => Page::Flow,
            Role::Target | Role::Audio => Page::LipSync,
        };
    }

    fn pick(&mut self, role: Option<Role>) {
        // One dialog at a time: a second one would hide behind the first.
        if self.errands.picking.is_none() {
            let wanted = match role {
                None | Some(Role::Source) => Wanted::Any,
                Some(Role::Target) => Wanted::Video,
                Some(Role::Audio) => Wanted::Audio,
            };
            self.errands.picking = Some((role, self.desktop.files.pick_media(&self.runtime, wanted)));
        }
    }

    fn keep_take(&mut self, id: &str, keep: bool) {
        let Some(session) = &mut self.session else { return };
        if keep && session.store.take(id).is_some() {
            session.store.flow.set_take(Some(id.to_owned()));
        }
        if !session.store.keep_take(id, keep) {
            return;
        }
        let Some(script) = session.store.take(id).map(|take| take.script.clone()) else { return };
        let (library, kept) = (session.library.clone(), keep.then(|| id.to_owned()));
        self.errands.keeping.push(&self.runtime, move || library.keep_take(&script, kept.as_deref()));
    }

    fn hear_take(&mut self, id: &str) {
        let Some(session) = &mut self.session else { return };
        let key = format!("take:{id}");
        if session.player.now().is_some_and(|now| now.key == key) {
            session.player.toggle();
        } else if let Some(take) = session.store.take(id) {
            let (title, subtitle) = (session.store.take_title(take), session.store.voice_of_take(take).to_owned());
            session.player.play(Track { key, title, subtitle, source: Source::File(take.audio().to_owned()) });
        }
    }

    /// Takes in what errands brought.
    fn errands_done(&mut self) {
        let Some(session) = &mut self.session else { return };
        if let Some((role, task)) = &mut self.errands.picking
            && let Some(picked) = task.take()
        {
            let role = *role;
            self.errands.picking = None;
            match picked {
                Ok(Some(path)) => match role {
                    Some(role) => session.commands.push(Command::Bring(path, role)),
                    None => self.intake.offer(&[path], &self.runtime),
                },
                Ok(None) => {}
                Err(error) => session.commands.complain("Could not open the file dialog", error),
            }
        }
        if let Some(Err(error)) = self.errands.showing.as_mut().and_then(Task::take) {
            session.commands.complain("Could not show the file", error);
        }
        for error in self.errands.keeping.failures() {
            session.commands.complain("Could not update the library", error);
        }
        self.previews_done();
        self.example_opened();
    }
}

impl Errands {
    /// Something is being shown in another program; a failure is told.
    pub fn show(&mut self, task: Task<()>) {
        self.showing = Some(task);
    }
}

/// Reads a file's facts and checks that it suits its purpose.
pub(super) fn read(runtime: &Runtime, path: PathBuf, role: Role) -> Task<MediaFile> {
    runtime.blocking(move || {
        let probe = probe::probe(&path)?;
        let file = MediaFile { path, probe };
        match file.unfit_for(role) {
            None => Ok(file),
            Some(why) => Err(Error::Media(format!("{} can't be used here: {why}", file_name(&file.path)))),
        }
    })
}

/// Puts a file whose facts are known into its place, and opens the page of its purpose.
pub(super) fn place(app: &mut App, file: MediaFile, role: Role) {
    let Some(session) = &mut app.session else { return };
    session::bring(&mut session.store, role, Some(file));
    *session.store.incoming.of_mut(role) = crate::remote::Remote::default();
    app.page = if role == Role::Source { Page::Clone } else { Page::LipSync };
}
