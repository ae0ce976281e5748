//! The job engine, killed at every stage and at random, at least two hundred times: after each start each job ends
//! exactly once, nothing is bought twice, and no result is lost.
//!
//! `MOUTHPIECE_KILLS` sets the number of kills, `MOUTHPIECE_SEED` repeats an earlier run's choices.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod child;
#[expect(dead_code, reason = "each test binary uses a part of it")]
#[path = "../common/media.rs"]
mod media;
#[expect(dead_code, reason = "each test binary uses a part of it")]
#[path = "../common/proxy.rs"]
mod proxy;
#[path = "../common/requests.rs"]
mod requests;
mod round;
mod victim;
mod writes;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use proxy::Dice;
use round::Round;
use victim::{CALLS, Kill, When};

/// The name of the test, by which it runs itself as the program to be killed.
const TRIAL: &str = "killed_at_any_moment_each_job_ends_once_and_nothing_is_lost";
/// Rounds at the same time.
const LANES: usize = 4;
/// The most kills in one round.
const KILLS: usize = 6;

/// What the jobs are about.
pub struct Media {
    _dir: tempfile::TempDir,
    sample: PathBuf,
    video: PathBuf,
    speech: PathBuf,
}

impl Media {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (sample, speech) =
            (media::small_speech(dir.path(), "sample.wav", 6.0), media::small_speech(dir.path(), "speech.wav", 1.0));
        let video = media::small_video(dir.path(), "small.mp4");
        Self { _dir: dir, sample, video, speech }
    }
}

/// The kills still to come, and those that came.
struct Deck {
    dice: Dice,
    left: Vec<Kill>,
    wanted: usize,
    come: BTreeMap<String, usize>,
    kills: usize,
    rounds: usize,
    starts: usize,
    whole: round::Result,
}

impl Deck {
    /// Every stage twice or more, then as many writes and random moments again.
    fn new(wanted: usize, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let stages = stages();
        let mut left = Vec::new();
        while left.len() < wanted * 3 / 5 || left.len() < stages.len() {
            left.extend(stages.iter().map(|(call, when)| Kill::Stage {
                call: *call,
                when: *when,
                nth: nth(&mut dice, *call),
            }));
        }
        while left.len() < wanted {
            left.push(Kill::Write(1 + dice.below(80)));
            left.push(Kill::Save(1 + dice.below(8)));
            left.push(Kill::Random(dice.next() % 1200));
        }
        Self {
            dice,
            left,
            wanted,
            come: BTreeMap::new(),
            kills: 0,
            rounds: 0,
            starts: 0,
            whole: round::Result::default(),
        }
    }

    fn is_over(&self) -> bool {
        self.kills >= self.wanted && self.left.is_empty()
    }

    /// What the next start has to fear: a few stages, or a write, or a moment.
    fn deal(&mut self) -> Vec<Kill> {
        self.starts += 1;
        if self.left.is_empty() {
            return Vec::new();
        }
        let first = *self.dice.pick(&self.left);
        if !matches!(first, Kill::Stage { .. }) {
            return vec![first];
        }
        let stages: Vec<Kill> = self.left.iter().filter(|kill| matches!(kill, Kill::Stage { .. })).copied().collect();
        let mut dealt = vec![first];
        for _ in 0..5 {
            let next = *self.dice.pick(&stages);
            if !dealt.contains(&next) {
                dealt.push(next);
            }
        }
        dealt
    }

    /// Notes what became of it.
    fn came(&mut self, dealt: &[Kill], kill: Option<Kill>) {
        let Some(kill) = kill else {
            // Later than the program lived: sooner next time.
            for late in dealt {
                if let Some(at) = self.left.iter().position(|left| left == late) {
                    self.left[at] = sooner(*late);
                }
            }
            return;
        };
        self.kills += 1;
        *self.come.entry(name(kill)).or_default() += 1;
        if let Some(at) = self.left.iter().position(|left| *left == kill) {
            self.left.swap_remove(at);
        }
    }
}

