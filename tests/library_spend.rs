//! The spend ledger: no order of calls, and no number of threads, sets more aside than the stop limit leaves.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};

use mouthpiece::error::Error;
use mouthpiece::library::{Charge, ChargeState, Library, Limits};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

fn library() -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap().library;
    (folder, library)
}

fn stop_at(library: &Library, usd: f64) {
    library.set_limits(Limits { warn_usd: None, stop_usd: Some(usd) }).unwrap();
}

fn charge(job: &str, month: &str, estimate_usd: Option<f64>) -> Charge {
    Charge {
        job: job.to_owned(),
        at: format!("{month}-22T10:00:00Z"),
        kind: "speech".to_owned(),
        voice: Some("Mara".to_owned()),
        model: None,
        estimate_usd,
        actual_usd: None,
        state: ChargeState::Reserved,
    }
}

const MONTH: &str = "2026-11";

fn is_refused(result: &mouthpiece::error::Result<()>) -> bool {
    matches!(result, Err(Error::OverLimit(_)))
}

#[test]
fn the_limit_is_reached_to_the_cent_and_not_passed() {
    let (_folder, library) = library();
    stop_at(&library, 0.30);
    // In floating point 0.1 + 0.1 + 0.1 is more than 0.3.
    for job in ["a", "b", "c"] {
        library.reserve(&charge(job, MONTH, Some(0.1))).unwrap();
    }
    assert!(library.reserve(&charge("free", MONTH, Some(0.0))).is_ok());
    let refused = library.reserve(&charge("d", MONTH, Some(0.01))).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "This costs about $0.01, and $0.30 of the month's limit of $0.30 are used. Nothing was sent. Raise it with \
         “Change limit” in Activity, or run it next month."
    );
    let unknown = library.reserve(&charge("d", MONTH, None)).unwrap_err().to_string();
    assert!(
        unknown.starts_with("What this costs is not known, and the month's limit of $0.30 is reached"),
        "{unknown}"
    );
    library.reserve(&charge("d", "2026-12", Some(0.3))).unwrap();
    library.release("b").unwrap();
    library.reserve(&charge("d", MONTH, None)).unwrap();
    assert_eq!(library.months().unwrap(), [MONTH], "the job moved with its reservation");
    assert_eq!(library.charges(MONTH).unwrap().len(), 5);
}

#[test]
fn a_job_reserves_once_and_what_was_bought_stays_on_the_books() {
    let (_folder, library) = library();
    stop_at(&library, 1.0);
    library.reserve(&charge("a", MONTH, Some(0.9))).unwrap();
    library.reserve(&charge("a", MONTH, Some(0.8))).unwrap();
    assert!(is_refused(&library.reserve(&charge("a", MONTH, Some(1.1)))), "and the earlier one stays");
    assert!((library.month_usd(MONTH).unwrap() - 0.8).abs() < 1e-9);
    library.charge_sent("a").unwrap();
    library.settle("a", Some(0.7)).unwrap();
    library.release("a").unwrap();
    library.settle("a", None).unwrap();
    assert!((library.month_usd(MONTH).unwrap() - 0.7).abs() < 1e-9, "a known price is not lost");
    assert!(is_refused(&library.reserve(&charge("a", MONTH, Some(0.4)))));
    library.reserve(&charge("a", MONTH, Some(0.3))).unwrap();
    let states: Vec<_> = library.charges(MONTH).unwrap().iter().map(|charge| charge.state).collect();
    assert_eq!(states, [ChargeState::Reserved, ChargeState::Settled]);
}

#[test]
fn nothing_is_sent_without_a_reservation() {
    let (_folder, library) = library();
    assert!(is_refused(&library.charge_sent("nobody")));
    library.reserve(&charge("a", MONTH, None)).unwrap();
    library.release("a").unwrap();
    assert!(is_refused(&library.charge_sent("a")));
    library.settle("a", None).unwrap();
    assert_eq!(library.charges(MONTH).unwrap()[0].state, ChargeState::Released);
    library.settle("a", Some(0.5)).unwrap();
    assert_eq!(library.charges(MONTH).unwrap()[0].state, ChargeState::Settled, "a price proves that it was bought");
}

#[test]
fn odd_prices_and_limits_do_no_harm() {
    let (_folder, library) = library();
    for odd in [f64::NAN, -1.0, f64::NEG_INFINITY] {
        let limits = Limits { warn_usd: None, stop_usd: Some(odd) };
        assert!(matches!(library.set_limits(limits), Err(Error::Input(_))), "{odd}");
    }
    assert_eq!(library.limits().unwrap(), Limits::default());
    library.set_limits(Limits { warn_usd: Some(5.0), stop_usd: Some(10.25) }).unwrap();
    assert_eq!(library.limits().unwrap(), Limits { warn_usd: Some(5.0), stop_usd: Some(10.25) });
    library.reserve(&charge("a", MONTH, Some(-5.0))).unwrap();
    library.reserve(&charge("b", MONTH, Some(f64::NAN))).unwrap();
    assert!(library.charges(MONTH).unwrap().iter().all(|charge| charge.estimate_usd.is_none()));
    assert!(is_refused(&library.reserve(&charge("c", MONTH, Some(f64::INFINITY)))));
    stop_at(&library, 0.0);
    assert!(is_refused(&library.reserve(&charge("c", MONTH, None))), "a limit of nothing stops unknown prices too");
}

