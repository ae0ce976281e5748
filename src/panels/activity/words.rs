//! Jobs in words, and which of them are shown. No drawing.

use crate::api::SyncMode;
use crate::error::Error;
use crate::jobs::{Job, Outcome, Request, State, Step, next};
use crate::panels::find::Needle;
use crate::store::file_name;
use crate::ui::format;

/// The chips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    #[default]
    All,
    Running,
    Failed,
    Done,
}

impl Filter {
    pub const ALL: [Self; 4] = [Self::All, Self::Running, Self::Failed, Self::Done];

    pub fn name(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Running => "Running",
            Self::Failed => "Failed",
            Self::Done => "Done",
        }
    }

    pub fn takes(self, job: &Job) -> bool {
        match self {
            Self::All => true,
            Self::Running => job.is_running(),
            Self::Failed => matches!(job.state, State::Failed(_)),
            Self::Done => matches!(job.state, State::Done(_)),
        }
    }
}

/// The jobs a chip and a search leave: those that run, newest first, then the others by their end, latest first.
pub fn in_order<'a>(jobs: &'a [Job], filter: Filter, needle: &Needle) -> Vec<&'a Job> {
    let found = |job: &&Job| filter.takes(job) && (needle.is_empty() || needle.is_in(&searched(job)));
    let mut rows: Vec<&Job> = jobs.iter().filter(found).collect();
    rows.sort_by_key(|job| {
        let at = if job.is_running() { job.created_at } else { job.finished_at.unwrap_or(job.created_at) };
        (!job.is_running(), std::cmp::Reverse(at))
    });
    rows
}

/// Everything about a job that a person may remember.
fn searched(job: &Job) -> String {
    let more = match &job.request {
        Request::Clone(clone) => clone.consent.speaker.clone(),
        Request::Speak(speak) => speak.script.clone(),
        Request::LipSync(sync) => sync.stem.clone(),
    };
    format!("{} {} {} {more}", kind(&job.request), job.request.title(), context(&job.request))
}

/// The kind of a job, for the badge.
pub fn kind(request: &Request) -> &'static str {
    match request {
        Request::Clone(_) => "Clone",
        Request::Speak(_) => "Take",
        Request::LipSync(_) => "Lip sync",
    }
}

/// The second line: what the job works from.
pub fn context(request: &Request) -> String {
    match request {
        Request::Clone(job) => format!("Sample from {}", job.sample.name()),
        Request::Speak(job) => format!("“{}”", beginning(&job.script)),
        Request::LipSync(job) => match job.options.sync_mode {
            Some(mode) => format!("{}, {}", job.model, mode_name(mode)),
            None => job.model.clone(),
        },
    }
}

/// As much of a text as a line can show, its line breaks as spaces.
fn beginning(script: &str) -> String {
    let start: String = script.chars().take(200).collect();
    let cut = if start.len() < script.len() { "…" } else { "" };
    format!("{}{cut}", start.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn mode_name(mode: SyncMode) -> &'static str {
    match mode {
        SyncMode::Bounce => "bounce",
        SyncMode::Loop => "loop",
        SyncMode::CutOff => "cut off",
        SyncMode::Silence => "silence",
        SyncMode::Remap => "remap",
    }
}

/// How far a step has come: "12 of 86 MB" for transfers, "42%" for a lip sync; nothing where nobody knows.
pub fn how_far(step: Step, job: &Job) -> Option<String> {
    let fraction = job.progress.fraction()?;
    match step {
        Step::UploadPicture | Step::UploadAudio | Step::Download => {
            Some(format::size_of(job.progress.done(), job.progress.total()))
        }
        _ => Some(format::percent(fraction)),
    }
}

/// The button that ends a running job, and what must be known before it is pressed.
pub fn stop_words(step: Step, service: &str) -> (&'static str, Option<String>) {
    if !step.runs_remotely() {
        return ("Cancel", None);
    }
    let label = if step == Step::Watch || step == Step::Generate { "Stop watching" } else { "Stop waiting" };
    let tip = format!("{service} can't stop a running job. It may still be charged, and you can watch it again.");
    (label, Some(tip))
}

/// The button that lets a job go on.
pub fn again_words(job: &Job) -> &'static str {
    let stopped = matches!(job.state, State::Stopped);
    if stopped && next(&job.request, &job.checkpoint) == Step::Watch { "Watch again" } else { "Try again" }
}

/// What a finished job made.
pub fn done_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Voice { .. } => "Voice is ready".to_owned(),
        Outcome::Take(take) => match take.file.extension() {
            Some(kind) => format!("Saved as {}", kind.to_string_lossy().to_uppercase()),
            None => "Saved".to_owned(),
        },
        Outcome::Video { file, .. } => format!("Saved as {}", file_name(file)),
    }
}

