//! What an account may do, and how long addresses last.

use std::time::Duration;

use mouthpiece::sandbox::{Pace, Rate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::here::{Here, film, here, here_paced, number, read, refused, speaker, text, tone};

async fn request(here: &Here) -> Value {
    let (video, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    film(&video, "160x120", "25", 1.0).await;
    tone(&voice, 300, 1.0).await;
    let (video, audio) = (here.upload_video(&video).await, here.upload_audio(&voice).await);
    json!({ "model": "lipsync-2", "input": [{ "type": "video", "assetId": video }, { "type": "audio", "assetId": audio }] })
}

#[tokio::test]
async fn a_plan_has_so_many_runs_at_once() {
    let here = here_paced(Pace::Real).await;
    let body = request(&here).await;
    here.sandbox.plan().change(|terms| terms.concurrent = Some(1));
    let send = async |key: &str| {
        let request = here.request(Method::POST, "/v2/generate").header("Idempotency-Key", key);
        request.json(&body).send().await.unwrap()
    };
    let (status, first) = read(send("one").await).await;
    assert_eq!(status, 201, "{first}");
    let answer = send("two").await;
    assert!(!answer.headers().contains_key("retry-after"), "only the body says when");
    let busy = read(answer).await;
    refused(&busy, 429, "concurrency_limit_reached", "");
    assert_eq!((&busy.1["activeGenerations"], &busy.1["concurrencyLimit"]), (&json!(1), &json!(1)));
    assert!(number(&busy.1["retryAfterSeconds"]) >= 1.0 && text(&busy.1["upgradeUrl"]).starts_with("https://"));
    assert_eq!(read(send("one").await).await.1["id"], first["id"], "what is there already takes no room");
    here.until_ended(&text(&first["id"])).await;
    assert_eq!(send("two").await.status(), 201);
}

#[tokio::test]
async fn calls_over_their_rate_are_told_when_to_come_again() {
    let here = here().await;
    let rate = |path, calls| Rate { method: "POST", path, calls, per: Duration::from_hours(1) };
    here.sandbox.plan().change(|terms| terms.rates = vec![rate("/v2/tts", 1), rate("/v2/voices", 0)]);
    let line = json!({ "voiceId": "sandbox-ada", "script": "Hello." });
    assert_eq!(here.post("/v2/tts", line.clone()).await.0, 200);
    let answer = here.request(Method::POST, "/v2/tts").json(&line).send().await.unwrap();
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&wait), "{wait}");
    refused(&read(answer).await, 429, "rate_limit_exceeded", "");
    refused(&here.post("/v2/voices", json!({})).await, 429, "rate_limit_exceeded", "");
    // Each is counted apart, and without a key nothing is.
    assert_eq!(here.post("/v2/tts/jobs", line).await.0, 202);
    assert_eq!(here.get("/v2/voices").await.0, 200);
    assert_eq!(here.http.post(here.url("/v2/tts")).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn the_documented_rates_hold() {
    let here = here().await;
    here.sandbox.plan().change(|terms| terms.rates = Rate::documented());
    for _ in 0..10 {
        refused(&here.post("/v2/voices", json!({})).await, 400, "", "name");
    }
    refused(&here.post("/v2/voices", json!({})).await, 429, "rate_limit_exceeded", "");
}

#[tokio::test]
async fn speech_jobs_can_be_closed_to_an_account() {
    let here = here().await;
    here.sandbox.plan().change(|terms| terms.speech_jobs = false);
    let line = json!({ "voiceId": "sandbox-ada", "script": "Hello." });
    let closed = here.post("/v2/tts/jobs", line.clone()).await;
    refused(&closed, 503, "", "");
    assert!(text(&closed.1["suggestion"]).contains("POST /v2/tts"));
    assert_eq!(here.post("/v2/tts", line).await.0, 200);
}

#[tokio::test]
async fn a_plan_has_so_many_clone_slots() {
    let here = here().await;
    here.sandbox.plan().change(|terms| terms.clone_slots = 1);
    let sample = here.file("sample.wav");
    speaker(&sample, "en-us+f2", 60, 160).await;
    let asset = here.upload_audio(&sample).await;
    let clone = async |name: &str| here.post("/v2/voices", json!({ "name": name, "assetId": asset })).await;
    let (status, one) = clone("One").await;
    assert_eq!(status, 201, "{one}");
    refused(&clone("Two").await, 403, "voice_clone_limit_reached", "");
    assert_eq!(here.delete(&format!("/v2/voices/{}", text(&one["id"]))).await.0, 200);
    assert_eq!(clone("Two").await.0, 201);
}

async fn expired(here: &Here, url: &str) -> bool {
    let answer = here.http.get(url).send().await.unwrap();
    if answer.status() == 200 {
        return false;
    }
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
        (403, "application/xml")
    );
    assert!(answer.text().await.unwrap().contains("<Code>AccessDenied</Code><Message>Request has expired"));
    true
}

#[tokio::test]
async fn links_expire_when_asked_and_a_fresh_one_is_given() {
    let here = here().await;
    let run = here.run(request(&here).await).await;
    let (id, link) = (text(&run["id"]), text(&run["outputUrl"]));
    assert!(!expired(&here, &link).await);
    here.sandbox.plan().expire_links();
    assert!(expired(&here, &link).await);
    let (_, again) = here.get(&format!("/v2/generate/{id}")).await;
    assert_eq!(text(&again["outputUrl"]), link, "a run keeps showing the link it had");
    let fresh = async || {
        let path = format!("/v2/generations/{id}/download");
        here.request(Method::GET, &path).send().await.unwrap().text().await.unwrap()
    };
    let one = fresh().await;
    assert!(!expired(&here, &one).await);
    assert!(expired(&here, &one.replace("Issue=1", "Issue=2")).await, "what is not signed is no link");
    here.sandbox.plan().expire_links();
    assert!(expired(&here, &one).await);
    assert!(!expired(&here, &fresh().await).await);
    // The run itself and what it was made of are as they were.
    let input = json!([run["input"][0], { "type": "audio", "url": link }]);
    assert_eq!(here.post("/v2/generate", json!({ "model": "lipsync-2", "input": input })).await.0, 201);
}

#[tokio::test]
async fn links_expire_with_their_time() {
    let here = here().await;
    here.sandbox.plan().change(|terms| terms.link_seconds = Some(3_600));
    let run = here.run(request(&here).await).await;
    let link = text(&run["outputUrl"]);
    assert!(!expired(&here, &link).await);
    let (bare, query) = link.split_once('?').unwrap();
    assert!(expired(&here, bare).await, "a link cut short is none");
    let until = query.split(['=', '&']).nth(1).unwrap();
    let longer = link.replace(until, &format!("{}", until.parse::<i64>().unwrap() + 9));
    assert!(expired(&here, &longer).await, "a time that was changed is not signed");
    here.sandbox.plan().change(|terms| terms.link_seconds = Some(0));
    let path = format!("/v2/generations/{}/download", text(&run["id"]));
    let short = here.request(Method::GET, &path).send().await.unwrap().text().await.unwrap();
    let ended = async {
        while !expired(&here, &short).await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), ended).await.unwrap();
    assert!(!expired(&here, &link).await, "each has its own time");
}
