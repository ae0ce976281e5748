//! Every way to be refused, and the error it becomes.

use std::time::Duration;

use mouthpiece::api::{Sample, SpeakRequest};
use mouthpiece::error::Error;
use serde_json::{Value, json};

use crate::wire::{Reply, Wire};

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn asking(reply: Reply) -> Error {
    let wire = Wire::new([reply.clone(), reply]).await;
    let error = wire.client().generation("g").await.unwrap_err();
    // Not found is looked into under the other address.
    let both = ["GET /v2/generate/g?include=progress", "GET /v2/generations/g"];
    assert_eq!(wire.lines(), both[..=usize::from(matches!(error, Error::NotFound(_)))]);
    error
}

async fn cloning(reply: Reply) -> Error {
    let wire = Wire::new([reply]).await;
    let error = wire.client().clone_voice("M", Sample::Asset("a".into())).await.unwrap_err();
    assert_eq!(wire.lines(), ["POST /v2/voices"], "a refused clone is not sent again");
    error
}

fn coded(status: u16, code: &str) -> Reply {
    Reply::json(status, &json!({"statusCode": status, "errorCode": code, "message": "No."}))
}

#[tokio::test]
async fn each_status_has_its_kind() {
    for (status, kind) in [
        (400, "invalid"),
        (401, "unauthorized"),
        (402, "billing"),
        (403, "invalid"),
        (404, "not found"),
        (405, "invalid"),
        (409, "conflict"),
        (413, "invalid"),
        (422, "invalid"),
        (429, "rate limited"),
        (500, "server"),
        (502, "server"),
        (503, "server"),
        (504, "server"),
    ] {
        let error = asking(Reply::json(status, &json!({"message": "No.", "statusCode": status}))).await;
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.refusal().unwrap().status, status);
    }
}

#[tokio::test]
async fn each_code_has_its_kind_whatever_the_status() {
    for (status, code, kind) in [
        (403, "voice_clone_limit_reached", "slots full"),
        (402, "voice_clone_limit_reached", "slots full"),
        (429, "concurrency_limit_reached", "busy"),
        (429, "rate_limit_exceeded", "rate limited"),
        (503, "elevenlabs_service_unavailable", "provider"),
        (504, "elevenlabs_service_unavailable", "provider"),
        (401, "elevenlabs_api_key_invalid", "invalid"),
        (402, "elevenlabs_quota_exceeded", "billing"),
        (403, "account_on_hold", "billing"),
        (402, "free_tier_generations_exhausted", "billing"),
        (403, "asset_forbidden", "invalid"),
        (404, "voice_not_found", "not found"),
        (422, "voice_blocked", "invalid"),
        (400, "a_code_of_tomorrow", "invalid"),
    ] {
        let error = cloning(coded(status, code)).await;
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{status}");
    }
}

#[tokio::test]
async fn both_shapes_of_401_are_about_the_key() {
    let missing = json!({"message": "Either Cookie or x-api-key header must be provided", "error": "Unauthorized", "statusCode": 401});
    for body in [missing, json!({"message": "Unauthorized", "statusCode": 401})] {
        let error = asking(Reply::json(401, &body)).await;
        assert!(matches!(error, Error::Unauthorized(_)));
        assert!(error.to_string().starts_with("sync.so refused the key."), "{error}");
        assert!(!error.is_passing());
    }
}

#[tokio::test]
async fn a_403_without_a_code_means_full_slots_only_for_a_clone() {
    let bare = || Reply::json(403, &json!({"message": "Forbidden", "statusCode": 403}));
    assert!(matches!(cloning(bare()).await, Error::SlotsFull(_)));
    assert!(matches!(cloning(Reply::with(403, &[], "")).await, Error::SlotsFull(_)));
    assert!(matches!(asking(bare()).await, Error::Invalid(_)));
    assert!(matches!(cloning(coded(403, "asset_forbidden")).await, Error::Invalid(_)));
}

#[tokio::test]
async fn everything_the_envelope_says_is_kept() {
    let error = cloning(Reply::json(
        422,
        &json!({
            "message": "The sample is too short", "statusCode": 422, "errorCode": "voice_sample_too_short",
            "suggestion": "Send at least ten seconds", "field": "assetId", "requestId": "req_1", "newToday": {"a": 1}
        }),
    ))
    .await;
    assert_eq!(error.to_string(), "The sample is too short. Send at least ten seconds.");
    assert_eq!(error.details(), "Code voice_sample_too_short, status 422, field assetId, request req_1");

    let old = Reply::with(
        400,
        &[JSON, ("X-Request-Id", "req_2")],
        r#"{"message":["name is missing","url is not a URL"],"error_code":"old_code","suggestion":null,"field":7}"#,
    );
    let error = cloning(old).await;
    assert_eq!(error.to_string(), "name is missing\nurl is not a URL.");
    assert_eq!(error.details(), "Code old_code, status 400, request req_2");
}