/// Every call at every moment it has.
fn stages() -> Vec<(usize, When)> {
    let mut stages = Vec::new();
    for (call, (method, path)) in CALLS.iter().enumerate() {
        for when in [When::HalfAsked, When::Arrived, When::Handled, When::HalfDelivered, When::Delivered] {
            let body = *method != "GET";
            let empty_answer = *path == "/uploads/";
            if (when == When::HalfAsked && !body) || (when == When::HalfDelivered && empty_answer) {
                continue;
            }
            stages.push((call, when));
        }
    }
    stages
}

/// Some calls are made by several jobs.
fn nth(dice: &mut Dice, call: usize) -> usize {
    match CALLS[call] {
        (_, "/v2/assets/upload" | "/uploads/" | "/v2/assets") => 1 + dice.below(3),
        (_, "/files/" | "/v2/generate/") => 1 + dice.below(2),
        _ => 1,
    }
}

fn sooner(kill: Kill) -> Kill {
    match kill {
        Kill::Stage { call, when, nth } => Kill::Stage { call, when, nth: nth.saturating_sub(1).max(1) },
        Kill::Write(nth) => Kill::Write((nth / 2).max(1)),
        Kill::Save(nth) => Kill::Save((nth / 2).max(1)),
        Kill::Random(millis) => Kill::Random(millis / 2),
    }
}

fn name(kill: Kill) -> String {
    match kill {
        Kill::Stage { call, when, .. } => {
            let when = match when {
                When::HalfAsked => "request half sent",
                When::Arrived => "request arrived, not handled",
                When::Handled => "handled, answer not delivered",
                When::HalfDelivered => "answer half delivered",
                When::Delivered => "answer delivered",
            };
            format!("{} {}: {when}", CALLS[call].0, CALLS[call].1)
        }
        Kill::Write(_) => "while the database is written".to_owned(),
        Kill::Save(_) => "while a result is saved".to_owned(),
        Kill::Random(_) => "at a random moment".to_owned(),
    }
}

#[test]
fn killed_at_any_moment_each_job_ends_once_and_nothing_is_lost() {
    if let Ok(orders) = std::env::var(child::ORDERS) {
        child::run(&serde_json::from_str(&orders).unwrap());
        return;
    }
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let wanted = number("MOUTHPIECE_KILLS").map_or(200, |wanted| usize::try_from(wanted).unwrap());
    let seed = number("MOUTHPIECE_SEED").unwrap_or_else(|| std::process::id().into());
    say(&format!("crash trial: at least {wanted} kills, seed {seed}"));
    let (media, deck) = (Media::new(), Mutex::new(Deck::new(wanted, seed)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while !deck.lock().unwrap().is_over() {
                    one_round(&deck, &media, runtime.handle());
                }
            });
        }
    });
    report(&deck.into_inner().unwrap(), start);
}

fn one_round(deck: &Mutex<Deck>, media: &Media, runtime: &tokio::runtime::Handle) {
    let mut round = Round::new(runtime, media);
    for _ in 0..KILLS {
        let dealt = deck.lock().unwrap().deal();
        if dealt.is_empty() {
            break;
        }
        let kill = round.run(dealt.clone());
        deck.lock().unwrap().came(&dealt, kill);
        if kill.is_none() {
            break;
        }
    }
    let came = round.finish();
    let mut deck = deck.lock().unwrap();
    deck.rounds += 1;
    deck.starts += 1;
    deck.whole.words += came.words;
    deck.whole.probed += came.probed;
}

fn report(deck: &Deck, start: Instant) {
    for (stage, count) in &deck.come {
        say(&format!("{count:4}  {stage}"));
    }
    let Deck { kills, rounds, starts, whole, .. } = deck;
    say(&format!(
        "{kills} kills in {rounds} rounds of three jobs and {starts} starts, {:.0} s: {} jobs done, each once; \
         the user was asked {} times after a lost answer; {} results played",
        start.elapsed().as_secs_f64(),
        rounds * 3,
        whole.words,
        whole.probed,
    ));
    assert!(*kills >= deck.wanted);
}

/// Past the harness, which keeps what tests print for itself.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}
