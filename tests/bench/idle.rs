//! What an open window takes that has nothing to do, and while one job runs: `cargo bench --bench idle`.
//!
//! For ten seconds it is counted from outside how often the real window is painted and how much processor time the
//! process takes: at rest on a full library with the sandbox, beside a bare window of the same toolkit; then while a
//! lip sync is under way at the sandbox in a process of its own, at the pace of a real service. The display draws in
//! software, so that a painted frame costs more than on a graphics card. Ends with an error when a window at rest is
//! painted at all.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

#[path = "kit/bare.rs"]
mod bare;
#[path = "kit/full.rs"]
mod full;
mod kit;
#[allow(clippy::allow_attributes, dead_code, reason = "a part of it is enough here")]
#[path = "../common/media.rs"]
mod media;
#[allow(clippy::allow_attributes, dead_code, reason = "a part of it is enough here")]
#[path = "../common/requests.rs"]
mod requests;
#[path = "kit/screen.rs"]
mod screen;
#[path = "../common/served.rs"]
mod served;

use std::time::Duration;

use kit::Row;
use mouthpiece::jobs::{Checkpoint, VoiceTrack};
use mouthpiece::library::{JobRow, Library};
use mouthpiece::secrets::{ApiKey, Source};
use screen::{Screen, Shown, Taken};
use served::{KEY, Pace, Served};

const WATCHED: Duration = Duration::from_secs(10);
/// After so long without a frame, what was loaded at the start is there.
const QUIET: Duration = Duration::from_secs(3);
/// Long enough to be under way at the service for longer than it is watched.
const VIDEO_SECS: f64 = 40.0;

fn main() {
    if std::env::args().nth(1).as_deref() == Some(bare::WORD) {
        return bare::open();
    }
    println!("{}", Row::header());
    let Some(screen) = Screen::start() else {
        return Row::new("a window at rest", "").without("Xvfb").tell();
    };
    let painted = at_rest(&screen);
    if kit::has("ffmpeg", "-version") && kit::has("espeak-ng", "--version") {
        with_a_job(&screen);
    } else {
        Row::new("with one job", "").note("ffmpeg or espeak-ng is missing").tell();
    }
    assert_eq!(painted, 0, "a window at rest was painted");
}

/// Gives how often the window was painted.
fn at_rest(screen: &Screen) -> usize {
    let data = screen.folder().join("rest");
    full::fill(&data);
    let this = std::env::current_exe().unwrap();
    let shown = screen.open(&this, &[bare::WORD], &[]);
    let bare = watch(&shown);
    shown.close();
    let shown = screen.open(&kit::program(), &["--sandbox"], &[("MOUTHPIECE_DATA_DIR", data.to_str().unwrap())]);
    let ours = watch(&shown);
    shown.close();
    let row = Row::new("at rest for 10 s, frames", ours.frames);
    let row = Row { tool: format!("bare window {}", bare.frames), ..row };
    row.note("at most 0; with the sandbox, 10,000 voices and 2,000 takes").tell();
    let row = Row::new("at rest for 10 s, processor", share(ours));
    Row { tool: format!("bare window {}", share(bare)), ..row }.note("of one core").tell();
    ours.frames
}

fn watch(shown: &Shown) -> Taken {
    assert!(shown.rest(QUIET).is_some(), "it never stands still");
    shown.watch(WATCHED)
}

fn share(taken: Taken) -> String {
    format!("{:.2}%", taken.processor / WATCHED.as_secs_f64() * 100.0)
}

/// A lip sync that a program which was killed has left in the library: the window goes on with it.
fn with_a_job(screen: &Screen) {
    let (folder, data) = (screen.folder().join("media"), screen.folder().join("job"));
    std::fs::create_dir(&folder).unwrap();
    let served = Served::start(&folder, Pace::Real);
    let key = ApiKey::new(KEY, Source::Environment).unwrap();
    let workspace = format!("account {}", key.fingerprint(&served.base));
    let library = Library::open(&data.join("workspaces").join(workspace)).unwrap().library;
    let video = media::silent_video(&folder, "target.mp4", VIDEO_SECS);
    let voice = VoiceTrack::File(requests::audio(&media::speech(&folder, "line.wav")));
    let mut request = requests::lip_sync(&video, voice, data.join("results"));
    if let mouthpiece::jobs::Request::LipSync(job) = &mut request {
        job.options.sync_mode = Some(mouthpiece::api::SyncMode::Silence);
    }
    let row = JobRow {
        id: "a".into(),
        request: serde_json::to_string(&request).unwrap(),
        checkpoint: serde_json::to_string(&Checkpoint::default()).unwrap(),
        state: "\"Open\"".into(),
        created_at: "2026-11-20T09:21:00Z".into(),
        finished_at: None,
    };
    library.put_job(&row).unwrap();
    drop(library);
    let more = [
        ("MOUTHPIECE_DATA_DIR", data.to_str().unwrap()),
        ("SYNC_API_KEY", KEY),
        ("SYNC_BASE_URL", served.base.as_str().trim_end_matches('/')),
    ];
    let shown = screen.open(&kit::program(), &[], &more);
    // What moves at a start has moved by then.
    shown.watch(Duration::from_secs(4));
    let before = shown.title();
    let taken = shown.watch(WATCHED);
    let after = shown.title();
    // "Lip sync 20 % · Mouthpiece": one that failed or waits is said otherwise.
    let is_under_way = |title: &&String| title.starts_with("Lip sync ") || title.starts_with("1 running");
    assert!([&before, &after].iter().all(is_under_way), "no job under way: {before}, {after}");
    let row = Row::new("with one job for 10 s, frames", taken.frames);
    row.note(format!("its title goes from “{before}” to “{after}”")).tell();
    let note = "of one core, drawing in software; the service is another process";
    Row::new("with one job for 10 s, processor", share(taken)).note(note).tell();
}
