//! A display of our own and what is seen of a program's window on it from outside: when it first shows something, how
//! often it is painted, and what the process takes meanwhile. Nothing in the program takes part in the measuring.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made ends the program")]
#![expect(clippy::disallowed_methods, reason = "there is no window here")]
#![allow(clippy::allow_attributes, dead_code, reason = "each measurement uses a part of this")]

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, IoSlice};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask, GetInputFocusReply,
    ImageFormat, Window,
};
use x11rb::rust_connection::RustConnection;

/// Longer than any start takes.
const PATIENCE: Duration = Duration::from_mins(1);
/// Windows smaller than this are helpers nobody sees.
const SMALLEST: u16 = 200;

/// The extension of the display that tells when something is painted, of which x11rb has no part without a feature
/// that would build half of the toolkit anew.
struct Damage {
    request: u8,
    event: u8,
}

impl Damage {
    fn new(connection: &RustConnection) -> Self {
        let found = connection.query_extension(b"DAMAGE").unwrap().reply().unwrap();
        let damage = Self { request: found.major_opcode, event: found.first_event };
        // Its version has to be asked for; any answer will do.
        let bytes = damage.message(0, &[1, 1]);
        let sent = connection.send_request_with_reply::<GetInputFocusReply>(&[IoSlice::new(&bytes)], Vec::new());
        sent.unwrap().raw_reply().unwrap();
        damage
    }

    /// Asks to be told of each thing that is painted on a window.
    fn watch(&self, connection: &RustConnection, window: Window) {
        let bytes = self.message(1, &[connection.generate_id().unwrap(), window, 0]);
        connection.send_request_without_reply(&[IoSlice::new(&bytes)], Vec::new()).unwrap();
        connection.flush().unwrap();
    }

    /// The window that this tells was painted.
    fn painted(&self, event: &Event) -> Option<Window> {
        let Event::Unknown(bytes) = event else { return None };
        let window = bytes.get(4..8).filter(|_| bytes[0] & 0x7f == self.event)?;
        Some(u32::from_ne_bytes(window.try_into().unwrap()))
    }

    fn message(&self, kind: u8, words: &[u32]) -> Vec<u8> {
        let length = u16::try_from(1 + words.len()).unwrap().to_ne_bytes();
        let head = [self.request, kind, length[0], length[1]];
        head.into_iter().chain(words.iter().flat_map(|word| word.to_ne_bytes())).collect()
    }
}

/// A process that ends with the value.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The display. Fields are dropped in order.
pub struct Screen {
    connection: RustConnection,
    damage: Damage,
    _bus: Option<Guard>,
    _display: Guard,
    environment: Vec<(&'static str, String)>,
    home: tempfile::TempDir,
}

/// A program whose window is seen.
pub struct Shown<'a> {
    screen: &'a Screen,
    child: Guard,
    window: Window,
    /// From the start of the process until its window showed something.
    pub first: Duration,
}

/// What a process took in a while.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// How often its window was painted.
    pub frames: usize,
    /// Seconds of processor time of all its threads; not of programs it started.
    pub processor: f64,
}

impl Screen {
    /// `None` where there is no `Xvfb`.
    pub fn start() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().to_str().unwrap().to_owned();
        let mut environment = vec![
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", folder.clone()),
            ("XDG_RUNTIME_DIR", folder),
            ("LIBGL_ALWAYS_SOFTWARE", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
        ];
        let mut display = Command::new("Xvfb");
        display.args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]);
        let (display, number) = ready(display)?;
        environment.push(("DISPLAY", format!(":{number}")));
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nosyslog", "--print-address=1"]).env_clear();
        bus.envs(environment.iter().map(|(name, value)| (name, value)));
        let bus = ready(bus).map(|(bus, address)| {
            environment.push(("DBUS_SESSION_BUS_ADDRESS", address));
            bus
        });
        let (connection, screen) = x11rb::connect(Some(&format!(":{number}"))).unwrap();
        let root = connection.setup().roots[screen].root;
        let damage = Damage::new(&connection);
        let tell = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection.change_window_attributes(root, &tell).unwrap().check().unwrap();
        Some(Self { connection, damage, _bus: bus, _display: display, environment, home })
    }

    /// A folder that ends with the display.
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Starts a program and waits until its window shows something.
    pub fn open(&self, program: &Path, arguments: &[&str], more: &[(&str, &str)]) -> Shown<'_> {
        while self.connection.poll_for_event().unwrap().is_some() {}
        let mut command = Command::new(program);
        command.env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(arguments).envs(more.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        let mut child = Guard(command.spawn().unwrap());
        loop {
            match self.connection.poll_for_event().unwrap() {
                Some(Event::CreateNotify(made)) if made.width.min(made.height) >= SMALLEST => {
                    self.damage.watch(&self.connection, made.window);
                }
                Some(event) => {
                    if let Some(window) = self.damage.painted(&event).filter(|window| self.is_painted(*window)) {
                        return Shown { screen: self, child, window, first: began.elapsed() };
                    }
                }
                None => std::thread::sleep(Duration::from_micros(500)),
            }
            assert!(child.0.try_wait().unwrap().is_none(), "{} ended early", program.display());
            assert!(began.elapsed() < PATIENCE, "{} shows no window", program.display());
        }
    }

    /// Whether the middle of a window is seen: the root behind it is black, and nothing of ours is quite.
    fn is_painted(&self, window: Window) -> bool {
        let Ok(size) = self.connection.get_geometry(window).unwrap().reply() else { return false };
        let at = [size.width / 2, size.height / 2].map(|at| i16::try_from(at).unwrap_or_default());
        let [x, y] = at;
        let image = self.connection.get_image(ImageFormat::Z_PIXMAP, window, x, y, 1, 1, !0).unwrap().reply();
        image.is_ok_and(|image| image.data.iter().take(3).any(|byte| *byte != 0))
    }

    fn atom(&self, name: &str) -> u32 {
        self.connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }
}

