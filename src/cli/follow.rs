//! Jobs followed to their end, in sight, and what Ctrl+C means meanwhile.

use super::desk::Desk;
use super::{Failure, LEFT};
use crate::error::Error;
use crate::jobs::{Job, Request, State, Step};

/// Jobs that are followed, in the order in which their ends are told.
#[derive(Default)]
pub struct Followed {
    ids: Vec<String>,
    told: usize,
    /// Those that are not over yet.
    open: Vec<String>,
    /// It was said what is still waited for.
    waits: bool,
}

impl Followed {
    pub fn add(&mut self, id: String) {
        self.open.push(id.clone());
        self.ids.push(id);
    }

    pub fn is_told(&self) -> bool {
        self.told == self.ids.len()
    }
}

impl Desk {
    /// Waits for a job, saying how it stands, until it is over.
    ///
    /// # Errors
    /// Its failure; or that it was left with Ctrl+C, and how to go on.
    pub fn follow(&mut self, id: &str) -> Result<Job, Failure> {
        let mut over = None;
        self.follow_each(&[id.to_owned()], |_, _, ended| over = Some(ended))?;
        over.unwrap_or_else(|| Err(Error::Cancelled.into()))
    }

    /// The same for several at a time, telling each in the order of the ids, as soon as it and all before it are over.
    ///
    /// # Errors
    /// That they were left with Ctrl+C, and how to go on.
    pub fn follow_each(
        &mut self,
        ids: &[String],
        mut tell: impl FnMut(&Self, usize, Result<Job, Failure>),
    ) -> Result<(), Failure> {
        let mut followed = Followed::default();
        for id in ids {
            followed.add(id.clone());
        }
        self.follow_until(&mut followed, &mut tell, |_, followed| followed.is_told())
    }

    /// The same until there is enough of it.
    ///
    /// # Errors
    /// That they were left with Ctrl+C, and how to go on.
    pub fn follow_until(
        &mut self,
        followed: &mut Followed,
        tell: &mut impl FnMut(&Self, usize, Result<Job, Failure>),
        is_enough: impl Fn(&Self, &Followed) -> bool,
    ) -> Result<(), Failure> {
        loop {
            self.jobs.poll()?;
            self.tell_of(followed, tell);
            if is_enough(self, followed) {
                return Ok(());
            }
            if self.background.is_left() {
                // Nothing more goes out, and what has gone out is known.
                self.jobs.buy_no_more();
                self.jobs.poll()?;
                if !self.any(followed, awaits_paid_reply) {
                    return Err(self.left(followed));
                }
                if !std::mem::replace(&mut followed.waits, true) {
                    self.out
                        .note("Waiting for a line that is being spoken: it is paid for. Ctrl+C again does not wait.");
                }
            }
            self.background.look();
        }
    }

    /// Shows how those stand that are open, and tells the ends that it is the turn of.
    fn tell_of(&mut self, followed: &mut Followed, tell: &mut impl FnMut(&Self, usize, Result<Job, Failure>)) {
        followed.open.retain(|id| {
            let Some(job) = self.jobs.get(id) else { return false };
            self.out.follow(job, self.is_sandbox);
            job.is_running()
        });
        while let Some(id) = followed.ids.get(followed.told) {
            let ended = match self.jobs.get(id) {
                Some(job) if job.is_running() => break,
                Some(job) => ended(job),
                None => Err(Error::Cancelled.into()),
            };
            tell(self, followed.told, ended);
            followed.told += 1;
        }
    }

    /// How many of those that are followed are open and have no run at the service yet.
    pub fn not_begun(&self, followed: &Followed) -> usize {
        let open = followed.open.iter().filter_map(|id| self.jobs.get(id));
        open.filter(|job| job.checkpoint.generation.is_none()).count()
    }

    fn any(&self, followed: &Followed, is: impl Fn(&Job) -> bool) -> bool {
        followed.open.iter().filter_map(|id| self.jobs.get(id)).any(is)
    }

    /// What to know after Ctrl+C.
    pub fn left(&self, followed: &Followed) -> Failure {
        self.out.clear();
        let there = if !self.is_sandbox && self.any(followed, Job::is_remote) {
            format!("It goes on at {} and may be charged. ", self.service())
        } else {
            String::new()
        };
        let line = match &followed.open[..] {
            [job] => self.resume_line(job),
            _ => format!("mouthpiece resume{}", self.again),
        };
        Failure::new(LEFT, format!("Stopped watching. {there}To go on, run the same line again, or: {line}"))
    }
}

/// Whether a request is out that is charged and can't be asked about later: without its reply it would have to be bought
/// again. A clone is found among the voices, and the others have tickets.
fn awaits_paid_reply(job: &Job) -> bool {
    let is_asking = matches!((&job.request, &job.state), (Request::Speak(_), State::Running(Step::Speak)));
    is_asking && job.waiting.is_none() && job.checkpoint.sending.sent
}

fn ended(job: &Job) -> Result<Job, Failure> {
    match &job.state {
        State::Failed(error) => Err(error.clone().into()),
        State::Stopped => Err(Error::Cancelled.into()),
        _ => Ok(job.clone()),
    }
}
