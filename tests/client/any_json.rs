//! Any JSON as the answer to every call: no panic, and a sentence for whatever is wrong.

use std::path::Path;
use std::time::Duration;

use mouthpiece::api::{
    AssetKind, AssetQuery, Client, EstimateRequest, GenerationRequest, Options, Page, Sample, SpeakRequest, SpeechJob,
    Spoken, Upload,
};
use mouthpiece::error::{Error, Result};
use mouthpiece::progress::Progress;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::wire::{Reply, Wire};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        proptest::sample::select(vec!["", "NaN", "1e999", "-1", "PENDING", "FAILED", "https://x.example/a", "\u{0}\n"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((name(), inner), 0..6).prop_map(|rows| Value::Object(rows.into_iter().collect())),
        ]
    })
}

/// Names the client looks for, and others.
fn name() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "id",
        "items",
        "data",
        "voiceId",
        "voice_id",
        "status",
        "url",
        "uploadUrl",
        "expiresIn",
        "duration",
        "error",
        "errorCode",
        "message",
        "suggestion",
        "retryAfterSeconds",
        "concurrencyLimit",
        "outputUrl",
        "nextCursor",
        "_",
        "__id",
        "type",
        "restriction",
    ];
    prop_oneof![3 => proptest::sample::select(KNOWN).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

/// One valid answer of every shape.
fn valid() -> Vec<Value> {
    let refused = json!({"message": ["a", "b"], "statusCode": 429, "errorCode": "concurrency_limit_reached",
        "suggestion": "Wait", "field": "x", "requestId": "r", "activeGenerations": 1, "concurrencyLimit": 1,
        "retryAfterSeconds": 2, "upgradeUrl": "https://x.example", "generationId": "g"});
    let asset = json!({"id": "a", "createdAt": "2026-10-02T09:30:00Z", "updatedAt": "2026-10-02T09:30:00Z",
        "name": "n.mp4", "url": "https://x.example/a", "size": 8_388_608, "format": "mp4", "type": "VIDEO",
        "durationSeconds": 12.4, "width": 1, "height": 2, "visibility": "USER"});
    let run = json!({"id": "g", "createdAt": "2026-10-02T09:30:00Z", "status": "FAILED", "model": "lipsync-2",
        "input": [{"type": "video", "url": "u"}], "options": {"sync_mode": "cut_off"}, "outputUrl": "u",
        "outputDuration": 3.4, "error": "e", "errorCode": "c", "progress_percent": 3});
    vec![
        json!([{"id": "v", "name": "V", "provider": "elevenlabs", "previewUrl": "https://x.example/p"}]),
        json!({"id": "v", "voiceId": "p", "name": "V", "internalVoiceId": "i"}),
        json!({"id": "s", "url": "https://x.example/a.wav", "duration": 3.4}),
        json!({"id": "j", "status": "PENDING", "url": null, "duration": null, "error": {"message": "m", "code": "c"}}),
        json!({"uploadUrl": "http://127.0.0.1:1/b", "url": "https://x.example/a", "expiresIn": 3600}),
        json!({"items": [asset], "nextCursor": "c", "totalCount": 3}),
        json!([run]),
        asset,
        run,
        json!({"estimatedFrameCount": 90, "estimatedGenerationCost": 0.3, "estimatedCredits": null}),
        json!({"generationId": "g", "availability": "complete", "currency": "USD", "totalCostUsd": "0.3"}),
        json!([{"id": "m", "name": "lipsync-2", "type": "lipsync", "version": 2}]),
        json!([{"code": "c", "message": "m", "suggestion": "s"}]),
        refused,
    ]
}

/// A valid answer in which one place holds something else, or is missing.
fn nearly_right() -> impl Strategy<Value = Value> {
    (proptest::sample::select(valid()), any::<proptest::sample::Index>(), proptest::option::of(any_json())).prop_map(
        |(mut answer, index, other)| {
            let paths = places(&answer, "");
            let path = index.get(&paths);
            match other {
                Some(other) => *answer.pointer_mut(path).expect("it was found there") = other,
                None => remove(&mut answer, path),
            }
            answer
        },
    )
}

fn places(value: &Value, path: &str) -> Vec<String> {
    let mut all = vec![path.to_owned()];
    match value {
        Value::Array(rows) => all.extend((0..rows.len()).flat_map(|n| places(&rows[n], &format!("{path}/{n}")))),
        Value::Object(rows) => all.extend(rows.iter().flat_map(|(name, row)| places(row, &format!("{path}/{name}")))),
        _ => {}
    }
    all
}

fn remove(answer: &mut Value, path: &str) {
    let Some((above, last)) = path.rsplit_once('/') else { return };
    match answer.pointer_mut(above) {
        Some(Value::Object(rows)) => drop(rows.remove(last)),
        Some(Value::Array(rows)) => rows.clear(),
        _ => {}
    }
}

/// An error has a sentence that fits on a screen.
fn checked<T>(result: Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            let shown = error.to_string();
            assert!(!shown.trim().is_empty() && shown.len() < 8_000, "{shown}");
            assert!(error.details().len() < 10_000);
            assert!(!matches!(error, Error::Crashed(_)), "{error:?}");
            None
        }
    }
}

