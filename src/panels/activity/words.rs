//! Jobs in words, and which of them are shown. No drawing.

use super::entry::{Entry, Part};
use super::named;
use crate::api::SyncMode;
use crate::compose;
use crate::error::Error;
use crate::find::{Folded, Needle};
use crate::jobs::{Job, Outcome, Request, State, Step, Waiting, next};
use crate::script::pauses;
use crate::store::Store;
use crate::ui::format;

/// The chips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Filter {
    #[default]
    All,
    Running,
    Waiting,
    Failed,
    Done,
}

impl Filter {
    pub const ALL: [Self; 5] = [Self::All, Self::Running, Self::Waiting, Self::Failed, Self::Done];

    pub fn name(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Running => "Running",
            Self::Waiting => "Waiting",
            Self::Failed => "Failed",
            Self::Done => "Done",
        }
    }

    pub fn takes(self, entry: Entry<'_>) -> bool {
        let job = entry.job;
        match self {
            Self::All => true,
            _ if entry.part == Part::Upload => self == Self::Done,
            Self::Running => job.is_running() && job.waiting.is_none(),
            Self::Waiting => job.is_running() && job.waiting.is_some(),
            Self::Failed => matches!(job.state, State::Failed(_)),
            Self::Done => matches!(job.state, State::Done(_)),
        }
    }
}

/// A row by where its job stands among all jobs.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    pub job: usize,
    pub part: Part,
    /// Its place among what [`folded`] makes.
    words: usize,
}

impl Spot {
    pub fn entry<'a>(&self, jobs: &'a [Job]) -> Option<Entry<'a>> {
        Some(Entry { job: jobs.get(self.job)?, part: self.part })
    }
}

