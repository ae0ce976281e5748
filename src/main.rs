//! The program: arguments, environment, log, panic report, window. Everything else is in the library.

#[path = "main/gallery.rs"]
mod gallery;
#[path = "main/key.rs"]
mod key;
#[path = "main/log.rs"]
mod log;
#[path = "main/place.rs"]
mod place;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, mpsc};

use clap::{Parser, Subcommand, ValueEnum};
use mouthpiece::app::{App, Launch, Service};
use mouthpiece::error::{Error, Result};
use mouthpiece::paths;
use mouthpiece::runtime::Runtime;
use mouthpiece::sandbox;
use mouthpiece::secrets::{ApiKey, SERVICE, Source, base_url};
use mouthpiece::settings::Settings;
use secrecy::ExposeSecret as _;

const TITLE: &str = "Mouthpiece";
const APP_ID: &str = "so.mouthpiece.Mouthpiece";

/// A desktop studio for voice cloning and lip sync on the sync.so API.
///
/// The first start asks for an API key, or opens the sandbox: the same API, served on this computer, without an account
/// or a price. Later ones open what was used last.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = ENVIRONMENT)]
struct Arguments {
    /// Videos and sound files to begin with, as if dropped on the window
    files: Vec<PathBuf>,
    /// Use the sandbox even when an API key is set
    #[arg(long)]
    sandbox: bool,
    /// Read the API key from standard input, where no other program sees it
    #[arg(long, hide = true, conflicts_with = "sandbox")]
    key_on_stdin: bool,
    /// Show every widget in every state instead of the program
    #[arg(long, hide = true)]
    gallery: bool,
    #[command(subcommand)]
    command: Option<Action>,
}

const ENVIRONMENT: &str = "Environment:
  SYNC_API_KEY         API key of a sync.so account; it is used instead of one in the keychain, and not kept
  SYNC_BASE_URL        another place that serves the API: https, or http on this computer
  MOUTHPIECE_DATA_DIR  where settings, library, logs and sandbox are kept
  MOUTHPIECE_LOG       what is logged, for example mouthpiece=debug";

#[derive(Subcommand)]
enum Action {
    /// Serve the sandbox alone, without a window, for curl and SDKs
    Sandbox(Serve),
}

#[derive(clap::Args)]
struct Serve {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where the sandbox keeps voices and videos [default: sandbox in the data directory]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// API key to accept [default: a new one at each start]
    #[arg(long)]
    key: Option<String>,
    /// How long work takes: as the real service would, or no longer than it must
    #[arg(long, value_enum, default_value_t = Pace::Real)]
    pace: Pace,
}

#[derive(Clone, Copy, ValueEnum)]
enum Pace {
    Instant,
    Real,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::debug!(exit = failure.code, "stopped");
            say(&failure.sentence);
            ExitCode::from(failure.code)
        }
    }
}

/// Why the program ends: 2 for what the user can put right before starting again, 1 for all else.
struct Failure {
    code: u8,
    sentence: String,
}

impl Failure {
    fn usage(sentence: impl Into<String>) -> Self {
        Self { code: 2, sentence: sentence.into() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { code: 1, sentence: error.to_string() }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.gallery {
        return gallery::open().map_err(|e| no_display(&e));
    }
    let data_dir = data_dir()?;
    let asked = std::env::var("SYNC_BASE_URL").ok();
    let base = base_url(asked.as_deref()).map_err(|why| {
        let example = format!("Set it to an https address such as {SERVICE}, or unset it.");
        Failure::usage(format!("SYNC_BASE_URL can't be used: {why}. {example}"))
    })?;
    let window = arguments.command.is_none();
    let given = if window && !arguments.sandbox { key::given(arguments.key_on_stdin) } else { Ok(None) };
    let key = given.map_err(|e| refused_key(&e))?;
    if window {
        key::leave_environment(key.as_ref());
    }
    keep_private(&data_dir);
    let log_dir = data_dir.join("logs");
    let _flushes_at_the_end = log::start(&log_dir);
    log::report_panics(log_dir);
    if let Some(Action::Sandbox(serve)) = arguments.command {
        return serve_sandbox(serve, &data_dir);
    }
    let service = match key {
        Some(key) => Some(Service::Account { base: base.clone(), key }),
        None => arguments.sandbox.then_some(Service::Sandbox),
    };
    let sandbox = sandbox::Options {
        port: 0,
        data_dir: data_dir.join("sandbox"),
        key: None,
        pace: sandbox::Pace::Real,
        tools: sandbox::Tools::default(),
    };
    let files = arguments.files.iter().map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone())).collect();
    open_window(Launch { service, base, sandbox, data_dir, files })
}

