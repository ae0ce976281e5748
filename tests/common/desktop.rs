//! A desktop without a screen: a display, a session bus and an accessibility bus of the test's own, and the program
//! running on them. All of it ends when the value is dropped, also when a test fails.
#![expect(clippy::unwrap_used, reason = "a desktop that does not work ends the test")]
#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of this")]

use std::cell::Cell;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, Window};
use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::OwnedObjectPath;

/// Long enough for a loaded machine that draws in software; a test that passes never waits this long.
const PATIENCE: Duration = Duration::from_mins(2);

const ACTION: &str = "org.a11y.atspi.Action";

const INSTALL: &str = "It is needed for this test; packaging/setup.sh --tests installs it.";

/// Asks until the answer is there. What we wait for belongs to other processes, which send us no word.
#[track_caller]
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    until_or(what, ask, String::new)
}

/// The same, with more to say when it was in vain.
#[track_caller]
pub fn until_or<T>(what: &str, mut ask: impl FnMut() -> Option<T>, more: impl FnOnce() -> String) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain until {what}{}", more());
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// A process with all its children, ended together.
struct Group(Child);

impl Group {
    fn start(command: &mut Command) -> Self {
        let child = command.process_group(0).stdin(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|e| panic!("{} can't be started: {e}. {INSTALL}", command.get_program().display())))
    }

    /// The first line the process prints, which is how these say that they are ready.
    fn first_line(&mut self) -> String {
        let mut line = String::new();
        BufReader::new(self.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn end(&mut self, signal: Signal) {
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            // All of them may have ended already.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end(Signal::TERM);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) && matches!(self.0.try_wait(), Ok(None)) {
            std::thread::park_timeout(Duration::from_millis(20));
        }
        self.end(Signal::KILL);
        let _ = self.0.wait();
    }
}

/// The desktop. Fields are dropped in order: the buses before the display they may draw on, files last.
pub struct Desktop {
    accessibility: Connection,
    _session: Connection,
    _bus: Group,
    _display: Group,
    environment: Vec<(&'static str, String)>,
    home: tempfile::TempDir,
    /// How many programs were started.
    started: Cell<u32>,
}

impl Desktop {
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let mut environment = vec![
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", text(home.path())),
            ("XDG_RUNTIME_DIR", text(home.path())),
            ("LIBGL_ALWAYS_SOFTWARE", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
        ];
        // Beside the window there is room for another one. The display picks a free number by itself, and says which when it can be used.
        let mut xvfb = clean("Xvfb", &environment);
        // Nor does it begin anew, refusing whoever comes meanwhile, when the first to look at it goes again.
        xvfb.args(["-displayfd", "1", "-screen", "0", "1440x800x24", "-nolisten", "tcp", "-noreset"]);
        let mut display = Group::start(xvfb.stdout(Stdio::piped()).stderr(Stdio::null()));
        let number = display.first_line();
        assert!(!number.is_empty(), "Xvfb ended without giving a display");
        environment.push(("DISPLAY", format!(":{number}")));

        let mut daemon = clean("dbus-daemon", &environment);
        daemon.args(["--session", "--nofork", "--nosyslog", "--print-address=1"]);
        daemon.arg(format!("--address=unix:path={}", text(&home.path().join("session-bus"))));
        let mut bus = Group::start(daemon.stdout(Stdio::piped()).stderr(Stdio::null()));
        let address = bus.first_line();
        environment.push(("DBUS_SESSION_BUS_ADDRESS", address.clone()));

        let session = connection::Builder::address(address.as_str()).unwrap().build().unwrap();
        let accessibility = accessibility_bus(&session);
        let started = Cell::new(0);
        Self { accessibility, _session: session, _bus: bus, _display: display, environment, home, started }
    }

    /// Starts a program on this desktop. What it writes to stderr is kept for [`Program::errors`].
    pub fn run(&self, program: &str, arguments: &[&str]) -> Program {
        self.run_with(program, arguments, &[])
    }

    /// The same with more in its environment.
    pub fn run_with(&self, program: &str, arguments: &[&str], more: &[(&str, &str)]) -> Program {
        let number = self.started.replace(self.started.get() + 1);
        let errors = self.home.path().join(format!("stderr {number}.txt"));
        let mut command = clean(program, &self.environment);
        command.env("MOUTHPIECE_DATA_DIR", self.data_dir()).args(arguments).envs(more.iter().copied());
        command.stdout(Stdio::null()).stderr(File::create(&errors).unwrap());
        Program { group: Group::start(&mut command), errors }
    }

    /// The display's name.
    pub fn display(&self) -> &str {
        &self.environment.iter().find(|(name, _)| *name == "DISPLAY").unwrap().1
    }

