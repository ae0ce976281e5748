//! Work that must not be lost: cloning, speaking, lip sync.
//!
//! A job is a row in the library before its first byte is sent, and its row is written again after every step. At
//! start, open rows go on where they stopped. What comes next is decided by pure functions: [`step::next`] names the
//! step, `after` says what follows from an answer. `work` carries it out in the background and reports through a
//! channel; [`Jobs`] keeps what the panels draw.

mod after;
mod again;
mod at_rest;
mod checkpoint;
mod crashed;
pub mod cuts;
mod forget;
mod gate;
mod job;
#[cfg(test)]
mod model;
mod names;
mod owner;
mod prices;
mod request;
mod rows;
#[cfg(test)]
mod rules;
mod samples;
mod step;
mod turns;
mod work;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

pub use again::beginning_of;
pub use checkpoint::{Checkpoint, Run, Saving, Search, Sending, Speaking, SpokenFile, Transfer};
pub use job::{Job, Outcome, State, Waiting};
pub use request::{CloneJob, LipSyncJob, LocalFile, Origin, Request, SpeakJob, SpokenPart, VoiceTrack, said_of};
pub use rows::{result_files, stamp, unstamp};
pub use step::{Step, next};

use turns::Turns;

use crate::api::Client;
use crate::error::{Error, Result};
use crate::library::Library;
use crate::progress::Progress;
use crate::runtime::{Handle, Task};

/// The library's note of how many runs the plan allows at once.
const LIMIT: &str = "concurrency_limit";

/// The work on a running job, and the way to ask it to stop.
struct Working {
    /// Dropped with the program: the row stays open and the work goes on at the next start.
    task: Task<()>,
    stop: CancellationToken,
    /// Ends a wait early.
    now: Arc<Notify>,
}

/// What the library knows of earlier jobs.
struct Stored {
    jobs: Vec<Job>,
    /// Rows this version cannot read.
    unread: usize,
}

/// What the background tells about a job.
struct Report {
    id: String,
    checkpoint: Checkpoint,
    state: State,
    waiting: Option<Waiting>,
}

/// All jobs of this workspace, newest first, and the work on them.
pub struct Jobs {
    handle: Handle,
    library: Library,
    client: Client,
    list: Vec<Job>,
    working: HashMap<String, Working>,
    reports: UnboundedReceiver<Report>,
    reporter: UnboundedSender<Report>,
    news: Vec<String>,
    shared: Shared,
    loading: Option<Task<Stored>>,
    /// Asks for prices that were not known yet.
    pricing: Option<Task<()>>,
    /// What new clones do with their sample; see [`Jobs::keep_samples`].
    leave_samples: bool,
    /// Open rows are left alone until they are asked for.
    rests: bool,
}

/// What the jobs have in common.
#[derive(Default)]
struct Shared {
    turns: Turns,
    gate: gate::Gate,
    uploads: work::Uploads,
    /// One for each job: its row and its charge are written one after the other, and not after it is forgotten.
    writings: HashMap<String, work::Writing>,
}

impl Jobs {
    /// Reads the rows in the background; open ones go on by themselves once they are read.
    pub fn new(handle: Handle, library: Library, client: Client) -> Self {
        let (reporter, reports) = unbounded_channel();
        let shared = Shared::default();
        let (source, learned) = (library.clone(), shared.turns.clone());
        let start = SystemTime::now();
        let loading = handle.blocking(move || {
            if let Some(limit) = source.note(LIMIT)?.and_then(|limit| limit.parse().ok()) {
                learned.learn(limit);
            }
            source.release_orphans()?;
            let rows = source.jobs()?;
            let jobs: Vec<Job> = rows.iter().filter_map(rows::from_row).collect();
            let unread = rows.len() - jobs.len();
            if unread == 0 {
                cuts::sweep(&cuts::folder(&source), &jobs, start);
            }
            Ok(Stored { jobs, unread })
        });
        Self {
            handle,
            library,
            client,
            list: Vec::new(),
            working: HashMap::new(),
            reports,
            reporter,
            news: Vec::new(),
            shared,
            loading: Some(loading),
            pricing: None,
            leave_samples: false,
            rests: false,
        }
    }

    /// Whether a clone begun from now on keeps a copy of its sample on this computer.
    pub fn keep_samples(&mut self, keep: bool) {
        self.leave_samples = !keep;
    }

