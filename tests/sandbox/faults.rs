//! Trouble on demand, beyond what `door.rs` shows: answers and requests cut midway, expired addresses, outcomes unknown.

use std::time::{Duration, Instant};

use mouthpiece::sandbox::Fault;
use reqwest::Method;
use serde_json::{Value, json};

use crate::here::{Here, film, here, read, refused, text, tone};

#[tokio::test]
async fn an_answer_ends_in_the_middle() {
    let here = here().await;
    let whole = here.request(Method::GET, "/v2/voices").send().await.unwrap().bytes().await.unwrap();
    here.sandbox.faults().next("GET", "/v2/voices", Fault::CutAnswer(100));
    let mut cut = here.request(Method::GET, "/v2/voices").send().await.unwrap();
    assert_eq!((cut.status().as_u16(), cut.content_length()), (200, Some(whole.len() as u64)));
    let mut came = Vec::new();
    let error = loop {
        match cut.chunk().await {
            Ok(chunk) => came.extend_from_slice(&chunk.expect("the answer does not end as if it were whole")),
            Err(error) => break error,
        }
    };
    assert_eq!(came, whole[..100], "{error}");
    assert_eq!(here.get("/v2/voices").await.0, 200);
}

#[tokio::test]
async fn an_answer_is_late_though_the_work_is_done() {
    let here = here().await;
    here.sandbox.faults().next("POST", "/v2/assets", Fault::SlowAnswer(Duration::from_millis(80)));
    let began = Instant::now();
    let body = json!({ "url": "https://example.com/a.mp4", "type": "VIDEO" });
    let late = here.request(Method::POST, "/v2/assets").json(&body).send();
    assert_eq!(late.await.unwrap().status(), 201);
    assert!(began.elapsed() >= Duration::from_millis(80));
    assert_eq!(here.get("/v2/assets").await.1["totalCount"], 1);
}

async fn presign(here: &Here, size: usize) -> (String, String) {
    let body = json!({ "fileName": "a.wav", "contentType": "audio/wav", "size": size });
    let (_, place) = here.post("/v2/assets/upload", body).await;
    (text(&place["uploadUrl"]), text(&place["url"]))
}

#[tokio::test]
async fn an_upload_breaks_off_midway_and_can_be_sent_again() {
    let here = here().await;
    let (to, url) = presign(&here, 3_000_000).await;
    here.sandbox.faults().next("PUT", "/uploads/", Fault::CutRequest(1_000_000));
    let put = || here.http.put(&to).header("content-type", "audio/wav").body(vec![7; 3_000_000]).send();
    assert!(put().await.is_err());
    assert_eq!(here.http.get(&url).send().await.unwrap().status(), 404);
    assert_eq!(put().await.unwrap().status(), 200);
    assert!(here.fetch(&url).await == vec![7; 3_000_000]);
}

#[tokio::test]
async fn an_upload_address_expires_on_demand_and_stays_so() {
    let here = here().await;
    let (to, _) = presign(&here, 5).await;
    let put = async |to: &str| {
        let answer = here.http.put(to).header("content-type", "audio/wav").body("12345").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    here.sandbox.faults().next("PUT", "/uploads/", Fault::Expire);
    for _ in 0..2 {
        let (status, said) = put(&to).await;
        assert!(status == 403 && said.contains("Request has expired"), "{status} {said}");
    }
    let (fresh, _) = presign(&here, 5).await;
    assert_eq!(put(&fresh).await.0, 200);
    here.sandbox.plan().change(|terms| terms.upload_seconds = 60);
    let body = json!({ "fileName": "a.wav", "contentType": "audio/wav", "size": 1 });
    assert_eq!(here.post("/v2/assets/upload", body).await.1["expiresIn"], 60);
}

#[tokio::test]
async fn a_run_is_there_though_its_outcome_was_unknown() {
    let here = here().await;
    let (video, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    film(&video, "160x120", "25", 1.0).await;
    tone(&voice, 300, 1.0).await;
    let (video, audio) = (here.upload_video(&video).await, here.upload_audio(&voice).await);
    let input = json!([{ "type": "video", "assetId": video }, { "type": "audio", "assetId": audio }]);
    let body = json!({ "model": "lipsync-2", "input": input });
    let send = async |key: &str| {
        let request = here.request(Method::POST, "/v2/generate").header("Idempotency-Key", key);
        read(request.json(&body).send().await.unwrap()).await
    };
    here.sandbox.faults().next("POST", "/v2/generate", Fault::OutcomeUnknown { tells_id: true });
    let unknown = send("one").await;
    refused(&unknown, 409, "IDEMPOTENCY_OUTCOME_UNKNOWN", "");
    let run = here.until_ended(&text(&unknown.1["generationId"])).await;
    assert_eq!((&run["status"], &send("one").await.1["id"]), (&json!("COMPLETED"), &run["id"]));
    here.sandbox.faults().next("POST", "/v2/generate", Fault::OutcomeUnknown { tells_id: false });
    let unknown = send("two").await;
    refused(&unknown, 409, "IDEMPOTENCY_OUTCOME_UNKNOWN", "");
    assert_eq!(unknown.1["generationId"], Value::Null);
    assert_eq!(here.get("/v2/generations?limit=10").await.1.as_array().unwrap().len(), 2);
    // Links to videos expire on demand as well.
    here.sandbox.faults().next("GET", "/files/", Fault::Expire);
    assert_eq!(here.http.get(text(&run["outputUrl"])).send().await.unwrap().status(), 403);
}
