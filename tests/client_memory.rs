//! Large files are streamed, on both sides. Alone in its program, because it measures the memory of all of it.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a sandbox that does not start is a failed test")]
#![expect(clippy::disallowed_methods, reason = "`tokio::test` waits for its test, which is no window")]

#[path = "common/sent.rs"]
mod sent;
#[path = "common/served.rs"]
mod served;

use mouthpiece::api::{AssetKind, Destination};
use mouthpiece::progress::Progress;
use sent::{MIB, client, memory, sparse, upload_of};
use served::{Pace, Served};

/// Far below what was promised (150 MiB), so that a copy of a large piece too many is noticed.
const MOST: u64 = 48 * MIB;

#[tokio::test]
async fn two_gibibytes_there_and_back_need_no_more_memory_than_a_few() {
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("film.mp4");
    let served = Served::start(folder.path(), Pace::Instant);
    let client = client(served.base.clone());
    let other = served.id().to_string();
    // All that is needed once is there after a small one.
    sparse(&film, MIB);
    client.upload(upload_of(&film), Progress::default()).await.unwrap();
    let idle = (memory("self", "VmRSS"), memory(&other, "VmRSS"));

    sparse(&film, 2_048 * MIB);
    let progress = Progress::default();
    let asset = client.upload(upload_of(&film), progress.clone()).await.unwrap();
    assert_eq!((progress.done(), asset.size), (2_048 * MIB, Some(2_048 * MIB)));
    let to = Destination { folder: folder.path().join("back"), stem: "film".into(), kind: AssetKind::Video };
    assert!(served.media.is_dir(), "it is there that all this lies");
    let back = client.download(asset.url.as_deref().unwrap(), to, Progress::default()).await.unwrap();
    assert_eq!(std::fs::metadata(back).unwrap().len(), 2_048 * MIB);

    let grown = memory("self", "VmHWM").saturating_sub(idle.0);
    assert!(grown < MOST, "the program grew by {} MiB", grown / MIB);
    let grown = memory(&other, "VmHWM").saturating_sub(idle.1);
    assert!(grown < MOST, "the sandbox grew by {} MiB", grown / MIB);
}
