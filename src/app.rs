//! The window's contents: opens a workspace in the background, runs every panel's logic each frame, draws the
//! frame around the page that is shown, and carries out what panels ask of each other.
//!
//! [`App`] owns what lives as long as the window; a [`Session`] owns what belongs to one account. Nothing here
//! waits: opening, reading and saving are tasks that are asked once per frame.

mod announce;
mod beside;
mod commands;
mod door;
mod errors;
mod example;
mod fallback;
mod flows;
mod intake;
mod keeping;
mod keys;
mod ledger;
mod left;
mod noted;
pub mod notify;
mod online;
mod overlay;
mod page_drop;
mod previews;
mod quit;
mod rejoin;
mod saved;
mod session;
mod sheet;
mod shell;
mod sound;
mod stillness;
mod toasts;
mod typed;
mod workspace;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::{Context, Ui};

use crate::error::{Error, Result};
use crate::files::Files;
use crate::media::player::{Output, Player};
use crate::media::recorder::Input;
use crate::panels::Page;
use crate::runtime::Runtime;
use crate::sandbox::{self, Sandbox};
use crate::secrets::{Keychain, System};
use crate::settings::{Settings, Theme};
use crate::ui::{motion, theme};

use commands::Errands;
pub use door::hand_over;
use intake::Intake;
pub use notify::Notifier;
use notify::Outside;
use quit::Quit;
use saved::Saved;
pub use session::Session;
use workspace::Workspaces;

pub use crate::workspace::Service;

/// The smallest window the pages are laid out for, in points.
const SMALLEST: egui::Vec2 = egui::vec2(960.0, 640.0);

/// What the program was started with.
#[derive(Debug, Clone)]
pub struct Launch {
    /// What to open whatever was open last. Without it that is opened, and the first start asks.
    pub service: Option<Service>,
    /// Where a key that is typed belongs to.
    pub base: url::Url,
    /// How the sandbox is started.
    pub sandbox: sandbox::Options,
    /// Where settings, libraries and logs lie.
    pub data_dir: PathBuf,
    /// Files to begin with, as if they had been dropped.
    pub files: Vec<PathBuf>,
}

/// What the app asks of the computer around it.
#[derive(Clone)]
pub struct Desktop {
    pub files: Files,
    pub sound: Output,
    pub microphone: Input,
    pub notifier: Notifier,
    pub keychain: Arc<dyn Keychain>,
}

impl Desktop {
    /// The one the program runs on.
    pub fn native() -> Self {
        let (notifier, keychain) = (Notifier::native(), Arc::new(System));
        Self { files: Files::native(), sound: Output::Default, microphone: Input::System, notifier, keychain }
    }
}

/// The program behind the window.
pub struct App {
    // Dropped before the runtime that runs its work.
    session: Option<Session>,
    workspaces: Workspaces,
    launch: Launch,
    desktop: Desktop,
    page: Page,
    toasts: toasts::Stack,
    intake: Intake,
    errands: Errands,
    outside: Outside,
    quit: Quit,
    settings: Saved,
    runtime: Runtime,
}

impl App {
    /// Makes the app and starts opening the workspace; the first frames show that it is being opened.
    ///
    /// # Errors
    /// When the operating system gives no threads.
    pub fn new(ctx: &Context, launch: Launch) -> Result<Self> {
        let app = Self::on(ctx, launch, Desktop::native())?;
        stillness::follow(ctx, &app.runtime);
        fallback::install(ctx, &app.runtime);
        Ok(app)
    }

