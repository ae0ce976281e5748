//! Answers of older and newer servers, and of servers that do not exist yet.

use std::time::Duration;

use mouthpiece::api::{
    Estimate, EstimateRequest, Generation, Page, Sample, SpeakRequest, Speech, SpeechJob, Spoken, Status,
};
use mouthpiece::error::{Error, Result};
use serde_json::{Value, json};

use crate::wire::{KEY, Reply, Wire};

const TAKE: &str = "https://x.example/take.wav";

async fn spoken(reply: Reply) -> Result<Spoken> {
    Wire::new([reply]).await.client().speak(SpeakRequest::new("v", "Hi.")).await
}

fn ready(id: &str, duration: Option<f64>) -> Spoken {
    Spoken::Ready(Speech { id: id.into(), url: TAKE.into(), duration })
}

#[tokio::test]
async fn speech_that_is_ready_is_read_in_every_shape() {
    for (body, expected) in [
        (json!({"id": "a", "url": TAKE, "duration": 3.4}), ready("a", Some(3.4))),
        (json!({"id": 7, "url": TAKE, "duration": "3.4"}), ready("7", Some(3.4))),
        (json!({"id": "a", "synthesizedAudioUrl": TAKE}), ready("a", None)),
        (json!({"id": "a", "synthesized_audio_url": TAKE, "status": "COMPLETED"}), ready("a", None)),
        (json!({"audioUrl": TAKE, "url": "", "duration": null, "extra": {"a": []}}), ready("", None)),
        (json!({"job_id": "j", "status": "success", "url": TAKE}), ready("j", None)),
    ] {
        assert_eq!(spoken(Reply::json(200, &body)).await.unwrap(), expected, "{body}");
    }
}

#[tokio::test]
async fn speech_still_to_come_is_a_job() {
    let location = ("Location", "/v2/tts/jobs/j");
    let accepted = Reply::with(202, &[location, ("Retry-After", "5")], "");
    let by_place =
        SpeechJob { id: String::new(), location: Some("/v2/tts/jobs/j".into()), ask_after: Duration::from_secs(5) };
    assert_eq!(spoken(accepted).await.unwrap(), Spoken::Pending(by_place));
    let by_id = SpeechJob { id: "j".into(), location: None, ask_after: Duration::from_secs(3) };
    for body in [
        json!({"id": "j", "status": "PENDING", "url": null}),
        json!({"id": "j", "status": "processing"}),
        json!({"jobId": "j", "status": "A_STATUS_OF_TOMORROW"}),
    ] {
        assert_eq!(spoken(Reply::json(200, &body)).await.unwrap(), Spoken::Pending(by_id.clone()), "{body}");
    }
    assert_eq!(spoken(Reply::json(202, &json!({"id": "j"}))).await.unwrap(), Spoken::Pending(by_id));
}

