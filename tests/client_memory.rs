//! A large upload is streamed. Alone in its program, because it measures the memory of all of it.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test server that does not work is a failed test")]
#![expect(clippy::disallowed_methods, reason = "`tokio::test` waits for its test, which is no window")]

#[path = "client/wire.rs"]
#[allow(clippy::allow_attributes, dead_code, reason = "the other tests use the rest")]
mod wire;

use std::fs::File;

use mouthpiece::api::{AssetKind, Upload};
use mouthpiece::progress::Progress;
use serde_json::json;
use wire::{Reply, Wire};

const MIB: u64 = 1024 * 1024;

/// The most memory this program has held so far, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn three_hundred_megabytes_need_no_more_memory_than_a_few() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("clip.mp4");
    let file = File::create(&path).unwrap();
    let mut before = 0;
    for size in [MIB, 300 * MIB] {
        file.set_len(size).unwrap();
        let wire = Wire::new([]).await;
        wire.then(Reply::json(201, &json!({"uploadUrl": wire.url("/b"), "url": "https://x.example/a"})));
        wire.then(Reply::with(200, &[], ""));
        wire.then(Reply::json(201, &json!({"id": "a"})));
        let upload = Upload { path: path.clone(), content_type: "video/mp4".into(), kind: AssetKind::Video };
        wire.client().upload(upload, Progress::default()).await.unwrap();
        assert_eq!((wire.heard()[1].length, wire.heard()[1].complete), (size, true));
        let grown = peak() - before;
        assert!(before == 0 || grown < 32 * MIB, "grew by {} MiB", grown / MIB);
        before = peak();
    }
}
