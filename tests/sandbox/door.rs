//! Who may come in, and what goes wrong on demand.

use std::time::{Duration, Instant};

use mouthpiece::sandbox::{self, Fault, Options, Tools};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::here::{here, here_with, http, options, read, refused};

#[tokio::test]
async fn a_key_is_asked_for_in_both_documented_ways() {
    let here = here().await;
    let none = read(here.http.get(here.url("/v2/voices")).send().await.unwrap()).await;
    let missing = "Either Cookie or x-api-key header must be provided";
    assert_eq!(none, (401, json!({ "message": missing, "error": "Unauthorized", "statusCode": 401 })));
    let wrong = here.http.get(here.url("/v2/voices")).header("x-api-key", "another").send().await.unwrap();
    assert_eq!(read(wrong).await, (401, json!({ "message": "Unauthorized", "statusCode": 401 })));
    assert_eq!(here.get("/v2/voices").await.0, 200);
}

#[tokio::test]
async fn every_start_mints_another_key_unless_one_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let start = async |name: &str| {
        sandbox::start(Options { key: None, ..options(&folder.path().join(name)) }).await.unwrap().key().to_owned()
    };
    let (one, two) = (start("a").await, start("b").await);
    assert!(one.len() >= 32 && two.len() >= 32 && one != two);
}

#[tokio::test]
async fn the_list_of_errors_is_open_and_says_what_to_do() {
    let here = here().await;
    let (status, errors) = read(here.http.get(here.url("/v2/errors")).send().await.unwrap()).await;
    assert_eq!(status, 200);
    let errors = errors.as_array().unwrap().clone();
    assert!(errors.len() >= 62);
    assert!(errors.iter().all(|entry| ["code", "message", "suggestion"].iter().all(|name| entry[*name].is_string())));
    assert!(errors.iter().any(|entry| entry["code"] == "voice_clone_limit_reached"));
}

#[tokio::test]
async fn models_say_that_they_are_stand_ins() {
    let (status, models) = here().await.get("/v2/models").await;
    assert_eq!(status, 200);
    let models = models.as_array().unwrap().clone();
    assert_eq!(models.len(), 5);
    assert!(models.iter().any(|model| model["name"] == "lipsync-2"));
    assert!(models.iter().all(|model| model["description"].as_str().unwrap().contains("lips are not generated")));
}

