//! What every call puts on the wire.

use mouthpiece::api::{
    AssetKind, CloneRequest, EstimateRequest, GenerationRequest, Input, Options, Page, Provider, Sample, SpeakRequest,
    SpeechJob, SyncMode, Upload,
};
use mouthpiece::error::Error;
use mouthpiece::progress::Progress;
use serde_json::json;

use crate::wire::{KEY, Reply, Wire, client};

/// An id that would be several other things if it were not escaped.
const ODD: &str = "a/b c?d#é%2e";
const ODD_ESCAPED: &str = "a%2Fb%20c%3Fd%23%C3%A9%252e";

async fn answering(body: serde_json::Value) -> Wire {
    Wire::new([Reply::json(200, &body)]).await
}

fn assert_json_call(wire: &Wire, line: &str, body: &serde_json::Value) {
    let heard = wire.only();
    assert_eq!(format!("{} {}", heard.method, heard.target), line);
    assert_eq!(heard.header("x-api-key"), Some(KEY));
    assert_eq!(heard.header("content-type"), Some("application/json"));
    assert_eq!(heard.json(), *body);
}

fn assert_bare_call(wire: &Wire, line: &str) {
    let heard = wire.only();
    assert_eq!(format!("{} {}", heard.method, heard.target), line);
    assert_eq!(heard.header("x-api-key"), Some(KEY));
    assert_eq!(heard.header("content-type"), None);
    assert!(heard.body.is_empty());
    let agent = heard.header("user-agent").unwrap();
    assert!(agent.starts_with("Mouthpiece/"), "{agent}");
}

#[tokio::test]
async fn lists_are_plain_gets() {
    let wire = answering(json!([])).await;
    assert!(wire.client().voices().await.unwrap().is_empty());
    assert_bare_call(&wire, "GET /v2/voices");

    let wire = answering(json!([])).await;
    assert!(wire.client().models().await.unwrap().is_empty());
    assert_bare_call(&wire, "GET /v2/models");

    let wire = answering(json!([])).await;
    let page = Page { limit: 200, cursor: Some("id&limit=1".into()) };
    assert!(wire.client().generations(&page).await.unwrap().is_empty());
    assert_bare_call(&wire, "GET /v2/generations?limit=100&cursor=id%26limit%3D1");
}

#[tokio::test]
async fn ids_are_one_segment_of_the_path() {
    let wire = answering(json!(true)).await;
    wire.client().delete_voice(ODD).await.unwrap();
    assert_bare_call(&wire, &format!("DELETE /v2/voices/{ODD_ESCAPED}"));

    let wire = answering(json!({"id": "g", "status": "PENDING"})).await;
    wire.client().generation(ODD).await.unwrap();
    assert_bare_call(&wire, &format!("GET /v2/generate/{ODD_ESCAPED}?include=progress"));

    let wire = Wire::new([Reply::with(200, &[("Content-Type", "text/plain")], "https://x.example/a.mp4\n")]).await;
    assert_eq!(wire.client().download_link(ODD).await.unwrap(), "https://x.example/a.mp4");
    assert_bare_call(&wire, &format!("GET /v2/generations/{ODD_ESCAPED}/download"));

    let wire = answering(json!({"id": "j", "status": "PENDING"})).await;
    let job = SpeechJob { id: ODD.into(), location: None, ask_after: std::time::Duration::ZERO };
    wire.client().speech_job(&job).await.unwrap();
    assert_bare_call(&wire, &format!("GET /v2/tts/jobs/{ODD_ESCAPED}"));
}

#[tokio::test]
async fn an_id_that_would_lead_elsewhere_sends_nothing() {
    let wire = Wire::new([]).await;
    for bad in ["", ".", "..", "a\nb"] {
        assert!(matches!(wire.client().delete_voice(bad).await, Err(Error::Unreadable { .. })), "{bad:?}");
        assert!(wire.client().generation(bad).await.is_err(), "{bad:?}");
        assert!(wire.client().download_link(bad).await.is_err(), "{bad:?}");
        let job = SpeechJob { id: bad.into(), location: None, ask_after: std::time::Duration::ZERO };
        assert!(wire.client().speech_job(&job).await.is_err(), "{bad:?}");
    }
    assert!(wire.heard().is_empty());
}

