//! Transfers between the program and the sandbox that are stopped midway leave nothing behind, on either side.
#![expect(clippy::unwrap_used, reason = "a sandbox that does not start is a failed test")]
#![expect(clippy::disallowed_methods, reason = "`tokio::test` waits for its test, which is no window")]

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use mouthpiece::api::{AssetKind, Client, Config, Destination, Upload};
use mouthpiece::progress::Progress;
use mouthpiece::sandbox::{self, Options, Pace, Sandbox, Tools};
use tempfile::TempDir;

const MIB: u64 = 1024 * 1024;

async fn start() -> (Sandbox, Client, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let options = Options { port: 0, data_dir, key: None, pace: Pace::Instant, tools: Tools::default() };
    let sandbox = sandbox::start(options).await.unwrap();
    let (base, key) = (sandbox.base_url().parse().unwrap(), sandbox.key().to_owned().into());
    let client = Client::new(Config { service: "The sandbox".into(), base, key }).unwrap();
    (sandbox, client, folder)
}

fn film(folder: &Path, size: u64) -> Upload {
    let path = folder.join("film.mp4");
    let mut file = File::create(&path).unwrap();
    // Looks like a film from its first bytes on.
    file.write_all(b"\0\0\0\x18ftypisom\0\0\x02\0isommp41").unwrap();
    file.set_len(size).unwrap();
    Upload { path, content_type: "video/mp4".into(), kind: AssetKind::Video }
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Waits until it is so; running out of patience is a failure.
async fn until(so: impl Fn() -> bool) {
    let wait = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), wait).await.unwrap();
}

#[tokio::test]
async fn an_upload_that_is_stopped_leaves_nothing_in_storage() {
    let (_sandbox, client, folder) = start().await;
    let (media, work) = (folder.path().join("data/media"), folder.path().join("data/work"));
    let progress = Progress::default();
    // As large as they get, so that it is not over before it is stopped.
    let call = tokio::spawn(client.upload(film(folder.path(), 5_120 * MIB), progress.clone()));
    until(|| progress.done() > 8 * MIB).await;
    assert_eq!(count(&work), 1, "what has come so far");
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    until(|| count(&work) == 0).await;
    assert_eq!(count(&media), 0);
    // The next one is not in its way.
    let asset = client.upload(film(folder.path(), MIB), Progress::default()).await.unwrap();
    assert_eq!((asset.size, count(&media), count(&work)), (Some(MIB), 1, 0));
}

#[tokio::test]
async fn a_download_that_is_stopped_leaves_nothing_on_disk() {
    let (_sandbox, client, folder) = start().await;
    let asset = client.upload(film(folder.path(), 2_048 * MIB), Progress::default()).await.unwrap();
    let to = Destination { folder: folder.path().join("back"), stem: "film".into(), kind: AssetKind::Video };
    let progress = Progress::default();
    let call = tokio::spawn(client.download(&asset.url.unwrap(), to.clone(), progress.clone()));
    until(|| progress.done() > 0).await;
    assert_eq!(count(&to.folder), 1, "what has come so far, under another name");
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    until(|| count(&to.folder) == 0).await;
}
