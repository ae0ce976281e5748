//! The job engine over a sandbox, without any window.

use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use mouthpiece::api::{AssetKind, AssetQuery, Client, Config, Options as LipSyncOptions, Page, SyncMode};
use mouthpiece::error::Result;
use mouthpiece::jobs::{CloneJob, Job, Jobs, LipSyncJob, LocalFile, Request, SpeakJob, State, VoiceTrack};
use mouthpiece::library::{Charge, Consent, Library, Relation};
use mouthpiece::runtime::Runtime;
use mouthpiece::sandbox::{self, Options, Pace, Sandbox, Tools};

use crate::media;

/// A job engine over a sandbox, without any window.
pub struct Rig {
    pub jobs: Jobs,
    pub library: Library,
    pub client: Client,
    pub sandbox: Option<Sandbox>,
    pub dir: tempfile::TempDir,
    pub runtime: Runtime,
    pub wakes: mpsc::Receiver<()>,
}

pub fn rig(pace: Pace) -> Rig {
    open(tempfile::tempdir().unwrap(), pace)
}

fn open(dir: tempfile::TempDir, pace: Pace) -> Rig {
    let (woken, wakes) = mpsc::channel();
    let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
    let sandbox = wait(&runtime, &wakes, sandbox::start(options(&dir, pace))).unwrap();
    let config = Config {
        service: "The sandbox".into(),
        base: url::Url::parse(sandbox.base_url()).unwrap(),
        key: sandbox.key().to_owned().into(),
    };
    let client = Client::new(config).unwrap();
    let library = Library::open(&dir.path().join("library")).unwrap().library;
    let jobs = Jobs::new(runtime.handle(), library.clone(), client.clone());
    Rig { jobs, library, client, sandbox: Some(sandbox), dir, runtime, wakes }
}

fn options(dir: &tempfile::TempDir, pace: Pace) -> Options {
    let key = Some("the-key-of-the-tests".to_owned());
    Options { port: 0, data_dir: dir.path().join("sandbox"), key, pace, tools: Tools::default() }
}

fn wait<T: Send + 'static>(
    runtime: &Runtime,
    wakes: &mpsc::Receiver<()>,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let mut task = runtime.spawn(work);
    loop {
        if let Some(result) = task.take() {
            return result;
        }
        wakes.recv_timeout(Duration::from_mins(1)).expect("an answer within a minute");
    }
}

impl Rig {
    /// Follows a job until a condition holds.
    #[track_caller]
    pub fn until(&mut self, id: &str, mut holds: impl FnMut(&Job) -> bool) -> Job {
        let start = Instant::now();
        loop {
            self.jobs.poll().unwrap();
            if let Some(job) = self.jobs.get(id).filter(|job| holds(job)) {
                return job.clone();
            }
            let state = self.jobs.get(id).map(|job| job.state.clone());
            assert!(start.elapsed() < Duration::from_mins(1), "in vain; the job is {state:?}");
            self.wakes.recv_timeout(Duration::from_millis(50)).unwrap_or_default();
        }
    }

    #[track_caller]
    pub fn over(&mut self, id: &str) -> State {
        self.until(id, |job| !job.is_running()).state
    }

    /// The same for a user who does not want to wait.
    pub fn over_at_once(&mut self, id: &str) -> State {
        loop {
            self.jobs.poll().unwrap();
            let job = self.jobs.get(id).unwrap();
            if !job.is_running() {
                return job.state.clone();
            }
            self.jobs.try_now(id);
            self.wakes.recv_timeout(std::time::Duration::from_millis(30)).ok();
        }
    }

    /// Forgets a job, and returns once it is gone.
    pub fn forget(&mut self, id: &str) {
        let mut forgetting = self.jobs.forget(id);
        while forgetting.take().map(Result::unwrap).is_none() {
            self.wakes.recv_timeout(Duration::from_millis(50)).unwrap_or_default();
        }
    }

    pub fn ask<T: Send + 'static>(&self, work: impl Future<Output = Result<T>> + Send + 'static) -> T {
        wait(&self.runtime, &self.wakes, work).unwrap()
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    /// The service can't be reached until [`Rig::go_online`].
    pub fn go_offline(&mut self) {
        self.sandbox = None;
    }

    pub fn go_online(&mut self) {
        let sandbox = wait(&self.runtime, &self.wakes, sandbox::start(options(&self.dir, Pace::Instant))).unwrap();
        assert_eq!(self.client.base().port(), url::Url::parse(sandbox.base_url()).unwrap().port());
        self.sandbox = Some(sandbox);
    }

    /// Ids of everything that was uploaded.
    pub fn assets(&self) -> Vec<String> {
        let page = self.ask(self.client.assets(&AssetQuery::default()));
        page.items.into_iter().map(|asset| asset.id).collect()
    }

    /// The only charge of this month.
    pub fn charge(&self) -> Charge {
        let month = self.library.months().unwrap()[0].clone();
        let mut charges = self.library.charges(&month).unwrap();
        assert_eq!(charges.len(), 1, "{charges:?}");
        charges.remove(0)
    }

    pub fn clones(&self) -> Vec<String> {
        let voices = self.ask(self.client.voices());
        voices.iter().filter(|voice| voice.looks_cloned()).map(|voice| voice.label().to_owned()).collect()
    }

    /// The word of the service for how a run stands.
    pub fn client_status(&self, run: &str) -> String {
        self.ask(self.client.generation(run)).status.into()
    }

    pub fn runs(&self) -> usize {
        self.ask(self.client.generations(&Page { limit: 100, cursor: None })).len()
    }

    /// Closes everything, as a kill would, and opens it again on the same files.
    pub fn reopen(self, pace: Pace) -> Rig {
        let Self { jobs, library, sandbox, dir, runtime, .. } = self;
        drop((jobs, library, sandbox, runtime));
        open(dir, pace)
    }

    pub fn lip_sync(&self) -> Request {
        let target = media::silent_video(self.dir.path(), "target.mp4", 6.0);
        let voice = media::speech(self.dir.path(), "voice.wav");
        Request::LipSync(LipSyncJob {
            target: local(&target, "video/mp4", AssetKind::Video),
            voice: VoiceTrack::File(local(&voice, "audio/wav", AssetKind::Audio)),
            model: "lipsync-2".into(),
            options: LipSyncOptions { sync_mode: Some(SyncMode::CutOff), ..LipSyncOptions::default() },
            folder: self.dir.path().join("Results"),
            stem: "teaser".into(),
            estimate_usd: None,
            match_loudness: false,
            is_trial: false,
        })
    }

    pub fn clone_request(&self, name: &str) -> Request {
        let sample = media::speech(self.dir.path(), "sample.wav");
        Request::Clone(CloneJob {
            name: name.into(),
            sample: local(&sample, "audio/wav", AssetKind::Audio),
            origin: None,
            consent: Consent {
                statement: "I may.".into(),
                speaker: "Mara".into(),
                relation: Relation::InWriting,
                given_at: "2026-11-22T10:00:00Z".into(),
                ..Consent::default()
            },
        })
    }
}

pub fn local(path: &Path, content_type: &str, kind: AssetKind) -> LocalFile {
    LocalFile { path: path.to_owned(), content_type: content_type.into(), kind, size: None }
}

/// A line in a voice.
pub fn line(voice: &str) -> Request {
    Request::Speak(SpeakJob {
        line_id: None,
        parts: Vec::new(),
        voice_id: voice.into(),
        voice_name: "Ada".into(),
        script: "A line that is spoken once.".into(),
        stability: 0.5,
        similarity: 0.75,
    })
}
