//! Which call may be sent again, after what, and when: the one policy, as data.
//!
//! [`wait`] is pure. A [`Call`](super::Call) of a list uses it for a repeat or two of its own; everything longer is
//! waited for by the job engine, in sight, with the same function.

use std::time::Duration;

use crate::error::Error;

/// A call, as far as repeating it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `GET` of a list or of one thing: voices, assets, models, runs, costs, errors. An estimate is one too.
    Read,
    /// `POST /v2/voices`.
    Clone,
    /// `POST /v2/tts`.
    Speak,
    /// `POST /v2/tts/jobs`, with its ticket.
    StartSpeech,
    /// `GET /v2/tts/jobs/{id}`.
    SpeechJob,
    /// `POST /v2/assets/upload`.
    Presign,
    /// The `PUT` to storage: always the whole file.
    Put,
    /// `POST /v2/assets`. After a lost answer the caller looks for the address in the list first.
    Register,
    /// `POST /v2/generate`, with its ticket and the very same body.
    Generate,
    /// `GET /v2/generate/{id}`.
    Generation,
    /// `PATCH /v2/assets/{id}`: says what shall be, so saying it again changes nothing.
    Rename,
    /// `DELETE` of a voice, an asset, a run. 404 afterwards means done.
    Delete,
    /// `GET /v2/generations/{id}/download`.
    DownloadLink,
    /// Bytes from storage.
    Download,
}

/// How often a call may be sent again after a failure of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    Never,
    Up(u32),
    /// For as long as anybody waits for it.
    Always,
}

/// What went wrong, as far as repeating goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing left this computer, or nothing came of it that could cost.
    Offline,
    /// It may have been carried out: no answer, half an answer, a failure that tells nothing about the work.
    Doubtful,
    /// Refused clearly, for now: too many requests, no room in the plan.
    Full,
    /// Refused clearly, for now: the service or the provider behind it is out.
    Out,
    /// Everything that will be the same next time.
    Lasting,
}

/// One row of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub endpoint: Endpoint,
    pub offline: Repeats,
    pub doubtful: Repeats,
    pub full: Repeats,
    pub out: Repeats,
}

use Repeats::{Always, Never, Up};

const fn rule(endpoint: Endpoint, offline: Repeats, doubtful: Repeats, full: Repeats, out: Repeats) -> Rule {
    Rule { endpoint, offline, doubtful, full, out }
}

/// The policy. Being offline never ends a job: it goes on when the connection is back.
#[rustfmt::skip]
pub const RULES: [Rule; 14] = [
    //   call                    offline doubtful full    out
    rule(Endpoint::Read,         Up(2),  Up(2),   Up(2),  Up(2)),
    rule(Endpoint::Clone,        Always, Never,   Up(5),  Never),
    rule(Endpoint::Speak,        Always, Never,   Always, Up(5)),
    rule(Endpoint::StartSpeech,  Always, Up(5),   Always, Up(5)),
    rule(Endpoint::SpeechJob,    Always, Always,  Always, Always),
    rule(Endpoint::Presign,      Always, Up(5),   Always, Up(5)),
    rule(Endpoint::Put,          Always, Up(5),   Always, Up(5)),
    rule(Endpoint::Register,     Always, Up(5),   Always, Up(5)),
    rule(Endpoint::Generate,     Always, Up(5),   Always, Up(5)),
    rule(Endpoint::Generation,   Always, Always,  Always, Always),
    rule(Endpoint::Rename,       Up(2),  Up(2),   Up(2),  Up(2)),
    rule(Endpoint::Delete,       Up(2),  Up(2),   Up(2),  Up(2)),
    rule(Endpoint::DownloadLink, Always, Up(8),   Always, Up(8)),
    rule(Endpoint::Download,     Always, Up(8),   Always, Up(8)),
];

/// Without a word of the server: 1, 2, 4, 8, 16 seconds, then this.
pub const LONGEST: Duration = Duration::from_secs(30);
/// What a server may ask for at most.
pub const LONGEST_ASKED: Duration = Duration::from_hours(1);

impl Endpoint {
    /// Its row.
    pub fn rule(self) -> Rule {
        let unknown = rule(self, Never, Never, Never, Never);
        RULES.into_iter().find(|row| row.endpoint == self).unwrap_or(unknown)
    }
}

impl Rule {
    /// How often this call may be sent again after such trouble.
    pub fn repeats(self, trouble: Trouble) -> Repeats {
        match trouble {
            Trouble::Offline => self.offline,
            Trouble::Doubtful => self.doubtful,
            Trouble::Full => self.full,
            Trouble::Out => self.out,
            Trouble::Lasting => Never,
        }
    }
}

/// Sorts an error by what it says about the work that was asked for.
pub fn trouble(error: &Error) -> Trouble {
    match error {
        Error::Offline { .. } => Trouble::Offline,
        Error::RateLimited(_) | Error::Busy(_) => Trouble::Full,
        // 503 says that nothing was begun; 500 and 504 say nothing about the work.
        Error::Provider(refusal) | Error::Server(refusal) if matches!(refusal.status, 408 | 503) => Trouble::Out,
        Error::Lost { .. } | Error::Unreadable { .. } | Error::Provider(_) | Error::Server(_) => Trouble::Doubtful,
        _ => Trouble::Lasting,
    }
}

/// Whether an error proves that what was asked for was not done, so that nothing can have been charged.
pub fn nothing_done(error: &Error) -> bool {
    match trouble(error) {
        Trouble::Offline | Trouble::Full | Trouble::Out => true,
        Trouble::Doubtful => false,
        // A conflict over a ticket is about a request that may well have been carried out.
        Trouble::Lasting => match error {
            Error::Conflict(refusal) => !refusal.code.as_deref().is_some_and(|code| code.starts_with("IDEMPOTENCY_")),
            Error::OverLimit(_) | Error::Input(_) => true,
            other => other.refusal().is_some(),
        },
    }
}

/// How long to wait before the call is sent again, or `None` when it must not be. `attempt` counts the times it was
/// sent, from 1; `jitter` between 0 and 1 spreads many clients over time.
///
/// What the server asked for comes first, and is never cut short; else 1, 2, 4, 8, 16, 30 seconds, give or take a
/// fifth.
pub fn wait(endpoint: Endpoint, error: &Error, attempt: u32, jitter: f64) -> Option<Duration> {
    let attempt = attempt.max(1);
    match endpoint.rule().repeats(trouble(error)) {
        Never => return None,
        Up(times) if attempt > times => return None,
        Up(_) | Always => {}
    }
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.5 };
    if let Some(asked) = error.refusal().and_then(|refusal| refusal.retry_after) {
        // Never earlier than asked, and not everybody in the same second.
        return Some(asked.min(LONGEST_ASKED).mul_f64(1.0 + jitter / 10.0));
    }
    let doubled = Duration::from_secs(1 << attempt.saturating_sub(1).min(10)).min(LONGEST);
    Some(doubled.mul_f64(0.8 + jitter * 0.4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_exactly_one_row() {
        for row in RULES {
            assert_eq!(RULES.iter().filter(|other| other.endpoint == row.endpoint).count(), 1, "{row:?}");
            assert_eq!(row.endpoint.rule(), row);
        }
    }
}
