//! The card about programs the app can make use of: which are there, in which version, and how to get the others.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use egui::{Align, Layout, Sense, Ui, vec2};

use super::{Cx, headed_card_ui};
use crate::error::{Error, Result};
use crate::media::tools;
use crate::remote::Remote;
use crate::runtime::child;
use crate::ui::notice::{self, Note};
use crate::ui::theme::Look as _;
use crate::ui::{Button, Type, icons, layout, paint, space, text, truncate};

/// Where the second column begins.
const PURPOSE: f32 = 128.0;
/// A tool says its version at once; one that does not is not waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// A version is in the first line.
const FIRST: usize = 512;

/// The card.
#[derive(Default)]
pub(super) struct ToolsCard {
    tools: Remote<Vec<Tool>>,
}

/// A program the app can make use of.
#[derive(Debug, Clone)]
pub(super) struct Tool {
    pub name: &'static str,
    purpose: &'static str,
    /// "5.1.6", when it says so.
    pub version: Option<String>,
    pub place: Place,
}

/// Where a tool is.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// At this path, or called this.
    At(PathBuf),
    /// Every system of this kind has one; it was not looked for.
    Unseen(&'static str),
    /// Nothing needs it; what it means that it is not there.
    Spared(&'static str),
    /// How to get it.
    Missing(Error),
}

impl From<Result<PathBuf>> for Place {
    fn from(found: Result<PathBuf>) -> Self {
        found.map_or_else(Self::Missing, Self::At)
    }
}

impl ToolsCard {
    pub(super) fn logic(&mut self) {
        self.tools.poll();
    }

    /// What was found, as far as it was looked.
    pub(super) fn found(&self) -> &[Tool] {
        self.tools.value().map_or(&[], Vec::as_slice)
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) {
        self.tools.ensure(|| cx.runtime.blocking(look));
        let mut again = false;
        let looking = self.tools.is_loading();
        let head = |ui: &mut Ui| {
            let button = Button::ghost("Look again").small().icon(icons::ARROW_CLOCKWISE).busy(looking, "Looking");
            again = button.show(ui).clicked();
        };
        headed_card_ui(ui, icons::WRENCH, "Tools on this computer", head, |ui| {
            if let Some(error) = self.tools.error() {
                notice::error_ui(ui, error, &[]);
            }
            for (index, tool) in self.found().iter().enumerate() {
                if index > 0 {
                    layout::line_ui(ui);
                }
                tool_ui(ui, tool);
            }
        });
        if again {
            self.tools = Remote::default();
        }
    }
}

fn tool_ui(ui: &mut Ui, tool: &Tool) {
    let t = ui.tokens();
    let (icon, ink) = match &tool.place {
        Place::At(_) => (icons::CHECK_CIRCLE_FILL, t.success.ink),
        Place::Missing(_) => (icons::WARNING_FILL, t.warning.ink),
        Place::Unseen(_) | Place::Spared(_) => (icons::INFO_FILL, t.text.hint),
    };
    let version = tool.version.as_ref().map_or_else(String::new, |version| format!("{version}, "));
    ui.spacing_mut().interact_size.y = 26.0;
    ui.horizontal(|ui| {
        // Drawn, not a label: a screen reader would try to say the icon's character.
        let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0), Sense::hover());
        icon.paint(ui.painter(), rect.center(), 18.0, ink);
        let name = ui.label(text::body(tool.name));
        ui.add_space((rect.left() + PURPOSE - name.rect.right() - space::S).max(space::XS));
        let words = match &tool.place {
            Place::At(_) => format!("{version}{}", tool.purpose),
            Place::Unseen(words) | Place::Spared(words) => (*words).to_owned(),
            Place::Missing(_) => "Not found".to_owned(),
        };
        let width = paint::one_line(ui, &words, Type::Small, t.text.hint, f32::INFINITY).size().x;
        ui.hint(words).on_hover_text(tool.purpose);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Place::At(place) = &tool.place
                && width < ui.available_width() + width
            {
                truncate::file_name_ui(ui, &place.display().to_string(), Type::Mono, t.text.hint);
            }
        });
    });
    if let Place::Missing(error) = &tool.place {
        notice::note_ui(ui, Note::Warning, "Not found.", &error.to_string());
    }
}

/// Looks for the programs and asks each for its version: in the background.
#[expect(clippy::unnecessary_wraps, reason = "what the runtime takes")]
fn look() -> Result<Vec<Tool>> {
    let tool = |name, purpose, place: Result<PathBuf>, ask| {
        let version = place.as_ref().ok().and_then(|place| version(place, ask));
        Tool { name, purpose, version, place: place.into() }
    };
    let player =
        Tool { name: "Video player", purpose: "opens results outside this app", version: None, place: player() };
    Ok(vec![
        tool("ffmpeg", "reads every format you drop", tools::ffmpeg(), "-version"),
        tool("ffprobe", "reads length, size and frame rate", tools::ffprobe(), "-version"),
        tool("espeak-ng", "speaks for the sandbox", espeak(), "--version"),
        player,
    ])
}