fn refused_key(error: &Error) -> Failure {
    Failure::usage(format!("SYNC_API_KEY can't be used. {error} To go on without an account: mouthpiece --sandbox"))
}

/// The data directory: as asked for in the environment, or the usual place of the system.
fn data_dir() -> Result<PathBuf, Failure> {
    if let Some(asked) = std::env::var_os("MOUTHPIECE_DATA_DIR").filter(|dir| !dir.is_empty()) {
        return std::path::absolute(&asked).map_err(|e| Error::file("find", Path::new(&asked), e).into());
    }
    let usual = directories::ProjectDirs::from("so", "mouthpiece", "Mouthpiece").map(|dirs| dirs.data_dir().to_owned());
    usual.ok_or_else(|| {
        Failure::usage("There is no home directory to keep things in. Set MOUTHPIECE_DATA_DIR to a folder.")
    })
}

/// Makes the data directory, and takes the rights of others off one that is there: it holds voices and scripts. A
/// place that is not ours alone, the home directory or one open to everybody, stays as it is.
fn keep_private(data_dir: &Path) {
    let home = directories::UserDirs::new().is_some_and(|dirs| dirs.home_dir() == data_dir);
    if home || is_shared(data_dir) {
        return;
    }
    // A disk that knows no owners is told about when the library opens there, and one that can't be written too.
    paths::private_folder(data_dir).ok();
    paths::make_private(&data_dir.join("settings.toml")).ok();
}

#[cfg(unix)]
fn is_shared(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    // The sticky bit of /tmp.
    std::fs::metadata(folder).is_ok_and(|facts| facts.permissions().mode() & 0o1000 != 0)
}

#[cfg(not(unix))]
fn is_shared(_folder: &Path) -> bool {
    false
}

fn open_window(launch: Launch) -> Result<(), Failure> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"].into_iter().any(set) {
        return Err(no_display("neither WAYLAND_DISPLAY nor DISPLAY is set"));
    }
    let viewport = egui::ViewportBuilder::default()
        .with_title(TITLE)
        .with_app_id(APP_ID)
        .with_icon(icon())
        .with_min_inner_size(place::SMALLEST)
        .with_drag_and_drop(true);
    let left = Settings::load(&launch.data_dir).0.window;
    let viewport = place::as_left(viewport, &left);
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        // The app looks for them itself, not before a text needs them.
        system_font_fallback: false,
        ..Default::default()
    };
    let create = |context: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        context.egui_ctx.on_end_pass("window name", Arc::new(name_window));
        bring_in(context);
        Ok(Box::new(App::new(&context.egui_ctx, launch)?) as Box<dyn eframe::App>)
    };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "opening the window");
    eframe::run_native(TITLE, options, Box::new(create)).map_err(|error| match error {
        eframe::Error::AppCreation(error) => Failure { code: 1, sentence: error.to_string() },
        eframe::Error::Winit(error) => no_display(&error.to_string()),
        eframe::Error::WinitEventLoop(error) => no_display(&error.to_string()),
        error => Failure::usage(format!(
            "Mouthpiece can't draw here: {error}. It needs OpenGL; where there is no graphics card, Mesa draws in \
             software (libgl1-mesa-dri and LIBGL_ALWAYS_SOFTWARE=1)."
        )),
    })
}

