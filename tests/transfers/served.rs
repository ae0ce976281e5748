//! The real program serving the sandbox in a process of its own, and large files to send there.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mouthpiece::api::{AssetKind, Client, Config, Upload};
use url::Url;

pub const KEY: &str = "the-key";
pub const MIB: u64 = 1024 * 1024;

/// `mouthpiece sandbox` at work; ends with the value.
pub struct Served {
    child: Child,
    pub base: Url,
    /// What is stored lies here.
    pub media: PathBuf,
}

impl Served {
    /// Starts it with its files in `folder`, and waits until it answers.
    pub fn start(folder: &Path) -> Self {
        let data = folder.join("served");
        let mut child = Command::new(env!("CARGO_BIN_EXE_mouthpiece"))
            .args(["sandbox", "--pace", "instant", "--key", KEY, "--data"])
            .arg(&data)
            .env("MOUTHPIECE_DATA_DIR", folder.join("program"))
            .env("MOUTHPIECE_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let base = said.find_map(|line| line.strip_prefix("Base URL").map(|url| url.trim().to_owned()));
        let base = Url::parse(&base.expect("the sandbox says where it is")).unwrap();
        Self { child, base, media: data.join("media") }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

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
