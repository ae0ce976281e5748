//! The books: every way of sending obeys the limit, and what was clearly not bought is given back.

use mouthpiece::error::Error;
use mouthpiece::jobs::{Request, State};
use mouthpiece::library::{ChargeState, Limits};
use mouthpiece::sandbox::{Fault, Pace};

use crate::rig::{Rig, rig};

fn priced(rig: &Rig, usd: f64) -> Request {
    let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
    job.estimate_usd = Some(usd);
    Request::LipSync(job)
}

#[test]
fn over_the_limit_nothing_is_sent_and_under_it_the_price_is_noted() {
    let mut rig = rig(Pace::Instant);
    rig.library.set_limits(Limits { warn_usd: None, stop_usd: Some(1.0) }).unwrap();
    let request = priced(&rig, 1.5);
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Failed(Error::OverLimit(_))), "{:?}", rig.jobs.get(&id));
    assert!(rig.assets().is_empty() && rig.runs() == 0);
    rig.library.set_limits(Limits { warn_usd: None, stop_usd: Some(2.0) }).unwrap();
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    let charge = rig.charge();
    assert_eq!((charge.state, charge.estimate_usd, charge.job), (ChargeState::Settled, Some(1.5), id));
    assert_eq!(charge.model.as_deref(), Some("lipsync-2"));
}

#[test]
fn a_clear_refusal_gives_the_money_back() {
    let mut rig = rig(Pace::Instant);
    rig.sandbox().faults().next_refuses("POST", "/v2/generate", 402, "account_payment_required", "Pay first.");
    let request = priced(&rig, 1.5);
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Failed(Error::Billing(_))));
    assert_eq!(rig.charge().state, ChargeState::Released);
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(_)));
    assert_eq!(rig.charge().state, ChargeState::Settled);
}

#[test]
fn a_job_forgotten_before_it_was_sent_gives_its_money_back_and_one_that_was_sent_does_not() {
    let mut rig = rig(Pace::Real);
    rig.library.set_limits(Limits { warn_usd: None, stop_usd: Some(2.0) }).unwrap();
    let request = priced(&rig, 1.5);
    rig.go_offline();
    let id = rig.jobs.start(request.clone());
    rig.until(&id, |job| job.waiting.is_some());
    assert_eq!(rig.charge().state, ChargeState::Reserved);
    rig.forget(&id);
    assert_eq!(rig.charge().state, ChargeState::Released);
    rig.go_online();
    let id = rig.jobs.start(request);
    rig.until(&id, |job| job.checkpoint.generation.is_some());
    rig.forget(&id);
    let month = rig.library.months().unwrap()[0].clone();
    let sent = rig.library.charges(&month).unwrap().into_iter().find(|charge| charge.job == id).unwrap();
    assert_eq!(sent.state, ChargeState::Sent);
}

#[test]
fn a_price_that_was_not_known_yet_is_asked_for_at_the_next_start() {
    let mut rig = rig(Pace::Real);
    let request = priced(&rig, 1.5);
    let id = rig.jobs.start(request);
    let run = rig.until(&id, |job| job.checkpoint.generation.is_some()).checkpoint.generation.unwrap();
    let body = r#"{"availability":"pending","currency":"USD"}"#.into();
    let pending = Fault::Status { status: 200, body, retry_after: None };
    rig.sandbox().faults().next("GET", &format!("/v2/generate/{run}/costs"), pending);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!((rig.charge().state, rig.charge().actual_usd), (ChargeState::Settled, None));
    let mut rig = rig.reopen(Pace::Instant);
    while rig.charge().actual_usd.is_none() {
        rig.until(&id, |_| true);
        rig.wakes.recv_timeout(std::time::Duration::from_mins(1)).expect("the price comes");
    }
    assert_eq!(rig.charge().state, ChargeState::Settled);
}

#[test]
fn a_run_that_never_ran_is_not_paid_for() {
    let mut rig = rig(Pace::Real);
    for (method, body) in [
        ("GET", r#"{"id":"g","status":"REJECTED","error":"Not allowed."}"#),
        ("GET", r#"{"availability":"unavailable"}"#),
        ("GET", r#"{"id":"g","status":"REJECTED","error":"Not allowed."}"#),
    ] {
        let fault = Fault::Status { status: 200, body: body.into(), retry_after: None };
        rig.sandbox().faults().next(method, "/v2/generate/", fault);
    }
    let request = priced(&rig, 1.5);
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Failed(Error::Failed { .. })), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.charge().state, ChargeState::Released);
}
