//! Carrying out a job, step by step, in the background.
//!
//! The loop here does what [`after`] says, writes down what it must, and waits in sight. `ask` talks to the service,
//! `save` brings files here,
//! `finish` keeps what was made, `money` keeps the books.

mod ask;
mod finish;
mod money;
mod save;
mod uploads;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use time::OffsetDateTime;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use super::after::{Try, Verdict, after, before};
use super::checkpoint::{Checkpoint, Transfer};
use super::gate::Gate;
use super::request::Request;
use super::rows::to_row;
use super::step::{Step, Tries, next};
use super::turns::{Place, Turns};
use super::{Job, LIMIT, Outcome, Report, State, Waiting};
use crate::api::Client;
use crate::error::{Error, Result};
use crate::library::Library;
use crate::progress::Progress;
use crate::runtime::{Handle, blocking};
pub(super) use money::may_be_bought;
pub(super) use uploads::Uploads;

/// Held while a job's row is written, so that one write follows the other; `true` once the job is forgotten and must
/// not be written again.
pub(super) type Writing = Arc<Mutex<bool>>;

pub(super) struct Worker {
    pub client: Client,
    pub library: Library,
    pub reporter: UnboundedSender<Report>,
    pub handle: Handle,
    pub turns: Turns,
    pub gate: Gate,
    pub job: Job,
    pub writing: Writing,
    /// Ends a wait early.
    pub now: Arc<Notify>,
    /// The run's place under the plan's limit.
    pub place: Option<Place>,
    /// The user did not want to wait for it.
    pub pushed_in: bool,
    pub uploads: Uploads,
    /// What the row says.
    pub recorded: Option<Checkpoint>,
}

impl Worker {
    /// Works until the job is over or stopped; its end is in its row and in the last report.
    pub async fn run(mut self, stop: CancellationToken) -> Result<()> {
        let ended = tokio::select! {
            ended = self.steps() => Some(ended),
            () = stop.cancelled() => None,
        };
        self.place = None;
        self.job.state = match ended {
            Some(Ok(outcome)) => State::Done(outcome),
            Some(Err(error)) => State::Failed(error),
            None => State::Stopped,
        };
        self.job.waiting = None;
        self.job.finished_at = Some(OffsetDateTime::now_utc());
        let code = if let State::Failed(error) = &self.job.state { error.code() } else { None };
        tracing::info!(job = %self.job.id, done = matches!(self.job.state, State::Done(_)), code, "job over");
        if let Err(error) = self.give_back().await.and(self.record().await) {
            self.job.state = State::Failed(error);
        }
        self.report();
        Ok(())
    }

    async fn steps(&mut self) -> Result<Outcome> {
        self.check_consent()?;
        // Before the first byte leaves.
        self.record().await?;
        if !self.may_be_bought() {
            self.reserve().await?;
        }
        let (mut step, mut tries, mut since) = (None, Tries::default(), Instant::now());
        loop {
            let now = next(&self.job.request, &self.job.checkpoint);
            if now == Step::Finish {
                if self.has_its_file().await {
                    return self.finish().await;
                }
                self.job.checkpoint.file = None;
                continue;
            }
            if step != Some(now) {
                self.job.progress.start(0);
                since = Instant::now();
            }
            step = Some(now);
            let attempt = tries.begin(now);
            self.show(now, None);
            let this = Try { attempt, jitter: jitter(), watched: since.elapsed() };
            let verdict = self.take(now, this).await?;
            if matches!(verdict, Verdict::On | Verdict::Pause(_) | Verdict::Watch(_)) {
                tries.got_on();
            }
            self.wait(now, verdict, attempt).await?;
        }
    }