    /// The same on another desktop, such as a test's.
    ///
    /// # Errors
    /// See [`App::new`].
    pub fn on(ctx: &Context, launch: Launch, desktop: Desktop) -> Result<Self> {
        theme::install(ctx);
        // The keys for it are ours: the size is a setting that is kept.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let wake = ctx.clone();
        let runtime = Runtime::new(move || wake.request_repaint());
        let runtime = runtime.map_err(|e| Error::file("start threads for", &launch.data_dir, e))?;
        let (settings, warnings) = Settings::load(&launch.data_dir);
        let mut toasts = toasts::Stack::default();
        for warning in warnings {
            toasts::warn(&mut toasts, "Settings", &warning);
        }
        let mut app = Self {
            session: None,
            workspaces: Workspaces::default(),
            desktop,
            page: left::page(settings.window.page.as_deref()),
            toasts,
            intake: Intake::default(),
            errands: Errands::default(),
            outside: Outside::default(),
            quit: Quit::default(),
            settings: Saved::new(settings),
            runtime,
            launch,
        };
        app.intake.offer(&app.launch.files, &app.runtime);
        app.begin();
        Ok(app)
    }

    fn player(&self) -> Player {
        let mut player = Player::with_output(self.runtime.handle(), self.desktop.sound.clone());
        let settings = &self.settings.value;
        player.set_volume(settings.sound.volume);
        player.set_muted(settings.sound.muted);
        player.set_device(settings.sound.speakers.clone());
        player
    }

    /// The sandbox of this window, once it runs.
    pub fn sandbox(&self) -> Option<&Sandbox> {
        self.session.as_ref()?.sandbox.as_ref()
    }

    /// The open workspace, once it is open.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The page that is shown.
    pub fn page(&self) -> Page {
        self.page
    }

    fn work(&mut self, ctx: &Context) {
        self.work_workspaces(ctx);
        self.drop_on_page(ctx);
        let late = self.intake.work(ctx, &self.runtime, self.session.is_some());
        self.answer(late);
        self.save_settings(ctx);
        let Some(session) = &mut self.session else { return self.tell_outside(ctx) };
        session.commands.extend(self.intake.asked.drain(..));
        session.work(&self.runtime, &self.desktop.files, &mut self.settings.value, &mut self.toasts, self.page);
        if let Some(pause) = session.flows.again_in() {
            ctx.request_repaint_after(pause);
        }
        session.keep_books(&self.runtime, &mut self.toasts);
        session.watch_the_way(&self.runtime, &mut self.toasts);
        self.tell_of_devices();
        self.tell_outside(ctx);
        self.run_commands(ctx);
        self.work_leaving();
    }

    fn follow_settings(&self, ctx: &Context) {
        let settings = &self.settings.value;
        let preference = match settings.look.theme {
            Theme::System => egui::ThemePreference::System,
            Theme::Light => egui::ThemePreference::Light,
            Theme::Dark => egui::ThemePreference::Dark,
        };
        if ctx.options(|options| options.theme_preference) != preference {
            ctx.set_theme(preference);
        }
        motion::set_reduced(ctx, settings.look.reduce_motion);
        // As large as asked for, while the smallest layout still fits the window.
        let scale = settings.look.scale.min(room_for_scale(ctx));
        if (ctx.zoom_factor() - scale).abs() > 0.001 {
            ctx.set_zoom_factor(scale);
        }
    }
}

/// The largest scale at which the smallest layout still fits the window.
fn room_for_scale(ctx: &Context) -> f32 {
    let window = ctx.content_rect().size() * ctx.zoom_factor();
    (window.x / SMALLEST.x).min(window.y / SMALLEST.y).max(1.0)
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.follow_settings(ctx);
        self.work(ctx);
        self.quit_work(ctx);
        self.answer_the_door(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        typed::in_order(&ctx);
        self.keys(&ctx);
        self.shell_ui(ui);
        self.announce_ui(ui);
        self.player_keys(&ctx);
        self.run_commands(&ctx);
        self.note_window(&ctx);
        if self.workspaces.is_leaving() {
            ctx.request_repaint_after(Duration::from_millis(20));
        }
        let playing = self.session.as_ref().is_some_and(Session::something_moves);
        if playing && !motion::is_reduced(&ctx) {
            ctx.request_repaint_after(Duration::from_millis(50));
        } else if playing {
            ctx.request_repaint_after(Duration::from_millis(500));
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(session) = &mut self.session {
            // It is in the log; nobody could be told any more.
            drop(session.last_save()());
        }
        self.keep_window();
        self.save_settings_last();
        tracing::info!("closing");
    }
}
