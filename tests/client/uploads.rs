//! Files into storage: exactly, or with a reason why not.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mouthpiece::api::{Asset, AssetKind, Tuning, Upload};
use mouthpiece::error::{Error, Result};
use mouthpiece::progress::Progress;
use serde_json::json;

use crate::wire::{Reply, Wire, quick, tuned, within};

/// Far more than the sockets on both sides hold, so a pausing server is noticed.
const LARGE: u64 = 64 * 1024 * 1024;

fn upload(path: &Path) -> Upload {
    Upload { path: path.to_owned(), content_type: "video/mp4".into(), kind: AssetKind::Video }
}

fn file_of(dir: &Path, size: u64) -> PathBuf {
    let path = dir.join("clip.mp4");
    File::create(&path).unwrap().set_len(size).unwrap();
    path
}

/// A server that gives out an upload address of its own, then answers the upload so.
async fn storage(put: Reply) -> Wire {
    let wire = Wire::new([]).await;
    let to = wire.url("/bucket/clip.mp4");
    wire.then(Reply::json(201, &json!({"uploadUrl": to, "url": "https://x.example/clip.mp4"})));
    wire.then(put);
    wire.then(Reply::json(201, &json!({"id": "asset_1"})));
    wire
}

const SENT: [&str; 2] = ["POST /v2/assets/upload", "PUT /bucket/clip.mp4"];

fn start(wire: &Wire, path: &Path, progress: &Progress) -> tokio::task::JoinHandle<Result<Asset>> {
    tokio::spawn(wire.client().upload(upload(path), progress.clone()))
}

#[tokio::test]
async fn progress_counts_bytes_and_ends_at_the_total() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), LARGE);
    let wire = storage(Reply::with(200, &[], "").pausing(1000)).await;
    let progress = Progress::default();
    let call = start(&wire, &path, &progress);
    wire.paused().await;
    assert_eq!(progress.total(), LARGE);
    assert!((1000..LARGE).contains(&progress.done()), "{}", progress.done());
    wire.go_on();
    within(call).await.unwrap().unwrap();
    assert_eq!(progress.done(), LARGE);
    let put = &wire.heard()[1];
    assert_eq!((put.length, put.complete), (LARGE, true));
    assert_eq!(put.header("content-length"), Some(LARGE.to_string().as_str()));
    assert_eq!(put.header("transfer-encoding"), None);
}

#[tokio::test]
async fn stopping_hangs_up_and_registers_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), LARGE);
    let wire = storage(Reply::with(200, &[], "").pausing(1000)).await;
    let call = start(&wire, &path, &Progress::default());
    wire.paused().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    wire.go_on();
    wire.heard_all(2).await;
    assert_eq!(wire.lines(), SENT);
    assert!(!wire.heard()[1].complete, "the rest was never sent");
}

async fn while_uploading(change: impl FnOnce(&Path)) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), LARGE);
    let wire = storage(Reply::with(200, &[], "").pausing(1000)).await;
    let call = start(&wire, &path, &Progress::default());
    wire.paused().await;
    change(&path);
    wire.go_on();
    let error = within(call).await.unwrap().unwrap_err();
    assert_eq!(wire.lines()[..1], SENT[..1]);
    assert!(!wire.lines().contains(&"POST /v2/assets".to_owned()), "half a file is not registered");
    error
}

#[tokio::test]
async fn a_file_that_does_not_hold_still_is_not_registered() {
    let sentence = "clip.mp4 changed while it was being uploaded. Wait until it is written, then start again.";
    let grown =
        while_uploading(|path| File::options().append(true).open(path).unwrap().write_all(b"more").unwrap()).await;
    assert_eq!(grown.to_string(), sentence);
    let shrunk = while_uploading(|path| File::options().write(true).open(path).unwrap().set_len(10).unwrap()).await;
    assert_eq!(shrunk.to_string(), sentence);
    let gone = while_uploading(|path| std::fs::remove_file(path).unwrap()).await;
    assert_eq!(gone.to_string(), sentence);
}

async fn without_a_request(path: &Path) -> String {
    let wire = Wire::new([]).await;
    let error = within(wire.client().upload(upload(path), Progress::default())).await.unwrap_err();
    assert!(wire.heard().is_empty());
    error.to_string()
}

#[tokio::test]
async fn what_is_no_file_is_said_before_anything_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let said = without_a_request(dir.path()).await;
    assert!(said.ends_with("is not a file. Choose a video or audio file."), "{said}");
    let said = without_a_request(&dir.path().join("gone.mp4")).await;
    assert!(said.contains("gone.mp4: no such file or directory. It may have been moved"), "{said}");
    let said = without_a_request(&file_of(dir.path(), 0)).await;
    assert!(said.ends_with("clip.mp4 is empty. Choose another file."), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe.mp4");
    let made = tokio::process::Command::new("mkfifo").arg(&pipe).status().await.unwrap();
    assert!(made.success());
    let said = without_a_request(&pipe).await;
    assert!(said.ends_with("pipe.mp4 is not a file. Choose a video or audio file."), "{said}");
}

