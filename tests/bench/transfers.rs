//! How fast and with how much memory large files move: `cargo bench --bench transfers`, with curl as the measure.
//!
//! Both send the same file to the same sandbox (the real program in a process of its own), in turns; what counts is
//! the ratio of the medians. Ours is all of an upload, with asking for the address and the registering; curl's is the
//! sending alone, with the start of its process and its connection; ours is timed within a process that has both. Small files come first ([`ROUNDS`] each), then 4 GiB.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::disallowed_methods, reason = "there is no window here")]
#![allow(clippy::allow_attributes, clippy::cast_precision_loss, dead_code, reason = "megabytes and seconds to show")]

mod kit;
#[path = "../common/sent.rs"]
mod sent;
#[path = "../common/served.rs"]
mod served;

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use kit::{Row, median, time};
use mouthpiece::api::{AssetKind, Destination, hash_file};
use mouthpiece::progress::Progress;
use sent::{MIB, client, memory, sparse, upload_of};
use served::{KEY, Pace, Served};

const ROUNDS: usize = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match &arguments[1..] {
        [word, base, path] if word == "send" => send(base, Path::new(path)),
        [word, base, path] if word == "fetch" => fetch(base, path),
        _ => compare(),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    // As many threads as the program has.
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// In a process of its own: the whole upload as the program does it, and what it took.
fn send(base: &str, path: &Path) {
    let runtime = runtime();
    let client = client(base.parse().unwrap());
    runtime.block_on(client.models()).unwrap();
    let (idle, began) = (memory("self", "VmRSS"), Instant::now());
    let asset = runtime.block_on(client.upload(upload_of(path), Progress::default())).unwrap();
    println!("{} {} {}", began.elapsed().as_secs_f64(), memory("self", "VmHWM") - idle, asset.url.unwrap());
}

/// In a process of its own: a download.
fn fetch(base: &str, url: &str) {
    let runtime = runtime();
    let client = client(base.parse().unwrap());
    runtime.block_on(client.models()).unwrap();
    let folder = tempfile::tempdir_in(std::env::current_dir().unwrap()).unwrap();
    let to = Destination { folder: folder.path().to_owned(), stem: "film".into(), kind: AssetKind::Video };
    let (idle, began) = (memory("self", "VmRSS"), Instant::now());
    runtime.block_on(client.download(url, to, Progress::default())).unwrap();
    println!("{} {} -", began.elapsed().as_secs_f64(), memory("self", "VmHWM") - idle);
}

/// Runs this program again for one transfer: seconds, bytes of memory above idle, address.
fn child(folder: &Path, word: &str, base: &str, what: &str) -> (f64, u64, String) {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args([word, base, what]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let mut words = said.split_whitespace();
    let mut next = || words.next().unwrap().to_owned();
    (next().parse().unwrap(), next().parse().unwrap(), next())
}

/// `curl -T` to a presigned address: seconds.
fn curl(served: &Served, path: &Path) -> f64 {
    let size = std::fs::metadata(path).unwrap().len();
    let ask = format!("{{\"fileName\":\"film.mp4\",\"contentType\":\"video/mp4\",\"size\":{size}}}");
    let url = served.base.join("v2/assets/upload").unwrap();
    let key = format!("x-api-key: {KEY}");
    let json = "Content-Type: application/json";
    let answer = run("curl", &["-sS", "--noproxy", "*", "-H", &key, "-H", json, "-d", &ask, url.as_str()]);
    let place: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let to = place["uploadUrl"].as_str().unwrap();
    let kind = "Content-Type: video/mp4";
    let began = Instant::now();
    let answer = run(
        "curl",
        &[
            "-sS",
            "--noproxy",
            "*",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "-H",
            kind,
            "-T",
            path.to_str().unwrap(),
            to,
        ],
    );
    assert_eq!(answer, "200");
    began.elapsed().as_secs_f64()
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("curl is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Noise of this size behind the start of a film, which nothing can leave out.
fn noise(path: &Path, size: u64) {
    sparse(path, size);
    let mut file = std::fs::File::options().write(true).open(path).unwrap();
    let mut head = [0; 48];
    std::fs::File::open(path).unwrap().read_exact(&mut head[..40]).unwrap();
    file.write_all(&head[..40]).unwrap();
    let mut stream = blake3::Hasher::new().finalize_xof();
    let mut piece = vec![0; 1 << 20];
    let mut left = size - 40;
    while left > 0 {
        stream.fill(&mut piece);
        let count = left.min(MIB);
        file.write_all(&piece[..usize::try_from(count).unwrap()]).unwrap();
        left -= count;
    }
}

/// What is stored is not needed again, and disks are small.
fn empty(served: &Served) {
    for entry in std::fs::read_dir(&served.media).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
}

fn rounds(folder: &Path, film: &Path, what: &str, rounds: usize) {
    let served = Served::start(folder, Pace::Instant);
    let size = std::fs::metadata(film).unwrap().len() as f64 / MIB as f64;
    let (mut ours, mut curls, mut most) = (Vec::new(), Vec::new(), 0);
    let is_there = kit::has("curl", "--version");
    // Whoever reads a file first waits for the memory it is kept in.
    std::io::copy(&mut std::fs::File::open(film).unwrap(), &mut std::io::sink()).unwrap();
    for _ in 0..rounds {
        let (seconds, memory, _) = child(folder, "send", served.base.as_str(), film.to_str().unwrap());
        empty(&served);
        ours.push(seconds);
        if is_there {
            curls.push(curl(&served, film));
            empty(&served);
        }
        most = most.max(memory);
    }
    let ours = median(&ours);
    let note = format!(
        "{:.0} MiB/s; memory +{} MiB, sandbox at most {} MiB",
        size / ours,
        most / MIB,
        memory(&served.id().to_string(), "VmHWM") / MIB,
    );
    let row = Row::new(&format!("upload of {size:.0} MiB of {what}"), time(ours)).note(note);
    if curls.is_empty() {
        return row.without("curl").tell();
    }
    row.against(format!("curl -T {}", time(median(&curls))), ours / median(&curls)).tell();
}

fn download(folder: &Path, film: &Path) {
    let served = Served::start(folder, Pace::Instant);
    let size = std::fs::metadata(film).unwrap().len() as f64 / MIB as f64;
    let (_, _, url) = child(folder, "send", served.base.as_str(), film.to_str().unwrap());
    let (seconds, memory, _) = child(folder, "fetch", served.base.as_str(), &url);
    let note = format!("{:.0} MiB/s; memory +{} MiB", size / seconds, memory / MIB);
    Row::new(&format!("download of {size:.0} MiB"), time(seconds)).note(note).tell();
}

/// Reading a file for its BLAKE3 before it is sent, which is known by then to the system.
fn hash(film: &Path) {
    let began = Instant::now();
    runtime().block_on(hash_file(film.to_owned(), Progress::default())).unwrap();
    let size = std::fs::metadata(film).unwrap().len() as f64 / MIB as f64;
    let seconds = began.elapsed().as_secs_f64();
    let note = format!("{:.0} MiB/s, BLAKE3, once for each file", size / seconds);
    Row::new(&format!("hash of {size:.0} MiB"), time(seconds)).note(note).tell();
}

fn compare() {
    // Beside the program: the folder for passing things may be memory.
    let folder = tempfile::tempdir_in(std::env::current_exe().unwrap().parent().unwrap()).unwrap();
    let film = folder.path().join("film.mp4");
    println!("{}", Row::header());
    noise(&film, 512 * MIB);
    rounds(folder.path(), &film, "noise", ROUNDS);
    hash(&film);
    if !kit::is_part() {
        sparse(&film, 1_024 * MIB);
        rounds(folder.path(), &film, "nothing", ROUNDS);
        sparse(&film, 4_096 * MIB);
        rounds(folder.path(), &film, "nothing", 3);
    }
    sparse(&film, 2_048 * MIB);
    download(folder.path(), &film);
}