#[tokio::test]
async fn cloning_names_the_provider_and_one_place() {
    let wire = answering(json!({"id": "v"})).await;
    wire.client().clone_voice("Mára", Sample::Asset("asset_1".into())).await.unwrap();
    let body = json!({"name": "Mára", "provider": "elevenlabs", "assetId": "asset_1"});
    assert_json_call(&wire, "POST /v2/voices", &body);

    let wire = answering(json!({"id": "v"})).await;
    wire.client().clone_voice("M", Sample::Url("https://x.example/a.wav".into())).await.unwrap();
    let body = json!({"name": "M", "provider": "elevenlabs", "url": "https://x.example/a.wav"});
    assert_json_call(&wire, "POST /v2/voices", &body);

    let old = CloneRequest { name: "M".into(), provider: None, sample: Sample::Asset("a".into()) };
    assert_eq!(serde_json::to_value(old).unwrap(), json!({"name": "M", "assetId": "a"}));
}

#[tokio::test]
async fn speaking_sends_settings_only_when_there_are_some() {
    let wire = answering(json!({"url": "https://x.example/a.wav"})).await;
    wire.client().speak(SpeakRequest::new("v", "Hello.")).await.unwrap();
    let body = json!({"voiceId": "v", "script": "Hello.", "provider": "elevenlabs"});
    assert_json_call(&wire, "POST /v2/tts", &body);

    let wire = answering(json!({"url": "https://x.example/a.wav"})).await;
    let request =
        SpeakRequest { stability: Some(0.25), similarity_boost: Some(1.0), ..SpeakRequest::new("v", "“Hi”\n") };
    wire.client().speak(request).await.unwrap();
    let body = json!({"voiceId": "v", "script": "“Hi”\n", "provider": "elevenlabs", "stability": 0.25, "similarityBoost": 1.0});
    assert_json_call(&wire, "POST /v2/tts", &body);
}

#[tokio::test]
async fn a_run_carries_its_ticket() {
    let wire = answering(json!({"id": "g", "status": "PENDING"})).await;
    let request = GenerationRequest {
        model: "lipsync-2".into(),
        input: vec![Input::video_asset("v1"), Input::audio_url("https://x.example/a.wav")],
        options: Options { sync_mode: Some(SyncMode::CutOff), temperature: Some(0.5), ..Options::default() },
        segments: vec![],
        output_file_name: Some("take_1".into()),
    };
    wire.client().generate(&request, "0b0d-ticket").await.unwrap();
    let body = json!({
        "model": "lipsync-2",
        "input": [{"type": "video", "assetId": "v1"}, {"type": "audio", "url": "https://x.example/a.wav"}],
        "options": {"sync_mode": "cut_off", "temperature": 0.5},
        "outputFileName": "take_1"
    });
    assert_json_call(&wire, "POST /v2/generate", &body);
    assert_eq!(wire.only().headers.iter().filter(|(name, _)| name == "idempotency-key").count(), 1);
    assert_eq!(wire.only().header("idempotency-key"), Some("0b0d-ticket"));

    let wire = answering(json!({"id": "g", "status": "PENDING"})).await;
    let text = Input::text(Provider::new("v", "Hello there."));
    let request = GenerationRequest {
        input: vec![Input::audio_asset("a1"), text],
        options: Options::default(),
        output_file_name: None,
        ..request
    };
    wire.client().generate(&request, "t").await.unwrap();
    let body = json!({
        "model": "lipsync-2",
        "input": [
            {"type": "audio", "assetId": "a1"},
            {"type": "text", "provider": {"name": "elevenlabs", "voiceId": "v", "script": "Hello there."}}
        ],
        "options": {}
    });
    assert_json_call(&wire, "POST /v2/generate", &body);
}