async fn refused(put: Reply) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("clip.mp4");
    std::fs::write(&path, "0123456789").unwrap();
    let wire = Wire::new([]).await;
    let to = wire.url("/bucket/clip.mp4");
    wire.then(Reply::json(201, &json!({"uploadUrl": to, "url": "https://x.example/clip.mp4"})));
    (0..3).for_each(|_| wire.then(put.clone()));
    let error = wire.client().upload(upload(&path), Progress::default()).await.unwrap_err();
    let again = if error.is_passing() { 2 } else { 0 };
    assert_eq!(wire.lines(), [SENT.to_vec(), vec![SENT[1]; again]].concat());
    error
}

#[tokio::test]
async fn storage_says_no_in_its_own_way() {
    let xml = |status, body: &str| {
        Reply::with(status, &[("Content-Type", "application/xml"), ("x-amz-request-id", "R1")], body)
    };
    let denied = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>No way</Message></Error>";
    let error = refused(xml(403, denied)).await;
    assert_eq!(
        error.to_string(),
        "The storage of sync.so did not take clip.mp4: No way (403). Start the upload again; each gets a fresh permission."
    );
    assert_eq!((error.kind(), error.details().as_str()), ("invalid", "status 403, request R1"));
    for (status, kind, words) in [
        (400, "invalid", "SignatureDoesNotMatch (400)"),
        (401, "invalid", "SignatureDoesNotMatch (401)"),
        (404, "invalid", "SignatureDoesNotMatch (404)"),
        (413, "invalid", "Choose a shorter or smaller file."),
        (429, "rate limited", "asked for a pause"),
        (503, "server", "SignatureDoesNotMatch (503)"),
    ] {
        let error = refused(xml(status, "<Error><Code>SignatureDoesNotMatch</Code></Error>")).await;
        assert_eq!(error.kind(), kind, "{status}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let error = refused(Reply::with(403, &[], "<Error><Message><b>x</b></Message>")).await;
    assert!(error.to_string().contains("clip.mp4: Forbidden (403)"), "{error}");
}

#[tokio::test]
async fn an_upload_goes_nowhere_but_to_its_address() {
    for status in [301, 302, 303, 307, 308] {
        let other = Wire::new([]).await;
        let error = refused(Reply::redirect(status, &other.url("/elsewhere"))).await;
        assert!(matches!(error, Error::Unreadable { .. }), "{status}: {error:?}");
        assert!(other.heard().is_empty());
    }
    let error = refused(Reply::drop()).await;
    assert!(matches!(error, Error::Offline { .. }), "{error:?}");
}

#[tokio::test]
async fn without_an_address_nothing_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), 10);
    for body in [
        "",
        "{}",
        "[]",
        r#"{"uploadUrl":"","url":"u"}"#,
        r#"{"uploadUrl":7,"url":"u"}"#,
        r#"{"uploadUrl":"file:///tmp/x","url":"u"}"#,
    ] {
        let wire = Wire::new([Reply::with(201, &[], body)]).await;
        let error = wire.client().upload(upload(&path), Progress::default()).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{body}: {error:?}");
        assert_eq!(wire.heard().len(), 1);
    }
}

#[tokio::test]
async fn an_asset_without_an_id_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), 10);
    for body in ["{}", r#"{"id":""}"#, "", r#"{"id":"a""#] {
        let wire = Wire::new([]).await;
        wire.then(Reply::json(201, &json!({"upload_url": wire.url("/b"), "url": "https://x.example/a"})));
        wire.then(Reply::with(200, &[], ""));
        wire.then(Reply::with(201, &[], body));
        let error = wire.client().upload(upload(&path), Progress::default()).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{body}: {error:?}");
    }
}

fn presigned(wire: &Wire, name: &str, expires_in: u64) -> Reply {
    let url = format!("https://x.example/{name}");
    Reply::json(201, &json!({"uploadUrl": wire.url(&format!("/{name}")), "url": url, "expiresIn": expires_in}))
}

#[tokio::test]
async fn d21_a_transfer_that_breaks_off_begins_anew_under_a_permission_that_lasts() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), 100_000);
    for (lasts, lines) in [
        (3600, &["POST /v2/assets/upload", "PUT /one", "PUT /one", "POST /v2/assets"][..]),
        (0, &["POST /v2/assets/upload", "PUT /one", "POST /v2/assets/upload", "PUT /two", "POST /v2/assets"][..]),
    ] {
        let wire = Wire::new([]).await;
        wire.then(presigned(&wire, "one", lasts));
        wire.then(Reply::drop());
        if lasts == 0 {
            wire.then(presigned(&wire, "two", 3600));
        }
        wire.then(Reply::with(200, &[], ""));
        wire.then(Reply::json(201, &json!({"id": "asset_1"})));
        let progress = Progress::default();
        let asset = wire.client().upload(upload(&path), progress.clone()).await.unwrap();
        assert_eq!(wire.lines(), lines);
        let puts: Vec<_> = wire.heard().into_iter().filter(|heard| heard.method == "PUT").collect();
        assert!(puts[1].complete && puts[1].length == 100_000, "the whole file again");
        assert_eq!((progress.done(), progress.total()), (100_000, 100_000));
        let name = if lasts == 0 { "two" } else { "one" };
        assert_eq!(asset.url.unwrap(), format!("https://x.example/{name}"));
    }
}

