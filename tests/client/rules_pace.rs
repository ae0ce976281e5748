//! Sections 17 to 19 of the contract: limits, repeats, tickets, asking how things stand.

use std::time::Duration;

use mouthpiece::api::retry::{self, Endpoint};
use mouthpiece::api::{GenerationRequest, Input, Options, Sample, SpeakRequest, Spoken, Tuning};
use mouthpiece::error::Error;
use serde_json::json;

use crate::wire::{Reply, Wire, quick, tuned};

const TAKE: &str = "https://x.example/take.wav";

fn line() -> SpeakRequest {
    SpeakRequest::new("v", "Hi.")
}

fn run() -> GenerationRequest {
    GenerationRequest {
        model: "lipsync-2".into(),
        input: vec![Input::video_asset("v"), Input::audio_url(TAKE)],
        options: Options::default(),
        segments: vec![],
        output_file_name: None,
    }
}

#[tokio::test]
async fn s17_the_eleventh_clone_of_an_hour_is_not_sent() {
    let wire = Wire::new(vec![Reply::json(201, &json!({"id": "v"})); 12]).await;
    let client = tuned(wire.base.clone(), Tuning { throttled: Some(true), ..quick() });
    let same = client.clone();
    for n in 0..10 {
        let who = if n % 2 == 0 { &client } else { &same };
        who.clone_voice("M", Sample::Asset("a".into())).await.unwrap();
    }
    let error = client.clone_voice("M", Sample::Asset("a".into())).await.unwrap_err();
    assert_eq!(wire.heard().len(), 10);
    assert!(matches!(&error, Error::RateLimited(r) if r.status == 0), "{error:?}");
    assert_eq!(
        error.to_string(),
        "sync.so takes only so many requests of this kind in an hour. Try again in 60 minutes."
    );
    let wait = retry::wait(Endpoint::Clone, &error, 1, 0.0).unwrap();
    assert!(wait > Duration::from_mins(59), "{wait:?}");
}

#[tokio::test]
async fn s17_the_sandbox_has_no_limits() {
    let wire = Wire::new(vec![Reply::json(201, &json!({"id": "v"})); 11]).await;
    let client = wire.client();
    for _ in 0..11 {
        client.clone_voice("M", Sample::Asset("a".into())).await.unwrap();
    }
}

#[tokio::test]
async fn s18_questions_are_asked_again_when_that_can_help() {
    let slow = || Reply::with(429, &[("Retry-After", "1")], "{}");
    let down = || Reply::json(500, &json!({"message": "Down"}));
    let ok = || Reply::json(200, &json!([{"id": "v", "name": "V"}]));
    for first in [slow(), down(), Reply::drop(), Reply::json(503, &json!({"errorCode": "controller_unavailable"}))] {
        let wire = Wire::new([first.clone(), first, ok()]).await;
        assert_eq!(wire.client().voices().await.unwrap().len(), 1);
        assert_eq!(wire.lines(), ["GET /v2/voices"; 3]);
    }
    let wire = Wire::new(vec![down(); 9]).await;
    assert!(matches!(wire.client().voices().await, Err(Error::Server(_))));
    assert_eq!(wire.heard().len(), 3, "twice again, then it is said");
    let wire = Wire::new(vec![Reply::json(404, &json!({"message": "Gone"})); 9]).await;
    assert!(matches!(wire.client().voice("v").await, Err(Error::NotFound(_))));
    assert_eq!(wire.heard().len(), 1, "a lasting no is a no");
    let wire = Wire::new(vec![Reply::with(429, &[("Retry-After", "60")], "{}"); 9]).await;
    assert!(matches!(wire.client().voices().await, Err(Error::RateLimited(_))));
    assert_eq!(wire.heard().len(), 1, "nobody waits a minute without a word");
}

