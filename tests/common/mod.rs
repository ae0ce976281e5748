//! The real app without a window, over the real sandbox, with scripted dialogs and media made on the spot.
//!
//! Waiting is always for a condition ([`Bench::until`]), never for a time.
#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of this")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

pub mod media;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use mouthpiece::app::{App, Desktop, Launch, Notifier, Service, Session};
use mouthpiece::files::Files;
use mouthpiece::media::player::Output;
use mouthpiece::media::recorder::Input;
use mouthpiece::sandbox::{Options, Pace, Sandbox, Tools};
use mouthpiece::secrets::{ApiKey, Memory, Source};

/// Nothing here takes longer on a slow machine; running into it is a failure.
const PATIENCE: Duration = Duration::from_secs(90);

/// The app on a bench.
pub struct Bench {
    pub harness: Harness<'static, App>,
    pub files: Files,
    pub notifier: Notifier,
    /// Holds the data directory; a second app can be opened on it.
    pub dir: std::rc::Rc<tempfile::TempDir>,
}

/// How the app is set up.
pub struct Setup {
    pub size: egui::Vec2,
    pub dialogs: Vec<Option<PathBuf>>,
    pub open: Vec<PathBuf>,
    pub tools: Tools,
    pub pace: Pace,
    pub dir: Option<std::rc::Rc<tempfile::TempDir>>,
    /// Another service than the window's own sandbox; see [`account`].
    pub account: Option<Service>,
    /// Starts as without arguments: with what was open last, or with a question.
    pub unnamed: bool,
    /// Where keys that are typed belong to.
    pub base: String,
    pub keychain: Memory,
    pub microphone: Input,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            size: egui::vec2(1280.0, 800.0),
            dialogs: Vec::new(),
            open: Vec::new(),
            tools: Tools::default(),
            pace: Pace::Instant,
            dir: None,
            account: None,
            unnamed: false,
            base: "https://api.sync.so".to_owned(),
            keychain: Memory::default(),
            // As on a computer without one.
            microphone: Input::Absent,
        }
    }
}

/// The app in the sandbox, opened and ready.
pub fn app() -> Bench {
    Setup::default().app()
}

impl Setup {
    /// The app with these answers to its file dialogs, in order.
    pub fn dialogs<P: Into<PathBuf>>(mut self, answers: impl IntoIterator<Item = P>) -> Self {
        self.dialogs = answers.into_iter().map(|path| Some(path.into())).collect();
        self
    }

    /// Opens the app and waits until its workspace is open.
    pub fn app(self) -> Bench {
        let dir = self.dir.unwrap_or_else(|| std::rc::Rc::new(tempfile::tempdir().unwrap()));
        // Results go where the test can see them, and not into anybody's videos.
        let results = dir.path().join("Results");
        let settings = dir.path().join("settings.toml");
        if !settings.exists() {
            std::fs::write(settings, format!("output = {:?}\n", results.display().to_string())).unwrap();
        }
        let sandbox =
            Options { port: 0, data_dir: dir.path().join("sandbox"), key: None, pace: self.pace, tools: self.tools };
        let launch = Launch {
            service: (!self.unnamed).then(|| self.account.unwrap_or(Service::Sandbox)),
            base: self.base.parse().unwrap(),
            sandbox,
            data_dir: dir.path().to_owned(),
            files: self.open,
        };
        let files = Files::scripted(self.dialogs);
        // Sound goes nowhere: a clock moves the position, on machines with and without a sound device.
        let (notifier, keychain) = (Notifier::recorded(), Arc::new(self.keychain));
        let (sound, microphone) = (Output::Silent, self.microphone);
        let desktop = Desktop { files: files.clone(), sound, microphone, notifier: notifier.clone(), keychain };
        let harness = Harness::builder()
            .with_size(self.size)
            .with_max_steps(64)
            .build_eframe(move |cc| App::on(&cc.egui_ctx, launch, desktop).unwrap());
        let mut bench = Bench { harness, files, notifier, dir };
        if !self.unnamed {
            bench.until("the workspace is open", |bench| bench.harness.state().session().is_some());
        }
        bench.frames(2);
        bench
    }
}

