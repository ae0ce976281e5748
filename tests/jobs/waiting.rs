//! Waiting: in sight, for as long as it takes, and no longer than asked for.

use mouthpiece::error::Error;
use mouthpiece::jobs::{Job, LipSyncJob, Request, State, Step, Waiting};
use mouthpiece::sandbox::{Fault, Pace};

use crate::rig::{Rig, line, rig};

#[test]
fn offline_a_job_waits_in_sight_and_goes_on_when_the_service_is_back() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    rig.go_offline();
    let id = rig.jobs.start(line(&voice));
    let job = rig.until(&id, |job| matches!(&job.waiting, Some(Waiting::Again { attempt, .. }) if *attempt > 1));
    assert!(matches!(job.waiting, Some(Waiting::Again { error: Error::Offline { .. }, .. })), "{:?}", job.waiting);
    assert!(matches!(job.state, State::Running(Step::Speak)) && !job.is_remote());
    assert_eq!((rig.jobs.open(), rig.jobs.remote()), (1, 0));
    rig.go_online();
    rig.jobs.try_all_now();
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.jobs.open(), 0);
}

#[test]
fn the_pause_that_the_service_asks_for_is_kept() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    let body = r#"{"errorCode":"rate_limit_exceeded","message":"Slow down.","statusCode":429}"#;
    rig.sandbox().faults().next(
        "POST",
        "/v2/tts",
        Fault::Status { status: 429, body: body.into(), retry_after: Some(600) },
    );
    let id = rig.jobs.start(line(&voice));
    let job = rig.until(&id, |job| job.waiting.is_some());
    let Some(Waiting::Again { at, error: Error::RateLimited(_), attempt: 1 }) = job.waiting else {
        panic!("{:?}", job.waiting)
    };
    assert!(at - job.begun_at >= time::Duration::seconds(600));
    // Unless the user does not want to wait.
    rig.jobs.try_now(&id);
    assert!(matches!(rig.over(&id), State::Done(_)));
}

#[test]
fn a_refusal_that_waiting_cannot_help_ends_the_job_at_once_and_it_can_go_on_later() {
    let mut rig = rig(Pace::Instant);
    let request = rig.lip_sync();
    rig.sandbox().faults().next_refuses("POST", "/v2/generate", 402, "account_payment_required", "Pay first.");
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Failed(Error::Billing(_))));
    assert_eq!(rig.runs(), 0);
    let before = rig.assets();
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(_)));
    assert_eq!((rig.runs(), rig.assets()), (1, before));
}

#[test]
fn what_the_plan_has_no_room_for_stands_in_line_here() {
    let mut rig = rig(Pace::Real);
    rig.sandbox().plan().change(|terms| terms.concurrent = Some(1));
    let Request::LipSync(job) = rig.lip_sync() else { panic!("a lip sync") };
    let numbered = |number: u32| Request::LipSync(LipSyncJob { stem: format!("run {number}"), ..job.clone() });
    let ids: Vec<String> = (0..3).map(|number| rig.jobs.start(numbered(number))).collect();
    for id in &ids {
        assert!(matches!(rig.over(id), State::Done(_)), "{:?}", rig.jobs.get(id));
    }
    assert_eq!(rig.runs(), 3);
    assert_eq!(rig.library.note("concurrency_limit").unwrap().as_deref(), Some("1"));
    // Learned for good: the next program does not ask for more.
    let mut rig = rig.reopen(Pace::Real);
    rig.sandbox().plan().change(|terms| terms.concurrent = Some(1));
    let (first, second) = (rig.jobs.start(numbered(4)), rig.jobs.start(numbered(5)));
    let waits = |job: &Job| matches!(job.waiting, Some(Waiting::Turn)) && !job.is_remote();
    let waiting = |rig: &Rig| rig.jobs.all().iter().any(waits);
    rig.until(&first, |job| matches!(job.state, State::Running(Step::Generate | Step::Watch)));
    while !waiting(&rig) {
        rig.until(&second, |_| true);
    }
    assert!(matches!(rig.over(&first), State::Done(_)) && matches!(rig.over(&second), State::Done(_)));
}

#[test]
fn a_job_can_be_stopped_in_every_step_and_goes_on_from_there() {
    let mut rig = rig(Pace::Real);
    let request = rig.lip_sync();
    let slow = || Fault::SlowAnswer(std::time::Duration::from_mins(5));
    for (method, path) in [("POST", "/v2/assets/upload"), ("PUT", "/uploads/"), ("POST", "/v2/generate")] {
        rig.sandbox().faults().next(method, path, slow());
    }
    let id = rig.jobs.start(request);
    let mut left = 3;
    for step in [Step::UploadPicture, Step::UploadPicture, Step::Generate, Step::Watch] {
        let faults = rig.sandbox().faults().clone();
        left -= usize::from(step != Step::Watch);
        let here = |job: &Job| matches!(job.state, State::Running(now) if now == step);
        rig.until(&id, |job| here(job) && faults.pending() == left);
        rig.jobs.stop(&id);
        assert!(matches!(rig.over(&id), State::Stopped));
        rig.jobs.retry(&id);
    }
    assert!(matches!(rig.over(&id), State::Done(_)));
    assert_eq!(rig.runs(), 1);
}

#[test]
fn a_forgotten_job_is_gone_here_and_goes_on_there() {
    let mut rig = rig(Pace::Real);
    let request = rig.lip_sync();
    let id = rig.jobs.start(request);
    rig.until(&id, |job| matches!(job.state, State::Running(Step::Watch)));
    rig.forget(&id);
    assert!(rig.jobs.get(&id).is_none());
    assert!(rig.library.jobs().unwrap().is_empty());
    assert_eq!(rig.runs(), 1);
}