/// Starts a process that says in its first line how it is reached.
fn ready(mut command: Command) -> Option<(Guard, String)> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut child = Guard(child);
    let mut line = String::new();
    BufReader::new(child.0.stdout.take()?).read_line(&mut line).ok()?;
    let line = line.trim().to_owned();
    (!line.is_empty()).then_some((child, line))
}

impl Shown<'_> {
    /// Waits until the window was not painted for `quiet`; gives the time from the start of the process until it
    /// looked as it does then. `None` when it is painted again and again.
    pub fn rest(&self, quiet: Duration) -> Option<Duration> {
        let began = Instant::now();
        let (mut painted, mut changed, mut picture) = (began, began, self.picture());
        while painted.elapsed() < quiet {
            if self.painted() > 0 {
                painted = Instant::now();
                let now = self.picture();
                if now != picture {
                    (changed, picture) = (painted, now);
                }
            }
            if began.elapsed() > PATIENCE {
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Some(self.first + (changed - began))
    }

    /// All of the window; nothing where it reaches out of the display.
    fn picture(&self) -> Vec<u8> {
        let connection = &self.screen.connection;
        let size = connection.get_geometry(self.window).unwrap().reply().unwrap();
        let image = connection.get_image(ImageFormat::Z_PIXMAP, self.window, 0, 0, size.width, size.height, !0);
        image.unwrap().reply().map(|image| image.data).unwrap_or_default()
    }

    /// Watches for so long.
    pub fn watch(&self, time: Duration) -> Taken {
        self.painted();
        let (began, before) = (Instant::now(), self.threads());
        let mut frames = 0;
        while began.elapsed() < time {
            frames += self.painted();
            std::thread::sleep(Duration::from_millis(5));
        }
        let after = self.threads();
        let of = |(id, now): (&u32, &u64)| now.saturating_sub(before.get(id).copied().unwrap_or_default());
        let nanoseconds: u64 = after.iter().map(of).sum();
        Taken { frames, processor: Duration::from_nanos(nanoseconds).as_secs_f64() }
    }

    /// How often the window was painted since it was last asked: each time, all of it is put on the display.
    fn painted(&self) -> usize {
        let events = std::iter::from_fn(|| self.screen.connection.poll_for_event().unwrap());
        events.filter(|event| self.screen.damage.painted(event) == Some(self.window)).count()
    }

    /// Nanoseconds on a processor of each thread so far.
    fn threads(&self) -> HashMap<u32, u64> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.0.id())).unwrap().flatten();
        let time = |task: std::fs::DirEntry| {
            // A thread that ended meanwhile is not counted.
            let said = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            let time = said.split_whitespace().next()?.parse().ok()?;
            Some((task.file_name().to_str()?.parse().ok()?, time))
        };
        tasks.filter_map(time).collect()
    }

    /// A number of the process's status, in bytes: `VmHWM`, the most memory it has held, or `VmRSS`, what it holds.
    pub fn memory(&self, what: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':')).unwrap();
        line.split_whitespace().next().unwrap().parse::<f64>().unwrap() * 1024.0
    }

    /// What stands in its title bar.
    pub fn title(&self) -> String {
        let connection = &self.screen.connection;
        let (name, kind) = (self.screen.atom("_NET_WM_NAME"), AtomEnum::ANY);
        let property = connection.get_property(false, self.window, name, kind, 0, 256).unwrap().reply().unwrap();
        String::from_utf8_lossy(&property.value).into_owned()
    }

    /// Closes the window as its close button does, and waits until the program is gone.
    pub fn close(mut self) {
        let data = [self.screen.atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
        let event = ClientMessageEvent::new(32, self.window, self.screen.atom("WM_PROTOCOLS"), data);
        let connection = &self.screen.connection;
        connection.send_event(false, self.window, EventMask::NO_EVENT, event).unwrap().check().unwrap();
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) && self.child.0.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
