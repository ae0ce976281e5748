//! What support may want to know: numbers, versions and codes, and nothing that tells whose they are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Cx;
use super::tools::{Place, Tool};
use crate::jobs::{Job, Request, State};
use crate::settings::Theme;

/// Failures that are listed.
const MOST: usize = 20;

/// The report.
pub(super) fn report(cx: &Cx<'_>, tools: &[Tool]) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| writeln!(text, "{name}: {value}").unwrap_or_default();
    line("Mouthpiece", env!("CARGO_PKG_VERSION").to_owned());
    line("System", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
    line("Workspace", if cx.store.is_sandbox { "sandbox" } else { "account" }.to_owned());
    for tool in tools {
        let found = match tool.place {
            Place::At(_) => "there, version not said",
            Place::Unseen(_) => "the system's",
            Place::Spared(_) | Place::Missing(_) => "not found",
        };
        line(tool.name, tool.version.clone().unwrap_or_else(|| found.to_owned()));
    }
    let look = cx.settings.look;
    let theme = match look.theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    line("Looks", format!("{theme}, {:.0}%, reduced motion {}", look.scale * 100.0, yes(look.reduce_motion)));
    let own = |chosen: bool| if chosen { "chosen" } else { "the system's" };
    line("Speakers", own(cx.settings.sound.speakers.is_some()).to_owned());
    line("Microphone", own(cx.settings.sound.microphone.is_some()).to_owned());
    line("Samples kept", yes(cx.settings.keep_samples).to_owned());
    let voices = cx.store.voices.value().map_or_else(|| "not known".to_owned(), |voices| voices.len().to_string());
    line("Voices", voices);
    line("Clones made here", cx.store.clones.len().to_string());
    line("Takes", cx.store.takes.len().to_string());
    line("Jobs", states(cx.jobs.all()));
    for job in cx.jobs.all().iter().filter(|job| matches!(job.state, State::Failed(_))).take(MOST) {
        line("Failed", failure(job));
    }
    text
}

fn yes(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

/// How many jobs stand how.
fn states(jobs: &[Job]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for job in jobs {
        let state = match &job.state {
            State::Running(_) if job.waiting.is_some() => "waiting",
            State::Running(_) => "running",
            State::Done(_) => "done",
            State::Failed(_) => "failed",
            State::Stopped => "stopped",
        };
        *counts.entry(state).or_default() += 1;
    }
    let counts: Vec<String> = counts.into_iter().map(|(state, count)| format!("{count} {state}")).collect();
    if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
}

/// Kind, day, code and request id of a failure; its sentence may hold names and paths.
fn failure(job: &Job) -> String {
    let kind = match &job.request {
        Request::Clone(_) => "clone",
        Request::Speak(_) => "take",
        Request::LipSync(_) => "lip sync",
    };
    let State::Failed(error) = &job.state else { return kind.to_owned() };
    let code = error.code().map_or_else(|| error.kind().to_owned(), str::to_owned);
    let details = error.details();
    let request = details.split("request ").nth(1).and_then(|rest| rest.split_whitespace().next());
    let request = request.map_or_else(String::new, |id| format!(", request {id}"));
    let generation = job.checkpoint.generation.as_ref().map_or_else(String::new, |id| format!(", generation {id}"));
    format!("{kind} on {}, {code}{request}{generation}", job.created_at.date())
}
