//! Text to speech, at once and as a job.

use reqwest::Method;
use serde_json::{Value, json};

use crate::here::{Here, here, number, read, refused, text};

#[tokio::test]
async fn a_line_is_spoken_and_its_length_is_true() {
    let here = here().await;
    let body = json!({
        "voiceId": "sandbox-clara", "script": "A brand new line.", "provider": "elevenlabs",
        "stability": 0.2, "similarityBoost": 0.9,
    });
    let (status, take) = here.post("/v2/tts", body).await;
    assert_eq!(status, 200, "{take}");
    assert_eq!(take["url"], take["synthesizedAudioUrl"]);
    let bytes = here.fetch(&text(&take["url"])).await;
    assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize, bytes.len() - 8);
    let reader = hound::WavReader::new(&bytes[..]).unwrap();
    let seconds = f64::from(reader.duration()) / f64::from(reader.spec().sample_rate);
    assert!((seconds - number(&take["duration"])).abs() < 1e-3 && (0.5..6.0).contains(&seconds), "{seconds} s");
}

#[tokio::test]
async fn a_low_stability_is_heard() {
    let here = here().await;
    let mut heard = Vec::new();
    for stability in [0.0, 0.5, 1.0] {
        let body = json!({ "voiceId": "sandbox-hugo", "script": "The same line.", "stability": stability });
        let url = text(&here.post("/v2/tts", body).await.1["url"]);
        heard.push(here.fetch(&url).await);
    }
    assert_ne!(heard[0], heard[1]);
    assert_eq!(heard[1], heard[2]);
}

#[tokio::test]
async fn what_cannot_be_spoken_is_refused_by_field() {
    let here = here().await;
    let line = |name: &str, value: Value| {
        let mut body = json!({ "voiceId": "sandbox-ada", "script": "Hello." });
        body[name] = value;
        body
    };
    for path in ["/v2/tts", "/v2/tts/jobs"] {
        for (name, value) in [
            ("script", json!("")),
            ("script", json!("x".repeat(5_001))),
            ("script", json!(["Hello"])),
            ("voiceId", Value::Null),
            ("voiceId", json!(1)),
            ("provider", json!("other")),
            ("stability", json!(1.1)),
            ("stability", json!("high")),
            ("similarityBoost", json!(-0.1)),
        ] {
            refused(&here.post(path, line(name, value)).await, 400, "", name);
        }
        refused(&here.post(path, line("voiceId", json!("nobody"))).await, 422, "voice_not_found", "voiceId");
    }
    refused(&here.post("/v2/tts", line("script", json!("...\u{7}"))).await, 400, "", "script");
    // 5,000 characters are taken, whatever their size in bytes.
    let (status, job) = here.post("/v2/tts/jobs", line("script", json!("é".repeat(5_000)))).await;
    assert_eq!(status, 202, "{job}");
}

#[tokio::test]
async fn a_script_is_never_taken_for_a_command() {
    let here = here().await;
    for script in ["-w /tmp/elsewhere --help", "\u{1}+99P [[h@l'oU]] <voice>", "$(id) `id` ; id", "\0 nothing \0"] {
        let (status, take) = here.post("/v2/tts", json!({ "voiceId": "sandbox-ada", "script": script })).await;
        assert_eq!(status, 200, "{take}");
        assert!(number(&take["duration"]) > 0.3);
    }
}

async fn until_spoken(here: &Here, location: &str) -> Value {
    loop {
        let answer = here.request(Method::GET, location).send().await.unwrap();
        let again = answer.headers().get("retry-after").cloned();
        let (status, job) = read(answer).await;
        assert_eq!(status, 200, "{job}");
        if job["status"] == "SUCCESS" || job["status"] == "FAILED" {
            assert!(again.is_none());
            return job;
        }
        assert_eq!(again.unwrap(), "3");
    }
}

#[tokio::test]
async fn a_job_goes_from_pending_to_success() {
    let here = here().await;
    let body = json!({ "voiceId": "sandbox-felix", "script": "A line spoken in the background." });
    let answer = here.request(Method::POST, "/v2/tts/jobs").json(&body).send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (202, "3"));
    let (_, job) = read(answer).await;
    assert_eq!((&job["status"], &job["url"], &job["finishedAt"]), (&json!("PENDING"), &Value::Null, &Value::Null));
    assert_eq!(location, format!("/v2/tts/jobs/{}", text(&job["id"])));
    let done = until_spoken(&here, &location).await;
    assert_eq!(done["status"], "SUCCESS", "{done}");
    assert!(number(&done["duration"]) > 0.5 && done["startedAt"].is_string() && done["finishedAt"].is_string());
    assert!(here.fetch(&text(&done["url"])).await.starts_with(b"RIFF"));
    refused(&here.get("/v2/tts/jobs/nothing").await, 404, "", "id");
}

#[tokio::test]
async fn a_key_leads_to_the_same_job_or_to_a_conflict() {
    let here = here().await;
    let send = async |key: &str, script: &str| {
        let body = json!({ "voiceId": "sandbox-ada", "script": script });
        let request = here.request(Method::POST, "/v2/tts/jobs").header("Idempotency-Key", key).json(&body);
        read(request.send().await.unwrap()).await
    };
    let (_, one) = send("key-1", "Hello.").await;
    assert_eq!(send("key-1", "Hello.").await.1["id"], one["id"]);
    assert_ne!(send("key-2", "Hello.").await.1["id"], one["id"]);
    refused(&send("key-1", "Goodbye.").await, 409, "IDEMPOTENCY_CONFLICT", "Idempotency-Key");
    refused(&send("not a key", "Hello.").await, 400, "INVALID_IDEMPOTENCY_KEY", "Idempotency-Key");
}
