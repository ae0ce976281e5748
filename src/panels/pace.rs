//! How fast a transfer goes, and how long it will take: for every page that shows one.

use std::collections::HashMap;
use std::time::Duration;

use crate::jobs::{Job, State, Step};
use crate::ui::format;

/// The paces of the transfers that a page shows, by job.
#[derive(Debug, Default)]
pub struct Paces(HashMap<String, Pace>);

impl Paces {
    /// "2.1 MB/s, 35 s left" for a job whose bytes move, at a time in seconds; forgotten when it ends or waits.
    pub fn words(&mut self, job: &Job, now: f64) -> Option<String> {
        let (done, total) = (job.progress.done(), job.progress.total());
        if !is_transfer(job) || total == 0 {
            self.0.remove(&job.id);
            return None;
        }
        let pace = self.0.entry(job.id.clone()).or_insert_with(|| Pace::new(now, done, total));
        pace.look(now, done, total);
        pace.words()
    }
}

/// Whether a job moves bytes just now.
pub fn is_transfer(job: &Job) -> bool {
    let moves = matches!(job.state, State::Running(Step::UploadPicture | Step::UploadAudio | Step::Download));
    moves && job.waiting.is_none()
}

/// "Uploading, 53 of 86 MB", "Syncing the lips, 41%": what a running job does and how far it is.
pub fn step_words_in(job: &Job, is_sandbox: bool) -> String {
    let State::Running(step) = &job.state else { return String::new() };
    let words = step_name(*step, is_sandbox);
    how_far(*step, job).map_or_else(|| words.to_owned(), |far| format!("{words}, {far}"))
}

/// What a step is called, in the words of the sandbox if it is there: nothing is uploaded to it.
pub fn step_name(step: Step, is_sandbox: bool) -> &'static str {
    match step {
        Step::UploadPicture | Step::UploadAudio if is_sandbox => "Copying into the sandbox",
        Step::Download if is_sandbox => "Saving",
        _ => step.words(),
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

/// Between two looks at a transfer, in seconds: shorter ones would make the speed jump about.
const LOOK: f64 = 0.5;
/// How much the newest look counts against those before.
const NEWEST: f64 = 0.3;

/// The pace of one transfer, measured while it is watched.
#[derive(Debug, Clone, Copy)]
struct Pace {
    at: f64,
    done: u64,
    total: u64,
    /// Bytes per second.
    speed: Option<f64>,
}

impl Pace {
    /// Begins to measure at a time in seconds.
    const fn new(at: f64, done: u64, total: u64) -> Self {
        Self { at, done, total, speed: None }
    }

    /// Takes a look. A transfer that began again is measured anew.
    #[expect(clippy::cast_precision_loss, reason = "a speed is shown with two digits")]
    fn look(&mut self, now: f64, done: u64, total: u64) {
        if done < self.done || total != self.total {
            *self = Self::new(now, done, total);
        }
        let secs = now - self.at;
        if secs < LOOK {
            return;
        }
        let newest = (done - self.done) as f64 / secs;
        let speed = self.speed.map_or(newest, |speed| speed + (newest - speed) * NEWEST);
        *self = Self { at: now, done, total, speed: Some(speed) };
    }

    /// "2.1 MB/s, 35 s left"; only the speed while it stands still, nothing before it is known or once all has moved.
    #[expect(clippy::cast_precision_loss, reason = "a rough time is shown")]
    fn words(&self) -> Option<String> {
        let speed = self.speed.filter(|_| self.done < self.total)?;
        let left = self.total.saturating_sub(self.done) as f64 / speed.max(1.0);
        let words = format::speed(speed);
        let known = speed >= 1.0 && left < 360_000.0;
        Some(if known {
            format!("{words}, {} left", format::rough(Duration::from_secs_f64(left.max(1.0))))
        } else {
            words
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::activity::tests::job;

    #[test]
    fn transfers_count_bytes_and_the_rest_percent() {
        let job = job("a", State::Running(Step::UploadPicture), 0);
        assert_eq!(how_far(Step::UploadPicture, &job), None);
        job.progress.start(86_000_000);
        job.progress.set(12_000_000);
        assert_eq!(how_far(Step::UploadPicture, &job).unwrap(), "12 of 86 MB");
        assert_eq!(how_far(Step::Watch, &job).unwrap(), "13%");
        assert_eq!(step_words_in(&job, false), "Uploading, 12 of 86 MB");
        assert_eq!(step_words_in(&job, true), "Copying into the sandbox, 12 of 86 MB");
    }

    #[test]
    fn the_speed_is_that_of_the_last_seconds_and_says_what_is_left() {
        let mut pace = Pace::new(10.0, 0, 86_000_000);
        assert_eq!(pace.words(), None);
        pace.look(10.2, 400_000, 86_000_000);
        assert_eq!(pace.words(), None, "too soon");
        pace.look(11.0, 2_100_000, 86_000_000);
        assert_eq!(pace.words().unwrap(), "2.1 MB/s, 40 s left");
    }

    #[test]
    fn a_transfer_that_stands_still_or_begins_again_promises_nothing() {
        let mut pace = Pace::new(0.0, 0, 1000);
        pace.look(1.0, 0, 1000);
        assert_eq!(pace.words().unwrap(), "0 bytes/s");
        pace.look(2.0, 500, 1000);
        pace.look(2.1, 0, 1000);
        assert_eq!(pace.words(), None);
        pace.look(3.1, 1000, 1000);
        assert_eq!(pace.words(), None, "all is there: nothing is left to say a speed of");
    }
}
