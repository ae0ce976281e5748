//! Lost answers and kills: what may have been bought is not bought again by itself.

use mouthpiece::error::Error;
use mouthpiece::jobs::{Outcome, Request, State, Step, Waiting};
use mouthpiece::sandbox::{Fault, Pace};

use crate::media;
use crate::rig::{line, rig};

#[test]
fn a_clone_whose_reply_got_lost_is_found_and_not_made_twice() {
    let mut rig = rig(Pace::Instant);
    rig.sandbox().faults().next("POST", "/v2/voices", Fault::LoseAnswer);
    let request = rig.clone_request("Mara");
    let id = rig.jobs.start(request);
    let State::Done(Outcome::Voice { id: voice, .. }) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert_eq!(rig.clones(), ["Mara"]);
    let clones = rig.library.clones().unwrap();
    assert_eq!((clones[0].id.as_str(), clones[0].consent.speaker.as_str()), (voice.as_str(), "Mara"));
}

#[test]
fn a_clone_that_never_arrived_is_said_so_and_sent_again_only_when_asked() {
    let mut rig = rig(Pace::Instant);
    rig.sandbox().faults().next("POST", "/v2/voices", Fault::Drop);
    let request = rig.clone_request("Mara");
    let id = rig.jobs.start(request);
    let State::Failed(error) = rig.over_at_once(&id) else { panic!("it can't be done") };
    assert!(error.to_string().contains("got lost"), "{error}");
    assert!(rig.clones().is_empty());
    let assets = rig.jobs.get(&id).unwrap().checkpoint.picture.clone();
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(_)));
    assert_eq!(rig.jobs.get(&id).unwrap().checkpoint.picture, assets, "the sample was not uploaded again");
    assert_eq!(rig.clones(), ["Mara"]);
}

#[test]
fn a_line_whose_reply_got_lost_is_not_spoken_again_by_itself() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    rig.sandbox().faults().next("POST", "/v2/tts", Fault::LoseAnswer);
    let id = rig.jobs.start(line(&voice));
    assert!(matches!(rig.over(&id), State::Failed(Error::Lost { .. })));
    // Not at the next start either: the row says that it was sent.
    let mut rig = rig.reopen(Pace::Instant);
    let job = rig.until(&id, |job| !job.is_running());
    assert!(job.checkpoint.sending.sent && matches!(job.state, State::Failed(_)));
    // Only when the user asks for it.
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(Outcome::Take(_))));
}

#[test]
fn a_refused_line_is_sent_again_by_itself_and_a_broken_gateway_is_no_refusal() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    rig.sandbox().faults().next_refuses("POST", "/v2/tts", 429, "rate_limit_exceeded", "Slow down.");
    let id = rig.jobs.start(line(&voice));
    assert!(matches!(rig.over(&id), State::Done(_)));
    rig.sandbox().faults().next_refuses("POST", "/v2/tts", 502, "", "Bad gateway.");
    let id = rig.jobs.start(line(&voice));
    let State::Failed(error) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert!(error.to_string().contains("may have been spoken"), "{error}");
    assert!(rig.jobs.get(&id).unwrap().checkpoint.sending.sent, "behind a gateway the line may have been spoken");
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(_)));
}

#[test]
fn a_lip_sync_killed_while_it_runs_is_watched_again_and_started_once() {
    let mut first = rig(Pace::Real);
    let request = first.lip_sync();
    let id = first.jobs.start(request);
    first.until(&id, |job| matches!(job.state, State::Running(Step::Watch)));
    let mut second = first.reopen(Pace::Instant);
    let State::Done(Outcome::Video { file, .. }) = second.over(&id) else { panic!("{:?}", second.jobs.get(&id)) };
    assert_eq!(second.runs(), 1);
    assert!((media::secs(&file) - 6.0).abs() < 0.045);
    assert_eq!(media::codecs(&file), ["h264", "aac"]);
}