#[tokio::test]
async fn d21_a_permission_that_ended_on_the_way_is_asked_for_afresh_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), 10);
    let over = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    let wire = Wire::new([]).await;
    for name in ["one", "two"] {
        wire.then(presigned(&wire, name, 3600));
        wire.then(Reply::with(403, &[("Content-Type", "application/xml")], over));
    }
    let error = wire.client().upload(upload(&path), Progress::default()).await.unwrap_err();
    assert!(error.to_string().contains("Request has expired (403)"), "{error}");
    assert_eq!(wire.lines(), ["POST /v2/assets/upload", "PUT /one", "POST /v2/assets/upload", "PUT /two"]);
}

#[tokio::test]
async fn s18_an_asset_is_looked_for_before_it_is_registered_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), 10);
    let mine = json!({"items": [{"id": "other", "url": "https://x.example/b"}, {"id": "mine", "url": "https://x.example/one"}]});
    for (list, id, lines) in [(mine, "mine", 0), (json!([]), "new", 1)] {
        let wire = Wire::new([]).await;
        wire.then(presigned(&wire, "one", 3600));
        wire.then(Reply::with(200, &[], ""));
        wire.then(Reply::drop());
        wire.then(Reply::json(200, &list));
        wire.then(Reply::json(201, &json!({"id": "new"})));
        let asset = wire.client().upload(upload(&path), Progress::default()).await.unwrap();
        assert_eq!(asset.id, id);
        let list = "GET /v2/assets?limit=100&sortBy=dateDesc&types=VIDEO";
        let expected = ["POST /v2/assets/upload", "PUT /one", "POST /v2/assets", list, "POST /v2/assets"];
        assert_eq!(wire.lines(), expected[..4 + lines]);
    }
}

#[tokio::test]
async fn s18_a_file_that_lies_there_already_is_not_sent_a_second_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), 10);
    let wire = Wire::new([]).await;
    let client = wire.client();
    wire.then(presigned(&wire, "one", 3600));
    wire.then(Reply::with(200, &[], ""));
    // Registering fails for good, that is for longer than a call waits.
    wire.then(Reply::with(503, &[("Retry-After", "600")], "{}"));
    assert!(client.upload(upload(&path), Progress::default()).await.unwrap_err().is_passing());
    wire.then(Reply::json(200, &json!([])));
    wire.then(Reply::json(201, &json!({"id": "late"})));
    let progress = Progress::default();
    assert_eq!(client.upload(upload(&path), progress.clone()).await.unwrap().id, "late");
    assert_eq!((progress.done(), progress.total()), (10, 10));
    assert_eq!(wire.heard().iter().filter(|heard| heard.method == "PUT").count(), 1);

    // What storage kept no longer is sent after all; and a changed file is another one.
    wire.then(presigned(&wire, "two", 3600));
    wire.then(Reply::with(200, &[], ""));
    wire.then(Reply::with(503, &[("Retry-After", "600")], "{}"));
    client.upload(upload(&path), Progress::default()).await.unwrap_err();
    wire.then(Reply::json(200, &json!([])));
    wire.then(Reply::json(422, &json!({"errorCode": "uploaded_file_not_found", "message": "Not there"})));
    wire.then(presigned(&wire, "three", 3600));
    wire.then(Reply::with(200, &[], ""));
    wire.then(Reply::json(201, &json!({"id": "again"})));
    assert_eq!(client.upload(upload(&path), Progress::default()).await.unwrap().id, "again");
}

#[tokio::test]
async fn r22_6_an_upload_that_stalls_ends_and_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = file_of(dir.path(), LARGE);
    let wire = Wire::new([]).await;
    wire.then(presigned(&wire, "one", 3600));
    (0..3).for_each(|_| wire.then(Reply::with(200, &[], "").pausing(1000)));
    let client = tuned(wire.base.clone(), Tuning { idle: Duration::from_millis(100), ..quick() });
    let error = within(client.upload(upload(&path), Progress::default())).await.unwrap_err();
    assert!(matches!(error, Error::Offline { .. }) && error.is_passing(), "{error:?}");
    for _ in 0..3 {
        wire.paused().await;
    }
    assert_eq!(wire.lines(), ["POST /v2/assets/upload"], "no transfer came to its end");
}