#[tokio::test]
async fn speech_without_address_or_job_is_unreadable() {
    for body in [
        "",
        "null",
        "[]",
        "{\"id\":\"j\"",
        "<html>",
        "{}",
        r#"{"id":"j"}"#,
        r#"{"id":"j","status":"SUCCESS"}"#,
        r#"{"url":7.5e400}"#,
    ] {
        let error = spoken(Reply::with(200, &[], body)).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{body}: {error:?}");
    }
    let error = spoken(Reply::with(202, &[], "")).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_job_is_asked_where_it_says_until_it_ends() {
    let wire = Wire::new([
        Reply::with(202, &[("Location", "/v2/tts/jobs/j?x=1")], r#"{"id":"j","status":"PENDING"}"#),
        Reply::json(200, &json!({"id": "j", "status": "PROCESSING"})),
        Reply::json(200, &json!({"id": "j", "status": "SUCCESS", "url": TAKE, "duration": 2})),
    ])
    .await;
    let client = wire.client();
    let mut now = client.speak(SpeakRequest::new("v", "Hi.")).await.unwrap();
    while let Spoken::Pending(job) = now {
        now = client.speech_job(&job).await.unwrap();
    }
    assert_eq!(now, ready("j", Some(2.0)));
    assert_eq!(wire.lines(), ["POST /v2/tts", "GET /v2/tts/jobs/j?x=1", "GET /v2/tts/jobs/j?x=1"]);
    assert!(wire.heard().iter().all(|heard| heard.header("x-api-key") == Some(KEY)));
}

#[tokio::test]
async fn a_job_elsewhere_is_not_visited() {
    let other = Wire::new([]).await;
    let away = other.url("/v2/tts/jobs/j");
    let wire = Wire::new([Reply::with(202, &[("Location", &away)], r#"{"id":"j","status":"PENDING"}"#)]).await;
    let client = wire.client();
    let Spoken::Pending(mut job) = client.speak(SpeakRequest::new("v", "Hi.")).await.unwrap() else { panic!("ready") };
    assert_eq!((job.id.as_str(), &job.location), ("j", &None));
    // Nor when it was noted by an earlier version.
    job.location = Some(away);
    wire.then(Reply::json(200, &json!({"status": "COMPLETED", "url": TAKE})));
    assert_eq!(client.speech_job(&job).await.unwrap(), ready("j", None));
    assert_eq!(wire.lines(), ["POST /v2/tts", "GET /v2/tts/jobs/j"]);
    assert!(other.heard().is_empty());
}

#[tokio::test]
async fn a_failed_job_says_why_in_every_shape() {
    for (error, reason, code) in [
        (
            json!({"message": "The voice is gone.", "errorCode": "voice_not_found"}),
            "The voice is gone",
            Some("voice_not_found"),
        ),
        (json!({"message": ["a", "b"], "code": "c"}), "a\nb", Some("c")),
        (json!("Too loud"), "Too loud", None),
        (json!({"reason": 7}), "no reason was given", None),
        (Value::Null, "no reason was given", None),
    ] {
        for status in ["FAILED", "canceled", "TIMED_OUT", "REJECTED"] {
            let failed =
                spoken(Reply::json(200, &json!({"id": "j", "status": status, "error": error}))).await.unwrap_err();
            assert_eq!(
                failed.to_string(),
                format!("The line was not spoken: {reason}. Try again, or choose another voice.")
            );
            assert_eq!(failed.code(), code);
        }
    }
    let flat = json!({"id": "j", "status": "FAILED", "message": "No.", "error_code": "x"});
    assert_eq!(spoken(Reply::json(200, &flat)).await.unwrap_err().code(), Some("x"));
}

#[tokio::test]
async fn a_provider_that_is_not_known_yet_is_left_out_once() {
    let refusals = [
        json!({"message": ["property provider should not exist"], "statusCode": 400}),
        json!({"message": "Unrecognized key(s) in object: 'provider'"}),
        json!({"message": "Unexpected field", "field": "provider"}),
    ];
    for refusal in refusals {
        let wire = Wire::new([Reply::json(400, &refusal), Reply::json(201, &json!({"voiceId": "v"}))]).await;
        wire.client().clone_voice("M", Sample::Asset("a".into())).await.unwrap();
        assert_eq!(wire.heard()[1].json(), json!({"name": "M", "assetId": "a"}));

        let wire = Wire::new([Reply::json(400, &refusal), Reply::json(200, &json!({"url": TAKE}))]).await;
        wire.client().speak(SpeakRequest::new("v", "Hi.")).await.unwrap();
        assert_eq!(wire.heard()[1].json(), json!({"voiceId": "v", "script": "Hi."}));

        let wire = Wire::new([Reply::json(400, &refusal), Reply::json(400, &refusal)]).await;
        assert!(matches!(wire.client().speak(SpeakRequest::new("v", "Hi.")).await, Err(Error::Invalid(_))));
        assert_eq!(wire.heard().len(), 2, "no third try");
    }
    let other = json!({"message": "property colour should not exist\nprovider must be a string"});
    let wire = Wire::new([Reply::json(400, &other)]).await;
    wire.client().speak(SpeakRequest::new("v", "Hi.")).await.unwrap_err();
    assert_eq!(wire.heard().len(), 1, "another field was meant");
}

#[tokio::test]
async fn a_new_voice_is_known_by_its_newest_id() {
    for (body, handle) in [
        (json!({"voiceId": "cloned_9f8e", "name": "F", "internalVoiceId": "iv_1"}), "cloned_9f8e"),
        (json!({"id": "6533643b", "voiceId": "provider", "name": "F", "new": 1}), "6533643b"),
        (json!({"id": null, "voice_id": "v", "internal_voice_id": "i"}), "v"),
        (json!({"id": 42}), "42"),
    ] {
        let wire = Wire::new([Reply::json(201, &body)]).await;
        let cloned = wire.client().clone_voice("F", Sample::Asset("a".into())).await.unwrap();
        assert_eq!(cloned.handle(), Some(handle), "{body}");
    }
    for body in ["", "{}", "[]", r#"{"id":""}"#, r#"{"id":"v"#, r#"["v","provider"]"#, "true"] {
        let wire = Wire::new([Reply::with(201, &[], body)]).await;
        let error = wire.client().clone_voice("F", Sample::Asset("a".into())).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{body}: {error:?}");
        assert_eq!(wire.heard().len(), 1);
    }
}

#[tokio::test]
async fn deleted_is_deleted_however_it_is_said() {
    for body in ["true", "{}", "", "null", r#"{"id":"v"}"#, "<ok>"] {
        let wire = Wire::new([Reply::with(200, &[], body)]).await;
        wire.client().delete_voice("v").await.unwrap();
        assert_eq!(wire.heard().len(), 1, "{body}");
    }
    Wire::new([Reply::with(204, &[], "")]).await.client().delete_voice("v").await.unwrap();
    let gone = || Reply::json(404, &json!({"message": "Voice not found", "errorCode": "voice_not_found"}));
    for list in [Reply::json(200, &json!([{"id": "w"}])), Reply::with(400, &[], "")] {
        let wire = Wire::new([gone(), list]).await;
        wire.client().delete_voice("v").await.unwrap();
        assert_eq!(wire.lines(), ["DELETE /v2/voices/v", "GET /v2/voices"]);
    }
}

#[tokio::test]
async fn a_voice_still_listed_is_not_called_deleted() {
    let still = || Reply::json(200, &json!([{"id": "v", "name": "Mára"}]));
    let wire = Wire::new([Reply::with(200, &[], "false"), still()]).await;
    let error = wire.client().delete_voice("v").await.unwrap_err();
    assert_eq!(error.to_string(), "sync.so did not delete Mára and gave no reason. Try again.");

    let gone = || Reply::json(404, &json!({"message": "Voice not found"}));
    let wire = Wire::new([gone(), still()]).await;
    assert!(matches!(wire.client().delete_voice("v").await, Err(Error::NotFound(_))));

    // Known under an older id: deleted under the one that is listed now.
    let renamed = Reply::json(200, &json!([{"id": "uuid", "voiceId": "v"}]));
    let wire = Wire::new([gone(), renamed, Reply::with(200, &[], "true")]).await;
    wire.client().delete_voice("v").await.unwrap();
    assert_eq!(wire.lines(), ["DELETE /v2/voices/v", "GET /v2/voices", "DELETE /v2/voices/uuid"]);

    let wire = Wire::new([Reply::with(200, &[], "false"), Reply::drop(), Reply::drop(), Reply::drop()]).await;
    assert!(matches!(wire.client().delete_voice("v").await, Err(Error::Offline { .. })), "not known, so not claimed");
}

#[tokio::test]
async fn lists_come_bare_or_wrapped_and_odd_rows_are_skipped() {
    let rows = json!([
        {"id": "a", "name": "Anna", "restriction": null, "tomorrow": {}},
        {"voiceId": "b", "previewUrl": 7, "restriction": {"reason": "verify"}},
        {"internal_voice_id": "c", "restriction": false},
        {"name": "no id"}, 3, null, ["x"]
    ]);
    for body in
        [rows.clone(), json!({"items": rows, "nextCursor": null}), json!({"voices": rows}), json!({"data": rows})]
    {
        let voices = Wire::new([Reply::json(200, &body)]).await.client().voices().await.unwrap();
        let ids: Vec<_> = voices.iter().map(|voice| (voice.id.as_str(), voice.label(), voice.is_withheld())).collect();
        assert_eq!(ids, [("a", "Anna", false), ("b", "b", true), ("c", "c", false)], "{body}");
    }
    for body in ["{}", "null", "\"voices\"", "{\"items\":{}}", "[{\"id\":\"a\"", "<html>", ""] {
        let error = Wire::new([Reply::with(200, &[], body)]).await.client().voices().await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{body}: {error:?}");
    }
    let models = json!({"models": [{"id": "1", "name": "sync-3", "type": "lipsync", "version": 3}, {"id": "2"}, {"name": null}]});
    let models = Wire::new([Reply::json(200, &models)]).await.client().models().await.unwrap();
    assert_eq!(models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(), ["sync-3"]);
    let runs = json!({"generations": [{"id": "g", "status": "PENDING"}, {"status": "PENDING"}]});
    let page = Page { limit: 10, cursor: None };
    let runs = Wire::new([Reply::json(200, &runs)]).await.client().generations(&page).await.unwrap();
    assert_eq!(runs.len(), 1);
}

async fn run(body: Value) -> Generation {
    Wire::new([Reply::json(200, &body)]).await.client().generation("g").await.unwrap()
}

#[tokio::test]
async fn statuses_of_every_age_are_understood() {
    for (word, status) in [
        (json!("PENDING"), Status::Pending),
        (json!("processing"), Status::Processing),
        (json!("COMPLETED"), Status::Completed),
        (json!("SUCCEEDED"), Status::Completed),
        (json!("CANCELED"), Status::Failed),
        (json!("CANCELLED"), Status::Failed),
        (json!("TIMED_OUT"), Status::Failed),
        (json!("REJECTED"), Status::Rejected),
        (json!("UPSCALING"), Status::Other("UPSCALING".into())),
        (json!(null), Status::default()),
        (json!({"a": 1}), Status::default()),
    ] {
        let run = run(json!({"id": "g", "status": word})).await;
        assert_eq!(run.status, status, "{word}");
        assert_eq!(run.failure().is_some(), matches!(status, Status::Failed | Status::Rejected), "{word}");
    }
    assert_eq!(run(json!({"id": "g"})).await.status, Status::default());
}

#[tokio::test]
async fn a_run_is_read_in_old_and_new_names() {
    let new = run(json!({"id": "g", "status": "COMPLETED", "outputUrl": "u", "outputDuration": 3.4, "errorCode": null, "progress_percent": 100})).await;
    let old = run(json!({"id": "g", "status": "COMPLETED", "output_url": "u", "output_duration": "3.4", "progressPercent": 100.0, "outputUrl": null})).await;
    assert_eq!(new, old);
    assert_eq!((new.output(), new.output_duration, new.progress_percent), (Some("u"), Some(3.4), Some(100.0)));
    let media = run(
        json!({"id": "g", "status": "COMPLETED", "outputUrl": "", "outputMediaUrl": "m", "synthesizedAudioUrl": TAKE}),
    )
    .await;
    assert_eq!((media.output(), media.synthesized_audio_url.as_deref()), (Some("m"), Some(TAKE)));
    for name in ["errorCode", "error_code"] {
        let failed =
            run(json!({"id": "g", "status": "FAILED", "error": {"message": ["No face.", "Sorry."]}, name: "no_face"}))
                .await;
        assert_eq!(
            failed.failure().unwrap().to_string(),
            "The lip sync failed: No face.\nSorry. Run it again; if it fails again, choose another clip."
        );
        assert_eq!(failed.failure().unwrap().code(), Some("no_face"));
    }
    for body in ["{}", r#"{"id":""}"#, r#"["g","PENDING"]"#, "", r#"{"id":"g","#] {
        let error = Wire::new([Reply::with(200, &[], body)]).await.client().generation("g").await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{body}");
    }
}

#[tokio::test]
async fn an_estimate_is_an_object_or_a_list_of_one_under_either_name() {
    let request = EstimateRequest { model: "lipsync-2".into(), duration: 10.0, fps: 25.0 };
    let expected = Estimate { estimated_frame_count: Some(90.0), estimated_generation_cost: Some(0.3) };
    let object = json!({"estimatedFrameCount": 90, "estimatedGenerationCost": 0.3, "estimatedCredits": null});
    for body in
        [object.clone(), json!([object]), json!({"estimated_frame_count": 90, "estimated_generation_cost": "0.3"})]
    {
        let wire = Wire::new([Reply::json(200, &body)]).await;
        assert_eq!(wire.client().estimate(&request).await.unwrap(), expected, "{body}");
    }
    for status in [404, 405] {
        let wire =
            Wire::new([Reply::json(status, &json!({"message": "Cannot POST"})), Reply::json(200, &object)]).await;
        assert_eq!(wire.client().estimate(&request).await.unwrap(), expected);
        assert_eq!(wire.lines(), ["POST /v2/generations/estimate", "POST /v2/generate/estimate-cost"]);
    }
    for body in ["[]", "null", "7", "[[1,2]]"] {
        let wire = Wire::new([Reply::with(200, &[], body)]).await;
        assert!(matches!(wire.client().estimate(&request).await, Err(Error::Unreadable { .. })), "{body}");
    }
}

#[tokio::test]
async fn a_download_link_is_a_web_address_or_nothing() {
    for (body, link) in [
        ("https://x.example/a?s=1\n", Some("https://x.example/a?s=1")),
        ("\"https://x.example/a\"", Some("https://x.example/a")),
        ("<html>", None),
        ("", None),
        ("file:///etc/passwd", None),
    ] {
        let found = Wire::new([Reply::with(200, &[], body)]).await.client().download_link("g").await;
        assert_eq!(found.ok().as_deref(), link, "{body}");
    }
}

#[tokio::test]
async fn an_answer_in_pieces_and_without_a_length_is_read_whole() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{\"id\r\n7\r\n\":\"a\"}]\r\n0\r\n\r\n";
    for reply in [Reply::raw(chunked), Reply::raw("HTTP/1.0 200 OK\r\n\r\n[{\"id\":\"a\"}]")] {
        assert_eq!(Wire::new([reply]).await.client().voices().await.unwrap().len(), 1);
    }
}