#[test]
fn concurrent_reservations_share_the_limit_exactly() {
    let (_folder, library) = library();
    stop_at(&library, 10.0);
    let granted = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (library, granted) = (library.clone(), &granted);
            scope.spawn(move || {
                for turn in 0..5 {
                    let job = format!("{thread}-{turn}");
                    match library.reserve(&charge(&job, MONTH, Some(1.0))) {
                        Ok(()) => granted.fetch_add(1, Ordering::Relaxed),
                        Err(Error::OverLimit(_)) => 0,
                        Err(other) => panic!("{other}"),
                    };
                }
            });
        }
    });
    assert_eq!(granted.into_inner(), 10);
    assert!((library.month_usd(MONTH).unwrap() - 10.0).abs() < 1e-9);
}

/// What an engine may do to the ledger, in any order.
#[derive(Debug, Clone)]
enum Act {
    Reserve(usize, Option<u32>),
    Send(usize),
    /// The price as a part of what is held for it, in percent: a higher one is spent whatever the limit says.
    Settle(usize, Option<u32>),
    Release(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let job = 0..4_usize;
    prop_oneof![
        3 => (job.clone(), proptest::option::weighted(0.8, 0..600_u32)).prop_map(|(job, cents)| Act::Reserve(job, cents)),
        1 => job.clone().prop_map(Act::Send),
        1 => (job.clone(), proptest::option::of(0..=100_u32)).prop_map(|(job, part)| Act::Settle(job, part)),
        1 => job.prop_map(Act::Release),
    ]
}

#[test]
fn no_order_of_calls_passes_the_stop_limit_or_loses_what_was_bought() {
    let (_folder, library) = library();
    stop_at(&library, 10.0);
    let case = AtomicUsize::new(0);
    let config = ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() };
    let any_order = TestRunner::new(config).run(&proptest::collection::vec(act(), 1..30), |acts| {
        // Each case has a month of its own.
        let case = case.fetch_add(1, Ordering::Relaxed);
        obeys(&library, &format!("{:04}-{:02}", 2000 + case / 12, 1 + case % 12), acts)
    });
    any_order.unwrap_or_else(|e| panic!("{e}"));
}

/// Carries the acts out and checks the books after each.
fn obeys(library: &Library, month: &str, acts: Vec<Act>) -> Result<(), TestCaseError> {
    let name = |job: usize| format!("{month} {job}");
    let mut bought = 0;
    for act in acts {
        let before: Vec<Charge> = library.charges(month).unwrap();
        let state = |job: usize| before.iter().find(|charge| charge.job == name(job)).map(|charge| charge.state);
        let held = |job: usize| before.iter().find(|charge| charge.job == name(job)).map_or(0.0, Charge::counts_usd);
        match act {
            Act::Reserve(job, cents) => {
                let usd = cents.map(|cents| f64::from(cents) / 100.0);
                if let Err(error) = library.reserve(&charge(&name(job), month, usd)) {
                    prop_assert!(matches!(error, Error::OverLimit(_)));
                    prop_assert_eq!(&library.charges(month).unwrap(), &before);
                }
            }
            Act::Send(job) => {
                let open = matches!(state(job), Some(state) if state != ChargeState::Released);
                prop_assert_eq!(library.charge_sent(&name(job)).is_ok(), open);
            }
            Act::Settle(job, part) => {
                let price = part.map(|part| held(job) * f64::from(part) / 100.0);
                // A price that proves a released job bought is not bound by the limit.
                if state(job) != Some(ChargeState::Released) {
                    library.settle(&name(job), price).unwrap();
                }
            }
            Act::Release(job) => library.release(&name(job)).unwrap(),
        }
        let charges = library.charges(month).unwrap();
        let counted: f64 = charges.iter().map(Charge::counts_usd).sum();
        prop_assert!(counted <= 10.0 + 1e-6, "{counted} of 10");
        prop_assert!((library.month_usd(month).unwrap() - counted).abs() < 1e-6);
        let settled = charges.iter().filter(|charge| charge.state == ChargeState::Settled).count();
        prop_assert!(settled >= bought, "a settled charge is never taken back");
        bought = settled;
    }
    Ok(())
}

#[test]
fn spending_is_all_or_nothing() {
    let (_folder, library) = library();
    stop_at(&library, 1.0);
    library.spend(&charge("a", MONTH, Some(0.9)), false).unwrap();
    assert!(is_refused(&library.spend(&charge("a", MONTH, Some(0.2)), true)));
    let charges = library.charges(MONTH).unwrap();
    assert_eq!((charges.len(), charges[0].state), (1, ChargeState::Sent), "what was refused changed nothing");
    library.spend(&charge("a", MONTH, Some(0.1)), true).unwrap();
    let states: Vec<_> = library.charges(MONTH).unwrap().into_iter().map(|charge| charge.state).collect();
    assert_eq!(states, [ChargeState::Sent, ChargeState::Settled]);
}

#[test]
fn what_was_set_aside_for_jobs_that_are_gone_is_given_back_and_what_was_sent_is_not() {
    let (_folder, library) = library();
    library.reserve(&charge("gone", MONTH, Some(0.9))).unwrap();
    library.spend(&charge("sent", MONTH, Some(0.9)), false).unwrap();
    library.release_orphans().unwrap();
    let states: Vec<_> = library.charges(MONTH).unwrap().into_iter().map(|charge| charge.state).collect();
    assert_eq!(states, [ChargeState::Sent, ChargeState::Released]);
}

#[test]
fn a_warning_is_late_only_behind_a_stop() {
    let limits = |warn_usd, stop_usd| Limits { warn_usd, stop_usd };
    for in_order in [limits(None, None), limits(Some(9.0), None), limits(None, Some(1.0)), limits(Some(2.0), Some(2.0))]
    {
        assert_eq!(in_order.late_warning(), None);
    }
    assert_eq!(limits(Some(3.0), Some(2.0)).late_warning(), Some((3.0, 2.0)));
}
