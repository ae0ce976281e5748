//! Answers that do not come: what may have happened, and that nothing is sent twice.

use mouthpiece::api::{GenerationRequest, Options, Page, Sample, SpeakRequest};
use mouthpiece::error::{Error, Result};
use tokio::net::TcpListener;
use url::Url;

use crate::wire::{Reply, Wire, client};

fn run() -> GenerationRequest {
    GenerationRequest {
        model: "lipsync-2".into(),
        input: vec![],
        options: Options::default(),
        segments: vec![],
        output_file_name: None,
    }
}

/// Sends each call that must not be repeated to a server with this one reply.
async fn each_once(reply: Reply) -> Vec<(Error, Vec<String>)> {
    let mut errors = Vec::new();
    for call in 0..3 {
        let wire = Wire::new([reply.clone()]).await;
        let client = wire.client();
        let error = match call {
            0 => client.clone_voice("M", Sample::Asset("a".into())).await.map(drop),
            1 => client.speak(SpeakRequest::new("v", "Hi.")).await.map(drop),
            _ => client.generate(&run(), "ticket").await.map(drop),
        };
        errors.push((error.unwrap_err(), wire.lines()));
    }
    errors
}

fn assert_lost(errors: &[(Error, Vec<String>)]) {
    let lines: Vec<_> = errors.iter().flat_map(|(_, lines)| lines).map(String::as_str).collect();
    assert_eq!(lines, ["POST /v2/voices", "POST /v2/tts", "POST /v2/generate"], "each went out once");
    for ((error, _), what) in
        errors.iter().zip(["the voice was cloned", "the line was spoken", "the lip sync was started"])
    {
        assert!(matches!(error, Error::Lost { what: said, .. } if said == what), "{error:?}");
        assert!(!error.is_passing(), "nothing repeats it by itself");
        assert!(error.to_string().starts_with("The reply from sync.so got lost"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_never_came_is_lost_and_not_asked_for_again() {
    assert_lost(&each_once(Reply::drop()).await);
}

#[tokio::test]
async fn half_an_answer_is_lost_too() {
    let half = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"id\":";
    assert_lost(&each_once(Reply::raw(half)).await);
    assert_lost(&each_once(Reply::raw("HTTP/1.1 201 Crea")).await);
    assert_lost(&each_once(Reply::raw("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"")).await);
    assert_lost(&each_once(Reply::raw("SSH-2.0-something else\r\n\r\n")).await);
}

#[tokio::test]
async fn a_gateway_that_lost_the_service_says_nothing_about_the_work() {
    let html = [("Content-Type", "text/html")];
    for status in [502, 504, 524] {
        assert_lost(&each_once(Reply::with(status, &html, "<html>")).await);
    }
    let own = serde_json::json!({"message": "The service is restarting", "statusCode": 502});
    for (error, _) in each_once(Reply::json(502, &own)).await {
        assert!(matches!(error, Error::Server(_)), "the service itself refused: {error:?}");
    }
}

async fn nobody() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap()
}

fn assert_offline<T: std::fmt::Debug>(result: Result<T>) {
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Offline { .. }) && error.is_passing(), "{error:?}");
    assert!(error.to_string().starts_with("Could not reach sync.so."), "{error}");
}

#[tokio::test]
async fn where_nobody_listens_nothing_can_have_been_done() {
    let client = client(nobody().await);
    assert_offline(client.voices().await);
    assert_offline(client.clone_voice("M", Sample::Asset("a".into())).await);
    assert_offline(client.speak(SpeakRequest::new("v", "Hi.")).await);
    assert_offline(client.generate(&run(), "ticket").await);
    assert_offline(client.fetch(client.base().join("/a.wav").unwrap().as_str(), 10).await);
}

#[tokio::test]
async fn a_question_without_an_answer_may_be_asked_again() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[";
    for reply in [Reply::drop(), Reply::raw(half), Reply::raw("nonsense\r\n\r\n")] {
        let wire = Wire::new(vec![reply; 10]).await;
        let client = wire.client();
        assert_offline(client.voices().await);
        assert_offline(client.models().await);
        assert_offline(client.generations(&Page { limit: 10, cursor: None }).await);
        assert_offline(client.generation("g").await);
        assert_eq!(
            wire.heard().len(),
            10,
            "lists ask three times; how a run stands is asked once, its watcher asks on"
        );
    }
}

#[tokio::test]
async fn dropping_a_call_hangs_up() {
    let wire = Wire::new([Reply::hold("")]).await;
    let call = tokio::spawn(wire.client().voices());
    wire.heard_all(1).await;
    call.abort();
    wire.closed().await;
    assert_eq!(wire.lines(), ["GET /v2/voices"]);
}

#[tokio::test]
async fn the_key_is_in_no_error() {
    let mut errors: Vec<Error> = each_once(Reply::drop()).await.into_iter().map(|(error, _)| error).collect();
    errors.push(client(nobody().await).voices().await.unwrap_err());
    for error in errors {
        let shown = format!("{error} {error:?} {}", error.details());
        assert!(!shown.contains(crate::wire::KEY), "{shown}");
    }
}