#[tokio::test]
async fn s18_deletions_are_repeated_and_gone_is_done() {
    let gone = |code: &str| Reply::json(404, &json!({"errorCode": code, "message": "Gone"}));
    let wire = Wire::new([Reply::drop(), gone("asset_not_found")]).await;
    wire.client().delete_asset("a").await.unwrap();
    assert_eq!(wire.lines(), ["DELETE /v2/assets/a"; 2]);
    let wire = Wire::new([Reply::drop(), gone("generation_not_found")]).await;
    wire.client().delete_generation("g").await.unwrap();
    assert_eq!(wire.lines(), ["DELETE /v2/generations/g"; 2]);
    let wire = Wire::new([Reply::drop(), gone("voice_not_found"), Reply::json(200, &json!([]))]).await;
    wire.client().delete_voice("v").await.unwrap();
    let busy = json!({"errorCode": "generation_not_deletable_while_processing", "message": "Still running"});
    let wire = Wire::new([Reply::json(409, &busy)]).await;
    let error = wire.client().delete_generation("g").await.unwrap_err();
    assert_eq!(error.to_string(), "Still running. Wait until it has ended.");
}

#[tokio::test]
async fn s18_what_costs_is_sent_once_whatever_comes_back() {
    let replies = [
        Reply::drop(),
        Reply::json(500, &json!({"message": "x"})),
        Reply::with(429, &[], "{}"),
        Reply::with(503, &[], ""),
    ];
    for (number, reply) in replies.into_iter().enumerate() {
        let wire = Wire::new([reply.clone(), reply.clone(), reply.clone(), reply]).await;
        let client = wire.client();
        let clone = client.clone_voice("M", Sample::Asset("a".into())).await.unwrap_err();
        let speech = client.speak(line()).await.unwrap_err();
        client.generate(&run(), "ticket").await.unwrap_err();
        // Only the refusal says that nothing was done: the bare 503 is a gateway's.
        assert_eq!([retry::nothing_done(&clone), retry::nothing_done(&speech)], [number == 2; 2], "{clone:?}");
        assert_eq!(wire.lines(), ["POST /v2/voices", "POST /v2/tts", "POST /v2/generate"]);
    }
}

#[tokio::test]
async fn s18_a_run_sent_again_carries_the_same_ticket_and_the_very_same_body() {
    let wire = Wire::new([Reply::drop(), Reply::json(201, &json!({"id": "g", "status": "PENDING"}))]).await;
    let client = wire.client();
    let error = client.generate(&run(), "ticket-1").await.unwrap_err();
    assert!(retry::wait(Endpoint::Generate, &error, 1, 0.5).is_some());
    client.generate(&run(), "ticket-1").await.unwrap();
    let heard = wire.heard();
    assert_eq!(heard[0].body, heard[1].body);
    assert!(heard.iter().all(|heard| heard.header("idempotency-key") == Some("ticket-1")));
}

#[tokio::test]
async fn s18_an_outcome_that_is_not_known_names_the_run_and_allows_no_new_ticket() {
    let body = json!({"errorCode": "IDEMPOTENCY_OUTCOME_UNKNOWN", "message": "Unknown", "generationId": "g-7"});
    for status in [409, 500, 503] {
        let wire = Wire::new([Reply::json(status, &body)]).await;
        let error = wire.client().generate(&run(), "t").await.unwrap_err();
        assert!(matches!(&error, Error::Conflict(r) if r.generation_id.as_deref() == Some("g-7")), "{error:?}");
        assert_eq!(retry::wait(Endpoint::Generate, &error, 1, 0.5), None);
        assert!(!retry::nothing_done(&error));
    }
}