    /// The accessibility bus.
    pub fn bus(&self) -> &Connection {
        &self.accessibility
    }

    /// The data directory that programs on this desktop are given.
    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The names of all that assistive software sees of the application called `name`; empty when there is none.
    pub fn names_in(&self, name: &str) -> Vec<String> {
        let root =
            Node { bus: "org.a11y.atspi.Registry".to_owned(), path: "/org/a11y/atspi/accessible/root".to_owned() };
        let application = self.children(&root).into_iter().find(|node| self.name(node).as_deref() == Some(name));
        let mut open: VecDeque<Node> = application.into_iter().collect();
        let mut names = Vec::new();
        while let Some(node) = open.pop_front() {
            names.extend(self.name(&node).filter(|name| !name.is_empty()));
            open.extend(self.children(&node));
        }
        names
    }

    /// Presses the control of this name in the application called `application`, as assistive software does. False
    /// while it is not there.
    pub fn press(&self, application: &str, name: &str) -> bool {
        let root =
            Node { bus: "org.a11y.atspi.Registry".to_owned(), path: "/org/a11y/atspi/accessible/root".to_owned() };
        let found = self.children(&root).into_iter().find(|node| self.name(node).as_deref() == Some(application));
        let mut open: VecDeque<Node> = found.into_iter().collect();
        while let Some(node) = open.pop_front() {
            if self.name(&node).as_deref() == Some(name) {
                let action = Proxy::new(&self.accessibility, node.bus.as_str(), node.path.as_str(), ACTION);
                if action.and_then(|action| action.call::<_, _, bool>("DoAction", &0_i32)).is_ok_and(|done| done) {
                    return true;
                }
            }
            open.extend(self.children(&node));
        }
        false
    }

    /// Nodes come and go with the window, so one that does not answer is one that is not there.
    pub fn children(&self, node: &Node) -> Vec<Node> {
        let found: Option<Vec<(String, OwnedObjectPath)>> =
            node.proxy(&self.accessibility).and_then(|p| p.call("GetChildren", &())).ok();
        found.into_iter().flatten().map(|(bus, path)| Node { bus, path: path.to_string() }).collect()
    }

    pub fn name(&self, node: &Node) -> Option<String> {
        node.proxy(&self.accessibility).and_then(|p| p.get_property("Name")).ok()
    }

    /// Asks the window with this title to close, as a window manager does for its close button.
    pub fn close_window(&self, title: &str) {
        let (connection, screen) = x11rb::connect(Some(self.display())).unwrap();
        let root = connection.setup().roots[screen].root;
        let atom = |name: &str| connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let titled = |window: &Window| {
            let property = connection.get_property(false, *window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64).unwrap();
            property.reply().is_ok_and(|property| property.value == title.as_bytes())
        };
        let window = until("the window is on the display", || {
            connection.query_tree(root).unwrap().reply().unwrap().children.into_iter().find(titled)
        });
        let data = [atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
        connection.send_event(false, window, EventMask::NO_EVENT, event).unwrap().check().unwrap();
    }
}

/// A program on the desktop.
pub struct Program {
    group: Group,
    errors: PathBuf,
}

impl Program {
    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.group.0.try_wait().unwrap()
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.group.0.id()
    }

    /// What it wrote to stderr.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(&self.errors).unwrap_or_default()
    }
}

/// A place on the accessibility bus.
pub struct Node {
    pub bus: String,
    pub path: String,
}

impl Node {
    pub fn proxy<'a>(&'a self, connection: &Connection) -> zbus::Result<Proxy<'a>> {
        Proxy::new(connection, self.bus.as_str(), self.path.as_str(), "org.a11y.atspi.Accessible")
    }
}

/// Turns accessibility on, as a screen reader does, and connects to its bus.
fn accessibility_bus(session: &Connection) -> Connection {
    let proxy = |interface| Proxy::new(session, "org.a11y.Bus", "/org/a11y/bus", interface).unwrap();
    let address: String = proxy("org.a11y.Bus")
        .call("GetAddress", &())
        .unwrap_or_else(|e| panic!("no accessibility bus (package at-spi2-core): {e}. {INSTALL}"));
    for switch in ["IsEnabled", "ScreenReaderEnabled"] {
        proxy("org.a11y.Status").set_property(switch, true).unwrap();
    }
    // A program that has just told the bus of itself leaves a first question unanswered now and then.
    let builder = connection::Builder::address(address.as_str()).unwrap().method_timeout(Duration::from_secs(5));
    builder.build().unwrap()
}

/// A command that sees nothing of the desktop the test itself may run on.
fn clean(program: &str, environment: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
    command
}
