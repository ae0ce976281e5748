//! One run of the flagship flow: clone a voice, speak a line with it, put it on a video, have the file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use mouthpiece::api::{Client, Config, Page, Tuning};
use mouthpiece::error::Error;
use mouthpiece::jobs::{Jobs, Outcome, Request, State, VoiceTrack};
use mouthpiece::library::{ChargeState, Library};
use mouthpiece::runtime::Runtime;
use mouthpiece::sandbox::{self, Options, Pace, Sandbox, Tools};

use crate::media;
use crate::proxy::{Fair, Proxy, Weather};
use crate::requests::{self, NAME};
use crate::{Media, Tally};

/// Running into this is a failure.
const PATIENCE: Duration = Duration::from_mins(1);
/// Nothing new for this long, and whatever waits is tried at once.
const IMPATIENCE: Duration = Duration::from_millis(30);
/// How often a user asks again once the network is well.
const WORDS: usize = 3;

/// A workspace with a service behind a proxy.
pub struct Flow<'a> {
    dir: tempfile::TempDir,
    tokio: &'a tokio::runtime::Handle,
    _sandbox: Sandbox,
    proxy: Proxy,
    /// Past the proxy.
    direct: Client,
    key: String,
    library: Library,
    jobs: Jobs,
    _runtime: Runtime,
    wakes: mpsc::Receiver<()>,
    seed: u64,
}

#[expect(clippy::disallowed_methods, reason = "a test has no window that could freeze")]
fn wait<T>(tokio: &tokio::runtime::Handle, work: impl Future<Output = T>) -> T {
    tokio.block_on(work)
}

impl<'a> Flow<'a> {
    pub fn new(tokio: &'a tokio::runtime::Handle, seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data_dir = dir.path().join("sandbox");
        let options = Options { port: 0, data_dir, key: None, pace: Pace::Instant, tools: Tools::default() };
        let sandbox = wait(tokio, sandbox::start(options)).unwrap();
        let proxy = wait(tokio, Proxy::before(sandbox.base_url()));
        let key = sandbox.key().to_owned();
        let client = |base: &str| {
            let base = url::Url::parse(base).unwrap();
            let config = Config { service: "The sandbox".into(), base, key: key.clone().into() };
            Client::tuned(config, Tuning { pace: 0.02, ..Tuning::default() }).unwrap()
        };
        let (direct, through) = (client(sandbox.base_url()), client(&proxy.base_url()));
        let (woken, wakes) = mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        let library = Library::open(&dir.path().join("library")).unwrap().library;
        let jobs = Jobs::new(runtime.handle(), library.clone(), through);
        Self { dir, tokio, _sandbox: sandbox, proxy, direct, key, library, jobs, _runtime: runtime, wakes, seed }
    }

    /// The whole flow in this weather. Whatever fails is looked at, and asked for once more in fair weather.
    pub fn run(mut self, media: &Media, storm: &Arc<impl Weather>, tally: &mut Tally) {
        let before = tally.words;
        let Outcome::Voice { id: voice, .. } = self.job(requests::clone(&media.sample), storm, tally) else {
            panic!("no voice")
        };
        let words = tally.words;
        let Outcome::Take(take) = self.job(requests::speak(&voice), storm, tally) else { panic!("no take") };
        let words = tally.words - words;
        let track = VoiceTrack::Take { id: take.id.clone(), label: "Take 1".to_owned(), url: take.url.clone() };
        let lip_sync = requests::lip_sync(&media.video, track, self.results());
        let Outcome::Video { file, .. } = self.job(lip_sync, storm, tally) else { panic!("no video") };
        self.judge(&take.file, &file, words);
        self.look_at_books(tally.words - before);
    }

    /// One job to its good end.
    fn job(&mut self, request: Request, storm: &Arc<impl Weather>, tally: &mut Tally) -> Outcome {
        self.proxy.set(storm.clone());
        let id = self.jobs.start(request);
        for word in 0..=WORDS {
            match self.over(&id) {
                State::Done(outcome) => {
                    tally.well += usize::from(word == 0);
                    return outcome;
                }
                State::Failed(error) => {
                    self.is_clear(&error);
                    if word == 0 {
                        tally.failed(&error);
                    }
                    tally.words += 1;
                }
                other => self.fail(&format!("a job ended as {other:?}")),
            }
            self.proxy.set(Arc::new(Fair));
            self.jobs.retry(&id);
        }
        self.fail(&format!("in fair weather it still fails: {:?}", self.jobs.get(&id).map(|job| &job.state)))
    }

