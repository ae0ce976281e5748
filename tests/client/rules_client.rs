//! Section 22 of the contract: the client's own rules, and whom it trusts.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mouthpiece::api::{AssetKind, Destination, Sample, SpeakRequest, Tuning, hash_file};
use mouthpiece::error::Error;
use mouthpiece::progress::Progress;
use serde_json::json;

use crate::wire::{KEY, Reply, Wire, quick, tuned, within};

const WAV: &[u8] = b"RIFF\0\0\0\0WAVEfmt ";

fn to(dir: &tempfile::TempDir) -> Destination {
    Destination { folder: dir.path().to_owned(), stem: "take".into(), kind: AssetKind::Audio }
}

#[tokio::test]
async fn r22_1_every_field_but_the_id_may_be_missing_and_others_are_ignored() {
    let wire = Wire::new(vec![Reply::json(200, &json!({"id": "x", "tomorrow": {"a": [1]}})); 3]).await;
    let client = wire.client();
    assert_eq!(client.asset("x").await.unwrap().id, "x");
    assert_eq!(client.generation("x").await.unwrap().id, "x");
    assert_eq!(client.voice("x").await.unwrap().id, "x");
}

#[tokio::test]
async fn r22_2_what_can_not_be_read_is_an_error_with_its_status() {
    let wire = Wire::new([Reply::with(200, &[], "<html>"), Reply::with(500, &[], "<html>")]).await;
    assert!(matches!(wire.client().generation("g").await, Err(Error::Unreadable { .. })));
    let error = wire.client().generation("g").await.unwrap_err();
    assert_eq!(error.refusal().unwrap().status, 500);
}

#[tokio::test]
async fn r22_3_an_error_keeps_all_the_server_said() {
    let body = json!({"message": "m", "errorCode": "c", "suggestion": "s", "field": "f", "requestId": "r",
        "retryAfterSeconds": 3, "generationId": "g", "concurrencyLimit": 2, "upgradeUrl": "https://x.example/up"});
    let wire = Wire::new([Reply::json(422, &body)]).await;
    let error = wire.client().generation("g").await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!((refusal.status, refusal.code.as_deref(), refusal.message.as_str()), (422, Some("c"), "m"));
    assert_eq!((refusal.suggestion.as_deref(), refusal.field.as_deref()), (Some("s"), Some("f")));
    assert_eq!((refusal.request_id.as_deref(), refusal.retry_after), (Some("r"), Some(Duration::from_secs(3))));
    assert_eq!((refusal.generation_id.as_deref(), refusal.concurrency_limit), (Some("g"), Some(2)));
    assert_eq!(refusal.upgrade_url.as_deref(), Some("https://x.example/up"));
}

#[tokio::test]
async fn r22_4_a_post_never_comes_back_as_a_get() {
    for status in [301, 302, 303] {
        let wire = Wire::new([Reply::redirect(status, "/v2/tts/"), Reply::redirect(status, "/v2/voices/")]).await;
        let client = wire.client();
        let error = client.speak(SpeakRequest::new("v", "Hi.")).await.unwrap_err();
        assert!(error.to_string().contains("the request would be lost"), "{error}");
        assert!(matches!(client.clone_voice("M", Sample::Asset("a".into())).await, Err(Error::Unreadable { .. })));
        assert_eq!(wire.lines(), ["POST /v2/tts", "POST /v2/voices"], "{status}");
    }
    let wire = Wire::new([Reply::redirect(302, "/v2/voices/w"), Reply::redirect(303, "/elsewhere")]).await;
    wire.client().delete_voice("v").await.unwrap_err();
    assert_eq!(wire.lines(), ["DELETE /v2/voices/v"]);
}

#[tokio::test]
async fn r22_4_no_answer_leads_to_another_computer_of_this_network() {
    let dir = tempfile::tempdir().unwrap();
    let other = Wire::new([]).await;
    let own = |wire: &Wire, path: &str| wire.url(path);
    for away in [
        other.url("/take.wav"),
        format!("http://localhost:{}/take.wav", other.base.port().unwrap()),
        format!("https://127.0.0.1:{}/take.wav", other.base.port().unwrap()),
        "https://192.168.0.1/take.wav".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://[::1]/take.wav".to_owned(),
        "https://router.lan/take.wav".to_owned(),
        "http://assets.example.com/take.wav".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let wire = Wire::new([Reply::redirect(302, &away), Reply::redirect(307, &away)]).await;
        let client = wire.client();
        for url in [away.clone(), own(&wire, "/a.wav")] {
            let error = client.fetch(&url, 100).await.unwrap_err();
            assert!(matches!(error, Error::Unreadable { .. }), "{url}: {error:?}");
            let error = client.download(&url, to(&dir), Progress::default()).await.unwrap_err();
            assert!(matches!(error, Error::Unreadable { .. }), "{url}: {error:?}");
        }
        assert_eq!(wire.heard().len(), 2, "{away}");
    }
    assert!(other.heard().is_empty());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn r22_4_an_upload_address_of_this_network_gets_no_byte() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    std::fs::write(&path, WAV).unwrap();
    let other = Wire::new([]).await;
    for away in [other.url("/b"), "https://10.0.0.1/b".to_owned(), "http://bucket.example.com/b".to_owned()] {
        let wire = Wire::new([Reply::json(201, &json!({"uploadUrl": away, "url": "https://x.example/a"}))]).await;
        let upload =
            mouthpiece::api::Upload { path: path.clone(), content_type: "audio/wav".into(), kind: AssetKind::Audio };
        let error = wire.client().upload(upload, Progress::default()).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{away}: {error:?}");
        assert_eq!(wire.heard().len(), 1);
    }
    assert!(other.heard().is_empty());
}