/// All rows in order: those that run, those that wait, those that failed, and the others; among their like the latest
/// first.
pub fn in_order(jobs: &[Job]) -> Vec<Spot> {
    let rows = jobs.iter().enumerate().flat_map(|(at, job)| Entry::of(job).map(move |entry| (at, entry)));
    let mut rows: Vec<(Spot, Entry<'_>)> =
        rows.enumerate().map(|(words, (job, entry))| (Spot { job, part: entry.part, words }, entry)).collect();
    rows.sort_by_cached_key(|(_, entry)| {
        let at = entry.ended_at().unwrap_or(entry.job.created_at);
        // The one that waits longest is the next.
        let at = if rank(*entry) == WAITS { at.unix_timestamp_nanos() } else { -at.unix_timestamp_nanos() };
        (rank(*entry), at)
    });
    rows.into_iter().map(|(spot, _)| spot).collect()
}

/// The rows a chip and a search leave of all in order.
pub fn found(jobs: &[Job], order: &[Spot], filter: Filter, needle: &Needle, words: &[Folded]) -> Vec<Spot> {
    let is_it = |spot: &Spot| words.get(spot.words).is_some_and(|words| needle.is_in_folded(words));
    let fits = |spot: &&Spot| {
        let takes = filter == Filter::All || spot.entry(jobs).is_some_and(|entry| filter.takes(entry));
        takes && (needle.is_empty() || is_it(spot))
    };
    order.iter().filter(fits).copied().collect()
}

/// Everything that is searched, for each row of each job: to be made once and kept, there may be thousands.
pub fn folded(store: &Store, jobs: &[Job]) -> Vec<Folded> {
    jobs.iter().flat_map(Entry::of).map(|entry| Folded::new([searched(store, entry).as_str()])).collect()
}

/// The rank of jobs that wait.
const WAITS: u8 = 1;

/// Which rows come before which.
pub fn rank(entry: Entry<'_>) -> u8 {
    match &entry.job.state {
        _ if entry.part == Part::Upload => 3,
        State::Running(_) if entry.job.waiting.is_none() => 0,
        State::Running(_) => WAITS,
        State::Failed(_) => 2,
        State::Done(_) | State::Stopped => 3,
    }
}

/// What a job that waits for its turn waits for: the lip sync above it in the list, or the one that runs.
pub fn turn_words(store: &Store, job: &Job, above: Option<&Job>, jobs: &[Job]) -> String {
    let ahead = |other: &&Job| {
        let one_of_ours = matches!(other.request, Request::LipSync(_)) && other.id != job.id && other.is_running();
        let in_line = matches!(other.waiting, Some(Waiting::Turn)) && other.created_at < job.created_at;
        one_of_ours && (other.waiting.is_none() || in_line)
    };
    if above.is_some_and(|above| ahead(&above)) {
        return "Waits for the job above".to_owned();
    }
    match jobs.iter().find(ahead) {
        Some(other) => format!("Waits for {}", named::title(store, other)),
        None => "Next in line".to_owned(),
    }
}

/// Why a job failed, in as few words as its line has room for.
pub fn failed_words(error: &Error) -> String {
    let code = error.code().unwrap_or_default();
    let why = match error {
        _ if code.contains("face") => "no usable face",
        _ if code.contains("withheld") || code.contains("verif") => "voice withheld",
        Error::Offline { .. } => "not reached",
        Error::Unauthorized(_) => "key refused",
        Error::Billing(_) => "billing",
        Error::SlotsFull(_) => "no free slot",
        Error::NotFound(_) => "not found",
        Error::RateLimited(_) | Error::Busy(_) => "too busy",
        Error::Provider(_) => "voice service out",
        Error::Server(_) => "service problem",
        Error::Unreadable { .. } => "answer unreadable",
        Error::File { .. } => "not saved",
        Error::Media(_) => "file not usable",
        Error::OverLimit(_) => "over your limit",
        _ => return "Failed".to_owned(),
    };
    format!("Failed: {why}")
}

/// Everything a screen reader says of a row.
pub fn row_words(kind: &str, title: &str, context: &str, state: &str, act: Option<&str>) -> String {
    let act = act.map(|act| format!(" Enter: {act}.")).unwrap_or_default();
    format!("{kind}, {title}, {context}. {state}.{act}")
}

/// Everything about a job that a person may remember.
fn searched(store: &Store, entry: Entry<'_>) -> String {
    let job = entry.job;
    let more = match &job.request {
        Request::Clone(clone) => clone.consent.speaker.clone(),
        Request::Speak(speak) => speak.script.clone(),
        Request::LipSync(sync) => sync.stem.clone(),
    };
    let (title, about) = (named::title(store, job), named::context(store, entry));
    format!("{} {} {title} {about} {} {more}", kind(&job.request), entry.kind(store.is_sandbox), job.request.title())
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
        Request::Clone(job) => format!("Sample from {}", job.sample_name()),
        Request::Speak(job) => format!("“{}”", beginning(&pauses::readable(&job.script))),
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

/// How a failed job whose answer never came is called: it may have been carried out.
pub fn is_lost(job: &Job) -> bool {
    match &job.state {
        State::Failed(Error::Lost { .. }) => true,
        State::Failed(_) => matches!(next(&job.request, &job.checkpoint), Step::SpeechLost | Step::FindClone),
        _ => false,
    }
}

/// How long a job of this kind usually takes: the published time, or, once five of one's own have run, the middle
/// half of those.
pub fn usual(job: &Job, jobs: &[Job]) -> Option<String> {
    let like = |other: &&Job| match (&job.request, &other.request) {
        (Request::LipSync(one), Request::LipSync(other)) => one.model == other.model,
        (Request::Clone(_), Request::Clone(_)) | (Request::Speak(_), Request::Speak(_)) => true,
        _ => false,
    };
    let took = |done: &Job| std::time::Duration::try_from(done.finished_at? - done.begun_at).ok();
    let done = jobs.iter().filter(like).filter(|done| matches!(done.state, State::Done(_)));
    let mut own: Vec<_> = done.filter_map(took).collect();
    if own.len() >= 5 {
        own.sort_unstable();
        return Some(format::range(own[own.len() / 4], own[own.len() * 3 / 4]));
    }
    match &job.request {
        Request::LipSync(sync) => {
            let secs = sync.estimate_usd.zip(compose::rate(&sync.model)).map(|(usd, rate)| usd / rate);
            // What costs nothing does not tell how long it is.
            compose::usual_time(&sync.model, secs.filter(|secs| *secs > 0.0)?).map(str::to_owned)
        }
        Request::Speak(_) => Some("4 to 12 s".to_owned()),
        Request::Clone(_) => None,
    }
}

/// Whether all that is left to do is to save the result, and that failed: another folder may take it.
pub fn can_save_elsewhere(job: &Job) -> bool {
    let failed = matches!(job.state, State::Failed(_)) && matches!(job.request, Request::LipSync(_));
    failed && next(&job.request, &job.checkpoint) == Step::Download
}

/// The button that lets a job go on.
pub fn again_words(job: &Job) -> &'static str {
    let stopped = matches!(job.state, State::Stopped);
    match &job.request {
        _ if stopped && next(&job.request, &job.checkpoint) == Step::Watch => "Watch again",
        Request::Speak(_) if is_lost(job) => "Speak again",
        _ => "Try again",
    }
}

/// What a finished job made.
pub fn done_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Voice { .. } => "Voice is ready".to_owned(),
        Outcome::Take(take) => match take.file.extension() {
            Some(kind) => format!("Saved as {}", kind.to_string_lossy().to_uppercase()),
            None => "Saved".to_owned(),
        },
        Outcome::Video { .. } => "Saved and checked".to_owned(),
    }
}