    /// Follows a job to its end.
    fn over(&mut self, id: &str) -> State {
        let start = Instant::now();
        loop {
            self.jobs.poll().unwrap();
            let job = self.jobs.get(id).expect("it was started");
            if !job.is_running() {
                return job.state.clone();
            }
            if start.elapsed() > PATIENCE {
                self.fail(&format!("a job does not end: {:?}", job.state));
            }
            // Nobody here has the patience of a person.
            if self.wakes.recv_timeout(IMPATIENCE).is_err() {
                self.jobs.try_now(id);
            }
        }
    }

    fn fail(&self, what: &str) -> ! {
        panic!("seed {}: {what}", self.seed);
    }

    fn demand(&self, holds: bool, what: &str) {
        if !holds {
            self.fail(&format!("demanded: {what}"));
        }
    }

    /// One sentence or a few for a person, and nothing that only happens when the program is wrong.
    fn is_clear(&self, error: &Error) {
        let text = error.to_string();
        let ours = matches!(
            error,
            Error::Crashed(_)
                | Error::Library(_)
                | Error::Cancelled
                | Error::InUse
                | Error::Past { .. }
                | Error::Unauthorized(_)
        );
        let clear = !ours && text.ends_with(['.', '!', '?']) && text.len() < 600 && !text.contains('<');
        self.demand(clear, &format!("a clear error, and not {error:?}: “{text}”"));
        let all = format!("{text} {error:?} {}", error.details());
        self.demand(!all.contains(&self.key), &format!("no key in {all}"));
    }

    fn results(&self) -> PathBuf {
        self.dir.path().join("Results")
    }

    /// What must hold at the end, however hard the way was.
    fn judge(&self, take: &Path, video: &Path, words: usize) {
        let voices = wait(self.tokio, self.direct.voices()).unwrap();
        let named = voices.iter().filter(|voice| voice.label() == NAME).count();
        self.demand(named == 1, &format!("one voice, and not {named}"));
        let clones = self.proxy.statuses("POST", "/v2/voices");
        self.demand(clones == [201], &format!("one request for it reached the service, and not {clones:?}"));
        let spoken = self.proxy.made("POST", "/v2/tts").len() + self.proxy.made("POST", "/v2/tts/jobs").len();
        let may = 1 + words;
        self.demand((1..=may).contains(&spoken), &format!("{spoken} takes made, and {words} words given"));
        let runs = wait(self.tokio, self.direct.generations(&Page { limit: 100, cursor: None })).unwrap();
        self.demand(runs.len() == 1, &format!("one lip sync, and not {}", runs.len()));
        let takes = self.library.folder().join("Takes");
        for (file, folder, codecs) in [(take, takes, &["pcm_s16le"][..]), (video, self.results(), &["h264", "aac"])] {
            self.demand(self.proxy.gave(&std::fs::read(file).unwrap()), &format!("{} is whole", file.display()));
            self.demand(media::codecs(file) == codecs && media::secs(file) > 0.5, &format!("{} plays", file.display()));
            let there = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
            self.demand(there == [file], &format!("only the result lies there, and not {there:?}"));
        }
        self.demand(self.library.clones().unwrap().len() == 1, "one clone remembered, with its consent");
        self.demand(self.library.takes().unwrap().len() == 1, "one take remembered");
    }

    /// A charge for each job, and one more at most for each time the user, having been told, asked again.
    fn look_at_books(&self, words: usize) {
        let months = self.library.months().unwrap();
        let charges = months.iter().flat_map(|month| self.library.charges(month).unwrap());
        let charges: Vec<ChargeState> = charges.map(|charge| charge.state).collect();
        let settled = charges.iter().all(|state| *state == ChargeState::Settled);
        let right = settled && (3..=3 + words).contains(&charges.len());
        self.demand(right, &format!("a charge for each purchase, settled, and not {charges:?} for {words} words"));
    }
}