#[tokio::test]
async fn an_estimate_asks_for_model_length_and_rate() {
    let wire = answering(json!({"estimatedGenerationCost": 0.5})).await;
    let request = EstimateRequest { model: "lipsync-2".into(), duration: 10.0, fps: 25.0 };
    wire.client().estimate(&request).await.unwrap();
    assert_json_call(
        &wire,
        "POST /v2/generations/estimate",
        &json!({"model": "lipsync-2", "duration": 10.0, "fps": 25.0}),
    );
}

#[tokio::test]
async fn an_upload_is_asked_for_sent_and_registered() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("speaker äö.mp4");
    std::fs::write(&path, b"0123456789").unwrap();
    let wire = Wire::new([]).await;
    let put = wire.url("/bucket/a.mp4?X-Amz-Signature=abc%2Fd");
    wire.then(Reply::json(201, &json!({"uploadUrl": put, "url": "https://x.example/a.mp4", "expiresIn": 3600})));
    wire.then(Reply::with(200, &[], ""));
    wire.then(Reply::json(201, &json!({"id": "asset_1", "type": "VIDEO", "createdAt": "2026-10-02T09:30:00Z"})));
    let upload = Upload { path, content_type: "video/mp4".into(), kind: AssetKind::Video };
    let asset = wire.client().upload(upload, Progress::default()).await.unwrap();
    assert_eq!((asset.id.as_str(), asset.url.as_deref()), ("asset_1", Some("https://x.example/a.mp4")));

    assert_eq!(
        wire.lines(),
        ["POST /v2/assets/upload", "PUT /bucket/a.mp4?X-Amz-Signature=abc%2Fd", "POST /v2/assets"]
    );
    let heard = wire.heard();
    assert_eq!(heard[0].json(), json!({"fileName": "speaker äö.mp4", "contentType": "video/mp4", "size": 10}));
    assert_eq!(heard[2].json(), json!({"url": "https://x.example/a.mp4", "type": "VIDEO", "name": "speaker äö.mp4"}));
    assert_eq!((heard[0].header("x-api-key"), heard[2].header("x-api-key")), (Some(KEY), Some(KEY)));
    // The presigned address lies on the API's own origin here, and still gets no key.
    assert_eq!(heard[1].header("x-api-key"), None);
    assert_eq!(heard[1].header("content-type"), Some("video/mp4"));
    assert_eq!(heard[1].header("content-length"), Some("10"));
    assert_eq!(heard[1].header("transfer-encoding"), None);
    assert_eq!(heard[1].body, b"0123456789");
}

#[tokio::test]
async fn a_base_may_have_a_path_of_its_own() {
    for (base, line) in [
        ("/", "GET /v2/voices"),
        ("/proxy/sync", "GET /proxy/sync/v2/voices"),
        ("/proxy/sync/", "GET /proxy/sync/v2/voices"),
        ("/v2/", "GET /v2/voices"),
    ] {
        let wire = answering(json!([])).await;
        client(wire.base.join(base).unwrap()).voices().await.unwrap();
        assert_bare_call(&wire, line);
    }
}

/// Set for the copy of this test that runs with a proxy in its environment.
const INNER: &str = "MOUTHPIECE_TEST_WITH_PROXY";

#[tokio::test]
async fn a_proxy_in_the_environment_is_not_asked_for_this_computer() {
    if std::env::var_os(INNER).is_some() {
        let wire = answering(json!([])).await;
        wire.client().voices().await.unwrap();
        assert_bare_call(&wire, "GET /v2/voices");
        return;
    }
    let proxy = Wire::new([]).await;
    let mut again = tokio::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "requests::a_proxy_in_the_environment_is_not_asked_for_this_computer"]).env(INNER, "1");
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        again.env(name, proxy.base.as_str());
    }
    for name in ["no_proxy", "NO_PROXY"] {
        again.env_remove(name);
    }
    let output = again.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert!(proxy.heard().is_empty(), "{:?}", proxy.heard());
}
