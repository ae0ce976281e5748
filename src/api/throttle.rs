//! Not asking more often than the service allows: a window per call, kept by the client for everybody who uses it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::retry::Endpoint;

const MINUTE: Duration = Duration::from_mins(1);

/// So many requests in so much time. From the newest documentation; the service's own answer always counts more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub times: usize,
    pub within: Duration,
}

/// What the documentation allows. Storage has no limit.
pub(super) fn limit(endpoint: Endpoint) -> Option<Limit> {
    let (times, within) = match endpoint {
        Endpoint::Clone => (10, Duration::from_hours(1)),
        Endpoint::Speak | Endpoint::StartSpeech => (60, MINUTE),
        Endpoint::Generate => (100, MINUTE),
        Endpoint::Presign => (120, MINUTE),
        Endpoint::Put | Endpoint::Download => return None,
        _ => (600, MINUTE),
    };
    Some(Limit { times, within })
}

/// Calls that share a window: everything the documentation does not name is counted together.
fn class(endpoint: Endpoint) -> Endpoint {
    match endpoint {
        Endpoint::Clone | Endpoint::Speak | Endpoint::StartSpeech | Endpoint::Generate | Endpoint::Presign => endpoint,
        _ => Endpoint::Read,
    }
}

/// When each kind of request went out lately.
#[derive(Default)]
pub(super) struct Throttle(Mutex<Vec<(Endpoint, VecDeque<Instant>)>>);

impl Throttle {
    /// Takes the next turn of a call: how long to wait for it. A turn further away than `patience` is not taken;
    /// then the answer is the error.
    pub fn turn(&self, endpoint: Endpoint, now: Instant, patience: Duration) -> Result<Duration, Duration> {
        let Some(Limit { times, within }) = limit(endpoint) else { return Ok(Duration::ZERO) };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let class = class(endpoint);
        let index = all.iter().position(|(known, _)| *known == class).unwrap_or_else(|| {
            all.push((class, VecDeque::new()));
            all.len() - 1
        });
        let Some((_, turns)) = all.get_mut(index) else { return Ok(Duration::ZERO) };
        while turns.front().is_some_and(|turn| now.saturating_duration_since(*turn) >= within) {
            turns.pop_front();
        }
        // The turn that must be over before this one: `times` back.
        let free = turns.len().checked_sub(times).and_then(|index| turns.get(index)).map(|turn| *turn + within);
        let wait = free.map_or(Duration::ZERO, |free| free.saturating_duration_since(now));
        if wait > patience {
            return Err(wait);
        }
        turns.push_back(now + wait);
        Ok(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(24);

    #[test]
    fn s17_each_call_keeps_to_its_own_window() {
        for (endpoint, times, within) in [
            (Endpoint::Clone, 10, Duration::from_hours(1)),
            (Endpoint::Speak, 60, MINUTE),
            (Endpoint::StartSpeech, 60, MINUTE),
            (Endpoint::Presign, 120, MINUTE),
            (Endpoint::Generate, 100, MINUTE),
            (Endpoint::Generation, 600, MINUTE),
        ] {
            let (throttle, now) = (Throttle::default(), Instant::now());
            for _ in 0..times {
                assert_eq!(throttle.turn(endpoint, now, LONG), Ok(Duration::ZERO), "{endpoint:?}");
            }
            assert_eq!(throttle.turn(endpoint, now, MINUTE / 2), Err(within), "{endpoint:?}");
            // The first that may go again, and the one behind it, share the end of the window.
            assert_eq!(throttle.turn(endpoint, now + within / 2, LONG), Ok(within / 2), "{endpoint:?}");
            assert_eq!(throttle.turn(endpoint, now + within, LONG), Ok(Duration::ZERO), "{endpoint:?}");
        }
    }

    #[test]
    fn s17_one_call_does_not_take_the_turns_of_another() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..10 {
            throttle.turn(Endpoint::Clone, now, LONG).unwrap();
        }
        assert_eq!(throttle.turn(Endpoint::Speak, now, LONG), Ok(Duration::ZERO));
        assert_eq!(throttle.turn(Endpoint::Read, now, LONG), Ok(Duration::ZERO));
        assert_eq!(throttle.turn(Endpoint::Put, now, LONG), Ok(Duration::ZERO));
    }

    #[test]
    fn s17_in_any_window_there_are_never_more_than_allowed() {
        let (throttle, begin) = (Throttle::default(), Instant::now());
        let turns: Vec<_> = (0..500_u64)
            .map(|n| {
                let now = begin + Duration::from_millis(n * 37);
                now + throttle.turn(Endpoint::Speak, now, LONG).unwrap()
            })
            .collect();
        for sixty_one in turns.windows(61) {
            assert!(sixty_one[60] - sixty_one[0] >= MINUTE);
        }
    }
}