    /// Carries out one step and takes in what came of it.
    async fn take(&mut self, step: Step, this: Try) -> Result<Verdict> {
        self.take_place(step).await;
        self.prepare(step).await?;
        let began = Instant::now();
        let answer = self.ask(step).await;
        let error = answer.as_ref().err().cloned();
        if let Some(error) = &error {
            tracing::info!(job = %self.job.id, ?step, kind = error.kind(), code = error.code(), "a step failed");
            self.learn(step, error).await?;
        }
        let verdict = after(&self.job.request, &mut self.job.checkpoint, step, answer, this);
        if error.is_none() && step == Step::UploadPicture {
            self.note_upload(this.watched + began.elapsed());
        }
        if error.is_some() {
            self.release(step).await?;
        } else if step == Step::Generate && std::mem::take(&mut self.pushed_in) && self.turns.outgrown() {
            self.note_limit("").await?;
        }
        if self.job.checkpoint.run.completed || self.job.checkpoint.run.ended {
            self.place = None;
        }
        if self.job.checkpoint.run.ended {
            self.settle_ended().await?;
        }
        if self.recorded.as_ref() != Some(&self.job.checkpoint) {
            self.record().await?;
        }
        Ok(verdict)
    }

    /// Notes that a file was sent. One that lies at the service already was not.
    fn note_upload(&mut self, span: Duration) {
        let bytes = self.job.progress.done();
        if bytes > 0 {
            let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
            self.job.checkpoint.saving.uploaded = Some(Transfer { at: OffsetDateTime::now_utc(), millis, bytes });
        }
    }

    /// Sets the money aside and writes down what is about to be sent.
    async fn prepare(&mut self, step: Step) -> Result<()> {
        if step == Step::Name {
            return self.choose_name().await;
        }
        if !step.is_bought() {
            return Ok(());
        }
        // Under the same ticket it is the same purchase.
        if !(step.has_ticket() && self.job.checkpoint.sending.sent) {
            self.spend().await?;
        }
        let gate = self.gate.clone();
        let passed = gate.pass(|| {
            before(&self.job.request, &mut self.job.checkpoint, step);
            self.report();
        });
        if !passed {
            // The program ends; the row says that nothing went out.
            std::future::pending::<()>().await;
        }
        self.record().await
    }

    /// Does what a verdict says, in sight.
    async fn wait(&mut self, step: Step, verdict: Verdict, attempt: u32) -> Result<()> {
        match verdict {
            Verdict::On => {}
            Verdict::Pause(wait) => drop(self.pause(wait).await),
            Verdict::Watch(wait) => self.watch(wait).await,
            Verdict::Again(wait, error) => {
                let at = OffsetDateTime::now_utc() + wait;
                self.show(step, Some(Waiting::Again { error, at, attempt }));
                self.pause(wait).await;
            }
            Verdict::Turn(least, most) => {
                self.show(step, Some(Waiting::Turn));
                self.no_room(least, most).await;
            }
            Verdict::Fail(error) => return Err(error),
        }
        Ok(())
    }

