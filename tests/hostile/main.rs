//! The flagship flow through a network that does what it likes: each job ends well or with one clear error, nothing
//! is bought twice, and what failed is done once the network is well again.
//!
//! `MOUTHPIECE_STORMS` sets the number of runs, `MOUTHPIECE_SEED` repeats earlier ones: run n has the seed of the
//! first plus n.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod flow;
#[expect(dead_code, reason = "each test binary uses a part of it")]
#[path = "../common/media.rs"]
mod media;
#[expect(dead_code, reason = "each test binary uses a part of it")]
#[path = "../common/proxy.rs"]
mod proxy;
#[path = "../common/requests.rs"]
mod requests;
mod storm;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use flow::Flow;
use mouthpiece::error::Error;
use storm::Storm;

/// Runs at the same time.
const LANES: usize = 4;
/// Trouble for so many requests in a hundred.
const SHARES: [usize; 4] = [15, 30, 50, 70];

/// What the jobs are about.
pub struct Media {
    _dir: tempfile::TempDir,
    sample: PathBuf,
    video: PathBuf,
}

/// What came of it all.
#[derive(Default)]
pub struct Tally {
    /// Jobs that ended well in the storm.
    well: usize,
    /// Jobs that did not, by the kind of their error.
    failed: BTreeMap<&'static str, usize>,
    /// How often the user asked for a job once more.
    words: usize,
    trouble: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn failed(&mut self, error: &Error) {
        *self.failed.entry(error.kind()).or_default() += 1;
    }

    fn add(&mut self, other: Self) {
        let Self { well, failed, words, trouble } = other;
        self.well += well;
        self.words += words;
        for (kind, count) in failed {
            *self.failed.entry(kind).or_default() += count;
        }
        for (kind, count) in trouble {
            *self.trouble.entry(kind).or_default() += count;
        }
    }
}

#[test]
fn through_any_network_each_job_ends_well_or_with_one_clear_error_and_nothing_is_lost() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let runs = number("MOUTHPIECE_STORMS").unwrap_or(100);
    let first = number("MOUTHPIECE_SEED").unwrap_or_else(|| u64::from(std::process::id()) * 1000);
    say(&format!("hostile network: {runs} runs, seeds {first} to {}", first + runs - 1));
    let dir = tempfile::tempdir().unwrap();
    let sample = media::small_speech(dir.path(), "sample.wav", 6.0);
    let video = media::small_video(dir.path(), "small.mp4");
    let media = Media { _dir: dir, sample, video };
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (next, tally, start) = (AtomicU64::new(0), Mutex::new(Tally::default()), Instant::now());
    let broken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                loop {
                    let run = next.fetch_add(1, Ordering::Relaxed);
                    if run >= runs {
                        return;
                    }
                    let came = std::panic::catch_unwind(|| one_run(tokio.handle(), &media, first + run));
                    match came {
                        Ok(came) => tally.lock().unwrap().add(came),
                        // What it panicked with is shown already.
                        Err(_) => broken.lock().unwrap().push(first + run),
                    }
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    report(&tally, runs, start);
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "runs that did not hold, by their seeds: {broken:?}");
    assert_eq!(tally.well + tally.failed.values().sum::<usize>(), usize::try_from(runs * 3).unwrap());
}

fn one_run(tokio: &tokio::runtime::Handle, media: &Media, seed: u64) -> Tally {
    let share = SHARES[usize::try_from(seed % 4).unwrap()];
    let storm = Arc::new(Storm::new(seed, share));
    let mut tally = Tally::default();
    Flow::new(tokio, seed).run(media, &storm, &mut tally);
    tally.trouble = storm.came();
    tally
}

fn report(tally: &Tally, runs: u64, start: Instant) {
    let Tally { well, failed, words, trouble } = tally;
    for (what, count) in trouble {
        say(&format!("{count:5}  {what}"));
    }
    say(&format!(
        "{runs} runs of three jobs in {:.0} s: {well} jobs ended well in the storm; those that did not: {failed:?}; \
         the user asked again {words} times, and then all were done",
        start.elapsed().as_secs_f64(),
    ));
}

/// Past the harness, which keeps what tests print for itself.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}
