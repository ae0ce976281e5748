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

use clap::Parser as _;
use mouthpiece::app::{self, App, Launch, Service};
use mouthpiece::cli::arguments::{Pace, Serve};
use mouthpiece::cli::{self, Arguments, Failure, Verb};
use mouthpiece::error::{Error, Result};
use mouthpiece::paths;
use mouthpiece::runtime::Runtime;
use mouthpiece::sandbox;
use mouthpiece::secrets::{ApiKey, SERVICE, Source, System, base_url};
use mouthpiece::settings::Settings;
use secrecy::ExposeSecret as _;

const TITLE: &str = "Mouthpiece";
const APP_ID: &str = "so.mouthpiece.Mouthpiece";

fn main() -> ExitCode {
    let line: Vec<_> = std::env::args_os().collect();
    let mut arguments = match Arguments::try_parse_from(&line) {
        Ok(arguments) => arguments,
        Err(said) => return ExitCode::from(cli::answer(&line, &said)),
    };
    let is_json = arguments.verb.as_mut().is_some_and(Verb::is_json);
    match arguments.settle().and_then(|()| run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::debug!(exit = failure.code, "stopped");
            cli::tell(&failure, is_json);
            ExitCode::from(failure.code)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    if arguments.gallery {
        return gallery::open().map_err(|e| no_display(&e));
    }
    let data_dir = data_dir()?;
    let base = base()?;
    let window = arguments.verb.is_none();
    let given = if window && !arguments.sandbox { key::given(arguments.key_on_stdin) } else { Ok(None) };
    let key = given.map_err(|e| refused_key(&e))?;
    if window {
        key::leave_environment(key.as_ref());
    }
    keep_private(&data_dir);
    let log_dir = data_dir.join("logs");
    let _flushes_at_the_end = log::start(&log_dir, !matches!(arguments.verb, None | Some(Verb::Sandbox(_))));
    log::report_panics(log_dir);
    match arguments.verb {
        Some(Verb::Sandbox(serve)) => return serve_sandbox(serve, &data_dir),
        Some(verb) => {
            let key = ApiKey::from_environment().map_err(|e| refused_key(&e))?;
            return cli::run(verb, &cli::Start { data_dir, base, key, keychain: Arc::new(System) });
        }
        None => {}
    }
    let service = match key {
        Some(key) => Some(Service::Account { base: base.clone(), key }),
        None => arguments.sandbox.then_some(Service::Sandbox),
    };
    let sandbox = cli::sandbox_options(&data_dir);
    let files = arguments.files.iter().map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone())).collect();
    let launch = Launch { service, base, sandbox, data_dir, files };
    if app::hand_over(&launch) {
        say("Mouthpiece is open already. It goes on in its window.");
        return Ok(());
    }
    open_window(launch)
}

/// Where the API is: as asked for in the environment, or sync.so.
fn base() -> Result<url::Url, Failure> {
    let refused = |why: &str| {
        let example = format!("Set it to an https address such as {SERVICE}, or unset it.");
        Failure::usage(format!("SYNC_BASE_URL can't be used: {why}. {example}"))
    };
    let asked = std::env::var_os("SYNC_BASE_URL").map(std::ffi::OsString::into_string).transpose();
    let asked = asked.map_err(|_| refused("it is no text in UTF-8"))?;
    base_url(asked.as_deref()).map_err(refused)
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
        #[cfg(target_os = "linux")]
        event_loop_builder: set("DISPLAY").then(on_x11),
        ..Default::default()
    };
    let create = |context: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        context.egui_ctx.on_end_pass("window name", Arc::new(name_window));
        bring_in(context);
        Ok(Box::new(App::new(&context.egui_ctx, launch)?) as Box<dyn eframe::App>)
    };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "opening the window");
    eframe::run_native(TITLE, options, Box::new(create)).map_err(|error| match error {
        eframe::Error::AppCreation(error) => Failure::new(cli::FAILED, error.to_string()),
        eframe::Error::Winit(error) => no_display(reason(&error.to_string())),
        eframe::Error::WinitEventLoop(error) => no_display(reason(&error.to_string())),
        error => Failure::usage(format!(
            "Mouthpiece can't draw here: {error}. It needs OpenGL; where there is no graphics card, Mesa draws in \
             software (libgl1-mesa-dri and LIBGL_ALWAYS_SOFTWARE=1)."
        )),
    })
}

/// Opens the window on X11, also where a desktop offers Wayland as well: there winit takes no files that are dropped, and
/// dropping a video is how most work begins here. A desktop without X11 sets no `DISPLAY`.
#[cfg(target_os = "linux")]
fn on_x11() -> eframe::EventLoopBuilderHook {
    use winit::platform::x11::EventLoopBuilderExtX11 as _;
    Box::new(|builder| {
        builder.with_x11();
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

/// What happened, without the place in winit's own source that it puts before: `os error at FILE:LINE: `.
fn reason(error: &str) -> &str {
    let bare = error.strip_prefix("os error at ").and_then(|rest| rest.split_once(": ")).map_or(error, |(_, why)| why);
    bare.trim_end_matches('.')
}

fn no_display(why: &str) -> Failure {
    Failure::usage(format!(
        "Mouthpiece needs a display to open its window, and found none: {why}.\n\
         Start it in a desktop session, or on a display without a screen: xvfb-run mouthpiece\n\
         The command line needs no display: mouthpiece --help"
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
        .map_err(|e| Error::Crashed(format!("this computer gives no threads: {e}")))?;
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
    fn a_display_that_is_not_there_is_told_without_places_in_sources() {
        assert_eq!(reason("os error at /a/b/mod.rs:89: No compositor: none."), "No compositor: none");
        assert_eq!(reason("not supported"), "not supported");
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
