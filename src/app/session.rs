//! One open workspace: the service, the library, the jobs, and the panels over them.

use std::path::{Path, PathBuf};

use super::beside::Beside;
use super::flows::{self, Flows, Told};
use super::ledger::Ledger;
use super::online::Online;
use super::rejoin::rejoin;
use super::toasts::{self, Stack};
use super::{Launch, Service};
use crate::api::Client;
use crate::error::{Error, Result};
use crate::files::Files;
use crate::jobs::{Job, Jobs, Outcome, Request, State};
use crate::library::{self, CloneRecord, Library, SeenVoice, Take};
use crate::media::player::Player;
use crate::media::recorder::Input;
use crate::panels::activity::ActivityPanel;
use crate::panels::clone::ClonePanel;
use crate::panels::flow::FlowPanel;
use crate::panels::lipsync::LipSyncPanel;
use crate::panels::script::ScriptPanel;
use crate::panels::settings::SettingsPanel;
use crate::panels::voices::VoicesPanel;
use crate::panels::{Command, Commands, Cx, Notice, Page, Panel};
use crate::remote::Remote;
use crate::runtime::{Handle, Runtime, blocking};
use crate::sandbox::Sandbox;
use crate::settings::Settings;
use crate::store::{Flow, MediaFile, Notes, Role, SampleChoice, Store};

/// What opening gave, before it is put together on the UI thread.
pub(super) struct Opened {
    client: Client,
    sandbox: Option<Sandbox>,
    data_dir: PathBuf,
    pub read: Read,
}

/// What the library remembered.
pub(super) struct Read {
    library: Library,
    takes: Vec<Take>,
    words: Vec<(String, String)>,
    clones: Vec<CloneRecord>,
    voices: Vec<SeenVoice>,
    notes: Notes,
    flow: Flow,
    /// Whether the library has the flow.
    is_kept: bool,
    pub warning: Option<String>,
}

/// Opens what a launch asks for. The library comes first: it tells whether another window is at work already.
pub(super) async fn open(service: Service, launch: Launch) -> Result<Opened> {
    let Launch { data_dir, sandbox, .. } = launch;
    let (place, of) = (data_dir.clone(), service.clone());
    let read = blocking(move || read(of.library(&place)?)).await?;
    let (client, sandbox) = service.connect(sandbox).await?;
    Ok(Opened { client, sandbox, data_dir, read })
}

fn read(opened: library::Opened) -> Result<Read> {
    let library = opened.library;
    // A flow written by another version begins empty; its row stays as it is until the new flow is saved beside it.
    let latest: Option<Flow> = library.latest_flow()?.and_then(|document| serde_json::from_str(&document).ok());
    let is_kept = latest.is_some();
    let flow = latest.unwrap_or_default();
    let (takes, clones, voices) = (library.takes()?, library.all_clones()?, library.voices_seen()?);
    let (words, notes) = (library.words()?, Notes::read(&library)?);
    Ok(Read { library, takes, words, clones, voices, notes, flow, is_kept, warning: opened.warning })
}

/// One open workspace.
pub struct Session {
    pub(super) sandbox: Option<Sandbox>,
    pub client: Client,
    pub library: Library,
    pub jobs: Jobs,
    pub store: Store,
    pub player: Player,
    pub(super) commands: Commands,
    pub(super) panels: Panels,
    clones: Remote<Vec<CloneRecord>>,
    pub(super) flows: Flows,
    pub(super) online: Online,
    pub(super) ledger: Ledger,
    pub(super) beside: Beside,
}

/// Every page.
#[derive(Default)]
pub(super) struct Panels {
    flow: FlowPanel,
    voices: VoicesPanel,
    clone: ClonePanel,
    script: ScriptPanel,
    lip_sync: LipSyncPanel,
    activity: ActivityPanel,
    settings: SettingsPanel,
}

