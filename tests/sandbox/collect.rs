//! Files nobody needs go; all others stay, over a restart too.

use std::path::PathBuf;

use mouthpiece::sandbox::{self, Pace};
use serde_json::{Value, json};

use crate::here::{Here, film, here, here_paced, options, text, tone};

fn media(here: &Here) -> PathBuf {
    here.folder.path().join("data").join("media")
}

/// The names of the files in storage.
fn stored(here: &Here) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(media(here))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The name a file has in storage, by its address.
fn name(url: &str) -> String {
    url.split("/files/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

async fn request(here: &Here) -> Value {
    let (video, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    film(&video, "160x120", "25", 1.0).await;
    tone(&voice, 300, 1.0).await;
    let (video, audio) = (here.upload_video(&video).await, here.upload_audio(&voice).await);
    json!({ "model": "lipsync-2", "input": [{ "type": "video", "assetId": video }, { "type": "audio", "assetId": audio }] })
}

#[tokio::test]
async fn a_restart_keeps_what_is_needed_and_nothing_else() {
    let here = here().await;
    let run = here.run(request(&here).await).await;
    let (_, voices) = here.get("/v2/voices").await;
    here.fetch(&text(&voices[0]["previewUrl"])).await;
    let (_, take) = here.post("/v2/tts", json!({ "voiceId": "sandbox-ada", "script": "Stay." })).await;
    let bare = here.put(&here.file("voice.wav"), "audio/wav").await;
    let before = stored(&here);
    assert_eq!(before.len(), 6, "two inputs, a result, a preview, a take and an upload by its address: {before:?}");

    let work = here.folder.path().join("data").join("work");
    std::fs::create_dir_all(work.join("half")).unwrap();
    std::fs::write(work.join("half").join("upload"), "half an upload").unwrap();
    for stray in ["stray", "preview-nobody.wav"] {
        std::fs::write(media(&here).join(stray), "nobody knows this").unwrap();
    }
    let here = here.restart().await;
    assert_eq!(stored(&here), before);
    assert_eq!(std::fs::read_dir(&work).unwrap().count(), 0);
    for url in [&run["outputUrl"], &take["url"], &json!(bare)] {
        assert!(!here.fetch(&text(url)).await.is_empty());
    }
}

#[tokio::test]
async fn files_of_a_memory_that_could_not_be_read_are_left_alone() {
    let here = here().await;
    request(&here).await;
    let before = stored(&here);
    std::fs::write(here.folder.path().join("data").join("state.json"), "{").unwrap();
    let here = here.restart().await.restart().await;
    assert_eq!(stored(&here), before, "the memory set aside may know them");
}

#[tokio::test]
async fn deleting_takes_the_file_along_unless_it_is_needed() {
    let here = here().await;
    let body = request(&here).await;
    let run = here.run(body.clone()).await;
    let (id, output) = (text(&run["id"]), text(&run["outputUrl"]));
    // An asset made of a result outlives the run.
    let (_, asset) = here.post("/v2/assets", json!({ "url": output, "type": "VIDEO" })).await;
    assert_eq!(here.delete(&format!("/v2/generations/{id}")).await.0, 200);
    assert!(!here.fetch(&output).await.is_empty());
    assert_eq!(here.delete(&format!("/v2/assets/{}", text(&asset["id"]))).await.0, 200);
    assert!(!stored(&here).contains(&name(&output)));
    for input in body["input"].as_array().unwrap() {
        assert_eq!(here.delete(&format!("/v2/assets/{}", text(&input["assetId"]))).await.0, 200);
    }
    assert!(stored(&here).is_empty(), "{:?}", stored(&here));
}

#[tokio::test]
async fn an_asset_deleted_under_a_run_stays_until_the_run_has_ended() {
    let here = here_paced(Pace::Real).await;
    let body = request(&here).await;
    let id = text(&here.post("/v2/generate", body.clone()).await.1["id"]);
    for input in body["input"].as_array().unwrap() {
        assert_eq!(here.delete(&format!("/v2/assets/{}", text(&input["assetId"]))).await.0, 200);
    }
    let run = here.until_ended(&id).await;
    assert_eq!(run["status"], "COMPLETED", "{run}");
}

#[tokio::test]
async fn old_takes_runs_and_uploads_go_and_assets_stay() {
    let here = here().await;
    let run = here.run(request(&here).await).await;
    let (_, old) = here.post("/v2/tts", json!({ "voiceId": "sandbox-ada", "script": "Go." })).await;
    here.put(&here.file("voice.wav"), "audio/wav").await;
    let Here { sandbox, folder, http } = here;
    drop(sandbox);
    // As if two months had passed for all but what was made last.
    let path = folder.path().join("data").join("state.json");
    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for list in ["runs", "takes", "assets"] {
        for row in state[list].as_array_mut().unwrap() {
            row["created_at"] = json!("2020-01-02T03:04:05Z");
        }
    }
    for file in state["files"].as_object_mut().unwrap().values_mut().filter(|file| !file["upload"].is_null()) {
        file["upload"][1] = json!(1_600_000_000);
    }
    std::fs::write(&path, state.to_string()).unwrap();
    let sandbox = sandbox::start(options(&folder.path().join("data"))).await.unwrap();
    let here = Here { sandbox, http, folder };
    assert_eq!(stored(&here).len(), 2, "the inputs, which are assets");
    assert_eq!(here.get("/v2/assets").await.1["totalCount"], 2);
    assert_eq!(here.get(&format!("/v2/generate/{}", text(&run["id"]))).await.0, 404);
    assert_eq!(here.http.get(text(&old["url"])).send().await.unwrap().status(), 404);
}
