//! Refusals and what is lost before them: neither sent for ever, nor stuck for ever, nor bought twice.

use mouthpiece::error::Error;
use mouthpiece::jobs::{Outcome, Request, SpeakJob, State};
use mouthpiece::sandbox::{Fault, Pace};

use crate::rig::{Rig, line, rig};

fn says(status: u16, body: &str) -> Fault {
    Fault::Status { status, body: body.into(), retry_after: None }
}

fn long_line(rig: &Rig) -> Request {
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    let Request::Speak(job) = line(&voice) else { panic!("a line") };
    Request::Speak(SpeakJob { script: "A rather long line. ".repeat(52), ..job })
}

#[test]
fn a_clone_that_is_told_to_slow_down_is_sent_a_few_times_and_not_for_ever() {
    let mut rig = rig(Pace::Instant);
    for _ in 0..12 {
        rig.sandbox().faults().next_refuses("POST", "/v2/voices", 429, "rate_limit_exceeded", "Slow down.");
    }
    let request = rig.clone_request("Mara");
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over_at_once(&id), State::Failed(Error::RateLimited(_))), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.sandbox().faults().pending(), 6, "once, and five times more");
    rig.sandbox().faults().clear();
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(_)));
    assert_eq!(rig.clones(), ["Mara"]);
}

#[test]
fn a_lost_clone_that_turns_up_after_the_users_word_is_taken_and_not_made_again() {
    let mut rig = rig(Pace::Instant);
    let request = rig.clone_request("Mara");
    let before = serde_json::to_string(&rig.ask(rig.client.voices())).unwrap();
    rig.sandbox().faults().next("POST", "/v2/voices", Fault::LoseAnswer);
    // The list before, nine looks, and one after the user's word: the clone is not in the list yet.
    for _ in 0..11 {
        rig.sandbox().faults().next("GET", "/v2/voices", says(200, &before));
    }
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over_at_once(&id), State::Failed(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.sandbox().faults().pending(), 1);
    rig.jobs.retry(&id);
    assert!(matches!(rig.over_at_once(&id), State::Done(Outcome::Voice { .. })), "{:?}", rig.jobs.get(&id));
    assert_eq!((rig.clones().len(), rig.library.clones().unwrap().len()), (1, 1));
}

#[test]
fn a_long_line_is_spoken_where_speech_jobs_are_refused_with_a_code() {
    let mut rig = rig(Pace::Instant);
    for _ in 0..9 {
        rig.sandbox().faults().next_refuses("POST", "/v2/tts/jobs", 503, "feature_not_enabled", "Not enabled.");
    }
    let request = long_line(&rig);
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Done(Outcome::Take(_))), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.sandbox().faults().pending(), 8);
}

#[test]
fn a_gateway_that_lost_the_service_leaves_open_whether_it_was_done() {
    const RESET: &str = "upstream connect error or disconnect/reset before headers";
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    rig.sandbox().faults().next("POST", "/v2/tts", says(503, RESET));
    let id = rig.jobs.start(line(&voice));
    assert!(matches!(rig.over_at_once(&id), State::Failed(Error::Lost { .. })), "{:?}", rig.jobs.get(&id));
    assert!(rig.jobs.get(&id).unwrap().checkpoint.sending.sent);
    // The service itself says what it is.
    rig.sandbox().faults().next_refuses("POST", "/v2/tts", 503, "controller_unavailable", "Out.");
    let id = rig.jobs.start(line(&voice));
    assert!(matches!(rig.over_at_once(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    // With a ticket it is asked once more, and not done without it.
    rig.sandbox().faults().next("POST", "/v2/tts/jobs", says(503, RESET));
    let request = long_line(&rig);
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over_at_once(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert!(!rig.jobs.get(&id).unwrap().checkpoint.speaking.no_speech_jobs);
}

#[test]
fn a_lip_sync_that_got_lost_before_its_uploads_were_gone_is_started_on_the_users_word() {
    let mut rig = rig(Pace::Instant);
    let request = rig.lip_sync();
    rig.sandbox().faults().next("POST", "/v2/generate", Fault::Drop);
    rig.sandbox().faults().next_refuses("POST", "/v2/generate", 422, "asset_not_found", "No such asset.");
    let id = rig.jobs.start(request);
    let State::Failed(error) = rig.over_at_once(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert!(error.to_string().contains("got lost"), "{error}");
    let gone = rig.assets();
    for asset in &gone {
        rig.ask(rig.client.delete_asset(asset));
    }
    rig.jobs.retry(&id);
    assert!(matches!(rig.over_at_once(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.runs(), 1);
    assert!(rig.assets().iter().all(|asset| !gone.contains(asset)));
}

#[test]
fn uploads_that_are_gone_twice_are_uploaded_anew_in_the_next_try() {
    let mut rig = rig(Pace::Instant);
    let request = rig.lip_sync();
    for _ in 0..2 {
        rig.sandbox().faults().next_refuses("POST", "/v2/generate", 422, "asset_not_found", "No such asset.");
    }
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Failed(Error::NotFound(_))), "{:?}", rig.jobs.get(&id));
    let uploaded = rig.assets().len();
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert!(rig.assets().len() > uploaded && rig.runs() == 1);
}