async fn ask_everything(client: &Client, file: &Path) {
    if let Some(voices) = checked(client.voices().await) {
        assert!(voices.iter().all(|voice| !voice.id.is_empty() && !voice.label().is_empty() || voice.name.is_some()));
    }
    checked(client.voice("v").await).inspect(|voice| assert!(!voice.id.is_empty()));
    let sample = Sample::Asset("a".into());
    checked(client.clone_voice("M", sample).await).inspect(|cloned| assert!(cloned.handle().is_some()));
    let job = SpeechJob { id: "j".into(), location: None, ask_after: Duration::ZERO };
    let line = || SpeakRequest::new("v", "Hi.");
    for spoken in [client.speak(line()).await, client.start_speech(line(), "t").await, client.speech_job(&job).await] {
        if let Some(Spoken::Ready(speech)) = checked(spoken) {
            assert!(!speech.url.is_empty());
        }
    }
    let upload = Upload { path: file.to_owned(), content_type: "video/mp4".into(), kind: AssetKind::Video };
    checked(client.upload(upload, Progress::default()).await);
    for asset in [client.asset("a").await, client.rename_asset("a", "n").await] {
        checked(asset).inspect(|asset| assert!(!asset.id.is_empty()));
    }
    checked(client.assets(&AssetQuery::default()).await)
        .inspect(|page| assert!(page.items.iter().all(|asset| !asset.id.is_empty())));
    checked(client.assets_by_id(&["a".to_owned()]).await);
    let request = GenerationRequest {
        model: "m".into(),
        input: vec![],
        options: Options::default(),
        segments: vec![],
        output_file_name: None,
    };
    for run in [client.generate(&request, "t").await, client.generation("g").await] {
        checked(run)
            .inspect(|run| assert!(!run.id.is_empty() && run.failure().is_none_or(|e| !e.to_string().is_empty())));
    }
    checked(client.generation_wait("g", 1).await);
    checked(client.generations(&Page { limit: 9, cursor: None }).await);
    checked(client.download_link("g").await);
    checked(client.costs("g").await)
        .inspect(|costs| assert!(costs.settled_usd().is_none_or(|usd| usd.is_finite() && usd >= 0.0)));
    checked(client.estimate(&EstimateRequest { model: "m".into(), duration: 1.0, fps: 25.0 }).await);
    checked(client.models().await).inspect(|models| assert!(models.iter().all(|model| !model.name.is_empty())));
    checked(client.errors().await).inspect(|rows| assert!(rows.iter().all(|row| !row.code.is_empty())));
    checked(client.delete_voice("v").await);
    checked(client.delete_asset("a").await);
    checked(client.delete_generation("g").await);
}

fn hold(answers: impl Strategy<Value = Value>, cases: u32) {
    let runtime = Runtime::new().unwrap();
    let wire = runtime.block_on(Wire::new([]));
    let client = wire.client();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.mp4");
    std::fs::write(&file, "0123456789").unwrap();
    let status = proptest::sample::select(vec![200_u16, 200, 200, 201, 202, 400, 403, 409, 422, 429, 500, 503]);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let held = runner.run(&(answers, status), |(answer, status)| {
        wire.always(Reply::json(status, &answer));
        runtime.block_on(ask_everything(&client, &file));
        wire.forget();
        Ok(())
    });
    held.unwrap();
}

#[test]
fn any_json_is_an_answer_or_an_error_in_every_call() {
    hold(any_json(), 48);
}

#[test]
fn an_answer_with_one_place_changed_is_an_answer_or_an_error_in_every_call() {
    hold(nearly_right(), 96);
}
