//! The way to the service on the real app: away is told apart from refused and from empty, and what waited goes on by
//! itself.

#![expect(clippy::expect_used, reason = "in helpers of tests a failure is the test's")]

mod common;

use std::net::TcpListener;

use common::{Bench, Setup};
use mouthpiece::error::Error;
use mouthpiece::jobs::{Checkpoint, Request, SpeakJob};
use mouthpiece::library::JobRow;
use mouthpiece::panels::Page;

const AWAY: &str = "Could not reach 127.0.0.1. This computer seems to be offline. Your work is saved; waiting jobs start when you are back.";

/// A port nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("it is bound").port()
}

fn bench(port: u16) -> Bench {
    Setup { account: Some(common::account(port)), ..Setup::default() }.app()
}

#[test]
fn a_service_that_is_away_is_said_so_and_its_lists_come_by_themselves_when_it_is_back() {
    let port = free_port();
    let mut bench = bench(port);
    bench.wait(AWAY);
    assert!(matches!(bench.session().store.voices.error(), Some(Error::Offline { .. })));

    // Nothing is drawn while nothing changes.
    bench.frames(30);
    let delay = bench.harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert!(delay > std::time::Duration::from_secs(5), "a frame is due in {delay:?}");

    bench.click("Check again");
    bench.wait("Check again");
    assert!(bench.has(AWAY));

    let made = tempfile::tempdir().expect("a folder");
    let (_service, _threads) = common::service(port, made.path());
    bench.until("the banner is gone", |bench| !bench.has(AWAY));
    bench.wait_part("can be reached again");
    bench.until("the voices are there", |bench| bench.session().store.voices.value().is_some());
    bench.until("the models are there", |bench| bench.session().store.models.value().is_some());
    assert!(bench.session().store.voices.error().is_none());
}

#[test]
fn a_job_that_waits_for_the_service_counts_down_and_goes_on_when_it_is_back() {
    let port = free_port();
    let first = bench(port);
    let request = Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: "sandbox-ada".into(),
        voice_name: "Sandbox Ada".into(),
        script: "Back on the air.".into(),
        stability: 0.5,
        similarity: 0.75,
    });
    let json = |value: serde_json::Result<String>| value.expect("plain data");
    let row = JobRow {
        id: "a".into(),
        request: json(serde_json::to_string(&request)),
        checkpoint: json(serde_json::to_string(&Checkpoint::default())),
        state: "\"Open\"".into(),
        created_at: "2026-11-20T09:21:00Z".into(),
        finished_at: None,
    };
    first.session().library.put_job(&row).expect("the row is written");
    let setup = Setup { account: Some(common::account(port)), dir: Some(first.close()), ..Setup::default() };
    let mut bench = setup.app();
    bench.key(egui::Modifiers::COMMAND, egui::Key::Num6);
    bench.wait_part("Starts again");
    bench.wait("Waiting, 1");
    assert!(bench.has("Running, 0") && bench.has("Try now") && bench.has("Cancel"), "{}", bench.screen());
    assert!(bench.has_part("This goes on by itself when it can be reached."), "{}", bench.screen());
    bench.wait(AWAY);

    let made = tempfile::tempdir().expect("a folder");
    let (_service, _threads) = common::service(port, made.path());
    bench.wait("Saved as WAV");
    bench.until("the banner is gone", |bench| !bench.has(AWAY));
}

#[test]
fn a_refused_key_is_not_called_offline() {
    let made = tempfile::tempdir().expect("a folder");
    let (service, _threads) = common::service(0, made.path());
    let refusal = mouthpiece::sandbox::Fault::Status {
        status: 401,
        body: r#"{"message":"Invalid API key","statusCode":401}"#.into(),
        retry_after: None,
    };
    service.faults().next("GET", "/v2/voices", refusal);
    let port = url::Url::parse(service.base_url()).ok().and_then(|url| url.port()).expect("a port");
    let mut bench = bench(port);
    bench.wait_part("refused the key. It may have been replaced or only half pasted.");
    assert!(!bench.has_part("Could not reach"));
    bench.click("Replace key");
    assert_eq!(bench.harness.state().page(), Page::Settings);
}

#[test]
fn one_lost_answer_is_no_banner() {
    let made = tempfile::tempdir().expect("a folder");
    let (service, _threads) = common::service(0, made.path());
    let port = url::Url::parse(service.base_url()).ok().and_then(|url| url.port()).expect("a port");
    for _ in 0..3 {
        service.faults().next("GET", "/v2/voices", mouthpiece::sandbox::Fault::Drop);
    }
    let mut bench = bench(port);
    bench.until("the voices came after all", |bench| bench.session().store.voices.value().is_some());
    assert!(!bench.has_part("Could not reach"), "{}", bench.screen());
}