    /// Takes in what happened since the last frame. Once per frame, before the panels.
    ///
    /// # Errors
    /// Once, when earlier jobs, or some of them, could not be read.
    pub fn poll(&mut self) -> Result<()> {
        self.news.clear();
        self.take_reports();
        self.take_crashed();
        let Some(stored) = self.loading.as_mut().and_then(Task::take) else { return Ok(()) };
        self.loading = None;
        let Stored { jobs, unread } = stored?;
        self.resume(jobs);
        // A command ends before the answers are here.
        if !self.rests {
            self.ask_prices();
        }
        if unread > 0 { Err(unreadable(unread)) } else { Ok(()) }
    }

    fn take_reports(&mut self) {
        while let Ok(report) = self.reports.try_recv() {
            self.take_in(report);
        }
    }

    /// Writes the row of a job nobody works on.
    fn write(&mut self, id: &str) {
        let writing = self.writing(id);
        let Some(job) = self.get(id) else { return };
        let (row, library) = (rows::to_row(job), self.library.clone());
        let written = self.handle.blocking(move || {
            let forgotten = writing.blocking_lock();
            if *forgotten { Ok(()) } else { library.put_job(&row?) }
        });
        // The list has it already; a row that stays behind goes on from an earlier step at the next start.
        drop(written);
    }

    fn writing(&mut self, id: &str) -> work::Writing {
        self.shared.writings.entry(id.to_owned()).or_default().clone()
    }

    fn take_in(&mut self, report: Report) {
        let Some(job) = self.list.iter_mut().find(|job| job.id == report.id) else { return };
        job.checkpoint = report.checkpoint;
        job.state = report.state;
        job.waiting = report.waiting;
        if !job.is_running() {
            job.finished_at = Some(OffsetDateTime::now_utc());
            self.working.remove(&report.id);
            self.news.push(report.id);
        }
    }

    /// Starts a job and gives its id. Asking for a lip sync that is under way already, or was only left off being
    /// watched or may have begun, leads to that one: it would be paid for twice.
    pub fn start(&mut self, request: Request) -> String {
        self.start_from(request, Checkpoint::default())
    }

    fn start_from(&mut self, request: Request, checkpoint: Checkpoint) -> String {
        if let Some(id) = self.under_way_like(&request).map(|job| job.id.clone()) {
            self.retry(&id);
            return id;
        }
        self.begin(request, checkpoint)
    }

    fn begin(&mut self, request: Request, mut checkpoint: Checkpoint) -> String {
        checkpoint.saving.leave_sample = self.leave_samples;
        let id = uuid::Uuid::new_v4().to_string();
        let now = OffsetDateTime::now_utc();
        let state = State::Running(next(&request, &checkpoint));
        let job = Job {
            id: id.clone(),
            request,
            checkpoint: Checkpoint { begun_at: Some(now), ..checkpoint },
            state,
            progress: Progress::default(),
            waiting: None,
            created_at: now,
            begun_at: now,
            finished_at: None,
        };
        tracing::info!(job = %id, kind = kind(&job.request), "job started");
        self.list.insert(0, job);
        self.run(&id);
        id
    }

    /// Lets a stopped or failed job go on from where it came to. What is done is not done again.
    pub fn retry(&mut self, id: &str) {
        let Some(job) = self.list.iter_mut().find(|job| job.id == id && !job.is_running()) else { return };
        if matches!(job.state, State::Done(_)) {
            return;
        }
        // A run that ended badly at the service stays ended: a new one is needed, under a new ticket. It takes the
        // uploads along, and is the one that later tries are about.
        if job.checkpoint.run.ended {
            self.start_anew(id);
            return;
        }
        job.checkpoint.try_again();
        job.state = State::Running(next(&job.request, &job.checkpoint));
        job.begun_at = OffsetDateTime::now_utc();
        job.checkpoint.begun_at = Some(job.begun_at);
        job.finished_at = None;
        self.run(id);
    }

    /// Tries again to save the result of a lip sync, into another folder. What has arrived is taken there.
    pub fn save_elsewhere(&mut self, id: &str, folder: PathBuf) {
        if let Some(job) = self.list.iter_mut().find(|job| job.id == id && !job.is_running()) {
            let saving = &mut job.checkpoint.saving;
            (saving.folder, saving.name) = (Some(folder), None);
            self.retry(id);
        }
    }