impl Panels {
    pub fn page(&mut self, page: Page) -> &mut dyn Panel {
        match page {
            Page::Flow => &mut self.flow,
            Page::Voices => &mut self.voices,
            Page::Clone => &mut self.clone,
            Page::Script => &mut self.script,
            Page::LipSync => &mut self.lip_sync,
            Page::Activity => &mut self.activity,
            Page::Settings => &mut self.settings,
        }
    }
}

impl Session {
    pub(super) fn new(opened: Opened, mut player: Player, microphone: Input, handle: Handle) -> Self {
        let Opened { client, sandbox, data_dir, read } = opened;
        let Read { library, takes, words, clones, voices, notes, flow, is_kept, warning: _ } = read;
        let mut store = Store::new(client.service().to_owned(), sandbox.is_some());
        (store.takes, store.words, store.flow, store.data_dir) = (takes, words.into(), flow.clone(), data_dir);
        store.notes = notes;
        player.keep_in(store.cache_dir());
        store.put_clones(clones);
        store.follow_voices();
        store.remember_voices(voices);
        Self {
            online: Online::new(&handle, &client, &library),
            jobs: Jobs::new(handle, library.clone(), client.clone()),
            sandbox,
            client,
            library,
            store,
            player,
            commands: Commands::default(),
            panels: Panels { clone: ClonePanel::listening_to(microphone), ..Panels::default() },
            clones: Remote::default(),
            flows: Flows::new(flow, is_kept),
            ledger: Ledger::default(),
            beside: Beside::default(),
        }
    }

    /// One frame's work that has nothing to do with drawing.
    pub(super) fn work(
        &mut self,
        runtime: &Runtime,
        files: &Files,
        settings: &mut Settings,
        toasts: &mut Stack,
        page: Page,
    ) {
        let was_read = self.jobs.is_read();
        if let Err(error) = self.jobs.poll() {
            toasts::complain(toasts, "Could not read earlier jobs", &error);
        }
        if !was_read {
            rejoin(&mut self.store, &self.jobs);
        }
        self.jobs.keep_samples(settings.keep_samples);
        if self.store.naming != settings.name_parts {
            self.store.naming = settings.name_parts.clone();
        }
        self.beside.work(&mut self.commands);
        self.player.poll();
        self.take_in();
        self.tell(runtime, toasts, page);
        self.save_takes(runtime, settings.save_take_wav);
        for each in Page::RAIL.into_iter().chain([Page::Settings]) {
            let (panels, mut cx) = self.split(runtime, files, settings);
            panels.page(each).logic(&mut cx);
            if each != page {
                panels.page(each).away();
            }
        }
        match self.flows.work(&mut self.store, &self.library, runtime) {
            Told::Failed(failure) => toasts.push(failure.toast()),
            Told::SavedAgain => toasts.push(flows::saved_again()),
            Told::Nothing => {}
        }
        match self.flows.take_opened(&mut self.store) {
            Ok(true) => {
                rejoin(&mut self.store, &self.jobs);
                self.commands.push(Command::Go(Page::Flow));
            }
            Ok(false) => {}
            Err(error) => toasts::complain(toasts, "Could not open the flow", &error),
        }
    }