/// A failure with all that support would ask for.
pub fn details(job: &Job, error: &Error) -> String {
    let mut lines = vec![format!("{}: {}", kind(&job.request), job.request.title()), error.to_string()];
    lines.extend(Some(error.details()).filter(|details| !details.is_empty()));
    lines.extend(job.checkpoint.generation.as_ref().map(|id| format!("Generation {id}")));
    lines.push(format!("Job {}, begun {}", job.id, crate::jobs::stamp(job.created_at)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use time::macros::datetime;

    use super::*;
    use crate::error::Refusal;
    use crate::jobs::{Checkpoint, SpeakJob};
    use crate::progress::Progress;

    fn job(id: &str, state: State, minute: u8) -> Job {
        let created_at = datetime!(2026-11-22 14:00 UTC) + time::Duration::minutes(minute.into());
        let over = !matches!(state, State::Running(_));
        Job {
            id: id.into(),
            request: Request::Speak(SpeakJob {
                voice_id: "v".into(),
                voice_name: "Inês".into(),
                script: "Bom\ndia  a todos".into(),
                stability: 0.5,
                similarity: 0.75,
            }),
            checkpoint: Checkpoint::default(),
            state,
            progress: Progress::default(),
            waiting: None,
            created_at,
            begun_at: created_at,
            finished_at: over.then_some(created_at),
        }
    }

    fn voice() -> State {
        State::Done(Outcome::Voice { id: "v".into(), name: "V".into() })
    }

    fn ids(jobs: &[Job], filter: Filter, typed: &str) -> Vec<String> {
        in_order(jobs, filter, &Needle::new(typed)).into_iter().map(|job| job.id.clone()).collect()
    }

    #[test]
    fn running_jobs_come_first_and_the_rest_by_their_end() {
        let mut late = job("late", voice(), 1);
        late.finished_at = Some(datetime!(2026-11-22 15:00 UTC));
        let jobs = [
            job("old", voice(), 2),
            late,
            job("runs", State::Running(Step::Speak), 0),
            job("failed", State::Failed(Error::Cancelled), 3),
            job("stopped", State::Stopped, 4),
        ];
        assert_eq!(ids(&jobs, Filter::All, ""), ["runs", "late", "stopped", "failed", "old"]);
        assert_eq!(ids(&jobs, Filter::Running, ""), ["runs"]);
        assert_eq!(ids(&jobs, Filter::Failed, ""), ["failed"]);
        assert_eq!(ids(&jobs, Filter::Done, ""), ["late", "old"]);
        assert_eq!(ids(&jobs, Filter::Done, "ines todos").len(), 2, "voice and text are looked at, without accents");
        assert!(ids(&jobs, Filter::All, "keynote").is_empty());
    }

    #[test]
    fn stopping_says_what_it_cannot_do() {
        assert_eq!(stop_words(Step::UploadPicture, "sync.so"), ("Cancel", None));
        let (label, tip) = stop_words(Step::Watch, "The sandbox");
        assert_eq!(label, "Stop watching");
        assert!(tip.unwrap().starts_with("The sandbox can't stop a running job."));
        assert_eq!(stop_words(Step::AskSpeech, "sync.so").0, "Stop waiting");
    }

    #[test]
    fn transfers_count_bytes_and_the_rest_percent() {
        let job = job("a", State::Running(Step::UploadPicture), 0);
        assert_eq!(how_far(Step::UploadPicture, &job), None);
        job.progress.start(86_000_000);
        job.progress.set(12_000_000);
        assert_eq!(how_far(Step::UploadPicture, &job).unwrap(), "12 of 86 MB");
        assert_eq!(how_far(Step::Watch, &job).unwrap(), "13%");
    }

    #[test]
    fn details_name_job_code_and_request() {
        let refusal = Refusal {
            status: 422,
            code: Some("voice_withheld".into()),
            message: "The voice is withheld".into(),
            suggestion: Some("Choose another voice".into()),
            request_id: Some("req_7".into()),
            ..Refusal::default()
        };
        let error = Error::Invalid(Arc::new(refusal));
        let text = details(&job("j1", State::Failed(error.clone()), 0), &error);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Take: Line in the voice of Inês");
        assert_eq!(lines[1], "The voice is withheld. Choose another voice.");
        assert_eq!(lines[2], "Code voice_withheld, status 422, request req_7");
        assert!(lines[3].starts_with("Job j1, begun 2026-11-22T14:00:00"));
    }

    #[test]
    fn what_was_made_is_named() {
        let video = Outcome::Video { file: PathBuf::from("/v/teaser_mara.mp4"), secs: None };
        assert_eq!(done_words(&video), "Saved as teaser_mara.mp4");
        assert_eq!(context(&job("a", voice(), 0).request), "“Bom dia a todos”");
    }
}