#[test]
fn a_lip_sync_whose_reply_got_lost_is_asked_for_again_with_the_same_ticket() {
    let mut rig = rig(Pace::Instant);
    rig.sandbox().faults().next("POST", "/v2/generate", Fault::LoseAnswer);
    let request = rig.lip_sync();
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.runs(), 1);
}

#[test]
fn watching_can_be_stopped_and_taken_up_again() {
    let mut rig = rig(Pace::Real);
    let request = rig.lip_sync();
    let id = rig.jobs.start(request);
    rig.until(&id, |job| matches!(job.state, State::Running(Step::Watch)));
    rig.jobs.stop(&id);
    assert!(matches!(rig.over(&id), State::Stopped));
    rig.jobs.retry(&id);
    let State::Done(Outcome::Video { file, .. }) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert_eq!(rig.runs(), 1);
    assert!(file.is_file());
}

#[test]
fn trouble_with_asking_never_means_that_the_run_failed() {
    let mut rig = rig(Pace::Real);
    for fault in [Fault::Garbage, Fault::Drop] {
        rig.sandbox().faults().next("GET", "/v2/generate/", fault);
    }
    rig.sandbox().faults().next_refuses("GET", "/v2/generate/", 500, "internal_error", "Down.");
    rig.sandbox().faults().next_refuses("GET", "/v2/generate/", 429, "rate_limit_exceeded", "Slow down.");
    let request = rig.lip_sync();
    let id = rig.jobs.start(request);
    assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    assert_eq!(rig.sandbox().faults().pending(), 0);
}

#[test]
fn a_finished_job_is_found_again_with_what_it_made() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    let id = rig.jobs.start(line(&voice));
    let State::Done(made) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    let mut rig = rig.reopen(Pace::Instant);
    let job = rig.until(&id, |_| true);
    assert!(matches!(job.state, State::Done(again) if again == made));
    assert_eq!(rig.library.takes().unwrap().len(), 1);
}

#[test]
fn a_take_that_could_not_be_fetched_is_fetched_after_a_restart_and_not_spoken_again() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    for _ in 0..3 {
        rig.sandbox().faults().next("GET", "/files/", Fault::Drop);
    }
    let id = rig.jobs.start(line(&voice));
    let job = rig.until(&id, |job| job.waiting.is_some());
    assert!(matches!(job.waiting, Some(Waiting::Again { error: Error::Offline { .. }, .. })), "{:?}", job.waiting);
    let speech = job.checkpoint.speaking.speech.clone().expect("it was spoken");
    let mut rig = rig.reopen(Pace::Instant);
    let State::Done(Outcome::Take(take)) = rig.over(&id) else { panic!("{:?}", rig.jobs.get(&id)) };
    assert_eq!((take.url, take.number), (speech.url, 1));
}

