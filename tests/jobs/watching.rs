//! Watching a run, and the line under the plan's limit: no more questions than needed, and no run is given up early.

use std::time::{Duration, Instant};

use mouthpiece::jobs::{Job, LipSyncJob, Request, State, Step};
use mouthpiece::sandbox::{Fault, Pace};

use crate::rig::rig;

fn watches(job: &Job) -> bool {
    matches!(job.state, State::Running(Step::Watch))
}

fn says(status: u16, body: &str) -> Fault {
    Fault::Status { status, body: body.into(), retry_after: None }
}

#[test]
fn a_404_of_something_in_between_after_other_trouble_does_not_end_a_run() {
    let mut rig = rig(Pace::Real);
    let request = rig.lip_sync();
    for fault in [Fault::Drop, Fault::Drop, says(404, "<html>404 default backend</html>")] {
        rig.sandbox().faults().next("GET", "/v2/generate/", fault);
    }
    rig.sandbox().faults().next("GET", "/v2/generations/", says(404, "<html>404 default backend</html>"));
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over_at_once(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!((rig.runs(), rig.sandbox().faults().pending()), (1, 0));
}

#[test]
fn a_run_that_is_known_under_its_other_address_is_watched_there() {
    let mut rig = rig(Pace::Real);
    let request = rig.lip_sync();
    for _ in 0..100 {
        rig.sandbox().faults().next_refuses("GET", "/v2/generate/", 404, "generation_not_found", "No such run.");
    }
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over_at_once(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.jobs.get(&id).unwrap().checkpoint.run.not_found, 0);
}

#[test]
fn a_run_the_service_does_not_know_for_long_is_watched_again_when_asked_and_not_bought_again() {
    let mut rig = rig(Pace::Real);
    let request = rig.lip_sync();
    let id = rig.jobs.start(request.clone());
    rig.until(&id, watches);
    for path in ["/v2/generate/", "/v2/generations/"] {
        for _ in 0..60 {
            rig.sandbox().faults().next_refuses("GET", path, 404, "generation_not_found", "No such run.");
        }
    }
    let State::Failed(error) = rig.over_at_once(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert!(error.to_string().contains("does not know this lip sync"), "{error}");
    rig.sandbox().faults().clear();
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!((rig.runs(), rig.jobs.all().len()), (1, 1));
}

#[test]
fn a_run_that_is_gone_for_good_is_run_anew_from_its_page() {
    let mut rig = rig(Pace::Instant);
    let request = rig.lip_sync();
    rig.sandbox().faults().next("GET", "/v2/generate/", Fault::Slow(Duration::from_mins(5)));
    let id = rig.jobs.start(request.clone());
    let run = rig.until(&id, |job| job.checkpoint.generation.is_some()).checkpoint.generation.unwrap();
    let faults = rig.sandbox().faults().clone();
    rig.until(&id, |job| watches(job) && faults.pending() == 0);
    rig.jobs.stop(&id);
    rig.over(&id);
    while rig.client_status(&run) != "COMPLETED" {
        std::thread::yield_now();
    }
    rig.ask(rig.client.delete_generation(&run));
    rig.jobs.retry(&id);
    assert!(matches!(rig.over_at_once(&id), State::Failed(_)), "{:?}", rig.jobs.get(&id));
    let newer = rig.jobs.start(request);
    assert_ne!(newer, id);
    assert!(matches!(rig.over(&newer), State::Done(_)), "{:?}", rig.jobs.get(&newer));
}

#[test]
fn a_status_that_is_not_known_is_one_of_a_run_under_way_and_asked_about_in_peace() {
    let mut rig = rig(Pace::Instant);
    let request = rig.lip_sync();
    // Asked, waited for, asked again.
    for _ in 0..3 {
        rig.sandbox().faults().next("GET", "/v2/generate/", says(200, r#"{"id":"g","status":"UPSCALING"}"#));
    }
    let begun = Instant::now();
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert!(begun.elapsed() >= Duration::from_secs(5), "no sooner than any run");
    assert_eq!(rig.sandbox().faults().pending(), 0);
}

#[test]
fn runs_the_plan_has_no_room_for_are_sent_once_more_each_and_not_over_and_over() {
    const COUNTED: usize = 200;
    let mut rig = rig(Pace::Real);
    let Request::LipSync(job) = rig.lip_sync() else { panic!("a lip sync") };
    let numbered = |number: u32| Request::LipSync(LipSyncJob { stem: format!("run {number}"), ..job.clone() });
    // So that all uploads are there, and all are sent at about the same time.
    let first = rig.jobs.start(numbered(9));
    assert!(matches!(rig.over(&first), State::Done(_)));
    rig.sandbox().plan().change(|terms| terms.concurrent = Some(1));
    for _ in 0..COUNTED {
        rig.sandbox().faults().next("POST", "/v2/generate", Fault::Slow(Duration::ZERO));
    }
    let ids: Vec<String> = (0..3).map(|number| rig.jobs.start(numbered(number))).collect();
    for id in &ids {
        assert!(matches!(rig.over(id), State::Done(_)), "{:?}", rig.jobs.get(id));
    }
    let sent = COUNTED - rig.sandbox().faults().pending();
    assert!((3..=5).contains(&sent), "{sent} requests for three runs");
    assert_eq!(rig.runs(), 4);
}