#[cfg(test)]
pub mod tests {
    use std::path::PathBuf;

    use time::macros::datetime;

    use super::*;
    use crate::jobs::{Checkpoint, SpeakJob, Waiting};
    use crate::progress::Progress;

    pub fn job(id: &str, state: State, minute: u8) -> Job {
        let created_at = datetime!(2026-11-22 14:00 UTC) + time::Duration::minutes(minute.into());
        let over = !matches!(state, State::Running(_));
        Job {
            id: id.into(),
            request: Request::Speak(SpeakJob {
                line_id: None,
                parts: Vec::new(),
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

    /// A lip sync of "teaser.mp4".
    pub fn synced(id: &str, state: State) -> Job {
        let target = crate::jobs::LocalFile {
            path: PathBuf::from("/v/teaser.mp4"),
            content_type: "video/mp4".into(),
            kind: crate::api::AssetKind::Video,
            size: None,
        };
        let voice =
            crate::jobs::VoiceTrack::Take { id: "t".into(), label: "Ana, take 1".into(), url: "http://x/t".into() };
        let request = Request::LipSync(crate::jobs::LipSyncJob {
            target,
            voice,
            model: "lipsync-2".into(),
            options: crate::api::Options::default(),
            folder: PathBuf::new(),
            stem: "teaser_ana_t1".into(),
            estimate_usd: None,
            match_loudness: false,
            is_trial: false,
        });
        Job { request, ..job(id, state, 0) }
    }

    fn voice() -> State {
        State::Done(Outcome::Voice { id: "v".into(), name: "V".into() })
    }

    fn ids(jobs: &[Job], filter: Filter, typed: &str) -> Vec<String> {
        let store = Store::new("x".into(), true);
        let words = folded(&store, jobs);
        let rows = found(jobs, &in_order(jobs), filter, &Needle::new(typed), &words);
        rows.iter().map(|spot| jobs[spot.job].id.clone()).collect()
    }

    #[test]
    fn running_jobs_come_first_and_the_rest_by_their_end() {
        let mut late = job("late", voice(), 1);
        late.finished_at = Some(datetime!(2026-11-22 15:00 UTC));
        let mut waits = job("waits", State::Running(Step::Speak), 9);
        waits.waiting = Some(Waiting::Turn);
        let jobs = [
            job("old", voice(), 2),
            late,
            job("runs", State::Running(Step::Speak), 0),
            job("failed", State::Failed(Error::Cancelled), 3),
            job("stopped", State::Stopped, 4),
            waits,
        ];
        assert_eq!(ids(&jobs, Filter::All, ""), ["runs", "waits", "failed", "late", "stopped", "old"]);
        assert_eq!(ids(&jobs, Filter::Running, ""), ["runs"]);
        assert_eq!(ids(&jobs, Filter::Waiting, ""), ["waits"]);
        assert_eq!(ids(&jobs, Filter::Failed, ""), ["failed"]);
        assert_eq!(ids(&jobs, Filter::Done, ""), ["late", "old"]);
        assert_eq!(ids(&jobs, Filter::Done, "ines todos").len(), 2, "voice and text are looked at, without accents");
        assert!(ids(&jobs, Filter::All, "keynote").is_empty());
    }

    #[test]
    fn what_was_made_is_named() {
        let video = Outcome::Video { file: PathBuf::from("/v/teaser_mara.mp4"), secs: None };
        assert_eq!(done_words(&video), "Saved and checked");
        assert_eq!(context(&job("a", voice(), 0).request), "“Bom dia a todos”");
    }
}