impl Bench {
    /// Steps through frames until a condition holds; on running out of patience says what is on the screen.
    #[track_caller]
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let start = Instant::now();
        loop {
            self.harness.step();
            if holds(self) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain until {what}; on the screen:\n{}", self.screen());
            pause();
        }
    }

    /// A few frames, for what a click sets going.
    pub fn frames(&mut self, count: usize) {
        for _ in 0..count {
            self.harness.step();
        }
    }

    /// Whether something with exactly this accessible name (or shown text) is there.
    pub fn has(&self, name: &str) -> bool {
        self.harness.query_all_by_label(name).next().is_some() || self.has_value(name)
    }

    /// Whether something whose accessible name (or shown text) contains this is there.
    pub fn has_part(&self, part: &str) -> bool {
        self.texts().iter().any(|text| text.contains(part))
    }

    fn has_value(&self, text: &str) -> bool {
        self.texts().iter().any(|each| each == text)
    }

    /// Every name and value on the screen.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let mut open = vec![self.harness.root()];
        while let Some(node) = open.pop() {
            let access = node.accesskit_node();
            texts.extend(access.label());
            texts.extend(access.value());
            open.extend(node.children());
        }
        texts
    }

    /// Waits until it is there.
    #[track_caller]
    pub fn wait(&mut self, name: &str) {
        self.until(&format!("“{name}” is there"), |bench| bench.has(name));
    }

    /// Waits until a part of a text is there.
    #[track_caller]
    pub fn wait_part(&mut self, part: &str) {
        self.until(&format!("“…{part}…” is there"), |bench| bench.has_part(part));
    }

    /// Presses the control of this name with the mouse, once it is there and can be pressed.
    #[track_caller]
    pub fn click(&mut self, name: &str) {
        self.until(&format!("“{name}” can be pressed"), |bench| bench.pressable(name).is_some());
        if let Some(node) = self.pressable(name) {
            node.click();
        }
        self.frames(3);
    }

    fn pressable<'a>(&'a self, name: &'a str) -> Option<egui_kittest::Node<'a>> {
        self.harness.query_all_by_label(name).find(|node| {
            let access = node.accesskit_node();
            !matches!(access.role(), Role::Label | Role::Heading) && !access.is_disabled()
        })
    }

    /// Whether the control of this name is there and can't be pressed.
    pub fn is_off(&self, name: &str) -> bool {
        self.harness.query_all_by_label(name).any(|node| node.accesskit_node().is_disabled())
    }

    /// Replaces the text of the field of this name.
    #[track_caller]
    pub fn fill(&mut self, name: &str, text: &str) {
        self.until(&format!("the field “{name}” is there"), |bench| bench.field(name).is_some());
        if let Some(field) = self.field(name) {
            field.focus();
        }
        self.frames(2);
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.frames(1);
        if let Some(field) = self.field(name) {
            field.type_text(text);
        }
        self.frames(2);
    }

    fn field<'a>(&'a self, name: &'a str) -> Option<egui_kittest::Node<'a>> {
        let is_field =
            |role| matches!(role, Role::TextInput | Role::MultilineTextInput | Role::SearchInput | Role::PasswordInput);
        self.harness.query_all_by_label(name).find(|node| is_field(node.accesskit_node().role()))
    }

    /// Presses keys.
    pub fn key(&mut self, modifiers: egui::Modifiers, key: egui::Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.frames(3);
    }

    /// Drops a file on the window, as the desktop does it, without a pointer position.
    pub fn drop_file(&mut self, path: &Path) {
        self.drop_files(&[path]);
    }

    /// Lets go of several files over the window at once.
    pub fn drop_files(&mut self, paths: &[&Path]) {
        #[derive(Debug)]
        struct Dropped(PathBuf);
        impl egui::DroppedFile for Dropped {
            fn path(&self) -> &Path {
                &self.0
            }

            fn bytes(&self) -> Result<Vec<u8>, String> {
                std::fs::read(&self.0).map_err(|e| e.to_string())
            }
        }
        for path in paths {
            self.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped((*path).to_owned())));
        }
        self.frames(2);
    }

    /// The open workspace.
    pub fn session(&self) -> &Session {
        self.harness.state().session().expect("the workspace is open")
    }

    /// The sandbox behind it.
    pub fn sandbox(&self) -> &Sandbox {
        self.harness.state().sandbox().expect("the sandbox runs")
    }

    /// What is on the screen, for messages.
    pub fn screen(&self) -> String {
        self.texts().join(" | ")
    }

    /// A picture of the window, for looking at.
    pub fn picture(&mut self, path: &Path) {
        self.harness.render().unwrap().save(path).unwrap();
    }

    /// Closes the app and gives the data directory on.
    pub fn close(self) -> std::rc::Rc<tempfile::TempDir> {
        drop(self.harness);
        self.dir
    }
}

/// A key that the services of tests take.
pub const KEY: &str = "sk-test-0123456789";

/// A real account, as far as the app can tell: an address of this computer and a key.
pub fn account(port: u16) -> Service {
    let base = url::Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    Service::Account { base, key: ApiKey::new(KEY, Source::Environment).unwrap() }
}

/// A service for [`account`] on a port, or on a free one when that is 0, and the threads that run it.
#[expect(clippy::disallowed_methods, reason = "a test has no frames to wait in before the app is there")]
pub fn service(port: u16, data_dir: &Path) -> (Sandbox, tokio::runtime::Runtime) {
    let tokio = tokio::runtime::Runtime::new().unwrap();
    let options = Options {
        port,
        data_dir: data_dir.to_owned(),
        key: Some(KEY.to_owned()),
        pace: Pace::Instant,
        tools: Tools::default(),
    };
    (tokio.block_on(mouthpiece::sandbox::start(options)).unwrap(), tokio)
}

#[expect(clippy::disallowed_methods, reason = "between two looks at a condition, in a test")]
fn pause() {
    std::thread::sleep(Duration::from_millis(15));
}

/// The sentence of the consent tick.
pub const CONSENT: &str = "This is my voice, or I have the speaker's permission to clone it and to use it in this project. I can show that permission if asked.";
