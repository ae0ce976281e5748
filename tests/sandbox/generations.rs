//! Lip sync runs: what is asked, watched, repeated, refused and deleted.

use reqwest::Method;
use serde_json::{Value, json};

use crate::here::{Here, ffmpeg, film, here, number, probe, read, refused, stream, text, tone};

/// A short film and a short voice in storage, as a request.
async fn request(here: &Here) -> Value {
    let (video, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    film(&video, "160x120", "25", 1.0).await;
    tone(&voice, 300, 1.0).await;
    let (video, audio) = (here.upload_video(&video).await, here.upload_audio(&voice).await);
    json!({ "model": "lipsync-2", "input": [{ "type": "video", "assetId": video }, { "type": "audio", "assetId": audio }] })
}

#[tokio::test]
async fn a_run_is_watched_listed_downloaded_and_deleted() {
    let here = here().await;
    let mut body = request(&here).await;
    body["outputFileName"] = json!("my résumé.mp4");
    let run = here.run(body.clone()).await;
    assert_eq!((&run["status"], &run["error"], &run["errorCode"]), (&json!("COMPLETED"), &Value::Null, &Value::Null));
    assert_eq!(
        (&run["input"], &run["model"], &run["outputFileName"]),
        (&body["input"], &body["model"], &json!("my_r_sum_"))
    );
    assert!(text(&run["outputUrl"]).ends_with("/my_r_sum_.mp4"));
    let id = text(&run["id"]);
    let progress = here.get(&format!("/v2/generations/{id}?include=progress")).await.1;
    assert_eq!(progress["progress_percent"], 100.0);
    let link = here.request(Method::GET, &format!("/v2/generations/{id}/download")).send().await.unwrap();
    assert!(link.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert_eq!(link.text().await.unwrap(), text(&run["outputUrl"]));
    assert!(!here.fetch(&text(&run["outputUrl"])).await.is_empty());
    assert_eq!(here.delete(&format!("/v2/generations/{id}")).await.0, 200);
    assert_eq!(here.http.get(text(&run["outputUrl"])).send().await.unwrap().status(), 404);
    for path in [format!("/v2/generate/{id}"), format!("/v2/generations/{id}/download")] {
        refused(&here.get(&path).await, 404, "generation_not_found", "id");
    }
    refused(&here.get("/v2/generate/nonsense").await, 400, "invalid_generation_id", "id");
}

#[tokio::test]
async fn runs_are_listed_newest_first_and_by_pages() {
    let here = here().await;
    let body = request(&here).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(text(&here.run(body.clone()).await["id"]));
    }
    ids.reverse();
    let listed = async |query: &str| -> Vec<String> {
        let (status, rows) = here.get(&format!("/v2/generations?{query}")).await;
        assert_eq!(status, 200, "{rows}");
        rows.as_array().unwrap().iter().map(|row| text(&row["id"])).collect()
    };
    assert_eq!(listed("limit=100").await, ids);
    assert_eq!(listed("limit=2").await, ids[..2]);
    assert_eq!(listed(&format!("limit=2&cursor={}", ids[1])).await, ids[2..]);
    assert_eq!(listed(&format!("ids={},{}", ids[0], ids[2])).await, [ids[0].clone(), ids[2].clone()]);
    assert_eq!(listed("status=COMPLETED,FAILED").await.len(), 3);
    assert!(listed("status=PENDING").await.is_empty());
    for (query, field) in [("limit=101", "limit"), ("cursor=x", "cursor"), ("limit=1&cursor=x", "cursor")] {
        let (status, body) = here.get(&format!("/v2/generations?{query}")).await;
        assert_eq!((status, &body["field"]), (400, &json!(field)));
    }
}

#[tokio::test]
async fn waiting_follows_its_rules() {
    let here = here().await;
    let id = text(&here.run(request(&here).await).await["id"]);
    let answer = here.request(Method::GET, &format!("/v2/generate/{id}?wait=true&timeout=3")).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((header("x-sync-wait-mode"), header("x-sync-wait-timeout-seconds")), ("long_poll".into(), "3".into()));
    assert_eq!(header("retry-after"), "2");
    for (query, field) in [
        ("wait=true&timeout=0", "timeout"),
        ("wait=true&timeout=11", "timeout"),
        ("wait=maybe", "wait"),
        ("timeout=3", "timeout"),
        ("include=everything", "include"),
        ("wait=true&include=progress", "include"),
    ] {
        let (status, body) = here.get(&format!("/v2/generate/{id}?{query}")).await;
        assert_eq!((status, &body["field"]), (400, &json!(field)), "{query}: {body}");
    }
}

#[tokio::test]
async fn a_key_leads_to_the_same_run_or_to_a_conflict() {
    let here = here().await;
    let body = request(&here).await;
    let send = async |keys: &[&str], body: &Value| {
        let mut request = here.request(Method::POST, "/v2/generate");
        for key in keys {
            request = request.header("Idempotency-Key", *key);
        }
        read(request.json(body).send().await.unwrap()).await
    };
    let (status, one) = send(&["a.b_c~D-1"], &body).await;
    assert_eq!(status, 201, "{one}");
    let done = here.until_ended(&text(&one["id"])).await;
    let (_, again) = send(&["a.b_c~D-1"], &body).await;
    assert_eq!(
        (&again["id"], &again["status"], &again["outputUrl"]),
        (&one["id"], &json!("COMPLETED"), &done["outputUrl"])
    );
    assert_ne!(send(&["A.b_c~D-1"], &body).await.1["id"], one["id"]);
    assert_ne!(send(&[], &body).await.1["id"], one["id"]);
    // Even when the input has gone since.
    let asset = text(&body["input"][1]["assetId"]);
    here.delete(&format!("/v2/assets/{asset}")).await;
    assert_eq!(send(&["a.b_c~D-1"], &body).await.1["id"], one["id"]);
    let mut other = body.clone();
    other["options"] = json!({ "sync_mode": "loop" });
    refused(&send(&["a.b_c~D-1"], &other).await, 409, "IDEMPOTENCY_CONFLICT", "Idempotency-Key");
    let long = "x".repeat(129);
    for keys in [&[""][..], &["a b"], &["ключ"], &[&long], &["one", "two"]] {
        refused(&send(keys, &body).await, 400, "INVALID_IDEMPOTENCY_KEY", "Idempotency-Key");
    }
}

#[tokio::test]
async fn a_text_input_is_spoken_first_and_its_take_given_away() {
    let here = here().await;
    let mut body = request(&here).await;
    let provider = json!({ "name": "elevenlabs", "voiceId": "sandbox-bruno", "script": "Spoken just for this run.", "stability": 0.5 });
    body["input"][1] = json!({ "type": "text", "provider": provider });
    let run = here.run(body.clone()).await;
    assert_eq!(run["status"], "COMPLETED", "{run}");
    let take = here.fetch(&text(&run["synthesizedAudioUrl"])).await;
    let reader = hound::WavReader::new(&take[..]).unwrap();
    let seconds = f64::from(reader.duration()) / f64::from(reader.spec().sample_rate);
    assert!((number(&run["outputDuration"]) - seconds).abs() <= 0.04, "bounce lasts as long as the voice");
    // The take is good as an input.
    body["input"][1] = json!({ "type": "audio", "url": run["synthesizedAudioUrl"] });
    assert_eq!(here.run(body.clone()).await["status"], "COMPLETED");
    body["input"][1] =
        json!({ "type": "text", "provider": { "name": "elevenlabs", "voiceId": "nobody", "script": "Hi." } });
    refused(&here.post("/v2/generate", body).await, 422, "voice_not_found", "voiceId");
}

#[tokio::test]
async fn a_photograph_lasts_as_long_as_the_voice() {
    let here = here().await;
    let (photo, voice) = (here.file("photo.png"), here.file("voice.wav"));
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=size=199x151", "-frames:v", "1"], &photo).await;
    tone(&voice, 300, 1.4).await;
    let photo = text(&here.upload(&photo, "IMAGE", "image/png").await["id"]);
    let input =
        json!([{ "type": "image", "assetId": photo }, { "type": "audio", "assetId": here.upload_audio(&voice).await }]);
    let run = here.run(json!({ "model": "sync-3", "input": input })).await;
    assert_eq!(run["status"], "COMPLETED", "{run}");
    let report = probe(&here.save(&text(&run["outputUrl"]), "photo.mp4").await).await;
    assert_eq!((&stream(&report, "video")["width"], &stream(&report, "video")["height"]), (&json!(200), &json!(152)));
    assert!((number(&report["format"]["duration"]) - 1.4).abs() <= 0.04);
    let refusal = here.post("/v2/generate", json!({ "model": "lipsync-2", "input": input })).await;
    refused(&refusal, 400, "generation_input_validation_failed", "input[0].type");
}

#[tokio::test]
async fn files_that_cannot_be_read_fail_with_their_code() {
    let here = here().await;
    let body = request(&here).await;
    let (junk, list, cut) = (here.file("junk.mp4"), here.file("list.m3u8"), here.file("cut.mp4"));
    std::fs::write(&junk, vec![7_u8; 5_000]).unwrap();
    std::fs::write(&list, "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
        .unwrap();
    std::fs::write(&cut, &std::fs::read(here.file("film.mp4")).unwrap()[..2_000]).unwrap();
    for path in [&junk, &list, &cut, &here.file("voice.wav")] {
        let mut body = body.clone();
        body["input"][0]["assetId"] = json!(here.upload_video(path).await);
        let run = here.run(body).await;
        assert_eq!(
            (&run["status"], &run["errorCode"]),
            (&json!("FAILED"), &json!("generation_input_video_invalid")),
            "{run}"
        );
        assert!(text(&run["error"]).contains("video") && run["outputUrl"].is_null(), "{run}");
    }
    for path in [&junk, &list, &here.file("film.mp4")] {
        let mut body = body.clone();
        body["input"][1]["assetId"] = json!(here.upload_audio(path).await);
        let run = here.run(body).await;
        assert_eq!(
            (&run["status"], &run["errorCode"]),
            (&json!("FAILED"), &json!("generation_input_audio_invalid")),
            "{run}"
        );
    }
    // The queue goes on.
    assert_eq!(here.run(body).await["status"], "COMPLETED");
}

#[tokio::test]
async fn a_picture_too_large_is_refused_as_such() {
    let here = here().await;
    let mut body = request(&here).await;
    let large = here.file("large.mp4");
    ffmpeg(&["-f", "lavfi", "-i", "color=gray:size=4200x64:rate=5:duration=1", "-pix_fmt", "yuv420p"], &large).await;
    body["input"][0]["assetId"] = json!(here.upload_video(&large).await);
    assert_eq!(here.run(body).await["errorCode"], "generation_input_resolution_unsupported");
}

const INVALID: &str = "generation_input_validation_failed";

/// Sends `good` with one field replaced, and expects the refusal.
async fn refuses(here: &Here, good: &Value, replace: (&str, Value), status: u16, code: &str, field: &str) {
    let mut body = good.clone();
    body[replace.0] = replace.1;
    refused(&here.post("/v2/generate", body).await, status, code, field);
}

#[tokio::test]
async fn requests_that_break_the_contract_are_refused_by_field() {
    let here = here().await;
    let good = request(&here).await;
    for (name, value, code, field) in [
        ("model", Value::Null, INVALID, "model"),
        ("model", json!(2), INVALID, "model"),
        ("model", json!("lipsync-9"), "generation_unsupported_model", "model"),
        ("options", json!("loop"), INVALID, "options"),
        ("options", json!({ "sync_mode": "spin" }), INVALID, "options.sync_mode"),
        ("options", json!({ "temperature": 2 }), INVALID, "options.temperature"),
        ("outputFileName", json!("x".repeat(256)), INVALID, "outputFileName"),
        ("outputFileName", json!(" "), INVALID, "outputFileName"),
        ("webhookUrl", json!("http://example.com"), INVALID, "webhookUrl"),
        ("dubParams", json!({ "targetLang": "de" }), INVALID, "dubParams"),
    ] {
        refuses(&here, &good, (name, value), 400, code, field).await;
    }
    refuses(&here, &good, ("projectId", json!("p")), 422, "project_not_found", "projectId").await;
    let mut odd = good.clone();
    odd["options"] = json!({ "something_new": true, "sync_mode": null, "model_mode": "face" });
    assert_eq!(here.run(odd).await["status"], "COMPLETED", "unknown options are ignored");
}

#[tokio::test]
async fn inputs_that_break_the_contract_are_refused_by_field() {
    let here = here().await;
    let good = request(&here).await;
    let (video, audio) = (good["input"][0].clone(), good["input"][1].clone());
    let wordless = json!({ "type": "text", "provider": { "voiceId": "sandbox-ada" } });
    for (value, field) in [
        (Value::Null, "input"),
        (json!({}), "input"),
        (json!([]), "input"),
        (json!([video]), "input"),
        (json!([audio]), "input"),
        (json!([video, audio, audio]), "input"),
        (json!([video, 7]), "input[1]"),
        (json!([video, {}]), "input[1].type"),
        (json!([{ "type": "film" }, audio]), "input[0].type"),
        (json!([{ "type": "video" }, audio]), "input[0].url"),
        (json!([{ "type": "video", "url": 1 }, audio]), "input[0].url"),
        (json!([video, { "type": "text" }]), "input[1].provider"),
        (json!([video, wordless]), "input[1].provider.script"),
    ] {
        refuses(&here, &good, ("input", value), 400, INVALID, field).await;
    }
    let two = json!([video, video, audio]);
    refuses(&here, &good, ("input", two), 400, "generation_input_too_many_visual", "input").await;
    let swapped = json!([{ "type": "video", "assetId": audio["assetId"] }, audio]);
    refuses(&here, &good, ("input", swapped), 400, "generation_input_asset_type_mismatch", "input[0].assetId").await;
    let foreign = json!([{ "type": "video", "url": "https://example.com/a.mp4" }, audio]);
    refuses(&here, &good, ("input", foreign), 400, "generation_input_video_inaccessible", "input[0].url").await;
    let guessed = json!([video, { "type": "audio", "url": here.url("/files/guess/a.wav") }]);
    refuses(&here, &good, ("input", guessed), 400, "generation_input_audio_inaccessible", "input[1].url").await;
    let none = json!([{ "type": "video", "assetId": "none" }, audio]);
    refuses(&here, &good, ("input", none), 422, "asset_not_found", "input[0].assetId").await;
}

#[tokio::test]
async fn a_price_is_estimated_by_frames() {
    let here = here().await;
    for path in ["/v2/generations/estimate", "/v2/generate/estimate-cost"] {
        let (status, body) = here.post(path, json!({ "model": "lipsync-2", "duration": 10, "fps": 25 })).await;
        assert_eq!((status, number(&body["estimatedFrameCount"])), (200, 250.0));
        assert!((number(&body["estimatedGenerationCost"]) - 0.5).abs() < 1e-9 && body["estimatedCredits"].is_null());
        assert_eq!(
            number(&here.post(path, json!({ "model": "sync-3", "duration": 1 })).await.1["estimatedFrameCount"]),
            30.0
        );
        refused(&here.post(path, json!({ "model": "lipsync-2" })).await, 400, INVALID, "duration");
        refused(&here.post(path, json!({ "model": "lipsync-2", "duration": 0 })).await, 400, INVALID, "duration");
        refused(
            &here.post(path, json!({ "model": "x", "duration": 1 })).await,
            400,
            "generation_unsupported_model",
            "model",
        );
    }
}
