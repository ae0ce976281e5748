//! One workspace with its own service: three jobs, killed again and again, and what must hold after each kill.

use std::collections::BTreeMap;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mouthpiece::api::{Client, Config, Page};
use mouthpiece::library::{Charge, ChargeState, Library};
use mouthpiece::sandbox::{self, Options, Pace, Sandbox, Tools};
use serde_json::Value;

use crate::Media;
use crate::child::Orders;
use crate::media;
use crate::proxy::Proxy;
use crate::requests::NAME;
use crate::victim::{End, Kill, Trap};

/// What a whole round came to.
#[derive(Default)]
pub struct Result {
    pub words: usize,
    /// Result files that ffprobe looked into.
    pub probed: usize,
}

/// One workspace.
pub struct Round {
    dir: tempfile::TempDir,
    runtime: tokio::runtime::Handle,
    _sandbox: Sandbox,
    proxy: Proxy,
    client: Client,
    orders: Orders,
    /// The end of each job that was over at the last look, by its id.
    over: BTreeMap<String, Value>,
}

#[expect(clippy::disallowed_methods, reason = "a test has no window that could freeze")]
fn wait<T>(runtime: &tokio::runtime::Handle, work: impl Future<Output = T>) -> T {
    runtime.block_on(work)
}

impl Round {
    pub fn new(runtime: &tokio::runtime::Handle, media: &Media) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            port: 0,
            data_dir: dir.path().join("sandbox"),
            key: None,
            pace: Pace::Instant,
            tools: Tools::default(),
        };
        let sandbox = wait(runtime, sandbox::start(options)).unwrap();
        let proxy = wait(runtime, Proxy::before(sandbox.base_url()));
        let base = proxy.base_url();
        let direct = url::Url::parse(sandbox.base_url()).unwrap();
        let key = sandbox.key().to_owned();
        let client =
            Client::new(Config { service: "The sandbox".into(), base: direct, key: key.clone().into() }).unwrap();
        let library = dir.path().join("library");
        // There before the program, so that its first write can be seen too.
        for folder in [&library, &library.join("Takes"), &dir.path().join("Results")] {
            std::fs::DirBuilder::new().mode(0o700).create(folder).unwrap();
        }
        let orders = Orders {
            base,
            key,
            library,
            results: dir.path().join("Results"),
            sample: media.sample.clone(),
            video: media.video.clone(),
            speech: media.speech.clone(),
            voice: "sandbox-ada".to_owned(),
            word: false,
        };
        Self { dir, runtime: runtime.clone(), _sandbox: sandbox, proxy, client, orders, over: BTreeMap::new() }
    }

    /// Lets the program run with these dangers about. The kill, if one came before all was over.
    pub fn run(&mut self, armed: Vec<Kill>) -> Option<Kill> {
        let trap = Arc::new(Trap::new(armed));
        self.proxy.set(trap.clone());
        let end = trap.run(&self.orders, &self.log());
        wait(&self.runtime, self.proxy.quiet());
        let kill = match end {
            End::Killed(kill) => Some(kill),
            End::Over => None,
            End::Broken(how) => self.fail(&format!("the program ended with {how}")),
        };
        self.look();
        kill
    }

    /// Runs it to its end and judges all of it.
    pub fn finish(mut self) -> Result {
        self.run(Vec::new());
        let mut result = Result::default();
        let lost: Vec<String> = self.over.values().filter_map(failure).collect();
        for sentence in &lost {
            self.demand(sentence.contains("got lost"), &format!("the one failure there may be, and not “{sentence}”"));
        }
        if !lost.is_empty() {
            result.words = lost.len();
            self.orders.word = true;
            self.run(Vec::new());
        }
        self.judge(&mut result);
        result
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("child.log")
    }

    fn demand(&self, holds: bool, what: &str) {
        if !holds {
            self.fail(what);
        }
    }

    fn fail(&self, what: &str) -> ! {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let tail: Vec<&str> = log.lines().rev().take(30).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        let rows: Vec<String> =
            self.rows().into_iter().map(|(id, request, state)| format!("{id} {}: {state}", kind(&request))).collect();
        panic!("demanded: {what}\n{}\nthe program's last words:\n{}", rows.join("\n"), tail.join("\n"));
    }

    /// Id, request and state of each job.
    fn rows(&self) -> Vec<(String, Value, Value)> {
        let Some((library, _copy)) = self.copy() else { return Vec::new() };
        let read = |text: &str| serde_json::from_str(text).expect("a row is JSON");
        let rows = library.jobs().unwrap();
        rows.into_iter().map(|row| (row.id, read(&row.request), read(&row.state))).collect()
    }

    /// Every charge on the books.
    fn charges(&self) -> Vec<Charge> {
        let Some((library, _copy)) = self.copy() else { return Vec::new() };
        let months = library.months().unwrap();
        months.iter().flat_map(|month| library.charges(month).unwrap()).collect()
    }

    /// A copy of the library, found sound: the program itself is to meet what the kill left.
    fn copy(&self) -> Option<(Library, tempfile::TempDir)> {
        let copy = tempfile::tempdir_in(self.dir.path()).unwrap();
        let file = self.orders.library.join("library.sqlite");
        if !file.exists() {
            return None;
        }
        for name in ["library.sqlite", "library.sqlite-wal"] {
            let from = self.orders.library.join(name);
            if from.exists() {
                std::fs::copy(&from, copy.path().join(name)).unwrap();
            }
        }
        let checked = media::run("sqlite3", &[text(&copy.path().join("library.sqlite")), "PRAGMA integrity_check"]);
        assert_eq!(checked, "ok");
        let opened = Library::open(copy.path()).unwrap();
        assert_eq!(opened.warning, None, "after a kill the library was set aside");
        Some((opened.library, copy))
    }

    /// What must hold whenever the program is dead.
    fn look(&mut self) {
        self.demand(!self.is_locked(), "the dead hold no lock");
        let rows = self.rows();
        let mut kinds: Vec<String> = rows.iter().map(|(_, request, _)| kind(request)).collect();
        kinds.sort();
        kinds.dedup();
        self.demand(kinds.len() == rows.len(), "one job for each thing that was asked for");
        for (id, before) in &self.over {
            let now = rows.iter().find(|row| row.0 == *id).map(|row| &row.2);
            let stays = before.get("Done").is_none() || now == Some(before);
            self.demand(stays, &format!("what was done stays done, and not {now:?} after {before:?}"));
        }
        self.over = rows.iter().filter(|row| row.2 != "Open").map(|row| (row.0.clone(), row.2.clone())).collect();
        for state in self.over.values() {
            if let Some(file) = named_file(state) {
                self.demand(file.is_file(), &format!("the finished {} is there", file.display()));
            }
        }
        for file in self.finals() {
            let whole = self.proxy.gave(&std::fs::read(&file).unwrap());
            self.demand(whole, &format!("{} is whole", file.display()));
        }
        let words = usize::from(self.orders.word);
        self.demand(self.spoken() <= 1 + words, "no line is spoken twice without a word");
        self.demand(self.proxy.statuses("POST", "/v2/voices").len() <= 1, "no voice is cloned twice");
        self.demand(self.runs() <= 1, "no lip sync is made twice");
        self.look_at_books(&rows);
    }

    /// One charge for a job at most, one more for a word, and one for everything that was bought.
    fn look_at_books(&self, rows: &[(String, Value, Value)]) {
        let charges = self.charges();
        for (id, request, _) in rows {
            let own: Vec<ChargeState> =
                charges.iter().filter(|charge| charge.job == *id).map(|charge| charge.state).collect();
            let bought = match kind(request).as_str() {
                "Clone" => !self.proxy.statuses("POST", "/v2/voices").is_empty(),
                "Speak" => self.spoken() > 0,
                _ => self.runs() > 0,
            };
            let on_the_books = own.iter().any(|state| matches!(state, ChargeState::Sent | ChargeState::Settled));
            let most = if self.orders.word { 2 } else { 1 };
            self.demand(own.len() <= most, &format!("one charge for a job, and not {own:?}"));
            self.demand(!bought || on_the_books, &format!("what was bought is on the books, and not {own:?}"));
        }
    }

    /// Asked of the system: a lock taken here for a try would live on for a moment in whatever is being started.
    fn is_locked(&self) -> bool {
        let Ok(facts) = std::fs::metadata(self.orders.library.join("library.lock")) else { return false };
        let inode = format!(":{}", facts.ino());
        let locks = std::fs::read_to_string("/proc/locks").unwrap();
        locks.lines().any(|lock| lock.contains("FLOCK") && lock.split(' ').any(|word| word.ends_with(&inode)))
    }

    fn spoken(&self) -> usize {
        self.proxy.made("POST", "/v2/tts").len() + self.proxy.made("POST", "/v2/tts/jobs").len()
    }

    fn runs(&self) -> usize {
        wait(&self.runtime, self.client.generations(&Page { limit: 100, cursor: None })).unwrap().len()
    }

    /// What must hold once all is over.
    fn judge(&self, result: &mut Result) {
        let rows = self.rows();
        self.demand(rows.len() == 3, "three jobs");
        self.demand(rows.iter().all(|row| row.2.get("Done").is_some()), "each of them done");
        let voices = wait(&self.runtime, self.client.voices()).unwrap();
        let named = voices.iter().filter(|voice| voice.label() == NAME).count();
        self.demand(named == 1, "the voice is there once");
        self.demand(self.proxy.statuses("POST", "/v2/voices") == [201], "and was asked for once");
        self.demand(self.runs() == 1, "the lip sync was made once");
        let files: Vec<PathBuf> = rows.iter().filter_map(|row| named_file(&row.2)).collect();
        self.demand(files.len() == 2, "a take and a video");
        for file in &files {
            let codecs = media::codecs(file);
            let expected: &[&str] =
                if file.extension().is_some_and(|end| end == "mp4") { &["h264", "aac"] } else { &["pcm_s16le"] };
            self.demand(
                codecs == expected && media::secs(file) > 0.5,
                &format!("{} plays: {codecs:?}", file.display()),
            );
            result.probed += 1;
        }
        let charges: Vec<ChargeState> = self.charges().iter().map(|charge| charge.state).collect();
        let settled = charges.iter().all(|state| *state == ChargeState::Settled);
        let most = 3 + result.words;
        self.demand(
            settled && (3..=most).contains(&charges.len()),
            &format!("a charge for each purchase, settled, and not {charges:?}"),
        );
        let opened = Library::open(&self.orders.library).unwrap();
        self.demand(opened.library.clones().unwrap().len() == 1, "one clone with its consent");
        self.demand(opened.library.takes().unwrap().len() == 1, "one take");
        let orphans: Vec<PathBuf> = self.finals().into_iter().filter(|file| !files.contains(file)).collect();
        self.demand(orphans.is_empty(), &format!("no result is there twice, but there is {orphans:?}"));
        self.demand(self.finals().len() == self.made().len(), "no unfinished download is left behind");
    }

    /// Files under final names.
    fn finals(&self) -> Vec<PathBuf> {
        self.made().into_iter().filter(|file| !is_part(file)).collect()
    }

    /// Everything in the folders for takes and results.
    fn made(&self) -> Vec<PathBuf> {
        let folders = [self.orders.results.clone(), self.orders.library.join("Takes")];
        let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

fn is_part(file: &Path) -> bool {
    file.extension().is_some_and(|end| end == "part")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("test paths are text")
}

fn kind(request: &Value) -> String {
    request.as_object().and_then(|object| object.keys().next()).cloned().unwrap_or_default()
}

/// The sentence a job ended with that did not end well.
fn failure(state: &Value) -> Option<String> {
    state.get("Failed").map(|failed| failed["sentence"].as_str().unwrap_or_default().to_owned())
}

/// The file that a finished job names as its result.
fn named_file(state: &Value) -> Option<PathBuf> {
    let done = state.get("Done")?;
    let file = done.get("Take").or_else(|| done.get("Video"))?.get("file")?.as_str()?;
    Some(file.into())
}