    /// Waits, unless the user wants it now. Whether he did.
    async fn pause(&self, wait: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(wait) => false,
            () = self.now.notified() => true,
        }
    }

    /// After a refusal for want of room: back into the line when more runs are under way here than the plan allows;
    /// else others have the room, and it is asked for again when one ends here, or after the longer wait.
    async fn no_room(&mut self, least: Duration, most: Duration) {
        let Some(place) = self.place.take() else { return };
        if place.step_back() {
            if self.pause(least).await {
                place.push_in();
                self.pushed_in = true;
            }
        } else {
            tokio::select! {
                _ = self.pause(most) => {}
                ((), ()) = futures_util::future::join(tokio::time::sleep(least), place.freed()) => {}
            }
        }
        self.place = Some(place);
    }

    /// Waits like [`Self::pause`], and lets the service cut it short when the run ends.
    async fn watch(&self, wait: Duration) {
        let began = Instant::now();
        let id = self.job.checkpoint.generation.clone().unwrap_or_default();
        let secs = u8::try_from(wait.as_secs()).unwrap_or(u8::MAX);
        let ended = async {
            let asked = match self.client.generation_wait(&id, secs).await {
                Ok(watched) if watched.generation.status.is_over() => None,
                Ok(watched) => Some(watched.ask_after.unwrap_or_default()),
                Err(error) => error.refusal().and_then(|refusal| refusal.retry_after).or(Some(Duration::ZERO)),
            };
            // Whatever it says, not in the same second.
            let wait = if asked.is_some() { wait } else { Duration::from_secs(1) };
            let rest = wait.saturating_sub(began.elapsed());
            tokio::time::sleep(rest.max(asked.unwrap_or_default())).await;
        };
        tokio::select! {
            () = ended => {}
            () = self.now.notified() => {}
        }
    }

    /// Gets in line before a run is sent. One that is at the service has its place already.
    async fn take_place(&mut self, step: Step) {
        let id = self.job.id.clone();
        match step {
            Step::Watch if self.place.is_none() => self.place = Some(self.turns.enter(&id)),
            Step::Generate if self.place.as_ref().is_none_or(|place| !place.is_in()) => {
                let place = self.place.take().unwrap_or_else(|| self.turns.stand(&id));
                if place.admitted().now_or_never().is_none() {
                    self.show(step, Some(Waiting::Turn));
                    tokio::select! {
                        () = place.admitted() => {}
                        () = self.now.notified() => {
                            place.push_in();
                            self.pushed_in = true;
                        }
                    }
                    self.show(step, None);
                }
                self.place = Some(place);
            }
            _ => {}
        }
    }

    /// Keeps what a refusal tells about the account.
    async fn learn(&self, step: Step, error: &Error) -> Result<()> {
        if let (Step::Generate, Error::Busy(refusal)) = (step, error)
            && let Some(limit) = refusal.concurrency_limit
        {
            self.turns.learn(limit as usize);
            self.note_limit(&limit.to_string()).await?;
        }
        if error.code() == Some("asset_not_found") {
            let (picture, audio) = (self.job.checkpoint.picture.clone(), self.job.checkpoint.audio.clone());
            let library = self.library.clone();
            blocking(move || picture.iter().chain(&audio).try_for_each(|asset| library.forget_asset(&asset.id)))
                .await?;
        }
        Ok(())
    }

    async fn note_limit(&self, limit: &str) -> Result<()> {
        let (library, limit) = (self.library.clone(), limit.to_owned());
        blocking(move || library.put_note(LIMIT, &limit)).await
    }

    /// A clone is refused here too, whatever a screen allowed.
    fn check_consent(&self) -> Result<()> {
        // One that was sent by an older version is still brought to its end.
        let is_new = !self.may_be_bought();
        match &self.job.request {
            Request::Clone(job) if !job.consent.is_given() || (is_new && !job.consent.says_who()) => Err(Error::Input(
                "This voice was not cloned, because it is not recorded whose voice it is and how the speaker gave \
                 permission. Fill that in on the clone page, then clone again."
                    .to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// Whether what was saved is still there; a clone saves nothing.
    async fn has_its_file(&self) -> bool {
        match &self.job.checkpoint.file {
            Some(file) => tokio::fs::try_exists(file).await.unwrap_or(true),
            None => true,
        }
    }

    /// Writes the job's row; returns once it is on disk.
    async fn record(&mut self) -> Result<()> {
        let turn = self.writing.clone().lock_owned().await;
        let (library, row) = (self.library.clone(), to_row(&self.job)?);
        let written = blocking(move || if *turn { Err(Error::Cancelled) } else { library.put_job(&row) });
        written.await?;
        self.recorded = Some(self.job.checkpoint.clone());
        Ok(())
    }

    fn show(&mut self, step: Step, waiting: Option<Waiting>) {
        if waiting.is_some() {
            // What was asked for before this wait is not about it.
            self.now.notified().now_or_never();
        }
        (self.job.state, self.job.waiting) = (State::Running(step), waiting);
        self.report();
    }

    /// Sends the panels a snapshot. Nobody listening means the window is closing.
    fn report(&self) {
        let Job { id, checkpoint, state, waiting, .. } = self.job.clone();
        self.reporter.send(Report { id, checkpoint, state, waiting }).ok();
        self.handle.wake();
    }

    fn progress(&self) -> Progress {
        self.job.progress.clone()
    }
}

/// Spreads many clients over time.
fn jitter() -> f64 {
    let [a, b, c, d, ..] = uuid::Uuid::new_v4().into_bytes();
    f64::from(u32::from_le_bytes([a, b, c, d])) / f64::from(u32::MAX)
}
