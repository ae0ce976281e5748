//! Whether the system asks programs to move less: read once at the start, in the background, by the system's own tools.

use std::process::Stdio;
use std::time::Duration;

use egui::Context;

use crate::runtime::{Runtime, child};
use crate::ui::motion;

/// A tool that takes longer has no answer worth waiting for.
const PATIENCE: Duration = Duration::from_secs(3);

/// A way to ask: the program with its arguments, and what its answer means.
struct Question {
    program: &'static str,
    arguments: &'static [&'static str],
    is_still: fn(&str) -> Option<bool>,
}

#[cfg(target_os = "windows")]
const QUESTIONS: [Question; 1] = [Question {
    program: "reg",
    arguments: &["query", r"HKCU\Control Panel\Desktop", "/v", "UserPreferencesMask"],
    is_still: of_mask,
}];

#[cfg(target_os = "macos")]
const QUESTIONS: [Question; 1] = [Question {
    program: "defaults",
    arguments: &["read", "com.apple.universalaccess", "reduceMotion"],
    is_still: of_number,
}];

/// The portal first, which speaks for whatever desktop runs; then those whose portal does not know the question yet.
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
const QUESTIONS: [Question; 3] = [
    Question {
        program: "busctl",
        arguments: &[
            "--user",
            "--timeout=2",
            "call",
            "org.freedesktop.portal.Desktop",
            "/org/freedesktop/portal/desktop",
            "org.freedesktop.portal.Settings",
            "ReadOne",
            "ss",
            "org.freedesktop.appearance",
            "reduced-motion",
        ],
        is_still: of_portal,
    },
    Question {
        program: "gsettings",
        arguments: &["get", "org.gnome.desktop.interface", "enable-animations"],
        is_still: of_animations,
    },
    Question {
        program: "kreadconfig6",
        arguments: &["--group", "KDE", "--key", "AnimationDurationFactor"],
        is_still: of_number_zero,
    },
];

/// Asks in the background and tells [`motion`] once it is known; without an answer everything moves.
pub(super) fn follow(ctx: &Context, runtime: &Runtime) {
    let ctx = ctx.clone();
    // Handed over at once; nobody waits for its end.
    drop(runtime.blocking(move || {
        let still = QUESTIONS.iter().find_map(|question| (question.is_still)(&answer(question)?));
        tracing::debug!(?still, "motion asked for by the system");
        if still == Some(true) {
            motion::set_reduced_by_system(&ctx, true);
            ctx.request_repaint();
        }
        Ok(())
    }));
}

/// What the tool writes; `None` when it is not there, fails or takes too long. For threads of the runtime that may block.
#[expect(clippy::disallowed_methods, reason = "on a thread for work that blocks, never the window's")]
fn answer(question: &Question) -> Option<String> {
    let mut command = tokio::process::Command::from(child(question.program));
    command.args(question.arguments).stdin(Stdio::null()).kill_on_drop(true);
    let asked = async { tokio::time::timeout(PATIENCE, command.output()).await };
    let output = tokio::runtime::Handle::current().block_on(asked).ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `v u 1`: a variant with a number in it, 1 for less motion.
#[cfg(any(test, not(any(target_os = "windows", target_os = "macos"))))]
fn of_portal(answer: &str) -> Option<bool> {
    match answer.split_whitespace().last()? {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// `true` while there are animations.
#[cfg(any(test, not(any(target_os = "windows", target_os = "macos"))))]
fn of_animations(answer: &str) -> Option<bool> {
    answer.trim().parse::<bool>().ok().map(|moves| !moves)
}

/// A factor of all durations; nothing when it was never changed.
#[cfg(any(test, not(any(target_os = "windows", target_os = "macos"))))]
fn of_number_zero(answer: &str) -> Option<bool> {
    answer.trim().parse::<f32>().ok().map(|factor| factor <= 0.0)
}

/// 1 for less motion.
#[cfg(any(test, target_os = "macos"))]
fn of_number(answer: &str) -> Option<bool> {
    answer.trim().parse::<u8>().ok().map(|number| number == 1)
}

/// `UserPreferencesMask REG_BINARY 9E3E078012000000`: the second bit of the fifth byte says that windows animate.
#[cfg(any(test, target_os = "windows"))]
fn of_mask(answer: &str) -> Option<bool> {
    let mask = answer.split_whitespace().last().filter(|mask| mask.is_ascii())?;
    let byte = u8::from_str_radix(mask.get(8..10)?, 16).ok()?;
    Some(byte & 0b10 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_says_it_in_its_own_words() {
        assert_eq!(of_portal("v u 1\n"), Some(true));
        assert_eq!(of_portal("v u 0\n"), Some(false));
        assert_eq!(of_portal(""), None);
        assert_eq!(of_animations("false\n"), Some(true));
        assert_eq!(of_animations("true\n"), Some(false));
        assert_eq!(of_animations("No such schema"), None);
        assert_eq!(of_number_zero("0\n"), Some(true));
        assert_eq!(of_number_zero("0.5\n"), Some(false));
        assert_eq!(of_number_zero("\n"), None);
        assert_eq!(of_number("1\n"), Some(true));
        assert_eq!(of_number("0\n"), Some(false));
        let mask = |bytes: &str| of_mask(&format!("\r\n    UserPreferencesMask    REG_BINARY    {bytes}\r\n\r\n"));
        assert_eq!(mask("9E3E078012000000"), Some(false));
        assert_eq!(mask("9012038010000000"), Some(true));
        assert_eq!(mask("9E3E"), None);
        assert_eq!(mask("ünter"), None);
    }

    #[test]
    fn a_tool_that_is_not_there_or_fails_has_no_answer() {
        let runtime = Runtime::new(|| ()).unwrap();
        let ask = |program, arguments| {
            let question = Question { program, arguments, is_still: of_number };
            let (say, hear) = std::sync::mpsc::channel();
            drop(runtime.blocking(move || {
                say.send(answer(&question)).unwrap_or_default();
                Ok(())
            }));
            hear.recv().unwrap()
        };
        assert_eq!(ask("no-such-tool-anywhere", &[]), None);
        #[cfg(unix)]
        assert_eq!(ask("false", &[]), None);
        #[cfg(unix)]
        assert_eq!(ask("echo", &["1"]).as_deref(), Some("1\n"));
    }
}
