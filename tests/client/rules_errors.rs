//! Section 2 of the contract: the error envelope and the catalogue.

use mouthpiece::api::{ErrorEntry, Sample, shipped, shipped_entries};
use mouthpiece::error::Error;
use serde_json::json;

use crate::wire::{Reply, Wire};

async fn refused(reply: Reply) -> Error {
    Wire::new([reply]).await.client().clone_voice("M", Sample::Asset("a".into())).await.unwrap_err()
}

#[tokio::test]
async fn s2_1_what_no_slot_says_is_told_apart_from_what_the_account_says() {
    for (status, body, kind) in [
        (402, json!({"errorCode": "voice_clone_limit_reached", "message": "Full"}), "slots full"),
        (403, json!({"errorCode": "voice_clone_limit_reached", "message": "Full"}), "slots full"),
        (403, json!({"message": "Forbidden"}), "slots full"),
        (402, json!({"message": "Payment required"}), "billing"),
        (403, json!({"errorCode": "asset_forbidden", "message": "Not yours"}), "invalid"),
    ] {
        assert_eq!(refused(Reply::json(status, &body)).await.kind(), kind, "{status} {body}");
    }
}

#[tokio::test]
async fn s2_1_two_sorts_of_429_are_told_apart_with_and_without_a_code() {
    for (body, kind) in [
        (json!({"errorCode": "rate_limit_exceeded"}), "rate limited"),
        (json!({}), "rate limited"),
        (json!({"errorCode": "concurrency_limit_reached", "concurrencyLimit": 3}), "busy"),
        (json!({"message": "Too many", "activeGenerations": 3, "concurrencyLimit": "3"}), "busy"),
    ] {
        let error = refused(Reply::json(429, &body)).await;
        assert_eq!(error.kind(), kind, "{body}");
        let limit = error.refusal().unwrap().concurrency_limit;
        assert_eq!(limit, (kind == "busy").then_some(3));
    }
    let busy = refused(Reply::json(409, &json!({"errorCode": "voice_clone_busy", "message": "Wait"}))).await;
    assert_eq!(busy.to_string(), "Another voice is being cloned. Try again in a moment.");
}

#[tokio::test]
async fn s2_2_the_code_decides_also_where_the_status_says_something_else() {
    for (status, code, kind) in [
        (422, "voice_not_found", "not found"),
        (400, "asset_not_found", "not found"),
        (400, "voice_name_conflict", "conflict"),
        (400, "internal_error", "server"),
        (400, "generation_media_probe_timeout", "server"),
        (500, "IDEMPOTENCY_OUTCOME_UNKNOWN", "conflict"),
        (409, "INVALID_IDEMPOTENCY_KEY", "invalid"),
        (500, "elevenlabs_api_key_invalid", "invalid"),
        (500, "a_code_of_tomorrow", "server"),
    ] {
        let error = refused(Reply::json(status, &json!({"errorCode": code, "message": "No."}))).await;
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{status}");
    }
}

#[tokio::test]
async fn s2_2_a_refusal_without_a_suggestion_gets_the_one_of_the_catalogue() {
    let bare = json!({"errorCode": "voice_sample_too_short", "message": "Too short"});
    let (_, advice) = shipped("voice_sample_too_short").unwrap();
    assert_eq!(refused(Reply::json(422, &bare)).await.to_string(), format!("Too short. {advice}"));
    let said = json!({"errorCode": "voice_sample_too_short", "message": "Too short", "suggestion": "Sing"});
    assert_eq!(refused(Reply::json(422, &said)).await.to_string(), "Too short. Sing.");
}

#[tokio::test]
async fn s2_2_the_catalogue_is_fetched_without_the_key_and_used_from_then_on() {
    let rows = json!([
        {"code": "of_tomorrow", "message": "New", "suggestion": "Do the new thing"},
        {"code": "odd", "suggestion": 7, "extra": []}, {"code": ""}, 3
    ]);
    let unknown = || Reply::json(422, &json!({"errorCode": "of_tomorrow", "message": "No"}));
    let wire = Wire::new([unknown(), Reply::json(200, &rows), unknown()]).await;
    let client = wire.client();
    let asked = || client.clone_voice("M", Sample::Asset("a".into()));
    assert_eq!(asked().await.unwrap_err().to_string(), "No.");
    let entries = client.errors().await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.code.as_str()).collect::<Vec<_>>(), ["of_tomorrow", "odd"]);
    assert_eq!(asked().await.unwrap_err().to_string(), "No. Do the new thing.");
    assert_eq!(wire.lines()[1], "GET /v2/errors");
    assert_eq!(wire.heard()[1].header("x-api-key"), None);

    // What the caller kept serves another client.
    let kept: Vec<ErrorEntry> = serde_json::from_str(&serde_json::to_string(&entries).unwrap()).unwrap();
    let later = Wire::new([unknown()]).await;
    let client = later.client();
    client.know_errors(&kept);
    let error = client.clone_voice("M", Sample::Asset("a".into())).await.unwrap_err();
    assert_eq!(error.to_string(), "No. Do the new thing.");
}

/// The codes the service published on 2026-08-25.
const PUBLISHED: &str = "generation_unsupported_model generation_pipeline_failed generation_unknown_error \
    generation_input_validation_failed generation_infra_storage_error generation_infra_resource_exhausted \
    generation_infra_service_unavailable generation_input_video_inaccessible generation_input_audio_inaccessible \
    generation_input_image_inaccessible generation_input_video_invalid generation_input_audio_invalid \
    generation_input_segments_invalid generation_input_trim_invalid generation_input_face_selection_invalid \
    generation_input_resolution_unsupported generation_input_duration_greater_than_max_duration \
    generation_input_asset_type_mismatch generation_input_too_many_visual generation_input_dub_audio_conflict \
    generation_model_duration_exceeded generation_plan_duration_exceeded dubbing_duration_exceeded \
    free_tier_generations_exhausted plan_feature_unavailable account_payment_required account_on_hold \
    concurrency_limit_reached rate_limit_exceeded file_size_exceeds_plan_limit voice_clone_limit_reached \
    elevenlabs_quota_exceeded generation_not_deletable_while_processing invalid_generation_id \
    unsupported_generation_id_format generation_not_found generation_conflict generation_media_probe_timeout \
    generation_media_probe_unavailable controller_timeout controller_unavailable controller_dependency_error \
    internal_error usage_dependency_unavailable project_not_found asset_not_found asset_forbidden \
    invalid_asset_id_format uploaded_file_not_found file_not_in_org_storage voice_not_found \
    voice_sample_not_accessible voice_sample_type_unsupported voice_sample_upload_required \
    voice_sample_extraction_failed voice_sample_source_too_large voice_sample_too_short voice_sample_invalid \
    voice_name_conflict voice_clone_busy elevenlabs_api_key_invalid elevenlabs_service_unavailable";

#[test]
fn s2_2_every_published_code_is_shipped() {
    let published: Vec<&str> = PUBLISHED.split_whitespace().collect();
    assert_eq!(published.len(), 62);
    let shipped: Vec<String> = shipped_entries().into_iter().map(|entry| entry.code).collect();
    for code in published {
        assert!(shipped.iter().any(|known| known == code), "{code}");
    }
}

#[tokio::test]
async fn s2_3_every_status_is_an_error_that_says_what_to_do() {
    for status in [400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 418, 599] {
        let error = refused(Reply::json(status, &json!({"statusCode": status, "message": "No"}))).await;
        assert!(error.to_string().ends_with('.'), "{status}: {error}");
        assert!(error.refusal().is_some_and(|refusal| refusal.status == status), "{status}: {error:?}");
    }
}
