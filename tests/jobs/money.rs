//! The books: every way of sending obeys the limit, and what was clearly not bought is given back.

use mouthpiece::error::Error;
use mouthpiece::jobs::{Request, State};
use mouthpiece::library::{ChargeState, Limits};
use mouthpiece::sandbox::Pace;

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
