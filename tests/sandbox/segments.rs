//! Runs with several voices, each for a part of the film, and what runs cost.

use std::path::Path;

use serde_json::{Value, json};

use crate::here::{Here, film, here, number, probe, refused, stream, text, tone, tool};

const INVALID: &str = "generation_input_segments_invalid";

/// Four seconds of film, a tone of three, and a line.
async fn inputs(here: &Here) -> Value {
    let (video, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    film(&video, "160x120", "25", 4.0).await;
    tone(&voice, 300, 3.0).await;
    let (video, audio) = (here.upload_video(&video).await, here.upload_audio(&voice).await);
    let line = json!({ "name": "elevenlabs", "voiceId": "sandbox-ada", "script": "A short line." });
    json!([
        { "type": "video", "assetId": video },
        { "type": "audio", "assetId": audio, "refId": "tone" },
        { "type": "text", "provider": line, "refId": "line" },
    ])
}

/// Whether something is to be heard between two moments of a file.
async fn is_heard(path: &Path, from: f64, to: f64) -> bool {
    let (from, length) = (from.to_string(), (to - from).to_string());
    let path = path.to_str().unwrap();
    let arguments = ["-v", "error", "-i", path, "-ss", &from, "-t", &length, "-ac", "1", "-f", "s16le", "pipe:1"];
    let bytes = tool("ffmpeg", &arguments).await;
    let samples = bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]]));
    samples.map(i16::unsigned_abs).max().unwrap_or_default() > 500
}

#[tokio::test]
async fn each_segment_has_its_voice_and_the_rest_stays() {
    let here = here().await;
    let segments = json!([
        // In no order; the second is looped to twice its length.
        { "startTime": 2.0, "endTime": 3.0, "audioInput": { "refId": "tone", "startTime": 0.5, "endTime": 2.5 },
          "optionsOverride": { "sync_mode": "loop" } },
        { "startTime": 0.4, "endTime": 1.2, "audioInput": { "refId": "tone", "startTime": 0.0, "endTime": 0.4 } },
    ]);
    let body = json!({
        "model": "lipsync-2", "input": inputs(&here).await, "segments": segments, "options": { "sync_mode": "silence" },
    });
    let run = here.run(body).await;
    assert_eq!((&run["status"], &run["segments"]), (&json!("COMPLETED"), &segments), "{run}");
    let path = here.save(&text(&run["outputUrl"]), "result.mp4").await;
    let report = probe(&path).await;
    assert!((number(&report["format"]["duration"]) - 5.0).abs() < 0.1, "{report}");
    assert!((number(&run["outputDuration"]) - 5.0).abs() < 0.05);
    assert_eq!(stream(&report, "video")["nb_read_frames"], "125");
    for (from, to, heard) in
        [(0.0, 0.3, false), (0.45, 0.75, true), (0.9, 1.9, false), (2.05, 3.95, true), (4.1, 5.0, false)]
    {
        assert_eq!(is_heard(&path, from, to).await, heard, "from {from} to {to}");
    }
}

#[tokio::test]
async fn a_line_for_a_segment_is_spoken_once_and_given_away() {
    let here = here().await;
    let of_line = |start: f64| json!({ "startTime": start, "endTime": start + 1.0, "audioInput": { "refId": "line" } });
    let segments = json!([of_line(0.0), of_line(3.0)]);
    let options = json!({ "sync_mode": "remap" });
    let body = json!({ "model": "lipsync-2", "input": inputs(&here).await, "segments": segments, "options": options });
    let run = here.run(body).await;
    assert_eq!(run["status"], "COMPLETED", "{run}");
    let take = here.fetch(&text(&run["synthesizedAudioUrl"])).await;
    let reader = hound::WavReader::new(&take[..]).unwrap();
    let seconds = f64::from(reader.duration()) / f64::from(reader.spec().sample_rate);
    assert!((number(&run["outputDuration"]) - (2.0 + 2.0 * seconds)).abs() < 0.1, "{run}");
}

