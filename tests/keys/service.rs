//! A sandbox in a process's own thread, as the account's service, and the app set up for it.

use std::rc::Rc;
use std::sync::mpsc;

use mouthpiece::runtime::{Runtime, Task};
use mouthpiece::sandbox::{self, Options, Pace, Sandbox, Tools};
use mouthpiece::secrets::Memory;

use crate::common::{Bench, Setup};

pub const KEY: &str = "sk-account-one-0123456789-7F3A";

/// A service that takes [`KEY`]. It runs as long as this lives.
pub struct Service {
    pub sandbox: Sandbox,
    _runtime: Runtime,
    _dir: tempfile::TempDir,
}

impl Service {
    pub fn start(key: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            port: 0,
            data_dir: dir.path().to_owned(),
            key: Some(key.to_owned()),
            pace: Pace::Instant,
            tools: Tools::default(),
        };
        let (woken, wakes) = mpsc::channel();
        let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
        let mut starting: Task<Sandbox> = runtime.spawn(sandbox::start(options));
        let sandbox = loop {
            wakes.recv().unwrap();
            if let Some(sandbox) = starting.take() {
                break sandbox.unwrap();
            }
        };
        Self { sandbox, _runtime: runtime, _dir: dir }
    }

    pub fn base(&self) -> String {
        self.sandbox.base_url().to_owned()
    }
}

/// The app as a first start finds it, with this keychain and a service for its keys.
pub fn first_start(base: &str, keychain: &Memory) -> Bench {
    again(base, keychain, Rc::new(tempfile::tempdir().unwrap()))
}

/// The same on a data directory that was used before.
pub fn again(base: &str, keychain: &Memory, dir: Rc<tempfile::TempDir>) -> Bench {
    Setup { unnamed: true, base: base.to_owned(), keychain: keychain.clone(), dir: Some(dir), ..Setup::default() }.app()
}

/// Connects on the first page and waits for the workspace.
pub fn connected(base: &str, keychain: &Memory) -> Bench {
    let mut bench = first_start(base, keychain);
    bench.fill("Paste your sync.so key", KEY);
    bench.click("Continue");
    bench.until("the account is open", |bench| {
        let session = bench.harness.state().session();
        session.is_some_and(|session| session.store.account.masked.as_deref() == Some("•••• 7F3A"))
    });
    bench
}

/// The settings file as it is now.
pub fn settings(bench: &Bench) -> String {
    std::fs::read_to_string(bench.dir.path().join("settings.toml")).unwrap()
}
