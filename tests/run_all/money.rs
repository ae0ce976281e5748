//! Prices and limits before and during a run, in an account: the sandbox behind an address and a key.

use std::path::Path;

use egui::{Key, Modifiers};
use mouthpiece::jobs::stamp;
use mouthpiece::library::Limits;
use mouthpiece::media::probe;
use mouthpiece::sandbox::{Fault, Sandbox};
use mouthpiece::store::{Flow, Lines, MediaFile, VoiceChoice};

use super::common::{self, Bench, Setup, media};
use super::{ctrl_r, requests};

const LINE: &str = "We ship on Thursday, and it is the quickest one so far.";

struct Account {
    bench: Bench,
    service: Sandbox,
    _made: tempfile::TempDir,
    _threads: tokio::runtime::Runtime,
}

/// An account with these limits, in which a voice is chosen, a line is written and a video is there.
fn account(line: &str, limits: Limits, prepare: impl FnOnce(&Sandbox)) -> Account {
    let made = tempfile::tempdir().unwrap();
    let target = media::silent_video(made.path(), "teaser.mp4", 2.0);
    let (service, threads) = common::service(0, &made.path().join("service"));
    let port = url::Url::parse(service.base_url()).unwrap().port().unwrap();
    let bench = Setup { account: Some(common::account(port)), ..Setup::default() }.app();
    let library = bench.session().library.clone();
    library.set_limits(limits).unwrap();
    let flow = flow(&target, line);
    let document = serde_json::to_string(&flow).unwrap();
    library.put_flow(&flow.id, &document, &stamp(time::OffsetDateTime::now_utc())).unwrap();
    drop(library);
    let dir = bench.close();
    prepare(&service);
    let setup = Setup { account: Some(common::account(port)), dir: Some(dir), ..Setup::default() };
    let mut bench = setup.app();
    bench.until("the books are read", |bench| bench.session().store.spend.is_some());
    bench.wait("2 steps to run: speak, lip sync");
    Account { bench, service, _made: made, _threads: threads }
}

fn flow(target: &Path, line: &str) -> Flow {
    let target = MediaFile { path: target.to_owned(), probe: probe::probe(target).unwrap() };
    let voice = VoiceChoice { id: "sandbox-ada".into(), name: "Sandbox Ada".into() };
    Flow { voice: Some(voice), lines: Lines::of(line), target: Some(target), ..Flow::default() }
}

const NONE: Limits = Limits { warn_usd: None, stop_usd: None };

#[test]
fn price_time_and_month_are_there_before_and_the_price_is_kept_to() {
    let mut made = account(LINE, Limits { stop_usd: Some(40.0), ..NONE }, |_| {});
    let bench = &mut made.bench;
    // 55 characters at 14.5 a second and a quarter more, at $0.05 a second.
    assert!(bench.has("Estimated price: Up to $0.24"), "{}", bench.screen());
    assert!(bench.has("Usual time: 1 to 3 min") && bench.has("This month: $0.00 of $40.00"));
    assert!(bench.has_part("Nothing is sent before you press Run all."));
    ctrl_r(bench);
    bench.wait_part("Step 3 of 4: ");
    assert!(bench.has("Estimated total: Up to $0.24") && bench.has_part("Spent so far: $0.00"));
    bench.wait("Everything is done");
    assert_eq!(requests(bench), [0, 1, 1], "a ready voice is not cloned");
    drop(made.service);
}

#[test]
fn above_the_warning_it_asks_first() {
    let mut made = account(LINE, Limits { warn_usd: Some(0.1), stop_usd: None }, |_| {});
    let bench = &mut made.bench;
    bench.wait("Over your warning at $0.10");
    bench.click("Run all");
    bench.wait("Run 2 steps for up to $0.24?");
    bench.key(Modifiers::NONE, Key::Escape);
    bench.frames(10);
    assert!(!bench.has("Run 2 steps for up to $0.24?") && requests(bench) == [0; 3]);
    ctrl_r(bench);
    bench.wait("Run 2 steps for up to $0.24?");
    ctrl_r(bench);
    bench.click("Run 2 steps");
    bench.wait("Everything is done");
    assert_eq!(requests(bench), [0, 1, 1]);
}

#[test]
fn over_the_limit_the_button_opens_the_limit() {
    let mut made = account(LINE, Limits { stop_usd: Some(0.2), ..NONE }, |_| {});
    let bench = &mut made.bench;
    bench.wait("Over your limit of $0.20");
    bench.click("Over your limit");
    bench.wait("How much may a month cost?");
    bench.key(Modifiers::NONE, Key::Escape);
    ctrl_r(bench);
    bench.wait("How much may a month cost?");
    assert_eq!(requests(bench), [0; 3]);
}

#[test]
fn a_price_that_is_not_known_is_asked_about() {
    let mut made = account(LINE, NONE, |service| {
        let models = r#"[{"id":"new","name":"lipsync-9","type":"lipsync"}]"#.into();
        service.faults().next("GET", "/v2/models", Fault::Status { status: 200, body: models, retry_after: None });
        for _ in 0..4 {
            let (code, words) = ("cost_estimate_unavailable", "No price today");
            service.faults().next_refuses("POST", "/v2/generations/estimate", 422, code, words);
        }
    });
    let bench = &mut made.bench;
    bench.wait("Estimated price: Price not known");
    assert!(bench.has_part("could not be asked"), "{}", bench.screen());
    bench.click("Run all");
    bench.wait("Run 2 steps at a price that is not known?");
    bench.click("Not now");
    bench.frames(10);
    assert_eq!(requests(bench), [0; 3]);
}

#[test]
fn a_line_that_takes_longer_than_thought_is_not_put_on_a_video_at_a_price_nobody_saw() {
    let mut made = account("999,999,999 and 777,777,777 and 888,888,888.", NONE, |_| {});
    let bench = &mut made.bench;
    bench.click("Run all");
    bench.wait_part("Run 1 step for ");
    assert!(bench.has_part("shown when you started") && requests(bench) == [0, 1, 0], "{}", bench.screen());
    bench.click("Not now");
    bench.wait_part("Stopped before lip sync: it may cost $");
    assert!(bench.has("Run all carries on from lip sync."), "{}", bench.screen());
    bench.click("Run all");
    bench.wait("Everything is done");
    assert_eq!(requests(bench), [0, 1, 1]);
}

#[test]
fn what_the_service_says_of_the_take_is_asked_about_when_it_is_more_than_was_shown() {
    let mut made = account(LINE, NONE, |service| {
        let body = r#"{"estimatedFrameCount":100,"estimatedGenerationCost":6.27}"#.into();
        let said = Fault::Status { status: 200, body, retry_after: None };
        for _ in 0..4 {
            service.faults().next("POST", "/v2/generations/estimate", said.clone());
        }
    });
    let bench = &mut made.bench;
    assert!(bench.has("Estimated price: Up to $0.24"), "{}", bench.screen());
    bench.click("Run all");
    bench.wait("Run 1 step for about $6.27?");
    bench.frames(10);
    assert_eq!(requests(bench), [0, 1, 0]);
    assert!(bench.has_part("passes the $0.24 shown when you started"), "{}", bench.screen());
    bench.click("Run 1 step");
    bench.wait("Everything is done");
    assert_eq!(requests(bench), [0, 1, 1]);
}