#[tokio::test]
async fn segments_that_do_not_fit_are_refused_by_field() {
    let here = here().await;
    let input = inputs(&here).await;
    let segment =
        |start: f64, end: f64, sound: Value| json!({ "startTime": start, "endTime": end, "audioInput": sound });
    let fine = json!({ "refId": "tone" });
    let ask = async |segments: Value, input: &Value| {
        here.post("/v2/generate", json!({ "model": "lipsync-2", "input": input, "segments": segments })).await
    };
    for (segments, field) in [
        (json!(7), "segments"),
        (json!([7]), "segments[0]"),
        (json!([{ "endTime": 1 }]), "segments[0].startTime"),
        (json!([{ "startTime": 0 }]), "segments[0].endTime"),
        (json!([{ "startTime": 0, "endTime": 1 }]), "segments[0].audioInput"),
        (json!([segment(2.0, 1.0, fine.clone())]), "segments[0].endTime"),
        (json!([segment(-1.0, 1.0, fine.clone())]), "segments[0].startTime"),
        (json!([segment(0.0, 1.0, json!({}))]), "segments[0].audioInput.refId"),
        (json!([segment(0.0, 1.0, json!({ "refId": "other" }))]), "segments[0].audioInput.refId"),
        (json!([segment(0.0, 1.0, json!({ "refId": "tone", "startTime": 1 }))]), "segments[0].audioInput.endTime"),
        (json!([segment(0.0, 2.0, fine.clone()), segment(1.0, 3.0, fine.clone())]), "segments"),
        (json!([segment(1.0, 1.0, fine.clone())]), "segments"),
    ] {
        refused(&ask(segments, &input).await, 400, INVALID, field);
    }
    let good = json!([segment(0.0, 1.0, fine.clone())]);
    for change in [Value::Null, json!("line")] {
        let mut input = input.clone();
        input[1]["refId"] = change;
        input[0]["refId"] = json!("tone");
        let (status, body) = ask(good.clone(), &input).await;
        assert_eq!((status, &body["errorCode"]), (400, &json!(INVALID)), "{body}");
    }
    // Several voices without segments, and none at all.
    let code = "generation_input_validation_failed";
    refused(&ask(json!([]), &input).await, 400, code, "input");
    refused(&ask(good, &json!([input[0]])).await, 400, code, "input");
    // Only the film itself shows this.
    let body = json!({ "model": "lipsync-2", "input": input, "segments": [segment(9.0, 10.0, fine)] });
    let run = here.run(body).await;
    assert_eq!((&run["status"], &run["errorCode"]), (&json!("FAILED"), &json!(INVALID)), "{run}");
}

#[tokio::test]
async fn the_price_of_a_whole_request_is_analysed() {
    let here = here().await;
    let input = inputs(&here).await;
    let ask = async |mode: &str| {
        let input = json!([input[0], input[1]]);
        let options = json!({ "sync_mode": mode });
        here.post("/v2/analyze/cost", json!({ "model": "lipsync-2", "input": input, "options": options })).await
    };
    for (mode, frames) in [("loop", 75.0), ("silence", 100.0), ("cut_off", 75.0)] {
        let (status, list) = ask(mode).await;
        assert_eq!((status, list.as_array().map(Vec::len)), (200, Some(1)), "{list}");
        assert!((number(&list[0]["estimatedFrameCount"]) - frames).abs() <= 1.0, "{mode}: {list}");
        let price = number(&list[0]["estimatedFrameCount"]) * 0.002;
        assert!((number(&list[0]["estimatedGenerationCost"]) - price).abs() < 1e-9);
    }
    let text = json!({ "model": "sync-3", "input": [input[0], input[2]] });
    assert!(number(&here.post("/v2/analyze/cost", text).await.1[0]["estimatedFrameCount"]) >= 1.0);
    let junk = here.file("junk.mp4");
    std::fs::write(&junk, vec![7_u8; 5_000]).unwrap();
    let junk = json!([{ "type": "video", "assetId": here.upload_video(&junk).await }, input[1]]);
    let answer = here.post("/v2/analyze/cost", json!({ "model": "lipsync-2", "input": junk })).await;
    refused(&answer, 422, "cost_estimate_unavailable", "input");
    let answer = here.post("/v2/analyze/cost", json!({ "model": "lipsync-2", "input": [] })).await;
    refused(&answer, 400, "generation_input_validation_failed", "input");
}

#[tokio::test]
async fn what_a_run_has_cost_is_known_when_it_has_ended() {
    let here = crate::here::here_paced(mouthpiece::sandbox::Pace::Real).await;
    let input = inputs(&here).await;
    let body = json!({ "model": "lipsync-2", "input": [input[0], input[1]], "options": { "sync_mode": "cut_off" } });
    let id = text(&here.post("/v2/generate", body).await.1["id"]);
    let path = format!("/v2/generate/{id}/costs");
    let (status, early) = here.get(&path).await;
    assert_eq!((status, &early["availability"], &early["totalCostUsd"]), (200, &json!("pending"), &Value::Null));
    assert!(number(&early["retryAfterSeconds"]) >= 1.0);
    here.until_ended(&id).await;
    let (_, costs) = here.get(&path).await;
    assert_eq!((&costs["generationId"], &costs["generationStatus"]), (&json!(id), &json!("COMPLETED")));
    assert_eq!((&costs["availability"], &costs["currency"]), (&json!("complete"), &json!("USD")));
    assert!((number(&costs["totalCostUsd"]) - 0.15).abs() < 0.003, "{costs}");
    assert_eq!((&costs["knownSubtotalUsd"], &costs["retryAfterSeconds"]), (&costs["totalCostUsd"], &Value::Null));
    refused(&here.get("/v2/generate/nothing/costs").await, 400, "invalid_generation_id", "id");
}
