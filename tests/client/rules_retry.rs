//! The retry policy, for every error and every number.

use std::sync::Arc;
use std::time::Duration;

use mouthpiece::api::retry::{LONGEST, LONGEST_ASKED, RULES, Trouble, nothing_done, trouble, wait};
use mouthpiece::error::{Error, Refusal};
use proptest::prelude::*;

fn refusal(status: u16, retry_after: Option<u64>, code: Option<&str>) -> Arc<Refusal> {
    Arc::new(Refusal {
        service: "sync.so".into(),
        status,
        code: code.map(str::to_owned),
        retry_after: retry_after.map(Duration::from_secs),
        ..Refusal::default()
    })
}

fn lost() -> Error {
    let source = Arc::new(std::io::Error::other("x"));
    Error::Lost { service: "s".into(), what: "w".into(), advice: "a".into(), source }
}

fn offline() -> Error {
    Error::Offline { service: "s".into(), source: Arc::new(std::io::Error::other("x")) }
}

fn error() -> impl Strategy<Value = Error> {
    (0..19_u8, 400..600_u16, proptest::option::of(0..10_000_u64)).prop_map(|(kind, status, after)| {
        let r = || refusal(status, after, None);
        match kind {
            0 => offline(),
            1 => lost(),
            2 => Error::Unauthorized(r()),
            3 => Error::Billing(r()),
            4 => Error::SlotsFull(r()),
            5 => Error::NotFound(r()),
            6 => Error::Conflict(r()),
            7 => Error::Invalid(r()),
            8 => Error::RateLimited(r()),
            9 => Error::Busy(r()),
            10 => Error::Provider(r()),
            11 => Error::Server(r()),
            12 => Error::Unreadable { service: "s".into(), detail: "d".into() },
            13 => Error::Failed { message: "m".into(), code: None },
            14 => Error::OverLimit("o".into()),
            15 => Error::Input("i".into()),
            16 => Error::Media("m".into()),
            17 => Error::Cancelled,
            _ => Error::Conflict(refusal(status, after, Some("IDEMPOTENCY_OUTCOME_UNKNOWN"))),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn s18_no_wait_is_earlier_than_asked_or_longer_than_promised(
        error in error(), row in 0..RULES.len(), attempt in 0..50_u32, jitter in any::<f64>(),
    ) {
        if let Some(wait) = wait(RULES[row].endpoint, &error, attempt, jitter) {
            let asked = error.refusal().and_then(|refusal| refusal.retry_after);
            if let Some(asked) = asked.map(|asked| asked.min(LONGEST_ASKED)) {
                prop_assert!(wait >= asked && wait <= asked.mul_f64(1.11), "{asked:?} {wait:?}");
            } else {
                let doubled = Duration::from_secs(1 << attempt.saturating_sub(1).min(10)).min(LONGEST);
                prop_assert!(wait >= doubled.mul_f64(0.79) && wait <= doubled.mul_f64(1.21), "{wait:?}");
            }
        }
    }

    #[test]
    fn s18_waits_grow_and_giving_up_is_for_good(error in error(), row in 0..RULES.len(), jitter in 0.0..1.0_f64) {
        let waits: Vec<_> = (1..40).map(|attempt| wait(RULES[row].endpoint, &error, attempt, jitter)).collect();
        for two in waits.windows(2) {
            match (two[0], two[1]) {
                (Some(first), Some(then)) => prop_assert!(then >= first),
                (None, then) => prop_assert_eq!(then, None),
                (Some(_), None) => {}
            }
        }
    }

    #[test]
    fn s18_lasting_trouble_is_never_repeated(error in error(), row in 0..RULES.len(), attempt in 1..50_u32) {
        if trouble(&error) == Trouble::Lasting {
            prop_assert_eq!(wait(RULES[row].endpoint, &error, attempt, 0.5), None);
        }
    }

    #[test]
    fn r22_9_a_clone_or_a_line_that_may_have_been_done_is_never_sent_again(error in error(), attempt in 1..50_u32) {
        use mouthpiece::api::retry::Endpoint::{Clone, Speak};
        for endpoint in [Clone, Speak] {
            if wait(endpoint, &error, attempt, 0.5).is_some() {
                prop_assert!(nothing_done(&error), "{endpoint:?} {error:?}");
            }
        }
    }

    #[test]
    fn whatever_may_have_been_done_is_not_called_undone(error in error()) {
        let sure = matches!(&error, Error::Offline { .. } | Error::OverLimit(_) | Error::Input(_))
            || error.refusal().is_some_and(|r| r.code.is_none() && (r.status < 500 || r.status == 503))
            || matches!(&error, Error::RateLimited(_) | Error::Busy(_) | Error::NotFound(_) | Error::Invalid(_)
                | Error::Billing(_) | Error::Unauthorized(_) | Error::SlotsFull(_));
        if nothing_done(&error) {
            prop_assert!(sure || matches!(&error, Error::Conflict(r) if r.code.is_none()), "{error:?}");
        }
        if matches!(&error, Error::Lost { .. } | Error::Unreadable { .. } | Error::Cancelled) {
            prop_assert!(!nothing_done(&error));
        }
    }
}

#[test]
fn s17_without_a_word_of_the_server_the_waits_double() {
    use mouthpiece::api::retry::Endpoint;
    let waits: Vec<_> = (1..8).map(|n| wait(Endpoint::Generation, &offline(), n, 0.5).unwrap().as_secs()).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
}

#[test]
fn s18_being_offline_never_ends_a_job() {
    use mouthpiece::api::retry::Endpoint::{Delete, Read, Rename};
    for row in RULES {
        let ends = wait(row.endpoint, &offline(), 1_000_000, 0.5).is_none();
        assert_eq!(ends, matches!(row.endpoint, Read | Delete | Rename), "{row:?}");
    }
}