#[tokio::test]
async fn odd_envelopes_still_give_a_sentence() {
    for (body, sentence) in [
        (json!({"message": {"message": "nested"}}), "nested."),
        (json!({"message": [], "error": "Bad Request"}), "Bad Request."),
        (json!({"message": 7}), "The answer was 400 (Bad Request)."),
        (json!({"message": "  "}), "The answer was 400 (Bad Request)."),
        (json!({"error": {"message": "deep"}}), "deep."),
        (json!([1, 2]), "The answer was 400 (Bad Request)."),
        (json!("a word"), "The answer was 400 (Bad Request)."),
        (Value::Null, "The answer was 400 (Bad Request)."),
    ] {
        assert_eq!(cloning(Reply::json(400, &body)).await.to_string(), sentence, "{body}");
    }
}

#[tokio::test]
async fn the_wait_is_taken_from_the_header_then_the_body() {
    let concurrency = json!({"message": "Too many", "errorCode": "concurrency_limit_reached", "activeGenerations": 1,
        "concurrencyLimit": 1, "retryAfterSeconds": 9.5, "upgradeUrl": "https://x.example"});
    let body = concurrency.to_string();
    let wait = |error: &Error| error.refusal().unwrap().retry_after.map(|wait| wait.as_secs());

    let error = asking(Reply::with(429, &[JSON, ("Retry-After", "4")], &body)).await;
    assert!(matches!(error, Error::Busy(_)) && error.is_passing());
    assert_eq!(wait(&error), Some(4));
    assert_eq!(wait(&asking(Reply::with(429, &[JSON], &body)).await), Some(10));
    let dated = ("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT");
    assert_eq!(wait(&asking(Reply::with(429, &[JSON, dated], &body)).await), Some(10));
    for odd in ["-1", "99999999999999999999", "1e3", ""] {
        let error = asking(Reply::with(429, &[JSON, ("Retry-After", odd)], "{}")).await;
        assert!(matches!(error, Error::RateLimited(_)), "{odd}");
        assert_eq!(wait(&error), None, "{odd}");
    }
    let error = asking(Reply::with(429, &[JSON, ("Retry-After", "86400")], "{}")).await;
    assert_eq!(error.refusal().unwrap().retry_after, Some(Duration::from_hours(1)));
    assert!(
        asking(Reply::with(429, &[JSON], r#"{"retryAfterSeconds":-3}"#)).await.refusal().unwrap().retry_after.is_none()
    );
}

#[tokio::test]
async fn pages_of_proxies_never_reach_the_screen() {
    let html = [("Content-Type", "text/html; charset=utf-8")];
    let error = asking(Reply::with(502, &html, "<html><h1>Bad gateway</h1></html>")).await;
    assert!(matches!(error, Error::Server(_)) && error.is_passing());
    assert!(error.to_string().contains("The answer was 502 (Bad Gateway)") && !error.to_string().contains('<'));

    let error = asking(Reply::with(500, &[], "")).await;
    assert!(error.to_string().contains("The answer was 500 (Internal Server Error)"), "{error}");
    let plain = [("Content-Type", "text/plain")];
    assert_eq!(asking(Reply::with(400, &plain, "no such thing")).await.to_string(), "no such thing.");
}

#[tokio::test]
async fn a_refusal_cut_off_is_still_that_refusal() {
    let cut =
        "HTTP/1.1 429 X\r\nContent-Type: application/json\r\nContent-Length: 900\r\nRetry-After: 5\r\n\r\n{\"mess";
    let wire = Wire::new([Reply::raw(cut)]).await;
    let error = wire.client().speak(SpeakRequest::new("v", "Hi.")).await.unwrap_err();
    assert!(matches!(&error, Error::RateLimited(r) if r.retry_after == Some(Duration::from_secs(5))), "{error:?}");
}

#[tokio::test]
async fn huge_answers_end_early_and_their_texts_are_cut() {
    let long = json!({"message": "x".repeat(3_000_000), "errorCode": "c".repeat(9000), "suggestion": "s".repeat(9000)});
    let error = asking(Reply::json(400, &long)).await;
    assert!(error.to_string().len() < 5000 && error.details().len() < 3000, "{}", error.to_string().len());

    // Without an end: reading stops on its own.
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n[".to_vec(), vec![b' '; 17 * 1024 * 1024]].concat();
    let error = asking(Reply::hold(endless)).await;
    assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
}
