//! Files onto disk: whole or not at all.

use std::path::Path;

use mouthpiece::api::{AssetKind, Destination};
use mouthpiece::error::{Error, Result};
use mouthpiece::progress::Progress;

use crate::wire::{Reply, Wire, within};

/// How an MP4 begins, and how a WAV does.
const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0";
const WAV: &[u8] = b"RIFF\0\0\0\0WAVEfmt ";

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn to(dir: &Path) -> Destination {
    Destination { folder: dir.to_owned(), stem: "take".into(), kind: AssetKind::Video }
}

async fn download(dir: &Path, path: &str, reply: Reply) -> Result<String> {
    let wire = Wire::new([reply]).await;
    let file = wire.client().download(&wire.url(path), to(dir), Progress::default()).await?;
    Ok(file.file_name().unwrap().to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_file_gets_the_first_free_name_and_nothing_else_stays() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("new/folder");
    let video = || Reply::with(200, &[("Content-Type", "video/mp4")], MP4);
    for expected in ["take.mp4", "take 2.mp4", "take 3.mp4"] {
        assert_eq!(download(&folder, "/x", video()).await.unwrap(), expected);
    }
    assert_eq!(names(&folder), ["take 2.mp4", "take 3.mp4", "take.mp4"]);
    assert_eq!(std::fs::read(folder.join("take 2.mp4")).unwrap(), MP4);
}

#[tokio::test]
async fn progress_counts_the_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let progress = Progress::default();
    let wire = Wire::new([Reply::with(200, &[], [MP4, vec![7; 299_984].as_slice()].concat())]).await;
    wire.client().download(&wire.url("/x.wav"), to(dir.path()), progress.clone()).await.unwrap();
    assert_eq!((progress.done(), progress.total()), (300_000, 300_000));
}

#[tokio::test]
async fn the_extension_is_that_of_what_came() {
    let dir = tempfile::tempdir().unwrap();
    for (path, kind, body, name) in [
        ("/a.mp4", "Video/QuickTime; x=1", MP4, "take.mov"),
        ("/a.WEBM?b=c.exe", "application/octet-stream", b"\x1a\x45\xdf\xa3...", "take.webm"),
        ("/a.exe", "application/x-msdownload", MP4, "take.mp4"),
        ("/a.sh", "text/plain", MP4, "take 2.mp4"),
    ] {
        let reply = Reply::with(200, &[("Content-Type", kind)], body);
        assert_eq!(download(dir.path(), path, reply).await.unwrap(), name, "{path} {kind}");
    }
}

#[tokio::test]
async fn half_a_file_is_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let short = "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 100\r\n\r\n0123456789";
    let cut = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n";
    for reply in [Reply::raw(short), Reply::raw(cut), Reply::drop()] {
        let error = download(dir.path(), "/a.mp4", reply).await.unwrap_err();
        assert!(error.is_passing(), "{error:?}");
    }
    let refused = [
        Reply::with(200, &[("Content-Type", "video/mp4")], ""),
        Reply::with(200, &[("Content-Type", "video/mp4")], "MZ and so on: a program, which is longer than the head"),
        Reply::with(200, &[("Content-Type", "video/mp4")], WAV),
        Reply::with(200, &[], "<!doctype html>"),
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n0"),
        Reply::with(200, &[("Content-Type", "text/html; charset=utf-8")], "<html>Sign in to this network"),
        Reply::with(403, &[("Content-Type", "application/xml")], "<Error><Code>AccessDenied</Code></Error>"),
        Reply::with(404, &[], ""),
        Reply::with(304, &[], ""),
    ];
    for reply in refused {
        let error = download(dir.path(), "/a.mp4", reply).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
    }
    assert!(names(dir.path()).is_empty(), "{:?}", names(dir.path()));
}

#[tokio::test]
async fn a_download_that_is_stopped_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let wire = Wire::new([Reply::hold("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")]).await;
    let progress = Progress::default();
    let call = tokio::spawn(wire.client().download(&wire.url("/a.mp4"), to(dir.path()), progress.clone()));
    within(async {
        while progress.done() < 10 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let part = names(dir.path());
    assert!(part.len() == 1 && part[0].starts_with(".mouthpiece-"), "not under its name before it is whole: {part:?}");
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    wire.closed().await;
    assert!(names(dir.path()).is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_may_be_read_by_whom_any_new_file_may() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let name = download(dir.path(), "/a.wav", Reply::with(200, &[], MP4)).await.unwrap();
    let usual = dir.path().join("usual");
    std::fs::write(&usual, "abc").unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&dir.path().join(name)), mode(&usual));
}

#[tokio::test]
async fn a_folder_that_takes_no_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = download(&file, "/a.wav", Reply::with(200, &[], "abc")).await.unwrap_err();
    assert!(matches!(&error, Error::File { path, .. } if *path == file), "{error:?}");
}

#[tokio::test]
async fn small_files_are_held_to_their_limit() {
    let wire = Wire::new([
        Reply::with(200, &[], "0123456789"),
        Reply::with(200, &[], "01234567890"),
        Reply::raw("HTTP/1.1 200 OK\r\n\r\n01234567890"),
        Reply::hold("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n0"),
    ])
    .await;
    let client = wire.client();
    assert_eq!(client.fetch(&wire.url("/a"), 10).await.unwrap().len(), 10);
    for _ in 0..3 {
        assert!(matches!(client.fetch(&wire.url("/a"), 10).await, Err(Error::Unreadable { .. })));
    }
}