/// What the desktop opens videos with. macOS and Windows bring one along, and do not say which is in use.
fn player() -> Place {
    if matches!(std::env::consts::OS, "macos" | "windows") {
        return Place::Unseen("The system's player opens results outside this app");
    }
    let said = said(Path::new("xdg-mime"), &["query", "default", "video/mp4"]).unwrap_or_default();
    player_name(&said).map_or(Place::Spared("Not found, results open in the app only"), |name| Place::At(name.into()))
}

/// "VLC" of "org.videolan.VLC.desktop": the whole is a name for programs, and people know the last of it.
fn player_name(said: &str) -> Option<&str> {
    let file = said.lines().next()?.trim();
    let name = file.strip_suffix(".desktop").unwrap_or(file);
    name.rsplit('.').next().filter(|name| !name.is_empty())
}

/// The version a tool names in its first line. Blocks, and not for long.
fn version(place: &Path, ask: &str) -> Option<String> {
    first_number(&said(place, &[ask])?)
}

/// The first words of what a program says. Blocks, and not for long.
fn said(place: &Path, ask: &[&str]) -> Option<String> {
    let mut command = child(place);
    command.args(ask).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = command.spawn().ok()?;
    let out = running.stdout.take()?;
    // What it writes fits the pipe, so it can end before it is read.
    let start = Instant::now();
    while running.try_wait().ok()?.is_none() {
        if start.elapsed() > PATIENCE {
            running.kill().ok();
            running.wait().ok();
            return None;
        }
        pause();
    }
    let mut said = Vec::new();
    out.take(FIRST as u64).read_to_end(&mut said).ok()?;
    Some(String::from_utf8_lossy(&said).into_owned())
}

#[expect(clippy::disallowed_methods, reason = "on a thread for blocking work, between two looks at a process")]
fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}

/// "5.1.6" of "ffmpeg version 5.1.6-0+deb12u1 Copyright ..".
fn first_number(said: &str) -> Option<String> {
    let is_number = |word: &&str| word.contains('.') && word.starts_with(|first: char| first.is_ascii_digit());
    let words = said.lines().next()?.split(|c: char| c.is_whitespace() || c == ':');
    let number = words.into_iter().map(|word| word.trim_start_matches(['n', 'v'])).find(|word| is_number(word))?;
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    Some(number[..end].trim_end_matches('.').to_owned())
}

/// Only the sandbox runs it, so only this page looks for it outside.
fn espeak() -> Result<PathBuf> {
    let name = format!("espeak-ng{}", std::env::consts::EXE_SUFFIX);
    let places = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&places).map(|place| place.join(&name)).find(|file| file.is_file());
    found.ok_or_else(|| {
        let how = match std::env::consts::OS {
            "macos" => "brew install espeak-ng",
            "windows" => "winget install espeak-ng.espeak-ng",
            _ => "sudo apt install espeak-ng",
        };
        Error::Media(format!(
            "The sandbox can't speak without it. Install it, for example with \"{how}\", then look again."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_found_or_says_how_to_get_it() {
        let tools = look().unwrap();
        let (player, tools) = tools.split_last().unwrap();
        for tool in tools {
            match &tool.place {
                Place::At(place) => assert!(place.is_file(), "{tool:?}"),
                Place::Missing(error) => assert!(error.to_string().contains("nstall"), "{error}"),
                Place::Unseen(_) | Place::Spared(_) => panic!("something needs it: {tool:?}"),
            }
        }
        // Nothing needs it, so it is never a warning; and only what the desktop named has a tick.
        let is_system = cfg!(any(target_os = "macos", windows));
        match &player.place {
            Place::At(name) => assert!(!is_system && !name.as_os_str().is_empty()),
            Place::Unseen(words) => assert!(is_system && words.starts_with("The system's player")),
            Place::Spared(words) => assert!(!is_system && words.starts_with("Not found")),
            Place::Missing(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_player_is_called_as_people_call_it() {
        assert_eq!(player_name("org.videolan.VLC.desktop\n"), Some("VLC"));
        assert_eq!(player_name("mpv.desktop\nvlc.desktop\n"), Some("mpv"));
        assert_eq!(player_name("totem"), Some("totem"));
        assert_eq!(["", "\n", ".desktop\n"].map(player_name), [None, None, None]);
    }

    #[test]
    fn versions_are_the_first_number_of_the_first_line() {
        let version = |said: &str| first_number(said);
        assert_eq!(version("ffmpeg version 5.1.6-0+deb12u1 Copyright (c) 2000").as_deref(), Some("5.1.6"));
        assert_eq!(version("ffmpeg version n7.0 Copyright").as_deref(), Some("7.0"));
        assert_eq!(version("eSpeak NG text-to-speech: 1.51  Data at: /usr/lib").as_deref(), Some("1.51"));
        assert_eq!(version("no number here"), None);
        assert_eq!(version(""), None);
    }
}
