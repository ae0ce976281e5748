//! What the flagship flow asks of the service and sends to it: `cargo bench --bench flagship`.
//!
//! The real program clones a voice from a recording, speaks a line and puts it on a video, all in one line on the
//! terminal, through a proxy that counts; the service is the sandbox at the pace of a real one. Once the whole
//! recording is sent, and once only the part that was found to be the best. Counted are the requests
//! and the bytes of their bodies.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]
#![expect(clippy::disallowed_methods, reason = "there is no window here")]

mod kit;
#[allow(clippy::allow_attributes, dead_code, reason = "a part of it is enough here")]
#[path = "../common/media.rs"]
mod media;
#[allow(clippy::allow_attributes, clippy::expect_used, dead_code, reason = "a part of it is enough here")]
#[path = "../common/proxy.rs"]
mod proxy;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use kit::{Row, size, time};
use mouthpiece::sandbox;
use proxy::{Asked, Proxy, Way, Weather};

const KEY: &str = "sk-bench-0123456789";
const LINE: &str = "Here is a brand new line, spoken in my own voice.";
/// Of the recording: as much as a sample may have.
const SOURCE_SECS: f64 = 120.0;

/// Bits a second of a usual line out of a house.
const SLOW: f64 = 10e6;

/// Counts what passes.
#[derive(Default)]
struct Count {
    requests: AtomicUsize,
    bytes: AtomicUsize,
}

impl Weather for Count {
    fn arrived(&self, asked: &Asked) -> Way {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(asked.body.len(), Ordering::Relaxed);
        Way::On
    }
}

/// What one flow took.
struct Flow {
    requests: usize,
    bytes: usize,
    secs: f64,
}

fn main() {
    println!("{}", Row::header());
    if !kit::has("ffmpeg", "-version") || !kit::has("espeak-ng", "--version") {
        return Row::new("the flagship flow", "").note("ffmpeg or espeak-ng is missing").tell();
    }
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (recording(folder.path()), media::silent_video(folder.path(), "teaser.mp4", 4.0));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let whole = runtime.block_on(flow(folder.path(), &source, &target, &[]));
    let cut = runtime.block_on(flow(folder.path(), &source, &target, &["--best"]));
    let length = size(f64::from(u32::try_from(std::fs::metadata(&source).unwrap().len()).unwrap()));
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    let row = Row::new("flagship flow, bytes sent", size(number(cut.bytes)));
    let row = row.against(format!("whole file {}", size(number(whole.bytes))), number(cut.bytes) / number(whole.bytes));
    let [short, long] = [cut.bytes, whole.bytes].map(|bytes| number(bytes) * 8.0 / SLOW);
    let note = format!("from two minutes of 1080p of {length}; {short:.0} s, not {long:.0} s, at 10 Mbit/s");
    row.note(note).tell();
    let row = Row::new("flagship flow, requests", cut.requests);
    let row = row.against(format!("whole file {}", whole.requests), number(cut.requests) / number(whole.requests));
    row.note("with asking how far it is").tell();
    let row = Row::new("flagship flow, start to saved file", time(cut.secs));
    let row = row.against(format!("whole file {}", time(whole.secs)), cut.secs / whole.secs);
    row.note("finding the best part is work here; sending takes no time here").tell();
}

/// Two minutes of someone speaking, in full size.
fn recording(folder: &Path) -> std::path::PathBuf {
    let (speech, path) = (media::speech(folder, "speech.wav"), folder.join("interview.mp4"));
    let [speech, to] = [&speech, &path].map(|path| path.to_str().unwrap());
    let picture = format!("testsrc2=size=1920x1080:rate=25:duration={SOURCE_SECS}");
    let length = SOURCE_SECS.to_string();
    let inputs = ["-v", "error", "-y", "-f", "lavfi", "-i", &picture, "-stream_loop", "-1", "-i", speech];
    let codec = ["-t", &length, "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "3M", "-pix_fmt", "yuv420p"];
    media::run("ffmpeg", &[&inputs[..], &codec, &["-c:a", "aac", to]].concat());
    path
}

/// The flow on an account of its own.
async fn flow(folder: &Path, source: &Path, target: &Path, more: &[&str]) -> Flow {
    let home = tempfile::tempdir_in(folder).unwrap();
    let options = sandbox::Options {
        port: 0,
        data_dir: home.path().join("served"),
        key: Some(KEY.to_owned()),
        pace: sandbox::Pace::Real,
        tools: sandbox::Tools::default(),
    };
    let service = sandbox::start(options).await.unwrap();
    let proxy = Proxy::before(service.base_url()).await;
    let count = Arc::new(Count::default());
    proxy.set(count.clone());
    let result = home.path().join("result.mp4");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mouthpiece"));
    command.env_clear().env("HOME", home.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("MOUTHPIECE_DATA_DIR", home.path().join("data")).current_dir(home.path());
    command.env("SYNC_BASE_URL", proxy.base_url()).env("SYNC_API_KEY", KEY);
    command.args([
        "flow",
        "--yes",
        "--name",
        "Mara",
        "--consent-by",
        "Mara Lindqvist",
        "--consent-how",
        "in-writing",
        "--text",
        LINE,
        "--source",
    ]);
    command.arg(source).arg("--target").arg(target).arg("-o").arg(&result).args(more).stdin(Stdio::null());
    let began = Instant::now();
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let secs = began.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(media::codecs(&result), ["h264", "aac"]);
    proxy.quiet().await;
    let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    Flow { requests: of(&count.requests), bytes: of(&count.bytes), secs }
}
