//! Large files to send to a service in a process of its own, and the memory of both.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use mouthpiece::api::{AssetKind, Client, Config, Upload};
use url::Url;

use crate::served::KEY;

pub const MIB: u64 = 1024 * 1024;

pub fn client(base: Url) -> Client {
    Client::new(Config { service: "The sandbox".into(), base, key: KEY.to_owned().into() }).unwrap()
}

pub fn upload_of(path: &Path) -> Upload {
    Upload { path: path.to_owned(), content_type: "video/mp4".into(), kind: AssetKind::Video }
}

/// The frame of an MP4 file: what it is, then a box for all the rest.
fn frame(size: u64) -> Vec<u8> {
    let mut frame = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41".to_vec();
    frame.extend(b"\0\0\0\x01mdat");
    frame.extend((size - 24).to_be_bytes());
    frame
}

/// A file that looks like a film of this size and takes next to no room.
pub fn sparse(path: &Path, size: u64) {
    let mut file = File::create(path).unwrap();
    file.write_all(&frame(size)).unwrap();
    file.set_len(size).unwrap();
}

/// A number of a process's status in bytes: `VmHWM` is the most memory it has held so far, `VmRSS` what it holds.
pub fn memory(process: &str, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':')).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}