#[test]
fn a_line_spoken_as_a_job_is_asked_for_until_it_is_there() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    let answer = |status: u16, body: &str| Fault::Status { status, body: body.into(), retry_after: Some(1) };
    rig.sandbox().faults().next("POST", "/v2/tts", answer(202, r#"{"id":"j1","status":"PENDING"}"#));
    // A page of some portal, a key refused for a moment, a broken wire: the line is still being spoken.
    rig.sandbox().faults().next("GET", "/v2/tts/jobs/j1", Fault::Garbage);
    rig.sandbox().faults().next("GET", "/v2/tts/jobs/j1", Fault::Drop);
    rig.sandbox().faults().next(
        "GET",
        "/v2/tts/jobs/j1",
        answer(401, r#"{"message":"Unauthorized","statusCode":401}"#),
    );
    let id = rig.jobs.start(line(&voice));
    assert!(matches!(rig.over(&id), State::Failed(Error::Unauthorized(_))));
    assert!(rig.jobs.get(&id).unwrap().checkpoint.speaking.speech_job.is_some());
    let preview = rig.ask(rig.client.voices())[0].preview_url.clone().unwrap();
    let done = format!(r#"{{"id":"j1","status":"SUCCESS","url":"{preview}","duration":1.0}}"#);
    rig.sandbox().faults().next("GET", "/v2/tts/jobs/j1", answer(200, &done));
    rig.jobs.retry(&id);
    assert!(matches!(rig.over(&id), State::Done(Outcome::Take(_))), "{:?}", rig.jobs.get(&id));
}

#[test]
fn a_lip_sync_asked_for_twice_is_one_and_a_failed_one_is_tried_again_once() {
    let mut rig = rig(Pace::Real);
    let request = rig.lip_sync();
    let id = rig.jobs.start(request.clone());
    assert_eq!(rig.jobs.start(request.clone()), id, "a second click while it runs");
    rig.until(&id, |job| matches!(job.state, State::Running(Step::Watch)));
    rig.jobs.stop(&id);
    assert!(matches!(rig.over(&id), State::Stopped));
    assert_eq!(rig.jobs.start(request), id, "started again after it was only left off being watched");
    let body = r#"{"id":"g","status":"FAILED","error":"No face."}"#;
    rig.sandbox().faults().next(
        "GET",
        "/v2/generate/",
        Fault::Status { status: 200, body: body.into(), retry_after: None },
    );
    assert!(matches!(rig.over(&id), State::Failed(Error::Failed { .. })));
    // Also after a restart, and also when it is pressed twice.
    let mut rig = rig.reopen(Pace::Instant);
    rig.until(&id, |_| true);
    rig.jobs.retry(&id);
    rig.jobs.retry(&id);
    assert_eq!(rig.jobs.all().len(), 2);
    let newer = rig.jobs.all()[0].id.clone();
    assert!(matches!(rig.over(&newer), State::Done(_)));
    assert_eq!((rig.runs(), rig.assets().len()), (2, 2), "its files lie there already");
    // By these it is told later whether a file that was touched is still the one that was sent.
    let sent = |id: &str| {
        let done = &rig.jobs.get(id).unwrap().checkpoint;
        (done.sample_hash.clone().unwrap(), done.run.voice_hash.clone().unwrap())
    };
    assert_eq!(sent(&newer), sent(&id));
}

#[test]
fn a_run_of_unknown_outcome_is_found_by_its_ticket_and_never_started_twice() {
    let mut rig = rig(Pace::Instant);
    for tells_id in [true, false] {
        rig.sandbox().faults().next("POST", "/v2/generate", Fault::OutcomeUnknown { tells_id });
        let Request::LipSync(mut job) = rig.lip_sync() else { panic!("a lip sync") };
        job.stem = format!("named {tells_id}");
        let id = rig.jobs.start(Request::LipSync(job));
        assert!(matches!(rig.over(&id), State::Done(_)), "{:?}", rig.jobs.get(&id));
    }
    assert_eq!(rig.runs(), 2);
}

#[test]
fn a_long_line_is_spoken_as_a_job_once_and_at_once_where_there_are_no_jobs() {
    let mut rig = rig(Pace::Instant);
    let voice = rig.ask(rig.client.voices())[0].id.clone();
    let Request::Speak(mut job) = line(&voice) else { panic!("a line") };
    job.script = "A rather long line. ".repeat(52);
    rig.sandbox().faults().next("POST", "/v2/tts/jobs", Fault::LoseAnswer);
    let id = rig.jobs.start(Request::Speak(job.clone()));
    assert!(matches!(rig.over(&id), State::Done(Outcome::Take(_))), "{:?}", rig.jobs.get(&id));
    // The ticket asked for again may find the line spoken already: what counts is that it went this way.
    let speaking = &rig.jobs.get(&id).unwrap().checkpoint.speaking;
    assert!(speaking.line.is_some() && !speaking.no_speech_jobs);
    rig.sandbox().plan().change(|terms| terms.speech_jobs = false);
    let id = rig.jobs.start(Request::Speak(job));
    assert!(matches!(rig.over(&id), State::Done(Outcome::Take(_))), "{:?}", rig.jobs.get(&id));
    assert!(rig.jobs.get(&id).unwrap().checkpoint.speaking.no_speech_jobs);
}
