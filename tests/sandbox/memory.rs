//! What the sandbox remembers from start to start, and how runs look while they are under way.

use mouthpiece::sandbox::{self, Options, Pace};
use serde_json::{Value, json};

use crate::here::{Here, film, here, http, number, options, refused, speaker, text, tone};

async fn request(here: &Here) -> Value {
    let (video, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    film(&video, "160x120", "25", 1.0).await;
    tone(&voice, 300, 1.0).await;
    let (video, audio) = (here.put(&video, "video/mp4").await, here.put(&voice, "audio/wav").await);
    json!({ "model": "lipsync-2", "input": [{ "type": "video", "url": video }, { "type": "audio", "url": audio }] })
}

#[tokio::test]
async fn everything_is_there_again_after_a_restart_and_old_addresses_lead_to_it() {
    let here = here().await;
    let sample = here.file("sample.wav");
    speaker(&sample, "en-us+f2", 60, 160).await;
    let asset = here.upload(&sample, "AUDIO", "audio/wav").await;
    let (_, clone) = here.post("/v2/voices", json!({ "name": "Me", "assetId": asset["id"] })).await;
    let (_, take) = here.post("/v2/tts", json!({ "voiceId": clone["id"], "script": "Before." })).await;
    let mut body = request(&here).await;
    body["input"][1]["url"] = take["url"].clone();
    let send = async |here: &Here| {
        let request = here.request(reqwest::Method::POST, "/v2/generate").header("Idempotency-Key", "one");
        crate::here::read(request.json(&body).send().await.unwrap()).await
    };
    let run = here.until_ended(&text(&send(&here).await.1["id"])).await;
    assert_eq!(run["status"], "COMPLETED", "{run}");
    let video = here.fetch(&text(&run["outputUrl"])).await;
    let before = here.sandbox.base_url().to_owned();

    let here = here.restart_elsewhere().await;
    assert_ne!(here.sandbox.base_url(), before);
    let after = |url: &Value| text(url).replace(&before, here.sandbox.base_url());
    let (_, voices) = here.get("/v2/voices").await;
    assert!(voices.as_array().unwrap().iter().any(|voice| voice["id"] == clone["id"] && voice["name"] == "Me"));
    let (_, listed) = here.get("/v2/generations?limit=10").await;
    assert_eq!((&listed[0]["id"], &listed[0]["status"]), (&run["id"], &json!("COMPLETED")));
    assert_eq!(text(&listed[0]["outputUrl"]), after(&run["outputUrl"]));
    assert_eq!(text(&listed[0]["input"][1]["url"]), after(&take["url"]));
    assert_eq!(here.fetch(&after(&run["outputUrl"])).await, video);
    assert_eq!(here.get("/v2/assets").await.1["items"][0]["id"], asset["id"]);
    // The same request, with the addresses of then, is the same run; and they are good as inputs.
    assert_eq!(send(&here).await.1["id"], run["id"]);
    assert_eq!(here.run(body.clone()).await["status"], "COMPLETED");
    assert_eq!(here.post("/v2/tts", json!({ "voiceId": clone["id"], "script": "After." })).await.0, 200);
}

#[tokio::test]
async fn a_damaged_memory_is_set_aside_and_never_overwritten() {
    let here = here().await;
    here.post("/v2/assets", json!({ "url": "https://example.com/a.mp4", "type": "VIDEO" })).await;
    let Here { sandbox, folder, .. } = here;
    drop(sandbox);
    let data = folder.path().join("data");
    for damage in ["{ \"form\": 1, \"clones\": [ {", "", "{\"form\": 99}", "[]"] {
        std::fs::write(data.join("state.json"), damage).unwrap();
        let sandbox = sandbox::start(options(&data)).await.unwrap();
        let url = format!("{}/v2/assets", sandbox.base_url());
        let answer: Value =
            http().get(url).header("x-api-key", sandbox.key()).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["totalCount"], 0);
        drop(sandbox);
        let kept = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap());
        let mut kept = kept.filter(|entry| entry.file_name().to_string_lossy().starts_with("state-damaged-"));
        assert!(kept.any(|entry| std::fs::read_to_string(entry.path()).unwrap() == damage), "{damage:?} is kept");
    }
}

#[tokio::test]
async fn a_run_can_be_watched_and_one_stopped_midway_begins_again() {
    let here = here().await;
    let body = request(&here).await;
    let Here { sandbox, folder, http } = here;
    drop(sandbox);
    let slow = Options { pace: Pace::Real, ..options(&folder.path().join("data")) };
    let here = Here { sandbox: sandbox::start(slow).await.unwrap(), folder, http };
    let (status, run) = here.post("/v2/generate", body.clone()).await;
    assert_eq!((status, &run["status"]), (201, &json!("PENDING")));
    let id = text(&run["id"]);
    let (mut seen, mut before) = (vec!["PENDING".to_owned()], 0.0);
    loop {
        let (_, now) = here.get(&format!("/v2/generate/{id}?include=progress")).await;
        let percent = number(&now["progress_percent"]);
        assert!(percent >= before, "{percent} after {before}");
        before = percent;
        if seen.last() != Some(&text(&now["status"])) {
            seen.push(text(&now["status"]));
        }
        if percent > 20.0 {
            break;
        }
    }
    assert_eq!(seen, ["PENDING", "PROCESSING"]);
    let busy = here.delete(&format!("/v2/generations/{id}")).await;
    refused(&busy, 409, "generation_not_deletable_while_processing", "");
    let early = here.get(&format!("/v2/generations/{id}/download")).await;
    refused(&early, 409, "generation_conflict", "");

    let here = here.restart().await;
    let done = here.until_ended(&id).await;
    assert_eq!(done["status"], "COMPLETED", "{done}");
    assert!(!here.fetch(&text(&done["outputUrl"])).await.is_empty());
}

#[tokio::test]
async fn an_upload_address_ends_with_its_time() {
    let here = here().await;
    let body = json!({ "fileName": "a.wav", "contentType": "audio/wav", "size": 5 });
    let (_, place) = here.post("/v2/assets/upload", body).await;
    let before = here.sandbox.base_url().to_owned();
    let Here { sandbox, folder, http } = here;
    drop(sandbox);
    // As if an hour had passed.
    let path = folder.path().join("data").join("state.json");
    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let file = state["files"].as_object_mut().unwrap().values_mut().next().unwrap();
    file["upload"][1] = json!(file["upload"][1].as_i64().unwrap() - 3_601);
    std::fs::write(&path, state.to_string()).unwrap();
    let here = Here { sandbox: sandbox::start(options(&folder.path().join("data"))).await.unwrap(), folder, http };
    let to = text(&place["uploadUrl"]).replace(&before, here.sandbox.base_url());
    let late = here.http.put(to).header("content-type", "audio/wav").body("12345").send().await.unwrap();
    assert_eq!(late.status(), 403);
    assert!(late.text().await.unwrap().contains("expired"));
}

#[tokio::test]
async fn the_port_of_last_time_is_taken_again_when_it_is_free() {
    let here = here().await;
    let before = here.sandbox.base_url().to_owned();
    assert_eq!(here.restart().await.sandbox.base_url(), before);
}