    fn start_anew(&mut self, id: &str) {
        let Some(job) = self.get(id) else { return };
        if let Some(newer) = job.checkpoint.run.superseded.clone().filter(|newer| self.get(newer).is_some()) {
            self.retry(&newer);
            return;
        }
        let (request, done) = (job.request.clone(), job.checkpoint.clone());
        let saving = Saving { flow: done.saving.flow, ..Saving::default() };
        let run = Run { voice_hash: done.run.voice_hash, ..Run::default() };
        let (picture, audio, sample_hash) = (done.picture, done.audio, done.sample_hash);
        let kept = Checkpoint { picture, audio, sample_hash, run, saving, ..Checkpoint::default() };
        let newer = self.begin(request, kept);
        let Some(job) = self.list.iter_mut().find(|job| job.id == id) else { return };
        job.checkpoint.run.superseded = Some(newer);
        self.write(id);
    }

    /// Stops work on a job here. What the service has begun goes on there. The work itself writes down how far it
    /// came, so a request that has just gone out is remembered as sent.
    pub fn stop(&mut self, id: &str) {
        if let Some(working) = self.working.get(id) {
            working.stop.cancel();
        }
    }

    /// Ends the wait of a job: what did not get through is tried at once.
    pub fn try_now(&self, id: &str) {
        if let Some(working) = self.working.get(id) {
            working.now.notify_one();
        }
    }

    /// Ends every wait for another try, as when the computer is online again. The line under the plan's limit stays.
    pub fn try_all_now(&self) {
        let again = |job: &&Job| matches!(job.waiting, Some(Waiting::Again { .. }));
        self.list.iter().filter(again).for_each(|job| self.try_now(&job.id));
    }

    fn run(&mut self, id: &str) {
        let writing = self.writing(id);
        let Some(job) = self.list.iter().find(|job| job.id == id) else { return };
        let stop = CancellationToken::new();
        let worker = work::Worker {
            client: self.client.clone(),
            library: self.library.clone(),
            reporter: self.reporter.clone(),
            handle: self.handle.clone(),
            job: job.clone(),
            turns: self.shared.turns.clone(),
            gate: self.shared.gate.clone(),
            uploads: self.shared.uploads.share(),
            writing,
            now: Arc::default(),
            place: None,
            pushed_in: false,
            recorded: None,
        };
        let now = worker.now.clone();
        let task = self.handle.spawn(worker.run(stop.clone()));
        self.working.insert(id.to_owned(), Working { task, stop, now });
    }

    /// All jobs, newest first.
    pub fn all(&self) -> &[Job] {
        &self.list
    }

    /// One job.
    pub fn get(&self, id: &str) -> Option<&Job> {
        self.list.iter().find(|job| job.id == id)
    }

    /// Jobs that ended since the last frame, well or badly.
    pub fn news(&self) -> impl Iterator<Item = &Job> {
        self.news.iter().filter_map(|id| self.get(id))
    }

    /// How many are under way.
    pub fn running(&self) -> usize {
        self.list.iter().filter(|job| job.is_running()).count()
    }

    /// How many are not over: they go on at the next start when the program ends now.
    pub fn open(&self) -> usize {
        self.running()
    }

    /// Of the open ones, those the service works on by now: they go on there when the program ends.
    pub fn remote(&self) -> usize {
        self.list.iter().filter(|job| job.is_remote()).count()
    }
}

/// Whether a job that nobody watches has, or may have, a run at the service: it can be watched again.
fn may_run_unseen(job: &Job) -> bool {
    let (done, over) = (&job.checkpoint, matches!(job.state, State::Done(_)));
    let begun = done.generation.is_some() || done.sending.sent;
    matches!(job.request, Request::LipSync(_))
        && !job.is_running()
        && !over
        && begun
        && !done.run.ended
        && !done.run.is_unknown()
}

fn unreadable(rows: usize) -> Error {
    let (jobs, are) = if rows == 1 { ("One earlier job", "is") } else { ("Some earlier jobs", "are") };
    Error::Input(format!(
        "{jobs} can't be read by this version of Mouthpiece and {are} not in the list. Nothing was deleted: a newer \
         version may read it. What was begun at the service goes on there; look there before you run it again."
    ))
}

fn kind(request: &Request) -> &'static str {
    match request {
        Request::Clone(_) => "clone",
        Request::Speak(_) => "speak",
        Request::LipSync(_) => "lip sync",
    }
}