async fn status_with_host(port: &str, host: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    let request = format!("GET /v2/errors HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn names_of_other_computers_are_not_answered_to() {
    let here = here().await;
    let port = here.sandbox.base_url().rsplit(':').next().unwrap();
    for own in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
        assert_eq!(status_with_host(port, &format!("{own}:{port}")).await, "200", "{own}");
    }
    for other in
        ["evil.example:PORT", "127.0.0.1.evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "", "localhost@evil:PORT"]
    {
        assert_eq!(status_with_host(port, &other.replace("PORT", port)).await, "403", "{other}");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_the_same_form() {
    let here = here().await;
    refused(&here.get("/v2/nothing").await, 404, "", "");
    let answer = read(here.request(Method::PUT, "/v2/voices").send().await.unwrap()).await;
    refused(&answer, 405, "", "");
}

#[tokio::test]
async fn a_key_sent_to_an_address_that_must_not_have_it_is_refused() {
    let here = here().await;
    let (_, voices) = here.get("/v2/voices").await;
    let (_, place) =
        here.post("/v2/assets/upload", json!({ "fileName": "a.wav", "contentType": "audio/wav", "size": 4 })).await;
    for (method, url) in
        [(Method::GET, &voices[0]["previewUrl"]), (Method::GET, &place["url"]), (Method::PUT, &place["uploadUrl"])]
    {
        let answer = here.request(method, url.as_str().unwrap()).send().await.unwrap();
        refused(&read(answer).await, 400, "", "x-api-key");
    }
}

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be_are_refused() {
    let here = here().await;
    for (body, field) in
        [("", "body"), ("{", "body"), ("[]", "body"), ("\"text\"", "body"), ("{}", "name"), ("{\"name\":7}", "name")]
    {
        let request = here.request(Method::POST, "/v2/voices").header("content-type", "application/json");
        refused(&read(request.body(body).send().await.unwrap()).await, 400, "", field);
    }
    let large = json!({ "name": "x".repeat(600_000) });
    assert_eq!(here.post("/v2/voices", large).await.0, 413);
    let form = here.request(Method::POST, "/v2/generate").header("content-type", "multipart/form-data; boundary=x");
    let (status, body) = read(form.body("--x--").send().await.unwrap()).await;
    assert_eq!(status, 415);
    assert!(body["suggestion"].as_str().unwrap().contains("asset"));
}

#[tokio::test]
async fn the_next_call_fails_slows_or_babbles_on_demand() {
    let here = here().await;
    let faults = here.sandbox.faults().clone();
    faults.next_refuses("GET", "/v2/voices", 500, "internal_error", "On purpose.");
    faults.next("*", "/v2/voices", Fault::Status { status: 429, body: "{}".into(), retry_after: Some(7) });
    faults.next("GET", "/v2/models", Fault::Garbage);
    faults.next("GET", "/v2/assets", Fault::Slow(Duration::from_millis(80)));
    assert_eq!(faults.pending(), 4);
    let (status, body) = here.get("/v2/voices").await;
    assert_eq!((status, &body["errorCode"]), (500, &json!("internal_error")));
    let limited = here.request(Method::GET, "/v2/voices").send().await.unwrap();
    assert_eq!((limited.status().as_u16(), limited.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(here.get("/v2/models").await, (200, Value::Null));
    let began = Instant::now();
    assert_eq!(here.get("/v2/assets").await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(80));
    assert_eq!((faults.pending(), here.get("/v2/voices").await.0), (0, 200));
}

#[tokio::test]
async fn a_connection_drops_with_or_without_the_work_done() {
    let here = here().await;
    let faults = here.sandbox.faults();
    let body = json!({ "url": "https://example.com/a.mp4", "type": "VIDEO" });
    let count = async || here.get("/v2/assets").await.1["totalCount"].as_u64().unwrap();
    faults.next("POST", "/v2/assets", Fault::Drop);
    assert!(here.request(Method::POST, "/v2/assets").json(&body).send().await.is_err());
    assert_eq!(count().await, 0);
    faults.next("POST", "/v2/assets", Fault::LoseAnswer);
    assert!(here.request(Method::POST, "/v2/assets").json(&body).send().await.is_err());
    assert_eq!(count().await, 1);
    faults.next("GET", "/v2/voices", Fault::Garbage);
    faults.clear();
    assert_eq!(here.get("/v2/voices").await.0, 200);
}

#[tokio::test]
async fn dropping_the_sandbox_ends_open_connections() {
    let here = here().await;
    let address = here.sandbox.base_url().strip_prefix("http://").unwrap().to_owned();
    let mut idle = tokio::net::TcpStream::connect(&address).await.unwrap();
    idle.write_all(format!("GET /v2/errors HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).await.unwrap();
    let mut buffer = [0; 16];
    idle.read_exact(&mut buffer).await.unwrap();
    drop(here.sandbox);
    let mut rest = Vec::new();
    // Ends, cleanly or not; a server that went on would leave this waiting for ever.
    idle.read_to_end(&mut rest).await.ok();
    assert!(http().get(format!("http://{address}/v2/errors")).send().await.is_err());
}

#[tokio::test]
async fn a_taken_port_and_a_taken_folder_are_said_plainly() {
    let here = here().await;
    let port = here.sandbox.base_url().rsplit(':').next().unwrap().parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = sandbox::start(Options { port, ..options(folder.path()) }).await.unwrap_err();
    assert!(error.to_string().contains(&format!("port {port}")), "{error}");
    let error = sandbox::start(options(&here.folder.path().join("data"))).await.unwrap_err();
    assert!(error.to_string().contains("Another sandbox"), "{error}");
}

#[tokio::test]
async fn without_its_programs_it_says_how_to_get_them_and_goes_on() {
    let gone = |name: &str| format!("/no/such/{name}").into();
    let here = here_with(Tools { ffmpeg: gone("ffmpeg"), ffprobe: gone("ffprobe"), espeak: gone("espeak-ng") }).await;
    let (_, voices) = here.get("/v2/voices").await;
    assert_eq!(voices.as_array().unwrap().len(), 8);

    let speech = here.post("/v2/tts", json!({ "voiceId": "sandbox-ada", "script": "Hello." })).await;
    refused(&speech, 503, "elevenlabs_service_unavailable", "");
    assert!(speech.1["message"].as_str().unwrap().contains("espeak-ng"));
    assert!(speech.1["suggestion"].as_str().unwrap().contains("sudo apt install espeak-ng"));

    let path = here.file("a.wav");
    std::fs::write(&path, b"RIFF").unwrap();
    let asset = here.upload(&path, "AUDIO", "audio/wav").await;
    let clone = here.post("/v2/voices", json!({ "name": "Me", "assetId": asset["id"] })).await;
    refused(&clone, 503, "generation_infra_service_unavailable", "assetId");
    assert!(clone.1["suggestion"].as_str().unwrap().contains("sudo apt install ffmpeg"));

    let video = here.upload_video(&path).await;
    let input = json!([{ "type": "video", "assetId": video }, { "type": "audio", "assetId": asset["id"] }]);
    let run = here.run(json!({ "model": "lipsync-2", "input": input })).await;
    assert_eq!((&run["status"], &run["errorCode"]), (&json!("FAILED"), &json!("generation_infra_service_unavailable")));
    assert!(run["error"].as_str().unwrap().contains("sudo apt install ffmpeg"));
}
