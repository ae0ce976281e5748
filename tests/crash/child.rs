//! The program that is killed: the job engine without a window, in a process of its own.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use mouthpiece::api::{Client, Config, Tuning};
use mouthpiece::jobs::{Job, Jobs, Request, State, VoiceTrack};
use mouthpiece::library::Library;
use mouthpiece::runtime::Runtime;
use serde::{Deserialize, Serialize};

use crate::requests;

/// Where the orders stand.
pub const ORDERS: &str = "MOUTHPIECE_TRIAL_ORDERS";

/// Running into this is a failure.
const PATIENCE: Duration = Duration::from_mins(1);

/// Nothing new for this long, and whatever waits is tried at once.
const IMPATIENCE: Duration = Duration::from_millis(30);

/// What the program is to do.
#[derive(Clone, Serialize, Deserialize)]
pub struct Orders {
    pub base: String,
    pub key: String,
    pub library: PathBuf,
    pub results: PathBuf,
    pub sample: PathBuf,
    pub video: PathBuf,
    pub speech: PathBuf,
    /// One that is there already.
    pub voice: String,
    /// Whether the user asks once more for what failed.
    pub word: bool,
}

impl Orders {
    /// One job of each kind.
    fn requests(&self) -> [Request; 3] {
        let track = VoiceTrack::File(requests::audio(&self.speech));
        let lip_sync = requests::lip_sync(&self.video, track, self.results.clone());
        [requests::clone(&self.sample), requests::speak(&self.voice), lip_sync]
    }
}

/// Works until everything is over. Says on its standard output what it comes to.
pub fn run(orders: &Orders) {
    let (woken, wakes) = mpsc::channel();
    let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
    let opened = Library::open(&orders.library).expect("the library opens");
    assert_eq!(opened.warning, None, "the library was set aside");
    let library = opened.library;
    say("open");
    let config = Config {
        service: "The sandbox".into(),
        base: url::Url::parse(&orders.base).unwrap(),
        key: orders.key.clone().into(),
    };
    let client = Client::tuned(config, Tuning { pace: 0.02, ..Tuning::default() }).unwrap();
    let known = library.jobs().unwrap().len();
    let mut jobs = Jobs::new(runtime.handle(), library, client);
    let start = Instant::now();
    let until = |what: &str, jobs: &mut Jobs, holds: &dyn Fn(&Jobs) -> bool| {
        jobs.poll().unwrap();
        while !holds(jobs) {
            assert!(start.elapsed() < PATIENCE, "in vain until {what}: {:?}", jobs.all());
            // Nobody here has the patience of a person.
            if wakes.recv_timeout(IMPATIENCE).is_err() {
                jobs.all().iter().for_each(|job| jobs.try_now(&job.id));
            }
            jobs.poll().unwrap();
        }
    };
    until("the rows are read", &mut jobs, &|jobs| jobs.all().len() == known);
    for request in orders.requests() {
        // The user asks for what is not there: the program died before it had taken that in.
        let same = |job: &Job| std::mem::discriminant(&job.request) == std::mem::discriminant(&request);
        if !jobs.all().iter().any(same) {
            jobs.start(request);
        }
    }
    until("all jobs are over", &mut jobs, &|jobs| jobs.running() == 0);
    if orders.word {
        let failed = jobs.all().iter().filter(|job| matches!(job.state, State::Failed(_)));
        for id in failed.map(|job| job.id.clone()).collect::<Vec<_>>() {
            jobs.retry(&id);
        }
        until("all jobs are over again", &mut jobs, &|jobs| jobs.running() == 0);
    }
    say("over");
}

/// Past the harness, which keeps what tests print for itself.
fn say(word: &str) {
    std::io::stdout().write_all(format!("trial: {word}\n").as_bytes()).expect("somebody listens");
}