#[tokio::test]
async fn s18_speech_jobs_carry_a_ticket_and_say_where_there_are_none() {
    let wire =
        Wire::new([Reply::with(202, &[("Location", "/v2/tts/jobs/j")], r#"{"id":"j","status":"PENDING"}"#)]).await;
    assert!(matches!(wire.client().start_speech(line(), "t").await.unwrap(), Spoken::Pending(_)));
    let heard = wire.only();
    assert_eq!((heard.target.as_str(), heard.header("idempotency-key")), ("/v2/tts/jobs", Some("t")));

    // Where there are none, the caller decides: only it knows whether an earlier try may have been taken on.
    let refusals = [
        (Reply::json(503, &json!({"message": "Not enabled for this organization"})), "server"),
        (Reply::json(404, &json!({"message": "Cannot POST /v2/tts/jobs"})), "not found"),
        (Reply::with(405, &[], ""), "invalid"),
        (Reply::json(503, &json!({"errorCode": "elevenlabs_service_unavailable", "message": "Out"})), "provider"),
        (Reply::json(409, &json!({"errorCode": "IDEMPOTENCY_CONFLICT", "message": "Another line"})), "conflict"),
        (Reply::drop(), "lost"),
    ];
    for (refusal, kind) in refusals {
        let wire = Wire::new([refusal]).await;
        assert_eq!(wire.client().start_speech(line(), "t").await.unwrap_err().kind(), kind);
        assert_eq!(wire.lines(), ["POST /v2/tts/jobs"]);
    }
}

#[tokio::test]
async fn s19_how_long_to_leave_a_run_in_peace_comes_with_the_answer() {
    let run = json!({"id": "g", "status": "PROCESSING", "progress_percent": 40}).to_string();
    let wire = Wire::new([
        Reply::with(200, &[("Retry-After", "2")], &run),
        Reply::with(200, &[("Retry-After", "7")], &run),
        Reply::with(200, &[], &run),
    ])
    .await;
    let client = wire.client();
    let waited = client.generation_wait("g", 5).await.unwrap();
    assert_eq!(waited.ask_after, Some(Duration::from_secs(2)));
    let watched = client.generation_progress("g").await.unwrap();
    assert_eq!((watched.ask_after, watched.generation.progress_percent), (Some(Duration::from_secs(7)), Some(40.0)));
    assert_eq!(client.generation_progress("g").await.unwrap().ask_after, None);
    assert_eq!(
        wire.lines(),
        [
            "GET /v2/generate/g?wait=true&timeout=5",
            "GET /v2/generate/g?include=progress",
            "GET /v2/generate/g?include=progress"
        ]
    );
}

#[tokio::test]
async fn s19_trouble_with_asking_never_ends_the_watching() {
    for reply in [Reply::drop(), Reply::with(429, &[], ""), Reply::with(500, &[], ""), Reply::with(502, &[], "<html>")]
    {
        let wire = Wire::new([reply]).await;
        let error = wire.client().generation_progress("g").await.unwrap_err();
        assert!(error.is_passing(), "{error:?}");
        assert!(retry::wait(Endpoint::Generation, &error, 10_000, 0.5).is_some(), "{error:?}");
    }
}

#[tokio::test]
async fn s7_7_a_run_that_is_not_found_is_asked_for_under_its_other_address_before_that_is_believed() {
    let unknown = || Reply::json(404, &json!({"errorCode": "generation_not_found", "message": "No such run"}));
    let nowhere = || Reply::json(404, &json!({"message": "Cannot GET /v2/generations/g"}));
    let found = || Reply::json(200, &json!({"id": "g", "status": "PROCESSING"}));
    let wire = Wire::new([unknown(), found(), unknown(), nowhere(), unknown(), Reply::drop()]).await;
    let client = wire.client();
    assert_eq!(client.generation_progress("g").await.unwrap().generation.id, "g");
    let error = client.generation_wait("g", 5).await.unwrap_err();
    assert_eq!(error.code(), Some("generation_not_found"), "there may be no other address");
    let error = client.generation_progress("g").await.unwrap_err();
    assert!(!matches!(error, Error::NotFound(_)), "one of two did not answer: {error:?}");
    let asked: Vec<_> = wire.lines().into_iter().skip(1).step_by(2).collect();
    assert_eq!(asked, ["GET /v2/generations/g"; 3]);
}