#[tokio::test]
async fn r22_6_a_transfer_that_falls_silent_ends() {
    let dir = tempfile::tempdir().unwrap();
    let impatient = Tuning { idle: Duration::from_millis(50), ..quick() };
    let begun = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", WAV].concat();
    for silence in [Reply::hold(""), Reply::hold(begun)] {
        let wire = Wire::new([silence.clone(), silence]).await;
        let client = tuned(wire.base.clone(), impatient.clone());
        let error = within(client.download(&wire.url("/a.wav"), to(&dir), Progress::default())).await.unwrap_err();
        assert!(matches!(error, Error::Offline { .. }) && error.is_passing(), "{error:?}");
        assert!(within(client.fetch(&wire.url("/a.wav"), 100)).await.unwrap_err().is_passing());
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn r22_8_the_hash_of_a_file_is_known_before_anything_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.bin");
    std::fs::write(&path, b"abc").unwrap();
    let progress = Progress::default();
    let hash = hash_file(path.clone(), progress.clone()).await.unwrap();
    assert_eq!(hash, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
    assert_eq!((progress.done(), progress.total()), (3, 3));
    // More than one read of it.
    let large: Vec<u8> = (0..3_000_001_u32).map(|n| n.to_le_bytes()[0]).collect();
    std::fs::write(&path, &large).unwrap();
    assert_eq!(hash_file(path, Progress::default()).await.unwrap(), blake3::hash(&large).to_hex().as_str());
    for none in [dir.path().to_owned(), dir.path().join("gone")] {
        assert!(hash_file(none, Progress::default()).await.is_err());
    }
}

#[tokio::test]
async fn whether_the_service_is_there_is_asked_without_the_key_and_once() {
    let there = [Reply::json(200, &json!([])), Reply::with(404, &[], ""), Reply::json(500, &json!({"message": "x"}))];
    let count = there.len();
    let wire = Wire::new(there).await;
    for _ in 0..count {
        wire.client().ping().await.unwrap();
    }
    assert!(wire.heard().iter().all(|heard| heard.target == "/v2/errors" && heard.header("x-api-key").is_none()));
    let away = [Reply::drop(), Reply::redirect(302, "https://login.example"), Reply::with(502, &[], "<html>")];
    for away in away {
        let wire = Wire::new([away]).await;
        assert!(wire.client().ping().await.is_err());
        assert_eq!(wire.heard().len(), 1);
    }
}

/// Everything the log says while tests run in this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn r22_4_the_key_is_in_no_log() {
    let log = Log::default();
    let into = log.clone();
    let all = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || into.clone());
    let guard = tracing::subscriber::set_default(all.finish());
    let wire = Wire::new([Reply::json(200, &json!([])), Reply::with(401, &[], ""), Reply::drop()]).await;
    let client = wire.client();
    client.voices().await.unwrap();
    client.generation("g").await.unwrap_err();
    client.speak(SpeakRequest::new("v", "A secret line.")).await.unwrap_err();
    drop(guard);
    assert!(wire.heard().iter().all(|heard| heard.header("x-api-key") == Some(KEY)));
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("answer"), "the log was listened to: {log}");
    assert!(!log.contains(KEY) && !log.contains("A secret line"), "{log}");
}

#[tokio::test]
async fn what_the_service_calls_a_file_never_becomes_a_path() {
    let dir = tempfile::tempdir().unwrap();
    let disposition = ("Content-Disposition", "attachment; filename=\"../../evil.sh\"");
    let wire = Wire::new([Reply::with(200, &[disposition], WAV)]).await;
    let url = wire.url("/files/..%2F..%2Fevil.sh");
    let path: PathBuf = wire.client().download(&url, to(&dir), Progress::default()).await.unwrap();
    assert_eq!(path, dir.path().join("take.wav"));
}