    /// The panels, and everything they may touch.
    pub(super) fn split<'a>(
        &'a mut self,
        runtime: &'a Runtime,
        files: &'a Files,
        settings: &'a mut Settings,
    ) -> (&'a mut Panels, Cx<'a>) {
        let cx = Cx {
            client: &self.client,
            runtime,
            store: &mut self.store,
            commands: &mut self.commands,
            jobs: &mut self.jobs,
            files,
            player: &mut self.player,
            settings,
            library: &self.library,
        };
        (&mut self.panels, cx)
    }

    /// Lists and files that arrived.
    fn take_in(&mut self) {
        let store = &mut self.store;
        store.voices.poll();
        store.models.poll();
        if self.clones.poll()
            && let Some(clones) = self.clones.value()
        {
            store.put_clones(clones.clone());
        }
        for role in [Role::Source, Role::Target, Role::Audio] {
            let incoming = store.incoming.of_mut(role);
            if incoming.poll() && incoming.error().is_none() {
                let file = incoming.value().cloned();
                *incoming = Remote::default();
                bring(store, role, file);
            }
        }
    }

    /// What jobs that just ended mean for the rest.
    fn tell(&mut self, runtime: &Runtime, toasts: &mut Stack, page: Page) {
        let news: Vec<Job> = self.jobs.news().cloned().collect();
        for job in news {
            match &job.state {
                State::Done(Outcome::Take(take)) => self.store.takes.insert(0, (**take).clone()),
                State::Done(Outcome::Voice { .. }) => {
                    let library = self.library.clone();
                    self.clones.load(runtime.blocking(move || library.all_clones()));
                    self.commands.push(Command::ReloadVoices);
                }
                State::Done(Outcome::Video { file, .. }) => saved(toasts, file),
                State::Failed(error) => {
                    if let Some(title) = self.failure(page, &job.request) {
                        toasts::complain(toasts, &title, error);
                    }
                }
                _ => {}
            }
        }
    }

    /// The title of the toast about a job that failed; `None` where the page tells of it.
    fn failure(&self, page: Page, request: &Request) -> Option<String> {
        let Some(old) = self.store.parked_of(request) else {
            return (!shows(page, request)).then(|| format!("{} failed", request.title()));
        };
        let is_shown = matches!(page, Page::Voices | Page::Activity);
        (!is_shown).then(|| format!("{} did not come back", self.store.voice_name(&old.id, &old.name)))
    }

    /// The last save of a workspace that is left, or of a window that closes. It blocks, as a task begun while a window
    /// closes might not be run. It gives back why something could not be written.
    pub(super) fn last_save(&mut self) -> impl FnOnce() -> Option<Error> + Send + use<> {
        let (library, changes) = (self.library.clone(), self.flows.open(&self.store.flow));
        let (is_new, making) = (self.flows.is_new(&self.store.flow), self.flows.take_making());
        move || {
            if let Some(making) = making {
                flows::settle_last(making);
            }
            let mut done: Vec<_> = changes.iter().map(|change| flows::carry_out(&library, change).map(drop)).collect();
            // Behind them: what is saved is gone on with.
            done.extend(is_new.then(|| library.begin_anew()));
            let mut first = None;
            for error in done.into_iter().filter_map(Result::err) {
                tracing::error!(kind = error.kind(), "a flow could not be saved at the end");
                first.get_or_insert(error);
            }
            first
        }
    }

    /// Whether a playhead moves on the screen. Pages with bars and clocks ask for frames of their own.
    pub(super) fn something_moves(&self) -> bool {
        self.player.now().is_some_and(|now| now.is_playing || now.is_loading)
    }
}

/// Puts a file that was read into its place in the flow.
pub(super) fn bring(store: &mut Store, role: Role, file: Option<MediaFile>) {
    let flow = &mut store.flow;
    match role {
        Role::Source => {
            flow.source = file;
            flow.sample = SampleChoice::default();
            store.source_count += 1;
        }
        Role::Target => {
            flow.target = file;
            flow.result = None;
        }
        Role::Audio => {
            flow.audio = file;
            flow.result = None;
        }
    }
}

fn saved(toasts: &mut Stack, file: &Path) {
    let folder = file.parent().map(crate::store::file_name).unwrap_or_default();
    let show = Command::Reveal(PathBuf::from(file));
    let notice = Notice {
        title: format!("Saved to {folder}"),
        detail: crate::store::file_name(file),
        action: Some(("Show".to_owned(), Box::new(show))),
    };
    toasts::notify(toasts, notice);
}

/// Whether a page shows how a job of this kind ended, so that no toast is needed.
pub(super) fn shows(page: Page, request: &Request) -> bool {
    match page {
        Page::Activity | Page::Flow => true,
        Page::Clone => matches!(request, Request::Clone(_)),
        Page::Script => matches!(request, Request::Speak(_)),
        Page::LipSync => matches!(request, Request::LipSync(_)),
        Page::Voices | Page::Settings => false,
    }
}
