//! What the account may do here and how long its addresses last. Nothing is limited unless it is asked for: tests ask,
//! so that the program meets every limit of the service.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The terms of the account. They can be changed while the sandbox serves, and begin anew with each start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Runs that may be pending or under way at once; more are refused with 429.
    pub concurrent: Option<usize>,
    /// Voices that may be cloned.
    pub clone_slots: usize,
    /// Calls within a time; of several that fit a call the first one counts it.
    pub rates: Vec<Rate>,
    /// Whether `POST /v2/tts/jobs` is open to the account; else it answers 503.
    pub speech_jobs: bool,
    /// Seconds an upload address is good for.
    pub upload_seconds: u32,
    /// Seconds the link to a finished video is good for; `None` for as long as there is the video.
    pub link_seconds: Option<u32>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            concurrent: None,
            clone_slots: 3,
            rates: Vec::new(),
            speech_jobs: true,
            upload_seconds: 3_600,
            link_seconds: None,
        }
    }
}

/// So many calls within a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// "*" for any.
    pub method: &'static str,
    /// The whole path, or its beginning when this ends with "/".
    pub path: &'static str,
    pub calls: usize,
    pub per: Duration,
}

impl Rate {
    /// The documented rates, all of them counted per key.
    pub fn documented() -> Vec<Self> {
        let minute = Duration::from_mins(1);
        let rate = |method, path, calls, per| Self { method, path, calls, per };
        vec![
            rate("POST", "/v2/tts", 60, minute),
            rate("POST", "/v2/tts/jobs", 60, minute),
            rate("POST", "/v2/voices", 10, Duration::from_hours(1)),
            rate("POST", "/v2/assets/upload", 120, minute),
            rate("POST", "/v2/generate", 100, minute),
            rate("GET", "/v2/generate/", 600, minute),
            rate("*", "/v2/", 600, minute),
        ]
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        let here = if self.path.ends_with('/') { path.starts_with(self.path) } else { path == self.path };
        here && (self.method == "*" || self.method == method)
    }
}

/// The terms in force. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Plan(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    terms: Terms,
    /// How often all links have been made to expire.
    issue: u64,
    /// When the calls of each rate came, as far as they still count.
    heard: HashMap<(&'static str, &'static str), VecDeque<Instant>>,
}

impl Plan {
    /// Changes the terms from the next call on.
    pub fn change(&self, change: impl FnOnce(&mut Terms)) {
        change(&mut self.inner().terms);
    }

    /// The terms now.
    pub fn terms(&self) -> Terms {
        self.inner().terms.clone()
    }

    /// Lets every link to a finished video that was given out so far expire. A run keeps showing its dead one; only
    /// `GET /v2/generations/{id}/download` gives a fresh one.
    pub fn expire_links(&self) {
        self.inner().issue += 1;
    }

    /// The issue of links that are good now; those of earlier issues have expired.
    pub(super) fn issue(&self) -> u64 {
        self.inner().issue
    }

    /// Counts a call, or says how long to wait until it can be taken.
    pub(super) fn admit(&self, method: &str, path: &str) -> Result<(), Duration> {
        let mut inner = self.inner();
        let Some(rate) = inner.terms.rates.iter().find(|rate| rate.fits(method, path)).cloned() else { return Ok(()) };
        let now = Instant::now();
        let heard = inner.heard.entry((rate.method, rate.path)).or_default();
        while heard.front().is_some_and(|first| now.duration_since(*first) >= rate.per) {
            heard.pop_front();
        }
        if heard.len() >= rate.calls {
            let first = heard.front().map_or(Duration::ZERO, |first| now.duration_since(*first));
            return Err(rate.per.saturating_sub(first));
        }
        heard.push_back(now);
        Ok(())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rate_that_fits_counts_a_call() {
        let rates = Rate::documented();
        let of = |method, path| rates.iter().find(|rate| rate.fits(method, path)).map(|rate| rate.calls);
        assert_eq!(of("POST", "/v2/voices"), Some(10));
        assert_eq!(of("GET", "/v2/voices"), Some(600));
        assert_eq!(of("POST", "/v2/tts/jobs"), Some(60));
        assert_eq!(of("POST", "/v2/generate"), Some(100));
        assert_eq!(of("GET", "/files/token/a.mp4"), None);
    }

    #[test]
    fn calls_are_taken_again_once_earlier_ones_no_longer_count() {
        let plan = Plan::default();
        let rate = |per| vec![Rate { method: "POST", path: "/v2/tts", calls: 2, per }];
        plan.change(|terms| terms.rates = rate(Duration::from_hours(1)));
        assert_eq!((plan.admit("POST", "/v2/tts"), plan.admit("POST", "/v2/tts")), (Ok(()), Ok(())));
        assert!(plan.admit("POST", "/v2/tts").is_err_and(|wait| wait > Duration::from_mins(59)));
        assert_eq!(plan.admit("GET", "/v2/tts"), Ok(()));
        plan.change(|terms| terms.rates = rate(Duration::ZERO));
        assert_eq!(plan.admit("POST", "/v2/tts"), Ok(()));
    }
}