/// Brings a window in whose screen is gone, or has become smaller, since it was left.
fn bring_in(context: &eframe::CreationContext<'_>) {
    let Some(window) = context.winit_window() else { return };
    if let Some(screen) = window.current_monitor().filter(|_| !window.is_maximized()) {
        let (inner, outer, size) = (window.inner_size(), window.outer_size(), screen.size());
        let frame = [outer.width.saturating_sub(inner.width), outer.height.saturating_sub(inner.height)];
        let screen = place::Screen { left: 0, top: 0, width: size.width, height: size.height };
        if let Some([width, height]) = place::fitted([inner.width, inner.height], frame, screen) {
            let mut fitted = inner;
            (fitted.width, fitted.height) = (width, height);
            if window.request_inner_size(fitted).is_none() {
                tracing::debug!("the window is asked to fit its screen");
            }
        }
    }
    // Where the system does not tell, it does not put windows out of sight either.
    let Ok(at) = window.outer_position() else { return };
    let screens: Vec<place::Screen> = window
        .available_monitors()
        .map(|screen| {
            let (at, size) = (screen.position(), screen.size());
            place::Screen { left: at.x, top: at.y, width: size.width, height: size.height }
        })
        .collect();
    if !place::is_in_reach(at.x, at.y, window.outer_size().width, &screens)
        && let Some(screen) = window.available_monitors().next()
    {
        window.set_outer_position(screen.position());
    }
}

/// The title bar is not ours to read aloud, so assistive software is told the window's name apart from it.
fn name_window(ui: &mut egui::Ui) {
    ui.ctx().accesskit_node_builder(egui::accesskit_root_id(), |window| window.set_label(TITLE));
}

fn no_display(why: &str) -> Failure {
    Failure::usage(format!(
        "Mouthpiece needs a display to open its window, and found none: {why}.\n\
         Start it in a desktop session, or on a display without a screen: xvfb-run mouthpiece\n\
         The sandbox alone needs no display: mouthpiece sandbox"
    ))
}

fn icon() -> Arc<egui::IconData> {
    let png = include_bytes!("../assets/icon/mouthpiece-256.png");
    // The picture is part of the program; a window without an icon would be no reason to stop.
    Arc::new(eframe::icon_data::from_png_bytes(png).unwrap_or_default())
}

/// Serves the sandbox until Ctrl C.
fn serve_sandbox(serve: Serve, data_dir: &Path) -> Result<(), Failure> {
    let key = serve.key.map(|key| ApiKey::new(&key, Source::Argument)).transpose();
    let key = key.map_err(|e| Failure::usage(format!("--key can't be used. {e}")))?;
    let data_dir = serve.data.unwrap_or_else(|| data_dir.join("sandbox"));
    let pace = match serve.pace {
        Pace::Instant => sandbox::Pace::Instant,
        Pace::Real => sandbox::Pace::Real,
    };
    let options = sandbox::Options {
        port: serve.port,
        data_dir: data_dir.clone(),
        key: key.map(|key| key.secret().expose_secret().to_owned()),
        pace,
        tools: sandbox::Tools::default(),
    };
    let (end, ended) = mpsc::channel();
    let runtime = Runtime::new(move || end.send(()).unwrap_or_default())
        .map_err(|e| Failure { code: 1, sentence: format!("This computer gives no threads: {e}.") })?;
    let mut serving = runtime.spawn(async move {
        let sandbox = sandbox::start(options).await?;
        // Whoever reads this may have closed the pipe; serving goes on.
        let _ = std::io::stdout().write_all(greeting(sandbox.base_url(), sandbox.key(), &data_dir).as_bytes());
        tokio::signal::ctrl_c().await.map_err(|e| Error::Crashed(e.to_string()))
    });
    ended.recv().unwrap_or_default();
    Ok(serving.take().unwrap_or(Ok(()))?)
}

fn greeting(base: &str, key: &str, data: &Path) -> String {
    let quoted = key.replace('\'', r"'\''");
    let base = base.trim_end_matches('/');
    format!(
        "Mouthpiece sandbox: the sync.so API, imitated on this computer. Not sync.so; nothing here costs or leaves.\n\
         \n\
         Base URL  {base}\n\
         API key   {key}\n\
         Data      {}\n\
         \n\
         Try it:\n\
         curl -H 'x-api-key: {quoted}' {base}/v2/voices\n\
         \n\
         Ctrl C ends it.\n",
        data.display()
    )
}

/// Says something to whoever started the program from a terminal.
fn say(sentence: &str) {
    // With stderr closed there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_icon_is_a_picture() {
        assert_eq!((icon().width, icon().height), (256, 256));
    }

    #[test]
    fn the_curl_line_survives_any_key() {
        assert!(
            greeting("http://127.0.0.1:1/", "a'b", Path::new("/d"))
                .contains(r"'x-api-key: a'\''b' http://127.0.0.1:1/v2/voices")
        );
    }
}
